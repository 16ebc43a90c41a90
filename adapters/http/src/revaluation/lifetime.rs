//! What exchange did to one document.

use super::body::{RevaluationStatusSchema, SideSchema};
use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::path::Id;
use crate::problem::{ErrorEnvelope, Problem};
use crate::query::Query;
use crate::scalar::Day;
use actix_web::{HttpResponse, get};
use partita_application::revaluation::{self, DocumentFx, FxSettlement};
use partita_domain::document::DocumentKind;
use partita_domain::id::DocumentId;
use partita_domain::money::Currency;
use partita_domain::revaluation::ItemRevaluation;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use time::Date;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Until when.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct FxQuery {
    /// Until the end of this day; today by default.
    pub as_of: Option<Day>,
}

/// What a payment did to the document.
#[derive(Debug, Serialize, ToSchema)]
pub struct FxSettlementBody {
    /// The application of the payment.
    pub application_id: Uuid,
    /// The payment.
    pub payment_id: Uuid,
    /// Its number.
    #[schema(example = "PAY-2026-000042")]
    pub payment_number: String,
    /// The accounting date.
    pub date: Day,
    /// By how much less is open, minor units of the document's currency; below zero where it takes another one back.
    #[schema(example = 100_000)]
    pub settled_amount: i64,
    /// Base units per unit at the payment, × 1 000 000.
    #[schema(example = 940_000)]
    pub exchange_rate: i64,
    /// The same at what the document was carried at, in base currency.
    #[schema(example = 92_000)]
    pub base_settled_amount: i64,
    /// What was received for it, or given for what the company owes: money at the rate of its day, credits at what they were
    /// carried at, discounts and write-offs at the rate of the document; base currency.
    #[schema(example = 94_000)]
    pub base_received_amount: i64,
    /// The realised gain, or below zero the loss, in base currency.
    #[schema(example = 2_000)]
    pub realised: i64,
    /// The application it takes back.
    pub reverses_id: Option<Uuid>,
}

impl From<&FxSettlement> for FxSettlementBody {
    fn from(settlement: &FxSettlement) -> Self {
        let application = &settlement.application;
        Self {
            application_id: application.id.0,
            payment_id: application.payment_id.0,
            payment_number: settlement.payment_number.clone(),
            date: Day(application.date),
            settled_amount: application.relieved,
            exchange_rate: settlement.exchange_rate.millionths(),
            base_settled_amount: application.base_relieved,
            base_received_amount: settlement.base_received,
            realised: application.difference,
            reverses_id: application.reverses_id.map(|id| id.0),
        }
    }
}

/// How a revaluation saw the document.
#[derive(Debug, Serialize, ToSchema)]
pub struct FxRevaluationBody {
    /// The revaluation.
    pub revaluation_id: Uuid,
    /// The closing date.
    pub date: Day,
    /// The day on which it was reversed.
    pub reversal_date: Day,
    /// `posted`, or `void` when it was taken back.
    #[schema(value_type = RevaluationStatusSchema, example = "posted")]
    pub status: &'static str,
    /// What was open, minor units of the document's currency.
    #[schema(example = 100_000)]
    pub open_amount: i64,
    /// What it was carried at, in base currency.
    #[schema(example = 92_000)]
    pub base_open_amount: i64,
    /// The closing rate, × 1 000 000.
    #[schema(example = 950_000)]
    pub exchange_rate: i64,
    /// The gain, or below zero the loss, in base currency; its reversal is the opposite.
    #[schema(example = 3_000)]
    pub unrealised: i64,
    /// Whether it counts at the end of the day that was asked for: posted, and not yet reversed.
    pub is_standing: bool,
}

impl FxRevaluationBody {
    fn of(revaluation: &ItemRevaluation, day: Date) -> Self {
        Self {
            revaluation_id: revaluation.revaluation_id.0,
            date: Day(revaluation.date),
            reversal_date: Day(revaluation.reversal_date),
            status: revaluation.state.name(),
            open_amount: revaluation.open,
            base_open_amount: revaluation.base_open,
            exchange_rate: revaluation.exchange_rate.millionths(),
            unrealised: revaluation.difference,
            is_standing: revaluation.stands_on(day),
        }
    }
}

/// What exchange did to a document over its life. Gains are above zero, and amounts minor units of base currency unless they
/// say otherwise.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentFxBody {
    /// The document.
    pub document_id: Uuid,
    /// Its number.
    #[schema(example = "INV-2026-000042")]
    pub number: Option<String>,
    /// `debit` for what the company is owed, `credit` for what it owes.
    #[schema(value_type = SideSchema, example = "debit")]
    pub side: &'static str,
    /// Its date.
    pub date: Day,
    /// Until the end of this day.
    pub as_of: Day,
    /// Whether it was void then.
    pub is_void: bool,
    /// Its currency.
    #[schema(value_type = String, example = "EUR")]
    pub currency_code: Currency,
    /// The currency of the books.
    #[schema(value_type = String, example = "USD")]
    pub base_currency: Currency,
    /// Base units per unit that it was recognised at, × 1 000 000.
    #[schema(example = 920_000)]
    pub exchange_rate: i64,
    /// Its total, minor units of its currency.
    #[schema(example = 100_000)]
    pub total: i64,
    /// What it was recognised at.
    #[schema(example = 92_000)]
    pub base_total: i64,
    /// What of that was settled.
    #[schema(example = 92_000)]
    pub base_settled_amount: i64,
    /// What was received for that, or given for what the company owes.
    #[schema(example = 94_000)]
    pub base_received_amount: i64,
    /// What it is still carried at.
    pub base_open_amount: i64,
    /// What was applied to it, and taken back.
    pub settlements: Vec<FxSettlementBody>,
    /// How revaluations saw it.
    pub revaluations: Vec<FxRevaluationBody>,
    /// What settlements have realised.
    #[schema(example = 2_000)]
    pub realised: i64,
    /// What stands of revaluations.
    pub unrealised: i64,
    /// Both together.
    #[schema(example = 2_000)]
    pub lifetime: i64,
    /// Whether `realised` is `base_received_amount` less `base_settled_amount`, or the opposite for what the company owes.
    pub is_proved: bool,
}

