//! Opening, migrating and copying databases.

use super::walls::execute;
use super::*;

fn refusal(url: &str, options: &SqlOptions) -> OpenError {
    match SqlStore::open(url, options) {
        Ok(_) => panic!("{url} was opened"),
        Err(error) => error,
    }
}

#[test]
fn urls_are_told_apart_by_their_scheme() {
    for url in ["", "books.db", "mysql://x", "sqlite:", "sqlite::memory:", "sqlite:books.db?mode=memory"] {
        assert!(matches!(refusal(url, &options()), OpenError::UnknownScheme(_)), "{url}");
    }
    let nobody = "postgres://partita@127.0.0.1:1/books";
    assert!(matches!(refusal(nobody, &options()), OpenError::Unreachable(_)));
    assert!(!std::path::Path::new(nobody).exists());
}

#[test]
fn a_file_is_made_by_a_migration_only_and_is_private() {
    let directory = Directory::fresh();
    let url = directory.url();
    assert!(matches!(refusal(&url, &options()), OpenError::Unreachable(_)));
    assert!(partita_sql::pending_migrations(&url).is_err());
    assert!(!directory.path().join("books.db").exists());
    let store = SqlStore::open(&url, &SqlOptions { migrate: true, ..options() }).unwrap();
    store.ping().unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    found(store.as_ref(), &company(COMPANY));
    for file in std::fs::read_dir(directory.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.path());
    }
}

#[test]
fn a_schema_of_another_version_is_refused() {
    let directory = Directory::fresh();
    std::fs::File::create(directory.path().join("books.db")).unwrap();
    let mut urls = vec![directory.url()];
    urls.extend(Cluster::shared().map(Cluster::create_database));
    for url in urls {
        let missing = partita_sql::pending_migrations(&url).unwrap();
        assert!(!missing.is_empty());
        let refused = refusal(&url, &options());
        assert!(matches!(&refused, OpenError::Outdated(of) if *of == missing), "{refused:?}");
        assert_eq!(partita_sql::migrate(&url).unwrap(), missing);
        assert_eq!(partita_sql::migrate(&url).unwrap(), Vec::<String>::new());
        assert_eq!(partita_sql::pending_migrations(&url).unwrap(), Vec::<String>::new());
        open(&url).ping().unwrap();
        execute(&url, "INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')").unwrap();
        for migrate in [false, true] {
            let refused = refusal(&url, &SqlOptions { migrate, ..options() });
            assert!(matches!(&refused, OpenError::Newer(version) if version == "9999"), "{refused:?}");
        }
    }
}

#[test]
fn several_processes_may_migrate_at_once() {
    let directory = Directory::fresh();
    let mut urls = vec![directory.url()];
    urls.extend(Cluster::shared().map(Cluster::create_database));
    for url in urls {
        let applied: Vec<usize> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..6).map(|_| scope.spawn(|| partita_sql::migrate(&url).unwrap().len())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(applied.iter().filter(|count| **count > 0).count(), 1, "{applied:?}");
        open(&url).ping().unwrap();
    }
}

#[test]
fn a_locked_file_is_called_locked() {
    let directory = Directory::fresh();
    let url = directory.url();
    partita_sql::migrate(&url).unwrap();
    use diesel::Connection;
    use diesel::connection::SimpleConnection;
    let mut other = diesel::SqliteConnection::establish(url.strip_prefix("sqlite:").unwrap()).unwrap();
    other.batch_execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
    let refused = refusal(&url, &options());
    assert!(matches!(refused, OpenError::Locked), "{refused:?}");
}

#[test]
fn a_server_that_forgets_is_refused() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.create_migrated_database();
    let refused = refusal(&url, &SqlOptions::default());
    assert!(matches!(&refused, OpenError::NotDurable(setting) if setting == "fsync = off"), "{refused:?}");
}

#[test]
fn a_file_is_copied_while_it_is_in_use() {
    let directory = Directory::fresh();
    let url = directory.url();
    partita_sql::migrate(&url).unwrap();
    let store: Arc<dyn Store> = Arc::new(open(&url));
    found(store.as_ref(), &company(COMPANY));
    let copy = directory.path().join("it's a copy.db");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 1..=100 {
                store.write(COMPANY, |tx| unit(tx, number, sale(date!(2026 - 02 - 03), 7))).unwrap();
            }
        });
        std::thread::sleep(std::time::Duration::from_millis(20));
        partita_sql::backup(&url, &copy).unwrap();
    });
    assert!(partita_sql::backup(&url, &copy).is_err(), "a copy is not written over");
    assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    let copied: Arc<dyn Store> = Arc::new(open(&format!("sqlite:{}", copy.display())));
    let count = copied.read(COMPANY, |tx| Ok(tx.ledger_heads().get()?.entry_position)).unwrap();
    assert!((0..=100).contains(&count));
    assert_units(&copied, COMPANY, count);
    assert_units(&store, COMPANY, 100);
}

#[test]
fn a_server_that_comes_back_is_found_again() {
    let Some(cluster) = Cluster::start(true) else { return };
    let url = cluster.create_migrated_database();
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&url, &SqlOptions::default()).unwrap());
    found(store.as_ref(), &company(COMPANY));
    let mut posted = 0;
    for round in 0..3_i64 {
        let acknowledged = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for thread in 0..4_i64 {
                let (store, acknowledged) = (&store, &acknowledged);
                scope.spawn(move || {
                    for i in 0..10_000 {
                        let number = u128::try_from((round * 4 + thread) * 10_000 + i + 1).unwrap();
                        match store.write(COMPANY, |tx| unit(tx, number, sale(date!(2026 - 02 - 03), 7))) {
                            Ok(()) => acknowledged.fetch_add(1, Ordering::Relaxed),
                            Err(Error::Store(StoreError::Unavailable(_))) => break,
                            Err(other) => panic!("{other:?}"),
                        };
                    }
                });
            }
            std::thread::sleep(std::time::Duration::from_millis(300));
            cluster.stop(partita_tests::postgres::Stop::Immediate);
        });
        assert!(store.ping().is_err());
        cluster.start_again();
        let count = store.read(COMPANY, |tx| Ok(tx.ledger_heads().get()?.entry_position)).unwrap();
        // What was under way when the power failed may be there or not; what was acknowledged is.
        let acknowledged = i64::try_from(acknowledged.into_inner()).unwrap();
        assert!(acknowledged > 0);
        assert!(
            (posted + acknowledged..=posted + acknowledged + 4).contains(&count),
            "{acknowledged}: {count}"
        );
        assert_units(&store, COMPANY, count);
        posted = count;
    }
}
