//! The store: runs units of work.

use crate::cache::Cache;
use crate::checkpointer::Checkpointer;
use crate::connection::{Link, Manager};
use crate::dialect;
use crate::error::{store_error, unavailable};
use crate::lane::{Baton, Group, Lane, Outcome, Verdict};
use crate::planner_statistics::PlannerStatistics;
use crate::together::{Ended, Together};
use crate::transaction::{Open, Undone};
use crate::unit::SqlTx;
use crate::view::View;
use partita_application::error::{Error, Result};
use partita_application::ports::{Cipher, Mode, Store, StoreError, Stored, Work};
use partita_domain::id::CompanyId;
use r2d2::{Pool, PooledConnection};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A unit that others get in the way of is tried this often.
const TRIES: u32 = 6;
/// And not for longer than this.
const PATIENCE: Duration = Duration::from_secs(15);

/// How a database is used.
#[derive(Clone, Debug)]
pub struct SqlOptions {
    /// Connections to a server; readers of a file, which has one writer.
    pub pool_size: u32,
    /// How long to wait for a free connection.
    pub pool_timeout: Duration,
    /// Whether to apply migrations that are missing.
    pub migrate: bool,
    /// Whether to refuse a server that would forget what it acknowledged; only tests do without.
    pub require_durable: bool,
    /// Whether to count statements.
    pub count_statements: bool,
    /// What seals secrets; without it there can be none.
    pub cipher: Option<Arc<dyn Cipher>>,
}

impl Default for SqlOptions {
    fn default() -> Self {
        Self {
            pool_size: 8,
            pool_timeout: Duration::from_secs(5),
            migrate: false,
            require_durable: true,
            count_statements: false,
            cipher: None,
        }
    }
}

/// Books in a SQL database.
pub struct SqlStore {
    pub(crate) readers: Pool<Manager>,
    pub(crate) writers: Pool<Manager>,
    /// A file has one lane for all of its companies.
    pub(crate) one_lane: bool,
    pub(crate) lanes: Mutex<HashMap<CompanyId, Arc<Lane>>>,
    pub(crate) cache: Cache,
    pub(crate) cipher: Option<Arc<dyn Cipher>>,
    pub(crate) statements: Option<Arc<AtomicU64>>,
    pub(crate) planner_statistics: PlannerStatistics,
    pub(crate) checkpointer: Option<Checkpointer>,
}

type Panic = Box<dyn std::any::Any + Send>;

/// What became of a unit.
pub(crate) enum Ran {
    /// It waits for its group, or had one of its own.
    Kept(Verdict),
    Refused(Error),
    Panicked(Panic),
}

impl Ran {
    pub(crate) fn into_answer(self) -> Result<()> {
        match self {
            Self::Kept(verdict) => Ok(verdict.into_answer()?),
            Self::Refused(error) => Err(error),
            Self::Panicked(panic) => resume_unwind(panic),
        }
    }
}

impl Store for SqlStore {
    fn run(&self, company: CompanyId, mode: Mode, work: Work<'_>) -> Result<()> {
        match mode {
            Mode::Read => match View::take(self, company) {
                Some(view) => view.run(self, work),
                None => self.read(company, work),
            },
            Mode::Write => match Together::take(self, company) {
                Some(mut together) => {
                    let ran = together.run(self, work);
                    together.put();
                    ran.into_answer()
                }
                None => self.write(company, work),
            },
        }
    }

    fn together(&self, company: CompanyId, each: &mut dyn FnMut() -> bool) -> Stored<()> {
        let lane = self.lane(company);
        let mut baton = match lane.take() {
            Ok(baton) => baton,
            Err(verdict) => return verdict.into_answer(),
        };
        let group = match baton.group.take() {
            Some(group) => group,
            None => self.begin_group(&baton)?,
        };
        match Together::of(self, company, group).fill(each) {
            Ended::Nothing => Ok(()),
            Ended::Kept(group) => {
                let outcome = group.outcome.clone();
                baton.group = Some(group);
                self.pass_on(baton, false);
                outcome.wait().into_answer()
            }
            Ended::Lost(group, verdict) => {
                baton.group = group;
                baton.end_group(|open| {
                    open.abandon();
                    verdict.clone()
                });
                verdict.into_answer()
            }
        }
    }

