//! Tax rates, exact to a hundredth of a basis point.

use crate::decimal;
use crate::money::divide_half_away;
use crate::refusal::{Constraint, Refusal};
use serde::{Deserialize, Serialize};

const MILLIONTHS_PER_BASIS_POINT: i64 = 100;

/// A tax rate in millionths, from 0 to 100 %: 19 % is `190_000`.
///
/// Millionths hold what basis points cannot: 9.975 % is 997.5 basis points, `99_750` millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct TaxRate(i64);

impl TaxRate {
    /// No tax.
    pub const ZERO: Self = Self(0);

    /// Takes millionths.
    ///
    /// # Errors
    /// `field` with constraint `range`.
    pub fn from_millionths(millionths: i64, field: &str) -> Result<Self, Refusal> {
        Self::of(i128::from(millionths), field)
    }

    /// Takes whole basis points (`rate`).
    ///
    /// # Errors
    /// `field` with constraint `range`.
    pub fn from_basis_points(basis_points: i64, field: &str) -> Result<Self, Refusal> {
        Self::of(i128::from(basis_points) * i128::from(MILLIONTHS_PER_BASIS_POINT), field)
    }

    /// Reads basis points with up to 2 decimal places (`rate_decimal`): `"997.5"` is 9.975 %.
    ///
    /// # Errors
    /// `field` with constraint `format` or `range`.
    pub fn parse_basis_points(text: &str, field: &str) -> Result<Self, Refusal> {
        Self::of(decimal::parse(text, 2, field)?, field)
    }

    fn of(millionths: i128, field: &str) -> Result<Self, Refusal> {
        match i64::try_from(millionths) {
            Ok(millionths @ 0..=1_000_000) => Ok(Self(millionths)),
            _ => Err(Refusal::field(
                field,
                Constraint::Range,
                format!("a rate is 0 to 10000 basis points, not {}", decimal::print(millionths, 2)),
            )),
        }
    }

    /// Millionths.
    #[must_use]
    pub fn millionths(self) -> i64 {
        self.0
    }

    /// Basis points, rounded to whole ones; [`basis_points_decimal`](Self::basis_points_decimal) is exact.
    #[must_use]
    pub fn basis_points(self) -> i64 {
        divide_half_away(i128::from(self.0), i128::from(MILLIONTHS_PER_BASIS_POINT))
            .and_then(|points| i64::try_from(points).ok())
            .unwrap_or_default()
    }

    /// Basis points without loss: `997.5`.
    #[must_use]
    pub fn basis_points_decimal(self) -> String {
        decimal::print(i128::from(self.0), 2)
    }

    /// Percent without loss: `9.975`.
    #[must_use]
    pub fn percent(self) -> String {
        decimal::print(i128::from(self.0), 4)
    }
}

impl TryFrom<i64> for TaxRate {
    type Error = Refusal;
    fn try_from(millionths: i64) -> Result<Self, Refusal> {
        Self::from_millionths(millionths, "rate")
    }
}

impl From<TaxRate> for i64 {
    fn from(rate: TaxRate) -> Self {
        rate.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t16_a_rate_may_be_finer_than_basis_points() {
        let rate = TaxRate::parse_basis_points("997.5", "rate_decimal").unwrap();
        assert_eq!(rate.millionths(), 99_750);
        assert_eq!(rate.percent(), "9.975");
        assert_eq!(rate.basis_points_decimal(), "997.5");
        assert_eq!(rate.basis_points(), 998);
        assert_eq!(TaxRate::from_basis_points(1_900, "rate").unwrap().percent(), "19");
        assert!(TaxRate::parse_basis_points("997.555", "rate_decimal").is_err());
        assert!(TaxRate::from_basis_points(10_001, "rate").is_err());
        assert!(TaxRate::from_basis_points(-1, "rate").is_err());
        assert!(TaxRate::from_basis_points(i64::MAX, "rate").is_err());
    }
}
