//! The audit trail: list it, check its chain.

use crate::app::App;
use crate::call::Call;
use crate::error::Result;
use crate::page::{Listed, Page, cut};
use crate::ports::{AuditFilter, Tx};
use partita_domain::audit_event::AuditEvent;
use partita_domain::hash::Hash;
use partita_domain::permission::Permission;

/// So many links are read at a time.
pub(crate) const CHUNK: i64 = 1_000;

/// What came of checking a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainCheck {
    /// How many links were checked.
    pub checked: i64,
    /// The hash of the last good one.
    pub head: Hash,
    /// The first link that is wrong, and why.
    pub broken: Option<BrokenLink>,
}

/// A link that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenLink {
    /// Its place in the chain.
    pub sequence: i64,
    /// What is wrong.
    pub reason: String,
}

/// Lists events, newest first. The cursor is the sequence of the last one seen.
///
/// # Errors
/// [`crate::Error::Forbidden`], [`crate::Error::Store`].
pub fn list(
    app: &App,
    call: &Call,
    filter: &AuditFilter,
    page: &Page<i64>,
) -> Result<Listed<AuditEvent, i64>> {
    call.need(Permission::AUDIT_READ)?;
    app.store.read(call.company, |tx| {
        let total = match (filter == &AuditFilter::default(), page.cursor) {
            (true, _) => Some(tx.ledger_heads().get()?.audit_sequence),
            (false, None) => Some(tx.audit_events().count(filter)?),
            (false, Some(_)) => None,
        };
        let events = tx.audit_events().list(filter, page.cursor, page.offset, page.limit + 1)?;
        Ok(cut(events, page.limit, total, |event| event.sequence))
    })
}

/// Recomputes every hash of the trail.
///
/// # Errors
/// [`crate::Error::Forbidden`], [`crate::Error::Store`].
pub fn verify(app: &App, call: &Call) -> Result<ChainCheck> {
    call.need(Permission::AUDIT_READ)?;
    app.store.read(call.company, check_chain)
}

pub(crate) fn check_chain(tx: &mut dyn Tx) -> Result<ChainCheck> {
    let mut check = ChainCheck { checked: 0, head: Hash::GENESIS, broken: None };
    loop {
        let events = tx.audit_events().chain(check.checked, CHUNK)?;
        for event in &events {
            let wrong = if event.sequence != check.checked + 1 {
                Some(format!("event {} is missing", check.checked + 1))
            } else if event.previous_hash != check.head {
                Some("it does not name the event before it".to_owned())
            } else if event.expected_hash() != event.hash {
                Some("its content does not belong to its hash".to_owned())
            } else {
                None
            };
            if let Some(reason) = wrong {
                check.broken = Some(BrokenLink { sequence: event.sequence, reason });
                return Ok(check);
            }
            check.checked = event.sequence;
            check.head = event.hash;
        }
        if events.is_empty() {
            break;
        }
    }
    let head = tx.ledger_heads().get()?;
    if (head.audit_sequence, head.audit_hash) != (check.checked, check.head) {
        let reason = format!("the trail ends at {} but should end at {}", check.checked, head.audit_sequence);
        check.broken = Some(BrokenLink { sequence: check.checked + 1, reason });
    }
    Ok(check)
}
