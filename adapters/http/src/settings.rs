//! `/settings`: what a company has decided about its books and its API.

mod body;
mod default_accounts;

use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::json::Json;
use crate::problem::Problem;
use crate::service_config::ServiceConfig;
use actix_web::{HttpResponse, get, put};
use body::{SettingsBody, SettingsWriteBody, TradeBody};
use partita_application::settings::{self, SettingsDraft};
use std::sync::Arc;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get_one).service(update);
}

/// Get the settings
#[utoipa::path(tag = "Settings", operation_id = "getSettings", responses((status = 200, description = "The settings", body = Envelope<SettingsBody>)))]
#[get("/settings")]
pub(crate) async fn get_one(context: Context) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let settings = blocking(move || settings::find(&app, &call)).await?;
    Ok(Answer::ok(&context).version(settings.version).data(SettingsBody::from(&settings)))
}

/// Update the settings
///
/// Replaces all of them. Accounts that Partita posts to become system accounts, which stay active.
#[utoipa::path(tag = "Settings", operation_id = "updateSettings", request_body = SettingsWriteBody, responses((status = 200, description = "The settings", body = Envelope<SettingsBody>)))]
#[put("/settings")]
pub(crate) async fn update(context: Context, json: Json<SettingsWriteBody>) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let body = json.body;
    let version = context.version(body.version.map(|version| version.0))?;
    let draft = SettingsDraft {
        default_accounts: body.default_accounts.into_accounts(),
        cors_allowlist: body.cors_allowlist,
        closed_period_policy: body.closed_period_policy,
        default_rate_limits: body.default_rate_limit.into_limits()?,
        trade: body.trade.map(TradeBody::into_policy),
    };
    let app = Arc::clone(&context.app);
    let done = blocking(move || settings::revise(&app, &call, version, &draft)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(SettingsBody::from(&done.value)))
}
