//! `/recurring`.

mod run;

use crate::http::case::{Access, Case, ask, changed, created, fresh_name};
use crate::http::document::{customer, line, vendor};
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

/// A template of an invoice that begins on a date.
fn sale(books: &Books<'_>, start: &str) -> Value {
    json!({
        "name": fresh_name("Retainer"), "frequency": "monthly", "start_date": start, "auto_post": true,
        "invoice": { "customer_id": customer(books), "lines": [line("4100", 10_000)] },
    })
}

/// The same of a bill.
fn purchase(books: &Books<'_>, start: &str) -> Value {
    json!({
        "name": fresh_name("Rent"), "frequency": "monthly", "start_date": start, "auto_post": true,
        "bill": { "vendor_id": vendor(books), "lines": [line("6100", 90_000)] },
    })
}

/// The same of a journal entry.
fn accrual(start: &str) -> Value {
    json!({
        "name": fresh_name("Accrual"), "frequency": "monthly", "start_date": start,
        "entry": { "memo": "Accrued", "lines": [
            { "account_number": "6100", "debit": 500 }, { "account_number": "1000", "credit": 500 },
        ] },
    })
}

/// A template that is not due in a hundred years, so that no run of another case makes anything of it.
fn body(books: &Books<'_>) -> Value {
    sale(books, "2150-01-31")
}

fn new_id(books: &Books<'_>) -> String {
    books.client.post("/recurring", &body(books)).expect(201).id()
}

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("sales:read");
    vec![
        Case {
            // Who may read none of the kinds is refused, which a test of its own shows.
            access: Access::Known,
            ..Case::read(
                "listRecurring",
                read,
                |_| ask(),
                |_| ask().query("kind", "estimate"),
                ("kind", "one_of"),
            )
        },
        Case::read(
            "getRecurring",
            read,
            |books| ask().id(new_id(books)),
            |_| ask().id("1"),
            ("id", "format"),
        ),
        Case::write(
            "createRecurring",
            "sales:write",
            (201, |books| ask().body(body(books))),
            created("recurring_template.created"),
            |books| ask().body(body(books)).but("frequency", json!("hourly")),
            ("frequency", "one_of"),
        ),
        Case::write(
            "updateRecurring",
            "sales:write",
            (200, |books| ask().id(new_id(books)).body(body(books))),
            changed("recurring_template.updated"),
            |books| ask().id(new_id(books)).body(body(books)).but("remaining_occurrences", json!(0)),
            ("remaining_occurrences", "range"),
        ),
        Case::write(
            "putRecurringByExternalId",
            "sales:write",
            (201, |books| ask().at("external_id", fresh_name("ext")).body(body(books))),
            created("recurring_template.created"),
            |books| ask().at("external_id", "ext").body(body(books)).but("external_id", json!("other")),
            ("external_id", "one_of"),
        ),
        Case::write(
            "deactivateRecurring",
            "sales:write",
            (200, |books| ask().id(new_id(books))),
            changed("recurring_template.deactivated"),
            |books| ask().id(new_id(books)).header("If-Match", "newest"),
            ("If-Match", "format"),
        ),
        Case {
            access: Access::Known,
            ..Case::write(
                "runRecurring",
                "sales:write",
                (200, |books| {
                    let mut body = sale(books, "2026-01-31");
                    body["remaining_occurrences"] = json!(1);
                    let _ = books.client.post("/recurring", &body).expect(201);
                    ask().body(json!({ "as_of": "2026-02-01" }))
                }),
                changed("recurring_template.ran"),
                |_| ask().body(json!({ "as_of": "2026-02-30" })),
                ("as_of", "format"),
            )
        },
    ]
}

