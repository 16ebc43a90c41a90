//! Reading units.

use super::everything::{everything, insert_everything};
use partita_application::Error;
use partita_application::ports::{Grain, LedgerHead, Stored, Tx};
use partita_domain::account::AccountType;
use partita_domain::journal_entry::JournalEntry;
use partita_domain::sequence::Sequence;
use partita_domain::settings::Settings;
use partita_domain::user::User;
use partita_tests::fixtures::{
    COMPANY, NOW, account, api_key, audit_event, company, id, lock_request, open_period, pairing, post,
    remembered, role, sale, session, user,
};
use partita_tests::stores::{for_each_books, read};
use time::macros::date;

#[test]
fn a_reading_unit_writes_nothing() {
    for_each_books(|store| {
        store.write(COMPANY, insert_everything).unwrap();
        let before = read(store, everything);
        let writes: [fn(&mut dyn Tx) -> Stored<()>; 31] = [
            |tx| tx.accounts().insert(&account("1", "New", AccountType::Bank)),
            |tx| tx.accounts().update(&account("1000", "New", AccountType::Bank)),
            |tx| tx.api_keys().insert(&api_key(77)),
            |tx| tx.api_keys().update(&api_key(1)),
            |tx| tx.api_keys().touch(id(1), NOW),
            |tx| tx.audit_events().append(&audit_event(77)),
            |tx| {
                let kept = tx.balances().kept(Grain::Day)?;
                tx.balances().add(&kept)
            },
            |tx| tx.companies().update(&company(COMPANY)),
            |tx| tx.idempotency().insert(&remembered("77")),
            |tx| {
                let entry = tx.journal_entries().chain(0, 1)?.remove(0);
                tx.journal_entries().insert(&JournalEntry {
                    id: id(77),
                    position: 77,
                    entry_number: "77".to_owned(),
                    external_id: None,
                    ..entry
                })
            },
            |tx| tx.ledger_heads().put(&LedgerHead::EMPTY),
            |tx| tx.lock_requests().insert(&lock_request(77, "2026-01")),
            |tx| tx.lock_requests().update(&lock_request(1, "2026-02")),
            |tx| tx.pairings().insert(&pairing(77, &api_key(1))),
            |tx| tx.pairings().update(&pairing(1, &api_key(1))),
            |tx| tx.periods().insert(&open_period("2026-07")),
            |tx| tx.periods().update(&open_period("2026-01")),
            |tx| tx.periods().count_entries(open_period("2026-01").period, 1),
            |tx| tx.roles().insert(&role("new")),
            |tx| tx.roles().update(&role("clerk")),
            |tx| tx.roles().delete("clerk"),
            |tx| {
                tx.sequences()
                    .insert(&Sequence { sequence_type: "invoice".to_owned(), ..Sequence::journal_entry() })
            },
            |tx| tx.sequences().update(&Sequence::journal_entry()),
            |tx| tx.sequences().set_next("journal_entry", 2026, 77),
            |tx| tx.sessions().insert(&session(77, &user(1, "ada"))),
            |tx| tx.sessions().update(&session(1, &user(1, "ada"))),
            |tx| tx.sessions().end_all(id(1), NOW),
            |tx| tx.settings().put(&Settings::initial(NOW)),
            |tx| tx.users().insert(&user(77, "new")),
            |tx| tx.users().update(&user(1, "ada")),
            |tx| tx.users().update(&User { is_active: false, ..user(1, "ada") }),
        ];
        for (i, write) in writes.into_iter().enumerate() {
            let outcome = store.read(COMPANY, |tx| Ok(write(tx)?));
            assert!(matches!(outcome, Err(Error::Store(_))), "write {i} answered {outcome:?}");
        }
        assert_eq!(read(store, everything), before);
        let founding = store.read(id(5), |tx| Ok(tx.companies().insert(&company(id(5)))?));
        assert!(matches!(founding, Err(Error::Store(_))), "{founding:?}");
        // The same are possible in writing units.
        for (i, write) in writes.into_iter().enumerate() {
            store.write(COMPANY, |tx| Ok(write(tx)?)).unwrap_or_else(|error| panic!("write {i}: {error:?}"));
        }
    });
}

#[test]
fn a_reader_sees_one_moment() {
    for_each_books(|store| {
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for number in 1..=40_u128 {
                    store.write(COMPANY, |tx| post(tx, number, sale(date!(2026 - 01 - 05), 100))).unwrap();
                }
            });
            while !writer.is_finished() {
                read(store, |tx| {
                    let head = tx.ledger_heads().get()?;
                    let entries = tx.journal_entries().chain(0, 100)?;
                    assert_eq!(i64::try_from(entries.len()).unwrap(), head.entry_position);
                    let turnover: i64 = entries.iter().map(|entry| entry.turnover()).sum();
                    assert_eq!(turnover, head.turnover);
                    let grain = Grain::Month;
                    assert_eq!(tx.balances().kept(grain)?, tx.balances().rebuilt(grain)?);
                    Ok(())
                });
            }
        });
        assert_eq!(read(store, |tx| tx.ledger_heads().get()).entry_position, 40);
    });
}
