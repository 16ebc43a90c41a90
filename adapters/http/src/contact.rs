//! `/contacts`: customers, vendors, employees and others.

pub mod batch;
pub mod body;
pub mod list;
pub mod statement;

use crate::context::{Context, blocking, reading};
use crate::envelope::{Answer, Envelope};
use crate::json::Json;
use crate::path::{ExternalId, Id};
use crate::problem::Problem;
use crate::service_config::ServiceConfig;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpResponse, delete, get, post, put, web};
use body::{ContactBody, ContactWriteBody};
use partita_application::contact;
use partita_domain::hash::Hash;
use partita_domain::id::ContactId;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list)
        .service(create)
        .service(batch::batch)
        // Other methods of this path are none, although they would fit `/contacts/{id}`.
        .route("/contacts/batch", web::route().to(crate::routes::nothing))
        .service(upsert)
        .service(get_one)
        .service(update)
        .service(remove)
        .service(reveal)
        .service(statement::show)
        .service(statement::pdf);
}

/// A tax number.
#[derive(Serialize, ToSchema)]
pub struct TaxIdBody {
    /// The number, all of it.
    pub tax_id: String,
}

/// Create a contact
///
/// Refused with `conflict` and `existing_id` when another contact has this name, tax number or VAT id. Names are the same when
/// they differ only in case, accents, punctuation and legal form.
#[utoipa::path(tag = "Contacts", operation_id = "createContact", request_body = ContactWriteBody, responses((status = 201, description = "The contact", body = Envelope<ContactBody>)))]
#[post("/contacts")]
pub(crate) async fn create(context: Context, json: Json<ContactWriteBody>) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let draft = json.body.into_draft();
    let app = Arc::clone(&context.app);
    let done = blocking(move || contact::create(&app, &call, &draft)).await?;
    let made = &done.value;
    Ok(Answer::created(&context, &format!("/contacts/{}", made.contact.id))
        .replayed(done.replayed)
        .version(made.contact.version)
        .data(ContactBody::from(made)))
}

/// Get a contact
#[utoipa::path(tag = "Contacts", operation_id = "getContact", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The contact", body = Envelope<ContactBody>)))]
#[get("/contacts/{id}")]
pub(crate) async fn get_one(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let found = reading(&context, call.company, move || contact::find(&app, &call, ContactId(id.0))).await?;
    Ok(Answer::ok(&context).version(found.contact.version).data(ContactBody::from(&found)))
}

/// Get the tax number of a contact
///
/// All of it. Needs the permission `contacts:reveal`; every look is in the audit trail.
#[utoipa::path(tag = "Contacts", operation_id = "getContactTaxId", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The tax number", body = Envelope<TaxIdBody>)))]
#[get("/contacts/{id}/tax-id")]
pub(crate) async fn reveal(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let tax_id = blocking(move || contact::reveal_tax_id(&app, &call, ContactId(id.0))).await?;
    let mut answer = Answer::ok(&context).data(TaxIdBody { tax_id: tax_id.reveal().to_owned() });
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// Update a contact
///
/// Replaces all fields. A masked `tax_id` that was read before stands for the one that is kept.
#[utoipa::path(tag = "Contacts", operation_id = "updateContact", params(("id" = Uuid, Path, description = "Its id")), request_body = ContactWriteBody, responses((status = 200, description = "The contact", body = Envelope<ContactBody>)))]
#[put("/contacts/{id}")]
pub(crate) async fn update(
    context: Context,
    id: Id,
    json: Json<ContactWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let version = context.version(json.body.version())?;
    let draft = json.body.into_draft();
    let app = Arc::clone(&context.app);
    let done = blocking(move || contact::revise(&app, &call, ContactId(id.0), version, &draft)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.contact.version)
        .data(ContactBody::from(&done.value)))
}

/// Create or update a contact by external id
#[utoipa::path(tag = "Contacts", operation_id = "putContactByExternalId", params(("external_id" = String, Path, description = "The integrator's own id")), request_body = ContactWriteBody, responses((status = 200, description = "It was there and is changed", body = Envelope<ContactBody>), (status = 201, description = "It is created", body = Envelope<ContactBody>)))]
#[put("/contacts/external/{external_id}")]
pub(crate) async fn upsert(
    context: Context,
    external_id: ExternalId,
    json: Json<ContactWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let version = context.version(json.body.version())?;
    external_id.agrees(json.body.external_id.as_deref())?;
    let draft = json.body.into_draft();
    let app = Arc::clone(&context.app);
    let done = blocking(move || contact::upsert(&app, &call, &external_id.0, version, &draft)).await?;
    let put = &done.value.value;
    let answer = if done.value.created {
        Answer::created(&context, &format!("/contacts/{}", put.contact.id))
    } else {
        Answer::ok(&context)
    };
    Ok(answer.replayed(done.replayed).version(put.contact.version).data(ContactBody::from(put)))
}

/// Deactivate a contact
///
/// What names it stays, but new documents and entries cannot name it. Nothing is ever removed.
#[utoipa::path(tag = "Contacts", operation_id = "deactivateContact", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The contact, no longer active", body = Envelope<ContactBody>)))]
#[delete("/contacts/{id}")]
pub(crate) async fn remove(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.write(Hash::of(b""))?;
    let version = context.version(None)?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || contact::deactivate(&app, &call, ContactId(id.0), version)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.contact.version)
        .data(ContactBody::from(&done.value)))
}
