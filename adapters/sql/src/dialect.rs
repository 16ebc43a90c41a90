//! What the databases do differently: the list of differences, and nothing else.

mod among;

pub(crate) use among::Among;

use crate::connection::{Conn, Place, on};
use crate::error::OpenError;
use crate::ledger_head::HeadRow;
use crate::pending::{Cell, Change, Shape, Written};
use crate::schema::ledger_heads;
use diesel::backend::Backend;
use diesel::connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::{Array, BigInt, Bool, Date, Integer, Nullable, Text, Timestamp};
use diesel::sqlite::Sqlite;
use partita_application::ports::Mode;
use std::marker::PhantomData;

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

/// Has a server gather statistics of tables for which it has none and which are small enough for that to be quick; a file
/// gets them with its migrations. A table that another session is analyzing, and one of another owner, is passed over.
pub(crate) fn analyze_young_tables(conn: &mut Conn) -> QueryResult<()> {
    let Conn::Postgres(conn) = conn else { return Ok(()) };
    // Who founded the schema may have put other things beside it, and a name may need its quotes.
    let young = "(SELECT string_agg(oid::regclass::text, ', ') FROM pg_class \
                 WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' \
                 AND reltuples < 100 AND pg_relation_size(oid) BETWEEN 1 AND 16777216)";
    let young: Option<String> = diesel::select(sql::<Nullable<Text>>(young)).get_result(conn)?;
    young.map_or(Ok(()), |young| conn.batch_execute(&format!("ANALYZE (SKIP_LOCKED) {young}")))
}

/// Brings what the write-ahead log of a file holds into the file, as far as no reader needs it; waits for nobody.
pub(crate) fn checkpoint(conn: &mut Conn) -> QueryResult<()> {
    conn.batch_execute("PRAGMA wal_checkpoint(PASSIVE)")
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
        (conn, _) => on!(conn, |conn| found.select(HeadRow::as_select()).first(conn).optional()),
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
                for row in change.cells.chunks(change.shape.columns().len()) {
                    (change.write_row)(conn, row)?;
                }
            }
        }
    }
    Ok(())
}

/// Writes one row to a file.
pub(crate) type WriteRow = fn(&mut SqliteConnection, &[Cell]) -> QueryResult<usize>;

pub(crate) fn write_row<W: Written>(conn: &mut SqliteConnection, row: &[Cell]) -> QueryResult<usize> {
    OneRow::<W> { row, of: PhantomData }.execute(conn)
}

/// One row: `INSERT INTO t (a, b) VALUES (?, ?)` or `UPDATE t SET … FROM (SELECT ? AS a, ? AS b) AS new WHERE …`.
struct OneRow<'a, W> {
    row: &'a [Cell],
    of: PhantomData<W>,
}

impl<W: Written> QueryFragment<Sqlite> for OneRow<'_, W> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        match W::SHAPE {
            Shape::Insert { table, columns, conflict } => {
                out.push_sql("INSERT INTO ");
                out.push_sql(table);
                names(columns, &mut out);
                out.push_sql(" VALUES (");
                for (i, cell) in self.row.iter().enumerate() {
                    separate(i, &mut out);
                    bind(cell, &mut out)?;
                }
                out.push_sql(") ");
                out.push_sql(conflict);
            }
            Shape::Update { set, columns, matching } => {
                out.push_sql("UPDATE ");
                out.push_sql(set);
                out.push_sql(" FROM (SELECT ");
                for (i, (name, cell)) in columns.iter().zip(self.row).enumerate() {
                    separate(i, &mut out);
                    bind(cell, &mut out)?;
                    out.push_sql(" AS ");
                    out.push_sql(name);
                }
                out.push_sql(") AS new WHERE ");
                out.push_sql(matching);
            }
        }
        Ok(())
    }
}

fn bind<'b>(cell: &'b Cell, out: &mut AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
    match cell {
        Cell::Text(value) => out.push_bind_param::<Nullable<Text>, _>(value),
        Cell::BigInt(value) => out.push_bind_param::<BigInt, _>(value),
        Cell::Integer(value) => out.push_bind_param::<Integer, _>(value),
        Cell::Bool(value) => out.push_bind_param::<Bool, _>(value),
        Cell::Date(value) => out.push_bind_param::<Nullable<Date>, _>(value),
        Cell::Timestamp(value) => out.push_bind_param::<Timestamp, _>(value),
    }
}

