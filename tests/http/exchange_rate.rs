//! `/exchange-rates`.

use crate::http::case::{Access, Audited, Case, ask, changed, created, fresh, fresh_name, happened};
use partita_tests::server::{Books, Server, for_each_server};
use serde_json::{Value, json};
use time::macros::date;
use time::{Date, Duration};

/// A day that nothing else has a rate for.
fn fresh_day() -> Date {
    date!(2030 - 01 - 01) + Duration::days(fresh().into())
}

fn body() -> Value {
    json!({ "from_currency": "EUR", "date": fresh_day().to_string(), "rate": 1_083_800 })
}

fn new_id(books: &Books<'_>) -> String {
    books.client.post("/exchange-rates", &body()).expect(201).id()
}

/// A file of the ECB with these rates of days.
fn file(days: &[(&str, &[(&str, &str)])]) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gesmes:Envelope \
         xmlns:gesmes=\"http://www.gesmes.org/xml/2002-08-01\"><gesmes:subject>Reference rates</gesmes:subject><Cube>",
    );
    for (day, rates) in days {
        text.push_str(&format!("\n<Cube time='{day}'>"));
        for (currency, rate) in *rates {
            text.push_str(&format!("<Cube currency='{currency}' rate='{rate}'/>"));
        }
        text.push_str("</Cube>");
    }
    text.push_str("</Cube></gesmes:Envelope>");
    text
}

fn fresh_file() -> String {
    file(&[(&fresh_day().to_string(), &[("USD", "1.0838"), ("JPY", "162.60")])])
}

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("settings:read");
    vec![
        Case::read(
            "listExchangeRates",
            read,
            |_| ask(),
            |_| ask().query("from_currency", "EURO"),
            ("from_currency", "currency"),
        ),
        Case::read(
            "getLatestExchangeRate",
            read,
            |books| {
                let _ = new_id(books);
                ask().query("from_currency", "EUR").query("date", "2199-12-31")
            },
            |_| ask().query("date", "2026-03-31"),
            ("from_currency", "required"),
        ),
        Case::read(
            "getExchangeRate",
            read,
            |books| ask().id(new_id(books)),
            |_| ask().id("1"),
            ("id", "format"),
        ),
        Case::write(
            "createExchangeRate",
            "settings:write",
            (201, |_| ask().body(body())),
            created("exchange_rate.created"),
            |_| ask().body(body()).but("rate", json!(0)),
            ("rate", "range"),
        ),
        Case::write(
            "updateExchangeRate",
            "settings:write",
            (200, |books| ask().id(new_id(books)).body(body())),
            changed("exchange_rate.updated"),
            |books| ask().id(new_id(books)).body(body()).but("from_currency", json!("USD")),
            ("from_currency", "currency"),
        ),
        Case::write(
            "putExchangeRateByExternalId",
            "settings:write",
            (201, |_| ask().at("external_id", fresh_name("ext")).body(body())),
            created("exchange_rate.created"),
            |_| ask().at("external_id", "ext").body(body()).but("external_id", json!("other")),
            ("external_id", "one_of"),
        ),
        Case::write(
            "removeExchangeRate",
            "settings:write",
            (200, |books| ask().id(new_id(books))),
            Audited { has_before: true, ..happened("exchange_rate.removed", "key") },
            |books| ask().id(new_id(books)).header("If-Match", "newest"),
            ("If-Match", "format"),
        ),
        Case::write(
            "importExchangeRates",
            "settings:write",
            (200, |_| ask().raw("application/xml", fresh_file())),
            created("exchange_rate.imported"),
            |_| ask().raw("text/xml", fresh_file().replace("162.60", "162,60")),
            ("rate", "format"),
        ),
    ]
}

#[test]
fn a_rate_is_set_read_changed_and_removed() {
    for_each_server(|server| {
        let books = server.found();
        let body = json!({
            "external_id": "bank/1", "from_currency": "JPY", "date": "2026-03-31", "rate": 6_665, "source": "bank",
        });
        let made = books.client.post("/exchange-rates", &body).expect(201);
        let path = format!("/exchange-rates/{}", made.id());
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(&made.data()[name], value, "{name}");
        }
        assert_eq!(made.data()["base_currency"], "USD");
        assert_eq!(books.client.get(&path).expect(200).data(), made.data());
        let other = json!({ "from_currency": "JPY", "date": "2026-04-01", "rate": 6_700 });
        let changed = books.client.put(&path, &other).expect(200);
        assert_eq!((&changed.data()["version"], &changed.data()["source"]), (&json!(2), &json!("manual")));
        let stale = books.client.request("DELETE", &path).header("If-Match", "\"1\"").send();
        stale.refused(409, "version_conflict");
        assert_eq!(books.client.delete(&path).expect(200).data(), changed.data());
        books.client.get(&path).refused(404, "not_found");
        books.client.delete(&path).refused(404, "not_found");
        let _ = books.client.post("/exchange-rates", &body).expect(201);
    });
}

