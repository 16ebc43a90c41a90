//! Dated exchange rates.

use crate::tx::{MemoryTx, count};
use crate::undo_map::{Undo, UndoMap};
use partita_application::ports::{ExchangeRateFilter, ExchangeRates, Stored};
use partita_domain::exchange_rate_table::DatedRate;
use partita_domain::id::ExchangeRateId;
use partita_domain::money::Currency;
use std::cmp::Reverse;
use time::Date;

/// The rates with their unique values, which are their two orders as well.
#[derive(Default)]
pub(crate) struct Rates {
    by_id: UndoMap<ExchangeRateId, DatedRate>,
    by_external_id: UndoMap<String, ExchangeRateId>,
    /// Foreign currency, base currency, day.
    by_pair: UndoMap<(Currency, Currency, Date), ExchangeRateId>,
    /// Newest first, then by foreign and base currency.
    newest_first: UndoMap<(Reverse<Date>, Currency, Currency), ExchangeRateId>,
}

fn pair(rate: &DatedRate) -> (Currency, Currency, Date) {
    (rate.from_currency, rate.base_currency, rate.date)
}

fn place(rate: &DatedRate) -> (Reverse<Date>, Currency, Currency) {
    (Reverse(rate.date), rate.from_currency, rate.base_currency)
}

impl Rates {
    fn put(&mut self, rate: &DatedRate) -> Stored<()> {
        self.by_external_id.check_free(rate.external_id.as_ref(), &rate.id)?;
        self.by_pair.check_free(Some(&pair(rate)), &rate.id)?;
        let old = self.by_id.get(&rate.id).cloned();
        let old = old.as_ref();
        let old_external_id = old.and_then(|old| old.external_id.as_ref());
        self.by_external_id.rekey(old_external_id, rate.external_id.as_ref(), rate.id);
        self.by_pair.rekey(old.map(pair).as_ref(), Some(&pair(rate)), rate.id);
        self.newest_first.rekey(old.map(place).as_ref(), Some(&place(rate)), rate.id);
        self.by_id.put(rate.id, rate.clone());
        Ok(())
    }

    fn in_order(&self, after: Option<(Date, Currency)>) -> impl Iterator<Item = &DatedRate> {
        let beyond = move |place: &(Reverse<Date>, Currency, Currency)| {
            after.is_none_or(|(date, currency)| (place.0, place.1) > (Reverse(date), currency))
        };
        self.newest_first
            .iter()
            .filter(move |(place, _)| beyond(place))
            .filter_map(|(_, id)| self.by_id.get(id))
    }
}

impl Undo for Rates {
    fn commit(&mut self) {
        self.by_id.commit();
        self.by_external_id.commit();
        self.by_pair.commit();
        self.newest_first.commit();
    }

    fn roll_back(&mut self) {
        self.by_id.roll_back();
        self.by_external_id.roll_back();
        self.by_pair.roll_back();
        self.newest_first.roll_back();
    }
}

fn matches(rate: &DatedRate, filter: &ExchangeRateFilter) -> bool {
    filter.from_currency.is_none_or(|currency| rate.from_currency == currency)
        && filter.from.is_none_or(|from| rate.date >= from)
        && filter.to.is_none_or(|to| rate.date <= to)
        && filter.source.as_ref().is_none_or(|source| rate.source == *source)
        && (filter.external_id.is_none() || rate.external_id == filter.external_id)
}

impl ExchangeRates for MemoryTx<'_> {
    fn insert(&mut self, added: &[DatedRate]) -> Stored<()> {
        let rates = &mut self.books_mut()?.exchange_rates;
        added.iter().try_for_each(|rate| {
            rates.by_id.check_new(&rate.id)?;
            rates.put(rate)
        })
    }

    fn update(&mut self, rate: &DatedRate) -> Stored<()> {
        let rates = &mut self.books_mut()?.exchange_rates;
        if rates.by_id.contains_key(&rate.id) { rates.put(rate) } else { Ok(()) }
    }

    fn restate(&mut self, changed: &[DatedRate]) -> Stored<()> {
        let rates = &mut self.books_mut()?.exchange_rates;
        for new in changed {
            let Some(known) = rates.by_id.get(&new.id).cloned() else { continue };
            let restated = DatedRate {
                rate: new.rate,
                source: new.source.clone(),
                updated_at: new.updated_at,
                version: new.version,
                ..known
            };
            rates.by_id.put(new.id, restated);
        }
        Ok(())
    }

    fn remove(&mut self, id: ExchangeRateId) -> Stored<()> {
        let rates = &mut self.books_mut()?.exchange_rates;
        if let Some(rate) = rates.by_id.get(&id).cloned() {
            rates.by_external_id.rekey(rate.external_id.as_ref(), None, id);
            rates.by_pair.take_out(&pair(&rate));
            rates.newest_first.take_out(&place(&rate));
            rates.by_id.take_out(&id);
        }
        Ok(())
    }

    fn find(&mut self, id: ExchangeRateId) -> Stored<Option<DatedRate>> {
        Ok(self.books().exchange_rates.by_id.get(&id).cloned())
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<DatedRate>> {
        let rates = &self.books().exchange_rates;
        Ok(rates.by_external_id.get(external_id).and_then(|id| rates.by_id.get(id)).cloned())
    }

    fn of_days(&mut self, base: Currency, first: Date, last: Date) -> Stored<Vec<DatedRate>> {
        let filter =
            ExchangeRateFilter { from: Some(first), to: Some(last), ..ExchangeRateFilter::default() };
        let rates = self.books().exchange_rates.in_order(None);
        let mut found: Vec<DatedRate> =
            rates.filter(|rate| rate.base_currency == base && matches(rate, &filter)).cloned().collect();
        found.sort_by_key(|rate| (rate.date, rate.from_currency));
        Ok(found)
    }

    fn latest(&mut self, from: Currency, base: Currency, date: Date) -> Stored<Option<DatedRate>> {
        let rates = &self.books().exchange_rates;
        let newest = rates.by_pair.range((from, base, Date::MIN)..=(from, base, date)).next_back();
        Ok(newest.and_then(|(_, id)| rates.by_id.get(id)).cloned())
    }

    fn list(
        &mut self,
        filter: &ExchangeRateFilter,
        after: Option<(Date, Currency)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<DatedRate>> {
        let rates = self.books().exchange_rates.in_order(after);
        let matching = rates.filter(|rate| matches(rate, filter));
        Ok(matching.skip(count(offset)).take(count(limit)).cloned().collect())
    }

    fn count(&mut self, filter: &ExchangeRateFilter) -> Stored<i64> {
        let rates = self.books().exchange_rates.by_id.values();
        Ok(rates.map(|rate| i64::from(matches(rate, filter))).sum())
    }
}
