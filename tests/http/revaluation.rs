//! Revaluations of what is open in foreign currencies, and what exchange did to one document. The books are in dollars.

mod cases;
mod exchange;
mod lifetime;
mod refusals;

pub(crate) use cases::cases;

use crate::http::document::{customer, line, lines, posted, vendor};
use partita_tests::client::Answer;
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

/// A document of one line in euros.
fn document(books: &Books<'_>, path: &str, contact: &str, (date, total, rate): (&str, i64, i64)) -> String {
    let (party, account) = match path {
        "/invoices" | "/credit-notes" => ("customer_id", "4100"),
        _ => ("vendor_id", "6100"),
    };
    let body = json!({ party: contact, "date": date, "currency_code": "EUR", "exchange_rate": rate,
        "lines": [line(account, total)] });
    books.client.post(path, &body).expect(201).id()
}

/// A payment of one document in euros.
fn pay(books: &Books<'_>, item: (&str, &str), (date, amount, rate): (&str, i64, i64)) -> Value {
    let body = json!({ "date": date, "amount": amount, "exchange_rate": rate,
        "applications": [{ item.0: item.1, "amount": amount }] });
    books.client.post("/payments/apply", &body).expect(201).data().clone()
}

fn store_rate(books: &Books<'_>, currency: &str, date: &str, rate: i64) {
    let body = json!({ "from_currency": currency, "date": date, "rate": rate });
    let _ = books.client.post("/exchange-rates", &body).expect(201);
}

fn try_run(books: &Books<'_>, body: &Value) -> Answer {
    books.client.post("/revaluations", body)
}

fn run(books: &Books<'_>, body: &Value) -> Value {
    try_run(books, body).expect(201).data().clone()
}

/// The balance of an account at the end of a day in base currency, debit less credit.
fn balance_on(books: &Books<'_>, number: &str, day: &str) -> i64 {
    let found = books.client.get(&format!("/balances?as_of={day}")).expect(200);
    let rows = found.data()["rows"].as_array().unwrap();
    rows.iter()
        .find(|row| row["number"] == number)
        .map_or(0, |row| row["debit_total"].as_i64().unwrap() - row["credit_total"].as_i64().unwrap())
}

fn fx(books: &Books<'_>, path: &str, id: &str, day: &str) -> Value {
    books.client.get(&format!("{path}/{id}/fx?as_of={day}")).expect(200).data().clone()
}

fn assert_verified(books: &Books<'_>) {
    use partita_application::Call;
    use partita_domain::audit_event::Source;
    let call = Call::system(books.company, Source::System);
    let verified = partita_application::verify::verify(&books.server.app, &call).unwrap();
    assert!(verified.problems.is_empty(), "{:?}", verified.problems);
}

#[test]
fn t32_an_open_invoice_is_shown_at_the_closing_rate_until_the_next_day() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let invoice = document(&books, "/invoices", &customer, ("2026-06-01", 100_000, 920_000));
        store_rate(&books, "EUR", "2026-12-30", 950_000);
        let ageing = |day: &str| {
            books.client.get(&format!("/reports/ar-aging?as_of={day}")).expect(200).data().clone()
        };
        let statement = || {
            let path = format!("/contacts/{customer}/statement?to=2027-12-31");
            books.client.get(&path).expect(200).data().clone()
        };
        let before = (ageing("2026-12-31"), statement());
        let made = run(&books, &json!({ "date": "2026-12-31", "memo": "Year end" }));
        assert_eq!(
            (&made["reversal_date"], &made["gain"], &made["loss"], &made["difference"], &made["status"]),
            (&json!("2027-01-01"), &json!(3_000), &json!(0), &json!(3_000), &json!("posted"))
        );
        assert_eq!(
            made["exchange_rates"],
            json!([{ "currency_code": "EUR", "exchange_rate": 950_000, "date": "2026-12-30" }])
        );
        let item = &made["items"][0];
        assert_eq!((&item["invoice_id"], &made["item_count"]), (&json!(invoice), &json!(1)));
        assert_eq!(
            (&item["open_amount"], &item["base_open_amount"], &item["difference"], &item["side"]),
            (&json!(100_000), &json!(92_000), &json!(3_000), &json!("debit"))
        );
        assert_eq!(posted(&books, &made["entry_id"]), lines(&[("1195", 3_000), ("8210", -3_000)]));
        assert_eq!(posted(&books, &made["reversal_entry_id"]), lines(&[("1195", -3_000), ("8210", 3_000)]));
        for (day, adjustment) in [("2026-12-30", 0), ("2026-12-31", 3_000), ("2027-01-01", 0)] {
            assert_eq!(balance_on(&books, "1195", day), adjustment, "{day}");
            assert_eq!(balance_on(&books, "1100", day), 92_000, "{day}");
        }
        assert_eq!((ageing("2026-12-31"), statement()), before, "nobody owes more or less");
        let found = books.client.get(&format!("/revaluations/{}", made["id"].as_str().unwrap())).expect(200);
        assert_eq!(found.data(), &made);

        let paid = pay(&books, ("invoice_id", &invoice), ("2027-01-15", 100_000, 940_000));
        assert_eq!(paid["applications"][0]["exchange_difference"], 2_000);
        let then = fx(&books, "/invoices", &invoice, "2026-12-31");
        let sums = |fx: &Value| {
            [
                "realised",
                "unrealised",
                "lifetime",
                "base_received_amount",
                "base_settled_amount",
                "base_open_amount",
            ]
            .map(|name| fx[name].as_i64().unwrap())
        };
        assert_eq!(sums(&then), [0, 3_000, 3_000, 0, 0, 92_000]);
        assert_eq!(then["revaluations"][0]["is_standing"], true);
        let now = fx(&books, "/invoices", &invoice, "2027-01-31");
        assert_eq!(sums(&now), [2_000, 0, 2_000, 94_000, 92_000, 0]);
        assert_eq!((&now["is_proved"], &now["base_total"]), (&json!(true), &json!(92_000)));
        assert_eq!(now["revaluations"][0]["unrealised"], 3_000);
        assert_eq!(now["revaluations"][0]["is_standing"], false);
        assert_eq!(now["settlements"][0]["payment_number"], paid["payment_number"]);
        assert_verified(&books);
    });
}

