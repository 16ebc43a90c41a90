//! `/items`: what is bought and sold.

mod body;

pub(crate) use body::ItemTypeSchema;
pub use body::{ItemBody, ItemWriteBody};

use crate::context::{Context, blocking, reading};
use crate::envelope::{Answer, Envelope};
use crate::json::Json;
use crate::paging::list_query;
use crate::path::{ExternalId, Id};
use crate::problem::Problem;
use crate::query::Query;
use crate::service_config::ServiceConfig;
use actix_web::{HttpResponse, delete, get, post, put};
use partita_application::item;
use partita_application::ports::ItemFilter;
use partita_domain::hash::Hash;
use partita_domain::id::ItemId;
use partita_domain::item::ItemType;
use std::sync::Arc;
use uuid::Uuid;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list).service(create).service(upsert).service(get_one).service(update).service(remove);
}

list_query! {
    /// Which items.
    ItemQuery {
        /// Of this type.
        #[serde(rename = "type")]
        #[param(rename = "type", value_type = Option<ItemTypeSchema>)]
        item_type: ItemType,
        /// Active or not.
        active: bool,
        /// With this external id.
        external_id: String,
        /// With this number in stock.
        sku: String,
        /// With exactly this name.
        name: String,
        /// With this text in name, number in stock or description.
        q: String,
    }
}

/// A cursor is the id and the sort name of the last item seen.
fn read_cursor(text: &str) -> Option<(String, ItemId)> {
    let id = Uuid::try_parse(text.get(..36)?).ok()?;
    Some((text.get(36..)?.to_owned(), ItemId(id)))
}

fn write_cursor((name, id): &(String, ItemId)) -> String {
    format!("{id}{name}")
}

/// List items
///
/// By name. Filters are combined.
#[utoipa::path(tag = "Items", operation_id = "listItems", params(ItemQuery), responses((status = 200, description = "Some items", body = Envelope<Vec<ItemBody>>)))]
#[get("/items")]
pub(crate) async fn list(context: Context, query: Query<ItemQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let query = query.0;
    let paging = query.paging()?;
    let page = paging.page(read_cursor)?;
    let filter = ItemFilter {
        item_type: query.item_type,
        is_active: query.active,
        external_id: query.external_id,
        sku: query.sku,
        name: query.name,
        q: query.q,
    };
    let app = Arc::clone(&context.app);
    let listed = blocking(move || item::list(&app, &call, &filter, &page)).await?;
    Ok(Answer::ok(&context).list(&paging, listed, |item| ItemBody::from(item), write_cursor))
}

/// Create an item
///
/// An inventory item needs accounts for its value and its cost, and a way to value it.
#[utoipa::path(tag = "Items", operation_id = "createItem", request_body = ItemWriteBody, responses((status = 201, description = "The item", body = Envelope<ItemBody>)))]
#[post("/items")]
pub(crate) async fn create(context: Context, json: Json<ItemWriteBody>) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let draft = json.body.into_draft()?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || item::make(&app, &call, &draft)).await?;
    let item = &done.value.item;
    Ok(Answer::created(&context, &format!("/items/{}", item.id))
        .replayed(done.replayed)
        .version(item.version)
        .data(ItemBody::from(&done.value)))
}

/// Get an item
#[utoipa::path(tag = "Items", operation_id = "getItem", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The item", body = Envelope<ItemBody>)))]
#[get("/items/{id}")]
pub(crate) async fn get_one(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let item = reading(&context, call.company, move || item::find(&app, &call, ItemId(id.0))).await?;
    Ok(Answer::ok(&context).version(item.item.version).data(ItemBody::from(&item)))
}

/// Update an item
///
/// Replaces all fields. Once its stock has moved, type, cost method and asset account stay (`has_history`).
#[utoipa::path(tag = "Items", operation_id = "updateItem", params(("id" = Uuid, Path, description = "Its id")), request_body = ItemWriteBody, responses((status = 200, description = "The item", body = Envelope<ItemBody>)))]
#[put("/items/{id}")]
pub(crate) async fn update(
    context: Context,
    id: Id,
    json: Json<ItemWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let version = context.version(json.body.version())?;
    let draft = json.body.into_draft()?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || item::revise(&app, &call, ItemId(id.0), version, &draft)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.item.version)
        .data(ItemBody::from(&done.value)))
}

/// Create or update an item by external id
#[utoipa::path(tag = "Items", operation_id = "putItemByExternalId", params(("external_id" = String, Path, description = "The integrator's own id")), request_body = ItemWriteBody, responses((status = 200, description = "It was there and is changed", body = Envelope<ItemBody>), (status = 201, description = "It is created", body = Envelope<ItemBody>)))]
#[put("/items/external/{external_id}")]
pub(crate) async fn upsert(
    context: Context,
    external_id: ExternalId,
    json: Json<ItemWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let version = context.version(json.body.version())?;
    external_id.agrees(json.body.external_id.as_deref())?;
    let draft = json.body.into_draft()?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || item::upsert(&app, &call, &external_id.0, version, &draft)).await?;
    let item = &done.value.value;
    let answer = if done.value.created {
        Answer::created(&context, &format!("/items/{}", item.item.id))
    } else {
        Answer::ok(&context)
    };
    Ok(answer.replayed(done.replayed).version(item.item.version).data(ItemBody::from(item)))
}

/// Deactivate an item
///
/// What names it stays, new documents cannot. Nothing is ever removed.
#[utoipa::path(tag = "Items", operation_id = "deactivateItem", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The item, no longer active", body = Envelope<ItemBody>)))]
#[delete("/items/{id}")]
pub(crate) async fn remove(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.write(Hash::of(b""))?;
    let version = context.version(None)?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || item::deactivate(&app, &call, ItemId(id.0), version)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.item.version)
        .data(ItemBody::from(&done.value)))
}
