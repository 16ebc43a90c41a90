//! `/items`.

use crate::http::case::{Access, Case, ask, changed, created, fresh_name};
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

fn body() -> Value {
    json!({ "name": fresh_name("Lamp"), "item_type": "service", "sales_price": 4_900 })
}

fn new_id(books: &Books<'_>) -> String {
    books.client.post("/items", &body()).expect(201).id()
}

/// What an inventory item needs.
pub(crate) fn inventory(books: &Books<'_>, name: &str, cost_method: &str) -> Value {
    json!({
        "name": name, "item_type": "inventory", "cost_method": cost_method,
        "income_account_id": books.account("4100"), "expense_account_id": books.account("5000"),
        "asset_account_id": books.account("1200"),
    })
}

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("items:read");
    vec![
        Case::read("listItems", read, |_| ask(), |_| ask().query("type", "gadget"), ("type", "one_of")),
        Case::read("getItem", read, |books| ask().id(new_id(books)), |_| ask().id("lamp"), ("id", "format")),
        Case::write(
            "createItem",
            "items:write",
            (201, |_| ask().body(body())),
            created("item.created"),
            |_| ask().body(body()).but("name", Value::Null),
            ("name", "required"),
        ),
        Case::write(
            "updateItem",
            "items:write",
            (200, |books| ask().id(new_id(books)).body(body())),
            changed("item.updated"),
            |books| ask().id(new_id(books)).body(body()).but("sales_price", json!(-1)),
            ("sales_price", "range"),
        ),
        Case::write(
            "putItemByExternalId",
            "items:write",
            (201, |_| ask().at("external_id", fresh_name("ext")).body(body())),
            created("item.created"),
            |_| ask().at("external_id", "ext").body(body()).but("external_id", json!("other")),
            ("external_id", "one_of"),
        ),
        Case::write(
            "deactivateItem",
            "items:write",
            (200, |books| ask().id(new_id(books))),
            changed("item.deactivated"),
            |books| ask().id(new_id(books)).header("If-Match", "newest"),
            ("If-Match", "format"),
        ),
    ]
}

#[test]
fn an_item_is_created_read_changed_and_deactivated() {
    for_each_server(|server| {
        let books = server.found();
        let body = json!({
            "external_id": "shop/1", "name": "Desk lamp", "sku": "DL-1", "description": "Brass",
            "item_type": "inventory", "cost_method": "fifo",
            "income_account_id": books.account("4100"), "expense_account_id": books.account("5000"),
            "asset_account_id": books.account("1200"), "sales_price": 4_900,
            "purchase_price_decimal": "12.000000000001", "metadata": { "shelf": "Köln" },
        });
        let made = books.client.post("/items", &body).expect(201);
        let id = made.id();
        assert_eq!(made.header("location"), Some(format!("/api/v1/items/{id}").as_str()));
        assert_eq!(made.header("etag"), Some("\"1\""));
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(&made.data()[name], value, "{name}");
        }
        for (name, value) in [
            ("sales_price_decimal", json!("4900")),
            ("purchase_price", json!(12)),
            ("quantity_on_hand", json!("0")),
            ("asset_value", json!(0)),
            ("average_cost", Value::Null),
            ("is_active", json!(true)),
        ] {
            assert_eq!(made.data()[name], value, "{name}");
        }
        let found = books.client.get(&format!("/items/{id}")).expect(200);
        assert_eq!((found.data(), found.header("etag")), (made.data(), Some("\"1\"")));

        let service = json!({ "name": "Advice", "item_type": "service" });
        let changed = books.client.put(&format!("/items/{id}"), &service).expect(200);
        assert_eq!(changed.data()["version"], 2);
        for gone in ["external_id", "sku", "sales_price", "quantity_on_hand", "asset_value", "cost_method"] {
            assert_eq!(changed.data()[gone], Value::Null, "{gone}");
        }
        let gone = books.client.delete(&format!("/items/{id}")).expect(200);
        assert_eq!((&gone.data()["is_active"], &gone.data()["version"]), (&json!(false), &json!(3)));
        let seen = books.client.request("PUT", &format!("/items/{id}")).header("If-Match", "\"2\"");
        seen.json(&service).send().refused(409, "version_conflict");
        let back = books.client.put(&format!("/items/{id}"), &service).expect(200);
        assert_eq!(back.data()["is_active"], true);
    });
}

