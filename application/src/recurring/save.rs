//! Making, revising and stopping templates.

use super::occurrence::try_out;
use super::{RESOURCE, find_in, writing};
use crate::account::check_version;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::Result;
use crate::journal_entry::Upserted;
use crate::ports::Tx;
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::id::RecurringId;
use partita_domain::recurring::{RecurringDraft, RecurringTemplate};
use partita_domain::refusal::Refusal;
use time::PrimitiveDateTime;

/// Makes a template. What it makes is tried out, so that it is refused now rather than when it is due.
///
/// # Errors
/// `validation_error` for the template, and for what it makes under `invoice`, `bill` or `entry`; `duplicate_external_id`.
pub fn make(app: &App, call: &Call, draft: &RecurringDraft) -> Result<Done<RecurringTemplate>> {
    change(app, call, writing(draft.payload.kind()), |tx, at| {
        let (template, happening) = make_in(tx, app, call, draft.clone(), at)?;
        Ok(Changed::one(template, happening))
    })
}

/// Changes a template; `version` is the one the caller has seen, if it says so. Its series goes on after its last
/// occurrence.
///
/// # Errors
/// As [`make`]; `not_found`, `version_conflict`.
pub fn revise(
    app: &App,
    call: &Call,
    id: RecurringId,
    version: Option<i64>,
    draft: &RecurringDraft,
) -> Result<Done<RecurringTemplate>> {
    change(app, call, writing(draft.payload.kind()), |tx, at| {
        let before = find_in(tx, id)?;
        let (template, happening) = revise_in(tx, app, call, &before, version, draft.clone(), at)?;
        Ok(Changed::one(template, happening))
    })
}

/// Makes a template under an external id, or changes the one that has it.
///
/// # Errors
/// As [`make`] and [`revise`].
pub fn upsert(
    app: &App,
    call: &Call,
    external_id: &str,
    version: Option<i64>,
    draft: &RecurringDraft,
) -> Result<Done<Upserted<RecurringTemplate>>> {
    let draft = RecurringDraft { external_id: Some(external_id.to_owned()), ..draft.clone() };
    change(app, call, writing(draft.payload.kind()), |tx, at| {
        let found = tx.recurring_templates().find_by_external_id(external_id)?;
        let created = found.is_none();
        let (value, happening) = match found {
            Some(before) => revise_in(tx, app, call, &before, version, draft.clone(), at)?,
            None => make_in(tx, app, call, draft.clone(), at)?,
        };
        Ok(Changed::one(Upserted { created, value }, happening))
    })
}

/// Stops a template: nothing is made of it any more, and what was made stays.
///
/// # Errors
/// `not_found`, `version_conflict`.
pub fn deactivate(
    app: &App,
    call: &Call,
    id: RecurringId,
    version: Option<i64>,
) -> Result<Done<RecurringTemplate>> {
    // Who may not write any template learns that first, and whoever may not read this one does not learn of it.
    super::permitted(call, writing)?;
    let kind = app.store.read(call.company, |tx| find_in(tx, id))?.kind();
    change(app, call, writing(kind), |tx, at| {
        let before = find_in(tx, id)?;
        call.need(writing(before.kind()))?;
        check_version(version, before.version)?;
        let after = before.deactivate(at);
        tx.recurring_templates().update(&after)?;
        let happening = happened("recurring_template.deactivated", Some(&before), &after);
        Ok(Changed::one(after, happening))
    })
}

fn make_in(
    tx: &mut dyn Tx,
    app: &App,
    call: &Call,
    draft: RecurringDraft,
    at: PrimitiveDateTime,
) -> Result<(RecurringTemplate, Happening)> {
    let template = RecurringTemplate::make(RecurringId(app.ids.next()), draft, at)?;
    check(tx, app, call, &template, at)?;
    tx.recurring_templates().insert(&template)?;
    let happening = happened("recurring_template.created", None, &template);
    Ok((template, happening))
}

fn revise_in(
    tx: &mut dyn Tx,
    app: &App,
    call: &Call,
    before: &RecurringTemplate,
    version: Option<i64>,
    draft: RecurringDraft,
    at: PrimitiveDateTime,
) -> Result<(RecurringTemplate, Happening)> {
    call.need(writing(before.kind()))?;
    check_version(version, before.version)?;
    let after = before.revise(draft, at)?;
    check(tx, app, call, &after, at)?;
    tx.recurring_templates().update(&after)?;
    let happening = happened("recurring_template.updated", Some(before), &after);
    Ok((after, happening))
}

fn check(
    tx: &mut dyn Tx,
    app: &App,
    call: &Call,
    template: &RecurringTemplate,
    at: PrimitiveDateTime,
) -> Result<()> {
    if let Some(external_id) = &template.external_id
        && let Some(existing) = tx.recurring_templates().find_by_external_id(external_id)?
        && existing.id != template.id
    {
        return Err(Refusal::DuplicateExternalId { existing_id: existing.id.to_string() }.into());
    }
    try_out(tx, app, call, template, at)
}

fn happened(
    action: &'static str,
    before: Option<&RecurringTemplate>,
    after: &RecurringTemplate,
) -> Happening {
    Happening {
        action,
        resource_type: RESOURCE,
        resource_id: after.id.to_string(),
        before: before.and_then(snapshot),
        after: snapshot(after),
        reason: None,
    }
}
