//! `/entries`.

use crate::http::case::{Access, Case, ask, changed, created, entry, fresh, fresh_month, fresh_name};
use partita_tests::server::{Books, Server, for_each_server};
use serde_json::{Value, json};

fn new_id(books: &Books<'_>) -> String {
    books.client.post("/entries", &entry("2026-03-31", 100)).expect(201).id()
}

/// A set of opening balances for a day that has none yet.
fn opening() -> Value {
    json!({
        "date": format!("{}-28", fresh_month()),
        "balances": [
            { "account_number": "1000", "debit": 500 },
            { "account_number": "3100", "credit": 500 },
        ],
    })
}

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("journal:read");
    let refusal = |operation| Case {
        operation,
        access: Access::With("journal:write"),
        happy: |books| ask().id(new_id(books)),
        status: 409,
        bad: |_| ask().id("JE-2026-000001"),
        refused: ("id", "format"),
        audited: None,
        remembers: false,
    };
    vec![
        Case::read("listEntries", read, |_| ask(), |_| ask().query("sort", "amount"), ("sort", "one_of")),
        Case::read(
            "listEntriesOfAccount",
            read,
            |books| ask().id(books.account("1000")),
            |books| ask().id(books.account("1000")).query("from", "2026-02-02").query("to", "2026-02-01"),
            ("from", "date_order"),
        ),
        Case::read("getEntry", read, |books| ask().id(new_id(books)), |_| ask().id("x"), ("id", "format")),
        Case::write(
            "postEntry",
            "journal:write",
            (201, |_| ask().body(entry("2026-03-31", 100))),
            created("journal_entry.posted"),
            |_| ask().body(entry("2026-03-31", 0)),
            ("lines[0].debit", "line_side"),
        ),
        Case::write(
            "postEntries",
            "journal:write",
            (200, |_| ask().body(json!({ "entries": [entry("2026-03-31", 100), entry("2026-04-01", 200)] }))),
            created("journal_entry.posted"),
            |_| ask().body(json!({ "entries": [] })),
            ("entries", "length"),
        ),
        Case::write(
            "postOpeningBalances",
            "journal:write",
            (201, |_| ask().body(opening())),
            created("journal_entry.posted"),
            |_| ask().body(opening()).but("date", json!("2026-13-01")),
            ("date", "format"),
        ),
        Case::write(
            "putEntryByExternalId",
            "journal:write",
            (201, |_| ask().at("external_id", fresh_name("entry")).body(entry("2026-03-31", 100))),
            created("journal_entry.posted"),
            |_| ask().at("external_id", "a").body(entry("2026-03-31", 100)).but("external_id", json!("b")),
            ("external_id", "one_of"),
        ),
        Case::write(
            "reverseEntry",
            "journal:write",
            (201, |books| ask().id(new_id(books)).body(json!({ "reason": "Typing error" }))),
            changed("journal_entry.reversed"),
            |books| ask().id(new_id(books)).body(json!({ "date": "2026-03-30" })),
            ("date", "date_order"),
        ),
        refusal("putEntry"),
        refusal("patchEntry"),
        refusal("deleteEntry"),
    ]
}

#[test]
fn an_entry_is_posted_and_read_back() {
    for_each_server(|server| {
        let books = server.found();
        let body = json!({
            "external_id": "shop-42", "date": "2026-03-31", "transaction_type": "sale", "source_id": "order-42",
            "memo": "Consulting", "reference_number": "R-42", "currency_code": "USD",
            "metadata": { "till": "2" },
            "lines": [
                { "account_number": "1000", "debit": 11900, "description": "Card" },
                { "account_id": books.account("4100"), "credit": 10000 },
                { "account_number": "2200", "credit": 1900 },
            ],
        });
        let made = books.client.post("/entries", &body).expect(201);
        for name in
            ["external_id", "date", "transaction_type", "source_id", "memo", "reference_number", "metadata"]
        {
            assert_eq!(made.data()[name], body[name], "{name}");
        }
        let data = made.data();
        assert_eq!((&data["entry_number"], &data["period"]), (&json!("JE-2026-000001"), &json!("2026-03")));
        assert_eq!((&data["total"], &data["status"]), (&json!(11900), &json!("posted")));
        assert_eq!(data["previous_hash"], "0".repeat(64));
        assert_eq!(data["lines"][1]["account_number"], "4100");
        assert_eq!(
            (&data["lines"][1]["credit"], &data["lines"][1]["line_number"]),
            (&json!(10000), &json!(2))
        );
        assert_eq!(data["created_by"], format!("key:{}", books.key_id));
        let found = books.client.get(&format!("/entries/{}", made.id())).expect(200);
        assert_eq!(found.data(), data);
        let next = books.client.post("/entries", &entry("2026-01-01", 1)).expect(201);
        assert_eq!(
            (&next.data()["entry_number"], &next.data()["previous_hash"]),
            (&json!("JE-2026-000002"), &data["hash"])
        );
        let earlier = books.client.post("/entries", &entry("2025-12-31", 1)).expect(201);
        assert_eq!(earlier.data()["entry_number"], "JE-2025-000001");
    });
}

