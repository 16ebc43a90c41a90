//! `/auth`.

use crate::http::case::{Access, Case, ask, fresh_name, happened, user_with_token};
use partita_memory::MemoryStore;
use partita_tests::fixtures::{NOW, TickingClock};
use partita_tests::server::{Books, PASSWORD, Server, for_each_server};
use serde_json::{Value, json};
use std::sync::Arc;
use time::Duration;

fn log_in(books: &Books<'_>) -> Value {
    json!({ "username": books.username, "password": PASSWORD })
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case {
            operation: "logIn",
            access: Access::Anybody,
            happy: |books| ask().body(log_in(books)),
            status: 200,
            bad: |books| ask().body(log_in(books)).but("password", Value::Null),
            refused: ("password", "required"),
            audited: Some(happened("session.started", "user")),
            remembers: false,
        },
        Case {
            operation: "logOut",
            access: Access::Known,
            happy: |books| ask().token(&user_with_token(books, "viewer").1),
            status: 200,
            bad: |books| ask().token(&user_with_token(books, "viewer").1).query("everywhere", "true"),
            refused: ("everywhere", "unknown_field"),
            audited: Some(happened("session.ended", "user")),
            remembers: false,
        },
        Case::read("getMe", Access::Known, |_| ask(), |_| ask().query("id", "1"), ("id", "unknown_field")),
        Case {
            operation: "changePassword",
            access: Access::Known,
            happy: |books| {
                let body = json!({ "current_password": PASSWORD, "new_password": "another horse battery" });
                ask().token(&user_with_token(books, "viewer").1).body(body)
            },
            status: 200,
            bad: |books| {
                let body = json!({ "current_password": PASSWORD, "new_password": "short" });
                ask().token(&user_with_token(books, "viewer").1).body(body)
            },
            refused: ("new_password", "length"),
            audited: Some(happened("user.password_changed", "user")),
            remembers: false,
        },
    ]
}

#[test]
fn a_session_begins_and_ends() {
    for_each_server(|server| {
        let books = server.found();
        let anybody = server.client();
        let body = json!({ "username": books.username.to_uppercase(), "password": PASSWORD });
        let session = anybody.post("/auth/login", &body).expect(200);
        assert_eq!(session.data()["token_type"], "Bearer");
        assert_eq!(session.data()["company_id"], books.company.to_string());
        let token = session.data()["token"].as_str().unwrap();
        assert!(token.len() == 64 && token.chars().all(|c| c.is_ascii_alphanumeric()));
        for client in [anybody.with_bearer(token), anybody.with_key(token)] {
            let me = client.get("/auth/me").expect(200);
            assert_eq!(me.data()["user"]["username"], books.username);
            assert_eq!((&me.data()["api_key"], &me.data()["permissions"]), (&Value::Null, &json!(["admin"])));
        }
        let client = anybody.with_bearer(token);
        let _ = client.request("POST", "/auth/logout").send().expect(200);
        client.get("/auth/me").refused(401, "expired_session");
        books.client.request("POST", "/auth/logout").send().refused(409, "invalid_state");
        let me = books.client.get("/auth/me").expect(200);
        assert_eq!(
            (&me.data()["api_key"]["id"], &me.data()["user"]["id"]),
            (&json!(books.key_id), &json!(books.owner_id))
        );
    });
}

#[test]
fn a_wrong_name_and_a_wrong_password_answer_the_same() {
    for_each_server(|server| {
        let books = server.found();
        let anybody = server.client();
        let attempt = |username: &str, password: &str| {
            anybody.post("/auth/login", &json!({ "username": username, "password": password }))
        };
        let wrong_password = attempt(&books.username, "wrong").refused(401, "unauthorized");
        let wrong_name = attempt("nobody at all", "wrong").refused(401, "unauthorized");
        assert_eq!(wrong_password.json()["error"], wrong_name.json()["error"]);
        attempt("a\u{0}b", "wrong").refused_field("username", "format");
        attempt(&"x".repeat(65), "wrong").refused_field("username", "length");
    });
}

#[test]
fn five_wrong_passwords_lock_the_user_out_for_a_while() {
    let clock = Arc::new(TickingClock::at(NOW));
    let server = Server::start_at("memory", Arc::new(MemoryStore::new()), clock.clone());
    let books = server.found();
    let attempt = |password: &str| {
        server.client().post("/auth/login", &json!({ "username": books.username, "password": password }))
    };
    for _ in 0..5 {
        attempt("wrong").refused(401, "unauthorized");
    }
    let refused = attempt(PASSWORD).refused(429, "rate_limited");
    let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=900).contains(&wait));
    clock.advance(Duration::minutes(16));
    let session = attempt(PASSWORD).expect(200);
    let client = server.client().with_bearer(session.data()["token"].as_str().unwrap());
    let _ = client.get("/auth/me").expect(200);
    clock.advance(Duration::hours(13));
    client.get("/auth/me").refused(401, "expired_session");
}

#[test]
fn a_new_password_ends_every_session() {
    for_each_server(|server| {
        let books = server.found();
        let (user, token) = user_with_token(&books, "viewer");
        let username = user["username"].as_str().unwrap();
        let client = server.client().with_bearer(&token);
        let other = books.client_as(username, PASSWORD);
        let new = "another horse battery";
        let change = |current: &str| {
            client.post("/auth/password", &json!({ "current_password": current, "new_password": new }))
        };
        change("not this one").refused_field("current_password", "format");
        let _ = change(PASSWORD).expect(200);
        for client in [&client, &other] {
            client.get("/auth/me").refused(401, "expired_session");
        }
        let _ = books.client_as(username, new);
        let key = json!({ "current_password": PASSWORD, "new_password": new });
        books.client.post("/auth/password", &key).refused(409, "invalid_state");
    });
}

#[test]
fn several_companies_may_have_a_user_of_one_name() {
    for_each_server(|server| {
        let (ours, theirs) = (server.found(), server.found());
        let username = fresh_name("twin");
        for books in [&ours, &theirs] {
            let user = json!({ "username": username, "role": "viewer", "password": PASSWORD });
            let _ = books.client.post("/users", &user).expect(201);
        }
        let body = json!({ "username": username, "password": PASSWORD });
        server.client().post("/auth/login", &body).refused_field("company_id", "required");
        let client = theirs.client_as(&username, PASSWORD);
        assert_eq!(client.get("/auth/me").expect(200).data()["company"]["id"], theirs.company.to_string());
    });
}
