//! The ends of the company's two chains.

use super::Stored;
use partita_domain::hash::Hash;

/// Where both chains end; taking it for writing is what makes a company's writers wait for one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerHead {
    /// The sequence of the newest audit event, 0 before the first.
    pub audit_sequence: i64,
    /// Its hash.
    pub audit_hash: Hash,
    /// The position of the newest entry, 0 before the first; also the number of entries.
    pub entry_position: i64,
    /// Its hash.
    pub entry_hash: Hash,
    /// Σ of all turnovers: as long as it is in range, so is every kept sum.
    pub turnover: i64,
}

impl LedgerHead {
    /// Before anything happened.
    pub const EMPTY: Self = Self {
        audit_sequence: 0,
        audit_hash: Hash::GENESIS,
        entry_position: 0,
        entry_hash: Hash::GENESIS,
        turnover: 0,
    };
}

/// The head of the company.
pub trait LedgerHeads {
    /// As it is now.
    fn get(&mut self) -> Stored<LedgerHead>;
    /// Replaces it.
    fn put(&mut self, head: &LedgerHead) -> Stored<()>;
}