#[test]
fn t33_a_bill_that_falls_is_a_gain() {
    for_each_server(|server| {
        let books = server.found();
        let bill = document(&books, "/bills", &vendor(&books), ("2026-06-01", 38_800, 94_390_000));
        let body = json!({ "date": "2026-06-30", "currency_code": "EUR",
            "exchange_rates": [{ "currency_code": "EUR", "exchange_rate": 93_932_500 }] });
        let made = run(&books, &body);
        assert_eq!(made["exchange_rates"][0]["date"], Value::Null);
        assert_eq!(
            (&made["items"][0]["base_open_amount"], &made["items"][0]["difference"]),
            (&json!(3_662_332), &json!(17_751))
        );
        assert_eq!(posted(&books, &made["entry_id"]), lines(&[("2090", 17_751), ("8210", -17_751)]));
        let paid = pay(&books, ("bill_id", &bill), ("2026-07-10", 38_800, 94_125_000));
        assert_eq!(paid["applications"][0]["exchange_difference"], 10_282);
        let fx = fx(&books, "/bills", &bill, "2026-07-31");
        assert_eq!(
            (&fx["lifetime"], &fx["unrealised"], &fx["is_proved"], &fx["side"]),
            (&json!(10_282), &json!(0), &json!(true), &json!("credit"))
        );
        assert_verified(&books);
    });
}

#[test]
fn what_was_open_on_the_day_is_revalued_and_gains_are_not_netted_with_losses() {
    for_each_server(|server| {
        let books = server.found();
        let (customer, vendor) = (customer(&books), vendor(&books));
        let first = document(&books, "/invoices", &customer, ("2026-06-01", 100_000, 920_000));
        let second = document(&books, "/invoices", &customer, ("2026-06-02", 50_000, 960_000));
        let credit = document(&books, "/credit-notes", &customer, ("2026-06-03", 10_000, 930_000));
        let bill = document(&books, "/bills", &vendor, ("2026-06-04", 20_000, 940_000));
        let vendor_credit = document(&books, "/vendor-credits", &vendor, ("2026-06-05", 4_000, 900_000));
        let _ = document(&books, "/invoices", &customer, ("2026-07-01", 7_000, 900_000));
        // Half is paid before the day, the other half after it; and the bank holds the euros.
        let _ = pay(&books, ("invoice_id", &first), ("2026-06-15", 50_000, 940_000));
        let _ = pay(&books, ("invoice_id", &first), ("2026-07-02", 50_000, 940_000));
        store_rate(&books, "EUR", "2026-06-30", 950_000);
        let made = run(&books, &json!({ "date": "2026-06-30" }));
        let items: Vec<(&Value, i64)> = made["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| {
                let names = ["invoice_id", "credit_note_id", "bill_id", "vendor_credit_id", "number"];
                let name = names.iter().find(|name| !item[**name].is_null()).unwrap();
                (&item[*name], item["difference"].as_i64().unwrap())
            })
            .collect();
        let expected = [first, second, credit, bill, vendor_credit, "1000".to_owned()].map(Value::from);
        let differences = [1_500, -500, -200, -200, 200, 500];
        assert_eq!(items, expected.iter().zip(differences).collect::<Vec<_>>());
        assert_eq!((&made["gain"], &made["loss"]), (&json!(2_200), &json!(900)));
        assert_eq!(
            posted(&books, &made["entry_id"]),
            lines(&[
                ("1195", 1_500),
                ("1195", -500),
                ("1195", -200),
                ("2090", -200),
                ("2090", 200),
                ("1090", 500),
                ("8210", -2_200),
                ("8210", 900),
            ])
        );
        assert_verified(&books);
    });
}

