//! Revaluations and their items.

mod row;

use crate::balance::sum;
use crate::connection::MultiBackend;
use crate::dialect;
use crate::parse;
use crate::pending::Change;
use crate::schema::{revaluation_items as items, revaluations};
use crate::unit::SqlTx;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date as DateSql, Text};
use partita_application::ports::{RevaluationFilter, Revaluations, RevaluedSum, Stored};
use partita_domain::id::{EntryId, RevaluationId};
use partita_domain::money::Currency;
use partita_domain::payment::OpenItemSource;
use partita_domain::revaluation::{ItemRevaluation, Revaluation, RevaluationState, RevaluedItem};
use row::{ItemRow, RevaluationRow, seen};
use time::Date;

/// So many items are written at once.
const ROWS_AT_ONCE: usize = 5_000;

type Query<'a> = revaluations::BoxedQuery<'a, MultiBackend>;

fn filtered<'a>(company: &'a str, filter: &'a RevaluationFilter) -> Query<'a> {
    let mut query = revaluations::table.filter(revaluations::company_id.eq(company)).into_boxed();
    if let Some(from) = filter.from {
        query = query.filter(revaluations::date.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(revaluations::date.le(to));
    }
    if let Some(state) = filter.state {
        query = query.filter(revaluations::state.eq(state.name()));
    }
    if let Some(external_id) = &filter.external_id {
        query = query.filter(revaluations::external_id.eq(external_id));
    }
    query
}

impl Revaluations for SqlTx<'_> {
    fn insert(&mut self, revaluation: &Revaluation, revalued: &[RevaluedItem]) -> Stored<()> {
        // The entries and documents that it names have to be there first.
        self.must_write()?;
        self.read_settled(|_, _| Ok(()))?;
        let row = RevaluationRow::of(&self.key, revaluation)?;
        self.write(|conn, _| diesel::insert_into(revaluations::table).values(&row).execute(conn))?;
        let rows: Vec<ItemRow> = (1..)
            .zip(revalued)
            .map(|(line_number, item)| ItemRow::of(&self.key, revaluation.id, line_number, item))
            .collect();
        let mut rows = rows.into_iter();
        loop {
            let some: Vec<ItemRow> = rows.by_ref().take(ROWS_AT_ONCE).collect();
            if some.is_empty() {
                return Ok(());
            }
            let change = Change::of::<ItemRow, _>(some.into_iter().map(ItemRow::cells));
            self.write(|conn, _| dialect::write(conn, &[change]))?;
        }
    }

    fn update(&mut self, revaluation: &Revaluation) -> Stored<()> {
        // The entries that it names have to be there first.
        self.must_write()?;
        self.read_settled(|_, _| Ok(()))?;
        let text = |id: Option<EntryId>| id.map(|id| id.to_string());
        self.write(|conn, company| {
            diesel::update(revaluations::table.find((company, revaluation.id.to_string())))
                .set((
                    revaluations::state.eq(revaluation.state.name()),
                    revaluations::void_entry_id.eq(text(revaluation.void_entry_id)),
                    revaluations::void_reversal_entry_id.eq(text(revaluation.void_reversal_entry_id)),
                    revaluations::updated_at.eq(revaluation.updated_at),
                    revaluations::version.eq(revaluation.version),
                ))
                .execute(conn)
        })
        .map(drop)
    }

    fn find(&mut self, id: RevaluationId) -> Stored<Option<Revaluation>> {
        let row: Option<RevaluationRow> = self.read(|conn, company| {
            revaluations::table
                .find((company, id.to_string()))
                .select(RevaluationRow::as_select())
                .first(conn)
                .optional()
        })?;
        row.map(RevaluationRow::into_revaluation).transpose()
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<RevaluationId>> {
        let id: Option<String> = self.read(|conn, company| {
            revaluations::table
                .filter(revaluations::company_id.eq(company))
                .filter(revaluations::external_id.eq(external_id))
                .select(revaluations::id)
                .first(conn)
                .optional()
        })?;
        parse::optional(id.as_deref(), "id of a revaluation")
    }

    fn find_by_entry(&mut self, entry: EntryId) -> Stored<Option<Revaluation>> {
        let entry = entry.to_string();
        let row: Option<RevaluationRow> = self.read(|conn, company| {
            let is_of = revaluations::entry_id
                .eq(&entry)
                .or(revaluations::reversal_entry_id.eq(&entry))
                .or(revaluations::void_entry_id.eq(&entry))
                .or(revaluations::void_reversal_entry_id.eq(&entry));
            revaluations::table
                .filter(revaluations::company_id.eq(company))
                .filter(is_of)
                .select(RevaluationRow::as_select())
                .first(conn)
                .optional()
        })?;
        row.map(RevaluationRow::into_revaluation).transpose()
    }

    fn standing(&mut self, date: Date, currencies: &[Currency]) -> Stored<Option<RevaluationId>> {
        let codes: Vec<&str> = currencies.iter().map(|currency| currency.code()).collect();
        let id: Option<String> = self.read(|conn, company| {
            let has_currency = items::table
                .filter(items::company_id.eq(revaluations::company_id))
                .filter(items::revaluation_id.eq(revaluations::id))
                .filter(items::currency_code.eq_any(&codes))
                .select(items::line_number);
            revaluations::table
                .filter(revaluations::company_id.eq(company))
                .filter(revaluations::date.eq(date))
                .filter(revaluations::state.eq(RevaluationState::Posted.name()))
                .filter(diesel::dsl::exists(has_currency))
                .order(revaluations::id)
                .select(revaluations::id)
                .first(conn)
                .optional()
        })?;
        parse::optional(id.as_deref(), "id of a revaluation")
    }

    fn items(&mut self, id: RevaluationId) -> Stored<Vec<RevaluedItem>> {
        let rows: Vec<ItemRow> = self.read(|conn, company| {
            items::table
                .filter(items::company_id.eq(company))
                .filter(items::revaluation_id.eq(id.to_string()))
                .order(items::line_number)
                .select(ItemRow::as_select())
                .load(conn)
        })?;
        rows.into_iter().map(ItemRow::into_item).collect()
    }

    fn sums(&mut self) -> Stored<Vec<RevaluedSum>> {
        let rows: Vec<(String, i64, i64, i64)> = self.read(|conn, company| {
            items::table
                .group_by(items::revaluation_id)
                .select((
                    items::revaluation_id,
                    sum("1"),
                    sum("CASE WHEN difference > 0 THEN difference ELSE 0 END"),
                    sum("CASE WHEN difference < 0 THEN -difference ELSE 0 END"),
                ))
                .filter(items::company_id.eq(company))
                .order(items::revaluation_id)
                .load(conn)
        })?;
        let sums = rows.into_iter().map(|(id, item_count, gain, loss)| {
            Ok(RevaluedSum { id: parse::text(&id, "id of a revaluation")?, item_count, gain, loss })
        });
        sums.collect()
    }

    fn history(&mut self, source: OpenItemSource, until: Date) -> Stored<Vec<ItemRevaluation>> {
        let rows: Vec<(RevaluationRow, ItemRow)> = self.read(|conn, company| {
            let query = revaluations::table
                .inner_join(
                    items::table.on(items::company_id
                        .eq(revaluations::company_id)
                        .and(items::revaluation_id.eq(revaluations::id))),
                )
                .filter(items::company_id.eq(company))
                .filter(revaluations::date.le(until))
                .order((revaluations::date, revaluations::id))
                .select((RevaluationRow::as_select(), ItemRow::as_select()))
                .into_boxed::<MultiBackend>();
            match source {
                OpenItemSource::Document { id, .. } => query.filter(items::document_id.eq(id.to_string())),
                OpenItemSource::Payment { id, .. } => query.filter(items::payment_id.eq(id.to_string())),
            }
            .load(conn)
        })?;
        rows.into_iter().map(seen).collect()
    }

    fn list(
        &mut self,
        filter: &RevaluationFilter,
        after: Option<(Date, RevaluationId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Revaluation>> {
        let rows: Vec<RevaluationRow> = self.read(|conn, company| {
            let mut query = filtered(company, filter);
            if let Some((date, id)) = after {
                // Compared as a pair, which the index on both can begin from.
                query = query.filter(
                    sql::<Bool>("(revaluations.date, revaluations.id) < (")
                        .bind::<DateSql, _>(date)
                        .sql(", ")
                        .bind::<Text, _>(id.to_string())
                        .sql(")"),
                );
            }
            query
                .order((revaluations::date.desc(), revaluations::id.desc()))
                .offset(offset)
                .limit(limit)
                .select(RevaluationRow::as_select())
                .load(conn)
        })?;
        rows.into_iter().map(RevaluationRow::into_revaluation).collect()
    }

    fn count(&mut self, filter: &RevaluationFilter) -> Stored<i64> {
        self.read(|conn, company| filtered(company, filter).count().get_result(conn))
    }
}
