//! What payments post: the entry that an accountant would write.

use super::{
    applied, apply, bill_of, credit_of, document, entry_of, id, invoice_of, open_of, payment,
    vendor_credit_of,
};
use crate::http::document::{balance, customer, line, lines, lines_of, posted, tax_code, vendor};
use partita_tests::server::for_each_server;
use serde_json::{Value, json};

fn taxed(number: &str, price: i64, code: &str) -> Value {
    json!({ "account_number": number, "unit_price": price, "tax_code_id": code })
}

#[test]
fn t19_a_credit_note_is_set_off_without_an_entry() {
    for_each_server(|server| {
        let books = server.found();
        let (customer, code) = (customer(&books), tax_code(&books, 2_000));
        let invoice = document(&books, "/invoices", &customer, json!([taxed("4100", 100_000, &code)]));
        let note = document(&books, "/credit-notes", &customer, json!([taxed("4800", 50_000, &code)]));
        let made = books.client.get(&format!("/credit-notes/{note}")).expect(200);
        let entry = posted(&books, &made.data()["entry_id"]);
        assert_eq!(entry, lines(&[("4800", 50_000), ("2200", 10_000), ("1100", -60_000)]));

        let entries = books.written().entry_position;
        let set_off = json!([{ "invoice_id": invoice, "amount": 60_000 }, { "credit_note_id": note, "amount": 60_000 }]);
        let made = applied(&books, &payment(0, set_off));
        assert_eq!(
            (&made["entry_id"], &made["amount"], &made["account_id"]),
            (&Value::Null, &json!(0), &Value::Null)
        );
        assert_eq!(books.written().entry_position, entries);
        let found = books.client.get(&format!("/invoices/{invoice}")).expect(200);
        let data = found.data();
        assert_eq!(
            (&data["balance_due"], &data["amount_credited"], &data["amount_paid"], &data["status"]),
            (&json!(60_000), &json!(60_000), &json!(0), &json!("overdue"))
        );
        assert_eq!(open_of(&books, "/credit-notes", &note), 0);

        // To take it back opens both again, and posts nothing either.
        let back = books.client.post(&format!("/payments/{}/unapply", id(&made)), &json!({})).expect(200);
        assert_eq!(back.data()["applications"][0]["status"], "released");
        assert_eq!(open_of(&books, "/invoices", &invoice), 120_000);
        assert_eq!(open_of(&books, "/credit-notes", &note), 60_000);
        assert_eq!(books.written().entry_position, entries);
        assert_eq!(balance(&books, "1100"), 60_000);
    });
}

#[test]
fn t20_a_credit_note_is_paid_back() {
    for_each_server(|server| {
        let books = server.found();
        let note = credit_of(&books, &customer(&books), 60_000);
        let path = format!("/credit-notes/{note}/refund");
        let refund = books.client.post(&path, &json!({ "date": "2026-04-20" })).expect(201);
        assert_eq!(entry_of(&books, refund.data()), lines(&[("1000", -60_000), ("1100", 60_000)]));
        assert_eq!(
            (&refund.data()["direction"], &refund.data()["applications"][0]["credit_note_id"]),
            (&json!("made"), &json!(note))
        );
        assert_eq!(open_of(&books, "/credit-notes", &note), 0);
        books.client.post(&path, &json!({})).refused_field("amount", "exceeds_open_amount");

        let credit = vendor_credit_of(&books, &vendor(&books), 700);
        let body = json!({ "date": "2026-04-20", "amount": 300 });
        let refund = books.client.post(&format!("/vendor-credits/{credit}/refund"), &body).expect(201);
        assert_eq!(entry_of(&books, refund.data()), lines(&[("1000", 300), ("2000", -300)]));
        assert_eq!(open_of(&books, "/vendor-credits", &credit), 400);
    });
}

