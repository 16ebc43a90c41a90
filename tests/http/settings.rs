//! `/settings`.

use crate::http::case::{Access, Case, ask, changed};
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

/// The settings as they are, to be put back.
pub(crate) fn present(books: &Books<'_>) -> Value {
    let mut body = books.client.get("/settings").expect(200).data().clone();
    for name in ["updated_at", "version"] {
        body.as_object_mut().unwrap().remove(name);
    }
    body
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::read(
            "getSettings",
            Access::With("settings:read"),
            |_| ask(),
            |_| ask().query("name", "cors_allowlist"),
            ("name", "unknown_field"),
        ),
        Case::write(
            "updateSettings",
            "settings:write",
            (200, |books| ask().body(present(books))),
            changed("settings.updated"),
            |books| ask().body(present(books)).but("cors_allowlist", json!(["example.com"])),
            ("cors_allowlist[0]", "format"),
        ),
    ]
}

#[test]
fn settings_are_replaced_as_a_whole() {
    for_each_server(|server| {
        let books = server.found();
        let mut body = present(&books);
        body["closed_period_policy"] = json!("refuse");
        body["default_rate_limit"] = json!({ "per_minute": 60, "per_hour": 1000 });
        body["default_accounts"]["bank"] = json!(books.account("1010"));
        let changed = books.client.put("/settings", &body).expect(200);
        assert_eq!((&changed.data()["version"], changed.header("etag")), (&json!(2), Some("\"2\"")));
        assert_eq!(books.client.get("/settings").expect(200).data(), changed.data());
        let key = books
            .client
            .post("/api-keys", &json!({ "name": "Till", "permissions": "read_only" }))
            .expect(201);
        assert_eq!(
            (&key.data()["rate_limit_per_minute"], &key.data()["rate_limit_per_hour"]),
            (&json!(60), &json!(1000))
        );
        // What Partita posts to stays active.
        books.client.delete(&format!("/accounts/{}", books.account("1010"))).refused(409, "conflict");

        let refuse = |pointer: &str, value: Value, field: &str, constraint: &str| {
            let mut body = body.clone();
            *body.pointer_mut(pointer).unwrap() = value;
            books.client.put("/settings", &body).refused_field(field, constraint);
        };
        refuse("/closed_period_policy", json!("ask"), "closed_period_policy", "one_of");
        refuse("/default_rate_limit/per_minute", json!(0), "default_rate_limit.per_minute", "range");
        refuse("/cors_allowlist", json!(["*"]), "cors_allowlist[0]", "format");
        let nobody = json!("01980000-0000-7000-8000-000000000000");
        refuse("/default_accounts/rounding", nobody, "default_accounts.rounding", "exists");
        refuse(
            "/default_accounts/rounding",
            json!(server.found().account("1000")),
            "default_accounts.rounding",
            "exists",
        );
        body["version"] = json!(1);
        books.client.put("/settings", &body).refused(409, "version_conflict");
    });
}

#[test]
fn a_company_may_refuse_every_override() {
    for_each_server(|server| {
        let books = server.found();
        let mut body = present(&books);
        body["closed_period_policy"] = json!("refuse");
        let _ = books.client.put("/settings", &body).expect(200);
        let _ = books.client.post("/periods/2026-03/soft-lock", &json!({})).expect(200);
        let mut entry = crate::http::case::entry("2026-03-31", 1);
        entry["override_closed_period"] = json!({ "reason": "Please" });
        books.client.post("/entries", &entry).refused(403, "closed_period");
    });
}