impl TryFrom<&DocumentFx> for DocumentFxBody {
    type Error = Problem;

    fn try_from(fx: &DocumentFx) -> Result<Self, Problem> {
        let (document, lifetime) = (&fx.document, &fx.lifetime);
        let total = i64::try_from(lifetime.total())
            .map_err(|_| Problem::field("as_of", "range", "the sum of gains and losses is out of range"))?;
        Ok(Self {
            document_id: document.id.0,
            number: document.number.clone(),
            side: fx.side.name(),
            date: Day(document.date),
            as_of: Day(fx.as_of),
            is_void: fx.is_void,
            currency_code: document.currency_code,
            base_currency: fx.base_currency,
            exchange_rate: document.exchange_rate.millionths(),
            total: document.totals.total,
            base_total: document.base_total,
            base_settled_amount: lifetime.base_relieved,
            base_received_amount: lifetime.base_received,
            base_open_amount: fx.base_open(),
            settlements: fx.settlements.iter().map(FxSettlementBody::from).collect(),
            revaluations: fx.revaluations.iter().map(|one| FxRevaluationBody::of(one, fx.as_of)).collect(),
            realised: lifetime.realised,
            unrealised: lifetime.unrealised,
            lifetime: total,
            is_proved: lifetime.is_proved(fx.side),
        })
    }
}

async fn show(
    context: Context,
    kind: DocumentKind,
    id: Id,
    query: Query<FxQuery>,
) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let as_of = query.0.as_of.map(|day| day.0);
    let app = Arc::clone(&context.app);
    let found = blocking(move || revaluation::lifetime(&app, &call, kind, DocumentId(id.0), as_of)).await?;
    Ok(Answer::ok(&context).data(DocumentFxBody::try_from(&found)?))
}

/// Get what exchange did to an invoice
///
/// At what it was recognised, what each settlement realised, how revaluations saw it, and what came of exchange over its life. A
/// draft has no such history (`invalid_state`).
#[utoipa::path(tag = "Revaluations", operation_id = "getInvoiceFx", params(("id" = Uuid, Path, description = "The invoice"), FxQuery), responses((status = 200, description = "Its history", body = Envelope<DocumentFxBody>), (status = 409, description = "`invalid_state`: it was not posted", body = ErrorEnvelope)))]
#[get("/invoices/{id}/fx")]
pub(crate) async fn of_invoice(
    context: Context,
    id: Id,
    query: Query<FxQuery>,
) -> Result<HttpResponse, Problem> {
    show(context, DocumentKind::Invoice, id, query).await
}

/// Get what exchange did to a bill
///
/// As for an invoice; a debt that falls in base currency is a gain.
#[utoipa::path(tag = "Revaluations", operation_id = "getBillFx", params(("id" = Uuid, Path, description = "The bill"), FxQuery), responses((status = 200, description = "Its history", body = Envelope<DocumentFxBody>), (status = 409, description = "`invalid_state`: it was not posted", body = ErrorEnvelope)))]
#[get("/bills/{id}/fx")]
pub(crate) async fn of_bill(
    context: Context,
    id: Id,
    query: Query<FxQuery>,
) -> Result<HttpResponse, Problem> {
    show(context, DocumentKind::Bill, id, query).await
}

/// Get what exchange did to a credit note
///
/// As for an invoice; what the company owes a customer gains when it falls in base currency.
#[utoipa::path(tag = "Revaluations", operation_id = "getCreditNoteFx", params(("id" = Uuid, Path, description = "The credit note"), FxQuery), responses((status = 200, description = "Its history", body = Envelope<DocumentFxBody>), (status = 409, description = "`invalid_state`: it was not posted", body = ErrorEnvelope)))]
#[get("/credit-notes/{id}/fx")]
pub(crate) async fn of_credit_note(
    context: Context,
    id: Id,
    query: Query<FxQuery>,
) -> Result<HttpResponse, Problem> {
    show(context, DocumentKind::CreditNote, id, query).await
}

/// Get what exchange did to a vendor credit
///
/// As for an invoice.
#[utoipa::path(tag = "Revaluations", operation_id = "getVendorCreditFx", params(("id" = Uuid, Path, description = "The vendor credit"), FxQuery), responses((status = 200, description = "Its history", body = Envelope<DocumentFxBody>), (status = 409, description = "`invalid_state`: it was not posted", body = ErrorEnvelope)))]
#[get("/vendor-credits/{id}/fx")]
pub(crate) async fn of_vendor_credit(
    context: Context,
    id: Id,
    query: Query<FxQuery>,
) -> Result<HttpResponse, Problem> {
    show(context, DocumentKind::VendorCredit, id, query).await
}
