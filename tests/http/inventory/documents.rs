//! What documents do to stocks: T42 to T50 with invoices, bills, credit notes and vendor credits.

use super::{assert_agreed, new_item};
use crate::http::document::{balance, customer, lines, posted, vendor};
use partita_tests::client::Answer;
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

/// A trader with the items that it trades in.
pub(super) struct Trader<'b> {
    pub(super) books: &'b Books<'b>,
    customer: String,
    vendor: String,
}

impl<'b> Trader<'b> {
    pub(super) fn of(books: &'b Books<'b>) -> Self {
        Self { books, customer: customer(books), vendor: vendor(books) }
    }

    pub(super) fn document(&self, path: &str, date: &str, lines: Value, more: Value) -> Answer {
        let party = if matches!(path, "/bills" | "/vendor-credits") {
            ("vendor_id", &self.vendor)
        } else {
            ("customer_id", &self.customer)
        };
        let mut body = json!({ "date": date, "lines": lines });
        body[party.0] = json!(party.1);
        for (name, value) in more.as_object().cloned().unwrap_or_default() {
            body[name] = value;
        }
        self.books.client.post(path, &body)
    }

    pub(super) fn one(&self, path: &str, date: &str, item: &str, quantity: &str, unit_price: i64) -> Answer {
        let line = json!([{ "item_id": item, "quantity": quantity, "unit_price": unit_price }]);
        self.document(path, date, line, json!({}))
    }

    pub(super) fn bill(&self, date: &str, item: &str, quantity: &str, unit_price: i64) -> Answer {
        self.one("/bills", date, item, quantity, unit_price).expect(201)
    }

    pub(super) fn invoice(&self, date: &str, item: &str, quantity: &str) -> Answer {
        self.one("/invoices", date, item, quantity, 1_000).expect(201)
    }

    pub(super) fn entry(&self, document: &Answer) -> Vec<(String, i64)> {
        posted(self.books, &document.data()["entry_id"])
    }

    pub(super) fn stock(&self, item: &str) -> (String, i64) {
        let found = self.books.client.get(&format!("/items/{item}")).expect(200);
        (
            found.data()["quantity_on_hand"].as_str().unwrap().to_owned(),
            found.data()["asset_value"].as_i64().unwrap(),
        )
    }

    pub(super) fn void(&self, path: &str, document: &Answer, date: &str) -> Answer {
        self.books.client.post(&format!("{path}/{}/void", document.id()), &json!({ "date": date }))
    }
}

#[test]
fn t42_t43_and_t44_an_invoice_posts_what_its_goods_have_cost() {
    for_each_server(|server| {
        let books = server.found();
        let trader = Trader::of(&books);
        for (method, cost, left) in [("fifo", 8_000, 3_000), ("average", 8_250, 2_750)] {
            let item = new_item(&books, method);
            let bill = trader.bill("2026-01-05", &item, "10", 500);
            assert_eq!(trader.entry(&bill), lines(&[("1200", 5_000), ("2000", -5_000)]));
            trader.bill("2026-01-06", &item, "10", 600);
            let invoice = trader.invoice("2026-01-07", &item, "15");
            let expected = [("1100", 15_000), ("4100", -15_000), ("1200", -cost), ("5000", cost)];
            assert_eq!(trader.entry(&invoice), lines(&expected));
            assert_eq!(invoice.data()["total"], 15_000);
            assert_eq!(trader.stock(&item), ("5".to_owned(), left));
            let moved = books
                .client
                .get(&format!("/items/{item}/movements?document_id={}", invoice.id()))
                .expect(200);
            let moved = &moved.data()[0];
            assert_eq!(
                (&moved["kind"], &moved["line_number"], &moved["value_change"], &moved["entry_id"]),
                (&json!("issue"), &json!(1), &json!(-cost), &invoice.data()["entry_id"])
            );
        }
        let item = new_item(&books, "average");
        trader.document(
            "/bills",
            "2026-01-05",
            json!([{ "item_id": item, "quantity": 3, "unit_price_decimal": "333.333333333333" }]),
            json!({}),
        );
        let costs = [1, 2, 3].map(|_| {
            let before = balance(&books, "5000");
            trader.invoice("2026-01-08", &item, "1");
            balance(&books, "5000") - before
        });
        assert_eq!(costs, [333, 334, 333]);
        assert_agreed(&books, 5_750);
    });
}

