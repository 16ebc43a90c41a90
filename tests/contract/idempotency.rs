//! Outcomes by idempotency key.

use partita_application::ports::Remembered;
use partita_tests::fixtures::{AWKWARD, OTHER, remembered};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, write};

#[test]
fn what_is_remembered_comes_back() {
    for_each_books(|store| {
        let long = "✓".repeat(255);
        let large = Remembered { outcome: format!("\"{}\"", "é".repeat(500_000)), ..remembered("large") };
        for remembered in [remembered("1"), remembered(AWKWARD), remembered(&long), large] {
            assert_eq!(read(store, |tx| tx.idempotency().find(&remembered.key)), None);
            write(store, |tx| tx.idempotency().insert(&remembered));
            assert_eq!(read(store, |tx| tx.idempotency().find(&remembered.key)), Some(remembered.clone()));
            assert_eq!(read_of(store, OTHER, |tx| tx.idempotency().find(&remembered.key)), None);
        }
        assert_eq!(read(store, |tx| tx.idempotency().find(AWKWARD.trim())), None, "keys are exact");
        assert_eq!(read(store, |tx| tx.idempotency().find("LARGE")), None, "keys are exact");
    });
}

#[test]
fn a_key_is_remembered_once() {
    for_each_books(|store| {
        write(store, |tx| tx.idempotency().insert(&remembered("1")));
        duplicate(store, |tx| {
            tx.idempotency().insert(&Remembered { outcome: "null".to_owned(), ..remembered("1") })
        });
        assert_eq!(read(store, |tx| tx.idempotency().find("1")), Some(remembered("1")));
        store.write(OTHER, |tx| Ok(tx.idempotency().insert(&remembered("1"))?)).unwrap();
    });
}
