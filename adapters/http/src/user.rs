//! `/users`: people who may log in.

use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::json::Json;
use crate::paging::list_query;
use crate::path::{ExternalId, Id};
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::{Moment, Whole};
use crate::service_config::ServiceConfig;
use crate::session::hashing;
use actix_web::{HttpResponse, delete, get, post, put};
use partita_application::user::{self, UserDraft, UserFilter};
use partita_domain::hash::{Hash, Hasher};
use partita_domain::id::UserId;
use partita_domain::user::User;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list)
        .service(create)
        .service(upsert)
        .service(get_one)
        .service(update)
        .service(remove)
        .service(set_password);
}

// Not `Debug`: it holds a password.
/// A new user.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserCreateBody {
    /// The integrator's own id for it, unique among users.
    #[schema(min_length = 1, max_length = 255)]
    external_id: Option<String>,
    /// The name to log in with, unique in the company: lower-case letters, digits and `._-@+`.
    #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9._@+-]+$", example = "ada")]
    username: String,
    /// Where letters go.
    #[schema(min_length = 3, max_length = 254, format = Email, example = "ada@example.org")]
    email: Option<String>,
    /// The name of a role, which may do no more than the caller.
    #[schema(min_length = 1, max_length = 64, example = "accountant")]
    role: String,
    /// The password; only its argon2id hash is kept.
    #[schema(format = Password, min_length = 12, max_length = 256)]
    password: String,
    /// Whether it may log in; true by default.
    is_active: Option<bool>,
}

/// A user, as a caller changes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserUpdateBody {
    /// The integrator's own id for it, unique among users.
    #[schema(min_length = 1, max_length = 255)]
    external_id: Option<String>,
    /// The name to log in with, unique in the company: lower-case letters, digits and `._-@+`.
    #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9._@+-]+$", example = "ada")]
    username: String,
    /// Where letters go.
    #[schema(min_length = 3, max_length = 254, format = Email, example = "ada@example.org")]
    email: Option<String>,
    /// The name of a role, which may do no more than the caller.
    #[schema(min_length = 1, max_length = 64, example = "accountant")]
    role: String,
    /// Whether it may log in; true by default.
    is_active: Option<bool>,
    /// The version that the caller has seen; or send `If-Match`.
    version: Option<Whole>,
}

// Not `Debug`: it may hold a password.
/// A user, as a caller puts it under an external id.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserPutBody {
    /// The external id of the path, if it is repeated.
    #[schema(min_length = 1, max_length = 255)]
    external_id: Option<String>,
    /// The name to log in with, unique in the company: lower-case letters, digits and `._-@+`.
    #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9._@+-]+$", example = "ada")]
    username: String,
    /// Where letters go.
    #[schema(min_length = 3, max_length = 254, format = Email, example = "ada@example.org")]
    email: Option<String>,
    /// The name of a role, which may do no more than the caller.
    #[schema(min_length = 1, max_length = 64, example = "accountant")]
    role: String,
    /// The password of a new user; one that exists keeps its own.
    #[schema(format = Password, min_length = 12, max_length = 256)]
    password: Option<String>,
    /// Whether it may log in; true by default.
    is_active: Option<bool>,
    /// The version that the caller has seen; or send `If-Match`.
    #[schema(value_type = Option<i64>, minimum = 1)]
    version: Option<Whole>,
}

// Not `Debug`: it holds one.
/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordSetBody {
    /// The new password; only its argon2id hash is kept.
    #[schema(format = Password, min_length = 12, max_length = 256)]
    password: String,
}

impl UserCreateBody {
    /// Its password, and what else it says in domain terms.
    fn into_parts(self) -> (UserDraft, String) {
        let draft = UserDraft {
            external_id: self.external_id,
            username: self.username,
            email: self.email,
            role: self.role,
            is_active: self.is_active.unwrap_or(true),
        };
        (draft, self.password)
    }
}

impl UserUpdateBody {
    fn into_draft(self) -> UserDraft {
        UserDraft {
            external_id: self.external_id,
            username: self.username,
            email: self.email,
            role: self.role,
            is_active: self.is_active.unwrap_or(true),
        }
    }
}

