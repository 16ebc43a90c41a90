//! What fails below: each fault has its answer, tells nothing of the inside, and the next request works.

use crate::http::case::entry;
use partita_application::ports::{Mode, Store, StoreError, Stored, Work};
use partita_application::{Error, Result};
use partita_domain::id::CompanyId;
use partita_memory::MemoryStore;
use partita_tests::server::Server;
use std::sync::{Arc, Mutex};

#[derive(Clone, Copy, Debug)]
enum Fault {
    Panic,
    Full,
    Contended,
    Corrupt,
    Unavailable,
}

/// Books in memory that fail as often as they are told to.
struct Faulty {
    books: MemoryStore,
    next: Mutex<Vec<Fault>>,
}

impl Store for Faulty {
    fn run(&self, company: CompanyId, mode: Mode, work: Work<'_>) -> Result<()> {
        let fault = if mode == Mode::Write { self.next.lock().unwrap().pop() } else { None };
        let secret = "inner words that nobody may read";
        match fault {
            None => self.books.run(company, mode, work),
            Some(Fault::Panic) => panic!("{secret}"),
            Some(Fault::Full) => Err(Error::Store(StoreError::Full)),
            Some(Fault::Contended) => Err(Error::Store(StoreError::Contended)),
            Some(Fault::Corrupt) => Err(Error::Store(StoreError::Corrupt(secret.to_owned()))),
            Some(Fault::Unavailable) => Err(Error::Store(StoreError::Unavailable(secret.into()))),
        }
    }

    fn ping(&self) -> Stored<()> {
        self.books.ping()
    }
}

#[test]
fn every_fault_has_its_answer_and_the_next_request_works() {
    let store = Arc::new(Faulty { books: MemoryStore::new(), next: Mutex::default() });
    let server = Server::start("faulty", Arc::clone(&store) as Arc<dyn Store>);
    let books = server.found();
    let expected = [
        (Fault::Panic, 500, "internal_error", false),
        (Fault::Full, 507, "storage_full", false),
        (Fault::Contended, 503, "unavailable", true),
        (Fault::Corrupt, 500, "internal_error", false),
        (Fault::Unavailable, 503, "unavailable", true),
    ];
    // The key's use is noted by a write of its own, which must not be the one that fails.
    let _ = books.client.post("/entries", &entry("2026-03-31", 100)).expect(201);
    for (fault, status, code, can_try_again) in expected {
        // What was contended is tried once more by itself.
        let times = if matches!(fault, Fault::Contended) { 2 } else { 1 };
        *store.next.lock().unwrap() = vec![fault; times];
        let answer = books.client.post("/entries", &entry("2026-03-31", 100));
        assert_eq!((answer.status, answer.code()), (status, code), "{fault:?}");
        assert!(store.next.lock().unwrap().is_empty(), "{fault:?}");
        assert_eq!(answer.header("retry-after").is_some(), can_try_again, "{fault:?}");
        assert!(!answer.json().to_string().contains("inner words"), "{fault:?} leaks");
        let before = books.written().entry_position;
        let _ = books.client.post("/entries", &entry("2026-03-31", 100)).expect(201);
        assert_eq!(books.written().entry_position, before + 1, "{fault:?} left something behind");
    }
}
