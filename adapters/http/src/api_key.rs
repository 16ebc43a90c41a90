//! `/api-keys`: what programs call with.

use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::json::Json;
use crate::paging::list_query;
use crate::path::Id;
use crate::problem::Problem;
use crate::query::Query;
use crate::role::{GivenPermissions, PermissionNameSchema};
use crate::scalar::{Moment, Whole, present};
use crate::service_config::ServiceConfig;
use actix_web::{HttpResponse, delete, get, patch, post};
use partita_application::api_key::{self, IssuedKey, NewKey};
use partita_domain::api_key::{ApiKey, KeyState, RateLimits};
use partita_domain::hash::Hash;
use partita_domain::id::ApiKeyId;
use partita_domain::permission::Permissions;
use serde::{Deserialize, Deserializer, Serialize};
use std::sync::Arc;
use time::PrimitiveDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list).service(create).service(get_one).service(update).service(revoke).service(rotate);
}

/// A new key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApiKeyCreateBody {
    /// What it is for.
    #[schema(min_length = 1, max_length = 100, example = "Web shop")]
    name: String,
    /// What it may do; no more than the caller.
    permissions: GivenPermissions,
    /// Requests a minute. Without any limit, what the settings say; beside another limit, 600.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 10_000_000)]
    rate_limit_per_minute: Option<Whole>,
    /// Requests an hour.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 10_000_000)]
    rate_limit_per_hour: Option<Whole>,
    /// Requests a day.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 10_000_000)]
    rate_limit_per_day: Option<Whole>,
    /// When it stops working; never when absent.
    expires_at: Option<Moment>,
}

impl ApiKeyCreateBody {
    /// What it says, in domain terms.
    ///
    /// # Errors
    /// 400 for a permission that does not exist, and for a limit out of range.
    fn into_new(self) -> Result<NewKey, Problem> {
        let per_minute = limit(self.rate_limit_per_minute, "rate_limit_per_minute")?;
        let per_hour = limit(self.rate_limit_per_hour, "rate_limit_per_hour")?;
        let per_day = limit(self.rate_limit_per_day, "rate_limit_per_day")?;
        let says_any = per_minute.or(per_hour).or(per_day).is_some();
        let per_minute = per_minute.unwrap_or(RateLimits::default().per_minute);
        Ok(NewKey {
            name: self.name,
            permissions: self.permissions.read()?,
            rate_limits: says_any.then_some(RateLimits { per_minute, per_hour, per_day }),
            expires_at: self.expires_at.map(|moment| moment.0),
        })
    }
}

/// A change of a key: what is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApiKeyPatchBody {
    /// What it is for.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false, min_length = 1, max_length = 100, example = "Web shop")]
    name: Option<String>,
    /// What it may do; no more than the caller.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    permissions: Option<GivenPermissions>,
    /// Requests a minute.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = Option<i64>, nullable = false, minimum = 1, maximum = 10_000_000)]
    rate_limit_per_minute: Option<Whole>,
    /// Requests an hour; `null` lifts the limit.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 10_000_000)]
    rate_limit_per_hour: Option<Option<Whole>>,
    /// Requests a day; `null` lifts the limit.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 10_000_000)]
    rate_limit_per_day: Option<Option<Whole>>,
    /// When it stops working; `null` means never.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Moment>)]
    expires_at: Option<Option<Moment>>,
    /// The version that the caller has seen; or send `If-Match`.
    version: Option<Whole>,
}

/// What a patch says, in domain terms.
#[derive(Debug, PartialEq, Eq)]
struct Patch {
    name: Option<String>,
    permissions: Option<Permissions>,
    per_minute: Option<u32>,
    per_hour: Option<Option<u32>>,
    per_day: Option<Option<u32>>,
    expires_at: Option<Option<PrimitiveDateTime>>,
}

impl ApiKeyPatchBody {
    /// What it says, in domain terms.
    ///
    /// # Errors
    /// 400 for a permission that does not exist, and for a limit out of range.
    fn into_patch(self) -> Result<Patch, Problem> {
        let within =
            |given: Option<Option<Whole>>, field: &str| given.map(|given| limit(given, field)).transpose();
        Ok(Patch {
            name: self.name,
            permissions: self.permissions.map(|given| given.read()).transpose()?,
            per_minute: limit(self.rate_limit_per_minute, "rate_limit_per_minute")?,
            per_hour: within(self.rate_limit_per_hour, "rate_limit_per_hour")?,
            per_day: within(self.rate_limit_per_day, "rate_limit_per_day")?,
            expires_at: self.expires_at.map(|given| given.map(|moment| moment.0)),
        })
    }
}

