//! Log-ins of people.

use crate::hash::Hash;
use crate::id::{SessionId, UserId};
use time::{Duration, PrimitiveDateTime};

/// A session ends this long after it began.
pub const SESSION_LIFE: Duration = Duration::hours(12);

/// A session. Its token is shown once; only the digest is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Who logged in.
    pub user_id: UserId,
    /// SHA-256 of the token.
    pub token_hash: Hash,
    /// When it began.
    pub created_at: PrimitiveDateTime,
    /// When it ends by itself.
    pub expires_at: PrimitiveDateTime,
    /// When it was ended, by logging out or by a new password.
    pub ended_at: Option<PrimitiveDateTime>,
}

impl Session {
    /// Whether it counts at a moment.
    #[must_use]
    pub fn is_live_at(&self, at: PrimitiveDateTime) -> bool {
        self.ended_at.is_none() && at < self.expires_at
    }
}
