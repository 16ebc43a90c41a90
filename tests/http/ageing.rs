//! What is owed by customers and to vendors, by how long it is overdue.

use crate::http::case::{Access, Case, ask};
use crate::http::document::{bill, contact_with, customer, line, vendor};
use partita_domain::contact::ContactType;
use partita_tests::client::Answer;
use partita_tests::server::{Books, Server, for_each_server};
use serde_json::{Value, json};

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("reports:read");
    vec![
        Case::read(
            "reportReceivablesAgeing",
            read,
            |_| ask().query("details", "true"),
            |_| ask().query("as_of", "today"),
            ("as_of", "format"),
        ),
        Case::read(
            "reportPayablesAgeing",
            read,
            |_| ask().query("as_of", "2026-03-31"),
            |_| ask().query("contact_id", "Acme"),
            ("contact_id", "format"),
        ),
    ]
}

const COLUMNS: [&str; 7] =
    ["current", "days_1_30", "days_31_60", "days_61_90", "over_90", "unapplied", "total"];

fn amounts(row: &Value) -> [i64; 7] {
    COLUMNS.map(|column| row[column].as_i64().unwrap())
}

fn report(books: &Books<'_>, query: &str) -> Answer {
    books.client.get(&format!("/reports/ar-aging?{query}")).expect(200)
}

fn dated(path: &str, date: &str, due: Option<&str>, party: (&str, &str), price: i64) -> (String, Value) {
    let mut body = json!({ party.0: party.1, "date": date, "lines": [line("4100", price)] });
    if let Some(due) = due {
        body["due_date"] = json!(due);
    }
    (path.to_owned(), body)
}

/// Every account has the balance that its open documents say.
fn assert_reconciled(report: &Value) {
    for account in report["accounts"].as_array().unwrap() {
        assert_eq!(account["difference"], 0, "{account}");
    }
}

#[test]
fn t75_what_customers_owed_on_a_day() {
    for_each_server(|server| {
        let books = server.found();
        let named = |name: &str| {
            contact_with(&books, ContactType::Customer, |contact| contact.display_name = name.to_owned())
        };
        let (zoe, adam) = (named("zoe"), named("Adam"));
        let mut made = Vec::new();
        for (path, body) in [
            dated("/invoices", "2026-01-01", Some("2026-01-31"), ("customer_id", &zoe), 10_000),
            dated("/invoices", "2026-03-01", Some("2026-03-31"), ("customer_id", &zoe), 2_000),
            dated("/invoices", "2026-04-01", Some("2026-04-30"), ("customer_id", &zoe), 300),
            dated("/invoices", "2025-12-01", Some("2025-12-31"), ("customer_id", &adam), 40),
            dated("/credit-notes", "2026-03-05", None, ("customer_id", &zoe), 700),
        ] {
            made.push(books.client.post(&path, &body).expect(201).id());
        }
        let void = json!({ "date": "2026-04-15" });
        let _ = books.client.post(&format!("/invoices/{}/void", made[0]), &void).expect(200);

        let found = report(&books, "as_of=2026-04-01&details=true");
        let rows = found.data()["rows"].as_array().unwrap();
        let names: Vec<&Value> = rows.iter().map(|row| &row["contact_name"]).collect();
        assert_eq!(names, ["Adam", "zoe"]);
        assert_eq!(amounts(&rows[0]), [0, 0, 0, 0, 40, 0, 40]);
        assert_eq!(amounts(&rows[1]), [300, 2_000, 10_000, 0, 0, -700, 11_600]);
        assert_eq!((&rows[1]["base_total"], &rows[1]["currency_code"]), (&json!(11_600), &json!("USD")));
        assert_eq!(amounts(&found.data()["totals"]), [300, 2_000, 10_000, 0, 40, -700, 11_640]);
        assert_reconciled(found.data());
        let control = &found.data()["accounts"][0];
        assert_eq!((&control["number"], &control["balance"]), (&json!("1100"), &json!(11_640)));
        let documents = rows[1]["documents"].as_array().unwrap();
        let told: Vec<(&Value, &Value, &Value)> = documents
            .iter()
            .map(|document| (&document["type"], &document["days_overdue"], &document["open"]))
            .collect();
        let invoice = json!("invoice");
        assert_eq!(
            told,
            [
                (&invoice, &json!(60), &json!(10_000)),
                (&json!("credit_note"), &json!(0), &json!(-700)),
                (&invoice, &json!(1), &json!(2_000)),
                (&invoice, &json!(0), &json!(300)),
            ]
        );
        assert_eq!(documents[0]["id"], made[0]);

        let before = report(&books, "as_of=2026-02-01");
        assert_eq!(amounts(&before.data()["totals"]), [0, 10_000, 40, 0, 0, 0, 10_040]);
        assert_eq!(before.data()["rows"][0].get("documents"), None);
        assert_reconciled(before.data());
        let after = report(&books, "as_of=2026-04-15");
        assert_eq!(amounts(&after.data()["totals"]), [300, 2_000, 0, 0, 40, -700, 1_640]);
        assert_reconciled(after.data());
        let one = report(&books, &format!("as_of=2026-04-15&contact_id={adam}"));
        assert_eq!(amounts(&one.data()["totals"]), [0, 0, 0, 0, 40, 0, 40]);
        assert_eq!(one.data()["accounts"], json!([]));
        assert_eq!(report(&books, "as_of=2025-11-30").data()["rows"], json!([]));
        books.client.get("/reports/ar-aging?as_of=2200-01-01").refused_field("as_of", "range");
        let _ = report(&books, "");
    });
}