impl Patch {
    /// The whole key as it shall be.
    fn onto(self, key: &ApiKey) -> NewKey {
        NewKey {
            name: self.name.unwrap_or_else(|| key.name.clone()),
            permissions: self.permissions.unwrap_or(key.permissions),
            rate_limits: Some(RateLimits {
                per_minute: self.per_minute.unwrap_or(key.rate_limits.per_minute),
                per_hour: self.per_hour.unwrap_or(key.rate_limits.per_hour),
                per_day: self.per_day.unwrap_or(key.rate_limits.per_day),
            }),
            expires_at: self.expires_at.unwrap_or(key.expires_at),
        }
    }
}

fn limit(given: Option<Whole>, field: &str) -> Result<Option<u32>, Problem> {
    given.map(|given| given.narrow(field)).transpose()
}

/// For fields of a `PATCH` that cannot be cleared: absent leaves as it is, `null` is of the wrong type.
fn not_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Whether a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeyStatus {
    /// It works.
    Active,
    /// Its time is over.
    Expired,
    /// Somebody revoked it.
    Revoked,
}

impl From<KeyState> for KeyStatus {
    fn from(state: KeyState) -> Self {
        match state {
            KeyState::Live => Self::Active,
            KeyState::Expired => Self::Expired,
            KeyState::Revoked => Self::Revoked,
        }
    }
}

/// A key, without its characters.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiKeyBody {
    /// Its id.
    id: Uuid,
    /// What it is for.
    #[schema(example = "Web shop")]
    name: String,
    /// Its first 8 characters, to be recognised by.
    #[schema(example = "h7Kq2mZ9")]
    prefix: String,
    /// What it may do; `admin` implies all others.
    #[schema(value_type = Vec<PermissionNameSchema>)]
    permissions: Vec<String>,
    /// Requests a minute.
    #[schema(example = 600)]
    rate_limit_per_minute: u32,
    /// Requests an hour.
    rate_limit_per_hour: Option<u32>,
    /// Requests a day.
    rate_limit_per_day: Option<u32>,
    /// The person who made it.
    user_id: Option<Uuid>,
    /// The key it was paired from.
    paired_from: Option<Uuid>,
    /// Whether it works.
    status: KeyStatus,
    /// When it stops working.
    expires_at: Option<Moment>,
    /// When it was revoked.
    revoked_at: Option<Moment>,
    /// When it was last used, to the minute.
    last_used_at: Option<Moment>,
    /// When it was made.
    created_at: Moment,
    /// When it last changed.
    updated_at: Moment,
    /// Counts its changes from 1.
    version: i64,
}

impl ApiKeyBody {
    /// A key as it stands at a moment.
    pub(crate) fn of(key: &ApiKey, now: PrimitiveDateTime) -> Self {
        Self {
            id: key.id.0,
            name: key.name.clone(),
            prefix: key.prefix.clone(),
            permissions: key.permissions.names(),
            rate_limit_per_minute: key.rate_limits.per_minute,
            rate_limit_per_hour: key.rate_limits.per_hour,
            rate_limit_per_day: key.rate_limits.per_day,
            user_id: key.user_id.map(|id| id.0),
            paired_from: key.paired_from.map(|id| id.0),
            status: key.state_at(now).into(),
            expires_at: key.expires_at.map(Moment),
            revoked_at: key.revoked_at.map(Moment),
            last_used_at: key.last_used_at.map(Moment),
            created_at: Moment(key.created_at),
            updated_at: Moment(key.updated_at),
            version: key.version,
        }
    }
}

// Not `Debug`: it holds the key itself.
/// A key that was just issued.
#[derive(Serialize, ToSchema)]
pub(crate) struct IssuedKeyBody {
    /// The key as it is kept.
    #[serde(flatten)]
    api_key: ApiKeyBody,
    /// Its 64 characters. They are shown only here; absent when an earlier request is replayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 64, max_length = 64)]
    key: Option<String>,
}

