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
    /// Takes one out: what was posted carries its own rate.
    fn remove(&mut self, id: ExchangeRateId) -> Stored<()>;
    /// One by its id.
    fn find(&mut self, id: ExchangeRateId) -> Stored<Option<DatedRate>>;
    /// One by its external id.
    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<DatedRate>>;
    /// Those of a day into a base currency.
    fn of_day(&mut self, base: Currency, date: Date) -> Stored<Vec<DatedRate>>;
    /// The latest on or before a day.
    fn latest(&mut self, from: Currency, base: Currency, date: Date) -> Stored<Option<DatedRate>>;
    /// Some, newest first, then by currency: beyond `after`, past the first `offset`, at most `limit`.
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
