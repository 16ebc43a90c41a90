//! Pages of other origins may call when a company's settings allow theirs.

use crate::problem::Problem;
use crate::request::{Gate, REQUEST_ID, request_id};
use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue, ORIGIN};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{ResponseError, web};
use partita_application::{App, settings};
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};
use time::{Duration, PrimitiveDateTime};

/// The allowed origins are read again after this long.
const BELIEVED: Duration = Duration::seconds(1);

/// The origins that are allowed now.
#[derive(Default)]
pub(crate) struct Origins(RwLock<(Option<PrimitiveDateTime>, BTreeSet<String>)>);

impl Origins {
    /// Reads them again if they are old; blocks.
    pub(crate) fn refresh(&self, app: &App) {
        let now = app.clock.now();
        let is_fresh =
            |seen: Option<PrimitiveDateTime>| seen.is_some_and(|seen| seen <= now && now - seen < BELIEVED);
        if is_fresh(self.0.read().unwrap_or_else(PoisonError::into_inner).0) {
            return;
        }
        match settings::cors_origins(app) {
            Ok(origins) => *self.0.write().unwrap_or_else(PoisonError::into_inner) = (Some(now), origins),
            Err(error) => tracing::warn!(%error, "the allowed origins could not be read"),
        }
    }

    fn allow(&self, origin: &HeaderValue) -> bool {
        origin
            .to_str()
            .is_ok_and(|origin| self.0.read().unwrap_or_else(PoisonError::into_inner).1.contains(origin))
    }
}

/// Around the middleware below, since that one answers preflights by itself: reads the origins again if they are old.
pub(crate) async fn refresh(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let (gate, app) = (req.app_data::<web::Data<Gate>>().cloned(), req.app_data::<web::Data<App>>().cloned());
    if req.headers().contains_key(ORIGIN)
        && let (Some(gate), Some(app)) = (gate, app.clone())
    {
        let _ = web::block(move || gate.origins.refresh(&app)).await;
    }
    let answered = next.call(req).await?;
    if answered.request().method() != Method::OPTIONS || answered.response().error().is_none() {
        return Ok(answered.map_into_left_body());
    }
    // Who looks for the reason in the tools of a browser finds it as everywhere else.
    let problem = Problem::new(
        StatusCode::FORBIDDEN,
        "forbidden",
        "pages of this origin may not call; cors_allowlist in the settings names those that may",
    );
    let (req, _) = answered.into_parts();
    let response = match &app {
        Some(app) => {
            let request_id = request_id(app, req.headers());
            let mut response = problem.response(&request_id, app.clock.now());
            if let Ok(value) = HeaderValue::from_str(&request_id) {
                response.headers_mut().insert(REQUEST_ID, value);
            }
            response
        }
        None => problem.error_response(),
    };
    Ok(ServiceResponse::new(req, response).map_into_right_body())
}

/// The middleware that answers preflights and marks answers.
pub(crate) fn cors(origins: &Arc<Origins>) -> Cors {
    let origins = Arc::clone(origins);
    let exposed = [
        "x-request-id",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "idempotency-replayed",
        "etag",
        "location",
        "retry-after",
        "content-disposition",
    ];
    Cors::default()
        .allowed_origin_fn(move |origin, _| origins.allow(origin))
        .allowed_methods(["GET", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers([
            "x-api-key",
            "authorization",
            "content-type",
            "idempotency-key",
            "if-match",
            "x-request-id",
        ])
        .expose_headers(exposed.map(HeaderName::from_static))
        .max_age(600)
        .block_on_origin_mismatch(false)
}
