//! Stocks of items.

use crate::account::Chart;
use crate::item::Catalogue;
use crate::journal_entry::Journal;
use crate::tx::{MemoryTx, count, impossible};
use crate::undo_map::{Undo, UndoMap};
use partita_application::ports::{StockFilter, StockSum, Stocks, Stored};
use partita_domain::id::{DocumentId, EntryId, ItemId, MovementId};
use partita_domain::inventory::{KeptStock, StockRecord};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use time::Date;

type Place = (ItemId, i64);

/// The rows of all items, and what is kept of each.
#[derive(Default)]
pub(crate) struct Warehouse {
    rows: UndoMap<Place, StockRecord>,
    by_id: UndoMap<MovementId, Place>,
    by_external_id: UndoMap<String, MovementId>,
    /// From what is referred to; `None` comes before every place.
    by_of: UndoMap<(MovementId, Option<Place>), ()>,
    by_document: UndoMap<(DocumentId, Option<Place>), ()>,
    by_entry: UndoMap<EntryId, ()>,
    kept: UndoMap<ItemId, KeptStock>,
}

impl Warehouse {
    fn add(
        &mut self,
        record: &StockRecord,
        items: &Catalogue,
        accounts: &Chart,
        entries: &Journal,
    ) -> Stored<()> {
        let place = (record.item_id, record.sequence);
        items.check_exists(record.item_id)?;
        accounts.check_exists(record.account_id)?;
        if let Some(entry) = record.entry_id {
            entries.check_exists(entry)?;
            self.by_entry.put(entry, ());
        }
        if let Some(of) = record.kind.of() {
            if !self.by_id.contains_key(&of) {
                return Err(impossible(format!("there is no movement {of}")));
            }
            self.by_of.put((of, Some(place)), ());
        }
        self.by_id.add(record.id, place)?;
        if let Some(external_id) = &record.external_id {
            self.by_external_id.add(external_id.clone(), record.id)?;
        }
        if let Some((document, _)) = record.source {
            self.by_document.put((document, Some(place)), ());
        }
        self.rows.add(place, record.clone())
    }

    fn of_item(&self, item: ItemId) -> impl Iterator<Item = &StockRecord> {
        self.rows.range((item, 0)..=(item, i64::MAX)).map(|(_, record)| record)
    }
}

impl Undo for Warehouse {
    fn commit(&mut self) {
        self.rows.commit();
        self.by_id.commit();
        self.by_external_id.commit();
        self.by_of.commit();
        self.by_document.commit();
        self.by_entry.commit();
        self.kept.commit();
    }

    fn roll_back(&mut self) {
        self.rows.roll_back();
        self.by_id.roll_back();
        self.by_external_id.roll_back();
        self.by_of.roll_back();
        self.by_document.roll_back();
        self.by_entry.roll_back();
        self.kept.roll_back();
    }
}

fn matches(record: &StockRecord, filter: &StockFilter) -> bool {
    filter.kind.as_ref().is_none_or(|kind| record.kind.name() == kind)
        && filter.from.is_none_or(|from| record.date >= from)
        && filter.to.is_none_or(|to| record.date <= to)
        && filter.document_id.is_none_or(|wanted| record.source.is_some_and(|(id, _)| id == wanted))
        && (filter.external_id.is_none() || record.external_id == filter.external_id)
}

impl Stocks for MemoryTx<'_> {
    fn append(&mut self, records: &[StockRecord]) -> Stored<()> {
        let books = self.books_mut()?;
        records.iter().try_for_each(|record| {
            books.stocks.add(record, &books.items, &books.accounts, &books.journal_entries)
        })
    }

    fn keep(&mut self, stock: &KeptStock) -> Stored<()> {
        let books = self.books_mut()?;
        books.items.check_exists(stock.item_id)?;
        books.stocks.kept.put(stock.item_id, stock.clone());
        Ok(())
    }

    fn kept(&mut self, items: &[ItemId]) -> Stored<Vec<KeptStock>> {
        let items: BTreeSet<&ItemId> = items.iter().collect();
        let kept = &self.books().stocks.kept;
        Ok(items.into_iter().filter_map(|item| kept.get(item)).cloned().collect())
    }

    fn all_kept(&mut self, after: Option<ItemId>, limit: i64) -> Stored<Vec<KeptStock>> {
        let after = after.map_or(Bound::Unbounded, Bound::Excluded);
        let kept = self.books().stocks.kept.range((after, Bound::Unbounded));
        Ok(kept.map(|(_, stock)| stock).take(count(limit)).cloned().collect())
    }

    fn history(&mut self, items: &[ItemId]) -> Stored<Vec<StockRecord>> {
        let items: BTreeSet<&ItemId> = items.iter().collect();
        let stocks = &self.books().stocks;
        Ok(items.into_iter().flat_map(|item| stocks.of_item(*item)).cloned().collect())
    }

    fn about(&mut self, movements: &[MovementId]) -> Stored<Vec<StockRecord>> {
        let stocks = &self.books().stocks;
        let mut places: BTreeSet<Place> =
            movements.iter().filter_map(|id| stocks.by_id.get(id)).copied().collect();
        for id in movements {
            let referring = stocks.by_of.range((*id, None)..).take_while(|((of, _), ())| of == id);
            places.extend(referring.filter_map(|((_, place), ())| *place));
        }
        Ok(places.iter().filter_map(|place| stocks.rows.get(place)).cloned().collect())
    }

    fn of_document(&mut self, document: DocumentId) -> Stored<Vec<StockRecord>> {
        let stocks = &self.books().stocks;
        let places = stocks.by_document.range((document, None)..).take_while(|((of, _), ())| *of == document);
        Ok(places.filter_map(|((_, place), ())| stocks.rows.get(place.as_ref()?)).cloned().collect())
    }

    fn has_entry(&mut self, entry: EntryId) -> Stored<bool> {
        Ok(self.books().stocks.by_entry.contains_key(&entry))
    }

    fn find(&mut self, id: MovementId) -> Stored<Option<StockRecord>> {
        let stocks = &self.books().stocks;
        Ok(stocks.by_id.get(&id).and_then(|place| stocks.rows.get(place)).cloned())
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<MovementId>> {
        Ok(self.books().stocks.by_external_id.get(external_id).copied())
    }

    fn list(
        &mut self,
        item: ItemId,
        filter: &StockFilter,
        after: Option<(Date, i64)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<StockRecord>> {
        let rows = self.books().stocks.of_item(item).filter(|record| matches(record, filter));
        let mut in_order: BTreeMap<(Date, i64), &StockRecord> =
            rows.map(|record| ((record.date, record.sequence), record)).collect();
        if let Some(after) = after {
            drop(in_order.split_off(&after));
        }
        let page = in_order.into_values().rev().skip(count(offset)).take(count(limit));
        Ok(page.cloned().collect())
    }

    fn count(&mut self, item: ItemId, filter: &StockFilter) -> Stored<i64> {
        let rows = self.books().stocks.of_item(item);
        Ok(rows.map(|record| i64::from(matches(record, filter))).sum())
    }

    fn changed_after(&mut self, date: Date) -> Stored<Vec<StockSum>> {
        let mut sums: BTreeMap<ItemId, StockSum> = BTreeMap::new();
        for record in self.books().stocks.rows.values().filter(|record| record.date > date) {
            let item_id = record.item_id;
            let sum = sums.entry(item_id).or_insert(StockSum { item_id, quantity_millionths: 0, value: 0 });
            sum.quantity_millionths += record.effect.quantity.millionths();
            sum.value += record.effect.value - record.effect.late_cost;
        }
        Ok(sums.into_values().collect())
    }
}
