//! `/periods`: open, soft-locked, locked.

use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::json::{Json, OptionalJson};
use crate::paging::list_query;
use crate::path;
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::{Day, Moment, Whole};
use crate::service_config::ServiceConfig;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, get, post};
use partita_application::period;
use partita_domain::actor::Actor;
use partita_domain::hash::Hash;
use partita_domain::id::LockRequestId;
use partita_domain::period::{LockRequest, LockRequestStatus, Period, PeriodKey, PeriodStatus};
use serde::{Deserialize, Serialize};
use std::future::{Ready, ready};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list)
        .service(get_one)
        .service(soft_lock)
        .service(reopen)
        .service(request_lock)
        .service(lock_status)
        .service(approve_lock)
        .service(cancel_lock);
}

/// Whether a period takes entries.
#[derive(ToSchema)]
#[schema(as = PeriodStatus, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum PeriodStatusSchema {
    Open,
    SoftLocked,
    Locked,
}

/// What became of a lock request.
#[derive(ToSchema)]
#[schema(as = LockRequestStatus, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum LockRequestStatusSchema {
    Pending,
    Approved,
    Cancelled,
    Expired,
}

/// The `{period}` of a path.
pub(crate) struct PeriodPath(PeriodKey);

impl FromRequest for PeriodPath {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(path::text(req, "period").and_then(|text| Ok(Self(text.parse()?))))
    }
}

/// The `{request_id}` of a path.
pub(crate) struct RequestPath(LockRequestId);

impl FromRequest for RequestPath {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(path::uuid(req, "request_id").map(|id| Self(LockRequestId(id))))
    }
}

/// Why a period is closed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseBody {
    /// Why; it is recorded.
    #[schema(max_length = 500, example = "March is reported")]
    pub reason: Option<String>,
}

/// Why a period is opened again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopenBody {
    /// Why; it is recorded.
    #[schema(min_length = 1, max_length = 500, example = "A late supplier bill")]
    pub reason: String,
}

/// A period.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodBody {
    /// Its name: a calendar month, or an adjustment period of a fiscal year.
    #[schema(value_type = String, example = "2026-03")]
    pub period: PeriodKey,
    /// The fiscal year it belongs to, named by the calendar year of its end.
    #[schema(example = 2026)]
    pub fiscal_year: i32,
    /// Its first day.
    pub start_date: Day,
    /// Its last day.
    pub end_date: Day,
    /// Whether it takes entries.
    #[schema(value_type = PeriodStatusSchema, example = "open")]
    pub status: PeriodStatus,
    /// How many entries were posted into it.
    pub entry_count: i64,
    /// Who locked it, softly or for good: `user:<id>`, `key:<id>` or `system`.
    #[schema(value_type = Option<String>)]
    pub locked_by: Option<Actor>,
    /// When.
    pub locked_at: Option<Moment>,
    /// SHA-256 over the head of the entry chain, the number of entries and the trial balance when it was locked.
    #[schema(value_type = Option<String>)]
    pub closing_hash: Option<Hash>,
    /// Counts its changes from 1.
    pub version: i64,
}

impl From<&Period> for PeriodBody {
    fn from(period: &Period) -> Self {
        Self {
            period: period.period,
            fiscal_year: period.fiscal_year,
            start_date: Day(period.start_date),
            end_date: Day(period.end_date),
            status: period.status,
            entry_count: period.entry_count,
            locked_by: period.locked_by,
            locked_at: period.locked_at.map(Moment),
            closing_hash: period.closing_hash,
            version: period.version,
        }
    }
}

/// A request to lock a period for ever.
#[derive(Debug, Serialize, ToSchema)]
pub struct LockRequestBody {
    /// Its id.
    pub id: Uuid,
    /// The period to be locked.
    #[schema(value_type = String, example = "2026-03")]
    pub period: PeriodKey,
    /// What became of it.
    #[schema(value_type = LockRequestStatusSchema, example = "pending")]
    pub status: LockRequestStatus,
    /// Who asked: `user:<id>`, `key:<id>` or `system`.
    #[schema(value_type = String)]
    pub requested_by: Actor,
    /// When.
    pub requested_at: Moment,
    /// When it lapses, unless somebody has decided.
    pub expires_at: Moment,
    /// Who approved or cancelled it.
    #[schema(value_type = Option<String>)]
    pub decided_by: Option<Actor>,
    /// When.
    pub decided_at: Option<Moment>,
}

