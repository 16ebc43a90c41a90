//! Adjustments, movements and the valuation of stocks.

mod costs;
mod documents;

use crate::http::case::{Access, Case, ask, created, fresh_name};
use crate::http::item::inventory;
use partita_tests::client::Answer;
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

fn new_item(books: &Books<'_>, cost_method: &str) -> String {
    books.client.post("/items", &inventory(books, &fresh_name("Lamp"), cost_method)).expect(201).id()
}

fn opening(quantity: &str, unit_cost: i64) -> Value {
    json!({ "date": "2026-01-05", "quantity": quantity, "unit_cost": unit_cost, "reason": "Opening stock" })
}

fn adjust(books: &Books<'_>, item: &str, body: &Value) -> Answer {
    books.client.post(&format!("/items/{item}/adjustments"), body)
}

fn moved_item(books: &Books<'_>) -> (String, String) {
    let item = new_item(books, "fifo");
    let movement = adjust(books, &item, &opening("3", 100)).expect(201).id();
    (item, movement)
}

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("items:read");
    vec![
        Case::write(
            "adjustItem",
            "items:write",
            (201, |books| ask().id(new_item(books, "average")).body(opening("3", 100))),
            created("stock.adjusted"),
            |books| ask().id(moved_item(books).0).body(opening("3", 100)).but("quantity", json!("-4")),
            ("unit_cost", "one_of"),
        ),
        Case::read(
            "listItemMovements",
            read,
            |books| ask().id(moved_item(books).0),
            |books| ask().id(moved_item(books).0).query("kind", "theft"),
            ("kind", "one_of"),
        ),
        Case::read(
            "getItemMovement",
            read,
            |books| {
                let (item, movement) = moved_item(books);
                ask().id(item).at("movement_id", movement)
            },
            |books| ask().id(moved_item(books).0).at("movement_id", "1"),
            ("movement_id", "format"),
        ),
        Case::read(
            "reportInventoryValuation",
            Access::With("reports:read"),
            |_| ask(),
            |_| ask().query("as_of", "today"),
            ("as_of", "format"),
        ),
    ]
}

/// Every inventory account is worth what its stocks are worth (I3).
fn assert_agreed(books: &Books<'_>, total: i64) {
    let report = books.client.get("/reports/inventory-valuation?as_of=2026-12-31").expect(200);
    assert_eq!(report.data()["total"], total, "{}", report.data());
    for account in report.data()["accounts"].as_array().unwrap() {
        assert_eq!(account["difference"], 0, "{account}");
    }
    let balance = books.client.get(&format!("/balances/{}?to=2026-12-31", books.account("1200"))).expect(200);
    assert_eq!(balance.data()["balance"], total);
}

