//! Journal entries.

mod insert;
mod list;

pub(crate) use insert::used_tax_codes;

use crate::connection::on;
use crate::dialect::Among;
use crate::parse;
use crate::schema::{journal_entries, journal_lines, used_tax_codes};
use crate::unit::SqlTx;
use diesel::dsl::max;
use diesel::prelude::*;
use partita_application::ports::{EntryFilter, EntryOrder, JournalEntries, Stored};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::{EntryId, TaxCodeId};
use partita_domain::journal_entry::{Dimensions, JournalEntry, Line};
use std::collections::{HashMap, HashSet};
use time::{Date, PrimitiveDateTime};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = journal_entries)]
pub(crate) struct EntryRow {
    company_id: String,
    id: String,
    external_id: Option<String>,
    position: i64,
    entry_number: String,
    date: Date,
    fiscal_year: i32,
    period: String,
    transaction_type: String,
    source_id: Option<String>,
    memo: Option<String>,
    reference_number: Option<String>,
    currency_code: String,
    exchange_rate: i64,
    total: i64,
    reversal_of_id: Option<String>,
    metadata: String,
    created_at: PrimitiveDateTime,
    created_by: String,
    previous_hash: String,
    hash: String,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = journal_lines)]
pub(crate) struct LineRow {
    company_id: String,
    entry_id: String,
    line_number: i32,
    date: Date,
    position: i64,
    account_id: String,
    debit: i64,
    credit: i64,
    base_debit: i64,
    base_credit: i64,
    description: Option<String>,
    contact_id: Option<String>,
    class_id: Option<String>,
    location_id: Option<String>,
    project_id: Option<String>,
    tax_code_id: Option<String>,
    /// About its contact, and found by the document that was posted with the entry.
    pub(crate) of_document: bool,
}

impl EntryRow {
    fn into_entry(self, lines: Vec<Line>, reversed_by_id: Option<EntryId>) -> Stored<JournalEntry> {
        Ok(JournalEntry {
            id: parse::text(&self.id, "entry id")?,
            external_id: self.external_id,
            position: self.position,
            entry_number: self.entry_number,
            date: self.date,
            fiscal_year: self.fiscal_year,
            period: parse::text(&self.period, "period of an entry")?,
            transaction_type: self.transaction_type,
            source_id: self.source_id,
            memo: self.memo,
            reference_number: self.reference_number,
            currency_code: parse::currency(&self.currency_code)?,
            exchange_rate: parse::named(
                ExchangeRate::from_millionths(self.exchange_rate).ok(),
                &self.exchange_rate.to_string(),
                "exchange rate",
            )?,
            total: self.total,
            lines,
            reversal_of_id: parse::optional(self.reversal_of_id.as_deref(), "reversed entry")?,
            reversed_by_id,
            metadata: parse::json(&self.metadata, "metadata of an entry")?,
            created_at: self.created_at,
            created_by: parse::text(&self.created_by, "who posted an entry")?,
            previous_hash: parse::text(&self.previous_hash, "hash of an entry")?,
            hash: parse::text(&self.hash, "hash of an entry")?,
        })
    }
}

impl LineRow {
    fn into_line(self, account_number: impl Fn(&Self) -> Stored<String>) -> Stored<Line> {
        let account_number = account_number(&self)?;
        Ok(Line {
            line_number: self.line_number,
            account_id: parse::text(&self.account_id, "account of a line")?,
            account_number,
            debit: self.debit,
            credit: self.credit,
            base_debit: self.base_debit,
            base_credit: self.base_credit,
            description: self.description,
            dimensions: Dimensions {
                contact_id: parse::optional(self.contact_id.as_deref(), "contact of a line")?,
                class_id: parse::optional(self.class_id.as_deref(), "class of a line")?,
                location_id: parse::optional(self.location_id.as_deref(), "location of a line")?,
                project_id: parse::optional(self.project_id.as_deref(), "project of a line")?,
                tax_code_id: parse::optional(self.tax_code_id.as_deref(), "tax code of a line")?,
            },
        })
    }
}

