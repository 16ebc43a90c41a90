//! Schedules of transactions that recur.
//!
//! Every occurrence is counted from the start, not from the one before it: a series that starts on the 31st falls on the
//! last day of shorter months and returns to the 31st.

mod template;

pub use template::{RecurringDraft, RecurringKind, RecurringPayload, RecurringTemplate};

use crate::fiscal_calendar::{LATEST, check_date};
use crate::refusal::{Constraint, Refusal};
use serde::{Deserialize, Serialize};
use time::{Date, Duration, Month};

/// How often a transaction recurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// Every day.
    Daily,
    /// Every 7 days.
    Weekly,
    /// Every 14 days.
    Biweekly,
    /// Every month.
    Monthly,
    /// Every 3 months.
    Quarterly,
    /// Every 12 months.
    Annually,
}

/// The step of a frequency.
enum Step {
    Days(i64),
    Months(i64),
}

impl Frequency {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Daily, Self::Weekly, Self::Biweekly, Self::Monthly, Self::Quarterly, Self::Annually];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Biweekly => "biweekly",
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Annually => "annually",
        }
    }

    /// The frequency of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|frequency| frequency.name() == name)
    }

    fn step(self) -> Step {
        match self {
            Self::Daily => Step::Days(1),
            Self::Weekly => Step::Days(7),
            Self::Biweekly => Step::Days(14),
            Self::Monthly => Step::Months(1),
            Self::Quarterly => Step::Months(3),
            Self::Annually => Step::Months(12),
        }
    }
}

/// When a transaction recurs, and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// How often.
    pub frequency: Frequency,
    /// The first occurrence, and what all others are counted from.
    pub start_date: Date,
    /// No occurrence after this date.
    pub end_date: Option<Date>,
    /// How many occurrences are left; open if there is no number.
    pub remaining_occurrences: Option<u32>,
    /// Whether it recurs at present.
    pub is_active: bool,
    /// Whether an occurrence is posted at once, or waits for somebody to look at it.
    pub auto_post: bool,
    /// The occurrence that comes next; none when the series is over.
    pub next_due: Option<Date>,
}

impl Schedule {
    /// A series that begins.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn begin(
        frequency: Frequency,
        start_date: Date,
        end_date: Option<Date>,
        remaining_occurrences: Option<u32>,
        auto_post: bool,
    ) -> Result<Self, Vec<Refusal>> {
        let schedule = Self {
            frequency,
            start_date,
            end_date,
            remaining_occurrences,
            is_active: true,
            auto_post,
            next_due: Some(start_date),
        };
        schedule.check().map(|()| schedule)
    }

    /// Checks the fields that people type.
    ///
    /// # Errors
    /// `start_date` or `end_date` with `range` or `date_order`; `remaining_occurrences` with `range` when it begins with 0.
    pub fn check(&self) -> Result<(), Vec<Refusal>> {
        let order = match self.end_date.filter(|end| *end < self.start_date) {
            Some(end) => Err(Refusal::field(
                "end_date",
                Constraint::DateOrder,
                format!("end_date {end} is before start_date {}", self.start_date),
            )),
            None => Ok(()),
        };
        let left = if self.remaining_occurrences == Some(0) && self.next_due.is_some() {
            let message = "a series has at least one occurrence, or no number for an open one";
            Err(Refusal::field("remaining_occurrences", Constraint::Range, message))
        } else {
            Ok(())
        };
        let refusals: Vec<Refusal> = [
            check_date(self.start_date, "start_date"),
            self.end_date.map_or(Ok(()), |end| check_date(end, "end_date")),
            order,
            left,
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }

    /// The occurrence of a number, from 0; `None` after the end of the series or of the calendar.
    #[must_use]
    pub fn occurrence(&self, number: u32) -> Option<Date> {
        let date = match self.frequency.step() {
            Step::Days(days) => {
                self.start_date.checked_add(Duration::days(days.checked_mul(i64::from(number))?))?
            }
            Step::Months(months) => add_months(self.start_date, months.checked_mul(i64::from(number))?)?,
        };
        (date <= self.end_date.unwrap_or(LATEST).min(LATEST)).then_some(date)
    }

    /// The first occurrence after a date.
    #[must_use]
    pub fn first_after(&self, date: Date) -> Option<Date> {
        if date < self.start_date {
            return self.occurrence(0);
        }
        let passed = match self.frequency.step() {
            Step::Days(days) => (date - self.start_date).whole_days() / days,
            Step::Months(months) => (month_number(date) - month_number(self.start_date)) / months,
        };
        let number = u32::try_from(passed).ok()?;
        let candidate = self.occurrence(number)?;
        if candidate > date { Some(candidate) } else { self.occurrence(number.checked_add(1)?) }
    }

    /// Whether an occurrence is due on a day.
    #[must_use]
    pub fn is_due(&self, today: Date) -> bool {
        self.is_active && self.next_due.is_some_and(|due| due <= today)
    }

    /// The series after the occurrence that was next has happened. One that is over is no longer active.
    #[must_use]
    pub fn advanced(&self) -> Self {
        let remaining_occurrences = self.remaining_occurrences.map(|left| left.saturating_sub(1));
        let next_due = match remaining_occurrences {
            Some(0) => None,
            _ => self.next_due.and_then(|due| self.first_after(due)),
        };
        Self {
            remaining_occurrences,
            next_due,
            is_active: self.is_active && next_due.is_some(),
            ..self.clone()
        }
    }
}

