//! Stocks of items: rows wait with the others of their unit, what is kept is read once and written once.

mod kept;
mod row;

pub(crate) use kept::{KeptStockRow, LoadedStock};
pub(crate) use row::StockRow;

use crate::connection::{Conn, MultiBackend};
use crate::parse;
use crate::schema::stock_movements as movements;
use crate::unit::SqlTx;
use diesel::QueryResult;
use diesel::dsl::{exists, select, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date as DateSql};
use partita_application::ports::{StockFilter, StockSum, Stocks, Stored};
use partita_domain::id::{DocumentId, EntryId, ItemId, MovementId};
use partita_domain::inventory::{KeptStock, StockRecord};
use time::Date;

/// A statement names at most so many ids.
const MOST_IDS: usize = 10_000;

type Query<'a> = movements::BoxedQuery<'a, MultiBackend>;

fn filtered<'a>(company: &'a str, item: ItemId, filter: &'a StockFilter) -> Query<'a> {
    let mut query = movements::table
        .filter(movements::company_id.eq(company))
        .filter(movements::item_id.eq(item.to_string()))
        .into_boxed();
    if let Some(kind) = &filter.kind {
        query = query.filter(movements::kind.eq(kind));
    }
    if let Some(from) = filter.from {
        query = query.filter(movements::date.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(movements::date.le(to));
    }
    if let Some(document) = filter.document_id {
        query = query.filter(movements::document_id.eq(document.to_string()));
    }
    if let Some(external_id) = &filter.external_id {
        query = query.filter(movements::external_id.eq(external_id));
    }
    query
}

fn records(rows: Vec<StockRow>) -> Stored<Vec<StockRecord>> {
    rows.into_iter().map(StockRow::into_record).collect()
}

fn by_item(records: &mut [StockRecord]) {
    records.sort_by_key(|record| (record.item_id, record.sequence));
}

impl SqlTx<'_> {
    /// Asks for rows: the database has all of them but for those of units that wait.
    fn read_rows<T>(&mut self, query: impl FnOnce(&mut Conn, &str) -> QueryResult<T>) -> Stored<T> {
        if self.pending().stock_rows.is_empty() { self.read(query) } else { self.read_settled(query) }
    }
}

