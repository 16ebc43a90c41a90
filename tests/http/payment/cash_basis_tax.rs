//! T18: a tax that is due on payment.

use super::{applied, apply, document, entry_of, id, open_of, payment};
use crate::http::document::{balance, customer, lines, lines_of, posted, tax_code_with, vendor};
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

/// A code of 20 % that is due on payment: it waits on 2220.
fn on_payment(books: &Books<'_>) -> String {
    let pending = books.account("2220").parse().unwrap();
    tax_code_with(books, 2_000, |code| {
        code.pending_account_id = Some(pending);
        code.report_box = Some("base=6,tax=1,input_base=7,input_tax=4".to_owned());
    })
}

fn taxed(number: &str, price: i64, code: &str) -> Value {
    json!([{ "account_number": number, "unit_price": price, "tax_code_id": code }])
}

/// What is declared of a month: the boxes 1, 4, 6 and 7.
fn declared(books: &Books<'_>, month: &str) -> [i64; 4] {
    let found =
        books.client.get(&format!("/reports/vat?from=2026-{month}-01&to=2026-{month}-28")).expect(200);
    let boxes = found.data()["boxes"].as_array().unwrap().clone();
    ["1", "4", "6", "7"].map(|name| {
        let found = boxes.iter().find(|each| each["box"] == name);
        found.map_or(0, |found| found["amount"].as_i64().unwrap())
    })
}

fn on(date: &str, amount: i64, applications: Value) -> Value {
    json!({ "date": date, "amount": amount, "applications": applications })
}

#[test]
fn t18_tax_falls_due_as_the_invoice_is_paid() {
    for_each_server(|server| {
        let books = server.found();
        let (customer, code) = (customer(&books), on_payment(&books));
        let body =
            json!({ "customer_id": customer, "date": "2026-02-10", "lines": taxed("4100", 100_000, &code) });
        let made = books.client.post("/invoices", &body).expect(201);
        let invoice = made.id();
        assert_eq!(
            posted(&books, &made.data()["entry_id"]),
            lines(&[("1100", 120_000), ("4100", -100_000), ("2220", -20_000)])
        );
        assert_eq!(declared(&books, "02"), [0; 4], "nothing is due yet");

        let part = || json!([{ "invoice_id": invoice, "amount": 40_000 }]);
        let tried =
            books.client.post("/payments/apply?dry_run=true", &on("2026-03-10", 40_000, part())).expect(200);
        let first = applied(&books, &on("2026-03-10", 40_000, part()));
        let expected =
            |tax: i64| lines(&[("1000", 40_000), ("1100", -40_000), ("2220", tax), ("2200", -tax)]);
        assert_eq!(entry_of(&books, &first), expected(6_667));
        assert_eq!(lines_of(&tried.data()["entry"]), expected(6_667));
        let second = applied(&books, &on("2026-04-10", 40_000, part()));
        assert_eq!(entry_of(&books, &second), expected(6_666));
        let third = applied(&books, &on("2026-05-10", 40_000, part()));
        assert_eq!(entry_of(&books, &third), expected(6_667));
        // Dated on the payment, and the net goes with the tax.
        assert_eq!(declared(&books, "02"), [0; 4]);
        assert_eq!(declared(&books, "03"), [6_667, 0, 33_333, 0]);
        assert_eq!(declared(&books, "04"), [6_666, 0, 33_334, 0]);
        assert_eq!(declared(&books, "05"), [6_667, 0, 33_333, 0]);
        assert_eq!((balance(&books, "2220"), balance(&books, "2200")), (0, -20_000));
        let listed = books.client.get("/reports/vat/entries?from=2026-03-01&to=2026-03-31").expect(200);
        assert_eq!(
            (&listed.data()[0]["origin"], &listed.data()[0]["document"]["id"]),
            (&json!("payment"), &json!(invoice))
        );

        // What is taken back is no longer due; what is due follows from what is paid, whatever came and went.
        let back = json!({ "date": "2026-06-10" });
        let _ = books.client.post(&format!("/payments/{}/void", id(&second)), &back).expect(200);
        assert_eq!(declared(&books, "06"), [-6_667, 0, -33_333, 0]);
        assert_eq!((balance(&books, "2220"), balance(&books, "2200")), (-6_667, -13_333));
        let _ = books.client.post(&format!("/payments/{}/unapply", id(&first)), &back).expect(200);
        assert_eq!((balance(&books, "2220"), balance(&books, "2200")), (-13_333, -6_667));
        let rest = json!({ "payment_id": id(&first), "date": "2026-07-10", "applications": part() });
        let _ = apply(&books, &rest).expect(200);
        let last = applied(&books, &on("2026-08-10", 40_000, part()));
        assert_eq!(entry_of(&books, &last), expected(6_667));
        assert_eq!((balance(&books, "2220"), balance(&books, "2200")), (0, -20_000));

        // A refund opens a part of it again.
        let refund = json!({ "date": "2026-09-10", "amount": 10_000 });
        let _ = books.client.post(&format!("/payments/{}/refund", id(&last)), &refund).expect(201);
        assert_eq!(open_of(&books, "/invoices", &invoice), 10_000);
        assert_eq!((balance(&books, "2220"), balance(&books, "2200")), (-1_667, -18_333));
        assert_eq!(declared(&books, "09"), [-1_667, 0, -8_333, 0]);
    });
}

