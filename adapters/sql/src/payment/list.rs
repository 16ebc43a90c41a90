//! Lists of payments.

use super::PaymentRow;
use crate::connection::MultiBackend;
use crate::like::{lower, pattern};
use crate::row_count;
use crate::schema::{payment_applications as applications, payments};
use crate::unit::SqlTx;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date as DateSql, Text};
use partita_application::ports::{PaymentFilter, Stored};
use partita_domain::id::PaymentId;
use partita_domain::payment::PaymentState;
use time::Date;

type Query<'a> = payments::BoxedQuery<'a, MultiBackend>;

fn filtered<'a>(company: &'a str, filter: &'a PaymentFilter) -> Query<'a> {
    let mut query = payments::table.filter(payments::company_id.eq(company)).into_boxed();
    if let Some(direction) = filter.direction {
        query = query.filter(payments::direction.eq(direction.name()));
    }
    if let Some(contact) = filter.contact_id {
        query = query.filter(payments::contact_id.eq(contact.to_string()));
    }
    if let Some(from) = filter.from {
        query = query.filter(payments::date.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(payments::date.le(to));
    }
    if let Some(state) = filter.state {
        query = match state {
            // As the partial index says it.
            PaymentState::Void => query.filter(sql::<Bool>("payments.state = 'void'")),
            PaymentState::Posted => query.filter(payments::state.eq(state.name())),
        };
    }
    if filter.is_open {
        // As the partial index says it.
        query = query.filter(sql::<Bool>("payments.unapplied > 0"));
    }
    if let Some(least) = filter.min_amount {
        query = query.filter(payments::amount.ge(least));
    }
    if let Some(most) = filter.max_amount {
        query = query.filter(payments::amount.le(most));
    }
    if let Some(document) = filter.document_id {
        // From the few applications of the document to their payments, not the other way round.
        query = query.filter(
            payments::id.eq_any(
                applications::table
                    .filter(applications::company_id.eq(company))
                    .filter(applications::document_id.eq(document.to_string()))
                    .select(applications::payment_id),
            ),
        );
    }
    if let Some(external_id) = &filter.external_id {
        query = query.filter(payments::external_id.eq(external_id));
    }
    if let Some(q) = &filter.q {
        let pattern = pattern(q);
        query = query.filter(
            lower(payments::number.nullable())
                .like(pattern.clone())
                .escape('\\')
                .or(lower(payments::reference_number).like(pattern.clone()).escape('\\'))
                .or(lower(payments::memo).like(pattern).escape('\\')),
        );
    }
    query
}

impl SqlTx<'_> {
    pub(super) fn list_payments(
        &mut self,
        filter: &PaymentFilter,
        after: Option<(Date, PaymentId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<PaymentRow>> {
        self.read(|conn, company| {
            let mut query = filtered(company, filter);
            if let Some((date, id)) = after {
                // Compared as a pair, which an index on both can begin from.
                query = query.filter(
                    sql::<Bool>("(payments.date, payments.id) < (")
                        .bind::<DateSql, _>(date)
                        .sql(", ")
                        .bind::<Text, _>(id.to_string())
                        .sql(")"),
                );
            }
            query
                .order((payments::date.desc(), payments::id.desc()))
                .offset(offset)
                .limit(limit)
                .select(PaymentRow::as_select())
                .load(conn)
        })
    }

    pub(super) fn count_payments(&mut self, filter: &PaymentFilter) -> Stored<i64> {
        if *filter == PaymentFilter::default() {
            return self.row_count(row_count::PAYMENTS);
        }
        self.read(|conn, company| filtered(company, filter).count().get_result(conn))
    }
}