#[test]
fn goods_come_in_leave_and_are_counted_at_what_they_cost() {
    for_each_server(|server| {
        let books = server.found();
        let item = new_item(&books, "average");
        let equity = books.account("3000");
        let mut body = opening("10", 500);
        body["account_id"] = json!(equity);
        body["external_id"] = json!("wms-1");
        let first = adjust(&books, &item, &body).expect(201);
        let data = first.data();
        assert_eq!(
            (&data["kind"], &data["quantity_change"], &data["value_change"], &data["sequence"]),
            (&json!("receipt"), &json!("10"), &json!(5_000), &json!(1))
        );
        let entry = &data["entry"];
        assert_eq!(data["entry_id"], entry["id"]);
        assert_eq!(entry["transaction_type"], "inventory_adjustment");
        assert_eq!(entry["memo"], "Opening stock");
        let sides: Vec<_> = entry["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| (line["account_id"].as_str().unwrap(), &line["debit"], &line["credit"]))
            .collect();
        let asset = books.account("1200");
        assert_eq!(
            sides,
            [(asset.as_str(), &json!(5_000), &json!(0)), (equity.as_str(), &json!(0), &json!(5_000)),]
        );
        assert_eq!(data["item"]["quantity_on_hand"], "10");
        assert_eq!(data["item"]["asset_value"], 5_000);
        let refused = adjust(&books, &item, &body).refused(409, "duplicate_external_id");
        assert_eq!(refused.details()["existing_id"], first.id());
        let _ = adjust(
            &books,
            &item,
            &json!({ "date": "2026-01-06", "quantity": 10, "unit_cost_decimal": "600.0", "reason": "More" }),
        )
        .expect(201);

        // T46: two were broken, at the average of 5.50.
        let broken = json!({ "date": "2026-01-07", "quantity": -2, "reason": "Broken" });
        let broken = adjust(&books, &item, &broken).expect(201);
        assert_eq!(broken.data()["value_change"], -1_100);
        assert_eq!(broken.data()["account_id"], books.account("5300"), "the default account");
        assert_agreed(&books, 9_900);

        let counted = json!({ "date": "2026-01-08", "counted_quantity": "19.5", "reason": "Stocktaking" });
        let counted = adjust(&books, &item, &counted).expect(201);
        assert_eq!(
            (
                &counted.data()["quantity"],
                &counted.data()["quantity_change"],
                &counted.data()["value_change"]
            ),
            (&json!("19.5"), &json!("1.5"), &json!(825))
        );
        let same = json!({ "date": "2026-01-09", "counted_quantity": 19.5, "reason": "Again" });
        let same = adjust(&books, &item, &same).expect(201);
        assert_eq!((&same.data()["entry"], &same.data()["entry_id"]), (&Value::Null, &Value::Null));
        let found = books.client.get(&format!("/items/{item}")).expect(200);
        assert_eq!(found.data()["quantity_on_hand"], "19.5");
        assert_eq!(found.data()["average_cost"], 550);
        assert_eq!(found.data()["average_cost_decimal"], "550");
        assert_eq!(found.data()["version"], 1, "its stock is not a change of the item");
        let listed = books.client.get("/items?type=inventory").expect(200);
        assert_eq!(listed.data()[0]["asset_value"], 10_725);
        assert_agreed(&books, 10_725);

        let movements = books.client.get(&format!("/items/{item}/movements")).expect(200);
        let kinds: Vec<_> = movements.data().as_array().unwrap().iter().map(|one| &one["kind"]).collect();
        assert_eq!(kinds, ["count", "count", "issue", "receipt", "receipt"]);
        let some = |query: &str| {
            let found = books.client.get(&format!("/items/{item}/movements?{query}")).expect(200);
            assert_eq!(found.meta()["total_count"], found.data().as_array().unwrap().len());
            found.data().as_array().unwrap().len()
        };
        assert_eq!(some("kind=receipt"), 2);
        assert_eq!(some("from=2026-01-07&to=2026-01-08"), 2);
        assert_eq!(some("external_id=wms-1"), 1);
        let page = books.client.get(&format!("/items/{item}/movements?limit=2")).expect(200);
        let cursor = page.meta()["next_cursor"].as_str().unwrap();
        let next = books.client.get(&format!("/items/{item}/movements?limit=2&cursor={cursor}")).expect(200);
        assert_eq!(next.data()[0]["sequence"], 3);
        let at = |date: &str| {
            let report = books.client.get(&format!("/reports/inventory-valuation?as_of={date}")).expect(200);
            let accounts = report.data()["accounts"].as_array().unwrap().clone();
            assert!(accounts.iter().all(|account| account["difference"] == 0), "{date}");
            (report.data()["total"].as_i64().unwrap(), report.data()["items"].as_array().unwrap().len())
        };
        assert_eq!(at("2026-01-04"), (0, 0));
        assert_eq!(at("2026-01-05"), (5_000, 1));
        assert_eq!(at("2026-01-06"), (11_000, 1));
        assert_eq!(at("2026-01-07"), (9_900, 1));
    });
}

#[test]
fn the_valuation_is_a_file_as_well() {
    let books = partita_tests::server::Server::shared().found();
    let item = new_item(&books, "average");
    adjust(&books, &item, &opening("3", 333)).expect(201);
    let file = books.client.get("/reports/inventory-valuation?as_of=2026-12-31&format=csv").expect(200);
    assert!(file.header("content-disposition").unwrap().contains("inventory-valuation-2026-12-31.csv"));
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows.len(), 3, "{text}");
    assert_eq!(rows[0], "item_id,sku,name,currency_code,quantity_on_hand,average_cost,asset_value");
    assert!(rows[1].starts_with(&item) && rows[1].ends_with(",USD,3,3.33,9.99"), "{text}");
    assert_eq!(rows[2], ",,Total,USD,,,9.99");
}

#[test]
fn t50_an_adjustment_recorded_late_corrects_what_was_posted_after_its_date() {
    for_each_server(|server| {
        let books = server.found();
        let item = new_item(&books, "average");
        let on = |date: &str, quantity: i64, unit_cost: Option<i64>| {
            let body = json!({
                "date": date, "quantity": quantity, "unit_cost": unit_cost, "reason": "Counted",
            });
            adjust(&books, &item, &body)
        };
        let _ = on("2026-01-01", 10, Some(500)).expect(201);
        let issue = on("2026-01-10", -8, None).expect(201);
        assert_eq!(issue.data()["value_change"], -4_000);
        let late = on("2026-01-05", 10, Some(700)).expect(201);
        assert_eq!(late.data()["value_change"], 7_000);
        assert_eq!(late.data()["item"]["asset_value"], 7_200);
        assert_agreed(&books, 7_200);
        let movements = books.client.get(&format!("/items/{item}/movements?kind=correction")).expect(200);
        let correction = &movements.data()[0];
        assert_eq!((&correction["of_id"], &correction["value_change"]), (&json!(issue.id()), &json!(-800)));
        assert_eq!(correction["entry_id"], late.data()["entry_id"]);
        let found = books.client.get(&format!("/items/{item}/movements/{}", issue.id())).expect(200);
        assert_eq!(found.data()["value_change"], -4_000, "what was posted stays");

        let stolen = on("2026-01-02", -12, None).refused_field("quantity", "range");
        assert!(stolen.message().contains("12 would leave the stock, 10 are there"), "{}", stolen.message());
        let stolen = on("2026-01-02", -10, None).expect(201);
        assert_eq!(stolen.data()["item"]["quantity_on_hand"], "2");
        let stolen = on("2026-01-09", -3, None).refused_field("quantity", "range");
        assert!(stolen.message().contains("then on 2026-01-10"), "{}", stolen.message());
        assert_agreed(&books, 1_400);

        // The period of the late one must be open; those after it need not be.
        books.client.post("/periods/2026-01/soft-lock", &json!({})).expect(200);
        on("2026-01-04", 1, Some(100)).refused(403, "closed_period");
        let _ = on("2026-02-01", 1, Some(100)).expect(201);
        assert_agreed(&books, 1_500);
    });
}

