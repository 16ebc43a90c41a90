//! Tax codes: open, revise, deactivate, find.

use crate::account::check_version;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::journal_entry::Upserted;
use crate::page::{Listed, Page, cut};
use crate::ports::Tx;
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::id::TaxCodeId;
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::tax_code::{TaxCode, TaxCodeDraft, TaxType};
use time::PrimitiveDateTime;

/// What the audit trail calls a tax code.
pub const RESOURCE: &str = "tax_code";

/// Which tax codes to list; every given part must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaxCodeFilter {
    /// Of this type.
    pub tax_type: Option<TaxType>,
    /// Active or not.
    pub is_active: Option<bool>,
    /// With this external id.
    pub external_id: Option<String>,
    /// With this text in code or name, upper and lower case alike (ASCII).
    pub q: Option<String>,
}

impl TaxCodeFilter {
    fn matches(&self, code: &TaxCode) -> bool {
        self.tax_type.is_none_or(|wanted| code.tax_type == wanted)
            && self.is_active.is_none_or(|wanted| code.is_active == wanted)
            && (self.external_id.is_none() || code.external_id == self.external_id)
            && self.q.as_deref().is_none_or(|q| contains(&code.code, q) || contains(&code.name, q))
    }
}

/// Whether a text has another in it, upper and lower case of ASCII alike.
pub(crate) fn contains(text: &str, part: &str) -> bool {
    text.to_ascii_lowercase().contains(&part.to_ascii_lowercase())
}

/// Makes a tax code.
///
/// # Errors
/// `validation_error` (`code` with `unique` when it is taken, an account with `exists`, `active` or `account_type`),
/// `duplicate_external_id`.
pub fn open(app: &App, call: &Call, draft: &TaxCodeDraft) -> Result<Done<TaxCode>> {
    change(app, call, Permission::SETTINGS_WRITE, |tx, at| {
        let (code, happening) = open_in(tx, TaxCodeId(app.ids.next()), draft.clone(), false, at)?;
        Ok(Changed::one(code, happening))
    })
}

/// Changes a tax code. Once entries name it, its rate, its type and how it is computed stay.
///
/// # Errors
/// As [`open`]; `not_found`, `version_conflict`, `has_history`, `conflict` for one in an active group that would be
/// deactivated.
pub fn revise(
    app: &App,
    call: &Call,
    id: TaxCodeId,
    version: Option<i64>,
    draft: &TaxCodeDraft,
) -> Result<Done<TaxCode>> {
    change(app, call, Permission::SETTINGS_WRITE, |tx, at| {
        let before = tx.tax_codes().find(id)?.ok_or_else(|| Error::not_found(RESOURCE, id))?;
        let (code, happening) = revise_in(tx, &before, version, draft.clone(), at)?;
        Ok(Changed::one(code, happening))
    })
}

/// Makes a tax code under an external id, or changes the one that has it.
///
/// # Errors
/// As [`open`] and [`revise`].
pub fn upsert(
    app: &App,
    call: &Call,
    external_id: &str,
    version: Option<i64>,
    draft: &TaxCodeDraft,
) -> Result<Done<Upserted<TaxCode>>> {
    let draft = TaxCodeDraft { external_id: Some(external_id.to_owned()), ..draft.clone() };
    change(app, call, Permission::SETTINGS_WRITE, |tx, at| {
        let table = tx.tax_codes().table()?;
        let mut codes = table.codes().into_iter();
        let found = codes.find(|code| code.external_id.as_deref() == Some(external_id));
        let (value, happening) = match found {
            Some(before) => revise_in(tx, before, version, draft.clone(), at)?,
            None => open_in(tx, TaxCodeId(app.ids.next()), draft.clone(), false, at)?,
        };
        Ok(Changed::one(Upserted { created: found.is_none(), value }, happening))
    })
}

/// Deactivates a tax code: documents keep what they have, new ones cannot name it.
///
/// # Errors
/// `not_found`, `version_conflict`; `conflict` for one in an active group.
pub fn deactivate(app: &App, call: &Call, id: TaxCodeId, version: Option<i64>) -> Result<Done<TaxCode>> {
    change(app, call, Permission::SETTINGS_WRITE, |tx, at| {
        let before = tx.tax_codes().find(id)?.ok_or_else(|| Error::not_found(RESOURCE, id))?;
        check_version(version, before.version)?;
        let after = before.deactivate(at);
        refuse_active_groups(tx, &before, &after)?;
        tx.tax_codes().update(&after)?;
        let happening = happened("tax_code.deactivated", Some(&before), &after);
        Ok(Changed::one(after, happening))
    })
}

/// Lists tax codes by code. The cursor is the code of the last one seen.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub fn list(
    app: &App,
    call: &Call,
    filter: &TaxCodeFilter,
    page: &Page<String>,
) -> Result<Listed<TaxCode, String>> {
    call.need(Permission::SETTINGS_READ)?;
    let table = app.store.read(call.company, |tx| Ok(tx.tax_codes().table()?))?;
    let found = table.codes().into_iter().filter(|code| filter.matches(code));
    Ok(part_by_code(found, page, |code| &code.code))
}

