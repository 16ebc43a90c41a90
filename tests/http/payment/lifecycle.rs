//! How payments live: taken back in part and as a whole, found again, recorded once.

use super::{applied, apply, credit_of, entry_of, id, invoice_of, open_of, payment};
use crate::http::document::{balance, customer, ids, lines, posted};
use partita_application::{Call, verify::verify};
use partita_domain::audit_event::Source;
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

#[test]
fn what_is_unapplied_becomes_an_advance() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let (first, second) = (invoice_of(&books, &customer, 10_000), invoice_of(&books, &customer, 5_000));
        let both =
            json!([{ "invoice_id": first, "amount": 10_000 }, { "invoice_id": second, "amount": 5_000 }]);
        let made = applied(&books, &payment(15_000, both));
        let path = format!("/payments/{}", id(&made));
        let body = json!({ "application_ids": [made["applications"][0]["id"]], "date": "2026-04-16", "reason": "wrong" });
        let back = books.client.post(&format!("{path}/unapply"), &body).expect(200);
        let data = back.data();
        assert_eq!((&data["unapplied_amount"], &data["version"]), (&json!(10_000), &json!(2)));
        let released = &data["applications"][0];
        assert_eq!(
            (&released["status"], &released["released_on"]),
            (&json!("released"), &json!("2026-04-16"))
        );
        assert_eq!(data["applications"][1]["status"], "applied");
        assert_eq!(
            posted(&books, &released["release_entry_id"]),
            lines(&[("1100", 10_000), ("2400", -10_000)])
        );
        assert_eq!(open_of(&books, "/invoices", &first), 10_000);
        assert_eq!(open_of(&books, "/invoices", &second), 0);
        let again = books.client.post(&format!("{path}/unapply"), &body);
        again.refused_field("application_ids[0]", "exists");

        let rest = json!({ "payment_id": id(&made), "date": "2026-04-17",
            "applications": [{ "invoice_id": first, "amount": 10_000 }] });
        let _ = apply(&books, &rest).expect(200);
        assert_eq!((balance(&books, "2400"), balance(&books, "1100")), (0, 0));
        let found = books.client.get(&path).expect(200);
        assert_eq!(found.data()["applications"].as_array().unwrap().len(), 3);
    });
}

#[test]
fn a_void_takes_all_of_it_back_once() {
    for_each_server(|server| {
        let books = server.found();
        let invoice = invoice_of(&books, &customer(&books), 10_000);
        let mut body = payment(12_000, json!([{ "invoice_id": invoice, "amount": 10_000 }]));
        body["fee_amount"] = json!(100);
        let made = applied(&books, &body);
        let path = format!("/payments/{}/void", id(&made));
        let void =
            books.client.post(&path, &json!({ "reason": "bounced", "date": "2026-04-20" })).expect(200);
        let data = void.data();
        assert_eq!(
            (&data["status"], &data["unapplied_amount"], &data["amount"]),
            (&json!("void"), &json!(0), &json!(12_000))
        );
        let entry =
            books.client.get(&format!("/entries/{}", data["void_entry_id"].as_str().unwrap())).expect(200);
        assert_eq!(
            (&entry.data()["reversal_of_id"], &entry.data()["date"]),
            (&made["entry_id"], &json!("2026-04-20"))
        );
        for number in ["1000", "2400", "6080"] {
            assert_eq!(balance(&books, number), 0, "{number}");
        }
        assert_eq!(balance(&books, "1100"), 10_000);
        books.client.post(&path, &json!({})).refused(409, "invalid_state");
        let path = path.replace("/void", "/unapply");
        books.client.post(&path, &json!({})).refused(409, "invalid_state");
        let path = path.replace("/unapply", "/refund");
        books.client.post(&path, &json!({ "amount": 1 })).refused(409, "invalid_state");
    });
}

