//! `/api-keys`.

use crate::http::case::{Access, Case, ask, changed, created};
use partita_memory::MemoryStore;
use partita_tests::fixtures::{NOW, TickingClock};
use partita_tests::server::{Books, Server, for_each_server};
use serde_json::{Value, json};
use std::sync::Arc;
use time::Duration;

fn body() -> Value {
    json!({ "name": "Web shop", "permissions": ["journal:read", "accounts:read"] })
}

fn new_id(books: &Books<'_>) -> String {
    books.client.post("/api-keys", &body()).expect(201).id()
}

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("users:read");
    vec![
        Case::read("listApiKeys", read, |_| ask(), |_| ask().query("revoked", "all"), ("revoked", "type")),
        Case::read("getApiKey", read, |books| ask().id(&books.key_id), |_| ask().id("x"), ("id", "format")),
        Case::write(
            "createApiKey",
            "users:write",
            (201, |_| ask().body(body())),
            created("api_key.created"),
            |_| ask().body(body()).but("expires_at", json!("2000-01-01T00:00:00Z")),
            ("expires_at", "range"),
        ),
        Case::write(
            "updateApiKey",
            "users:write",
            (200, |books| ask().id(new_id(books)).body(json!({ "name": "Till" }))),
            changed("api_key.updated"),
            |books| ask().id(new_id(books)).body(json!({ "rate_limit_per_minute": 0 })),
            ("rate_limit_per_minute", "range"),
        ),
        Case::write(
            "revokeApiKey",
            "users:write",
            (200, |books| ask().id(new_id(books))),
            changed("api_key.revoked"),
            |books| ask().id(new_id(books)).header("If-Match", "one"),
            ("If-Match", "format"),
        ),
        Case::write(
            "rotateApiKey",
            "users:write",
            (200, |books| ask().id(new_id(books))),
            changed("api_key.rotated"),
            |_| ask().id("mine"),
            ("id", "format"),
        ),
    ]
}

#[test]
fn a_key_works_until_it_is_revoked() {
    for_each_server(|server| {
        let books = server.found();
        let made = books.client.post("/api-keys", &body()).expect(201);
        let key = made.data()["key"].as_str().unwrap();
        assert!(key.len() == 64 && key.chars().all(|c| c.is_ascii_alphanumeric()));
        assert_eq!(made.data()["prefix"], key[..8]);
        let client = server.client().with_key(key);
        let _ = client.get("/accounts").expect(200);
        let _ = server.client().with_bearer(key).get("/accounts").expect(200);
        client.get("/users").refused(403, "forbidden");
        let path = format!("/api-keys/{}", made.id());
        let found = books.client.get(&path).expect(200);
        assert!(found.data().get("key").is_none());
        assert!(found.data()["last_used_at"].is_string());
        let gone = books.client.delete(&path).expect(200);
        assert_eq!(gone.data()["status"], "revoked");
        client.get("/accounts").refused(401, "revoked_api_key");
        assert_eq!(books.client.delete(&path).refused(409, "invalid_state").details()["status"], "revoked");
        books.client.patch(&path, &json!({ "name": "Again" })).refused(409, "invalid_state");
        books.client.request("POST", &format!("{path}/rotate")).send().refused(409, "invalid_state");
        let ids = |query: &str| -> Vec<Value> {
            let list = books.client.get(&format!("/api-keys{query}")).expect(200);
            list.data().as_array().unwrap().iter().map(|key| key["id"].clone()).collect()
        };
        assert!(!ids("").contains(&json!(made.id())));
        assert!(ids("?revoked=true").contains(&json!(made.id())));
    });
}

#[test]
fn a_rotated_key_has_new_characters_at_once() {
    for_each_server(|server| {
        let books = server.found();
        let made = books.client.post("/api-keys", &body()).expect(201);
        let old = server.client().with_key(made.data()["key"].as_str().unwrap());
        let _ = old.get("/accounts").expect(200);
        let rotated =
            books.client.request("POST", &format!("/api-keys/{}/rotate", made.id())).send().expect(200);
        old.get("/accounts").refused(401, "invalid_api_key");
        let new = server.client().with_key(rotated.data()["key"].as_str().unwrap());
        assert_eq!(new.get("/auth/me").expect(200).data()["api_key"]["id"], made.id());
    });
}

#[test]
fn a_key_expires() {
    let clock = Arc::new(TickingClock::at(NOW));
    let server = Server::start_at("memory", Arc::new(MemoryStore::new()), clock.clone());
    let books = server.found();
    let mut body = body();
    body["expires_at"] = json!("2026-03-03T00:00:00Z");
    let made = books.client.post("/api-keys", &body).expect(201);
    let client = server.client().with_key(made.data()["key"].as_str().unwrap());
    let _ = client.get("/accounts").expect(200);
    clock.advance(Duration::days(2));
    client.get("/accounts").refused(401, "expired_api_key");
    let found = books.client.get(&format!("/api-keys/{}", made.id())).expect(200);
    assert_eq!(found.data()["status"], "expired");
}

#[test]
fn a_patch_changes_what_is_given() {
    for_each_server(|server| {
        let books = server.found();
        let id = new_id(&books);
        let path = format!("/api-keys/{id}");
        let patch = json!({ "permissions": "read_write", "rate_limit_per_hour": 9, "expires_at": "2199-01-01T00:00:00Z" });
        let changed = books.client.patch(&path, &patch).expect(200);
        assert_eq!(
            (&changed.data()["name"], &changed.data()["rate_limit_per_hour"]),
            (&json!("Web shop"), &json!(9))
        );
        let cleared = json!({ "rate_limit_per_hour": null, "expires_at": null });
        let cleared = books.client.patch(&path, &cleared).expect(200);
        assert_eq!(
            (&cleared.data()["rate_limit_per_hour"], &cleared.data()["expires_at"]),
            (&Value::Null, &Value::Null)
        );
        books.client.patch(&path, &json!({ "name": null })).refused_field("name", "type");
        books.client.patch(&path, &json!({ "version": 1 })).refused(409, "version_conflict");
    });
}
