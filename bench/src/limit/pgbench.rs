//! What a service without group commit can do: `pgbench` sends the statements of one entry round trip by round trip.

use crate::books::Books;
use crate::psql;
use anyhow::{Context, Result, bail};
use partita_tests::postgres::Cluster;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Who writes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writers {
    /// All clients into the books of one company, as the writers of one service.
    OneCompany,
    /// Each client into books of its own.
    CompanyEach,
}

const CLIENTS: usize = 32;
/// The part of an id that comes before the number of a client.
const COMPANY: &str = "00000000-0000-7000-8000-";

/// Entries a second into books that were just founded, once the server knows its tables.
pub(crate) fn entries_per_second(
    cluster: &Cluster,
    books: &Books,
    writers: Writers,
    round: Duration,
) -> Result<f64> {
    psql::run(cluster, &books.url, &companies(&books.company)?)?;
    let accounts = psql::run(
        cluster,
        &books.url,
        &format!(
            "SELECT id FROM accounts WHERE company_id = '{}' AND number IN ('6000', '6100', '6320', '6340', '1000') ORDER BY number DESC;",
            books.company
        ),
    )?;
    let accounts: Vec<&str> = accounts.lines().collect();
    let path = books.directory.path().join("entry.sql");
    let company = match writers {
        Writers::OneCompany => format!("'{}'", books.company),
        Writers::CompanyEach => format!("('{COMPANY}' || lpad(:client_id::text, 12, '0'))"),
    };
    std::fs::write(&path, script(&company, &accounts, &books.key_id)?)?;
    let database =
        books.url.split('?').next().and_then(|url| url.rsplit('/').next()).context("a database")?;
    // Plans for foreign keys that were made before there was a row are no limit of the server.
    run(cluster, books, &path, database, Duration::from_secs(1))?;
    psql::run(cluster, &books.url, "ANALYZE;")?;
    run(cluster, books, &path, database, round)
}

/// Transactions a second of a script.
fn run(cluster: &Cluster, books: &Books, script: &Path, database: &str, round: Duration) -> Result<f64> {
    let output = Command::new(cluster.programs().join("pgbench"))
        .args(["-n", "-M", "prepared", "-U", "partita", "-p", "5432", "-j", "2", "-h"])
        .arg(psql::directory(&books.url)?)
        .args(["-c", &CLIENTS.to_string(), "-T", &round.as_secs().max(1).to_string(), "-f"])
        .arg(script)
        .arg(database)
        .output()?;
    let printed = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() || !printed.contains("number of failed transactions: 0") {
        bail!("pgbench failed: {printed}{}", String::from_utf8_lossy(&output.stderr));
    }
    let line =
        printed.lines().find_map(|line| line.strip_prefix("tps = ")).context("pgbench says its rate")?;
    Ok(line.split(' ').next().unwrap_or_default().parse()?)
}

/// A company for each client, with the same chart.
fn companies(model: &str) -> Result<String> {
    let mut sql = String::new();
    for client in 0..CLIENTS {
        for table in ["companies", "ledger_heads", "accounts"] {
            writeln!(
                sql,
                "INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object('company_id', '{COMPANY}{client:012}'))).* \
                 FROM {table} t WHERE company_id = '{model}' ON CONFLICT DO NOTHING;"
            )?;
        }
    }
    Ok(sql)
}

fn script(company: &str, accounts: &[&str], key_id: &str) -> Result<String> {
    let (cash, expenses) = accounts.split_last().context("accounts")?;
    let expense = format!("(ARRAY['{}'])[:account::int]", expenses.join("','"));
    let id = "('01a20b55-5657-741a-8000-' || lpad(to_hex(:position::bigint), 12, '0'))";
    let hash = "lpad(to_hex(:position::bigint), 64, '0')";
    let number = "('JE-2026-' || lpad(:position::text, 6, '0'))";
    let date = "('2026-03-' || lpad(:day::text, 2, '0'))::date";
    let row = |table: &str, date: &str| {
        format!(
            "INSERT INTO {table} AS kept VALUES ({company}, {expense}, 'USD', '2026-03', {date}, :amount, 0, :amount, 0), \
             ({company}, '{cash}', 'USD', '2026-03', {date}, 0, :amount, 0, :amount) \
             ON CONFLICT (company_id, account_id, currency_code, period, date) DO UPDATE SET debit = kept.debit + excluded.debit, \
             credit = kept.credit + excluded.credit, base_debit = kept.base_debit + excluded.base_debit, \
             base_credit = kept.base_credit + excluded.base_credit"
        )
    };
    let after = format!(
        r#"{{"currency_code":"USD","date":"2026-03-15","entry_number":"JE-2026-000001","hash":"{}","period":"2026-03","total":5,"transaction_type":"journal"}}"#,
        "0".repeat(64)
    )
    // pgbench takes a colon before a word for a variable.
    .replace(":\"", ": \"");
    Ok([
        "\\set account random(1, 4)".to_owned(),
        "\\set day random(1, 28)".to_owned(),
        "\\set amount random(1, 100000)".to_owned(),
        "BEGIN;".to_owned(),
        format!(
            "SELECT entry_position + 1 AS position, audit_sequence + 1 AS sequence, entry_hash, audit_hash FROM ledger_heads \
             WHERE company_id = {company} FOR UPDATE \\gset"
        ),
        format!(
            "INSERT INTO journal_entries VALUES ({company}, {id}, NULL, :position, {number}, {date}, 2026, '2026-03', 'journal', NULL, \
             'Entry of a client', NULL, 'USD', 1000000, :amount, NULL, '{{}}', now() AT TIME ZONE 'UTC', 'key:{key_id}', :entry_hash, {hash});"
        ),
        format!(
            "INSERT INTO journal_lines (company_id, entry_id, line_number, date, position, account_id, debit, credit, base_debit, base_credit) \
             VALUES ({company}, {id}, 1, {date}, :position, {expense}, :amount, 0, :amount, 0), \
             ({company}, {id}, 2, {date}, :position, '{cash}', 0, :amount, 0, :amount);"
        ),
        format!(
            "INSERT INTO audit_events VALUES ({company}, :sequence, now() AT TIME ZONE 'UTC', 'key:{key_id}', 'journal_entry.posted', \
             'journal_entry', {id}, NULL, '{after}', NULL, 'api', '127.0.0.1', '01M85NANJCERW9ARWDM6NBB3VZ', :audit_hash, {hash});"
        ),
        format!("WITH days AS ({}) {};", row("balances_by_day", date), row("balances_by_month", "'2026-03-01'::date")),
        format!(
            "UPDATE ledger_heads SET entry_position = :position, entry_hash = {hash}, audit_sequence = :sequence, audit_hash = {hash}, \
             turnover = turnover + 2 * :amount::bigint WHERE company_id = {company};"
        ),
        "COMMIT;".to_owned(),
    ]
    .join("\n"))
}
