//! Reads that wait for nobody, and logs that do not grow for ever.

use super::*;
use std::time::{Duration, Instant};

/// Whether the store has read at once, and what: the same twice, with a write of another thread in between.
fn names_at_once(store: &Arc<dyn Store>, write: impl Fn() + Sync) -> (bool, Vec<Option<String>>) {
    let mut names = Vec::new();
    let did = store.in_one_view_at_once(COMPANY, &mut || {
        for _ in 0..2 {
            let found = store.read(COMPANY, |tx| Ok(tx.accounts().find_by_number("7777")?)).unwrap();
            names.push(found.map(|account| account.name.clone()));
            std::thread::scope(|scope| scope.spawn(&write).join()).unwrap();
        }
    });
    (did, names)
}

fn rename(store: &Arc<dyn Store>, name: &str) {
    let named = account("7777", name, AccountType::Bank);
    store
        .write(COMPANY, |tx| {
            Ok(match tx.accounts().find_by_number("7777")? {
                Some(_) => tx.accounts().update(&named),
                None => tx.accounts().insert(&named),
            }?)
        })
        .unwrap();
}

#[test]
fn a_file_is_read_at_once_while_a_connection_is_free() {
    for_each_database(|url| {
        let narrow = SqlOptions { pool_size: 1, ..options() };
        let store: Arc<dyn Store> = Arc::new(SqlStore::open(url, &narrow).unwrap());
        found(store.as_ref(), &company(COMPANY));
        rename(&store, "First");
        // Connections are made by those who may wait for them.
        store.read(COMPANY, |tx| Ok(tx.accounts().find_by_number("7777")?)).unwrap();
        let (did, names) = names_at_once(&store, || rename(&store, "Second"));
        if !url.starts_with("sqlite:") {
            assert_eq!((did, names), (false, Vec::new()), "a server may keep one waiting");
            return;
        }
        let first = Some("First".to_owned());
        assert_eq!((did, names), (true, vec![first.clone(), first]), "both reads share a view");
        let second = Some("Second".to_owned());
        assert_eq!(names_at_once(&store, || {}), (true, vec![second.clone(), second]));
        let busy = store.read(COMPANY, |_| {
            let other = std::thread::scope(|scope| scope.spawn(|| names_at_once(&store, || {})).join());
            Ok(other.unwrap())
        });
        assert_eq!(busy.unwrap(), (false, Vec::new()), "the only connection is taken");
        assert!(names_at_once(&store, || {}).0, "and free again");
    });
}

#[test]
fn the_log_of_a_file_goes_into_it_while_others_write() {
    let directory = Directory::fresh();
    let url = directory.url();
    let store = SqlStore::open(&url, &SqlOptions { migrate: true, ..options() }).unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    found(store.as_ref(), &company(COMPANY));
    let size = |name: &str| std::fs::metadata(directory.path().join(name)).map_or(0, |found| found.len());
    let before = size("books.db");
    for number in 1..=600 {
        store.write(COMPANY, |tx| unit(tx, number, sale(date!(2026 - 02 - 03), 7))).unwrap();
    }
    let begun = Instant::now();
    while size("books.db") == before {
        assert!(begun.elapsed() < Duration::from_secs(30), "the file has not grown");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(size("books.db-wal") > 0);
    drop(store);
    assert_eq!(size("books.db-wal"), 0, "who closes last leaves no log");
    assert_units(&(Arc::new(open(&url)) as Arc<dyn Store>), COMPANY, 600);
}
