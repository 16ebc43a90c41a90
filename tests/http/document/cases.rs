//! Every operation's cases.

use super::{customer, line, vendor};
use crate::http::case::{Access, Ask, Case, ask, changed, created, fresh_name};
use partita_tests::server::Books;
use serde_json::{Value, json};

/// A body of a kind: every kind has a contact, a date and lines.
fn body(party: &str, contact: String) -> Value {
    json!({ party: contact, "date": "2026-03-31", "lines": [line("4100", 10_000)] })
}

fn sale(books: &Books<'_>) -> Value {
    body("customer_id", customer(books))
}

fn purchase(books: &Books<'_>) -> Value {
    body("vendor_id", vendor(books))
}

fn made(books: &Books<'_>, path: &str, body: Value, post: bool) -> String {
    let mut body = body;
    body["post"] = json!(post);
    books.client.post(path, &body).expect(201).id()
}

macro_rules! kind_cases {
    (
        $path:literal, $body:ident, $noun:literal, $permission:literal, $party:literal, $list:literal,
        ($l:literal, $c:literal, $g:literal, $u:literal, $d:literal, $p:literal, $pdf:literal), posted: ($($o:literal, $po:literal, $v:literal, $b:literal)?)
    ) => {{
        let read = Access::With(concat!($permission, ":read"));
        let write = concat!($permission, ":write");
        #[allow(unused_mut)]
        let mut cases = vec![
            Case::read($l, read, |_| ask(), |_| ask().query("status", "late"), ("status", "one_of")),
            Case::read(
                $g,
                read,
                |books| ask().id(made(books, $path, $body(books), false)),
                |_| ask().id("1"),
                ("id", "format"),
            ),
            Case::read(
                $pdf,
                read,
                |books| ask().id(made(books, $path, $body(books), false)),
                |_| ask().id("1"),
                ("id", "format"),
            ),
            Case::write(
                $c,
                write,
                (201, |books| ask().body($body(books))),
                created(if $list.is_empty() { concat!($noun, ".created") } else { concat!($noun, ".posted") }),
                |books| ask().body($body(books)).but("lines", json!([])),
                ("lines", "length"),
            ),
            Case::write(
                $u,
                write,
                (200, |books| {
                    ask().id(made(books, $path, $body(books), false)).body(json!({ "memo": "changed" }))
                }),
                changed(concat!($noun, ".updated")),
                |books| {
                    ask().id(made(books, $path, $body(books), false)).body(json!({ "lines": [] }))
                },
                ("lines", "length"),
            ),
            Case::write(
                $d,
                write,
                (200, |books| ask().id(made(books, $path, $body(books), false))),
                crate::http::case::Audited { has_after: false, ..changed(concat!($noun, ".deleted")) },
                |books| ask().id(made(books, $path, $body(books), false)).header("If-Match", "newest"),
                ("If-Match", "format"),
            ),
            Case::write(
                $p,
                write,
                (201, |books| ask().at("external_id", fresh_name("ext")).body($body(books))),
                created(if $list.is_empty() { concat!($noun, ".created") } else { concat!($noun, ".posted") }),
                |books| ask().at("external_id", "ext").body($body(books)).but("external_id", json!("other")),
                ("external_id", "one_of"),
            ),
        ];
        $(cases.extend([
            Case::read($o, read, |_| ask(), |_| ask().query("limit", "0"), ("limit", "range")),
            Case::write(
                $po,
                write,
                (200, |books| ask().id(made(books, $path, $body(books), false))),
                changed(concat!($noun, ".posted")),
                |books| {
                    ask().id(made(books, $path, $body(books), false)).body(json!({ "version": "1" }))
                },
                ("version", "type"),
            ),
            Case::write(
                $v,
                write,
                (200, |books| ask().id(made(books, $path, $body(books), true)).body(json!({ "reason": "wrong" }))),
                changed(concat!($noun, ".voided")),
                |books| {
                    ask().id(made(books, $path, $body(books), true)).body(json!({ "date": "2026-03-30" }))
                },
                ("date", "date_order"),
            ),
            Case::write(
                $b,
                write,
                (200, |books| ask().body(json!({ $list: [$body(books), $body(books)] }))),
                created(concat!($noun, ".posted")),
                |_| ask().body(json!({ $list: [] })),
                ($list, "length"),
            ),
        ]);)?
        cases
    }};
}

fn estimate(books: &Books<'_>) -> String {
    made(books, "/estimates", sale(books), false)
}

fn decision(id: String) -> Ask {
    ask().id(id)
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = kind_cases!(
        "/invoices", sale, "invoice", "sales", "customer_id", "invoices",
        ("listInvoices", "createInvoice", "getInvoice", "updateInvoice", "deleteInvoice", "putInvoiceByExternalId", "printInvoice"),
        posted: ("listOpenInvoices", "postInvoice", "voidInvoice", "createInvoices")
    );
    cases.extend(kind_cases!(
        "/credit-notes", sale, "credit_note", "sales", "customer_id", "credit_notes",
        ("listCreditNotes", "createCreditNote", "getCreditNote", "updateCreditNote", "deleteCreditNote", "putCreditNoteByExternalId", "printCreditNote"),
        posted: ("listOpenCreditNotes", "postCreditNote", "voidCreditNote", "createCreditNotes")
    ));
    cases.extend(kind_cases!(
        "/bills", purchase, "bill", "purchases", "vendor_id", "bills",
        ("listBills", "createBill", "getBill", "updateBill", "deleteBill", "putBillByExternalId", "printBill"),
        posted: ("listOpenBills", "postBill", "voidBill", "createBills")
    ));
    cases.extend(kind_cases!(
        "/vendor-credits", purchase, "vendor_credit", "purchases", "vendor_id", "vendor_credits",
        ("listVendorCredits", "createVendorCredit", "getVendorCredit", "updateVendorCredit", "deleteVendorCredit", "putVendorCreditByExternalId", "printVendorCredit"),
        posted: ("listOpenVendorCredits", "postVendorCredit", "voidVendorCredit", "createVendorCredits")
    ));
    cases.extend(kind_cases!(
        "/estimates", sale, "estimate", "sales", "customer_id", "",
        ("listEstimates", "createEstimate", "getEstimate", "updateEstimate", "deleteEstimate", "putEstimateByExternalId", "printEstimate"),
        posted: ()
    ));
    cases.extend([
        Case::write(
            "sendEstimate",
            "sales:write",
            (200, |books| decision(estimate(books))),
            changed("estimate.sent"),
            |books| decision(estimate(books)).body(json!({ "version": "1" })),
            ("version", "type"),
        ),
        Case::write(
            "acceptEstimate",
            "sales:write",
            (200, |books| decision(estimate(books))),
            changed("estimate.accepted"),
            |books| decision(estimate(books)).body(json!({ "version": "1" })),
            ("version", "type"),
        ),
        Case::write(
            "declineEstimate",
            "sales:write",
            (200, |books| decision(estimate(books))),
            changed("estimate.declined"),
            |books| decision(estimate(books)).body(json!({ "version": "1" })),
            ("version", "type"),
        ),
        Case::write(
            "convertEstimate",
            "sales:write",
            (201, |books| decision(estimate(books)).body(json!({ "date": "2026-04-01" }))),
            changed("estimate.converted"),
            |books| decision(estimate(books)).body(json!({ "date": "tomorrow" })),
            ("date", "format"),
        ),
    ]);
    cases
}