/// One tax code.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(app: &App, call: &Call, id: TaxCodeId) -> Result<TaxCode> {
    call.need(Permission::SETTINGS_READ)?;
    app.store.read(call.company, |tx| tx.tax_codes().find(id)?.ok_or_else(|| Error::not_found(RESOURCE, id)))
}

/// A part of a list that is sorted by code.
pub(crate) fn part_by_code<'a, T: Clone + 'a>(
    found: impl Iterator<Item = &'a T>,
    page: &Page<String>,
    code_of: impl Fn(&T) -> &String,
) -> Listed<T, String> {
    let found: Vec<&T> = found.collect();
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let size = |number: i64| usize::try_from(number).unwrap_or(0);
    let beyond =
        |item: &&&T| page.cursor.as_ref().is_none_or(|cursor| code_of(item).as_bytes() > cursor.as_bytes());
    let offset = if page.cursor.is_some() { 0 } else { page.offset };
    let items = found.iter().filter(beyond).skip(size(offset)).take(size(page.limit + 1));
    let items: Vec<T> = items.map(|item| T::clone(item)).collect();
    cut(items, page.limit, Some(total), |item| code_of(item).clone())
}

/// Makes a tax code within a transaction; `is_system` for one that comes with Partita.
pub(crate) fn open_in(
    tx: &mut dyn Tx,
    id: TaxCodeId,
    draft: TaxCodeDraft,
    is_system: bool,
    at: PrimitiveDateTime,
) -> Result<(TaxCode, Happening)> {
    let code = TaxCode { is_system, ..TaxCode::open(id, draft, at)? };
    check_unique(tx, &code)?;
    check_accounts(tx, None, &code)?;
    tx.tax_codes().insert(&code)?;
    let happening = happened("tax_code.created", None, &code);
    Ok((code, happening))
}

fn revise_in(
    tx: &mut dyn Tx,
    before: &TaxCode,
    version: Option<i64>,
    draft: TaxCodeDraft,
    at: PrimitiveDateTime,
) -> Result<(TaxCode, Happening)> {
    check_version(version, before.version)?;
    // What a document was taxed with stands in the lines that it was posted with.
    let has_history = before.is_recomputed_by(&draft) && tx.journal_entries().names_tax_code(before.id)?;
    let after = before.revise(draft, has_history, at)?;
    check_unique(tx, &after)?;
    check_accounts(tx, Some(before), &after)?;
    refuse_active_groups(tx, before, &after)?;
    tx.tax_codes().update(&after)?;
    let happening = happened("tax_code.updated", Some(before), &after);
    Ok((after, happening))
}

fn check_unique(tx: &mut dyn Tx, code: &TaxCode) -> Result<()> {
    let table = tx.tax_codes().table()?;
    for other in table.codes().into_iter().filter(|other| other.id != code.id) {
        if code.external_id.is_some() && other.external_id == code.external_id {
            return Err(Refusal::DuplicateExternalId { existing_id: other.id.to_string() }.into());
        }
        if other.code == code.code {
            let message = format!("tax code {} exists already: {}", code.code, other.id);
            return Err(Refusal::field("code", Constraint::Unique, message).into());
        }
    }
    Ok(())
}

/// Checks the accounts that are named anew.
fn check_accounts(tx: &mut dyn Tx, before: Option<&TaxCode>, code: &TaxCode) -> Result<()> {
    let known = before.map(TaxCode::accounts).unwrap_or_default();
    let mut refusals = Vec::new();
    for (field, id) in code.accounts().into_iter().filter(|named| !known.contains(named)) {
        let Some(id) = id else { continue };
        match tx.accounts().find(id)? {
            None => refusals.push(Refusal::field(field, Constraint::Exists, "there is no such account")),
            Some(account) if !account.is_active => {
                let message = format!("account {} is not active", account.number);
                refusals.push(Refusal::field(field, Constraint::Active, message));
            }
            Some(account) if !TaxCode::fits(account.account_type) => {
                let message = format!(
                    "account {} is of type {}; tax is posted to tax_payable, other_current_liability or \
                     other_current_asset",
                    account.number,
                    account.account_type.name()
                );
                refusals.push(Refusal::field(field, Constraint::AccountType, message));
            }
            Some(_) => {}
        }
    }
    if refusals.is_empty() { Ok(()) } else { Err(Error::Refused(refusals)) }
}

/// A group with a code that is not active could not be named.
fn refuse_active_groups(tx: &mut dyn Tx, before: &TaxCode, after: &TaxCode) -> Result<()> {
    if !before.is_active || after.is_active {
        return Ok(());
    }
    let table = tx.tax_codes().table()?;
    let groups = table.groups().into_iter();
    let mut holding = groups.filter(|group| group.is_active && group.tax_code_ids.contains(&before.id));
    match holding.next() {
        None => Ok(()),
        Some(group) => Err(Refusal::Conflict {
            message: format!(
                "the active tax group {} contains {}; take it out of the group first",
                group.code, before.code
            ),
        }
        .into()),
    }
}

fn happened(action: &'static str, before: Option<&TaxCode>, after: &TaxCode) -> Happening {
    Happening {
        action,
        resource_type: RESOURCE,
        resource_id: after.id.to_string(),
        before: before.and_then(snapshot),
        after: snapshot(after),
        reason: None,
    }
}
