//! Dated exchange rates.

use super::Stored;
use partita_domain::exchange_rate_table::DatedRate;
use partita_domain::id::ExchangeRateId;
use partita_domain::money::Currency;
use time::Date;

/// Which rates to list; every given part must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExchangeRateFilter {
    /// Of this foreign currency.
    pub from_currency: Option<Currency>,
    /// Dated on or after.
    pub from: Option<Date>,
    /// Dated on or before.
    pub to: Option<Date>,
    /// From this source.
    pub source: Option<String>,
    /// With this external id.
    pub external_id: Option<String>,
}

/// The exchange rates of the company.
pub trait ExchangeRates {
    /// Adds some.
    fn insert(&mut self, rates: &[DatedRate]) -> Stored<()>;
    /// Replaces one by its id.
    fn update(&mut self, rate: &DatedRate) -> Stored<()>;
    /// Gives some, named by their ids, another rate, source, moment of change and version; what else they say stays.
    fn restate(&mut self, rates: &[DatedRate]) -> Stored<()>;
    /// Takes one out: what was posted carries its own rate.
    fn remove(&mut self, id: ExchangeRateId) -> Stored<()>;
    /// One by its id.
    fn find(&mut self, id: ExchangeRateId) -> Stored<Option<DatedRate>>;
    /// One by its external id.
    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<DatedRate>>;
    /// Those of a day into a base currency, by foreign currency.
    fn of_day(&mut self, base: Currency, date: Date) -> Stored<Vec<DatedRate>> {
        self.of_days(base, date, date)
    }
    /// Those of some days, the first and the last included, into a base currency, by day and foreign currency.
    fn of_days(&mut self, base: Currency, first: Date, last: Date) -> Stored<Vec<DatedRate>>;
    /// The latest on or before a day.
    fn latest(&mut self, from: Currency, base: Currency, date: Date) -> Stored<Option<DatedRate>>;
    /// Some, newest first, then by currency: beyond `after` (the day and
    /// foreign currency of the last one seen), past the first `offset`, at most `limit`.
    fn list(
        &mut self,
        filter: &ExchangeRateFilter,
        after: Option<(Date, Currency)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<DatedRate>>;
    /// How many there are.
    fn count(&mut self, filter: &ExchangeRateFilter) -> Stored<i64>;
}
