//! An open transaction and the units that run in it.
//!
//! A unit reads through what is pending, adds to it, and is undone by forgetting what it added. Only a unit that needs
//! the database itself to have its rows (to write a table of its own, or to read one that rows are pending for) gets a
//! savepoint, and what earlier units left pending is written before it.

use crate::books::Books;
use crate::cache::Cache;
use crate::connection::{Conn, Manager};
use crate::dialect::{self, Cause};
use crate::error::{store_error, unavailable};
use crate::lane::Verdict;
use crate::pending::{Change, Mark, Pending};
use diesel::QueryResult;
use diesel::result::{DatabaseErrorKind, Error};
use partita_application::ports::{Mode, StoreError, Stored};
use partita_domain::document::DocumentKind;
use partita_domain::id::CompanyId;
use r2d2::PooledConnection;
use std::collections::{HashMap, HashSet};

/// How the running unit is undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Undo {
    /// It has not touched the database.
    Forget,
    /// By rolling back to its savepoint.
    Savepoint,
    /// By rolling back everything: nobody else is in the transaction.
    Everything,
}

/// What became of undoing a unit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Undone {
    /// The transaction goes on as it was before the unit.
    Open,
    /// The transaction is over; nobody else was in it.
    Over,
    /// The transaction cannot go on.
    Lost,
}

/// Unique values that are free.
#[derive(Debug, Default)]
pub(crate) struct Absent {
    pub(crate) idempotency_keys: HashSet<String>,
    pub(crate) external_ids: HashSet<String>,
    pub(crate) document_external_ids: HashSet<(DocumentKind, String)>,
    pub(crate) payment_external_ids: HashSet<String>,
}

/// An open transaction.
pub(crate) struct Open {
    link: PooledConnection<Manager>,
    pub(crate) mode: Mode,
    pub(crate) pending: Pending,
    pub(crate) books: HashMap<CompanyId, Books>,
    /// How many units wait for the commit.
    pub(crate) units: usize,
    /// How many rows were written.
    pub(crate) rows: usize,
    pub(crate) company: CompanyId,
    before: Option<Books>,
    mark: Mark,
    undo: Undo,
    /// What the unit has looked for in vain, so that adding it needs no second look.
    pub(crate) absent: Absent,
    /// A statement of the unit failed: whatever its work answers, it must be undone.
    failed: Option<Cause>,
}

impl Open {
    pub(crate) fn new(link: PooledConnection<Manager>, mode: Mode) -> Self {
        Self {
            link,
            mode,
            pending: Pending::default(),
            books: HashMap::new(),
            units: 0,
            rows: 0,
            company: CompanyId::INSTALLATION,
            before: None,
            mark: Mark::default(),
            undo: Undo::Forget,
            absent: Absent::default(),
            failed: None,
        }
    }

    /// Begins a unit: takes the company's head, which for writing waits for other processes.
    pub(crate) fn begin_unit(&mut self, company: CompanyId) -> Stored<()> {
        self.company = company;
        self.mark = self.pending.mark();
        self.undo = Undo::Forget;
        self.failed = None;
        self.absent = Absent::default();
        self.before = self.books.get(&company).cloned();
        if self.mode == Mode::Write && self.before.is_none() {
            self.load_head()?;
            self.before = self.books.get(&company).cloned();
        }
        Ok(())
    }

    /// Ends a unit that is to be committed.
    pub(crate) fn keep_unit(&mut self) -> Stored<()> {
        if let Some(cause) = self.failed {
            return Err(cause.into());
        }
        if self.undo == Undo::Savepoint {
            self.run(dialect::commit)?;
            self.undo = Undo::Forget;
        }
        self.units += 1;
        Ok(())
    }

    /// Undoes the running unit.
    pub(crate) fn undo_unit(&mut self) -> Undone {
        let alone = self.units == 0;
        let undone = match self.undo {
            // Where a statement failed outside of a savepoint, the database may refuse to go on.
            Undo::Forget if self.failed.is_none() && !alone => Ok(Undone::Open),
            Undo::Savepoint => dialect::rollback(&mut self.link.conn).map(|()| Undone::Open),
            _ if alone => dialect::rollback(&mut self.link.conn).map(|()| Undone::Over),
            _ => Ok(Undone::Lost),
        };
        if self.link.lost {
            return if alone { Undone::Over } else { Undone::Lost };
        }
        self.pending.truncate(self.mark);
        match self.before.take() {
            Some(before) => self.books.insert(self.company, before),
            None => self.books.remove(&self.company),
        };
        undone.unwrap_or_else(|_| {
            self.link.lost = true;
            if alone { Undone::Over } else { Undone::Lost }
        })
    }

