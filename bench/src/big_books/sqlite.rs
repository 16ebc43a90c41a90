//! Writing them into a file.

use super::{Day, Entry, Trade};
use anyhow::{Context, Result};
use rusqlite::{Connection, params};
use std::path::Path;

const PER_TRANSACTION: usize = 100_000;

pub(super) fn write(path: &Path, trade: &mut Trade) -> Result<()> {
    let connection = Connection::open(path)?;
    // Nobody misses these books if the power fails.
    connection.execute_batch(
        "PRAGMA journal_mode=DELETE; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; \
         PRAGMA cache_size=-1000000; PRAGMA locking_mode=EXCLUSIVE; BEGIN;",
    )?;
    let mut done = 0;
    while let Some(entry) = trade.entry() {
        let day = trade.days.get(entry.day).context("a day")?;
        insert(&connection, trade, &entry, day)?;
        done += 1;
        if done % PER_TRANSACTION == 0 {
            connection.execute_batch("COMMIT; BEGIN;")?;
        }
    }
    connection.execute_batch(&trade.closing()?)?;
    connection.execute_batch("COMMIT; PRAGMA locking_mode=NORMAL; PRAGMA journal_mode=WAL;")?;
    Ok(())
}

fn insert(connection: &Connection, trade: &Trade, entry: &Entry, day: &Day) -> Result<()> {
    let position = i64::try_from(entry.position)?;
    connection
        .prepare_cached(
            "INSERT INTO journal_entries VALUES (?1, ?2, NULL, ?3, ?4, ?5, ?6, ?7, 'journal', NULL, ?8, NULL, 'USD', 1000000, ?9, \
             NULL, '{}', ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            trade.company,
            entry.id,
            position,
            entry.number,
            day.date,
            day.year,
            day.period,
            entry.memo,
            entry.amount,
            entry.created_at,
            trade.created_by,
            entry.previous_hash,
            entry.hash
        ])?;
    let mut line = connection.prepare_cached(
        "INSERT INTO journal_lines VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?7, ?8, NULL, NULL, NULL, NULL, NULL, NULL, 0)",
    )?;
    for (number, account, debit, credit) in
        [(1, entry.debit, entry.amount, 0), (2, entry.credit, 0, entry.amount)]
    {
        let account = trade.accounts.get(account);
        line.execute(params![trade.company, entry.id, number, day.date, position, account, debit, credit])?;
    }
    Ok(())
}
