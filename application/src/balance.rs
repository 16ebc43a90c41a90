//! Balances and the trial balance at any date, from kept balances.

use crate::app::App;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::ports::{BalanceSpan, StoreError, Tx};
use partita_domain::account::{Account, Side};
use partita_domain::balance::{AccountTotals, Totals, TrialBalance, TrialBalanceRow};
use partita_domain::company::Company;
use partita_domain::fiscal_calendar::check_date;
use partita_domain::id::{AccountId, CompanyId};
use partita_domain::money::Currency;
use partita_domain::period::PeriodKey;
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};
use std::collections::BTreeMap;
use std::sync::Arc;
use time::Date;

/// The balance of one account over a span of dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountBalance {
    /// The account.
    pub account: Arc<Account>,
    /// The base currency.
    pub base_currency: Currency,
    /// From this date on, or from the beginning.
    pub from: Option<Date>,
    /// Up to and including this date.
    pub to: Date,
    /// The balance before `from`, base currency, positive on the normal side.
    pub opening: i64,
    /// Σ debit within the span, base currency.
    pub debit_total: i64,
    /// Σ credit within the span, base currency.
    pub credit_total: i64,
    /// The balance at the end, base currency, positive on the normal side.
    pub balance: i64,
    /// The balance at the end in each currency that was posted, minor units of that currency.
    pub by_currency: Vec<(Currency, i64)>,
}

/// The trial balance at a date (T65). Adjustment periods of the fiscal year of that date count only up to
/// `adjustment_period` (13 or 14); those of earlier years always count, since they are part of what was carried over.
///
/// # Errors
/// `as_of` out of range, `adjustment_period` other than 13 and 14.
pub fn trial_balance(
    app: &App,
    call: &Call,
    as_of: Option<Date>,
    adjustment_period: Option<u8>,
) -> Result<TrialBalance> {
    call.need(Permission::REPORTS_READ)?;
    let as_of = as_of.unwrap_or_else(|| app.clock.now().date());
    app.store.read(call.company, |tx| {
        let company = company_of(tx, call.company)?;
        trial_balance_in(tx, &company, as_of, adjustment_period)
    })
}

/// The balance and activity of one account; `to` is today by default.
///
/// # Errors
/// `not_found`, `date_order`.
pub fn account_balance(
    app: &App,
    call: &Call,
    id: AccountId,
    from: Option<Date>,
    to: Option<Date>,
    adjustment_period: Option<u8>,
) -> Result<AccountBalance> {
    call.need(Permission::REPORTS_READ)?;
    let to = to.unwrap_or_else(|| app.clock.now().date());
    check_date(to, "to")?;
    if let Some(from) = from {
        check_date(from, "from")?;
        if from > to {
            return Err(Refusal::field("from", Constraint::DateOrder, format!("{from} is after {to}")).into());
        }
    }
    app.store.read(call.company, |tx| {
        let account = tx.accounts().find(id)?.ok_or_else(|| Error::not_found("account", id))?;
        let company = company_of(tx, call.company)?;
        let span = |from, to, without| BalanceSpan { from, to, account_id: Some(id), without };
        let before = match from.and_then(Date::previous_day) {
            Some(day) => tx.balances().totals(&span(None, day, Vec::new()))?,
            None => Vec::new(),
        };
        let within = tx.balances().totals(&span(from, to, left_out(&company, to, adjustment_period)?))?;
        let side = account.account_type.normal_side();
        let (opening, activity) = (sum(&before)?, sum(&within)?);
        let all = opening.checked_add(activity).ok_or_else(out_of_range)?;
        let mut by_currency: BTreeMap<Currency, i128> = BTreeMap::new();
        for row in before.iter().chain(&within) {
            *by_currency.entry(row.currency).or_default() += row.totals.balance(side);
        }
        Ok(AccountBalance {
            account,
            base_currency: company.base_currency,
            from,
            to,
            opening: in_range(opening.base_balance(side))?,
            debit_total: activity.base_debit,
            credit_total: activity.base_credit,
            balance: in_range(all.base_balance(side))?,
            by_currency: by_currency
                .into_iter()
                .map(|(currency, balance)| Ok((currency, in_range(balance)?)))
                .collect::<Result<_>>()?,
        })
    })
}

/// The trial balance within a transaction.
pub(crate) fn trial_balance_in(
    tx: &mut dyn Tx,
    company: &Company,
    as_of: Date,
    adjustment_period: Option<u8>,
) -> Result<TrialBalance> {
    check_date(as_of, "as_of")?;
    let without = left_out(company, as_of, adjustment_period)?;
    let kept = tx.balances().totals(&BalanceSpan { from: None, to: as_of, account_id: None, without })?;
    let mut by_account: BTreeMap<AccountId, Totals> = BTreeMap::new();
    for row in &kept {
        let totals = by_account.entry(row.account_id).or_default();
        *totals = totals.checked_add(row.totals).ok_or_else(out_of_range)?;
    }
    let mut balance = TrialBalance {
        as_of,
        currency: company.base_currency,
        rows: Vec::with_capacity(by_account.len()),
        total_debit: 0,
        total_credit: 0,
    };
    for account in tx.accounts().all()?.iter() {
        let Some(totals) = by_account.get(&account.id) else { continue };
        let debit_balance = in_range(totals.base_balance(Side::Debit))?;
        let column = if debit_balance >= 0 { &mut balance.total_debit } else { &mut balance.total_credit };
        *column = column.checked_add(debit_balance.saturating_abs()).ok_or_else(out_of_range)?;
        balance.rows.push(TrialBalanceRow {
            debit_total: totals.base_debit,
            credit_total: totals.base_credit,
            balance: in_range(totals.base_balance(account.account_type.normal_side()))?,
            account: Account::clone(account),
        });
    }
    Ok(balance)
}

/// The company of a transaction.
pub(crate) fn company_of(tx: &mut dyn Tx, id: CompanyId) -> Result<Company> {
    tx.companies().find()?.ok_or_else(|| Error::not_found("company", id))
}

/// The adjustment periods that a report at a date leaves out.
fn left_out(company: &Company, as_of: Date, adjustment_period: Option<u8>) -> Result<Vec<PeriodKey>> {
    let fiscal_year = company.fiscal_calendar.year_of(as_of).year;
    let keys = |numbers: &[u8]| {
        numbers.iter().map(|number| PeriodKey::Adjustment { fiscal_year, number: *number }).collect()
    };
    match adjustment_period {
        None => Ok(keys(&[13, 14])),
        Some(13) => Ok(keys(&[14])),
        Some(14) => Ok(Vec::new()),
        Some(_) => {
            Err(Refusal::field("adjustment_period", Constraint::OneOf, "adjustment periods are 13 and 14")
                .into())
        }
    }
}

fn sum(rows: &[AccountTotals]) -> Result<Totals> {
    rows.iter().try_fold(Totals::default(), |sum, row| sum.checked_add(row.totals)).ok_or_else(out_of_range)
}

fn in_range(balance: i128) -> Result<i64> {
    i64::try_from(balance).map_err(|_| out_of_range())
}

/// The turnover of the books bounds every sum, so only tampered rows can leave the range.
fn out_of_range() -> Error {
    StoreError::Corrupt("kept balances sum up to more than 64 bits".to_owned()).into()
}
