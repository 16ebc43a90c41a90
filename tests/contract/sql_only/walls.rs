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

/// A copy of the only row of a table, with other values in some columns.
fn copied(table: &str, columns: &[&str], changed: &[(&str, &str)]) -> String {
    let values = columns.iter().map(|column| {
        changed
            .iter()
            .find(|(name, _)| name == column)
            .map_or((*column).to_owned(), |(_, value)| (*value).to_owned())
    });
    let values: Vec<String> = values.collect();
    format!("INSERT INTO {table} ({}) SELECT {} FROM {table}", columns.join(", "), values.join(", "))
}

#[test]
fn constraints_refuse_words_that_are_none_of_the_books() {
    let audit_events = [
        "company_id",
        "sequence",
        "occurred_at",
        "actor",
        "action",
        "resource_type",
        "resource_id",
        "source",
        "previous_hash",
        "hash",
    ];
    let tax_entries = [
        "company_id",
        "date",
        "entry_id",
        "line_number",
        "document_id",
        "tax_code_id",
        "trade",
        "kind",
        "origin",
        "base",
        "tax",
        "recoverable",
    ];
    for_each_books(|url, store| {
        store.write(COMPANY, |tx| unit(tx, 1, sale(date!(2026 - 02 - 03), 7))).unwrap();
        store
            .write(COMPANY, |tx| {
                tx.tax_codes().insert(&tax_code(80, 2_000))?;
                let invoice = document(30, DocumentKind::Invoice, date!(2026 - 02 - 03), 7);
                tx.documents().insert(&set_open(invoice, 7))?;
                tx.documents().insert(&document(31, DocumentKind::Estimate, date!(2026 - 02 - 03), 7))?;
                Ok(tx.tax_entries().insert(&[tax_entry(date!(2026 - 02 - 03), 1, 1)])?)
            })
            .unwrap();
        let event = |source: &str| {
            copied("audit_events", &audit_events, &[("sequence", "sequence + 1"), ("source", source)])
        };
        let tax = |column: &str, value: &str| {
            copied("tax_entries", &tax_entries, &[("line_number", "line_number + 1"), (column, value)])
        };
        for word in ["api", "cli", "system"] {
            let refused = execute(url, &format!("BEGIN; {}; ROLLBACK", event(&format!("'{word}'"))));
            assert_eq!(refused, Ok(()), "{word}");
        }
        for (column, words) in [
            ("kind", vec!["charged", "withheld", "self_assessed"]),
            ("origin", vec!["posting", "void", "discount", "payment"]),
        ] {
            for word in words {
                let refused =
                    execute(url, &format!("BEGIN; {}; ROLLBACK", tax(column, &format!("'{word}'"))));
                assert_eq!(refused, Ok(()), "{word}");
            }
        }
        let draft = "WHERE kind = 'estimate'";
        for word in ["draft", "sent", "accepted", "declined", "converted"] {
            assert_eq!(
                execute(url, &format!("UPDATE documents SET state = '{word}' {draft}")),
                Ok(()),
                "{word}"
            );
        }
        for refused in [
            event("'pigeon'"),
            event("'API'"),
            tax("kind", "'forgotten'"),
            tax("origin", "''"),
            format!("UPDATE documents SET kind = 'order' {draft}"),
            format!("UPDATE documents SET state = 'lost' {draft}"),
        ] {
            let why = execute(url, &refused).unwrap_err();
            assert!(why.to_lowercase().contains("check constraint"), "{refused}: {why}");
        }
    });
}

#[derive(diesel::QueryableByName)]
struct Step {
    #[diesel(sql_type = diesel::sql_types::Text)]
    opcode: String,
}

#[test]
fn a_file_makes_no_table_to_check_a_row() {
    use diesel::RunQueryDsl;
    let directory = Directory::fresh();
    partita_sql::migrate(&directory.url()).unwrap();
    let mut conn = SqliteConnection::establish(directory.url().strip_prefix("sqlite:").unwrap()).unwrap();
    conn.batch_execute("PRAGMA foreign_keys = ON").unwrap();
    for table in [
        "audit_events",
        "document_lines",
        "documents",
        "idempotency_keys",
        "journal_entries",
        "journal_lines",
        "payment_applications",
        "payments",
        "stock_movements",
        "stocks",
        "tax_entries",
    ] {
        let steps: Vec<Step> =
            diesel::sql_query(format!("EXPLAIN INSERT INTO {table} DEFAULT VALUES")).load(&mut conn).unwrap();
        assert!(steps.iter().any(|step| step.opcode == "OpenWrite"), "{table}");
        assert!(steps.iter().all(|step| step.opcode != "OpenEphemeral"), "{table}");
    }
}
