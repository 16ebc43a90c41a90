//! Lists come in parts, by offset, by cursor or by page: the same rows whichever way.

use crate::http::case::{entry, fresh_name};
use crate::http::document::{customer, invoice, line};
use crate::http::item::inventory;
use partita_tests::openapi::{Contract, Operation};
use partita_tests::server::{Books, Server, for_each_server};
use serde_json::{Value, json};

fn filled(server: &Server) -> Books<'_> {
    let books = server.found();
    let entries: Vec<Value> =
        (0..23).map(|i| entry(&format!("2026-0{}-1{}", i % 3 + 1, i % 5), i64::from(i) + 1)).collect();
    let _ = books.client.post("/entries/batch", &json!({ "entries": entries })).expect(200);
    for i in 0..5 {
        let user =
            json!({ "username": format!("user-{i}"), "role": "viewer", "password": "correct horse battery" });
        let _ = books.client.post("/users", &user).expect(201);
        let _ = books
            .client
            .post("/api-keys", &json!({ "name": format!("Key {i}"), "permissions": "read_only" }))
            .expect(201);
        let role = json!({ "name": format!("role_{i}"), "permissions": "read_only" });
        let _ = books.client.post("/roles", &role).expect(201);
    }
    for name in ["Contact B", "contact a", "Écontact_%", "contact %c"] {
        let contact = json!({ "contact_type": ["vendor"], "display_name": name });
        let _ = books.client.post("/contacts", &contact).expect(201);
    }
    let customer = customer(&books);
    for i in 0..5 {
        let _ = books.client.post("/invoices", &invoice(&customer, 100 + i)).expect(201);
        let rate =
            json!({ "from_currency": "EUR", "date": format!("2026-01-0{}", i + 1), "rate": 1_100_000 });
        let _ = books.client.post("/exchange-rates", &rate).expect(201);
        let advance = json!({ "date": format!("2026-01-0{}", i % 3 + 1), "amount": i + 1, "contact_id": customer,
            "direction": "received" });
        let _ = books.client.post("/payments/apply", &advance).expect(201);
    }
    for month in ["01-31", "02-28", "03-31", "04-30", "05-31"] {
        let closing = json!({ "date": format!("2026-{month}") });
        let _ = books.client.post("/revaluations", &closing).expect(201);
    }
    for i in 0..4 {
        let template = json!({ "name": format!("Series {i}"), "frequency": "monthly", "start_date": "2150-01-31",
            "invoice": { "customer_id": customer, "lines": [line("4100", 100)] } });
        let _ = books.client.post("/recurring", &template).expect(201);
    }
    books
}

/// A path of a list; the items of a list of an item have moved.
fn path_of(books: &Books<'_>, list: &Operation<'_>) -> String {
    let path = list.path.strip_prefix("/api/v1").unwrap();
    if !path.contains("{id}") {
        return path.to_owned();
    }
    let id = if path.starts_with("/items/") {
        let item =
            books.client.post("/items", &inventory(books, &fresh_name("Lamp"), "fifo")).expect(201).id();
        for _ in 0..4 {
            let more =
                json!({ "date": "2026-01-05", "quantity": "1", "unit_cost": 100, "reason": "Opening stock" });
            let _ = books.client.post(&format!("/items/{item}/adjustments"), &more).expect(201);
        }
        item
    } else {
        books.account("1000")
    };
    path.replace("{id}", &id)
}

fn lists() -> impl Iterator<Item = Operation<'static>> {
    Contract::get()
        .operations()
        .filter(|operation| operation.parameters("query").any(|parameter| parameter["name"] == "cursor"))
}

