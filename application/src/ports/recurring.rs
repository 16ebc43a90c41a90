//! Templates of transactions that recur.

use super::Stored;
use partita_domain::id::RecurringId;
use partita_domain::recurring::{RecurringKind, RecurringTemplate};
use time::Date;

/// Which templates to list; every given part must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecurringFilter {
    /// Of these kinds.
    pub kinds: Vec<RecurringKind>,
    /// Active or not.
    pub is_active: Option<bool>,
    /// With this external id.
    pub external_id: Option<String>,
    /// Whose next occurrence is before this day.
    pub due_before: Option<Date>,
    /// With this text in the name, upper and lower case alike (ASCII).
    pub q: Option<String>,
}

impl Default for RecurringFilter {
    fn default() -> Self {
        Self {
            kinds: RecurringKind::ALL.to_vec(),
            is_active: None,
            external_id: None,
            due_before: None,
            q: None,
        }
    }
}

/// The templates of the company.
pub trait RecurringTemplates {
    /// Adds one.
    fn insert(&mut self, template: &RecurringTemplate) -> Stored<()>;
    /// Replaces one by its id.
    fn update(&mut self, template: &RecurringTemplate) -> Stored<()>;
    /// One by its id.
    fn find(&mut self, id: RecurringId) -> Stored<Option<RecurringTemplate>>;
    /// One by its external id.
    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<RecurringTemplate>>;
    /// Some, by sort name and id: beyond `after`, past the first `offset`, at most `limit`.
    fn list(
        &mut self,
        filter: &RecurringFilter,
        after: Option<(&str, RecurringId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<RecurringTemplate>>;
    /// How many there are.
    fn count(&mut self, filter: &RecurringFilter) -> Stored<i64>;
    /// The active ones of these kinds whose next occurrence is on or before a day: by that occurrence, then id.
    fn due(&mut self, kinds: &[RecurringKind], as_of: Date) -> Stored<Vec<(Date, RecurringId)>>;
}
