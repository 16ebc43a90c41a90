//! People: create, change, deactivate, set a password.

use crate::account::check_version;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::journal_entry::Upserted;
use crate::page::{Listed, Page, part};
use crate::ports::Tx;
use crate::role::{refuse_more_than_own, role_named};
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::id::UserId;
use partita_domain::permission::{Permission, Permissions};
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::user::{User, check_password};
use time::PrimitiveDateTime;

/// What the audit trail calls a user.
pub const RESOURCE: &str = "user";

/// What a caller may say of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserDraft {
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Lower-case.
    pub username: String,
    /// For letters.
    pub email: Option<String>,
    /// The name of a role.
    pub role: String,
    /// Whether it may log in.
    pub is_active: bool,
}

/// Creates a user.
///
/// # Errors
/// `validation_error`; `forbidden` for a role that may do more than the caller.
pub fn create(app: &App, call: &Call, draft: &UserDraft, password: &str) -> Result<Done<User>> {
    call.need(Permission::USERS_WRITE)?;
    check_password(password, "password")?;
    let hash = app.passwords.hash(password)?;
    change(app, call, Permission::USERS_WRITE, |tx, at| {
        let (user, happening) = create_in(tx, UserId(app.ids.next()), draft, &hash, call.permissions, at)?;
        Ok(Changed::one(user, happening))
    })
}

/// Changes a user. The last active owner stays one; a user who is deactivated is logged out everywhere.
///
/// # Errors
/// `validation_error`, `not_found`, `version_conflict`, `forbidden`, `conflict`.
pub fn revise(
    app: &App,
    call: &Call,
    id: UserId,
    version: Option<i64>,
    draft: &UserDraft,
) -> Result<Done<User>> {
    change(app, call, Permission::USERS_WRITE, |tx, at| {
        let before = tx.users().find(id)?.ok_or_else(|| Error::not_found("user", id))?;
        let (user, happening) = revise_in(tx, call, &before, version, draft, "user.updated", at)?;
        Ok(Changed::one(user, happening))
    })
}

/// Creates a user under an external id, or changes the one that has it. The password is that of a new user; one that
/// exists keeps its own.
///
/// # Errors
/// As [`create`] and [`revise`]; `password` with `required` when there is no such user yet and none is given.
pub fn upsert(
    app: &App,
    call: &Call,
    external_id: &str,
    version: Option<i64>,
    draft: &UserDraft,
    password: Option<&str>,
) -> Result<Done<Upserted<User>>> {
    call.need(Permission::USERS_WRITE)?;
    let draft = UserDraft { external_id: Some(external_id.to_owned()), ..draft.clone() };
    let hash = match password {
        Some(password) => {
            check_password(password, "password")?;
            Some(app.passwords.hash(password)?)
        }
        None => None,
    };
    change(app, call, Permission::USERS_WRITE, |tx, at| {
        let (created, (value, happening)) = match (tx.users().find_by_external_id(external_id)?, &hash) {
            (Some(before), _) => (false, revise_in(tx, call, &before, version, &draft, "user.updated", at)?),
            (None, Some(hash)) => {
                (true, create_in(tx, UserId(app.ids.next()), &draft, hash, call.permissions, at)?)
            }
            (None, None) => {
                let message = "there is no user of this external id yet, and a new one needs a password";
                return Err(Refusal::field("password", Constraint::Required, message).into());
            }
        };
        Ok(Changed::one(Upserted { created, value }, happening))
    })
}

/// Deactivates a user: the name stays in every record, but no log-in works.
///
/// # Errors
/// As [`revise`].
pub fn deactivate(app: &App, call: &Call, id: UserId, version: Option<i64>) -> Result<Done<User>> {
    change(app, call, Permission::USERS_WRITE, |tx, at| {
        let before = tx.users().find(id)?.ok_or_else(|| Error::not_found("user", id))?;
        let draft = UserDraft {
            external_id: before.external_id.clone(),
            username: before.username.clone(),
            email: before.email.clone(),
            role: before.role.clone(),
            is_active: false,
        };
        let (user, happening) = revise_in(tx, call, &before, version, &draft, "user.deactivated", at)?;
        Ok(Changed::one(user, happening))
    })
}

/// Sets a user's password, as an administrator does when it was forgotten. All sessions of the user end.
///
/// # Errors
/// `not_found`, `password` with `length`, `forbidden` for a user who may do more than the caller.
pub fn set_password(app: &App, call: &Call, id: UserId, password: &str) -> Result<Done<User>> {
    call.need(Permission::USERS_WRITE)?;
    check_password(password, "password")?;
    let hash = app.passwords.hash(password)?;
    change(app, call, Permission::USERS_WRITE, |tx, at| {
        let before = tx.users().find(id)?.ok_or_else(|| Error::not_found("user", id))?;
        if let Some(role) = role_named(tx, &before.role)? {
            refuse_more_than_own(call, role.permissions)?;
        }
        let after = with_password(tx, &before, &hash, at)?;
        Ok(Changed::one(after.clone(), happened("user.password_set", Some(&before), &after)))
    })
}

/// Which users to list; every given part must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Active or not.
    pub is_active: Option<bool>,
    /// With this role.
    pub role: Option<String>,
    /// With this external id.
    pub external_id: Option<String>,
}