#[test]
fn nobody_can_bring_the_books_out_of_balance() {
    for_each_server(|server| {
        let books = server.found();
        let before = books.written();
        let post =
            |lines: Value| books.client.post("/entries", &json!({ "date": "2026-03-31", "lines": lines }));
        let line =
            |debit: i64, credit: i64| json!({ "account_number": "1000", "debit": debit, "credit": credit });

        let refused =
            post(json!([line(10000, 0), line(0, 9900)])).refused_field("lines", "double_entry_balance");
        assert_eq!(
            refused.json()["error"]["message"],
            "Journal entry does not balance: debits 100.00 != credits 99.00"
        );
        assert_eq!(
            (&refused.details()["debits"], &refused.details()["credits"]),
            (&json!(10000), &json!(9900))
        );
        post(json!([line(1, 0)])).refused_field("lines", "min_lines");
        post(json!([])).refused_field("lines", "min_lines");
        post(json!([line(1, 1), line(0, 1)])).refused_field("lines[0].debit", "line_side");
        post(json!([line(0, 0), line(0, 1)])).refused(400, "validation_error");
        post(json!([line(-1, 0), line(0, -1)])).refused(400, "validation_error");
        post(json!([line(1, 0), { "account_number": "9", "credit": 1 }]))
            .refused_field("lines[1].account_number", "exists");
        post(json!([line(1, 0), { "credit": 1 }])).refused_field("lines[1].account_id", "required");
        post(json!([line(1, 0), { "account_id": "x", "credit": 1 }]))
            .refused_field("lines[1].account_id", "format");
        let both = json!({ "account_id": books.account("1000"), "account_number": "1000", "credit": 1 });
        post(json!([line(1, 0), both])).refused_field("lines[1].account_number", "one_of");
        let contact = json!({
            "account_number": "1000", "credit": 1, "contact_id": "01980000-0000-7000-8000-000000000000",
        });
        post(json!([line(1, 0), contact])).refused_field("lines[1].contact_id", "exists");
        post(json!([line(1, 0), { "account_number": "1000", "credit": 1, "colour": 1 }]))
            .refused_field("lines[1].colour", "unknown_field");
        let other = server.found().account("1000");
        post(json!([line(1, 0), { "account_id": other, "credit": 1 }]))
            .refused_field("lines[1].account_id", "exists");
        assert_eq!(books.written(), before);
        let report = books.client.get("/reports/trial-balance").expect(200);
        assert_eq!(report.data()["balanced"], true);
    });
}

#[test]
fn amounts_at_the_edges_get_an_answer() {
    for_each_server(|server| {
        let books = server.found();
        let before = books.written();
        let post = |debit: &str, credit: &str| {
            let body = format!(
                "{{\"date\":\"2026-03-31\",\"lines\":[{{\"account_number\":\"1000\",\"debit\":{debit}}},\
                 {{\"account_number\":\"4100\",\"credit\":{credit}}}]}}"
            );
            books.client.request("POST", "/entries").raw("application/json", body).send()
        };
        for (amount, constraint) in [
            ("9223372036854775807", "range"),
            ("9223372036854775808", "range"),
            ("-9223372036854775808", "range"),
            ("1000000000000000", "range"),
            ("1e300", "range"),
            ("100.5", "type"),
            ("\"100\"", "type"),
            ("true", "type"),
            ("[1]", "type"),
            ("{}", "type"),
        ] {
            post(amount, "1").refused_field("lines[0].debit", constraint);
        }
        post("1e999", "1").refused(400, "bad_request");
        post("-1", "-1").refused(400, "validation_error");
        assert_eq!(books.written(), before);
        for amount in ["999999999999999", "100.0", "1e2", "1"] {
            let _ = post(amount, amount).expect(201);
        }
        let path = format!("/balances/{}", books.account("1000"));
        assert_eq!(books.client.get(&path).expect(200).data()["balance"], 999_999_999_999_999_i64 + 201);
    });
}