#[test]
fn t21_exact_partial_and_many_to_many() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let (first, second) = (invoice_of(&books, &customer, 10_000), invoice_of(&books, &customer, 5_000));
        let made = applied(&books, &payment(4_000, json!([{ "invoice_id": first, "amount": 4_000 }])));
        assert_eq!(entry_of(&books, &made), lines(&[("1000", 4_000), ("1100", -4_000)]));
        assert_eq!(made["payment_number"], "PAY-2026-000001");
        assert_eq!(open_of(&books, "/invoices", &first), 6_000);

        let both =
            json!([{ "invoice_id": first, "amount": 6_000 }, { "invoice_id": second, "amount": 1_000 }]);
        let made = applied(&books, &payment(7_000, both));
        assert_eq!(entry_of(&books, &made), lines(&[("1000", 7_000), ("1100", -6_000), ("1100", -1_000)]));
        let found = books.client.get(&format!("/invoices/{first}")).expect(200);
        assert_eq!((&found.data()["status"], &found.data()["amount_paid"]), (&json!("paid"), &json!(10_000)));
        let found = books.client.get(&format!("/invoices/{second}")).expect(200);
        assert_eq!(
            (&found.data()["amount_paid"], &found.data()["balance_due"]),
            (&json!(1_000), &json!(4_000))
        );

        let bill = bill_of(&books, &vendor(&books), 900);
        let made = applied(&books, &payment(900, json!([{ "bill_id": bill, "amount": 900 }])));
        assert_eq!(entry_of(&books, &made), lines(&[("1000", -900), ("2000", 900)]));
        assert_eq!(made["direction"], "made");
    });
}

#[test]
fn t22_what_is_paid_too_much_is_an_advance_that_is_used_later() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let invoice = invoice_of(&books, &customer, 100_000);
        let made = applied(&books, &payment(150_000, json!([{ "invoice_id": invoice, "amount": 100_000 }])));
        assert_eq!(
            entry_of(&books, &made),
            lines(&[("1000", 150_000), ("1100", -100_000), ("2400", -50_000)])
        );
        assert_eq!((&made["unapplied_amount"], &made["status"]), (&json!(50_000), &json!("posted")));

        let later = invoice_of(&books, &customer, 30_000);
        let rest = json!({ "payment_id": id(&made), "date": "2026-04-20",
            "applications": [{ "invoice_id": later, "amount": 30_000 }] });
        let used = apply(&books, &rest).expect(200);
        assert_eq!((&used.data()["id"], &used.data()["unapplied_amount"]), (&made["id"], &json!(20_000)));
        let application = &used.data()["applications"][1];
        assert_eq!(posted(&books, &application["entry_id"]), lines(&[("2400", 30_000), ("1100", -30_000)]));

        // The same, named as an item of a payment of nothing.
        let last = invoice_of(&books, &customer, 20_000);
        let set_off =
            json!([{ "invoice_id": last, "amount": 20_000 }, { "payment_id": id(&made), "amount": 20_000 }]);
        let used = applied(&books, &payment(0, set_off));
        assert_eq!(entry_of(&books, &used), lines(&[("1100", -20_000), ("2400", 20_000)]));
        let found = books.client.get(&format!("/payments/{}", id(&made))).expect(200);
        assert_eq!(
            (&found.data()["unapplied_amount"], &found.data()["used_amount"]),
            (&json!(0), &json!(20_000))
        );
        assert_eq!((balance(&books, "2400"), balance(&books, "1100")), (0, 0));
    });
}

#[test]
fn t23_a_prepayment_with_tax_is_an_invoice_of_its_own() {
    for_each_server(|server| {
        let books = server.found();
        let (customer, code) = (customer(&books), tax_code(&books, 2_000));
        let deposit = document(&books, "/invoices", &customer, json!([taxed("2400", 20_000, &code)]));
        let made = applied(&books, &payment(24_000, json!([{ "invoice_id": deposit, "amount": 24_000 }])));
        assert_eq!(entry_of(&books, &made), lines(&[("1000", 24_000), ("1100", -24_000)]));
        assert_eq!((balance(&books, "2400"), balance(&books, "2200")), (-20_000, -4_000));
        let mut less = taxed("2400", 20_000, &code);
        less["quantity"] = json!(-1);
        let last = document(&books, "/invoices", &customer, json!([taxed("4100", 100_000, &code), less]));
        let found = books.client.get(&format!("/invoices/{last}")).expect(200);
        assert_eq!(
            posted(&books, &found.data()["entry_id"]),
            lines(&[("1100", 96_000), ("4100", -100_000), ("2400", 20_000), ("2200", -16_000)])
        );
        let made = applied(&books, &payment(96_000, json!([{ "invoice_id": last, "amount": 96_000 }])));
        assert_eq!(made["unapplied_amount"], 0);
        assert_eq!((balance(&books, "2400"), balance(&books, "1100")), (0, 0));
    });
}

