//! `/contacts/{id}/statement`.

use super::new_id;
use crate::http::document::{bill, invoice};
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

fn both(books: &Books<'_>) -> String {
    new_id(books, &json!({ "contact_type": ["customer", "vendor"], "display_name": "Both" }))
}

fn dated(mut body: Value, date: &str) -> Value {
    body["date"] = json!(date);
    body
}

fn statements(books: &Books<'_>, id: &str, query: &str) -> Vec<Value> {
    let found = books.client.get(&format!("/contacts/{id}/statement?{query}")).expect(200);
    found.data()["statements"].as_array().unwrap().clone()
}

/// Type, currency, opening balance, movements, closing balance.
fn told(statement: &Value) -> (String, String, i64, Vec<i64>, i64) {
    let text = |name: &str| statement[name].as_str().unwrap().to_owned();
    let movements = statement["movements"].as_array().unwrap();
    let mut running = statement["opening_balance"].as_i64().unwrap();
    for movement in movements {
        running += movement["amount"].as_i64().unwrap();
        assert_eq!(movement["balance"], json!(running));
    }
    assert_eq!(statement["closing_balance"], json!(running));
    let amounts = movements.iter().map(|movement| movement["amount"].as_i64().unwrap()).collect();
    (text("type"), text("currency_code"), statement["opening_balance"].as_i64().unwrap(), amounts, running)
}

/// What the reports on open items say of a day (T78): type, currency, total.
fn open_on(books: &Books<'_>, id: &str, day: &str) -> Vec<(String, String, i64)> {
    let mut open = Vec::new();
    for (side, report) in [("receivable", "ar-aging"), ("payable", "ap-aging")] {
        let query = format!("/reports/{report}?as_of={day}&contact_id={id}");
        let found = books.client.get(&query).expect(200);
        for row in found.data()["rows"].as_array().unwrap() {
            let currency = row["currency_code"].as_str().unwrap().to_owned();
            open.push((side.to_owned(), currency, row["total"].as_i64().unwrap()));
        }
    }
    open.retain(|(.., total)| *total != 0);
    open
}

fn assert_closes_with_what_is_open(books: &Books<'_>, id: &str, days: &[&str]) {
    for day in days {
        let closing: Vec<_> = statements(books, id, &format!("to={day}"))
            .iter()
            .map(told)
            .map(|(side, currency, .., closing)| (side, currency, closing))
            .filter(|(.., closing)| *closing != 0)
            .collect();
        assert_eq!(closing, open_on(books, id, day), "{day}");
    }
}

#[test]
fn opening_balance_and_movements_are_the_closing_balance_and_what_is_open() {
    for_each_server(|server| {
        let books = server.found();
        let id = both(&books);
        let post = |path: &str, body: Value| books.client.post(path, &body).expect(201);
        let first = post("/invoices", dated(invoice(&id, 10_000), "2026-01-15"));
        let _ = post("/credit-notes", dated(invoice(&id, 2_500), "2026-02-10"));
        let wrong = post("/invoices", dated(invoice(&id, 700), "2026-02-20"));
        let void = json!({ "date": "2026-03-02", "reason": "A mistake" });
        let _ = books.client.post(&format!("/invoices/{}/void", wrong.id()), &void).expect(200);
        let _ = post("/bills", dated(bill(&id, 4_000), "2026-03-05"));
        let mut euro = dated(invoice(&id, 300), "2026-03-06");
        (euro["currency_code"], euro["exchange_rate"]) = (json!("EUR"), json!(1_100_000));
        let _ = post("/invoices", euro);
        // Drafts and other contacts are not in it.
        let mut draft = dated(invoice(&id, 99), "2026-02-01");
        draft["post"] = json!(false);
        let _ = post("/invoices", draft);
        let other = new_id(&books, &super::body());
        let _ = post("/invoices", dated(invoice(&other, 55), "2026-02-01"));

        let usd = |side: &str, opening, amounts: Vec<i64>, closing| {
            (side.to_owned(), "USD".to_owned(), opening, amounts, closing)
        };
        let all: Vec<_> = statements(&books, &id, "to=2026-12-31").iter().map(told).collect();
        let euro = ("receivable".to_owned(), "EUR".to_owned(), 0, vec![300], 300);
        let whole = usd("receivable", 0, vec![10_000, -2_500, 700, -700], 7_500);
        assert_eq!(all, [euro, whole, usd("payable", 0, vec![4_000], 4_000)]);
        // That is what is open.
        let contact = books.client.get(&format!("/contacts/{id}")).expect(200);
        let open = json!([
            { "currency_code": "EUR", "receivable": 300, "payable": 0 },
            { "currency_code": "USD", "receivable": 7_500, "payable": 4_000 },
        ]);
        assert_eq!(contact.data()["open_balances"], open);
        let days = ["2025-12-31", "2026-01-31", "2026-02-15", "2026-02-28", "2026-03-02", "2026-03-31"];
        assert_closes_with_what_is_open(&books, &id, &days);

        let february: Vec<_> =
            statements(&books, &id, "from=2026-02-01&to=2026-02-28").iter().map(told).collect();
        assert_eq!(february, [usd("receivable", 10_000, vec![-2_500, 700], 8_200)]);
        let march = statements(&books, &id, "from=2026-03-01&to=2026-03-31");
        let reversal = &march[1]["movements"][0];
        assert_eq!(reversal["transaction_type"], "reversal");
        assert_eq!(reversal["reversal_of_id"], wrong.data()["entry_id"]);
        assert_eq!(reversal["reference_number"], "INV-2026-000002");
        let january = statements(&books, &id, "to=2026-01-31");
        let movement = &january[0]["movements"][0];
        assert_eq!(
            (&movement["transaction_type"], &movement["date"]),
            (&json!("invoice"), &json!("2026-01-15"))
        );
        assert_eq!(movement["source_id"], json!(first.id()));
        assert_eq!(statements(&books, &id, "to=2025-12-31"), Vec::<Value>::new());
    });
}

