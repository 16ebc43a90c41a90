//! Group commit: writers that wait for one another share a transaction.
//!
//! A lane has one baton. Who holds it runs its unit, then hands the open transaction to the next in the queue, or, when
//! nobody waits or the group has grown enough, commits for all. Work never leaves the thread that brought it. A lone
//! writer finds the baton free and commits at once.

use crate::error::unavailable;
use crate::transaction::Open;
use partita_application::ports::{StoreError, Stored};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A group takes no more units than this.
const MOST_UNITS: usize = 128;
/// A group takes no unit when it is older than this.
const OLDEST: Duration = Duration::from_millis(20);

/// What became of a group.
#[derive(Clone, Debug)]
pub(crate) enum Verdict {
    Committed,
    /// One of its units cannot be written: each is to be tried by itself, so that only that one fails.
    Alone,
    Duplicate,
    Contended,
    Full,
    Unavailable(Arc<str>),
}

impl Verdict {
    /// What a failed commit means to its units.
    pub(crate) fn of(error: &StoreError, open: &Open) -> Self {
        match error {
            StoreError::Contended => Self::Contended,
            StoreError::Full => Self::Full,
            _ if open.units > 1 && !open.is_lost() => Self::Alone,
            StoreError::Duplicate => Self::Duplicate,
            StoreError::Unavailable(cause) => Self::Unavailable(cause.to_string().into()),
            StoreError::Corrupt(what) => Self::Unavailable(what.as_str().into()),
        }
    }

    /// What a unit is answered that will not be tried again.
    pub(crate) fn into_answer(self) -> Stored<()> {
        match self {
            Self::Committed => Ok(()),
            Self::Duplicate => Err(StoreError::Duplicate),
            Self::Alone | Self::Contended => Err(StoreError::Contended),
            Self::Full => Err(StoreError::Full),
            Self::Unavailable(why) => Err(unavailable(&why)),
        }
    }
}

/// Where the units of a group wait for its verdict.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    verdict: Mutex<Option<Verdict>>,
    known: Condvar,
}

impl Outcome {
    pub(crate) fn wait(&self) -> Verdict {
        let mut verdict = lock(&self.verdict);
        loop {
            match verdict.as_ref() {
                Some(verdict) => return verdict.clone(),
                None => verdict = self.known.wait(verdict).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn tell(&self, told: Verdict) {
        lock(&self.verdict).get_or_insert(told);
        self.known.notify_all();
    }
}

/// An open transaction and those who wait for it.
pub(crate) struct Group {
    pub(crate) open: Open,
    pub(crate) outcome: Arc<Outcome>,
    begun: Instant,
}

impl Group {
    pub(crate) fn new(open: Open) -> Self {
        Self { open, outcome: Arc::default(), begun: Instant::now() }
    }

    pub(crate) fn takes_more(&self) -> bool {
        self.open.units < MOST_UNITS && self.begun.elapsed() < OLDEST
    }
}

/// What a waiter gets.
enum Handed {
    /// The baton, with the transaction to go on with, if there is one.
    Baton(Option<Box<Group>>),
    /// Nothing: there is no transaction to be had.
    Nothing(Verdict),
}

/// One who waits for the baton.
#[derive(Default)]
struct Waiter {
    handed: Mutex<Option<Handed>>,
    ready: Condvar,
}

#[derive(Default)]
struct Queue {
    taken: bool,
    waiting: VecDeque<Arc<Waiter>>,
}

/// The writers that wait for one another.
#[derive(Default)]
pub(crate) struct Lane {
    queue: Mutex<Queue>,
}

impl Lane {
    /// Waits for the baton.
    pub(crate) fn take(&self) -> Result<Baton<'_>, Verdict> {
        let waiter = {
            let mut queue = lock(&self.queue);
            if !queue.taken {
                queue.taken = true;
                return Ok(Baton { lane: self, group: None, held: true });
            }
            let waiter = Arc::new(Waiter::default());
            queue.waiting.push_back(waiter.clone());
            waiter
        };
        let mut handed = lock(&waiter.handed);
        loop {
            match handed.take() {
                Some(Handed::Baton(group)) => return Ok(Baton { lane: self, group, held: true }),
                Some(Handed::Nothing(verdict)) => return Err(verdict),
                None => handed = waiter.ready.wait(handed).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// The right to write. Dropped in a panic, it fails its group and lets the next one in.
pub(crate) struct Baton<'a> {
    lane: &'a Lane,
    pub(crate) group: Option<Box<Group>>,
    held: bool,
}

impl Baton<'_> {
    /// Ends the group that came with the baton, or that just ran.
    pub(crate) fn end_group(&mut self, verdict: impl FnOnce(&mut Open) -> Verdict) {
        if let Some(group) = self.group.take() {
            let Group { mut open, outcome, .. } = *group;
            let verdict = verdict(&mut open);
            // The connection is free before anybody can ask for the next one.
            drop(open);
            outcome.tell(verdict);
        }
    }

    /// Sends away everybody who waits: where one transaction could not be had, waiting for the next would only add up.
    pub(crate) fn send_away(&self, verdict: &Verdict) {
        let waiting = std::mem::take(&mut lock(&self.lane.queue).waiting);
        for waiter in waiting {
            waiter.hand(Handed::Nothing(verdict.clone()));
        }
    }

    /// Hands the open transaction to the next writer, if one waits and the group takes more.
    pub(crate) fn hand_over(mut self) -> Option<Self> {
        let more = self.group.as_ref().is_some_and(|group| group.takes_more());
        let next = if more { lock(&self.lane.queue).waiting.pop_front() } else { None };
        match next {
            Some(next) => {
                self.held = false;
                next.hand(Handed::Baton(self.group.take()));
                None
            }
            None => Some(self),
        }
    }
}

impl Waiter {
    fn hand(&self, handed: Handed) {
        *lock(&self.handed) = Some(handed);
        self.ready.notify_one();
    }
}

impl Drop for Baton<'_> {
    fn drop(&mut self) {
        if !self.held {
            return;
        }
        self.end_group(|_| Verdict::Unavailable("a writer of the same group ended unexpectedly".into()));
        let mut queue = lock(&self.lane.queue);
        match queue.waiting.pop_front() {
            Some(next) => next.hand(Handed::Baton(None)),
            None => queue.taken = false,
        }
    }
}

/// What the locks guard is right at every moment, so a panic elsewhere does not spoil it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
