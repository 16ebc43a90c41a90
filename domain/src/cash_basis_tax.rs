//! Tax by payment: what falls due as a document is paid, and what comes back when it never is.

use crate::money::divide_half_away;
use crate::recurring::add_months;
use time::Date;

/// A tax within the total of a document, minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContainedTax {
    /// The tax.
    pub tax: i64,
    /// The total, with the tax.
    pub total: i64,
}

impl ContainedTax {
    /// The tax in the first `paid` of the total, halves away from zero; `None` for a total of zero.
    #[must_use]
    pub fn within(&self, paid: i64) -> Option<i64> {
        let exact = i128::from(self.tax).checked_mul(i128::from(paid))?;
        i64::try_from(divide_half_away(exact, i128::from(self.total))?).ok()
    }

    /// The tax that falls due when what is paid grows from `before` to `now` (cash accounting): the tax in all that is
    /// paid now less what fell due before, so that instalments settled together or apart release the same (T18).
    #[must_use]
    pub fn released(&self, before: i64, now: i64) -> Option<i64> {
        self.within(now)?.checked_sub(self.within(before)?)
    }

    /// The tax that a seller claims back for what stays unpaid (bad debt relief, HMRC Notice 700/18). When some of it is
    /// paid later, the difference of two claims is what has to be repaid.
    #[must_use]
    pub fn relief(&self, unpaid: i64) -> Option<i64> {
        self.within(unpaid)
    }
}

/// The first and the last day on which bad debt relief may be claimed: 6 months, and 4 years and 6 months, after the
/// later of due date and supply (HMRC Notice 700/18).
#[must_use]
pub fn relief_window(due: Date, supply: Date) -> Option<(Date, Date)> {
    let later = due.max(supply);
    Some((add_months(later, 6)?, add_months(later, 54)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::date;

    const INVOICE: ContainedTax = ContainedTax { tax: 20_000, total: 120_000 };

    #[test]
    fn t18_tax_falls_due_as_the_invoice_is_paid() {
        let released: Vec<_> = [(0, 40_000), (40_000, 80_000), (80_000, 120_000)]
            .map(|(before, now)| INVOICE.released(before, now).unwrap())
            .to_vec();
        assert_eq!(released, [6_667, 6_666, 6_667]);
        assert_eq!(INVOICE.released(0, 80_000), Some(13_333));
        assert_eq!(ContainedTax { tax: 0, total: 0 }.released(0, 0), None);
    }

    #[test]
    fn t27_bad_debt_relief_follows_what_stays_unpaid() {
        let claimed = INVOICE.relief(90_000).unwrap();
        assert_eq!((claimed, 90_000 - claimed), (15_000, 75_000));
        assert_eq!(claimed - INVOICE.relief(60_000).unwrap(), 5_000);
        assert_eq!(
            relief_window(date!(2026 - 08 - 31), date!(2026 - 08 - 01)),
            Some((date!(2027 - 02 - 28), date!(2031 - 02 - 28)))
        );
    }

    proptest! {
        #[test]
        fn t18_any_instalments_release_the_whole_tax(
            tax in 0..1_000_000_i64,
            parts in prop::collection::vec(1..1_000_000_i64, 1..20),
        ) {
            let document = ContainedTax { tax, total: parts.iter().sum() };
            let (mut paid, mut released) = (0, 0);
            for part in parts {
                released += document.released(paid, paid + part).unwrap();
                paid += part;
            }
            prop_assert_eq!(released, tax);
        }
    }
}
