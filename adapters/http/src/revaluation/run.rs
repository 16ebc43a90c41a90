//! Running revaluations, and taking them back.

use super::body::RevaluationBody;
use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::journal_entry::OverrideBody;
use crate::journal_entry::post::PostQuery;
use crate::json::Json;
use crate::path::{ExternalId, Id};
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::{Day, Whole, unique_keys};
use actix_web::{HttpResponse, post, put};
use partita_application::revaluation::{self, RevaluationVoid, Revalued};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::RevaluationId;
use partita_domain::metadata::Metadata;
use partita_domain::money::Currency;
use partita_domain::revaluation::RevaluationRequest;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;

/// A closing rate, as a caller gives it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosingRateWriteBody {
    /// The foreign currency.
    #[schema(value_type = String, min_length = 3, max_length = 3, example = "EUR")]
    pub currency_code: Currency,
    /// Base units per unit of it, × 1 000 000.
    #[schema(value_type = i64, minimum = 1, example = 950_000)]
    pub exchange_rate: Whole,
}

/// A revaluation to be run.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"date": "2026-12-31"}))]
pub struct RevaluationWriteBody {
    /// The integrator's own id for it, unique among revaluations.
    #[schema(min_length = 1, max_length = 255)]
    pub external_id: Option<String>,
    /// The closing date: the last day of a month.
    pub date: Day,
    /// Only what is open in this currency; everything that is foreign by default.
    #[schema(value_type = Option<String>, min_length = 3, max_length = 3, example = "EUR")]
    pub currency_code: Option<Currency>,
    /// Closing rates; by default the latest stored on the date or in the 31 days before.
    #[schema(max_items = 200)]
    pub exchange_rates: Option<Vec<ClosingRateWriteBody>>,
    /// Whether advances of customers and prepayments to vendors are revalued too, because they will be paid back; false by
    /// default, since what will be settled in goods or services is not monetary.
    pub include_advances: Option<bool>,
    /// What it is.
    #[schema(max_length = 2000)]
    pub memo: Option<String>,
    /// Free pairs: up to 20, keys of up to 64, values of up to 256 characters, 4 KB in all.
    #[serde(default, deserialize_with = "unique_keys")]
    pub metadata: Option<BTreeMap<String, String>>,
    /// Lets it into a soft-locked period, with the permission `periods:override`.
    pub override_closed_period: Option<OverrideBody>,
}

impl RevaluationWriteBody {
    fn into_request(self) -> Result<RevaluationRequest, Problem> {
        let given = self.exchange_rates.unwrap_or_default();
        let mut exchange_rates = Vec::with_capacity(given.len());
        for (i, given) in given.into_iter().enumerate() {
            let rate = ExchangeRate::from_millionths(given.exchange_rate.0).map_err(|refusal| {
                Problem::field(format!("exchange_rates[{i}].exchange_rate"), "range", refusal.to_string())
            })?;
            exchange_rates.push((given.currency_code, rate));
        }
        Ok(RevaluationRequest {
            external_id: self.external_id,
            date: self.date.0,
            currency_code: self.currency_code,
            exchange_rates,
            include_advances: self.include_advances.unwrap_or(false),
            memo: self.memo,
            metadata: Metadata(self.metadata.unwrap_or_default()),
            override_closed_period: self.override_closed_period.map(|wish| wish.reason),
        })
    }
}

/// How a revaluation is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "The bank has corrected its rate"}))]
pub struct RevaluationVoidBody {
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
    /// Lets it into soft-locked periods, with the permission `periods:override`.
    pub override_closed_period: Option<OverrideBody>,
    /// The version that the caller has seen; or send `If-Match`.
    #[schema(value_type = Option<i64>)]
    pub version: Option<Whole>,
}