impl IssuedKeyBody {
    /// A key as it stands at a moment, with its characters.
    pub(crate) fn of(issued: &IssuedKey, now: PrimitiveDateTime) -> Self {
        Self { api_key: ApiKeyBody::of(&issued.api_key, now), key: issued.secret.clone() }
    }
}

list_query! {
    /// Which keys.
    ApiKeyQuery {
        /// Revoked ones too; they are left out by default.
        revoked: bool,
    }
}

/// List API keys
///
/// Oldest first.
#[utoipa::path(tag = "API keys", operation_id = "listApiKeys", params(ApiKeyQuery), responses((status = 200, description = "A part of the keys", body = Envelope<Vec<ApiKeyBody>>)))]
#[get("/api-keys")]
pub(crate) async fn list(context: Context, query: Query<ApiKeyQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let query = query.0;
    let paging = query.paging()?;
    let page = paging.page(|cursor| cursor.parse::<i64>().ok())?;
    let with_revoked = query.revoked.unwrap_or(false);
    let app = Arc::clone(&context.app);
    let listed = blocking(move || api_key::list(&app, &call, with_revoked, &page)).await?;
    let now = context.app.clock.now();
    Ok(Answer::ok(&context).list(&paging, listed, |key| ApiKeyBody::of(key, now), i64::to_string))
}

/// Create an API key
///
/// The answer shows the key, once. Nobody makes a key that may do more than they may themselves.
#[utoipa::path(tag = "API keys", operation_id = "createApiKey", request_body = ApiKeyCreateBody, responses((status = 201, description = "The key, with its 64 characters", body = Envelope<IssuedKeyBody>)))]
#[post("/api-keys")]
pub(crate) async fn create(context: Context, json: Json<ApiKeyCreateBody>) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let new = json.body.into_new()?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || api_key::create(&app, &call, &new)).await?;
    let key = &done.value.api_key;
    Ok(Answer::created(&context, &format!("/api-keys/{}", key.id))
        .replayed(done.replayed)
        .version(key.version)
        .data(IssuedKeyBody::of(&done.value, context.app.clock.now())))
}

/// Get an API key
///
/// Without its characters: they are not kept.
#[utoipa::path(tag = "API keys", operation_id = "getApiKey", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The key", body = Envelope<ApiKeyBody>)))]
#[get("/api-keys/{id}")]
pub(crate) async fn get_one(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let key = blocking(move || api_key::find(&app, &call, ApiKeyId(id.0))).await?;
    let now = context.app.clock.now();
    Ok(Answer::ok(&context).version(key.version).data(ApiKeyBody::of(&key, now)))
}

/// Update an API key
///
/// Changes what is given and leaves the rest; so it needs `users:read` as well as `users:write`. The characters of the
/// key stay the same.
#[utoipa::path(tag = "API keys", operation_id = "updateApiKey", params(("id" = Uuid, Path, description = "Its id")), request_body = ApiKeyPatchBody, responses((status = 200, description = "The key", body = Envelope<ApiKeyBody>)))]
#[patch("/api-keys/{id}")]
pub(crate) async fn update(
    context: Context,
    id: Id,
    json: Json<ApiKeyPatchBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let version = context.version(json.body.version.map(|version| version.0))?;
    let patch = json.body.into_patch()?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || {
        let key = api_key::find(&app, &call, ApiKeyId(id.0))?;
        // What was not given was read a moment ago: somebody else's change in between is a conflict, not lost.
        let version = version.unwrap_or(key.version);
        api_key::revise(&app, &call, key.id, Some(version), &patch.onto(&key))
    })
    .await?;
    let now = context.app.clock.now();
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(ApiKeyBody::of(&done.value, now)))
}

/// Revoke an API key
///
/// For ever, and at once. It stays in the list (`revoked=true`) and in every record.
#[utoipa::path(tag = "API keys", operation_id = "revokeApiKey", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The key, revoked", body = Envelope<ApiKeyBody>)))]
#[delete("/api-keys/{id}")]
pub(crate) async fn revoke(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.write(Hash::of(b""))?;
    let version = context.version(None)?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || api_key::revoke(&app, &call, ApiKeyId(id.0), version)).await?;
    let now = context.app.clock.now();
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(ApiKeyBody::of(&done.value, now)))
}

