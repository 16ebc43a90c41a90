//! Fiscal years: which year and which period a date falls into. Years may begin in any month; a change of the first
//! month makes one short or one long year.

use crate::period::PeriodKey;
use crate::refusal::{Constraint, Refusal};
use serde::{Deserialize, Serialize};
use time::{Date, Duration, Month};

/// Accounting dates lie from 1900-01-01 to 2199-12-31.
pub const EARLIEST: Date = time::macros::date!(1900 - 01 - 01);
/// See [`EARLIEST`].
pub const LATEST: Date = time::macros::date!(2199 - 12 - 31);

/// Checks that a date lies from 1900 to 2199.
///
/// # Errors
/// `field` with constraint `range`.
pub fn check_date(date: Date, field: &str) -> Result<(), Refusal> {
    if (EARLIEST..=LATEST).contains(&date) {
        Ok(())
    } else {
        Err(Refusal::field(field, Constraint::Range, format!("{date} is not from {EARLIEST} to {LATEST}")))
    }
}

/// A fiscal year, named by the calendar year in which it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FiscalYear {
    /// The calendar year of its last day.
    pub year: i32,
    /// Its first day, the first of a month.
    pub start: Date,
    /// Its last day.
    pub end: Date,
}

impl FiscalYear {
    /// Its months in order, then the two adjustment periods.
    #[must_use]
    pub fn periods(&self) -> Vec<PeriodKey> {
        let mut keys = Vec::with_capacity(14);
        let mut day = self.start;
        while day <= self.end {
            keys.push(PeriodKey::Month { year: day.year(), month: u8::from(day.month()) });
            day = next_month(day);
        }
        keys.extend([13, 14].map(|number| PeriodKey::Adjustment { fiscal_year: self.year, number }));
        keys
    }

    /// The period of its last month.
    #[must_use]
    pub fn last_month(&self) -> PeriodKey {
        PeriodKey::Month { year: self.end.year(), month: u8::from(self.end.month()) }
    }
}

/// When a company's fiscal years begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiscalCalendar {
    /// The month (1 to 12) in which years begin, before the first irregular year.
    first_month: u8,
    /// Years that have not twelve months; after each, years begin in the month in which it ends. Ascending.
    irregular: Vec<IrregularYear>,
}

/// A short or long year: from `start` up to, not including, `next_start`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct IrregularYear {
    start: Date,
    next_start: Date,
}

impl FiscalCalendar {
    /// Years that begin in `first_month` (1 to 12).
    ///
    /// # Errors
    /// `fiscal_year_start_month` with constraint `range`.
    pub fn starting_in(first_month: u8) -> Result<Self, Refusal> {
        if (1..=12).contains(&first_month) {
            Ok(Self { first_month, irregular: Vec::new() })
        } else {
            Err(Refusal::field("fiscal_year_start_month", Constraint::Range, "a month is 1 to 12"))
        }
    }

    /// The month in which the newest years begin.
    #[must_use]
    pub fn first_month(&self) -> u8 {
        self.irregular.last().map_or(self.first_month, |year| u8::from(year.next_start.month()))
    }

    /// The fiscal year of a date.
    #[must_use]
    pub fn year_of(&self, date: Date) -> FiscalYear {
        if let Some(year) = self.irregular.iter().find(|year| (year.start..year.next_start).contains(&date)) {
            return named(year.start, year.next_start);
        }
        let before = self.irregular.iter().rfind(|year| year.next_start <= date);
        let month = before.map_or(self.first_month, |year| u8::from(year.next_start.month()));
        let this_year = first_of(date.year(), month);
        let start = if this_year <= date { this_year } else { first_of(date.year() - 1, month) };
        named(start, first_of(start.year() + 1, month))
    }

