//! Money, advances, and what is not monetary; exchanges of one currency for another.

use super::{balance_on, document, pay, run, try_run};
use crate::http::document::{balance, customer, lines, posted, vendor};
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

fn closing(date: &str, rate: i64) -> Value {
    json!({ "date": date, "exchange_rates": [{ "currency_code": "EUR", "exchange_rate": rate }] })
}

fn side(account: &str, side: &str, amount: i64, base: i64) -> Value {
    let base_side = format!("base_{side}");
    json!({ "account_number": account, side: amount, base_side: base })
}

fn entry(currency: &str, rate: i64, lines: Value) -> Value {
    json!({ "date": "2026-03-31", "currency_code": currency, "exchange_rate": rate, "lines": lines })
}

#[test]
fn t36_a_foreign_bank_account_is_revalued_by_its_balance_and_worth_nothing_when_it_is_empty() {
    for_each_server(|server| {
        let books = server.found();
        let invoice = document(&books, "/invoices", &customer(&books), ("2026-03-01", 10_000, 900_000));
        let _ = pay(&books, ("invoice_id", &invoice), ("2026-03-01", 10_000, 900_000));
        let made = run(&books, &closing("2026-03-31", 1_000_000));
        let item = &made["items"][0];
        assert_eq!(
            (&item["number"], &item["open_amount"], &item["base_open_amount"]),
            (&json!("1000"), &json!(10_000), &json!(9_000))
        );
        assert_eq!(posted(&books, &made["entry_id"]), lines(&[("1090", 1_000), ("8210", -1_000)]));
        let bill = document(&books, "/bills", &vendor(&books), ("2026-04-01", 10_000, 1_100_000));
        let _ = pay(&books, ("bill_id", &bill), ("2026-04-15", 10_000, 1_100_000));
        assert_eq!((balance(&books, "1000"), balance(&books, "1090")), (0, 0));
        assert_eq!(run(&books, &closing("2026-04-30", 2_000_000))["items"], json!([]));
        super::assert_verified(&books);
    });
}

#[test]
fn an_overdrawn_account_and_a_loan_are_debts() {
    for_each_server(|server| {
        let books = server.found();
        let lines_of = json!([
            side("1000", "credit", 10_000, 9_000),
            side("2700", "credit", 20_000, 18_000),
            side("6100", "debit", 30_000, 27_000)
        ]);
        let _ = books.client.post("/entries", &entry("EUR", 900_000, lines_of)).expect(201);
        let made = run(&books, &closing("2026-03-31", 1_000_000));
        assert_eq!((&made["gain"], &made["loss"]), (&json!(0), &json!(3_000)));
        assert_eq!(
            posted(&books, &made["entry_id"]),
            lines(&[("1090", -1_000), ("2090", -2_000), ("8210", 3_000)])
        );
    });
}

#[test]
fn t37_what_is_not_monetary_is_never_revalued_and_advances_only_when_asked() {
    for_each_server(|server| {
        let books = server.found();
        for account in ["1200", "1300", "1500", "1700", "2410", "3100", "4100"] {
            let both = json!([side(account, "debit", 10_000, 9_000), side("3200", "credit", 10_000, 9_000)]);
            let _ = books.client.post("/entries", &entry("EUR", 900_000, both)).expect(201);
        }
        let advance = json!({ "date": "2026-03-10", "amount": 10_000, "currency_code": "EUR",
            "exchange_rate": 900_000, "contact_id": customer(&books), "direction": "received",
            "account_id": books.account("1080") });
        let advance = books.client.post("/payments/apply", &advance).expect(201).id();
        let prepaid = json!({ "date": "2026-03-10", "amount": 1_000, "currency_code": "EUR",
            "exchange_rate": 900_000, "contact_id": vendor(&books), "direction": "made",
            "account_id": books.account("1080") });
        let prepaid = books.client.post("/payments/apply", &prepaid).expect(201).id();
        let none = run(&books, &closing("2026-03-31", 1_000_000));
        assert_eq!((&none["items"], &none["entry_id"]), (&json!([]), &json!(null)));
        let mut asked = closing("2026-03-31", 1_000_000);
        asked["include_advances"] = json!(true);
        let made = run(&books, &asked);
        let ids: Vec<&Value> =
            made["items"].as_array().unwrap().iter().map(|item| &item["payment_id"]).collect();
        assert_eq!(ids, [&json!(advance), &json!(prepaid)]);
        assert_eq!(
            posted(&books, &made["entry_id"]),
            lines(&[("1195", -1_000), ("2090", 100), ("8210", -100), ("8210", 1_000)])
        );
        assert_eq!(made["include_advances"], true);
    });
}

#[test]
fn t39_both_legs_of_an_exchange_are_posted_or_none() {
    for_each_server(|server| {
        let books: Books<'_> = server.found();
        let given = json!([side("1080", "debit", 10_000, 824_214), side("1000", "credit", 10_000, 824_214)]);
        let given = entry("EUR", 82_421_350, given);
        let taken = |amount: i64| {
            json!({ "date": "2026-03-31", "lines": [{ "account_number": "1010", "debit": 824_214 },
                { "account_number": "1080", "credit": amount }] })
        };
        let legs = json!({ "entries": [given, taken(824_213)] });
        books.client.post("/entries/batch", &legs).refused_field("entries[1].lines", "double_entry_balance");
        assert_eq!((balance(&books, "1080"), balance(&books, "1000")), (0, 0));
        let legs = json!({ "entries": [given, taken(824_214)] });
        let _ = books.client.post("/entries/batch", &legs).expect(200);
        assert_eq!(["1080", "1000", "1010"].map(|number| balance(&books, number)), [0, -824_214, 824_214]);
    });
}

#[test]
fn a_revaluation_account_of_the_type_of_receivables_disturbs_no_statement() {
    for_each_server(|server| {
        let books = server.found();
        let account =
            json!({ "number": "1199", "name": "Receivables Revaluation", "type": "accounts_receivable" });
        let account = books.client.post("/accounts", &account).expect(201).id();
        let mut settings = crate::http::settings::present(&books);
        settings["default_accounts"]["receivables_revaluation"] = json!(account);
        let _ = books.client.put("/settings", &settings).expect(200);
        let customer = customer(&books);
        let _ = document(&books, "/invoices", &customer, ("2026-03-01", 10_000, 900_000));
        let path = format!("/contacts/{customer}/statement?to=2026-03-31");
        let before = books.client.get(&path).expect(200);
        let _ = run(&books, &closing("2026-03-31", 1_000_000));
        assert_eq!(balance_on(&books, "1199", "2026-03-31"), 1_000);
        assert_eq!(books.client.get(&path).expect(200).data(), before.data());
        let refused = try_run(&books, &closing("2026-03-31", 1_000_000));
        refused.refused(409, "conflict");
    });
}
