//! What only databases have: shared commits, walls of their own, schemas, files.

use partita_application::ports::{BalanceSpan, EntryFilter, EntryOrder, Mode, Store, StoreError, Tx};
use partita_application::{Error, Result};
use partita_domain::account::AccountType;
use partita_domain::id::CompanyId;
use partita_domain::journal_entry::EntryDraft;
use partita_sql::{OpenError, SqlOptions, SqlStore};
use partita_tests::fixtures::{
    COMPANY, OTHER, account, account_id, audit_event, company, found, item, line, post, remembered, sale,
    stock_record,
};
use partita_tests::postgres::Cluster;
use partita_tests::sql::{Directory, for_each_database, open, options};
use std::os::unix::fs::PermissionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use time::macros::date;

mod caching;
mod invoicing;
mod opening;
mod reading;
pub(crate) mod walls;

fn for_each_books(test: impl Fn(&str, &Arc<dyn Store>)) {
    for_each_database(|url| {
        let store: Arc<dyn Store> = Arc::new(open(url));
        found(store.as_ref(), &company(COMPANY));
        found(store.as_ref(), &company(OTHER));
        test(url, &store);
    });
}

/// All that posting writes, without what use cases check.
fn unit(tx: &mut dyn Tx, number: u128, draft: EntryDraft) -> Result<()> {
    let key = number.to_string();
    assert_eq!(tx.idempotency().find(&key)?, None);
    let taken = tx.sequences().next("journal_entry", 2026)?;
    tx.sequences().set_next("journal_entry", 2026, taken + 1)?;
    let entry = post(tx, number, draft)?;
    let mut head = tx.ledger_heads().get()?;
    head.audit_sequence += 1;
    tx.audit_events().append(&audit_event(head.audit_sequence))?;
    tx.ledger_heads().put(&head)?;
    tx.idempotency().insert(&remembered(&key))?;
    assert_eq!(entry.position, taken, "number and position are taken together");
    Ok(())
}

/// Asserts that so many units are in the books, without a gap.
fn assert_units(store: &Arc<dyn Store>, company: CompanyId, expected: i64) {
    store
        .read(company, |tx| {
            let positions: Vec<i64> =
                tx.journal_entries().chain(0, 10_000)?.iter().map(|entry| entry.position).collect();
            assert_eq!(positions, (1..=expected).collect::<Vec<_>>());
            let events: Vec<i64> =
                tx.audit_events().chain(0, 10_000)?.iter().map(|event| event.sequence).collect();
            assert_eq!(events, (1..=expected).collect::<Vec<_>>());
            assert_eq!(tx.ledger_heads().get()?.entry_position, expected);
            assert_eq!(tx.sequences().next("journal_entry", 2026)?, expected + 1);
            for grain in [partita_application::ports::Grain::Day, partita_application::ports::Grain::Month] {
                assert_eq!(tx.balances().kept(grain)?, tx.balances().rebuilt(grain)?);
            }
            Ok(())
        })
        .unwrap();
}