#[test]
fn a_currency_has_one_rate_a_day_and_none_to_itself() {
    for_each_server(|server| {
        let books = server.found();
        let body = |currency: &str, date: &str| json!({ "from_currency": currency, "date": date, "rate": 1_000_000 });
        let first = books.client.post("/exchange-rates", &body("EUR", "2026-03-31")).expect(201).id();
        let refused = books.client.post("/exchange-rates", &body("EUR", "2026-03-31"));
        assert!(
            refused.refused_field("date", "unique").json()["error"]["message"]
                .as_str()
                .unwrap()
                .contains(&first)
        );
        let second = books.client.post("/exchange-rates", &body("EUR", "2026-04-01")).expect(201).id();
        let moved = books.client.put(&format!("/exchange-rates/{second}"), &body("EUR", "2026-03-31"));
        moved.refused_field("date", "unique");
        let post = |field: &str, value: Value| {
            let mut body = body("GBP", "2026-03-31");
            body[field] = value;
            books.client.post("/exchange-rates", &body)
        };
        post("from_currency", json!("USD")).refused_field("from_currency", "currency");
        post("from_currency", json!("eur")).refused_field("from_currency", "currency");
        post("rate", json!(-1)).refused_field("rate", "range");
        post("rate", json!(1.5)).refused_field("rate", "type");
        post("date", json!("1899-12-31")).refused_field("date", "range");
        post("source", json!("")).refused(400, "validation_error");
        let named =
            books.client.put("/exchange-rates/external/x", &body("GBP", "2026-03-31")).expect(201).id();
        post("external_id", json!("x")).refused(409, "duplicate_external_id");
        let again = books.client.put("/exchange-rates/external/x", &body("GBP", "2026-03-30")).expect(200);
        assert_eq!(again.id(), named);
    });
}

#[test]
fn the_rate_of_a_day_is_the_latest_on_or_before_it() {
    for_each_server(|server| {
        let books = server.found();
        for (date, rate) in [("2026-03-27", 1_080_000), ("2026-03-30", 1_090_000)] {
            let body = json!({ "from_currency": "EUR", "date": date, "rate": rate });
            let _ = books.client.post("/exchange-rates", &body).expect(201);
        }
        let latest = |query: &str| books.client.get(&format!("/exchange-rates/latest?{query}"));
        let rate = |query: &str| latest(query).expect(200).data()["rate"].clone();
        assert_eq!(rate("from_currency=EUR&date=2026-03-29"), 1_080_000);
        assert_eq!(rate("from_currency=EUR&date=2026-03-30"), 1_090_000);
        assert_eq!(rate("from_currency=EUR&date=2199-12-31"), 1_090_000);
        let refused = latest("from_currency=EUR&date=2026-03-26").refused(404, "not_found");
        assert!(
            refused.json()["error"]["message"]
                .as_str()
                .unwrap()
                .contains("from EUR to USD on or before 2026-03-26")
        );
        latest("from_currency=GBP").refused(404, "not_found");
        latest("from_currency=USD").refused_field("from_currency", "currency");
        latest("from_currency=XX").refused_field("from_currency", "currency");
        latest("from_currency=EUR&date=yesterday").refused_field("date", "format");
    });
}

#[test]
fn rates_are_listed_newest_first_and_filters_combine() {
    for_each_server(|server| {
        let books = server.found();
        let days: [(&str, &[(&str, &str)]); 2] =
            [("2026-03-31", &[("USD", "1.1"), ("GBP", "0.85")]), ("2026-03-30", &[("USD", "1.2")])];
        let _ = books
            .client
            .request("POST", "/exchange-rates/import")
            .raw("text/xml", file(&days))
            .send()
            .expect(200);
        let body = json!({ "external_id": "m", "from_currency": "CHF", "date": "2026-03-31", "rate": 1 });
        let _ = books.client.post("/exchange-rates", &body).expect(201);
        let listed = |query: &str| -> Vec<String> {
            let found = books.client.get(&format!("/exchange-rates?{query}")).expect(200);
            let rates = found.data().as_array().unwrap().iter();
            rates
                .map(|rate| {
                    format!("{} {}", rate["date"].as_str().unwrap(), rate["from_currency"].as_str().unwrap())
                })
                .collect()
        };
        assert_eq!(listed(""), ["2026-03-31 CHF", "2026-03-31 EUR", "2026-03-31 GBP", "2026-03-30 EUR"]);
        assert_eq!(listed("from_currency=EUR"), ["2026-03-31 EUR", "2026-03-30 EUR"]);
        assert_eq!(listed("source=ecb&from=2026-03-31"), ["2026-03-31 EUR", "2026-03-31 GBP"]);
        assert_eq!(listed("to=2026-03-30"), ["2026-03-30 EUR"]);
        assert_eq!(listed("external_id=m"), ["2026-03-31 CHF"]);
        let first = books.client.get("/exchange-rates?limit=2").expect(200);
        assert_eq!(first.meta()["total_count"], 4);
        let cursor = first.meta()["next_cursor"].as_str().unwrap();
        assert_eq!(listed(&format!("cursor={cursor}")), ["2026-03-31 GBP", "2026-03-30 EUR"]);
        books.client.get("/exchange-rates?cursor=00").refused_field("cursor", "format");
        books.client.get("/exchange-rates?from=today").refused_field("from", "format");
    });
}

