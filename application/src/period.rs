//! Periods: list, close softly, reopen, lock with two people.

use crate::app::App;
use crate::balance::{company_of, trial_balance_in};
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::page::{Listed, Page, part};
use crate::ports::Tx;
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::company::Company;
use partita_domain::fiscal_calendar::check_date;
use partita_domain::hash::Hash;
use partita_domain::id::LockRequestId;
use partita_domain::period::{LockRequest, LockRequestStatus, Period, PeriodKey, closing_hash};
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::text;
use serde::Serialize;
use time::{Date, Month, PrimitiveDateTime};

/// What the audit trail calls a period.
pub const RESOURCE: &str = "period";

/// Lists the periods of a fiscal year, or of every fiscal year that has any and the present one. Periods that nothing
/// was posted into yet are listed as open.
///
/// # Errors
/// `fiscal_year` out of range.
pub fn list(
    app: &App,
    call: &Call,
    fiscal_year: Option<i32>,
    page: &Page<i64>,
) -> Result<Listed<Period, i64>> {
    call.need(Permission::PERIODS_READ)?;
    if fiscal_year.is_some_and(|year| !(1900..=2199).contains(&year)) {
        return Err(Refusal::field("fiscal_year", Constraint::Range, "years are 1900 to 2199").into());
    }
    let today = app.clock.now().date();
    let periods = app.store.read(call.company, |tx| {
        let company = company_of(tx, call.company)?;
        let stored = tx.periods().list(fiscal_year)?;
        let calendar = &company.fiscal_calendar;
        let mut years: Vec<i32> = match fiscal_year {
            Some(year) => vec![year],
            None => {
                stored.iter().map(|period| period.fiscal_year).chain([calendar.year_of(today).year]).collect()
            }
        };
        years.sort_unstable();
        years.dedup();
        let mut periods = Vec::new();
        for year in years.into_iter().filter_map(|year| calendar.year_named(year)) {
            for key in year.periods() {
                let found = stored.iter().find(|period| period.period == key).cloned();
                periods.push(found.unwrap_or_else(|| Period::open(key, year.year, year.end)));
            }
        }
        Ok(periods)
    })?;
    Ok(part(periods, page))
}

/// One period.
///
/// # Errors
/// `not_found` for an adjustment period of a fiscal year that does not exist.
pub fn find(app: &App, call: &Call, key: PeriodKey) -> Result<Period> {
    call.need(Permission::PERIODS_READ)?;
    app.store.read(call.company, |tx| {
        let company = company_of(tx, call.company)?;
        Ok(stored_or_open(tx, &company, key)?.0)
    })
}

/// Closes a period until somebody reopens it.
///
/// # Errors
/// `invalid_state` unless it is open.
pub fn soft_lock(app: &App, call: &Call, key: PeriodKey, reason: Option<&str>) -> Result<Done<Period>> {
    text::check_optional(reason, "reason", 500)?;
    change(app, call, Permission::PERIODS_WRITE, |tx, at| {
        let company = company_of(tx, call.company)?;
        let (before, is_stored) = stored_or_open(tx, &company, key)?;
        let after = before.soft_lock(call.actor, at)?;
        put(tx, &after, is_stored)?;
        Ok(Changed::one(after.clone(), happened("period.soft_locked", &before, &after, reason)))
    })
}

/// Opens a soft-locked period again. A pending lock request of it is cancelled.
///
/// # Errors
/// `invalid_state` unless it is soft-locked; `reason` missing.
pub fn reopen(app: &App, call: &Call, key: PeriodKey, reason: &str) -> Result<Done<Period>> {
    text::check_filled(reason, "reason", 500)?;
    change(app, call, Permission::PERIODS_WRITE, |tx, at| {
        let company = company_of(tx, call.company)?;
        let (before, is_stored) = stored_or_open(tx, &company, key)?;
        let after = before.reopen()?;
        put(tx, &after, is_stored)?;
        if let Some(request) = pending(tx, key, at)? {
            tx.lock_requests().update(&request.decide(LockRequestStatus::Cancelled, call.actor, at)?)?;
        }
        Ok(Changed::one(after.clone(), happened("period.reopened", &before, &after, Some(reason))))
    })
}

