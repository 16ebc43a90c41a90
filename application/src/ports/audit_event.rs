//! The audit trail.

use super::Stored;
use partita_domain::audit_event::AuditEvent;
use time::PrimitiveDateTime;

/// Which events to list; every given part must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// About this kind of resource.
    pub resource_type: Option<String>,
    /// About this resource.
    pub resource_id: Option<String>,
    /// By the user or key with this id.
    pub actor_id: Option<uuid::Uuid>,
    /// With this action.
    pub action: Option<String>,
    /// At or after this moment.
    pub from: Option<PrimitiveDateTime>,
    /// Before this moment.
    pub before: Option<PrimitiveDateTime>,
}

/// The audit trail of the company: append-only.
pub trait AuditEvents {
    /// Adds the next link.
    fn append(&mut self, event: &AuditEvent) -> Stored<()>;
    /// Some, newest first: with a sequence below `below`, past the first `offset`, at most `limit`.
    fn list(
        &mut self,
        filter: &AuditFilter,
        below: Option<i64>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<AuditEvent>>;
    /// How many there are.
    fn count(&mut self, filter: &AuditFilter) -> Stored<i64>;
    /// The chain in its order: sequences above `after`, at most `limit`.
    fn chain(&mut self, after: i64, limit: i64) -> Stored<Vec<AuditEvent>>;
}
