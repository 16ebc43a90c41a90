//! Pairing codes.

use partita_domain::hash::Hash;
use partita_domain::pairing::Pairing;
use partita_tests::fixtures::{NOW, OTHER, api_key, id, pairing};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, try_write, write};
use time::Duration;

#[test]
fn every_field_comes_back_and_is_replaced() {
    for_each_books(|store| {
        let key = api_key(1);
        let code = pairing(1, &key);
        write(store, |tx| {
            tx.api_keys().insert(&key)?;
            tx.pairings().insert(&code)
        });
        assert_eq!(read(store, |tx| tx.pairings().find_by_hash(code.code_hash)), Some(code.clone()));
        let used = Pairing {
            used_at: Some(NOW + Duration::MICROSECOND),
            expires_at: NOW + Duration::microseconds(2),
            ..code.clone()
        };
        write(store, |tx| tx.pairings().update(&used));
        assert_eq!(read(store, |tx| tx.pairings().find_by_hash(code.code_hash)), Some(used));
        assert_eq!(read(store, |tx| tx.pairings().find_by_hash(Hash::GENESIS)), None);
        assert_eq!(read_of(store, OTHER, |tx| tx.pairings().find_by_hash(code.code_hash)), None);
    });
}

#[test]
fn ids_and_digests_are_unique_and_the_key_exists() {
    for_each_books(|store| {
        let key = api_key(1);
        let code = pairing(1, &key);
        write(store, |tx| {
            tx.api_keys().insert(&key)?;
            tx.pairings().insert(&code)
        });
        duplicate(store, |tx| tx.pairings().insert(&Pairing { code_hash: Hash::GENESIS, ..code.clone() }));
        duplicate(store, |tx| tx.pairings().insert(&Pairing { id: id(2), ..code.clone() }));
        assert!(try_write(store, |tx| tx.pairings().insert(&pairing(3, &api_key(404)))).is_err());
    });
}
