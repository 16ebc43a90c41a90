//! Bodies: JSON only, whole, in time, within limits, and no surprises in it.

use crate::http::case::entry;
use partita_tests::client::Wire;
use partita_tests::server::{Books, MAX_BODY_BYTES, Server};
use serde_json::{Value, json};
use std::io::Write;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn post(books: &Books<'_>, body: impl Into<Vec<u8>>) -> partita_tests::client::Answer {
    books.client.request("POST", "/entries").raw("application/json", body).send()
}

#[test]
fn a_body_is_json() {
    let books = Server::shared().found();
    let text = entry("2026-03-31", 1).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "multipart/form-data",
        "*/*",
        "",
    ] {
        let answer = books.client.request("POST", "/entries").raw(kind, text.as_str()).send();
        answer.refused(415, "unsupported_media_type");
    }
    for kind in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
        let _ = books.client.request("POST", "/entries").raw(kind, text.as_str()).send().expect(201);
    }
}

#[test]
fn what_is_not_json_is_told_where() {
    let books = Server::shared().found();
    let before = books.written();
    for (body, line, column) in [
        ("{\"date\": \"2026-03-31\",\n  lines: []}", 2, 3),
        ("", 1, 0),
        ("{", 1, 1),
        ("{\"memo\": \"a\nb\"}", 2, 0),
        ("{\"memo\": \"\\ud800\"}", 1, 17),
        ("{\"memo\": \"\\ud800\\u0041\"}", 1, 22),
        ("{\"memo\": \"\\x\"}", 1, 12),
        ("{\"date\": 01}", 1, 11),
        ("{\"date\": NaN}", 1, 10),
        ("{'date': 1}", 1, 2),
        ("{\"memo\": \"a\",}", 1, 14),
        ("// no comment\n{}", 1, 1),
        ("\u{feff}{}", 1, 1),
    ] {
        let refused = post(&books, body).refused(400, "bad_request");
        assert_eq!(
            (&refused.details()["line"], &refused.details()["column"]),
            (&json!(line), &json!(column)),
            "{body:?}: {}",
            refused.json()["error"]["message"]
        );
    }
    let not_utf8 = [b"{\"memo\": \"".as_slice(), b"\xff\xfe\"}"].concat();
    post(&books, not_utf8).refused(400, "bad_request");
    // An array is not read as the fields in their order.
    for body in ["[]", "[null, \"2026-03-31\"]", "1", "null", "\"text\"", "true"] {
        let refused = post(&books, body).refused_field("", "type");
        assert_eq!(refused.json()["error"]["message"], "the body is a JSON object");
    }
    assert_eq!(books.written(), before);
}

#[test]
fn deep_json_gets_an_answer() {
    let books = Server::shared().found();
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for body in [
            format!("{}1{}", open.repeat(100_000), close.repeat(100_000)),
            open.repeat(100_000),
            format!(
                "{{\"date\":\"2026-03-31\",\"metadata\":{}1{}}}",
                open.repeat(100_000),
                close.repeat(100_000)
            ),
            format!(
                "{{\"date\":\"2026-03-31\",\"lines\":{}1{}}}",
                open.repeat(100_000),
                close.repeat(100_000)
            ),
        ] {
            let answer = post(&books, body);
            assert_eq!(answer.status, 400, "{}", answer.json());
        }
    }
    let _ = books.client.get("/health").expect(200);
}

#[test]
fn an_array_is_no_object_at_any_depth() {
    let books = Server::shared().found();
    let before = books.written();
    let refused = |path: &str, body: &str, field: &str| {
        let answer = books.client.request("POST", path).raw("application/json", body).send();
        let answer = answer.refused_field(field, "type");
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert_eq!(message, "invalid type: sequence, expected an object", "{path} {body}");
    };
    let lines = "[{\"account_number\":\"1000\",\"debit\":1},{\"account_number\":\"4100\",\"credit\":1}]";
    refused(
        "/entries",
        "{\"date\":\"2026-03-31\",\"lines\":[[null,\"1000\",1],[null,\"4100\",null,1]]}",
        "lines[0]",
    );
    let reason = format!("{{\"date\":\"2026-03-31\",\"lines\":{lines},\"override_closed_period\":[\"x\"]}}");
    refused("/entries", &reason, "override_closed_period");
    let batch =
        format!("{{\"entries\":[{{\"date\":\"2026-03-31\",\"lines\":{lines}}},[null,\"2026-03-31\"]]}}");
    refused("/entries/batch", &batch, "entries[1]");
    let nobody = "00000000-0000-7000-8000-000000000000";
    let invoice =
        format!("{{\"customer_id\":\"{nobody}\",\"date\":\"2026-03-31\",\"lines\":[[null,\"Bread\"]]}}");
    refused("/invoices", &invoice, "lines[0]");
    refused("/payments/apply", "{\"date\":\"2026-03-31\",\"applications\":[[]]}", "applications[0]");
    let contact =
        "{\"contact_type\":[\"customer\"],\"display_name\":\"A\",\"billing_address\":[\"1 Main St\"]}";
    refused("/contacts", contact, "billing_address");
    assert_eq!(books.written(), before);
    // Arrays stay what they are where they belong.
    let _ = post(&books, format!("{{\"date\":\"2026-03-31\",\"lines\":{lines}}}")).expect(201);
}

