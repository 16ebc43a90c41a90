//! The summary of taxes, and what it consists of.

use crate::http::case::{Access, Case, ask};
use crate::http::document::{customer, tax_code_with, vendor};
use partita_domain::tax_code::{TaxCode, TaxType};
use partita_tests::server::{Books, Server, for_each_server};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("reports:read");
    vec![
        Case::read(
            "reportTaxes",
            read,
            |_| ask().query("from", "2026-01-01").query("to", "2026-03-31"),
            |_| ask().query("from", "2026-04-01").query("to", "2026-03-31"),
            ("from", "date_order"),
        ),
        Case::read(
            "listTaxEntries",
            read,
            |_| ask().query("box", "1"),
            |_| ask().query("tax_code_id", "T1"),
            ("tax_code_id", "format"),
        ),
    ]
}

const QUARTER: &str = "from=2026-01-01&to=2026-03-31";

fn british(books: &Books<'_>, boxes: &str, change: impl Fn(&mut TaxCode)) -> String {
    tax_code_with(books, 2_000, |code| {
        code.jurisdiction = Some("GB".to_owned());
        code.report_box = Some(boxes.to_owned());
        change(code);
    })
}

fn line(account: &str, code: &str, price: i64) -> Value {
    json!({ "account_number": account, "unit_price": price, "tax_code_id": code })
}

fn make(books: &Books<'_>, path: &str, party: (&str, &str), date: &str, lines: &Value) -> String {
    let body = json!({ party.0: party.1, "date": date, "lines": lines });
    books.client.post(path, &body).expect(201).id()
}

fn boxes(books: &Books<'_>, span: &str) -> BTreeMap<String, i64> {
    let found = books.client.get(&format!("/reports/vat?{span}")).expect(200);
    let boxes = found.data()["boxes"].as_array().unwrap();
    boxes
        .iter()
        .map(|each| (each["box"].as_str().unwrap().to_owned(), each["amount"].as_i64().unwrap()))
        .collect()
}

fn expected(boxes: &[(&str, i64)]) -> BTreeMap<String, i64> {
    boxes.iter().map(|(name, amount)| ((*name).to_owned(), *amount)).collect()
}

/// The sales, the bill and the service from abroad of T74.
fn t74(books: &Books<'_>) -> (String, String) {
    let standard = british(books, "base=6,tax=1,input_base=7,input_tax=4", |_| {});
    let owed = books.account("2220").parse().unwrap();
    let abroad = british(books, "base=6,tax=1,input_base=6+7,input_tax=4", |code| {
        code.self_assess_account_id = Some(owed);
    });
    let (customer, vendor) = (customer(books), vendor(books));
    let (buyer, seller) = (("customer_id", customer.as_str()), ("vendor_id", vendor.as_str()));
    let invoice = make(books, "/invoices", buyer, "2026-02-01", &json!([line("4100", &standard, 250_000)]));
    make(books, "/bills", seller, "2026-02-02", &json!([line("6100", &standard, 100_000)]));
    make(books, "/bills", seller, "2026-02-03", &json!([line("6100", &abroad, 100_000)]));
    (standard, invoice)
}

#[test]
fn t74_the_nine_boxes() {
    for_each_server(|server| {
        let books = server.found();
        let (standard, invoice) = t74(&books);
        let nine =
            [("1", 70_000), ("3", 70_000), ("4", 40_000), ("5", 30_000), ("6", 350_000), ("7", 200_000)];
        assert_eq!(boxes(&books, QUARTER), expected(&nine));
        let found = books.client.get(&format!("/reports/vat?{QUARTER}")).expect(200);
        let data = found.data();
        assert_eq!(
            (&data["tax_owed"], &data["tax_claimed"], &data["tax_payable"]),
            (&json!(70_000), &json!(40_000), &json!(30_000))
        );
        let codes = data["codes"].as_array().unwrap();
        assert_eq!(codes.len(), 3);
        let sold = codes.iter().find(|code| code["side"] == "sales").unwrap();
        assert_eq!(
            (&sold["tax_code_id"], &sold["base"], &sold["tax"], &sold["recoverable"], &sold["rate"]),
            (&json!(standard), &json!(250_000), &json!(50_000), &json!(0), &json!(2_000))
        );
        let charged =
            codes.iter().find(|code| code["side"] == "purchases" && code["kind"] == "charged").unwrap();
        assert_eq!((&charged["base"], &charged["recoverable"]), (&json!(100_000), &json!(20_000)));

        let list = books.client.get(&format!("/reports/vat/entries?{QUARTER}&box=6")).expect(200);
        let rows = list.data().as_array().unwrap();
        let told: Vec<(&Value, &Value)> =
            rows.iter().map(|row| (&row["document"]["type"], &row["box_amount"])).collect();
        assert_eq!(told, [(&json!("invoice"), &json!(250_000)), (&json!("bill"), &json!(100_000))]);
        assert_eq!(rows[0]["document"]["id"], invoice);
        assert_eq!(rows[0]["document"]["number"], "INV-2026-000001");
        assert!(rows[0]["document"]["contact_name"].as_str().unwrap().starts_with("Contact"));
        let by_code =
            books.client.get(&format!("/reports/vat/entries?{QUARTER}&tax_code_id={standard}")).expect(200);
        assert_eq!(by_code.data().as_array().unwrap().len(), 2);
        assert_eq!(by_code.data()[0].get("box_amount"), None);
        let by_document =
            books.client.get(&format!("/reports/vat/entries?document_id={invoice}")).expect(200);
        assert_eq!(by_document.meta()["total_count"], 1);
        let nothing = books.client.get("/reports/vat/entries?box=99").expect(200);
        assert_eq!(nothing.data(), &json!([]));
        let nobody = uuid::Uuid::nil();
        books
            .client
            .get(&format!("/reports/vat/entries?tax_code_id={nobody}"))
            .refused_field("tax_code_id", "exists");
    });
}