impl From<&LockRequest> for LockRequestBody {
    fn from(request: &LockRequest) -> Self {
        Self {
            id: request.id.0,
            period: request.period,
            status: request.status,
            requested_by: request.requested_by,
            requested_at: Moment(request.requested_at),
            expires_at: Moment(request.expires_at),
            decided_by: request.decided_by,
            decided_at: request.decided_at.map(Moment),
        }
    }
}

list_query! {
    /// Which periods.
    PeriodQuery {
        /// Of this fiscal year; by default of every year that has any, and of the present one.
        #[param(minimum = 1900, maximum = 2199)]
        fiscal_year: i64,
    }
}

/// List periods
///
/// By fiscal year, its months in order and then its two adjustment periods. A period that nothing was posted into yet is listed as open.
#[utoipa::path(tag = "Periods", operation_id = "listPeriods", params(PeriodQuery), responses((status = 200, description = "Some of the periods", body = Envelope<Vec<PeriodBody>>)))]
#[get("/periods")]
pub(crate) async fn list(context: Context, query: Query<PeriodQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let fiscal_year = query.0.fiscal_year.map(|year| Whole(year).narrow("fiscal_year")).transpose()?;
    let paging = query.0.paging()?;
    let page = paging.page(|cursor| cursor.parse().ok())?;
    let app = Arc::clone(&context.app);
    let listed = blocking(move || period::list(&app, &call, fiscal_year, &page)).await?;
    Ok(Answer::ok(&context).list(&paging, listed, |period| PeriodBody::from(period), i64::to_string))
}

/// Get a period
#[utoipa::path(tag = "Periods", operation_id = "getPeriod", params(("period" = String, Path, description = "A month (`2026-03`) or an adjustment period (`2026-P13`)", example = "2026-03")), responses((status = 200, description = "The period", body = Envelope<PeriodBody>)))]
#[get("/periods/{period}")]
pub(crate) async fn get_one(context: Context, key: PeriodPath) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let period = blocking(move || period::find(&app, &call, key.0)).await?;
    Ok(Answer::ok(&context).version(period.version).data(PeriodBody::from(&period)))
}

/// Close a period softly
///
/// Entries are then refused with `closed_period`, unless they bring `override_closed_period` and their caller has the permission `periods:override`. It can be reopened.
#[utoipa::path(tag = "Periods", operation_id = "softLockPeriod", params(("period" = String, Path, description = "A month (`2026-03`) or an adjustment period (`2026-P13`)", example = "2026-03")), request_body = Option<CloseBody>, responses((status = 200, description = "The period, soft-locked", body = Envelope<PeriodBody>)))]
#[post("/periods/{period}/soft-lock")]
pub(crate) async fn soft_lock(
    context: Context,
    key: PeriodPath,
    json: OptionalJson<Option<CloseBody>>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let reason = json.body.unwrap_or_default().reason;
    let app = Arc::clone(&context.app);
    let done = blocking(move || period::soft_lock(&app, &call, key.0, reason.as_deref())).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(PeriodBody::from(&done.value)))
}

/// Reopen a period
///
/// Only a soft-locked period can be reopened. A pending request to lock it is cancelled.
#[utoipa::path(tag = "Periods", operation_id = "reopenPeriod", params(("period" = String, Path, description = "A month (`2026-03`) or an adjustment period (`2026-P13`)", example = "2026-03")), request_body = ReopenBody, responses((status = 200, description = "The period, open", body = Envelope<PeriodBody>)))]
#[post("/periods/{period}/reopen")]
pub(crate) async fn reopen(
    context: Context,
    key: PeriodPath,
    json: Json<ReopenBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let reason = json.body.reason;
    let app = Arc::clone(&context.app);
    let done = blocking(move || period::reopen(&app, &call, key.0, &reason)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(PeriodBody::from(&done.value)))
}

