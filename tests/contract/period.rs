//! Periods.

use partita_domain::actor::Actor;
use partita_domain::hash::Hash;
use partita_domain::period::{Period, PeriodStatus};
use partita_tests::fixtures::{NOW, OTHER, id, open_period, period};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, write};
use time::Duration;
use time::macros::date;

fn locked(name: &str, by: Actor) -> Period {
    Period {
        status: PeriodStatus::Locked,
        entry_count: i64::MAX - 5,
        locked_by: Some(by),
        locked_at: Some(NOW + Duration::MICROSECOND),
        closing_hash: Some(Hash([0xAB; 32])),
        version: i64::MAX,
        ..open_period(name)
    }
}

#[test]
fn every_field_comes_back_and_is_replaced() {
    for_each_books(|store| {
        let periods = [
            locked("2026-01", Actor::User(id(1))),
            locked("2026-P13", Actor::Key(id(2))),
            locked("2026-P14", Actor::System),
            Period {
                status: PeriodStatus::SoftLocked,
                closing_hash: None,
                ..locked("1900-01", Actor::System)
            },
            Period { fiscal_year: 2199, end_date: date!(2199 - 12 - 31), ..open_period("2199-12") },
        ];
        for full in periods {
            let open = open_period(&full.period.to_string());
            write(store, |tx| tx.periods().insert(&open));
            assert_eq!(read(store, |tx| tx.periods().find(open.period)), Some(open));
            write(store, |tx| tx.periods().update(&full));
            assert_eq!(read(store, |tx| tx.periods().find(full.period)), Some(full.clone()));
            assert_eq!(read_of(store, OTHER, |tx| tx.periods().find(full.period)), None);
        }
        assert_eq!(read(store, |tx| tx.periods().find(period("2026-02"))), None);
        duplicate(store, |tx| tx.periods().insert(&open_period("2026-01")));
    });
}

#[test]
fn entries_are_counted_and_nothing_else_changes() {
    for_each_books(|store| {
        let (january, february) = (open_period("2026-01"), locked("2026-02", Actor::System));
        write(store, |tx| {
            tx.periods().insert(&january)?;
            tx.periods().insert(&february)?;
            tx.periods().count_entries(january.period, 1)?;
            tx.periods().count_entries(january.period, 41)?;
            tx.periods().count_entries(february.period, 5)
        });
        read(store, |tx| {
            let counted =
                |period: &Period, by| Period { entry_count: period.entry_count + by, ..period.clone() };
            assert_eq!(tx.periods().find(january.period)?, Some(counted(&january, 42)));
            assert_eq!(tx.periods().find(february.period)?, Some(counted(&february, 5)));
            Ok(())
        });
    });
}

#[test]
fn lists_are_ordered_by_start_then_name_and_may_be_of_a_year() {
    for_each_books(|store| {
        let of_2025 = |name: &str| Period { fiscal_year: 2025, ..open_period(name) };
        // Adjustment periods are dated in December: they follow it by name, before the next January.
        let last_year = ["2025-11", "2025-12"].map(of_2025);
        let adjustments =
            [13, 14].map(|n| Period::open(period(&format!("2025-P{n}")), 2025, date!(2025 - 12 - 31)));
        let this_year = ["2026-01", "2026-12", "2026-P13"].map(open_period);
        let all: Vec<Period> = last_year.into_iter().chain(adjustments).chain(this_year).collect();
        write(store, |tx| all.iter().rev().try_for_each(|period| tx.periods().insert(period)));
        read(store, |tx| {
            assert_eq!(tx.periods().list(None)?, all);
            assert_eq!(tx.periods().list(Some(2025))?, all[..4]);
            assert_eq!(tx.periods().list(Some(2026))?, all[4..]);
            assert_eq!(tx.periods().list(Some(2024))?, []);
            Ok(())
        });
        assert_eq!(read_of(store, OTHER, |tx| tx.periods().list(None)), []);
    });
}
