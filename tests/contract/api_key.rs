//! Keys of programs.

use partita_domain::api_key::{ApiKey, RateLimits};
use partita_domain::hash::Hash;
use partita_domain::permission::{Permission, Permissions};
use partita_tests::fixtures::{AWKWARD, NOW, OTHER, api_key, id, user};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, write};
use time::Duration;

fn full(number: u128) -> ApiKey {
    ApiKey {
        name: AWKWARD.to_owned(),
        permissions: Permissions::of(Permission::all()),
        rate_limits: RateLimits { per_minute: 1, per_hour: Some(10_000_000), per_day: Some(2) },
        user_id: Some(id(7)),
        paired_from: Some(id(1)),
        expires_at: Some(NOW + Duration::MICROSECOND),
        revoked_at: Some(NOW + Duration::microseconds(2)),
        last_used_at: Some(NOW + Duration::microseconds(3)),
        updated_at: NOW + Duration::microseconds(4),
        version: i64::MAX,
        ..api_key(number)
    }
}

#[test]
fn every_field_comes_back() {
    for_each_books(|store| {
        let (plain, full) = (api_key(1), full(2));
        write(store, |tx| {
            tx.users().insert(&user(7, "ada"))?;
            tx.api_keys().insert(&plain)?;
            tx.api_keys().insert(&full)
        });
        read(store, |tx| {
            assert_eq!(tx.api_keys().find(plain.id)?, Some(plain.clone()));
            assert_eq!(tx.api_keys().find(full.id)?, Some(full.clone()));
            assert_eq!(tx.api_keys().find_by_hash(full.key_hash)?, Some(full.clone()));
            assert_eq!(tx.api_keys().find_by_hash(Hash::GENESIS)?, None);
            assert_eq!(tx.api_keys().find(id(404))?, None);
            Ok(())
        });
    });
}

#[test]
fn an_update_replaces_every_field() {
    for_each_books(|store| {
        write(store, |tx| {
            tx.users().insert(&user(7, "ada"))?;
            tx.api_keys().insert(&api_key(1))?;
            tx.api_keys().insert(&full(2))
        });
        let more = ApiKey { key_hash: Hash::of(b"another"), ..full(1) };
        let less = ApiKey { permissions: Permissions::default(), ..api_key(2) };
        write(store, |tx| {
            tx.api_keys().update(&more)?;
            tx.api_keys().update(&less)
        });
        read(store, |tx| {
            assert_eq!(tx.api_keys().find(more.id)?, Some(more.clone()));
            assert_eq!(tx.api_keys().find(less.id)?, Some(less.clone()));
            assert_eq!(tx.api_keys().find_by_hash(more.key_hash)?, Some(more.clone()));
            assert_eq!(tx.api_keys().find_by_hash(api_key(1).key_hash)?, None);
            Ok(())
        });
    });
}

#[test]
fn a_touch_changes_the_last_use_alone() {
    for_each_books(|store| {
        let key = api_key(1);
        write(store, |tx| tx.api_keys().insert(&key));
        for later in [1, 60] {
            let at = NOW + Duration::seconds(later);
            write(store, |tx| tx.api_keys().touch(key.id, at));
            let touched = ApiKey { last_used_at: Some(at), ..key.clone() };
            assert_eq!(read(store, |tx| tx.api_keys().find(key.id)), Some(touched));
        }
    });
}

#[test]
fn ids_and_digests_are_unique() {
    for_each_books(|store| {
        let (one, other) = (api_key(1), api_key(2));
        write(store, |tx| {
            tx.api_keys().insert(&one)?;
            tx.api_keys().insert(&other)
        });
        duplicate(store, |tx| tx.api_keys().insert(&ApiKey { key_hash: Hash::GENESIS, ..one.clone() }));
        duplicate(store, |tx| tx.api_keys().insert(&ApiKey { id: id(3), ..one.clone() }));
        duplicate(store, |tx| tx.api_keys().update(&ApiKey { key_hash: one.key_hash, ..other.clone() }));
        assert_eq!(read(store, |tx| tx.api_keys().list()), [one, other]);
    });
}

#[test]
fn the_list_is_oldest_first_and_of_one_company() {
    for_each_books(|store| {
        let aged =
            |number, seconds| ApiKey { created_at: NOW + Duration::seconds(seconds), ..api_key(number) };
        let keys = [aged(5, -1), aged(2, 0), ApiKey { revoked_at: Some(NOW), ..aged(4, 0) }, aged(1, 9)];
        write(store, |tx| keys.iter().rev().try_for_each(|key| tx.api_keys().insert(key)));
        assert_eq!(read(store, |tx| tx.api_keys().list()), keys);
        assert_eq!(read_of(store, OTHER, |tx| tx.api_keys().list()), []);
        assert_eq!(read_of(store, OTHER, |tx| tx.api_keys().find(id(5))), None);
        assert_eq!(read_of(store, OTHER, |tx| tx.api_keys().find_by_hash(keys[0].key_hash)), None);
    });
}
