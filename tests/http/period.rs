//! `/periods`.

use crate::http::case::{Access, Case, ask, changed, created, entry, fresh_month, user_with_token};
use partita_tests::server::{Books, Server, for_each_server};
use serde_json::json;

fn soft_locked(books: &Books<'_>) -> String {
    let month = fresh_month();
    let _ = books.client.post(&format!("/periods/{month}/soft-lock"), &json!({})).expect(200);
    month
}

/// A pending request of somebody else, and its period.
fn requested(books: &Books<'_>) -> (String, String) {
    let month = soft_locked(books);
    let (_, token) = user_with_token(books, "owner");
    let client = books.client.with_bearer(&token);
    let request = client.post(&format!("/periods/{month}/lock"), &json!({})).expect(201);
    (month, request.id())
}

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("periods:read");
    vec![
        Case::read(
            "listPeriods",
            read,
            |_| ask(),
            |_| ask().query("fiscal_year", "now"),
            ("fiscal_year", "type"),
        ),
        Case::read(
            "getPeriod",
            read,
            |_| ask().at("period", "2026-03"),
            |_| ask().at("period", "2026-13"),
            ("period", "format"),
        ),
        Case::write(
            "softLockPeriod",
            "periods:write",
            (200, |_| ask().at("period", fresh_month()).body(json!({ "reason": "Reported" }))),
            changed("period.soft_locked"),
            |_| ask().at("period", "2026-03").body(json!({ "reason": "x".repeat(501) })),
            ("reason", "length"),
        ),
        Case::write(
            "reopenPeriod",
            "periods:write",
            (200, |books| ask().at("period", soft_locked(books)).body(json!({ "reason": "A late bill" }))),
            changed("period.reopened"),
            |_| ask().at("period", "2026-03").body(json!({})),
            ("reason", "required"),
        ),
        Case::write(
            "requestPeriodLock",
            "periods:lock",
            (201, |books| ask().at("period", soft_locked(books)).body(json!({}))),
            created("period.lock_requested"),
            |_| ask().at("period", "1899-01"),
            ("period", "range"),
        ),
        Case::read(
            "getPeriodLockStatus",
            read,
            |books| ask().at("period", requested(books).0),
            |_| ask().at("period", "march"),
            ("period", "format"),
        ),
        Case::write(
            "approvePeriodLock",
            "periods:lock",
            (200, |books| {
                let (month, id) = requested(books);
                ask().at("period", month).at("request_id", id)
            }),
            changed("period.locked"),
            |_| ask().at("period", "2026-03").at("request_id", "1"),
            ("request_id", "format"),
        ),
        Case::write(
            "cancelPeriodLock",
            "periods:lock",
            (200, |books| {
                let (month, id) = requested(books);
                ask().at("period", month).at("request_id", id)
            }),
            changed("period.lock_cancelled"),
            |_| ask().at("period", "2026-03").at("request_id", "1"),
            ("request_id", "format"),
        ),
    ]
}

#[test]
fn a_soft_locked_period_takes_entries_only_with_permission_and_reason() {
    for_each_server(|server| {
        let books = server.found();
        let _ = books.client.post("/periods/2026-03/soft-lock", &json!({ "reason": "Reported" })).expect(200);
        let before = books.written();
        let refused = books.client.post("/entries", &entry("2026-03-31", 1)).refused(403, "closed_period");
        assert_eq!(
            (&refused.details()["period"], &refused.details()["status"]),
            (&json!("2026-03"), &json!("soft_locked"))
        );
        assert_eq!(books.written(), before);
        let mut body = entry("2026-03-31", 1);
        body["override_closed_period"] = json!({ "reason": "A late bill" });
        let lesser = books.client_without("periods:override");
        lesser.post("/entries", &body).expect(403);
        body["override_closed_period"] = json!({ "reason": "" });
        books.client.post("/entries", &body).expect(400);
        body["override_closed_period"] = json!({ "reason": "A late bill" });
        let made = books.client.post("/entries", &body).expect(201);
        let events = books.client.get(&format!("/audit?resource_id={}", made.id())).expect(200);
        assert_eq!(events.data()[0]["reason"], "A late bill");
        let _ =
            books.client.post("/periods/2026-03/reopen", &json!({ "reason": "More to come" })).expect(200);
        let _ = books.client.post("/entries", &entry("2026-03-31", 1)).expect(201);
        let refused = books.client.post("/periods/2026-03/reopen", &json!({ "reason": "Again" }));
        assert_eq!(refused.refused(409, "invalid_state").details()["status"], "open");
    });
}