/// Months since the year 0.
fn month_number(date: Date) -> i64 {
    i64::from(date.year()) * 12 + i64::from(u8::from(date.month())) - 1
}

/// The same day some months later, or the last day of a month that is too short for it.
pub(crate) fn add_months(date: Date, months: i64) -> Option<Date> {
    let number = month_number(date).checked_add(months)?;
    let year = i32::try_from(number.div_euclid(12)).ok()?;
    let month = Month::try_from(u8::try_from(number.rem_euclid(12)).ok()?.checked_add(1)?).ok()?;
    Date::from_calendar_date(year, month, date.day().min(month.length(year))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::date;

    fn series(frequency: Frequency, start_date: Date) -> Schedule {
        Schedule::begin(frequency, start_date, None, None, true).unwrap()
    }

    /// The first dates that fall due.
    fn dates(mut schedule: Schedule, count: usize) -> Vec<Date> {
        let mut dates = Vec::new();
        while let (Some(due), true) = (schedule.next_due, dates.len() < count) {
            dates.push(due);
            schedule = schedule.advanced();
        }
        dates
    }

    #[test]
    fn the_end_of_the_month_returns_after_shorter_months() {
        assert_eq!(
            dates(series(Frequency::Monthly, date!(2026 - 01 - 31)), 5),
            [
                date!(2026 - 01 - 31),
                date!(2026 - 02 - 28),
                date!(2026 - 03 - 31),
                date!(2026 - 04 - 30),
                date!(2026 - 05 - 31)
            ]
        );
        assert_eq!(
            dates(series(Frequency::Quarterly, date!(2025 - 11 - 30)), 3),
            [date!(2025 - 11 - 30), date!(2026 - 02 - 28), date!(2026 - 05 - 30)]
        );
        assert_eq!(
            dates(series(Frequency::Annually, date!(2024 - 02 - 29)), 5)[3..],
            [date!(2027 - 02 - 28), date!(2028 - 02 - 29)]
        );
    }

    #[test]
    fn days_and_weeks_are_counted_from_the_start() {
        let start = date!(2026 - 12 - 30);
        let second = |frequency| dates(series(frequency, start), 2)[1];
        assert_eq!(second(Frequency::Daily), date!(2026 - 12 - 31));
        assert_eq!(second(Frequency::Weekly), date!(2027 - 01 - 06));
        assert_eq!(second(Frequency::Biweekly), date!(2027 - 01 - 13));
    }

    #[test]
    fn a_series_ends_by_date_or_by_number() {
        let start = date!(2026 - 01 - 31);
        let by_date =
            Schedule::begin(Frequency::Monthly, start, Some(date!(2026 - 03 - 30)), None, false).unwrap();
        assert_eq!(dates(by_date, 9), [start, date!(2026 - 02 - 28)]);
        let by_number = Schedule::begin(Frequency::Monthly, start, None, Some(3), false).unwrap();
        assert_eq!(dates(by_number.clone(), 9).len(), 3);
        let over = by_number.advanced().advanced().advanced();
        assert_eq!((over.is_active, over.next_due, over.remaining_occurrences), (false, None, Some(0)));
        assert!(over.check().is_ok());
        assert_eq!(dates(series(Frequency::Annually, date!(2198 - 06 - 01)), 9).len(), 2);
    }

    #[test]
    fn an_occurrence_is_due_from_its_day() {
        let schedule = series(Frequency::Monthly, date!(2026 - 01 - 31));
        assert!(!schedule.is_due(date!(2026 - 01 - 30)) && schedule.is_due(date!(2026 - 01 - 31)));
        assert!(!Schedule { is_active: false, ..schedule }.is_due(date!(2026 - 02 - 01)));
    }

    #[test]
    fn what_cannot_recur_is_refused() {
        let start = date!(2026 - 01 - 31);
        let refused = |end, left| {
            let refusals = Schedule::begin(Frequency::Daily, start, end, left, true).unwrap_err();
            refusals[0].constraint().unwrap()
        };
        assert_eq!(refused(Some(date!(2026 - 01 - 30)), None), Constraint::DateOrder);
        assert_eq!(refused(None, Some(0)), Constraint::Range);
        for frequency in Frequency::ALL {
            assert_eq!(Frequency::named(frequency.name()), Some(frequency));
        }
    }

    proptest! {
        #[test]
        fn the_first_after_a_date_is_the_next_in_the_series(
            frequency in prop::sample::select(Frequency::ALL.to_vec()),
            start in 0..20_000_i64,
            later in -400..20_000_i64,
        ) {
            let start_date = date!(2000 - 01 - 01) + Duration::days(start);
            let schedule = series(frequency, start_date);
            let date = start_date + Duration::days(later);
            let first = schedule.first_after(date).unwrap();
            prop_assert!(first > date);
            // A naive walk along the series comes to the same date.
            let walked = (0..).map_while(|number| schedule.occurrence(number)).find(|day| *day > date);
            prop_assert_eq!(Some(first), walked);
        }
    }
}
