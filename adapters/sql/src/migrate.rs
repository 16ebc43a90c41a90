//! Migrations: embedded, applied in one transaction, by one process at a time.

use crate::connection::{Conn, Place, once};
use crate::dialect;
use crate::error::OpenError;
use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::error::Error;

const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Applies the migrations that are missing and names them; all of them or none.
///
/// # Errors
/// [`OpenError`]; [`OpenError::Newer`] when the database knows migrations that this Partita does not.
pub fn migrate(url: &str) -> Result<Vec<String>, OpenError> {
    run(&mut once(&Place::of(url)?)?)
}

/// The migrations that are missing, in their order.
///
/// # Errors
/// As [`migrate`].
pub fn pending_migrations(url: &str) -> Result<Vec<String>, OpenError> {
    let place = Place::of(url)?;
    place.must_exist()?;
    pending(&mut once(&place)?)
}

pub(crate) fn pending(conn: &mut Conn) -> Result<Vec<String>, OpenError> {
    let (applied, known) = versions(conn)?;
    if let Some(newer) = applied.iter().find(|version| !known.contains(version)) {
        return Err(OpenError::Newer(newer.clone()));
    }
    Ok(known.into_iter().filter(|version| !applied.contains(version)).collect())
}

pub(crate) fn run(conn: &mut Conn) -> Result<Vec<String>, OpenError> {
    if pending(conn)?.is_empty() {
        return Ok(Vec::new());
    }
    dialect::begin_alone(conn).map_err(OpenError::database)?;
    // Another process may have migrated while this one waited for its turn.
    let done = pending(conn).and_then(|missing| {
        match conn {
            Conn::Postgres(conn) => conn.run_pending_migrations(POSTGRES).map(drop),
            Conn::Sqlite(conn) => conn.run_pending_migrations(SQLITE).map(drop),
        }
        .map_err(OpenError::Migration)?;
        dialect::commit(conn).map_err(|error| OpenError::Migration(Box::new(error)))?;
        Ok(missing)
    });
    if done.is_err() {
        // The first error says more than one about undoing it.
        let _ = dialect::rollback(conn);
    }
    done
}

/// The versions that were applied, and those that are embedded, in order.
fn versions(conn: &mut Conn) -> Result<(Vec<String>, Vec<String>), OpenError> {
    // Two processes that make the table of migrations at once can collide; the second look finds it.
    let mut applied = applied(conn);
    for _ in 0..3 {
        if applied.is_ok() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
        applied = self::applied(conn);
    }
    let mut applied = text(applied.map_err(sort)?);
    let mut known = match conn {
        Conn::Postgres(_) => embedded::<Pg>(&POSTGRES),
        Conn::Sqlite(_) => embedded::<Sqlite>(&SQLITE),
    }
    .map_err(OpenError::Migration)?;
    applied.sort();
    known.sort();
    Ok((applied, known))
}

fn applied(conn: &mut Conn) -> Outcome<Vec<MigrationVersion<'static>>> {
    match conn {
        Conn::Postgres(conn) => conn.applied_migrations(),
        Conn::Sqlite(conn) => conn.applied_migrations(),
    }
}

fn embedded<DB: Backend>(source: &EmbeddedMigrations) -> Outcome<Vec<String>>
where
    EmbeddedMigrations: MigrationSource<DB>,
{
    let migrations: Vec<Box<dyn Migration<DB>>> = source.migrations()?;
    Ok(migrations.iter().map(|migration| migration.name().version().to_string()).collect())
}

fn text(versions: Vec<MigrationVersion<'static>>) -> Vec<String> {
    versions.iter().map(ToString::to_string).collect()
}

fn sort(error: Box<dyn Error + Send + Sync>) -> OpenError {
    match error.downcast::<diesel::result::Error>() {
        Ok(error) => OpenError::database(*error),
        Err(error) => OpenError::unreachable(error),
    }
}

/// Copies a file database while it is in use.
pub(crate) fn vacuum_into(conn: &mut Conn, to: &str) -> Result<(), OpenError> {
    match conn {
        Conn::Sqlite(conn) => {
            let quoted = to.replace('\'', "''");
            conn.batch_execute(&format!("VACUUM INTO '{quoted}'")).map_err(OpenError::database)
        }
        Conn::Postgres(_) => Err(OpenError::UnknownScheme("postgres".to_owned())),
    }
}