#[test]
fn a_lock_needs_a_second_person_and_is_for_ever() {
    for_each_server(|server| {
        let books = server.found();
        let _ = books.client.post("/entries", &entry("2026-03-31", 100)).expect(201);
        books.client.post("/periods/2026-03/lock", &json!({})).refused(409, "invalid_state");
        books.client.get("/periods/2026-03/lock/status").refused(404, "not_found");
        let _ = books.client.post("/periods/2026-03/soft-lock", &json!({})).expect(200);
        let (_, token) = user_with_token(&books, "accountant");
        let other = books.client.with_bearer(&token);
        let request =
            books.client.post("/periods/2026-03/lock", &json!({ "reason": "Reported" })).expect(201);
        assert_eq!(request.data()["status"], "pending");
        books.client.post("/periods/2026-03/lock", &json!({})).refused(409, "conflict");
        let path = format!("/periods/2026-03/lock/{}", request.id());
        books.client.request("POST", &format!("{path}/approve")).send().refused(403, "forbidden");
        let status = books.client.get("/periods/2026-03/lock/status").expect(200);
        assert_eq!(status.data()["status"], "pending");
        let locked = other.request("POST", &format!("{path}/approve")).send().expect(200);
        assert_eq!(locked.data()["status"], "locked");
        assert_eq!(locked.data()["closing_hash"].as_str().unwrap().len(), 64);
        assert_eq!(locked.data()["entry_count"], 1);
        other.request("POST", &format!("{path}/approve")).send().refused(409, "invalid_state");
        other.request("POST", &format!("{path}/cancel")).send().refused(409, "invalid_state");
        books
            .client
            .post("/periods/2026-03/reopen", &json!({ "reason": "No" }))
            .refused(409, "invalid_state");
        let mut body = entry("2026-03-31", 1);
        body["override_closed_period"] = json!({ "reason": "Please" });
        let refused = books.client.post("/entries", &body).refused(403, "closed_period");
        assert_eq!(refused.details()["status"], "locked");
    });
}

#[test]
fn a_year_has_its_months_and_two_adjustment_periods() {
    for_each_server(|server| {
        let books = server.found();
        let list = books.client.get("/periods?fiscal_year=2026").expect(200);
        let names: Vec<_> =
            list.data().as_array().unwrap().iter().map(|period| period["period"].clone()).collect();
        assert_eq!(names.len(), 14);
        assert_eq!((&names[0], &names[13]), (&json!("2026-01"), &json!("2026-P14")));
        let mut body = entry("2026-12-31", 5);
        body["adjustment_period"] = json!(13);
        assert_eq!(books.client.post("/entries", &body).expect(201).data()["period"], "2026-P13");
        let balance = |query: &str| {
            let path = format!("/balances/{}?to=2026-12-31{query}", books.account("4100"));
            books.client.get(&path).expect(200).data()["balance"].clone()
        };
        assert_eq!((balance(""), balance("&adjustment_period=13")), (json!(0), json!(5)));
        body["date"] = json!("2026-11-30");
        books.client.post("/entries", &body).refused(400, "validation_error");
        body["adjustment_period"] = json!(12);
        books.client.post("/entries", &body).refused_field("adjustment_period", "one_of");
    });
}

#[test]
fn periods_have_proper_names() {
    let books = Server::shared().found();
    for name in ["2026", "2026-00", "2026-3", "2026-P15", "26-03", "2026-03-01", "%00", "2026-03%00"] {
        books.client.get(&format!("/periods/{name}")).refused(400, "validation_error");
    }
    books.client.get("/periods/1899-12").refused_field("period", "range");
}
