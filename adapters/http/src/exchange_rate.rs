//! `/exchange-rates`: what foreign currencies are worth on which day, and what the ECB publishes of it.

mod body;
pub mod ecb;
mod import;

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
use body::{ExchangeRateBody, ExchangeRateWriteBody};
use partita_application::exchange_rate;
use partita_application::ports::ExchangeRateFilter;
use partita_domain::hash::Hash;
use partita_domain::id::ExchangeRateId;
use partita_domain::money::Currency;
use serde::Deserialize;
use std::sync::Arc;
use time::Date;
use utoipa::IntoParams;

/// The operations; literal paths before those with an id.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list)
        .service(create)
        .service(latest)
        .service(import::import)
        // Other methods of these paths are none, although they would fit `/exchange-rates/{id}`.
        .route("/exchange-rates/latest", web::route().to(crate::routes::nothing))
        .route("/exchange-rates/import", web::route().to(crate::routes::nothing))
        .service(upsert)
        .service(get_one)
        .service(update)
        .service(remove);
}

list_query! {
    /// Which rates.
    ExchangeRateQuery {
        /// Of this foreign currency.
        #[param(value_type = Option<String>, min_length = 3, max_length = 3)]
        from_currency: Currency,
        /// Dated on or after.
        #[param(value_type = Option<Day>)]
        from: Day,
        /// Dated on or before.
        #[param(value_type = Option<Day>)]
        to: Day,
        /// From this source, such as `ecb`.
        source: String,
        /// With this external id.
        external_id: String,
    }
}

/// Which rate applies.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LatestQuery {
    /// The foreign currency.
    #[param(value_type = String, min_length = 3, max_length = 3, example = "EUR")]
    pub from_currency: Currency,
    /// On this day; today when absent.
    #[param(value_type = Option<Day>)]
    pub date: Option<Day>,
}

/// List exchange rates
///
/// Newest first, then by currency. Filters are combined.
#[utoipa::path(tag = "Exchange rates", operation_id = "listExchangeRates", params(ExchangeRateQuery), responses((status = 200, description = "Some rates", body = Envelope<Vec<ExchangeRateBody>>)))]
#[get("/exchange-rates")]
pub(crate) async fn list(context: Context, query: Query<ExchangeRateQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let query = query.0;
    let paging = query.paging()?;
    let page = paging.page(|cursor| {
        let (date, currency) = cursor.split_once('_')?;
        let date = serde_json::from_value::<Day>(date.into()).ok()?.0;
        Some((date, Currency::parse(currency, "cursor").ok()?))
    })?;
    let filter = ExchangeRateFilter {
        from_currency: query.from_currency,
        from: query.from.map(|day| day.0),
        to: query.to.map(|day| day.0),
        source: query.source,
        external_id: query.external_id,
    };
    let app = Arc::clone(&context.app);
    let listed = blocking(move || exchange_rate::list(&app, &call, &filter, &page)).await?;
    let cursor = |(date, currency): &(Date, Currency)| format!("{date}_{currency}");
    Ok(Answer::ok(&context).list(&paging, listed, |rate| ExchangeRateBody::from(rate), cursor))
}

/// Create an exchange rate
///
/// One for each foreign currency and day, into the base currency of the company.
#[utoipa::path(tag = "Exchange rates", operation_id = "createExchangeRate", request_body = ExchangeRateWriteBody, responses((status = 201, description = "The rate", body = Envelope<ExchangeRateBody>)))]
#[post("/exchange-rates")]
pub(crate) async fn create(
    context: Context,
    json: Json<ExchangeRateWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let draft = json.body.into_draft()?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || exchange_rate::open(&app, &call, &draft)).await?;
    let rate = &done.value;
    Ok(Answer::created(&context, &format!("/exchange-rates/{}", rate.id))
        .replayed(done.replayed)
        .version(rate.version)
        .data(ExchangeRateBody::from(rate)))
}

