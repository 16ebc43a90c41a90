//! How documents live: drafts, posting, changes, voids, estimates, lists and batches.

use super::{balance, contact_with, customer, ids, invoice, line, lines, posted};
use partita_domain::contact::ContactType;
use partita_tests::server::for_each_server;
use serde_json::{Value, json};

#[test]
fn a_draft_is_changed_posted_and_then_stays() {
    for_each_server(|server| {
        let books = server.found();
        let mut body = invoice(&customer(&books), 10_000);
        body["post"] = json!(false);
        let draft = books.client.post("/invoices", &body).expect(201);
        let path = format!("/invoices/{}", draft.id());
        assert_eq!(
            (&draft.data()["status"], &draft.data()["invoice_number"]),
            (&json!("draft"), &Value::Null)
        );
        assert_eq!((&draft.data()["balance_due"], &draft.data()["entry_id"]), (&json!(0), &Value::Null));
        assert_eq!(books.written().entry_position, 0);

        let change =
            json!({ "lines": [line("4100", 7_000), line("4000", 500)], "memo": "March", "version": 1 });
        let changed = books.client.patch(&path, &change).expect(200);
        assert_eq!((&changed.data()["total"], &changed.data()["memo"]), (&json!(7_500), &json!("March")));
        books.client.patch(&path, &json!({ "memo": "x", "version": 1 })).refused(409, "version_conflict");

        let made = books.client.post(&format!("{path}/post"), &json!({})).expect(200);
        assert_eq!(
            (&made.data()["status"], &made.data()["invoice_number"], &made.data()["balance_due"]),
            (&json!("overdue"), &json!("INV-2026-000001"), &json!(7_500))
        );
        let entry = posted(&books, &made.data()["entry_id"]);
        assert_eq!(entry, lines(&[("1100", 7_500), ("4100", -7_000), ("4000", -500)]));
        books.client.post(&format!("{path}/post"), &json!({})).refused(409, "invalid_state");

        let change = json!({ "due_date": "2026-12-31", "memo": null, "metadata": { "a": "b" } });
        let later = books.client.patch(&path, &change).expect(200);
        assert_eq!(
            (&later.data()["due_date"], &later.data()["memo"], &later.data()["metadata"]["a"]),
            (&json!("2026-12-31"), &Value::Null, &json!("b"))
        );
        for change in [json!({ "lines": [line("4100", 1)] }), json!({ "date": "2026-04-01" })] {
            books.client.patch(&path, &change).refused(409, "posted_entry_immutable");
        }
        books.client.delete(&path).refused(409, "posted_entry_immutable");
        let found = books.client.get(&path).expect(200);
        assert_eq!(found.data(), later.data());
    });
}

#[test]
fn a_draft_is_deleted() {
    for_each_server(|server| {
        let books = server.found();
        let mut body = invoice(&customer(&books), 10_000);
        body["post"] = json!(false);
        body["external_id"] = json!("a");
        let draft = books.client.post("/invoices", &body).expect(201);
        let path = format!("/invoices/{}", draft.id());
        let _ = books.client.delete(&path).expect(200);
        books.client.get(&path).refused(404, "not_found");
        let _ = books.client.post("/invoices", &body).expect(201);
    });
}

#[test]
fn a_void_reverses_the_entry_and_keeps_the_number() {
    for_each_server(|server| {
        let books = server.found();
        let made = books.client.post("/invoices", &invoice(&customer(&books), 10_000)).expect(201);
        let path = format!("/invoices/{}", made.id());
        let entry = made.data()["entry_id"].as_str().unwrap().to_owned();
        books.client.post(&format!("/entries/{entry}/reverse"), &json!({})).refused(409, "invalid_state");
        let void =
            books.client.post(&format!("{path}/void"), &json!({ "reason": "twice", "date": "2026-04-02" }));
        let void = void.expect(200);
        assert_eq!(
            (&void.data()["status"], &void.data()["balance_due"], &void.data()["invoice_number"]),
            (&json!("void"), &json!(0), &json!("INV-2026-000001"))
        );
        let reversal =
            books.client.get(&format!("/entries/{}", void.data()["void_entry_id"].as_str().unwrap()));
        let reversal = reversal.expect(200);
        assert_eq!(
            (&reversal.data()["reversal_of_id"], &reversal.data()["date"]),
            (&json!(entry), &json!("2026-04-02"))
        );
        assert_eq!((balance(&books, "1100"), balance(&books, "4100")), (0, 0));
        books.client.post(&format!("{path}/void"), &json!({})).refused(409, "invalid_state");
        let next = books.client.post("/invoices", &invoice(&customer(&books), 1)).expect(201);
        assert_eq!(next.data()["invoice_number"], "INV-2026-000002");
    });
}

