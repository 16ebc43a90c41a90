//! Every operation's cases.

use crate::http::case::{Access, Ask, Case, ask, changed, created, fresh_name};
use crate::http::document::{customer, line, vendor};
use partita_tests::server::Books;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicI32, Ordering};
use time::{Date, Month};

/// The first and the last day of a month that no other case posts into or locks, nor into the month after it.
fn fresh_closing() -> (Date, Date) {
    static NUMBER: AtomicI32 = AtomicI32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let month = Month::try_from(u8::try_from(number % 12 + 1).unwrap()).unwrap();
    let year = 2151 + number / 12 % 48;
    let last = time::util::days_in_month(month, year);
    let day = |day| Date::from_calendar_date(year, month, day).unwrap();
    (day(1), day(last))
}

/// A document in francs.
fn document(books: &Books<'_>, path: &str, date: Date) -> String {
    let (party, contact, account) = match path {
        "/invoices" | "/credit-notes" => ("customer_id", customer(books), "4100"),
        _ => ("vendor_id", vendor(books), "6100"),
    };
    let body = json!({ party: contact, "date": date.to_string(), "currency_code": "CHF",
        "exchange_rate": 1_000_000, "lines": [line(account, 10_000)] });
    books.client.post(path, &body).expect(201).id()
}

/// A revaluation of francs at a day that has none.
fn body(books: &Books<'_>) -> Value {
    let (first, last) = fresh_closing();
    let _ = document(books, "/invoices", first);
    json!({ "date": last.to_string(), "currency_code": "CHF", "memo": "Closing",
        "exchange_rates": [{ "currency_code": "CHF", "exchange_rate": 1_100_000 }] })
}

fn new_id(books: &Books<'_>) -> String {
    books.client.post("/revaluations", &body(books)).expect(201).id()
}

fn history(books: &Books<'_>, path: &str) -> Ask {
    let (first, last) = fresh_closing();
    ask().id(document(books, path, first)).query("as_of", &last.to_string())
}

fn bad_history(books: &Books<'_>, path: &str) -> Ask {
    let (_, last) = fresh_closing();
    ask().id(document(books, path, last)).query("as_of", "2026-02-28")
}

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("journal:read");
    let (sales, purchases) = (Access::With("sales:read"), Access::With("purchases:read"));
    let before = ("as_of", "date_order");
    vec![
        Case::read(
            "listRevaluations",
            read,
            |_| ask(),
            |_| ask().query("status", "late"),
            ("status", "one_of"),
        ),
        Case::read(
            "getRevaluation",
            read,
            |books| ask().id(new_id(books)),
            |_| ask().id("1"),
            ("id", "format"),
        ),
        Case::write(
            "runRevaluation",
            "journal:write",
            (201, |books| ask().body(body(books))),
            created("revaluation.posted"),
            |books| ask().body(body(books)).but("date", json!("2151-02-27")),
            ("date", "one_of"),
        ),
        Case::write(
            "putRevaluationByExternalId",
            "journal:write",
            (201, |books| ask().at("external_id", fresh_name("ext")).body(body(books))),
            created("revaluation.posted"),
            |books| ask().at("external_id", "ext").body(body(books)).but("external_id", json!("other")),
            ("external_id", "one_of"),
        ),
        Case::write(
            "voidRevaluation",
            "journal:write",
            (200, |books| ask().id(new_id(books)).body(json!({ "reason": "Another rate" }))),
            changed("revaluation.voided"),
            |books| ask().id(new_id(books)).body(json!({ "reason": " " })),
            ("reason", "required"),
        ),
        Case::read(
            "getInvoiceFx",
            sales,
            |books| history(books, "/invoices"),
            |books| bad_history(books, "/invoices"),
            before,
        ),
        Case::read(
            "getBillFx",
            purchases,
            |books| history(books, "/bills"),
            |books| bad_history(books, "/bills"),
            before,
        ),
        Case::read(
            "getCreditNoteFx",
            sales,
            |books| history(books, "/credit-notes"),
            |books| bad_history(books, "/credit-notes"),
            before,
        ),
        Case::read(
            "getVendorCreditFx",
            purchases,
            |books| history(books, "/vendor-credits"),
            |books| bad_history(books, "/vendor-credits"),
            before,
        ),
    ]
}