/// Lets several units meet in one group: the first keeps the baton until all others have come.
fn at_once(
    store: &Arc<dyn Store>,
    units: u128,
    work: impl Fn(&mut dyn Tx, u128) -> Result<()> + Sync,
) -> Vec<Result<()>> {
    let first_runs = Barrier::new(usize::try_from(units).unwrap());
    std::thread::scope(|scope| {
        let threads: Vec<_> = (1..=units)
            .map(|number| {
                let (first_runs, work) = (&first_runs, &work);
                scope.spawn(move || {
                    if number > 1 {
                        first_runs.wait();
                    }
                    let mut waited = false;
                    store.write(COMPANY, |tx| {
                        if number == 1 && !waited {
                            waited = true;
                            first_runs.wait();
                            // They have set out; this is for their way to the queue.
                            std::thread::sleep(std::time::Duration::from_millis(8));
                        }
                        work(tx, number)
                    })
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// Runs units one after another in a group of this thread; where it cannot be written, each by itself.
fn together(
    store: &Arc<dyn Store>,
    units: u128,
    work: impl Fn(&mut dyn Tx, u128) -> Result<()> + Sync,
) -> Vec<Result<()>> {
    let alone = |number| store.write(COMPANY, |tx| work(tx, number));
    let mut outcomes = Vec::new();
    while u128::try_from(outcomes.len()).unwrap() < units {
        let before = outcomes.len();
        let mut ran = Vec::new();
        let kept = store.together(COMPANY, &mut || {
            let number = u128::try_from(before + ran.len() + 1).unwrap();
            if number <= units {
                ran.push(alone(number));
            }
            number < units
        });
        match kept {
            Ok(()) => outcomes.extend(ran),
            Err(StoreError::Contended | StoreError::Duplicate) => {
                let numbers = before + 1..=before + ran.len();
                outcomes.extend(numbers.map(|number| alone(u128::try_from(number).unwrap())));
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    outcomes
}

/// Units meet in a group in two ways.
fn in_a_group(
    store: &Arc<dyn Store>,
    way: Way,
    units: u128,
    work: impl Fn(&mut dyn Tx, u128) -> Result<()> + Sync,
) -> Vec<Result<()>> {
    match way {
        Way::OfManyThreads => at_once(store, units, work),
        Way::OfOneThread => together(store, units, work),
    }
}

#[derive(Clone, Copy)]
enum Way {
    OfManyThreads,
    OfOneThread,
}

fn for_each_way(test: impl Fn(Way, &Arc<dyn Store>)) {
    for way in [Way::OfManyThreads, Way::OfOneThread] {
        for_each_books(|_, store| test(way, store));
    }
}

#[test]
fn eight_writers_leave_no_gap() {
    for_each_books(|_, store| {
        std::thread::scope(|scope| {
            for thread in 0..8_u128 {
                scope.spawn(move || {
                    for i in 0..50 {
                        let number = thread * 50 + i + 1;
                        store.write(COMPANY, |tx| unit(tx, number, sale(date!(2026 - 02 - 03), 7))).unwrap();
                    }
                });
            }
        });
        assert_units(store, COMPANY, 400);
    });
}

#[test]
fn a_refused_unit_in_the_middle_of_a_group_disturbs_nobody() {
    for_each_way(|way, store| {
        let outcomes = in_a_group(store, way, 12, |tx, number| {
            // Some units touch the database itself, so that they need a savepoint.
            if number % 2 == 0 {
                let number = (number + 5_000).to_string();
                tx.accounts().insert(&account(&number, "Of a unit", AccountType::Bank))?;
            }
            unit(tx, number, sale(date!(2026 - 02 - 03), 7))?;
            if number % 3 == 0 {
                // Reading what is pending makes it go to the database.
                let count = tx.journal_entries().count(&EntryFilter::default())?;
                assert_eq!(count, tx.ledger_heads().get()?.entry_position);
            }
            if number % 4 == 0 { Err(Error::DryRun) } else { Ok(()) }
        });
        for (number, outcome) in (1..).zip(outcomes) {
            assert_eq!(outcome.is_err(), number % 4 == 0, "unit {number}: {outcome:?}");
        }
        assert_units(store, COMPANY, 9);
        let opened = store.read(COMPANY, |tx| {
            let chart = tx.accounts().all()?;
            Ok(chart.iter().filter(|account| account.name == "Of a unit").count())
        });
        assert_eq!(opened.unwrap(), 3);
    });
}

#[test]
fn a_unit_that_cannot_be_written_fails_alone() {
    for_each_way(|way, store| {
        let outcomes = in_a_group(store, way, 8, |tx, number| {
            unit(tx, number, sale(date!(2026 - 02 - 03), 7))?;
            if number == 5 {
                // Nobody looks whether an audit event's place is taken; the database does, at the commit.
                tx.audit_events().append(&audit_event(1))?;
            }
            Ok(())
        });
        for (number, outcome) in (1..).zip(outcomes) {
            match outcome {
                Ok(()) => assert_ne!(number, 5),
                Err(Error::Store(StoreError::Duplicate)) => assert_eq!(number, 5),
                Err(other) => panic!("unit {number}: {other:?}"),
            }
        }
        assert_units(store, COMPANY, 7);
    });
}

#[test]
fn a_failed_statement_fails_its_unit_whatever_the_unit_answers() {
    for_each_way(|way, store| {
        let outcomes = in_a_group(store, way, 6, |tx, number| {
            unit(tx, number, sale(date!(2026 - 02 - 03), 7))?;
            if number == 3 {
                let taken = account("1000", "Taken", AccountType::Bank);
                assert!(matches!(tx.accounts().insert(&taken), Err(StoreError::Duplicate)));
            }
            Ok(())
        });
        for (number, outcome) in (1..).zip(outcomes) {
            assert_eq!(outcome.is_err(), number == 3, "unit {number}: {outcome:?}");
        }
        assert_units(store, COMPANY, 5);
    });
}

#[test]
fn a_panic_in_a_unit_is_its_own() {
    for_each_books(|_, store| {
        let caught = AtomicU64::new(0);
        let outcomes = at_once(store, 1, |tx, number| unit(tx, number, sale(date!(2026 - 02 - 03), 7)));
        assert!(outcomes[0].is_ok());
        std::thread::scope(|scope| {
            for number in 2..=21_u128 {
                let caught = &caught;
                scope.spawn(move || {
                    let outcome = catch_unwind(AssertUnwindSafe(|| {
                        store.write(COMPANY, |tx| {
                            unit(tx, number, sale(date!(2026 - 02 - 03), 7))?;
                            if number % 5 == 0 {
                                tx.accounts().insert(&account("7777", "Of a panic", AccountType::Bank))?;
                                std::panic::resume_unwind(Box::new("on purpose"));
                            }
                            Ok(())
                        })
                    }));
                    match outcome {
                        Ok(outcome) => outcome.unwrap(),
                        Err(_) => {
                            caught.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        assert_eq!(caught.into_inner(), 4);
        assert_units(store, COMPANY, 17);
    });
}

#[test]
fn a_panic_in_a_group_of_one_thread_is_its_own() {
    for_each_books(|_, store| {
        let mut number = 0;
        let mut caught = 0;
        // A slow group may end early.
        while number < 5 {
            store
                .together(COMPANY, &mut || {
                    number += 1;
                    let outcome = catch_unwind(AssertUnwindSafe(|| {
                        store.write(COMPANY, |tx| {
                            unit(tx, number, sale(date!(2026 - 02 - 03), 7))?;
                            if number % 2 == 0 {
                                tx.accounts().insert(&account("7777", "Of a panic", AccountType::Bank))?;
                                std::panic::resume_unwind(Box::new("on purpose"));
                            }
                            Ok(())
                        })
                    }));
                    caught += usize::from(outcome.is_err());
                    number < 5
                })
                .unwrap();
        }
        assert_eq!(caught, 2);
        assert_units(store, COMPANY, 3);
    });
}

#[test]
fn work_that_panics_between_units_leaves_nothing_of_its_group() {
    for_each_books(|_, store| {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            store.together(COMPANY, &mut || {
                store.write(COMPANY, |tx| unit(tx, 1, sale(date!(2026 - 02 - 03), 7))).unwrap();
                std::panic::resume_unwind(Box::new("on purpose"));
            })
        }));
        assert!(panicked.is_err());
        assert_units(store, COMPANY, 0);
        store.write(COMPANY, |tx| unit(tx, 1, sale(date!(2026 - 02 - 03), 7))).unwrap();
        assert_units(store, COMPANY, 1);
    });
}

#[test]
fn a_group_writes_to_its_own_company_only() {
    for_each_books(|url, store| {
        // In a file the group itself keeps other writers out.
        if url.starts_with("sqlite:") {
            return;
        }
        let kept = store.together(COMPANY, &mut || {
            store.write(COMPANY, |tx| unit(tx, 1, sale(date!(2026 - 02 - 03), 7))).unwrap();
            store.write(OTHER, |tx| unit(tx, 1, sale(date!(2026 - 02 - 03), 7))).unwrap();
            assert_units(store, OTHER, 1);
            assert_units(store, COMPANY, 0);
            false
        });
        kept.unwrap();
        assert_units(store, COMPANY, 1);
    });
}

#[test]
fn a_lone_writer_commits_at_once_and_a_reader_waits_for_nobody() {
    for_each_books(|_, store| {
        store
            .write(COMPANY, |tx| {
                unit(tx, 1, sale(date!(2026 - 02 - 03), 7))?;
                tx.accounts().insert(&account("7777", "Not yet there", AccountType::Bank))?;
                // Within the open unit of another writer, on another thread.
                let seen = std::thread::scope(|scope| {
                    scope.spawn(|| store.read(COMPANY, |tx| Ok(tx.accounts().find_by_number("7777")?))).join()
                });
                assert_eq!(seen.unwrap().unwrap(), None);
                Ok(())
            })
            .unwrap();
        let seen = store.read(COMPANY, |tx| Ok(tx.accounts().find_by_number("7777")?)).unwrap();
        assert!(seen.is_some());
    });
}

#[test]
fn two_stores_over_one_database_see_each_other() {
    for_each_books(|url, store| {
        let other: Arc<dyn Store> = Arc::new(open(url));
        let number_of = |store: &Arc<dyn Store>, mode| {
            let mut found = None;
            store
                .run(COMPANY, mode, &mut |tx| {
                    found = tx.accounts().find_by_number("7777")?.map(|account| account.name.clone());
                    Ok(())
                })
                .unwrap();
            found
        };
        assert_eq!(number_of(&other, Mode::Read), None);
        for name in ["First", "Second"] {
            store
                .write(COMPANY, |tx| {
                    let named = account("7777", name, AccountType::Bank);
                    let known = tx.accounts().find_by_number("7777")?;
                    Ok(if known.is_some() {
                        tx.accounts().update(&named)
                    } else {
                        tx.accounts().insert(&named)
                    }?)
                })
                .unwrap();
            assert_eq!(number_of(&other, Mode::Read).as_deref(), Some(name));
            assert_eq!(number_of(&other, Mode::Write).as_deref(), Some(name));
        }
        std::thread::scope(|scope| {
            for (thread, store) in [store, &other, store, &other].into_iter().enumerate() {
                scope.spawn(move || {
                    for i in 0..20 {
                        let number = u128::try_from(thread).unwrap() * 20 + i + 1;
                        store.write(COMPANY, |tx| unit(tx, number, sale(date!(2026 - 02 - 03), 7))).unwrap();
                    }
                });
            }
        });
        assert_units(store, COMPANY, 80);
        assert_units(&other, COMPANY, 80);
    });
}

#[test]
fn a_change_that_is_undone_is_not_cached() {
    for_each_books(|_, store| {
        let name = |name: &'static str| account("1000", name, AccountType::Bank);
        let undone = store.write(COMPANY, |tx| {
            tx.accounts().all()?;
            tx.accounts().update(&name("Undone"))?;
            assert_eq!(tx.accounts().find_by_number("1000")?.unwrap().name, "Undone");
            Err::<(), _>(Error::DryRun)
        });
        assert!(undone.is_err());
        store.write(COMPANY, |tx| Ok(tx.accounts().update(&name("Kept"))?)).unwrap();
        for _ in 0..2 {
            let seen =
                store.read(COMPANY, |tx| Ok(tx.accounts().find_by_number("1000")?.unwrap().name.clone()));
            assert_eq!(seen.unwrap(), "Kept");
        }
    });
}

#[test]
fn posting_takes_few_statements() {
    for_each_database(|url| {
        let sql = Arc::new(open(url));
        let store: Arc<dyn Store> = sql.clone();
        found(store.as_ref(), &company(COMPANY));
        let mut posted = 0_u128;
        let mut statements = |lines: i64| {
            posted += 1;
            let mut drafted = sale(date!(2026 - 02 - 03), lines);
            drafted.lines = vec![line("1000", lines, 0)];
            drafted.lines.extend((0..lines).map(|_| line("4000", 0, 1)));
            drafted.external_id = Some(format!("x{posted}"));
            let before = sql.statements();
            store
                .write(COMPANY, |tx| {
                    assert_eq!(tx.journal_entries().find_by_external_id(&format!("x{posted}"))?, None);
                    tx.settings().find()?;
                    unit(tx, posted, drafted.clone())
                })
                .unwrap();
            sql.statements() - before
        };
        // The first one fills the caches.
        statements(1);
        let (few, many) = (statements(1), statements(500));
        if url.starts_with("sqlite:") {
            // A statement for each row: there, it is a function call.
            assert!(few <= 16, "{few} statements for two lines");
            assert!(many <= 16 + 499, "{many} statements for 501 lines");
        } else {
            assert!(few <= 8 && many <= 8, "{few} statements for two lines, {many} for 501");
        }
    });
}

#[test]
fn stocks_of_many_items_take_few_statements() {
    for_each_database(|url| {
        let sql = Arc::new(open(url));
        let store: Arc<dyn Store> = sql.clone();
        found(store.as_ref(), &company(COMPANY));
        store
            .write(COMPANY, |tx| (1..=200).try_for_each(|n| Ok(tx.items().insert(&item(n, "Item"))?)))
            .unwrap();
        for (sequence, ids) in [(1, 1_000), (2, 2_000)] {
            let before = sql.statements();
            store
                .write(COMPANY, |tx| {
                    let items: Vec<_> = (1..=200).map(partita_tests::fixtures::id).collect();
                    let kept = tx.stocks().kept(&items)?;
                    assert_eq!(kept.len(), if sequence == 1 { 0 } else { 200 });
                    // What is known already is not asked for again, nor what is known not to be there.
                    tx.stocks().kept(&items)?;
                    let rows: Vec<_> = (1..=200).map(|n| stock_record(ids + n, n, sequence)).collect();
                    tx.stocks().append(&rows)?;
                    (1..=200).try_for_each(|n| {
                        Ok(tx.stocks().keep(&partita_tests::fixtures::kept_stock(n, sequence))?)
                    })
                })
                .unwrap();
            let statements = sql.statements() - before;
            let most = if url.starts_with("sqlite:") { 400 + 8 } else { 8 };
            assert!(statements <= most, "{statements} statements for 200 items");
        }
    });
}

#[test]
fn looking_for_an_account_does_not_read_the_whole_journal_for_each_entry() {
    for_each_books(|_, store| {
        store
            .write(COMPANY, |tx| {
                (1..=3_000).try_for_each(|number| post(tx, number, sale(date!(2026 - 02 - 03), 7)).map(drop))
            })
            .unwrap();
        let begun = std::time::Instant::now();
        for account_id in ["6000", "1000"].map(account_id) {
            let filter = EntryFilter { account_id: Some(account_id), ..EntryFilter::default() };
            store
                .read(COMPANY, |tx| {
                    Ok(tx.journal_entries().list(&filter, EntryOrder::NewestFirst, None, 0, 50)?)
                })
                .unwrap();
        }
        // A plan without the index took several seconds here.
        assert!(begun.elapsed().as_millis() < 1_500, "{:?}", begun.elapsed());
    });
}

#[test]
fn sums_of_balances_are_those_of_the_last_entry_whoever_has_posted_it() {
    for_each_books(|url, store| {
        let elsewhere: Arc<dyn Store> = Arc::new(open(url));
        let span =
            BalanceSpan { from: None, to: date!(2026 - 12 - 31), account_id: None, without: Vec::new() };
        let debits = |store: &Arc<dyn Store>| -> i64 {
            let totals = store.read(COMPANY, |tx| Ok(tx.balances().totals(&span)?)).unwrap();
            totals.iter().map(|total| total.totals.debit).sum()
        };
        for number in 1..=3 {
            let posting = if number == 2 { &elsewhere } else { store };
            posting.write(COMPANY, |tx| post(tx, number, sale(date!(2026 - 02 - 03), 7)).map(drop)).unwrap();
            let expected = 7 * i64::try_from(number).unwrap();
            for _ in 0..2 {
                assert_eq!((debits(store), debits(&elsewhere)), (expected, expected));
            }
            let sooner = BalanceSpan { to: date!(2026 - 02 - 02), ..span.clone() };
            assert_eq!(store.read(COMPANY, |tx| Ok(tx.balances().totals(&sooner)?)).unwrap(), []);
        }
    });
}

#[test]
fn who_is_refused_because_of_another_finds_what_the_other_has_written() {
    for_each_books(|_, store| {
        for round in 1..=60_u128 {
            let together = Barrier::new(4);
            std::thread::scope(|scope| {
                for writer in 0..4_u128 {
                    let (store, together) = (Arc::clone(store), &together);
                    scope.spawn(move || {
                        let external_id = format!("x{round}");
                        let mut taken = None;
                        together.wait();
                        let done = store.write(COMPANY, |tx| {
                            taken = tx.journal_entries().find_by_external_id(&external_id)?;
                            if taken.is_some() {
                                return Err(Error::DryRun);
                            }
                            let mut drafted = sale(date!(2026 - 02 - 03), 7);
                            drafted.external_id = Some(external_id.clone());
                            post(tx, round * 10 + writer, drafted).map(drop)
                        });
                        if done.is_err() {
                            let id = taken.unwrap();
                            let found = store.read(COMPANY, |tx| Ok(tx.journal_entries().find(id)?));
                            assert!(found.unwrap().is_some(), "round {round}");
                        }
                    });
                }
            });
        }
    });
}
