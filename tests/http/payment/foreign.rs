//! Payments in foreign currencies: what was gained or lost by exchange is realised.

use super::{applied, apply, id, payment};
use crate::http::document::{balance, base_lines_of, customer, line, lines};
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

/// An invoice in euros; the books are in dollars.
fn invoice(books: &Books<'_>, customer: &str, total: i64, rate: i64) -> String {
    let body = json!({ "customer_id": customer, "date": "2026-03-31", "currency_code": "EUR",
        "exchange_rate": rate, "lines": [line("4100", total)] });
    books.client.post("/invoices", &body).expect(201).id()
}

fn pay(books: &Books<'_>, invoice: &str, amount: i64, rate: i64) -> Value {
    let mut body = payment(amount, json!([{ "invoice_id": invoice, "amount": amount }]));
    body["exchange_rate"] = json!(rate);
    applied(books, &body)
}

fn base_entry(books: &Books<'_>, payment: &Value) -> Vec<(String, i64)> {
    let path = format!("/entries/{}", payment["entry_id"].as_str().unwrap());
    base_lines_of(books.client.get(&path).expect(200).data())
}

#[test]
fn t31_a_gain_is_realised() {
    for_each_server(|server| {
        let books = server.found();
        let invoice = invoice(&books, &customer(&books), 100_000, 920_000);
        let made = pay(&books, &invoice, 100_000, 940_000);
        assert_eq!(
            base_entry(&books, &made),
            lines(&[("1000", 94_000), ("1100", -92_000), ("8200", -2_000)])
        );
        assert_eq!(
            (&made["currency_code"], &made["base_amount"], &made["applications"][0]["exchange_difference"]),
            (&json!("EUR"), &json!(94_000), &json!(2_000))
        );
        // To void it takes the gain back.
        let _ = books.client.post(&format!("/payments/{}/void", id(&made)), &json!({})).expect(200);
        assert_eq!((balance(&books, "8200"), balance(&books, "1100")), (0, 92_000));
    });
}

#[test]
fn t34_parts_at_different_rates() {
    for_each_server(|server| {
        let books = server.found();
        let invoice = invoice(&books, &customer(&books), 100_000, 920_000);
        let made = pay(&books, &invoice, 40_000, 940_000);
        assert_eq!(base_entry(&books, &made), lines(&[("1000", 37_600), ("1100", -36_800), ("8200", -800)]));
        let made = pay(&books, &invoice, 60_000, 900_000);
        assert_eq!(base_entry(&books, &made), lines(&[("1000", 54_000), ("1100", -55_200), ("8200", 1_200)]));
        assert_eq!((balance(&books, "8200"), balance(&books, "1100")), (400, 0));
    });
}

#[test]
fn t35_the_last_part_relieves_what_is_left_in_base_currency() {
    for_each_server(|server| {
        let books = server.found();
        let invoice = invoice(&books, &customer(&books), 10_000, 1_234_500);
        for (amount, relieved) in [(3_333, 4_115), (3_333, 4_115), (3_334, 4_115)] {
            let made = pay(&books, &invoice, amount, 1_234_500);
            assert_eq!(made["applications"][0]["base_settled_amount"], relieved);
        }
        assert_eq!(balance(&books, "1100"), 0);
    });
}

#[test]
fn t36_money_leaves_a_foreign_account_at_what_it_is_carried_at() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        for (total, rate) in [(10_000, 900_000), (10_000, 1_000_000)] {
            let invoice = invoice(&books, &customer, total, rate);
            let _ = pay(&books, &invoice, total, rate);
        }
        assert_eq!(balance(&books, "1000"), 19_000);
        let vendor = crate::http::document::vendor(&books);
        let bill = json!({ "vendor_id": vendor, "date": "2026-03-31", "currency_code": "EUR",
            "exchange_rate": 1_100_000, "lines": [line("6100", 20_000)] });
        let bill = books.client.post("/bills", &bill).expect(201).id();
        let mut body = payment(20_000, json!([{ "bill_id": bill, "amount": 20_000 }]));
        body["exchange_rate"] = json!(1_100_000);
        let made = applied(&books, &body);
        // The euros were worth 190.00 and paid a debt of 220.00.
        assert_eq!(
            base_entry(&books, &made),
            lines(&[("1000", -19_000), ("2000", 22_000), ("8200", -3_000)])
        );
        assert_eq!((balance(&books, "1000"), balance(&books, "2000")), (0, 0));
    });
}

#[test]
fn the_rate_is_the_latest_stored_unless_one_is_given() {
    for_each_server(|server| {
        let books = server.found();
        let invoice = invoice(&books, &customer(&books), 10_000, 1_000_000);
        let body = payment(10_000, json!([{ "invoice_id": invoice, "amount": 10_000 }]));
        apply(&books, &body).refused_field("exchange_rate", "required");
        let rate = json!({ "from_currency": "EUR", "date": "2026-04-14", "rate": 1_080_000 });
        let _ = books.client.post("/exchange-rates", &rate).expect(201);
        let made = applied(&books, &body);
        assert_eq!((&made["exchange_rate"], &made["base_amount"]), (&json!(1_080_000), &json!(10_800)));
    });
}

#[test]
fn an_advance_keeps_what_it_was_worth() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let mut body = json!({ "date": "2026-04-01", "amount": 10_000, "currency_code": "EUR",
            "exchange_rate": 1_000_000, "contact_id": customer, "direction": "received" });
        let made = applied(&books, &body);
        let invoice = invoice(&books, &customer, 5_000, 1_100_000);
        body = json!({ "date": "2026-04-20", "payment_id": id(&made),
            "applications": [{ "invoice_id": invoice, "amount": 5_000 }] });
        let used = apply(&books, &body).expect(200);
        let application = &used.data()["applications"][0];
        assert_eq!(
            base_entry(&books, application),
            lines(&[("2400", 5_000), ("1100", -5_500), ("8200", 500)])
        );
        assert_eq!(used.data()["base_unapplied_amount"], 5_000);
    });
}

#[test]
fn a_void_that_empties_a_foreign_account_leaves_nothing_in_base_currency() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let mut receipts = Vec::new();
        for rate in [1_000_000, 1_200_000] {
            let invoice = invoice(&books, &customer, 10_000, rate);
            receipts.push(pay(&books, &invoice, 10_000, rate));
        }
        let paid = json!({ "date": "2026-04-16", "amount": 10_000, "currency_code": "EUR", "direction": "made",
            "exchange_rate": 1_100_000, "contact_id": crate::http::document::vendor(&books) });
        let _ = applied(&books, &paid);
        assert_eq!(balance(&books, "1000"), 11_000);
        let path = format!("/payments/{}/void", id(&receipts[0]));
        let void = books.client.post(&path, &json!({ "date": "2026-04-17" })).expect(200);
        let entry = json!({ "entry_id": void.data()["void_entry_id"] });
        // What was left cost 110.00 and goes at the 100.00 it came in at.
        assert_eq!(
            base_entry(&books, &entry),
            lines(&[("1000", -10_000), ("1100", 10_000), ("1000", -1_000), ("8200", 1_000)])
        );
        assert_eq!(balance(&books, "1000"), 0);
    });
}
