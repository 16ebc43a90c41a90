//! What the databases do differently: the list of differences, and nothing else.

use crate::connection::{Conn, Place};
use crate::error::OpenError;
use crate::ledger_head::HeadRow;
use crate::pending::{Cell, Change};
use crate::schema::ledger_heads;
use diesel::connection::{AnsiTransactionManager, Connection, TransactionManager};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::{Array, BigInt, Date, Integer, Nullable, Text, Timestamp};
use diesel::sqlite::Sqlite;
use partita_application::ports::Mode;

type Manager = <Conn as Connection>::TransactionManager;

/// Opens a transaction. A file admits one writer at a time; a server has the row of the ledger head for that, and shows
/// a statement what was committed before it, so that what is read after waiting for the row is the newest.
pub(crate) fn begin(conn: &mut Conn, mode: Mode) -> QueryResult<()> {
    match (conn, mode) {
        (Conn::Postgres(conn), Mode::Write) => AnsiTransactionManager::begin_transaction_sql(
            conn,
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        ),
        (Conn::Postgres(conn), Mode::Read) => AnsiTransactionManager::begin_transaction_sql(
            conn,
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        ),
        (Conn::Sqlite(conn), Mode::Write) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")
        }
        (Conn::Sqlite(conn), Mode::Read) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN DEFERRED")
        }
    }
}

/// Opens a transaction in which nobody else migrates.
pub(crate) fn begin_alone(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN EXCLUSIVE"),
        Conn::Postgres(conn) => {
            AnsiTransactionManager::begin_transaction(conn)?;
            // Creating tables takes its time; the default for writers is too short to wait for another process.
            diesel::connection::SimpleConnection::batch_execute(
                conn,
                "SET LOCAL lock_timeout = 0; LOCK TABLE __diesel_schema_migrations IN ACCESS EXCLUSIVE MODE",
            )
        }
    }
}

/// Commits, or releases the savepoint.
pub(crate) fn commit(conn: &mut Conn) -> QueryResult<()> {
    Manager::commit_transaction(conn)
}

/// Rolls back, to the savepoint where there is one.
pub(crate) fn rollback(conn: &mut Conn) -> QueryResult<()> {
    Manager::rollback_transaction(conn)
}

/// Sets a savepoint.
pub(crate) fn savepoint(conn: &mut Conn) -> QueryResult<()> {
    Manager::begin_transaction(conn)
}

/// Whether writers of different companies wait for one another.
pub(crate) fn one_writer_for_all(place: &Place) -> bool {
    matches!(place, Place::File(_))
}

/// Takes a company's head; for writing this is where its writers wait for one another.
pub(crate) fn head(conn: &mut Conn, company: &str, mode: Mode) -> QueryResult<Option<HeadRow>> {
    let found = ledger_heads::table.find(company);
    match (conn, mode) {
        (Conn::Postgres(conn), Mode::Write) => {
            found.select(HeadRow::as_select()).for_update().first(conn).optional()
        }
        (conn, _) => found.select(HeadRow::as_select()).first(conn).optional(),
    }
}

/// What a failed statement means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Duplicate,
    Contended,
    Full,
    Other,
}

/// Sorts an error. The driver keeps neither result codes nor SQLSTATEs, so some can only be told by their text.
pub(crate) fn cause(error: &Error) -> Cause {
    let Error::DatabaseError(kind, information) = error else {
        return match error {
            Error::RollbackErrorOnCommit { commit_error, .. } => cause(commit_error),
            _ => Cause::Other,
        };
    };
    let said = |texts: &[&str]| texts.iter().any(|text| information.message().contains(text));
    match kind {
        DatabaseErrorKind::UniqueViolation => Cause::Duplicate,
        DatabaseErrorKind::SerializationFailure => Cause::Contended,
        // SQLITE_BUSY, SQLITE_LOCKED; 40P01, 55P03.
        _ if said(&[
            "database is locked",
            "database table is locked",
            "database schema is locked",
            "deadlock detected",
            "due to lock timeout",
        ]) =>
        {
            Cause::Contended
        }
        // SQLITE_FULL; 53100.
        _ if said(&["database or disk is full", "No space left on device", "disk full"]) => Cause::Full,
        _ => Cause::Other,
    }
}

/// Refuses a server that forgets: such a setting is for tests.
pub(crate) fn check_durable(conn: &mut Conn) -> Result<(), OpenError> {
    let Conn::Postgres(conn) = conn else { return Ok(()) };
    for setting in ["fsync", "full_page_writes"] {
        let value: String =
            diesel::select(diesel::dsl::sql::<Text>(&format!("current_setting('{setting}')")))
                .get_result(conn)
                .map_err(OpenError::database)?;
        if value == "off" {
            return Err(OpenError::NotDurable(format!("{setting} = off")));
        }
    }
    Ok(())
}

/// Writes changes: on a server all in one statement, so that their number costs no round trips; in a file row by row,
/// where a statement is a function call.
pub(crate) fn write(conn: &mut Conn, changes: &[Change]) -> QueryResult<()> {
    match conn {
        Conn::Postgres(conn) => {
            let arrays: Vec<AtOnce<'_>> = changes.iter().map(AtOnce::of).collect();
            if !arrays.is_empty() {
                Together(&arrays).execute(conn)?;
            }
        }
        Conn::Sqlite(conn) => {
            for change in changes {
                for row in &change.rows {
                    OneRow { change, row }.execute(conn)?;
                }
            }
        }
    }
    Ok(())
}

