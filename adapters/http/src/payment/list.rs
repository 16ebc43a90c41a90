//! Finding payments.

use super::body::{PaymentBody, PaymentDirectionSchema, PaymentStatusSchema};
use crate::context::{Context, blocking, reading};
use crate::envelope::{Answer, Envelope};
use crate::paging::{check_dates, list_query, read_dated_cursor, write_dated_cursor};
use crate::path::Id;
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::Day;
use actix_web::{HttpResponse, get};
use partita_application::payment;
use partita_application::ports::PaymentFilter;
use partita_domain::id::{ContactId, DocumentId, PaymentId};
use partita_domain::payment::{PaymentDirection, PaymentState};
use std::sync::Arc;
use uuid::Uuid;

list_query! {
    /// Which payments.
    PaymentsQuery {
        /// Received or made.
        #[param(value_type = Option<PaymentDirectionSchema>)]
        direction: PaymentDirection,
        /// Of this contact.
        contact_id: Uuid,
        /// Dated on or after.
        from: Day,
        /// Dated on or before.
        to: Day,
        /// Standing (`posted`) or `void`.
        #[param(value_type = Option<PaymentStatusSchema>)]
        status: PaymentState,
        /// With something left of them, when true.
        open: bool,
        /// Of at least this, minor units.
        min_amount: i64,
        /// Of at most this, minor units.
        max_amount: i64,
        /// With an application to this invoice, bill, credit note or vendor credit, also one that was taken back.
        document_id: Uuid,
        /// With this external id.
        external_id: String,
        /// With this text in number, reference number or memo.
        q: String,
    }
}

/// List payments
///
/// Newest first, with what they were applied to. Filters are combined. `meta.total_count` is absent when a filtered list is
/// continued by cursor.
#[utoipa::path(tag = "Payments", operation_id = "listPayments", params(PaymentsQuery), responses((status = 200, description = "A part of the payments", body = Envelope<Vec<PaymentBody<'static>>>)))]
#[get("/payments")]
pub(crate) async fn list(context: Context, query: Query<PaymentsQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let query = query.0;
    let paging = query.paging()?;
    check_dates(query.from, query.to)?;
    if let (Some(min), Some(max)) = (query.min_amount, query.max_amount)
        && min > max
    {
        return Err(Problem::field("min_amount", "range", format!("{min} is more than {max}")));
    }
    let page = paging.page(read_dated_cursor)?;
    let filter = PaymentFilter {
        direction: query.direction,
        contact_id: query.contact_id.map(ContactId),
        from: query.from.map(|day| day.0),
        to: query.to.map(|day| day.0),
        state: query.status,
        is_open: query.open.unwrap_or(false),
        min_amount: query.min_amount,
        max_amount: query.max_amount,
        document_id: query.document_id.map(DocumentId),
        external_id: query.external_id,
        q: query.q,
    };
    let app = Arc::clone(&context.app);
    let listed = blocking(move || payment::list(&app, &call, &filter, &page)).await?;
    let bodies: Vec<PaymentBody<'_>> = listed.items.iter().map(PaymentBody::from).collect();
    let next = listed.next.as_ref().map(write_dated_cursor);
    Ok(Answer::ok(&context).items(&paging, &bodies, listed.total_count, next))
}

/// Get a payment
#[utoipa::path(tag = "Payments", operation_id = "getPayment", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The payment", body = Envelope<PaymentBody<'static>>)))]
#[get("/payments/{id}")]
pub(crate) async fn get_one(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let paid = reading(&context, call.company, move || payment::find(&app, &call, PaymentId(id.0))).await?;
    Ok(Answer::ok(&context).version(paid.payment.version).data(PaymentBody::from(&paid)))
}