#[test]
fn what_others_have_used_is_not_voided() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let advance = applied(
            &books,
            &json!({ "date": "2026-04-01", "amount": 5_000, "contact_id": customer, "direction": "received" }),
        );
        let invoice = invoice_of(&books, &customer, 5_000);
        let set_off = json!([{ "invoice_id": invoice, "amount": 5_000 }, { "payment_id": id(&advance), "amount": 5_000 }]);
        let user = applied(&books, &payment(0, set_off));
        let path = format!("/payments/{}/void", id(&advance));
        let refused = books.client.post(&path, &json!({})).refused(409, "conflict");
        let message = refused.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(user["payment_number"].as_str().unwrap()), "{message}");
        let _ = books.client.post(&format!("/payments/{}/void", id(&user)), &json!({})).expect(200);
        let _ = books.client.post(&path, &json!({})).expect(200);
        assert_eq!(
            (balance(&books, "2400"), balance(&books, "1000"), balance(&books, "1100")),
            (0, 0, 5_000)
        );
    });
}

#[test]
fn entries_of_payments_are_taken_back_with_the_payments() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let invoice = invoice_of(&books, &customer, 10_000);
        let made = applied(&books, &payment(10_000, json!([{ "invoice_id": invoice, "amount": 10_000 }])));
        let reverse = |entry: &Value, instead: &str| {
            let path = format!("/entries/{}/reverse", entry.as_str().unwrap());
            let refused = books.client.post(&path, &json!({})).refused(409, "invalid_state");
            let message = refused.json()["error"]["message"].as_str().unwrap();
            assert!(message.contains(instead), "{message}");
        };
        reverse(&made["entry_id"], "void the payment instead");
        let path = format!("/payments/{}", id(&made));
        let back = books.client.post(&format!("{path}/unapply"), &json!({})).expect(200);
        reverse(&back.data()["applications"][0]["release_entry_id"], "apply it again");
        let rest = json!({ "payment_id": id(&made), "date": "2026-11-01",
            "applications": [{ "invoice_id": invoice, "amount": 1 }] });
        let again = apply(&books, &rest).expect(200);
        let application = again.data()["applications"].as_array().unwrap().last().unwrap().clone();
        reverse(&application["entry_id"], "unapply");
        let void = books.client.post(&format!("{path}/void"), &json!({})).expect(200);
        reverse(&void.data()["void_entry_id"], "record the payment again");
        // A document is not voided while it is paid.
        let _ = applied(&books, &payment(10_000, json!([{ "invoice_id": invoice, "amount": 10_000 }])));
        books.client.post(&format!("/invoices/{invoice}/void"), &json!({})).refused(409, "invalid_state");
    });
}

#[test]
fn an_external_id_records_a_payment_once() {
    for_each_server(|server| {
        let books = server.found();
        let invoice = invoice_of(&books, &customer(&books), 10_000);
        let body = payment(4_000, json!([{ "invoice_id": invoice, "amount": 4_000 }]));
        let path = "/payments/external/stripe%2Fch_1";
        let first = books.client.put(path, &body).expect(201);
        assert_eq!(first.data()["external_id"], "stripe/ch_1");
        let again = books.client.put(path, &body).expect(200);
        assert_eq!(again.data(), first.data());
        assert_eq!(open_of(&books, "/invoices", &invoice), 6_000);
        let other = payment(4_001, json!([{ "invoice_id": invoice, "amount": 4_001 }]));
        books.client.put(path, &other).refused(409, "posted_entry_immutable");
        let mut same = body.clone();
        same["external_id"] = json!("stripe/ch_1");
        let refused = apply(&books, &same).refused(409, "duplicate_external_id");
        assert_eq!(refused.details()["existing_id"], first.id());
        let listed = books.client.get("/payments?external_id=stripe%2Fch_1").expect(200);
        assert_eq!(ids(&listed), [first.id()]);
        let body = json!({ "amount": 1, "external_id": "stripe/ch_1" });
        let refused = books.client.post(&format!("/payments/{}/refund", first.id()), &body);
        refused.refused(409, "duplicate_external_id");
    });
}

