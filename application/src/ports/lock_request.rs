//! Requests to lock a period.

use super::Stored;
use partita_domain::id::LockRequestId;
use partita_domain::period::{LockRequest, PeriodKey};

/// The lock requests of the company.
pub trait LockRequests {
    /// Adds one.
    fn insert(&mut self, request: &LockRequest) -> Stored<()>;
    /// Replaces one by its id.
    fn update(&mut self, request: &LockRequest) -> Stored<()>;
    /// One by its id.
    fn find(&mut self, id: LockRequestId) -> Stored<Option<LockRequest>>;
    /// The newest of a period (by `requested_at`, then id).
    fn latest(&mut self, period: PeriodKey) -> Stored<Option<LockRequest>>;
}
