//! Roles: those that come with Partita and the company's own.

use crate::account::check_version;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::page::{Listed, Page, part};
use crate::ports::Tx;
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::permission::{Permission, Permissions};
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::role::Role;

/// Lists all roles, those that come with Partita first.
///
/// # Errors
/// [`Error::Forbidden`].
pub fn list(app: &App, call: &Call, page: &Page<i64>) -> Result<Listed<Role, i64>> {
    call.need(Permission::USERS_READ)?;
    let own = app.store.read(call.company, |tx| Ok(tx.roles().list()?))?;
    Ok(part(Role::built_in().into_iter().chain(own).collect(), page))
}

/// One role.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(app: &App, call: &Call, name: &str) -> Result<Role> {
    call.need(Permission::USERS_READ)?;
    app.store.read(call.company, |tx| role_named(tx, name)?.ok_or_else(|| Error::not_found("role", name)))
}

/// Makes a role of the company's own. Nobody makes one that may do more than they may themselves.
///
/// # Errors
/// `name` with `format` or `unique`; `forbidden`.
pub fn create(
    app: &App,
    call: &Call,
    name: &str,
    description: &str,
    permissions: Permissions,
) -> Result<Done<Role>> {
    refuse_more_than_own(call, permissions)?;
    change(app, call, Permission::USERS_WRITE, |tx, _| {
        let role = Role::custom(name.to_owned(), description.to_owned(), permissions)?;
        if tx.roles().find(name)?.is_some() {
            return Err(Refusal::field(
                "name",
                Constraint::Unique,
                format!("there is a role `{name}` already"),
            )
            .into());
        }
        tx.roles().insert(&role)?;
        let happening = happened("role.created", None, Some(&role), name);
        Ok(Changed::one(role, happening))
    })
}

/// Changes a role of the company's own.
///
/// # Errors
/// `not_found`, `version_conflict`, `forbidden`; `conflict` for a role that comes with Partita.
pub fn revise(
    app: &App,
    call: &Call,
    name: &str,
    version: Option<i64>,
    description: &str,
    permissions: Permissions,
) -> Result<Done<Role>> {
    refuse_more_than_own(call, permissions)?;
    change(app, call, Permission::USERS_WRITE, |tx, _| {
        let before = own_role(tx, name)?;
        check_version(version, before.version)?;
        let after = Role {
            version: before.version + 1,
            ..Role::custom(name.to_owned(), description.to_owned(), permissions)?
        };
        tx.roles().update(&after)?;
        let happening = happened("role.updated", Some(&before), Some(&after), name);
        Ok(Changed::one(after, happening))
    })
}

/// Removes a role of the company's own that nobody has.
///
/// # Errors
/// `not_found`; `conflict` while somebody has it, or for a role that comes with Partita.
pub fn delete(app: &App, call: &Call, name: &str) -> Result<Done<Role>> {
    change(app, call, Permission::USERS_WRITE, |tx, _| {
        let before = own_role(tx, name)?;
        let holders = tx.users().list()?.iter().filter(|user| user.role == name).count();
        if holders > 0 {
            return Err(Refusal::Conflict {
                message: format!("{holders} users have the role `{name}`; give them another one first"),
            }
            .into());
        }
        tx.roles().delete(name)?;
        let happening = happened("role.deleted", Some(&before), None, name);
        Ok(Changed::one(before, happening))
    })
}

/// The role of that name, built in or the company's own.
pub(crate) fn role_named(tx: &mut dyn Tx, name: &str) -> Result<Option<Role>> {
    match Role::built_in().into_iter().find(|role| role.name == name) {
        Some(role) => Ok(Some(role)),
        None => Ok(tx.roles().find(name)?),
    }
}

/// Checks that a caller hands out no more than it has.
pub(crate) fn refuse_more_than_own(call: &Call, permissions: Permissions) -> Result<()> {
    if call.permissions.covers(permissions) {
        return Ok(());
    }
    let beyond = Permission::all()
        .find(|permission| permissions.allows(*permission) && !call.permissions.allows(*permission));
    Err(Error::Forbidden { permission: beyond.unwrap_or(Permission::ADMIN) })
}

fn own_role(tx: &mut dyn Tx, name: &str) -> Result<Role> {
    if Role::built_in().iter().any(|role| role.name == name) {
        return Err(Refusal::Conflict {
            message: format!("`{name}` came with Partita and does not change; make a role of your own"),
        }
        .into());
    }
    tx.roles().find(name)?.ok_or_else(|| Error::not_found("role", name))
}

fn happened(action: &'static str, before: Option<&Role>, after: Option<&Role>, name: &str) -> Happening {
    let value = |role: Option<&Role>| role.and_then(snapshot);
    Happening {
        action,
        resource_type: "role",
        resource_id: name.to_owned(),
        before: value(before),
        after: value(after),
        reason: None,
    }
}
