//! Keys of programs: issue, change, rotate, revoke.

use crate::account::check_version;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::page::{Listed, Page, part};
use crate::ports::Tx;
use crate::role::refuse_more_than_own;
use crate::settings::settings_of;
use partita_domain::api_key::{ApiKey, KeyState, RateLimits};
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::hash::Hash;
use partita_domain::id::{ApiKeyId, UserId};
use partita_domain::permission::{Permission, Permissions};
use partita_domain::refusal::{Constraint, Refusal};
use time::PrimitiveDateTime;

/// What the audit trail calls a key.
pub const RESOURCE: &str = "api_key";
/// A key has this many characters.
pub const KEY_LENGTH: usize = 64;
/// So many of them are kept to recognise it by.
const PREFIX_LENGTH: usize = 8;

/// What a caller may say of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// What for.
    pub name: String,
    /// What it may do; no more than its maker.
    pub permissions: Permissions,
    /// How often; what the settings say by default.
    pub rate_limits: Option<RateLimits>,
    /// When it stops working.
    pub expires_at: Option<PrimitiveDateTime>,
}

/// A key that was just issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedKey {
    /// The key as it is kept.
    pub api_key: ApiKey,
    /// Its 64 characters; absent when an earlier outcome is replayed, since they are never stored.
    pub secret: Option<String>,
}

/// Issues a key.
///
/// # Errors
/// `validation_error`; `forbidden` for permissions that the caller has not.
pub fn create(app: &App, call: &Call, new: &NewKey) -> Result<Done<IssuedKey>> {
    call.need(Permission::USERS_WRITE)?;
    refuse_more_than_own(call, new.permissions)?;
    let secret = app.secrets.alphanumeric(KEY_LENGTH)?;
    let done = change(app, call, Permission::USERS_WRITE, |tx, at| {
        refuse_past(new.expires_at, at)?;
        let (key, happening) = issue_in(app, tx, new, &secret, call.user_id, None, at)?;
        Ok(Changed::one(key, happening))
    })?;
    Ok(issued(done, secret))
}

/// Changes name, permissions, limits or expiry of a key.
///
/// # Errors
/// As [`create`]; `not_found`, `version_conflict`; `invalid_state` for a revoked key.
pub fn revise(
    app: &App,
    call: &Call,
    id: ApiKeyId,
    version: Option<i64>,
    draft: &NewKey,
) -> Result<Done<ApiKey>> {
    refuse_more_than_own(call, draft.permissions)?;
    change(app, call, Permission::USERS_WRITE, |tx, at| {
        let before = live(tx, call, id, version)?;
        if draft.expires_at != before.expires_at {
            refuse_past(draft.expires_at, at)?;
        }
        let after = ApiKey {
            name: draft.name.clone(),
            permissions: draft.permissions,
            rate_limits: draft.rate_limits.unwrap_or(before.rate_limits),
            expires_at: draft.expires_at,
            updated_at: at,
            version: before.version + 1,
            ..before.clone()
        };
        after.check()?;
        tx.api_keys().update(&after)?;
        let happening = happened("api_key.updated", Some(&before), &after);
        Ok(Changed::one(after, happening))
    })
}

/// Gives a key new characters; the old ones stop working at once.
///
/// # Errors
/// `not_found`, `version_conflict`, `forbidden`; `invalid_state` for a revoked key.
pub fn rotate(app: &App, call: &Call, id: ApiKeyId, version: Option<i64>) -> Result<Done<IssuedKey>> {
    call.need(Permission::USERS_WRITE)?;
    let secret = app.secrets.alphanumeric(KEY_LENGTH)?;
    let done = change(app, call, Permission::USERS_WRITE, |tx, at| {
        let before = live(tx, call, id, version)?;
        let after = ApiKey {
            prefix: secret.chars().take(PREFIX_LENGTH).collect(),
            key_hash: Hash::of(secret.as_bytes()),
            updated_at: at,
            version: before.version + 1,
            ..before.clone()
        };
        tx.api_keys().update(&after)?;
        let happening = happened("api_key.rotated", Some(&before), &after);
        Ok(Changed::one(after, happening))
    })?;
    Ok(issued(done, secret))
}

