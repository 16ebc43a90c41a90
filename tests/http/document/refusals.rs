//! What documents are refused for: the field that a caller can correct, and nothing is written.

use super::{customer, vendor};
use partita_tests::server::for_each_server;
use serde_json::json;

#[test]
fn what_does_not_fit_is_named_where_the_caller_wrote_it() {
    for_each_server(|server| {
        let books = server.found();
        let euros =
            json!({ "number": "1030", "name": "Checking EUR", "type": "bank", "currency_code": "EUR" });
        books.client.post("/accounts", &euros).expect(201);
        let before = books.written();
        for (path, party, contact) in [
            ("/invoices", "customer_id", customer(&books)),
            ("/estimates", "customer_id", customer(&books)),
            ("/bills", "vendor_id", vendor(&books)),
        ] {
            let line = json!({ "account_number": "1030", "unit_price": 1_000 });
            let body = json!({ party: contact, "date": "2026-03-31", "lines": [{ "unit_price": 1 }, line] });
            let refused = books.client.post(path, &body);
            let refused = refused.refused_field("lines[1].account_number", "currency");
            let message = refused.json()["error"]["message"].as_str().unwrap();
            assert_eq!(message, "account 1030 takes EUR only, this document is in USD");

            let body = json!({ party: contact, "date": "2026-03-31", "currency_code": "EUR",
                "exchange_rate": i64::MAX, "lines": [{ "unit_price": 99_999_999 }] });
            books.client.post(path, &body).refused_field("exchange_rate", "range");
        }
        assert_eq!(books.written(), before);
    });
}

#[test]
fn what_no_account_can_hold_is_refused_whole() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let before = books.written();
        let most = 999_999_999_999_999_i64;
        for (lines, field) in [
            (json!([{ "quantity": "999999999.999999", "unit_price": most }]), "lines[0].unit_price"),
            (json!([{ "quantity": "1000000000", "unit_price": 1 }]), "lines[0].quantity"),
            (json!([{ "unit_price": most }, { "unit_price": 1 }]), "lines"),
        ] {
            let body = json!({ "customer_id": customer, "date": "2026-03-31", "lines": lines });
            books.client.post("/invoices", &body).refused_field(field, "range");
        }
        for amount in [-1, most + 1] {
            let body = json!({ "date": "2026-03-31", "amount": amount, "direction": "received",
                "contact_id": customer });
            let refused = books.client.post("/payments/apply", &body).refused_field("amount", "range");
            let message = refused.json()["error"]["message"].as_str().unwrap();
            assert!(message.starts_with("an amount is 0 to 999999999999999"), "{message}");
        }
        assert_eq!(books.written(), before);
    });
}