    /// Lets years begin in another month, from a beginning of that month after `after` (the date of the newest entry). The
    /// year before it is short, or long (up to 23 months) where a short one would end in the same calendar year as the
    /// one before it or would rename a year that has entries.
    ///
    /// # Errors
    /// `fiscal_year_start_month` with constraint `range`.
    pub fn change_first_month(&self, first_month: u8, after: Option<Date>) -> Result<Self, Refusal> {
        let fresh = Self::starting_in(first_month)?;
        let Some(after) = after else { return Ok(fresh) };
        if first_month == self.first_month() {
            return Ok(self.clone());
        }
        let this_year = first_of(after.year(), first_month);
        let first = if this_year > after { after.year() } else { after.year() + 1 };
        let irregular =
            (first..first + 3).find_map(|year| self.ending_before(first_of(year, first_month), after));
        let Some(irregular) = irregular else {
            return Err(Refusal::field(
                "fiscal_year_start_month",
                Constraint::Range,
                "no year can be made short or long to begin in this month",
            ));
        };
        let kept = self.irregular.iter().copied().filter(|year| year.next_start <= irregular.start);
        Ok(Self { first_month: self.first_month, irregular: kept.chain([irregular]).collect() })
    }

    /// The irregular year that would end before `next_start`, unless it renamed a year that has entries up to `after`.
    fn ending_before(&self, next_start: Date, after: Date) -> Option<IrregularYear> {
        let name = (next_start - Duration::DAY).year();
        let stub = self.year_of(next_start - Duration::DAY);
        let before = self.year_of(stub.start - Duration::DAY);
        if after >= stub.start && name != stub.year {
            return None;
        }
        let start = if before.year == name { before.start } else { stub.start };
        Some(IrregularYear { start, next_start })
    }

    /// The key of the month a date falls into, or of its year's adjustment period.
    ///
    /// # Errors
    /// `adjustment_period` is refused with `date_order` unless the date lies in the last month of its fiscal year.
    pub fn period_of(&self, date: Date, adjustment: Option<u8>) -> Result<PeriodKey, Refusal> {
        let month = PeriodKey::Month { year: date.year(), month: u8::from(date.month()) };
        let Some(number) = adjustment else { return Ok(month) };
        let year = self.year_of(date);
        if !matches!(number, 13 | 14) {
            return Err(Refusal::field(
                "adjustment_period",
                Constraint::OneOf,
                "adjustment periods are 13 and 14",
            ));
        }
        if month != year.last_month() {
            return Err(Refusal::field(
                "adjustment_period",
                Constraint::DateOrder,
                format!("adjustments are dated in the last month of the fiscal year, {}", year.last_month()),
            ));
        }
        Ok(PeriodKey::Adjustment { fiscal_year: year.year, number })
    }

    /// The fiscal year that ends in a calendar year, if one does.
    #[must_use]
    pub fn year_named(&self, year: i32) -> Option<FiscalYear> {
        // A year that is named `year` contains the last day of some month of it; the latest such day decides.
        (1..=12_u8).rev().map(|month| self.year_of(first_of(year, month))).find(|found| found.year == year)
    }
}

fn named(start: Date, next_start: Date) -> FiscalYear {
    let end = next_start - Duration::DAY;
    FiscalYear { year: end.year(), start, end }
}

/// The first of a month. Accounting dates and months are bounded, so the fall-back is never reached.
fn first_of(year: i32, month: u8) -> Date {
    Month::try_from(month)
        .ok()
        .and_then(|month| Date::from_calendar_date(year, month, 1).ok())
        .unwrap_or(LATEST)
}

