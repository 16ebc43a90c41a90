//! Kept balances.

use crate::tx::MemoryTx;
use crate::undo_map::{Undo, UndoMap};
use partita_application::ports::{BalanceSpan, Balances, Grain, StoreError, Stored};
use partita_domain::balance::{AccountTotals, BalanceChange, Totals};
use partita_domain::id::AccountId;
use partita_domain::money::Currency;
use partita_domain::period::PeriodKey;
use std::collections::BTreeMap;
use time::Date;

/// Both grains of kept rows.
#[derive(Default)]
pub(crate) struct KeptBalances {
    days: UndoMap<RowKey, Totals>,
    months: UndoMap<RowKey, Totals>,
}

impl Undo for KeptBalances {
    fn commit(&mut self) {
        self.days.commit();
        self.months.commit();
    }

    fn roll_back(&mut self) {
        self.days.roll_back();
        self.months.roll_back();
    }
}

/// What a kept row is found by, in the order in which rows are listed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct RowKey {
    account_id: AccountId,
    currency: Currency,
    /// Sorts as the period's text does: `2026-12` before `2026-P13` before `2027-01`.
    period: (i32, u8),
    date: Date,
}

impl RowKey {
    fn of(change: &BalanceChange, grain: Grain) -> Self {
        Self {
            account_id: change.account_id,
            currency: change.currency,
            period: match change.period {
                PeriodKey::Month { year, month } => (year, month),
                PeriodKey::Adjustment { fiscal_year, number } => (fiscal_year, number),
            },
            date: match grain {
                Grain::Day => change.date,
                Grain::Month => change.date.replace_day(1).unwrap_or(change.date),
            },
        }
    }

    fn period(&self) -> PeriodKey {
        match self.period {
            (year, month @ ..=12) => PeriodKey::Month { year, month },
            (fiscal_year, number) => PeriodKey::Adjustment { fiscal_year, number },
        }
    }

    fn with(self, totals: Totals) -> BalanceChange {
        let Self { account_id, currency, date, .. } = self;
        BalanceChange { account_id, currency, period: self.period(), date, totals }
    }
}

fn sum(one: Totals, other: Totals) -> Stored<Totals> {
    one.checked_add(other)
        .ok_or_else(|| StoreError::Corrupt("the sum of kept balances is out of range".to_owned()))
}

impl Balances for MemoryTx<'_> {
    fn add(&mut self, changes: &[BalanceChange]) -> Stored<()> {
        let books = self.books_mut()?;
        for change in changes {
            books.accounts.check_exists(change.account_id)?;
            let KeptBalances { days, months } = &mut books.balances;
            for (rows, grain) in [(days, Grain::Day), (months, Grain::Month)] {
                let key = RowKey::of(change, grain);
                let before = rows.get(&key).copied().unwrap_or_default();
                rows.put(key, sum(before, change.totals)?);
            }
        }
        Ok(())
    }

    // Days alone answer every span; that months give the same sums is what the databases are tested for.
    fn totals(&mut self, span: &BalanceSpan) -> Stored<Vec<AccountTotals>> {
        let mut sums: BTreeMap<(AccountId, Currency), Totals> = BTreeMap::new();
        for (key, totals) in self.books().balances.days.iter() {
            let is_asked_for = span.from.is_none_or(|from| key.date >= from)
                && key.date <= span.to
                && span.account_id.is_none_or(|id| key.account_id == id)
                && !span.without.contains(&key.period());
            if is_asked_for {
                let before = sums.entry((key.account_id, key.currency)).or_default();
                *before = sum(*before, *totals)?;
            }
        }
        let rows = sums.into_iter();
        Ok(rows
            .map(|((account_id, currency), totals)| AccountTotals { account_id, currency, totals })
            .collect())
    }

    fn has_history(&mut self, account_id: AccountId) -> Stored<bool> {
        Ok(self.books().balances.months.keys().any(|key| key.account_id == account_id))
    }

    fn kept(&mut self, grain: Grain) -> Stored<Vec<BalanceChange>> {
        let balances = &self.books().balances;
        let rows = match grain {
            Grain::Day => &balances.days,
            Grain::Month => &balances.months,
        };
        Ok(rows.iter().map(|(key, totals)| key.with(*totals)).collect())
    }

    fn rebuilt(&mut self, grain: Grain) -> Stored<Vec<BalanceChange>> {
        let mut rows: BTreeMap<RowKey, Totals> = BTreeMap::new();
        for entry in self.books().journal_entries.in_chain_order() {
            for change in entry.balance_changes() {
                let before = rows.entry(RowKey::of(&change, grain)).or_default();
                *before = sum(*before, change.totals)?;
            }
        }
        Ok(rows.into_iter().map(|(key, totals)| key.with(totals)).collect())
    }
}