#[test]
fn what_an_adjustment_must_not_be_is_refused() {
    for_each_server(|server| {
        let books = server.found();
        let item = new_item(&books, "fifo");
        let with = |field: &str, value: Value| {
            let mut body = opening("3", 100);
            body[field] = value;
            adjust(&books, &item, &body)
        };
        with("quantity", json!(0)).refused_field("quantity", "range");
        with("quantity", json!("1.1234567")).refused_field("quantity", "format");
        with("quantity", json!("three")).refused_field("quantity", "format");
        with("quantity", json!("1000000000")).refused_field("quantity", "range");
        with("quantity", json!(true)).refused_field("quantity", "type");
        with("quantity", Value::Null).refused_field("quantity", "required");
        with("counted_quantity", json!(1)).refused_field("counted_quantity", "one_of");
        with("unit_cost", json!(-1)).refused_field("unit_cost", "range");
        with("unit_cost", json!(999_999_999_999_999_i64)).refused_field("unit_cost", "range");
        with("unit_cost_decimal", json!("1")).refused_field("unit_cost_decimal", "one_of");
        with("reason", json!(" ")).refused_field("reason", "length");
        with("date", json!("2200-01-01")).refused_field("date", "range");
        with("account_id", json!("01980000-0000-7000-8000-000000000000"))
            .refused_field("account_id", "exists");
        with("account_id", json!(books.account("1200"))).refused_field("account_id", "account_type");
        let _ = books.client.delete(&format!("/accounts/{}", books.account("6100"))).expect(200);
        with("account_id", json!(books.account("6100"))).refused_field("account_id", "active");
        let left = json!({ "date": "2026-01-05", "quantity": -1, "reason": "Lost" });
        let left = adjust(&books, &item, &left).refused_field("quantity", "range");
        assert!(left.message().ends_with("1 would leave the stock, 0 are there"), "{}", left.message());
        let service =
            books.client.post("/items", &json!({ "name": "Work", "item_type": "service" })).expect(201);
        adjust(&books, &service.id(), &opening("1", 1)).refused_field("item_id", "one_of");
        adjust(&books, "01980000-0000-7000-8000-000000000000", &opening("1", 1)).refused(404, "not_found");
        let none = books.client.get(&format!("/items/{item}/movements")).expect(200);
        assert_eq!(none.meta()["total_count"], 0);
        assert_agreed(&books, 0);
    });
}

#[test]
fn the_entry_of_an_adjustment_is_not_reversed_and_its_item_keeps_how_it_is_valued() {
    for_each_server(|server| {
        let books = server.found();
        let item = new_item(&books, "fifo");
        let made = adjust(&books, &item, &opening("3", 100)).expect(201);
        let entry = made.data()["entry_id"].as_str().unwrap();
        books.client.post(&format!("/entries/{entry}/reverse"), &json!({})).refused(409, "conflict");
        let body = inventory(&books, "Lamp", "average");
        let refused = books.client.put(&format!("/items/{item}"), &body).refused(409, "has_history");
        assert_eq!(refused.details()["field"], "cost_method");
        let mut renamed = inventory(&books, "Lamp, renamed", "fifo");
        renamed["expense_account_id"] = json!(books.account("5050"));
        let renamed = books.client.put(&format!("/items/{item}"), &renamed).expect(200);
        assert_eq!(renamed.data()["asset_value"], 300);
        assert_agreed(&books, 300);
    });
}

#[test]
fn goods_may_leave_before_they_come_in_where_settings_say_so() {
    for_each_server(|server| {
        let books = server.found();
        let mut settings = books.client.get("/settings").expect(200).data().clone();
        settings["trade"]["allow_negative_stock"] = json!(true);
        settings.as_object_mut().unwrap().remove("updated_at");
        let _ = books.client.put("/settings", &settings).expect(200);
        let item = new_item(&books, "average");
        let _ = adjust(&books, &item, &opening("10", 500)).expect(201);
        let short = json!({ "date": "2026-01-06", "quantity": -15, "reason": "Sold at the fair" });
        let short = adjust(&books, &item, &short).expect(201);
        assert_eq!(short.data()["value_change"], -7_500);
        assert_agreed(&books, -2_500);
        let cover = json!({ "date": "2026-01-07", "quantity": 10, "unit_cost": 600, "reason": "Came in" });
        let cover = adjust(&books, &item, &cover).expect(201);
        assert_eq!((&cover.data()["value_change"], &cover.data()["late_cost"]), (&json!(5_500), &json!(500)));
        assert_agreed(&books, 3_000);
    });
}
