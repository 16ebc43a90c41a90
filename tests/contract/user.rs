//! People.

use partita_domain::user::User;
use partita_tests::fixtures::{NOW, OTHER, id, user};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, write};
use time::Duration;

fn full(number: u128, username: &str) -> User {
    User {
        external_id: Some(format!("hr/{username}")),
        email: Some("zoë+books@exämple.org".to_owned()),
        role: "a_role_of_our_own".to_owned(),
        is_active: false,
        last_login_at: Some(NOW + Duration::MICROSECOND),
        failed_logins: i32::MAX,
        locked_until: Some(NOW + Duration::microseconds(2)),
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned(),
        updated_at: NOW + Duration::microseconds(3),
        version: i64::MAX,
        ..user(number, username)
    }
}

#[test]
fn every_field_comes_back_and_is_replaced() {
    for_each_books(|store| {
        let (plain, other) = (user(1, "ada"), full(2, "grace"));
        write(store, |tx| {
            tx.users().insert(&plain)?;
            tx.users().insert(&other)
        });
        read(store, |tx| {
            for user in [&plain, &other] {
                assert_eq!(tx.users().find(user.id)?.as_ref(), Some(user));
                assert_eq!(tx.users().find_by_username(&user.username)?.as_ref(), Some(user));
            }
            assert_eq!(tx.users().find_by_external_id("hr/grace")?.as_ref(), Some(&other));
            Ok(())
        });
        let (more, less) = (full(1, "ada.l"), user(2, "grace.h"));
        write(store, |tx| {
            tx.users().update(&more)?;
            tx.users().update(&less)
        });
        read(store, |tx| {
            assert_eq!(tx.users().find(more.id)?.as_ref(), Some(&more));
            assert_eq!(tx.users().find(less.id)?.as_ref(), Some(&less));
            assert_eq!(tx.users().find_by_username("ada")?, None);
            assert_eq!(tx.users().find_by_external_id("hr/grace")?, None);
            assert_eq!(tx.users().find_by_external_id("hr/ada.l")?.as_ref(), Some(&more));
            assert_eq!(tx.users().find(id(404))?, None);
            Ok(())
        });
    });
}

#[test]
fn ids_names_and_external_ids_are_unique() {
    for_each_books(|store| {
        let (one, other) = (full(1, "ada"), user(2, "grace"));
        write(store, |tx| {
            tx.users().insert(&one)?;
            tx.users().insert(&other)
        });
        duplicate(store, |tx| tx.users().insert(&user(1, "new")));
        duplicate(store, |tx| tx.users().insert(&user(3, "ada")));
        duplicate(store, |tx| {
            tx.users().insert(&User { external_id: one.external_id.clone(), ..user(3, "new") })
        });
        duplicate(store, |tx| tx.users().update(&User { username: "ada".to_owned(), ..other.clone() }));
        duplicate(store, |tx| {
            tx.users().update(&User { external_id: one.external_id.clone(), ..other.clone() })
        });
        assert_eq!(read(store, |tx| tx.users().list()), [one.clone(), other.clone()]);
        store.write(OTHER, |tx| Ok(tx.users().insert(&one)?)).unwrap();
    });
}

#[test]
fn people_are_listed_by_the_bytes_of_their_names_and_the_active_counted() {
    for_each_books(|store| {
        let names = ["+a", "-a", ".a", "0a", "@a", "_a", "a", "a-b", "a.b", "a_b", "ab"];
        let people: Vec<User> = (1..)
            .zip(names)
            .map(|(number, name)| User { is_active: number % 3 != 0, ..user(number, name) })
            .collect();
        write(store, |tx| people.iter().rev().try_for_each(|user| tx.users().insert(user)));
        assert_eq!(read(store, |tx| tx.users().list()), people);
        assert_eq!(read(store, |tx| tx.users().count_active()), 8);
        assert_eq!(read_of(store, OTHER, |tx| tx.users().list()), []);
        assert_eq!(read_of(store, OTHER, |tx| tx.users().count_active()), 0);
        assert_eq!(read_of(store, OTHER, |tx| tx.users().find(id(1))), None);
        assert_eq!(read_of(store, OTHER, |tx| tx.users().find_by_username("a")), None);
    });
}