    /// Writes what is pending and commits.
    pub(crate) fn commit(&mut self, cache: &Cache) -> Stored<()> {
        self.undo = Undo::Everything;
        let mut changes = self.pending.take(self.pending.mark());
        for (company, books) in &mut self.books {
            changes.extend(books.take_changes(*company));
        }
        let changes = merged(changes);
        if let Err(error) = self.write_changes(&changes) {
            self.abandon();
            return Err(error);
        }
        self.run(dialect::commit)?;
        for (company, books) in &self.books {
            books.publish(*company, cache);
        }
        Ok(())
    }

    /// Rolls everything back.
    pub(crate) fn abandon(&mut self) {
        if dialect::rollback(&mut self.link.conn).is_err() {
            self.link.lost = true;
        }
    }

    /// What the others of the group are told when the transaction cannot go on.
    pub(crate) fn loss(&self) -> Verdict {
        match self.failed {
            _ if self.link.lost => Verdict::Unavailable("the connection was lost".into()),
            Some(Cause::Contended) => Verdict::Contended,
            Some(Cause::Full) => Verdict::Full,
            _ => Verdict::Alone,
        }
    }

    /// Whether a statement of the unit has failed.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.is_some()
    }

    /// Whether the connection is of no more use.
    pub(crate) fn is_lost(&self) -> bool {
        self.link.lost
    }

    /// Runs a statement and notes its failure.
    pub(crate) fn run<T>(&mut self, statement: impl FnOnce(&mut Conn) -> QueryResult<T>) -> Stored<T> {
        statement(&mut self.link.conn).map_err(|error| {
            let cause = dialect::cause(&error);
            self.link.lost |= is_lost(&error);
            self.failed = self.failed.or(Some(cause));
            store_error(error)
        })
    }

    pub(crate) fn load_head(&mut self) -> Stored<()> {
        let (company, mode) = (self.company, self.mode);
        let row = self.run(|conn| dialect::head(conn, &company.to_string(), mode))?;
        let head = row.map(crate::ledger_head::HeadRow::into_head).transpose()?;
        self.books.insert(company, Books { head, ..Books::default() });
        Ok(())
    }

    /// Makes sure that what the unit does to the database can be undone.
    pub(crate) fn guard(&mut self) -> Stored<()> {
        if self.undo != Undo::Forget {
            return Ok(());
        }
        if self.units == 0 {
            self.undo = Undo::Everything;
            return Ok(());
        }
        self.write_rows(self.mark)?;
        self.mark = Mark::default();
        self.run(dialect::savepoint)?;
        self.undo = Undo::Savepoint;
        Ok(())
    }

    /// Writes everything that is pending, so that the database can be asked.
    pub(crate) fn settle(&mut self) -> Stored<()> {
        if self.mode == Mode::Read {
            return Ok(());
        }
        self.guard()?;
        self.write_rows(self.pending.mark())?;
        // Only the unit's own company: undoing the unit would undo what was written for others, and nobody would know.
        let own = self.company;
        let changes = self.books.get_mut(&own).map(|books| books.take_changes(own)).unwrap_or_default();
        self.write_changes(&changes)
    }

    fn write_rows(&mut self, before: Mark) -> Stored<()> {
        let changes = self.pending.take(before);
        self.write_changes(&changes)
    }

    fn write_changes(&mut self, changes: &[Change]) -> Stored<()> {
        if changes.is_empty() {
            return Ok(());
        }
        self.rows +=
            changes.iter().map(|change| change.cells.len() / change.shape.columns().len()).sum::<usize>();
        self.run(|conn| dialect::write(conn, changes))
    }
}

/// Brings together what several companies write to one table.
fn merged(changes: Vec<Change>) -> Vec<Change> {
    let mut merged: Vec<Change> = Vec::with_capacity(changes.len());
    for mut change in changes {
        match merged.iter_mut().find(|other| std::ptr::eq(other.shape, change.shape)) {
            Some(other) => other.cells.append(&mut change.cells),
            None => merged.push(change),
        }
    }
    merged
}

impl From<Cause> for StoreError {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::Duplicate => Self::Duplicate,
            Cause::Contended => Self::Contended,
            Cause::Full => Self::Full,
            Cause::Other => unavailable("a statement of this transaction failed"),
        }
    }
}

/// Whether the connection is surely of no more use; of others it shows when the transaction is rolled back.
fn is_lost(error: &Error) -> bool {
    use DatabaseErrorKind as Kind;
    match error {
        Error::DatabaseError(kind, _) => matches!(kind, Kind::ClosedConnection | Kind::UnableToSendCommand),
        Error::BrokenTransactionManager | Error::RollbackErrorOnCommit { .. } => true,
        _ => false,
    }
}
