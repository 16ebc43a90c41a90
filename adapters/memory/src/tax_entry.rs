//! Tax entries.

use crate::tx::{MemoryTx, count, impossible};
use crate::undo_map::{Undo, UndoMap};
use partita_application::ports::{StoreError, Stored, TaxEntries, TaxEntryFilter, TaxEntryPlace};
use partita_domain::id::{EntryId, TaxCodeId};
use partita_domain::tax::{TaxKind, Trade};
use partita_domain::tax_entry::{TaxAmounts, TaxEntry};
use partita_domain::tax_return::TaxSum;
use std::collections::BTreeMap;
use std::ops::Bound;
use time::Date;

/// The entries by their place.
#[derive(Default)]
pub(crate) struct TaxJournal(UndoMap<TaxEntryPlace, TaxEntry>);

impl Undo for TaxJournal {
    fn commit(&mut self) {
        self.0.commit();
    }

    fn roll_back(&mut self) {
        self.0.roll_back();
    }
}

fn place(entry: &TaxEntry) -> TaxEntryPlace {
    (entry.date, entry.entry_id, entry.line_number)
}

impl TaxJournal {
    /// Those between two dates, beyond a place.
    fn between(&self, from: Date, to: Date, after: Option<TaxEntryPlace>) -> impl Iterator<Item = &TaxEntry> {
        let first = (from, EntryId(uuid::Uuid::nil()), i32::MIN);
        let begin = match after {
            Some(after) if after >= first => Bound::Excluded(after),
            _ => Bound::Included(first),
        };
        let entries = self.0.range((begin, Bound::Unbounded));
        entries.map(|(_, entry)| entry).take_while(move |entry| entry.date <= to)
    }
}

fn matches(entry: &TaxEntry, filter: &TaxEntryFilter) -> bool {
    filter.codes.as_ref().is_none_or(|codes| codes.contains(&(entry.tax_code_id, entry.trade)))
        && filter.document_id.is_none_or(|document| entry.document_id == document)
}

impl TaxEntries for MemoryTx<'_> {
    fn insert(&mut self, entries: &[TaxEntry]) -> Stored<()> {
        let books = self.books_mut()?;
        for entry in entries {
            books.journal_entries.check_exists(entry.entry_id)?;
            books.documents.check_exists(entry.document_id)?;
            if !books.taxes.has(entry.tax_code_id) {
                return Err(impossible(format!("there is no tax code {}", entry.tax_code_id)));
            }
            books.tax_entries.0.add(place(entry), entry.clone())?;
        }
        Ok(())
    }

    fn sums(&mut self, from: Date, to: Date) -> Stored<Vec<TaxSum>> {
        let mut sums: BTreeMap<(TaxCodeId, Trade, TaxKind), TaxAmounts> = BTreeMap::new();
        for entry in self.books().tax_entries.between(from, to, None) {
            let sum = sums.entry((entry.tax_code_id, entry.trade, entry.kind)).or_default();
            *sum = sum
                .checked_add(entry.amounts)
                .ok_or_else(|| StoreError::Corrupt("tax entries are out of range".to_owned()))?;
        }
        let sums = sums.into_iter().map(|((tax_code_id, trade, kind), amounts)| TaxSum {
            tax_code_id,
            trade,
            kind,
            amounts,
        });
        Ok(sums.collect())
    }

    fn list(
        &mut self,
        filter: &TaxEntryFilter,
        after: Option<TaxEntryPlace>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<TaxEntry>> {
        let entries = self.books().tax_entries.between(filter.from, filter.to, after);
        let matching = entries.filter(|entry| matches(entry, filter));
        Ok(matching.skip(count(offset)).take(count(limit)).cloned().collect())
    }

    fn count(&mut self, filter: &TaxEntryFilter) -> Stored<i64> {
        let entries = self.books().tax_entries.between(filter.from, filter.to, None);
        Ok(entries.map(|entry| i64::from(matches(entry, filter))).sum())
    }
}
