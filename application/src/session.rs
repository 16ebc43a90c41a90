//! Log-ins of people: log in, log out, change the password.

use crate::app::App;
use crate::authenticate::{Caller, Credential};
use crate::call::Call;
use crate::change::{Changed, change};
use crate::error::{Error, Result, Unauthenticated};
use crate::role::role_named;
use crate::user::with_password;
use partita_domain::actor::Actor;
use partita_domain::api_key::ApiKey;
use partita_domain::audit_event::Happening;
use partita_domain::company::Company;
use partita_domain::hash::Hash;
use partita_domain::id::{CompanyId, SessionId, UserId};
use partita_domain::permission::{Permission, Permissions};
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::session::{SESSION_LIFE, Session};
use partita_domain::user::{User, check_password};
use time::PrimitiveDateTime;

/// A token has this many characters.
const TOKEN_LENGTH: usize = 64;

/// A session that has just begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedIn {
    /// To be sent as `Authorization: Bearer`.
    pub token: String,
    /// When it stops working.
    pub expires_at: PrimitiveDateTime,
    /// Who logged in.
    pub user: User,
    /// The company of the user.
    pub company: CompanyId,
    /// What the user may do.
    pub permissions: Permissions,
}

/// Who the caller is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// The company.
    pub company: Company,
    /// The person, or the person who made the key.
    pub user: Option<User>,
    /// The key, when it is one.
    pub api_key: Option<ApiKey>,
    /// What the caller may do.
    pub permissions: Permissions,
}

/// Begins a session. `company` is needed only where several companies have a user of that name. `call_of` makes the call,
/// once it is known who logs in. Five wrong passwords in a row lock the user out for 15 minutes.
///
/// # Errors
/// [`Unauthenticated::WrongPassword`], [`Error::LockedOut`], `company_id` with `required`.
pub fn log_in(
    app: &App,
    username: &str,
    password: &str,
    company: Option<CompanyId>,
    call_of: impl Fn(CompanyId, UserId) -> Call,
) -> Result<LoggedIn> {
    let username = username.to_ascii_lowercase();
    let mut companies = app
        .store
        .read(CompanyId::INSTALLATION, |tx| Ok(tx.directory().companies_of_username(&username)?))?;
    companies.retain(|found| company.is_none_or(|wanted| wanted == *found));
    let (user, company) = match companies.as_slice() {
        [] => (None, CompanyId::INSTALLATION),
        [one] => (app.store.read(*one, |tx| Ok(tx.users().find_by_username(&username)?))?, *one),
        _ => {
            let message = "several companies have a user of this name; say which company";
            return Err(Refusal::field("company_id", Constraint::Required, message).into());
        }
    };
    let now = app.clock.now();
    if let Some(user) = &user {
        refuse_locked_out(user, now)?;
    }
    // An unknown name takes as long as a wrong password.
    let is_right =
        app.passwords.verify(password, user.as_ref().map_or("", |user| user.password_hash.as_str()));
    let Some(user) = user.filter(|user| user.is_active) else {
        return Err(Error::Unauthenticated(Unauthenticated::WrongPassword));
    };
    let call = Call { permissions: Permissions::ADMIN, ..call_of(company, user.id) };
    if !is_right {
        change(app, &call, Permission::USERS_WRITE, |tx, at| {
            let before =
                tx.users().find(user.id)?.ok_or(Error::Unauthenticated(Unauthenticated::WrongPassword))?;
            tx.users().update(&before.after_failure(at))?;
            Ok(Changed::one((), happened("session.refused", user.id)))
        })?;
        return Err(Error::Unauthenticated(Unauthenticated::WrongPassword));
    }
    let token = app.secrets.alphanumeric(TOKEN_LENGTH)?;
    let mut begun = None;
    change(app, &call, Permission::USERS_WRITE, |tx, at| {
        let before =
            tx.users().find(user.id)?.ok_or(Error::Unauthenticated(Unauthenticated::WrongPassword))?;
        refuse_locked_out(&before, at)?;
        let after = before.after_success(at);
        tx.users().update(&after)?;
        let session = Session {
            id: SessionId(app.ids.next()),
            user_id: user.id,
            token_hash: Hash::of(token.as_bytes()),
            created_at: at,
            expires_at: at + SESSION_LIFE,
            ended_at: None,
        };
        tx.sessions().insert(&session)?;
        let permissions = role_named(tx, &after.role)?.map(|role| role.permissions).unwrap_or_default();
        begun = Some((session.expires_at, after, permissions));
        Ok(Changed::one((), happened("session.started", user.id)))
    })?;
    let (expires_at, user, permissions) =
        begun.ok_or(Error::Unauthenticated(Unauthenticated::WrongPassword))?;
    Ok(LoggedIn { token, expires_at, user, company, permissions })
}

