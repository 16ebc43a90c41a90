//! Periods.

use super::Stored;
use partita_domain::period::{Period, PeriodKey};

/// The periods of the company that were needed so far.
pub trait Periods {
    /// Adds one.
    fn insert(&mut self, period: &Period) -> Stored<()>;
    /// Replaces one by its key.
    fn update(&mut self, period: &Period) -> Stored<()>;
    /// Counts entries posted into one.
    fn count_entries(&mut self, period: PeriodKey, posted: i64) -> Stored<()>;
    /// One by its key.
    fn find(&mut self, period: PeriodKey) -> Stored<Option<Period>>;
    /// Those of a fiscal year, or all; by start date, then key as text.
    fn list(&mut self, fiscal_year: Option<i32>) -> Stored<Vec<Period>>;
}
