//! `/tax-groups`.

use super::tax_code;
use crate::http::case::{Access, Case, ask, changed, created, fresh_name};
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

fn body(books: &Books<'_>) -> Value {
    json!({ "code": fresh_name("G"), "name": "Quebec", "tax_codes": [tax_code::new_id(books), tax_code::new_id(books)] })
}

fn new_id(books: &Books<'_>) -> String {
    books.client.post("/tax-groups", &body(books)).expect(201).id()
}

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("settings:read");
    vec![
        Case::read("listTaxGroups", read, |_| ask(), |_| ask().query("offset", "-1"), ("offset", "range")),
        Case::read("getTaxGroup", read, |books| ask().id(new_id(books)), |_| ask().id("G"), ("id", "format")),
        Case::write(
            "createTaxGroup",
            "settings:write",
            (201, |books| ask().body(body(books))),
            created("tax_group.created"),
            |books| ask().body(body(books)).but("tax_codes", json!([])),
            ("tax_codes", "length"),
        ),
        Case::write(
            "updateTaxGroup",
            "settings:write",
            (200, |books| ask().id(new_id(books)).body(body(books))),
            changed("tax_group.updated"),
            |books| ask().id(new_id(books)).body(body(books)).but("code", Value::Null),
            ("code", "required"),
        ),
        Case::write(
            "putTaxGroupByExternalId",
            "settings:write",
            (201, |books| ask().at("external_id", fresh_name("ext")).body(body(books))),
            created("tax_group.created"),
            |books| ask().at("external_id", "ext").body(body(books)).but("external_id", json!("other")),
            ("external_id", "one_of"),
        ),
        Case::write(
            "deactivateTaxGroup",
            "settings:write",
            (200, |books| ask().id(new_id(books))),
            changed("tax_group.deactivated"),
            |books| ask().id(new_id(books)).header("If-Match", "newest"),
            ("If-Match", "format"),
        ),
    ]
}

#[test]
fn a_group_is_created_read_changed_and_deactivated() {
    for_each_server(|server| {
        let books = server.found();
        let (one, two) = (tax_code::new_id(&books), tax_code::new_id(&books));
        let body = json!({
            "external_id": "q", "code": "GST-QST", "name": "Quebec", "tax_codes": [two, one],
            "is_active": true, "metadata": { "law": "LTVQ" },
        });
        let made = books.client.post("/tax-groups", &body).expect(201);
        let path = format!("/tax-groups/{}", made.id());
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(&made.data()[name], value, "{name}");
        }
        assert_eq!(books.client.get(&path).expect(200).data(), made.data());
        let other = json!({ "code": "QST", "name": "Quebec", "tax_codes": [one] });
        let changed = books.client.put(&path, &other).expect(200);
        assert_eq!((&changed.data()["tax_codes"], &changed.data()["version"]), (&json!([one]), &json!(2)));
        let stale = books.client.request("PUT", &path).header("If-Match", "\"1\"").json(&other).send();
        stale.refused(409, "version_conflict");
        let gone = books.client.delete(&path).expect(200);
        assert_eq!((&gone.data()["is_active"], &gone.data()["version"]), (&json!(false), &json!(3)));
    });
}

#[test]
fn a_group_names_up_to_five_codes_of_its_company_once_each() {
    for_each_server(|server| {
        let books = server.found();
        let codes: Vec<String> = (0..6).map(|_| tax_code::new_id(&books)).collect();
        let post = |codes: Value| {
            books
                .client
                .post("/tax-groups", &json!({ "code": fresh_name("G"), "name": "n", "tax_codes": codes }))
        };
        let _ = post(json!(codes[..5])).expect(201);
        post(json!(codes)).refused_field("tax_codes", "length");
        post(json!([codes[0], codes[0]])).refused_field("tax_codes[1]", "unique");
        post(json!([codes[0], tax_code::new_id(&server.found())])).refused_field("tax_codes[1]", "exists");
        post(json!(["x"])).refused_field("tax_codes[0]", "format");
        let taken = books.client.get("/tax-groups").expect(200).data()[0]["code"].clone();
        let body = json!({ "code": taken, "name": "n", "tax_codes": [codes[0]] });
        books.client.post("/tax-groups", &body).refused_field("code", "unique");
    });
}

#[test]
fn groups_are_listed_by_code_and_filters_combine() {
    for_each_server(|server| {
        let books = server.found();
        let code = tax_code::new_id(&books);
        for name in ["b", "A", "a"] {
            let body = json!({ "code": name, "name": format!("Group {name}"), "tax_codes": [code], "is_active": name != "b" });
            let _ = books.client.put(&format!("/tax-groups/external/x{name}"), &body).expect(201);
        }
        let codes = |query: &str| -> Vec<String> {
            let found = books.client.get(&format!("/tax-groups?{query}")).expect(200);
            let codes = found.data().as_array().unwrap().iter();
            codes.map(|code| code["code"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(codes(""), ["A", "a", "b"]);
        assert_eq!(codes("active=true"), ["A", "a"]);
        assert_eq!(codes("q=group%20A"), ["A", "a"]);
        assert_eq!(codes("external_id=xb"), ["b"]);
        let first = books.client.get("/tax-groups?limit=1").expect(200);
        assert_eq!(first.meta()["total_count"], 3);
        let cursor = first.meta()["next_cursor"].as_str().unwrap();
        assert_eq!(codes(&format!("cursor={cursor}")), ["a", "b"]);
    });
}
