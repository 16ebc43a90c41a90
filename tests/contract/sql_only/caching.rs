//! What is remembered between transactions: plans of a server, and contacts.

use super::*;
use diesel::dsl::sql;
use diesel::sql_types::BigInt;
use diesel::{Connection, PgConnection, RunQueryDsl};
use partita_domain::contact::Contact;
use partita_domain::hash::Hash;
use partita_domain::id::ContactId;
use partita_tests::fixtures::{contact, id};

#[test]
fn a_server_does_not_look_through_young_books_for_each_row() {
    for_each_database(|url| {
        if url.starts_with("sqlite:") {
            return;
        }
        let store: Arc<dyn Store> = Arc::new(open(url));
        found(store.as_ref(), &company(COMPANY));
        // What it plans now it plans for tables without rows.
        for number in 1..=1_500 {
            store.write(COMPANY, |tx| unit(tx, number, sale(date!(2026 - 02 - 03), 7))).unwrap();
        }
        drop(store);
        let statistics = "(SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables \
                           WHERE relname = 'journal_entries')";
        let mut server = PgConnection::establish(url).unwrap();
        let read: i64 = diesel::select(sql::<BigInt>(statistics)).get_result(&mut server).unwrap();
        // Three checks of an entry, and of its two lines; without statistics they came to 2 250 000.
        assert!(read < 100_000, "{read} rows read for 1500 entries");
    });
}

/// Changes a contact as use cases do, with an event.
fn rename(tx: &mut dyn Tx, name: &str) -> Result<()> {
    let mut head = tx.ledger_heads().get()?;
    head.audit_sequence += 1;
    head.audit_hash = Hash::of(format!("{} {name}", head.audit_sequence).as_bytes());
    tx.audit_events().append(&audit_event(head.audit_sequence))?;
    tx.ledger_heads().put(&head)?;
    let renamed = contact(1, name);
    Ok(match tx.contacts().find(renamed.id)? {
        Some(_) => tx.contacts().update(&renamed),
        None => tx.contacts().insert(&renamed),
    }?)
}

fn names(tx: &mut dyn Tx) -> Result<Vec<String>> {
    let name = |contact: Contact| contact.display_name;
    let one: ContactId = id(1);
    let mut names: Vec<String> = tx.contacts().find(one)?.into_iter().map(name).collect();
    names.extend(tx.contacts().find_all(&[one, id(2)])?.into_iter().map(name));
    Ok(names)
}

#[test]
fn who_writes_finds_contacts_as_they_are_whoever_has_changed_them() {
    for_each_books(|url, store| {
        let other: Arc<dyn Store> = Arc::new(open(url));
        let known = |store: &Arc<dyn Store>| store.write(COMPANY, names).unwrap();
        assert_eq!(known(store), Vec::<String>::new());
        for (round, changing) in [store, store, &other, store, &other, &other].into_iter().enumerate() {
            let name = format!("Name {round}");
            changing
                .write(COMPANY, |tx| {
                    rename(tx, &name)?;
                    assert_eq!(names(tx)?, [name.as_str(), name.as_str()]);
                    Ok(())
                })
                .unwrap();
            for _ in 0..2 {
                assert_eq!(known(store), [name.as_str(), name.as_str()], "round {round}");
                assert_eq!(known(&other), [name.as_str(), name.as_str()], "round {round}");
            }
            let refused = changing.write(COMPANY, |tx| {
                rename(tx, "Undone")?;
                assert_eq!(names(tx)?, ["Undone", "Undone"]);
                Err::<(), _>(Error::DryRun)
            });
            assert!(refused.is_err());
            assert_eq!(known(store), [name.as_str(), name.as_str()], "round {round}");
            // Others in the group of a unit that is undone.
            for way in [Way::OfManyThreads, Way::OfOneThread] {
                let outcomes = in_a_group(changing, way, 6, |tx, number| {
                    if number % 2 == 0 {
                        rename(tx, "Undone")?;
                        assert_eq!(names(tx)?, ["Undone", "Undone"]);
                        return Err(Error::DryRun);
                    }
                    assert_eq!(names(tx)?, [name.as_str(), name.as_str()]);
                    Ok(())
                });
                assert_eq!(outcomes.iter().filter(|outcome| outcome.is_err()).count(), 3);
            }
        }
    });
}