fn separate<DB: Backend>(i: usize, out: &mut AstPass<'_, '_, DB>) {
    if i > 0 {
        out.push_sql(", ");
    }
}

/// ` (a, b)`; no column is called by a reserved word.
fn names<DB: Backend>(columns: &[&str], out: &mut AstPass<'_, '_, DB>) {
    out.push_sql(" (");
    for (i, name) in columns.iter().enumerate() {
        separate(i, out);
        out.push_sql(name);
    }
    out.push_sql(")");
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
    Bool(Vec<bool>),
    Date(Vec<Option<time::Date>>),
    Timestamp(Vec<time::PrimitiveDateTime>),
}

impl<'a> AtOnce<'a> {
    fn of(change: &'a Change) -> Self {
        let width = change.shape.columns().len();
        let column = |i: usize, first: &Cell| {
            let cells = change.cells.iter().skip(i).step_by(width);
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
                Cell::Bool(_) => Column::Bool(
                    cells
                        .filter_map(|c| if let Cell::Bool(value) = c { Some(*value) } else { None })
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
        let arrays = change.cells.iter().take(width).enumerate().map(|(i, first)| column(i, first)).collect();
        Self { change, arrays }
    }
}

/// Several changes: `WITH c0 AS (INSERT … SELECT * FROM unnest($1, $2) AS new (a, b) …), c1 AS (…) SELECT 1`. Foreign
/// keys are checked when all of it is done.
struct Together<'a>(&'a [AtOnce<'a>]);

impl QueryFragment<Pg> for Together<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for (i, at_once) in self.0.iter().enumerate() {
            out.push_sql(if i == 0 { "WITH c" } else { ", c" });
            out.push_sql(&i.to_string());
            match at_once.change.shape {
                Shape::Insert { table, columns, conflict } => {
                    out.push_sql(" AS (INSERT INTO ");
                    out.push_sql(table);
                    names(columns, &mut out);
                    out.push_sql(" SELECT * FROM ");
                    at_once.unnest(&mut out)?;
                    out.push_sql(conflict);
                }
                Shape::Update { set, matching, .. } => {
                    out.push_sql(" AS (UPDATE ");
                    out.push_sql(set);
                    out.push_sql(" FROM ");
                    at_once.unnest(&mut out)?;
                    out.push_sql("WHERE ");
                    out.push_sql(matching);
                }
            }
            out.push_sql(")");
        }
        out.push_sql(" SELECT 1");
        Ok(())
    }
}

impl AtOnce<'_> {
    /// `unnest($1, $2) AS new (a, b) `.
    fn unnest<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("unnest(");
        for (i, array) in self.arrays.iter().enumerate() {
            separate(i, out);
            match array {
                Column::Text(values) => out.push_bind_param::<Array<Nullable<Text>>, _>(values)?,
                Column::BigInt(values) => out.push_bind_param::<Array<BigInt>, _>(values)?,
                Column::Integer(values) => out.push_bind_param::<Array<Integer>, _>(values)?,
                Column::Bool(values) => out.push_bind_param::<Array<Bool>, _>(values)?,
                Column::Date(values) => out.push_bind_param::<Array<Nullable<Date>>, _>(values)?,
                Column::Timestamp(values) => out.push_bind_param::<Array<Timestamp>, _>(values)?,
            }
        }
        out.push_sql(") AS new");
        names(self.change.shape.columns(), out);
        out.push_sql(" ");
        Ok(())
    }
}

/// A row is kept prepared by what it writes, so that its text is made once; several changes by their text, which is the
/// same for every number of rows.
impl<W: Written> QueryId for OneRow<'_, W> {
    type QueryId = OneRow<'static, W>;
    const HAS_STATIC_QUERY_ID: bool = true;
}
impl QueryId for Together<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<W> RunQueryDsl<SqliteConnection> for OneRow<'_, W> {}
impl RunQueryDsl<PgConnection> for Together<'_> {}
