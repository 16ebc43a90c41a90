//! Exchange rates: base units per one foreign unit, as an integer × 1 000 000. A stored rate is never inverted.

use crate::money::{Currency, divide_half_away};
use crate::refusal::{Constraint, Refusal};
use serde::{Deserialize, Serialize};

const SCALE: i128 = 1_000_000;

/// A rate × 1 000 000, above zero: `1.234567` is `1_234_567`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExchangeRate(i64);

impl ExchangeRate {
    /// One base unit per foreign unit: the rate of the base currency itself.
    pub const PAR: Self = Self(1_000_000);

    /// Takes a rate × 1 000 000.
    ///
    /// # Errors
    /// `exchange_rate` is refused with constraint `range` unless it is above zero.
    pub fn from_millionths(millionths: i64) -> Result<Self, Refusal> {
        if millionths > 0 {
            Ok(Self(millionths))
        } else {
            Err(Refusal::field(
                "exchange_rate",
                Constraint::Range,
                "the exchange rate must be above zero".to_owned(),
            ))
        }
    }

    /// The rate × 1 000 000.
    #[must_use]
    pub fn millionths(self) -> i64 {
        self.0
    }

    /// Converts minor units of `from` into minor units of `base`, halves away from zero; `None` when out of range.
    #[must_use]
    pub fn to_base(self, minor: i64, from: Currency, base: Currency) -> Option<i64> {
        if from == base && self == Self::PAR {
            return Some(minor);
        }
        let numerator =
            i128::from(minor).checked_mul(i128::from(self.0))?.checked_mul(10_i128.pow(base.exponent()))?;
        let converted = divide_half_away(numerator, SCALE * 10_i128.pow(from.exponent()))?;
        i64::try_from(converted).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(millionths: i64) -> ExchangeRate {
        ExchangeRate::from_millionths(millionths).unwrap()
    }

    #[test]
    fn t11_a_stored_rate_is_used_as_it_stands() {
        assert_eq!(rate(810_001).to_base(10_000_000, Currency::USD, Currency::EUR), Some(8_100_010));
        assert_eq!(rate(1_234_567).to_base(8_100_006, Currency::USD, Currency::EUR), Some(9_999_999 + 1));
    }

    #[test]
    fn t31_a_foreign_invoice_is_booked_at_the_transaction_rate() {
        assert_eq!(rate(920_000).to_base(100_000, Currency::USD, Currency::EUR), Some(92_000));
    }

    #[test]
    fn currencies_without_cents_convert_to_cents() {
        let jpy = Currency::parse("JPY", "c").unwrap();
        assert_eq!(rate(6_150).to_base(50_000, jpy, Currency::EUR), Some(30_750));
        assert_eq!(rate(162_600_000).to_base(30_750, Currency::EUR, jpy), Some(50_000 - 1 + 1));
    }

    #[test]
    fn overflow_is_none_and_zero_is_refused() {
        assert_eq!(rate(i64::MAX).to_base(i64::MAX, Currency::USD, Currency::EUR), None);
        assert!(ExchangeRate::from_millionths(0).is_err());
        assert!(ExchangeRate::from_millionths(-1).is_err());
    }
}
