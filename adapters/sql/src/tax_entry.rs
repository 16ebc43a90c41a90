//! Tax entries.

use crate::balance::sum;
use crate::connection::MultiBackend;
use crate::parse;
use crate::pending::{Cell, Shape, Written};
use crate::schema::tax_entries;
use crate::unit::SqlTx;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date as DateSql, Integer, Text};
use partita_application::ports::{Stored, TaxEntries, TaxEntryFilter, TaxEntryPlace};
use partita_domain::tax::{TaxKind, Trade};
use partita_domain::tax_entry::{TaxAmounts, TaxEntry, TaxOrigin};
use partita_domain::tax_return::TaxSum;
use time::Date;

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = tax_entries)]
pub(crate) struct TaxEntryRow {
    company_id: String,
    date: Date,
    entry_id: String,
    line_number: i32,
    document_id: String,
    tax_code_id: String,
    trade: String,
    kind: String,
    origin: String,
    base: i64,
    tax: i64,
    recoverable: i64,
}

impl Written for TaxEntryRow {
    const SHAPE: Shape = Shape::Insert {
        table: "tax_entries",
        columns: &[
            "company_id",
            "date",
            "entry_id",
            "line_number",
            "document_id",
            "tax_code_id",
            "trade",
            "kind",
            "origin",
            "base",
            "tax",
            "recoverable",
        ],
        conflict: "",
    };
}

impl TaxEntryRow {
    pub(crate) fn cells(self) -> [Cell; 12] {
        [
            self.company_id.into(),
            self.date.into(),
            self.entry_id.into(),
            self.line_number.into(),
            self.document_id.into(),
            self.tax_code_id.into(),
            self.trade.into(),
            self.kind.into(),
            self.origin.into(),
            self.base.into(),
            self.tax.into(),
            self.recoverable.into(),
        ]
    }

    fn of(company: &str, entry: &TaxEntry) -> Self {
        Self {
            company_id: company.to_owned(),
            date: entry.date,
            entry_id: entry.entry_id.to_string(),
            line_number: entry.line_number,
            document_id: entry.document_id.to_string(),
            tax_code_id: entry.tax_code_id.to_string(),
            trade: entry.trade.name().to_owned(),
            kind: entry.kind.name().to_owned(),
            origin: entry.origin.name().to_owned(),
            base: entry.amounts.base,
            tax: entry.amounts.tax,
            recoverable: entry.amounts.recoverable,
        }
    }

    fn into_entry(self) -> Stored<TaxEntry> {
        Ok(TaxEntry {
            date: self.date,
            entry_id: parse::text(&self.entry_id, "entry of a tax entry")?,
            line_number: self.line_number,
            document_id: parse::text(&self.document_id, "document of a tax entry")?,
            tax_code_id: parse::text(&self.tax_code_id, "code of a tax entry")?,
            trade: trade(&self.trade)?,
            kind: kind(&self.kind)?,
            origin: parse::named(TaxOrigin::named(&self.origin), &self.origin, "origin of a tax entry")?,
            amounts: TaxAmounts { base: self.base, tax: self.tax, recoverable: self.recoverable },
        })
    }
}

fn trade(name: &str) -> Stored<Trade> {
    parse::named(Trade::named(name), name, "side of a tax entry")
}

fn kind(name: &str) -> Stored<TaxKind> {
    parse::named(TaxKind::named(name), name, "kind of a tax entry")
}

type Query<'a> = tax_entries::BoxedQuery<'a, MultiBackend>;

fn filtered<'a>(company: &'a str, filter: &'a TaxEntryFilter) -> Query<'a> {
    let mut query = tax_entries::table
        .filter(tax_entries::company_id.eq(company))
        .filter(tax_entries::date.ge(filter.from))
        .filter(tax_entries::date.le(filter.to))
        .into_boxed();
    if let Some(codes) = &filter.codes {
        let of = |trade: Trade| -> Vec<String> {
            codes.iter().filter(|(_, of)| *of == trade).map(|(code, _)| code.to_string()).collect()
        };
        let is_of = |trade: Trade| {
            tax_entries::trade.eq(trade.name()).and(tax_entries::tax_code_id.eq_any(of(trade)))
        };
        query = query.filter(is_of(Trade::Sale).or(is_of(Trade::Purchase)));
    }
    if let Some(document) = filter.document_id {
        query = query.filter(tax_entries::document_id.eq(document.to_string()));
    }
    query
}

/// Code, side and kind; then base, tax and recoverable tax.
type SumRow = ((String, String, String), i64, i64, i64);

impl TaxEntries for SqlTx<'_> {
    fn insert(&mut self, entries: &[TaxEntry]) -> Stored<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let rows: Vec<TaxEntryRow> = entries.iter().map(|entry| TaxEntryRow::of(&self.key, entry)).collect();
        self.add()?.tax_entries.extend(rows);
        Ok(())
    }

    fn sums(&mut self, from: Date, to: Date) -> Stored<Vec<TaxSum>> {
        let rows: Vec<SumRow> = self.read_settled(|conn, company| {
            let columns = (tax_entries::tax_code_id, tax_entries::trade, tax_entries::kind);
            tax_entries::table
                .group_by(columns)
                .select((columns, sum("base"), sum("tax"), sum("recoverable")))
                .filter(tax_entries::company_id.eq(company))
                .filter(tax_entries::date.ge(from))
                .filter(tax_entries::date.le(to))
                .load(conn)
        })?;
        let sums: Stored<Vec<TaxSum>> = rows
            .into_iter()
            .map(|((code, side, name), base, tax, recoverable)| {
                Ok(TaxSum {
                    tax_code_id: parse::text(&code, "code of a tax entry")?,
                    trade: trade(&side)?,
                    kind: kind(&name)?,
                    amounts: TaxAmounts { base, tax, recoverable },
                })
            })
            .collect();
        let mut sums = sums?;
        sums.sort_unstable_by_key(|sum| (sum.tax_code_id, sum.trade, sum.kind));
        Ok(sums)
    }

    fn list(
        &mut self,
        filter: &TaxEntryFilter,
        after: Option<TaxEntryPlace>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<TaxEntry>> {
        let rows: Vec<TaxEntryRow> = self.read_settled(|conn, company| {
            let mut query = filtered(company, filter);
            if let Some((date, entry, line_number)) = after {
                // Compared as one, which the primary key can begin from.
                query = query.filter(
                    sql::<Bool>("(tax_entries.date, tax_entries.entry_id, tax_entries.line_number) > (")
                        .bind::<DateSql, _>(date)
                        .sql(", ")
                        .bind::<Text, _>(entry.to_string())
                        .sql(", ")
                        .bind::<Integer, _>(line_number)
                        .sql(")"),
                );
            }
            query
                .order((tax_entries::date, tax_entries::entry_id, tax_entries::line_number))
                .offset(offset)
                .limit(limit)
                .select(TaxEntryRow::as_select())
                .load(conn)
        })?;
        rows.into_iter().map(TaxEntryRow::into_entry).collect()
    }

    fn count(&mut self, filter: &TaxEntryFilter) -> Stored<i64> {
        self.read_settled(|conn, company| filtered(company, filter).count().get_result(conn))
    }
}
