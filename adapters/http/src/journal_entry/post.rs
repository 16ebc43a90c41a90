//! Posting entries.

use super::body::{EntryBody, EntryWriteBody};
use crate::context::{Context, blocking, queued};
use crate::envelope::{Answer, Envelope};
use crate::json::Json;
use crate::path::ExternalId;
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::{Day, Whole};
use actix_web::{HttpResponse, post, put};
use partita_application::call::Call;
use partita_application::journal_entry::{
    self, Batch, EntryOutcome, EntryProblem, OpeningBalance, OpeningBalances,
};
use partita_domain::id::AccountId;
use partita_domain::journal_entry::{AccountRef, EntryDraft};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// How to post.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct PostQuery {
    /// Answer what would be posted, write nothing, use no number.
    pub dry_run: Option<bool>,
}

impl PostQuery {
    pub(crate) fn apply(&self, call: Call) -> Call {
        Call { dry_run: self.dry_run.unwrap_or(false), ..call }
    }
}

/// Many entries.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchWriteBody {
    /// 1 to 10 000 entries.
    #[schema(min_items = 1, max_items = 10_000)]
    pub entries: Vec<EntryWriteBody>,
    /// Whether all are posted or none, true by default; otherwise each has its own outcome.
    pub atomic: Option<bool>,
}

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchBody {
    /// How many were posted.
    pub posted_count: i64,
    /// How many were refused.
    pub refused_count: i64,
    /// One for each entry, in the order given.
    pub results: Vec<BatchResultBody>,
}

/// What became of one entry of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchResultBody {
    /// Its place in the batch, from 0.
    pub index: usize,
    /// `posted` or `refused`.
    #[schema(example = "posted")]
    pub status: &'static str,
    /// The entry's id, when posted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// The integrator's own id for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The entry's number, when posted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_number: Option<String>,
    /// The accounting date, when posted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Day>,
    /// Σ debit, when posted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<BatchErrorBody>>,
}

/// Why an entry of a batch was refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchErrorBody {
    /// The stable code.
    #[schema(example = "validation_error")]
    pub code: String,
    /// JSON path from the body's root.
    pub field: Option<String>,
    /// The broken constraint.
    pub constraint: Option<String>,
    /// For people.
    pub message: String,
}

impl From<EntryProblem> for BatchErrorBody {
    fn from(problem: EntryProblem) -> Self {
        Self {
            code: problem.code,
            field: problem.field,
            constraint: problem.constraint,
            message: problem.message,
        }
    }
}

impl From<Batch> for BatchBody {
    fn from(outcome: Batch) -> Self {
        let results = outcome.outcomes.into_iter().enumerate().map(|(index, outcome)| match outcome {
            EntryOutcome::Posted { id, external_id, entry_number, date, total } => BatchResultBody {
                index,
                status: "posted",
                id: Some(id.0),
                external_id,
                entry_number: Some(entry_number),
                date: Some(Day(date)),
                total: Some(total),
                errors: None,
            },
            EntryOutcome::Refused { problems } => BatchResultBody {
                index,
                status: "refused",
                id: None,
                external_id: None,
                entry_number: None,
                date: None,
                total: None,
                errors: Some(problems.into_iter().map(BatchErrorBody::from).collect()),
            },
        });
        Self {
            posted_count: outcome.posted_count,
            refused_count: outcome.refused_count,
            results: results.collect(),
        }
    }
}

/// A set of opening balances.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "date": "2026-01-01",
    "balances": [{"account_number": "1000", "debit": 500_000}, {"account_number": "3000", "credit": 500_000}]
}))]
pub struct OpeningBalancesBody {
    /// The integrator's own id for the set.
    #[schema(min_length = 1, max_length = 255)]
    pub external_id: Option<String>,
    /// The day on which the books begin.
    pub date: Day,
    /// What it is.
    #[schema(max_length = 2000)]
    pub memo: Option<String>,
    /// One for each balance-sheet account; debits equal credits.
    #[schema(min_items = 2, max_items = 9_998)]
    pub balances: Vec<OpeningBalanceBody>,
}

/// The balance of one account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningBalanceBody {
    /// The account; or give `account_number`.
    pub account_id: Option<Uuid>,
    /// The account's number; or give `account_id`.
    #[schema(max_length = 20)]
    pub account_number: Option<String>,
    /// Minor units of base currency.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 999_999_999_999_999_i64)]
    pub debit: Option<Whole>,
    /// Minor units of base currency.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 999_999_999_999_999_i64)]
    pub credit: Option<Whole>,
}

impl OpeningBalancesBody {
    fn into_set(self) -> Result<OpeningBalances, Problem> {
        let balances = self.balances.into_iter().enumerate().map(|(i, balance)| {
            let account = match (balance.account_id, balance.account_number) {
                (Some(id), None) => AccountRef::Id(AccountId(id)),
                (None, Some(number)) => AccountRef::Number(number),
                _ => {
                    return Err(Problem::field(
                        format!("balances[{i}].account_id"),
                        "required",
                        "give account_id or account_number",
                    ));
                }
            };
            let amount = |amount: Option<Whole>| amount.map_or(0, |amount| amount.0);
            Ok(OpeningBalance { account, debit: amount(balance.debit), credit: amount(balance.credit) })
        });
        Ok(OpeningBalances {
            external_id: self.external_id,
            date: self.date.0,
            memo: self.memo,
            balances: balances.collect::<Result<_, _>>()?,
        })
    }
}

