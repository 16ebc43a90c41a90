//! Two services over one PostgreSQL database behave as one.

use super::load::{Draft, Kept, Outcome, Poster, Promised};
use partita_tests::binary::{Service, found, run};
use partita_tests::client::{Answer, Client};
use partita_tests::postgres::Cluster;
use serde_json::json;
use std::sync::Barrier;
use std::time::{Duration as Span, Instant};
use time::Date;
use time::macros::date;

const CLIENTS: usize = 16;
const ENTRIES: i64 = 25;
const DAY: Date = date!(2026 - 03 - 02);

/// Two services, and their common books.
struct Pair {
    url: String,
    services: [Service; 2],
    key: String,
}

impl Pair {
    fn start() -> Option<Self> {
        let url = Cluster::shared()?.create_database();
        let key = found(&url, "us-small-business").key;
        let services = [Service::start(&url), Service::start(&url)];
        Some(Self { url, services, key })
    }

    fn client(&self, which: usize) -> Client {
        self.services[which].client().with_key(&self.key)
    }

    fn poster(&self, which: usize) -> Poster {
        Poster::new(self.services[which].address, &self.key)
    }

    fn end(self) {
        for service in self.services {
            service.stop();
        }
        let _ = run(&self.url, &["verify"]).ok();
    }
}

#[test]
fn numbers_and_chain_are_common() {
    let Some(pair) = Pair::start() else { return };
    let promised: Vec<Promised> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let poster = pair.poster(client % 2);
                scope.spawn(move || {
                    let post = |number| {
                        let draft = Draft::new(format!("{client}/{number}"), DAY, number);
                        let (entry, _) = poster.post(&draft).acknowledged();
                        Promised { draft, entry }
                    };
                    (0..ENTRIES).map(post).collect::<Vec<_>>()
                })
            })
            .collect();
        clients.into_iter().flat_map(|client| client.join().expect("a client")).collect()
    });
    // Both tell the same.
    for which in [0, 1] {
        Kept::default().check_day(&pair.client(which), DAY, &promised);
    }
    pair.end();
}

#[test]
fn an_idempotency_key_is_used_once() {
    let Some(pair) = Pair::start() else { return };
    let mut promised = Vec::new();
    for number in 0..30 {
        let draft = Draft::new(format!("twice/{number}"), DAY, number);
        let both = Barrier::new(2);
        let answers = std::thread::scope(|scope| {
            let clients = [0, 1].map(|which| {
                let (poster, draft, both) = (pair.poster(which), &draft, &both);
                scope.spawn(move || {
                    both.wait();
                    post_until_answered(&poster, draft)
                })
            });
            clients.map(|client| client.join().expect("a client"))
        });
        assert_eq!(answers[0].0, answers[1].0, "two entries under one key");
        assert_ne!(answers[0].1, answers[1].1, "one of them is a replay");
        let [(entry, _), _] = answers;
        promised.push(Promised { draft, entry });
    }
    // The key is bound to its request everywhere.
    let other = Draft::new("another".to_owned(), DAY, 1);
    for which in [0, 1] {
        let refused = pair.poster(which).post_as(&other, "twice/0");
        assert!(
            matches!(&refused, Outcome::Refused { status: 422, code, .. } if code == "idempotency_key_reused"),
            "{refused:?}"
        );
    }
    Kept::default().check_day(&pair.client(0), DAY, &promised);
    pair.end();
}

/// A key that is in use at this moment is to be tried again.
fn post_until_answered(poster: &Poster, draft: &Draft) -> (serde_json::Value, bool) {
    let begun = Instant::now();
    loop {
        match poster.post(draft) {
            Outcome::Refused { status: 409, code, .. } if code == "idempotency_in_progress" => {
                assert!(begun.elapsed() < Span::from_secs(60), "in progress for ever");
            }
            outcome => return outcome.acknowledged(),
        }
    }
}

