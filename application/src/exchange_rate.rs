//! Exchange rates: set, revise, remove, find, and take over what a central bank publishes.

mod import;

pub use import::{ECB, Imported, import};

use crate::account::check_version;
use crate::app::App;
use crate::balance::company_of;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::journal_entry::Upserted;
use crate::page::{Listed, Page, cut};
use crate::ports::{ExchangeRateFilter, Tx};
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::exchange_rate_table::{DatedRate, DatedRateDraft};
use partita_domain::fiscal_calendar::check_date;
use partita_domain::id::ExchangeRateId;
use partita_domain::money::Currency;
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};
use time::{Date, PrimitiveDateTime};

/// What the audit trail calls an exchange rate.
pub const RESOURCE: &str = "exchange_rate";

/// Sets a rate into the base currency.
///
/// # Errors
/// `validation_error` (`date` with `unique` when the day has a rate of this currency), `duplicate_external_id`.
pub fn open(app: &App, call: &Call, draft: &DatedRateDraft) -> Result<Done<DatedRate>> {
    change(app, call, Permission::SETTINGS_WRITE, |tx, at| {
        let (rate, happening) = open_in(app, tx, call, draft.clone(), at)?;
        Ok(Changed::one(rate, happening))
    })
}

/// Changes a rate; what was posted carries its own.
///
/// # Errors
/// As [`open`]; `not_found`, `version_conflict`.
pub fn revise(
    app: &App,
    call: &Call,
    id: ExchangeRateId,
    version: Option<i64>,
    draft: &DatedRateDraft,
) -> Result<Done<DatedRate>> {
    change(app, call, Permission::SETTINGS_WRITE, |tx, at| {
        let before = tx.exchange_rates().find(id)?.ok_or_else(|| Error::not_found(RESOURCE, id))?;
        let (rate, happening) = revise_in(tx, &before, version, draft.clone(), at)?;
        Ok(Changed::one(rate, happening))
    })
}

/// Sets a rate under an external id, or changes the one that has it.
///
/// # Errors
/// As [`open`] and [`revise`].
pub fn upsert(
    app: &App,
    call: &Call,
    external_id: &str,
    version: Option<i64>,
    draft: &DatedRateDraft,
) -> Result<Done<Upserted<DatedRate>>> {
    let draft = DatedRateDraft { external_id: Some(external_id.to_owned()), ..draft.clone() };
    change(app, call, Permission::SETTINGS_WRITE, |tx, at| {
        let found = tx.exchange_rates().find_by_external_id(external_id)?;
        let created = found.is_none();
        let (value, happening) = match found {
            Some(before) => revise_in(tx, &before, version, draft.clone(), at)?,
            None => open_in(app, tx, call, draft.clone(), at)?,
        };
        Ok(Changed::one(Upserted { created, value }, happening))
    })
}

/// Removes a rate. The audit trail keeps what it was, and what was posted carries its own.
///
/// # Errors
/// `not_found`, `version_conflict`.
pub fn remove(app: &App, call: &Call, id: ExchangeRateId, version: Option<i64>) -> Result<Done<DatedRate>> {
    change(app, call, Permission::SETTINGS_WRITE, |tx, _| {
        let rate = tx.exchange_rates().find(id)?.ok_or_else(|| Error::not_found(RESOURCE, id))?;
        check_version(version, rate.version)?;
        tx.exchange_rates().remove(id)?;
        let happening = happened("exchange_rate.removed", Some(&rate), None, id);
        Ok(Changed::one(rate, happening))
    })
}

/// Lists rates, newest first, then by currency. The cursor is day and currency of the last one seen.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub fn list(
    app: &App,
    call: &Call,
    filter: &ExchangeRateFilter,
    page: &Page<(Date, Currency)>,
) -> Result<Listed<DatedRate, (Date, Currency)>> {
    call.need(Permission::SETTINGS_READ)?;
    app.store.read(call.company, |tx| {
        // Whoever goes on knows how many there are.
        let total = page.cursor.is_none().then(|| tx.exchange_rates().count(filter)).transpose()?;
        let found = tx.exchange_rates().list(filter, page.cursor, page.offset, page.limit + 1)?;
        Ok(cut(found, page.limit, total, |rate| (rate.date, rate.from_currency)))
    })
}