#[test]
fn dates_are_days_from_1900_to_2199() {
    let books = Server::shared().found();
    for (date, constraint) in [
        ("1899-12-31", "range"),
        ("2200-01-01", "range"),
        ("2026-02-29", "format"),
        ("2026-2-9", "format"),
        ("09.02.2026", "format"),
        ("2026-02-09T00:00:00Z", "format"),
        ("", "format"),
        ("+2026-02-0", "format"),
    ] {
        books.client.post("/entries", &entry(date, 1)).refused_field("date", constraint);
    }
    let mut body = entry("2026-03-31", 1);
    body["date"] = json!(20_260_331);
    books.client.post("/entries", &body).refused_field("date", "type");
    for date in ["1900-01-01", "2199-12-31", "2024-02-29"] {
        let _ = books.client.post("/entries", &entry(date, 1)).expect(201);
    }
}

#[test]
fn ten_thousand_lines_are_taken_and_one_more_is_refused() {
    for_each_server(|server| {
        let books = server.found();
        let body = |count: usize| {
            let line = |i: usize| match i {
                0 => json!({ "account_number": "1000", "debit": count - 1 }),
                _ => json!({ "account_number": "4100", "credit": 1 }),
            };
            json!({ "date": "2026-03-31", "lines": (0..count).map(line).collect::<Vec<_>>() })
        };
        books.client.post("/entries", &body(10_001)).refused_field("lines", "length");
        let made = books.client.post("/entries", &body(10_000)).expect(201);
        assert_eq!(made.data()["lines"].as_array().unwrap().len(), 10_000);
    });
}

#[test]
fn a_posted_entry_never_changes_and_is_reversed_once() {
    for_each_server(|server| {
        let books = server.found();
        let id = new_id(&books);
        for method in ["PUT", "PATCH", "DELETE"] {
            let asked = books.client.request(method, &format!("/entries/{id}"));
            asked.json(&entry("2026-03-31", 100)).send().refused(409, "posted_entry_immutable");
            let none = "/entries/01980000-0000-7000-8000-000000000000";
            books.client.request(method, none).send().refused(404, "not_found");
        }
        let reversal = books
            .client
            .post(
                &format!("/entries/{id}/reverse"),
                &json!({ "date": "2026-04-01", "reason": "Wrong customer" }),
            )
            .expect(201);
        assert_eq!(
            (&reversal.data()["reversal_of_id"], &reversal.data()["date"]),
            (&json!(id), &json!("2026-04-01"))
        );
        assert_eq!(reversal.data()["lines"][0]["credit"], 100);
        let original = books.client.get(&format!("/entries/{id}")).expect(200);
        assert_eq!(
            (&original.data()["status"], &original.data()["reversed_by_id"]),
            (&json!("reversed"), &json!(reversal.id()))
        );
        let again =
            books.client.post(&format!("/entries/{id}/reverse"), &json!({})).refused(409, "already_reversed");
        assert_eq!(again.details()["reversed_by_id"], reversal.id());
        // No body at all is an empty one.
        let back = books.client.request("POST", &format!("/entries/{}/reverse", reversal.id())).send();
        assert_eq!(back.expect(201).data()["lines"][0]["debit"], 100);
        let report = books.client.get("/reports/trial-balance?as_of=2199-12-31").expect(200);
        assert_eq!((&report.data()["total_debit"], &report.data()["balanced"]), (&json!(100), &json!(true)));
    });
}

#[test]
fn a_reversal_in_the_original_period_has_the_original_date() {
    let books = Server::shared().found();
    let id = new_id(&books);
    let path = format!("/entries/{id}/reverse");
    let body = json!({ "posting_mode": "original_period", "date": "2026-04-01" });
    books.client.post(&path, &body).refused_field("date", "one_of");
    books.client.post(&path, &json!({ "posting_mode": "someday" })).refused_field("posting_mode", "one_of");
    let reversal = books.client.post(&path, &json!({ "posting_mode": "original_period" })).expect(201);
    assert_eq!(reversal.data()["date"], "2026-03-31");
}