#[test]
fn what_one_closes_or_changes_holds_at_once_for_the_other() {
    let Some(pair) = Pair::start() else { return };
    let (one, other) = (pair.client(0), pair.client(1));
    let post = |client: &Client, date: &str| {
        client.post(
            "/entries",
            &json!({
                "date": date,
                "lines": [{"account_number": "1000", "debit": 100}, {"account_number": "4100", "credit": 100}],
            }),
        )
    };
    for (closing, posting) in [(&one, &other), (&other, &one)] {
        // Both have posted there before, and remember the period as open.
        for client in [&one, &other] {
            let _ = post(client, "2026-01-10").expect(201);
        }
        let _ = closing.post("/periods/2026-01/soft-lock", &json!({})).expect(200);
        post(posting, "2026-01-10").refused(403, "closed_period");
        let _ = posting.post("/periods/2026-01/reopen", &json!({"reason": "A late bill"})).expect(200);
        let _ = post(closing, "2026-01-10").expect(201);
    }
    // A request to lock is made through one and approved through the other, by somebody else.
    let second = other.post("/api-keys", &json!({"name": "Second", "permissions": ["admin"]})).expect(201);
    let second = one.with_key(second.data()["key"].as_str().expect("a key"));
    let _ = one.post("/periods/2026-01/soft-lock", &json!({})).expect(200);
    let request = other.post("/periods/2026-01/lock", &json!({})).expect(201);
    let _ = second.post(&format!("/periods/2026-01/lock/{}/approve", request.id()), &json!({})).expect(200);
    post(&other, "2026-01-10").refused(403, "closed_period");

    let account = |number: &str| one.get(&format!("/accounts?number={number}")).expect(200).data()[0].clone();
    let account = account("4100");
    let path = format!("/accounts/{}", account["id"].as_str().expect("an id"));
    let _ = post(&other, "2026-02-01").expect(201);
    let _ = one.delete(&path).expect(200);
    post(&other, "2026-02-01").refused_field("lines[1].account_number", "active");
    let _ = other
        .put(&path, &json!({"number": "4100", "name": "Sales", "type": "income", "is_active": true}))
        .expect(200);
    let _ = post(&one, "2026-02-01").expect(201);

    let sequence = json!({"prefix": "GL-", "padding": 3, "reset": "yearly"});
    let _ = one.put("/sequences/journal_entry", &sequence).expect(200);
    let posted = post(&other, "2026-02-02").expect(201);
    let number = posted.data()["entry_number"].as_str().expect("a number");
    assert!(number.starts_with("GL-"), "{number}");
    pair.end();
}

/// Asserts that a client that is admitted now is refused no later than a second after a change.
#[track_caller]
fn assert_refused_within_a_second(change: impl FnOnce(), ask: impl Fn() -> Answer, status: u16, code: &str) {
    assert!(ask().status < 300, "admitted before");
    change();
    let changed = Instant::now();
    loop {
        let asked_after = changed.elapsed();
        let answer = ask();
        if answer.status == status {
            assert_eq!(answer.code(), code);
            return;
        }
        assert!(answer.status < 300, "{}", answer.json());
        assert!(asked_after < Span::from_secs(1), "still admitted after {asked_after:?}");
        std::thread::sleep(Span::from_millis(10));
    }
}

#[test]
fn who_may_no_longer_is_refused_everywhere_within_a_second() {
    const PASSWORD: &str = "correct horse battery staple";
    let Some(pair) = Pair::start() else { return };
    let (one, other) = (pair.client(0), pair.client(1));
    let new_key = |permissions: &[&str]| {
        let body = json!({"name": "Shop", "permissions": permissions, "rate_limit_per_minute": 1_000_000});
        let issued = one.post("/api-keys", &body).expect(201);
        let key = issued.data()["key"].as_str().expect("a key").to_owned();
        (format!("/api-keys/{}", issued.id()), other.with_key(&key))
    };

    let (path, client) = new_key(&["accounts:read"]);
    assert_refused_within_a_second(
        || drop(one.delete(&path).expect(200)),
        || client.get("/accounts?limit=1"),
        401,
        "revoked_api_key",
    );
    let (path, client) = new_key(&["accounts:read", "journal:read"]);
    assert_refused_within_a_second(
        || drop(one.patch(&path, &json!({"permissions": ["journal:read"]})).expect(200)),
        || client.get("/accounts?limit=1"),
        403,
        "forbidden",
    );
    let (path, client) = new_key(&["accounts:read"]);
    assert_refused_within_a_second(
        || drop(one.post(&format!("{path}/rotate"), &json!({})).expect(200)),
        || client.get("/accounts?limit=1"),
        401,
        "invalid_api_key",
    );

    let role = json!({"name": "clerk", "permissions": ["accounts:read", "journal:read"]});
    let _ = one.post("/roles", &role).expect(201);
    let log_in = |username: &str| {
        let user = json!({"username": username, "role": "clerk", "password": PASSWORD});
        let user = one.post("/users", &user).expect(201);
        let session = json!({"username": username, "password": PASSWORD});
        let session = one.without_key().post("/auth/login", &session).expect(200);
        let token = session.data()["token"].as_str().expect("a token").to_owned();
        (format!("/users/{}", user.id()), other.with_bearer(&token), one.with_bearer(&token))
    };
    let (path, client, _) = log_in("bob");
    assert_refused_within_a_second(
        || drop(one.put("/roles/clerk", &json!({"permissions": ["journal:read"]})).expect(200)),
        || client.get("/accounts?limit=1"),
        403,
        "forbidden",
    );
    let demoted = json!({"username": "bob", "role": "clerk", "is_active": false});
    assert_refused_within_a_second(
        || drop(one.put(&path, &demoted).expect(200)),
        || client.get("/entries?limit=1"),
        401,
        "expired_session",
    );
    let (_, client, here) = log_in("eve");
    assert_refused_within_a_second(
        || drop(here.post("/auth/logout", &json!({})).expect(200)),
        || client.get("/entries?limit=1"),
        401,
        "expired_session",
    );
    pair.end();
}
