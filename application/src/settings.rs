//! Settings of a company.

use crate::account::check_version;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::ports::{StoreError, Tx};
use partita_domain::account::Account;
use partita_domain::api_key::RateLimits;
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::id::AccountId;
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::settings::{ClosedPeriodPolicy, DefaultAccounts, Settings, TradePolicy};
use std::collections::BTreeSet;
use time::PrimitiveDateTime;

/// What the audit trail calls settings.
pub const RESOURCE: &str = "settings";

/// What a caller may say of the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsDraft {
    /// The accounts that Partita itself posts to.
    pub default_accounts: DefaultAccounts,
    /// Origins whose pages may call the API.
    pub cors_allowlist: Vec<String>,
    /// Whether soft-locked periods take entries.
    pub closed_period_policy: ClosedPeriodPolicy,
    /// What a new key may do unless told otherwise.
    pub default_rate_limits: RateLimits,
    /// How documents and payments are dealt with; as it is when absent.
    pub trade: Option<TradePolicy>,
}

/// The settings of the caller's company.
///
/// # Errors
/// [`Error::Forbidden`].
pub fn find(app: &App, call: &Call) -> Result<Settings> {
    call.need(Permission::SETTINGS_READ)?;
    app.store.read(call.company, settings_of)
}

/// Replaces the settings. Default accounts become system accounts, which stay active.
///
/// # Errors
/// `default_accounts.…` with `exists`, `active` or `account_type`; `version_conflict`.
pub fn revise(app: &App, call: &Call, version: Option<i64>, draft: &SettingsDraft) -> Result<Done<Settings>> {
    change(app, call, Permission::SETTINGS_WRITE, |tx, at| {
        let before = settings_of(tx)?;
        check_version(version, before.version)?;
        let after = Settings {
            default_accounts: draft.default_accounts.clone(),
            cors_allowlist: draft.cors_allowlist.clone(),
            closed_period_policy: draft.closed_period_policy,
            default_rate_limits: draft.default_rate_limits,
            trade: draft.trade.clone().unwrap_or_else(|| before.trade.clone()),
            updated_at: at,
            version: before.version + 1,
        };
        after.check()?;
        mark_system_accounts(tx, &before.default_accounts, &after.default_accounts, at)?;
        tx.settings().put(&after)?;
        let happening = Happening {
            action: "settings.updated",
            resource_type: RESOURCE,
            resource_id: call.company.to_string(),
            before: snapshot(&before),
            after: snapshot(&after),
            reason: None,
        };
        Ok(Changed::one(after, happening))
    })
}

/// The origins that any company of the installation allows. For the wiring, not for callers: a browser asks before it
/// says who it is.
///
/// # Errors
/// [`Error::Store`].
pub fn cors_origins(app: &App) -> Result<BTreeSet<String>> {
    let mut origins = BTreeSet::new();
    for company in crate::company::companies(app)? {
        origins.extend(app.store.read(company.id, settings_of)?.cors_allowlist);
    }
    Ok(origins)
}

pub(crate) fn settings_of(tx: &mut dyn Tx) -> Result<Settings> {
    tx.settings().find()?.ok_or_else(|| StoreError::Corrupt("the company has no settings".to_owned()).into())
}

fn mark_system_accounts(
    tx: &mut dyn Tx,
    before: &DefaultAccounts,
    after: &DefaultAccounts,
    at: PrimitiveDateTime,
) -> Result<()> {
    let ids = |accounts: &DefaultAccounts| {
        accounts.named().into_iter().filter_map(|(_, id)| id).collect::<BTreeSet<AccountId>>()
    };
    let chart = tx.accounts().all()?;
    let find = |id: AccountId| chart.iter().find(|account| account.id == id);
    let mut refusals = Vec::new();
    for (name, id) in after.named() {
        let Some(id) = id else { continue };
        let field = format!("default_accounts.{name}");
        match find(id) {
            None => refusals.push(Refusal::field(field, Constraint::Exists, "there is no such account")),
            Some(account) if !account.is_active => refusals.push(Refusal::field(
                field,
                Constraint::Active,
                format!("account {} is not active", account.number),
            )),
            Some(account) if !DefaultAccounts::fits(name, account.account_type) => {
                let message = format!(
                    "account {} is of type {}, which cannot serve as {name}",
                    account.number,
                    account.account_type.name()
                );
                refusals.push(Refusal::field(field, Constraint::AccountType, message));
            }
            Some(_) => {}
        }
    }
    if !refusals.is_empty() {
        return Err(Error::Refused(refusals));
    }
    let (before, after) = (ids(before), ids(after));
    for (id, is_system) in before
        .difference(&after)
        .map(|id| (*id, false))
        .chain(after.difference(&before).map(|id| (*id, true)))
    {
        if let Some(account) = find(id) {
            tx.accounts().update(&Account {
                is_system,
                updated_at: at,
                version: account.version + 1,
                ..Account::clone(account)
            })?;
        }
    }
    Ok(())
}
