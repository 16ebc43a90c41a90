//! Changes that wait for one another: one thread runs those that have come in together, and they share a transaction.
//!
//! Whoever asks for a change goes on at once and is told later. The first to come leads: it works off the queue of its
//! company, on a thread that may block, until nobody waits.

use crate::app::App;
use crate::error::{Error, Result};
use crate::ports::StoreError;
use partita_domain::id::CompanyId;
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// More than this wait for nothing.
const MOST_WAITING: usize = 10_000;
/// A group that is larger costs each of its members less, so those who are about to come back are waited for this long.
const PATIENCE: Duration = Duration::from_micros(800);

/// The changes that wait, by company. A company in here has a leader.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: Mutex<HashMap<CompanyId, Waiting>>,
    enough: Condvar,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Box<dyn Job>>,
    /// The leader waits for so many; 0 when it does not.
    wanted: usize,
}

/// A use case that waits to be run, and whom to tell.
pub(crate) trait Job: Send {
    fn run(&mut self);
    /// Whether trying it by itself may help.
    fn was_contended(&self) -> bool;
    /// What it would have answered does not count.
    fn fail(&mut self, error: Error);
    fn answer(self: Box<Self>);
}

struct Asked<T, W, A> {
    work: W,
    /// None before it has run, and after it has panicked.
    answer: Option<Result<T>>,
    tell: A,
}

impl<T, W, A> Job for Asked<T, W, A>
where
    T: Send,
    W: FnMut() -> Result<T> + Send,
    A: FnOnce(Option<Result<T>>) + Send,
{
    fn run(&mut self) {
        self.answer = catch_unwind(AssertUnwindSafe(&mut self.work)).ok();
    }
    fn was_contended(&self) -> bool {
        matches!(self.answer, Some(Err(Error::Store(StoreError::Contended))))
    }
    fn fail(&mut self, error: Error) {
        self.answer = Some(Err(error));
    }
    fn answer(self: Box<Self>) {
        (self.tell)(self.answer);
    }
}

/// What is asked for, as a job.
pub(crate) fn asked<T: Send + 'static>(
    work: impl FnMut() -> Result<T> + Send + 'static,
    tell: impl FnOnce(Option<Result<T>>) + Send + 'static,
) -> Box<dyn Job> {
    Box::new(Asked { work, answer: None, tell })
}

/// The duty to work off a queue. Dropped without that, it sends away who waits.
#[must_use = "nobody is answered before the queue is worked off"]
pub struct Lead {
    app: Arc<App>,
    company: CompanyId,
    is_over: bool,
}

/// Queues a change: `work` is a use case that writes once, and may run twice; `tell` learns what it answered, or `None`
/// when it panicked. Whoever gets the lead must see to it that it is worked off.
///
/// # Errors
/// [`StoreError::Unavailable`] when too many wait.
pub fn queue<T: Send + 'static>(
    app: &Arc<App>,
    company: CompanyId,
    work: impl FnMut() -> Result<T> + Send + 'static,
    tell: impl FnOnce(Option<Result<T>>) + Send + 'static,
) -> Result<Option<Lead>> {
    let job = asked(work, tell);
    let mut waiting = app.queue.lock();
    if let Some(others) = waiting.get_mut(&company) {
        if others.jobs.len() >= MOST_WAITING {
            return Err(StoreError::Unavailable("too many changes wait".into()).into());
        }
        others.jobs.push_back(job);
        if others.jobs.len() == others.wanted {
            app.queue.enough.notify_all();
        }
        return Ok(None);
    }
    waiting.insert(company, Waiting { jobs: VecDeque::from([job]), wanted: 0 });
    Ok(Some(Lead { app: app.clone(), company, is_over: false }))
}

impl Lead {
    /// Runs what waits, in groups, until nothing does.
    pub fn work_off(mut self) {
        let mut served = 0;
        while self.app.queue.gather(self.company, served) {
            served = self.run_group();
        }
        self.is_over = true;
    }

    /// Answers how many it has served.
    fn run_group(&self) -> usize {
        let mut ran: Vec<Box<dyn Job>> = Vec::new();
        let kept = self.app.store.together(self.company, &mut || {
            let Some(mut job) = self.app.queue.next(self.company) else { return false };
            job.run();
            ran.push(job);
            true
        });
        match kept {
            Ok(()) => {
                for job in ran.iter_mut().filter(|job| job.was_contended()) {
                    job.run();
                }
            }
            // One of them may be at fault, so each is tried by itself.
            Err(StoreError::Contended | StoreError::Duplicate) => ran.iter_mut().for_each(|job| job.run()),
            Err(error) => {
                // Where nothing can be written, waiting for the next attempt would only add up.
                ran.extend(self.app.queue.take(self.company));
                for job in &mut ran {
                    job.fail(same(&error).into());
                }
            }
        }
        let served = ran.len();
        for job in ran {
            job.answer();
        }
        served
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        // From here on the queue is another leader's.
        if self.is_over {
            return;
        }
        let waiting = self.app.queue.lock().remove(&self.company).unwrap_or_default();
        for job in waiting.jobs {
            job.answer();
        }
    }
}

/// The same error, for another of those whom it concerns.
pub(crate) fn same(error: &StoreError) -> StoreError {
    match error {
        StoreError::Full => StoreError::Full,
        StoreError::Corrupt(what) => StoreError::Corrupt(what.clone()),
        other => StoreError::Unavailable(other.to_string().into()),
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, HashMap<CompanyId, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits a moment for those who have just been served, unless there was but one. Whether somebody waits then; if not,
    /// the leader's time is over.
    fn gather(&self, company: CompanyId, served: usize) -> bool {
        let mut all = self.lock();
        let known = all.get(&company).map_or(0, |waiting| waiting.jobs.len()) + served;
        if served > 1 || known > 2 {
            if let Some(waiting) = all.get_mut(&company) {
                waiting.wanted = known.div_ceil(2);
            }
            let is_short = |all: &mut HashMap<CompanyId, Waiting>| {
                all.get(&company).is_some_and(|waiting| waiting.jobs.len() < waiting.wanted)
            };
            (all, _) = self
                .enough
                .wait_timeout_while(all, PATIENCE, is_short)
                .unwrap_or_else(PoisonError::into_inner);
        }
        match all.get_mut(&company) {
            Some(waiting) if !waiting.jobs.is_empty() => {
                waiting.wanted = 0;
                true
            }
            _ => {
                all.remove(&company);
                false
            }
        }
    }

    fn next(&self, company: CompanyId) -> Option<Box<dyn Job>> {
        self.lock().get_mut(&company)?.jobs.pop_front()
    }

    fn take(&self, company: CompanyId) -> VecDeque<Box<dyn Job>> {
        self.lock().get_mut(&company).map(|waiting| std::mem::take(&mut waiting.jobs)).unwrap_or_default()
    }
}
