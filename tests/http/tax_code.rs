//! `/tax-codes`.

use crate::http::case::{Access, Case, ask, changed, created, entry, fresh_name};
use partita_tests::server::{Books, Server, for_each_server};
use serde_json::{Value, json};

/// A code without accounts, which every company takes.
fn body() -> Value {
    json!({ "code": fresh_name("Z"), "name": "Zero rate", "rate": 0, "tax_type": "vat" })
}

/// A new tax code without a rate.
pub(crate) fn new_id(books: &Books<'_>) -> String {
    books.client.post("/tax-codes", &body()).expect(201).id()
}

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("settings:read");
    vec![
        Case::read("listTaxCodes", read, |_| ask(), |_| ask().query("limit", "501"), ("limit", "range")),
        Case::read(
            "getTaxCode",
            read,
            |books| ask().id(new_id(books)),
            |_| ask().id("VAT20"),
            ("id", "format"),
        ),
        Case::write(
            "createTaxCode",
            "settings:write",
            (201, |_| ask().body(body())),
            created("tax_code.created"),
            |_| ask().body(body()).but("rate", Value::Null),
            ("rate", "required"),
        ),
        Case::write(
            "updateTaxCode",
            "settings:write",
            (200, |books| ask().id(new_id(books)).body(body())),
            changed("tax_code.updated"),
            |books| ask().id(new_id(books)).body(body()).but("report_box", json!("81")),
            ("report_box", "format"),
        ),
        Case::write(
            "putTaxCodeByExternalId",
            "settings:write",
            (201, |_| ask().at("external_id", fresh_name("ext")).body(body())),
            created("tax_code.created"),
            |_| ask().at("external_id", "ext").body(body()).but("external_id", json!("other")),
            ("external_id", "one_of"),
        ),
        Case::write(
            "deactivateTaxCode",
            "settings:write",
            (200, |books| ask().id(new_id(books))),
            changed("tax_code.deactivated"),
            |books| ask().id(new_id(books)).header("If-Match", "newest"),
            ("If-Match", "format"),
        ),
    ]
}

#[test]
fn a_tax_code_is_created_read_changed_and_deactivated() {
    for_each_server(|server| {
        let books = server.found();
        let body = json!({
            "external_id": "erp/1", "code": "QST %", "name": "Taxe de vente", "rate": 998,
            "rate_decimal": "997.5", "tax_type": "pst", "jurisdiction": "CA-QC", "is_compound": true,
            "is_exempt": false, "account_id": books.account("2200"), "input_account_id": books.account("1300"),
            "self_assess_account_id": books.account("2220"), "recoverable": 5_000,
            "report_box": "base=101+102,tax=105,input_tax=108", "effective_from": "2013-01-01",
            "effective_to": "2199-12-31", "is_active": true, "metadata": { "law": "LTVQ" },
        });
        let made = books.client.post("/tax-codes", &body).expect(201);
        let path = format!("/tax-codes/{}", made.id());
        assert_eq!(made.header("location"), Some(format!("/api/v1{path}").as_str()));
        assert_eq!(made.header("etag"), Some("\"1\""));
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(&made.data()[name], value, "{name}");
        }
        assert_eq!(made.data()["is_system"], false);
        let found = books.client.get(&path).expect(200);
        assert_eq!((found.data(), found.header("etag")), (made.data(), Some("\"1\"")));

        let plain = json!({ "code": "T0", "name": "Zero", "rate": 0, "tax_type": "vat" });
        let changed = books.client.put(&path, &plain).expect(200);
        assert_eq!((&changed.data()["version"], &changed.data()["external_id"]), (&json!(2), &Value::Null));
        // What is usual of a value added tax comes back.
        assert_eq!(
            (&changed.data()["recoverable"], &changed.data()["rate_decimal"]),
            (&json!(10_000), &json!("0"))
        );
        let stale = books.client.request("PUT", &path).header("If-Match", "\"1\"").json(&plain).send();
        stale.refused(409, "version_conflict");
        let gone = books.client.delete(&path).expect(200);
        assert_eq!((&gone.data()["is_active"], &gone.data()["version"]), (&json!(false), &json!(3)));
    });
}

