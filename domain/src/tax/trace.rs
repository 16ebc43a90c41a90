//! The account of every cent: what a value was exactly, and what became of it.

use crate::decimal;
use crate::id::TaxCodeId;
use crate::money::divide_half_away;
use std::fmt;

/// An exact number of minor units, as a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    /// Above the line.
    pub numerator: i128,
    /// Below the line, above zero.
    pub denominator: i128,
}

/// How an exact number becomes a whole one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundingRule {
    /// To the nearest, halves away from zero.
    HalfAwayFromZero,
    /// Towards zero: what is below a whole unit is dropped.
    Down,
    /// Away from zero: what is left of a gross amount whose tax is rounded down.
    Up,
}

impl RoundingRule {
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::HalfAwayFromZero => "half_away_from_zero",
            Self::Down => "down",
            Self::Up => "up",
        }
    }
}

impl Exact {
    /// The whole number that the rule makes of it; `None` out of range.
    #[must_use]
    pub fn rounded(self, rule: RoundingRule) -> Option<i64> {
        let whole = match rule {
            RoundingRule::HalfAwayFromZero => divide_half_away(self.numerator, self.denominator)?,
            RoundingRule::Down => self.numerator.checked_div(self.denominator)?,
            RoundingRule::Up => {
                let whole = self.numerator.checked_div(self.denominator)?;
                if self.is_whole() { whole } else { whole.checked_add(self.numerator.signum())? }
            }
        };
        i64::try_from(whole).ok()
    }

    /// Whether it is a whole number.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.numerator.checked_rem(self.denominator) == Some(0)
    }
}

impl fmt::Display for Exact {
    /// Minor units with up to 6 decimal places, the rest cut off: `690.476190`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const PLACES: u32 = 6;
        const SCALE: i128 = 1_000_000;
        let whole = self.numerator.checked_div(self.denominator).unwrap_or_default();
        let rest = self.numerator.checked_rem(self.denominator).unwrap_or_default();
        let places = rest.checked_mul(SCALE).and_then(|rest| rest.checked_div(self.denominator));
        match whole.checked_mul(SCALE).and_then(|whole| whole.checked_add(places?)) {
            Some(scaled) => f.write_str(&decimal::print(scaled, PLACES)),
            None => whole.fmt(f),
        }
    }
}

/// What was rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounded {
    /// A net amount, taken out of a gross one.
    Net,
    /// A tax.
    Tax,
    /// The part of a tax that comes back.
    Recoverable,
}

impl Rounded {
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Net => "net",
            Self::Tax => "tax",
            Self::Recoverable => "recoverable",
        }
    }
}

/// One rounding: `amount` = `exact` rounded by `rule` + `residue`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoundingStep {
    /// What was rounded.
    pub rounded: Rounded,
    /// The line, from 0; `None` for the document as a whole, or those of its lines that share their codes.
    pub line: Option<usize>,
    /// The code, where it is about one.
    pub tax_code_id: Option<TaxCodeId>,
    /// Before.
    pub exact: Exact,
    /// How it was rounded.
    pub rule: RoundingRule,
    /// After, minor units.
    pub amount: i64,
    /// What the sharing out of the document's amount added to this part, minor units.
    pub residue: i64,
}

impl RoundingStep {
    /// The step, unless nothing was rounded.
    pub(super) fn of(
        rounded: Rounded,
        line: Option<usize>,
        tax_code_id: Option<TaxCodeId>,
        exact: Exact,
        rule: RoundingRule,
        amount: i64,
    ) -> Option<Self> {
        let residue = amount.checked_sub(exact.rounded(rule)?)?;
        let worth_telling = residue != 0 || !exact.is_whole();
        worth_telling.then_some(Self { rounded, line, tax_code_id, exact, rule, amount, residue })
    }
}
