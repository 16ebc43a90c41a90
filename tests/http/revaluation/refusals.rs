//! What is refused.

use super::{balance_on, document, run, store_rate, try_run};
use crate::http::document::{customer, line};
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

/// An invoice in euros of June, without a rate of its end.
fn owed(books: &Books<'_>) -> String {
    document(books, "/invoices", &customer(books), ("2026-06-01", 100_000, 920_000))
}

fn closing(date: &str) -> Value {
    json!({ "date": date, "exchange_rates": [{ "currency_code": "EUR", "exchange_rate": 950_000 }] })
}

#[test]
fn a_currency_without_a_rate_is_named_with_its_day() {
    for_each_server(|server| {
        let books = server.found();
        let _ = owed(&books);
        let pounds = json!({ "customer_id": customer(&books), "date": "2026-06-01", "currency_code": "GBP",
            "exchange_rate": 1_300_000, "lines": [line("4100", 100)] });
        let _ = books.client.post("/invoices", &pounds).expect(201);
        let both = try_run(&books, &json!({ "date": "2026-06-30" })).refused(400, "validation_error");
        let errors = both.details()["errors"].as_array().unwrap();
        let messages: Vec<&str> = errors.iter().map(|error| error["message"].as_str().unwrap()).collect();
        assert!(messages[0].contains("EUR to USD on 2026-06-30"), "{messages:?}");
        assert!(messages[1].contains("GBP to USD on 2026-06-30"), "{messages:?}");
        // A rate of 30 days ago closes the period, one of 60 days ago does not.
        store_rate(&books, "EUR", "2026-05-31", 950_000);
        store_rate(&books, "GBP", "2026-05-01", 1_350_000);
        let one =
            try_run(&books, &json!({ "date": "2026-06-30" })).refused_field("exchange_rates", "required");
        assert!(one.message().contains("GBP"), "{}", one.message());
        let _ = run(&books, &json!({ "date": "2026-06-30", "currency_code": "EUR" }));
        let given = json!({ "date": "2026-06-30", "currency_code": "GBP",
            "exchange_rates": [{ "currency_code": "GBP", "exchange_rate": 1_400_000 }] });
        assert_eq!(run(&books, &given)["gain"], 10);
    });
}

#[test]
fn a_day_and_a_currency_are_revalued_once() {
    for_each_server(|server| {
        let books = server.found();
        let _ = owed(&books);
        let first = run(&books, &closing("2026-06-30"));
        let again = try_run(&books, &closing("2026-06-30")).refused(409, "conflict");
        assert_eq!(again.details()["existing_id"], first["id"]);
        let mut named = closing("2026-06-30");
        named["currency_code"] = json!("EUR");
        try_run(&books, &named).refused(409, "conflict");
        assert_eq!(balance_on(&books, "1195", "2026-06-30"), 3_000);
        // The next end of a month is another day, and another currency another revaluation.
        let _ = run(&books, &closing("2026-07-31"));
        let _ = run(&books, &json!({ "date": "2026-06-30", "currency_code": "GBP" }));
        let twice = json!({ "date": "2026-08-31", "external_id": "x" });
        let mut twice = json!({ "exchange_rates": closing("")["exchange_rates"], "date": twice["date"],
            "external_id": twice["external_id"] });
        let first = run(&books, &twice);
        twice["date"] = json!("2026-09-30");
        let refused = try_run(&books, &twice).refused(409, "duplicate_external_id");
        assert_eq!(refused.details()["existing_id"], first["id"]);
    });
}

#[test]
fn dates_end_periods_and_rates_are_of_foreign_currencies() {
    for_each_server(|server| {
        let books = server.found();
        for (date, constraint) in [
            ("2026-06-29", "one_of"),
            ("2026-06-31", "format"),
            ("2026-02-29", "format"),
            ("2199-12-31", "range"),
            ("1899-12-31", "range"),
            ("30.06.2026", "format"),
        ] {
            try_run(&books, &closing(date)).refused_field("date", constraint);
        }
        let refused = |change: Value, field: &str, constraint: &str| {
            let mut body = closing("2026-06-30");
            for (name, value) in change.as_object().unwrap() {
                body[name] = value.clone();
            }
            try_run(&books, &body).refused_field(field, constraint);
        };
        refused(json!({ "currency_code": "USD" }), "currency_code", "currency");
        refused(json!({ "currency_code": "XXQ" }), "currency_code", "currency");
        refused(json!({ "include_advances": 1 }), "include_advances", "type");
        let rate = |code: &str, rate: Value| json!({ "currency_code": code, "exchange_rate": rate });
        let at = |field: &str| format!("exchange_rates[0].{field}");
        let rates = |rates: Value| json!({ "exchange_rates": rates });
        refused(rates(json!([rate("USD", json!(1))])), &at("currency_code"), "currency");
        refused(rates(json!([rate("EUR", json!(0))])), &at("exchange_rate"), "range");
        refused(rates(json!([rate("EUR", json!(0.95))])), &at("exchange_rate"), "type");
        refused(
            rates(json!([rate("EUR", json!(1)), rate("EUR", json!(2))])),
            "exchange_rates[1].currency_code",
            "unique",
        );
        refused(rates(json!({ "EUR": 950_000 })), "exchange_rates", "type");
        assert_eq!(books.client.get("/revaluations").expect(200).data(), &json!([]));
    });
}

