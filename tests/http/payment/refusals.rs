//! What payments are refused for: the field, and both numbers that disagree.

use super::{applied, apply, credit_of, id, invoice_of, payment};
use crate::http::document::{customer, invoice, line, vendor};
use partita_tests::client::Answer;
use partita_tests::server::for_each_server;
use serde_json::{Value, json};

fn says(answer: &Answer, words: &[&str]) {
    let message = answer.json()["error"]["message"].as_str().unwrap();
    assert!(words.iter().all(|word| message.contains(word)), "{message}");
}

#[test]
fn more_than_is_open_or_left_is_refused_with_both_numbers() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let invoice = invoice_of(&books, &customer, 10_000);
        let refused = apply(&books, &payment(20_000, json!([{ "invoice_id": invoice, "amount": 12_000 }])));
        says(&refused, &["120.00", "100.00"]);
        refused.refused_field("applications[0].amount", "exceeds_open_amount");
        let refused = apply(&books, &payment(5_000, json!([{ "invoice_id": invoice, "amount": 6_000 }])));
        says(&refused, &["60.00", "50.00"]);
        refused.refused_field("applications", "exceeds_unapplied_amount");

        let note = credit_of(&books, &customer, 3_000);
        let uneven =
            json!([{ "invoice_id": invoice, "amount": 4_000 }, { "credit_note_id": note, "amount": 3_000 }]);
        apply(&books, &payment(0, uneven)).refused_field("applications", "exceeds_unapplied_amount");

        let advance =
            json!({ "date": "2026-04-01", "amount": 500, "contact_id": customer, "direction": "received" });
        let advance = applied(&books, &advance);
        let rest = json!({ "payment_id": id(&advance), "date": "2026-04-02",
            "applications": [{ "invoice_id": invoice, "amount": 501 }] });
        let refused = apply(&books, &rest);
        says(&refused, &["5.01", "5.00"]);
        refused.refused_field("applications", "exceeds_unapplied_amount");
    });
}

#[test]
fn what_is_not_posted_or_void_is_refused_with_its_state() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let mut draft = invoice(&customer, 100);
        draft["post"] = json!(false);
        let draft = books.client.post("/invoices", &draft).expect(201).id();
        let void = invoice_of(&books, &customer, 100);
        let _ = books.client.post(&format!("/invoices/{void}/void"), &json!({})).expect(200);
        for (invoice, status) in [(draft, "draft"), (void, "void")] {
            let refused = apply(&books, &payment(100, json!([{ "invoice_id": invoice, "amount": 100 }])));
            assert_eq!(refused.refused(409, "invalid_state").details()["status"], status);
        }
        let path = |id: &str| format!("/credit-notes/{id}/refund");
        let note = credit_of(&books, &customer, 100);
        let _ = books.client.post(&format!("/credit-notes/{note}/void"), &json!({})).expect(200);
        books.client.post(&path(&note), &json!({})).refused(409, "invalid_state");
        let advance =
            json!({ "date": "2026-04-01", "amount": 500, "contact_id": customer, "direction": "received" });
        let advance = applied(&books, &advance);
        let _ = books.client.post(&format!("/payments/{}/void", id(&advance)), &json!({})).expect(200);
        let invoice = invoice_of(&books, &customer, 100);
        let rest = json!({ "payment_id": id(&advance), "date": "2026-04-02",
            "applications": [{ "invoice_id": invoice, "amount": 1 }] });
        apply(&books, &rest).refused(409, "invalid_state");
        let set_off =
            json!([{ "invoice_id": invoice, "amount": 1 }, { "payment_id": id(&advance), "amount": 1 }]);
        apply(&books, &payment(0, set_off)).refused(409, "invalid_state");
    });
}

#[test]
fn items_that_do_not_fit_are_refused() {
    for_each_server(|server| {
        let books = server.found();
        let (one, other) = (customer(&books), customer(&books));
        let invoice = invoice_of(&books, &one, 10_000);
        let nobody = "01980000-0000-7000-8000-000000000000";
        let refuse = |body: &Value, field: &str, constraint: &str| {
            apply(&books, body).refused_field(field, constraint);
        };
        let named = |name: &str, id: &str| payment(100, json!([{ name: id, "amount": 100 }]));
        for name in ["invoice_id", "bill_id", "credit_note_id", "vendor_credit_id"] {
            refuse(&named(name, nobody), &format!("applications[0].{name}"), "exists");
        }
        let mut of_payment = named("payment_id", nobody);
        of_payment["direction"] = json!("made");
        refuse(&of_payment, "applications[0].payment_id", "exists");
        refuse(&named("bill_id", &invoice), "applications[0].bill_id", "exists");
        let theirs = invoice_of(&books, &other, 10_000);
        let both = json!([{ "invoice_id": invoice, "amount": 1 }, { "invoice_id": theirs, "amount": 1 }]);
        refuse(&payment(2, both), "applications[1].invoice_id", "exists");
        let twice = json!([{ "invoice_id": invoice, "amount": 1 }, { "invoice_id": invoice, "amount": 1 }]);
        refuse(&payment(2, twice), "applications[1].amount", "unique");
        let euros = json!({ "customer_id": one, "date": "2026-03-31", "currency_code": "EUR",
            "exchange_rate": 1_000_000, "lines": [line("4100", 100)] });
        let euros = books.client.post("/invoices", &euros).expect(201).id();
        let mixed = json!([{ "invoice_id": invoice, "amount": 1 }, { "invoice_id": euros, "amount": 1 }]);
        refuse(&payment(2, mixed), "applications[1].amount", "currency");
        refuse(&payment(1, json!([{ "amount": 1 }])), "applications[0].invoice_id", "required");
        let two = json!([{ "invoice_id": invoice, "bill_id": invoice, "amount": 1 }]);
        refuse(&payment(1, two), "applications[0].bill_id", "one_of");
        refuse(
            &payment(1, json!([{ "invoice_id": invoice, "amount": 0 }])),
            "applications[0].amount",
            "range",
        );
        refuse(&payment(0, json!([])), "amount", "range");
        refuse(&json!({ "date": "2026-04-15", "amount": 1 }), "direction", "required");
        let unknown = json!({ "date": "2026-04-15", "amount": 1, "direction": "received" });
        refuse(&unknown, "contact_id", "required");
        let unknown =
            json!({ "date": "2026-04-15", "amount": 1, "direction": "received", "contact_id": nobody });
        refuse(&unknown, "contact_id", "exists");
        let mut early = named("invoice_id", &invoice);
        early["date"] = json!("2026-03-30");
        refuse(&early, "date", "date_order");
        for (field, value, constraint) in [
            ("account_id", json!(nobody), "exists"),
            ("account_id", json!(books.account("1100")), "account_type"),
            ("account_id", json!(books.account("4100")), "account_type"),
            ("amount", json!(-1), "range"),
            ("amount", json!(1.5), "type"),
            ("exchange_rate", json!(2_000_000), "range"),
            ("method", json!("x".repeat(51)), "length"),
            ("direction", json!("sideways"), "one_of"),
            ("payment_id", json!(nobody), "one_of"),
        ] {
            let mut body = named("invoice_id", &invoice);
            body[field] = value;
            let refused = apply(&books, &body);
            if field == "payment_id" {
                let refused = refused.refused(400, "validation_error");
                assert_eq!(refused.details()["constraint"], constraint);
            } else {
                refused.refused_field(field, constraint);
            }
        }
        let vendors = vendor(&books);
        let mut body = named("invoice_id", &invoice);
        body["contact_id"] = json!(vendors);
        refuse(&body, "applications[0].invoice_id", "exists");
    });
}
