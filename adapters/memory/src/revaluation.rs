//! Revaluations and their items.

use crate::tx::{MemoryTx, count};
use crate::undo_map::{Undo, UndoMap};
use partita_application::ports::{RevaluationFilter, Revaluations, RevaluedSum, StoreError, Stored};
use partita_domain::id::{EntryId, RevaluationId};
use partita_domain::money::Currency;
use partita_domain::payment::OpenItemSource;
use partita_domain::revaluation::{ItemRevaluation, Revaluation, RevaluationState, RevaluedItem};
use std::ops::Bound;
use time::Date;
use uuid::Uuid;

/// The revaluations with their order and unique values, and their items.
#[derive(Default)]
pub(crate) struct Closings {
    by_id: UndoMap<RevaluationId, Revaluation>,
    by_date: UndoMap<(Date, RevaluationId), ()>,
    by_external_id: UndoMap<String, RevaluationId>,
    by_entry: UndoMap<EntryId, RevaluationId>,
    items: UndoMap<RevaluationId, Vec<RevaluedItem>>,
    by_source: UndoMap<(OpenItemSource, RevaluationId), usize>,
}

impl Undo for Closings {
    fn commit(&mut self) {
        self.by_id.commit();
        self.by_date.commit();
        self.by_external_id.commit();
        self.by_entry.commit();
        self.items.commit();
        self.by_source.commit();
    }

    fn roll_back(&mut self) {
        self.by_id.roll_back();
        self.by_date.roll_back();
        self.by_external_id.roll_back();
        self.by_entry.roll_back();
        self.items.roll_back();
        self.by_source.roll_back();
    }
}

impl Closings {
    fn put(&mut self, revaluation: &Revaluation) {
        for entry in revaluation.entries() {
            self.by_entry.put(entry, revaluation.id);
        }
        self.by_id.put(revaluation.id, revaluation.clone());
    }

    fn has_currency(&self, id: RevaluationId, currencies: &[Currency]) -> bool {
        let items = self.items.get(&id).into_iter().flatten();
        items.into_iter().any(|item| currencies.contains(&item.currency_code))
    }
}

fn matches(revaluation: &Revaluation, filter: &RevaluationFilter) -> bool {
    filter.from.is_none_or(|from| revaluation.date >= from)
        && filter.to.is_none_or(|to| revaluation.date <= to)
        && filter.state.is_none_or(|state| revaluation.state == state)
        && (filter.external_id.is_none() || revaluation.external_id == filter.external_id)
}

fn seen(revaluation: &Revaluation, item: &RevaluedItem) -> ItemRevaluation {
    ItemRevaluation {
        revaluation_id: revaluation.id,
        date: revaluation.date,
        reversal_date: revaluation.reversal_date,
        state: revaluation.state,
        open: item.open,
        base_open: item.base_open,
        exchange_rate: item.exchange_rate,
        difference: item.difference,
    }
}

