//! Dated exchange rates, and which of them applies on a day.

mod draft;

pub use draft::{DatedRateDraft, MANUAL};

use crate::account::check_external_id;
use crate::exchange_rate::ExchangeRate;
use crate::fiscal_calendar::check_date;
use crate::id::ExchangeRateId;
use crate::money::Currency;
use crate::refusal::{Constraint, Refusal};
use crate::text;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use time::{Date, PrimitiveDateTime};

/// A rate of a day: base units per one foreign unit. One per currency pair and day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedRate {
    /// Its id.
    pub id: ExchangeRateId,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// The foreign currency.
    pub from_currency: Currency,
    /// The currency it is converted into.
    pub base_currency: Currency,
    /// The first day on which it applies.
    pub date: Date,
    /// Base units per foreign unit, × 1 000 000.
    pub rate: ExchangeRate,
    /// Who says so, such as `ecb` or `manual`.
    pub source: String,
    /// When it was made.
    #[serde(with = "crate::timestamp")]
    pub created_at: PrimitiveDateTime,
    /// When it last changed.
    #[serde(with = "crate::timestamp")]
    pub updated_at: PrimitiveDateTime,
    /// Counts its changes from 1.
    pub version: i64,
}

impl DatedRate {
    /// Checks the fields that people type.
    ///
    /// # Errors
    /// Every field that breaks its limits.
    pub fn check(&self) -> Result<(), Vec<Refusal>> {
        let pair = if self.from_currency == self.base_currency {
            let message = format!("the rate of {} to itself is always 1000000", self.base_currency);
            Err(Refusal::field("from_currency", Constraint::Currency, message))
        } else {
            Ok(())
        };
        let refusals: Vec<Refusal> = [
            check_external_id(self.external_id.as_deref()),
            pair,
            check_date(self.date, "date"),
            text::check_filled(&self.source, "source", 50),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }
}

/// Some dated rates, to be looked up by day.
///
/// The rate of a day is the latest on or before it. A stored rate is used in its own direction only: the reciprocal of a
/// rounded rate is another rate (100,000.00 / 1.234567 is 81,000.06, but × 0.810001 it is 81,000.10).
#[derive(Clone, Debug, Default)]
pub struct ExchangeRateTable(HashMap<(Currency, Currency), BTreeMap<Date, DatedRate>>);

impl ExchangeRateTable {
    /// Gathers rates; of two for one pair and day the later one counts.
    #[must_use]
    pub fn of(rates: impl IntoIterator<Item = DatedRate>) -> Self {
        let mut table = Self::default();
        for rate in rates {
            let pair = (rate.from_currency, rate.base_currency);
            table.0.entry(pair).or_default().insert(rate.date, rate);
        }
        table
    }

    /// The latest stored rate on or before a day.
    #[must_use]
    pub fn latest(&self, from: Currency, base: Currency, date: Date) -> Option<&DatedRate> {
        let rates = self.0.get(&(from, base))?;
        rates.range(..=date).next_back().map(|(_, rate)| rate)
    }

    /// The rate that converts `from` into `base` on a day; 1 000 000 for one and the same currency.
    ///
    /// # Errors
    /// `exchange_rate` with constraint `required` when there is none on or before the day.
    pub fn rate(&self, from: Currency, base: Currency, date: Date) -> Result<ExchangeRate, Refusal> {
        if from == base {
            return Ok(ExchangeRate::PAR);
        }
        self.latest(from, base, date).map(|rate| rate.rate).ok_or_else(|| {
            let message = format!("there is no rate from {from} to {base} on or before {date}; give one");
            Refusal::field("exchange_rate", Constraint::Required, message)
        })
    }
}

/// The rate of a credit note: that of the document it corrects, else that of its own date (IAS 21.21).
#[must_use]
pub fn credit_note_rate(corrected: Option<ExchangeRate>, of_its_date: ExchangeRate) -> ExchangeRate {
    corrected.unwrap_or(of_its_date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};
    use uuid::Uuid;

    fn rate(date: Date, millionths: i64) -> DatedRate {
        DatedRate {
            id: ExchangeRateId(Uuid::from_u128(1)),
            external_id: None,
            from_currency: Currency::USD,
            base_currency: Currency::EUR,
            date,
            rate: ExchangeRate::from_millionths(millionths).unwrap(),
            source: "ecb".to_owned(),
            created_at: datetime!(2026-01-01 0:00),
            updated_at: datetime!(2026-01-01 0:00),
            version: 1,
        }
    }

    #[test]
    fn the_latest_rate_on_or_before_the_day_applies() {
        let table = ExchangeRateTable::of([
            rate(date!(2026 - 01 - 02), 920_000),
            rate(date!(2026 - 01 - 05), 940_000),
        ]);
        let on = |date| table.rate(Currency::USD, Currency::EUR, date).map(ExchangeRate::millionths);
        assert_eq!(on(date!(2026 - 01 - 02)), Ok(920_000));
        assert_eq!(on(date!(2026 - 01 - 04)), Ok(920_000));
        assert_eq!(on(date!(2026 - 01 - 05)), Ok(940_000));
        assert_eq!(on(date!(2030 - 01 - 01)), Ok(940_000));
        assert_eq!(on(date!(2026 - 01 - 01)).unwrap_err().constraint(), Some(Constraint::Required));
    }

    #[test]
    fn t11_a_stored_rate_is_never_inverted() {
        let table = ExchangeRateTable::of([rate(date!(2026 - 01 - 02), 1_234_567)]);
        assert!(table.rate(Currency::EUR, Currency::USD, date!(2026 - 01 - 02)).is_err());
        assert_eq!(table.rate(Currency::EUR, Currency::EUR, date!(1999 - 01 - 01)), Ok(ExchangeRate::PAR));
    }

    #[test]
    fn t39_both_legs_of_an_exchange_follow_from_one_rate() {
        let rupee = Currency::parse("INR", "currency_code").unwrap();
        let rate = ExchangeRate::from_millionths(82_421_350).unwrap();
        assert_eq!(rate.to_base(10_000, Currency::USD, rupee), Some(824_214));
    }

    #[test]
    fn t40_a_credit_note_that_corrects_an_invoice_takes_its_rate() {
        let of = |millionths| ExchangeRate::from_millionths(millionths).unwrap();
        assert_eq!(credit_note_rate(Some(of(920_000)), of(940_000)), of(920_000));
        assert_eq!(credit_note_rate(None, of(940_000)), of(940_000));
    }

    #[test]
    fn a_currency_has_no_rate_to_itself() {
        assert_eq!(rate(date!(2026 - 01 - 02), 920_000).check(), Ok(()));
        let same = DatedRate { from_currency: Currency::EUR, ..rate(date!(2026 - 01 - 02), 1_000_000) };
        assert_eq!(same.check().unwrap_err()[0].constraint(), Some(Constraint::Currency));
    }
}
