//! Money received and made, and what it settles.

mod bad_debt;
mod cases;
mod cash_basis_tax;
mod foreign;
mod lifecycle;
mod postings;
mod refusals;
mod together;

pub(crate) use cases::cases;

use crate::http::document::{line, posted};
use partita_tests::client::Answer;
use partita_tests::server::Books;
use serde_json::{Value, json};

/// Makes a document of the last of March and answers its id.
fn document(books: &Books<'_>, path: &str, contact: &str, lines: Value) -> String {
    let party = if matches!(path, "/invoices" | "/credit-notes") { "customer_id" } else { "vendor_id" };
    let body = json!({ party: contact, "date": "2026-03-31", "lines": lines });
    books.client.post(path, &body).expect(201).id()
}

fn invoice_of(books: &Books<'_>, customer: &str, total: i64) -> String {
    document(books, "/invoices", customer, json!([line("4100", total)]))
}

fn bill_of(books: &Books<'_>, vendor: &str, total: i64) -> String {
    document(books, "/bills", vendor, json!([line("6100", total)]))
}

fn credit_of(books: &Books<'_>, customer: &str, total: i64) -> String {
    document(books, "/credit-notes", customer, json!([line("4800", total)]))
}

fn vendor_credit_of(books: &Books<'_>, vendor: &str, total: i64) -> String {
    document(books, "/vendor-credits", vendor, json!([line("6100", total)]))
}

/// A payment in the middle of April.
fn payment(amount: i64, applications: Value) -> Value {
    json!({ "date": "2026-04-15", "amount": amount, "applications": applications })
}

fn apply(books: &Books<'_>, body: &Value) -> Answer {
    books.client.post("/payments/apply", body)
}

/// Applies and answers the payment.
fn applied(books: &Books<'_>, body: &Value) -> Value {
    apply(books, body).expect(201).data().clone()
}

fn id(resource: &Value) -> &str {
    resource["id"].as_str().unwrap()
}

/// The lines of the entry of a payment.
fn entry_of(books: &Books<'_>, payment: &Value) -> Vec<(String, i64)> {
    posted(books, &payment["entry_id"])
}

/// What is open of a document.
fn open_of(books: &Books<'_>, path: &str, id: &str) -> i64 {
    let found = books.client.get(&format!("{path}/{id}")).expect(200);
    let field = if found.data()["unapplied_amount"].is_null() { "balance_due" } else { "unapplied_amount" };
    found.data()[field].as_i64().unwrap()
}
