//! What holds for every request: envelopes, ids, methods, credentials, compression, origins.

use crate::http::case::entry;
use partita_tests::client::{Client, Wire};
use partita_tests::openapi::Contract;
use partita_tests::server::{Server, for_each_server};
use serde_json::json;
use std::io::Read;

#[test]
fn a_valid_request_id_is_kept_and_any_other_replaced() {
    let books = Server::shared().found();
    let ask = |id: &str| {
        let answer = books.client.request("GET", "/company").header("X-Request-Id", id).send().expect(200);
        answer.header("x-request-id").unwrap().to_owned()
    };
    let given = "01J9XK5M3N8Q2R4S6T8V0W1X2Y";
    assert_eq!(ask(given), given);
    for bad in
        ["", "1", "01J9XK5M3N8Q2R4S6T8V0W1X2", "not-a-ulid-not-a-ulid-not-a", "01J9XK5M3N8Q2R4S6T8V0W1X2U!"]
    {
        let id = ask(bad);
        assert!(id.len() == 26 && id != bad, "{bad}: {id}");
    }
    let (first, second) = (books.client.get("/company"), books.client.get("/company"));
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
    let made = books.client.request("POST", "/entries").header("X-Request-Id", given);
    let made = made.json(&entry("2026-03-31", 1)).send().expect(201);
    let trail = books.client.get(&format!("/audit?resource_id={}", made.id())).expect(200);
    assert_eq!(trail.data()[0]["request_id"], given);
}

#[test]
fn what_is_not_there_is_404_and_what_is_there_says_its_methods() {
    let books = Server::shared().found();
    for path in
        ["/", "/nothing", "/accounts/1/2/3", "//", "//nothing", "//api", "//api/v2/accounts", "/accounts/"]
    {
        for client in [&books.client, &books.client.without_key()] {
            client.get(path).refused(404, "not_found");
            let _ = client.request("POST", path).json(&json!({})).unchecked().send();
        }
    }
    for operation in Contract::get().operations() {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND"] {
            let path = operation.path.replace("{period}", "2026-03").replace("{type}", "journal_entry");
            let path = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
            let path = path.collect::<Vec<_>>().join("/");
            if Contract::get().operation(method, &path).is_some() {
                continue;
            }
            let mut wire = Wire::open(books.server.address);
            // The method is what is wrong first, whatever else is sent along.
            let request = format!(
                "{method} {path}?dry_run=true HTTP/1.1\r\nHost: x\r\nX-API-Key: {}\r\nConnection: close\r\n\r\n",
                books.key
            );
            assert!(wire.send(request));
            let answer = wire.answer();
            if method == "HEAD" && Contract::get().operation("GET", &path).is_some() {
                continue;
            }
            assert_eq!(answer.status, 405, "{method} {path}");
            let allowed = answer.header("allow").unwrap_or_default();
            assert!(
                !allowed.is_empty() && !allowed.split(", ").any(|known| known == method),
                "{method} {path}: {allowed}"
            );
            if method != "HEAD" {
                assert_eq!(answer.code(), "method_not_allowed");
                assert_eq!(
                    answer.details()["allowed"].as_array().unwrap().len(),
                    allowed.split(", ").count()
                );
            }
        }
    }
}

#[test]
fn head_answers_as_get_does_without_the_body() {
    let books = Server::shared().found();
    for path in ["/api/v1/health", "/health", "/api/v1/accounts", "/openapi.json", "/docs/"] {
        let mut wire = Wire::open(books.server.address);
        let ask = |method: &str| {
            format!(
                "{method} {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {}\r\nConnection: close\r\n\r\n",
                books.key
            )
        };
        assert!(wire.send(ask("HEAD")));
        let head = wire.head();
        assert_eq!((head.status, head.bytes.len()), (200, 0), "{path}");
        let mut wire = Wire::open(books.server.address);
        assert!(wire.send(ask("GET")));
        assert_eq!(wire.answer().header("content-type"), head.header("content-type"), "{path}");
    }
}

#[test]
fn one_credential_is_sent_or_the_same_one_twice() {
    let books = Server::shared().found();
    let ask = |key: &str, authorization: &str| {
        let request = books.client.without_key().elsewhere();
        let request = request.request("GET", "/auth/me").header("X-API-Key", key);
        request.header("Authorization", authorization).send()
    };
    let _ = ask(&books.key, &format!("Bearer {}", books.key)).expect(200);
    let _ = ask(&books.key, &format!("bearer {}", books.key)).expect(200);
    ask(&books.key, "Bearer other").refused(400, "bad_request");
    let alone = |name: &str, value: &str| {
        let client = books.client.without_key().elsewhere();
        let answer = client.request("GET", "/auth/me").header(name, value).send();
        answer.refused(
            401,
            if value.starts_with("Basic") || value == "Bearer" { "unauthorized" } else { "invalid_api_key" },
        )
    };
    alone("Authorization", "Basic YWRhOnB3");
    alone("Authorization", "Bearer");
    alone("Authorization", "Bearer x");
    alone("X-API-Key", "");
    alone("X-API-Key", "x");
    alone("X-API-Key", &"k".repeat(4_000));
    alone("X-API-Key", &books.key.to_lowercase());
    alone("X-API-Key", &books.key[..63]);
    let mut wire = Wire::open(books.server.address);
    let ip = books.client.elsewhere().ip;
    assert!(
        wire.send(format!("GET /api/v1/auth/me HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {ip}\r\nX-API-Key: "))
    );
    assert!(wire.send(b"\xc3\xbc\xff\r\n\r\n"));
    wire.answer().refused(401, "invalid_api_key");
}

