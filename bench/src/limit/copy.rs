//! COPY of the rows that the service has written, into the same tables and indexes, in one transaction: the server
//! reads them from files, so no client costs anything.

use crate::psql;
use anyhow::{Context, Result};
use partita_tests::postgres::Cluster;
use std::fmt::Write;

const BEFORE: [&str; 3] = ["companies", "accounts", "ledger_heads"];
const MEASURED: [(&str, &str); 5] = [
    ("journal_entries", "SELECT * FROM journal_entries ORDER BY position"),
    ("journal_lines", "SELECT * FROM journal_lines ORDER BY position, line_number"),
    ("audit_events", "SELECT * FROM audit_events WHERE action = 'journal_entry.posted' ORDER BY sequence"),
    ("balances_by_day", "SELECT * FROM balances_by_day ORDER BY account_id, date"),
    ("balances_by_month", "SELECT * FROM balances_by_month ORDER BY account_id, date"),
];

/// Entries a second.
pub(crate) fn entries_per_second(cluster: &Cluster, written: &str) -> Result<f64> {
    let directory = psql::directory(written)?;
    let file = |table: &str| format!("'{}/{table}.copy'", directory.display());
    let mut out = String::new();
    let selects = BEFORE.map(|table| (table, format!("SELECT * FROM {table}")));
    let measured = MEASURED.map(|(table, select)| (table, select.to_owned()));
    for (table, select) in selects.iter().chain(&measured) {
        writeln!(out, "COPY ({select}) TO {};", file(table))?;
    }
    writeln!(out, "SELECT count(*) FROM journal_entries;")?;
    let count: f64 = psql::run(cluster, written, &out)?.trim().parse()?;
    let url = cluster.create_migrated_database();
    let mut before = String::new();
    for table in BEFORE {
        writeln!(before, "COPY {table} FROM {};", file(table))?;
    }
    // What came before is not paid for by what is measured.
    writeln!(before, "CHECKPOINT;")?;
    psql::run(cluster, &url, &before)?;
    let clock = "SELECT extract(epoch FROM clock_timestamp());";
    let mut timed = format!("SET synchronous_commit = on;\n{clock}\nBEGIN;\n");
    for (table, _) in MEASURED {
        writeln!(timed, "COPY {table} FROM {};", file(table))?;
    }
    writeln!(timed, "COMMIT;\n{clock}")?;
    let printed = psql::run(cluster, &url, &timed)?;
    let times: Vec<f64> = printed.lines().filter_map(|line| line.parse().ok()).collect();
    let (first, last) = times.first().zip(times.last()).context("two times")?;
    Ok(count / (last - first))
}
