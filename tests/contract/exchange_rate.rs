//! Dated exchange rates.

use partita_application::ports::{ExchangeRateFilter, StoreError, Stored, Tx};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::exchange_rate_table::DatedRate;
use partita_domain::id::ExchangeRateId;
use partita_domain::money::Currency;
use partita_tests::fixtures::{AWKWARD, NOW, OTHER, currency, dated_rate, id};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, try_write, write};
use time::macros::date;
use time::{Date, Duration};

/// Some rates, in no order.
fn some() -> Vec<DatedRate> {
    let ecb = |rate: DatedRate| DatedRate { source: "ecb".to_owned(), ..rate };
    vec![
        dated_rate(1, "EUR", date!(2026 - 03 - 31), 1_080_000),
        ecb(dated_rate(2, "GBP", date!(2026 - 03 - 31), 1_270_000)),
        ecb(dated_rate(3, "EUR", date!(2026 - 04 - 01), 1_090_000)),
        dated_rate(4, "JPY", date!(2026 - 03 - 30), 6_700),
        dated_rate(5, "EUR", date!(2025 - 12 - 31), 1_100_000),
        DatedRate {
            external_id: Some("a_b%".to_owned()),
            ..dated_rate(6, "AUD", date!(2026 - 03 - 31), 660_000)
        },
    ]
}

fn ids(rates: &[DatedRate]) -> Vec<ExchangeRateId> {
    rates.iter().map(|rate| rate.id).collect()
}

fn expect(numbers: &[u128]) -> Vec<ExchangeRateId> {
    numbers.iter().map(|number| id(*number)).collect()
}

#[test]
fn every_field_comes_back() {
    for_each_books(|store| {
        let full = DatedRate {
            external_id: Some(AWKWARD.to_owned()),
            base_currency: Currency::EUR,
            rate: ExchangeRate::from_millionths(i64::MAX).unwrap(),
            source: AWKWARD.to_owned(),
            updated_at: NOW + Duration::microseconds(999_999),
            version: i64::MAX,
            ..dated_rate(1, "JPY", date!(2199 - 12 - 31), 1)
        };
        let plain = dated_rate(2, "EUR", date!(1900 - 01 - 01), 1);
        for rate in [full, plain] {
            write(store, |tx| tx.exchange_rates().insert(std::slice::from_ref(&rate)));
            assert_eq!(read(store, |tx| tx.exchange_rates().find(rate.id)), Some(rate.clone()));
        }
        let by_external_id = |name: &str| read(store, |tx| tx.exchange_rates().find_by_external_id(name));
        assert_eq!(by_external_id(AWKWARD).map(|rate| rate.id), Some(id(1)));
        assert_eq!(by_external_id("x"), None);
        assert_eq!(read(store, |tx| tx.exchange_rates().find(id(404))), None);
        assert_eq!(read_of(store, OTHER, |tx| tx.exchange_rates().count(&ExchangeRateFilter::default())), 0);
    });
}

#[test]
fn the_latest_on_or_before_a_day_is_found() {
    for_each_books(|store| {
        write(store, |tx| tx.exchange_rates().insert(&some()));
        write(store, |tx| {
            let euro =
                DatedRate { base_currency: Currency::EUR, ..dated_rate(7, "GBP", date!(2026 - 03 - 31), 1) };
            tx.exchange_rates().insert(&[euro])
        });
        let latest = |from: &str, date: Date| {
            let from = currency(from);
            read(store, |tx| tx.exchange_rates().latest(from, Currency::USD, date)).map(|rate| rate.id)
        };
        assert_eq!(latest("EUR", date!(2025 - 12 - 30)), None);
        assert_eq!(latest("EUR", date!(2025 - 12 - 31)), Some(id(5)));
        assert_eq!(latest("EUR", date!(2026 - 03 - 30)), Some(id(5)));
        assert_eq!(latest("EUR", date!(2026 - 03 - 31)), Some(id(1)));
        assert_eq!(latest("EUR", date!(2100 - 01 - 01)), Some(id(3)));
        assert_eq!(latest("CHF", date!(2100 - 01 - 01)), None);
        assert_eq!(latest("GBP", date!(2100 - 01 - 01)), Some(id(2)));
        let euro = |tx: &mut dyn Tx| {
            tx.exchange_rates().latest(currency("GBP"), Currency::EUR, date!(2026 - 12 - 31))
        };
        assert_eq!(read(store, euro).map(|rate| rate.id), Some(id(7)));
    });
}

