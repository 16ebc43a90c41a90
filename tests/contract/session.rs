//! Sessions.

use partita_domain::hash::Hash;
use partita_domain::session::Session;
use partita_tests::fixtures::{NOW, OTHER, id, session, user};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, try_write, write};
use time::Duration;

#[test]
fn every_field_comes_back_and_is_replaced() {
    for_each_books(|store| {
        let ada = user(1, "ada");
        let begun = session(1, &ada);
        write(store, |tx| {
            tx.users().insert(&ada)?;
            tx.sessions().insert(&begun)
        });
        assert_eq!(read(store, |tx| tx.sessions().find_by_hash(begun.token_hash)), Some(begun.clone()));
        let ended = Session {
            ended_at: Some(NOW + Duration::MICROSECOND),
            expires_at: NOW + Duration::microseconds(2),
            ..begun.clone()
        };
        write(store, |tx| tx.sessions().update(&ended));
        assert_eq!(read(store, |tx| tx.sessions().find_by_hash(begun.token_hash)), Some(ended));
        assert_eq!(read(store, |tx| tx.sessions().find_by_hash(Hash::GENESIS)), None);
        assert_eq!(read_of(store, OTHER, |tx| tx.sessions().find_by_hash(begun.token_hash)), None);
    });
}

#[test]
fn ids_and_digests_are_unique_and_the_user_exists() {
    for_each_books(|store| {
        let ada = user(1, "ada");
        let begun = session(1, &ada);
        write(store, |tx| {
            tx.users().insert(&ada)?;
            tx.sessions().insert(&begun)
        });
        duplicate(store, |tx| tx.sessions().insert(&Session { token_hash: Hash::GENESIS, ..begun.clone() }));
        duplicate(store, |tx| tx.sessions().insert(&Session { id: id(2), ..begun.clone() }));
        assert!(try_write(store, |tx| tx.sessions().insert(&session(3, &user(404, "nobody")))).is_err());
    });
}

#[test]
fn all_live_sessions_of_a_user_end_at_once() {
    for_each_books(|store| {
        let (ada, eve) = (user(1, "ada"), user(2, "eve"));
        let ended = Session { ended_at: Some(NOW), ..session(3, &ada) };
        let sessions = [session(1, &ada), session(2, &ada), ended, session(4, &eve)];
        write(store, |tx| {
            tx.users().insert(&ada)?;
            tx.users().insert(&eve)?;
            sessions.iter().try_for_each(|session| tx.sessions().insert(session))
        });
        store
            .write(OTHER, |tx| {
                tx.users().insert(&ada)?;
                tx.sessions().insert(&sessions[0])?;
                Ok(())
            })
            .unwrap();
        let at = NOW + Duration::hours(1);
        write(store, |tx| tx.sessions().end_all(ada.id, at));
        let now_ends = sessions.map(|session| {
            read(store, |tx| tx.sessions().find_by_hash(session.token_hash)).unwrap().ended_at
        });
        assert_eq!(now_ends, [Some(at), Some(at), Some(NOW), None]);
        let elsewhere = read_of(store, OTHER, |tx| tx.sessions().find_by_hash(session(1, &ada).token_hash));
        assert_eq!(elsewhere, Some(session(1, &ada)));
    });
}