/// Run a revaluation
///
/// Shows what is open in foreign currencies at the closing rate: each invoice, bill, credit note and vendor credit by itself, as
/// it was open on the date, and bank, credit card and loan accounts by their balance. One entry at the date, on accounts beside
/// those of the items, and its reversal on the next day. When nothing is open, or no rate has moved, it is kept without an
/// entry. Refused with `conflict` while another one of the same date and currency stands (`details.existing_id`), and with
/// `exchange_rates`, `required` when a currency has no rate.
#[utoipa::path(tag = "Revaluations", operation_id = "runRevaluation", params(PostQuery), request_body = RevaluationWriteBody, responses((status = 200, description = "A dry run: what would be posted", body = Envelope<RevaluationBody<'static>>), (status = 201, description = "The revaluation", body = Envelope<RevaluationBody<'static>>)))]
#[post("/revaluations")]
pub(crate) async fn run(
    context: Context,
    query: Query<PostQuery>,
    json: Json<RevaluationWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = query.0.apply(context.write(json.digest)?);
    let request = json.body.into_request()?;
    let app = Arc::clone(&context.app);
    let is_new = !call.dry_run;
    let done = blocking(move || revaluation::run(&app, &call, &request)).await?;
    Ok(answer(&context, is_new, done.replayed, &done.value))
}

fn answer(context: &Context, is_new: bool, replayed: bool, revalued: &Revalued) -> HttpResponse {
    let revaluation = &revalued.revaluation;
    let answer = if is_new {
        Answer::created(context, &format!("/revaluations/{}", revaluation.id))
    } else {
        Answer::ok(context)
    };
    answer.replayed(replayed).version(revaluation.version).data(RevaluationBody::from(revalued))
}

/// Run a revaluation by external id, once
///
/// Answers 201 the first time. The same revaluation again answers 200 with what was run; another one under the same external id
/// is refused with `posted_entry_immutable`.
#[utoipa::path(tag = "Revaluations", operation_id = "putRevaluationByExternalId", params(("external_id" = String, Path, description = "The integrator's own id"), PostQuery), request_body = RevaluationWriteBody, responses((status = 200, description = "It was run before; or a dry run: what would be posted", body = Envelope<RevaluationBody<'static>>), (status = 201, description = "It is run", body = Envelope<RevaluationBody<'static>>)))]
#[put("/revaluations/external/{external_id}")]
pub(crate) async fn upsert(
    context: Context,
    external_id: ExternalId,
    query: Query<PostQuery>,
    json: Json<RevaluationWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = query.0.apply(context.write(json.digest)?);
    external_id.agrees(json.body.external_id.as_deref())?;
    let request = json.body.into_request()?;
    let app = Arc::clone(&context.app);
    let dry_run = call.dry_run;
    let done = blocking(move || revaluation::upsert(&app, &call, &external_id.0, &request)).await?;
    Ok(answer(&context, done.value.created && !dry_run, done.replayed, &done.value.value))
}

/// Void a revaluation
///
/// Takes its entry and the reversal back, each on its own day; both periods have to be open. Another one may be run for the date
/// then.
#[utoipa::path(tag = "Revaluations", operation_id = "voidRevaluation", params(("id" = Uuid, Path, description = "The revaluation"), PostQuery), request_body = RevaluationVoidBody, responses((status = 200, description = "The revaluation; or a dry run: what it would be", body = Envelope<RevaluationBody<'static>>)))]
#[post("/revaluations/{id}/void")]
pub(crate) async fn void(
    context: Context,
    id: Id,
    query: Query<PostQuery>,
    json: Json<RevaluationVoidBody>,
) -> Result<HttpResponse, Problem> {
    let call = query.0.apply(context.write(json.digest)?);
    let body = json.body;
    let draft = RevaluationVoid {
        reason: Some(body.reason),
        version: context.version(body.version.map(|version| version.0))?,
        override_closed_period: body.override_closed_period.map(|wish| wish.reason),
    };
    let app = Arc::clone(&context.app);
    let done = blocking(move || revaluation::void(&app, &call, RevaluationId(id.0), &draft)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.revaluation.version)
        .data(RevaluationBody::from(&done.value)))
}