#[test]
fn the_rates_of_days_are_read_at_once() {
    for_each_books(|store| {
        write(store, |tx| tx.exchange_rates().insert(&some()));
        let usd = Currency::USD;
        let of_day = |date| read(store, |tx| tx.exchange_rates().of_day(usd, date));
        assert_eq!(ids(&of_day(date!(2026 - 03 - 31))), expect(&[6, 1, 2]));
        assert_eq!(of_day(date!(2026 - 03 - 29)), []);
        let of_days = |first, last| read(store, |tx| tx.exchange_rates().of_days(usd, first, last));
        assert_eq!(ids(&of_days(date!(2026 - 03 - 30), date!(2026 - 04 - 01))), expect(&[4, 6, 1, 2, 3]));
        let euro = read(store, |tx| {
            tx.exchange_rates().of_days(Currency::EUR, date!(1900 - 01 - 01), date!(2100 - 01 - 01))
        });
        assert_eq!(euro, []);
    });
}

#[test]
fn filters_combine_and_pages_follow_one_another() {
    for_each_books(|store| {
        write(store, |tx| tx.exchange_rates().insert(&some()));
        let all = ExchangeRateFilter::default();
        let listed = |filter: &ExchangeRateFilter, after, offset, limit| {
            ids(&read(store, |tx| tx.exchange_rates().list(filter, after, offset, limit)))
        };
        let newest_first = expect(&[3, 6, 1, 2, 4, 5]);
        assert_eq!(listed(&all, None, 0, 100), newest_first);
        assert_eq!(listed(&all, None, 1, 2), newest_first[1..3]);
        for size in 1..4 {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let page = read(store, |tx| tx.exchange_rates().list(&all, after, 0, size));
                let Some(last) = page.last() else { break };
                after = Some((last.date, last.from_currency));
                seen.extend(ids(&page));
            }
            assert_eq!(seen, newest_first);
        }
        let check = |filter: ExchangeRateFilter, expected: &[u128]| {
            assert_eq!(listed(&filter, None, 0, 100), expect(expected), "{filter:?}");
            let counted = read(store, |tx| tx.exchange_rates().count(&filter));
            assert_eq!(usize::try_from(counted).unwrap(), expected.len(), "{filter:?}");
        };
        let euro = ExchangeRateFilter { from_currency: Some(Currency::EUR), ..all.clone() };
        check(all.clone(), &[3, 6, 1, 2, 4, 5]);
        check(euro.clone(), &[3, 1, 5]);
        check(ExchangeRateFilter { from: Some(date!(2026 - 03 - 31)), ..euro.clone() }, &[3, 1]);
        check(ExchangeRateFilter { to: Some(date!(2026 - 03 - 31)), ..euro.clone() }, &[1, 5]);
        check(ExchangeRateFilter { source: Some("ecb".to_owned()), ..all.clone() }, &[3, 2]);
        check(ExchangeRateFilter { source: Some("ec_".to_owned()), ..all.clone() }, &[]);
        check(ExchangeRateFilter { external_id: Some("a_b%".to_owned()), ..all.clone() }, &[6]);
        check(ExchangeRateFilter { external_id: Some("a_b%".to_owned()), ..euro }, &[]);
    });
}

