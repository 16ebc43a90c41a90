//! Lists of documents.

use super::{DocumentRow, openness};
use crate::connection::MultiBackend;
use crate::like::{lower, pattern};
use crate::schema::documents;
use crate::unit::SqlTx;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date as DateSql, Text};
use partita_application::ports::{DocumentFilter, DocumentOrder, Stored};
use partita_domain::document_status::DocumentStatus;
use partita_domain::id::DocumentId;
use time::Date;

type Query<'a> = documents::BoxedQuery<'a, MultiBackend>;

fn filtered<'a>(company: &'a str, filter: &'a DocumentFilter) -> Query<'a> {
    let mut query = documents::table
        .filter(documents::company_id.eq(company))
        .filter(documents::kind.eq(filter.kind.name()))
        .into_boxed();
    if let Some((status, today)) = filter.status {
        query = with_status(query, status, today);
    }
    if filter.is_open {
        // As the partial indexes say it.
        query = query.filter(sql::<Bool>("documents.open > 0"));
    }
    if let Some(from) = filter.from {
        query = query.filter(documents::date.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(documents::date.le(to));
    }
    if let Some(contact) = filter.contact_id {
        query = query.filter(documents::contact_id.eq(contact.to_string()));
        if let Some(is_open) = is_open(filter) {
            query = query.filter(openness(is_open));
        }
    }
    if let Some(day) = filter.due_before {
        query = query.filter(documents::due_date.lt(day));
    }
    if let Some(least) = filter.min_amount {
        query = query.filter(documents::total.ge(least));
    }
    if let Some(most) = filter.max_amount {
        query = query.filter(documents::total.le(most));
    }
    if let Some(currency) = filter.currency {
        query = query.filter(documents::currency_code.eq(currency.code().to_owned()));
    }
    if let Some(external_id) = &filter.external_id {
        query = query.filter(documents::external_id.eq(external_id));
    }
    if let Some(number) = &filter.number {
        query = query.filter(documents::number.eq(number));
    }
    if let Some(q) = &filter.q {
        let pattern = pattern(q);
        query = query.filter(
            lower(documents::number)
                .like(pattern.clone())
                .escape('\\')
                .or(lower(documents::reference_number).like(pattern.clone()).escape('\\'))
                .or(lower(documents::memo).like(pattern).escape('\\')),
        );
    }
    query
}

/// Whether what is listed is open; `None` when some of it may be.
fn is_open(filter: &DocumentFilter) -> Option<bool> {
    match filter.status {
        _ if filter.is_open => Some(true),
        Some((DocumentStatus::Overdue | DocumentStatus::Open | DocumentStatus::PartiallyPaid, _)) => {
            Some(true)
        }
        Some(_) => Some(false),
        None => None,
    }
}

/// The same as `Document::status` says.
fn with_status(query: Query<'_>, status: DocumentStatus, today: Date) -> Query<'_> {
    let is_in = |state: &'static str| documents::state.eq(state);
    let in_time = || documents::due_date.ge(today).or(documents::due_date.is_null());
    let is_no_estimate = || documents::kind.ne("estimate");
    match status {
        DocumentStatus::Draft => query.filter(is_in("draft")).filter(in_time().or(is_no_estimate())),
        DocumentStatus::Sent => query.filter(is_in("sent")).filter(in_time().or(is_no_estimate())),
        DocumentStatus::Accepted => query.filter(is_in("accepted")),
        DocumentStatus::Declined => query.filter(is_in("declined")),
        DocumentStatus::Converted => query.filter(is_in("converted")),
        // As the partial index says it.
        DocumentStatus::Void => query.filter(sql::<Bool>("documents.state = 'void'")),
        DocumentStatus::Expired => query
            .filter(documents::kind.eq("estimate"))
            .filter(is_in("draft").or(is_in("sent")))
            .filter(documents::due_date.lt(today)),
        DocumentStatus::Paid => query.filter(is_in("posted")).filter(documents::open.eq(0)),
        // Something is open of nothing but what is posted (a check of the table), so that the index is enough to count.
        DocumentStatus::Overdue => {
            query.filter(sql::<Bool>("documents.open > 0")).filter(documents::due_date.lt(today))
        }
        DocumentStatus::Open => query
            .filter(sql::<Bool>("documents.open > 0"))
            .filter(documents::open.eq(documents::total))
            .filter(in_time()),
        DocumentStatus::PartiallyPaid => query
            .filter(sql::<Bool>("documents.open > 0"))
            .filter(documents::open.lt(documents::total))
            .filter(in_time()),
    }
}

fn ordered(query: Query<'_>, order: DocumentOrder, after: Option<(Date, DocumentId)>) -> Query<'_> {
    // Compared as a pair, which an index on both can begin from.
    let beyond = |comparison: &str, (date, id): (Date, DocumentId)| {
        sql::<Bool>(comparison).bind::<DateSql, _>(date).sql(", ").bind::<Text, _>(id.to_string()).sql(")")
    };
    let query = match (order, after) {
        (_, None) => query,
        (DocumentOrder::NewestFirst, Some(after)) => {
            query.filter(beyond("(documents.date, documents.id) < (", after))
        }
        (DocumentOrder::OldestFirst, Some(after)) => {
            query.filter(beyond("(documents.date, documents.id) > (", after))
        }
        (DocumentOrder::DueFirst, Some(after)) => {
            query.filter(beyond("(documents.due_date, documents.id) > (", after))
        }
    };
    match order {
        DocumentOrder::NewestFirst => query.order((documents::date.desc(), documents::id.desc())),
        DocumentOrder::OldestFirst => query.order((documents::date, documents::id)),
        DocumentOrder::DueFirst => {
            query.filter(documents::due_date.is_not_null()).order((documents::due_date, documents::id))
        }
    }
}

/// What a row is ordered by.
fn place(row: &DocumentRow, order: DocumentOrder) -> (Option<Date>, &str) {
    let date = if order == DocumentOrder::DueFirst { row.due_date } else { Some(row.date) };
    (date, &row.id)
}

impl SqlTx<'_> {
    pub(super) fn list_documents(
        &mut self,
        filter: &DocumentFilter,
        order: DocumentOrder,
        after: Option<(Date, DocumentId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<DocumentRow>> {
        let whether_open = is_open(filter);
        if filter.contact_id.is_none() && whether_open == Some(true) && order == DocumentOrder::NewestFirst {
            return self.list_newest_open(filter, after, offset, limit);
        }
        // Of a contact what is open lies apart from what is not, each in its order.
        if filter.contact_id.is_none() || whether_open.is_some() || offset > 0 {
            return self.read(|conn, company| {
                ordered(filtered(company, filter), order, after)
                    .offset(offset)
                    .limit(limit)
                    .select(DocumentRow::as_select())
                    .load(conn)
            });
        }
        let mut rows: Vec<DocumentRow> = Vec::new();
        for half in [false, true] {
            rows.extend(self.read(|conn, company| {
                ordered(filtered(company, filter), order, after)
                    .filter(openness(half))
                    .limit(limit)
                    .select(DocumentRow::as_select())
                    .load(conn)
            })?);
        }
        rows.sort_unstable_by(|a, b| {
            let compared = place(a, order).cmp(&place(b, order));
            if order == DocumentOrder::NewestFirst { compared.reverse() } else { compared }
        });
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(rows)
    }

    /// Of all that is open the index tells which are the newest, and only those are read.
    fn list_newest_open(
        &mut self,
        filter: &DocumentFilter,
        after: Option<(Date, DocumentId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<DocumentRow>> {
        let order = DocumentOrder::NewestFirst;
        let newest: Vec<String> = self.read(|conn, company| {
            ordered(filtered(company, filter), order, after)
                .offset(offset)
                .limit(limit)
                .select(documents::id)
                .load(conn)
        })?;
        let mut rows = self.document_rows(&newest)?;
        rows.sort_unstable_by(|a, b| place(b, order).cmp(&place(a, order)));
        Ok(rows)
    }

    pub(super) fn count_documents(&mut self, filter: &DocumentFilter) -> Stored<i64> {
        if *filter == DocumentFilter::of(filter.kind) {
            return self.row_count(filter.kind.name());
        }
        self.read(|conn, company| filtered(company, filter).count().get_result(conn))
    }
}
