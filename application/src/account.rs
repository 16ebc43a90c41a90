//! The chart of accounts: open, revise, deactivate, find.

use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::journal_entry::Upserted;
use crate::page::{Listed, Page, cut};
use crate::ports::{AccountFilter, Tx};
use partita_domain::account::{Account, AccountDraft};
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::id::AccountId;
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};
use std::sync::Arc;
use time::PrimitiveDateTime;

/// What the audit trail calls an account.
pub const RESOURCE: &str = "account";

/// Opens an account.
///
/// # Errors
/// `validation_error`, `duplicate_external_id`, number taken (`unique`).
pub fn open(app: &App, call: &Call, draft: &AccountDraft) -> Result<Done<Account>> {
    change(app, call, Permission::ACCOUNTS_WRITE, |tx, at| {
        let (account, happening) = open_in(tx, AccountId(app.ids.next()), draft.clone(), at)?;
        Ok(Changed::one(account, happening))
    })
}

/// Changes an account; `version` is the one the caller has seen, if it says so.
///
/// # Errors
/// As [`open`]; `not_found`, `version_conflict`, `has_history`, `conflict`.
pub fn revise(
    app: &App,
    call: &Call,
    id: AccountId,
    version: Option<i64>,
    draft: &AccountDraft,
) -> Result<Done<Account>> {
    change(app, call, Permission::ACCOUNTS_WRITE, |tx, at| {
        let before = tx.accounts().find(id)?.ok_or_else(|| Error::not_found("account", id))?;
        let (account, happening) = revise_in(tx, &before, version, draft.clone(), at)?;
        Ok(Changed::one(account, happening))
    })
}

/// Opens an account under an external id, or changes the one that has it.
///
/// # Errors
/// As [`open`] and [`revise`].
pub fn upsert(
    app: &App,
    call: &Call,
    external_id: &str,
    version: Option<i64>,
    draft: &AccountDraft,
) -> Result<Done<Upserted<Account>>> {
    let draft = AccountDraft { external_id: Some(external_id.to_owned()), ..draft.clone() };
    change(app, call, Permission::ACCOUNTS_WRITE, |tx, at| {
        let found = tx.accounts().find_by_external_id(external_id)?;
        let created = found.is_none();
        let (value, happening) = match found {
            Some(before) => revise_in(tx, &before, version, draft.clone(), at)?,
            None => open_in(tx, AccountId(app.ids.next()), draft.clone(), at)?,
        };
        Ok(Changed::one(Upserted { created, value }, happening))
    })
}

/// Deactivates an account: it stays in every report, but new entries cannot name it.
///
/// # Errors
/// `not_found`, `version_conflict`; `conflict` for a system account or one with active accounts below it.
pub fn deactivate(app: &App, call: &Call, id: AccountId, version: Option<i64>) -> Result<Done<Account>> {
    change(app, call, Permission::ACCOUNTS_WRITE, |tx, at| {
        let before = tx.accounts().find(id)?.ok_or_else(|| Error::not_found("account", id))?;
        check_version(version, before.version)?;
        refuse_active_children(tx, id)?;
        let after = before.deactivate(at)?;
        tx.accounts().update(&after)?;
        let happening = happened("account.deactivated", Some(&before), &after);
        Ok(Changed::one(after, happening))
    })
}

/// An account of a file.
#[derive(Clone, Debug)]
pub struct ImportAccount {
    /// Its id, when it was exported from other books.
    pub id: Option<AccountId>,
    /// The number of the account above it, where it is not named by id.
    pub parent_number: Option<String>,
    /// What it says.
    pub draft: AccountDraft,
}

/// Opens the accounts that are not there yet, all or none, and answers how many. An account is there when one of its
/// number has the same name and type.
///
/// # Errors
/// As [`open`], the field under `accounts[i]`; `number` with `unique` when another account has it.
pub fn import(app: &App, call: &Call, accounts: &[ImportAccount]) -> Result<Done<u64>> {
    change(app, call, Permission::ACCOUNTS_WRITE, |tx, at| {
        let mut happenings = Vec::new();
        for (i, account) in accounts.iter().enumerate() {
            if let Some(known) = tx.accounts().find_by_number(&account.draft.number)?
                && known.name == account.draft.name
                && known.account_type == account.draft.account_type
            {
                continue;
            }
            let mut draft = account.draft.clone();
            if let (None, Some(number)) = (draft.parent_id, &account.parent_number) {
                draft.parent_id = tx.accounts().find_by_number(number)?.map(|parent| parent.id);
            }
            let id = account.id.unwrap_or_else(|| AccountId(app.ids.next()));
            let opened = open_in(tx, id, draft, at).map_err(|error| match error {
                Error::Refused(refusals) => Error::Refused(
                    refusals.into_iter().map(|refusal| refusal.under(&format!("accounts[{i}]"))).collect(),
                ),
                other => other,
            });
            happenings.push(opened?.1);
        }
        Ok(Changed { value: u64::try_from(happenings.len()).unwrap_or(u64::MAX), happenings })
    })
}