#[test]
fn a_pair_has_one_rate_a_day() {
    for_each_books(|store| {
        let day = date!(2026 - 03 - 31);
        let first = DatedRate { external_id: Some("x".to_owned()), ..dated_rate(1, "EUR", day, 1) };
        let second = dated_rate(2, "GBP", day, 1);
        write(store, |tx| tx.exchange_rates().insert(&[first.clone(), second.clone()]));
        let other_day = date!(2026 - 04 - 01);
        duplicate(store, |tx| tx.exchange_rates().insert(&[dated_rate(3, "EUR", day, 2)]));
        duplicate(store, |tx| tx.exchange_rates().insert(&[dated_rate(1, "EUR", other_day, 2)]));
        let same_external_id = DatedRate { id: id(3), date: other_day, ..first.clone() };
        duplicate(store, |tx| tx.exchange_rates().insert(std::slice::from_ref(&same_external_id)));
        duplicate(store, |tx| {
            let pair = [dated_rate(3, "CHF", day, 1), dated_rate(4, "CHF", day, 1)];
            tx.exchange_rates().insert(&pair)
        });
        duplicate(store, |tx| {
            tx.exchange_rates().update(&DatedRate { from_currency: Currency::EUR, ..second.clone() })
        });
        assert_eq!(read(store, |tx| tx.exchange_rates().count(&ExchangeRateFilter::default())), 2);
        // Moved away, its place is free.
        write(store, |tx| {
            tx.exchange_rates().update(&DatedRate { date: other_day, external_id: None, ..first.clone() })?;
            tx.exchange_rates().insert(&[DatedRate { id: id(3), ..first.clone() }])?;
            tx.exchange_rates().update(&dated_rate(404, "CHF", day, 1))
        });
        assert_eq!(read(store, |tx| tx.exchange_rates().count(&ExchangeRateFilter::default())), 3);
    });
}

#[test]
fn rates_are_restated_removed_and_put_back_by_an_undone_unit() {
    for_each_books(|store| {
        let before = some();
        write(store, |tx| tx.exchange_rates().insert(&before));
        let restated: Vec<DatedRate> = before
            .iter()
            .chain(&[dated_rate(404, "CHF", date!(2026 - 01 - 01), 1)])
            .map(|rate| DatedRate {
                rate: ExchangeRate::from_millionths(7).unwrap(),
                source: "bank".to_owned(),
                updated_at: NOW + Duration::DAY,
                version: 2,
                ..rate.clone()
            })
            .collect();
        let all = |tx: &mut dyn Tx| tx.exchange_rates().list(&ExchangeRateFilter::default(), None, 0, 100);
        let kept = read(store, all);
        let undone: Stored<()> = try_write(store, |tx| {
            tx.exchange_rates().restate(&restated)?;
            tx.exchange_rates().remove(id(1))?;
            assert_eq!(all(tx)?.len(), 5);
            Err(StoreError::Full)
        });
        assert!(undone.is_err());
        assert_eq!(read(store, all), kept);
        write(store, |tx| {
            tx.exchange_rates().restate(&restated)?;
            tx.exchange_rates().remove(id(1))?;
            tx.exchange_rates().remove(id(404))
        });
        let now = read(store, all);
        assert_eq!(ids(&now), expect(&[3, 6, 2, 4, 5]));
        assert!(now.iter().all(|rate| restated.contains(rate)));
    });
}

#[test]
fn many_are_added_at_once() {
    for_each_books(|store| {
        let days = std::iter::successors(Some(date!(1999 - 01 - 04)), |day| day.next_day());
        let rates: Vec<DatedRate> =
            days.zip(1..=20_500).map(|(day, number)| dated_rate(number, "EUR", day, 1_000_000)).collect();
        write(store, |tx| tx.exchange_rates().insert(&rates));
        assert_eq!(read(store, |tx| tx.exchange_rates().count(&ExchangeRateFilter::default())), 20_500);
    });
}
