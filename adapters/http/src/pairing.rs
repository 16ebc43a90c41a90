//! `/pair` and pairing codes: a device gets a key of its own.

use crate::api_key::IssuedKeyBody;
use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::json::Json;
use crate::path::Id;
use crate::problem::Problem;
use crate::scalar::Moment;
use crate::service_config::ServiceConfig;
use actix_web::{HttpResponse, post};
use partita_application::pairing;
use partita_domain::hash::Hash;
use partita_domain::id::ApiKeyId;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(open).service(pair);
}

// Not `Debug`: it holds a code.
/// A pairing, as a device asks for it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PairBody {
    /// The code that somebody read off the other device.
    #[schema(min_length = 1, max_length = 64, example = "h7Kq2mZ9xW4t")]
    code: String,
    /// What the new key is called.
    #[schema(min_length = 1, max_length = 100, example = "Till 2")]
    device_name: String,
}

/// A code that was just made.
#[derive(Serialize, ToSchema)]
pub(crate) struct PairingCodeBody {
    /// To be typed into the device. It is shown only here; absent when an earlier request is replayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "h7Kq2mZ9xW4t")]
    code: Option<String>,
    /// When it stops working.
    expires_at: Moment,
}

/// Make a pairing code
///
/// It works once, for ten minutes. The device that uses it gets a key of its own with the permissions, limits and expiry
/// of this one.
#[utoipa::path(tag = "API keys", operation_id = "createPairingCode", params(("id" = Uuid, Path, description = "The id of the key")), responses((status = 201, description = "The code", body = Envelope<PairingCodeBody>)))]
#[post("/api-keys/{id}/pairing-code")]
pub(crate) async fn open(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.write(Hash::of(b""))?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || pairing::open(&app, &call, ApiKeyId(id.0))).await?;
    // A code is not to be looked at again; what it gives access to is.
    Ok(Answer::created(&context, &format!("/api-keys/{}", id.0))
        .replayed(done.replayed)
        .data(PairingCodeBody { code: done.value.code, expires_at: Moment(done.value.expires_at) }))
}

/// Pair a device
///
/// Exchanges a code for a key. A code that is unknown, used or over answers `invalid_api_key`.
#[utoipa::path(tag = "API keys", operation_id = "pairDevice", security(()), request_body = PairBody, responses((status = 201, description = "The key, with its 64 characters", body = Envelope<IssuedKeyBody>)))]
#[post("/pair")]
pub(crate) async fn pair(context: Context, json: Json<PairBody>) -> Result<HttpResponse, Problem> {
    let body = json.body;
    let (app, of) = (Arc::clone(&context.app), context.clone());
    let done = blocking(move || {
        pairing::pair(&app, &body.code, &body.device_name, |company| of.anonymous(company, None))
    })
    .await?;
    let key = &done.value.api_key;
    Ok(Answer::created(&context, &format!("/api-keys/{}", key.id))
        .version(key.version)
        .data(IssuedKeyBody::of(&done.value, context.app.clock.now())))
}
