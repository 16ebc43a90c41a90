//! Balances: kept per account, currency and day, so that no report reads lines.

use crate::account::{Account, Side};
use crate::id::AccountId;
use crate::money::Currency;
use crate::period::PeriodKey;
use serde::{Deserialize, Serialize};
use time::Date;

/// Debits and credits gathered, in base currency and in the transaction currency; minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Σ debit in the lines' currency.
    pub debit: i64,
    /// Σ credit in the lines' currency.
    pub credit: i64,
    /// Σ debit in base currency.
    pub base_debit: i64,
    /// Σ credit in base currency.
    pub base_credit: i64,
}

impl Totals {
    /// The sum; `None` where one leaves the range of i64.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Some(Self {
            debit: self.debit.checked_add(other.debit)?,
            credit: self.credit.checked_add(other.credit)?,
            base_debit: self.base_debit.checked_add(other.base_debit)?,
            base_credit: self.base_credit.checked_add(other.base_credit)?,
        })
    }

    /// The balance in base currency, positive on the account's normal side.
    #[must_use]
    pub fn base_balance(&self, normal: Side) -> i128 {
        let debit_balance = i128::from(self.base_debit) - i128::from(self.base_credit);
        match normal {
            Side::Debit => debit_balance,
            Side::Credit => -debit_balance,
        }
    }

    /// The balance in the lines' currency, positive on the account's normal side.
    #[must_use]
    pub fn balance(&self, normal: Side) -> i128 {
        let debit_balance = i128::from(self.debit) - i128::from(self.credit);
        match normal {
            Side::Debit => debit_balance,
            Side::Credit => -debit_balance,
        }
    }
}

/// What one posting adds to a kept balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceChange {
    /// The account.
    pub account_id: AccountId,
    /// The lines' currency.
    pub currency: Currency,
    /// The period, which tells adjustments from the month they are dated in.
    pub period: PeriodKey,
    /// The accounting date.
    pub date: Date,
    /// What is added.
    pub totals: Totals,
}

/// The kept totals of an account in one currency over a span of dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountTotals {
    /// The account.
    pub account_id: AccountId,
    /// The lines' currency.
    pub currency: Currency,
    /// The totals.
    pub totals: Totals,
}

/// One row of a trial balance, in base currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialBalanceRow {
    /// The account.
    pub account: Account,
    /// Σ debit, minor units of base currency.
    pub debit_total: i64,
    /// Σ credit, minor units of base currency.
    pub credit_total: i64,
    /// Positive on the account's normal side.
    pub balance: i64,
}

/// A trial balance: all accounts that were posted to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialBalance {
    /// Up to and including this date.
    pub as_of: Date,
    /// The base currency.
    pub currency: Currency,
    /// In number order.
    pub rows: Vec<TrialBalanceRow>,
    /// Σ of debit balances.
    pub total_debit: i64,
    /// Σ of credit balances.
    pub total_credit: i64,
}

impl TrialBalance {
    /// Whether both sides are equal (invariant I1 over all entries).
    #[must_use]
    pub fn balanced(&self) -> bool {
        self.total_debit == self.total_credit
    }
}