#[test]
fn payments_count_from_their_date_and_what_is_left_of_them_takes_away() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        let (path, body) =
            dated("/invoices", "2026-01-10", Some("2026-02-09"), ("customer_id", &customer), 10_000);
        let invoice = books.client.post(&path, &body).expect(201).id();
        let pay = |date: &str, amount: i64, applied: i64| {
            let body = json!({ "date": date, "amount": amount,
                "applications": [{ "invoice_id": invoice, "amount": applied }] });
            books.client.post("/payments/apply", &body).expect(201).id()
        };
        let first = pay("2026-02-15", 5_000, 4_000);
        let second = pay("2026-02-20", 6_000, 6_000);
        let totals = |day: &str| {
            let found = report(&books, &format!("as_of={day}"));
            assert_reconciled(found.data());
            amounts(&found.data()["totals"])
        };
        assert_eq!(totals("2026-02-10"), [0, 10_000, 0, 0, 0, 0, 10_000]);
        assert_eq!(totals("2026-02-15"), [0, 6_000, 0, 0, 0, -1_000, 5_000]);
        assert_eq!(totals("2026-02-20"), [0, 0, 0, 0, 0, -1_000, -1_000]);

        let body = json!({ "date": "2026-03-01" });
        let _ = books.client.post(&format!("/payments/{second}/void"), &body).expect(200);
        let body = json!({ "date": "2026-03-05" });
        let _ = books.client.post(&format!("/payments/{first}/unapply"), &body).expect(200);
        assert_eq!(totals("2026-02-20"), [0, 0, 0, 0, 0, -1_000, -1_000], "as it was then");
        assert_eq!(totals("2026-03-01"), [0, 6_000, 0, 0, 0, -1_000, 5_000]);
        assert_eq!(totals("2026-03-05"), [0, 10_000, 0, 0, 0, -5_000, 5_000]);
        let body = json!({ "date": "2026-03-20" });
        let _ = books.client.post(&format!("/payments/{first}/void"), &body).expect(200);
        assert_eq!(totals("2026-03-05"), [0, 10_000, 0, 0, 0, -5_000, 5_000], "as it was then");
        assert_eq!(totals("2026-03-20"), [0, 0, 10_000, 0, 0, 0, 10_000]);
    });
}