#[test]
fn payments_are_listed_by_what_they_are() {
    for_each_server(|server| {
        let books = server.found();
        let (customer, vendor) = (customer(&books), crate::http::document::vendor(&books));
        let invoice = invoice_of(&books, &customer, 10_000);
        let pay = |body: Value| id(&applied(&books, &body)).to_owned();
        let first = pay(json!({ "date": "2026-04-01", "amount": 1_000, "memo": "Half 50%",
            "applications": [{ "invoice_id": invoice, "amount": 1_000 }] }));
        let second = pay(json!({ "date": "2026-04-02", "amount": 2_000, "contact_id": customer,
            "direction": "received", "reference_number": "CHQ 7" }));
        let third =
            pay(json!({ "date": "2026-04-03", "amount": 3_000, "contact_id": vendor, "direction": "made" }));
        let _ = books.client.post(&format!("/payments/{third}/void"), &json!({})).expect(200);
        let listed = |query: &str| ids(&books.client.get(&format!("/payments{query}")).expect(200));
        assert_eq!(listed(""), [third.clone(), second.clone(), first.clone()]);
        assert_eq!(listed("?direction=made"), [third.as_str()]);
        assert_eq!(listed(&format!("?contact_id={customer}")), [second.clone(), first.clone()]);
        assert_eq!(listed("?from=2026-04-02&to=2026-04-02"), [second.as_str()]);
        assert_eq!(listed("?status=void"), [third.as_str()]);
        assert_eq!(listed("?open=true"), [second.as_str()]);
        assert_eq!(listed("?min_amount=1000&max_amount=2000"), [second.clone(), first.clone()]);
        assert_eq!(listed(&format!("?document_id={invoice}")), [first.as_str()]);
        assert_eq!(listed("?q=chq"), [second.as_str()]);
        assert_eq!(listed("?q=50%25"), [first.as_str()]);
        assert_eq!(listed("?q=PAY-2026-000002"), [second.as_str()]);
        books.client.get("/payments?from=2026-05-01&to=2026-04-01").refused_field("from", "date_order");
        books.client.get("/payments?min_amount=2&max_amount=1").refused_field("min_amount", "range");
        let found = books.client.get(&format!("/payments/{first}")).expect(200);
        let all = books.client.get("/payments?q=half").expect(200);
        assert_eq!(&all.data()[0], found.data(), "lists have the applications too");
    });
}

#[test]
fn a_closed_period_takes_no_payment_without_a_reason() {
    for_each_server(|server| {
        let books = server.found();
        let invoice = invoice_of(&books, &customer(&books), 10_000);
        let mut body = payment(10_000, json!([{ "invoice_id": invoice, "amount": 10_000 }]));
        let _ = books.client.post("/periods/2026-04/soft-lock", &json!({})).expect(200);
        apply(&books, &body).refused(403, "closed_period");
        body["override_closed_period"] = json!({ "reason": "the auditor agrees" });
        let made = applied(&books, &body);
        assert_eq!(made["payment_number"], "PAY-2026-000001");
        let path = format!("/payments/{}/void", id(&made));
        books.client.post(&path, &json!({ "date": "2026-04-30" })).refused(403, "closed_period");
        let _ = books.client.post(&path, &json!({ "date": "2026-05-01" })).expect(200);
        assert_eq!(entry_of(&books, &made), lines(&[("1000", 10_000), ("1100", -10_000)]));
    });
}

#[test]
fn a_version_that_was_seen_is_compared() {
    for_each_server(|server| {
        let books = server.found();
        let invoice = invoice_of(&books, &customer(&books), 10_000);
        let made = applied(&books, &payment(10_000, json!([{ "invoice_id": invoice, "amount": 10_000 }])));
        let path = format!("/payments/{}", id(&made));
        for verb in ["unapply", "void"] {
            let refused = books.client.post(&format!("{path}/{verb}"), &json!({ "version": 2 }));
            refused.refused(409, "version_conflict");
        }
        let body = json!({ "version": 2, "amount": 1 });
        books.client.post(&format!("{path}/refund"), &body).refused(409, "version_conflict");
        let _ = books.client.post(&format!("{path}/unapply"), &json!({ "version": 1 })).expect(200);
    });
}