/// The first day of the month after `date`'s.
#[must_use]
pub fn next_month(date: Date) -> Date {
    match date.month() {
        Month::December => first_of(date.year() + 1, 1),
        month => first_of(date.year(), u8::from(month) + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn t72_calendar_years() {
        let calendar = FiscalCalendar::starting_in(1).unwrap();
        let year = calendar.year_of(date!(2026 - 03 - 31));
        assert_eq!((year.year, year.start, year.end), (2026, date!(2026 - 01 - 01), date!(2026 - 12 - 31)));
        assert_eq!(year.periods().len(), 14);
        assert_eq!(calendar.year_named(2026), Some(year));
    }

    #[test]
    fn t72_non_calendar_years_are_named_by_their_end() {
        let calendar = FiscalCalendar::starting_in(4).unwrap();
        let year = calendar.year_of(date!(2026 - 03 - 31));
        assert_eq!((year.year, year.start, year.end), (2026, date!(2025 - 04 - 01), date!(2026 - 03 - 31)));
        assert_eq!(calendar.year_of(date!(2026 - 04 - 01)).year, 2027);
        assert_eq!(calendar.year_named(2026), Some(year));
    }

    #[test]
    fn t72_a_short_year() {
        let calendar = FiscalCalendar::starting_in(1)
            .unwrap()
            .change_first_month(4, Some(date!(2025 - 11 - 30)))
            .unwrap();
        let stub = calendar.year_of(date!(2026 - 02 - 01));
        assert_eq!((stub.year, stub.start, stub.end), (2026, date!(2026 - 01 - 01), date!(2026 - 03 - 31)));
        assert_eq!(calendar.year_of(date!(2025 - 11 - 30)).end, date!(2025 - 12 - 31));
        let next = calendar.year_of(date!(2026 - 04 - 01));
        assert_eq!((next.year, next.start, next.end), (2027, date!(2026 - 04 - 01), date!(2027 - 03 - 31)));
        assert_eq!(stub.periods().len(), 3 + 2);
        assert_eq!(calendar.first_month(), 4);
    }

    #[test]
    fn t72_a_long_year() {
        let calendar = FiscalCalendar::starting_in(4)
            .unwrap()
            .change_first_month(1, Some(date!(2026 - 06 - 15)))
            .unwrap();
        let long = calendar.year_of(date!(2026 - 06 - 15));
        assert_eq!((long.year, long.start, long.end), (2027, date!(2026 - 04 - 01), date!(2027 - 12 - 31)));
        assert_eq!(calendar.year_of(date!(2027 - 05 - 01)), long);
        assert_eq!(calendar.year_of(date!(2026 - 03 - 31)).year, 2026);
        assert_eq!(calendar.year_of(date!(2028 - 01 - 01)).start, date!(2028 - 01 - 01));
    }

    #[test]
    fn years_follow_one_another_without_gap_or_overlap() {
        for first in 1..=12_u8 {
            for then in 1..=12_u8 {
                let calendar = FiscalCalendar::starting_in(first)
                    .unwrap()
                    .change_first_month(then, Some(date!(2026 - 05 - 20)))
                    .unwrap();
                let regular = FiscalCalendar::starting_in(first).unwrap();
                for day in [date!(2024 - 01 - 01), date!(2025 - 12 - 31), date!(2026 - 05 - 20)] {
                    assert_eq!(
                        calendar.year_of(day).year,
                        regular.year_of(day).year,
                        "{first} then {then}: {day} is renamed"
                    );
                }
                let mut year = calendar.year_of(date!(2020 - 01 - 01));
                while year.year < 2032 {
                    for day in [year.start, year.end] {
                        assert_eq!(calendar.year_of(day), year, "{first} then {then}: {day}");
                    }
                    let next = calendar.year_of(year.end + Duration::DAY);
                    assert_eq!(next.start, year.end + Duration::DAY, "{first} then {then}");
                    assert_ne!(next.year, year.year, "{first} then {then}: two years of one name");
                    year = next;
                }
            }
        }
    }

    #[test]
    fn t64_adjustments_are_dated_in_the_last_month() {
        let calendar = FiscalCalendar::starting_in(1).unwrap();
        assert_eq!(calendar.period_of(date!(2025 - 12 - 31), Some(13)).unwrap().to_string(), "2025-P13");
        assert!(calendar.period_of(date!(2025 - 11 - 30), Some(13)).is_err());
        assert!(calendar.period_of(date!(2025 - 12 - 31), Some(12)).is_err());
        assert_eq!(calendar.period_of(date!(2025 - 12 - 31), None).unwrap().to_string(), "2025-12");
    }
}
