//! Unit prices: minor units with up to 12 decimal places, since a screw may cost a hundredth of a cent.

use crate::decimal;
use crate::journal_entry::MAX_AMOUNT;
use crate::money::{Currency, divide_half_away};
use crate::quantity::Quantity;
use crate::refusal::{Constraint, Refusal};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Decimal places of a unit price.
pub const PLACES: u32 = 12;

const SCALE: i128 = 1_000_000_000_000;

/// A price per unit in minor units of the document's currency × 10¹²; negative for deductions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UnitPrice(i128);

impl UnitPrice {
    /// Takes whole minor units (`unit_price`).
    ///
    /// # Errors
    /// `field` with constraint `range`.
    pub fn from_minor(minor: i64, field: &str) -> Result<Self, Refusal> {
        Self::of(i128::from(minor).checked_mul(SCALE), field)
    }

    /// Reads minor units as a decimal number (`unit_price_decimal`): `"12.5"` is twelve and a half cents.
    ///
    /// # Errors
    /// `field` with constraint `format` (no number, or more than 12 places) or `range`.
    pub fn parse(text: &str, field: &str) -> Result<Self, Refusal> {
        Self::of(Some(decimal::parse(text, PLACES, field)?), field)
    }

    fn of(scaled: Option<i128>, field: &str) -> Result<Self, Refusal> {
        match scaled {
            Some(scaled)
                if scaled.unsigned_abs() <= i128::from(MAX_AMOUNT).unsigned_abs() * SCALE.unsigned_abs() =>
            {
                Ok(Self(scaled))
            }
            _ => Err(Refusal::field(
                field,
                Constraint::Range,
                format!("a unit price is at most {MAX_AMOUNT} minor units"),
            )),
        }
    }

    /// What one costs when a quantity costs `minor`, to 12 places; `None` for no quantity or beyond the range.
    #[must_use]
    pub fn per_unit(minor: i64, quantity: Quantity) -> Option<Self> {
        let scaled = i128::from(minor).checked_mul(SCALE)?.checked_mul(1_000_000)?;
        let scaled = divide_half_away(scaled, i128::from(quantity.millionths()))?;
        Self::of(Some(scaled), "unit_price").ok()
    }

    /// Whole minor units, where the price has no fraction of one.
    #[must_use]
    pub fn minor(self) -> Option<i64> {
        (self.0 % SCALE == 0).then(|| i64::try_from(self.0 / SCALE).ok()).flatten()
    }

    /// The price in units of a currency, with its decimals and more where there are more: 12.5 cents are `0.125` USD, 50 are
    /// `0.50`.
    #[must_use]
    pub fn decimal(self, currency: Currency) -> String {
        let exponent = currency.exponent();
        let mut text = decimal::print(self.0, PLACES + exponent);
        let places = text.split_once('.').map_or(0, |(_, part)| part.len());
        if exponent > 0 && places == 0 {
            text.push('.');
        }
        text.extend(std::iter::repeat_n('0', (exponent as usize).saturating_sub(places)));
        text
    }

    /// Minor units for a quantity, rounded once with halves away from zero; `None` beyond 15 digits.
    #[must_use]
    pub fn times(self, quantity: Quantity) -> Option<i64> {
        // A product that leaves i128 is many times beyond the range of an amount.
        let product = self.0.checked_mul(i128::from(quantity.millionths()))?;
        let minor = divide_half_away(product, SCALE * 1_000_000)?;
        i64::try_from(minor).ok().filter(|minor| minor.unsigned_abs() <= MAX_AMOUNT.unsigned_abs())
    }
}

impl fmt::Display for UnitPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&decimal::print(self.0, PLACES))
    }
}

impl TryFrom<String> for UnitPrice {
    type Error = Refusal;
    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text, "unit_price_decimal")
    }
}

impl From<UnitPrice> for String {
    fn from(price: UnitPrice) -> Self {
        price.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(text: &str) -> UnitPrice {
        UnitPrice::parse(text, "unit_price_decimal").unwrap()
    }

    fn quantity(text: &str) -> Quantity {
        Quantity::parse(text, "quantity").unwrap()
    }

    #[test]
    fn a_price_below_a_cent_is_rounded_once_after_the_quantity() {
        assert_eq!(price("0.0125").times(quantity("1000")), Some(13));
        assert_eq!(price("0.000000000001").times(Quantity::MAX), Some(0));
        assert_eq!(price("8250").times(quantity("10")), Some(82_500));
        assert_eq!(price("-0.5").times(Quantity::ONE), Some(-1));
        assert_eq!(price("33.333333333333").times(quantity("0.75")), Some(25));
    }

    #[test]
    fn whole_cents_and_text_are_the_same_price() {
        assert_eq!(UnitPrice::from_minor(1_250, "unit_price").unwrap(), price("1250.000"));
        assert_eq!(price("1250").minor(), Some(1_250));
        assert_eq!(price("12.5").minor(), None);
        assert_eq!(price("12.500").to_string(), "12.5");
        assert_eq!(serde_json::to_value(price("12.5")).unwrap(), "12.5");
    }

    #[test]
    fn a_price_is_written_in_units_of_its_currency() {
        let of = |text, code| price(text).decimal(Currency::parse(code, "c").unwrap());
        for (text, code, expected) in [
            ("8250", "USD", "82.50"),
            ("12.5", "USD", "0.125"),
            ("-5", "USD", "-0.05"),
            ("10000", "USD", "100.00"),
            ("0", "USD", "0.00"),
            ("500", "JPY", "500"),
            ("0.25", "JPY", "0.25"),
            ("1500", "KWD", "1.500"),
            ("0.000000000001", "USD", "0.00000000000001"),
        ] {
            assert_eq!(of(text, code), expected, "{text} {code}");
        }
    }

    #[test]
    fn the_price_of_one_follows_from_the_price_of_many() {
        assert_eq!(UnitPrice::per_unit(11_000, quantity("20")), Some(price("550")));
        assert_eq!(UnitPrice::per_unit(1_000, quantity("3")), Some(price("333.333333333333")));
        assert_eq!(UnitPrice::per_unit(1, Quantity::ZERO), None);
        assert_eq!(UnitPrice::per_unit(MAX_AMOUNT, quantity("0.000001")), None);
    }

    #[test]
    fn what_leaves_the_range_is_refused() {
        assert!(UnitPrice::from_minor(MAX_AMOUNT + 1, "unit_price").is_err());
        assert!(UnitPrice::parse("1000000000000000", "unit_price_decimal").is_err());
        let finer = UnitPrice::parse("0.0000000000001", "unit_price_decimal").unwrap_err();
        assert_eq!(finer.constraint(), Some(Constraint::Format));
        assert_eq!(UnitPrice::from_minor(MAX_AMOUNT, "p").unwrap().times(quantity("2")), None);
        assert_eq!(UnitPrice::from_minor(MAX_AMOUNT, "p").unwrap().times(Quantity::MAX), None);
    }
}
