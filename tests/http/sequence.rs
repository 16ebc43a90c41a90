//! `/sequences`.

use crate::http::case::{Access, Case, ask, changed, entry};
use partita_tests::server::{Server, for_each_server};
use serde_json::{Value, json};

fn body() -> Value {
    json!({ "prefix": "JE-", "padding": 6, "reset": "yearly" })
}

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("settings:read");
    vec![
        Case::read("listSequences", read, |_| ask(), |_| ask().query("page", "0"), ("page", "range")),
        Case::read(
            "getSequence",
            read,
            |_| ask().at("type", "journal_entry"),
            |_| ask().at("type", "journal_entry").query("year", "2026"),
            ("year", "unknown_field"),
        ),
        Case::write(
            "updateSequence",
            "settings:write",
            (200, |_| ask().at("type", "journal_entry").body(body())),
            changed("sequence.updated"),
            |_| ask().at("type", "journal_entry").body(body()).but("padding", json!(13)),
            ("padding", "range"),
        ),
    ]
}

#[test]
fn numbers_look_as_their_sequence_says_and_have_no_gaps() {
    for_each_server(|server| {
        let books = server.found();
        let path = "/sequences/journal_entry";
        let body = json!({ "prefix": "J", "padding": 4, "reset": "never", "next_number": 41 });
        let changed = books.client.put(path, &body).expect(200);
        assert_eq!(changed.data()["next_number"], 41);
        let number = |date: &str| {
            books.client.post("/entries", &entry(date, 1)).expect(201).data()["entry_number"].clone()
        };
        let before = books.written();
        let mut bad = entry("2026-03-31", 1);
        bad["lines"][0]["debit"] = json!(2);
        books.client.post("/entries", &bad).expect(400);
        assert_eq!(books.written(), before);
        let first = number("2026-03-31");
        assert!(first.as_str().unwrap().ends_with("0041"), "{first}");
        assert!(number("2025-03-31").as_str().unwrap().ends_with("0042"));
        assert_eq!(books.client.get(path).expect(200).data()["next_number"], 43);
        let refused = books
            .client
            .put(path, &json!({ "prefix": "J", "padding": 4, "reset": "never", "next_number": 50 }));
        assert_eq!(refused.refused(409, "has_history").details()["field"], "next_number");
        let refused = books.client.put(path, &json!({ "prefix": "J", "padding": 4, "reset": "yearly" }));
        assert_eq!(refused.refused(409, "has_history").details()["field"], "reset");
        let _ = books.client.put(path, &json!({ "prefix": "K", "padding": 4, "reset": "never" })).expect(200);
    });
}

#[test]
fn there_are_only_the_sequences_there_are() {
    let books = Server::shared().found();
    books.client.get("/sequences/invoices").refused(404, "not_found");
    books.client.put("/sequences/invoices", &body()).refused(404, "not_found");
    assert_eq!(books.client.get("/sequences").expect(200).meta()["total_count"], 7);
}

#[test]
fn a_name_with_control_characters_names_nothing() {
    for_each_server(|server| {
        let books = server.found();
        for path in ["/sequences/a%00b", "/sequences/%07", "/roles/a%00b"] {
            let answer = books.client.get(path);
            assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
        }
    });
}
