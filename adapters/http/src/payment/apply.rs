//! Recording payments and applying them.

use super::body::{PaymentBody, PaymentDirectionSchema};
use super::created;
use crate::context::{Context, blocking, queued};
use crate::envelope::Envelope;
use crate::journal_entry::OverrideBody;
use crate::journal_entry::post::PostQuery;
use crate::json::Json;
use crate::path::ExternalId;
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::{Day, Whole, unique_keys};
use actix_web::{HttpResponse, post, put};
use partita_application::payment;
use partita_domain::document::DocumentKind;
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::{AccountId, ContactId, DocumentId, PaymentId};
use partita_domain::metadata::Metadata;
use partita_domain::money::Currency;
use partita_domain::payment::{ApplicationRequest, OpenItemRef, PaymentDirection, PaymentRequest};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a payment shall do to one open item, which exactly one of the ids names. Minor units of the payment's currency.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicationWriteBody {
    /// An invoice.
    pub invoice_id: Option<Uuid>,
    /// A bill.
    pub bill_id: Option<Uuid>,
    /// A credit note.
    pub credit_note_id: Option<Uuid>,
    /// A vendor credit.
    pub vendor_credit_id: Option<Uuid>,
    /// An earlier payment of which something is left.
    pub payment_id: Option<Uuid>,
    /// What is paid, or used up of a credit.
    #[schema(value_type = i64, minimum = 0, maximum = 999_999_999_999_999_i64, example = 10000)]
    pub amount: Whole,
    /// What is taken off for paying early, with the tax in it.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 999_999_999_999_999_i64)]
    pub discount: Option<Whole>,
    /// What is given up to close the item, within the tolerance of the settings; below zero what was paid too much.
    #[schema(value_type = Option<i64>)]
    pub write_off: Option<Whole>,
}

impl ApplicationWriteBody {
    fn into_request(self, i: usize) -> Result<ApplicationRequest, Problem> {
        let document = |kind, id: Option<Uuid>| id.map(|id| OpenItemRef::Document(kind, DocumentId(id)));
        let named = [
            document(DocumentKind::Invoice, self.invoice_id),
            document(DocumentKind::Bill, self.bill_id),
            document(DocumentKind::CreditNote, self.credit_note_id),
            document(DocumentKind::VendorCredit, self.vendor_credit_id),
            self.payment_id.map(|id| OpenItemRef::Payment(PaymentId(id))),
        ];
        let mut named = named.into_iter().flatten();
        let Some(item) = named.next() else {
            let message = "name an item: invoice_id, bill_id, credit_note_id, vendor_credit_id or payment_id";
            return Err(Problem::field(format!("applications[{i}].invoice_id"), "required", message));
        };
        if let Some(other) = named.next() {
            let message = "an application is to one item";
            return Err(Problem::field(format!("applications[{i}].{}", other.field()), "one_of", message));
        }
        Ok(ApplicationRequest {
            item,
            amount: self.amount.0,
            discount: self.discount.map_or(0, |minor| minor.0),
            write_off: self.write_off.map_or(0, |minor| minor.0),
            cash_rounding_amount: 0,
        })
    }
}

/// A payment with what it settles; or, with `payment_id`, what shall be done with what is left of an earlier one. Amounts
/// are minor units of its currency.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "date": "2026-04-15", "amount": 119000, "method": "transfer",
    "applications": [{"invoice_id": "0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "amount": 119000}]
}))]
pub struct PaymentApplyBody {
    /// The integrator's own id for it, unique among payments.
    #[schema(min_length = 1, max_length = 255)]
    pub external_id: Option<String>,
    /// An earlier payment of which what is left is applied; then only date, applications, memo and
    /// `override_closed_period` are given.
    pub payment_id: Option<Uuid>,
    /// Which way the money goes; by default what its items say.
    #[schema(value_type = Option<PaymentDirectionSchema>, example = "received")]
    pub direction: Option<PaymentDirection>,
    /// Who pays, or is paid; by default the contact of its items.
    pub contact_id: Option<Uuid>,
    /// The accounting date, from 1900 to 2199.
    pub date: Day,
    /// What the contact has paid or was paid, before fees; 0, the default, sets items off against each other.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 999_999_999_999_999_i64, example = 119000)]
    pub amount: Option<Whole>,
    /// Its currency; by default that of its items, else that of the books.
    #[schema(value_type = Option<String>, min_length = 3, max_length = 3, example = "USD")]
    pub currency_code: Option<Currency>,
    /// Base units per unit of the currency, × 1 000 000; by default the latest stored on or before the date.
    #[schema(value_type = Option<i64>, minimum = 1, example = 1_000_000)]
    pub exchange_rate: Option<Whole>,
    /// The bank or clearing account; by default that of the settings.
    pub account_id: Option<Uuid>,
    /// How it was paid.
    #[schema(max_length = 50, example = "transfer")]
    pub method: Option<String>,
    /// The number on the paper.
    #[schema(max_length = 100)]
    pub reference_number: Option<String>,
    /// What it is.
    #[schema(max_length = 2000)]
    pub memo: Option<String>,
    /// What the bank or the payment service keeps, or takes on top.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 999_999_999_999_999_i64)]
    pub fee_amount: Option<Whole>,
    /// The account of the fee; by default that of the settings.
    pub fee_account_id: Option<Uuid>,
    /// Paid in cash: the smallest coin, minor units. `amount` is then what the applications come to, rounded to it, and may be
    /// left out; the difference goes to the account of the settings.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 1_000_000, example = 5)]
    pub cash_rounding: Option<Whole>,
    /// Up to 1 000 items that it settles, or uses up on the way.
    #[schema(max_items = 1_000)]
    pub applications: Option<Vec<ApplicationWriteBody>>,
    /// Free pairs: up to 20, keys of up to 64, values of up to 256 characters, 4 KB in all.
    #[serde(default, deserialize_with = "unique_keys")]
    pub metadata: Option<BTreeMap<String, String>>,
    /// Lets it into a soft-locked period, with the permission `periods:override`.
    pub override_closed_period: Option<OverrideBody>,
}

