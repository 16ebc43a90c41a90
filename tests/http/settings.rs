//! `/settings`.

use crate::http::case::{Access, Case, ask, changed};
use crate::http::document;
use partita_tests::client::Answer;
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

/// The settings as they are, to be put back.
pub(crate) fn present(books: &Books<'_>) -> Value {
    let mut body = books.client.get("/settings").expect(200).data().clone();
    for name in ["updated_at", "version"] {
        body.as_object_mut().unwrap().remove(name);
    }
    body
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::read(
            "getSettings",
            Access::With("settings:read"),
            |_| ask(),
            |_| ask().query("name", "cors_allowlist"),
            ("name", "unknown_field"),
        ),
        Case::write(
            "updateSettings",
            "settings:write",
            (200, |books| ask().body(present(books))),
            changed("settings.updated"),
            |books| ask().body(present(books)).but("cors_allowlist", json!(["example.com"])),
            ("cors_allowlist[0]", "format"),
        ),
    ]
}

#[test]
fn settings_are_replaced_as_a_whole() {
    for_each_server(|server| {
        let books = server.found();
        let mut body = present(&books);
        body["closed_period_policy"] = json!("refuse");
        body["default_rate_limit"] = json!({ "per_minute": 60, "per_hour": 1000 });
        body["default_accounts"]["bank"] = json!(books.account("1010"));
        let changed = books.client.put("/settings", &body).expect(200);
        assert_eq!((&changed.data()["version"], changed.header("etag")), (&json!(2), Some("\"2\"")));
        assert_eq!(books.client.get("/settings").expect(200).data(), changed.data());
        let key = books
            .client
            .post("/api-keys", &json!({ "name": "Till", "permissions": "read_only" }))
            .expect(201);
        assert_eq!(
            (&key.data()["rate_limit_per_minute"], &key.data()["rate_limit_per_hour"]),
            (&json!(60), &json!(1000))
        );
        // What Partita posts to stays active.
        books.client.delete(&format!("/accounts/{}", books.account("1010"))).refused(409, "conflict");

        let refuse = |pointer: &str, value: Value, field: &str, constraint: &str| {
            let mut body = body.clone();
            *body.pointer_mut(pointer).unwrap() = value;
            books.client.put("/settings", &body).refused_field(field, constraint);
        };
        refuse("/closed_period_policy", json!("ask"), "closed_period_policy", "one_of");
        refuse("/default_rate_limit/per_minute", json!(0), "default_rate_limit.per_minute", "range");
        refuse("/cors_allowlist", json!(["*"]), "cors_allowlist[0]", "format");
        let nobody = json!("01980000-0000-7000-8000-000000000000");
        refuse("/default_accounts/rounding", nobody, "default_accounts.rounding", "exists");
        refuse(
            "/default_accounts/rounding",
            json!(server.found().account("1000")),
            "default_accounts.rounding",
            "exists",
        );
        body["version"] = json!(1);
        books.client.put("/settings", &body).refused(409, "version_conflict");
    });
}

#[test]
fn a_company_may_refuse_every_override() {
    for_each_server(|server| {
        let books = server.found();
        let mut body = present(&books);
        body["closed_period_policy"] = json!("refuse");
        let _ = books.client.put("/settings", &body).expect(200);
        let _ = books.client.post("/periods/2026-03/soft-lock", &json!({})).expect(200);
        let mut entry = crate::http::case::entry("2026-03-31", 1);
        entry["override_closed_period"] = json!({ "reason": "Please" });
        books.client.post("/entries", &entry).refused(403, "closed_period");
    });
}

/// An entry of April by hand.
fn by_hand(lines: [(&str, i64); 2]) -> Value {
    let line = |(number, amount): (&str, i64)| json!({ "account_number": number, "debit": amount.max(0), "credit": (-amount).max(0) });
    json!({ "date": "2026-04-01", "lines": lines.map(line) })
}

