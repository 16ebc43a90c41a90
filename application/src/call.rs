//! Who calls, how, and under which idempotency key.

use crate::error::{Error, Result};
use partita_domain::actor::Actor;
use partita_domain::audit_event::Source;
use partita_domain::hash::Hash;
use partita_domain::id::{CompanyId, UserId};
use partita_domain::permission::{Permission, Permissions};

/// The idempotency key of a request, with what tells the request from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// 1 to 255 characters.
    pub key: String,
    /// SHA-256 of the request.
    pub fingerprint: Hash,
}

/// One call of one caller.
#[derive(Clone, Debug)]
pub struct Call {
    /// The company whose books it is about.
    pub company: CompanyId,
    /// Who calls.
    pub actor: Actor,
    /// The person behind it, where one is known.
    pub user_id: Option<UserId>,
    /// What the caller may do.
    pub permissions: Permissions,
    /// The idempotency key, if one was sent.
    pub idempotency: Option<IdempotencyKey>,
    /// Whether to answer what would happen, and undo it.
    pub dry_run: bool,
    /// Over which way.
    pub source: Source,
    /// From which address.
    pub ip: Option<String>,
    /// In which request.
    pub request_id: Option<String>,
}

impl Call {
    /// A call of Partita itself or of its command line, which may do everything.
    #[must_use]
    pub fn system(company: CompanyId, source: Source) -> Self {
        Self {
            company,
            actor: Actor::System,
            user_id: None,
            permissions: Permissions::ADMIN,
            idempotency: None,
            dry_run: false,
            source,
            ip: None,
            request_id: None,
        }
    }

    /// Checks a permission.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn need(&self, permission: Permission) -> Result<()> {
        if self.permissions.allows(permission) { Ok(()) } else { Err(Error::Forbidden { permission }) }
    }
}

/// The outcome of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done<T> {
    /// What came of it.
    pub value: T,
    /// Whether it had happened before, under the same idempotency key.
    pub replayed: bool,
}
