//! Tax entries.

use super::Stored;
use partita_domain::id::{DocumentId, EntryId, TaxCodeId};
use partita_domain::tax::Trade;
use partita_domain::tax_entry::TaxEntry;
use partita_domain::tax_return::TaxSum;
use time::Date;

/// Which tax entries to list; every given part must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxEntryFilter {
    /// Dated on or after.
    pub from: Date,
    /// Dated on or before.
    pub to: Date,
    /// Of one of these codes, on this side of the trade.
    pub codes: Option<Vec<(TaxCodeId, Trade)>>,
    /// Of this document.
    pub document_id: Option<DocumentId>,
}

/// A place among tax entries: date, journal entry, and line number.
pub type TaxEntryPlace = (Date, EntryId, i32);

/// The tax entries of the company, append-only.
pub trait TaxEntries {
    /// Adds some. What they refer to must be there.
    fn insert(&mut self, entries: &[TaxEntry]) -> Stored<()>;
    /// Their sums between two dates, both included, by code, side of the trade, and kind.
    fn sums(&mut self, from: Date, to: Date) -> Stored<Vec<TaxSum>>;
    /// Some by their place, oldest first: beyond `after`, past the first `offset`, at most `limit`.
    fn list(
        &mut self,
        filter: &TaxEntryFilter,
        after: Option<TaxEntryPlace>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<TaxEntry>>;
    /// How many there are.
    fn count(&mut self, filter: &TaxEntryFilter) -> Stored<i64>;
}