#[test]
fn a_rate_is_whole_basis_points_or_finer_and_never_both_differently() {
    let books = Server::shared().found();
    let post = |rate: Value, decimal: Value| {
        let mut body = body();
        body["rate"] = rate;
        body["rate_decimal"] = decimal;
        body["account_id"] = json!(books.account("2200"));
        books.client.post("/tax-codes", &body)
    };
    let rate = |rate, decimal| {
        let made = post(rate, decimal).expect(201);
        (made.data()["rate"].clone(), made.data()["rate_decimal"].clone())
    };
    assert_eq!(rate(json!(1900), Value::Null), (json!(1900), json!("1900")));
    assert_eq!(rate(Value::Null, json!("997.5")), (json!(998), json!("997.5")));
    assert_eq!(rate(json!(998), json!("997.50")), (json!(998), json!("997.5")));
    post(json!(997), json!("997.5")).refused_field("rate", "one_of");
    post(json!(10_001), Value::Null).refused_field("rate", "range");
    post(json!(-1), Value::Null).refused_field("rate", "range");
    post(json!("1900"), Value::Null).refused_field("rate", "type");
    post(json!(997.5), Value::Null).refused_field("rate", "type");
    post(Value::Null, json!("997.555")).refused_field("rate_decimal", "format");
    post(Value::Null, json!("10000.01")).refused_field("rate_decimal", "range");
}

#[test]
fn accounts_of_a_tax_code_exist_are_active_and_take_tax() {
    for_each_server(|server| {
        let books = server.found();
        let post = |field: &str, account: Value| {
            let mut body = body();
            body["account_id"] = json!(books.account("2200"));
            body["rate"] = json!(725);
            body[field] = account;
            books.client.post("/tax-codes", &body)
        };
        for field in ["account_id", "input_account_id", "self_assess_account_id"] {
            post(field, json!("01980000-0000-7000-8000-000000000000")).refused_field(field, "exists");
            post(field, json!(server.home().account("2200"))).refused_field(field, "exists");
            post(field, json!(books.account("4000"))).refused_field(field, "account_type");
            post(field, json!(books.account("1100"))).refused_field(field, "account_type");
        }
        post("account_id", Value::Null).refused_field("account_id", "required");
        let made = post("account_id", json!(books.account("2220"))).expect(201);
        let _ = books.client.delete(&format!("/accounts/{}", books.account("2220"))).expect(200);
        post("account_id", json!(books.account("2220"))).refused_field("account_id", "active");
        // What the code named before stays.
        let mut body = json!({ "code": made.data()["code"], "name": "New", "rate": 725, "tax_type": "vat" });
        body["account_id"] = json!(books.account("2220"));
        let _ = books.client.put(&format!("/tax-codes/{}", made.id()), &body).expect(200);
    });
}

#[test]
fn a_code_and_an_external_id_are_taken_once() {
    for_each_server(|server| {
        let books = server.found();
        let with = |code: &str, external_id: Value| json!({ "code": code, "name": "n", "rate": 0, "tax_type": "vat", "external_id": external_id });
        let first = books.client.post("/tax-codes", &with("T", json!("x"))).expect(201).id();
        books.client.post("/tax-codes", &with("T", Value::Null)).refused_field("code", "unique");
        let refused =
            books.client.post("/tax-codes", &with("U", json!("x"))).refused(409, "duplicate_external_id");
        assert_eq!(refused.details()["existing_id"], first);
        let changed = books.client.put("/tax-codes/external/x", &with("T2", Value::Null)).expect(200);
        assert_eq!((changed.id(), &changed.data()["code"]), (first, &json!("T2")));
        let second = books.client.put("/tax-codes/external/y", &with("T", Value::Null)).expect(201).id();
        books.client.put("/tax-codes/external/y", &with("T2", Value::Null)).refused_field("code", "unique");
        assert_eq!(books.client.get("/tax-codes?external_id=y").expect(200).data()[0]["id"], second);
        let _ = server.found().client.post("/tax-codes", &with("T", json!("x"))).expect(201);
    });
}

