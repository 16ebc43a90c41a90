//! Quantities: decimal numbers with up to 6 places, kept as whole millionths.

use crate::decimal;
use crate::refusal::{Constraint, Refusal};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Decimal places of a quantity.
pub const PLACES: u32 = 6;

/// A number of pieces, hours or kilograms; negative where goods come back.
///
/// Up to `999999999.999999`: the 15 digits that every JSON number carries exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(i64);

impl Quantity {
    /// None.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(1_000_000);
    /// The largest.
    pub const MAX: Self = Self(999_999_999_999_999);

    /// Takes whole millionths.
    ///
    /// # Errors
    /// `field` with constraint `range`.
    pub fn from_millionths(millionths: i64, field: &str) -> Result<Self, Refusal> {
        Self::of(i128::from(millionths), field)
    }

    /// Reads a decimal number, from a JSON string or from the text of a JSON number.
    ///
    /// # Errors
    /// `field` with constraint `format` (no number, or more than 6 places) or `range`.
    pub fn parse(text: &str, field: &str) -> Result<Self, Refusal> {
        Self::of(decimal::parse(text, PLACES, field)?, field)
    }

    fn of(millionths: i128, field: &str) -> Result<Self, Refusal> {
        match i64::try_from(millionths) {
            Ok(millionths) if millionths.unsigned_abs() <= Self::MAX.0.unsigned_abs() => Ok(Self(millionths)),
            _ => Err(Refusal::field(
                field,
                Constraint::Range,
                format!("the quantity {} exceeds {}", decimal::print(millionths, PLACES), Self::MAX),
            )),
        }
    }

    /// Whole millionths.
    #[must_use]
    pub fn millionths(self) -> i64 {
        self.0
    }

    /// The sum; `None` when it leaves the range.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::of(i128::from(self.0) + i128::from(other.0), "quantity").ok()
    }

    /// The difference; `None` when it leaves the range.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Self::of(i128::from(self.0) - i128::from(other.0), "quantity").ok()
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether it is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&decimal::print(i128::from(self.0), PLACES))
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberText)
    }
}

/// Takes a number by its text, so that no arithmetic happens on the way.
struct NumberText;

impl Visitor<'_> for NumberText {
    type Value = Quantity;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal number with up to 6 places, as a number or a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Quantity, E> {
        Quantity::parse(text, "quantity").map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Quantity, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Quantity, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Quantity, E> {
        self.visit_str(&number.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantities_are_printed_without_trailing_zeros() {
        for (given, printed) in [("1", "1"), ("1.500", "1.5"), ("-0.000001", "-0.000001"), ("0.0", "0")] {
            assert_eq!(Quantity::parse(given, "quantity").unwrap().to_string(), printed);
        }
    }

    #[test]
    fn the_range_ends_where_json_numbers_stop_being_exact() {
        assert_eq!(Quantity::parse("999999999.999999", "quantity").unwrap(), Quantity::MAX);
        let refusal = Quantity::parse("1000000000", "lines[0].quantity").unwrap_err();
        assert_eq!(refusal.constraint(), Some(Constraint::Range));
        assert_eq!(refusal.to_string(), "the quantity 1000000000 exceeds 999999999.999999");
        assert!(Quantity::parse("1.0000001", "quantity").is_err());
        assert_eq!(Quantity::MAX.checked_add(Quantity::ONE), None);
        assert_eq!(Quantity::ONE.checked_sub(Quantity::ONE), Some(Quantity::ZERO));
    }

    proptest! {
        #[test]
        fn numbers_and_strings_are_read_alike(millionths in -Quantity::MAX.0..=Quantity::MAX.0) {
            let quantity = Quantity::from_millionths(millionths, "quantity").unwrap();
            let text = quantity.to_string();
            prop_assert_eq!(serde_json::from_str::<Quantity>(&text).unwrap(), quantity);
            prop_assert_eq!(serde_json::from_value::<Quantity>(text.clone().into()).unwrap(), quantity);
            prop_assert_eq!(serde_json::to_value(quantity).unwrap(), text);
        }
    }
}