/// What tells a new user from another one, without the password: what is remembered under an idempotency key is a fast
/// digest, and passwords are guessed from those a thousand times faster than from their argon2id hashes.
fn digest_without_password(draft: &UserDraft) -> Hash {
    let mut hasher = Hasher::default();
    hasher.optional(draft.external_id.as_deref());
    hasher.text(&draft.username).optional(draft.email.as_deref()).text(&draft.role);
    hasher.number(i64::from(draft.is_active));
    hasher.finish()
}

/// A user.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserBody {
    /// Its id.
    id: Uuid,
    /// The integrator's own id for it.
    external_id: Option<String>,
    /// The name to log in with.
    #[schema(example = "ada")]
    username: String,
    /// Where letters go.
    #[schema(example = "ada@example.org")]
    email: Option<String>,
    /// The name of the role.
    #[schema(example = "accountant")]
    role: String,
    /// Whether it may log in.
    is_active: bool,
    /// When it last logged in.
    last_login_at: Option<Moment>,
    /// When it was made.
    created_at: Moment,
    /// When it last changed.
    updated_at: Moment,
    /// Counts its changes from 1.
    version: i64,
}

impl From<&User> for UserBody {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.0,
            external_id: user.external_id.clone(),
            username: user.username.clone(),
            email: user.email.clone(),
            role: user.role.clone(),
            is_active: user.is_active,
            last_login_at: user.last_login_at.map(Moment),
            created_at: Moment(user.created_at),
            updated_at: Moment(user.updated_at),
            version: user.version,
        }
    }
}

list_query! {
    /// Which users.
    UserQuery {
        /// With this role.
        role: String,
        /// Active or not.
        active: bool,
        /// With this external id.
        external_id: String,
    }
}

/// List users
///
/// By name. Filters are combined.
#[utoipa::path(tag = "Users", operation_id = "listUsers", params(UserQuery), responses((status = 200, description = "A part of the users", body = Envelope<Vec<UserBody>>)))]
#[get("/users")]
pub(crate) async fn list(context: Context, query: Query<UserQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let query = query.0;
    let paging = query.paging()?;
    let page = paging.page(|cursor| cursor.parse::<i64>().ok())?;
    let filter = UserFilter { is_active: query.active, role: query.role, external_id: query.external_id };
    let app = Arc::clone(&context.app);
    let listed = blocking(move || user::list(&app, &call, &filter, &page)).await?;
    Ok(Answer::ok(&context).list(&paging, listed, |user| UserBody::from(user), i64::to_string))
}

/// Create a user
///
/// Nobody gives a role that may do more than they may themselves. When the request is repeated under its
/// `Idempotency-Key`, the password is not compared.
#[utoipa::path(tag = "Users", operation_id = "createUser", request_body = UserCreateBody, responses((status = 201, description = "The user", body = Envelope<UserBody>)))]
#[post("/users")]
pub(crate) async fn create(context: Context, json: Json<UserCreateBody>) -> Result<HttpResponse, Problem> {
    let (draft, password) = json.body.into_parts();
    let call = context.write(digest_without_password(&draft))?;
    let app = Arc::clone(&context.app);
    let done = hashing(move || user::create(&app, &call, &draft, &password)).await?;
    let user = &done.value;
    Ok(Answer::created(&context, &format!("/users/{}", user.id))
        .replayed(done.replayed)
        .version(user.version)
        .data(UserBody::from(user)))
}

/// Get a user
#[utoipa::path(tag = "Users", operation_id = "getUser", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The user", body = Envelope<UserBody>)))]
#[get("/users/{id}")]
pub(crate) async fn get_one(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let user = blocking(move || user::find(&app, &call, UserId(id.0))).await?;
    Ok(Answer::ok(&context).version(user.version).data(UserBody::from(&user)))
}

/// Update a user
///
/// Replaces all fields but the password. A new role counts from the next request on. The last active owner stays one
/// (`conflict`).
#[utoipa::path(tag = "Users", operation_id = "updateUser", params(("id" = Uuid, Path, description = "Its id")), request_body = UserUpdateBody, responses((status = 200, description = "The user", body = Envelope<UserBody>)))]
#[put("/users/{id}")]
pub(crate) async fn update(
    context: Context,
    id: Id,
    json: Json<UserUpdateBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let version = context.version(json.body.version.map(|version| version.0))?;
    let draft = json.body.into_draft();
    let app = Arc::clone(&context.app);
    let done = blocking(move || user::revise(&app, &call, UserId(id.0), version, &draft)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(UserBody::from(&done.value)))
}