#[test]
fn a_batch_is_all_or_nothing_unless_it_is_told_otherwise() {
    for_each_server(|server| {
        let books = server.found();
        let before = books.written();
        let mut bad = entry("2026-03-31", 100);
        bad["lines"][1]["credit"] = json!(99);
        let mut worse = entry("2026-03-31", 100);
        worse["lines"][0]["account_number"] = json!("none");
        let entries = json!([entry("2026-03-31", 1), bad, entry("2026-03-31", 2), worse]);
        let refused = books.client.post("/entries/batch", &json!({ "entries": entries }));
        let refused = refused.refused_field("entries[1].lines", "double_entry_balance");
        let errors = refused.details()["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 2);
        assert_eq!(errors[1]["field"], "entries[3].lines[0].account_number");
        assert_eq!(books.written(), before);

        let each =
            books.client.post("/entries/batch", &json!({ "entries": entries, "atomic": false })).expect(200);
        assert_eq!((&each.data()["posted_count"], &each.data()["refused_count"]), (&json!(2), &json!(2)));
        let results = each.data()["results"].as_array().unwrap();
        let statuses: Vec<_> = results.iter().map(|result| &result["status"]).collect();
        assert_eq!(statuses, ["posted", "refused", "posted", "refused"]);
        assert_eq!(results[2]["entry_number"], "JE-2026-000002", "a refused one uses no number");
        assert_eq!(results[1]["errors"][0]["constraint"], "double_entry_balance");
        assert_eq!(books.written().entry_position, 2);

        let many: Vec<Value> = (0..10_001).map(|_| entry("2026-03-31", 1)).collect();
        books.client.post("/entries/batch", &json!({ "entries": many })).refused_field("entries", "length");
    });
}

#[test]
fn an_external_id_posts_once() {
    for_each_server(|server| {
        let books = server.found();
        let made = books.client.put("/entries/external/a1", &entry("2026-03-31", 100)).expect(201);
        let before = books.written();
        let same = books.client.put("/entries/external/a1", &entry("2026-03-31", 100)).expect(200);
        assert_eq!(same.data(), made.data());
        let other = books.client.put("/entries/external/a1", &entry("2026-03-31", 101));
        other.refused(409, "posted_entry_immutable");
        let mut body = entry("2026-03-31", 100);
        body["external_id"] = json!("a1");
        let refused = books.client.post("/entries", &body).refused(409, "duplicate_external_id");
        assert_eq!(refused.details()["existing_id"], made.id());
        assert_eq!(books.written(), before);
    });
}

#[test]
fn foreign_currency_balances_in_both_currencies() {
    for_each_server(|server| {
        let books = server.found();
        let body = json!({
            "date": "2026-03-31", "currency_code": "EUR", "exchange_rate": 1_083_333,
            "lines": [
                { "account_number": "1000", "debit": 1000 },
                { "account_number": "4100", "credit": 333 },
                { "account_number": "4000", "credit": 667 },
            ],
        });
        let made = books.client.post("/entries", &body).expect(201);
        let lines = made.data()["lines"].as_array().unwrap();
        let sum = |name: &str| lines.iter().map(|line| line[name].as_i64().unwrap()).sum::<i64>();
        assert_eq!(sum("base_debit"), sum("base_credit"));
        assert_eq!(sum("debit"), sum("credit"));
        let mut without = body.clone();
        without.as_object_mut().unwrap().remove("exchange_rate");
        books.client.post("/entries", &without).refused_field("exchange_rate", "required");
        let mut zero = body.clone();
        zero["exchange_rate"] = json!(0);
        books.client.post("/entries", &zero).refused_field("exchange_rate", "range");
        let mut unknown = body;
        unknown["currency_code"] = json!("ABC");
        books.client.post("/entries", &unknown).refused_field("currency_code", "currency");
    });
}

#[test]
fn entries_are_found_by_every_filter() {
    for_each_server(|server| {
        let books = server.found();
        let mut ids = Vec::new();
        for (date, amount, memo) in
            [("2026-01-31", 100, "Rent"), ("2026-02-28", 200, "Wages"), ("2026-02-28", 300, "Größe")]
        {
            let mut body = entry(date, amount);
            body["memo"] = json!(memo);
            body["transaction_type"] = json!(if amount == 100 { "rent" } else { "payroll" });
            ids.push(books.client.post("/entries", &body).expect(201).id());
        }
        let _ = books.client.post(&format!("/entries/{}/reverse", ids[0]), &json!({ "date": "2026-03-01" }));
        let found = |query: &str| -> Vec<i64> {
            let list = books.client.get(&format!("/entries?{query}")).expect(200);
            list.data().as_array().unwrap().iter().map(|entry| entry["total"].as_i64().unwrap()).collect()
        };
        assert_eq!(found(""), [100, 300, 200, 100]);
        assert_eq!(found("sort=date"), [100, 200, 300, 100]);
        assert_eq!(found("sort=-date&status=posted"), [100, 300, 200]);
        assert_eq!(found("status=reversed"), [100]);
        assert_eq!(found("from=2026-02-01&to=2026-02-28"), [300, 200]);
        assert_eq!(found("period=2026-02&min_amount=201"), [300]);
        assert_eq!(found("max_amount=250&transaction_type=payroll"), [200]);
        assert_eq!(found("q=wages"), [200]);
        assert_eq!(found("q=Gr%C3%B6%C3%9Fe"), [300]);
        assert_eq!(found(&format!("account_id={}", books.account("6100"))), [] as [i64; 0]);
        assert_eq!(found(&format!("account_id={}&period=2026-01", books.account("1000"))), [100]);
        books.client.get("/entries?min_amount=2&max_amount=1").refused_field("min_amount", "range");
        books.client.get("/entries?from=2026-03-01&to=2026-02-01").refused_field("from", "date_order");
        books.client.get("/entries?period=march").refused_field("period", "format");
        books.client.get("/entries?status=draft").refused_field("status", "one_of");
        books.client.get("/entries?min_amount=1.5").refused_field("min_amount", "type");
    });
}

#[test]
fn opening_balances_stand_once_for_a_date() {
    for_each_server(|server| {
        let books = server.found();
        let body = json!({
            "date": "2026-01-01", "memo": "From the old system",
            "balances": [
                { "account_number": "1000", "debit": 700 },
                { "account_number": "2000", "credit": 200 },
                { "account_number": "3100", "credit": 500 },
            ],
        });
        let made = books.client.post("/entries/opening-balances", &body).expect(201);
        assert_eq!(made.data()["transaction_type"], "opening_balance");
        books.client.post("/entries/opening-balances", &body).refused(409, "conflict");
        let balance = |number: &str| {
            let path = format!("/balances/{}?to=2026-01-01", books.account(number));
            books.client.get(&path).expect(200).data()["balance"].clone()
        };
        assert_eq!((balance("1000"), balance("3000")), (json!(700), json!(0)));

        let mut revenue = body.clone();
        revenue["date"] = json!("2026-01-02");
        revenue["balances"][2]["account_number"] = json!("4100");
        let refused = books.client.post("/entries/opening-balances", &revenue);
        refused.refused_field("balances[2].account_id", "account_type");
        let mut uneven = body.clone();
        uneven["date"] = json!("2026-01-02");
        uneven["balances"][2]["credit"] = json!(501);
        books.client.post("/entries/opening-balances", &uneven).refused(400, "validation_error");
        let mut both = body;
        both["date"] = json!("2026-01-02");
        both["balances"][0]["credit"] = json!(700);
        books.client.post("/entries/opening-balances", &both).refused_field("balances[0].debit", "line_side");
    });
}

#[test]
fn a_dry_run_says_what_would_be_refused() {
    let books = Server::shared().found();
    let mut bad = entry("2026-03-31", 100);
    bad["lines"][0]["debit"] = json!(fresh() + 200);
    books.client.post("/entries?dry_run=true", &bad).refused_field("lines", "double_entry_balance");
    books.client.post("/entries?dry_run=perhaps", &entry("2026-03-31", 1)).refused_field("dry_run", "type");
    let dry = books.client.post("/entries?dry_run=true", &entry("2026-03-31", 1)).expect(200);
    let real = books.client.post("/entries", &entry("2026-03-31", 1)).expect(201);
    assert_eq!(dry.data()["entry_number"], real.data()["entry_number"]);
    books.client.get(&format!("/entries/{}", dry.id())).refused(404, "not_found");
}
