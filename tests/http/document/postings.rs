//! What documents post: the entry that an accountant would write.

use super::{
    base_lines_of, bill, contact_with, customer, invoice, line, lines, lines_of, posted, tax_code,
    tax_code_with, vendor,
};
use partita_domain::contact::ContactType;
use partita_domain::tax_code::TaxType;
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

fn with_tax(code: &str, account_number: &str, price: i64) -> Value {
    json!({ "account_number": account_number, "unit_price": price, "tax_code_id": code })
}

/// Makes a document and answers it with the lines of its entry.
fn make(books: &Books<'_>, path: &str, body: &Value) -> (Value, Vec<(String, i64)>) {
    let made = books.client.post(path, body).expect(201);
    let entry = posted(books, &made.data()["entry_id"]);
    (made.data().clone(), entry)
}

#[test]
fn t12_sales_invoice() {
    for_each_server(|server| {
        let books = server.found();
        let code = tax_code(&books, 2_000);
        let body = json!({ "customer_id": customer(&books), "date": "2026-03-31", "due_date": "2026-04-30",
            "lines": [with_tax(&code, "4100", 250_000)] });
        let (made, entry) = make(&books, "/invoices", &body);
        assert_eq!(entry, lines(&[("1100", 300_000), ("4100", -250_000), ("2200", -50_000)]));
        assert_eq!(
            (&made["subtotal"], &made["tax_total"], &made["total"], &made["balance_due"]),
            (&json!(250_000), &json!(50_000), &json!(300_000), &json!(300_000))
        );
        assert_eq!(made["invoice_number"], "INV-2026-000001");
        assert_eq!(
            (&made["taxes"][0]["base"], &made["taxes"][0]["amount"]),
            (&json!(250_000), &json!(50_000))
        );
    });
}

#[test]
fn t13_purchase_bill() {
    for_each_server(|server| {
        let books = server.found();
        let code = tax_code(&books, 1_900);
        let body = json!({ "vendor_id": vendor(&books), "date": "2026-03-31",
            "lines": [with_tax(&code, "6100", 10_000)] });
        let (made, entry) = make(&books, "/bills", &body);
        assert_eq!(entry, lines(&[("6100", 10_000), ("2200", 1_900), ("2000", -11_900)]));
        assert_eq!(made["bill_number"], "BILL-2026-000001");
        assert_eq!(made["due_date"], "2026-04-30", "the terms of the settings");
    });
}

#[test]
fn t14_input_tax_that_comes_back_in_part() {
    for_each_server(|server| {
        let books = server.found();
        let code = tax_code_with(&books, 2_000, |code| code.recoverable = 4_000);
        let body = json!({ "vendor_id": vendor(&books), "date": "2026-03-31",
            "lines": [with_tax(&code, "6100", 10_000)] });
        let (_, entry) = make(&books, "/bills", &body);
        assert_eq!(entry, lines(&[("6100", 11_200), ("2200", 800), ("2000", -12_000)]));
    });
}

#[test]
fn t15_reverse_charge() {
    for_each_server(|server| {
        let books = server.found();
        let owed = books.account("2220").parse().unwrap();
        let code = tax_code_with(&books, 1_900, |code| code.self_assess_account_id = Some(owed));
        let body = json!({ "vendor_id": vendor(&books), "date": "2026-03-31",
            "lines": [with_tax(&code, "6100", 100_000)] });
        let (made, entry) = make(&books, "/bills", &body);
        let expected = [("6100", 100_000), ("2200", 19_000), ("2220", -19_000), ("2000", -100_000)];
        assert_eq!(entry, lines(&expected));
        assert_eq!((&made["total"], &made["tax_total"]), (&json!(100_000), &json!(0)));
    });
}

