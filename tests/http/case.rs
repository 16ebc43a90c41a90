//! What every operation has: a happy case, what it refuses, and what it leaves in the audit trail.

use partita_tests::client::{Answer, Client};
use partita_tests::openapi::Operation;
use partita_tests::server::{Books, PASSWORD};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

/// Who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anybody, known or not.
    Anybody,
    /// Whoever is known.
    Known,
    /// Whoever has this permission.
    With(&'static str),
}

/// What a write leaves in the audit trail.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Audited {
    pub(crate) action: &'static str,
    pub(crate) has_before: bool,
    pub(crate) has_after: bool,
    /// `key`, `user` or `system`.
    pub(crate) actor: &'static str,
    /// Whether it stands in the trail of the company that was just founded.
    pub(crate) in_new_company: bool,
}

/// Something came to be.
pub(crate) fn created(action: &'static str) -> Audited {
    Audited { action, has_before: false, has_after: true, actor: "key", in_new_company: false }
}

/// Something changed.
pub(crate) fn changed(action: &'static str) -> Audited {
    Audited { has_before: true, ..created(action) }
}

/// Something happened that has no states.
pub(crate) fn happened(action: &'static str, actor: &'static str) -> Audited {
    Audited { has_after: false, actor, ..created(action) }
}

/// An operation's cases.
pub(crate) struct Case {
    pub(crate) operation: &'static str,
    pub(crate) access: Access,
    /// A request that succeeds, whenever it is made anew.
    pub(crate) happy: fn(&Books<'_>) -> Ask,
    /// What it answers: 200, 201, or what it always refuses with.
    pub(crate) status: u16,
    /// A request that is refused for a field, with the constraint.
    pub(crate) bad: fn(&Books<'_>) -> Ask,
    pub(crate) refused: (&'static str, &'static str),
    pub(crate) audited: Option<Audited>,
    /// Whether an `Idempotency-Key` is remembered.
    pub(crate) remembers: bool,
}

impl Case {
    /// A case of a reading operation.
    pub(crate) fn read(
        operation: &'static str,
        access: Access,
        happy: fn(&Books<'_>) -> Ask,
        bad: fn(&Books<'_>) -> Ask,
        refused: (&'static str, &'static str),
    ) -> Self {
        Self { operation, access, happy, status: 200, bad, refused, audited: None, remembers: false }
    }

    /// A case of a writing operation.
    pub(crate) fn write(
        operation: &'static str,
        permission: &'static str,
        (status, happy): (u16, fn(&Books<'_>) -> Ask),
        audited: Audited,
        bad: fn(&Books<'_>) -> Ask,
        refused: (&'static str, &'static str),
    ) -> Self {
        let access = Access::With(permission);
        Self { operation, access, happy, status, bad, refused, audited: Some(audited), remembers: true }
    }
}

/// A request of an operation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ask {
    pub(crate) parameters: Vec<(&'static str, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
    /// A body that is not JSON: its type and its text.
    pub(crate) raw: Option<(&'static str, String)>,
    /// The token to come with instead of the key.
    pub(crate) token: Option<String>,
}

/// A request without anything.
pub(crate) fn ask() -> Ask {
    Ask::default()
}

impl Ask {
    pub(crate) fn at(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.parameters.push((name, value.into()));
        self
    }

    pub(crate) fn id(self, value: impl Into<String>) -> Self {
        self.at("id", value)
    }

    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    pub(crate) fn raw(mut self, content_type: &'static str, text: impl Into<String>) -> Self {
        self.raw = Some((content_type, text.into()));
        self
    }

    /// The same with something else in its body; `null` takes a field away.
    pub(crate) fn but(mut self, field: &str, value: Value) -> Self {
        let body = self.body.as_mut().and_then(Value::as_object_mut).expect("a body");
        if value.is_null() {
            body.remove(field)
        } else {
            body.insert(field.to_owned(), value)
        };
        self
    }

    pub(crate) fn token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// Sends it; a client without a credential keeps to that.
    pub(crate) fn send(&self, operation: Operation<'_>, client: &Client) -> Answer {
        let mut path = operation.path.strip_prefix("/api/v1").expect("a path of the API").to_owned();
        for (name, value) in &self.parameters {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        for (i, (name, value)) in self.query.iter().enumerate() {
            path.push_str(&format!("{}{name}={value}", if i == 0 { '?' } else { '&' }));
        }
        let mut request = client.request(operation.method, &path);
        for (name, value) in &self.headers {
            request = request.header(name, value.as_str());
        }
        if let Some(body) = &self.body {
            request = request.json(body);
        }
        if let Some((content_type, text)) = &self.raw {
            request = request.raw(content_type, text.as_str());
        }
        request.send()
    }

    /// Sends it as the case says: with the key, the token of the request, or nothing.
    pub(crate) fn send_as(&self, operation: Operation<'_>, access: Access, client: &Client) -> Answer {
        match (&self.token, access) {
            (_, Access::Anybody) => self.send(operation, &client.without_key()),
            (Some(token), _) => self.send(operation, &client.with_bearer(token)),
            (None, _) => self.send(operation, client),
        }
    }
}

/// A number that no other request of this run has.
pub(crate) fn fresh() -> u32 {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

/// A name that nothing else has.
pub(crate) fn fresh_name(prefix: &str) -> String {
    format!("{prefix}-{}", fresh())
}

/// A month that nothing else is posted into or locked.
pub(crate) fn fresh_month() -> String {
    let number = fresh();
    format!("{}-{:02}", 1901 + number % 3_000 / 12, number % 12 + 1)
}

/// A body of two lines, from 4100 to 1000.
pub(crate) fn entry(date: &str, amount: i64) -> Value {
    json!({
        "date": date,
        "lines": [
            { "account_number": "1000", "debit": amount },
            { "account_number": "4100", "credit": amount },
        ],
    })
}

/// A new user with this role, and its token.
pub(crate) fn user_with_token(books: &Books<'_>, role: &str) -> (Value, String) {
    let username = fresh_name("user");
    let body = json!({ "username": username, "role": role, "password": PASSWORD });
    let user = books.client.post("/users", &body).expect(201).data().clone();
    let body = json!({ "username": username, "password": PASSWORD, "company_id": books.company });
    let session = books.client.without_key().elsewhere().post("/auth/login", &body).expect(200);
    (user, session.data()["token"].as_str().unwrap().to_owned())
}