impl Stocks for SqlTx<'_> {
    fn append(&mut self, records: &[StockRecord]) -> Stored<()> {
        let rows: Vec<StockRow> = records.iter().map(|record| StockRow::of(&self.key, record)).collect();
        self.add()?.stock_rows.extend(rows);
        Ok(())
    }

    fn keep(&mut self, stock: &KeptStock) -> Stored<()> {
        self.keep_stock(stock)
    }

    fn kept(&mut self, items: &[ItemId]) -> Stored<Vec<KeptStock>> {
        self.kept_stocks(items)
    }

    fn all_kept(&mut self, after: Option<ItemId>, limit: i64) -> Stored<Vec<KeptStock>> {
        self.all_kept_stocks(after, limit)
    }

    fn history(&mut self, items: &[ItemId]) -> Stored<Vec<StockRecord>> {
        let items: Vec<String> = items.iter().map(ToString::to_string).collect();
        let mut found = Vec::new();
        for some in items.chunks(MOST_IDS) {
            let rows: Vec<StockRow> = self.read_rows(|conn, company| {
                movements::table
                    .filter(movements::company_id.eq(company))
                    .filter(movements::item_id.eq_any(some))
                    .select(StockRow::as_select())
                    .load(conn)
            })?;
            found.extend(records(rows)?);
        }
        by_item(&mut found);
        Ok(found)
    }

    fn about(&mut self, ids: &[MovementId]) -> Stored<Vec<StockRecord>> {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let mut found = Vec::new();
        for some in ids.chunks(MOST_IDS) {
            let rows: Vec<StockRow> = self.read_rows(|conn, company| {
                let of_company = || {
                    movements::table.filter(movements::company_id.eq(company)).select(StockRow::as_select())
                };
                // Two statements, since each has an index of its own.
                let mut rows: Vec<StockRow> = of_company().filter(movements::id.eq_any(some)).load(conn)?;
                rows.extend(of_company().filter(movements::of_id.eq_any(some)).load::<StockRow>(conn)?);
                Ok(rows)
            })?;
            found.extend(records(rows)?);
        }
        by_item(&mut found);
        found.dedup_by_key(|record| record.id);
        Ok(found)
    }

    fn of_document(&mut self, document: DocumentId) -> Stored<Vec<StockRecord>> {
        let rows: Vec<StockRow> = self.read_rows(|conn, company| {
            movements::table
                .filter(movements::company_id.eq(company))
                .filter(movements::document_id.eq(document.to_string()))
                .order((movements::item_id, movements::sequence))
                .select(StockRow::as_select())
                .load(conn)
        })?;
        records(rows)
    }

    fn has_entry(&mut self, entry: EntryId) -> Stored<bool> {
        self.read_rows(|conn, company| {
            select(exists(
                movements::table
                    .filter(movements::company_id.eq(company))
                    .filter(movements::entry_id.eq(entry.to_string())),
            ))
            .get_result(conn)
        })
    }

    fn find(&mut self, id: MovementId) -> Stored<Option<StockRecord>> {
        let row: Option<StockRow> = self.read_rows(|conn, company| {
            movements::table
                .filter(movements::company_id.eq(company))
                .filter(movements::id.eq(id.to_string()))
                .select(StockRow::as_select())
                .first(conn)
                .optional()
        })?;
        row.map(StockRow::into_record).transpose()
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<MovementId>> {
        let id: Option<String> = self.read_rows(|conn, company| {
            movements::table
                .filter(movements::company_id.eq(company))
                .filter(movements::external_id.eq(external_id))
                .select(movements::id)
                .first(conn)
                .optional()
        })?;
        parse::optional(id.as_deref(), "movement id")
    }

    fn list(
        &mut self,
        item: ItemId,
        filter: &StockFilter,
        after: Option<(Date, i64)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<StockRecord>> {
        let rows: Vec<StockRow> = self.read_rows(|conn, company| {
            let mut query = filtered(company, item, filter);
            if let Some((date, sequence)) = after {
                // Compared as a pair, which the index on both can begin from.
                query = query.filter(
                    sql::<Bool>("(stock_movements.date, stock_movements.sequence) < (")
                        .bind::<DateSql, _>(date)
                        .sql(", ")
                        .bind::<BigInt, _>(sequence)
                        .sql(")"),
                );
            }
            query
                .order((movements::date.desc(), movements::sequence.desc()))
                .offset(offset)
                .limit(limit)
                .select(StockRow::as_select())
                .load(conn)
        })?;
        records(rows)
    }

    fn count(&mut self, item: ItemId, filter: &StockFilter) -> Stored<i64> {
        self.read_rows(|conn, company| filtered(company, item, filter).count().get_result(conn))
    }

    fn changed_after(&mut self, date: Date) -> Stored<Vec<StockSum>> {
        let rows: Vec<(String, i64, i64)> = self.read_rows(|conn, company| {
            movements::table
                .filter(movements::company_id.eq(company))
                .filter(movements::date.gt(date))
                .group_by(movements::item_id)
                .order(movements::item_id)
                .select((
                    movements::item_id,
                    sql::<BigInt>("CAST(sum(effect_quantity) AS BIGINT)"),
                    sql::<BigInt>("CAST(sum(effect_value - effect_late_cost) AS BIGINT)"),
                ))
                .load(conn)
        })?;
        rows.into_iter()
            .map(|(item, quantity_millionths, value)| {
                Ok(StockSum {
                    item_id: parse::text(&item, "item of a movement")?,
                    quantity_millionths,
                    value,
                })
            })
            .collect()
    }
}
