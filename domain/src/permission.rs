//! Permissions: `<group>:read` and `<group>:write`, and four that stand alone.

use crate::refusal::{Constraint, Refusal};
use serde::{Deserialize, Serialize};

/// The groups that can be read and written.
pub const GROUPS: [&str; 17] = [
    "accounts",
    "journal",
    "sales",
    "purchases",
    "payments",
    "contacts",
    "items",
    "banking",
    "reports",
    "periods",
    "budgets",
    "assets",
    "dimensions",
    "documents",
    "settings",
    "users",
    "audit",
];

/// One permission. Groups are numbered as in [`GROUPS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission(u8);

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $group:literal $write:literal;)+) => {
        impl Permission {
            $($(#[$doc])* pub const $name: Self = Self($group * 2 + $write);)+
        }
    };
}

permissions! {
    /// `accounts:read`
    ACCOUNTS_READ = 0 0;
    /// `accounts:write`
    ACCOUNTS_WRITE = 0 1;
    /// `journal:read`
    JOURNAL_READ = 1 0;
    /// `journal:write`
    JOURNAL_WRITE = 1 1;
    /// `sales:read`
    SALES_READ = 2 0;
    /// `sales:write`
    SALES_WRITE = 2 1;
    /// `purchases:read`
    PURCHASES_READ = 3 0;
    /// `purchases:write`
    PURCHASES_WRITE = 3 1;
    /// `payments:read`
    PAYMENTS_READ = 4 0;
    /// `payments:write`
    PAYMENTS_WRITE = 4 1;
    /// `contacts:read`
    CONTACTS_READ = 5 0;
    /// `contacts:write`
    CONTACTS_WRITE = 5 1;
    /// `items:read`
    ITEMS_READ = 6 0;
    /// `items:write`
    ITEMS_WRITE = 6 1;
    /// `reports:read`
    REPORTS_READ = 8 0;
    /// `periods:read`
    PERIODS_READ = 9 0;
    /// `periods:write`
    PERIODS_WRITE = 9 1;
    /// `settings:read`
    SETTINGS_READ = 14 0;
    /// `settings:write`
    SETTINGS_WRITE = 14 1;
    /// `users:read`
    USERS_READ = 15 0;
    /// `users:write`
    USERS_WRITE = 15 1;
    /// `audit:read`
    AUDIT_READ = 16 0;
}

const ALONE: u8 = 34;

impl Permission {
    /// Post into a soft-locked period.
    pub const PERIODS_OVERRIDE: Self = Self(ALONE);
    /// Request and approve locks.
    pub const PERIODS_LOCK: Self = Self(ALONE + 1);
    /// See whole tax numbers of contacts.
    pub const CONTACTS_REVEAL: Self = Self(ALONE + 2);
    /// Everything.
    pub const ADMIN: Self = Self(ALONE + 3);

    /// Every permission.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=ALONE + 3).map(Self)
    }

    /// The stable name.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::PERIODS_OVERRIDE => "periods:override".to_owned(),
            Self::PERIODS_LOCK => "periods:lock".to_owned(),
            Self::CONTACTS_REVEAL => "contacts:reveal".to_owned(),
            Self::ADMIN => "admin".to_owned(),
            Self(number) => {
                let group = GROUPS.get(usize::from(number / 2)).copied().unwrap_or_default();
                format!("{group}:{}", if number % 2 == 0 { "read" } else { "write" })
            }
        }
    }

    /// The permission of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|permission| permission.name() == name)
    }
}

/// A set of permissions; `admin` implies all others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Permissions(u64);

impl Permissions {
    /// Everything.
    pub const ADMIN: Self = Self(1 << Permission::ADMIN.0);

    /// The preset `read_only`: every `:read`.
    #[must_use]
    pub fn read_only() -> Self {
        Self::of((0..ALONE).step_by(2).map(Permission))
    }