#[test]
fn t24_an_early_payment_discount_corrects_the_tax() {
    for_each_server(|server| {
        let books = server.found();
        let (customer, code) = (customer(&books), tax_code(&books, 1_900));
        let invoice = document(&books, "/invoices", &customer, json!([taxed("4100", 100_000, &code)]));
        let early = json!([{ "invoice_id": invoice, "amount": 116_620, "discount": 2_380 }]);
        let made = applied(&books, &payment(116_620, early));
        assert_eq!(
            entry_of(&books, &made),
            lines(&[("1000", 116_620), ("1100", -119_000), ("4810", 2_000), ("2200", 380)])
        );
        let application = &made["applications"][0];
        assert_eq!(application["tax_corrections"], json!([{ "tax_code_id": code, "amount": 380 }]));
        assert_eq!(application["settled_amount"], 119_000);

        let (vendor, bought) = (vendor(&books), tax_code(&books, 1_900));
        let bill = document(&books, "/bills", &vendor, json!([taxed("6100", 100_000, &bought)]));
        let early = json!([{ "bill_id": bill, "amount": 116_620, "discount": 2_380 }]);
        let paid = applied(&books, &payment(116_620, early));
        assert_eq!(
            entry_of(&books, &paid),
            lines(&[("1000", -116_620), ("2000", 119_000), ("5090", -2_000), ("2200", -380)])
        );

        // The discount goes back with the payment.
        let _ = books.client.post(&format!("/payments/{}/void", id(&made)), &json!({})).expect(200);
        assert_eq!((balance(&books, "4810"), balance(&books, "1100")), (0, 119_000));
    });
}

#[test]
fn t25_a_small_difference_is_written_off() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let invoice = invoice_of(&books, &customer, 100_000);
        let named = |amount: i64, write_off: i64| json!([{ "invoice_id": invoice, "amount": amount, "write_off": write_off }]);
        apply(&books, &payment(99_000, named(99_000, 1_000)))
            .refused_field("applications[0].write_off", "range");
        apply(&books, &payment(90_000, named(90_000, 2))).refused_field("applications[0].write_off", "range");
        let made = applied(&books, &payment(99_998, named(99_998, 2)));
        assert_eq!(entry_of(&books, &made), lines(&[("1000", 99_998), ("1100", -100_000), ("6980", 2)]));

        let invoice = invoice_of(&books, &customer, 100_000);
        let more = json!([{ "invoice_id": invoice, "amount": 100_002, "write_off": -2 }]);
        let made = applied(&books, &payment(100_002, more));
        assert_eq!(entry_of(&books, &made), lines(&[("1000", 100_002), ("1100", -100_000), ("6980", -2)]));
    });
}