#[test]
fn t18_instalments_settled_together_release_once() {
    for_each_server(|server| {
        let books = server.found();
        let (customer, code) = (customer(&books), on_payment(&books));
        let invoice = document(&books, "/invoices", &customer, taxed("4100", 100_000, &code));
        let made = applied(&books, &payment(80_000, json!([{ "invoice_id": invoice, "amount": 80_000 }])));
        let both = [("1000", 80_000), ("1100", -80_000), ("2220", 13_333), ("2200", -13_333)];
        assert_eq!(entry_of(&books, &made), lines(&both));
        // Of the rest 2 % are taken off for paying early, so that much never falls due.
        let rest = json!([{ "invoice_id": invoice, "amount": 39_200, "discount": 800 }]);
        let made = applied(&books, &payment(39_200, rest));
        assert_eq!(
            entry_of(&books, &made),
            lines(&[
                ("1000", 39_200),
                ("1100", -40_000),
                ("4810", 667),
                ("2220", 133),
                ("2220", 6_534),
                ("2200", -6_534)
            ])
        );
        assert_eq!((balance(&books, "2220"), balance(&books, "2200")), (0, -19_867));
        assert_eq!(declared(&books, "04"), [19_867, 0, 99_333, 0]);
    });
}

#[test]
fn t18_credits_and_purchases_are_the_mirror_image() {
    for_each_server(|server| {
        let books = server.found();
        let (customer, vendor, code) = (customer(&books), vendor(&books), on_payment(&books));
        // A bill: input tax is claimed when it is paid.
        let bill = document(&books, "/bills", &vendor, taxed("6100", 10_000, &code));
        assert_eq!((balance(&books, "2220"), balance(&books, "2200")), (2_000, 0));
        let paid = applied(&books, &payment(6_000, json!([{ "bill_id": bill, "amount": 6_000 }])));
        let expected = [("1000", -6_000), ("2000", 6_000), ("2220", -1_000), ("2200", 1_000)];
        assert_eq!(entry_of(&books, &paid), lines(&expected));
        assert_eq!(declared(&books, "04"), [0, 1_000, 0, 5_000]);
        let _ = books
            .client
            .post(&format!("/payments/{}/void", id(&paid)), &json!({ "date": "2026-04-20" }))
            .expect(200);
        assert_eq!(declared(&books, "04"), [0; 4]);
        let _ = books.client.post(&format!("/bills/{bill}/void"), &json!({})).expect(200);
        assert_eq!((balance(&books, "2220"), balance(&books, "2200")), (0, 0));

        // A credit note set off against an invoice: both have fallen due, and nothing is owed.
        let invoice = document(&books, "/invoices", &customer, taxed("4100", 10_000, &code));
        let note = document(&books, "/credit-notes", &customer, taxed("4800", 10_000, &code));
        assert_eq!(balance(&books, "2220"), 0);
        let both = json!([{ "invoice_id": invoice, "amount": 12_000 }, { "credit_note_id": note, "amount": 12_000 }]);
        let _ = applied(&books, &payment(0, both));
        assert_eq!(
            (balance(&books, "2220"), balance(&books, "2200"), declared(&books, "04")),
            (0, 0, [0; 4])
        );

        // A credit note that is paid back: what was due before is no longer.
        let note = document(&books, "/credit-notes", &customer, taxed("4800", 10_000, &code));
        let _ = books
            .client
            .post(&format!("/credit-notes/{note}/refund"), &json!({ "date": "2026-05-20" }))
            .expect(201);
        assert_eq!((balance(&books, "2220"), balance(&books, "2200")), (0, 2_000));
        assert_eq!(declared(&books, "05"), [-2_000, 0, -10_000, 0]);
    });
}

