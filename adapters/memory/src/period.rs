//! Periods.

use crate::tx::MemoryTx;
use partita_application::ports::{Periods, Stored};
use partita_domain::period::{Period, PeriodKey};

impl Periods for MemoryTx<'_> {
    fn insert(&mut self, period: &Period) -> Stored<()> {
        self.books_mut()?.periods.add(period.period, period.clone())
    }

    fn update(&mut self, period: &Period) -> Stored<()> {
        self.books_mut()?.periods.replace(period.period, period.clone());
        Ok(())
    }

    fn count_entries(&mut self, period: PeriodKey, posted: i64) -> Stored<()> {
        let periods = &mut self.books_mut()?.periods;
        if let Some(before) = periods.get(&period).cloned() {
            let entry_count = before.entry_count.saturating_add(posted);
            periods.put(period, Period { entry_count, ..before });
        }
        Ok(())
    }

    fn find(&mut self, period: PeriodKey) -> Stored<Option<Period>> {
        Ok(self.books().periods.get(&period).cloned())
    }

    fn list(&mut self, fiscal_year: Option<i32>) -> Stored<Vec<Period>> {
        let periods = self.books().periods.values();
        let mut periods: Vec<Period> = periods
            .filter(|period| fiscal_year.is_none_or(|year| period.fiscal_year == year))
            .cloned()
            .collect();
        periods.sort_by_cached_key(|period| (period.start_date, period.period.to_string()));
        Ok(periods)
    }
}
