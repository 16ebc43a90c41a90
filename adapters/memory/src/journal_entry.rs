//! Journal entries.

use crate::account::Chart;
use crate::tx::{MemoryTx, contains, count, impossible};
use crate::undo_map::{Undo, UndoMap};
use partita_application::ports::{EntryFilter, EntryOrder, EntryStatus, JournalEntries, Stored};
use partita_domain::id::{EntryId, TaxCodeId};
use partita_domain::journal_entry::{JournalEntry, Line};
use std::collections::BTreeSet;
use std::ops::Bound;
use time::Date;

/// The entries in their chain, with their orders and unique values.
#[derive(Default)]
pub(crate) struct Journal {
    chain: UndoMap<i64, JournalEntry>,
    by_date: UndoMap<(Date, i64), ()>,
    by_id: UndoMap<EntryId, i64>,
    by_external_id: UndoMap<String, EntryId>,
    by_number: UndoMap<(i32, String), ()>,
    /// From the entry that was reversed to the one that reverses it.
    reversals: UndoMap<EntryId, EntryId>,
}

impl Undo for Journal {
    fn commit(&mut self) {
        self.chain.commit();
        self.by_date.commit();
        self.by_id.commit();
        self.by_external_id.commit();
        self.by_number.commit();
        self.reversals.commit();
    }

    fn roll_back(&mut self) {
        self.chain.roll_back();
        self.by_date.roll_back();
        self.by_id.roll_back();
        self.by_external_id.roll_back();
        self.by_number.roll_back();
        self.reversals.roll_back();
    }
}

impl Journal {
    /// All entries as they were posted.
    pub(crate) fn in_chain_order(&self) -> impl Iterator<Item = &JournalEntry> {
        self.chain.values()
    }

    /// The accounting date of an entry.
    pub(crate) fn date_of(&self, id: EntryId) -> Option<Date> {
        self.by_id.get(&id).and_then(|position| self.chain.get(position)).map(|entry| entry.date)
    }

    /// Checks that an entry exists, as a foreign key would.
    pub(crate) fn check_exists(&self, id: EntryId) -> Stored<()> {
        if self.by_id.contains_key(&id) { Ok(()) } else { Err(impossible(format!("there is no entry {id}"))) }
    }

    fn insert(&mut self, entry: &JournalEntry, chart: &Chart) -> Stored<()> {
        self.chain.check_new(&entry.position)?;
        self.by_id.check_new(&entry.id)?;
        self.by_external_id.check_free(entry.external_id.as_ref(), &entry.id)?;
        let number = (entry.fiscal_year, entry.entry_number.clone());
        self.by_number.check_new(&number)?;
        if let Some(reversed) = entry.reversal_of_id {
            self.reversals.check_new(&reversed)?;
            if !self.by_id.contains_key(&reversed) {
                return Err(impossible(format!("there is no entry {reversed} to reverse")));
            }
        }
        entry.lines.iter().try_for_each(|line| chart.check_exists(line.account_id))?;

        self.by_date.put((entry.date, entry.position), ());
        self.by_id.put(entry.id, entry.position);
        self.by_external_id.rekey(None, entry.external_id.as_ref(), entry.id);
        self.by_number.put(number, ());
        if let Some(reversed) = entry.reversal_of_id {
            self.reversals.put(reversed, entry.id);
        }
        self.chain.put(entry.position, entry.clone());
        Ok(())
    }

    /// The entry with what may have changed since it was posted.
    fn filled(&self, entry: &JournalEntry, chart: &Chart) -> JournalEntry {
        let mut entry = entry.clone();
        entry.reversed_by_id = self.reversals.get(&entry.id).copied();
        for line in &mut entry.lines {
            if let Some(number) = chart.number(line.account_id) {
                number.clone_into(&mut line.account_number);
            }
        }
        entry
    }

