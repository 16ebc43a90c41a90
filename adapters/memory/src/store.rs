//! The store: the books of all companies, and the unit of work.

use crate::books::Books;
use crate::directory::Installation;
use crate::tx::{Access, MemoryTx};
use crate::undo_map::Undo;
use partita_application::error::Result;
use partita_application::ports::{Mode, Store, Stored, Work};
use partita_domain::id::CompanyId;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};

/// Books in memory, gone with the process.
///
/// The writers of a company run one after another and its readers run together; a reader waits for a writer, which is
/// where this store is poorer than a database. A unit that fails or panics is undone.
#[derive(Default)]
pub struct MemoryStore {
    companies: RwLock<HashMap<CompanyId, Arc<RwLock<Books>>>>,
    installation: RwLock<Installation>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn existing(&self, company: CompanyId) -> Option<Arc<RwLock<Books>>> {
        self.companies.read().unwrap_or_else(PoisonError::into_inner).get(&company).map(Arc::clone)
    }

    fn existing_or_new(&self, company: CompanyId) -> Arc<RwLock<Books>> {
        self.existing(company).unwrap_or_else(|| {
            let mut companies = self.companies.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(companies.entry(company).or_default())
        })
    }
}

impl Store for MemoryStore {
    fn run(&self, company: CompanyId, mode: Mode, work: Work<'_>) -> Result<()> {
        match mode {
            Mode::Read => match self.existing(company) {
                Some(books) => {
                    let books = books.read().unwrap_or_else(PoisonError::into_inner);
                    work(&mut MemoryTx::new(company, Access::Reading(&books), &self.installation))
                }
                None => {
                    let nothing = Books::default();
                    work(&mut MemoryTx::new(company, Access::Reading(&nothing), &self.installation))
                }
            },
            Mode::Write => {
                let books = self.existing_or_new(company);
                let mut unit = Unit::begin(&books);
                let access = Access::Writing(&mut unit.books);
                work(&mut MemoryTx::new(company, access, &self.installation))?;
                unit.commit(company, &self.installation);
                Ok(())
            }
        }
    }

    fn ping(&self) -> Stored<()> {
        Ok(())
    }
}

/// A writing unit of work. Dropped without a commit, by an error or by a panic, it takes everything back while it still
/// holds the lock, so that a poisoned lock never guards half a unit.
struct Unit<'a> {
    books: RwLockWriteGuard<'a, Books>,
    committed: bool,
}

impl<'a> Unit<'a> {
    fn begin(books: &'a RwLock<Books>) -> Self {
        Self { books: books.write().unwrap_or_else(PoisonError::into_inner), committed: false }
    }

    fn commit(mut self, company: CompanyId, installation: &RwLock<Installation>) {
        installation.write().unwrap_or_else(PoisonError::into_inner).publish(company, &self.books);
        self.books.commit();
        self.committed = true;
    }
}

impl Drop for Unit<'_> {
    fn drop(&mut self) {
        if !self.committed {
            self.books.roll_back();
        }
    }
}
