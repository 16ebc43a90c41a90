//! `/company`, `/companies` and `/chart-templates`.

use crate::http::case::{Access, Audited, Case, ask, changed, created, entry, fresh_name};
use partita_tests::server::{Server, for_each_server, for_each_server_alone};
use serde_json::{Value, json};

fn body() -> Value {
    json!({
        "name": "Acme", "base_currency": "EUR", "country": "DE", "chart": "german-skr04",
        "owner": { "username": fresh_name("owner"), "password": "correct horse battery" },
    })
}

pub(crate) fn cases() -> Vec<Case> {
    let admin = Access::With("admin");
    vec![
        Case::read(
            "getCompany",
            Access::With("settings:read"),
            |_| ask(),
            |_| ask().query("id", "1"),
            ("id", "unknown_field"),
        ),
        Case::write(
            "updateCompany",
            "settings:write",
            (200, |_| ask().body(json!({ "name": "Home", "country": "US", "fiscal_year_start_month": 1 }))),
            changed("company.updated"),
            |_| ask().body(json!({ "name": "Home", "fiscal_year_start_month": 13 })),
            ("fiscal_year_start_month", "range"),
        ),
        Case::read("listCompanies", admin, |_| ask(), |_| ask().query("offset", "-1"), ("offset", "range")),
        Case::write(
            "createCompany",
            "admin",
            (201, |_| ask().body(body())),
            Audited { in_new_company: true, ..created("company.created") },
            |_| ask().body(body()).but("chart", json!("french")),
            ("chart", "one_of"),
        ),
        Case::read(
            "getCompanyById",
            admin,
            |books| ask().id(books.company.to_string()),
            |_| ask().id("home"),
            ("id", "format"),
        ),
        Case::read(
            "listChartTemplates",
            Access::Known,
            |_| ask(),
            |_| ask().query("country", "DE"),
            ("country", "unknown_field"),
        ),
    ]
}

#[test]
fn a_company_is_founded_with_chart_user_and_key() {
    for_each_server_alone(|server| {
        let home = server.home();
        let made = home.client.post("/companies", &body()).expect(201);
        let company = made.data()["company"].clone();
        assert_eq!((&company["name"], &company["base_currency"]), (&json!("Acme"), &json!("EUR")));
        let client = home.client.with_key(made.data()["api_key"]["key"].as_str().unwrap());
        assert_eq!(client.get("/company").expect(200).data(), &company);
        assert!(client.get("/accounts").expect(200).meta()["total_count"].as_i64().unwrap() > 30);
        let all = home.client.get("/companies").expect(200);
        assert_eq!(all.meta()["total_count"], 2);
        // Whoever administers another company sees and founds nothing outside it.
        let own = client.get("/companies").expect(200);
        assert_eq!((&own.meta()["total_count"], &own.data()[0]["id"]), (&json!(1), &company["id"]));
        client.get(&format!("/companies/{}", home.company)).refused(404, "not_found");
        client.post("/companies", &body()).refused(403, "forbidden");
        let found = home.client.get(&format!("/companies/{}", company["id"].as_str().unwrap())).expect(200);
        assert_eq!(found.data(), &company);
        assert_eq!(home.client.get("/companies").expect(200).meta()["total_count"], 2);
    });
}

#[test]
fn what_a_company_must_not_be_is_refused_and_leaves_nothing() {
    let server = Server::alone();
    let home = server.home();
    let post = |pointer: &str, value: Value| {
        let mut body = body();
        *body.pointer_mut(pointer).unwrap() = value;
        home.client.post("/companies", &body)
    };
    post("/name", json!("")).refused(400, "validation_error");
    post("/base_currency", json!("ABC")).refused_field("base_currency", "currency");
    post("/country", json!("Germany")).refused(400, "validation_error");
    post("/owner/username", json!("Ada Lovelace")).refused_field("owner.username", "format");
    post("/owner/password", json!("short")).refused_field("owner.password", "length");
    post("/owner/password", json!(1)).refused_field("owner.password", "type");
    assert_eq!(home.client.get("/companies").expect(200).meta()["total_count"], 1);
}

#[test]
fn the_base_currency_never_changes() {
    for_each_server(|server| {
        let books = server.found();
        let mut body = json!({ "name": "Acme", "fiscal_year_start_month": 1, "base_currency": "EUR" });
        books.client.put("/company", &body).refused_field("base_currency", "one_of");
        body["base_currency"] = json!("USD");
        body["address"] = json!({ "city": "Springfield", "country": "US" });
        let changed = books.client.put("/company", &body).expect(200);
        assert_eq!(changed.data()["address"]["city"], "Springfield");
        assert_eq!(books.client.get("/company").expect(200).data(), changed.data());
        body["address"] = json!({ "town": "Springfield" });
        books.client.put("/company", &body).refused_field("address.town", "unknown_field");
        body["address"] = Value::Null;
        body["version"] = json!(1);
        books.client.put("/company", &body).refused(409, "version_conflict");
    });
}

#[test]
fn every_chart_template_founds_a_company_that_keeps_books() {
    let server = Server::alone();
    let home = server.home();
    let templates = home.client.get("/chart-templates").expect(200);
    let templates = templates.data().as_array().unwrap();
    assert!(templates.len() >= 3);
    for template in templates {
        let mut body = body();
        body["chart"] = template["name"].clone();
        let made = home.client.post("/companies", &body).expect(201);
        let client = home.client.with_key(made.data()["api_key"]["key"].as_str().unwrap());
        assert_eq!(client.get("/accounts").expect(200).meta()["total_count"], template["account_count"]);
        let number = |query: &str| {
            client.get(&format!("/accounts?limit=1&{query}")).expect(200).data()[0]["number"].clone()
        };
        let mut entry = entry("2026-03-31", 100);
        entry["lines"][0]["account_number"] = number("type=bank");
        entry["lines"][1]["account_number"] = number("type=income");
        let _ = client.post("/entries", &entry).expect(201);
    }
}

#[test]
fn what_one_company_has_another_one_cannot_reach() {
    for_each_server(|server| {
        let (ours, theirs) = (server.found(), server.found());
        let id = ours.client.post("/entries", &entry("2026-03-31", 1)).expect(201).id();
        let account = ours.account("1000");
        let before = (ours.written(), theirs.written());
        for path in [
            format!("/entries/{id}"),
            format!("/accounts/{account}"),
            format!("/accounts/{account}/entries"),
            format!("/balances/{account}"),
            format!("/users/{}", ours.owner_id),
            format!("/api-keys/{}", ours.key_id),
        ] {
            let _ = ours.client.get(&path).expect(200);
            theirs.client.get(&path).refused(404, "not_found");
        }
        assert_eq!(theirs.client.get("/entries").expect(200).meta()["total_count"], 0);
        let filtered = theirs.client.get(&format!("/entries?account_id={account}")).expect(200);
        assert_eq!(filtered.meta()["total_count"], 0);
        let trail = theirs.client.get(&format!("/audit?resource_id={id}")).expect(200);
        assert_eq!(trail.meta()["total_count"], 0);
        assert_eq!((ours.written(), theirs.written()), before);
    });
}