#[test]
fn t67_a_void_counts_in_its_own_period_and_a_credit_below_zero() {
    for_each_server(|server| {
        let books = server.found();
        let (standard, invoice) = t74(&books);
        let before = boxes(&books, QUARTER);
        let void = json!({ "date": "2026-04-15", "reason": "twice" });
        let _ = books.client.post(&format!("/invoices/{invoice}/void"), &void).expect(200);
        let customer = customer(&books);
        make(
            &books,
            "/credit-notes",
            ("customer_id", &customer),
            "2026-04-20",
            &json!([line("4100", &standard, 10_000)]),
        );
        assert_eq!(boxes(&books, QUARTER), before, "what was filed stays");
        let next = "from=2026-04-01&to=2026-06-30";
        assert_eq!(
            boxes(&books, next),
            expected(&[("1", -52_000), ("3", -52_000), ("5", 52_000), ("6", -260_000)])
        );
        let list = books.client.get(&format!("/reports/vat/entries?{next}")).expect(200);
        let told: Vec<(&Value, &Value)> = list
            .data()
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (&row["origin"], &row["document"]["type"]))
            .collect();
        assert_eq!(told, [(&json!("void"), &json!("invoice")), (&json!("posting"), &json!("credit_note"))]);
    });
}

/// Debit less credit of the lines that documents have posted to an account for a tax, in base currency.
fn posted_to(books: &Books<'_>, account: &str) -> i64 {
    crate::http::document::balance(books, account)
}