/// Lists accounts by number. The cursor is the number of the last one seen.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub fn list(
    app: &App,
    call: &Call,
    filter: &AccountFilter,
    page: &Page<String>,
) -> Result<Listed<Arc<Account>, String>> {
    call.need(Permission::ACCOUNTS_READ)?;
    app.store.read(call.company, |tx| {
        let total = tx.accounts().count(filter)?;
        let accounts = tx.accounts().list(filter, page.cursor.as_deref(), page.offset, page.limit + 1)?;
        Ok(cut(accounts, page.limit, Some(total), |account| account.number.clone()))
    })
}

/// One account.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(app: &App, call: &Call, id: AccountId) -> Result<Arc<Account>> {
    call.need(Permission::ACCOUNTS_READ)?;
    app.store.read(call.company, |tx| tx.accounts().find(id)?.ok_or_else(|| Error::not_found("account", id)))
}

/// Checks the version that a caller has seen against the one that is stored.
pub(crate) fn check_version(given: Option<i64>, current: i64) -> Result<()> {
    match given {
        Some(given) if given != current => Err(Refusal::VersionConflict { given, current }.into()),
        _ => Ok(()),
    }
}

/// Opens an account within a transaction.
pub(crate) fn open_in(
    tx: &mut dyn Tx,
    id: AccountId,
    draft: AccountDraft,
    at: PrimitiveDateTime,
) -> Result<(Account, Happening)> {
    let account = Account::open(id, draft, at)?;
    check_unique(tx, &account)?;
    check_parent(tx, &account)?;
    tx.accounts().insert(&account)?;
    let happening = happened("account.created", None, &account);
    Ok((account, happening))
}

fn revise_in(
    tx: &mut dyn Tx,
    before: &Account,
    version: Option<i64>,
    draft: AccountDraft,
    at: PrimitiveDateTime,
) -> Result<(Account, Happening)> {
    check_version(version, before.version)?;
    let freezes = draft.account_type != before.account_type || draft.currency_code != before.currency_code;
    let has_history = freezes && tx.balances().has_history(before.id)?;
    let after = before.revise(draft, has_history, at)?;
    if before.is_active && !after.is_active {
        refuse_active_children(tx, before.id)?;
    }
    check_unique(tx, &after)?;
    check_parent(tx, &after)?;
    if after.account_type.category() != before.account_type.category() {
        refuse_children(tx, before.id)?;
    }
    tx.accounts().update(&after)?;
    let happening = happened("account.updated", Some(before), &after);
    Ok((after, happening))
}

fn check_unique(tx: &mut dyn Tx, account: &Account) -> Result<()> {
    if let Some(external_id) = &account.external_id
        && let Some(existing) = tx.accounts().find_by_external_id(external_id)?
        && existing.id != account.id
    {
        return Err(Refusal::DuplicateExternalId { existing_id: existing.id.to_string() }.into());
    }
    match tx.accounts().find_by_number(&account.number)? {
        Some(existing) if existing.id != account.id => {
            let message = format!("account {} exists already: {}", account.number, existing.id);
            Err(Refusal::field("number", Constraint::Unique, message).into())
        }
        _ => Ok(()),
    }
}

fn check_parent(tx: &mut dyn Tx, account: &Account) -> Result<()> {
    let Some(parent_id) = account.parent_id else { return Ok(()) };
    let chart = tx.accounts().all()?;
    let find = |id: AccountId| chart.iter().find(|other| other.id == id);
    let Some(parent) = find(parent_id) else {
        return Err(Refusal::field("parent_id", Constraint::Exists, "there is no such account").into());
    };
    let mut ancestors = vec![Account::clone(parent)];
    let mut above = parent.parent_id;
    while let Some(ancestor) = above.and_then(find) {
        if ancestors.len() > chart.len() {
            break;
        }
        ancestors.push(Account::clone(ancestor));
        above = ancestor.parent_id;
    }
    Ok(account.check_ancestors(&ancestors)?)
}

fn refuse_active_children(tx: &mut dyn Tx, id: AccountId) -> Result<()> {
    let below = AccountFilter { parent_id: Some(id), is_active: Some(true), ..AccountFilter::default() };
    match tx.accounts().count(&below)? {
        0 => Ok(()),
        found => Err(Refusal::Conflict {
            message: format!("{found} active accounts stand below this one; deactivate or move them first"),
        }
        .into()),
    }
}

fn refuse_children(tx: &mut dyn Tx, id: AccountId) -> Result<()> {
    let below = AccountFilter { parent_id: Some(id), ..AccountFilter::default() };
    match tx.accounts().count(&below)? {
        0 => Ok(()),
        _ => Err(Refusal::field(
            "type",
            Constraint::AccountType,
            "the accounts below this one have another category",
        )
        .into()),
    }
}

fn happened(action: &'static str, before: Option<&Account>, after: &Account) -> Happening {
    Happening {
        action,
        resource_type: RESOURCE,
        resource_id: after.id.to_string(),
        before: before.and_then(snapshot),
        after: snapshot(after),
        reason: None,
    }
}
