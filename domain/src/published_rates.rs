//! Rates as a central bank publishes them, and what they are in the base currency.
//!
//! The ECB publishes units of each currency per one euro; books keep base units per one foreign unit. The one is turned
//! into the other when it is taken over, exactly up to one rounding to six decimal places: for books in euro the reciprocal,
//! for others the cross rate through the euro. From then on the kept rate is what counts, and it is never inverted. Whether
//! such a rate is the right one for a transaction is the policy of whoever keeps the books (IAS 21.21 and 21.22 take the
//! spot rate of the day, or an average that comes near it).

use crate::decimal;
use crate::exchange_rate::ExchangeRate;
use crate::money::{Currency, divide_half_away};
use crate::refusal::{Constraint, Refusal};
use time::Date;

/// Published rates have at most this many decimal places.
const PLACES: u32 = 12;
/// And are below this many units per euro.
const MOST: i128 = 10_i128.pow(9 + PLACES);
/// A kept rate below this has less than two digits: it says nothing.
const LEAST_MILLIONTHS: i64 = 10;

/// Units of a currency per one euro, exactly as published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PerEuro(i128);

impl PerEuro {
    /// One euro per euro.
    pub const ONE: Self = Self(10_i128.pow(PLACES));

    /// Reads `1.0838`.
    ///
    /// # Errors
    /// `field` with constraint `format`, or `range` unless it is above zero and below 1 000 000 000.
    pub fn parse(text: &str, field: &str) -> Result<Self, Refusal> {
        match decimal::parse(text, PLACES, field)? {
            rate if rate > 0 && rate < MOST => Ok(Self(rate)),
            _ => Err(Refusal::field(
                field,
                Constraint::Range,
                format!("a published rate is above zero and below 1000000000, not {text}"),
            )),
        }
    }

    /// Units of `base` per one unit of this currency, × 1 000 000, where `base` is published too; rounded once, halves
    /// away from zero. `None` where fewer than two digits would be left of it.
    #[must_use]
    pub fn in_base(self, base: Self) -> Option<ExchangeRate> {
        let millionths = divide_half_away(base.0.checked_mul(1_000_000)?, self.0)?;
        let millionths = i64::try_from(millionths).ok().filter(|rate| *rate >= LEAST_MILLIONTHS)?;
        ExchangeRate::from_millionths(millionths).ok()
    }
}

/// What was published for a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedDay {
    /// The day.
    pub date: Date,
    /// Units per euro, by currency; a code that ISO 4217 does not know (any more) is left out and counted.
    pub per_euro: Vec<(Currency, PerEuro)>,
    /// How many were left out.
    pub unknown: u64,
}

/// Rates of a day in the base currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RatesOfDay {
    /// By foreign currency.
    pub rates: Vec<(Currency, ExchangeRate)>,
    /// How many published rates have no counterpart in it: the currency is unknown, or too little would be left of the
    /// rate.
    pub skipped: u64,
}

impl PublishedDay {
    /// The rates of the day into a base currency, the euro's included; `None` when the base currency was not published
    /// on this day.
    #[must_use]
    pub fn in_base(&self, base: Currency) -> Option<RatesOfDay> {
        let euro = (Currency::EUR, PerEuro::ONE);
        let published = || self.per_euro.iter().copied().filter(|(c, _)| *c != Currency::EUR).chain([euro]);
        let (_, per_euro) = published().find(|(currency, _)| *currency == base)?;
        let mut of_day = RatesOfDay { skipped: self.unknown, ..RatesOfDay::default() };
        for (currency, rate) in published().filter(|(currency, _)| *currency != base) {
            match rate.in_base(per_euro) {
                Some(rate) => of_day.rates.push((currency, rate)),
                None => of_day.skipped += 1,
            }
        }
        Some(of_day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::date;

    fn per_euro(text: &str) -> PerEuro {
        PerEuro::parse(text, "rate").unwrap()
    }

    fn day(rates: &[(&str, &str)]) -> PublishedDay {
        PublishedDay {
            date: date!(2026 - 11 - 24),
            per_euro: rates.iter().map(|(c, r)| (Currency::parse(c, "c").unwrap(), per_euro(r))).collect(),
            unknown: 1,
        }
    }

    fn rates(day: &PublishedDay, base: &str) -> Vec<(String, i64)> {
        let of_day = day.in_base(Currency::parse(base, "c").unwrap()).unwrap();
        of_day.rates.iter().map(|(currency, rate)| (currency.to_string(), rate.millionths())).collect()
    }

    #[test]
    fn books_in_euro_take_the_reciprocal_rounded_once() {
        let published = day(&[("USD", "1.0838"), ("JPY", "162.60"), ("GBP", "0.83155")]);
        // 1 / 1.0838 = 0.922679 46…; 1 / 162.6 = 0.006150 06…; 1 / 0.83155 = 1.202573 50…
        let expected = [("USD", 922_679), ("JPY", 6_150), ("GBP", 1_202_574)];
        assert_eq!(rates(&published, "EUR"), expected.map(|(c, r)| (c.to_owned(), r)));
    }

    #[test]
    fn other_books_take_the_cross_rate_through_the_euro() {
        let published = day(&[("USD", "1.0838"), ("JPY", "162.60"), ("GBP", "0.83155")]);
        // 1.0838 / 162.6 = 0.006665 43…; 1.0838 / 0.83155 = 1.303349 16…; the euro itself as published.
        let expected = [("JPY", 6_665), ("GBP", 1_303_349), ("EUR", 1_083_800)];
        assert_eq!(rates(&published, "USD"), expected.map(|(c, r)| (c.to_owned(), r)));
        assert_eq!(published.in_base(Currency::parse("CHF", "c").unwrap()), None);
    }

    #[test]
    fn what_too_little_is_left_of_is_skipped() {
        let published = day(&[("USD", "1.0838"), ("IDR", "17235.62"), ("VND", "100001")]);
        assert_eq!(rates(&published, "EUR")[1..], [("IDR".to_owned(), 58), ("VND".to_owned(), 10)]);
        let published = day(&[("USD", "1.0838"), ("VND", "999999")]);
        assert_eq!(published.in_base(Currency::EUR).unwrap().skipped, 2);
    }

    #[test]
    fn a_published_rate_is_a_decimal_above_zero() {
        for text in ["0", "-1", "1000000000", "abc", "", "1,5", "NaN", "0.0000000000001"] {
            assert!(PerEuro::parse(text, "rate").is_err(), "{text}");
        }
        assert!(PerEuro::parse("999999999.999999999999", "rate").is_ok());
    }

    proptest! {
        #[test]
        fn no_rate_is_further_off_than_half_a_millionth(
            foreign in 1_i128..MOST, base in 1_i128..MOST,
        ) {
            if let Some(rate) = PerEuro(foreign).in_base(PerEuro(base)) {
                let rest = i128::from(rate.millionths()) * foreign - base * 1_000_000;
                prop_assert!(rest.abs() * 2 <= foreign);
            }
        }
    }
}