impl SqlTx<'_> {
    /// Turns rows into entries: with one query for all lines, and one for what reverses them.
    fn entries(&mut self, rows: Vec<EntryRow>) -> Stored<Vec<JournalEntry>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let chart = self.chart()?;
        let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        let (lines, reversals) = self.read(|conn, company| {
            let lines = journal_lines::table
                .filter(journal_lines::company_id.eq(company))
                .order((journal_lines::entry_id, journal_lines::line_number));
            let reversals = journal_entries::table
                .filter(journal_entries::company_id.eq(company))
                .select((journal_entries::reversal_of_id, journal_entries::id));
            let (lines, reversals): (Vec<LineRow>, Vec<(Option<String>, String)>) = match ids.as_slice() {
                [id] => {
                    let lines = lines.filter(journal_lines::entry_id.eq(*id));
                    let reversals = reversals.filter(journal_entries::reversal_of_id.eq(*id));
                    on!(conn, |conn| (lines.select(LineRow::as_select()).load(conn)?, reversals.load(conn)?))
                }
                ids => {
                    let lines = lines.filter(Among::of(journal_lines::entry_id, ids));
                    let reversals = reversals.filter(Among::of(journal_entries::reversal_of_id, ids));
                    on!(conn, |conn| (lines.select(LineRow::as_select()).load(conn)?, reversals.load(conn)?))
                }
            };
            Ok((lines, reversals))
        })?;
        let mut lines_of: HashMap<String, Vec<Line>> = HashMap::with_capacity(rows.len());
        for row in lines {
            let entry_id = row.entry_id.clone();
            let line = row.into_line(|row| {
                let account = chart.by_id(parse::text(&row.account_id, "account of a line")?);
                let account = parse::named(account, &row.account_id, "account of a line")?;
                Ok(account.number.clone())
            })?;
            lines_of.entry(entry_id).or_default().push(line);
        }
        let reversed_by: HashMap<String, String> =
            reversals.into_iter().filter_map(|(of, by)| of.map(|of| (of, by))).collect();
        rows.into_iter()
            .map(|row| {
                let lines = lines_of.remove(&row.id).unwrap_or_default();
                let by = reversed_by.get(&row.id).map(String::as_str);
                row.into_entry(lines, parse::optional(by, "reversing entry")?)
            })
            .collect()
    }

    /// Whether something is pending that a look at one entry would miss.
    fn is_pending(&self, id: &str) -> bool {
        let about = |row: &EntryRow| row.id == id || row.reversal_of_id.as_deref() == Some(id);
        self.pending().entries.iter().any(|row| row.company_id == self.key && about(row))
    }

    fn pending_external_id(&self, external_id: &str) -> Option<&str> {
        let mut rows = self.pending().entries.iter();
        let found =
            |row: &&EntryRow| row.external_id.as_deref() == Some(external_id) && row.company_id == self.key;
        rows.find(found).map(|row| row.id.as_str())
    }
}

impl JournalEntries for SqlTx<'_> {
    fn insert(&mut self, entry: &JournalEntry) -> Stored<()> {
        self.insert_entry(entry)
    }

    fn find(&mut self, id: EntryId) -> Stored<Option<JournalEntry>> {
        let id = id.to_string();
        if self.is_pending(&id) {
            self.read_settled(|_, _| Ok(()))?;
        }
        let row: Option<EntryRow> = self.read(|conn, company| {
            let entry = journal_entries::table.find((company, &id));
            on!(conn, |conn| entry.select(EntryRow::as_select()).first(conn).optional())
        })?;
        Ok(self.entries(row.into_iter().collect())?.pop())
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<EntryId>> {
        if let Some(id) = self.pending_external_id(external_id) {
            return parse::text(id, "entry id").map(Some);
        }
        let id: Option<String> = self.read(|conn, company| {
            let named = journal_entries::table
                .filter(journal_entries::company_id.eq(company))
                .filter(journal_entries::external_id.eq(external_id))
                .select(journal_entries::id);
            on!(conn, |conn| named.first(conn).optional())
        })?;
        if id.is_none() {
            self.absent().external_ids.insert(external_id.to_owned());
        }
        parse::optional(id.as_deref(), "entry id")
    }

    fn taken_external_ids(&mut self, external_ids: &[&str]) -> Stored<Vec<(String, EntryId)>> {
        let mut taken: Vec<(String, String)> = external_ids
            .iter()
            .filter_map(|external| {
                self.pending_external_id(external).map(|id| ((*external).to_owned(), id.to_owned()))
            })
            .collect();
        // A file database takes at most 32 766 parameters.
        for some in external_ids.chunks(10_000) {
            let stored: Vec<(Option<String>, String)> = self.read(|conn, company| {
                journal_entries::table
                    .filter(journal_entries::company_id.eq(company))
                    .filter(journal_entries::external_id.eq_any(some))
                    .select((journal_entries::external_id, journal_entries::id))
                    .load(conn)
            })?;
            taken.extend(stored.into_iter().filter_map(|(external, id)| external.map(|e| (e, id))));
        }
        let free = {
            let taken: HashSet<&str> = taken.iter().map(|(external, _)| external.as_str()).collect();
            external_ids
                .iter()
                .filter(|external| !taken.contains(*external))
                .map(|external| (*external).to_owned())
                .collect::<Vec<_>>()
        };
        self.absent().external_ids.extend(free);
        taken.into_iter().map(|(external, id)| Ok((external, parse::text(&id, "entry id")?))).collect()
    }

    fn list(
        &mut self,
        filter: &EntryFilter,
        order: EntryOrder,
        after: Option<(Date, i64)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<JournalEntry>> {
        self.list_entries(filter, order, after, offset, limit)
    }

    fn count(&mut self, filter: &EntryFilter) -> Stored<i64> {
        self.count_entries_of(filter)
    }

    fn chain(&mut self, after: i64, limit: i64) -> Stored<Vec<JournalEntry>> {
        let rows: Vec<EntryRow> = self.read_settled(|conn, company| {
            journal_entries::table
                .filter(journal_entries::company_id.eq(company))
                .filter(journal_entries::position.gt(after))
                .order(journal_entries::position)
                .limit(limit)
                .select(EntryRow::as_select())
                .load(conn)
        })?;
        self.entries(rows)
    }

    fn names_tax_code(&mut self, id: TaxCodeId) -> Stored<bool> {
        let id = id.to_string();
        self.read_settled(|conn, company| {
            let used = used_tax_codes::table.find((company, &id)).select(used_tax_codes::tax_code_id);
            used.first::<String>(conn).optional().map(|found| found.is_some())
        })
    }

    fn last_date(&mut self) -> Stored<Option<Date>> {
        self.read_settled(|conn, company| {
            journal_entries::table
                .filter(journal_entries::company_id.eq(company))
                .select(max(journal_entries::date))
                .first(conn)
        })
    }
}
