//! The limit: a bare loop that writes the rows that the service has written, into the same tables and indexes, with
//! prepared statements, each kept balance once per transaction.

use anyhow::{Context, Result};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// The rows of one entry.
struct Unit {
    entry: Vec<Value>,
    lines: Vec<Vec<Value>>,
    event: Vec<Value>,
}

/// Entries a second, with so many in a transaction.
pub(crate) fn sqlite(written: &Path, per_transaction: usize, round: Duration) -> Result<f64> {
    let source = Connection::open(written)?;
    let units = units(&source)?;
    drop(source);
    let bare = written.with_extension("bare.db");
    let url = format!("sqlite:{}", bare.display());
    partita_sql::migrate(&url)?;
    let mut connection = Connection::open(&bare)?;
    connection.execute_batch("PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000;")?;
    connection.execute("ATTACH ?1 AS written", [written.to_string_lossy()])?;
    for table in ["companies", "ledger_heads", "accounts", "periods"] {
        connection.execute(&format!("INSERT INTO {table} SELECT * FROM written.{table}"), [])?;
    }
    connection.execute("DETACH written", [])?;
    let begun = Instant::now();
    let mut done = 0_usize;
    'round: loop {
        for part in units.chunks(per_transaction) {
            if begun.elapsed() >= round {
                break 'round;
            }
            write(&mut connection, part)?;
            done += part.len();
        }
        // All written: begin anew with empty tables, which costs the limit nothing but this pause.
        if done >= units.len() {
            break;
        }
    }
    let rate = done as f64 / begun.elapsed().as_secs_f64();
    drop(connection);
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", bare.display()));
    }
    Ok(rate)
}

fn rows(connection: &Connection, sql: &str) -> Result<Vec<Vec<Value>>> {
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| (0..columns).map(|column| row.get(column)).collect())?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn units(source: &Connection) -> Result<Vec<Unit>> {
    let entries = rows(source, "SELECT * FROM journal_entries ORDER BY position")?;
    let lines = rows(source, "SELECT * FROM journal_lines ORDER BY position, line_number")?;
    let events =
        rows(source, "SELECT * FROM audit_events WHERE action = 'journal_entry.posted' ORDER BY sequence")?;
    let mut lines = lines.into_iter().peekable();
    let mut units = Vec::with_capacity(entries.len());
    for (entry, event) in entries.into_iter().zip(events) {
        let id = entry.get(1).cloned().context("an entry has an id")?;
        let mut own = Vec::with_capacity(2);
        while let Some(line) = lines.next_if(|line| line.get(1) == Some(&id)) {
            own.push(line);
        }
        units.push(Unit { entry, lines: own, event });
    }
    Ok(units)
}

fn places(count: usize) -> String {
    vec!["?"; count].join(",")
}

fn write(connection: &mut Connection, units: &[Unit]) -> Result<()> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    {
        let first = units.first().context("a part has units")?;
        let line_width = first.lines.first().map_or(0, Vec::len);
        let mut entry = transaction
            .prepare_cached(&format!("INSERT INTO journal_entries VALUES ({})", places(first.entry.len())))?;
        let mut line = transaction
            .prepare_cached(&format!("INSERT INTO journal_lines VALUES ({})", places(line_width)))?;
        let mut event = transaction
            .prepare_cached(&format!("INSERT INTO audit_events VALUES ({})", places(first.event.len())))?;
        let mut balances: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
        for unit in units {
            entry.execute(params_from_iter(&unit.entry))?;
            for values in &unit.lines {
                line.execute(params_from_iter(values))?;
                if let [
                    _,
                    _,
                    _,
                    Value::Text(date),
                    _,
                    Value::Text(account),
                    Value::Integer(debit),
                    Value::Integer(credit),
                    ..,
                ] = values.as_slice()
                {
                    let sums = balances.entry((account.clone(), date.clone())).or_default();
                    sums.0 += debit;
                    sums.1 += credit;
                }
            }
            event.execute(params_from_iter(&unit.event))?;
        }
        let company = first.entry.first();
        for (table, cut) in [("balances_by_day", 10), ("balances_by_month", 7)] {
            let mut balance = transaction.prepare_cached(&format!(
                "INSERT INTO {table} VALUES (?1, ?2, 'USD', ?3, ?4, ?5, ?6, ?5, ?6) ON CONFLICT DO UPDATE SET debit = debit + excluded.debit, \
                 credit = credit + excluded.credit, base_debit = base_debit + excluded.base_debit, base_credit = base_credit + excluded.base_credit"
            ))?;
            let mut folded: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
            for ((account, date), (debit, credit)) in &balances {
                let sums = folded.entry((account, &date[..cut])).or_default();
                sums.0 += debit;
                sums.1 += credit;
            }
            for ((account, date), (debit, credit)) in folded {
                let day = if cut == 7 { format!("{date}-01") } else { date.to_owned() };
                balance.execute(params![company, account, &date[..7], day, debit, credit])?;
            }
        }
        let mut head = transaction.prepare_cached("UPDATE ledger_heads SET entry_position = entry_position + ?1, audit_sequence = audit_sequence + ?1")?;
        head.execute([i64::try_from(units.len())?])?;
    }
    transaction.commit()?;
    Ok(())
}
