//! How much base currency leaves with a part of a foreign amount.

use super::{OpenItem, Rest};
use crate::account::Side;
use crate::id::AccountId;
use crate::money::{Currency, divide_half_away};
use crate::posting_line::PostingLine;
use serde::{Deserialize, Serialize};

impl OpenItem<'_> {
    /// The base currency that goes with a part of the item: what its own rate makes of it, and all that is left when the
    /// item is closed, so that nothing stays open in base currency alone (invariant I5, T35).
    #[must_use]
    pub(super) fn relieved_base(&self, relieved: i64) -> Option<i64> {
        if relieved == self.open {
            return Some(self.base_open);
        }
        let exact = i128::from(self.base_total).checked_mul(i128::from(relieved))?;
        let base = divide_half_away(exact, i128::from(self.total))?;
        i64::try_from(base).ok().map(|base| base.min(self.base_open))
    }
}

impl Rest {
    /// The base currency that goes with a part of what is left.
    pub(super) fn relieved_base(&self, part: i64) -> Option<i64> {
        relieved_at_average(self.unapplied, self.base_unapplied, part)
    }
}

/// The base currency that goes with a part of a balance at its average rate: all of it with the whole balance, else
/// its share rounded half away from zero. `None` for a part of nothing.
///
/// The carrying amount of a foreign bank account is relieved so when money is exchanged; the difference from what is
/// received is realised (IAS 21.28).
#[must_use]
pub fn relieved_at_average(balance: i64, base_balance: i64, part: i64) -> Option<i64> {
    if part == balance {
        return Some(base_balance);
    }
    let exact = i128::from(base_balance).checked_mul(i128::from(part))?;
    i64::try_from(divide_half_away(exact, i128::from(balance))?).ok()
}

/// What an account holds of a currency, debit less credit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// Minor units of the currency.
    pub balance: i64,
    /// Minor units of base currency.
    pub base_balance: i64,
}

impl Holding {
    /// What the account holds after a line.
    pub(super) fn with(self, line: &PostingLine) -> Option<Self> {
        let sum = |held: i64, more: i128| i64::try_from(i128::from(held).checked_add(more)?).ok();
        Some(Self {
            balance: sum(self.balance, line.amount())?,
            base_balance: sum(self.base_balance, line.base_amount())?,
        })
    }

    /// The line by which an account is freed of what is left of it in base currency alone, which voids can leave; none as
    /// long as there is anything left of it, or nothing at all (invariant I5).
    #[must_use]
    pub(super) fn cleared(&mut self, account: AccountId, currency: Currency) -> Option<PostingLine> {
        if self.balance != 0 || self.base_balance == 0 {
            return None;
        }
        let side = if self.base_balance > 0 { Side::Credit } else { Side::Debit };
        let base = self.base_balance.checked_abs()?;
        self.base_balance = 0;
        let line = PostingLine::on(side, account, currency, 0, base);
        Some(line.described("What an empty account was carried at"))
    }

    /// Moves an amount, debit above zero, and answers what it is in base currency: as far as it takes the balance down,
    /// what that was carried at, so that nothing is left in base currency once the balance is zero (T36); beyond that
    /// what `at_rate` makes of it. `None` when a number leaves the range.
    #[must_use]
    pub fn take(&mut self, amount: i64, at_rate: impl Fn(i64) -> Option<i64>) -> Option<i64> {
        let carried_on_its_side =
            (self.balance > 0 && self.base_balance >= 0) || (self.balance < 0 && self.base_balance <= 0);
        let reduces = carried_on_its_side && (amount < 0) != (self.balance < 0);
        let part = match (reduces, amount < 0) {
            (false, _) => 0,
            (true, true) => amount.max(self.balance.checked_neg()?),
            (true, false) => amount.min(self.balance.checked_neg()?),
        };
        let carried = match part {
            0 => 0,
            part => {
                relieved_at_average(self.balance, self.base_balance, part.checked_neg()?)?.checked_neg()?
            }
        };
        let base = carried.checked_add(at_rate(amount.checked_sub(part)?)?)?;
        self.balance = self.balance.checked_add(amount)?;
        self.base_balance = self.base_balance.checked_add(base)?;
        Some(base)
    }
}
