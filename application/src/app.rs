//! What every use case needs.

use crate::authenticate::Callers;
use crate::ports::{Clock, Ids, NoPrinter, Passwords, Printer, Secrets, Store};
use crate::queue::Queue;
use crate::read_queue::ReadQueue;
use partita_domain::id::CompanyId;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The ports, wired.
pub struct App {
    /// Where books are kept.
    pub store: Arc<dyn Store>,
    /// Recorded time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Arc<dyn Ids>,
    /// Randomness for credentials.
    pub secrets: Arc<dyn Secrets>,
    /// Password hashing.
    pub passwords: Arc<dyn Passwords>,
    /// Documents on paper.
    pub printer: Arc<dyn Printer>,
    pub(crate) callers: Callers,
    pub(crate) queue: Queue,
    pub(crate) read_queue: ReadQueue,
    running: Mutex<HashSet<(CompanyId, String)>>,
}

impl App {
    /// Wires the ports.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        secrets: Arc<dyn Secrets>,
        passwords: Arc<dyn Passwords>,
    ) -> Self {
        Self {
            store,
            clock,
            ids,
            secrets,
            passwords,
            printer: Arc::new(NoPrinter),
            callers: Callers::default(),
            queue: Queue::default(),
            read_queue: ReadQueue::default(),
            running: Mutex::default(),
        }
    }

    /// The same with a printer.
    #[must_use]
    pub fn with_printer(self, printer: Arc<dyn Printer>) -> Self {
        Self { printer, ..self }
    }

    /// Marks an idempotency key as running; `None` when it is already.
    pub(crate) fn mark_running(&self, company: CompanyId, key: &str) -> Option<RunningMark<'_>> {
        let mark = (company, key.to_owned());
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        // A mark that is made is also taken back: it must not be made for a key that another request runs under.
        running.insert(mark.clone()).then(|| RunningMark { app: self, mark })
    }
}

/// Ends with the request, whatever becomes of it.
pub(crate) struct RunningMark<'a> {
    app: &'a App,
    mark: (CompanyId, String),
}

impl Drop for RunningMark<'_> {
    fn drop(&mut self) {
        self.app.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.mark);
    }
}
