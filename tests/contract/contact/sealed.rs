//! Tax numbers in SQL: readable by nobody who has only the database.

use crate::contract::contact::full;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use partita_application::ports::{Remembered, Store};
use partita_domain::contact::{Contact, TaxId};
use partita_sql::{OpenError, SqlOptions, SqlStore};
use partita_system::{EncryptionKey, SystemCipher};
use partita_tests::fixtures::{COMPANY, OTHER, company, contact, found, id, remembered};
use partita_tests::sql::{for_each_database, open, options};
use partita_tests::stores::{read, try_write, write};
use std::sync::Arc;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    text: String,
}

/// What a statement answers past the store.
fn ask(url: &str, statement: &str) -> Vec<String> {
    let rows: Vec<Row> = match url.strip_prefix("sqlite:") {
        Some(path) => sql_query(statement).load(&mut SqliteConnection::establish(path).unwrap()),
        None => sql_query(statement).load(&mut PgConnection::establish(url).unwrap()),
    }
    .unwrap();
    rows.into_iter().map(|row| row.text).collect()
}

fn for_each(test: impl Fn(&str, &Arc<dyn Store>)) {
    for_each_database(|url| {
        let store: Arc<dyn Store> = Arc::new(open(url));
        found(store.as_ref(), &company(COMPANY));
        found(store.as_ref(), &company(OTHER));
        test(url, &store);
    });
}

fn with_another_key() -> SqlOptions {
    let key = EncryptionKey::parse(&"07".repeat(32)).unwrap();
    SqlOptions { cipher: Some(Arc::new(SystemCipher::new(&key))), ..options() }
}

#[test]
fn the_database_does_not_hold_the_number() {
    for_each(|url, store| {
        write(store, |tx| tx.contacts().insert(&full()));
        let whole = "SELECT tax_id_sealed || ' ' || tax_id_digest || ' ' || details AS text FROM contacts";
        let [kept] = &ask(url, whole)[..] else { panic!("one contact") };
        for part in ["123-45", "6789", "12345", "45-6"] {
            // Of the sealed text, digits like these can come up by chance only in the long hexadecimal part.
            let plain: String = kept.split(' ').skip(2).collect();
            assert!(!plain.contains(part), "{part} in {plain}");
        }
        assert!(!kept.contains("123-45-6789") && !kept.contains("123456789"));
        assert!(kept.starts_with("x1."), "{kept}");
        // Equal numbers of two companies have nothing in common.
        store
            .write(OTHER, |tx| Ok(tx.contacts().insert(&Contact { default_account_id: None, ..full() })?))
            .unwrap();
        let mut digests = ask(url, "SELECT tax_id_digest AS text FROM contacts");
        digests.dedup();
        assert_eq!(digests.len(), 2);
        if let Some(path) = url.strip_prefix("sqlite:") {
            for suffix in ["", "-wal"] {
                let bytes = std::fs::read(format!("{path}{suffix}")).unwrap_or_default();
                assert!(!bytes.windows(11).any(|window| window == b"123-45-6789"), "{suffix}");
            }
        }
    });
}

#[test]
fn the_digest_of_a_request_does_not_betray_what_is_in_it() {
    for_each(|url, store| {
        let (one, two) = (remembered("one"), remembered("two"));
        let two = Remembered { fingerprint: one.fingerprint, ..two };
        write(store, |tx| {
            tx.idempotency().insert(&one)?;
            assert_eq!(tx.idempotency().find("one")?, Some(one.clone()), "a unit sees what it wrote");
            tx.idempotency().insert(&two)
        });
        let kept = ask(url, "SELECT fingerprint AS text FROM idempotency_keys");
        assert_eq!(kept.len(), 2);
        assert!(!kept.join(" ").contains(&one.fingerprint.to_string()), "{kept:?}");
        assert_ne!(kept[0], kept[1]);
        for remembered in [&one, &two] {
            assert_eq!(read(store, |tx| tx.idempotency().find(&remembered.key)), Some(remembered.clone()));
        }
        // Books from before there was a key, and books without one.
        let keyless = SqlStore::open(url, &SqlOptions { cipher: None, ..options() }).unwrap();
        let keyless: Arc<dyn Store> = Arc::new(keyless);
        let plain = remembered("plain");
        write(&keyless, |tx| tx.idempotency().insert(&plain));
        assert_eq!(read(store, |tx| tx.idempotency().find("plain")), Some(plain));
    });
}

#[test]
fn a_sealed_number_cannot_be_moved_to_another_contact() {
    for_each(|url, store| {
        write(store, |tx| {
            tx.contacts().insert(&full())?;
            let other = Contact { tax_id: Some(TaxId::new("98-7654321")), ..contact(1, "Other") };
            tx.contacts().insert(&other)
        });
        let stolen = "UPDATE contacts SET tax_id_sealed = (SELECT tax_id_sealed FROM contacts AS other WHERE \
                      other.id <> contacts.id) WHERE display_name = 'Other'";
        match url.strip_prefix("sqlite:") {
            Some(path) => sql_query(stolen).execute(&mut SqliteConnection::establish(path).unwrap()).unwrap(),
            None => sql_query(stolen).execute(&mut PgConnection::establish(url).unwrap()).unwrap(),
        };
        let error = store.read(COMPANY, |tx| Ok(tx.contacts().find(id(1))?)).unwrap_err();
        assert!(format!("{error:?}").contains("was changed after it was sealed"), "{error:?}");
    });
}

#[test]
fn a_database_is_opened_with_its_own_key_only() {
    for_each(|url, store| {
        assert!(SqlStore::open(url, &with_another_key()).is_ok(), "nothing is sealed yet");
        write(store, |tx| tx.contacts().insert(&full()));
        assert!(matches!(SqlStore::open(url, &with_another_key()), Err(OpenError::WrongKey)));
        assert!(SqlStore::open(url, &options()).is_ok());
    });
}

#[test]
fn without_a_key_everything_but_tax_numbers_works() {
    for_each(|url, store| {
        write(store, |tx| tx.contacts().insert(&full()));
        let keyless = SqlStore::open(url, &SqlOptions { cipher: None, ..options() }).unwrap();
        let keyless: Arc<dyn Store> = Arc::new(keyless);
        let plain = contact(1, "Plain");
        write(&keyless, |tx| tx.contacts().insert(&plain));
        assert_eq!(read(&keyless, |tx| tx.contacts().find(id(1))), Some(plain));
        let sealed = Contact { tax_id: Some(TaxId::new("98-7654321")), ..contact(2, "Sealed") };
        assert!(try_write(&keyless, |tx| tx.contacts().insert(&sealed)).is_err());
        assert!(keyless.read(COMPANY, |tx| Ok(tx.contacts().find(full().id)?)).is_err());
    });
}
