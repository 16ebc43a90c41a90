//! Pages of other origins may call when a company's settings allow theirs.

use actix_cors::Cors;
use actix_web::http::header::{HeaderName, HeaderValue};
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
