//! `/health`.

use crate::http::case::{Access, Case, ask};
use partita_tests::server::for_each_server;
use serde_json::json;

pub(crate) fn cases() -> Vec<Case> {
    let bad = ("deep", "unknown_field");
    vec![Case::read("getHealth", Access::Anybody, |_| ask(), |_| ask().query("deep", "true"), bad)]
}

#[test]
fn health_asks_the_database_at_both_paths() {
    for_each_server(|server| {
        for path in ["/health", "//health"] {
            let health = server.client().get(path).expect(200);
            assert_eq!((&health.data()["status"], &health.data()["database"]), (&json!("ok"), &json!("ok")));
            assert!(health.data()["uptime_seconds"].as_i64().unwrap() >= 0);
            assert_eq!(health.header("x-ratelimit-limit"), None);
        }
    });
}
