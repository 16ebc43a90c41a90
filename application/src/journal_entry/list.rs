//! Finding entries.

use crate::app::App;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::page::{Listed, Page, cut};
use crate::ports::{EntryFilter, EntryOrder};
use partita_domain::id::EntryId;
use partita_domain::journal_entry::JournalEntry;
use partita_domain::permission::Permission;
use time::Date;

/// Which entries, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryQuery {
    /// Which.
    pub filter: EntryFilter,
    /// In which order.
    pub order: EntryOrder,
}

/// Lists entries. The cursor is the date and position of the last one seen. A filtered list that is continued by
/// cursor is not counted again.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub fn list(
    app: &App,
    call: &Call,
    query: &EntryQuery,
    page: &Page<(Date, i64)>,
) -> Result<Listed<JournalEntry, (Date, i64)>> {
    call.need(Permission::JOURNAL_READ)?;
    app.store.read(call.company, |tx| {
        let filtered = query.filter != EntryFilter::default();
        let total_count = if filtered && page.cursor.is_some() {
            None
        } else {
            Some(tx.journal_entries().count(&query.filter)?)
        };
        let entries = tx.journal_entries().list(
            &query.filter,
            query.order,
            page.cursor,
            page.offset,
            page.limit + 1,
        )?;
        Ok(cut(entries, page.limit, total_count, |entry| (entry.date, entry.position)))
    })
}

/// One entry.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(app: &App, call: &Call, id: EntryId) -> Result<JournalEntry> {
    call.need(Permission::JOURNAL_READ)?;
    app.store.read(call.company, |tx| {
        tx.journal_entries().find(id)?.ok_or_else(|| Error::not_found("journal entry", id))
    })
}

/// The chain in its order: entries with positions above `after`.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub fn chain(app: &App, call: &Call, after: i64, limit: i64) -> Result<Vec<JournalEntry>> {
    call.need(Permission::JOURNAL_READ)?;
    app.store.read(call.company, |tx| Ok(tx.journal_entries().chain(after, limit)?))
}
