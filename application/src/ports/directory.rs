//! Installation-wide look-ups, for the moment before it is known which company a caller belongs to.

use super::Stored;
use partita_domain::company::Company;
use partita_domain::hash::Hash;
use partita_domain::id::CompanyId;

/// Which companies there are and whose a credential is. Works in a reading transaction of
/// [`CompanyId::INSTALLATION`] and of any company.
pub trait Directory {
    /// All companies, oldest first (by `created_at`, then id). The first is the home of the installation's administrators.
    fn companies(&mut self) -> Stored<Vec<Company>>;
    /// The company of a key, by the key's SHA-256.
    fn company_of_key(&mut self, key_hash: Hash) -> Stored<Option<CompanyId>>;
    /// The company of a session, by the token's SHA-256.
    fn company_of_session(&mut self, token_hash: Hash) -> Stored<Option<CompanyId>>;
    /// The company of a pairing code, by the code's SHA-256.
    fn company_of_pairing(&mut self, code_hash: Hash) -> Stored<Option<CompanyId>>;
    /// The companies that have a user of this name, oldest first.
    fn companies_of_username(&mut self, username: &str) -> Stored<Vec<CompanyId>>;
}