#[test]
fn an_external_id_makes_a_document_once() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let body = invoice(&customer, 10_000);
        let path = "/invoices/external/stripe%2Fin_1";
        let first = books.client.put(path, &body).expect(201);
        assert_eq!(first.data()["external_id"], "stripe/in_1");
        let again = books.client.put(path, &body).expect(200);
        assert_eq!(again.data(), first.data());
        assert_eq!(books.written().entry_position, 1);
        books.client.put(path, &invoice(&customer, 10_001)).refused(409, "posted_entry_immutable");
        let mut same = body.clone();
        same["external_id"] = json!("stripe/in_1");
        let refused = books.client.post("/invoices", &same).refused(409, "duplicate_external_id");
        assert_eq!(refused.details()["existing_id"], first.id());
        let listed = books.client.get("/invoices?external_id=stripe%2Fin_1").expect(200);
        assert_eq!(ids(&listed), [first.id()]);

        let mut draft = invoice(&customer, 5);
        draft["post"] = json!(false);
        let made = books.client.put("/invoices/external/d", &draft).expect(201);
        let replaced = books.client.put("/invoices/external/d", &invoice(&customer, 6)).expect(200);
        assert_eq!((replaced.id(), &replaced.data()["total"]), (made.id(), &json!(6)));
        assert_eq!(replaced.data()["status"], "overdue");
    });
}

#[test]
fn numbers_can_be_chosen_but_not_those_of_the_sequence() {
    for_each_server(|server| {
        let books = server.found();
        let numbered = |number: &str| {
            let mut body = invoice(&customer(&books), 10);
            body["invoice_number"] = json!(number);
            books.client.post("/invoices", &body)
        };
        assert_eq!(numbered("2026/A").expect(201).data()["invoice_number"], "2026/A");
        numbered("2026/A").refused_field("invoice_number", "unique");
        numbered("INV-2026-000001").refused_field("invoice_number", "range");
        let made = books.client.post("/invoices", &invoice(&customer(&books), 10)).expect(201);
        assert_eq!(made.data()["invoice_number"], "INV-2026-000001");
        numbered("INV-2026-000001").refused_field("invoice_number", "unique");
    });
}

#[test]
fn open_documents_and_every_status_are_listed() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let make = |date: &str, due: &str, post: bool| {
            let body = json!({ "customer_id": customer, "date": date, "due_date": due, "post": post,
                "lines": [line("4100", 100)] });
            books.client.post("/invoices", &body).expect(201).id()
        };
        let late = make("2020-01-01", "2020-01-31", true);
        let due = make("2020-01-01", "2199-01-31", true);
        let draft = make("2020-01-02", "2199-01-31", false);
        let void = make("2020-01-03", "2199-01-31", true);
        let _ = books.client.post(&format!("/invoices/{void}/void"), &json!({})).expect(200);
        let listed = |query: &str| ids(&books.client.get(&format!("/invoices{query}")).expect(200));
        assert_eq!(listed("/open"), [late.clone(), due.clone()]);
        assert_eq!(listed("?status=overdue"), std::slice::from_ref(&late));
        assert_eq!(listed("?status=open"), std::slice::from_ref(&due));
        assert_eq!(listed("?status=draft"), std::slice::from_ref(&draft));
        assert_eq!(listed("?status=void"), std::slice::from_ref(&void));
        assert_eq!(listed("?status=paid").len(), 0);
        assert_eq!(listed("?sort=date&from=2020-01-02"), [draft.clone(), void.clone()]);
        assert_eq!(listed("?limit=1"), std::slice::from_ref(&void));
        let first = books.client.get("/invoices?limit=2").expect(200);
        let cursor = first.meta()["next_cursor"].as_str().unwrap();
        let rest = listed(&format!("?limit=2&cursor={cursor}"));
        assert_eq!([ids(&first), rest].concat().len(), 4);
        assert_eq!(listed(&format!("?customer_id={customer}&due_before=2020-02-01")), [late]);
        books.client.get("/invoices?from=2020-02-01&to=2020-01-01").refused_field("from", "date_order");
    });
}

