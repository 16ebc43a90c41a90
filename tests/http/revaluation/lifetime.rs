//! What exchange did to one document.

use super::{document, fx, pay, run, store_rate};
use crate::http::document::{customer, invoice, line};
use partita_tests::server::for_each_server;
use serde_json::{Value, json};

#[test]
fn t34_parts_at_different_rates_add_up_however_often_they_were_revalued() {
    for_each_server(|server| {
        let books = server.found();
        let invoice = document(&books, "/invoices", &customer(&books), ("2026-01-10", 100_000, 920_000));
        for (date, rate) in [("2026-01-31", 990_000), ("2026-02-28", 800_000), ("2026-03-31", 930_000)] {
            store_rate(&books, "EUR", date, rate);
            let _ = run(&books, &json!({ "date": date }));
        }
        let _ = pay(&books, ("invoice_id", &invoice), ("2026-02-10", 40_000, 940_000));
        let _ = pay(&books, ("invoice_id", &invoice), ("2026-04-10", 60_000, 900_000));
        let fx = fx(&books, "/invoices", &invoice, "2026-12-31");
        let of = |list: &str, name: &str| -> Vec<i64> {
            fx[list].as_array().unwrap().iter().map(|one| one[name].as_i64().unwrap()).collect()
        };
        assert_eq!(of("settlements", "realised"), [800, -1_200]);
        assert_eq!(of("settlements", "exchange_rate"), [940_000, 900_000]);
        assert_eq!(of("settlements", "base_settled_amount"), [36_800, 55_200]);
        // All were run before the first payment was recorded.
        assert_eq!(of("revaluations", "unrealised"), [7_000, -12_000, 1_000]);
        assert_eq!(
            (&fx["base_received_amount"], &fx["base_settled_amount"]),
            (&json!(91_600), &json!(92_000))
        );
        assert_eq!(
            (&fx["lifetime"], &fx["unrealised"], &fx["is_proved"]),
            (&json!(-400), &json!(0), &json!(true))
        );
    });
}

#[test]
fn t35_the_residue_of_parts_is_no_gain() {
    for_each_server(|server| {
        let books = server.found();
        let invoice = document(&books, "/invoices", &customer(&books), ("2026-03-31", 10_000, 1_234_500));
        for amount in [3_333, 3_333, 3_334] {
            let _ = pay(&books, ("invoice_id", &invoice), ("2026-04-15", amount, 1_234_500));
        }
        let fx = fx(&books, "/invoices", &invoice, "2026-04-30");
        assert_eq!((&fx["base_settled_amount"], &fx["base_open_amount"]), (&json!(12_345), &json!(0)));
        assert_eq!(fx["is_proved"], true);
    });
}

#[test]
fn t40_a_credit_note_of_its_own_rate_and_the_invoice_it_settles_share_the_difference() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let invoice = document(&books, "/invoices", &customer, ("2026-03-01", 10_000, 920_000));
        store_rate(&books, "EUR", "2026-03-10", 900_000);
        // It corrects no invoice, so it has the rate of its date.
        let credit = json!({ "customer_id": customer, "date": "2026-03-10", "currency_code": "EUR",
            "lines": [line("4100", 10_000)] });
        let credit = books.client.post("/credit-notes", &credit).expect(201);
        assert_eq!(credit.data()["exchange_rate"], 900_000);
        let credit = credit.id();
        let set_off = json!({ "date": "2026-03-31", "amount": 0, "exchange_rate": 950_000, "applications": [
            { "invoice_id": invoice, "amount": 10_000 }, { "credit_note_id": credit, "amount": 10_000 } ] });
        let _ = books.client.post("/payments/apply", &set_off).expect(201);
        let one = fx(&books, "/invoices", &invoice, "2026-03-31");
        let other = fx(&books, "/credit-notes", &credit, "2026-03-31");
        assert_eq!((&one["is_proved"], &other["is_proved"]), (&json!(true), &json!(true)));
        let realised = |fx: &Value| fx["realised"].as_i64().unwrap();
        assert_eq!(realised(&one) + realised(&other), 9_000 - 9_200);
    });
}

#[test]
fn what_is_taken_back_is_taken_back_from_the_history() {
    for_each_server(|server| {
        let books = server.found();
        let invoice = document(&books, "/invoices", &customer(&books), ("2026-03-01", 10_000, 920_000));
        let body = json!({ "date": "2026-03-15", "amount": 9_800, "exchange_rate": 950_000,
            "applications": [{ "invoice_id": invoice, "amount": 9_800, "discount": 200 }] });
        let paid = books.client.post("/payments/apply", &body).expect(201).id();
        let settled = fx(&books, "/invoices", &invoice, "2026-03-31");
        // The discount leaves at the rate of the invoice.
        assert_eq!((&settled["base_received_amount"], &settled["realised"]), (&json!(9_494), &json!(294)));
        assert_eq!(settled["is_proved"], true);
        let void = json!({ "date": "2026-04-02" });
        let _ = books.client.post(&format!("/payments/{paid}/void"), &void).expect(200);
        assert_eq!(fx(&books, "/invoices", &invoice, "2026-04-01"), {
            let mut then = settled.clone();
            then["as_of"] = json!("2026-04-01");
            then
        });
        let after = fx(&books, "/invoices", &invoice, "2026-04-02");
        assert_eq!((&after["realised"], &after["base_received_amount"]), (&json!(0), &json!(0)));
        assert_eq!((&after["base_open_amount"], &after["is_proved"]), (&json!(9_200), &json!(true)));
        assert_eq!(after["settlements"][1]["reverses_id"], after["settlements"][0]["application_id"]);
        let _ = books
            .client
            .post(&format!("/invoices/{invoice}/void"), &json!({ "date": "2026-05-01" }))
            .expect(200);
        assert_eq!(fx(&books, "/invoices", &invoice, "2026-04-30")["is_void"], false);
        let void = fx(&books, "/invoices", &invoice, "2026-05-01");
        assert_eq!((&void["is_void"], &void["base_open_amount"]), (&json!(true), &json!(0)));
    });
}

#[test]
fn only_what_was_posted_has_a_history() {
    for_each_server(|server| {
        let books = server.found();
        let mut draft = invoice(&customer(&books), 100);
        draft["post"] = json!(false);
        let draft = books.client.post("/invoices", &draft).expect(201).id();
        let refused = books.client.get(&format!("/invoices/{draft}/fx")).refused(409, "invalid_state");
        assert_eq!(refused.details()["status"], "draft");
        books.client.get(&format!("/bills/{draft}/fx")).refused(404, "not_found");
        // In base currency nothing is gained or lost.
        let plain = books.client.post("/invoices", &invoice(&customer(&books), 100)).expect(201).id();
        let fx = fx(&books, "/invoices", &plain, "2026-12-31");
        assert_eq!(
            (&fx["exchange_rate"], &fx["lifetime"], &fx["is_proved"]),
            (&json!(1_000_000), &json!(0), &json!(true))
        );
    });
}