#[test]
fn answers_are_compressed_when_asked_for() {
    let books = Server::shared().found();
    let plain = books.client.get("/accounts?limit=500").expect(200);
    for encoding in ["gzip", "br"] {
        let request = books.client.request("GET", "/accounts?limit=500").header("Accept-Encoding", encoding);
        let answer = request.send().expect(200);
        assert_eq!(answer.header("content-encoding"), Some(encoding));
        assert!(answer.bytes.len() < plain.bytes.len() / 2);
        let mut text = String::new();
        if encoding == "gzip" {
            flate2::read::GzDecoder::new(answer.bytes.as_slice()).read_to_string(&mut text).unwrap();
        } else {
            brotli::Decompressor::new(answer.bytes.as_slice(), 4096).read_to_string(&mut text).unwrap();
        }
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(&json["data"], plain.data());
    }
}

#[test]
fn pages_of_other_origins_call_once_the_settings_allow_theirs() {
    for_each_server(|server| {
        let books = server.found();
        let origin = format!("https://books-{}.example.com", books.company);
        let preflight = |client: &Client| {
            client
                .without_key()
                .request("OPTIONS", "/entries")
                .header("Origin", origin.as_str())
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "x-api-key,content-type,idempotency-key,if-match")
                .unchecked()
                .send()
        };
        let allowed = |answer: &partita_tests::client::Answer| {
            answer.header("access-control-allow-origin").map(str::to_owned)
        };
        assert_eq!(allowed(&preflight(&books.client)), None);
        let simple =
            || books.client.request("GET", "/company").header("Origin", origin.as_str()).send().expect(200);
        assert_eq!(allowed(&simple()), None);

        let mut body = super::settings::present(&books);
        body["cors_allowlist"] = json!([origin]);
        let _ = books.client.put("/settings", &body).expect(200);
        // It is known within a second, by the very first thing that a browser asks.
        let answered = (0..100).map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(50));
            preflight(&books.client)
        });
        let answer =
            answered.into_iter().find(|answer| allowed(answer).is_some()).expect("the origin is allowed");
        assert_eq!(answer.status, 200);
        assert_eq!(allowed(&answer).as_deref(), Some(origin.as_str()));
        assert!(answer.header("access-control-allow-methods").unwrap().contains("POST"));
        let headers = answer.header("access-control-allow-headers").unwrap().to_lowercase();
        for name in ["x-api-key", "content-type", "idempotency-key", "if-match"] {
            assert!(headers.contains(name), "{headers}");
        }
        let simple = simple();
        assert_eq!(allowed(&simple).as_deref(), Some(origin.as_str()));
        let exposed = simple.header("access-control-expose-headers").unwrap().to_lowercase();
        for name in [
            "x-request-id",
            "x-ratelimit-remaining",
            "etag",
            "location",
            "retry-after",
            "content-disposition",
        ] {
            assert!(exposed.contains(name), "{exposed}");
        }
        assert_eq!(simple.header("access-control-allow-credentials"), None);
        // Refusals can be read by the page too.
        let refused = books.client.request("GET", "/accounts/x").header("Origin", origin.as_str()).send();
        assert_eq!(allowed(&refused.refused(400, "validation_error")).as_deref(), Some(origin.as_str()));
        let refused =
            books.client.without_key().request("GET", "/company").header("Origin", origin.as_str()).send();
        assert_eq!(allowed(&refused.refused(401, "unauthorized")).as_deref(), Some(origin.as_str()));
    });
}

#[test]
fn every_refusal_can_be_read_whatever_the_request() {
    let books = Server::shared().found();
    let head = format!(
        "Host: x\r\nX-API-Key: {}\r\nX-Forwarded-For: {}\r\n",
        books.key,
        books.client.elsewhere().ip
    );
    for (request, status) in [
        (format!("GET /api/v1/accounts?q=%zz HTTP/1.1\r\n{head}\r\n"), 400),
        (format!("GET /api/v1/accounts?q=%ff HTTP/1.1\r\n{head}\r\n"), 400),
        (format!("GET /api/v1/accounts?q=a%00b HTTP/1.1\r\n{head}\r\n"), 400),
        (format!("GET /api/v1/accounts?limit=1&limit=2 HTTP/1.1\r\n{head}\r\n"), 400),
        (format!("GET /api/v1/accounts?%00=1 HTTP/1.1\r\n{head}\r\n"), 400),
        (format!("GET /api/v1/accounts/%ff HTTP/1.1\r\n{head}\r\n"), 400),
        (format!("GET /api/v1/accounts/%2e%2e%2fcompany HTTP/1.1\r\n{head}\r\n"), 400),
        (format!("GET /api/v1/roles/%ff%fe HTTP/1.1\r\n{head}\r\n"), 404),
        (format!("GET /api/v1/accounts HTTP/1.1\r\n{head}If-Match: \u{fc}\r\n\r\n"), 400),
        (format!("DELETE /api/v1/accounts/x HTTP/1.1\r\n{head}Idempotency-Key: \r\n\r\n"), 400),
    ] {
        let mut wire = Wire::open(books.server.address);
        assert!(wire.send(&request));
        let answer = wire.answer();
        assert_eq!(answer.status, status, "{request}: {}", String::from_utf8_lossy(&answer.bytes));
        assert_eq!(answer.json()["success"], false);
        assert!(answer.header("x-request-id").is_some());
    }
    // What is no HTTP at all gets no more than an answer.
    for bytes in ["\r\n\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n"] {
        let mut wire = Wire::open(books.server.address);
        wire.send(bytes);
        drop(wire);
    }
    let _ = books.client.get("/health").expect(200);
}
