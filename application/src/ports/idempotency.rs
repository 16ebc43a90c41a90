//! Outcomes by idempotency key, kept for ever.

use super::Stored;
use partita_domain::hash::Hash;

/// What is remembered of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// The key, up to 255 characters.
    pub key: String,
    /// SHA-256 of the request.
    pub fingerprint: Hash,
    /// The outcome as JSON text.
    pub outcome: String,
}

/// The remembered requests of the company.
pub trait Idempotency {
    /// What is remembered under a key.
    fn find(&mut self, key: &str) -> Stored<Option<Remembered>>;
    /// Remembers.
    fn insert(&mut self, remembered: &Remembered) -> Stored<()>;
}
