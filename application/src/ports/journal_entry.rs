//! Journal entries.

use super::Stored;
use partita_domain::id::{AccountId, ClassId, ContactId, EntryId, LocationId, ProjectId, TaxCodeId};
use partita_domain::journal_entry::JournalEntry;
use partita_domain::period::PeriodKey;
use time::Date;

/// Whether an entry was reversed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryStatus {
    /// It stands.
    Posted,
    /// Another entry reverses it.
    Reversed,
}

/// The order of a list of entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EntryOrder {
    /// By date, then position, newest first.
    #[default]
    NewestFirst,
    /// By date, then position, oldest first.
    OldestFirst,
}

/// Which entries to list; every given part must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Reversed or not.
    pub status: Option<EntryStatus>,
    /// Dated on or after.
    pub from: Option<Date>,
    /// Dated on or before.
    pub to: Option<Date>,
    /// With a line on this account.
    pub account_id: Option<AccountId>,
    /// With a line about this contact.
    pub contact_id: Option<ContactId>,
    /// With a line about this class.
    pub class_id: Option<ClassId>,
    /// With a line about this location.
    pub location_id: Option<LocationId>,
    /// With a line about this project.
    pub project_id: Option<ProjectId>,
    /// Of this transaction type.
    pub transaction_type: Option<String>,
    /// In this period.
    pub period: Option<PeriodKey>,
    /// With a total of at least this, minor units.
    pub min_amount: Option<i64>,
    /// With a total of at most this, minor units.
    pub max_amount: Option<i64>,
    /// With this external id.
    pub external_id: Option<String>,
    /// With this text in entry number, memo or reference number, upper and lower case alike (ASCII).
    pub q: Option<String>,
}

/// The entries of the company: append-only. `reversed_by_id` and `account_number` are filled from what is stored.
pub trait JournalEntries {
    /// Adds one with its lines.
    fn insert(&mut self, entry: &JournalEntry) -> Stored<()>;
    /// One by its id, with its lines.
    fn find(&mut self, id: EntryId) -> Stored<Option<JournalEntry>>;
    /// The id of one by its external id.
    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<EntryId>>;
    /// Which of these external ids are taken.
    fn taken_external_ids(&mut self, external_ids: &[&str]) -> Stored<Vec<(String, EntryId)>>;
    /// Some, with their lines: beyond `after` (date and position of the last one seen) in the order, past the first
    /// `offset`, at most `limit`.
    fn list(
        &mut self,
        filter: &EntryFilter,
        order: EntryOrder,
        after: Option<(Date, i64)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<JournalEntry>>;
    /// How many there are.
    fn count(&mut self, filter: &EntryFilter) -> Stored<i64>;
    /// The chain in its order, with lines: positions above `after`, at most `limit`.
    fn chain(&mut self, after: i64, limit: i64) -> Stored<Vec<JournalEntry>>;
    /// Whether a line names this tax code.
    fn names_tax_code(&mut self, id: TaxCodeId) -> Stored<bool>;
    /// The date of the newest entry by accounting date.
    fn last_date(&mut self) -> Stored<Option<Date>>;
}
