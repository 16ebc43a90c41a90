//! Roles: named sets of permissions that users have. Five come with Partita, a company adds its own.

use crate::permission::{Permission, Permissions};
use crate::refusal::{Constraint, Refusal};
use crate::text;
use serde::{Deserialize, Serialize};

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its name, lower-case.
    pub name: String,
    /// What for.
    pub description: String,
    /// What it may do.
    pub permissions: Permissions,
    /// Whether it came with Partita; such a role does not change.
    pub is_system: bool,
    /// Counts its changes from 1.
    pub version: i64,
}

impl Role {
    /// The roles that come with Partita.
    #[must_use]
    pub fn built_in() -> Vec<Self> {
        let role = |name: &str, description: &str, permissions| Self {
            name: name.to_owned(),
            description: description.to_owned(),
            permissions,
            is_system: true,
            version: 1,
        };
        let all_but_admin = Permissions::of(Permission::all().filter(|p| *p != Permission::ADMIN));
        let accountant =
            Permissions::of(Permission::all().filter(|p| {
                !matches!(*p, Permission::ADMIN | Permission::USERS_WRITE | Permission::USERS_READ)
            }));
        let bookkeeper = Permissions::of(Permission::all().filter(|p| {
            !matches!(
                *p,
                Permission::ADMIN
                    | Permission::USERS_READ
                    | Permission::USERS_WRITE
                    | Permission::SETTINGS_WRITE
                    | Permission::PERIODS_WRITE
                    | Permission::PERIODS_LOCK
                    | Permission::PERIODS_OVERRIDE
                    | Permission::CONTACTS_REVEAL
            )
        }));
        vec![
            role("owner", "Everything, administration of the installation included", Permissions::ADMIN),
            role("admin", "Everything within the company", all_but_admin),
            role("accountant", "Books, periods and settings, but no people", accountant),
            role("bookkeeper", "Daily bookkeeping, no closing", bookkeeper),
            role("viewer", "Reads everything, changes nothing", Permissions::read_only()),
        ]
    }

    /// A role of the company's own.
    ///
    /// # Errors
    /// `name` with constraint `format`, `length` or `unique`.
    pub fn custom(name: String, description: String, permissions: Permissions) -> Result<Self, Refusal> {
        text::check_filled(&name, "name", 64)?;
        text::check(&description, "description", 255)?;
        if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
            return Err(Refusal::field(
                "name",
                Constraint::Format,
                "lower-case letters, digits and `_` are allowed",
            ));
        }
        if Self::built_in().iter().any(|role| role.name == name) {
            return Err(Refusal::field(
                "name",
                Constraint::Unique,
                format!("`{name}` is a role that comes with Partita"),
            ));
        }
        Ok(Self { name, description, permissions, is_system: false, version: 1 })
    }
}