#[test]
fn the_same_rows_come_whichever_way() {
    for_each_server(|server| {
        let books = filled(server);
        for list in lists() {
            let path = path_of(&books, &list);
            let get = |query: String| {
                let answer = books.client.get(&format!("{path}?{query}")).expect(200);
                let rows = answer.data().as_array().unwrap().clone();
                (rows, answer.meta().clone())
            };
            let (all, meta) = get("limit=500".to_owned());
            let total = all.len();
            assert_eq!(meta["total_count"], total, "{path}");
            assert_eq!(meta["next_cursor"], Value::Null);
            assert_eq!(books.client.all(&format!("{path}?limit=3")), all, "{path} by cursor");
            for size in [1, 3, total.max(1), total + 1] {
                let mut by_offset = Vec::new();
                let mut by_page = Vec::new();
                for i in 0..=total.div_ceil(size) {
                    let (rows, meta) = get(format!("limit={size}&offset={}", i * size));
                    assert_eq!((&meta["limit"], &meta["offset"]), (&json!(size), &json!(i * size)));
                    assert_eq!(meta["total_count"], total);
                    assert_eq!(meta.get("current_page"), None);
                    by_offset.extend(rows);
                    let (rows, meta) = get(format!("page={}&per_page={size}", i + 1));
                    assert_eq!(
                        (&meta["current_page"], &meta["total_records"]),
                        (&json!(i + 1), &json!(total))
                    );
                    assert_eq!(meta["total_pages"], total.div_ceil(size), "{path}");
                    by_page.extend(rows);
                }
                assert_eq!(by_offset, all, "{path} by offset");
                assert_eq!(by_page, all, "{path} by page");
            }
        }
    });
}

#[test]
fn a_filtered_list_is_continued_by_cursor() {
    for_each_server(|server| {
        let books = filled(server);
        let filter = "/entries?period=2026-02&sort=date&limit=3";
        let whole = books.client.get("/entries?period=2026-02&sort=date&limit=500").expect(200);
        assert_eq!(&Value::from(books.client.all(filter)), whole.data());
    });
}

#[test]
fn ways_of_paging_do_not_mix_and_have_bounds() {
    let books = filled(Server::shared());
    for list in lists() {
        let path = path_of(&books, &list);
        let refuse = |query: &str, field: &str, constraint: &str| {
            books.client.get(&format!("{path}?{query}")).refused_field(field, constraint);
        };
        refuse("limit=0", "limit", "range");
        refuse("limit=501", "limit", "range");
        refuse("limit=-1", "limit", "range");
        refuse("limit=ten", "limit", "type");
        refuse("limit=99999999999999999999", "limit", "type");
        refuse("limit=", "limit", "type");
        refuse("offset=-1", "offset", "range");
        refuse("offset=9223372036854775807", "offset", "range");
        refuse("page=0", "page", "range");
        refuse("page=9223372036854775807", "page", "range");
        refuse("per_page=501", "per_page", "range");
        refuse("page=1&limit=10", "page", "one_of");
        refuse("per_page=1&offset=10", "page", "one_of");
        refuse("page=1&cursor=31", "page", "one_of");
        refuse("offset=1&cursor=31", "cursor", "one_of");
        refuse("limit=1&limit=2", "limit", "unique");
        refuse("colour=red", "colour", "unknown_field");
        for cursor in ["zz", "0", "00", "ff", "c3bc27", &"3".repeat(2_000)] {
            let answer = books.client.get(&format!("{path}?cursor={cursor}"));
            assert!(matches!(answer.status, 200 | 400), "{path}?cursor={cursor}: {}", answer.status);
        }
        let far = books.client.get(&format!("{path}?offset=4611686018427387903")).expect(200);
        assert_eq!(far.data(), &json!([]), "{path}");
        let far = books.client.get(&format!("{path}?page=9223372036854775&per_page=500")).expect(200);
        assert_eq!(far.data(), &json!([]), "{path}");
    }
}

#[test]
fn a_cursor_of_another_list_is_refused_or_reads_nothing_wrong() {
    for_each_server(|server| {
        let books = filled(server);
        let cursor = |path: &str| {
            let part = books.client.get(&format!("{path}?limit=1")).expect(200);
            part.meta()["next_cursor"].as_str().unwrap().to_owned()
        };
        let (accounts, entries, audit) = (cursor("/accounts"), cursor("/entries"), cursor("/audit"));
        books.client.get(&format!("/entries?cursor={accounts}")).refused_field("cursor", "format");
        books.client.get(&format!("/entries?cursor={audit}")).refused_field("cursor", "format");
        books.client.get(&format!("/audit?cursor={entries}")).refused_field("cursor", "format");
    });
}