/// Rotate an API key
///
/// Gives it new characters, shown once in the answer; the old ones stop working at once. Everything else stays.
#[utoipa::path(tag = "API keys", operation_id = "rotateApiKey", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The key, with its new 64 characters", body = Envelope<IssuedKeyBody>)))]
#[post("/api-keys/{id}/rotate")]
pub(crate) async fn rotate(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.write(Hash::of(b""))?;
    let version = context.version(None)?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || api_key::rotate(&app, &call, ApiKeyId(id.0), version)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.api_key.version)
        .data(IssuedKeyBody::of(&done.value, context.app.clock.now())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;
    use time::macros::datetime;

    fn key() -> ApiKey {
        let at = datetime!(2026-01-01 0:00);
        ApiKey {
            id: ApiKeyId(Uuid::from_u128(1)),
            name: "Web shop".to_owned(),
            prefix: "h7Kq2mZ9".to_owned(),
            key_hash: Hash::of(b"key"),
            permissions: Permissions::read_only(),
            rate_limits: RateLimits { per_minute: 60, per_hour: Some(600), per_day: None },
            user_id: None,
            paired_from: None,
            expires_at: Some(datetime!(2027-01-01 0:00)),
            revoked_at: None,
            last_used_at: None,
            created_at: at,
            updated_at: at,
            version: 3,
        }
    }

    fn patched(json: &str) -> Result<NewKey, Problem> {
        Ok(parse::<ApiKeyPatchBody>(json.as_bytes())?.into_patch()?.onto(&key()))
    }

    #[test]
    fn an_empty_patch_leaves_everything() {
        let new = patched("{}").unwrap();
        assert_eq!(
            new,
            NewKey {
                name: key().name,
                permissions: key().permissions,
                rate_limits: Some(key().rate_limits),
                expires_at: key().expires_at,
            }
        );
    }

    #[test]
    fn a_patch_changes_what_is_given_and_null_clears() {
        let new = patched(
            "{\"name\": \"Till\", \"permissions\": [\"journal:read\"], \"rate_limit_per_hour\": null, \
             \"rate_limit_per_day\": 9000, \"expires_at\": null}",
        )
        .unwrap();
        assert_eq!(new.name, "Till");
        assert_eq!(new.permissions.names(), ["journal:read"]);
        let limits = RateLimits { per_minute: 60, per_hour: None, per_day: Some(9000) };
        assert_eq!(new.rate_limits, Some(limits));
        assert_eq!(new.expires_at, None);
    }

    #[test]
    fn what_cannot_be_cleared_refuses_null() {
        for field in ["name", "permissions", "rate_limit_per_minute"] {
            let problem = patched(&format!("{{\"{field}\": null}}")).unwrap_err();
            assert_eq!(problem.details["field"], field);
            assert_eq!(problem.details["constraint"], "type");
        }
        let problem = patched("{\"rate_limit_per_day\": -1}").unwrap_err();
        assert_eq!(problem.details["constraint"], "range");
    }

    #[test]
    fn limits_of_a_new_key_come_from_the_settings_unless_one_is_given() {
        let new = |limits: &str| {
            let json = format!("{{\"name\": \"Till\", \"permissions\": \"read_only\"{limits}}}");
            parse::<ApiKeyCreateBody>(json.as_bytes()).unwrap().into_new().unwrap().rate_limits
        };
        assert_eq!(new(""), None);
        let limits = RateLimits { per_minute: 600, per_hour: None, per_day: Some(5) };
        assert_eq!(new(", \"rate_limit_per_day\": 5"), Some(limits));
    }

    #[test]
    fn an_issued_key_is_a_key_with_its_characters() {
        let body = |secret: Option<&str>| {
            let issued = IssuedKey { api_key: key(), secret: secret.map(str::to_owned) };
            serde_json::to_value(IssuedKeyBody::of(&issued, datetime!(2028-01-01 0:00))).unwrap()
        };
        let shown = body(Some("characters"));
        assert_eq!((&shown["key"], &shown["prefix"]), (&"characters".into(), &"h7Kq2mZ9".into()));
        assert_eq!(shown["status"], "expired");
        assert!(shown.get("key_hash").is_none());
        assert!(body(None).get("key").is_none());
    }
}