/// One rate.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(app: &App, call: &Call, id: ExchangeRateId) -> Result<DatedRate> {
    call.need(Permission::SETTINGS_READ)?;
    app.store
        .read(call.company, |tx| tx.exchange_rates().find(id)?.ok_or_else(|| Error::not_found(RESOURCE, id)))
}

/// The rate that applies on a day, today by default: the latest on or before it.
///
/// # Errors
/// `not_found` where there is none; `from_currency` with constraint `currency` for the base currency itself.
pub fn latest(app: &App, call: &Call, from: Currency, date: Option<Date>) -> Result<DatedRate> {
    call.need(Permission::SETTINGS_READ)?;
    let date = date.unwrap_or_else(|| app.clock.now().date());
    check_date(date, "date")?;
    app.store.read(call.company, |tx| {
        let base = company_of(tx, call.company)?.base_currency;
        if from == base {
            let message = format!("{base} is the base currency; its rate is always 1000000");
            return Err(Refusal::field("from_currency", Constraint::Currency, message).into());
        }
        let found = tx.exchange_rates().latest(from, base, date)?;
        found.ok_or_else(|| Error::not_found(RESOURCE, format!("from {from} to {base} on or before {date}")))
    })
}

fn open_in(
    app: &App,
    tx: &mut dyn Tx,
    call: &Call,
    draft: DatedRateDraft,
    at: PrimitiveDateTime,
) -> Result<(DatedRate, Happening)> {
    let base = company_of(tx, call.company)?.base_currency;
    let rate = DatedRate::open(ExchangeRateId(app.ids.next()), base, draft, at)?;
    check_unique(tx, &rate)?;
    tx.exchange_rates().insert(std::slice::from_ref(&rate))?;
    let happening = happened("exchange_rate.created", None, Some(&rate), rate.id);
    Ok((rate, happening))
}

fn revise_in(
    tx: &mut dyn Tx,
    before: &DatedRate,
    version: Option<i64>,
    draft: DatedRateDraft,
    at: PrimitiveDateTime,
) -> Result<(DatedRate, Happening)> {
    check_version(version, before.version)?;
    let after = before.revise(draft, at)?;
    check_unique(tx, &after)?;
    tx.exchange_rates().update(&after)?;
    let happening = happened("exchange_rate.updated", Some(before), Some(&after), after.id);
    Ok((after, happening))
}

fn check_unique(tx: &mut dyn Tx, rate: &DatedRate) -> Result<()> {
    if let Some(external_id) = &rate.external_id
        && let Some(existing) = tx.exchange_rates().find_by_external_id(external_id)?
        && existing.id != rate.id
    {
        return Err(Refusal::DuplicateExternalId { existing_id: existing.id.to_string() }.into());
    }
    let latest = tx.exchange_rates().latest(rate.from_currency, rate.base_currency, rate.date)?;
    match latest.filter(|latest| latest.date == rate.date && latest.id != rate.id) {
        None => Ok(()),
        Some(existing) => {
            let message = format!(
                "there is a rate of {} on {} already: {} ({})",
                rate.from_currency,
                rate.date,
                existing.rate.millionths(),
                existing.id
            );
            Err(Refusal::field("date", Constraint::Unique, message).into())
        }
    }
}

fn happened(
    action: &'static str,
    before: Option<&DatedRate>,
    after: Option<&DatedRate>,
    id: ExchangeRateId,
) -> Happening {
    Happening {
        action,
        resource_type: RESOURCE,
        resource_id: id.to_string(),
        before: before.and_then(snapshot),
        after: after.and_then(snapshot),
        reason: None,
    }
}
