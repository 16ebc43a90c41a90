//! What recurs is made, once.

use super::{accrual, purchase, sale};
use crate::http::document::{contact_with, customer, ids, line};
use partita_domain::contact::ContactType;
use partita_tests::client::Answer;
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

fn run(books: &Books<'_>, as_of: &str) -> Answer {
    books.client.post("/recurring/run", &json!({ "as_of": as_of })).expect(200)
}

fn make(books: &Books<'_>, body: &Value) -> String {
    books.client.post("/recurring", body).expect(201).id()
}

/// The dates of what was made of the first template of a run.
fn dates(run: &Answer) -> Vec<&str> {
    let made = run.data()["templates"][0]["made"].as_array().unwrap();
    made.iter().map(|made| made["date"].as_str().unwrap()).collect()
}

#[test]
fn month_ends_return_after_shorter_months_and_nothing_is_made_twice() {
    for_each_server(|server| {
        let books = server.found();
        let customer = contact_with(&books, ContactType::Customer, |contact| {
            contact.payment_terms_days = Some(14);
        });
        let mut body = sale(&books, "2026-01-31");
        body["invoice"]["customer_id"] = json!(customer);
        let template = make(&books, &body);
        let first = run(&books, "2026-04-30");
        assert_eq!(dates(&first), ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]);
        assert_eq!(
            (&first.data()["made_count"], &first.data()["is_complete"], &first.data()["refused_count"]),
            (&json!(4), &json!(true), &json!(0))
        );
        let of_template = &first.data()["templates"][0];
        assert_eq!(of_template["next_due"], "2026-05-31");
        let february = &of_template["made"][1];
        assert_eq!(
            (&february["status"], &february["number"], &february["total"], &february["currency_code"]),
            (&json!("posted"), &json!("INV-2026-000002"), &json!(10_000), &json!("USD"))
        );
        let invoice =
            books.client.get(&format!("/invoices/{}", february["id"].as_str().unwrap())).expect(200);
        assert_eq!(
            (&invoice.data()["date"], &invoice.data()["due_date"], &invoice.data()["external_id"]),
            (&json!("2026-02-28"), &json!("2026-03-14"), &json!(format!("recurring:{template}:2026-02-28")))
        );
        let again = run(&books, "2026-04-30");
        assert_eq!((&again.data()["made_count"], &again.data()["templates"]), (&json!(0), &json!([])));
        assert_eq!(books.written().entry_position, 4);
        let found = books.client.get(&format!("/recurring/{template}")).expect(200);
        assert_eq!(
            (&found.data()["last_run"], &found.data()["made_count"], &found.data()["version"]),
            (&json!("2026-04-30"), &json!(4), &json!(5))
        );
        assert_eq!(dates(&run(&books, "2026-05-31")), ["2026-05-31"]);
    });
}

#[test]
fn a_dry_run_says_what_would_be_made() {
    for_each_server(|server| {
        let books = server.found();
        make(&books, &sale(&books, "2026-01-31"));
        let before = books.written();
        let dry =
            books.client.post("/recurring/run?dry_run=true", &json!({ "as_of": "2026-03-31" })).expect(200);
        assert_eq!(dates(&dry), ["2026-01-31", "2026-02-28", "2026-03-31"]);
        assert_eq!(dry.data()["templates"][0]["made"][0].get("id"), None);
        assert_eq!(books.written(), before);
        assert_eq!(run(&books, "2026-03-31").data()["made_count"], 3);
    });
}

#[test]
fn one_that_is_refused_stays_due_and_disturbs_no_other() {
    for_each_server(|server| {
        let books = server.found();
        let stuck = make(&books, &sale(&books, "2026-01-31"));
        let fine = make(&books, &purchase(&books, "2026-02-15"));
        let _ = books.client.post("/periods/2026-01/soft-lock", &json!({})).expect(200);
        let first = run(&books, "2026-03-31");
        assert_eq!((&first.data()["made_count"], &first.data()["refused_count"]), (&json!(2), &json!(1)));
        let [of_stuck, of_fine] = first.data()["templates"].as_array().unwrap().as_slice() else {
            panic!("two templates")
        };
        assert_eq!((&of_stuck["template_id"], &of_fine["template_id"]), (&json!(stuck), &json!(fine)));
        assert_eq!((&of_stuck["made"], &of_stuck["next_due"]), (&json!([]), &json!("2026-01-31")));
        assert_eq!(of_stuck["refused"]["date"], "2026-01-31");
        assert_eq!(of_stuck["refused"]["errors"][0]["code"], "closed_period");
        assert_eq!((&of_fine["refused"], &of_fine["next_due"]), (&Value::Null, &json!("2026-04-15")));
        // Nothing of the refused one was written, no number used, and it is made once the period is open.
        let _ = books.client.post("/periods/2026-01/reopen", &json!({ "reason": "late" })).expect(200);
        let second = run(&books, "2026-03-31");
        assert_eq!(dates(&second), ["2026-01-31", "2026-02-28", "2026-03-31"]);
        assert_eq!(second.data()["templates"][0]["made"][0]["number"], "INV-2026-000001");
    });
}

