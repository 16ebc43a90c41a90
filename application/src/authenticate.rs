//! Who is calling: a key or a session token is looked up by its SHA-256.

use crate::app::App;
use crate::error::{Error, Result, Unauthenticated};
use crate::role::role_named;
use partita_domain::actor::Actor;
use partita_domain::api_key::{ApiKey, KeyState, RateLimits};
use partita_domain::hash::Hash;
use partita_domain::id::{ApiKeyId, CompanyId, SessionId, UserId};
use partita_domain::permission::Permissions;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use time::{Duration, PrimitiveDateTime};

/// A caller that was looked up is believed for this long; another process's revocation is seen within it.
const BELIEVED: Duration = Duration::milliseconds(500);
/// When a key was last used is noted this precisely.
const TOUCH_EVERY: Duration = Duration::minutes(1);
/// At most so many callers are remembered.
const REMEMBERED: usize = 10_000;

/// By which credential somebody calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    /// A key.
    Key(ApiKeyId),
    /// A session.
    Session(SessionId),
}

/// Somebody who is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The company the credential belongs to.
    pub company: CompanyId,
    /// Who.
    pub actor: Actor,
    /// The person, or the person who made the key.
    pub user_id: Option<UserId>,
    /// What it may do.
    pub permissions: Permissions,
    /// How often.
    pub rate_limits: RateLimits,
    /// By which credential.
    pub credential: Credential,
    /// The origins whose pages may call.
    pub cors_allowlist: Vec<String>,
}

/// Callers that were looked up a moment ago.
#[derive(Default)]
pub(crate) struct Callers(Mutex<HashMap<Hash, (PrimitiveDateTime, Arc<Caller>)>>);

impl Callers {
    fn get(&self, hash: Hash, now: PrimitiveDateTime) -> Option<Arc<Caller>> {
        let callers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        callers
            .get(&hash)
            .filter(|(seen, _)| *seen <= now && now - *seen < BELIEVED)
            .map(|(_, caller)| caller.clone())
    }

    fn put(&self, hash: Hash, now: PrimitiveDateTime, caller: &Arc<Caller>) {
        let mut callers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if callers.len() >= REMEMBERED {
            callers.clear();
        }
        callers.insert(hash, (now, caller.clone()));
    }

    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Who was found to have this key or session token a moment ago, without asking the store.
#[must_use]
pub fn remembered(app: &App, secret: &str) -> Option<Arc<Caller>> {
    app.callers.get(Hash::of(secret.as_bytes()), app.clock.now())
}

/// Looks up who has this key or session token.
///
/// # Errors
/// [`Error::Unauthenticated`], saying why.
pub fn authenticate(app: &App, secret: &str) -> Result<Arc<Caller>> {
    let hash = Hash::of(secret.as_bytes());
    let now = app.clock.now();
    if let Some(caller) = app.callers.get(hash, now) {
        return Ok(caller);
    }
    let (of_key, of_session) = app.store.read(CompanyId::INSTALLATION, |tx| {
        let of_key = tx.directory().company_of_key(hash)?;
        let of_session = if of_key.is_none() { tx.directory().company_of_session(hash)? } else { None };
        Ok((of_key, of_session))
    })?;
    let caller = match (of_key, of_session) {
        (Some(company), _) => by_key(app, company, hash, now)?,
        (None, Some(company)) => by_session(app, company, hash, now)?,
        (None, None) => return Err(Error::Unauthenticated(Unauthenticated::Invalid)),
    };
    let caller = Arc::new(caller);
    app.callers.put(hash, now, &caller);
    Ok(caller)
}

fn by_key(app: &App, company: CompanyId, hash: Hash, now: PrimitiveDateTime) -> Result<Caller> {
    let (key, cors_allowlist): (ApiKey, Vec<String>) = app.store.read(company, |tx| {
        let key =
            tx.api_keys().find_by_hash(hash)?.ok_or(Error::Unauthenticated(Unauthenticated::Invalid))?;
        Ok((key, tx.settings().find()?.map(|settings| settings.cors_allowlist).unwrap_or_default()))
    })?;
    match key.state_at(now) {
        KeyState::Live => {}
        KeyState::Expired => return Err(Error::Unauthenticated(Unauthenticated::ExpiredKey)),
        KeyState::Revoked => return Err(Error::Unauthenticated(Unauthenticated::RevokedKey)),
    }
    if key.last_used_at.is_none_or(|used| now - used >= TOUCH_EVERY) {
        // When a key was last used is telemetry, not a change of the books; a store that cannot write still reads.
        let _ = app.store.write(company, |tx| Ok(tx.api_keys().touch(key.id, now)?));
    }
    Ok(Caller {
        company,
        actor: Actor::Key(key.id),
        user_id: key.user_id,
        permissions: key.permissions,
        rate_limits: key.rate_limits,
        credential: Credential::Key(key.id),
        cors_allowlist,
    })
}

fn by_session(app: &App, company: CompanyId, hash: Hash, now: PrimitiveDateTime) -> Result<Caller> {
    let ended = || Error::Unauthenticated(Unauthenticated::ExpiredSession);
    app.store.read(company, |tx| {
        let session =
            tx.sessions().find_by_hash(hash)?.filter(|session| session.is_live_at(now)).ok_or_else(ended)?;
        let user = tx.users().find(session.user_id)?.filter(|user| user.is_active).ok_or_else(ended)?;
        let settings = tx.settings().find()?;
        Ok(Caller {
            company,
            actor: Actor::User(user.id),
            user_id: Some(user.id),
            permissions: role_named(tx, &user.role)?.map(|role| role.permissions).unwrap_or_default(),
            rate_limits: settings.as_ref().map(|settings| settings.default_rate_limits).unwrap_or_default(),
            credential: Credential::Session(session.id),
            cors_allowlist: settings.map(|settings| settings.cors_allowlist).unwrap_or_default(),
        })
    })
}