#[test]
fn the_file_of_the_ecb_is_taken_over_once() {
    for_each_server(|server| {
        let books = server.found();
        let send = |text: String, query: &str| {
            let path = format!("/exchange-rates/import{query}");
            books.client.request("POST", &path).raw("application/xml", text).send()
        };
        let counts = |answer: &partita_tests::client::Answer| {
            let count = |name: &str| answer.data()[name].as_u64().unwrap();
            (count("imported"), count("updated"), count("unchanged"), count("kept"), count("skipped"))
        };
        let days: [(&str, &[(&str, &str)]); 3] = [
            ("2026-11-24", &[("USD", "1.0838"), ("JPY", "162.60"), ("TRL", "1600000")]),
            ("2026-11-23", &[("USD", "1.0800"), ("GBP", "0.83155")]),
            // Nothing of a day without the base currency can be used.
            ("2026-11-20", &[("JPY", "160")]),
        ];
        let manual = json!({ "from_currency": "GBP", "date": "2026-11-23", "rate": 1_300_000 });
        let _ = books.client.post("/exchange-rates", &manual).expect(201);
        let dry = send(file(&days), "?dry_run=true").expect(200);
        assert_eq!(counts(&dry), (3, 0, 0, 1, 2));
        assert_eq!(books.client.get("/exchange-rates").expect(200).meta()["total_count"], 1);
        let first = send(file(&days), "").expect(200);
        assert_eq!(counts(&first), counts(&dry));
        assert_eq!(
            (&first.data()["from"], &first.data()["to"]),
            (&json!("2026-11-20"), &json!("2026-11-24"))
        );
        let latest = |currency: &str, date: &str| {
            let path = format!("/exchange-rates/latest?from_currency={currency}&date={date}");
            books.client.get(&path).expect(200).data()["rate"].clone()
        };
        // 1.0838 dollars per euro as published; 1.0838 / 162.60 = 0.006665 43… dollars per yen.
        assert_eq!(latest("EUR", "2026-11-24"), 1_083_800);
        assert_eq!(latest("JPY", "2026-11-24"), 6_665);
        assert_eq!(latest("GBP", "2026-11-24"), 1_300_000);
        let written = books.written();
        assert_eq!(counts(&send(file(&days), "").expect(200)), (0, 0, 3, 1, 2));
        assert_eq!(books.written(), written, "the same file again changes nothing");
        let corrected = file(&days).replace("1.0838", "1.0900");
        assert_eq!(counts(&send(corrected, "").expect(200)), (0, 2, 1, 1, 2));
        assert_eq!(latest("EUR", "2026-11-24"), 1_090_000);
    });
}

#[test]
fn what_is_no_file_of_the_ecb_is_refused() {
    let books = Server::shared().found();
    let before = books.written();
    let send = |kind: &str, text: String| {
        books.client.request("POST", "/exchange-rates/import").raw(kind, text).send()
    };
    for kind in ["application/json", "text/plain", ""] {
        send(kind, fresh_file()).refused(415, "unsupported_media_type");
    }
    for text in [
        String::new(),
        "{}".to_owned(),
        "<html></html>".to_owned(),
        fresh_file().replace("</Cube></gesmes", "</gesmes"),
        format!("<!DOCTYPE x [<!ENTITY a 'b'>]>{}", file(&[("2026-11-24", &[("USD", "1.1")])])),
        "<a>".repeat(1_000_000),
    ] {
        let refused = send("application/xml", text).refused(400, "bad_request");
        assert!(refused.details()["line"].is_u64());
    }
    send("application/xml; charset=utf-8", file(&[("2026-11-31", &[("USD", "1")])]))
        .refused_field("time", "format");
    send("text/xml", file(&[("1850-01-01", &[("USD", "1")])])).refused_field("time", "range");
    send("text/xml", file(&[("2026-11-24", &[("JPY", "1")])])).refused_field("currency", "currency");
    send("text/xml", " ".repeat(partita_tests::server::MAX_BODY_BYTES + 1)).refused(413, "payload_too_large");
    assert_eq!(books.written(), before);
}
