//! Items.

use crate::account::Chart;
use crate::tx::{MemoryTx, contains, count, impossible};
use crate::undo_map::{Undo, UndoMap};
use partita_application::ports::{ItemFilter, Items, Stored};
use partita_domain::id::ItemId;
use partita_domain::item::Item;
use std::collections::BTreeSet;
use std::ops::Bound;

/// The items with their unique values and their order.
#[derive(Default)]
pub(crate) struct Catalogue {
    by_id: UndoMap<ItemId, Item>,
    by_sku: UndoMap<String, ItemId>,
    by_external_id: UndoMap<String, ItemId>,
    by_name: UndoMap<(String, ItemId), ItemId>,
}

impl Catalogue {
    /// Checks that an item exists, as a foreign key would.
    pub(crate) fn check_exists(&self, id: ItemId) -> Stored<()> {
        if self.by_id.contains_key(&id) { Ok(()) } else { Err(impossible(format!("there is no item {id}"))) }
    }

    fn check(&self, item: &Item, chart: &Chart) -> Stored<()> {
        self.by_sku.check_free(item.sku.as_ref(), &item.id)?;
        self.by_external_id.check_free(item.external_id.as_ref(), &item.id)?;
        let accounts = [item.income_account_id, item.expense_account_id, item.asset_account_id];
        accounts.into_iter().flatten().try_for_each(|id| chart.check_exists(id))
    }

    fn put(&mut self, item: &Item) {
        let old = self.by_id.get(&item.id);
        self.by_sku.rekey(old.and_then(|old| old.sku.as_ref()), item.sku.as_ref(), item.id);
        let old_external_id = old.and_then(|old| old.external_id.as_ref());
        self.by_external_id.rekey(old_external_id, item.external_id.as_ref(), item.id);
        let old_name = old.map(|old| (old.sort_name(), old.id));
        self.by_name.rekey(old_name.as_ref(), Some(&(item.sort_name(), item.id)), item.id);
        self.by_id.put(item.id, item.clone());
    }
}

impl Undo for Catalogue {
    fn commit(&mut self) {
        self.by_id.commit();
        self.by_sku.commit();
        self.by_external_id.commit();
        self.by_name.commit();
    }

    fn roll_back(&mut self) {
        self.by_id.roll_back();
        self.by_sku.roll_back();
        self.by_external_id.roll_back();
        self.by_name.roll_back();
    }
}

fn matches(item: &Item, filter: &ItemFilter) -> bool {
    let has_text = |q: &str| {
        contains(&item.name, q)
            || item.sku.as_deref().is_some_and(|sku| contains(sku, q))
            || item.description.as_deref().is_some_and(|description| contains(description, q))
    };
    filter.item_type.is_none_or(|kind| item.item_type == kind)
        && filter.is_active.is_none_or(|is_active| item.is_active == is_active)
        && (filter.external_id.is_none() || item.external_id == filter.external_id)
        && (filter.sku.is_none() || item.sku == filter.sku)
        && filter.name.as_ref().is_none_or(|name| item.name == *name)
        && filter.q.as_deref().is_none_or(has_text)
}

impl Items for MemoryTx<'_> {
    fn insert(&mut self, item: &Item) -> Stored<()> {
        let books = self.books_mut()?;
        books.items.by_id.check_new(&item.id)?;
        books.items.check(item, &books.accounts)?;
        books.items.put(item);
        Ok(())
    }

    fn update(&mut self, item: &Item) -> Stored<()> {
        let books = self.books_mut()?;
        if books.items.by_id.contains_key(&item.id) {
            books.items.check(item, &books.accounts)?;
            books.items.put(item);
        }
        Ok(())
    }

    fn find(&mut self, id: ItemId) -> Stored<Option<Item>> {
        Ok(self.books().items.by_id.get(&id).cloned())
    }

    fn find_all(&mut self, ids: &[ItemId]) -> Stored<Vec<Item>> {
        let ids: BTreeSet<ItemId> = ids.iter().copied().collect();
        let items = &self.books().items;
        Ok(ids.iter().filter_map(|id| items.by_id.get(id)).cloned().collect())
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<Item>> {
        let items = &self.books().items;
        Ok(items.by_external_id.get(external_id).and_then(|id| items.by_id.get(id)).cloned())
    }

    fn find_by_sku(&mut self, sku: &str) -> Stored<Option<ItemId>> {
        Ok(self.books().items.by_sku.get(sku).copied())
    }

    fn list(
        &mut self,
        filter: &ItemFilter,
        after: Option<(&str, ItemId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Item>> {
        let items = &self.books().items;
        let after = after.map(|(name, id)| (name.to_owned(), id));
        let after = after.map_or(Bound::Unbounded, Bound::Excluded);
        let in_order = items.by_name.range((after, Bound::Unbounded));
        let matching =
            in_order.filter_map(|(_, id)| items.by_id.get(id)).filter(|item| matches(item, filter));
        Ok(matching.skip(count(offset)).take(count(limit)).cloned().collect())
    }

    fn count(&mut self, filter: &ItemFilter) -> Stored<i64> {
        let items = self.books().items.by_id.values();
        Ok(items.map(|item| i64::from(matches(item, filter))).sum())
    }
}
