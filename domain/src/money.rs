//! Money: whole minor units of a currency ("cents"). No float, no operator that can wrap or mix currencies.

use crate::refusal::{Constraint, Refusal};
use serde::{Deserialize, Serialize};

/// An ISO 4217 currency code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// United States dollar, a convenience for examples and tests.
    pub const USD: Self = Self(*b"USD");
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");

    /// Reads a three-letter upper-case ISO 4217 code.
    ///
    /// # Errors
    /// `field` is refused with constraint `currency` when the code is not one of ISO 4217.
    pub fn parse(code: &str, field: &str) -> Result<Self, Refusal> {
        let known = iso_currency::Currency::from_code(code);
        match (known, <[u8; 3]>::try_from(code.as_bytes())) {
            (Some(_), Ok(letters)) => Ok(Self(letters)),
            _ => Err(Refusal::field(
                field,
                Constraint::Currency,
                format!("`{code}` is not an ISO 4217 currency code"),
            )),
        }
    }

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Digits after the decimal point: JPY 0, USD 2, KWD 3 (ISO 4217). Codes without a minor unit count as 0.
    #[must_use]
    pub fn exponent(&self) -> u32 {
        iso_currency::Currency::from_code(self.code()).and_then(|c| c.exponent()).map_or(0, u32::from)
    }

    /// Writes minor units with the currency's decimals: `10000` USD is `100.00`.
    #[must_use]
    pub fn decimal(&self, minor: i128) -> String {
        let exponent = self.exponent();
        let scale = 10_i128.pow(exponent);
        let sign = if minor < 0 { "-" } else { "" };
        let (whole, part) =
            (minor.unsigned_abs() / scale.unsigned_abs(), minor.unsigned_abs() % scale.unsigned_abs());
        if exponent == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{part:0width$}", width = exponent as usize)
        }
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::fmt::Debug for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl TryFrom<String> for Currency {
    type Error = Refusal;
    fn try_from(code: String) -> Result<Self, Refusal> {
        Self::parse(&code, "currency_code")
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

/// An amount of one currency, in minor units; negative amounts are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Minor units ("cents").
    pub minor: i64,
    /// The currency whose minor units these are.
    pub currency: Currency,
}

impl Money {
    /// The sum, or `None` when the currencies differ or the sum leaves the range.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        (self.currency == other.currency)
            .then(|| self.minor.checked_add(other.minor))
            .flatten()
            .map(|minor| Self { minor, currency: self.currency })
    }
}

/// Divides with halves away from zero (the commercial rule; IEEE "round half away"). `None` when dividing by zero.
#[must_use]
pub fn divide_half_away(numerator: i128, denominator: i128) -> Option<i128> {
    let quotient = numerator.checked_div(denominator)?;
    let remainder = numerator.checked_rem(denominator)?;
    let half_or_more = remainder.unsigned_abs().checked_mul(2)? >= denominator.unsigned_abs();
    let direction = if (numerator < 0) == (denominator < 0) { 1 } else { -1 };
    if remainder != 0 && half_or_more { quotient.checked_add(direction) } else { Some(quotient) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_follow_the_currency() {
        let of = |code, minor| Currency::parse(code, "c").unwrap().decimal(minor);
        assert_eq!(of("USD", 10_000), "100.00");
        assert_eq!(of("USD", -5), "-0.05");
        assert_eq!(of("JPY", 50_000), "50000");
        assert_eq!(of("KWD", 1_234), "1.234");
        assert_eq!(of("USD", i128::from(i64::MIN)), "-92233720368547758.08");
    }

    #[test]
    fn codes_outside_iso_4217_are_refused() {
        for code in ["usd", "US", "USDX", "ZZZ", "€", ""] {
            assert!(Currency::parse(code, "c").is_err(), "{code}");
        }
    }

    #[test]
    fn halves_go_away_from_zero() {
        let halves = [(5, 2, 3), (-5, 2, -3), (4, 3, 1), (-4, 3, -1), (163_725, 10, 16_373), (0, 7, 0)];
        for (numerator, denominator, expected) in halves {
            assert_eq!(divide_half_away(numerator, denominator), Some(expected), "{numerator}/{denominator}");
        }
        assert_eq!(divide_half_away(1, 0), None);
    }
}
