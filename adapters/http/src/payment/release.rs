//! Taking applications back, and whole payments.

use super::body::PaymentBody;
use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::journal_entry::OverrideBody;
use crate::journal_entry::post::PostQuery;
use crate::json::OptionalJson;
use crate::path::Id;
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::{Day, Whole};
use actix_web::{HttpResponse, post};
use partita_application::payment;
use partita_domain::id::{ApplicationId, PaymentId};
use partita_domain::payment::ReleaseRequest;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// What shall be taken back of a payment.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnapplyBody {
    /// Which applications; all of them by default.
    #[schema(min_items = 1, max_items = 1_000)]
    pub application_ids: Option<Vec<Uuid>>,
    /// The accounting date; today by default, but not before the applications.
    pub date: Option<Day>,
    /// Why.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// Lets it into a soft-locked period, with the permission `periods:override`.
    pub override_closed_period: Option<OverrideBody>,
    /// The version that the caller has seen; or send `If-Match`.
    #[schema(value_type = Option<i64>)]
    pub version: Option<Whole>,
}

/// How a payment is taken back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentVoidBody {
    /// The accounting date; today by default, but not before the payment.
    pub date: Option<Day>,
    /// Why.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// Lets it into a soft-locked period, with the permission `periods:override`.
    pub override_closed_period: Option<OverrideBody>,
    /// The version that the caller has seen; or send `If-Match`.
    #[schema(value_type = Option<i64>)]
    pub version: Option<Whole>,
}

/// Take applications of a payment back
///
/// The items are open again, and what was paid for them is an advance. Discounts with their tax, write-offs and differences of
/// exchange are taken back too.
#[utoipa::path(tag = "Payments", operation_id = "unapplyPayment", params(("id" = Uuid, Path, description = "The payment"), PostQuery), request_body = Option<UnapplyBody>, responses((status = 200, description = "The payment; or a dry run: what it would be", body = Envelope<PaymentBody<'static>>)))]
#[post("/payments/{id}/unapply")]
pub(crate) async fn unapply(
    context: Context,
    id: Id,
    query: Query<PostQuery>,
    json: OptionalJson<UnapplyBody>,
) -> Result<HttpResponse, Problem> {
    let call = query.0.apply(context.write(json.digest)?);
    let body = json.body;
    let request = ReleaseRequest {
        application_ids: body.application_ids.map(|ids| ids.into_iter().map(ApplicationId).collect()),
        date: body.date.map(|day| day.0),
        reason: body.reason,
        override_closed_period: body.override_closed_period.map(|wish| wish.reason),
        version: context.version(body.version.map(|version| version.0))?,
    };
    let app = Arc::clone(&context.app);
    let done = blocking(move || payment::unapply(&app, &call, PaymentId(id.0), &request)).await?;
    let paid = &done.value;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(paid.payment.version)
        .data(PaymentBody::from(paid)))
}

/// Void a payment
///
/// What it settled is open again, and the money with its fee is taken back, as if it had never moved. Refused with `conflict`
/// when other payments or refunds have used some of it.
#[utoipa::path(tag = "Payments", operation_id = "voidPayment", params(("id" = Uuid, Path, description = "The payment"), PostQuery), request_body = Option<PaymentVoidBody>, responses((status = 200, description = "The payment; or a dry run: what it would be", body = Envelope<PaymentBody<'static>>)))]
#[post("/payments/{id}/void")]
pub(crate) async fn void(
    context: Context,
    id: Id,
    query: Query<PostQuery>,
    json: OptionalJson<PaymentVoidBody>,
) -> Result<HttpResponse, Problem> {
    let call = query.0.apply(context.write(json.digest)?);
    let body = json.body;
    let request = ReleaseRequest {
        application_ids: None,
        date: body.date.map(|day| day.0),
        reason: body.reason,
        override_closed_period: body.override_closed_period.map(|wish| wish.reason),
        version: context.version(body.version.map(|version| version.0))?,
    };
    let app = Arc::clone(&context.app);
    let done = blocking(move || payment::void(&app, &call, PaymentId(id.0), &request)).await?;
    let paid = &done.value;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(paid.payment.version)
        .data(PaymentBody::from(paid)))
}
