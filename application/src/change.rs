//! The one way to write.

use crate::app::App;
use crate::call::{Call, Done};
use crate::error::{Error, Result};
use crate::ports::{Remembered, StoreError, Tx};
use partita_domain::audit_event::{AuditEvent, Happening};
use partita_domain::hash::Hash;
use partita_domain::permission::Permission;
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::PrimitiveDateTime;

/// What a change's work answers: the value, and what happened.
pub struct Changed<T> {
    /// The value; kept under the idempotency key, so it holds no secret.
    pub value: T,
    /// What happened, for the audit trail.
    pub happenings: Vec<Happening>,
}

impl<T> Changed<T> {
    /// One thing happened.
    pub fn one(value: T, happening: Happening) -> Self {
        Self { value, happenings: vec![happening] }
    }
}

/// Runs every change: permission; then in one transaction: seen this idempotency key? the same request is answered as
/// the first time, another one is refused; the work; its audit events, chained; the key is remembered; commit.
///
/// A dry run does all of it and is then undone. The work may run twice and must leave nothing outside the transaction.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::IdempotencyKeyReused`], [`Error::IdempotencyInProgress`], what the work answers, or
/// [`Error::Store`]; in every case nothing was written.
pub fn change<T: Serialize + DeserializeOwned>(
    app: &App,
    call: &Call,
    permission: Permission,
    mut work: impl FnMut(&mut dyn Tx, PrimitiveDateTime) -> Result<Changed<T>>,
) -> Result<Done<T>> {
    call.need(permission)?;
    let key = call.idempotency.as_ref().filter(|_| !call.dry_run);
    let _mark = match key {
        Some(key) => Some(app.mark_running(call.company, &key.key).ok_or(Error::IdempotencyInProgress)?),
        None => None,
    };
    let at = app.clock.now();
    let mut dry = None;
    let done = app.store.write(call.company, |tx| {
        if let Some(key) = key
            && let Some(seen) = tx.idempotency().find(&key.key)?
        {
            if seen.fingerprint != key.fingerprint {
                return Err(Error::IdempotencyKeyReused);
            }
            let value = serde_json::from_str(&seen.outcome).map_err(|error| {
                StoreError::Corrupt(format!("outcome of idempotency key {}: {error}", seen.key))
            })?;
            return Ok(Done { value, replayed: true });
        }
        let changed = work(tx, at)?;
        if call.dry_run {
            dry = Some(changed.value);
            return Err(Error::DryRun);
        }
        record(tx, call, at, changed.happenings)?;
        if let Some(key) = key {
            let outcome = serde_json::to_string(&changed.value)
                .map_err(|error| StoreError::Corrupt(error.to_string()))?;
            tx.idempotency().insert(&Remembered {
                key: key.key.clone(),
                fingerprint: key.fingerprint,
                outcome,
            })?;
        }
        Ok(Done { value: changed.value, replayed: false })
    });
    if permission == Permission::USERS_WRITE {
        app.callers.forget();
    }
    match (done, dry) {
        (Err(Error::DryRun), Some(value)) => Ok(Done { value, replayed: false }),
        (done, _) => done,
    }
}

/// Appends happenings to the audit chain.
fn record(tx: &mut dyn Tx, call: &Call, at: PrimitiveDateTime, happenings: Vec<Happening>) -> Result<()> {
    if happenings.is_empty() {
        return Ok(());
    }
    let mut head = tx.ledger_heads().get()?;
    for happening in happenings {
        head.audit_sequence += 1;
        let event = AuditEvent {
            sequence: head.audit_sequence,
            occurred_at: at,
            actor: call.actor,
            action: happening.action.to_owned(),
            resource_type: happening.resource_type.to_owned(),
            resource_id: happening.resource_id,
            before: happening.before,
            after: happening.after,
            reason: happening.reason,
            source: call.source,
            ip: call.ip.clone(),
            request_id: call.request_id.clone(),
            previous_hash: head.audit_hash,
            hash: Hash::GENESIS,
        }
        .sealed();
        head.audit_hash = event.hash;
        tx.audit_events().append(&event)?;
    }
    tx.ledger_heads().put(&head)?;
    Ok(())
}
