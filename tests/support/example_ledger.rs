//! The example ledger and the balances that an independent program computed from it.

use std::collections::BTreeMap;
use time::Date;
use time::macros::format_description;

/// Accounts, one JSON object a line.
pub const ACCOUNTS: &str = include_str!("../data/example-ledger/accounts.ndjson");
/// Entries, one JSON object a line.
pub const ENTRIES: &str = include_str!("../data/example-ledger/entries.ndjson");
const BALANCES: &str = include_str!("../data/example-ledger/trial-balance.json");

/// Balances by account number, debit positive, minor units.
pub type Balances = BTreeMap<String, i64>;

/// The balances at the end of each year.
///
/// # Panics
/// When the file is not what it should be.
#[must_use]
pub fn expected() -> Vec<(Date, Balances)> {
    let file: serde_json::Value = serde_json::from_str(BALANCES).unwrap();
    let dates = file["balances"].as_object().unwrap();
    let end = dates["end_date"].as_str().unwrap();
    let day = |text: &str| Date::parse(text, format_description!("[year]-[month]-[day]")).unwrap();
    dates
        .iter()
        .filter(|(_, balances)| balances.is_object())
        .map(|(date, balances)| {
            let date = if date == "end" { end } else { date };
            (day(date), serde_json::from_value(balances.clone()).unwrap())
        })
        .collect()
}

/// Asserts that both name the same balances; an account that has come to zero may be left out.
///
/// # Panics
/// When they differ.
pub fn assert_balances(date: Date, expected: &Balances, found: impl IntoIterator<Item = (String, i64)>) {
    let found: Balances = found.into_iter().filter(|(_, balance)| *balance != 0).collect();
    let expected: Balances =
        expected.iter().filter(|(_, balance)| **balance != 0).map(|(n, b)| (n.clone(), *b)).collect();
    assert_eq!(found, expected, "on {date}");
}