/// Asks for a period to be locked for ever; a second person approves within 48 hours (T66).
///
/// # Errors
/// `invalid_state` unless it is soft-locked and the period before it in the order month, 13, 14 is locked;
/// `conflict` while another request is pending.
pub fn request_lock(
    app: &App,
    call: &Call,
    key: PeriodKey,
    reason: Option<&str>,
) -> Result<Done<LockRequest>> {
    text::check_optional(reason, "reason", 500)?;
    change(app, call, Permission::PERIODS_LOCK, |tx, at| {
        let company = company_of(tx, call.company)?;
        let (period, _) = stored_or_open(tx, &company, key)?;
        period.check_lockable(locked_before(tx, &company, key)?.as_ref())?;
        if let Some(standing) = pending(tx, key, at)? {
            let message = format!("a request to lock {key} is pending already: {}", standing.id);
            return Err(Refusal::Conflict { message }.into());
        }
        let request = LockRequest::new(LockRequestId(app.ids.next()), key, call.actor, call.user_id, at);
        tx.lock_requests().insert(&request)?;
        let happening = happened_to_request("period.lock_requested", None, &request, reason);
        Ok(Changed::one(request, happening))
    })
}

/// Approves a request: the period is locked for ever and sealed with its closing hash. Who asked cannot approve, unless
/// the company has only one user.
///
/// # Errors
/// `forbidden` for the one who asked; `invalid_state` when the request is not pending or the period not soft-locked.
pub fn approve_lock(app: &App, call: &Call, key: PeriodKey, id: LockRequestId) -> Result<Done<Period>> {
    change(app, call, Permission::PERIODS_LOCK, |tx, at| {
        let request = request_of(tx, key, id)?;
        let decided = request.decide(LockRequestStatus::Approved, call.actor, at)?;
        if request.is_requester(&call.actor, call.user_id) && tx.users().count_active()? >= 2 {
            return Err(Error::ForbiddenBecause(
                "who requested a lock cannot approve it; another person has to",
            ));
        }
        let company = company_of(tx, call.company)?;
        let (before, is_stored) = stored_or_open(tx, &company, key)?;
        let seal = closing_hash_of(tx, &company, &before)?;
        let after = before.lock(locked_before(tx, &company, key)?.as_ref(), call.actor, at, seal)?;
        put(tx, &after, is_stored)?;
        tx.lock_requests().update(&decided)?;
        let head = tx.ledger_heads().get()?;
        let told =
            Locked { period: &after, chain_position: head.entry_position, chain_head: head.entry_hash };
        let happening =
            Happening { after: snapshot(&told), ..happened("period.locked", &before, &after, None) };
        Ok(Changed::one(after.clone(), happening))
    })
}

/// Takes a request back.
///
/// # Errors
/// `invalid_state` when it is not pending.
pub fn cancel_lock(app: &App, call: &Call, key: PeriodKey, id: LockRequestId) -> Result<Done<LockRequest>> {
    change(app, call, Permission::PERIODS_LOCK, |tx, at| {
        let before = request_of(tx, key, id)?;
        let after = before.decide(LockRequestStatus::Cancelled, call.actor, at)?;
        tx.lock_requests().update(&after)?;
        let happening = happened_to_request("period.lock_cancelled", Some(&before), &after, None);
        Ok(Changed::one(after, happening))
    })
}

/// The newest request to lock a period, its status as of now.
///
/// # Errors
/// `not_found` when there was never one.
pub fn lock_status(app: &App, call: &Call, key: PeriodKey) -> Result<LockRequest> {
    call.need(Permission::PERIODS_READ)?;
    let now = app.clock.now();
    app.store.read(call.company, |tx| {
        let request =
            tx.lock_requests().latest(key)?.ok_or_else(|| Error::not_found("lock request of period", key))?;
        Ok(LockRequest { status: request.status_at(now), ..request })
    })
}

