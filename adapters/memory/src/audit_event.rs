//! The audit trail.

use crate::tx::{MemoryTx, count};
use partita_application::ports::{AuditEvents, AuditFilter, Stored};
use partita_domain::audit_event::AuditEvent;
use std::ops::Bound;

fn matches(event: &AuditEvent, filter: &AuditFilter) -> bool {
    filter.resource_type.as_ref().is_none_or(|kind| event.resource_type == *kind)
        && filter.resource_id.as_ref().is_none_or(|id| event.resource_id == *id)
        && filter.actor_id.is_none_or(|id| event.actor.id() == Some(id))
        && filter.action.as_ref().is_none_or(|action| event.action == *action)
        && filter.from.is_none_or(|from| event.occurred_at >= from)
        && filter.before.is_none_or(|before| event.occurred_at < before)
}

impl AuditEvents for MemoryTx<'_> {
    fn append(&mut self, event: &AuditEvent) -> Stored<()> {
        self.books_mut()?.audit_events.add(event.sequence, event.clone())
    }

    fn list(
        &mut self,
        filter: &AuditFilter,
        below: Option<i64>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<AuditEvent>> {
        let below = below.map_or(Bound::Unbounded, Bound::Excluded);
        let events = self.books().audit_events.range((Bound::Unbounded, below)).rev();
        let matching = events.map(|(_, event)| event).filter(|event| matches(event, filter));
        Ok(matching.skip(count(offset)).take(count(limit)).cloned().collect())
    }

    fn count(&mut self, filter: &AuditFilter) -> Stored<i64> {
        Ok(self.books().audit_events.values().map(|event| i64::from(matches(event, filter))).sum())
    }

    fn chain(&mut self, after: i64, limit: i64) -> Stored<Vec<AuditEvent>> {
        let events = self.books().audit_events.range((Bound::Excluded(after), Bound::Unbounded));
        Ok(events.take(count(limit)).map(|(_, event)| event.clone()).collect())
    }
}