#[test]
fn a_later_start_passes_over_what_cannot_be_made() {
    for_each_server(|server| {
        let books = server.found();
        let mut body = sale(&books, "2026-01-31");
        let template = make(&books, &body);
        assert_eq!(run(&books, "2026-01-31").data()["made_count"], 1);
        body["start_date"] = json!("2026-03-31");
        let put = books.client.put(&format!("/recurring/{template}"), &body).expect(200);
        assert_eq!(put.data()["next_due"], "2026-03-31");
        // The start can be set back; what was made is not made again.
        body["start_date"] = json!("2025-12-31");
        let put = books.client.put(&format!("/recurring/{template}"), &body).expect(200);
        assert_eq!(put.data()["next_due"], "2026-02-28");
        assert_eq!(dates(&run(&books, "2026-02-28")), ["2026-02-28"]);
    });
}

#[test]
fn drafts_wait_entries_are_posted_and_a_series_ends() {
    for_each_server(|server| {
        let books = server.found();
        let mut body = purchase(&books, "2026-03-01");
        body["auto_post"] = json!(false);
        body["frequency"] = json!("weekly");
        body["remaining_occurrences"] = json!(2);
        let template = make(&books, &body);
        make(&books, &accrual("2026-03-31"));
        let made = run(&books, "2026-12-31");
        let [bills, entries] = made.data()["templates"].as_array().unwrap().as_slice() else {
            panic!("two templates")
        };
        assert_eq!(bills["made"].as_array().unwrap().len(), 2);
        assert_eq!(
            (&bills["made"][1]["date"], &bills["made"][1]["status"]),
            (&json!("2026-03-08"), &json!("draft"))
        );
        assert_eq!(bills["next_due"], Value::Null);
        assert_eq!(entries["made"].as_array().unwrap().len(), 10);
        assert_eq!(books.written().entry_position, 10);
        let entry = &entries["made"][0];
        let entry = books.client.get(&format!("/entries/{}", entry["id"].as_str().unwrap())).expect(200);
        assert_eq!((&entry.data()["memo"], &entry.data()["date"]), (&json!("Accrued"), &json!("2026-03-31")));
        assert_eq!(ids(&books.client.get("/bills?status=draft").expect(200)).len(), 2);
        let over = books.client.get(&format!("/recurring/{template}")).expect(200);
        assert_eq!(
            (&over.data()["is_active"], &over.data()["remaining_occurrences"], &over.data()["next_due"]),
            (&json!(false), &json!(0), &Value::Null)
        );
    });
}

#[test]
fn what_has_the_external_id_of_an_occurrence_counts_as_made() {
    for_each_server(|server| {
        let books = server.found();
        let template = make(&books, &sale(&books, "2026-01-31"));
        let by_hand = json!({
            "customer_id": customer(&books), "date": "2026-01-31", "lines": [line("4100", 7)],
            "external_id": format!("recurring:{template}:2026-01-31"),
        });
        let by_hand = books.client.post("/invoices", &by_hand).expect(201).id();
        let made = run(&books, "2026-02-28");
        let made = made.data()["templates"][0]["made"].clone();
        assert_eq!((&made[0]["status"], &made[0]["id"]), (&json!("existing"), &json!(by_hand)));
        assert_eq!(made[1]["status"], "posted");
        assert_eq!(books.written().entry_position, 2);
    });
}

#[test]
fn two_who_run_at_the_same_time_make_everything_once() {
    for_each_server(|server| {
        let books = server.found();
        for _ in 0..4 {
            make(&books, &sale(&books, "2026-01-31"));
        }
        let made: i64 = std::thread::scope(|scope| {
            let runs = [0; 4].map(|_| {
                let client = books.client.clone();
                let body = json!({ "as_of": "2026-06-30" });
                scope.spawn(move || {
                    let made = client.post("/recurring/run", &body).expect(200);
                    made.data()["made_count"].as_i64().unwrap()
                })
            });
            runs.into_iter().map(|run| run.join().unwrap()).sum()
        });
        assert_eq!((made, books.written().entry_position), (24, 24));
    });
}