/// Post an entry
///
/// Debits must equal credits, in the entry's currency and in base currency. What is posted never changes.
#[utoipa::path(tag = "Journal", operation_id = "postEntry", params(PostQuery), request_body = EntryWriteBody, responses((status = 200, description = "A dry run: what would be posted", body = Envelope<EntryBody<'static>>), (status = 201, description = "The entry", body = Envelope<EntryBody<'static>>)))]
#[post("/entries")]
pub(crate) async fn create(
    context: Context,
    query: Query<PostQuery>,
    json: Json<EntryWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = query.0.apply(context.write(json.digest)?);
    let draft = json.body.into_draft()?;
    let app = Arc::clone(&context.app);
    let dry_run = call.dry_run;
    let done = queued(&context, call.company, move || journal_entry::post(&app, &call, &draft)).await?;
    Ok(created(&context, dry_run, &done.value.id.to_string())
        .replayed(done.replayed)
        .data(EntryBody::from(&done.value)))
}

/// A dry run made nothing, so it answers 200 and no location.
pub(super) fn created<'a>(context: &'a Context, dry_run: bool, id: &str) -> Answer<'a> {
    if dry_run { Answer::ok(context) } else { Answer::created(context, &format!("/entries/{id}")) }
}

/// Post many entries
///
/// All or none by default; with `"atomic": false` each entry has its own outcome, and those that are refused use no number.
#[utoipa::path(tag = "Journal", operation_id = "postEntries", params(PostQuery), request_body = BatchWriteBody, responses((status = 200, description = "What became of each entry", body = Envelope<BatchBody>)))]
#[post("/entries/batch")]
pub(crate) async fn batch(
    context: Context,
    query: Query<PostQuery>,
    json: Json<BatchWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = query.0.apply(context.write(json.digest)?);
    let atomic = json.body.atomic.unwrap_or(true);
    let drafts = json
        .body
        .entries
        .into_iter()
        .enumerate()
        .map(|(i, entry)| entry.into_draft().map_err(|problem| problem.under(&format!("entries[{i}]"))));
    let drafts: Vec<EntryDraft> = drafts.collect::<Result<_, _>>()?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || journal_entry::post_batch(&app, &call, &drafts, atomic)).await?;
    Ok(Answer::ok(&context).replayed(done.replayed).data(BatchBody::from(done.value)))
}

/// Post opening balances
///
/// Balance-sheet accounts only, debits equal credits, one set for a date. They are posted as one entry, each against the
/// opening balance account of the settings, which nets to zero.
#[utoipa::path(tag = "Journal", operation_id = "postOpeningBalances", params(PostQuery), request_body = OpeningBalancesBody, responses((status = 200, description = "A dry run: what would be posted", body = Envelope<EntryBody<'static>>), (status = 201, description = "The entry", body = Envelope<EntryBody<'static>>)))]
#[post("/entries/opening-balances")]
pub(crate) async fn opening_balances(
    context: Context,
    query: Query<PostQuery>,
    json: Json<OpeningBalancesBody>,
) -> Result<HttpResponse, Problem> {
    let call = query.0.apply(context.write(json.digest)?);
    let set = json.body.into_set()?;
    let app = Arc::clone(&context.app);
    let dry_run = call.dry_run;
    let done = blocking(move || journal_entry::post_opening_balances(&app, &call, &set))
        .await
        .map_err(|problem| problem.renamed("lines", "balances"))?;
    Ok(created(&context, dry_run, &done.value.id.to_string())
        .replayed(done.replayed)
        .data(EntryBody::from(&done.value)))
}

/// Post an entry by external id, once
///
/// Answers 201 the first time. The same entry again answers 200 with what was posted; another one under the same external
/// id is refused with `posted_entry_immutable`.
#[utoipa::path(tag = "Journal", operation_id = "putEntryByExternalId", params(("external_id" = String, Path, description = "The integrator's own id"), PostQuery), request_body = EntryWriteBody, responses((status = 200, description = "It was posted before", body = Envelope<EntryBody<'static>>), (status = 201, description = "It is posted", body = Envelope<EntryBody<'static>>)))]
#[put("/entries/external/{external_id}")]
pub(crate) async fn upsert(
    context: Context,
    external_id: ExternalId,
    query: Query<PostQuery>,
    json: Json<EntryWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = query.0.apply(context.write(json.digest)?);
    external_id.agrees(json.body.external_id.as_deref())?;
    let draft = json.body.into_draft()?;
    let app = Arc::clone(&context.app);
    let dry_run = call.dry_run;
    let done = blocking(move || journal_entry::post_external(&app, &call, &external_id.0, &draft)).await?;
    let entry = &done.value.value;
    let answer = created(&context, dry_run || !done.value.created, &entry.id.to_string());
    Ok(answer.replayed(done.replayed).data(EntryBody::from(entry)))
}
