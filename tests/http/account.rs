//! `/accounts`.

use crate::http::case::{Access, Case, ask, changed, created, entry, fresh_name};
use partita_tests::server::{Books, Server, for_each_server};
use serde_json::{Value, json};

fn body() -> Value {
    json!({ "number": fresh_name("A"), "name": "Clearing", "type": "other_current_asset" })
}

fn new(books: &Books<'_>) -> Value {
    books.client.post("/accounts", &body()).expect(201).data().clone()
}

fn new_id(books: &Books<'_>) -> String {
    new(books)["id"].as_str().unwrap().to_owned()
}

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("accounts:read");
    vec![
        Case::read("listAccounts", read, |_| ask(), |_| ask().query("limit", "501"), ("limit", "range")),
        Case::read(
            "getAccount",
            read,
            |books| ask().id(books.account("1000")),
            |_| ask().id("1000"),
            ("id", "format"),
        ),
        Case::write(
            "createAccount",
            "accounts:write",
            (201, |_| ask().body(body())),
            created("account.created"),
            |_| ask().body(body()).but("number", Value::Null),
            ("number", "required"),
        ),
        Case::write(
            "updateAccount",
            "accounts:write",
            (200, |books| ask().id(new_id(books)).body(body())),
            changed("account.updated"),
            |books| ask().id(books.account("1000")).body(body()).but("type", json!("savings")),
            ("type", "one_of"),
        ),
        Case::write(
            "putAccountByExternalId",
            "accounts:write",
            (201, |_| ask().at("external_id", fresh_name("ext")).body(body())),
            created("account.created"),
            |_| ask().at("external_id", "ext").body(body()).but("external_id", json!("other")),
            ("external_id", "one_of"),
        ),
        Case::write(
            "deactivateAccount",
            "accounts:write",
            (200, |books| ask().id(new_id(books))),
            changed("account.deactivated"),
            |books| ask().id(books.account("1010")).header("If-Match", "newest"),
            ("If-Match", "format"),
        ),
    ]
}

#[test]
fn an_account_is_created_read_changed_and_deactivated() {
    for_each_server(|server| {
        let books = server.found();
        let body = json!({
            "external_id": "shop/1", "number": "1099", "name": "Shop till", "type": "bank",
            "parent_id": books.account("1050"), "currency_code": "USD", "description": "In the shop",
            "report_group": "Cash", "is_cash": true, "metadata": { "branch": "Köln" },
        });
        let made = books.client.post("/accounts", &body).expect(201);
        let id = made.id();
        assert_eq!(made.header("location"), Some(format!("/api/v1/accounts/{id}").as_str()));
        assert_eq!(made.header("etag"), Some("\"1\""));
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(&made.data()[name], value, "{name}");
        }
        assert_eq!((&made.data()["category"], &made.data()["version"]), (&json!("asset"), &json!(1)));
        let found = books.client.get(&format!("/accounts/{id}")).expect(200);
        assert_eq!((found.data(), found.header("etag")), (made.data(), Some("\"1\"")));

        let changed = books
            .client
            .put(&format!("/accounts/{id}"), &json!({ "number": "1098", "name": "Till", "type": "bank" }))
            .expect(200);
        assert_eq!(changed.data()["version"], 2);
        assert_eq!(changed.data()["external_id"], Value::Null);
        let gone = books.client.delete(&format!("/accounts/{id}")).expect(200);
        assert_eq!((&gone.data()["is_active"], &gone.data()["version"]), (&json!(false), &json!(3)));
        let entry = json!({ "date": "2026-03-31", "lines": [
            { "account_number": "1098", "debit": 1 }, { "account_number": "4100", "credit": 1 },
        ]});
        books.client.post("/entries", &entry).refused_field("lines[0].account_number", "active");
    });
}