/// The closing hash that a period has, or would have if it were locked now.
pub(crate) fn closing_hash_of(tx: &mut dyn Tx, company: &Company, period: &Period) -> Result<Hash> {
    let adjustment = period.period.adjustment();
    let balance = trial_balance_in(tx, company, period.end_date, adjustment)?;
    let head = tx.ledger_heads().get()?;
    let rows =
        balance.rows.iter().map(|row| (row.account.number.as_str(), row.debit_total, row.credit_total));
    Ok(closing_hash(head.entry_hash, period.entry_count, rows))
}

fn stored_or_open(tx: &mut dyn Tx, company: &Company, key: PeriodKey) -> Result<(Period, bool)> {
    if let Some(period) = tx.periods().find(key)? {
        return Ok((period, true));
    }
    let calendar = &company.fiscal_calendar;
    let year = match key {
        PeriodKey::Month { year, month } => Month::try_from(month)
            .ok()
            .and_then(|month| Date::from_calendar_date(year, month, 1).ok())
            .map(|day| calendar.year_of(day)),
        PeriodKey::Adjustment { fiscal_year, .. } => calendar.year_named(fiscal_year),
    };
    let year = year.ok_or_else(|| Error::not_found("period", key))?;
    check_date(year.end, "period")?;
    Ok((Period::open(key, year.year, year.end), false))
}

/// The period that must be locked before this one: the last month before 13, 13 before 14.
fn locked_before(tx: &mut dyn Tx, company: &Company, key: PeriodKey) -> Result<Option<Period>> {
    let before = match key {
        PeriodKey::Month { .. } => return Ok(None),
        PeriodKey::Adjustment { fiscal_year, number: 14 } => {
            PeriodKey::Adjustment { fiscal_year, number: 13 }
        }
        PeriodKey::Adjustment { fiscal_year, .. } => {
            let year = company
                .fiscal_calendar
                .year_named(fiscal_year)
                .ok_or_else(|| Error::not_found("period", key))?;
            year.last_month()
        }
    };
    Ok(Some(stored_or_open(tx, company, before)?.0))
}

fn pending(tx: &mut dyn Tx, key: PeriodKey, at: PrimitiveDateTime) -> Result<Option<LockRequest>> {
    Ok(tx.lock_requests().latest(key)?.filter(|request| request.status_at(at) == LockRequestStatus::Pending))
}

fn request_of(tx: &mut dyn Tx, key: PeriodKey, id: LockRequestId) -> Result<LockRequest> {
    tx.lock_requests()
        .find(id)?
        .filter(|request| request.period == key)
        .ok_or_else(|| Error::not_found("lock request", id))
}

fn put(tx: &mut dyn Tx, period: &Period, is_stored: bool) -> Result<()> {
    if is_stored {
        tx.periods().update(period)?
    } else {
        tx.periods().insert(period)?
    }
    Ok(())
}

/// A locked period, and what its closing hash was taken over, so that it can be taken again from an export up to this
/// position.
#[derive(Serialize)]
struct Locked<'a> {
    #[serde(flatten)]
    period: &'a Period,
    chain_position: i64,
    chain_head: Hash,
}

fn happened(action: &'static str, before: &Period, after: &Period, reason: Option<&str>) -> Happening {
    Happening {
        action,
        resource_type: RESOURCE,
        resource_id: after.period.to_string(),
        before: snapshot(before),
        after: snapshot(after),
        reason: reason.map(str::to_owned),
    }
}

fn happened_to_request(
    action: &'static str,
    before: Option<&LockRequest>,
    after: &LockRequest,
    reason: Option<&str>,
) -> Happening {
    Happening {
        action,
        resource_type: RESOURCE,
        resource_id: after.period.to_string(),
        before: before.and_then(snapshot),
        after: snapshot(after),
        reason: reason.map(str::to_owned),
    }
}
