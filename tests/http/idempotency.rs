//! `Idempotency-Key`: a request is made once, however often it is sent.

use crate::http::case::{entry, fresh_name};
use partita_tests::server::{Server, for_each_server, for_each_server_alone};
use serde_json::json;
use std::sync::Barrier;

#[test]
fn the_first_outcome_is_answered_again() {
    for_each_server(|server| {
        let books = server.found();
        let key = fresh_name("key");
        let send = |body: &serde_json::Value| {
            books.client.request("POST", "/entries").header("Idempotency-Key", key.as_str()).json(body).send()
        };
        let first = send(&entry("2026-03-31", 100)).expect(201);
        assert_eq!(first.header("idempotency-replayed"), None);
        let before = books.written();
        let second = send(&entry("2026-03-31", 100)).expect(201);
        assert!(second.is_replayed());
        assert_eq!(second.data(), first.data());
        assert_ne!(second.header("x-request-id"), first.header("x-request-id"));
        send(&entry("2026-03-31", 101)).refused(422, "idempotency_key_reused");
        // The key belongs to a request, not to a body.
        let elsewhere = books.client.request("POST", "/accounts").header("Idempotency-Key", key.as_str());
        let account = json!({ "number": "9876", "name": "One", "type": "expense" });
        elsewhere.json(&account).send().refused(422, "idempotency_key_reused");
        assert_eq!(books.written(), before);
        // Another company's keys are its own.
        let other = server.found();
        let made = other.client.request("POST", "/entries").header("Idempotency-Key", key.as_str());
        assert!(!made.json(&entry("2026-03-31", 100)).send().expect(201).is_replayed());
    });
}

#[test]
fn what_was_refused_is_not_remembered() {
    for_each_server(|server| {
        let books = server.found();
        let key = fresh_name("key");
        let send = |body: &serde_json::Value| {
            books.client.request("POST", "/entries").header("Idempotency-Key", key.as_str()).json(body).send()
        };
        let mut bad = entry("2026-03-31", 100);
        bad["lines"][0]["debit"] = json!(99);
        send(&bad).refused_field("lines", "double_entry_balance");
        assert!(!send(&entry("2026-03-31", 100)).expect(201).is_replayed());
        assert!(send(&entry("2026-03-31", 100)).expect(201).is_replayed());
        let dry = fresh_name("key");
        let dry_run =
            books.client.request("POST", "/entries?dry_run=true").header("Idempotency-Key", dry.as_str());
        let _ = dry_run.json(&entry("2026-03-31", 100)).send().expect(200);
        let real = books.client.request("POST", "/entries").header("Idempotency-Key", dry.as_str());
        assert!(!real.json(&entry("2026-03-31", 100)).send().expect(201).is_replayed());
    });
}

// On servers of its own: a request that hangs here would hang every other test that sends a key.
#[test]
fn the_same_request_at_the_same_time_is_made_once() {
    for_each_server_alone(|server| {
        let books = server.found();
        let key = fresh_name("key");
        let together = Barrier::new(8);
        let answers: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        together.wait();
                        let request = books.client.request("POST", "/entries");
                        let request = request.header("Idempotency-Key", key.as_str());
                        request.json(&entry("2026-03-31", 100)).send()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert_eq!(made.iter().filter(|answer| !answer.is_replayed()).count(), 1);
        assert!(made.iter().all(|answer| answer.data() == made[0].data()));
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            assert_eq!((answer.status, answer.code()), (409, "idempotency_in_progress"));
            assert!(answer.header("retry-after").is_some());
        }
        assert_eq!(books.written().entry_position, 1);
    });
}

#[test]
fn a_key_has_1_to_255_characters() {
    let books = Server::shared().found();
    let send = |key: &str| {
        let request = books.client.request("POST", "/entries").header("Idempotency-Key", key);
        request.json(&entry("2026-03-31", 1)).send()
    };
    send("").refused_field("Idempotency-Key", "length");
    send(&"k".repeat(256)).refused_field("Idempotency-Key", "length");
    let _ = send(&"k".repeat(255)).expect(201);
    let _ = send("a key with spaces; and \"quotes\"").expect(201);
}
