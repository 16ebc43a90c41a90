//! What is kept of each item, as the open transaction knows it.

use super::MOST_IDS;
use super::row::millionths;
use crate::parse;
use crate::pending::{Change, Shape, Written};
use crate::schema::stocks;
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{Mode, StoreError, Stored};
use partita_domain::id::{CompanyId, ItemId};
use partita_domain::inventory::{KeptStock, Shelf};
use std::collections::BTreeMap;
use std::sync::Arc;
use time::Date;

#[derive(Queryable, Selectable)]
#[diesel(table_name = stocks)]
pub(crate) struct KeptStockRow {
    item_id: String,
    sequence: i64,
    last_date: Date,
    is_revised: i32,
    quantity: i64,
    value: i64,
    shelf: String,
}

/// What is kept of an item, and whether it has to be written.
#[derive(Clone, Debug)]
pub(crate) struct LoadedStock {
    /// None where the item never moved.
    stock: Option<Arc<KeptStock>>,
    /// JSON of the shelf, where it has to be written.
    changed: Option<Arc<str>>,
}

impl Written for KeptStockRow {
    const SHAPE: Shape = Shape::Insert {
        table: "stocks",
        columns: &[
            "company_id",
            "item_id",
            "sequence",
            "last_date",
            "is_revised",
            "quantity",
            "value",
            "shelf",
        ],
        conflict: "ON CONFLICT (company_id, item_id) DO UPDATE SET sequence = excluded.sequence, \
                   last_date = excluded.last_date, is_revised = excluded.is_revised, \
                   quantity = excluded.quantity, value = excluded.value, shelf = excluded.shelf",
    };
}

impl KeptStockRow {
    /// What has to be written; from here on it counts as written.
    pub(crate) fn changes(company: CompanyId, stocks: &mut BTreeMap<ItemId, LoadedStock>) -> Change {
        let rows = stocks.values_mut().filter_map(|loaded| {
            let shelf = loaded.changed.take()?;
            let stock = loaded.stock.as_ref()?;
            Some([
                company.to_string().into(),
                stock.item_id.to_string().into(),
                stock.sequence.into(),
                stock.last_date.into(),
                i32::from(stock.is_revised).into(),
                stock.shelf.quantity().millionths().into(),
                stock.shelf.value().into(),
                shelf.as_ref().into(),
            ])
        });
        Change::of::<Self, _>(rows)
    }

    fn into_stock(self) -> Stored<KeptStock> {
        let shelf: Shelf = parse::json(&self.shelf, "shelf of a stock")?;
        let quantity = millionths(self.quantity, "quantity of a stock")?;
        if (shelf.quantity(), shelf.value()) != (quantity, self.value) {
            return Err(StoreError::Corrupt(format!(
                "the stock of item {} is {quantity} worth {}, its shelf {} worth {}",
                self.item_id,
                self.value,
                shelf.quantity(),
                shelf.value()
            )));
        }
        Ok(KeptStock {
            item_id: parse::text(&self.item_id, "item of a stock")?,
            sequence: self.sequence,
            last_date: self.last_date,
            is_revised: self.is_revised != 0,
            shelf,
        })
    }
}

impl SqlTx<'_> {
    pub(super) fn keep_stock(&mut self, stock: &KeptStock) -> Stored<()> {
        self.must_write()?;
        let shelf = parse::to_json(&stock.shelf)?;
        let loaded = LoadedStock { stock: Some(Arc::new(stock.clone())), changed: Some(shelf.into()) };
        self.books()?.stocks.insert(stock.item_id, loaded);
        Ok(())
    }

    pub(super) fn kept_stocks(&mut self, items: &[ItemId]) -> Stored<Vec<KeptStock>> {
        let mut wanted: Vec<ItemId> = items.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        if self.mode() == Mode::Read {
            return self.load_stocks(&wanted);
        }
        let known = &self.books()?.stocks;
        let missing: Vec<ItemId> = wanted.iter().filter(|item| !known.contains_key(item)).copied().collect();
        let loaded = if missing.is_empty() { Vec::new() } else { self.load_stocks(&missing)? };
        let known = &mut self.books()?.stocks;
        known.extend(missing.into_iter().map(|item| (item, LoadedStock { stock: None, changed: None })));
        for stock in loaded {
            known.insert(stock.item_id, LoadedStock { stock: Some(Arc::new(stock)), changed: None });
        }
        let found = wanted.iter().filter_map(|item| known.get(item)?.stock.as_ref());
        Ok(found.map(|stock| KeptStock::clone(stock)).collect())
    }

    fn load_stocks(&mut self, items: &[ItemId]) -> Stored<Vec<KeptStock>> {
        let items: Vec<String> = items.iter().map(ToString::to_string).collect();
        let mut found = Vec::with_capacity(items.len());
        for some in items.chunks(MOST_IDS) {
            let rows: Vec<KeptStockRow> = self.read(|conn, company| {
                stocks::table
                    .filter(stocks::company_id.eq(company))
                    .filter(stocks::item_id.eq_any(some))
                    .select(KeptStockRow::as_select())
                    .load(conn)
            })?;
            for row in rows {
                found.push(row.into_stock()?);
            }
        }
        Ok(found)
    }

    pub(super) fn all_kept_stocks(&mut self, after: Option<ItemId>, limit: i64) -> Stored<Vec<KeptStock>> {
        let rows: Vec<KeptStockRow> = self.read_settled(|conn, company| {
            let mut query = stocks::table.filter(stocks::company_id.eq(company)).into_boxed();
            if let Some(after) = after {
                query = query.filter(stocks::item_id.gt(after.to_string()));
            }
            query.order(stocks::item_id).limit(limit).select(KeptStockRow::as_select()).load(conn)
        })?;
        rows.into_iter().map(KeptStockRow::into_stock).collect()
    }
}
