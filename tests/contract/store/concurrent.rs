//! Many writers at once.

use partita_application::Error;
use partita_application::ports::{Store, StoreError, Tx};
use partita_domain::account::{Account, AccountType};
use partita_domain::id::CompanyId;
use partita_tests::fixtures::{COMPANY, OTHER, account, audit_event, id, post, remembered, sale};
use partita_tests::stores::{for_each_books, read_of};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use time::macros::date;

const THREADS: u128 = 8;
const UNITS: u128 = 25;

/// Takes the next number, posts an entry and appends an event: all that runs through the ends of the chains.
fn unit(tx: &mut dyn Tx, number: u128) -> partita_application::Result<()> {
    let taken = tx.sequences().next("journal_entry", 2026)?;
    tx.sequences().set_next("journal_entry", 2026, taken + 1)?;
    let entry = post(tx, number, sale(date!(2026 - 01 - 05), 100))?;
    assert_eq!(entry.position, taken, "number and position are taken together");
    tx.audit_events().append(&audit_event(taken))?;
    tx.idempotency().insert(&remembered(&number.to_string()))?;
    Ok(())
}

fn write_from_all_threads(write: impl Fn(u128) + Sync) {
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let write = &write;
            scope.spawn(move || (0..UNITS).for_each(|i| write(thread * UNITS + i + 1)));
        }
    });
}

/// Asserts that exactly so many units are in the books, without a gap.
fn assert_units(store: &Arc<dyn Store>, company: CompanyId, units: u128) {
    let expected: Vec<i64> = (1..=i64::try_from(units).unwrap()).collect();
    read_of(store, company, |tx| {
        let entries = tx.journal_entries().chain(0, 1_000)?;
        assert_eq!(entries.iter().map(|entry| entry.position).collect::<Vec<_>>(), expected);
        let is_chained = entries.windows(2).all(|pair| pair[1].previous_hash == pair[0].hash);
        assert!(is_chained, "every entry names the hash of the one before it");
        let events = tx.audit_events().chain(0, 1_000)?;
        assert_eq!(events.iter().map(|event| event.sequence).collect::<Vec<_>>(), expected);
        let next = i64::try_from(units).unwrap() + 1;
        assert_eq!(tx.sequences().next("journal_entry", 2026)?, next);
        let head = tx.ledger_heads().get()?;
        assert_eq!(head.entry_position, next - 1);
        assert_eq!(entries.last().map(|entry| entry.hash), Some(head.entry_hash));
        let kept = tx.balances().kept(partita_application::ports::Grain::Month)?;
        assert_eq!(kept[0].totals.debit, 100 * (next - 1));
        Ok(())
    });
}

#[test]
fn no_number_is_lost_and_none_taken_twice() {
    for_each_books(|store| {
        write_from_all_threads(|number| store.write(COMPANY, |tx| unit(tx, number)).unwrap());
        assert_units(store, COMPANY, THREADS * UNITS);
    });
}

#[test]
fn units_that_fail_between_others_leave_no_gap() {
    for_each_books(|store| {
        let failed = AtomicU64::new(0);
        write_from_all_threads(|number| {
            let outcome = store.write(COMPANY, |tx| {
                unit(tx, number)?;
                if number % 3 == 0 { Err(Error::DryRun) } else { Ok(()) }
            });
            match outcome {
                Ok(()) => assert_ne!(number % 3, 0),
                Err(Error::DryRun) => {
                    failed.fetch_add(1, Ordering::Relaxed);
                }
                Err(other) => panic!("unit {number}: {other:?}"),
            }
        });
        let failed = u128::from(failed.into_inner());
        assert_eq!(failed, (THREADS * UNITS) / 3);
        assert_units(store, COMPANY, THREADS * UNITS - failed);
    });
}

#[test]
fn units_that_the_store_refuses_between_others_leave_no_gap() {
    for_each_books(|store| {
        store.write(COMPANY, |tx| Ok(tx.idempotency().insert(&remembered("taken"))?)).unwrap();
        write_from_all_threads(|number| {
            let outcome = store.write(COMPANY, |tx| {
                unit(tx, number)?;
                if number % 3 == 0 {
                    tx.idempotency().insert(&remembered("taken"))?;
                } else if number % 5 == 0 {
                    let stranger =
                        Account { parent_id: Some(id(404)), ..account("1010", "x", AccountType::Bank) };
                    tx.accounts().insert(&stranger)?;
                }
                Ok(())
            });
            match outcome {
                Ok(()) => assert!(number % 3 != 0 && number % 5 != 0, "unit {number} was not refused"),
                Err(Error::Store(StoreError::Duplicate)) => assert_eq!(number % 3, 0, "unit {number}"),
                Err(Error::Store(_)) => {
                    assert!(number % 5 == 0 && number % 3 != 0, "unit {number}: {outcome:?}")
                }
                Err(other) => panic!("unit {number}: {other:?}"),
            }
        });
        let good = (1..=THREADS * UNITS).filter(|number| number % 3 != 0 && number % 5 != 0).count();
        assert_units(store, COMPANY, u128::try_from(good).unwrap());
    });
}

#[test]
fn units_that_panic_between_others_leave_no_gap() {
    for_each_books(|store| {
        write_from_all_threads(|number| {
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                store.write(COMPANY, |tx| {
                    unit(tx, number)?;
                    if number % 20 == 0 {
                        std::panic::resume_unwind(Box::new("on purpose"));
                    }
                    Ok(())
                })
            }));
            match outcome {
                Ok(outcome) => outcome.unwrap(),
                Err(_) => assert_eq!(number % 20, 0, "a panic came out of another unit"),
            }
        });
        assert_units(store, COMPANY, THREADS * UNITS - 10);
    });
}

#[test]
fn companies_write_side_by_side() {
    for_each_books(|store| {
        write_from_all_threads(|number| {
            let company = if number % 2 == 0 { COMPANY } else { OTHER };
            store.write(company, |tx| unit(tx, number)).unwrap();
        });
        assert_units(store, COMPANY, THREADS * UNITS / 2);
        assert_units(store, OTHER, THREADS * UNITS / 2);
    });
}