#[test]
fn vendors_and_foreign_currency() {
    for_each_server(|server| {
        let books = server.found();
        let vendor = vendor(&books);
        let _ = books.client.post("/bills", &bill(&vendor, 1_000)).expect(201);
        let mut foreign = bill(&vendor, 10_000);
        foreign["currency_code"] = json!("EUR");
        foreign["exchange_rate"] = json!(1_250_000);
        foreign["due_date"] = json!("2026-03-31");
        let _ = books.client.post("/bills", &foreign).expect(201);
        let credit = json!({ "vendor_id": vendor, "date": "2026-03-31", "lines": [line("6100", 300)] });
        let _ = books.client.post("/vendor-credits", &credit).expect(201);
        let _ =
            books.client.post("/invoices", &crate::http::document::invoice(&customer(&books), 5)).expect(201);
        let found = books.client.get("/reports/ap-aging?as_of=2026-04-30").expect(200);
        let rows = found.data()["rows"].as_array().unwrap();
        assert_eq!(amounts(&rows[0]), [0, 10_000, 0, 0, 0, 0, 10_000]);
        assert_eq!((&rows[0]["currency_code"], &rows[0]["base_total"]), (&json!("EUR"), &json!(12_500)));
        assert_eq!(amounts(&rows[1]), [1_000, 0, 0, 0, 0, -300, 700]);
        assert_eq!(amounts(&found.data()["totals"]), [1_000, 12_500, 0, 0, 0, -300, 13_200]);
        assert_reconciled(found.data());
        assert_eq!(found.data()["accounts"][1]["balance"], 13_200, "{}", found.data()["accounts"]);
    });
}

#[test]
fn an_entry_without_a_document_is_a_difference() {
    let books = Server::shared().found();
    let entry = json!({ "date": "2026-03-31", "lines": [
        { "account_number": "1100", "debit": 77 },
        { "account_number": "4100", "credit": 77 },
    ] });
    let _ = books.client.post("/entries", &entry).expect(201);
    let found = report(&books, "as_of=2026-03-31");
    let control = &found.data()["accounts"][0];
    assert_eq!((&control["open"], &control["difference"]), (&json!(0), &json!(77)));
}

#[test]
fn the_csv_has_a_row_for_each_contact_or_document_and_the_totals() {
    let books = Server::shared().found();
    let customer = contact_with(&books, ContactType::Customer, |contact| {
        contact.display_name = "=Acme, Inc".to_owned();
    });
    for due in ["2026-03-31", "2026-04-30"] {
        let (path, body) = dated("/invoices", "2026-03-31", Some(due), ("customer_id", &customer), 12_345);
        let _ = books.client.post(&path, &body).expect(201);
    }
    let text = |query: &str| {
        let file = report(&books, &format!("as_of=2026-04-01&format=csv{query}"));
        assert!(file.header("content-disposition").unwrap().contains("ar-aging-2026-04-01.csv"));
        String::from_utf8(file.bytes.clone()).unwrap()
    };
    let short = text("");
    let rows: Vec<&str> = short.lines().collect();
    assert_eq!(
        rows,
        [
            "contact_id,contact_name,currency_code,current,days_1_30,days_31_60,days_61_90,over_90,unapplied,total,base_total",
            &format!("{customer},\"'=Acme, Inc\",USD,123.45,123.45,0.00,0.00,0.00,0.00,246.90,246.90"),
            ",Total,USD,123.45,123.45,0.00,0.00,0.00,0.00,246.90,246.90",
        ]
    );
    let long = text("&details=true");
    let rows: Vec<&str> = long.lines().collect();
    assert_eq!(rows.len(), 4);
    assert!(rows[1].contains(",invoice,"), "{long}");
    assert!(
        rows[1].ends_with(",2026-03-31,2026-03-31,0.00,123.45,0.00,0.00,0.00,0.00,123.45,123.45"),
        "{long}"
    );
    assert!(rows[3].starts_with(",Total,USD,,,,,,123.45,123.45,"), "{long}");
}