#[test]
fn tax_entries_are_what_the_accounts_of_taxes_have() {
    for_each_server(|server| {
        let books = server.found();
        let owed = books.account("2220").parse().unwrap();
        let charged = tax_code_with(&books, 1_900, |_| {});
        let partly = tax_code_with(&books, 1_900, |code| code.recoverable = 3_333);
        let assessed = tax_code_with(&books, 700, |code| code.self_assess_account_id = Some(owed));
        let withheld = tax_code_with(&books, 2_637, |code| code.tax_type = TaxType::Withholding);
        let (customer, vendor) = (customer(&books), vendor(&books));
        let mut voids = Vec::new();
        for i in 0..12_i64 {
            let rate = [1_000_000, 1_083_800, 6_123][usize::try_from(i % 3).unwrap()];
            let currency = ["USD", "EUR", "JPY"][usize::try_from(i % 3).unwrap()];
            let (path, party, contact, account) = match i % 4 {
                0 => ("/invoices", "customer_id", &customer, "4100"),
                1 => ("/bills", "vendor_id", &vendor, "6100"),
                2 => ("/credit-notes", "customer_id", &customer, "4100"),
                _ => ("/vendor-credits", "vendor_id", &vendor, "6100"),
            };
            let price = 3_331 + 777 * i;
            let lines = json!([
                line(account, &charged, price),
                line(account, &partly, price + 13),
                line(account, &assessed, price + 101),
                line(account, &withheld, price + 7),
                line(account, &charged, -19),
            ]);
            let mut body =
                json!({ party: contact, "date": "2026-02-10", "lines": lines, "currency_code": currency });
            if currency != "USD" {
                body["exchange_rate"] = json!(rate);
            }
            if i % 2 == 0 {
                body["tax_mode"] = json!("inclusive");
            }
            let made = books.client.post(path, &body).expect(201);
            if i % 5 == 0 {
                voids.push(format!("{path}/{}/void", made.id()));
            } else if i % 4 < 2 {
                let total = made.data()["total"].as_i64().unwrap();
                let name = if i % 4 == 0 { "invoice_id" } else { "bill_id" };
                let early = json!([{ name: made.id(), "amount": total - 211, "discount": 211 }]);
                let mut body = json!({ "date": "2026-02-20", "amount": total - 211, "applications": early });
                if currency != "USD" {
                    body["exchange_rate"] = json!(rate + 17);
                }
                let paid = books.client.post("/payments/apply", &body).expect(201).id();
                match i {
                    1 => voids.push(format!("/payments/{paid}/void")),
                    4 => voids.push(format!("/payments/{paid}/unapply")),
                    _ => {}
                }
            }
        }
        for path in voids {
            let _ = books.client.post(&path, &json!({ "date": "2026-03-01" })).expect(200);
        }
        let found = books.client.get(&format!("/reports/vat?{QUARTER}")).expect(200);
        let (mut on_2200, mut on_2220) = (0, 0);
        for code in found.data()["codes"].as_array().unwrap() {
            let of = |name: &str| code[name].as_i64().unwrap();
            match (code["side"].as_str().unwrap(), code["kind"].as_str().unwrap()) {
                ("sales", "charged") | ("purchases", "withheld") => on_2200 -= of("tax"),
                ("sales", "withheld") => on_2200 += of("tax"),
                ("purchases", "charged") => on_2200 += of("recoverable"),
                ("purchases", "self_assessed") => {
                    on_2200 += of("recoverable");
                    on_2220 -= of("tax");
                }
                ("sales", "self_assessed") => assert_eq!(of("tax"), 0),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((posted_to(&books, "2200"), posted_to(&books, "2220")), (on_2200, on_2220));
        assert_ne!(on_2200, 0);
    });
}

#[test]
fn t24_a_discount_for_paying_early_counts_when_it_is_taken() {
    for_each_server(|server| {
        let books = server.found();
        let code = british(&books, "base=6,tax=1,input_base=7,input_tax=4", |_| {});
        let (customer, vendor) = (customer(&books), vendor(&books));
        let lines = |account| json!([line(account, &code, 100_000)]);
        let invoice = make(&books, "/invoices", ("customer_id", &customer), "2026-03-31", &lines("4100"));
        let bill = make(&books, "/bills", ("vendor_id", &vendor), "2026-03-31", &lines("6100"));
        let early = |name: &str, id: &str| {
            let application = json!([{ name: id, "amount": 117_600, "discount": 2_400 }]);
            let body = json!({ "date": "2026-04-10", "amount": 117_600, "applications": application });
            books.client.post("/payments/apply", &body).expect(201).id()
        };
        let received = early("invoice_id", &invoice);
        let _ = early("bill_id", &bill);
        let first = boxes(&books, QUARTER);
        assert_eq!((first["1"], first["4"], first["6"], first["7"]), (20_000, 20_000, 100_000, 100_000));
        let april = "from=2026-04-01&to=2026-04-30";
        let second = boxes(&books, april);
        assert_eq!((second["1"], second["4"], second["6"], second["7"]), (-400, -400, -2_000, -2_000));
        let void = json!({ "date": "2026-05-02" });
        let _ = books.client.post(&format!("/payments/{received}/void"), &void).expect(200);
        assert_eq!(boxes(&books, april), second, "what was filed stays");
        let third = boxes(&books, "from=2026-05-01&to=2026-05-31");
        assert_eq!((third["1"], third["6"], third.get("7")), (400, 2_000, None));
        let list = books.client.get(&format!("/reports/vat/entries?document_id={invoice}")).expect(200);
        let told: Vec<(&Value, &Value)> =
            list.data().as_array().unwrap().iter().map(|row| (&row["origin"], &row["base"])).collect();
        let discount = json!("discount");
        assert_eq!(
            told,
            [(&json!("posting"), &json!(100_000)), (&discount, &json!(-2_000)), (&discount, &json!(2_000))]
        );
    });
}

#[test]
fn batches_and_drafts_leave_tax_entries_too() {
    for_each_server(|server| {
        let books = server.found();
        let code = british(&books, "base=6,tax=1", |_| {});
        let customer = customer(&books);
        let body = |price| json!({ "customer_id": customer, "date": "2026-02-01", "lines": [line("4100", &code, price)] });
        let many: Vec<Value> = (1..=20).map(|i| body(i * 100)).collect();
        let _ = books.client.post("/invoices/batch", &json!({ "invoices": many })).expect(200);
        let mut draft = body(50_000);
        draft["post"] = json!(false);
        let draft = books.client.post("/invoices", &draft).expect(201).id();
        assert_eq!(boxes(&books, QUARTER)["6"], 21_000);
        let _ = books.client.post(&format!("/invoices/{draft}/post"), &json!({})).expect(200);
        let external = books.client.put("/invoices/external/a", &body(9_000));
        assert_eq!(external.status, 201);
        assert_eq!(boxes(&books, QUARTER)["6"], 80_000);
        let dry = books.client.post("/invoices?dry_run=true", &body(7));
        assert!(dry.status < 300, "{}", dry.status);
        assert_eq!(boxes(&books, QUARTER)["6"], 80_000);
    });
}

#[test]
fn the_csv_has_a_row_for_each_box_and_each_code() {
    let books = Server::shared().found();
    let (standard, _) = t74(&books);
    let file = books.client.get(&format!("/reports/vat?{QUARTER}&format=csv")).expect(200);
    assert!(file.header("content-disposition").unwrap().contains("vat-2026-01-01-2026-03-31.csv"));
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows[0], "type,box,tax_code_id,code,name,rate_decimal,side,kind,amount,base,tax,recoverable");
    assert_eq!(rows[1], "box,1,,,,,,,700.00,,,");
    assert!(
        rows.iter().any(|row| row.starts_with(&format!("code,,{standard},"))
            && row.ends_with(",2000,sales,charged,,2500.00,500.00,0.00")),
        "{text}"
    );
    assert_eq!(rows.len(), 1 + 6 + 3);
}
