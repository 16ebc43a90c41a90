//! `/auth`: people log in and out.
//!
//! No operation here looks at an `Idempotency-Key`. What is remembered under one is a fast digest of the body, which
//! would give away a password that its argon2id hash protects; and a log-out that is answered from memory ends nothing.

use crate::api_key::ApiKeyBody;
use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::json::Json;
use crate::problem::Problem;
use crate::role::PermissionNameSchema;
use crate::scalar::Moment;
use crate::service_config::ServiceConfig;
use crate::user::UserBody;
use actix_web::{HttpResponse, get, post, web};
use partita_application::session;
use partita_domain::id::CompanyId;
use partita_domain::money::Currency;
use partita_domain::text;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::Semaphore;
use utoipa::ToSchema;
use uuid::Uuid;

/// So many passwords are hashed at once, whatever the number of threads: each takes some 20 MB.
static HASHING: Semaphore = Semaphore::const_new(2);

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(log_in).service(log_out).service(me).service(change_password);
}

/// Runs what hashes a password on the pool for what blocks, once it is its turn.
///
/// # Errors
/// As [`blocking`].
pub(crate) async fn hashing<T: Send + 'static>(
    work: impl FnOnce() -> partita_application::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let turn = HASHING.acquire().await.map_err(Problem::internal)?;
    // The turn ends with the work, not with this future: that one is dropped when the client hangs up.
    let done = web::block(move || {
        let done = work();
        drop(turn);
        done
    });
    Ok(done.await??)
}

// Not `Debug`: it holds a password.
/// A log-in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginBody {
    /// The name of the user; upper and lower case are the same.
    #[schema(min_length = 1, max_length = 64, example = "ada")]
    username: String,
    /// The password.
    #[schema(format = Password, min_length = 1, max_length = 256)]
    password: String,
    /// The company, needed only where several companies have a user of this name.
    company_id: Option<Uuid>,
}

// Not `Debug`: it holds two.
/// A change of one's own password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordChangeBody {
    /// The present password.
    #[schema(format = Password, min_length = 1, max_length = 256)]
    current_password: String,
    /// The new one; only its argon2id hash is kept.
    #[schema(format = Password, min_length = 12, max_length = 256)]
    new_password: String,
}

/// A session that has just begun.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionBody {
    /// The session token, 64 characters. It is shown only here.
    #[schema(min_length = 64, max_length = 64)]
    token: String,
    /// Always `Bearer`: the token is sent as `Authorization: Bearer <token>`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// When it stops working.
    expires_at: Moment,
    /// Who logged in.
    user: UserBody,
    /// The company of the user.
    company_id: Uuid,
    /// What the user may do; `admin` implies all others.
    #[schema(value_type = Vec<PermissionNameSchema>)]
    permissions: Vec<String>,
}

/// A session that has ended.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoggedOutBody {
    /// Always true.
    #[schema(example = true)]
    logged_out: bool,
}

/// A password that was changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasswordChangedBody {
    /// Always true.
    #[schema(example = true)]
    password_changed: bool,
}

/// The company of a caller.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeCompanyBody {
    /// Its id.
    id: Uuid,
    /// Its name in daily use.
    name: String,
    /// The currency of its books.
    #[schema(value_type = String, example = "USD")]
    base_currency: Currency,
}

/// Who the caller is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeBody {
    /// The company whose books the caller sees.
    company: MeCompanyBody,
    /// The person; for a key, the person who made it.
    user: Option<UserBody>,
    /// The key, when the caller came with one.
    api_key: Option<ApiKeyBody>,
    /// What the caller may do; `admin` implies all others.
    #[schema(value_type = Vec<PermissionNameSchema>)]
    permissions: Vec<String>,
}

/// Log in
///
/// Begins a session of 12 hours. A wrong name and a wrong password answer the same (`unauthorized`). Five wrong passwords
/// in a row lock the user out for 15 minutes (`rate_limited` with `Retry-After`).
#[utoipa::path(tag = "Sessions", operation_id = "logIn", security(()), request_body = LoginBody, responses((status = 200, description = "The session", body = Envelope<SessionBody>)))]
#[post("/auth/login")]
pub(crate) async fn log_in(context: Context, json: Json<LoginBody>) -> Result<HttpResponse, Problem> {
    let body = json.body;
    // Some databases cannot even be asked for a text with a NUL in it.
    text::check(&body.username, "username", 64)?;
    let (app, of) = (Arc::clone(&context.app), context.clone());
    let begun = hashing(move || {
        session::log_in(
            &app,
            &body.username,
            &body.password,
            body.company_id.map(CompanyId),
            |company, user| of.anonymous(company, Some(user)),
        )
    })
    .await?;
    Ok(Answer::ok(&context).data(SessionBody {
        token: begun.token,
        token_type: "Bearer",
        expires_at: Moment(begun.expires_at),
        user: UserBody::from(&begun.user),
        company_id: begun.company.0,
        permissions: begun.permissions.names(),
    }))
}

/// Log out
///
/// Ends the session whose token is sent. A key has no session (`invalid_state`); it is revoked instead.
#[utoipa::path(tag = "Sessions", operation_id = "logOut", responses((status = 200, description = "The session has ended", body = Envelope<LoggedOutBody>)))]
#[post("/auth/logout")]
pub(crate) async fn log_out(context: Context) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let caller = context.caller()?;
    let (app, of) = (Arc::clone(&context.app), context.clone());
    blocking(move || session::log_out(&app, &call, &caller, of.secret())).await?;
    Ok(Answer::ok(&context).data(LoggedOutBody { logged_out: true }))
}

/// Who am I?
///
/// The company, the person, the key and the permissions behind the credential that is sent.
#[utoipa::path(tag = "Sessions", operation_id = "getMe", responses((status = 200, description = "The caller", body = Envelope<MeBody>)))]
#[get("/auth/me")]
pub(crate) async fn me(context: Context) -> Result<HttpResponse, Problem> {
    let caller = context.caller()?;
    let app = Arc::clone(&context.app);
    let me = blocking(move || session::me(&app, &caller)).await?;
    let now = context.app.clock.now();
    Ok(Answer::ok(&context).data(MeBody {
        company: MeCompanyBody {
            id: me.company.id.0,
            name: me.company.name,
            base_currency: me.company.base_currency,
        },
        user: me.user.as_ref().map(UserBody::from),
        api_key: me.api_key.as_ref().map(|key| ApiKeyBody::of(key, now)),
        permissions: me.permissions.names(),
    }))
}

/// Change one's own password
///
/// Every session of the user ends, this one too: log in again. A wrong present password counts as a wrong log-in.
#[utoipa::path(tag = "Sessions", operation_id = "changePassword", request_body = PasswordChangeBody, responses((status = 200, description = "The password is changed", body = Envelope<PasswordChangedBody>)))]
#[post("/auth/password")]
pub(crate) async fn change_password(
    context: Context,
    json: Json<PasswordChangeBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let body = json.body;
    let app = Arc::clone(&context.app);
    hashing(move || session::change_password(&app, &call, &body.current_password, &body.new_password))
        .await?;
    Ok(Answer::ok(&context).data(PasswordChangedBody { password_changed: true }))
}
