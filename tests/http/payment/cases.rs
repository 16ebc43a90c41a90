//! Every operation's cases.

use super::{applied, credit_of, id, invoice_of, payment, vendor_credit_of};
use crate::http::case::{Access, Case, ask, changed, created, fresh_name};
use crate::http::document::{customer, vendor};
use partita_tests::server::Books;
use serde_json::{Value, json};

/// A payment that pays a new invoice in full.
fn body(books: &Books<'_>) -> Value {
    let invoice = invoice_of(books, &customer(books), 10_000);
    payment(10_000, json!([{ "invoice_id": invoice, "amount": 10_000 }]))
}

fn paid(books: &Books<'_>) -> String {
    id(&applied(books, &body(books))).to_owned()
}

pub(crate) fn cases() -> Vec<Case> {
    let (read, write) = (Access::With("payments:read"), "payments:write");
    vec![
        Case::read("listPayments", read, |_| ask(), |_| ask().query("status", "late"), ("status", "one_of")),
        Case::read("getPayment", read, |books| ask().id(paid(books)), |_| ask().id("1"), ("id", "format")),
        Case::write(
            "applyPayment",
            write,
            (201, |books| ask().body(body(books))),
            created("payment.posted"),
            |books| {
                let invoice = invoice_of(books, &customer(books), 10_000);
                ask().body(payment(10_001, json!([{ "invoice_id": invoice, "amount": 10_001 }])))
            },
            ("applications[0].amount", "exceeds_open_amount"),
        ),
        Case::write(
            "putPaymentByExternalId",
            write,
            (201, |books| ask().at("external_id", fresh_name("ext")).body(body(books))),
            created("payment.posted"),
            |books| ask().at("external_id", "ext").body(body(books)).but("external_id", json!("other")),
            ("external_id", "one_of"),
        ),
        Case::write(
            "unapplyPayment",
            write,
            (200, |books| ask().id(paid(books)).body(json!({ "reason": "of another invoice" }))),
            changed("payment.unapplied"),
            |books| ask().id(paid(books)).body(json!({ "application_ids": [] })),
            ("application_ids", "length"),
        ),
        Case::write(
            "voidPayment",
            write,
            (200, |books| ask().id(paid(books)).body(json!({ "reason": "bounced" }))),
            changed("payment.voided"),
            |books| ask().id(paid(books)).body(json!({ "date": "2026-04-14" })),
            ("date", "date_order"),
        ),
        Case::write(
            "refundPayment",
            write,
            (201, |books| ask().id(paid(books)).body(json!({ "amount": 2_500 }))),
            created("payment.posted"),
            |books| ask().id(paid(books)).body(json!({ "amount": 10_001 })),
            ("amount", "exceeds_unapplied_amount"),
        ),
        Case::write(
            "refundCreditNote",
            write,
            (201, |books| ask().id(credit_of(books, &customer(books), 500)).body(json!({ "amount": 200 }))),
            created("payment.posted"),
            |books| ask().id(credit_of(books, &customer(books), 500)).body(json!({ "amount": 501 })),
            ("amount", "exceeds_open_amount"),
        ),
        Case::write(
            "refundVendorCredit",
            write,
            (201, |books| ask().id(vendor_credit_of(books, &vendor(books), 500))),
            created("payment.posted"),
            |books| ask().id(vendor_credit_of(books, &vendor(books), 500)).body(json!({ "amount": 0 })),
            ("amount", "range"),
        ),
    ]
}
