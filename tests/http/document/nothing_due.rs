//! Documents of which nothing is due: given away, or lines that balance each other.

use super::{balance, customer, ids, lines, posted, tax_code, vendor};
use partita_tests::server::for_each_server;
use serde_json::{Value, json};

#[test]
fn what_is_given_away_is_paid_at_once_and_posts_nothing() {
    for_each_server(|server| {
        let books = server.found();
        let code = tax_code(&books, 2_000);
        let line = json!({ "account_number": "4100", "unit_price": 10_000, "discount_percent": 10_000, "tax_code_id": code });
        for (path, party, contact) in [
            ("/invoices", "customer_id", customer(&books)),
            ("/credit-notes", "customer_id", customer(&books)),
            ("/bills", "vendor_id", vendor(&books)),
            ("/vendor-credits", "vendor_id", vendor(&books)),
        ] {
            let before = books.written().entry_position;
            let body = json!({ party: contact, "date": "2026-01-31", "lines": [line] });
            let tried = books.client.post(&format!("{path}?dry_run=true"), &body).expect(200);
            assert!(tried.data()["entry"].is_null(), "{path}");
            let made = books.client.post(path, &body).expect(201);
            let data = made.data();
            assert_eq!(
                (&data["status"], &data["total"], &data["discount_total"], &data["entry_id"]),
                (&json!("paid"), &json!(0), &json!(10_000), &Value::Null)
            );
            assert_eq!(books.written().entry_position, before);

            // It is long past its due date, and still nobody's debt.
            let listed = |query: &str| ids(&books.client.get(&format!("{path}{query}")).expect(200));
            assert_eq!(listed("/open"), Vec::<String>::new());
            for status in ["open", "overdue", "partially_paid"] {
                assert_eq!(listed(&format!("?status={status}")), Vec::<String>::new(), "{path} {status}");
            }
            assert_eq!(listed("?status=paid"), [made.id()]);

            // There is nothing to pay of it; it can be taken back.
            let named = path.trim_start_matches('/').trim_end_matches('s').replace('-', "_") + "_id";
            let pay = json!({ "date": "2026-04-15", "amount": 1, "applications": [{ named: made.id(), "amount": 1 }] });
            books
                .client
                .post("/payments/apply", &pay)
                .refused_field("applications[0].amount", "exceeds_open_amount");
            let void = books.client.post(&format!("{path}/{}/void", made.id()), &json!({})).expect(200);
            assert_eq!(
                (&void.data()["status"], &void.data()["void_entry_id"]),
                (&json!("void"), &Value::Null)
            );
            assert_eq!(books.written().entry_position, before);
        }
        let ageing = books.client.get("/reports/ar-aging?as_of=2026-12-31").expect(200);
        assert_eq!(ageing.data()["rows"], json!([]));
    });
}

#[test]
fn lines_that_balance_each_other_are_posted_without_a_debt() {
    for_each_server(|server| {
        let books = server.found();
        let body = json!({ "customer_id": customer(&books), "date": "2026-01-31", "lines": [
            { "account_number": "4100", "unit_price": 10_000 },
            { "account_number": "4000", "quantity": -1, "unit_price": 10_000 },
        ] });
        let made = books.client.post("/invoices", &body).expect(201);
        assert_eq!((&made.data()["status"], &made.data()["balance_due"]), (&json!("paid"), &json!(0)));
        assert_eq!(posted(&books, &made.data()["entry_id"]), lines(&[("4100", -10_000), ("4000", 10_000)]));
        assert_eq!(balance(&books, "1100"), 0);
        let _ = books.client.post(&format!("/invoices/{}/void", made.id()), &json!({})).expect(200);
        assert_eq!((balance(&books, "4100"), balance(&books, "4000")), (0, 0));
    });
}