#[test]
fn accounts_are_listed_by_number_and_filters_combine() {
    for_each_server(|server| {
        let books = server.found();
        let all = books.client.get("/accounts?limit=500").expect(200);
        let numbers: Vec<&str> = all
            .data()
            .as_array()
            .unwrap()
            .iter()
            .map(|account| account["number"].as_str().unwrap())
            .collect();
        assert!(numbers.is_sorted() && numbers.len() > 50);
        let count = |query: &str| {
            let found = books.client.get(&format!("/accounts?{query}")).expect(200);
            assert_eq!(found.meta()["total_count"], found.data().as_array().unwrap().len());
            found.data().as_array().unwrap().len()
        };
        assert_eq!(count("type=bank"), 3);
        assert_eq!(count("type=bank&q=petty"), 1);
        assert_eq!(count("category=revenue&number=4100"), 1);
        assert_eq!(count("category=asset&number=4100"), 0);
        assert_eq!(count(&format!("parent_id={}", books.account("1500"))), 6);
        let _ = books.client.delete(&format!("/accounts/{}", books.account("1010"))).expect(200);
        assert_eq!(count("type=bank&active=true"), 2);
        assert_eq!(count("active=false"), 1);
        assert_eq!(count("external_id=none"), 0);
        books.client.get("/accounts?type=savings").refused_field("type", "one_of");
        books.client.get("/accounts?active=yes").refused_field("active", "type");
        books.client.get("/accounts?parent_id=1").refused_field("parent_id", "format");
        books.client.get("/accounts?cursor=00").refused_field("cursor", "format");
    });
}

#[test]
fn an_account_number_and_an_external_id_are_taken_once() {
    for_each_server(|server| {
        let books = server.found();
        let first = json!({ "external_id": "e1", "number": "9876", "name": "One", "type": "expense" });
        let id = books.client.post("/accounts", &first).expect(201).id();
        let same_number = json!({ "number": "9876", "name": "Two", "type": "expense" });
        books.client.post("/accounts", &same_number).refused_field("number", "unique");
        let same_external_id =
            json!({ "external_id": "e1", "number": "9877", "name": "Two", "type": "expense" });
        let refused = books.client.post("/accounts", &same_external_id).refused(409, "duplicate_external_id");
        assert_eq!(refused.details()["existing_id"], id);
        // In another company both are free.
        let _ = server.found().client.post("/accounts", &first).expect(201);
    });
}

#[test]
fn an_external_id_creates_once_and_updates_from_then_on() {
    for_each_server(|server| {
        let books = server.found();
        let path = "/accounts/external/shop%2F1%20a%2Bb";
        let body = json!({ "number": "9876", "name": "One", "type": "expense" });
        let made = books.client.put(path, &body).expect(201);
        assert_eq!(made.data()["external_id"], "shop/1 a+b");
        let changed = books
            .client
            .put(path, &json!({ "number": "9876", "name": "Two", "type": "expense" }))
            .expect(200);
        assert_eq!((changed.id(), &changed.data()["version"]), (made.id(), &json!(2)));
        let found = books.client.get("/accounts?external_id=shop%2F1+a%2Bb").expect(200);
        assert_eq!(found.data()[0]["id"], made.id());
        let long = "x".repeat(256);
        books.client.put(&format!("/accounts/external/{long}"), &body).refused_field("external_id", "length");
        books.client.put("/accounts/external/a%00b", &body).refused_field("external_id", "format");
    });
}

#[test]
fn what_an_account_must_not_be_is_refused_with_every_field() {
    let books = Server::shared().found();
    let refused = books.client.post(
        "/accounts",
        &json!({ "number": "", "name": "x".repeat(256), "type": "bank", "description": "a\u{7}b" }),
    );
    let refused = refused.refused(400, "validation_error");
    let errors = refused.details()["errors"].as_array().unwrap();
    let fields: Vec<_> = errors.iter().map(|error| (&error["field"], &error["constraint"])).collect();
    assert!(
        fields.contains(&(&json!("number"), &json!("required")))
            || fields.contains(&(&json!("number"), &json!("length"))),
        "{fields:?}"
    );
    assert!(fields.contains(&(&json!("name"), &json!("length"))), "{fields:?}");
    assert!(fields.contains(&(&json!("description"), &json!("format"))), "{fields:?}");
    assert!(errors.iter().all(|error| error["message"].is_string()));

    let body = json!({ "number": "9876", "name": "One", "type": "bank" });
    let post = |field: &str, value: Value| {
        let mut body = body.clone();
        body[field] = value;
        books.client.post("/accounts", &body)
    };
    post("currency_code", json!("XXX1")).refused_field("currency_code", "currency");
    post("parent_id", json!(books.account("4100"))).refused_field("parent_id", "account_type");
    post("parent_id", json!("01980000-0000-7000-8000-000000000000")).refused_field("parent_id", "exists");
    post("metadata", json!({ "k".repeat(65): "v" })).refused(400, "validation_error");
    post("metadata", json!({ "k": 1 })).refused_field("metadata.k", "type");
    post("is_active", json!("yes")).refused_field("is_active", "type");
    post("version", json!("1")).refused_field("version", "type");
}

