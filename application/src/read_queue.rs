//! Short reads that come in together: they share a thread and a view of the books.
//!
//! A read goes on at once while few run. When more come in than there are threads for, those that wait are taken together,
//! which spares each of them a thread, a connection and a transaction. A view begins after all who share it have asked, so
//! everybody sees what was acknowledged before.

use crate::app::App;
use crate::error::{Error, Result};
use crate::ports::StoreError;
use crate::queue::{Job, asked, same};
use partita_domain::id::CompanyId;
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Threads that read for one company at once.
const MOST_LEADS: usize = 4;
/// Reads that share a view; the first of them waits for the last.
const MOST_TOGETHER: usize = 16;
/// More than this wait for nothing.
const MOST_WAITING: usize = 10_000;

/// The reads that wait, by company. A company in here has a lead.
#[derive(Default)]
pub(crate) struct ReadQueue(Mutex<HashMap<CompanyId, Waiting>>);

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Box<dyn Job>>,
    leads: usize,
}

impl ReadQueue {
    fn lock(&self) -> MutexGuard<'_, HashMap<CompanyId, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who is next; when nobody waits, one lead is over.
    fn next(&self, company: CompanyId) -> Vec<Box<dyn Job>> {
        let mut all = self.lock();
        let Some(waiting) = all.get_mut(&company) else { return Vec::new() };
        let taken: Vec<_> = waiting.jobs.drain(..waiting.jobs.len().min(MOST_TOGETHER)).collect();
        if taken.is_empty() {
            waiting.leads -= 1;
            if waiting.leads == 0 {
                all.remove(&company);
            }
        }
        taken
    }
}

/// The duty to read for those who wait.
#[must_use = "nobody is answered before the queue is worked off"]
pub struct ReadLead {
    app: Arc<App>,
    company: CompanyId,
    is_over: bool,
}

/// Runs a very short read on this thread, if the books are so close that nobody has to be waited for. What it answered, or
/// `None` when it panicked.
pub fn read_at_once<T>(
    app: &App,
    company: CompanyId,
    work: &mut impl FnMut() -> Result<T>,
) -> Option<Option<Result<T>>> {
    let mut answer = None;
    let did = app.store.in_one_view_at_once(company, &mut || {
        answer = catch_unwind(AssertUnwindSafe(&mut *work)).ok();
    });
    did.then_some(answer)
}

/// Queues a short read: `work` is a use case that only reads; `tell` learns what it answered, or `None` when it panicked.
/// Whoever gets the lead must see to it that it is worked off, on a thread that may block.
///
/// # Errors
/// [`StoreError::Unavailable`] when too many wait.
pub fn queue_read<T: Send + 'static>(
    app: &Arc<App>,
    company: CompanyId,
    work: impl FnMut() -> Result<T> + Send + 'static,
    tell: impl FnOnce(Option<Result<T>>) + Send + 'static,
) -> Result<Option<ReadLead>> {
    let job = asked(work, tell);
    let mut all = app.read_queue.lock();
    let waiting = all.entry(company).or_default();
    if waiting.jobs.len() >= MOST_WAITING {
        return Err(StoreError::Unavailable("too many reads wait".into()).into());
    }
    waiting.jobs.push_back(job);
    if waiting.leads >= MOST_LEADS {
        return Ok(None);
    }
    waiting.leads += 1;
    Ok(Some(ReadLead { app: app.clone(), company, is_over: false }))
}

impl ReadLead {
    /// Reads until nobody waits.
    pub fn work_off(mut self) {
        loop {
            let mut jobs = self.app.read_queue.next(self.company);
            if jobs.is_empty() {
                break;
            }
            let read =
                self.app.store.in_one_view(self.company, &mut || jobs.iter_mut().for_each(|job| job.run()));
            if let Err(error) = read {
                jobs.iter_mut().for_each(|job| job.fail(Error::Store(same(&error))));
            }
            jobs.into_iter().for_each(Job::answer);
        }
        self.is_over = true;
    }
}

impl Drop for ReadLead {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        // A lead that nobody works off: whoever would wait for it is sent away.
        loop {
            let jobs = self.app.read_queue.next(self.company);
            if jobs.is_empty() {
                break;
            }
            jobs.into_iter().for_each(Job::answer);
        }
    }
}