#[test]
fn t18_in_a_foreign_currency_nothing_is_left_waiting() {
    for_each_server(|server| {
        let books = server.found();
        let (customer, code) = (customer(&books), on_payment(&books));
        let body = json!({ "customer_id": customer, "date": "2026-03-31", "currency_code": "EUR", "exchange_rate": 923_457,
            "lines": taxed("4100", 3_333, &code) });
        let invoice = books.client.post("/invoices", &body).expect(201).id();
        for (amount, rate) in [(1_111, 940_001), (1_111, 910_003), (1_778, 999_999)] {
            let pay = json!({ "date": "2026-04-15", "amount": amount, "exchange_rate": rate,
                "applications": [{ "invoice_id": invoice, "amount": amount }] });
            let _ = applied(&books, &pay);
        }
        assert_eq!(open_of(&books, "/invoices", &invoice), 0);
        // 6.67 euros at the rate of the invoice.
        assert_eq!((balance(&books, "2220"), balance(&books, "2200")), (0, -616));
        assert_eq!(declared(&books, "04"), [616, 0, 3_078, 0]);
    });
}

#[test]
fn a_document_that_nobody_will_pay_is_due_at_once() {
    for_each_server(|server| {
        let books = server.found();
        let code = on_payment(&books);
        let mut all = taxed("4100", 1_000, &code);
        all.as_array_mut()
            .unwrap()
            .push(json!({ "account_number": "2410", "quantity": -1, "unit_price": 1_200 }));
        let body = json!({ "customer_id": customer(&books), "date": "2026-03-10", "lines": all });
        let made = books.client.post("/invoices", &body).expect(201);
        let entry = posted(&books, &made.data()["entry_id"]);
        assert_eq!(entry, lines(&[("4100", -1_000), ("2410", 1_200), ("2200", -200)]));
        assert_eq!(declared(&books, "03"), [200, 0, 1_000, 0]);
    });
}

#[test]
fn only_what_a_seller_charges_is_due_on_payment() {
    for_each_server(|server| {
        let books = server.found();
        let (tax, pending) = (books.account("2200"), books.account("2220"));
        let code = |more: Value| {
            let mut body = json!({ "code": "CASH", "name": "On payment", "rate": 2_000, "tax_type": "vat",
                "account_id": tax, "pending_account_id": pending });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        let refused = |more: Value, field: &str, constraint: &str| {
            books.client.post("/tax-codes", &code(more)).refused_field(field, constraint);
        };
        refused(json!({ "self_assess_account_id": tax }), "pending_account_id", "one_of");
        refused(json!({ "tax_type": "withholding" }), "pending_account_id", "one_of");
        refused(json!({ "pending_account_id": books.account("1000") }), "pending_account_id", "account_type");
        let nobody = "01980000-0000-7000-8000-000000000000";
        refused(json!({ "pending_account_id": nobody }), "pending_account_id", "exists");
        let made = books.client.post("/tax-codes", &code(json!({}))).expect(201);
        assert_eq!(made.data()["pending_account_id"], json!(pending));
    });
}