/// One row of a change: `INSERT … FROM (SELECT ? AS a, ? AS b) AS new …`.
struct OneRow<'a> {
    change: &'a Change,
    row: &'a [Cell],
}

impl QueryFragment<Sqlite> for OneRow<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let shape = self.change.shape;
        out.push_sql(shape.before);
        out.push_sql(" FROM (SELECT ");
        for (i, (name, cell)) in shape.columns.iter().zip(self.row).enumerate() {
            if i > 0 {
                out.push_sql(", ");
            }
            match cell {
                Cell::Text(value) => out.push_bind_param::<Nullable<Text>, _>(value)?,
                Cell::BigInt(value) => out.push_bind_param::<BigInt, _>(value)?,
                Cell::Integer(value) => out.push_bind_param::<Integer, _>(value)?,
                Cell::Date(value) => out.push_bind_param::<Date, _>(value)?,
                Cell::Timestamp(value) => out.push_bind_param::<Timestamp, _>(value)?,
            }
            out.push_sql(" AS \"");
            out.push_sql(name);
            out.push_sql("\"");
        }
        out.push_sql(") AS new ");
        out.push_sql(shape.after);
        Ok(())
    }
}

/// A change turned on its side: one array for each column.
struct AtOnce<'a> {
    change: &'a Change,
    arrays: Vec<Column<'a>>,
}

enum Column<'a> {
    Text(Vec<Option<&'a str>>),
    BigInt(Vec<i64>),
    Integer(Vec<i32>),
    Date(Vec<time::Date>),
    Timestamp(Vec<time::PrimitiveDateTime>),
}

impl<'a> AtOnce<'a> {
    fn of(change: &'a Change) -> Self {
        let rows = &change.rows;
        let column = |i: usize, first: &Cell| {
            let cells = rows.iter().filter_map(move |row| row.get(i));
            match first {
                Cell::Text(_) => Column::Text(
                    cells.map(|c| if let Cell::Text(value) = c { value.as_deref() } else { None }).collect(),
                ),
                Cell::BigInt(_) => Column::BigInt(
                    cells
                        .filter_map(|c| if let Cell::BigInt(value) = c { Some(*value) } else { None })
                        .collect(),
                ),
                Cell::Integer(_) => Column::Integer(
                    cells
                        .filter_map(|c| if let Cell::Integer(value) = c { Some(*value) } else { None })
                        .collect(),
                ),
                Cell::Date(_) => Column::Date(
                    cells
                        .filter_map(|c| if let Cell::Date(value) = c { Some(*value) } else { None })
                        .collect(),
                ),
                Cell::Timestamp(_) => Column::Timestamp(
                    cells.filter_map(|c| if let Cell::Timestamp(v) = c { Some(*v) } else { None }).collect(),
                ),
            }
        };
        let arrays =
            rows.first().into_iter().flatten().enumerate().map(|(i, first)| column(i, first)).collect();
        Self { change, arrays }
    }
}

/// Several changes: `WITH c0 AS (INSERT … FROM unnest($1, $2) AS new (a, b) …), c1 AS (…) SELECT 1`. Foreign keys are
/// checked when all of it is done.
struct Together<'a>(&'a [AtOnce<'a>]);

impl QueryFragment<Pg> for Together<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for (i, AtOnce { change, arrays }) in self.0.iter().enumerate() {
            out.push_sql(if i == 0 { "WITH " } else { ", " });
            out.push_sql(&format!("c{i} AS ("));
            out.push_sql(change.shape.before);
            out.push_sql(" FROM unnest(");
            for (i, array) in arrays.iter().enumerate() {
                if i > 0 {
                    out.push_sql(", ");
                }
                match array {
                    Column::Text(values) => out.push_bind_param::<Array<Nullable<Text>>, _>(values)?,
                    Column::BigInt(values) => out.push_bind_param::<Array<BigInt>, _>(values)?,
                    Column::Integer(values) => out.push_bind_param::<Array<Integer>, _>(values)?,
                    Column::Date(values) => out.push_bind_param::<Array<Date>, _>(values)?,
                    Column::Timestamp(values) => out.push_bind_param::<Array<Timestamp>, _>(values)?,
                }
            }
            out.push_sql(") AS new (");
            for (i, name) in change.shape.columns.iter().enumerate() {
                out.push_sql(if i == 0 { "\"" } else { ", \"" });
                out.push_sql(name);
                out.push_sql("\"");
            }
            out.push_sql(") ");
            out.push_sql(change.shape.after);
            out.push_sql(")");
        }
        out.push_sql(" SELECT 1");
        Ok(())
    }
}

/// Statements are kept prepared by their text, which is the same for every number of rows.
impl QueryId for OneRow<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl QueryId for Together<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl RunQueryDsl<SqliteConnection> for OneRow<'_> {}
impl RunQueryDsl<PgConnection> for Together<'_> {}