#[test]
fn a_refund_that_is_sent_again_is_told_that_it_was_made() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let invoice = invoice_of(&books, &customer, 10_000);
        let paid = applied(&books, &payment(10_000, json!([{ "invoice_id": invoice, "amount": 10_000 }])));
        let note = credit_of(&books, &customer, 600);
        // All of it: nothing is left that could be paid back again.
        for (path, amount) in [
            (format!("/payments/{}/refund", id(&paid)), 10_000),
            (format!("/credit-notes/{note}/refund"), 600),
        ] {
            let body =
                json!({ "external_id": format!("re_{amount}"), "amount": amount, "date": "2026-04-20" });
            let refund = books.client.post(&path, &body).expect(201).id();
            let written = books.written();
            let again = books.client.post(&path, &body).refused(409, "duplicate_external_id");
            assert_eq!(again.details()["existing_id"], refund.as_str());
            assert_eq!(books.written(), written);
        }
    });
}

#[test]
fn refunds_may_be_told_in_another_order_than_they_were_made() {
    for_each_server(|server| {
        let books = server.found();
        let invoice = invoice_of(&books, &customer(&books), 10_000);
        let apply_to = |amount: i64| json!([{ "invoice_id": invoice, "amount": amount }]);
        let paid = applied(&books, &payment(10_000, apply_to(6_000)));
        let rest = json!({ "payment_id": id(&paid), "date": "2026-04-17", "applications": apply_to(4_000) });
        let _ = applied_rest(&books, &rest);
        let refund = |amount: i64, date: &str| {
            let body = json!({ "amount": amount, "date": date });
            books.client.post(&format!("/payments/{}/refund", id(&paid)), &body)
        };
        refund(6_001, "2026-04-16").refused_field("date", "date_order");
        let _ = refund(3_000, "2026-04-20").expect(201);
        let second = refund(2_000, "2026-04-18").expect(201);
        assert_eq!(entry_of(&books, second.data()), lines(&[("1100", 2_000), ("1000", -2_000)]));
        let _ = refund(1_000, "2026-04-16").expect(201);
        refund(1, "2026-04-14").refused_field("date", "date_order");
        assert_eq!(open_of(&books, "/invoices", &invoice), 6_000);
        // What is left of a payment takes away of what a customer owes, on another account.
        for (day, owed, receivable) in [
            ("2026-04-15", 0, 4_000),
            ("2026-04-16", 1_000, 5_000),
            ("2026-04-17", 1_000, 1_000),
            ("2026-04-18", 3_000, 3_000),
            ("2026-04-20", 6_000, 6_000),
        ] {
            let ageing = books.client.get(&format!("/reports/ar-aging?as_of={day}")).expect(200);
            assert_eq!(ageing.data()["totals"]["total"], owed, "{day}");
            let balances = books.client.get(&format!("/balances?as_of={day}")).expect(200);
            let rows = balances.data()["rows"].as_array().unwrap();
            let row = rows.iter().find(|row| row["number"] == "1100").unwrap();
            assert_eq!(row["balance"], receivable, "{day}");
        }
        let call = Call::system(books.company, Source::System);
        assert_eq!(verify(&server.app, &call).unwrap().problems, Vec::<String>::new());
    });
}

fn applied_rest(books: &Books<'_>, body: &Value) -> Value {
    apply(books, body).expect(200).data().clone()
}

#[test]
fn nothing_is_void_while_something_of_it_was_settled() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let invoice = invoice_of(&books, &customer, 10_000);
        let paid = applied(&books, &payment(10_000, json!([{ "invoice_id": invoice, "amount": 10_000 }])));
        let paid = format!("/payments/{}", id(&paid));
        let released = json!({ "date": "2026-04-20" });
        let _ = books.client.post(&format!("{paid}/unapply"), &released).expect(200);
        for path in [format!("/invoices/{invoice}"), paid] {
            let void = |date: &str| books.client.post(&format!("{path}/void"), &json!({ "date": date }));
            void("2026-04-19").refused_field("date", "date_order");
            let _ = void("2026-04-20").expect(200);
        }
        for day in ["2026-04-16", "2026-04-20"] {
            let ageing = books.client.get(&format!("/reports/ar-aging?as_of={day}")).expect(200);
            for account in ageing.data()["accounts"].as_array().unwrap() {
                assert_eq!(account["open"], account["balance"], "I3: {account} on {day}");
            }
        }
    });
}