#[test]
fn a_key_stands_once_and_is_known() {
    let books = Server::shared().found();
    let before = books.written();
    let lines = "[{\"account_number\":\"1000\",\"debit\":1},{\"account_number\":\"4100\",\"credit\":1}]";
    let body = |more: &str| format!("{{\"date\":\"2026-03-31\",\"lines\":{lines}{more}}}");
    post(&books, body(",\"memo\":\"a\",\"memo\":\"b\"")).refused_field("memo", "unique");
    post(&books, body(&format!(",\"lines\":{lines}"))).refused_field("lines", "unique");
    post(&books, body(",\"metadata\":{\"a\":\"1\",\"a\":\"2\"}")).refused_field("metadata", "unique");
    post(&books, body(",\"colour\":\"red\"")).refused_field("colour", "unknown_field");
    post(&books, body(",\"override_closed_period\":{\"reason\":\"x\",\"force\":true}"))
        .refused_field("override_closed_period.force", "unknown_field");
    let twice =
        "[{\"account_number\":\"1000\",\"debit\":1,\"debit\":2},{\"account_number\":\"4100\",\"credit\":1}]";
    post(&books, format!("{{\"date\":\"2026-03-31\",\"lines\":{twice}}}"))
        .refused_field("lines[0].debit", "unique");
    post(&books, "{}").refused(400, "validation_error");
    post(&books, "{\"date\":\"2026-03-31\"}").refused_field("lines", "required");
    post(&books, format!("{{\"lines\":{lines}}}")).refused_field("date", "required");
    post(&books, format!("{{\"date\":null,\"lines\":{lines}}}")).refused_field("date", "type");
    assert_eq!(books.written(), before);
}

#[test]
fn texts_have_no_control_characters_and_keep_everything_else() {
    let books = Server::shared().found();
    let post = |field: &str, value: Value| {
        let mut body = entry("2026-03-31", 1);
        body[field] = value;
        books.client.post("/entries", &body)
    };
    for text in ["a\u{0}b", "a\u{7}", "\u{1b}[31m", "a\u{7f}", "a\u{85}b"] {
        post("memo", json!(text)).refused_field("memo", "format");
        post("external_id", json!(text)).refused_field("external_id", "format");
        post("transaction_type", json!(text)).refused_field("transaction_type", "format");
        post("metadata", json!({ "key": text })).refused(400, "validation_error");
        post("metadata", json!({ text: "value" })).refused(400, "validation_error");
    }
    post("memo", json!("x".repeat(2001))).refused_field("memo", "length");
    for text in ["Größe", "日本語", "👩‍👩‍👧", "'; DROP TABLE accounts; --", "<script>", "%00", "\u{202e}abc", "é"]
    {
        assert_eq!(post("memo", json!(text)).expect(201).data()["memo"], text);
    }
    assert_eq!(
        post("memo", json!("ü".repeat(2000))).expect(201).data()["memo"].as_str().unwrap().chars().count(),
        2000
    );
}

#[test]
fn a_body_is_counted_after_decompression() {
    let books = Server::shared().found();
    let padded = |length: usize| {
        let mut body = entry("2026-03-31", 1).to_string();
        body.pop();
        let padding = " ".repeat(length - body.len() - 1);
        format!("{body}{padding}}}").into_bytes()
    };
    let before = books.written();
    post(&books, padded(MAX_BODY_BYTES + 1)).refused(413, "payload_too_large");
    let bomb = gzip(&padded(MAX_BODY_BYTES + 1));
    assert!(bomb.len() < 100_000);
    let send = |bytes: Vec<u8>| {
        let request = books.client.request("POST", "/entries").header("Content-Encoding", "gzip");
        request.raw("application/json", bytes).send()
    };
    send(bomb).refused(413, "payload_too_large");
    send(gzip(&vec![b' '; 5 * MAX_BODY_BYTES])).refused(413, "payload_too_large");
    send(b"this is not gzip".to_vec()).refused(400, "bad_request");
    assert_eq!(books.written(), before);
    let _ = send(gzip(&padded(MAX_BODY_BYTES))).expect(201);
    let _ = post(&books, padded(MAX_BODY_BYTES)).expect(201);
    let unknown = books.client.request("POST", "/entries").header("Content-Encoding", "lzma");
    let answer = unknown.raw("application/json", padded(500)).send();
    assert!(answer.status < 500, "{}", answer.json());
}

#[test]
fn a_body_that_does_not_arrive_in_time_is_given_up() {
    let books = Server::shared().found();
    let mut wire = Wire::open(books.server.address);
    let head = format!(
        "POST /api/v1/entries HTTP/1.1\r\nHost: x\r\nX-API-Key: {}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{",
        books.key
    );
    assert!(wire.send(head));
    let answer = wire.answer().refused(408, "request_timeout");
    assert!(answer.header("x-request-id").is_some());
    // Whoever hangs up in the middle harms nobody.
    let mut wire = Wire::open(books.server.address);
    assert!(wire.send("POST /api/v1/entries HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"));
    drop(wire);
    let _ = books.client.get("/health").expect(200);
}

#[test]
fn a_stranger_uploads_nothing() {
    let server = Server::shared();
    let mut wire = Wire::open(server.address);
    let head = format!(
        "POST /api/v1/entries HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        MAX_BODY_BYTES
    );
    assert!(wire.send(head));
    wire.answer().refused(401, "unauthorized");
}
