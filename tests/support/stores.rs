//! Every store there is, fresh.

use crate::fixtures::{COMPANY, OTHER, company, found, variable};
use crate::sql::{for_each_database, open};
use partita_application::Error;
use partita_application::ports::{Store, StoreError, Stored, Tx};
use partita_domain::id::CompanyId;
use partita_memory::MemoryStore;
use std::sync::Arc;

/// Runs a test once on a fresh store of each kind. A failure says on which.
pub fn for_each_store(test: impl Fn(&Arc<dyn Store>)) {
    on("memory", &(Arc::new(MemoryStore::new()) as Arc<dyn Store>), &test);
    for_each_database(|url| {
        let name = if url.starts_with("sqlite:") { "SQLite" } else { "PostgreSQL" };
        on(name, &(Arc::new(open(url)) as Arc<dyn Store>), &test);
    });
}

/// Runs a test once on a fresh store of each kind, with two companies that have the sample chart, under the same ids:
/// whatever forgets to ask for the company finds too much.
pub fn for_each_books(test: impl Fn(&Arc<dyn Store>)) {
    for_each_store(|store| {
        found(store.as_ref(), &company(COMPANY));
        found(store.as_ref(), &company(OTHER));
        test(store);
    });
}

fn on(name: &'static str, store: &Arc<dyn Store>, test: &impl Fn(&Arc<dyn Store>)) {
    if variable("PARTITA_ONLY_STORE").is_some_and(|only| only != name) {
        return;
    }
    let _name = OnPanic(name);
    test(store);
}

/// Names the store while a failed test unwinds.
struct OnPanic(&'static str);

impl Drop for OnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("^ on the {} store", self.0);
        }
    }
}

/// What the store said, where nothing else can have gone wrong.
fn stored<T>(outcome: partita_application::Result<T>) -> Stored<T> {
    outcome.map_err(|error| match error {
        Error::Store(error) => error,
        other => panic!("the unit answered {other:?}"),
    })
}

/// Writes with the repositories of [`COMPANY`].
///
/// # Errors
/// What the store answers.
pub fn try_write<T>(store: &Arc<dyn Store>, mut work: impl FnMut(&mut dyn Tx) -> Stored<T>) -> Stored<T> {
    stored(store.write(COMPANY, |tx| Ok(work(tx)?)))
}

/// Writes with the repositories of [`COMPANY`], which has to succeed.
///
/// # Panics
/// When the store refuses.
#[track_caller]
pub fn write<T>(store: &Arc<dyn Store>, work: impl FnMut(&mut dyn Tx) -> Stored<T>) -> T {
    try_write(store, work).unwrap()
}

/// Asserts that the store refuses a unit for a unique value that exists already.
///
/// # Panics
/// When it does not.
#[track_caller]
pub fn duplicate<T>(store: &Arc<dyn Store>, work: impl FnMut(&mut dyn Tx) -> Stored<T>) {
    match try_write(store, work) {
        Err(StoreError::Duplicate) => {}
        Err(other) => panic!("expected a duplicate, got {other:?}"),
        Ok(_) => panic!("expected a duplicate, but it was stored"),
    }
}

/// Reads with the repositories of [`COMPANY`].
///
/// # Panics
/// When the store refuses.
#[track_caller]
pub fn read<T>(store: &Arc<dyn Store>, work: impl FnMut(&mut dyn Tx) -> Stored<T>) -> T {
    read_of(store, COMPANY, work)
}

/// Reads with the repositories of a company.
///
/// # Panics
/// When the store refuses.
#[track_caller]
pub fn read_of<T>(
    store: &Arc<dyn Store>,
    company: CompanyId,
    mut work: impl FnMut(&mut dyn Tx) -> Stored<T>,
) -> T {
    stored(store.read(company, |tx| Ok(work(tx)?))).unwrap()
}
