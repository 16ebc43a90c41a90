//! Connections: which database a URL means, and how a session is set up.

use crate::dialect;
use crate::error::OpenError;
use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;
use diesel::r2d2::R2D2Connection;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

pub(crate) use multi::{Conn, MultiBackend};

// The derive makes public items that nobody outside can reach.
#[allow(unreachable_pub, missing_docs)]
mod multi {
    use diesel::prelude::*;

    #[derive(diesel::MultiConnection)]
    pub enum Conn {
        Postgres(PgConnection),
        Sqlite(SqliteConnection),
    }
}

/// Runs a query on the connection that is really there, which knows its text from its type. The other one writes the text
/// anew each time, so what is asked most is asked like this.
macro_rules! on {
    ($conn:expr, |$there:ident| $query:expr) => {
        match $conn {
            $crate::connection::Conn::Postgres($there) => $query,
            $crate::connection::Conn::Sqlite($there) => $query,
        }
    };
}
pub(crate) use on;

/// Where a database is.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    File(PathBuf),
    Server(String),
}

impl Place {
    /// Dispatches by scheme; a server that is down must never become a file of that name.
    pub(crate) fn of(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Server(url.to_owned()));
        }
        match url.strip_prefix("sqlite:") {
            Some(path) if !path.is_empty() && !path.starts_with(":memory:") && !path.contains('?') => {
                Ok(Self::File(PathBuf::from(path.strip_prefix("//").unwrap_or(path))))
            }
            _ => Err(OpenError::UnknownScheme(url.split(':').next().unwrap_or_default().to_owned())),
        }
    }
}

impl Place {
    /// Only a migration makes a file: a mistyped path is not an empty set of books.
    pub(crate) fn must_exist(&self) -> Result<(), OpenError> {
        match self {
            Self::File(path) if !path.exists() => {
                Err(OpenError::unreachable(format!("there is no file {}", path.display())))
            }
            _ => Ok(()),
        }
    }
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Read,
    Write,
}

/// A connection that remembers when it was lost: the driver itself only notices within a transaction.
pub(crate) struct Link {
    pub(crate) conn: Conn,
    pub(crate) lost: bool,
}

/// Makes connections for a pool.
#[derive(Clone, Debug)]
pub(crate) struct Manager {
    pub(crate) place: Place,
    pub(crate) purpose: Purpose,
    pub(crate) statements: Option<Arc<AtomicU64>>,
}

impl Manager {
    pub(crate) fn establish(&self) -> Result<Conn, OpenError> {
        let mut conn = match &self.place {
            Place::Server(url) => {
                let mut conn = PgConnection::establish(url).map_err(OpenError::unreachable)?;
                // A writer that stands still must not stop a company for ever; what was acknowledged is on disk, whatever the
                // server's default says; and a server that takes its disk for a turning one would rather look through all
                // accounts for each foreign key than use their index.
                conn.batch_execute(
                    "SET lock_timeout = '5s'; SET synchronous_commit = on; SET random_page_cost = 1.1",
                )
                .map_err(OpenError::database)?;
                Conn::Postgres(conn)
            }
            Place::File(path) => Conn::Sqlite(open_file(path, self.purpose)?),
        };
        if let Some(statements) = self.statements.clone() {
            conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                if let InstrumentationEvent::StartQuery { query, .. } = event {
                    count(&statements, &query.to_string());
                }
            });
        }
        Ok(conn)
    }
}

fn count(statements: &AtomicU64, query: &str) {
    let ends = ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"];
    if !ends.iter().any(|word| query.starts_with(word)) {
        statements.fetch_add(1, Ordering::Relaxed);
    }
}

fn open_file(path: &Path, purpose: Purpose) -> Result<SqliteConnection, OpenError> {
    let name = path.to_str().ok_or_else(|| OpenError::unreachable("the path is not UTF-8"))?;
    if purpose == Purpose::Write {
        create_private(path).map_err(OpenError::unreachable)?;
    }
    let mut conn = SqliteConnection::establish(name).map_err(OpenError::unreachable)?;
    // busy_timeout comes first, because switching to WAL takes a lock.
    conn.batch_execute("PRAGMA busy_timeout = 5000;").map_err(OpenError::database)?;
    // Readers are many, and what they do not find in their own pages lies in those of the system.
    let purpose_settings = match purpose {
        Purpose::Write => {
            write_ahead(&mut conn)?;
            "PRAGMA cache_size = -16000;"
        }
        Purpose::Read => "PRAGMA query_only = ON; PRAGMA cache_size = -2000;",
    };
    // The log is begun anew only when nothing of it is missing in the file, so a writer finishes what the checkpointer has left
    // once it is long.
    conn.batch_execute(&format!(
        "{purpose_settings} PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
         PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; \
         PRAGMA wal_autocheckpoint = 16000; PRAGMA journal_size_limit = 67108864;"
    ))
    .map_err(OpenError::database)?;
    Ok(conn)
}

/// Switches to the write-ahead log. SQLite does not wait for others who switch at the same moment, as services do that
/// start together on a new file, so this does.
fn write_ahead(conn: &mut SqliteConnection) -> Result<(), OpenError> {
    let begun = Instant::now();
    loop {
        match conn.batch_execute("PRAGMA journal_mode = WAL;").map_err(OpenError::database) {
            // Where SQLite has waited by itself, the time is up already.
            Err(OpenError::Locked) if begun.elapsed() < Duration::from_secs(4) => {
                std::thread::sleep(Duration::from_millis(50));
            }
            switched => return switched,
        }
    }
}

/// Books are nobody else's business: a new file is readable by its owner only. An existing one is left as it is.
pub(crate) fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

impl r2d2::ManageConnection for Manager {
    type Connection = Link;
    type Error = OpenError;

    fn connect(&self) -> Result<Link, OpenError> {
        Ok(Link { conn: self.establish()?, lost: false })
    }

    fn is_valid(&self, link: &mut Link) -> Result<(), OpenError> {
        link.conn.ping().map_err(OpenError::database)
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        link.lost || link.conn.is_broken()
    }
}

/// Runs something on a connection of its own, outside every pool.
pub(crate) fn once(place: &Place) -> Result<Conn, OpenError> {
    Manager { place: place.clone(), purpose: Purpose::Write, statements: None }.establish()
}

impl OpenError {
    /// Sorts what a database said while it was being opened.
    pub(crate) fn database(error: diesel::result::Error) -> Self {
        match dialect::cause(&error) {
            dialect::Cause::Contended => Self::Locked,
            _ => Self::unreachable(error),
        }
    }
}