#[test]
fn t10_what_is_paid_in_cash_is_rounded_to_the_smallest_coin() {
    for_each_server(|server| {
        let books = server.found();
        let (customer, code) = (customer(&books), tax_code(&books, 2_000));
        let invoice = document(&books, "/invoices", &customer, json!([taxed("4100", 1_019, &code)]));
        assert_eq!(open_of(&books, "/invoices", &invoice), 1_223);
        let cash = |amount: Value, applications: Value| {
            json!({ "date": "2026-04-15", "method": "cash", "amount": amount, "cash_rounding": 5,
                "applications": applications })
        };
        let whole = json!([{ "invoice_id": invoice, "amount": 1_223 }]);
        let expected = lines(&[("1000", 1_225), ("1100", -1_223), ("6990", -2)]);
        let tried =
            books.client.post("/payments/apply?dry_run=true", &cash(Value::Null, whole.clone())).expect(200);
        assert_eq!(
            (lines_of(&tried.data()["entry"]), &tried.data()["amount"]),
            (expected.clone(), &json!(1_225))
        );
        apply(&books, &cash(json!(1_223), whole.clone())).refused_field("amount", "totals_mismatch");
        let mut none = cash(Value::Null, whole.clone());
        none["cash_rounding"] = json!(0);
        apply(&books, &none).refused_field("cash_rounding", "range");
        apply(&books, &cash(json!(5), json!([]))).refused_field("applications", "length");

        let made = applied(&books, &cash(json!(1_225), whole.clone()));
        assert_eq!(entry_of(&books, &made), expected);
        let application = &made["applications"][0];
        assert_eq!(
            ["amount", "cash_rounding_amount", "settled_amount", "write_off"].map(|name| &application[name]),
            [&json!(1_225), &json!(2), &json!(1_223), &json!(0)]
        );
        assert_eq!((&made["unapplied_amount"], open_of(&books, "/invoices", &invoice)), (&json!(0), 0));
        let found = books.client.get(&format!("/invoices/{invoice}")).expect(200);
        assert_eq!((&found.data()["status"], &found.data()["tax_total"]), (&json!("paid"), &json!(204)));

        // Void takes the rounding back; unapplied, the coins are an advance.
        let _ = books.client.post(&format!("/payments/{}/void", id(&made)), &json!({})).expect(200);
        assert_eq!((balance(&books, "6990"), open_of(&books, "/invoices", &invoice)), (0, 1_223));
        let again = applied(&books, &cash(Value::Null, whole.clone()));
        let back = books.client.post(&format!("/payments/{}/unapply", id(&again)), &json!({})).expect(200);
        assert_eq!((&back.data()["unapplied_amount"], balance(&books, "6990")), (&json!(1_225), 0));
        assert_eq!(balance(&books, "1000"), 1_225);
        let rest = json!({ "payment_id": id(&again), "date": "2026-04-15", "cash_rounding": 5, "applications": whole });
        apply(&books, &rest).refused_field("cash_rounding", "one_of");

        // Sent once under an external id, however often; and rounded down, on the other side.
        let (path, bill) = ("/payments/external/till-7", bill_of(&books, &vendor(&books), 1_222));
        let paid = cash(Value::Null, json!([{ "bill_id": bill, "amount": 1_222 }]));
        let first = books.client.put(path, &paid).expect(201);
        assert_eq!(entry_of(&books, first.data()), lines(&[("1000", -1_220), ("2000", 1_222), ("6990", -2)]));
        assert_eq!(books.client.put(path, &paid).expect(200).data()["id"], first.data()["id"]);

        let mut settings = crate::http::settings::present(&books);
        settings["default_accounts"]["cash_rounding"] = Value::Null;
        let _ = books.client.put("/settings", &settings).expect(200);
        apply(&books, &cash(Value::Null, whole.clone()))
            .refused_field("default_accounts.cash_rounding", "required");
    });
}

#[test]
fn t26_what_is_never_paid_is_an_expense_or_uses_the_allowance() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let (first, second) = (invoice_of(&books, &customer, 60_000), invoice_of(&books, &customer, 40_000));
        let allowance = json!({ "date": "2026-04-30", "lines": [
            { "account_number": "6020", "debit": 40_000 }, { "account_number": "1190", "credit": 40_000 },
        ] });
        let _ = books.client.post("/entries", &allowance).expect(201);
        for (invoice, account, amount) in [(&first, "6020", 60_000), (&second, "1190", 40_000)] {
            let note = document(&books, "/credit-notes", &customer, json!([line(account, amount)]));
            let found = books.client.get(&format!("/credit-notes/{note}")).expect(200);
            let entry = posted(&books, &found.data()["entry_id"]);
            assert_eq!(entry, lines(&[(account, amount), ("1100", -amount)]));
            let both = json!([{ "invoice_id": invoice, "amount": amount }, { "credit_note_id": note, "amount": amount }]);
            assert_eq!(applied(&books, &payment(0, both))["entry_id"], Value::Null);
            assert_eq!(open_of(&books, "/invoices", invoice), 0);
        }
        let left = ["1100", "1190", "6020"].map(|number| balance(&books, number));
        assert_eq!(left, [0, 0, 100_000]);
    });
}