/// Revokes a key, for ever.
///
/// # Errors
/// `not_found`, `version_conflict`, `forbidden`; `invalid_state` when it was revoked before.
pub fn revoke(app: &App, call: &Call, id: ApiKeyId, version: Option<i64>) -> Result<Done<ApiKey>> {
    change(app, call, Permission::USERS_WRITE, |tx, at| {
        let before = live(tx, call, id, version)?;
        let after =
            ApiKey { revoked_at: Some(at), updated_at: at, version: before.version + 1, ..before.clone() };
        tx.api_keys().update(&after)?;
        let happening = happened("api_key.revoked", Some(&before), &after);
        Ok(Changed::one(after, happening))
    })
}

/// Lists keys, oldest first; revoked ones only when asked for.
///
/// # Errors
/// [`Error::Forbidden`].
pub fn list(app: &App, call: &Call, with_revoked: bool, page: &Page<i64>) -> Result<Listed<ApiKey, i64>> {
    call.need(Permission::USERS_READ)?;
    let mut keys = app.store.read(call.company, |tx| Ok(tx.api_keys().list()?))?;
    keys.retain(|key| with_revoked || key.revoked_at.is_none());
    Ok(part(keys, page))
}

/// One key.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(app: &App, call: &Call, id: ApiKeyId) -> Result<ApiKey> {
    call.need(Permission::USERS_READ)?;
    app.store.read(call.company, |tx| tx.api_keys().find(id)?.ok_or_else(|| Error::not_found("API key", id)))
}

/// Issues a key within a transaction.
pub(crate) fn issue_in(
    app: &App,
    tx: &mut dyn Tx,
    new: &NewKey,
    secret: &str,
    user_id: Option<UserId>,
    paired_from: Option<ApiKeyId>,
    at: PrimitiveDateTime,
) -> Result<(ApiKey, Happening)> {
    let rate_limits = match new.rate_limits {
        Some(limits) => limits,
        None => settings_of(tx)?.default_rate_limits,
    };
    let key = ApiKey {
        id: ApiKeyId(app.ids.next()),
        name: new.name.clone(),
        prefix: secret.chars().take(PREFIX_LENGTH).collect(),
        key_hash: Hash::of(secret.as_bytes()),
        permissions: new.permissions,
        rate_limits,
        user_id,
        paired_from,
        expires_at: new.expires_at,
        revoked_at: None,
        last_used_at: None,
        created_at: at,
        updated_at: at,
        version: 1,
    };
    key.check()?;
    tx.api_keys().insert(&key)?;
    let happening = happened("api_key.created", None, &key);
    Ok((key, happening))
}

/// A key that was not revoked and may do no more than the caller.
pub(crate) fn live(tx: &mut dyn Tx, call: &Call, id: ApiKeyId, version: Option<i64>) -> Result<ApiKey> {
    let key = tx.api_keys().find(id)?.ok_or_else(|| Error::not_found("API key", id))?;
    refuse_more_than_own(call, key.permissions)?;
    check_version(version, key.version)?;
    if key.state_at(key.created_at) == KeyState::Revoked {
        return Err(Refusal::InvalidState {
            status: "revoked",
            message: "this key was revoked; create a new one".to_owned(),
        }
        .into());
    }
    Ok(key)
}

fn issued(done: Done<ApiKey>, secret: String) -> Done<IssuedKey> {
    let secret = (!done.replayed).then_some(secret);
    Done { value: IssuedKey { api_key: done.value, secret }, replayed: done.replayed }
}

fn refuse_past(expires_at: Option<PrimitiveDateTime>, at: PrimitiveDateTime) -> Result<()> {
    match expires_at {
        Some(end) if end <= at => {
            Err(Refusal::field("expires_at", Constraint::Range, "the expiry lies in the past").into())
        }
        _ => Ok(()),
    }
}

fn happened(action: &'static str, before: Option<&ApiKey>, after: &ApiKey) -> Happening {
    Happening {
        action,
        resource_type: RESOURCE,
        resource_id: after.id.to_string(),
        before: before.and_then(snapshot),
        after: snapshot(after),
        reason: None,
    }
}
