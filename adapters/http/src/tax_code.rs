//! `/tax-codes`: what is added to lines, at which rate, and which accounts take it.

mod body;

use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::json::Json;
use crate::paging::list_query;
use crate::path::{ExternalId, Id};
use crate::problem::Problem;
use crate::query::Query;
use crate::service_config::ServiceConfig;
use actix_web::{HttpResponse, delete, get, post, put};
use body::{TaxCodeBody, TaxCodeWriteBody, TaxTypeSchema};
use partita_application::tax_code::{self, TaxCodeFilter};
use partita_domain::hash::Hash;
use partita_domain::id::TaxCodeId;
use partita_domain::tax_code::TaxType;
use std::sync::Arc;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list).service(create).service(upsert).service(get_one).service(update).service(remove);
}

list_query! {
    /// Which tax codes.
    TaxCodeQuery {
        /// Of this type.
        #[param(value_type = Option<TaxTypeSchema>)]
        tax_type: TaxType,
        /// Active or not.
        active: bool,
        /// With this external id.
        external_id: String,
        /// With this text in code or name.
        q: String,
    }
}

/// List tax codes
///
/// By code. Filters are combined.
#[utoipa::path(tag = "Taxes", operation_id = "listTaxCodes", params(TaxCodeQuery), responses((status = 200, description = "Some tax codes", body = Envelope<Vec<TaxCodeBody>>)))]
#[get("/tax-codes")]
pub(crate) async fn list(context: Context, query: Query<TaxCodeQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let query = query.0;
    let paging = query.paging()?;
    let page = paging.page(|cursor| Some(cursor.to_owned()))?;
    let filter = TaxCodeFilter {
        tax_type: query.tax_type,
        is_active: query.active,
        external_id: query.external_id,
        q: query.q,
    };
    let app = Arc::clone(&context.app);
    let listed = blocking(move || tax_code::list(&app, &call, &filter, &page)).await?;
    Ok(Answer::ok(&context).list(&paging, listed, |code| TaxCodeBody::from(code), String::clone))
}

/// Create a tax code
///
/// Give `rate` in whole basis points or `rate_decimal` with up to 2 decimal places of a basis point. A code with a
/// rate needs the account that takes the tax.
#[utoipa::path(tag = "Taxes", operation_id = "createTaxCode", request_body = TaxCodeWriteBody, responses((status = 201, description = "The tax code", body = Envelope<TaxCodeBody>)))]
#[post("/tax-codes")]
pub(crate) async fn create(context: Context, json: Json<TaxCodeWriteBody>) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let draft = json.body.into_draft()?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || tax_code::open(&app, &call, &draft)).await?;
    let code = &done.value;
    Ok(Answer::created(&context, &format!("/tax-codes/{}", code.id))
        .replayed(done.replayed)
        .version(code.version)
        .data(TaxCodeBody::from(code)))
}

/// Get a tax code
#[utoipa::path(tag = "Taxes", operation_id = "getTaxCode", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The tax code", body = Envelope<TaxCodeBody>)))]
#[get("/tax-codes/{id}")]
pub(crate) async fn get_one(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let code = blocking(move || tax_code::find(&app, &call, TaxCodeId(id.0))).await?;
    Ok(Answer::ok(&context).version(code.version).data(TaxCodeBody::from(&code)))
}

/// Update a tax code
///
/// Replaces all fields. Once entries name the code, `rate`, `tax_type`, `is_compound` and `is_exempt` stay
/// (`has_history`): a new rate is a new code with a later `effective_from`.
#[utoipa::path(tag = "Taxes", operation_id = "updateTaxCode", params(("id" = Uuid, Path, description = "Its id")), request_body = TaxCodeWriteBody, responses((status = 200, description = "The tax code", body = Envelope<TaxCodeBody>)))]
#[put("/tax-codes/{id}")]
pub(crate) async fn update(
    context: Context,
    id: Id,
    json: Json<TaxCodeWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let version = context.version(json.body.version())?;
    let draft = json.body.into_draft()?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || tax_code::revise(&app, &call, TaxCodeId(id.0), version, &draft)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(TaxCodeBody::from(&done.value)))
}

/// Create or update a tax code by external id
#[utoipa::path(tag = "Taxes", operation_id = "putTaxCodeByExternalId", params(("external_id" = String, Path, description = "The integrator's own id")), request_body = TaxCodeWriteBody, responses((status = 200, description = "It was there and is changed", body = Envelope<TaxCodeBody>), (status = 201, description = "It is created", body = Envelope<TaxCodeBody>)))]
#[put("/tax-codes/external/{external_id}")]
pub(crate) async fn upsert(
    context: Context,
    external_id: ExternalId,
    json: Json<TaxCodeWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let version = context.version(json.body.version())?;
    external_id.agrees(json.body.external_id.as_deref())?;
    let draft = json.body.into_draft()?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || tax_code::upsert(&app, &call, &external_id.0, version, &draft)).await?;
    let code = &done.value.value;
    let answer = if done.value.created {
        Answer::created(&context, &format!("/tax-codes/{}", code.id))
    } else {
        Answer::ok(&context)
    };
    Ok(answer.replayed(done.replayed).version(code.version).data(TaxCodeBody::from(code)))
}

/// Deactivate a tax code
///
/// Documents keep what they have, new ones cannot name it. Nothing is ever removed.
#[utoipa::path(tag = "Taxes", operation_id = "deactivateTaxCode", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The tax code, no longer active", body = Envelope<TaxCodeBody>)))]
#[delete("/tax-codes/{id}")]
pub(crate) async fn remove(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.write(Hash::of(b""))?;
    let version = context.version(None)?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || tax_code::deactivate(&app, &call, TaxCodeId(id.0), version)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(TaxCodeBody::from(&done.value)))
}