impl PaymentApplyBody {
    /// What it says, in domain terms.
    ///
    /// # Errors
    /// An application of no item or of two, a rate that is none.
    pub fn into_request(self) -> Result<PaymentRequest, Problem> {
        let applications = self
            .applications
            .unwrap_or_default()
            .into_iter()
            .enumerate()
            .map(|(i, application)| application.into_request(i))
            .collect::<Result<_, _>>()?;
        let amount = |amount: Option<Whole>| amount.map_or(0, |amount| amount.0);
        Ok(PaymentRequest {
            external_id: self.external_id,
            payment_id: self.payment_id.map(PaymentId),
            direction: self.direction,
            contact_id: self.contact_id.map(ContactId),
            date: self.date.0,
            amount: amount(self.amount),
            currency_code: self.currency_code,
            exchange_rate: self
                .exchange_rate
                .map(|rate| ExchangeRate::from_millionths(rate.0))
                .transpose()?,
            account_id: self.account_id.map(AccountId),
            method: self.method,
            reference_number: self.reference_number,
            memo: self.memo,
            fee_amount: amount(self.fee_amount),
            fee_account_id: self.fee_account_id.map(AccountId),
            cash_rounding: self.cash_rounding.map(|coin| coin.0),
            applications,
            metadata: Metadata(self.metadata.unwrap_or_default()),
            override_closed_period: self.override_closed_period.map(|wish| wish.reason),
        })
    }
}

/// Record and apply a payment
///
/// Money received or made, and the items that it settles, in one step: in part, in full, several at once; what is not applied
/// stays an advance. Credits are used up by naming them too; with amount 0 items are set off against each other. With
/// `payment_id` what is left of an earlier payment is applied (200).
#[utoipa::path(tag = "Payments", operation_id = "applyPayment", params(PostQuery), request_body = PaymentApplyBody, responses((status = 200, description = "What was left of a payment is applied; or a dry run: what would be recorded", body = Envelope<PaymentBody<'static>>), (status = 201, description = "The payment", body = Envelope<PaymentBody<'static>>)))]
#[post("/payments/apply")]
pub(crate) async fn apply(
    context: Context,
    query: Query<PostQuery>,
    json: Json<PaymentApplyBody>,
) -> Result<HttpResponse, Problem> {
    let call = query.0.apply(context.write(json.digest)?);
    let request = json.body.into_request()?;
    let app = Arc::clone(&context.app);
    let is_new = !call.dry_run && request.payment_id.is_none();
    let done = queued(&context, call.company, move || payment::apply(&app, &call, &request)).await?;
    let paid = &done.value;
    Ok(created(&context, is_new, paid.payment.id)
        .replayed(done.replayed)
        .version(paid.payment.version)
        .data(PaymentBody::from(paid)))
}

/// Record a payment by external id, once
///
/// Answers 201 the first time. The same payment again answers 200 with what was recorded; another one under the same external
/// id is refused with `posted_entry_immutable`.
#[utoipa::path(tag = "Payments", operation_id = "putPaymentByExternalId", params(("external_id" = String, Path, description = "The integrator's own id"), PostQuery), request_body = PaymentApplyBody, responses((status = 200, description = "It was recorded before", body = Envelope<PaymentBody<'static>>), (status = 201, description = "It is recorded", body = Envelope<PaymentBody<'static>>)))]
#[put("/payments/external/{external_id}")]
pub(crate) async fn upsert(
    context: Context,
    external_id: ExternalId,
    query: Query<PostQuery>,
    json: Json<PaymentApplyBody>,
) -> Result<HttpResponse, Problem> {
    let call = query.0.apply(context.write(json.digest)?);
    external_id.agrees(json.body.external_id.as_deref())?;
    let request = json.body.into_request()?;
    let app = Arc::clone(&context.app);
    let dry_run = call.dry_run;
    let done = blocking(move || payment::upsert(&app, &call, &external_id.0, &request)).await?;
    let paid = &done.value.value;
    Ok(created(&context, done.value.created && !dry_run, paid.payment.id)
        .replayed(done.replayed)
        .version(paid.payment.version)
        .data(PaymentBody::from(paid)))
}
