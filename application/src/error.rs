//! Why a use case did not do what it was asked.

use crate::ports::{PrintError, StoreError};
use partita_domain::permission::Permission;
use partita_domain::refusal::Refusal;
use std::fmt;
use time::PrimitiveDateTime;

/// What use cases answer.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a caller is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unauthenticated {
    /// No credential was sent.
    Nothing,
    /// User name or password is wrong.
    WrongPassword,
    /// There is no such key, session or pairing code.
    Invalid,
    /// The key's time is over.
    ExpiredKey,
    /// Somebody revoked the key.
    RevokedKey,
    /// The session ended.
    ExpiredSession,
}

/// Why not.
#[derive(Debug)]
pub enum Error {
    /// A rule of bookkeeping was broken; several at once are possible.
    Refused(Vec<Refusal>),
    /// There is no such resource.
    NotFound {
        /// Its kind.
        resource: &'static str,
        /// What was asked for.
        id: String,
    },
    /// The caller is not known.
    Unauthenticated(Unauthenticated),
    /// The caller may not do this.
    Forbidden {
        /// What it would need.
        permission: Permission,
    },
    /// The caller may not do this, whatever its permissions.
    ForbiddenBecause(&'static str),
    /// Too many wrong passwords.
    LockedOut {
        /// No log-in before this moment.
        until: PrimitiveDateTime,
        /// Seconds from now.
        retry_after_seconds: i64,
    },
    /// The idempotency key was used for another request.
    IdempotencyKeyReused,
    /// A request with this idempotency key is still running.
    IdempotencyInProgress,
    /// Undoes a dry run; never leaves [`change`](crate::change::change).
    DryRun,
    /// The store could not.
    Store(StoreError),
    /// The printer could not.
    Printer(PrintError),
}

impl Error {
    /// There is no such resource.
    pub fn not_found(resource: &'static str, id: impl fmt::Display) -> Self {
        Self::NotFound { resource, id: id.to_string() }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<Vec<Refusal>> for Error {
    fn from(refusals: Vec<Refusal>) -> Self {
        Self::Refused(refusals)
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<PrintError> for Error {
    fn from(error: PrintError) -> Self {
        Self::Printer(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusals) => match refusals.as_slice() {
                [] => f.write_str("refused"),
                [one] => one.fmt(f),
                [first, rest @ ..] => write!(f, "{first} (and {} more)", rest.len()),
            },
            Self::NotFound { resource, id } => write!(f, "there is no {resource} {id}"),
            Self::Unauthenticated(why) => f.write_str(match why {
                Unauthenticated::Nothing => {
                    "send a key in X-API-Key, or a key or session token as Authorization: Bearer"
                }
                Unauthenticated::WrongPassword => "user name or password is wrong",
                Unauthenticated::Invalid => "this credential is not known",
                Unauthenticated::ExpiredKey => "this key has expired; ask for a new one",
                Unauthenticated::RevokedKey => "this key was revoked",
                Unauthenticated::ExpiredSession => "this session has ended; log in again",
            }),
            Self::Forbidden { permission } => write!(f, "this needs the permission {}", permission.name()),
            Self::ForbiddenBecause(why) => f.write_str(why),
            Self::LockedOut { retry_after_seconds, .. } => {
                write!(f, "too many wrong passwords; try again in {retry_after_seconds} seconds")
            }
            Self::IdempotencyKeyReused => f.write_str("this Idempotency-Key was used for another request"),
            Self::IdempotencyInProgress => {
                f.write_str("a request with this Idempotency-Key is still running")
            }
            Self::DryRun => f.write_str("this was a dry run"),
            Self::Store(error) => error.fmt(f),
            Self::Printer(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            Self::Printer(error) => Some(error),
            _ => None,
        }
    }
}