#[test]
fn t49_goods_that_are_not_there_are_not_sold_and_lines_see_one_another() {
    for_each_server(|server| {
        let books = server.found();
        let trader = Trader::of(&books);
        let item = new_item(&books, "fifo");
        trader.bill("2026-01-05", &item, "10", 500);
        let two = json!([
            { "item_id": item, "quantity": "6", "unit_price": 1 },
            { "account_number": "4100", "unit_price": 1 },
            { "item_id": item, "quantity": "5", "unit_price": 1 },
        ]);
        let before = books.written();
        let refused = trader.document("/invoices", "2026-01-06", two.clone(), json!({}));
        let refused = refused.refused_field("lines[2].quantity", "range");
        assert!(refused.message().ends_with("5 would leave the stock, 4 are there"), "{}", refused.message());
        assert_eq!(books.written(), before);
        // A draft moves nothing; it is refused when it is posted.
        let draft = trader.document("/invoices", "2026-01-06", two, json!({ "post": false })).expect(201);
        assert_eq!(trader.stock(&item), ("10".to_owned(), 5_000));
        let path = format!("/invoices/{}/post", draft.id());
        books.client.post(&path, &json!({})).refused_field("lines[2].quantity", "range");
        trader.bill("2026-01-06", &item, "1", 600);
        let _ = books.client.post(&path, &json!({})).expect(200);
        assert_eq!(trader.stock(&item), ("0".to_owned(), 0));
        // A dry run shows the cost and moves nothing.
        trader.bill("2026-01-07", &item, "2", 700);
        let line = json!([{ "item_id": item, "quantity": "1", "unit_price": 900 }]);
        let body = json!({ "customer_id": trader.customer, "date": "2026-01-08", "lines": line });
        let dry = books.client.post("/invoices?dry_run=true", &body).expect(200);
        assert!(dry.json().to_string().contains("700"), "{}", dry.json());
        assert_agreed(&books, 1_400);
        // Of a batch that is not atomic only those that cannot be are refused.
        let of = |quantity: &str| {
            json!({ "customer_id": trader.customer, "date": "2026-01-08", "lines": [
                { "item_id": item, "quantity": quantity, "unit_price": 900 },
            ]})
        };
        let batch = json!({ "invoices": [of("1"), of("2"), of("1")], "atomic": false });
        let batch = books.client.post("/invoices/batch", &batch).expect(200);
        assert_eq!(
            (&batch.data()["created_count"], &batch.data()["refused_count"]),
            (&json!(2), &json!(1)),
            "{}",
            batch.data()
        );
        assert_agreed(&books, 0);
    });
}

#[test]
fn t47_what_a_customer_brings_back_costs_what_it_cost() {
    for_each_server(|server| {
        let books = server.found();
        let trader = Trader::of(&books);
        let item = new_item(&books, "fifo");
        trader.bill("2026-01-05", &item, "3", 100);
        let invoice = trader.invoice("2026-01-06", &item, "3");
        trader.bill("2026-01-07", &item, "3", 900);
        let back = |quantity: &str, corrects: Option<&Answer>| {
            let line = json!([{ "item_id": item, "quantity": quantity, "unit_price": 1_000 }]);
            let more = corrects.map_or(json!({}), |document| json!({ "invoice_id": document.id() }));
            trader.document("/credit-notes", "2026-01-08", line, more)
        };
        let credit = back("1", Some(&invoice)).expect(201);
        assert_eq!(
            trader.entry(&credit),
            lines(&[("4100", 1_000), ("1100", -1_000), ("1200", 100), ("5000", -100)])
        );
        let refused = back("3", Some(&invoice)).refused_field("lines[0].quantity", "range");
        assert!(
            refused.message().contains("3 would come back, 2 of the corrected invoice"),
            "{}",
            refused.message()
        );
        assert_eq!(trader.stock(&item), ("4".to_owned(), 2_800));
        // Once the credit note is void they may come back again.
        let _ = trader.void("/credit-notes", &credit, "2026-01-09").expect(200);
        assert_eq!(trader.stock(&item), ("3".to_owned(), 2_700));
        let _ = back("3", Some(&invoice)).expect(201);
        assert_eq!(trader.stock(&item), ("6".to_owned(), 3_000));
        // Nobody knows of which sale: they cost what such goods cost now.
        let _ = back("1", None).expect(201);
        assert_eq!(trader.stock(&item), ("7".to_owned(), 3_900));
        assert_agreed(&books, 3_900);
    });
}

