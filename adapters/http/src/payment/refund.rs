//! Paying money back.

use super::body::PaymentBody;
use super::created;
use crate::context::{Context, blocking};
use crate::envelope::Envelope;
use crate::journal_entry::OverrideBody;
use crate::journal_entry::post::PostQuery;
use crate::json::{Json, OptionalJson};
use crate::path::Id;
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::{Day, Whole, unique_keys};
use actix_web::{HttpResponse, post};
use partita_application::payment;
use partita_domain::document::DocumentKind;
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::{AccountId, DocumentId, PaymentId};
use partita_domain::metadata::Metadata;
use partita_domain::payment::RefundRequest;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// Money paid back; minor units of the currency of what it is paid back of.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"amount": 10000, "date": "2026-04-20"}))]
pub struct RefundBody {
    /// The integrator's own id for the refund, unique among payments.
    #[schema(min_length = 1, max_length = 255)]
    pub external_id: Option<String>,
    /// How much; needed for a payment, all that is open by default for a credit.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 999_999_999_999_999_i64, example = 10000)]
    pub amount: Option<Whole>,
    /// The accounting date; today by default.
    pub date: Option<Day>,
    /// Base units per unit of the currency, × 1 000 000; by default the latest stored on or before the date.
    #[schema(value_type = Option<i64>, minimum = 1)]
    pub exchange_rate: Option<Whole>,
    /// The bank or clearing account; by default that of the payment, else that of the settings.
    pub account_id: Option<Uuid>,
    /// How it is paid.
    #[schema(max_length = 50)]
    pub method: Option<String>,
    /// The number on the paper.
    #[schema(max_length = 100)]
    pub reference_number: Option<String>,
    /// Why.
    #[schema(max_length = 2000)]
    pub memo: Option<String>,
    /// What the bank or the payment service takes on top.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 999_999_999_999_999_i64)]
    pub fee_amount: Option<Whole>,
    /// The account of the fee; by default that of the settings.
    pub fee_account_id: Option<Uuid>,
    /// Free pairs: up to 20, keys of up to 64, values of up to 256 characters, 4 KB in all.
    #[serde(default, deserialize_with = "unique_keys")]
    pub metadata: Option<BTreeMap<String, String>>,
    /// Lets it into a soft-locked period, with the permission `periods:override`.
    pub override_closed_period: Option<OverrideBody>,
    /// The version that the caller has seen of what is refunded; or send `If-Match`.
    #[schema(value_type = Option<i64>)]
    pub version: Option<Whole>,
}

impl RefundBody {
    fn into_request(self, context: &Context) -> Result<RefundRequest, Problem> {
        Ok(RefundRequest {
            external_id: self.external_id,
            amount: self.amount.map(|minor| minor.0),
            date: self.date.map(|day| day.0),
            exchange_rate: self
                .exchange_rate
                .map(|rate| ExchangeRate::from_millionths(rate.0))
                .transpose()?,
            account_id: self.account_id.map(AccountId),
            method: self.method,
            reference_number: self.reference_number,
            memo: self.memo,
            fee_amount: self.fee_amount.map_or(0, |minor| minor.0),
            fee_account_id: self.fee_account_id.map(AccountId),
            metadata: Metadata(self.metadata.unwrap_or_default()),
            override_closed_period: self.override_closed_period.map(|wish| wish.reason),
            version: context.version(self.version.map(|version| version.0))?,
        })
    }
}

/// Refund a payment
///
/// Pays money back: what is left of the payment first, then what its newest applications took, whose items open up again by as
/// much. The fee stays paid. Answers the refund, a payment of the opposite direction.
#[utoipa::path(tag = "Payments", operation_id = "refundPayment", params(("id" = Uuid, Path, description = "The payment"), PostQuery), request_body = RefundBody, responses((status = 200, description = "A dry run: what would be recorded", body = Envelope<PaymentBody<'static>>), (status = 201, description = "The refund", body = Envelope<PaymentBody<'static>>)))]
#[post("/payments/{id}/refund")]
pub(crate) async fn refund(
    context: Context,
    id: Id,
    query: Query<PostQuery>,
    json: Json<RefundBody>,
) -> Result<HttpResponse, Problem> {
    let call = query.0.apply(context.write(json.digest)?);
    let request = json.body.into_request(&context)?;
    let app = Arc::clone(&context.app);
    let is_new = !call.dry_run;
    let done = blocking(move || payment::refund(&app, &call, PaymentId(id.0), &request)).await?;
    let paid = &done.value;
    Ok(created(&context, is_new, paid.payment.id)
        .replayed(done.replayed)
        .version(paid.payment.version)
        .data(PaymentBody::from(paid)))
}

async fn refund_document(
    context: Context,
    kind: DocumentKind,
    id: Id,
    query: Query<PostQuery>,
    json: OptionalJson<RefundBody>,
) -> Result<HttpResponse, Problem> {
    let call = query.0.apply(context.write(json.digest)?);
    let request = json.body.into_request(&context)?;
    let app = Arc::clone(&context.app);
    let is_new = !call.dry_run;
    let id = DocumentId(id.0);
    let done = blocking(move || payment::refund_document(&app, &call, kind, id, &request)).await?;
    let paid = &done.value;
    Ok(created(&context, is_new, paid.payment.id)
        .replayed(done.replayed)
        .version(paid.payment.version)
        .data(PaymentBody::from(paid)))
}

/// Refund a credit note
///
/// Pays what is open of it to the customer, all of it by default. Answers the payment made.
#[utoipa::path(tag = "Sales", operation_id = "refundCreditNote", params(("id" = Uuid, Path, description = "The credit note"), PostQuery), request_body = Option<RefundBody>, responses((status = 200, description = "A dry run: what would be recorded", body = Envelope<PaymentBody<'static>>), (status = 201, description = "The payment made", body = Envelope<PaymentBody<'static>>)))]
#[post("/credit-notes/{id}/refund")]
pub(crate) async fn refund_credit_note(
    context: Context,
    id: Id,
    query: Query<PostQuery>,
    json: OptionalJson<RefundBody>,
) -> Result<HttpResponse, Problem> {
    refund_document(context, DocumentKind::CreditNote, id, query, json).await
}

/// Refund a vendor credit
///
/// Records that the vendor paid back what is open of it, all of it by default. Answers the payment received.
#[utoipa::path(tag = "Purchases", operation_id = "refundVendorCredit", params(("id" = Uuid, Path, description = "The vendor credit"), PostQuery), request_body = Option<RefundBody>, responses((status = 200, description = "A dry run: what would be recorded", body = Envelope<PaymentBody<'static>>), (status = 201, description = "The payment received", body = Envelope<PaymentBody<'static>>)))]
#[post("/vendor-credits/{id}/refund")]
pub(crate) async fn refund_vendor_credit(
    context: Context,
    id: Id,
    query: Query<PostQuery>,
    json: OptionalJson<RefundBody>,
) -> Result<HttpResponse, Problem> {
    refund_document(context, DocumentKind::VendorCredit, id, query, json).await
}