#[test]
fn a_chart_has_no_cycles_and_no_active_account_below_an_inactive_one() {
    let books = Server::shared().found();
    let (above, below) = (books.account("1500"), books.account("1510"));
    let body = json!({
        "number": "1500", "name": "Property and Equipment", "type": "fixed_asset", "parent_id": below,
    });
    books.client.put(&format!("/accounts/{above}"), &body).refused_field("parent_id", "cycle");
    books.client.delete(&format!("/accounts/{above}")).refused(409, "conflict");
}

#[test]
fn what_was_posted_keeps_type_and_currency_of_its_account() {
    for_each_server(|server| {
        let books = server.found();
        let _ = books.client.post("/entries", &entry("2026-03-31", 100)).expect(201);
        let path = format!("/accounts/{}", books.account("1000"));
        let body = json!({ "number": "1000", "name": "Giro", "type": "other_current_asset" });
        let refused = books.client.put(&path, &body).refused(409, "has_history");
        assert_eq!(refused.details()["field"], "type");
        // It is a system account of this chart, so it stays active as well.
        books.client.delete(&path).refused(409, "conflict");
    });
}

#[test]
fn a_version_that_was_changed_meanwhile_is_refused() {
    for_each_server(|server| {
        let books = server.found();
        let path = format!("/accounts/{}", books.account("6100"));
        let body = json!({ "number": "6100", "name": "Office", "type": "expense" });
        let put = |tag: Option<&str>, version: Option<i64>| {
            let mut body = body.clone();
            if let Some(version) = version {
                body["version"] = json!(version);
            }
            let request = books.client.request("PUT", &path).json(&body);
            match tag {
                Some(tag) => request.header("If-Match", tag).send(),
                None => request.send(),
            }
        };
        assert_eq!(put(Some("\"1\""), None).expect(200).header("etag"), Some("\"2\""));
        let refused = put(Some("\"1\""), None).refused(409, "version_conflict");
        assert_eq!(
            (&refused.details()["given_version"], &refused.details()["current_version"]),
            (&json!(1), &json!(2))
        );
        put(None, Some(1)).refused(409, "version_conflict");
        let _ = put(None, Some(2)).expect(200);
        put(Some("\"3\""), Some(2)).refused_field("version", "one_of");
        let _ = put(Some("\"3\""), Some(3)).expect(200);
        let _ = put(Some("W/\"4\""), None).expect(200);
        let _ = put(Some("*"), None).expect(200);
        put(Some("\"six\""), None).refused_field("If-Match", "format");
        let delete = |tag: &str| books.client.request("DELETE", &path).header("If-Match", tag).send();
        delete("\"1\"").refused(409, "version_conflict");
        let _ = delete("\"6\"").expect(200);
    });
}

#[test]
fn the_entries_of_an_account_are_listed() {
    for_each_server(|server| {
        let books = server.found();
        for day in 1..=3 {
            let _ = books.client.post("/entries", &entry(&format!("2026-03-0{day}"), 100)).expect(201);
        }
        let path = format!("/accounts/{}/entries", books.account("4100"));
        let found = books.client.get(&format!("{path}?from=2026-03-02&sort=date")).expect(200);
        let dates: Vec<_> = found.data().as_array().unwrap().iter().map(|entry| &entry["date"]).collect();
        assert_eq!(dates, ["2026-03-02", "2026-03-03"]);
        let none = books.client.get(&format!("/accounts/{}/entries", books.account("6100"))).expect(200);
        assert_eq!(none.meta()["total_count"], 0);
    });
}