#[test]
fn what_goes_back_to_a_vendor_leaves_at_its_cost_whatever_the_vendor_gives() {
    for_each_server(|server| {
        let books = server.found();
        let trader = Trader::of(&books);
        let item = new_item(&books, "average");
        trader.bill("2026-01-05", &item, "10", 500);
        trader.bill("2026-01-06", &item, "10", 700);
        let back = trader.one("/vendor-credits", "2026-01-07", &item, "2", 700).expect(201);
        assert_eq!(
            trader.entry(&back),
            lines(&[("2000", 1_400), ("1200", -1_400), ("1200", 200), ("5000", -200)])
        );
        assert_eq!(trader.stock(&item), ("18".to_owned(), 10_800));
        trader
            .one("/vendor-credits", "2026-01-07", &item, "19", 700)
            .refused_field("lines[0].quantity", "range");
        // A line of a bill below zero sends back as well; a negative price brings nothing in.
        let mixed = json!([
            { "item_id": item, "quantity": "3", "unit_price": 600 },
            { "item_id": item, "quantity": "-1", "unit_price": 500 },
        ]);
        let mixed = trader.document("/bills", "2026-01-08", mixed, json!({})).expect(201);
        assert_eq!(
            trader.entry(&mixed),
            lines(&[("1200", 1_300), ("2000", -1_300), ("1200", -100), ("5000", 100)])
        );
        trader.document(
            "/bills",
            "2026-01-08",
            json!([{ "item_id": item, "quantity": 1, "unit_price": -5 }, { "account_number": "6100", "unit_price": 9 }]),
            json!({}),
        )
        .refused_field("lines[0].unit_price", "range");
        assert_agreed(&books, 12_000);
    });
}

#[test]
fn t50_a_bill_recorded_late_corrects_the_cost_of_what_was_sold_meanwhile() {
    for_each_server(|server| {
        let books = server.found();
        let trader = Trader::of(&books);
        let item = new_item(&books, "average");
        let first = trader.bill("2026-01-01", &item, "10", 500);
        let invoice = trader.invoice("2026-01-10", &item, "8");
        let late = trader.bill("2026-01-05", &item, "10", 700);
        assert_eq!(
            trader.entry(&late),
            lines(&[("1200", 7_000), ("2000", -7_000), ("1200", -800), ("5000", 800)])
        );
        assert_eq!(trader.entry(&invoice)[2..], lines(&[("1200", -4_000), ("5000", 4_000)])[..]);
        assert_eq!(trader.stock(&item), ("12".to_owned(), 7_200));
        assert_agreed(&books, 7_200);

        // Taking the late bill back takes its correction back; taking the first one back leaves too little.
        let voided = trader.void("/bills", &late, "2026-01-20").expect(200);
        assert_eq!(voided.data()["status"], "void");
        assert_eq!(trader.stock(&item), ("2".to_owned(), 1_000));
        assert_eq!(balance(&books, "5000"), 4_000);
        let refused = trader.void("/bills", &first, "2026-01-20").refused(409, "conflict");
        assert!(
            refused.message().contains("its goods have moved on") && refused.message().contains("2026-01-10"),
            "{}",
            refused.message()
        );
        assert_agreed(&books, 1_000);
    });
}

#[test]
fn a_void_that_leaves_a_difference_posts_it_beside_the_reversal() {
    for_each_server(|server| {
        let books = server.found();
        let trader = Trader::of(&books);
        let item = new_item(&books, "average");
        trader.bill("2026-01-01", &item, "10", 500);
        let invoice = trader.invoice("2026-01-10", &item, "8");
        trader.bill("2026-01-05", &item, "10", 700);
        let voided = trader.void("/invoices", &invoice, "2026-01-20").expect(200);
        assert_eq!((trader.stock(&item), balance(&books, "5000")), (("20".to_owned(), 12_000), 0));
        assert_agreed(&books, 12_000);
        let reversal = voided.data()["void_entry_id"].as_str().unwrap();
        let rows = books.client.get(&format!("/items/{item}/movements?kind=void")).expect(200);
        assert_eq!(rows.data()[0]["value_change"], 4_800);
        // Neither entry is reversed by itself.
        let entries = books.client.get("/entries?transaction_type=inventory_adjustment").expect(200);
        let rest = entries.data()[0]["id"].as_str().unwrap();
        for entry in [reversal, rest] {
            let answer = books.client.post(&format!("/entries/{entry}/reverse"), &json!({}));
            assert_eq!(answer.status, 409, "{}", answer.json());
        }
        trader.void("/invoices", &invoice, "2026-01-20").refused(409, "invalid_state");
    });
}
