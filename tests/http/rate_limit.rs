//! Rate limits: several windows for each key.

use partita_tests::client::Client;
use partita_tests::server::{Books, Server};
use serde_json::{Value, json};

fn limited(books: &Books<'_>, limits: &Value) -> Client {
    let mut body = json!({ "name": "Slow", "permissions": "read_only" });
    body.as_object_mut().unwrap().extend(limits.as_object().unwrap().clone());
    let key = books.client.post("/api-keys", &body).expect(201);
    books.client.with_key(key.data()["key"].as_str().unwrap())
}

#[test]
fn three_headers_count_down_until_429() {
    let books = Server::shared().found();
    // Slow enough that no request is given back while the test runs.
    let client = limited(&books, &json!({ "rate_limit_per_minute": 1000, "rate_limit_per_hour": 3 }));
    let number = |answer: &partita_tests::client::Answer, name: &str| -> i64 {
        answer.header(name).unwrap_or_else(|| panic!("{name} is missing")).parse().unwrap()
    };
    for remaining in [2, 1, 0] {
        let answer = client.get("/accounts").expect(200);
        assert_eq!(number(&answer, "x-ratelimit-limit"), 3);
        assert_eq!(number(&answer, "x-ratelimit-remaining"), remaining);
        assert!(number(&answer, "x-ratelimit-reset") > 1_500_000_000);
    }
    let refused = client.get("/accounts").refused(429, "rate_limited");
    assert_eq!((number(&refused, "x-ratelimit-limit"), number(&refused, "x-ratelimit-remaining")), (3, 0));
    let wait = number(&refused, "retry-after");
    assert!((1..=1200).contains(&wait), "{wait}");
    // Whatever it asks for, but for its health.
    client.get("/company").refused(429, "rate_limited");
    client.get("/nothing").refused(429, "rate_limited");
    for path in ["/health", "//health"] {
        let _ = client.get(path).expect(200);
    }
    // Nobody else is limited for it.
    let _ = books.client.get("/accounts").expect(200);
}

#[test]
fn refusals_count_and_say_so() {
    let books = Server::shared().found();
    let client = limited(&books, &json!({ "rate_limit_per_day": 4 }));
    let remaining = |answer: partita_tests::client::Answer| {
        answer.header("x-ratelimit-remaining").expect("how many remain").to_owned()
    };
    assert_eq!(remaining(client.get("/accounts/x").expect(400)), "3");
    assert_eq!(remaining(client.get("/nothing").expect(404)), "2");
    assert_eq!(remaining(client.post("/accounts", &json!({})).expect(400)), "1");
    assert_eq!(remaining(client.get("/users").expect(200)), "0");
    client.get("/users").refused(429, "rate_limited");
}

#[test]
fn new_limits_count_at_once() {
    let books = Server::shared().found();
    let made = books
        .client
        .post("/api-keys", &json!({ "name": "Slow", "permissions": "read_only", "rate_limit_per_day": 1 }));
    let made = made.expect(201);
    let client = books.client.with_key(made.data()["key"].as_str().unwrap());
    let _ = client.get("/accounts").expect(200);
    client.get("/accounts").refused(429, "rate_limited");
    let patch = json!({ "rate_limit_per_day": 100 });
    let _ = books.client.patch(&format!("/api-keys/{}", made.id()), &patch).expect(200);
    let _ = client.get("/accounts").expect(200);
}

#[test]
fn guessing_is_limited_by_address() {
    let books = Server::shared().found();
    let guesser = books.client.without_key().elsewhere();
    let guess = |client: &Client| client.post("/pair", &json!({ "code": "guess", "device_name": "Till" }));
    let refused =
        (0..200).map(|_| guess(&guesser)).find(|answer| answer.status == 429).expect("an end of guessing");
    assert_eq!(refused.code(), "rate_limited");
    assert!(refused.header("retry-after").is_some());
    guesser
        .post("/auth/login", &json!({ "username": "ada", "password": "guess" }))
        .refused(429, "rate_limited");
    // Who is known at the same address goes on, and so does everybody elsewhere.
    let _ = guesser.with_key(&books.key).get("/company").expect(200);
    guess(&guesser.elsewhere()).refused(401, "invalid_api_key");
    let _ = guesser.get("/health").expect(200);
}