#[test]
fn codes_are_listed_by_code_and_filters_combine() {
    for_each_server(|server| {
        let books = server.found();
        let before =
            books.client.get("/tax-codes?limit=1").expect(200).meta()["total_count"].as_u64().unwrap();
        for (code, tax_type) in [("zz-b", "gst"), ("ZZ-A", "gst"), ("zz-a", "hst"), ("zz_%", "withholding")] {
            let body =
                json!({ "code": code, "name": format!("Name of {code}"), "rate": 0, "tax_type": tax_type });
            let id = books.client.post("/tax-codes", &body).expect(201).id();
            if code == "zz-b" {
                let _ = books.client.delete(&format!("/tax-codes/{id}")).expect(200);
            }
        }
        let codes = |query: &str| -> Vec<String> {
            let found = books.client.get(&format!("/tax-codes?{query}")).expect(200);
            let codes = found.data().as_array().unwrap().iter();
            codes.map(|code| code["code"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(codes("q=zz"), ["ZZ-A", "zz-a", "zz-b", "zz_%"]);
        assert_eq!(codes("q=of%20zz-"), ["ZZ-A", "zz-a", "zz-b"]);
        assert_eq!(codes("q=z_%25"), ["zz_%"]);
        assert_eq!(codes("tax_type=gst"), ["ZZ-A", "zz-b"]);
        assert_eq!(codes("tax_type=gst&active=true"), ["ZZ-A"]);
        assert_eq!(codes("tax_type=gst&active=false"), ["zz-b"]);
        assert_eq!(codes("external_id=none"), [] as [&str; 0]);
        assert_eq!(codes("q=zz&limit=2&offset=1"), ["zz-a", "zz-b"]);
        let first = books.client.get("/tax-codes?q=zz&limit=3").expect(200);
        let cursor = first.meta()["next_cursor"].as_str().unwrap();
        assert_eq!(codes(&format!("q=zz&cursor={cursor}")), ["zz_%"]);
        let all = books.client.get("/tax-codes?limit=500").expect(200);
        assert_eq!(all.meta()["total_count"], before + 4);
        books.client.get("/tax-codes?tax_type=income").refused_field("tax_type", "one_of");
    });
}

#[test]
fn entries_name_tax_codes_and_then_their_rates_stay() {
    for_each_server(|server| {
        let books = server.found();
        let code = |rate: i64| {
            json!({
                "code": "CA-LA", "name": "Los Angeles", "rate": rate, "tax_type": "sales",
                "account_id": books.account("2200"), "effective_from": "2026-01-01",
            })
        };
        let made = books.client.post("/tax-codes", &code(725)).expect(201);
        let path = format!("/tax-codes/{}", made.id());
        // As long as nothing names it, it may be corrected.
        let _ = books.client.put(&path, &code(750)).expect(200);
        let naming = |id: &str, date: &str| {
            let mut entry = entry(date, 1_000);
            entry["lines"][1]["tax_code_id"] = json!(id);
            books.client.post("/entries", &entry)
        };
        let posted = naming(&made.id(), "2026-03-31").expect(201);
        assert_eq!(posted.data()["lines"][1]["tax_code_id"], made.id());
        let refused = books.client.put(&path, &code(725)).refused(409, "has_history");
        assert_eq!(refused.details()["field"], "rate");
        let mut renamed = code(750);
        renamed["name"] = json!("Los Angeles County");
        let _ = books.client.put(&path, &renamed).expect(200);

        naming("01980000-0000-7000-8000-000000000000", "2026-03-31")
            .refused_field("lines[1].tax_code_id", "exists");
        naming(&new_id(&server.found()), "2026-03-31").refused_field("lines[1].tax_code_id", "exists");
        naming(&made.id(), "2025-12-31").refused_field("lines[1].tax_code_id", "active");
        let group = json!({ "code": "G", "name": "Group", "tax_codes": [made.id()] });
        let group = books.client.post("/tax-groups", &group).expect(201).id();
        naming(&group, "2026-03-31").refused_field("lines[1].tax_code_id", "exists");
        // A code in an active group stays active.
        books.client.delete(&path).refused(409, "conflict");
        let _ = books.client.delete(&format!("/tax-groups/{group}")).expect(200);
        let _ = books.client.delete(&path).expect(200);
        naming(&made.id(), "2026-03-31").refused_field("lines[1].tax_code_id", "active");
    });
}

/// A new company with a chart, beside the sample ones.
fn founded_with<'s>(home: &Books<'s>, chart: &str, base_currency: &str) -> Books<'s> {
    let body = json!({
        "name": chart, "base_currency": base_currency, "chart": chart,
        "owner": { "username": fresh_name("owner"), "password": "correct horse battery" },
    });
    let made = home.client.post("/companies", &body).expect(201);
    let text = |pointer: &str| made.data().pointer(pointer).unwrap().as_str().unwrap().to_owned();
    Books {
        server: home.server,
        company: text("/company/id").parse().unwrap(),
        key: text("/api_key/key"),
        key_id: String::new(),
        owner_id: String::new(),
        username: String::new(),
        client: home.client.with_key(&text("/api_key/key")),
    }
}

fn code_named(books: &Books<'_>, code: &str) -> Value {
    let found = books.client.get(&format!("/tax-codes?q={code}")).expect(200);
    let mut codes = found.data().as_array().unwrap().iter();
    codes.find(|found| found["code"] == code).unwrap().clone()
}

/// What a document has posted, by account number: debit less credit.
fn posted(
    books: &Books<'_>,
    path: &str,
    contact: (&str, String),
    code: &Value,
    account: &str,
) -> Vec<(String, i64)> {
    let body = json!({
        contact.0: contact.1, "date": "2026-03-31",
        "lines": [{ "account_number": account, "unit_price": 100_000, "tax_code_id": code["id"] }],
    });
    let made = books.client.post(path, &body).expect(201);
    let entry =
        books.client.get(&format!("/entries/{}", made.data()["entry_id"].as_str().unwrap())).expect(200);
    let lines = entry.data()["lines"].as_array().unwrap().iter();
    let mut amounts: Vec<(String, i64)> = lines
        .map(|line| {
            let amount = line["debit"].as_i64().unwrap() - line["credit"].as_i64().unwrap();
            (line["account_number"].as_str().unwrap().to_owned(), amount)
        })
        .collect();
    amounts.sort();
    amounts
}

#[test]
fn a_company_begins_with_the_tax_codes_of_its_chart() {
    for_each_server(|server| {
        let home = server.home();
        for (chart, currency, count) in
            [("us-small-business", "USD", 3), ("uk", "GBP", 10), ("german-skr04", "EUR", 13)]
        {
            let books = founded_with(&home, chart, currency);
            let codes = books.client.get("/tax-codes").expect(200);
            let codes = codes.data().as_array().unwrap();
            assert_eq!(codes.len(), count, "{chart}");
            assert!(codes.iter().all(|code| code["is_system"] == true && code["is_active"] == true));
            let audit = books.client.get("/audit?action=tax_code.created&limit=200").expect(200);
            assert_eq!(audit.data().as_array().unwrap().len(), count, "{chart}");
        }
    });
}

#[test]
fn codes_of_charts_post_sales_purchases_and_what_buyers_owe() {
    for_each_server(|server| {
        let expect = |amounts: Vec<(String, i64)>, expected: &[(&str, i64)]| {
            let expected: Vec<_> =
                expected.iter().map(|(number, amount)| ((*number).to_owned(), *amount)).collect();
            assert_eq!(amounts, expected);
        };
        let (customer, vendor) = (
            |books: &Books<'_>| ("customer_id", super::document::customer(books)),
            |books: &Books<'_>| ("vendor_id", super::document::vendor(books)),
        );
        let home = server.home();
        let uk = founded_with(&home, "uk", "GBP");
        let t1 = code_named(&uk, "T1");
        let invoice = posted(&uk, "/invoices", customer(&uk), &t1, "4000");
        expect(invoice, &[("1100", 120_000), ("2200", -20_000), ("4000", -100_000)]);
        let bill = posted(&uk, "/bills", vendor(&uk), &t1, "5000");
        expect(bill, &[("2100", -120_000), ("2201", 20_000), ("5000", 100_000)]);
        let abroad = posted(&uk, "/bills", vendor(&uk), &code_named(&uk, "T24"), "5000");
        expect(abroad, &[("2100", -100_000), ("2200", -20_000), ("2201", 20_000), ("5000", 100_000)]);

        let written_off = posted(&uk, "/credit-notes", customer(&uk), &code_named(&uk, "BDR"), "8100");
        expect(written_off, &[("1100", -120_000), ("2201", 20_000), ("8100", 100_000)]);
        let recovered = posted(&uk, "/invoices", customer(&uk), &code_named(&uk, "BDR-R"), "8100");
        expect(recovered, &[("1100", 120_000), ("2200", -20_000), ("8100", -100_000)]);

        let german = founded_with(&home, "german-skr04", "EUR");
        let bill = posted(&german, "/bills", vendor(&german), &code_named(&german, "igE7"), "5200");
        expect(bill, &[("1402", 7_000), ("3300", -100_000), ("3802", -7_000), ("5200", 100_000)]);
        let invoice = posted(&german, "/invoices", customer(&german), &code_named(&german, "USt19"), "4400");
        expect(invoice, &[("1200", 119_000), ("3806", -19_000), ("4400", -100_000)]);

        let us = founded_with(&home, "us-small-business", "USD");
        let bill = posted(&us, "/bills", vendor(&us), &code_named(&us, "CA-USE"), "6100");
        expect(bill, &[("2000", -100_000), ("2200", -7_250), ("6100", 107_250)]);
    });
}
