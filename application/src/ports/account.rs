//! The chart of accounts.

use super::Stored;
use partita_domain::account::{Account, AccountType, Category};
use partita_domain::id::AccountId;
use partita_domain::journal_entry::AccountRef;
use std::sync::Arc;

/// Which accounts to list; every given part must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// Of this type.
    pub account_type: Option<AccountType>,
    /// Of this category.
    pub category: Option<Category>,
    /// Directly below this account.
    pub parent_id: Option<AccountId>,
    /// Active or not.
    pub is_active: Option<bool>,
    /// With this external id.
    pub external_id: Option<String>,
    /// With this number.
    pub number: Option<String>,
    /// With this text in number, name or description, upper and lower case alike (ASCII).
    pub q: Option<String>,
}

/// The accounts of the company.
pub trait Accounts {
    /// Adds one.
    fn insert(&mut self, account: &Account) -> Stored<()>;
    /// Replaces one by its id.
    fn update(&mut self, account: &Account) -> Stored<()>;
    /// One by its id.
    fn find(&mut self, id: AccountId) -> Stored<Option<Arc<Account>>>;
    /// One by its number.
    fn find_by_number(&mut self, number: &str) -> Stored<Option<Arc<Account>>>;
    /// One by its external id.
    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<Arc<Account>>>;
    /// Those that lines name, each once, in no order; names without an account are left out.
    fn named(&mut self, names: &[&AccountRef]) -> Stored<Vec<Arc<Account>>>;
    /// The whole chart, by number (compared byte by byte).
    fn all(&mut self) -> Stored<Arc<Vec<Arc<Account>>>>;
    /// Some, by number: after the account numbered `after`, past the first `offset`, at most `limit`.
    fn list(
        &mut self,
        filter: &AccountFilter,
        after: Option<&str>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Arc<Account>>>;
    /// How many there are.
    fn count(&mut self, filter: &AccountFilter) -> Stored<i64>;
}
