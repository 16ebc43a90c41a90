//! `/recurring`: templates of invoices, bills and journal entries that recur.

mod body;
mod payload;
mod run;

pub use body::{RecurringBody, RecurringWriteBody};
pub use payload::{RecurringBillBody, RecurringEntryBody, RecurringInvoiceBody};
pub use run::{RecurringRunBody, RecurringRunWriteBody};

use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::json::Json;
use crate::paging::list_query;
use crate::path::{ExternalId, Id};
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::Day;
use crate::service_config::ServiceConfig;
use actix_web::{HttpResponse, delete, get, post, put, web};
use body::RecurringKindSchema;
use partita_application::ports::RecurringFilter;
use partita_application::recurring;
use partita_domain::hash::Hash;
use partita_domain::id::RecurringId;
use partita_domain::recurring::RecurringKind;
use std::sync::Arc;
use uuid::Uuid;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list)
        .service(create)
        .service(run::run)
        // Other methods of this path are none, although they would fit `/recurring/{id}`.
        .route("/recurring/run", web::route().to(crate::routes::nothing))
        .service(upsert)
        .service(get_one)
        .service(update)
        .service(remove);
}

list_query! {
    /// Which templates.
    RecurringQuery {
        /// Of this kind.
        #[param(value_type = Option<RecurringKindSchema>)]
        kind: RecurringKind,
        /// Active or not.
        active: bool,
        /// With this external id.
        external_id: String,
        /// Whose next occurrence is before this day.
        due_before: Day,
        /// With this text in the name.
        q: String,
    }
}

/// A cursor is the id and the sort name of the last template seen.
fn read_cursor(text: &str) -> Option<(String, RecurringId)> {
    let id = Uuid::try_parse(text.get(..36)?).ok()?;
    Some((text.get(36..)?.to_owned(), RecurringId(id)))
}

fn write_cursor((name, id): &(String, RecurringId)) -> String {
    format!("{id}{name}")
}

/// List recurring templates
///
/// By name, of the kinds that the caller may read. Filters are combined.
#[utoipa::path(tag = "Recurring", operation_id = "listRecurring", params(RecurringQuery), responses((status = 200, description = "Some templates", body = Envelope<Vec<RecurringBody>>)))]
#[get("/recurring")]
pub(crate) async fn list(context: Context, query: Query<RecurringQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let query = query.0;
    let paging = query.paging()?;
    let page = paging.page(read_cursor)?;
    let filter = RecurringFilter {
        kinds: query.kind.map_or(RecurringKind::ALL.to_vec(), |kind| vec![kind]),
        is_active: query.active,
        external_id: query.external_id,
        due_before: query.due_before.map(|day| day.0),
        q: query.q,
    };
    let app = Arc::clone(&context.app);
    let listed = blocking(move || recurring::list(&app, &call, &filter, &page)).await?;
    Ok(Answer::ok(&context).list(&paging, listed, |template| RecurringBody::from(template), write_cursor))
}

/// Create a recurring template
///
/// What it makes is tried out on its first date, so that what cannot be made is refused now. Needs `sales:write` for an
/// invoice, `purchases:write` for a bill, `journal:write` for an entry.
#[utoipa::path(tag = "Recurring", operation_id = "createRecurring", request_body = RecurringWriteBody, responses((status = 201, description = "The template", body = Envelope<RecurringBody>)))]
#[post("/recurring")]
pub(crate) async fn create(
    context: Context,
    json: Json<RecurringWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    if json.body.version.is_some() {
        return Err(Problem::field("version", "unknown_field", "what is new has no version yet"));
    }
    let draft = json.body.into_draft()?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || recurring::make(&app, &call, &draft)).await?;
    let template = &done.value;
    Ok(Answer::created(&context, &format!("/recurring/{}", template.id))
        .replayed(done.replayed)
        .version(template.version)
        .data(RecurringBody::from(template)))
}

/// Get a recurring template
#[utoipa::path(tag = "Recurring", operation_id = "getRecurring", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The template", body = Envelope<RecurringBody>)))]
#[get("/recurring/{id}")]
pub(crate) async fn get_one(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let template = blocking(move || recurring::find(&app, &call, RecurringId(id.0))).await?;
    Ok(Answer::ok(&context).version(template.version).data(RecurringBody::from(&template)))
}

/// Update a recurring template
///
/// Replaces all fields. The series goes on after the last occurrence that was made, so that no date is made twice.
#[utoipa::path(tag = "Recurring", operation_id = "updateRecurring", params(("id" = Uuid, Path, description = "Its id")), request_body = RecurringWriteBody, responses((status = 200, description = "The template", body = Envelope<RecurringBody>)))]
#[put("/recurring/{id}")]
pub(crate) async fn update(
    context: Context,
    id: Id,
    json: Json<RecurringWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let version = context.version(json.body.version())?;
    let draft = json.body.into_draft()?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || recurring::revise(&app, &call, RecurringId(id.0), version, &draft)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(RecurringBody::from(&done.value)))
}

/// Create or update a recurring template by external id
#[utoipa::path(tag = "Recurring", operation_id = "putRecurringByExternalId", params(("external_id" = String, Path, description = "The integrator's own id")), request_body = RecurringWriteBody, responses((status = 200, description = "It was there and is changed", body = Envelope<RecurringBody>), (status = 201, description = "It is created", body = Envelope<RecurringBody>)))]
#[put("/recurring/external/{external_id}")]
pub(crate) async fn upsert(
    context: Context,
    external_id: ExternalId,
    json: Json<RecurringWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let version = context.version(json.body.version())?;
    external_id.agrees(json.body.external_id.as_deref())?;
    let draft = json.body.into_draft()?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || recurring::upsert(&app, &call, &external_id.0, version, &draft)).await?;
    let template = &done.value.value;
    let answer = if done.value.created {
        Answer::created(&context, &format!("/recurring/{}", template.id))
    } else {
        Answer::ok(&context)
    };
    Ok(answer.replayed(done.replayed).version(template.version).data(RecurringBody::from(template)))
}

/// Deactivate a recurring template
///
/// Nothing is made of it any more. What was made stays, and so does the template.
#[utoipa::path(tag = "Recurring", operation_id = "deactivateRecurring", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The template, no longer active", body = Envelope<RecurringBody>)))]
#[delete("/recurring/{id}")]
pub(crate) async fn remove(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.write(Hash::of(b""))?;
    let version = context.version(None)?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || recurring::deactivate(&app, &call, RecurringId(id.0), version)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(RecurringBody::from(&done.value)))
}
