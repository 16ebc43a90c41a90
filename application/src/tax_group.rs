//! Tax groups: open, revise, deactivate, find.

use crate::account::check_version;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::journal_entry::Upserted;
use crate::page::{Listed, Page};
use crate::ports::Tx;
use crate::tax_code::{contains, part_by_code};
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::id::TaxGroupId;
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::tax_group::{TaxGroup, TaxGroupDraft};
use time::PrimitiveDateTime;

/// What the audit trail calls a tax group.
pub const RESOURCE: &str = "tax_group";

/// Which tax groups to list; every given part must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaxGroupFilter {
    /// Active or not.
    pub is_active: Option<bool>,
    /// With this external id.
    pub external_id: Option<String>,
    /// With this text in code or name, upper and lower case alike (ASCII).
    pub q: Option<String>,
}

impl TaxGroupFilter {
    fn matches(&self, group: &TaxGroup) -> bool {
        self.is_active.is_none_or(|wanted| group.is_active == wanted)
            && (self.external_id.is_none() || group.external_id == self.external_id)
            && self.q.as_deref().is_none_or(|q| contains(&group.code, q) || contains(&group.name, q))
    }
}

/// Makes a tax group.
///
/// # Errors
/// `validation_error` (`code` with `unique` when it is taken, `tax_codes[i]` with `exists` or `unique`),
/// `duplicate_external_id`.
pub fn open(app: &App, call: &Call, draft: &TaxGroupDraft) -> Result<Done<TaxGroup>> {
    change(app, call, Permission::SETTINGS_WRITE, |tx, at| {
        let (group, happening) = open_in(tx, TaxGroupId(app.ids.next()), draft.clone(), at)?;
        Ok(Changed::one(group, happening))
    })
}

/// Changes a tax group; documents that were posted keep the taxes that they had.
///
/// # Errors
/// As [`open`]; `not_found`, `version_conflict`.
pub fn revise(
    app: &App,
    call: &Call,
    id: TaxGroupId,
    version: Option<i64>,
    draft: &TaxGroupDraft,
) -> Result<Done<TaxGroup>> {
    change(app, call, Permission::SETTINGS_WRITE, |tx, at| {
        let before = tx.tax_codes().find_group(id)?.ok_or_else(|| Error::not_found(RESOURCE, id))?;
        let (group, happening) = revise_in(tx, &before, version, draft.clone(), at)?;
        Ok(Changed::one(group, happening))
    })
}

/// Makes a tax group under an external id, or changes the one that has it.
///
/// # Errors
/// As [`open`] and [`revise`].
pub fn upsert(
    app: &App,
    call: &Call,
    external_id: &str,
    version: Option<i64>,
    draft: &TaxGroupDraft,
) -> Result<Done<Upserted<TaxGroup>>> {
    let draft = TaxGroupDraft { external_id: Some(external_id.to_owned()), ..draft.clone() };
    change(app, call, Permission::SETTINGS_WRITE, |tx, at| {
        let table = tx.tax_codes().table()?;
        let mut groups = table.groups().into_iter();
        let found = groups.find(|group| group.external_id.as_deref() == Some(external_id));
        let (value, happening) = match found {
            Some(before) => revise_in(tx, before, version, draft.clone(), at)?,
            None => open_in(tx, TaxGroupId(app.ids.next()), draft.clone(), at)?,
        };
        Ok(Changed::one(Upserted { created: found.is_none(), value }, happening))
    })
}

/// Deactivates a tax group: documents keep what they have, new ones cannot name it.
///
/// # Errors
/// `not_found`, `version_conflict`.
pub fn deactivate(app: &App, call: &Call, id: TaxGroupId, version: Option<i64>) -> Result<Done<TaxGroup>> {
    change(app, call, Permission::SETTINGS_WRITE, |tx, at| {
        let before = tx.tax_codes().find_group(id)?.ok_or_else(|| Error::not_found(RESOURCE, id))?;
        check_version(version, before.version)?;
        let after = before.deactivate(at);
        tx.tax_codes().update_group(&after)?;
        let happening = happened("tax_group.deactivated", Some(&before), &after);
        Ok(Changed::one(after, happening))
    })
}

/// Lists tax groups by code. The cursor is the code of the last one seen.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub fn list(
    app: &App,
    call: &Call,
    filter: &TaxGroupFilter,
    page: &Page<String>,
) -> Result<Listed<TaxGroup, String>> {
    call.need(Permission::SETTINGS_READ)?;
    let table = app.store.read(call.company, |tx| Ok(tx.tax_codes().table()?))?;
    let found = table.groups().into_iter().filter(|group| filter.matches(group));
    Ok(part_by_code(found, page, |group| &group.code))
}

/// One tax group.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(app: &App, call: &Call, id: TaxGroupId) -> Result<TaxGroup> {
    call.need(Permission::SETTINGS_READ)?;
    app.store
        .read(call.company, |tx| tx.tax_codes().find_group(id)?.ok_or_else(|| Error::not_found(RESOURCE, id)))
}

fn open_in(
    tx: &mut dyn Tx,
    id: TaxGroupId,
    draft: TaxGroupDraft,
    at: PrimitiveDateTime,
) -> Result<(TaxGroup, Happening)> {
    let codes = tx.tax_codes().list()?;
    let group = TaxGroup::open(id, draft, &codes, at)?;
    check_unique(tx, &group)?;
    tx.tax_codes().insert_group(&group)?;
    let happening = happened("tax_group.created", None, &group);
    Ok((group, happening))
}

fn revise_in(
    tx: &mut dyn Tx,
    before: &TaxGroup,
    version: Option<i64>,
    draft: TaxGroupDraft,
    at: PrimitiveDateTime,
) -> Result<(TaxGroup, Happening)> {
    check_version(version, before.version)?;
    let codes = tx.tax_codes().list()?;
    let after = before.revise(draft, &codes, at)?;
    check_unique(tx, &after)?;
    tx.tax_codes().update_group(&after)?;
    let happening = happened("tax_group.updated", Some(before), &after);
    Ok((after, happening))
}

fn check_unique(tx: &mut dyn Tx, group: &TaxGroup) -> Result<()> {
    let table = tx.tax_codes().table()?;
    for other in table.groups().into_iter().filter(|other| other.id != group.id) {
        if group.external_id.is_some() && other.external_id == group.external_id {
            return Err(Refusal::DuplicateExternalId { existing_id: other.id.to_string() }.into());
        }
        if other.code == group.code {
            let message = format!("tax group {} exists already: {}", group.code, other.id);
            return Err(Refusal::field("code", Constraint::Unique, message).into());
        }
    }
    Ok(())
}

fn happened(action: &'static str, before: Option<&TaxGroup>, after: &TaxGroup) -> Happening {
    Happening {
        action,
        resource_type: RESOURCE,
        resource_id: after.id.to_string(),
        before: before.and_then(snapshot),
        after: snapshot(after),
        reason: None,
    }
}
