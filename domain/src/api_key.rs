//! Keys that programs send.

use crate::hash::Hash;
use crate::id::{ApiKeyId, UserId};
use crate::permission::Permissions;
use crate::refusal::{Constraint, Refusal};
use crate::text;
use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;

/// Requests allowed within windows of time; every window counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RateLimits {
    /// Requests a minute.
    pub per_minute: u32,
    /// Requests an hour.
    pub per_hour: Option<u32>,
    /// Requests a day.
    pub per_day: Option<u32>,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self { per_minute: 600, per_hour: None, per_day: None }
    }
}

impl RateLimits {
    /// Checks that every window lets something through.
    ///
    /// # Errors
    /// `rate_limit_per_minute`, `…_hour` or `…_day` with constraint `range`.
    pub fn check(&self) -> Result<(), Refusal> {
        let windows = [
            ("rate_limit_per_minute", Some(self.per_minute)),
            ("rate_limit_per_hour", self.per_hour),
            ("rate_limit_per_day", self.per_day),
        ];
        for (field, limit) in windows {
            if limit.is_some_and(|limit| !(1..=10_000_000).contains(&limit)) {
                return Err(Refusal::field(field, Constraint::Range, "a limit is 1 to 10000000"));
            }
        }
        Ok(())
    }
}

/// A key. Its 64 characters are shown once; only digest and prefix are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What for.
    pub name: String,
    /// Its first 8 characters, to be recognised by.
    pub prefix: String,
    /// SHA-256 of the key.
    #[serde(skip, default = "no_hash")]
    pub key_hash: Hash,
    /// What it may do.
    pub permissions: Permissions,
    /// How often.
    pub rate_limits: RateLimits,
    /// Who made it; who locks a period with it counts as this person.
    pub user_id: Option<UserId>,
    /// The key it was paired from.
    pub paired_from: Option<ApiKeyId>,
    /// When it stops working.
    #[serde(with = "crate::timestamp::option")]
    pub expires_at: Option<PrimitiveDateTime>,
    /// When it was revoked.
    #[serde(with = "crate::timestamp::option")]
    pub revoked_at: Option<PrimitiveDateTime>,
    /// When it was last used, to the minute.
    #[serde(with = "crate::timestamp::option")]
    pub last_used_at: Option<PrimitiveDateTime>,
    /// When it was made.
    #[serde(with = "crate::timestamp")]
    pub created_at: PrimitiveDateTime,
    /// When it last changed.
    #[serde(with = "crate::timestamp")]
    pub updated_at: PrimitiveDateTime,
    /// Counts its changes from 1.
    pub version: i64,
}

fn no_hash() -> Hash {
    Hash::GENESIS
}

/// Whether a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It works.
    Live,
    /// Its time is over.
    Expired,
    /// Somebody revoked it.
    Revoked,
}

impl ApiKey {
    /// Checks the fields that people type.
    ///
    /// # Errors
    /// Every field that breaks its limits.
    pub fn check(&self) -> Result<(), Vec<Refusal>> {
        let refusals: Vec<Refusal> = [text::check_filled(&self.name, "name", 100), self.rate_limits.check()]
            .into_iter()
            .filter_map(Result::err)
            .collect();
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }

    /// Whether it works at a moment.
    #[must_use]
    pub fn state_at(&self, at: PrimitiveDateTime) -> KeyState {
        match (self.revoked_at, self.expires_at) {
            (Some(_), _) => KeyState::Revoked,
            (None, Some(end)) if end <= at => KeyState::Expired,
            _ => KeyState::Live,
        }
    }
}
