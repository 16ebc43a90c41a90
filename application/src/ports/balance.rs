//! Kept balances: per account, currency, period and day, and again per account, currency and period; both in the same
//! transaction as the lines.

use super::Stored;
use partita_domain::balance::{AccountTotals, BalanceChange};
use partita_domain::id::AccountId;
use partita_domain::period::PeriodKey;
use time::Date;

/// Which kept totals to sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceSpan {
    /// From this date on; `None` from the beginning.
    pub from: Option<Date>,
    /// Up to and including this date.
    pub to: Date,
    /// Of this account only.
    pub account_id: Option<AccountId>,
    /// Without these (adjustment) periods.
    pub without: Vec<PeriodKey>,
}

/// How finely totals are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// One row per account, currency, period and day.
    Day,
    /// One row per account, currency and period; `date` is the first of the month that the period is dated in.
    Month,
}

/// The kept balances of the company.
pub trait Balances {
    /// Adds to both grains.
    fn add(&mut self, changes: &[BalanceChange]) -> Stored<()>;
    /// Sums a span by account and currency, in that order: whole months from month rows, the rest from day rows.
    fn totals(&mut self, span: &BalanceSpan) -> Stored<Vec<AccountTotals>>;
    /// Whether anything was ever posted to an account.
    fn has_history(&mut self, account_id: AccountId) -> Stored<bool>;
    /// All kept rows of a grain, by account, currency, period (as text) and date.
    fn kept(&mut self, grain: Grain) -> Stored<Vec<BalanceChange>>;
    /// The same rows computed from the lines.
    fn rebuilt(&mut self, grain: Grain) -> Stored<Vec<BalanceChange>>;
}