/// Get the exchange rate of a day
///
/// The latest on or before the day; documents without a rate of their own take this one.
#[utoipa::path(tag = "Exchange rates", operation_id = "getLatestExchangeRate", params(LatestQuery), responses((status = 200, description = "The rate", body = Envelope<ExchangeRateBody>)))]
#[get("/exchange-rates/latest")]
pub(crate) async fn latest(context: Context, query: Query<LatestQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let LatestQuery { from_currency, date } = query.0;
    let app = Arc::clone(&context.app);
    let rate =
        blocking(move || exchange_rate::latest(&app, &call, from_currency, date.map(|day| day.0))).await?;
    Ok(Answer::ok(&context).version(rate.version).data(ExchangeRateBody::from(&rate)))
}

/// Get an exchange rate
#[utoipa::path(tag = "Exchange rates", operation_id = "getExchangeRate", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The rate", body = Envelope<ExchangeRateBody>)))]
#[get("/exchange-rates/{id}")]
pub(crate) async fn get_one(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let rate = blocking(move || exchange_rate::find(&app, &call, ExchangeRateId(id.0))).await?;
    Ok(Answer::ok(&context).version(rate.version).data(ExchangeRateBody::from(&rate)))
}

/// Update an exchange rate
///
/// Replaces all fields. What was posted carries its own rate and does not change.
#[utoipa::path(tag = "Exchange rates", operation_id = "updateExchangeRate", params(("id" = Uuid, Path, description = "Its id")), request_body = ExchangeRateWriteBody, responses((status = 200, description = "The rate", body = Envelope<ExchangeRateBody>)))]
#[put("/exchange-rates/{id}")]
pub(crate) async fn update(
    context: Context,
    id: Id,
    json: Json<ExchangeRateWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let version = context.version(json.body.version())?;
    let draft = json.body.into_draft()?;
    let app = Arc::clone(&context.app);
    let id = ExchangeRateId(id.0);
    let done = blocking(move || exchange_rate::revise(&app, &call, id, version, &draft)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(ExchangeRateBody::from(&done.value)))
}

/// Create or update an exchange rate by external id
#[utoipa::path(tag = "Exchange rates", operation_id = "putExchangeRateByExternalId", params(("external_id" = String, Path, description = "The integrator's own id")), request_body = ExchangeRateWriteBody, responses((status = 200, description = "It was there and is changed", body = Envelope<ExchangeRateBody>), (status = 201, description = "It is created", body = Envelope<ExchangeRateBody>)))]
#[put("/exchange-rates/external/{external_id}")]
pub(crate) async fn upsert(
    context: Context,
    external_id: ExternalId,
    json: Json<ExchangeRateWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let version = context.version(json.body.version())?;
    external_id.agrees(json.body.external_id.as_deref())?;
    let draft = json.body.into_draft()?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || exchange_rate::upsert(&app, &call, &external_id.0, version, &draft)).await?;
    let rate = &done.value.value;
    let answer = if done.value.created {
        Answer::created(&context, &format!("/exchange-rates/{}", rate.id))
    } else {
        Answer::ok(&context)
    };
    Ok(answer.replayed(done.replayed).version(rate.version).data(ExchangeRateBody::from(rate)))
}

/// Remove an exchange rate
///
/// What was posted carries its own rate; the audit trail keeps what this one was.
#[utoipa::path(tag = "Exchange rates", operation_id = "removeExchangeRate", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The rate as it was", body = Envelope<ExchangeRateBody>)))]
#[delete("/exchange-rates/{id}")]
pub(crate) async fn remove(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.write(Hash::of(b""))?;
    let version = context.version(None)?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || exchange_rate::remove(&app, &call, ExchangeRateId(id.0), version)).await?;
    Ok(Answer::ok(&context).replayed(done.replayed).data(ExchangeRateBody::from(&done.value)))
}
