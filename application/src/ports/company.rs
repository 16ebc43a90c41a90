//! The company's profile.

use super::Stored;
use partita_domain::company::Company;

/// The profile of the transaction's company.
pub trait Companies {
    /// Adds it, with an empty ledger head.
    fn insert(&mut self, company: &Company) -> Stored<()>;
    /// Replaces it.
    fn update(&mut self, company: &Company) -> Stored<()>;
    /// It, if it exists.
    fn find(&mut self) -> Stored<Option<Company>>;
}
