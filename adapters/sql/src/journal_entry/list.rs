//! Lists of entries.

use super::EntryRow;
use crate::connection::MultiBackend;
use crate::like::{lower, pattern};
use crate::schema::{journal_entries as entries, journal_lines as lines};
use crate::unit::SqlTx;
use diesel::dsl::{exists, max, not, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date as DateSql};
use partita_application::ports::{EntryFilter, EntryOrder, EntryStatus, Stored};
use partita_domain::journal_entry::JournalEntry;
use time::Date;

diesel::alias!(entries as reversals: Reversals);

type Query<'a> = entries::BoxedQuery<'a, MultiBackend>;

fn filtered<'a>(company: &'a str, filter: &'a EntryFilter) -> Query<'a> {
    let mut query = entries::table.filter(entries::company_id.eq(company)).into_boxed();
    if let Some(status) = filter.status {
        let reversed = exists(
            reversals
                .filter(reversals.field(entries::company_id).eq(company))
                .filter(reversals.field(entries::reversal_of_id).eq(entries::id.nullable()))
                .select(reversals.field(entries::reversal_of_id)),
        );
        query = match status {
            EntryStatus::Reversed => query.filter(reversed),
            EntryStatus::Posted => query.filter(not(reversed)),
        };
    }
    if let Some(from) = filter.from {
        query = query.filter(entries::date.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(entries::date.le(to));
    }
    if let Some(transaction_type) = &filter.transaction_type {
        query = query.filter(entries::transaction_type.eq(transaction_type));
    }
    if let Some(period) = filter.period {
        query = query.filter(entries::period.eq(period.to_string()));
    }
    if let Some(least) = filter.min_amount {
        query = query.filter(entries::total.ge(least));
    }
    if let Some(most) = filter.max_amount {
        query = query.filter(entries::total.le(most));
    }
    if let Some(external_id) = &filter.external_id {
        query = query.filter(entries::external_id.eq(external_id));
    }
    if let Some(q) = &filter.q {
        let pattern = pattern(q);
        query = query.filter(
            lower(entries::entry_number.nullable())
                .like(pattern.clone())
                .escape('\\')
                .or(lower(entries::memo).like(pattern.clone()).escape('\\'))
                .or(lower(entries::reference_number).like(pattern).escape('\\')),
        );
    }
    about_lines(query, company, filter)
}

/// Each part may hold for a line of its own.
fn about_lines<'a>(mut query: Query<'a>, company: &'a str, filter: &'a EntryFilter) -> Query<'a> {
    if let Some(account) = filter.account_id {
        // By date and position, as the index on accounts has them.
        query = query.filter(exists(
            lines::table
                .filter(lines::company_id.eq(company))
                .filter(lines::account_id.eq(account.to_string()))
                .filter(lines::date.eq(entries::date))
                .filter(lines::position.eq(entries::position))
                .select(lines::position),
        ));
    }
    let of_entry = || {
        lines::table
            .filter(lines::company_id.eq(company))
            .filter(lines::entry_id.eq(entries::id))
            .select(lines::entry_id)
    };
    if let Some(contact) = filter.contact_id {
        query = query.filter(exists(of_entry().filter(lines::contact_id.eq(contact.to_string()))));
    }
    if let Some(class) = filter.class_id {
        query = query.filter(exists(of_entry().filter(lines::class_id.eq(class.to_string()))));
    }
    if let Some(location) = filter.location_id {
        query = query.filter(exists(of_entry().filter(lines::location_id.eq(location.to_string()))));
    }
    if let Some(project) = filter.project_id {
        query = query.filter(exists(of_entry().filter(lines::project_id.eq(project.to_string()))));
    }
    query
}

fn ordered(query: Query<'_>, order: EntryOrder, after: Option<(Date, i64)>) -> Query<'_> {
    // Compared as a pair, which an index on both can begin from.
    let beyond = |comparison: &str, (date, position): (Date, i64)| {
        sql::<Bool>(&format!("(journal_entries.date, journal_entries.position) {comparison} ("))
            .bind::<DateSql, _>(date)
            .sql(", ")
            .bind::<BigInt, _>(position)
            .sql(")")
    };
    match (order, after) {
        (EntryOrder::NewestFirst, None) => query.order((entries::date.desc(), entries::position.desc())),
        (EntryOrder::NewestFirst, Some(after)) => {
            query.filter(beyond("<", after)).order((entries::date.desc(), entries::position.desc()))
        }
        (EntryOrder::OldestFirst, None) => query.order((entries::date, entries::position)),
        (EntryOrder::OldestFirst, Some(after)) => {
            query.filter(beyond(">", after)).order((entries::date, entries::position))
        }
    }
}

impl SqlTx<'_> {
    pub(super) fn list_entries(
        &mut self,
        filter: &EntryFilter,
        order: EntryOrder,
        after: Option<(Date, i64)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<JournalEntry>> {
        let rows: Vec<EntryRow> = self.read_settled(|conn, company| {
            ordered(filtered(company, filter), order, after)
                .offset(offset)
                .limit(limit)
                .select(EntryRow::as_select())
                .load(conn)
        })?;
        self.entries(rows)
    }

    pub(super) fn count_entries_of(&mut self, filter: &EntryFilter) -> Stored<i64> {
        self.read_settled(|conn, company| {
            if *filter == EntryFilter::default() {
                // Positions have no gap, so the last one is the count; the index has it at its end.
                let last: Option<i64> = entries::table
                    .filter(entries::company_id.eq(company))
                    .select(max(entries::position))
                    .first(conn)?;
                return Ok(last.unwrap_or(0));
            }
            filtered(company, filter).count().get_result(conn)
        })
    }
}
