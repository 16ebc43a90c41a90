//! One-time codes that pair a device to a key: the device gets a key of its own with the same permissions.

use crate::hash::Hash;
use crate::id::{ApiKeyId, PairingId};
use time::{Duration, PrimitiveDateTime};

/// A code works for this long.
pub const PAIRING_LIFE: Duration = Duration::minutes(10);

/// A pairing code. The code is shown once; only its digest is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairing {
    /// Its id.
    pub id: PairingId,
    /// The key whose permissions the device gets.
    pub api_key_id: ApiKeyId,
    /// SHA-256 of the code.
    pub code_hash: Hash,
    /// When it was made.
    pub created_at: PrimitiveDateTime,
    /// When it stops working.
    pub expires_at: PrimitiveDateTime,
    /// When a device used it.
    pub used_at: Option<PrimitiveDateTime>,
}

impl Pairing {
    /// Whether a device may use it at a moment.
    #[must_use]
    pub fn is_usable_at(&self, at: PrimitiveDateTime) -> bool {
        self.used_at.is_none() && at < self.expires_at
    }
}