#[test]
fn an_estimate_is_decided_and_converted_once() {
    for_each_server(|server| {
        let books = server.found();
        let body = json!({ "customer_id": customer(&books), "date": "2026-03-01",
            "expiration_date": "2199-12-31", "lines": [line("4100", 12_300)] });
        let made = books.client.post("/estimates", &body).expect(201);
        assert_eq!(
            (&made.data()["status"], &made.data()["estimate_number"]),
            (&json!("draft"), &json!("EST-2026-000001"))
        );
        let path = format!("/estimates/{}", made.id());
        let act = |verb: &str| books.client.post(&format!("{path}/{verb}"), &json!({}));
        assert_eq!(act("send").expect(200).data()["status"], "sent");
        books.client.delete(&path).refused(409, "invalid_state");
        assert_eq!(act("accept").expect(200).data()["status"], "accepted");
        act("accept").refused(409, "invalid_state");
        assert_eq!(books.written().entry_position, 0);
        let converted = books
            .client
            .post(&format!("{path}/convert"), &json!({ "date": "2026-03-05", "external_id": "e" }))
            .expect(201);
        assert_eq!(
            (&converted.data()["total"], &converted.data()["source_id"], &converted.data()["status"]),
            (&json!(12_300), &json!(made.id()), &json!("overdue"))
        );
        let estimate = books.client.get(&path).expect(200);
        assert_eq!(
            (&estimate.data()["status"], &estimate.data()["invoice_id"]),
            (&json!("converted"), &json!(converted.id()))
        );
        let again = act("convert").refused(409, "invalid_state");
        assert!(again.json()["error"]["message"].as_str().unwrap().contains(&converted.id()));
        act("decline").refused(409, "invalid_state");

        let mut late = body.clone();
        late["date"] = json!("2020-01-01");
        late["expiration_date"] = json!("2020-01-31");
        let late = books.client.post("/estimates", &late).expect(201);
        assert_eq!(late.data()["status"], "expired");
        books
            .client
            .post(&format!("/estimates/{}/convert", late.id()), &json!({}))
            .refused(409, "invalid_state");
    });
}

#[test]
fn a_batch_is_all_or_nothing_unless_it_is_told_otherwise() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let mut bad = invoice(&customer, 10);
        bad["lines"][0]["account_number"] = json!("9");
        let batch = json!({ "invoices": [invoice(&customer, 10), bad, invoice(&customer, 20)] });
        books
            .client
            .post("/invoices/batch", &batch)
            .refused_field("invoices[1].lines[0].account_number", "exists");
        assert_eq!(books.written().entry_position, 0);
        let mut loose = batch.clone();
        loose["atomic"] = json!(false);
        let outcome = books.client.post("/invoices/batch", &loose).expect(200);
        assert_eq!(
            (&outcome.data()["created_count"], &outcome.data()["refused_count"]),
            (&json!(2), &json!(1))
        );
        let results = outcome.data()["results"].as_array().unwrap();
        assert_eq!(results[0]["number"], "INV-2026-000001");
        assert_eq!(results[1]["errors"][0]["constraint"], "exists");
        assert_eq!(results[2]["number"], "INV-2026-000002");
        let mut twice = invoice(&customer, 1);
        twice["external_id"] = json!("x");
        let batch = json!({ "invoices": [twice, twice] });
        books.client.post("/invoices/batch", &batch).refused(409, "duplicate_external_id");
    });
}

#[test]
fn a_closed_period_takes_no_document() {
    for_each_server(|server| {
        let books = server.found();
        let _ = books.client.post("/periods/2026-03/soft-lock", &json!({})).expect(200);
        let mut body = invoice(&customer(&books), 10);
        let refused = books.client.post("/invoices", &body).refused(403, "closed_period");
        assert_eq!(refused.details()["period"], "2026-03");
        body["override_closed_period"] = json!({ "reason": "auditor's adjustment" });
        let made = books.client.post("/invoices", &body).expect(201);
        assert_eq!(made.data()["invoice_number"], "INV-2026-000001");
    });
}

#[test]
fn an_employee_is_paid_back_by_a_bill() {
    for_each_server(|server| {
        let books = server.found();
        let employee = contact_with(&books, ContactType::Employee, |_| {});
        let body = super::bill(&employee, 4_200);
        let made = books.client.post("/bills", &body).expect(201);
        assert_eq!(posted(&books, &made.data()["entry_id"]), lines(&[("6100", 4_200), ("2000", -4_200)]));
    });
}
