//! `/balances` and the trial balance.

use crate::http::case::{Access, Case, ask, entry};
use partita_tests::server::{Server, for_each_server};
use serde_json::json;

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("reports:read");
    let bad_format = ("format", "one_of");
    vec![
        Case::read("listBalances", read, |_| ask(), |_| ask().query("as_of", "today"), ("as_of", "format")),
        Case::read(
            "getBalance",
            read,
            |books| ask().at("account_id", books.account("1000")),
            |_| ask().at("account_id", "1000"),
            ("account_id", "format"),
        ),
        Case::read("reportBalances", read, |_| ask(), |_| ask().query("format", "pdf"), bad_format),
        Case::read("reportTrialBalance", read, |_| ask(), |_| ask().query("format", "pdf"), bad_format),
    ]
}

#[test]
fn balances_are_right_at_any_date() {
    for_each_server(|server| {
        let books = server.found();
        for (date, amount) in [("2025-12-31", 100), ("2026-01-15", 20), ("2026-01-16", 3)] {
            let _ = books.client.post("/entries", &entry(date, amount)).expect(201);
        }
        let account = books.account("4100");
        let balance = |query: &str| {
            let found = books.client.get(&format!("/balances/{account}?{query}")).expect(200);
            let data = found.data();
            [&data["opening_balance"], &data["credit_total"], &data["balance"]]
                .map(|value| value.as_i64().unwrap())
        };
        assert_eq!(balance("to=2026-01-15"), [0, 120, 120]);
        assert_eq!(balance("from=2026-01-01&to=2026-01-15"), [100, 20, 120]);
        assert_eq!(balance("from=2026-01-16&to=2026-12-31"), [120, 3, 123]);
        let list = books.client.get("/balances?as_of=2026-01-15").expect(200);
        assert_eq!(list.data()["rows"].as_array().unwrap().len(), 2);
        for report in ["/reports/balances", "/reports/trial-balance"] {
            let found = books.client.get(&format!("{report}?as_of=2026-01-15")).expect(200);
            let data = found.data();
            assert_eq!((&data["total_debit"], &data["total_credit"]), (&json!(120), &json!(120)), "{report}");
            assert_eq!(
                (&data["balanced"], &data["currency_code"]),
                (&json!(true), &json!("USD")),
                "{report}"
            );
        }
        books
            .client
            .get(&format!("/balances/{account}?from=2026-02-01&to=2026-01-01"))
            .refused_field("from", "date_order");
        books.client.get("/balances?as_of=2200-01-01").refused_field("as_of", "range");
        books.client.get("/balances?adjustment_period=15").refused(400, "validation_error");
    });
}

#[test]
fn a_trial_balance_comes_as_csv() {
    let books = Server::shared().found();
    let _ = books.client.post("/entries", &entry("2026-01-15", 12345)).expect(201);
    let file = books.client.get("/reports/trial-balance?as_of=2026-01-15&format=csv").expect(200);
    assert!(file.header("content-type").unwrap().starts_with("text/csv"));
    assert!(file.header("content-disposition").unwrap().contains(".csv"));
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    let rows: Vec<&str> = text.lines().collect();
    assert!(rows[0].starts_with("account_id,number,name,type,category"), "{text}");
    assert!(rows[1].contains(",1000,Checking,bank,asset,USD,123.45,"), "{text}");
}
