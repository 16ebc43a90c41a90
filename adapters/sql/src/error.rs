//! What goes wrong, sorted.

use crate::dialect::{self, Cause};
use partita_application::ports::StoreError;
use std::fmt;

/// Why a database could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// A URL begins with `sqlite:` and the path of a file, or with `postgres://`.
    UnknownScheme(String),
    /// The file cannot be opened, or the server does not answer.
    Unreachable(Box<dyn std::error::Error + Send + Sync>),
    /// Another process holds the database for itself.
    Locked,
    /// The schema was made by a newer Partita; names the first migration that this one does not know.
    Newer(String),
    /// Migrations are missing; names them.
    Outdated(Vec<String>),
    /// A migration failed, and was undone.
    Migration(Box<dyn std::error::Error + Send + Sync>),
    /// The server would lose what it has acknowledged when the power fails; names the setting.
    NotDurable(String),
    /// There are secrets that the given key does not open.
    WrongKey,
}

impl OpenError {
    pub(crate) fn unreachable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unreachable(cause.into())
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownScheme(scheme) => write!(
                f,
                "`{scheme}` is no database that Partita knows; write sqlite:<path> or postgres://<user>@<host>/<name>"
            ),
            Self::Unreachable(cause) => write!(f, "the database does not answer: {cause}"),
            Self::Locked => f.write_str("another process has locked the database"),
            Self::Newer(version) => {
                write!(f, "the database was migrated by a newer Partita (migration {version}); use that one")
            }
            Self::Outdated(missing) => {
                write!(f, "the database needs these migrations first: {}", missing.join(", "))
            }
            Self::Migration(cause) => write!(f, "a migration failed and was undone: {cause}"),
            Self::WrongKey => {
                f.write_str("what is sealed in the database was sealed with another encryption key")
            }
            Self::NotDurable(setting) => {
                write!(f, "the server runs with {setting}: it would lose what it has acknowledged")
            }
        }
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreachable(cause) | Self::Migration(cause) => Some(cause.as_ref()),
            _ => None,
        }
    }
}

/// What a failed statement means to a use case.
pub(crate) fn store_error(error: diesel::result::Error) -> StoreError {
    match dialect::cause(&error) {
        Cause::Duplicate => StoreError::Duplicate,
        Cause::Contended => StoreError::Contended,
        Cause::Full => StoreError::Full,
        Cause::Other => StoreError::Unavailable(Box::new(error)),
    }
}

/// A store that cannot answer, for a reason of our own.
pub(crate) fn unavailable(why: &str) -> StoreError {
    StoreError::Unavailable(why.into())
}