#[test]
fn where_nothing_is_open_or_no_rate_has_moved_there_is_no_entry() {
    for_each_server(|server| {
        let books = server.found();
        let none = run(&books, &json!({ "date": "2026-05-31" }));
        assert_eq!((&none["entry_id"], &none["items"], &none["gain"]), (&json!(null), &json!([]), &json!(0)));
        let _ = document(&books, "/invoices", &customer(&books), ("2026-06-01", 100_000, 920_000));
        store_rate(&books, "EUR", "2026-06-30", 920_000);
        let still = run(&books, &json!({ "date": "2026-06-30" }));
        assert_eq!((&still["entry_id"], &still["item_count"]), (&json!(null), &json!(1)));
        let path = format!("/revaluations/{}/void", still["id"].as_str().unwrap());
        let void = books.client.post(&path, &json!({ "reason": "Once more" })).expect(200);
        assert_eq!((&void.data()["status"], &void.data()["void_entry_id"]), (&json!("void"), &json!(null)));
        assert_eq!(books.client.get("/entries").expect(200).data().as_array().unwrap().len(), 1);
        assert_verified(&books);
    });
}

#[test]
fn a_closing_that_is_sent_again_under_its_external_id_is_run_once() {
    for_each_server(|server| {
        let books = server.found();
        let _ = document(&books, "/invoices", &customer(&books), ("2026-06-01", 100_000, 920_000));
        let path = "/revaluations/external/close%2F12";
        let body = json!({ "date": "2026-12-31", "memo": "Year end",
            "exchange_rates": [{ "currency_code": "EUR", "exchange_rate": 950_000 }] });
        let dry = books.client.put(&format!("{path}?dry_run=true"), &body).expect(200);
        assert_eq!(dry.data()["entries"].as_array().unwrap().len(), 2);
        let made = books.client.put(path, &body).expect(201);
        assert_eq!(made.data()["external_id"], "close/12");
        let again = books.client.put(path, &body).expect(200);
        assert_eq!(again.data(), made.data());
        for (field, value) in [
            ("date", json!("2026-11-30")),
            ("memo", json!("Another")),
            ("include_advances", json!(true)),
            ("currency_code", json!("EUR")),
            ("exchange_rates", json!([{ "currency_code": "EUR", "exchange_rate": 950_001 }])),
        ] {
            let mut other = body.clone();
            other[field] = value;
            let _ = books.client.put(path, &other).refused(409, "posted_entry_immutable");
        }
        assert_eq!(books.client.get("/revaluations").expect(200).data().as_array().unwrap().len(), 1);
        assert_verified(&books);
    });
}

#[test]
fn a_void_leaves_both_periods_as_if_it_had_never_been() {
    for_each_server(|server| {
        let books = server.found();
        let invoice = document(&books, "/invoices", &customer(&books), ("2026-06-01", 100_000, 920_000));
        store_rate(&books, "EUR", "2026-12-31", 950_000);
        let body = json!({ "date": "2026-12-31", "external_id": "close/12" });
        let made = run(&books, &body);
        let path = format!("/revaluations/{}", made["id"].as_str().unwrap());
        let void = json!({ "reason": "The bank has corrected its rate" });
        let dry = books.client.post(&format!("{path}/void?dry_run=true"), &void).expect(200);
        assert_eq!(dry.data()["entries"].as_array().unwrap().len(), 2);
        assert_eq!(balance_on(&books, "1195", "2026-12-31"), 3_000);
        let done = books.client.post(&format!("{path}/void"), &void).expect(200);
        assert_eq!((&done.data()["status"], &done.data()["version"]), (&json!("void"), &json!(2)));
        let (back, again) = (&done.data()["void_entry_id"], &done.data()["void_reversal_entry_id"]);
        assert_eq!(posted(&books, back), lines(&[("1195", -3_000), ("8210", 3_000)]));
        assert_eq!(posted(&books, again), lines(&[("1195", 3_000), ("8210", -3_000)]));
        for day in ["2026-12-31", "2027-01-01"] {
            assert_eq!((balance_on(&books, "1195", day), balance_on(&books, "8210", day)), (0, 0), "{day}");
        }
        let then = fx(&books, "/invoices", &invoice, "2026-12-31");
        assert_eq!((&then["unrealised"], &then["revaluations"][0]["status"]), (&json!(0), &json!("void")));
        let events = books.client.get("/audit?resource_type=revaluation").expect(200);
        assert_eq!(events.data()[0]["reason"], void["reason"]);

        // The day is free for another one.
        let given = json!({ "date": "2026-12-31",
            "exchange_rates": [{ "currency_code": "EUR", "exchange_rate": 960_000 }] });
        assert_eq!(run(&books, &given)["gain"], 4_000);
        let listed = |query: &str| {
            let found = books.client.get(&format!("/revaluations?{query}")).expect(200);
            found.data().as_array().unwrap().len()
        };
        assert_eq!((listed(""), listed("status=void"), listed("external_id=close/12")), (2, 1, 1));
        assert_eq!((listed("from=2026-12-31&to=2026-12-31"), listed("from=2027-01-01")), (2, 0));
        assert_verified(&books);
    });
}