    fn in_one_view(&self, company: CompanyId, reads: &mut dyn FnMut()) -> Stored<()> {
        let link = self.begin(&self.readers, Mode::Read)?;
        self.look_through(company, link, reads);
        Ok(())
    }

    fn in_one_view_at_once(&self, company: CompanyId, reads: &mut dyn FnMut()) -> bool {
        if !self.one_lane {
            return false;
        }
        let Some(mut link) = self.readers.try_get() else { return false };
        if dialect::begin(&mut link.conn, Mode::Read).is_err() {
            link.lost = true;
            return false;
        }
        self.look_through(company, link, reads);
        true
    }

    fn ping(&self) -> Stored<()> {
        self.begin(&self.readers, Mode::Read).and_then(|mut link| {
            dialect::rollback(&mut link.conn).map_err(|error| {
                link.lost = true;
                store_error(error)
            })
        })
    }
}

impl SqlStore {
    /// How many statements were sent so far, those around transactions not counted; 0 unless the options ask for it.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.as_ref().map_or(0, |statements| statements.load(Ordering::Relaxed))
    }

    /// A connection with an open transaction. A connection may have died while it was idle, which shows in its first
    /// statement; nothing has happened yet, so the next one is tried.
    pub(crate) fn begin(&self, pool: &Pool<Manager>, mode: Mode) -> Stored<PooledConnection<Manager>> {
        for _ in 0..pool.max_size() {
            let mut link = pool.get().map_err(|error| StoreError::Unavailable(Box::new(error)))?;
            let Link { conn, lost } = &mut *link;
            if mode == Mode::Write {
                self.planner_statistics.gather(conn);
            }
            match dialect::begin(conn, mode) {
                Ok(()) => return Ok(link),
                Err(error) => match store_error(error) {
                    StoreError::Unavailable(_) => *lost = true,
                    other => return Err(other),
                },
            }
        }
        Err(unavailable("no connection takes a transaction"))
    }

    fn look_through(&self, company: CompanyId, link: PooledConnection<Manager>, reads: &mut dyn FnMut()) {
        if let Some(mut open) = View::during(self, company, Open::new(link, Mode::Read), reads) {
            // The reads are answered; that the end of a transaction fails shows on its connection.
            let _ = open.commit(&self.cache);
        }
    }

    fn read(&self, company: CompanyId, work: Work<'_>) -> Result<()> {
        let mut open = Open::new(self.begin(&self.readers, Mode::Read)?, Mode::Read);
        open.begin_unit(company)?;
        match self.look(&mut open, work) {
            Ok(()) => Ok(open.commit(&self.cache)?),
            Err(error) => {
                open.abandon();
                Err(error)
            }
        }
    }

    /// Runs what reads in an open unit.
    pub(crate) fn look(&self, open: &mut Open, work: Work<'_>) -> Result<()> {
        work(&mut SqlTx::new(open, &self.cache, self.cipher.as_deref()))
    }

    fn write(&self, company: CompanyId, work: Work<'_>) -> Result<()> {
        let lane = self.lane(company);
        let begun = Instant::now();
        let (mut tries, mut alone) = (0, false);
        loop {
            let error = match self.run_unit(&lane, company, alone, work) {
                Ran::Panicked(panic) => resume_unwind(panic),
                Ran::Kept(Verdict::Alone) if !alone => {
                    alone = true;
                    continue;
                }
                Ran::Kept(verdict) => match verdict.into_answer() {
                    Ok(()) => return Ok(()),
                    Err(error) => error.into(),
                },
                Ran::Refused(error) => error,
            };
            tries += 1;
            let again = matches!(error, Error::Store(StoreError::Contended));
            if !again || tries >= TRIES || begun.elapsed() > PATIENCE {
                return Err(error);
            }
            std::thread::sleep(Duration::from_millis(2 << tries));
        }
    }

    fn lane(&self, company: CompanyId) -> Arc<Lane> {
        let key = if self.one_lane { CompanyId::INSTALLATION } else { company };
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.entry(key).or_default().clone()
    }

    /// Runs a unit in the transaction that comes with the baton, or in a new one.
    fn run_unit(&self, lane: &Lane, company: CompanyId, alone: bool, work: Work<'_>) -> Ran {
        let mut baton = match lane.take() {
            Ok(baton) => baton,
            Err(verdict) => return Ran::Kept(verdict),
        };
        if alone {
            baton.end_group(|open| self.commit(open));
        }
        let group = match baton.group.take() {
            Some(group) => group,
            None => match self.begin_group(&baton) {
                Ok(group) => group,
                Err(error) => return Ran::Refused(error.into()),
            },
        };
        let outcome = group.outcome.clone();
        let open = &mut baton.group.insert(group).open;
        match self.work(open, company, work) {
            Ok(()) => {
                self.pass_on(baton, alone);
                Ran::Kept(outcome.wait())
            }
            Err(ran) => self.undo(baton, ran, &outcome),
        }
    }

    fn begin_group(&self, baton: &Baton<'_>) -> Stored<Box<Group>> {
        match self.begin(&self.writers, Mode::Write) {
            Ok(link) => Ok(Box::new(Group::new(Open::new(link, Mode::Write)))),
            Err(error) => {
                if let StoreError::Unavailable(cause) = &error {
                    baton.send_away(&Verdict::Unavailable(cause.to_string().into()));
                }
                Err(error)
            }
        }
    }

    /// Runs the work of a unit; who gets an error undoes it.
    pub(crate) fn work(
        &self,
        open: &mut Open,
        company: CompanyId,
        work: Work<'_>,
    ) -> std::result::Result<(), Ran> {
        let answer = match open.begin_unit(company) {
            Ok(()) => catch_unwind(AssertUnwindSafe(|| {
                work(&mut SqlTx::new(open, &self.cache, self.cipher.as_deref()))
            })),
            Err(error) => Ok(Err(error.into())),
        };
        match answer {
            Ok(Ok(())) => open.keep_unit().map_err(|error| Ran::Refused(error.into())),
            Ok(Err(error)) => Err(Ran::Refused(error)),
            Err(panic) => Err(Ran::Panicked(panic)),
        }
    }

    /// Undoes a unit; the others of its group go on. What has refused it may be what they wrote, so it is told once that is
    /// kept, and tried again when it is not.
    fn undo(&self, mut baton: Baton<'_>, ran: Ran, outcome: &Outcome) -> Ran {
        let Some(open) = baton.group.as_mut().map(|group| &mut group.open) else { return ran };
        match open.undo_unit() {
            Undone::Open => {
                self.pass_on(baton, false);
                match outcome.wait() {
                    Verdict::Committed => ran,
                    _ if matches!(ran, Ran::Panicked(_)) => ran,
                    verdict => Ran::Kept(verdict),
                }
            }
            Undone::Over => {
                baton.group = None;
                ran
            }
            Undone::Lost => {
                let verdict = open.loss();
                baton.end_group(|open| {
                    open.abandon();
                    verdict.clone()
                });
                // What failed may have been left by another unit; a panic stays a panic.
                if matches!(ran, Ran::Refused(Error::Store(_))) { Ran::Kept(verdict) } else { ran }
            }
        }
    }

    /// Hands the transaction over, or commits for all.
    fn pass_on(&self, baton: Baton<'_>, now: bool) {
        let rest = if now { Some(baton) } else { baton.hand_over() };
        if let Some(mut baton) = rest {
            baton.end_group(|open| self.commit(open));
        }
    }

    fn commit(&self, open: &mut Open) -> Verdict {
        match open.commit(&self.cache) {
            Ok(()) => {
                self.planner_statistics.grown(open.rows);
                if let Some(checkpointer) = &self.checkpointer {
                    checkpointer.committed(open.rows);
                }
                Verdict::Committed
            }
            Err(error) => Verdict::of(&error, open),
        }
    }
}
