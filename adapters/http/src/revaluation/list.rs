//! Finding revaluations.

use super::body::{RevaluationBody, RevaluationStatusSchema};
use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::paging::{check_dates, list_query, read_dated_cursor, write_dated_cursor};
use crate::path::Id;
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::Day;
use actix_web::{HttpResponse, get};
use partita_application::ports::RevaluationFilter;
use partita_application::revaluation;
use partita_domain::id::RevaluationId;
use partita_domain::revaluation::RevaluationState;
use std::sync::Arc;

list_query! {
    /// Which revaluations.
    RevaluationsQuery {
        /// Dated on or after.
        from: Day,
        /// Dated on or before.
        to: Day,
        /// Standing (`posted`) or `void`.
        #[param(value_type = Option<RevaluationStatusSchema>)]
        status: RevaluationState,
        /// With this external id.
        external_id: String,
    }
}

/// List revaluations
///
/// Newest first, without their items. `meta.total_count` is absent when the list is continued by cursor.
#[utoipa::path(tag = "Revaluations", operation_id = "listRevaluations", params(RevaluationsQuery), responses((status = 200, description = "A part of the revaluations", body = Envelope<Vec<RevaluationBody<'static>>>)))]
#[get("/revaluations")]
pub(crate) async fn list(context: Context, query: Query<RevaluationsQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let query = query.0;
    let paging = query.paging()?;
    check_dates(query.from, query.to)?;
    let page = paging.page(read_dated_cursor)?;
    let filter = RevaluationFilter {
        from: query.from.map(|day| day.0),
        to: query.to.map(|day| day.0),
        state: query.status,
        external_id: query.external_id,
    };
    let app = Arc::clone(&context.app);
    let listed = blocking(move || revaluation::list(&app, &call, &filter, &page)).await?;
    let bodies: Vec<RevaluationBody<'_>> = listed.items.iter().map(RevaluationBody::from).collect();
    let next = listed.next.as_ref().map(write_dated_cursor);
    Ok(Answer::ok(&context).items(&paging, &bodies, listed.total_count, next))
}

/// Get a revaluation
///
/// With its items.
#[utoipa::path(tag = "Revaluations", operation_id = "getRevaluation", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The revaluation", body = Envelope<RevaluationBody<'static>>)))]
#[get("/revaluations/{id}")]
pub(crate) async fn get_one(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let found = blocking(move || revaluation::find(&app, &call, RevaluationId(id.0))).await?;
    Ok(Answer::ok(&context).version(found.revaluation.version).data(RevaluationBody::from(&found)))
}
