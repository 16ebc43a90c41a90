//! `/audit`.

use crate::http::case::{Access, Case, ask, entry};
use partita_tests::server::for_each_server;
use serde_json::{Value, json};

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("audit:read");
    vec![
        Case::read(
            "listAuditEvents",
            read,
            |_| ask(),
            |_| ask().query("from", "yesterday"),
            ("from", "format"),
        ),
        Case::read(
            "verifyAuditTrail",
            read,
            |_| ask(),
            |_| ask().query("deep", "true"),
            ("deep", "unknown_field"),
        ),
    ]
}

#[test]
fn the_trail_is_gapless_newest_first_and_whole() {
    for_each_server(|server| {
        let books = server.found();
        let id = books.client.post("/entries", &entry("2026-03-31", 1)).expect(201).id();
        let all = books.client.all("/audit?limit=17");
        let sequences: Vec<i64> = all.iter().map(|event| event["sequence"].as_i64().unwrap()).collect();
        let newest = sequences[0];
        assert_eq!(sequences, (1..=newest).rev().collect::<Vec<_>>());
        for pair in all.windows(2) {
            assert_eq!(pair[0]["previous_hash"], pair[1]["hash"]);
        }
        let found = |query: &str| -> Vec<Value> {
            let list = books.client.get(&format!("/audit?{query}")).expect(200);
            list.data().as_array().unwrap().clone()
        };
        assert_eq!(found(&format!("resource_type=journal_entry&resource_id={id}")).len(), 1);
        assert_eq!(found("action=company.created").len(), 1);
        assert_eq!(found(&format!("actor_id={}", books.key_id)).len(), 1);
        assert_eq!(found("to=2000-01-01"), [] as [Value; 0]);
        assert_eq!(found("from=2000-01-01T00:00:00Z&action=journal_entry.posted").len(), 1);
        let verified = books.client.get("/audit/verify").expect(200);
        assert_eq!((&verified.data()["valid"], &verified.data()["checked"]), (&json!(true), &json!(newest)));
    });
}

#[test]
fn no_secret_stands_in_the_trail() {
    for_each_server(|server| {
        let books = server.found();
        let key = books
            .client
            .post("/api-keys", &json!({ "name": "Till", "permissions": "read_only" }))
            .expect(201);
        let text = Value::from(books.client.all("/audit?limit=500")).to_string();
        assert!(!text.contains(key.data()["key"].as_str().unwrap()));
        assert!(!text.contains(&books.key));
        assert!(!text.contains("$argon2"));
    });
}
