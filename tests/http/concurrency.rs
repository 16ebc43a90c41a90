//! Many at once: numbers without gaps, one chain, no change lost.

use crate::http::case::entry;
use partita_tests::server::for_each_server;
use serde_json::json;
use std::collections::BTreeSet;

#[test]
fn entries_posted_at_once_have_numbers_without_a_gap() {
    for_each_server(|server| {
        let books = server.found();
        let (writers, each) = (8, 10);
        std::thread::scope(|scope| {
            for writer in 0..writers {
                let client = books.client.clone();
                scope.spawn(move || {
                    for i in 0..each {
                        let _ =
                            client.post("/entries", &entry("2026-03-31", writer * 100 + i + 1)).expect(201);
                    }
                });
            }
        });
        let entries = books.client.all("/entries?limit=30");
        let numbers: BTreeSet<String> =
            entries.iter().map(|entry| entry["entry_number"].as_str().unwrap().to_owned()).collect();
        let expected: BTreeSet<String> = (1..=writers * each).map(|i| format!("JE-2026-{i:06}")).collect();
        assert_eq!(numbers, expected);
        assert_eq!(books.client.get("/audit/verify").expect(200).data()["valid"], true);
        let report = books.client.get("/reports/trial-balance").expect(200);
        assert_eq!(report.data()["balanced"], true);
    });
}

#[test]
fn of_two_who_have_seen_the_same_version_one_wins() {
    for_each_server(|server| {
        let books = server.found();
        let path = format!("/accounts/{}", books.account("6100"));
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..6)
                .map(|i| {
                    let (client, path) = (&books.client, &path);
                    scope.spawn(move || {
                        let body = json!({ "number": "6100", "name": format!("Name {i}"), "type": "expense", "version": 1 });
                        client.put(path, &body).status
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 5, "{statuses:?}");
        assert_eq!(books.client.get(&path).expect(200).data()["version"], 2);
    });
}
