//! Invoices, bills, credit notes, vendor credits and estimates.

mod cases;
mod lifecycle;
mod nothing_due;
mod postings;
mod printing;
mod refusals;
mod tax_cases;

pub(crate) use cases::cases;

use partita_domain::company::Address;
use partita_domain::contact::{Contact, ContactType};
use partita_domain::id::{ContactId, TaxCodeId};
use partita_domain::metadata::Metadata;
use partita_domain::tax_code::{TaxCode, TaxType};
use partita_domain::tax_rate::TaxRate;
use partita_tests::client::Answer;
use partita_tests::server::Books;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use time::macros::datetime;

/// A contact of a type with a name that nobody else has.
pub(crate) fn contact_with(
    books: &Books<'_>,
    contact_type: ContactType,
    change: impl Fn(&mut Contact),
) -> String {
    let id = ContactId(books.server.app.ids.next());
    let mut contact = Contact {
        id,
        external_id: None,
        contact_type: vec![contact_type],
        display_name: crate::http::case::fresh_name("Contact"),
        company_name: None,
        first_name: None,
        last_name: None,
        email: None,
        phone: None,
        mobile: None,
        website: None,
        tax_id: None,
        tax_id_type: None,
        is_1099_eligible: false,
        vat_id: None,
        iban: None,
        bic: None,
        billing_address: Address::default(),
        shipping_address: Address::default(),
        payment_terms_days: None,
        default_account_id: None,
        default_tax_code_id: None,
        currency_code: None,
        credit_limit: None,
        notes: None,
        is_active: true,
        metadata: Metadata::default(),
        created_at: datetime!(2026-01-01 0:00),
        updated_at: datetime!(2026-01-01 0:00),
        version: 1,
    };
    change(&mut contact);
    let store = &books.server.app.store;
    store.write(books.company, |tx| Ok(tx.contacts().insert(&contact)?)).unwrap();
    id.to_string()
}

pub(crate) fn customer(books: &Books<'_>) -> String {
    contact_with(books, ContactType::Customer, |_| {})
}

pub(crate) fn vendor(books: &Books<'_>) -> String {
    contact_with(books, ContactType::Vendor, |_| {})
}

/// A tax code of a rate in basis points, on account 2200.
pub(crate) fn tax_code_with(books: &Books<'_>, basis_points: i64, change: impl Fn(&mut TaxCode)) -> String {
    let id = TaxCodeId(books.server.app.ids.next());
    let account = books.account("2200").parse().unwrap();
    let mut code = TaxCode {
        id,
        external_id: None,
        code: format!("T{}", crate::http::case::fresh()),
        name: format!("Tax {basis_points}"),
        rate: TaxRate::from_basis_points(basis_points, "rate").unwrap(),
        tax_type: TaxType::Vat,
        jurisdiction: None,
        is_compound: false,
        is_exempt: false,
        account_id: Some(account),
        input_account_id: None,
        self_assess_account_id: None,
        pending_account_id: None,
        recoverable: 10_000,
        report_box: None,
        effective_from: None,
        effective_to: None,
        is_system: false,
        is_active: true,
        metadata: Metadata::default(),
        created_at: datetime!(2026-01-01 0:00),
        updated_at: datetime!(2026-01-01 0:00),
        version: 1,
    };
    change(&mut code);
    let store = &books.server.app.store;
    store.write(books.company, |tx| Ok(tx.tax_codes().insert(&code)?)).unwrap();
    id.to_string()
}

pub(crate) fn tax_code(books: &Books<'_>, basis_points: i64) -> String {
    tax_code_with(books, basis_points, |_| {})
}

/// A line of one piece at a price.
pub(crate) fn line(account_number: &str, price: i64) -> Value {
    json!({ "account_number": account_number, "unit_price": price })
}

/// An invoice of the last of March of one line.
pub(crate) fn invoice(customer: &str, price: i64) -> Value {
    json!({ "customer_id": customer, "date": "2026-03-31", "lines": [line("4100", price)] })
}

/// A bill of the last of March of one line.
pub(crate) fn bill(vendor: &str, price: i64) -> Value {
    json!({ "vendor_id": vendor, "date": "2026-03-31", "lines": [line("6100", price)] })
}

/// The lines of an entry: account number, debit less credit, in the order of the lines.
pub(crate) fn posted(books: &Books<'_>, entry_id: &Value) -> Vec<(String, i64)> {
    let entry = books.client.get(&format!("/entries/{}", entry_id.as_str().expect("an entry"))).expect(200);
    lines_of(entry.data())
}

pub(crate) fn lines_of(entry: &Value) -> Vec<(String, i64)> {
    let amount = |line: &Value, side: &str| line[side].as_i64().unwrap();
    entry["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            let number = line["account_number"].as_str().unwrap().to_owned();
            (number, amount(line, "debit") - amount(line, "credit"))
        })
        .collect()
}

/// The same in base currency.
pub(crate) fn base_lines_of(entry: &Value) -> Vec<(String, i64)> {
    let amount = |line: &Value, side: &str| line[side].as_i64().unwrap();
    entry["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            let number = line["account_number"].as_str().unwrap().to_owned();
            (number, amount(line, "base_debit") - amount(line, "base_credit"))
        })
        .collect()
}

/// Owned lines to compare with.
pub(crate) fn lines(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    expected.iter().map(|(number, amount)| ((*number).to_owned(), *amount)).collect()
}

/// The balance of an account, debit less credit.
pub(crate) fn balance(books: &Books<'_>, number: &str) -> i64 {
    let found = books.client.get("/balances?as_of=2199-12-31").expect(200);
    let rows: BTreeMap<&str, &Value> = found.data()["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["number"].as_str().unwrap(), row))
        .collect();
    rows.get(number)
        .map_or(0, |row| row["debit_total"].as_i64().unwrap() - row["credit_total"].as_i64().unwrap())
}

/// The ids of a list.
pub(crate) fn ids(answer: &Answer) -> Vec<String> {
    answer.data().as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}