#[test]
fn t16_compound_tax_of_a_group() {
    for_each_server(|server| {
        let books = server.found();
        let first = tax_code(&books, 500);
        let second = tax_code_with(&books, 1_000, |code| {
            code.is_compound = true;
            code.rate = partita_domain::tax_rate::TaxRate::parse_basis_points("997.5", "rate").unwrap();
        });
        let id = partita_domain::id::TaxGroupId(books.server.app.ids.next());
        let group = partita_domain::tax_group::TaxGroup {
            id,
            external_id: None,
            code: "QC".to_owned(),
            name: "Quebec".to_owned(),
            tax_code_ids: vec![first.parse().unwrap(), second.parse().unwrap()],
            is_active: true,
            metadata: partita_domain::metadata::Metadata::default(),
            created_at: time::macros::datetime!(2026-01-01 0:00),
            updated_at: time::macros::datetime!(2026-01-01 0:00),
            version: 1,
        };
        let store = &books.server.app.store;
        store.write(books.company, |tx| Ok(tx.tax_codes().insert_group(&group)?)).unwrap();
        let body = json!({ "customer_id": customer(&books), "date": "2026-03-31",
            "lines": [with_tax(&id.to_string(), "4100", 10_000)] });
        let (made, _) = make(&books, "/invoices", &body);
        assert_eq!(made["total"], 11_547);
        assert_eq!(made["taxes"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn t17_withholding() {
    for_each_server(|server| {
        let books = server.found();
        let vat = tax_code(&books, 2_000);
        let receivable = books.account("1300").parse().unwrap();
        let withheld = tax_code_with(&books, 1_000, |code| {
            code.tax_type = TaxType::Withholding;
            code.account_id = Some(receivable);
        });
        let id = partita_domain::id::TaxGroupId(books.server.app.ids.next());
        let group = partita_domain::tax_group::TaxGroup {
            id,
            external_id: None,
            code: "VW".to_owned(),
            name: "VAT less withholding".to_owned(),
            tax_code_ids: vec![vat.parse().unwrap(), withheld.parse().unwrap()],
            is_active: true,
            metadata: partita_domain::metadata::Metadata::default(),
            created_at: time::macros::datetime!(2026-01-01 0:00),
            updated_at: time::macros::datetime!(2026-01-01 0:00),
            version: 1,
        };
        let store = &books.server.app.store;
        store.write(books.company, |tx| Ok(tx.tax_codes().insert_group(&group)?)).unwrap();
        let body = json!({ "customer_id": customer(&books), "date": "2026-03-31",
            "lines": [with_tax(&id.to_string(), "4100", 100_000)] });
        let (made, entry) = make(&books, "/invoices", &body);
        assert_eq!(
            entry,
            lines(&[("1100", 110_000), ("4100", -100_000), ("2200", -20_000), ("1300", 10_000)])
        );
        assert_eq!(made["withholding_total"], 10_000);
    });
}

#[test]
fn t19_a_credit_note_takes_back_what_the_invoice_has_posted() {
    for_each_server(|server| {
        let books = server.found();
        let code = tax_code(&books, 2_000);
        let customer = customer(&books);
        let body = json!({ "customer_id": customer, "date": "2026-03-31",
            "lines": [with_tax(&code, "4000", 50_000)] });
        let (invoice, _) = make(&books, "/invoices", &body);
        let mut credit = body.clone();
        credit["invoice_id"] = invoice["id"].clone();
        let (made, entry) = make(&books, "/credit-notes", &credit);
        assert_eq!(entry, lines(&[("4000", 50_000), ("2200", 10_000), ("1100", -60_000)]));
        assert_eq!((&made["unapplied_amount"], &made["invoice_id"]), (&json!(60_000), &invoice["id"]));
        assert_eq!(made["credit_note_number"], "CN-2026-000001");

        credit["customer_id"] = json!(super::customer(&books));
        books.client.post("/credit-notes", &credit).refused_field("invoice_id", "exists");
    });
}

#[test]
fn t31_a_foreign_invoice_is_booked_at_the_rate_of_its_date_and_t40_its_credit_takes_it_over() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let mut body = invoice(&customer, 100_000);
        body["currency_code"] = json!("EUR");
        books.client.post("/invoices", &body).refused_field("exchange_rate", "required");
        body["exchange_rate"] = json!(920_000);
        let made = books.client.post("/invoices", &body).expect(201);
        let entry = books.client.get(&format!("/entries/{}", made.data()["entry_id"].as_str().unwrap()));
        assert_eq!(base_lines_of(entry.expect(200).data()), lines(&[("1100", 92_000), ("4100", -92_000)]));
        let credit = json!({ "customer_id": customer, "date": "2026-06-30", "invoice_id": made.id(),
            "lines": [line("4100", 10_000)] });
        let credit = books.client.post("/credit-notes", &credit).expect(201);
        assert_eq!(
            (&credit.data()["exchange_rate"], &credit.data()["currency_code"]),
            (&json!(920_000), &json!("EUR"))
        );
        let mut base = invoice(&customer, 100);
        base["exchange_rate"] = json!(2_000_000);
        books.client.post("/invoices", &base).refused_field("exchange_rate", "range");
    });
}

#[test]
fn inclusive_amounts_keep_the_gross_and_explain_every_cent() {
    for_each_server(|server| {
        let books = server.found();
        let code = tax_code(&books, 500);
        let body = json!({ "customer_id": customer(&books), "date": "2026-03-31", "tax_mode": "inclusive",
            "lines": [with_tax(&code, "4100", 9_000), with_tax(&code, "4100", 5_500)] });
        let made = books.client.post("/invoices?explain=true", &body).expect(201);
        let data = made.data();
        assert_eq!(
            (&data["total"], &data["tax_total"], &data["subtotal"]),
            (&json!(14_500), &json!(690), &json!(13_810))
        );
        let steps = data["rounding"].as_array().unwrap();
        assert!(steps.iter().any(|step| step["exact"] == "690.47619"), "{steps:?}");
        let found = books.client.get(&format!("/invoices/{}?explain=true", made.id())).expect(200);
        assert_eq!(found.data()["rounding"], data["rounding"]);
        let plain = books.client.get(&format!("/invoices/{}", made.id())).expect(200);
        assert!(plain.data().get("rounding").is_none());
    });
}

#[test]
fn a_dry_run_answers_the_exact_posting_and_uses_no_number() {
    for_each_server(|server| {
        let books = server.found();
        let body = invoice(&customer(&books), 10_000);
        let tried = books.client.post("/invoices?dry_run=true", &body).expect(200);
        assert_eq!(lines_of(&tried.data()["entry"]), lines(&[("1100", 10_000), ("4100", -10_000)]));
        assert_eq!(tried.data()["invoice_number"], "INV-2026-000001");
        let made = books.client.post("/invoices", &body).expect(201);
        assert_eq!(made.data()["invoice_number"], "INV-2026-000001");
        assert!(made.data().get("entry").is_none());
    });
}

#[test]
fn totals_that_differ_name_both_amounts() {
    for_each_server(|server| {
        let books = server.found();
        let mut body = invoice(&customer(&books), 10_000);
        body["total"] = json!(10_001);
        body["tax_total"] = json!(0);
        let answer = books.client.post("/invoices", &body).refused_field("total", "totals_mismatch");
        let message = answer.json()["error"]["message"].as_str().unwrap();
        assert!(message.contains("100.01") && message.contains("100.00"), "{message}");
        body["total"] = json!(10_000);
        let _ = books.client.post("/invoices", &body).expect(201);
    });
}

#[test]
fn what_a_line_leaves_out_follows_from_contact_and_settings() {
    for_each_server(|server| {
        let books = server.found();
        let code: String = tax_code(&books, 1_000);
        let account = books.account("4100").parse().unwrap();
        let tax = code.parse().unwrap();
        let regular = contact_with(&books, ContactType::Customer, |contact| {
            contact.default_account_id = Some(account);
            contact.default_tax_code_id = Some(tax);
            contact.payment_terms_days = Some(10);
        });
        let body = json!({ "customer_id": regular, "date": "2026-03-31", "lines": [{ "unit_price": 100 }] });
        let (made, entry) = make(&books, "/invoices", &body);
        assert_eq!(entry, lines(&[("1100", 110), ("4100", -100), ("2200", -10)]));
        assert_eq!(made["due_date"], "2026-04-10");
        let body = json!({ "customer_id": customer(&books), "date": "2026-03-31",
            "lines": [{ "unit_price": 100 }] });
        let (_, entry) = make(&books, "/invoices", &body);
        assert_eq!(entry, lines(&[("1100", 100), ("4000", -100)]), "the sales account of the settings");
        let body = json!({ "customer_id": regular, "date": "2026-03-31", "lines": [{ "quantity": 2 }] });
        books.client.post("/invoices", &body).refused_field("lines[0].unit_price", "required");
    });
}

#[test]
fn who_owes_too_much_is_told_and_served() {
    for_each_server(|server| {
        let books = server.found();
        let limited =
            contact_with(&books, ContactType::Customer, |contact| contact.credit_limit = Some(15_000));
        let first = books.client.post("/invoices", &invoice(&limited, 10_000)).expect(201);
        assert!(first.data().get("warnings").is_none());
        let second = books.client.post("/invoices", &invoice(&limited, 10_000)).expect(201);
        let warning = &second.data()["warnings"][0];
        assert_eq!(warning["code"], "credit_limit_exceeded");
        let message = warning["message"].as_str().unwrap();
        assert!(message.contains("200.00") && message.contains("150.00"), "{message}");
    });
}

#[test]
fn bad_documents_are_refused_and_leave_nothing() {
    for_each_server(|server| {
        let books = server.found();
        let (customer, vendor) = (customer(&books), vendor(&books));
        let idle = contact_with(&books, ContactType::Customer, |contact| contact.is_active = false);
        let code = tax_code_with(&books, 500, |code| code.is_active = false);
        let before = books.written();
        let refused = |change: &dyn Fn(&mut Value), field: &str, constraint: &str| {
            let mut body = invoice(&customer, 10_000);
            change(&mut body);
            books.client.post("/invoices", &body).refused_field(field, constraint);
        };
        let nobody = "00000000-0000-7000-8000-000000000000";
        refused(&|body| body["customer_id"] = json!(nobody), "customer_id", "exists");
        refused(&|body| body["customer_id"] = json!(idle), "customer_id", "active");
        refused(&|body| body["customer_id"] = json!(vendor), "customer_id", "one_of");
        refused(&|body| body["due_date"] = json!("2026-03-30"), "due_date", "date_order");
        refused(&|body| body["currency_code"] = json!("XYZ"), "currency_code", "currency");
        refused(&|body| body["lines"][0]["account_number"] = json!("9"), "lines[0].account_number", "exists");
        refused(
            &|body| body["lines"][0]["account_number"] = json!("1100"),
            "lines[0].account_number",
            "account_type",
        );
        refused(&|body| body["lines"][0]["tax_code_id"] = json!(nobody), "lines[0].tax_code_id", "exists");
        refused(&|body| body["lines"][0]["tax_code_id"] = json!(code), "lines[0].tax_code_id", "active");
        refused(&|body| body["lines"][0]["item_id"] = json!(nobody), "lines[0].item_id", "exists");
        refused(&|body| body["lines"][0]["quantity"] = json!("1.0000001"), "lines[0].quantity", "format");
        refused(
            &|body| body["lines"][0]["quantity"] = json!(9_999_999_999_i64),
            "lines[0].quantity",
            "range",
        );
        let most = json!(999_999_999_999_999_i64);
        refused(
            &|body| body["lines"][0] = json!({ "account_number": "4100", "unit_price": most, "quantity": 2 }),
            "lines[0].unit_price",
            "range",
        );
        refused(&|body| body["lines"][0]["quantity"] = json!(-1), "total", "range");
        refused(
            &|body| body["lines"][0]["discount_percent"] = json!(10_001),
            "lines[0].discount_percent",
            "range",
        );
        refused(&|body| body["date"] = json!("1899-12-31"), "date", "range");
        assert_eq!(books.written(), before);
        let made = books.client.post("/invoices", &invoice(&customer, 1)).expect(201);
        assert_eq!(made.data()["invoice_number"], "INV-2026-000001", "no number was used");
        books.client.post("/bills", &bill(&customer, 1)).refused_field("vendor_id", "one_of");
    });
}
