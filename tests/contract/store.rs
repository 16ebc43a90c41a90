//! The unit of work.

mod concurrent;
mod everything;
mod reading;

use everything::{change_everything, everything, insert_everything};
use partita_application::Error;
use partita_application::ports::StoreError;
use partita_domain::id::CompanyId;
use partita_tests::fixtures::{COMPANY, OTHER, company, found, id, remembered, user};
use partita_tests::stores::{for_each_books, for_each_store, read, read_of, try_write, write};
use std::panic::{AssertUnwindSafe, catch_unwind};

#[test]
fn a_store_answers() {
    for_each_store(|store| store.ping().unwrap());
}

#[test]
fn a_unit_sees_what_it_wrote_and_others_see_it_after_the_commit() {
    for_each_books(|store| {
        let within = store
            .write(COMPANY, |tx| {
                insert_everything(tx)?;
                Ok(everything(tx)?)
            })
            .unwrap();
        assert_eq!(read(store, everything), within);
    });
}

#[test]
fn a_failed_unit_leaves_nothing() {
    for_each_books(|store| {
        let before = read(store, everything);
        for _ in 0..2 {
            let failed = store.write(COMPANY, |tx| {
                insert_everything(tx)?;
                assert_ne!(everything(tx)?, before);
                Err::<(), _>(Error::not_found("account", "404"))
            });
            assert!(matches!(failed, Err(Error::NotFound { resource: "account", .. })), "{failed:?}");
            assert_eq!(read(store, everything), before);
        }
        // All that was undone can be done.
        store.write(COMPANY, insert_everything).unwrap();
        assert_ne!(read(store, everything), before);
    });
}

#[test]
fn a_failed_unit_undoes_changes_and_removals_as_well() {
    for_each_books(|store| {
        store.write(COMPANY, insert_everything).unwrap();
        let before = read(store, everything);
        let failed = store.write(COMPANY, |tx| {
            change_everything(tx)?;
            change_everything(tx)?;
            assert_ne!(everything(tx)?, before);
            Err::<(), _>(Error::DryRun)
        });
        assert!(matches!(failed, Err(Error::DryRun)), "{failed:?}");
        assert_eq!(read(store, everything), before);
        store.write(COMPANY, |tx| Ok(change_everything(tx)?)).unwrap();
        assert_ne!(read(store, everything), before);
    });
}

#[test]
fn a_failed_unit_does_not_disturb_the_next() {
    for_each_books(|store| {
        for number in 1..=6 {
            let outcome = store.write(COMPANY, |tx| {
                tx.idempotency().insert(&remembered(&format!("{number}")))?;
                if number % 2 == 0 { Err(Error::DryRun) } else { Ok(()) }
            });
            assert_eq!(outcome.is_ok(), number % 2 == 1);
        }
        let kept: Vec<bool> =
            (1..=6).map(|n| read(store, |tx| tx.idempotency().find(&format!("{n}"))).is_some()).collect();
        assert_eq!(kept, [true, false, true, false, true, false]);
    });
}

#[test]
fn a_panic_undoes_the_unit_and_leaves_the_store_usable() {
    for_each_books(|store| {
        let before = read(store, everything);
        for _ in 0..3 {
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                store.write(COMPANY, |tx| {
                    insert_everything(tx)?;
                    std::panic::resume_unwind(Box::new("on purpose"));
                    #[expect(unreachable_code, reason = "gives the closure its type")]
                    Ok(())
                })
            }));
            assert!(panicked.is_err(), "the panic goes on to the caller");
            assert_eq!(read(store, everything), before);
        }
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            store.read(COMPANY, |tx| {
                everything(tx)?;
                std::panic::resume_unwind(Box::new("on purpose"));
                #[expect(unreachable_code, reason = "gives the closure its type")]
                Ok(())
            })
        }));
        assert!(panicked.is_err());
        store.write(COMPANY, insert_everything).unwrap();
        assert_ne!(read(store, everything), before);
        assert_eq!(
            read_of(store, OTHER, everything),
            before.replace(&COMPANY.to_string(), &OTHER.to_string())
        );
    });
}

#[test]
fn what_a_company_that_does_not_exist_has_is_empty() {
    for_each_books(|store| {
        store.write(COMPANY, insert_everything).unwrap();
        for nobody in [id(404), CompanyId::INSTALLATION] {
            assert_eq!(read_of(store, nobody, |tx| tx.companies().find()), None);
            let empty = read_of(store, nobody, everything);
            assert_eq!(empty, read_of(store, id(405), everything));
            let outcome = store.write(nobody, |tx| Ok(tx.users().insert(&user(1, "ada"))?));
            assert!(matches!(outcome, Err(Error::Store(_))), "{outcome:?}");
            assert_eq!(read_of(store, nobody, everything), empty);
        }
    });
}

#[test]
fn companies_do_not_see_each_other() {
    for_each_books(|store| {
        let before = read_of(store, OTHER, everything);
        store.write(COMPANY, insert_everything).unwrap();
        assert_eq!(read_of(store, OTHER, everything), before);
        let full = read(store, everything);
        // The same ids, names and digests are free in the other company, and changes there stay there.
        store.write(OTHER, insert_everything).unwrap();
        store.write(OTHER, |tx| Ok(change_everything(tx)?)).unwrap();
        assert_eq!(read(store, everything), full);
        store.write(COMPANY, |tx| Ok(change_everything(tx)?)).unwrap();
        assert_eq!(
            read(store, everything),
            read_of(store, OTHER, everything).replace(&OTHER.to_string(), &COMPANY.to_string())
        );
    });
}

#[test]
fn what_a_unit_answers_comes_out_as_it_is() {
    for_each_books(|store| {
        assert_eq!(store.write(COMPANY, |_| Ok(42)).unwrap(), 42);
        assert_eq!(store.read(COMPANY, |_| Ok("text")).unwrap(), "text");
        let refused = store.write(COMPANY, |_| Err::<(), _>(Error::IdempotencyKeyReused));
        assert!(matches!(refused, Err(Error::IdempotencyKeyReused)), "{refused:?}");
        let refused = store.read(COMPANY, |_| Err::<(), _>(Error::ForbiddenBecause("no")));
        assert!(matches!(refused, Err(Error::ForbiddenBecause("no"))), "{refused:?}");
        let corrupt = try_write(store, |_| Err::<(), _>(StoreError::Corrupt("so".to_owned())));
        assert!(matches!(corrupt, Err(StoreError::Corrupt(what)) if what == "so"));
    });
}

#[test]
fn a_company_is_founded_by_the_first_unit_that_writes() {
    for_each_store(|store| {
        assert!(try_write(store, |tx| tx.users().insert(&user(1, "ada"))).is_err());
        found(store.as_ref(), &company(COMPANY));
        write(store, |tx| tx.users().insert(&user(1, "ada")));
        assert_eq!(read(store, |tx| tx.users().list()), [user(1, "ada")]);
    });
}
