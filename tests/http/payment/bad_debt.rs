//! T27: VAT on bad debts is claimed when the debt is written off, and repaid when some of it comes in after all.

use super::{applied, entry_of, open_of, payment};
use crate::http::document::{balance, customer, lines, posted, tax_code_with};
use partita_domain::tax_code::TaxCode;
use partita_tests::server::{Books, for_each_server};
use serde_json::json;

fn vat(books: &Books<'_>, boxes: &str, account: &str) -> String {
    let account = books.account(account).parse().unwrap();
    tax_code_with(books, 2_000, |code: &mut TaxCode| {
        code.jurisdiction = Some("GB".to_owned());
        code.report_box = Some(boxes.to_owned());
        code.account_id = Some(account);
    })
}

/// Boxes 1, 4 and 6 of a quarter, and what they come to.
fn declared(books: &Books<'_>, span: &str) -> ([i64; 3], i64) {
    let found = books.client.get(&format!("/reports/vat?{span}")).expect(200);
    let boxes = found.data()["boxes"].as_array().unwrap().clone();
    let of = |name: &str| {
        boxes.iter().find(|each| each["box"] == name).map_or(0, |found| found["amount"].as_i64().unwrap())
    };
    ([of("1"), of("4"), of("6")], found.data()["tax_payable"].as_i64().unwrap())
}

#[test]
fn t27_the_vat_of_a_bad_debt_comes_back_and_goes_again() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let standard = vat(&books, "base=6,tax=1,input_base=7,input_tax=4", "2200");
        let (relief, repaid) = (vat(&books, "relief=4", "2220"), vat(&books, "tax=1", "2200"));
        let document = |path: &str, date: &str, account: &str, price: i64, code: &str| {
            let line = json!({ "account_number": account, "unit_price": price, "tax_code_id": code });
            let body = json!({ "customer_id": customer, "date": date, "lines": [line] });
            books.client.post(path, &body).expect(201)
        };
        let invoice = document("/invoices", "2026-01-15", "4100", 100_000, &standard).id();
        let _ = applied(&books, &payment(30_000, json!([{ "invoice_id": invoice, "amount": 30_000 }])));

        let written_off = document("/credit-notes", "2026-09-01", "6020", 75_000, &relief);
        assert_eq!(
            posted(&books, &written_off.data()["entry_id"]),
            lines(&[("6020", 75_000), ("2220", 15_000), ("1100", -90_000)])
        );
        let note = written_off.id();
        let set_off = json!([{ "invoice_id": invoice, "amount": 90_000 }, { "credit_note_id": note, "amount": 90_000 }]);
        let settled = json!({ "date": "2026-09-01", "amount": 0, "applications": set_off });
        let _ = applied(&books, &settled);
        assert_eq!((open_of(&books, "/invoices", &invoice), balance(&books, "1100")), (0, 0));
        assert_eq!(declared(&books, "from=2026-01-01&to=2026-03-31"), ([20_000, 0, 100_000], 20_000));
        // Box 1 is untouched, and so is the value of sales.
        assert_eq!(declared(&books, "from=2026-07-01&to=2026-09-30"), ([0, 15_000, 0], -15_000));
        let claims = books.client.get("/reports/vat/entries?from=2026-07-01&to=2026-09-30&box=4").expect(200);
        assert_eq!(
            (&claims.data()[0]["document"]["id"], &claims.data()[0]["box_amount"]),
            (&json!(note), &json!(15_000))
        );

        // Some of it is paid after all: 50.00 of 300.00 is VAT at the rate of then.
        let recovered = document("/invoices", "2026-11-01", "6020", 25_000, &repaid).id();
        let paid = json!([{ "invoice_id": recovered, "amount": 30_000 }]);
        let made = applied(&books, &json!({ "date": "2026-11-01", "amount": 30_000, "applications": paid }));
        assert_eq!(entry_of(&books, &made), lines(&[("1000", 30_000), ("1100", -30_000)]));
        assert_eq!(declared(&books, "from=2026-10-01&to=2026-12-31"), ([5_000, 0, 0], 5_000));
        assert_eq!(balance(&books, "6020"), 50_000, "600.00 of 1,200.00 were paid: 500.00 net are lost");

        // A claim that is taken back is taken back from where it was made.
        let note = document("/credit-notes", "2027-01-10", "6020", 10_000, &relief).id();
        let void = json!({ "date": "2027-02-10" });
        let _ = books.client.post(&format!("/credit-notes/{note}/void"), &void).expect(200);
        assert_eq!(declared(&books, "from=2027-01-01&to=2027-01-31"), ([0, 2_000, 0], -2_000));
        assert_eq!(declared(&books, "from=2027-02-01&to=2027-02-28"), ([0, -2_000, 0], 2_000));
    });
}

#[test]
fn a_code_is_owed_or_claimed() {
    for_each_server(|server| {
        let books = server.found();
        let account = books.account("2200");
        let body = json!({
            "code": "BOTH", "name": "Both", "tax_type": "vat", "rate": 2_000, "account_id": account,
            "report_box": "tax=1,relief=4",
        });
        books.client.post("/tax-codes", &body).refused_field("report_box", "format");
    });
}