    /// The preset `read_write`: every `:read` and `:write`, but neither people nor settings are written.
    #[must_use]
    pub fn read_write() -> Self {
        Self::of(
            (0..ALONE)
                .map(Permission)
                .filter(|p| !matches!(*p, Permission::USERS_WRITE | Permission::SETTINGS_WRITE)),
        )
    }

    /// A set of some.
    #[must_use]
    pub fn of(permissions: impl IntoIterator<Item = Permission>) -> Self {
        Self(permissions.into_iter().fold(0, |bits, permission| bits | 1 << permission.0))
    }

    /// Whether `permission` is granted.
    #[must_use]
    pub fn allows(self, permission: Permission) -> bool {
        self.0 & (1 << permission.0 | Self::ADMIN.0) != 0
    }

    /// Whether all of `others` are granted: nobody hands out more than they have.
    #[must_use]
    pub fn covers(self, others: Self) -> bool {
        self.allows(Permission::ADMIN) || self.0 & others.0 == others.0
    }

    /// Those that are granted by both.
    #[must_use]
    pub fn intersect(self, others: Self) -> Self {
        match (self.allows(Permission::ADMIN), others.allows(Permission::ADMIN)) {
            (true, _) => others,
            (_, true) => self,
            _ => Self(self.0 & others.0),
        }
    }

    /// The names, in order.
    #[must_use]
    pub fn names(self) -> Vec<String> {
        Permission::all().filter(|p| self.0 & (1 << p.0) != 0).map(Permission::name).collect()
    }

    /// Reads names, or one of the presets `read_only` and `read_write` as the only name.
    ///
    /// # Errors
    /// `permissions[i]` with constraint `one_of`.
    pub fn named<S: AsRef<str>>(names: &[S]) -> Result<Self, Refusal> {
        match names {
            [one] if one.as_ref() == "read_only" => return Ok(Self::read_only()),
            [one] if one.as_ref() == "read_write" => return Ok(Self::read_write()),
            _ => {}
        }
        let mut found = Vec::with_capacity(names.len());
        for (i, name) in names.iter().enumerate() {
            let name = name.as_ref();
            found.push(Permission::named(name).ok_or_else(|| {
                Refusal::field(
                    format!("permissions[{i}]"),
                    Constraint::OneOf,
                    format!("`{name}` is not a permission"),
                )
            })?);
        }
        Ok(Self::of(found))
    }
}

impl TryFrom<Vec<String>> for Permissions {
    type Error = Refusal;
    fn try_from(names: Vec<String>) -> Result<Self, Refusal> {
        Self::named(&names)
    }
}

impl From<Permissions> for Vec<String> {
    fn from(permissions: Permissions) -> Self {
        permissions.names()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_permissions_are_inverse() {
        for permission in Permission::all() {
            assert_eq!(Permission::named(&permission.name()), Some(permission));
        }
        assert_eq!(Permission::JOURNAL_WRITE.name(), "journal:write");
        assert_eq!(Permission::AUDIT_READ.name(), "audit:read");
        assert_eq!(Permission::USERS_WRITE.name(), "users:write");
        assert_eq!(Permission::SETTINGS_READ.name(), "settings:read");
        assert_eq!(Permission::PERIODS_READ.name(), "periods:read");
        assert_eq!(Permission::REPORTS_READ.name(), "reports:read");
    }

    #[test]
    fn admin_implies_all_and_nobody_hands_out_more_than_they_have() {
        assert!(Permissions::ADMIN.allows(Permission::PERIODS_OVERRIDE));
        assert!(!Permissions::read_only().allows(Permission::JOURNAL_WRITE));
        assert!(!Permissions::read_write().allows(Permission::USERS_WRITE));
        assert!(!Permissions::read_write().covers(Permissions::ADMIN));
        assert!(Permissions::ADMIN.allows(Permission::CONTACTS_REVEAL));
        assert!(!Permissions::read_write().allows(Permission::CONTACTS_REVEAL));
        assert!(Permissions::read_write().covers(Permissions::read_only()));
        assert_eq!(Permissions::ADMIN.intersect(Permissions::read_only()), Permissions::read_only());
    }
}
