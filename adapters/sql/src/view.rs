//! Reads that one thread runs one after another in one transaction.

use crate::store::SqlStore;
use crate::transaction::Open;
use partita_application::error::Result;
use partita_application::ports::Work;
use partita_domain::id::CompanyId;
use std::cell::RefCell;

thread_local! {
    /// Use cases know of no views, so theirs cannot be handed to them.
    static HERE: RefCell<Option<View>> = const { RefCell::new(None) };
}

/// The transaction that the reads of this thread share.
pub(crate) struct View {
    store: *const SqlStore,
    company: CompanyId,
    open: Open,
}

impl View {
    /// Calls `reads` while this is the view of the thread; answers the transaction unless it failed meanwhile.
    pub(crate) fn during(
        store: &SqlStore,
        company: CompanyId,
        open: Open,
        reads: &mut dyn FnMut(),
    ) -> Option<Open> {
        let _leave = Leave;
        Self { store, company, open }.put();
        reads();
        HERE.take().map(|view| view.open)
    }

    /// The view of this thread, if it is one of this store and company.
    pub(crate) fn take(store: &SqlStore, company: CompanyId) -> Option<Self> {
        HERE.with_borrow_mut(|here| {
            here.take_if(|here| std::ptr::eq(here.store, store) && here.company == company)
        })
    }

    fn put(self) {
        HERE.set(Some(self));
    }

    /// Runs a read. After a failure the database may refuse to go on, so the next ones get a transaction of their own.
    pub(crate) fn run(mut self, store: &SqlStore, work: Work<'_>) -> Result<()> {
        let done = self
            .open
            .begin_unit(self.company)
            .map_err(Into::into)
            .and_then(|()| store.look(&mut self.open, work));
        if self.open.has_failed() {
            self.open.abandon();
        } else {
            self.put();
        }
        done
    }
}

/// Whatever happens, the next work of this thread finds no view.
struct Leave;

impl Drop for Leave {
    fn drop(&mut self) {
        HERE.set(None);
    }
}
