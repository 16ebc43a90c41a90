//! The database is the last wall: it refuses what no use case would ask for.

use super::*;
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use partita_domain::document::DocumentKind;
use partita_tests::fixtures::{document, set_open, tax_code, tax_entry};

/// Runs statements past the store.
pub(crate) fn execute(url: &str, statements: &str) -> std::result::Result<(), String> {
    match url.strip_prefix("sqlite:") {
        Some(path) => {
            let mut conn = SqliteConnection::establish(path).unwrap();
            conn.batch_execute("PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;").unwrap();
            conn.batch_execute(statements)
        }
        None => PgConnection::establish(url).unwrap().batch_execute(statements),
    }
    .map_err(|error| error.to_string())
}

#[test]
fn what_is_posted_is_neither_changed_nor_deleted() {
    for_each_books(|url, store| {
        store.write(COMPANY, |tx| unit(tx, 1, sale(date!(2026 - 02 - 03), 7))).unwrap();
        store
            .write(COMPANY, |tx| {
                tx.items().insert(&item(1, "Screw"))?;
                tx.stocks().append(&[stock_record(1, 1, 1)])?;
                tx.tax_codes().insert(&tax_code(80, 2_000))?;
                let invoice = document(30, DocumentKind::Invoice, date!(2026 - 02 - 03), 7);
                tx.documents().insert(&set_open(invoice, 7))?;
                Ok(tx.tax_entries().insert(&[tax_entry(date!(2026 - 02 - 03), 1, 1)])?)
            })
            .unwrap();
        let columns = [
            ("journal_entries", "memo"),
            ("journal_lines", "description"),
            ("audit_events", "reason"),
            ("idempotency_keys", "outcome"),
            ("stock_movements", "reason"),
            ("tax_entries", "origin"),
        ];
        for (table, column) in columns {
            for statement in [format!("UPDATE {table} SET {column} = 'x'"), format!("DELETE FROM {table}")] {
                let refused = execute(url, &statement).unwrap_err();
                assert!(refused.contains("never change"), "{statement}: {refused}");
            }
            if !url.starts_with("sqlite:") {
                let refused = execute(url, &format!("TRUNCATE {table} CASCADE")).unwrap_err();
                assert!(refused.contains("never change"), "{table}: {refused}");
            }
        }
        assert_units(store, COMPANY, 1);
    });
}

#[test]
fn constraints_refuse_what_makes_no_sense() {
    for_each_books(|url, store| {
        store.write(COMPANY, |tx| unit(tx, 1, sale(date!(2026 - 02 - 03), 7))).unwrap();
        let copy_line = |debit: &str, credit: &str, account: &str, number: i32| {
            format!(
                "INSERT INTO journal_lines (company_id, entry_id, line_number, date, position, account_id, debit, \
                 credit, base_debit, base_credit) SELECT company_id, entry_id, {number}, date, position, {account}, \
                 {debit}, {credit}, 0, 0 FROM journal_lines WHERE line_number = 1"
            )
        };
        assert_eq!(execute(url, &copy_line("1", "0", "account_id", 3)), Ok(()));
        for refused in [
            copy_line("1", "1", "account_id", 4),
            copy_line("-1", "0", "account_id", 4),
            copy_line("1", "0", "'nobody'", 4),
            copy_line("1", "0", "account_id", 1),
            "UPDATE ledger_heads SET turnover = -1".to_owned(),
            "UPDATE balances_by_day SET debit = -1".to_owned(),
            "UPDATE accounts SET version = 0".to_owned(),
            "UPDATE accounts SET parent_id = 'nobody'".to_owned(),
            "DELETE FROM companies".to_owned(),
        ] {
            assert!(execute(url, &refused).is_err(), "{refused}");
        }
    });
}