/// Lists users by name.
///
/// # Errors
/// [`Error::Forbidden`].
pub fn list(app: &App, call: &Call, filter: &UserFilter, page: &Page<i64>) -> Result<Listed<User, i64>> {
    call.need(Permission::USERS_READ)?;
    let mut users = app.store.read(call.company, |tx| Ok(tx.users().list()?))?;
    users.retain(|user| {
        filter.is_active.is_none_or(|wanted| user.is_active == wanted)
            && filter.role.as_ref().is_none_or(|wanted| user.role == *wanted)
            && filter.external_id.as_ref().is_none_or(|wanted| user.external_id.as_ref() == Some(wanted))
    });
    Ok(part(users, page))
}

/// One user.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(app: &App, call: &Call, id: UserId) -> Result<User> {
    call.need(Permission::USERS_READ)?;
    app.store.read(call.company, |tx| tx.users().find(id)?.ok_or_else(|| Error::not_found("user", id)))
}

/// One user by name, for the command line.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_by_username(app: &App, call: &Call, username: &str) -> Result<User> {
    call.need(Permission::USERS_READ)?;
    app.store.read(call.company, |tx| {
        tx.users().find_by_username(username)?.ok_or_else(|| Error::not_found("user", username))
    })
}

/// Gives a user a new password and ends all of its sessions.
pub(crate) fn with_password(
    tx: &mut dyn Tx,
    before: &User,
    hash: &str,
    at: PrimitiveDateTime,
) -> Result<User> {
    let after = User {
        password_hash: hash.to_owned(),
        failed_logins: 0,
        locked_until: None,
        updated_at: at,
        version: before.version + 1,
        ..before.clone()
    };
    tx.users().update(&after)?;
    tx.sessions().end_all(before.id, at)?;
    Ok(after)
}

/// Creates a user within a transaction; `granter` is what the one who creates it may do.
pub(crate) fn create_in(
    tx: &mut dyn Tx,
    id: UserId,
    draft: &UserDraft,
    hash: &str,
    granter: Permissions,
    at: PrimitiveDateTime,
) -> Result<(User, Happening)> {
    let user = User {
        id,
        external_id: draft.external_id.clone(),
        username: draft.username.clone(),
        email: draft.email.clone(),
        role: draft.role.clone(),
        is_active: draft.is_active,
        last_login_at: None,
        failed_logins: 0,
        locked_until: None,
        password_hash: hash.to_owned(),
        created_at: at,
        updated_at: at,
        version: 1,
    };
    check(tx, &user, granter)?;
    tx.users().insert(&user)?;
    let happening = happened("user.created", None, &user);
    Ok((user, happening))
}

fn revise_in(
    tx: &mut dyn Tx,
    call: &Call,
    before: &User,
    version: Option<i64>,
    draft: &UserDraft,
    action: &'static str,
    at: PrimitiveDateTime,
) -> Result<(User, Happening)> {
    check_version(version, before.version)?;
    if let Some(role) = role_named(tx, &before.role)? {
        refuse_more_than_own(call, role.permissions)?;
    }
    let after = User {
        external_id: draft.external_id.clone(),
        username: draft.username.clone(),
        email: draft.email.clone(),
        role: draft.role.clone(),
        is_active: draft.is_active,
        updated_at: at,
        version: before.version + 1,
        ..before.clone()
    };
    check(tx, &after, call.permissions)?;
    let gives_up_owning =
        before.is_active && before.role == "owner" && (!after.is_active || after.role != "owner");
    if gives_up_owning
        && !tx
            .users()
            .list()?
            .iter()
            .any(|user| user.id != before.id && user.is_active && user.role == "owner")
    {
        return Err(Refusal::Conflict {
            message: "this is the last active owner; make another one first".to_owned(),
        }
        .into());
    }
    tx.users().update(&after)?;
    if !after.is_active {
        tx.sessions().end_all(before.id, at)?;
    }
    let happening = happened(action, Some(before), &after);
    Ok((after, happening))
}

fn check(tx: &mut dyn Tx, user: &User, granter: Permissions) -> Result<()> {
    user.check()?;
    if let Some(existing) = tx.users().find_by_username(&user.username)?
        && existing.id != user.id
    {
        return Err(Refusal::field(
            "username",
            Constraint::Unique,
            format!("there is a user `{}` already", user.username),
        )
        .into());
    }
    if let Some(external_id) = &user.external_id
        && let Some(existing) = tx.users().find_by_external_id(external_id)?
        && existing.id != user.id
    {
        return Err(Refusal::DuplicateExternalId { existing_id: existing.id.to_string() }.into());
    }
    let Some(role) = role_named(tx, &user.role)? else {
        return Err(
            Refusal::field("role", Constraint::Exists, format!("there is no role `{}`", user.role)).into()
        );
    };
    if !granter.covers(role.permissions) {
        return Err(Error::ForbiddenBecause("nobody gives a role that may do more than they may themselves"));
    }
    Ok(())
}

fn happened(action: &'static str, before: Option<&User>, after: &User) -> Happening {
    Happening {
        action,
        resource_type: RESOURCE,
        resource_id: after.id.to_string(),
        before: before.and_then(snapshot),
        after: snapshot(after),
        reason: None,
    }
}
