//! Reversing entries, and refusing to change them.

use super::body::{EntryBody, OverrideBody};
use super::post::{PostQuery, created};
use crate::context::{Context, blocking};
use crate::envelope::Envelope;
use crate::json::OptionalJson;
use crate::path::Id;
use crate::problem::{ErrorEnvelope, Problem};
use crate::query::Query;
use crate::scalar::Day;
use actix_web::{HttpResponse, delete, patch, post, put};
use partita_application::journal_entry::{self, PostingMode, ReversalDraft};
use partita_domain::id::EntryId;
use partita_domain::permission::Permission;
use partita_domain::refusal::Refusal;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Which period a reversal falls into.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PostingModeBody {
    /// Today, or the date that is given.
    CurrentPeriod,
    /// The date of the entry that is reversed.
    OriginalPeriod,
}

/// A reversal, as a caller gives it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReversalBody {
    /// `current_period` by default.
    pub posting_mode: Option<PostingModeBody>,
    /// Its date, in the current period; today by default.
    pub date: Option<Day>,
    /// Why; becomes its memo.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// The integrator's own id for it.
    #[schema(min_length = 1, max_length = 255)]
    pub external_id: Option<String>,
    /// Lets it into a soft-locked period, with the permission `periods:override`.
    pub override_closed_period: Option<OverrideBody>,
}

/// Reverse an entry
///
/// Posts the same lines on opposite sides, with the same amounts and base amounts, linked both ways. An entry is reversed once.
#[utoipa::path(tag = "Journal", operation_id = "reverseEntry", params(("id" = Uuid, Path, description = "The entry to reverse"), PostQuery), request_body = Option<ReversalBody>, responses((status = 200, description = "A dry run: what would be posted", body = Envelope<EntryBody<'static>>), (status = 201, description = "The reversal", body = Envelope<EntryBody<'static>>)))]
#[post("/entries/{id}/reverse")]
pub(crate) async fn reverse(
    context: Context,
    id: Id,
    query: Query<PostQuery>,
    json: OptionalJson<ReversalBody>,
) -> Result<HttpResponse, Problem> {
    let call = query.0.apply(context.write(json.digest)?);
    let body = json.body;
    let draft = ReversalDraft {
        posting_mode: match body.posting_mode {
            Some(PostingModeBody::OriginalPeriod) => PostingMode::OriginalPeriod,
            Some(PostingModeBody::CurrentPeriod) | None => PostingMode::CurrentPeriod,
        },
        date: body.date.map(|day| day.0),
        reason: body.reason,
        external_id: body.external_id,
        override_closed_period: body.override_closed_period.map(|wish| wish.reason),
    };
    let app = Arc::clone(&context.app);
    let dry_run = call.dry_run;
    let done = blocking(move || journal_entry::reverse(&app, &call, EntryId(id.0), &draft)).await?;
    Ok(created(&context, dry_run, &done.value.id.to_string())
        .replayed(done.replayed)
        .data(EntryBody::from(&done.value)))
}

/// What was posted never changes; what was not posted is not found.
async fn immutable(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    blocking(move || {
        call.need(Permission::JOURNAL_WRITE)?;
        journal_entry::find(&app, &call, EntryId(id.0))
    })
    .await?;
    Err(Refusal::PostedEntryImmutable.into())
}

/// Refused: a posted entry never changes
#[utoipa::path(tag = "Journal", operation_id = "putEntry", params(("id" = Uuid, Path, description = "Its id")), responses((status = 409, description = "`posted_entry_immutable`: reverse it and post a corrected one", body = ErrorEnvelope)))]
#[put("/entries/{id}")]
pub(crate) async fn put(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    immutable(context, id).await
}

/// Refused: a posted entry never changes
#[utoipa::path(tag = "Journal", operation_id = "patchEntry", params(("id" = Uuid, Path, description = "Its id")), responses((status = 409, description = "`posted_entry_immutable`: reverse it and post a corrected one", body = ErrorEnvelope)))]
#[patch("/entries/{id}")]
pub(crate) async fn patch(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    immutable(context, id).await
}

/// Refused: a posted entry is never removed
#[utoipa::path(tag = "Journal", operation_id = "deleteEntry", params(("id" = Uuid, Path, description = "Its id")), responses((status = 409, description = "`posted_entry_immutable`: reverse it", body = ErrorEnvelope)))]
#[delete("/entries/{id}")]
pub(crate) async fn delete(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    immutable(context, id).await
}