#[test]
fn both_periods_have_to_be_open() {
    for_each_server(|server| {
        let books = server.found();
        let _ = owed(&books);
        let lock = |month: &str| {
            let _ = books.client.post(&format!("/periods/{month}/soft-lock"), &json!({})).expect(200);
        };
        lock("2026-07");
        let refused = try_run(&books, &closing("2026-06-30")).refused(403, "closed_period");
        assert_eq!(refused.details()["period"], "2026-07");
        let refused = try_run(&books, &closing("2026-07-31")).refused(403, "closed_period");
        assert_eq!(refused.details()["period"], "2026-07");
        let mut wished = closing("2026-06-30");
        wished["override_closed_period"] = json!({ "reason": "Late rates" });
        let made = run(&books, &wished);
        let path = format!("/revaluations/{}/void", made["id"].as_str().unwrap());
        let mut void = json!({ "reason": "Wrong rate" });
        let refused = books.client.post(&path, &void).refused(403, "closed_period");
        assert_eq!(refused.details()["period"], "2026-07");
        void["override_closed_period"] = json!({ "reason": "Late rates" });
        let _ = books.client.post(&path, &void).expect(200);
        // Also where there is nothing to post.
        let mut none = closing("2026-07-31");
        none["currency_code"] = json!("GBP");
        try_run(&books, &none).refused(403, "closed_period");
    });
}

#[test]
fn a_revaluation_is_taken_back_once_and_as_a_whole() {
    for_each_server(|server| {
        let books = server.found();
        let _ = owed(&books);
        let made = run(&books, &closing("2026-06-30"));
        let id = made["id"].as_str().unwrap();
        let reverse = |entry: &Value| {
            let path = format!("/entries/{}/reverse", entry.as_str().unwrap());
            books.client.post(&path, &json!({ "date": "2026-12-31" }))
        };
        reverse(&made["entry_id"]).refused(409, "already_reversed");
        let refused = reverse(&made["reversal_entry_id"]).refused(409, "invalid_state");
        assert!(refused.message().contains(id), "{}", refused.message());
        let path = format!("/revaluations/{id}/void");
        books.client.post(&path, &json!({})).refused_field("reason", "required");
        books.client.post(&path, &json!({ "reason": "x", "version": 7 })).refused(409, "version_conflict");
        let void = json!({ "reason": "Wrong rate" });
        let done = books.client.post(&path, &void).expect(200);
        let again = books.client.post(&path, &void).refused(409, "invalid_state");
        assert_eq!(again.details()["status"], "void");
        for entry in ["void_entry_id", "void_reversal_entry_id"] {
            reverse(&done.data()[entry]).refused(409, "invalid_state");
        }
        assert_eq!(balance_on(&books, "1195", "2199-12-31"), 0);
        let nobody = "/revaluations/00000000-0000-7000-8000-000000000000/void";
        books.client.post(nobody, &void).refused(404, "not_found");
    });
}

#[test]
fn an_account_that_the_settings_do_not_name_is_asked_for() {
    for_each_server(|server| {
        let books = server.found();
        let _ = owed(&books);
        for name in ["receivables_revaluation", "unrealised_gain"] {
            let before = crate::http::settings::present(&books);
            let mut body = before.clone();
            body["default_accounts"][name] = json!(null);
            let _ = books.client.put("/settings", &body).expect(200);
            let field = format!("default_accounts.{name}");
            try_run(&books, &closing("2026-06-30")).refused_field(&field, "required");
            let _ = books.client.put("/settings", &before).expect(200);
        }
        assert_eq!(run(&books, &closing("2026-06-30"))["gain"], 3_000);
    });
}
