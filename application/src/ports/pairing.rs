//! Pairing codes.

use super::Stored;
use partita_domain::hash::Hash;
use partita_domain::pairing::Pairing;

/// The pairing codes of the company.
pub trait Pairings {
    /// Adds one.
    fn insert(&mut self, pairing: &Pairing) -> Stored<()>;
    /// Replaces one by its id.
    fn update(&mut self, pairing: &Pairing) -> Stored<()>;
    /// One by the SHA-256 of its code.
    fn find_by_hash(&mut self, code_hash: Hash) -> Stored<Option<Pairing>>;
}
