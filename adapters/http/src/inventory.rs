//! Stocks of items: adjustments, movements, and what all of them are worth.

mod body;
mod valuation;

pub use body::{AdjustedBody, AdjustmentWriteBody, MovementBody};
pub use valuation::ValuationBody;

use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::journal_entry::post::PostQuery;
use crate::json::Json;
use crate::paging::{check_dates, list_query, read_dated_cursor, write_dated_cursor};
use crate::path::{self, Id};
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::Day;
use crate::service_config::ServiceConfig;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, get, post};
use body::{MovementKindParameter, MovementKindSchema};
use partita_application::inventory;
use partita_application::ports::StockFilter;
use partita_domain::id::{DocumentId, ItemId, MovementId};
use std::future::{Ready, ready};
use std::sync::Arc;
use uuid::Uuid;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(adjust).service(list).service(get_one).service(valuation::report);
}

/// The `{movement_id}` of a path.
pub(crate) struct MovementPath(MovementId);

impl FromRequest for MovementPath {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(path::uuid(req, "movement_id").map(|id| Self(MovementId(id))))
    }
}

list_query! {
    /// Which movements.
    MovementQuery {
        /// Of this kind.
        #[param(value_type = Option<MovementKindSchema>)]
        kind: MovementKindParameter,
        /// Dated on or after.
        from: Day,
        /// Dated on or before.
        to: Day,
        /// Of this document.
        document_id: Uuid,
        /// With this external id.
        external_id: String,
    }
}

/// Adjust the stock of an item
///
/// Goods that were lost, found or counted, and those that were there from the beginning. What they are worth is posted
/// between the inventory account and `account_id`. One that is dated before movements which were posted corrects what those
/// have cost, by lines in its own entry; no posted entry changes.
#[utoipa::path(tag = "Items", operation_id = "adjustItem", params(("id" = Uuid, Path, description = "Its id"), PostQuery), request_body = AdjustmentWriteBody, responses((status = 200, description = "What would be posted, for a dry run", body = Envelope<AdjustedBody>), (status = 201, description = "What was posted", body = Envelope<AdjustedBody>)))]
#[post("/items/{id}/adjustments")]
pub(crate) async fn adjust(
    context: Context,
    id: Id,
    query: Query<PostQuery>,
    json: Json<AdjustmentWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = query.0.apply(context.write(json.digest)?);
    let draft = json.body.into_draft()?;
    let app = Arc::clone(&context.app);
    let dry_run = call.dry_run;
    let done = blocking(move || inventory::adjust(&app, &call, ItemId(id.0), &draft)).await?;
    let movement = &done.value.movement;
    let answer = if dry_run {
        Answer::ok(&context)
    } else {
        Answer::created(&context, &format!("/items/{}/movements/{}", movement.item_id, movement.id))
    };
    Ok(answer.replayed(done.replayed).data(AdjustedBody::from(&done.value)))
}

/// List movements of an item
///
/// Newest first. They never change: what was posted by mistake is taken back by another one.
#[utoipa::path(tag = "Items", operation_id = "listItemMovements", params(("id" = Uuid, Path, description = "The item"), MovementQuery), responses((status = 200, description = "Some movements", body = Envelope<Vec<MovementBody>>)))]
#[get("/items/{id}/movements")]
pub(crate) async fn list(
    context: Context,
    id: Id,
    query: Query<MovementQuery>,
) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let query = query.0;
    let paging = query.paging()?;
    let page = paging.page(read_dated_cursor)?;
    check_dates(query.from, query.to)?;
    let filter = StockFilter {
        kind: query.kind.map(|kind| kind.name().to_owned()),
        from: query.from.map(|day| day.0),
        to: query.to.map(|day| day.0),
        document_id: query.document_id.map(DocumentId),
        external_id: query.external_id,
    };
    let app = Arc::clone(&context.app);
    let listed = blocking(move || inventory::list(&app, &call, ItemId(id.0), &filter, &page)).await?;
    Ok(Answer::ok(&context).list(&paging, listed, |record| MovementBody::from(record), write_dated_cursor))
}

/// Get a movement of an item
#[utoipa::path(tag = "Items", operation_id = "getItemMovement", params(("id" = Uuid, Path, description = "The item"), ("movement_id" = Uuid, Path, description = "The movement")), responses((status = 200, description = "The movement", body = Envelope<MovementBody>)))]
#[get("/items/{id}/movements/{movement_id}")]
pub(crate) async fn get_one(
    context: Context,
    id: Id,
    movement: MovementPath,
) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let record = blocking(move || inventory::find(&app, &call, ItemId(id.0), movement.0)).await?;
    Ok(Answer::ok(&context).data(MovementBody::from(&record)))
}
