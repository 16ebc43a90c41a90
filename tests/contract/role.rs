//! Roles of the company's own.

use partita_domain::permission::{Permission, Permissions};
use partita_domain::role::Role;
use partita_tests::fixtures::{AWKWARD, OTHER, role};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, write};

#[test]
fn every_field_comes_back_and_is_replaced() {
    for_each_books(|store| {
        write(store, |tx| tx.roles().insert(&role("clerk")));
        assert_eq!(read(store, |tx| tx.roles().find("clerk")), Some(role("clerk")));
        for permissions in [Permissions::default(), Permissions::of(Permission::all()), Permissions::ADMIN] {
            let changed = Role {
                description: AWKWARD.to_owned(),
                permissions,
                is_system: true,
                version: i64::MAX,
                ..role("clerk")
            };
            write(store, |tx| tx.roles().update(&changed));
            assert_eq!(read(store, |tx| tx.roles().find("clerk")), Some(changed));
        }
        assert_eq!(read(store, |tx| tx.roles().find("cler")), None);
        assert_eq!(read_of(store, OTHER, |tx| tx.roles().find("clerk")), None);
        duplicate(store, |tx| tx.roles().insert(&role("clerk")));
    });
}

#[test]
fn roles_are_listed_by_the_bytes_of_their_names_until_they_are_removed() {
    for_each_books(|store| {
        let names = ["a", "a1", "a_b", "aa", "b_", "bb", "z"];
        write(store, |tx| names.iter().rev().try_for_each(|name| tx.roles().insert(&role(name))));
        store.write(OTHER, |tx| Ok(tx.roles().insert(&role("aa"))?)).unwrap();
        assert_eq!(read(store, |tx| tx.roles().list()), names.map(role));
        write(store, |tx| tx.roles().delete("aa"));
        read(store, |tx| {
            assert_eq!(tx.roles().find("aa")?, None);
            assert_eq!(tx.roles().list()?.len(), 6);
            Ok(())
        });
        assert_eq!(read_of(store, OTHER, |tx| tx.roles().list()), [role("aa")]);
        write(store, |tx| tx.roles().insert(&role("aa")));
        assert_eq!(read(store, |tx| tx.roles().list()), names.map(role));
    });
}