/// Ends the caller's session.
///
/// # Errors
/// `invalid_state` for a caller that came with a key.
pub fn log_out(app: &App, call: &Call, caller: &Caller, token: &str) -> Result<()> {
    let (Credential::Session(_), Actor::User(user_id)) = (caller.credential, caller.actor) else {
        return Err(Refusal::InvalidState {
            status: "key",
            message: "a key has no session to end; revoke it instead".to_owned(),
        }
        .into());
    };
    let call = Call { permissions: Permissions::ADMIN, ..call.clone() };
    change(app, &call, Permission::USERS_WRITE, |tx, at| {
        let session = tx
            .sessions()
            .find_by_hash(Hash::of(token.as_bytes()))?
            .ok_or(Error::Unauthenticated(Unauthenticated::ExpiredSession))?;
        tx.sessions().update(&Session { ended_at: Some(at), ..session })?;
        Ok(Changed::one((), happened("session.ended", user_id)))
    })?;
    Ok(())
}

/// Who the caller is.
///
/// # Errors
/// [`Error::Store`].
pub fn me(app: &App, caller: &Caller) -> Result<Me> {
    app.store.read(caller.company, |tx| {
        let user = match caller.user_id {
            Some(id) => tx.users().find(id)?,
            None => None,
        };
        let api_key = match caller.credential {
            Credential::Key(id) => tx.api_keys().find(id)?,
            Credential::Session(_) => None,
        };
        Ok(Me {
            company: crate::balance::company_of(tx, caller.company)?,
            user,
            api_key,
            permissions: caller.permissions,
        })
    })
}

/// Changes the caller's own password; every session of the user ends.
///
/// # Errors
/// `current_password` wrong, `new_password` too short; `invalid_state` for a caller that came with a key.
pub fn change_password(app: &App, call: &Call, current: &str, new: &str) -> Result<()> {
    let Actor::User(id) = call.actor else {
        return Err(
            Refusal::InvalidState { status: "key", message: "a key has no password".to_owned() }.into()
        );
    };
    check_password(new, "new_password")?;
    let user = app
        .store
        .read(call.company, |tx| tx.users().find(id)?.ok_or_else(|| Error::not_found("user", id)))?;
    refuse_locked_out(&user, app.clock.now())?;
    let call = Call { permissions: Permissions::ADMIN, ..call.clone() };
    if !app.passwords.verify(current, &user.password_hash) {
        change(app, &call, Permission::USERS_WRITE, |tx, at| {
            let before = tx.users().find(id)?.ok_or_else(|| Error::not_found("user", id))?;
            tx.users().update(&before.after_failure(at))?;
            Ok(Changed::one((), happened("user.password_refused", id)))
        })?;
        return Err(Refusal::field(
            "current_password",
            Constraint::Format,
            "this is not the present password",
        )
        .into());
    }
    let hash = app.passwords.hash(new)?;
    change(app, &call, Permission::USERS_WRITE, |tx, at| {
        let before = tx.users().find(id)?.ok_or_else(|| Error::not_found("user", id))?;
        with_password(tx, &before, &hash, at)?;
        Ok(Changed::one((), happened("user.password_changed", id)))
    })?;
    Ok(())
}

fn refuse_locked_out(user: &User, now: PrimitiveDateTime) -> Result<()> {
    match user.locked_out_at(now) {
        Some(until) => {
            Err(Error::LockedOut { until, retry_after_seconds: (until - now).whole_seconds().max(1) })
        }
        None => Ok(()),
    }
}

fn happened(action: &'static str, user: UserId) -> Happening {
    Happening {
        action,
        resource_type: crate::user::RESOURCE,
        resource_id: user.to_string(),
        before: None,
        after: None,
        reason: None,
    }
}