    fn in_order<'a>(
        &'a self,
        order: EntryOrder,
        after: Option<(Date, i64)>,
    ) -> Box<dyn Iterator<Item = &'a JournalEntry> + 'a> {
        let beyond = after.map_or(Bound::Unbounded, Bound::Excluded);
        let entry = |((_, position), ()): (&(Date, i64), &())| self.chain.get(position);
        match order {
            EntryOrder::NewestFirst => {
                Box::new(self.by_date.range((Bound::Unbounded, beyond)).rev().filter_map(entry))
            }
            EntryOrder::OldestFirst => {
                Box::new(self.by_date.range((beyond, Bound::Unbounded)).filter_map(entry))
            }
        }
    }

    fn matches(&self, entry: &JournalEntry, filter: &EntryFilter) -> bool {
        let has_status = |status| match status {
            EntryStatus::Posted => !self.reversals.contains_key(&entry.id),
            EntryStatus::Reversed => self.reversals.contains_key(&entry.id),
        };
        let has_text = |q: &str| {
            let texts = [Some(&entry.entry_number), entry.memo.as_ref(), entry.reference_number.as_ref()];
            texts.into_iter().flatten().any(|text| contains(text, q))
        };
        filter.status.is_none_or(has_status)
            && filter.from.is_none_or(|from| entry.date >= from)
            && filter.to.is_none_or(|to| entry.date <= to)
            && has_lines(entry, filter)
            && filter.transaction_type.as_ref().is_none_or(|kind| entry.transaction_type == *kind)
            && filter.period.is_none_or(|period| entry.period == period)
            && filter.min_amount.is_none_or(|least| entry.total >= least)
            && filter.max_amount.is_none_or(|most| entry.total <= most)
            && (filter.external_id.is_none() || entry.external_id == filter.external_id)
            && filter.q.as_deref().is_none_or(has_text)
    }
}

/// Whether there are lines for all that is asked of lines; each may be another line.
fn has_lines(entry: &JournalEntry, filter: &EntryFilter) -> bool {
    let about = |is_it: &dyn Fn(&Line) -> bool| entry.lines.iter().any(is_it);
    filter.account_id.is_none_or(|id| about(&|line| line.account_id == id))
        && filter.contact_id.is_none_or(|id| about(&|line| line.dimensions.contact_id == Some(id)))
        && filter.class_id.is_none_or(|id| about(&|line| line.dimensions.class_id == Some(id)))
        && filter.location_id.is_none_or(|id| about(&|line| line.dimensions.location_id == Some(id)))
        && filter.project_id.is_none_or(|id| about(&|line| line.dimensions.project_id == Some(id)))
}

impl JournalEntries for MemoryTx<'_> {
    fn insert(&mut self, entry: &JournalEntry) -> Stored<()> {
        let books = self.books_mut()?;
        books.journal_entries.insert(entry, &books.accounts)
    }

    fn find(&mut self, id: EntryId) -> Stored<Option<JournalEntry>> {
        let books = self.books();
        let journal = &books.journal_entries;
        let entry = journal.by_id.get(&id).and_then(|position| journal.chain.get(position));
        Ok(entry.map(|entry| journal.filled(entry, &books.accounts)))
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<EntryId>> {
        Ok(self.books().journal_entries.by_external_id.get(external_id).copied())
    }

    fn taken_external_ids(&mut self, external_ids: &[&str]) -> Stored<Vec<(String, EntryId)>> {
        let taken = &self.books().journal_entries.by_external_id;
        let asked: BTreeSet<&str> = external_ids.iter().copied().collect();
        Ok(asked.into_iter().filter_map(|id| taken.get(id).map(|entry| (id.to_owned(), *entry))).collect())
    }

    fn list(
        &mut self,
        filter: &EntryFilter,
        order: EntryOrder,
        after: Option<(Date, i64)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<JournalEntry>> {
        let books = self.books();
        let journal = &books.journal_entries;
        let matching = journal.in_order(order, after).filter(|entry| journal.matches(entry, filter));
        let page = matching.skip(count(offset)).take(count(limit));
        Ok(page.map(|entry| journal.filled(entry, &books.accounts)).collect())
    }

    fn count(&mut self, filter: &EntryFilter) -> Stored<i64> {
        let journal = &self.books().journal_entries;
        Ok(journal.in_chain_order().map(|entry| i64::from(journal.matches(entry, filter))).sum())
    }

    fn chain(&mut self, after: i64, limit: i64) -> Stored<Vec<JournalEntry>> {
        let books = self.books();
        let journal = &books.journal_entries;
        let entries = journal.chain.range((Bound::Excluded(after), Bound::Unbounded)).take(count(limit));
        Ok(entries.map(|(_, entry)| journal.filled(entry, &books.accounts)).collect())
    }

    fn names_tax_code(&mut self, id: TaxCodeId) -> Stored<bool> {
        let mut lines = self.books().journal_entries.in_chain_order().flat_map(|entry| &entry.lines);
        Ok(lines.any(|line| line.dimensions.tax_code_id == Some(id)))
    }

    fn last_date(&mut self) -> Stored<Option<Date>> {
        Ok(self.books().journal_entries.by_date.last_key_value().map(|((date, _), ())| *date))
    }
}