/// Request the lock of a period
///
/// A locked period never takes an entry again, so a second person approves within 48 hours. The period is soft-locked by then; an adjustment period is locked after the last month of its year, and 14 after 13.
#[utoipa::path(tag = "Periods", operation_id = "requestPeriodLock", params(("period" = String, Path, description = "A month (`2026-03`) or an adjustment period (`2026-P13`)", example = "2026-03")), request_body = Option<CloseBody>, responses((status = 201, description = "The request", body = Envelope<LockRequestBody>)))]
#[post("/periods/{period}/lock")]
pub(crate) async fn request_lock(
    context: Context,
    key: PeriodPath,
    json: OptionalJson<Option<CloseBody>>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let reason = json.body.unwrap_or_default().reason;
    let app = Arc::clone(&context.app);
    let done = blocking(move || period::request_lock(&app, &call, key.0, reason.as_deref())).await?;
    let request = &done.value;
    Ok(Answer::created(&context, &format!("/periods/{}/lock/status", request.period))
        .replayed(done.replayed)
        .data(LockRequestBody::from(request)))
}

/// Get the status of a lock
///
/// The newest request to lock the period; 404 when there never was one.
#[utoipa::path(tag = "Periods", operation_id = "getPeriodLockStatus", params(("period" = String, Path, description = "A month (`2026-03`) or an adjustment period (`2026-P13`)", example = "2026-03")), responses((status = 200, description = "The newest request", body = Envelope<LockRequestBody>)))]
#[get("/periods/{period}/lock/status")]
pub(crate) async fn lock_status(context: Context, key: PeriodPath) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let request = blocking(move || period::lock_status(&app, &call, key.0)).await?;
    Ok(Answer::ok(&context).data(LockRequestBody::from(&request)))
}

/// Approve the lock of a period
///
/// The period is locked for ever and sealed with its closing hash. Who asked cannot approve, unless the company has only one user.
#[utoipa::path(tag = "Periods", operation_id = "approvePeriodLock", params(("period" = String, Path, description = "A month (`2026-03`) or an adjustment period (`2026-P13`)", example = "2026-03"), ("request_id" = Uuid, Path, description = "The request")), responses((status = 200, description = "The period, locked", body = Envelope<PeriodBody>)))]
#[post("/periods/{period}/lock/{request_id}/approve")]
pub(crate) async fn approve_lock(
    context: Context,
    key: PeriodPath,
    request: RequestPath,
) -> Result<HttpResponse, Problem> {
    let call = context.write(Hash::of(b""))?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || period::approve_lock(&app, &call, key.0, request.0)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(PeriodBody::from(&done.value)))
}

/// Cancel the lock of a period
///
/// Takes a pending request back; the period stays soft-locked.
#[utoipa::path(tag = "Periods", operation_id = "cancelPeriodLock", params(("period" = String, Path, description = "A month (`2026-03`) or an adjustment period (`2026-P13`)", example = "2026-03"), ("request_id" = Uuid, Path, description = "The request")), responses((status = 200, description = "The request, cancelled", body = Envelope<LockRequestBody>)))]
#[post("/periods/{period}/lock/{request_id}/cancel")]
pub(crate) async fn cancel_lock(
    context: Context,
    key: PeriodPath,
    request: RequestPath,
) -> Result<HttpResponse, Problem> {
    let call = context.write(Hash::of(b""))?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || period::cancel_lock(&app, &call, key.0, request.0)).await?;
    Ok(Answer::ok(&context).replayed(done.replayed).data(LockRequestBody::from(&done.value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use utoipa::PartialSchema;

    #[test]
    fn statuses_of_the_document_are_those_of_the_domain() {
        let periods = [PeriodStatus::Open, PeriodStatus::SoftLocked, PeriodStatus::Locked];
        let requests = [
            LockRequestStatus::Pending,
            LockRequestStatus::Approved,
            LockRequestStatus::Cancelled,
            LockRequestStatus::Expired,
        ];
        assert_eq!(
            serde_json::to_value(PeriodStatusSchema::schema()).unwrap()["enum"],
            json!(periods.map(PeriodStatus::name))
        );
        assert_eq!(
            serde_json::to_value(LockRequestStatusSchema::schema()).unwrap()["enum"],
            json!(requests.map(LockRequestStatus::name))
        );
    }
}
