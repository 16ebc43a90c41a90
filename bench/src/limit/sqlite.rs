//! A bare loop that writes the rows that the service has written, into the same tables and indexes, with prepared
//! statements, each kept balance once per transaction.

use anyhow::{Context, Result};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// So many entries are read ahead between transactions, which is not measured.
const READ_AHEAD: usize = 8_192;
/// What the service's own writer says.
const WRITER: &str = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; \
     PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000; PRAGMA journal_size_limit=67108864; PRAGMA cell_size_check=ON;";

/// The rows of one entry.
struct Unit {
    entry: Vec<Value>,
    lines: Vec<Vec<Value>>,
    event: Vec<Value>,
}

/// Entries a second, with so many in a transaction.
pub(crate) fn bare_loop(written: &Path, per_transaction: usize) -> Result<f64> {
    let bare = written.with_extension("bare.db");
    partita_sql::migrate(&format!("sqlite:{}", bare.display()))?;
    let mut connection = Connection::open(&bare)?;
    connection.execute_batch(WRITER)?;
    connection.execute("ATTACH ?1 AS written", [written.to_string_lossy()])?;
    for table in ["companies", "ledger_heads", "accounts", "periods", "sequence_counters"] {
        connection.execute(&format!("INSERT INTO {table} SELECT * FROM written.{table}"), [])?;
    }
    connection.execute("DETACH written", [])?;
    let mut source = Source::open(written)?;
    let (mut spent, mut done) = (Duration::ZERO, 0);
    let ahead = READ_AHEAD.next_multiple_of(per_transaction);
    loop {
        let units = source.read(ahead)?;
        if units.is_empty() {
            break;
        }
        let begun = Instant::now();
        for part in units.chunks(per_transaction) {
            write(&mut connection, part)?;
        }
        spent += begun.elapsed();
        done += units.len();
    }
    drop(connection);
    remove(&bare);
    Ok(done as f64 / spent.as_secs_f64())
}

/// What it takes to commit one row durably: the median, in milliseconds.
pub(crate) fn flush_ms(directory: &Path) -> Result<f64> {
    let path = directory.join("flush.db");
    let connection = Connection::open(&path)?;
    connection.execute_batch(WRITER)?;
    connection.execute_batch("CREATE TABLE rows (number INTEGER PRIMARY KEY) STRICT")?;
    let mut insert = connection.prepare("INSERT INTO rows VALUES (?1)")?;
    let mut times = Vec::new();
    for number in 0..400 {
        let begun = Instant::now();
        insert.execute([number])?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    drop(insert);
    drop(connection);
    remove(&path);
    Ok(crate::load::percentile_ms(&times, 0.5))
}

fn remove(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
    }
}

/// Reads in order what the service has written.
struct Source {
    connection: Connection,
    position: i64,
    sequence: i64,
}

impl Source {
    fn open(written: &Path) -> Result<Self> {
        Ok(Self { connection: Connection::open(written)?, position: 0, sequence: 0 })
    }

    fn rows(&self, sql: &str, after: i64, to: i64) -> Result<Vec<Vec<Value>>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let columns = statement.column_count();
        let rows =
            statement.query_map([after, to], |row| (0..columns).map(|column| row.get(column)).collect())?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn read(&mut self, count: usize) -> Result<Vec<Unit>> {
        let to = self.position + i64::try_from(count)?;
        let entries = self.rows(
            "SELECT * FROM journal_entries WHERE position > ?1 AND position <= ?2 ORDER BY position",
            self.position,
            to,
        )?;
        let lines = self.rows(
            "SELECT l.* FROM journal_entries e CROSS JOIN journal_lines l ON l.company_id = e.company_id AND l.entry_id = e.id \
             WHERE e.position > ?1 AND e.position <= ?2 ORDER BY e.position, l.line_number",
            self.position,
            to,
        )?;
        let events = self.rows(
            "SELECT * FROM audit_events WHERE action = 'journal_entry.posted' AND sequence > ?1 ORDER BY sequence LIMIT ?2",
            self.sequence,
            i64::try_from(entries.len())?,
        )?;
        self.position = to;
        if let Some(Value::Integer(sequence)) = events.last().and_then(|event| event.get(1)) {
            self.sequence = *sequence;
        }
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
}

fn places(count: usize) -> String {
    vec!["?"; count].join(",")
}

fn write(connection: &mut Connection, units: &[Unit]) -> Result<()> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let first = units.first().context("a part has units")?;
    let last = units.last().context("a part has units")?;
    let company = first.entry.first();
    let mut balances: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
    let mut periods: BTreeMap<&str, i64> = BTreeMap::new();
    {
        let line_width = first.lines.first().map_or(0, Vec::len);
        let mut entry = transaction
            .prepare_cached(&format!("INSERT INTO journal_entries VALUES ({})", places(first.entry.len())))?;
        let mut line = transaction
            .prepare_cached(&format!("INSERT INTO journal_lines VALUES ({})", places(line_width)))?;
        let mut event = transaction
            .prepare_cached(&format!("INSERT INTO audit_events VALUES ({})", places(first.event.len())))?;
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
                    let sums = balances.entry((account, date)).or_default();
                    sums.0 += debit;
                    sums.1 += credit;
                }
            }
            event.execute(params_from_iter(&unit.event))?;
            if let Some(Value::Text(period)) = unit.entry.get(7) {
                *periods.entry(period).or_default() += 1;
            }
        }
        let mut head = transaction.prepare_cached(
            "UPDATE ledger_heads SET entry_position = ?2, entry_hash = ?3, audit_sequence = ?4, audit_hash = ?5 WHERE company_id = ?1",
        )?;
        head.execute(params![
            company,
            last.entry.get(3),
            last.entry.get(20),
            last.event.get(1),
            last.event.get(14)
        ])?;
        let mut counter = transaction
            .prepare_cached("UPDATE sequence_counters SET next_number = next_number + ?2 WHERE company_id = ?1 AND scope = ?3")?;
        counter.execute(params![company, i64::try_from(units.len())?, last.entry.get(6)])?;
        let mut period = transaction.prepare_cached(
            "UPDATE periods SET entry_count = entry_count + ?3 WHERE company_id = ?1 AND period = ?2",
        )?;
        for (name, count) in periods {
            period.execute(params![company, name, count])?;
        }
        keep(&transaction, company, &balances)?;
    }
    transaction.commit()?;
    Ok(())
}

fn keep(
    transaction: &Connection,
    company: Option<&Value>,
    balances: &BTreeMap<(&str, &str), (i64, i64)>,
) -> Result<()> {
    for (table, cut) in [("balances_by_day", 10), ("balances_by_month", 7)] {
        let mut balance = transaction.prepare_cached(&format!(
            "INSERT INTO {table} VALUES (?1, ?2, 'USD', ?3, ?4, ?5, ?6, ?5, ?6) ON CONFLICT DO UPDATE SET debit = debit + excluded.debit, \
             credit = credit + excluded.credit, base_debit = base_debit + excluded.base_debit, base_credit = base_credit + excluded.base_credit"
        ))?;
        let mut folded: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
        for ((account, date), (debit, credit)) in balances {
            let sums = folded.entry((account, date.get(..cut).unwrap_or(date))).or_default();
            sums.0 += debit;
            sums.1 += credit;
        }
        for ((account, date), (debit, credit)) in folded {
            let day = if cut == 7 { format!("{date}-01") } else { date.to_owned() };
            balance.execute(params![company, account, day.get(..7), day, debit, credit])?;
        }
    }
    Ok(())
}
