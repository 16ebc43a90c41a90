//! Every operation of the document has its cases, and each of them is run on every store.

use crate::http::case::{Access, Audited, Case, fresh_name};
use partita_application::Call;
use partita_domain::audit_event::Source;
use partita_tests::client::Answer;
use partita_tests::openapi::{Contract, Operation};
use partita_tests::server::{Books, Server, for_each_server_alone};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn cases() -> Vec<Case> {
    use super::{
        account, ageing, api_key, audit_event, balance, company, contact, document, exchange_rate, health,
        inventory, item, journal_entry, pairing, payment, period, recurring, revaluation, role, sequence,
        session, settings, tax_code, tax_entry, tax_group, user,
    };
    [
        account::cases(),
        ageing::cases(),
        api_key::cases(),
        audit_event::cases(),
        balance::cases(),
        company::cases(),
        document::cases(),
        exchange_rate::cases(),
        contact::cases(),
        health::cases(),
        inventory::cases(),
        item::cases(),
        journal_entry::cases(),
        pairing::cases(),
        payment::cases(),
        period::cases(),
        recurring::cases(),
        revaluation::cases(),
        role::cases(),
        sequence::cases(),
        session::cases(),
        settings::cases(),
        tax_code::cases(),
        tax_entry::cases(),
        tax_group::cases(),
        user::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn every_operation_has_its_cases() {
    let mut cases: BTreeMap<&str, Case> = BTreeMap::new();
    for case in self::cases() {
        let operation = case.operation;
        assert!(cases.insert(operation, case).is_none(), "{operation} has cases twice");
    }
    let mut known = BTreeSet::new();
    for operation in Contract::get().operations() {
        let id = operation.id();
        assert!(known.insert(id), "{id} names two operations");
        let case = cases.get(id).unwrap_or_else(|| {
            panic!(
                "{} {} ({id}) has no cases; add them beside its resource",
                operation.method, operation.path
            )
        });
        // Who looks at a secret leaves a trace.
        let changes_something = (operation.writes() || id == "getContactTaxId") && case.status < 400;
        assert_eq!(case.audited.is_some(), changes_something, "{id}: every write is audited");
    }
    for id in cases.keys() {
        assert!(known.contains(id), "{id} is not in the document");
    }
}

#[test]
fn every_operation_keeps_its_promises_on_every_store() {
    for_each_server_alone(|server| {
        let other = server.found();
        let mut books = server.home();
        let mut broken = Vec::new();
        for case in cases() {
            // A new address each time, so that nobody is limited for what the operation before has tried.
            books.client = books.client.elsewhere();
            let trial = Trial::of(&case, &books, &other);
            if catch_unwind(AssertUnwindSafe(|| trial.run())).is_err() {
                broken.push(case.operation);
            }
        }
        assert!(broken.is_empty(), "{broken:?} break their promises");
        verify(server, &books);
        verify(server, &other);
    });
}

/// One operation's cases, in the books of one company and beside those of another.
struct Trial<'t> {
    case: &'t Case,
    operation: Operation<'t>,
    books: &'t Books<'t>,
    other: &'t Books<'t>,
}

impl<'t> Trial<'t> {
    fn of(case: &'t Case, books: &'t Books<'t>, other: &'t Books<'t>) -> Self {
        let operation = Contract::get().operations().find(|operation| operation.id() == case.operation);
        Self { case, operation: operation.expect("an operation of the document"), books, other }
    }

    fn run(&self) {
        let _name = OnPanic(self.case.operation);
        self.happy();
        self.bad();
        self.unknown_names();
        if self.case.access != Access::Anybody {
            self.unauthorised();
        }
        if let Access::With(permission) = self.case.access {
            self.forbidden(permission);
            self.isolated();
        }
        if self.case.audited.is_some() {
            self.repeated();
        }
        if self.operation.parameters("query").any(|parameter| parameter["name"] == "dry_run") {
            self.dry();
        }
    }

    fn happy(&self) {
        let ask = (self.case.happy)(self.books);
        if let Some(body) = &ask.body {
            let schema = &self.operation.said["requestBody"]["content"]["application/json"]["schema"];
            let problems = Contract::get().problems(schema, body);
            assert!(problems.is_empty(), "the happy body: {problems:?}");
        }
        let before = self.books.written();
        let answer =
            ask.send_as(self.operation, self.case.access, &self.books.client).expect(self.case.status);
        match &self.case.audited {
            Some(audited) => self.audited(audited, &answer),
            None => assert_eq!(self.books.written(), before, "it wrote"),
        }
        if self.case.status == 201 {
            let location = answer.header("location").expect("a Location");
            let path = location.strip_prefix("/api/v1").expect("a Location below /api/v1");
            let reader = match answer.data()["api_key"]["key"].as_str() {
                Some(key) if self.case.audited.is_some_and(|audited| audited.in_new_company) => {
                    self.books.client.with_key(key)
                }
                _ => self.books.client.clone(),
            };
            let found = reader.get(path).expect(200);
            if let (Some(created), Some(found)) = (answer.data().get("id"), found.data().get("id")) {
                assert_eq!(created, found);
            }
        }
        self.counted(&answer);
    }

    /// The write left an event that says who, what, from where and in which request.
    fn audited(&self, audited: &Audited, answer: &Answer) {
        let reader = match answer.data()["api_key"]["key"].as_str() {
            Some(key) if audited.in_new_company => self.books.client.with_key(key),
            _ => self.books.client.clone(),
        };
        let events = reader.get("/audit?limit=200").expect(200);
        let request_id = answer.header("x-request-id").unwrap();
        let events = events.data().as_array().unwrap();
        let of_request: Vec<&Value> =
            events.iter().filter(|event| event["request_id"] == request_id).collect();
        let event = of_request.iter().find(|event| event["action"] == audited.action);
        let event = event.unwrap_or_else(|| panic!("no {} in {of_request:?}", audited.action));
        assert_eq!(event["before"].is_object(), audited.has_before, "{event}");
        assert_eq!(event["after"].is_object(), audited.has_after, "{event}");
        for event in &of_request {
            assert_eq!(event["source"], "api");
            assert_eq!(event["ip"], self.books.client.ip);
            assert_eq!(event["actor"]["type"], audited.actor, "{event}");
            if audited.actor == "key" {
                assert_eq!(event["actor"]["id"], self.books.key_id);
            }
        }
    }

    /// Three headers tell how often the caller may still call.
    fn counted(&self, answer: &Answer) {
        for name in ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"] {
            assert_eq!(answer.header(name).is_some(), self.case.access != Access::Anybody, "{name}");
        }
    }

    fn bad(&self) {
        let ask = (self.case.bad)(self.books);
        let before = self.books.written();
        let (field, constraint) = self.case.refused;
        let answer = ask.send_as(self.operation, self.case.access, &self.books.client);
        answer.refused_field(field, constraint);
        assert_eq!(self.books.written(), before, "it was refused, but it wrote");
    }

    /// Nothing that the operation does not know is silently ignored.
    fn unknown_names(&self) {
        let ask = (self.case.happy)(self.books);
        let before = self.books.written();
        let asked = ask.clone().query("colour", "red");
        let answer = asked.send_as(self.operation, self.case.access, &self.books.client);
        answer.refused_field("colour", "unknown_field");
        if ask.body.is_some() {
            let asked = ask.but("colour", json!("red"));
            let answer = asked.send_as(self.operation, self.case.access, &self.books.client);
            answer.refused_field("colour", "unknown_field");
        }
        assert_eq!(self.books.written(), before, "it was refused, but it wrote");
    }

    fn unauthorised(&self) {
        let ask = (self.case.happy)(self.books);
        let before = self.books.written();
        let stranger = self.books.client.without_key().elsewhere();
        ask.send(self.operation, &stranger).refused(401, "unauthorized");
        // Whoever is not known is told so, and nothing about the request.
        let bad = (self.case.bad)(self.books);
        let before_bad = self.books.written();
        bad.send(self.operation, &stranger).refused(401, "unauthorized");
        bad.send(self.operation, &stranger.with_key(&"x".repeat(64))).refused(401, "invalid_api_key");
        assert_eq!(self.books.written(), before_bad, "it was refused, but it wrote");
        assert!(before.audit_sequence <= before_bad.audit_sequence);
    }

    fn forbidden(&self, permission: &str) {
        let client = self.books.client_without(permission);
        let ask = (self.case.happy)(self.books);
        let before = self.books.written();
        let answer = ask.send(self.operation, &client).refused(403, "forbidden");
        assert_eq!(answer.details()["required_permission"], permission);
        self.counted(&answer);
        assert_eq!(self.books.written(), before, "it was refused, but it wrote");
    }

    /// The ids of one company name nothing in another.
    fn isolated(&self) {
        let has_id =
            self.operation.parameters("path").any(|parameter| parameter["schema"]["format"] == "uuid");
        if has_id {
            let ask = (self.case.happy)(self.books);
            let before = (self.books.written(), self.other.written());
            ask.send(self.operation, &self.other.client).refused(404, "not_found");
            assert_eq!((self.books.written(), self.other.written()), before);
        }
    }

    /// Under an idempotency key the request is made once; the same answer comes again.
    fn repeated(&self) {
        let key = fresh_name("key");
        let ask = (self.case.happy)(self.books).header("Idempotency-Key", &key);
        let send = || ask.send_as(self.operation, self.case.access, &self.books.client);
        let first = send().expect(self.case.status);
        assert!(!first.is_replayed());
        if !self.case.remembers {
            return;
        }
        let before = self.books.written();
        let second = send().expect(self.case.status);
        assert!(second.is_replayed());
        assert_eq!(without_secrets(second.data()), without_secrets(first.data()));
        assert_eq!(second.header("etag"), first.header("etag"));
        assert_eq!(second.header("location"), first.header("location"));
        assert_eq!(self.books.written(), before, "it happened again");
    }

    /// A dry run answers what would happen and changes nothing.
    fn dry(&self) {
        let ask = (self.case.happy)(self.books).query("dry_run", "true");
        let before = self.books.written();
        let answer = ask.send_as(self.operation, self.case.access, &self.books.client).expect(200);
        assert!(answer.data().is_object());
        assert_eq!(answer.header("location"), None);
        assert_eq!(self.books.written(), before, "the dry run wrote");
    }
}

/// What is shown once is not shown again.
fn without_secrets(data: &Value) -> Value {
    let mut data = data.clone();
    for at in ["", "/api_key"] {
        if let Some(object) = data.pointer_mut(at).and_then(Value::as_object_mut) {
            object.remove("key");
            object.remove("code");
        }
    }
    data
}

fn verify(server: &Server, books: &Books<'_>) {
    let found = books.client.get("/audit/verify").expect(200);
    assert_eq!(found.data()["valid"], true, "{}", found.data());
    let call = Call::system(books.company, Source::System);
    let verified = partita_application::verify::verify(&server.app, &call).unwrap();
    assert!(verified.problems.is_empty(), "{:?}", verified.problems);
}

/// Names the operation while a failed test unwinds.
struct OnPanic(&'static str);

impl Drop for OnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("^ in {}", self.0);
        }
    }
}