/// Create or update a user by external id
///
/// A new user needs a password; one that exists keeps its own. When the request is repeated under its
/// `Idempotency-Key`, the password is not compared.
#[utoipa::path(tag = "Users", operation_id = "putUserByExternalId", params(("external_id" = String, Path, description = "The integrator's own id")), request_body = UserPutBody, responses((status = 200, description = "It was there and is changed", body = Envelope<UserBody>), (status = 201, description = "It is created", body = Envelope<UserBody>)))]
#[put("/users/external/{external_id}")]
pub(crate) async fn upsert(
    context: Context,
    external_id: ExternalId,
    json: Json<UserPutBody>,
) -> Result<HttpResponse, Problem> {
    let body = json.body;
    external_id.agrees(body.external_id.as_deref())?;
    let version = context.version(body.version.map(|version| version.0))?;
    let draft = UserDraft {
        external_id: None,
        username: body.username,
        email: body.email,
        role: body.role,
        is_active: body.is_active.unwrap_or(true),
    };
    let call = context.write(digest_without_password(&draft))?;
    let app = Arc::clone(&context.app);
    let password = body.password;
    let done =
        hashing(move || user::upsert(&app, &call, &external_id.0, version, &draft, password.as_deref()))
            .await?;
    let user = &done.value.value;
    let answer = if done.value.created {
        Answer::created(&context, &format!("/users/{}", user.id))
    } else {
        Answer::ok(&context)
    };
    Ok(answer.replayed(done.replayed).version(user.version).data(UserBody::from(user)))
}

/// Deactivate a user
///
/// No log-in works any more and every session ends; the name stays in every record. Keys that the user made go on
/// working until they are revoked.
#[utoipa::path(tag = "Users", operation_id = "deactivateUser", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The user, no longer active", body = Envelope<UserBody>)))]
#[delete("/users/{id}")]
pub(crate) async fn remove(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.write(Hash::of(b""))?;
    let version = context.version(None)?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || user::deactivate(&app, &call, UserId(id.0), version)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(UserBody::from(&done.value)))
}

/// Set a user's password
///
/// As an administrator does when it was forgotten: every session of the user ends, and a lock-out too. Safe to repeat
/// with or without an `Idempotency-Key`, which is not remembered here.
#[utoipa::path(tag = "Users", operation_id = "setUserPassword", params(("id" = Uuid, Path, description = "Its id")), request_body = PasswordSetBody, responses((status = 200, description = "The user", body = Envelope<UserBody>)))]
#[post("/users/{id}/password")]
pub(crate) async fn set_password(
    context: Context,
    id: Id,
    json: Json<PasswordSetBody>,
) -> Result<HttpResponse, Problem> {
    // Without an idempotency key: remembered without the password, a second one under the same key would seem to be set.
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let done = hashing(move || user::set_password(&app, &call, UserId(id.0), &json.body.password)).await?;
    Ok(Answer::ok(&context).version(done.value.version).data(UserBody::from(&done.value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_user_is_told_from_another_one_whatever_the_password() {
        let body = |username: &str, password: &str| UserCreateBody {
            external_id: None,
            username: username.to_owned(),
            email: None,
            role: "viewer".to_owned(),
            password: password.to_owned(),
            is_active: None,
        };
        let digest = |body: UserCreateBody| digest_without_password(&body.into_parts().0);
        let ada = digest(body("ada", "correct horse battery"));
        assert_eq!(ada, digest(body("ada", "another horse battery")));
        assert_ne!(ada, digest(body("bob", "correct horse battery")));
        assert_ne!(ada, digest(UserCreateBody { is_active: Some(false), ..body("ada", "") }));
        assert_ne!(ada, digest(UserCreateBody { external_id: Some("ada".to_owned()), ..body("ada", "") }));
    }
}