#[test]
fn t30_a_card_payment_with_its_fee_its_payout_and_its_refund() {
    for_each_server(|server| {
        let books = server.found();
        let invoice = invoice_of(&books, &customer(&books), 10_000);
        let mut charge = payment(10_000, json!([{ "invoice_id": invoice, "amount": 10_000 }]));
        charge["account_id"] = json!(books.account("1080"));
        charge["fee_amount"] = json!(320);
        let charge = applied(&books, &charge);
        assert_eq!(
            entry_of(&books, &charge),
            lines(&[("1080", 10_000), ("1100", -10_000), ("6080", 320), ("1080", -320)])
        );
        assert_eq!(charge["fee_account_id"], books.account("6080"));
        let payout = json!({ "date": "2026-04-17", "lines": [
            { "account_number": "1000", "debit": 9_680 }, { "account_number": "1080", "credit": 9_680 } ] });
        let _ = books.client.post("/entries", &payout).expect(201);
        assert_eq!(balance(&books, "1080"), 0);

        let path = format!("/payments/{}/refund", id(&charge));
        let refund = books.client.post(&path, &json!({ "amount": 10_000, "date": "2026-04-20" })).expect(201);
        assert_eq!(entry_of(&books, refund.data()), lines(&[("1100", 10_000), ("1080", -10_000)]));
        assert_eq!((&refund.data()["direction"], &refund.data()["fee_amount"]), (&json!("made"), &json!(0)));
        assert_eq!(open_of(&books, "/invoices", &invoice), 10_000);
        assert_eq!((balance(&books, "6080"), balance(&books, "2400")), (320, 0));
        let found = books.client.get(&format!("/payments/{}", id(&charge))).expect(200);
        assert_eq!(
            (&found.data()["refunded_amount"], &found.data()["unapplied_amount"]),
            (&json!(10_000), &json!(0))
        );
        books.client.post(&path, &json!({ "amount": 1 })).refused_field("amount", "exceeds_unapplied_amount");
    });
}

#[test]
fn a_part_is_refunded_of_what_is_left_first() {
    for_each_server(|server| {
        let books = server.found();
        let invoice = invoice_of(&books, &customer(&books), 10_000);
        let made = applied(&books, &payment(15_000, json!([{ "invoice_id": invoice, "amount": 10_000 }])));
        let path = format!("/payments/{}/refund", id(&made));
        let refund = |amount: i64| {
            books.client.post(&path, &json!({ "amount": amount, "date": "2026-04-20" })).expect(201)
        };
        assert_eq!(entry_of(&books, refund(3_000).data()), lines(&[("1000", -3_000), ("2400", 3_000)]));
        assert_eq!(open_of(&books, "/invoices", &invoice), 0);
        let second = refund(6_000);
        assert_eq!(open_of(&books, "/invoices", &invoice), 4_000);
        assert_eq!(
            (balance(&books, "2400"), balance(&books, "1100"), balance(&books, "1000")),
            (0, 4_000, 6_000)
        );
        // To void the refund gives the money back to the payment, not to the invoice.
        let _ = books.client.post(&format!("/payments/{}/void", second.id()), &json!({})).expect(200);
        assert_eq!((balance(&books, "2400"), balance(&books, "1100")), (-6_000, 4_000));
        let found = books.client.get(&format!("/payments/{}", id(&made))).expect(200);
        assert_eq!(
            (&found.data()["unapplied_amount"], &found.data()["refunded_amount"]),
            (&json!(6_000), &json!(3_000))
        );
    });
}

#[test]
fn a_dry_run_shows_the_entry() {
    for_each_server(|server| {
        let books = server.found();
        let invoice = invoice_of(&books, &customer(&books), 10_000);
        let body = payment(12_000, json!([{ "invoice_id": invoice, "amount": 10_000 }]));
        let before = books.written();
        let shown = books.client.post("/payments/apply?dry_run=true", &body).expect(200);
        assert_eq!(
            lines_of(&shown.data()["entry"]),
            lines(&[("1000", 12_000), ("1100", -10_000), ("2400", -2_000)])
        );
        assert_eq!(books.written(), before);
        assert_eq!(open_of(&books, "/invoices", &invoice), 10_000);
        let made = document(&books, "/bills", &vendor(&books), json!([line("6100", 5)]));
        let prepaid = json!({ "date": "2026-04-15", "amount": 9, "direction": "made",
            "applications": [{ "bill_id": made, "amount": 5 }] });
        let shown = books.client.post("/payments/apply?dry_run=true", &prepaid).expect(200);
        assert_eq!(lines_of(&shown.data()["entry"]), lines(&[("1000", -9), ("2000", 5), ("1310", 4)]));
    });
}
