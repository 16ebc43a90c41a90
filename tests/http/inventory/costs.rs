//! What goods of documents cost: freight, tax, other currencies.

use super::documents::Trader;
use super::{adjust, assert_agreed, new_item};
use crate::http::document::{lines, posted, tax_code, tax_code_with};
use partita_tests::server::for_each_server;
use serde_json::{Value, json};

#[test]
fn t45_and_t48_a_cost_that_becomes_known_late_is_shared_by_what_has_left() {
    for_each_server(|server| {
        let books = server.found();
        let trader = Trader::of(&books);
        let item = new_item(&books, "fifo");
        let bill = trader.bill("2026-01-05", &item, "20", 500);
        trader.invoice("2026-01-06", &item, "15");
        let receipt =
            books.client.get(&format!("/items/{item}/movements?document_id={}", bill.id())).expect(200);
        let receipt = receipt.data()[0]["id"].clone();
        let freight = json!({ "date": "2026-01-09", "movement_id": receipt, "value_change": 3_000,
            "account_id": books.account("5100"), "reason": "Freight" });
        let landed = adjust(&books, &item, &freight).expect(201);
        assert_eq!(
            posted(&books, &landed.data()["entry_id"]),
            lines(&[("1200", 750), ("5100", -3_000), ("5000", 2_250)])
        );
        assert_eq!(
            (&landed.data()["kind"], &landed.data()["value_change"]),
            (&json!("late_cost"), &json!(750))
        );
        assert_agreed(&books, 3_250);
        let with = |field: &str, value: Value| {
            let mut body = freight.clone();
            body[field] = value;
            adjust(&books, &item, &body)
        };
        with("movement_id", Value::Null).refused_field("movement_id", "required");
        with("movement_id", json!("01980000-0000-7000-8000-000000000000"))
            .refused_field("movement_id", "exists");
        with("value_change", json!(-20_000)).refused_field("value_change", "range");
        with("value_change", json!(0)).refused_field("value_change", "range");
        with("quantity", json!(1)).refused_field("value_change", "one_of");
        assert_agreed(&books, 3_250);
    });
}

#[test]
fn tax_that_does_not_come_back_and_what_lines_share_is_part_of_the_cost() {
    for_each_server(|server| {
        let books = server.found();
        let trader = Trader::of(&books);
        let item = new_item(&books, "fifo");
        let recoverable = tax_code(&books, 2_000);
        let half = tax_code_with(&books, 2_000, |code| code.recoverable = 5_000);
        let two = json!([
            { "item_id": item, "quantity": "1", "unit_price": 1_000, "tax_code_id": half },
            { "item_id": item, "quantity": "1", "unit_price": 1_000, "tax_code_id": recoverable },
        ]);
        trader.document("/bills", "2026-01-05", two, json!({})).expect(201);
        assert_eq!(trader.stock(&item), ("2".to_owned(), 2_100));
        // In euros at 1.10: lines of one account are converted as one and share the cent.
        let three = json!([
            { "item_id": item, "quantity": "1", "unit_price": 15 },
            { "item_id": item, "quantity": "1", "unit_price": 15 },
            { "item_id": item, "quantity": "1", "unit_price": 15 },
        ]);
        let foreign = json!({ "currency_code": "EUR", "exchange_rate": 1_100_000 });
        let bill = trader.document("/bills", "2026-01-06", three, foreign.clone()).expect(201);
        assert_eq!(trader.entry(&bill), lines(&[("1200", 45), ("2000", -45)]));
        assert_eq!(trader.stock(&item), ("5".to_owned(), 2_150));
        assert_agreed(&books, 2_150);
        // What is sold in euros leaves at its cost in dollars, and costs no euros.
        let one = json!([{ "item_id": item, "quantity": "3", "unit_price": 2_000 }]);
        let invoice = trader.document("/invoices", "2026-01-07", one, foreign).expect(201);
        let expected = [("1100", 6_000), ("4100", -6_000), ("1200", 0), ("5000", 0)];
        assert_eq!(trader.entry(&invoice), lines(&expected));
        let _ = trader.void("/invoices", &invoice, "2026-01-08").expect(200);
        assert_eq!(trader.stock(&item), ("5".to_owned(), 2_150));
        assert_agreed(&books, 2_150);
        // Given away: the entry has nothing but the cost.
        let free = trader.one("/invoices", "2026-01-09", &item, "1", 0).expect(201);
        assert_eq!(trader.entry(&free), lines(&[("1200", -1_100), ("5000", 1_100)]));
        let _ = trader.void("/invoices", &free, "2026-01-09").expect(200);
        assert_agreed(&books, 2_150);
    });
}

#[test]
fn services_and_goods_that_are_not_counted_move_nothing() {
    for_each_server(|server| {
        let books = server.found();
        let trader = Trader::of(&books);
        let body = json!({ "name": "Screws", "item_type": "non_inventory",
            "income_account_id": books.account("4100"), "expense_account_id": books.account("6100") });
        let item = books.client.post("/items", &body).expect(201).id();
        let invoice = trader.invoice("2026-01-07", &item, "15");
        assert_eq!(trader.entry(&invoice), lines(&[("1100", 15_000), ("4100", -15_000)]));
        let bill = trader.bill("2026-01-07", &item, "15", 10);
        assert_eq!(trader.entry(&bill), lines(&[("6100", 150), ("2000", -150)]));
        let found = books.client.get(&format!("/items/{item}/movements")).expect(200);
        assert_eq!(found.meta()["total_count"], 0);
        assert_agreed(&books, 0);
    });
}
