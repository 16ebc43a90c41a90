//! How much base currency leaves with a part of a foreign amount.

use super::OpenItem;
use crate::money::divide_half_away;

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
