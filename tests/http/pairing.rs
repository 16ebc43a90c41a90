//! `/pair` and pairing codes.

use crate::http::case::{Access, Audited, Case, ask, created};
use partita_memory::MemoryStore;
use partita_tests::fixtures::{NOW, TickingClock};
use partita_tests::server::{Books, Server, for_each_server};
use serde_json::{Value, json};
use std::sync::Arc;
use time::Duration;

fn code(books: &Books<'_>) -> Value {
    let path = format!("/api-keys/{}/pairing-code", books.key_id);
    books.client.request("POST", &path).send().expect(201).data()["code"].clone()
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::write(
            "createPairingCode",
            "users:write",
            (201, |books| {
                let body = json!({ "name": "Till", "permissions": "read_only" });
                ask().id(books.client.post("/api-keys", &body).expect(201).id())
            }),
            created("api_key.pairing_opened"),
            |_| ask().id("till"),
            ("id", "format"),
        ),
        Case {
            operation: "pairDevice",
            access: Access::Anybody,
            happy: |books| ask().body(json!({ "code": code(books), "device_name": "Till 2" })),
            status: 201,
            bad: |_| ask().body(json!({ "code": "abc", "device_name": "" })),
            refused: ("device_name", "length"),
            audited: Some(Audited { actor: "system", ..created("api_key.created") }),
            remembers: false,
        },
    ]
}

#[test]
fn a_code_pairs_one_device() {
    for_each_server(|server| {
        let books = server.found();
        let body = json!({ "code": code(&books), "device_name": "Till 2" });
        let device = server.client();
        let paired = device.post("/pair", &body).expect(201);
        assert_eq!(
            (&paired.data()["name"], &paired.data()["paired_from"]),
            (&json!("Till 2"), &json!(books.key_id))
        );
        let client = device.with_key(paired.data()["key"].as_str().unwrap());
        assert_eq!(client.get("/company").expect(200).data()["id"], books.company.to_string());
        device.post("/pair", &body).refused(401, "invalid_api_key");
        device
            .post("/pair", &json!({ "code": "none", "device_name": "Till" }))
            .refused(401, "invalid_api_key");
    });
}

#[test]
fn a_code_works_for_ten_minutes() {
    let clock = Arc::new(TickingClock::at(NOW));
    let server = Server::start_at("memory", Arc::new(MemoryStore::new()), clock.clone());
    let books = server.found();
    let body = json!({ "code": code(&books), "device_name": "Till 2" });
    clock.advance(Duration::minutes(11));
    server.client().post("/pair", &body).refused(401, "invalid_api_key");
}