#[test]
fn a_template_is_created_read_changed_and_stopped() {
    for_each_server(|server| {
        let books = server.found();
        let mut body = sale(&books, "2026-01-31");
        body["external_id"] = json!("crm/7");
        body["end_date"] = json!("2026-12-31");
        body["remaining_occurrences"] = json!(5);
        body["metadata"] = json!({ "contract": "Köln" });
        body["invoice"]["memo"] = json!("Retainer");
        body["invoice"]["lines"][0]["quantity"] = json!("1.5");
        let made = books.client.post("/recurring", &body).expect(201);
        let path = format!("/recurring/{}", made.id());
        assert_eq!(made.header("location"), Some(format!("/api/v1{path}").as_str()));
        for name in ["external_id", "name", "frequency", "start_date", "end_date", "auto_post", "metadata"] {
            assert_eq!(made.data()[name], body[name], "{name}");
        }
        for (name, value) in [
            ("kind", json!("invoice")),
            ("next_due", json!("2026-01-31")),
            ("last_run", Value::Null),
            ("made_count", json!(0)),
            ("is_active", json!(true)),
            ("bill", Value::Null),
        ] {
            assert_eq!(made.data()[name], value, "{name}");
        }
        let line = &made.data()["invoice"]["lines"][0];
        assert_eq!((&line["quantity"], &line["unit_price"]), (&json!("1.5"), &json!(10_000)));
        assert_eq!(line["account_number"], "4100");
        assert_eq!(books.client.get(&path).expect(200).data(), made.data());

        // What was answered can be sent back.
        let mut again = body.clone();
        again["invoice"] = made.data()["invoice"].clone();
        again["name"] = json!("Retainer 2026");
        again["version"] = json!(1);
        let put = books.client.put(&path, &again).expect(200);
        assert_eq!((&put.data()["name"], &put.data()["version"]), (&json!("Retainer 2026"), &json!(2)));
        assert_eq!(put.data()["invoice"], made.data()["invoice"]);
        books.client.put(&path, &again).refused(409, "version_conflict");
        let mut twin = body.clone();
        twin["name"] = json!("Twin");
        let refused = books.client.post("/recurring", &twin).refused(409, "duplicate_external_id");
        assert_eq!(refused.details()["existing_id"], made.id());
        let listed = books.client.get("/recurring?active=true&kind=invoice&external_id=crm%2F7").expect(200);
        assert_eq!(listed.data().as_array().unwrap().len(), 1);
        assert_eq!(books.client.get("/recurring?due_before=2026-01-31").expect(200).data(), &json!([]));
        let stopped = books.client.delete(&path).expect(200);
        assert_eq!((&stopped.data()["is_active"], &stopped.data()["version"]), (&json!(false), &json!(3)));
        assert_eq!(books.client.get("/recurring?active=true").expect(200).data(), &json!([]));
    });
}

#[test]
fn what_could_not_be_made_is_refused_at_once() {
    for_each_server(|server| {
        let books = server.found();
        let refused = |body: &Value, field: &str, constraint: &str| {
            books.client.post("/recurring", body).refused_field(field, constraint);
        };
        let mut body = sale(&books, "2026-01-31");
        body["invoice"]["lines"][0]["account_number"] = json!("9");
        refused(&body, "invoice.lines[0].account_number", "exists");
        body["invoice"]["lines"][0] = json!({ "account_number": "4100" });
        refused(&body, "invoice.lines[0].unit_price", "required");
        body["invoice"]["lines"][0] = line("4100", 1);
        body["invoice"]["customer_id"] = json!(vendor(&books));
        refused(&body, "invoice.customer_id", "one_of");
        body["invoice"]["due_date"] = json!("2026-02-28");
        refused(&body, "invoice.due_date", "unknown_field");
        let mut entry = accrual("2026-01-31");
        entry["entry"]["lines"][0]["debit"] = json!(501);
        refused(&entry, "entry.lines", "double_entry_balance");
        entry["entry"]["lines"][0]["debit"] = json!(500);
        entry["auto_post"] = json!(false);
        refused(&entry, "auto_post", "one_of");
        entry["bill"] = purchase(&books, "2026-01-31")["bill"].clone();
        refused(&entry, "invoice", "one_of");
        refused(
            &json!({ "name": "A", "frequency": "daily", "start_date": "2026-01-31" }),
            "invoice",
            "required",
        );
        let mut backwards = sale(&books, "2026-01-31");
        backwards["end_date"] = json!("2026-01-30");
        refused(&backwards, "end_date", "date_order");
        assert_eq!(books.client.get("/recurring").expect(200).data(), &json!([]));
    });
}

#[test]
fn each_kind_has_the_permissions_of_what_it_makes() {
    for_each_server(|server| {
        let books = server.found();
        let sale = books.client.post("/recurring", &sale(&books, "2026-01-31")).expect(201).id();
        let bill = books.client.post("/recurring", &purchase(&books, "2026-01-31")).expect(201).id();
        let buyer = books.client_with(&["purchases:read", "purchases:write"]);
        let listed = buyer.get("/recurring").expect(200);
        assert_eq!(listed.data().as_array().unwrap().len(), 1);
        assert_eq!(listed.data()[0]["id"], bill);
        let refused = buyer.get(&format!("/recurring/{sale}")).refused(403, "forbidden");
        assert_eq!(refused.details()["required_permission"], "sales:read");
        let refused = buyer.delete(&format!("/recurring/{sale}")).refused(403, "forbidden");
        assert_eq!(refused.details()["required_permission"], "sales:write");
        // A sale does not become a bill in the hands of who may not touch it.
        buyer.put(&format!("/recurring/{sale}"), &purchase(&books, "2026-01-31")).refused(403, "forbidden");
        let run = buyer.post("/recurring/run", &json!({ "as_of": "2026-01-31" })).expect(200);
        assert_eq!(run.data()["made_count"], 1);
        assert_eq!(run.data()["templates"][0]["template_id"], bill);
        let stranger = books.client_with(&["accounts:read", "accounts:write"]);
        stranger.get("/recurring").refused(403, "forbidden");
        stranger.post("/recurring/run", &json!({})).refused(403, "forbidden");
    });
}
