//! Number sequences.

use partita_domain::sequence::{Sequence, SequenceReset};
use partita_tests::fixtures::{COMPANY, OTHER, company};
use partita_tests::stores::{duplicate, for_each_store, read, read_of, write};

fn sequence(sequence_type: &str) -> Sequence {
    Sequence {
        sequence_type: sequence_type.to_owned(),
        prefix: "Ré-%_/’".to_owned(),
        padding: 12,
        reset: SequenceReset::Never,
        next_number: 1,
        version: i64::MAX,
    }
}

#[test]
fn sequences_come_back_uncounted_and_are_replaced() {
    for_each_store(|store| {
        for id in [COMPANY, OTHER] {
            store.write(id, |tx| Ok(tx.companies().insert(&company(id))?)).unwrap();
        }
        let entry = Sequence::journal_entry();
        let counted = Sequence { next_number: 99, ..entry.clone() };
        write(store, |tx| tx.sequences().insert(&counted));
        assert_eq!(read(store, |tx| tx.sequences().find("journal_entry")), Some(entry.clone()));
        let changed = sequence("journal_entry");
        write(store, |tx| tx.sequences().update(&Sequence { next_number: 5, ..changed.clone() }));
        assert_eq!(read(store, |tx| tx.sequences().find("journal_entry")), Some(changed.clone()));
        assert_eq!(read(store, |tx| tx.sequences().find("invoice")), None);
        duplicate(store, |tx| tx.sequences().insert(&entry));

        write(store, |tx| {
            ["z", "a_b", "a"].iter().try_for_each(|kind| tx.sequences().insert(&sequence(kind)))
        });
        let listed = read(store, |tx| tx.sequences().list());
        assert_eq!(listed, [sequence("a"), sequence("a_b"), changed, sequence("z")]);
        assert_eq!(read_of(store, OTHER, |tx| tx.sequences().list()), []);
        assert_eq!(read_of(store, OTHER, |tx| tx.sequences().find("a")), None);
    });
}

#[test]
fn each_scope_counts_by_itself() {
    for_each_store(|store| {
        for id in [COMPANY, OTHER] {
            store
                .write(id, |tx| {
                    tx.companies().insert(&company(id))?;
                    tx.sequences().insert(&Sequence::journal_entry())?;
                    tx.sequences().insert(&sequence("invoice"))?;
                    Ok(())
                })
                .unwrap();
        }
        write(store, |tx| {
            assert_eq!(tx.sequences().next("journal_entry", 2026)?, 1);
            assert_eq!(tx.sequences().next("journal_entry", 2026)?, 1, "a look takes nothing");
            tx.sequences().set_next("journal_entry", 2026, 2)?;
            assert_eq!(tx.sequences().next("journal_entry", 2026)?, 2);
            tx.sequences().set_next("journal_entry", 2026, i64::MAX)?;
            tx.sequences().set_next("journal_entry", 2027, 7)?;
            tx.sequences().set_next("invoice", 0, 3)
        });
        read(store, |tx| {
            assert_eq!(tx.sequences().next("journal_entry", 2026)?, i64::MAX);
            assert_eq!(tx.sequences().next("journal_entry", 2027)?, 7);
            assert_eq!(tx.sequences().next("journal_entry", 0)?, 1);
            assert_eq!(tx.sequences().next("invoice", 0)?, 3);
            assert_eq!(tx.sequences().next("invoice", 2026)?, 1);
            assert_eq!(
                tx.sequences().find("invoice")?,
                Some(sequence("invoice")),
                "counting changes no sequence"
            );
            Ok(())
        });
        write(store, |tx| tx.sequences().set_next("journal_entry", 2026, 1));
        assert_eq!(read(store, |tx| tx.sequences().next("journal_entry", 2026)), 1);
        assert_eq!(read_of(store, OTHER, |tx| tx.sequences().next("journal_entry", 2027)), 1);
    });
}