#[test]
fn payments_refunds_and_voids_are_movements() {
    for_each_server(|server| {
        let books = server.found();
        let id = both(&books);
        let post = |path: &str, body: Value, status: u16| books.client.post(path, &body).expect(status).id();
        let sold = post("/invoices", dated(invoice(&id, 10_000), "2026-01-10"), 201);
        let note = post("/credit-notes", dated(invoice(&id, 1_000), "2026-01-20"), 201);
        let bought = post("/bills", dated(bill(&id, 3_000), "2026-01-20"), 201);
        let apply = |date: &str, amount: i64, applications: Value| {
            let body = json!({ "date": date, "amount": amount, "applications": applications });
            post("/payments/apply", body, 201)
        };
        // Paid in part, with a discount; then too much, of which the rest is an advance.
        let part = json!([{ "invoice_id": sold, "amount": 3_900, "discount": 100 }]);
        let first = apply("2026-02-01", 3_900, part);
        let second = apply("2026-02-10", 8_000, json!([{ "invoice_id": sold, "amount": 6_000 }]));
        let third = apply("2026-02-20", 3_500, json!([{ "bill_id": bought, "amount": 3_000 }]));
        let path = format!("/payments/{first}/void");
        let _ = post(&path, json!({ "date": "2026-03-05" }), 200);
        // The advance pays some of what is open again, and what is left goes back.
        let use_it = json!({ "payment_id": second, "date": "2026-03-10",
            "applications": [{ "invoice_id": sold, "amount": 1_500 }] });
        let _ = post("/payments/apply", use_it, 200);
        let _ =
            post(&format!("/payments/{second}/refund"), json!({ "date": "2026-03-15", "amount": 500 }), 201);
        let _ = post(&format!("/credit-notes/{note}/refund"), json!({ "date": "2026-03-20" }), 201);
        let _ = post(&format!("/payments/{third}/unapply"), json!({ "date": "2026-03-25" }), 200);

        let all: Vec<_> = statements(&books, &id, "to=2026-03-31").iter().map(told).collect();
        let usd =
            |side: &str, amounts: Vec<i64>, closing| (side.to_owned(), "USD".to_owned(), 0, amounts, closing);
        let sales = vec![10_000, -1_000, -4_000, -8_000, 4_000, 500, 1_000];
        assert_eq!(all, [usd("receivable", sales, 2_500), usd("payable", vec![3_000, -3_500], -500)]);
        let days = [
            "2026-01-31",
            "2026-02-05",
            "2026-02-28",
            "2026-03-07",
            "2026-03-12",
            "2026-03-17",
            "2026-03-31",
        ];
        assert_closes_with_what_is_open(&books, &id, &days);
        let march = statements(&books, &id, "from=2026-03-01&to=2026-03-31");
        assert_eq!(told(&march[0]).2, -3_000);
        assert_eq!(told(&march[1]), ("payable".to_owned(), "USD".to_owned(), -500, vec![], -500));

        // Payments of a contact that is out of use are still recorded.
        let _ = books.client.delete(&format!("/contacts/{id}")).expect(200);
        let rest = json!([{ "invoice_id": sold, "amount": 2_500 }]);
        let _ = apply("2026-04-01", 2_500, rest);
        let april: Vec<_> =
            statements(&books, &id, "from=2026-04-01&to=2026-04-30").iter().map(told).collect();
        assert_eq!(april[0].4, 0);
    });
}

#[test]
fn what_is_posted_by_hand_with_the_name_is_in_it() {
    for_each_server(|server| {
        let books = server.found();
        let id = both(&books);
        let entry = json!({ "date": "2026-01-01", "memo": "Brought forward", "lines": [
            { "account_number": "1100", "debit": 900, "contact_id": id },
            { "account_number": "4000", "credit": 900, "contact_id": id } ] });
        let _ = books.client.post("/entries", &entry).expect(201);
        let all = statements(&books, &id, "to=2026-01-31");
        assert_eq!(told(&all[0]).4, 900);
        assert_eq!(all[0]["movements"][0]["memo"], "Brought forward");
        assert_eq!(all.len(), 1);
    });
}

#[test]
fn a_span_ends_after_it_begins() {
    for_each_server(|server| {
        let books = server.found();
        let path = format!("/contacts/{}/statement", both(&books));
        books
            .client
            .get(&format!("{path}?from=2026-02-01&to=2026-01-31"))
            .refused_field("from", "date_order");
        books.client.get(&format!("{path}?to=2200-01-01")).refused(400, "validation_error");
        let unknown = "/contacts/01980000-0000-7000-8000-000000000000/statement";
        books.client.get(unknown).refused(404, "not_found");
    });
}
