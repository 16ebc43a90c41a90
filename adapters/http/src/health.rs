//! Whether the service works: no credential, no limit.

use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::problem::Problem;
use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use std::sync::Arc;
use time::PrimitiveDateTime;
use utoipa::ToSchema;

/// When the service began.
pub(crate) struct Started(pub(crate) PrimitiveDateTime);

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthBody {
    /// `ok`.
    #[schema(example = "ok")]
    pub status: &'static str,
    /// `ok`: the database answered just now.
    #[schema(example = "ok")]
    pub database: &'static str,
    /// The version of Partita.
    #[schema(example = "0.1.0")]
    pub version: &'static str,
    /// Seconds since the service began.
    pub uptime_seconds: i64,
}

/// Health
///
/// Asks the database and answers 200, or 503 when it does not answer.
#[utoipa::path(tag = "Health and discovery", operation_id = "getHealth", security(()), responses((status = 200, description = "The service works", body = Envelope<HealthBody>)))]
#[get("/health")]
pub(crate) async fn health(context: Context, started: web::Data<Started>) -> Result<HttpResponse, Problem> {
    let app = Arc::clone(&context.app);
    blocking(move || Ok(app.store.ping()?)).await?;
    let uptime_seconds = (context.app.clock.now() - started.0).whole_seconds();
    Ok(Answer::ok(&context).data(HealthBody {
        status: "ok",
        database: "ok",
        version: env!("CARGO_PKG_VERSION"),
        uptime_seconds,
    }))
}