#[test]
fn control_accounts_may_be_locked_against_entries_by_hand() {
    for_each_server(|server| {
        let books = server.found();
        let (customer, vendor) = (document::customer(&books), document::vendor(&books));
        let before = books.client.post("/entries", &by_hand([("1100", 700), ("4100", -700)])).expect(201);
        let mut settings = present(&books);
        assert_eq!(
            settings["trade"]["lock_control_accounts"], false,
            "nothing is locked unless somebody says so"
        );
        settings["trade"]["lock_control_accounts"] = json!(true);
        let _ = books.client.put("/settings", &settings).expect(200);
        let written = books.written();
        for (number, controls) in [
            ("1100", "accounts_receivable"),
            ("2000", "accounts_payable"),
            ("2400", "customer_advances"),
            ("1310", "vendor_prepayments"),
            ("1200", "inventory"),
        ] {
            let entry = by_hand([("1000", 500), (number, -500)]);
            let refused = |answer: Answer, field: &str| {
                let answer = answer.refused(422, "control_account");
                let details = answer.details();
                assert_eq!(
                    (&details["field"], &details["account_number"], &details["controls"]),
                    (&json!(field), &json!(number), &json!(controls))
                );
            };
            refused(books.client.post("/entries", &entry), "lines[1].account_number");
            refused(books.client.post("/entries?dry_run=true", &entry), "lines[1].account_number");
            refused(books.client.put("/entries/external/locked", &entry), "lines[1].account_number");
            let mut by_id = entry.clone();
            by_id["lines"][1] = json!({ "account_id": books.account(number), "credit": 500 });
            refused(books.client.post("/entries", &by_id), "lines[1].account_id");
            let batch = json!({ "entries": [by_hand([("1000", 1), ("4100", -1)]), entry] });
            refused(books.client.post("/entries/batch", &batch), "entries[1].lines[1].account_number");
            let opening = json!({ "date": "2026-01-01", "balances": [
                { "account_number": "1000", "debit": 500 }, { "account_number": number, "credit": 500 },
            ] });
            refused(books.client.post("/entries/opening-balances", &opening), "balances[1].account_number");
            let template = json!({ "name": "Accrual", "frequency": "monthly", "start_date": "2150-01-31",
                "entry": { "lines": entry["lines"] } });
            refused(books.client.post("/recurring", &template), "entry.lines[1].account_number");
        }
        assert_eq!(books.written(), written);
        let each = json!({ "atomic": false, "entries": [
            by_hand([("1000", 1), ("4100", -1)]), by_hand([("1000", 1), ("1100", -1)]),
        ] });
        let batch = books.client.post("/entries/batch", &each).expect(200);
        assert_eq!(batch.data()["results"][1]["errors"][0]["code"], "control_account");

        // Documents, payments and stock move them as ever, and are taken back as ever.
        let invoice = books.client.post("/invoices", &document::invoice(&customer, 1_000)).expect(201);
        let bill = books.client.post("/bills", &document::bill(&vendor, 1_000)).expect(201);
        let pay = |amount: i64, item: Value| json!({ "date": "2026-04-15", "amount": amount, "applications": [item] });
        let paid = pay(1_500, json!({ "invoice_id": invoice.id(), "amount": 1_000 }));
        let received = books.client.post("/payments/apply", &paid).expect(201);
        let paid = pay(1_200, json!({ "bill_id": bill.id(), "amount": 1_000 }));
        let made = books.client.post("/payments/apply", &paid).expect(201);
        for payment in [received, made] {
            let _ = books.client.post(&format!("/payments/{}/void", payment.id()), &json!({})).expect(200);
        }
        for (path, document) in [("/invoices", invoice), ("/bills", bill)] {
            let _ = books.client.post(&format!("{path}/{}/void", document.id()), &json!({})).expect(200);
        }
        let stocked = json!({ "name": "Flour", "item_type": "inventory", "cost_method": "fifo", "income_account_id": books.account("4000"),
            "expense_account_id": books.account("5000"), "asset_account_id": books.account("1200") });
        let item = books.client.post("/items", &stocked).expect(201).id();
        let counted = json!({ "date": "2026-04-01", "quantity": 3, "unit_cost": 100, "reason": "Counted" });
        let _ = books.client.post(&format!("/items/{item}/adjustments"), &counted).expect(201);
        // What was posted before can be taken back: it made the account differ.
        let _ = books.client.post(&format!("/entries/{}/reverse", before.id()), &json!({})).expect(201);
        assert_eq!(document::balance(&books, "1100"), 0);
    });
}