#[test]
fn what_an_item_must_not_be_is_refused() {
    for_each_server(|server| {
        let books = server.found();
        let good = inventory(&books, "Lamp", "average");
        let post = |field: &str, value: Value| {
            let mut body = good.clone();
            body[field] = value;
            books.client.post("/items", &body)
        };
        post("asset_account_id", Value::Null).refused_field("asset_account_id", "required");
        post("expense_account_id", Value::Null).refused_field("expense_account_id", "required");
        post("cost_method", Value::Null).refused_field("cost_method", "required");
        post("cost_method", json!("lifo")).refused_field("cost_method", "one_of");
        post("item_type", json!("service")).refused(400, "validation_error");
        post("asset_account_id", json!(books.account("1000")))
            .refused_field("asset_account_id", "account_type");
        post("income_account_id", json!(books.account("5000")))
            .refused_field("income_account_id", "account_type");
        post("expense_account_id", json!("01980000-0000-7000-8000-000000000000"))
            .refused_field("expense_account_id", "exists");
        post("tax_code_id", json!("01980000-0000-7000-8000-000000000000"))
            .refused_field("tax_code_id", "exists");
        post("sales_price", json!(1.5)).refused_field("sales_price", "type");
        post("sales_price_decimal", json!("0.0000000000001")).refused_field("sales_price_decimal", "format");
        post("sales_price_decimal", json!(1)).refused_field("sales_price_decimal", "type");
        post("name", json!("")).refused_field("name", "length");
        post("name", json!("a\u{7}b")).refused_field("name", "format");
        let mut both = good.clone();
        both["sales_price"] = json!(1);
        both["sales_price_decimal"] = json!("1");
        books.client.post("/items", &both).refused_field("sales_price_decimal", "one_of");

        let mut first = good.clone();
        first["sku"] = json!("S-1");
        first["external_id"] = json!("e1");
        let id = books.client.post("/items", &first).expect(201).id();
        post("sku", json!("S-1")).refused_field("sku", "unique");
        let refused = post("external_id", json!("e1")).refused(409, "duplicate_external_id");
        assert_eq!(refused.details()["existing_id"], id);
        let _ = server
            .found()
            .client
            .post("/items", &json!({ "name": "x", "item_type": "service", "sku": "S-1" }));
    });
}

#[test]
fn items_are_listed_by_name_and_filters_combine() {
    for_each_server(|server| {
        let books = server.found();
        for (name, sku) in
            [("banana", "B"), ("Äpfel", "A"), ("Apple", "AP"), ("apple", "AP2"), ("100% juice", "J")]
        {
            let body = json!({ "name": name, "item_type": "non_inventory", "sku": sku, "external_id": sku });
            let _ = books.client.post("/items", &body).expect(201);
        }
        let lamp = books.client.post("/items", &inventory(&books, "Lamp", "fifo")).expect(201).id();
        let _ = books.client.delete(&format!("/items/{lamp}")).expect(200);
        let names = |query: &str| {
            let found = books.client.get(&format!("/items?{query}")).expect(200);
            let items = found.data().as_array().unwrap().clone();
            items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let all = ["100% juice", "Apple", "apple", "banana", "Lamp", "Äpfel"];
        assert_eq!(names(""), all);
        assert_eq!(names("type=inventory"), ["Lamp"]);
        assert_eq!(names("type=service"), [""; 0]);
        assert_eq!(names("active=false"), ["Lamp"]);
        assert_eq!(names("sku=AP"), ["Apple"]);
        assert_eq!(names("external_id=AP2"), ["apple"]);
        assert_eq!(names("name=apple"), ["apple"]);
        assert_eq!(names("q=APPLE"), ["Apple", "apple"]);
        assert_eq!(names("q=%25"), ["100% juice"]);
        assert_eq!(names("q=apple&sku=AP2"), ["apple"]);
        assert_eq!(names("offset=2&limit=2"), ["apple", "banana"]);
        let mut paged = Vec::new();
        let mut path = "/items?limit=2".to_owned();
        loop {
            let page = books.client.get(&path).expect(200);
            paged.extend(page.data().as_array().unwrap().iter().map(|item| item["name"].clone()));
            let Some(cursor) = page.meta()["next_cursor"].as_str() else { break };
            path = format!("/items?limit=2&cursor={cursor}");
        }
        assert_eq!(paged, all);
        books.client.get("/items?cursor=00").refused_field("cursor", "format");
        // A long name in a script of four bytes makes the longest cursor.
        let long = "𝔸".repeat(255);
        for _ in 0..2 {
            let _ = books.client.post("/items", &json!({ "name": long, "item_type": "service" })).expect(201);
        }
        let page = books.client.get("/items?limit=7").expect(200);
        let cursor = page.meta()["next_cursor"].as_str().unwrap();
        let rest = books.client.get(&format!("/items?limit=7&cursor={cursor}")).expect(200);
        assert_eq!(rest.data().as_array().unwrap().len(), 1);
    });
}

#[test]
fn an_external_id_creates_once_and_updates_from_then_on() {
    for_each_server(|server| {
        let books = server.found();
        let path = "/items/external/shop%2F1";
        let made = books.client.put(path, &json!({ "name": "One", "item_type": "service" })).expect(201);
        assert_eq!(made.data()["external_id"], "shop/1");
        let changed = books.client.put(path, &json!({ "name": "Two", "item_type": "service" })).expect(200);
        assert_eq!((changed.id(), &changed.data()["version"]), (made.id(), &json!(2)));
        let body = json!({ "name": "Two", "item_type": "service", "version": 1 });
        books.client.put(path, &body).refused(409, "version_conflict");
    });
}
