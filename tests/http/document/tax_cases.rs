//! The worked cases of rounding, by their numbers: what a document is taxed with, and what it posts, to the cent.

use super::{customer, lines, posted, tax_code};
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

/// A line of one tax code on the account of sales.
fn taxed(code: &str, price: i64) -> Value {
    json!({ "account_number": "4100", "unit_price": price, "tax_code_id": code })
}

/// Makes an invoice of these lines, with these other fields, and answers it with the lines of its entry.
fn invoiced(books: &Books<'_>, lines: &[Value], besides: &Value) -> (Value, Vec<(String, i64)>) {
    let mut body = json!({ "customer_id": customer(books), "date": "2026-03-31", "lines": lines });
    body.as_object_mut().unwrap().extend(besides.as_object().unwrap().clone());
    let made = books.client.post("/invoices", &body).expect(201);
    let entry = posted(books, &made.data()["entry_id"]);
    (made.data().clone(), entry)
}

/// Subtotal, tax and total of a document.
fn totals(document: &Value) -> [i64; 3] {
    ["subtotal", "tax_total", "total"].map(|name| document[name].as_i64().unwrap())
}

/// An amount of each line of a document.
fn by_line(document: &Value, name: &str) -> Vec<i64> {
    document["lines"].as_array().unwrap().iter().map(|line| line[name].as_i64().unwrap()).collect()
}

#[test]
fn t6_vat_may_be_rounded_down_to_a_whole_penny() {
    for_each_server(|server| {
        let books = server.found();
        let (low, standard) = (tax_code(&books, 1_500), tax_code(&books, 1_900));
        let down = json!({ "tax_rounding": "document_down" });
        let (made, entry) = invoiced(&books, &[taxed(&low, 109_150)], &down);
        assert_eq!(
            (totals(&made), &made["tax_rounding"]),
            ([109_150, 16_372, 125_522], &json!("document_down"))
        );
        assert_eq!(entry, lines(&[("1100", 125_522), ("4100", -109_150), ("2200", -16_372)]));

        // Contained VAT: 100.00 at 19 % is 15.966…, and the penny belongs to the net.
        let inclusive = json!({ "tax_rounding": "document_down", "tax_mode": "inclusive" });
        let (made, entry) = invoiced(&books, &[taxed(&standard, 10_000)], &inclusive);
        assert_eq!(totals(&made), [8_404, 1_596, 10_000]);
        assert_eq!(entry, lines(&[("1100", 10_000), ("4100", -8_404), ("2200", -1_596)]));
        let path = format!("/invoices/{}?explain=true", made["id"].as_str().unwrap());
        let told = books.client.get(&path).expect(200);
        let steps = told.data()["rounding"].as_array().unwrap();
        let whole: Vec<_> = steps
            .iter()
            .filter(|step| step["line_number"].is_null())
            .map(|step| (&step["rounded"], &step["rule"], &step["amount"], &step["residue"]))
            .collect();
        assert_eq!(
            whole,
            [
                (&json!("net"), &json!("up"), &json!(8_404), &json!(0)),
                (&json!("tax"), &json!("down"), &json!(1_596), &json!(0))
            ]
        );

        // As a policy of the company, for what says nothing itself; a credit note mirrors it.
        let mut settings = crate::http::settings::present(&books);
        settings["trade"]["tax_rounding"] = json!("document_down");
        let _ = books.client.put("/settings", &settings).expect(200);
        let body =
            json!({ "customer_id": customer(&books), "date": "2026-03-31", "lines": [taxed(&low, 109_150)] });
        let credit = books.client.post("/credit-notes", &body).expect(201);
        assert_eq!(totals(credit.data()), [109_150, 16_372, 125_522]);
        let (made, _) = invoiced(&books, &[taxed(&low, 33), taxed(&low, 33), taxed(&low, 33)], &json!({}));
        assert_eq!((totals(&made), by_line(&made, "tax_amount")), ([99, 14, 113], vec![5, 5, 4]));
    });
}