impl Revaluations for MemoryTx<'_> {
    fn insert(&mut self, revaluation: &Revaluation, items: &[RevaluedItem]) -> Stored<()> {
        let books = self.books_mut()?;
        for item in items {
            books.accounts.check_exists(item.account_id)?;
            books.accounts.check_exists(item.revaluation_account_id)?;
            if let Some(document) = item.source.and_then(OpenItemSource::document) {
                books.documents.check_exists(document)?;
            }
            if let Some(payment) = item.source.and_then(OpenItemSource::payment) {
                books.payments.check_exists(payment)?;
            }
        }
        let closings = &mut books.revaluations;
        closings.by_id.check_new(&revaluation.id)?;
        closings.by_external_id.check_free(revaluation.external_id.as_ref(), &revaluation.id)?;
        closings.by_external_id.rekey(None, revaluation.external_id.as_ref(), revaluation.id);
        closings.by_date.put((revaluation.date, revaluation.id), ());
        for (place, item) in items.iter().enumerate() {
            if let Some(source) = item.source {
                closings.by_source.put((source, revaluation.id), place);
            }
        }
        closings.items.put(revaluation.id, items.to_vec());
        closings.put(revaluation);
        Ok(())
    }

    fn update(&mut self, revaluation: &Revaluation) -> Stored<()> {
        let closings = &mut self.books_mut()?.revaluations;
        if let Some(before) = closings.by_id.get(&revaluation.id) {
            let after = Revaluation {
                state: revaluation.state,
                void_entry_id: revaluation.void_entry_id,
                void_reversal_entry_id: revaluation.void_reversal_entry_id,
                updated_at: revaluation.updated_at,
                version: revaluation.version,
                ..before.clone()
            };
            closings.put(&after);
        }
        Ok(())
    }

    fn find(&mut self, id: RevaluationId) -> Stored<Option<Revaluation>> {
        Ok(self.books().revaluations.by_id.get(&id).cloned())
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<RevaluationId>> {
        Ok(self.books().revaluations.by_external_id.get(external_id).copied())
    }

    fn find_by_entry(&mut self, entry: EntryId) -> Stored<Option<Revaluation>> {
        let closings = &self.books().revaluations;
        Ok(closings.by_entry.get(&entry).and_then(|id| closings.by_id.get(id)).cloned())
    }

    fn standing(&mut self, date: Date, currencies: &[Currency]) -> Stored<Option<RevaluationId>> {
        let closings = &self.books().revaluations;
        let (first, last) = (RevaluationId(Uuid::nil()), RevaluationId(Uuid::max()));
        let of_day = closings.by_date.range((date, first)..=(date, last));
        let standing = of_day.filter_map(|((_, id), ())| closings.by_id.get(id)).find(|revaluation| {
            revaluation.state == RevaluationState::Posted && closings.has_currency(revaluation.id, currencies)
        });
        Ok(standing.map(|revaluation| revaluation.id))
    }

    fn items(&mut self, id: RevaluationId) -> Stored<Vec<RevaluedItem>> {
        Ok(self.books().revaluations.items.get(&id).cloned().unwrap_or_default())
    }

    fn sums(&mut self) -> Stored<Vec<RevaluedSum>> {
        let all = self.books().revaluations.items.iter().filter(|(_, items)| !items.is_empty());
        let sums = all.map(|(id, items)| {
            items.iter().try_fold(RevaluedSum { id: *id, item_count: 0, gain: 0, loss: 0 }, |sum, item| {
                Some(RevaluedSum {
                    item_count: sum.item_count.checked_add(1)?,
                    gain: sum.gain.checked_add(item.difference.max(0))?,
                    loss: sum.loss.checked_sub(item.difference.min(0))?,
                    ..sum
                })
            })
        });
        let sums: Option<Vec<RevaluedSum>> = sums.collect();
        sums.ok_or_else(|| StoreError::Corrupt("the sums of a revaluation are out of range".to_owned()))
    }

    fn history(&mut self, source: OpenItemSource, until: Date) -> Stored<Vec<ItemRevaluation>> {
        let closings = &self.books().revaluations;
        let (first, last) = (RevaluationId(Uuid::nil()), RevaluationId(Uuid::max()));
        let of_source = closings.by_source.range((source, first)..=(source, last));
        let mut history: Vec<ItemRevaluation> = of_source
            .filter_map(|((_, id), place)| {
                let revaluation = closings.by_id.get(id).filter(|one| one.date <= until)?;
                Some(seen(revaluation, closings.items.get(id)?.get(*place)?))
            })
            .collect();
        history.sort_by_key(|one| (one.date, one.revaluation_id));
        Ok(history)
    }

    fn list(
        &mut self,
        filter: &RevaluationFilter,
        after: Option<(Date, RevaluationId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Revaluation>> {
        let closings = &self.books().revaluations;
        let end = after.map_or(Bound::Unbounded, Bound::Excluded);
        let newest_first = closings.by_date.range((Bound::Unbounded, end)).rev();
        let matching = newest_first
            .filter_map(|((_, id), ())| closings.by_id.get(id))
            .filter(|revaluation| matches(revaluation, filter));
        Ok(matching.skip(count(offset)).take(count(limit)).cloned().collect())
    }

    fn count(&mut self, filter: &RevaluationFilter) -> Stored<i64> {
        let all = self.books().revaluations.by_id.values();
        Ok(all.map(|revaluation| i64::from(matches(revaluation, filter))).sum())
    }
}
