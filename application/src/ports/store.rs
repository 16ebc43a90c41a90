//! The unit of work: a closure over an open transaction.

use super::{
    Accounts, ApiKeys, AuditEvents, Balances, Companies, Contacts, Directory, Documents, ExchangeRates,
    Idempotency, Items, JournalEntries, LedgerHeads, LockRequests, OpenItems, Pairings, Payments, Periods,
    RecurringTemplates, Revaluations, Roles, Sequences, Sessions, SettingsStore, Statements, Stocks,
    TaxCodes, TaxEntries, Users,
};
use crate::error::Result;
use partita_domain::id::CompanyId;
use std::fmt;

/// Why a store could not do what it was asked.
#[derive(Debug)]
pub enum StoreError {
    /// A unique value exists already. Use cases look first, so this is a race that the store has caught.
    Duplicate,
    /// Others hold what this needs; trying again may help.
    Contended,
    /// What is stored cannot be read as what it should be; says what and where.
    Corrupt(String),
    /// The disk is full.
    Full,
    /// The database does not answer, or not now.
    Unavailable(Box<dyn std::error::Error + Send + Sync>),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate => f.write_str("a unique value exists already"),
            Self::Contended => f.write_str("the store is contended"),
            Self::Corrupt(what) => write!(f, "stored data is corrupt: {what}"),
            Self::Full => f.write_str("the disk is full"),
            Self::Unavailable(cause) => write!(f, "the store is unavailable: {cause}"),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unavailable(cause) => Some(cause.as_ref()),
            _ => None,
        }
    }
}

/// What repositories answer.
pub type Stored<T> = std::result::Result<T, StoreError>;

/// Whether a transaction writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A consistent view; never waits for a writer.
    Read,
    /// Alone in its company until it ends.
    Write,
}

/// One open transaction of one company. It lends repositories; nothing outlives it.
pub trait Tx {
    /// The chart of accounts.
    fn accounts(&mut self) -> &mut dyn Accounts;
    /// Keys of programs.
    fn api_keys(&mut self) -> &mut dyn ApiKeys;
    /// The audit trail.
    fn audit_events(&mut self) -> &mut dyn AuditEvents;
    /// Kept balances.
    fn balances(&mut self) -> &mut dyn Balances;
    /// The company's profile.
    fn companies(&mut self) -> &mut dyn Companies;
    /// Customers, vendors, employees and others.
    fn contacts(&mut self) -> &mut dyn Contacts;
    /// Installation-wide look-ups; the only repository of [`CompanyId::INSTALLATION`].
    fn directory(&mut self) -> &mut dyn Directory;
    /// Invoices, bills, credit notes, vendor credits and estimates.
    fn documents(&mut self) -> &mut dyn Documents;
    /// Dated exchange rates.
    fn exchange_rates(&mut self) -> &mut dyn ExchangeRates;
    /// Outcomes by idempotency key.
    fn idempotency(&mut self) -> &mut dyn Idempotency;
    /// Items.
    fn items(&mut self) -> &mut dyn Items;
    /// Journal entries.
    fn journal_entries(&mut self) -> &mut dyn JournalEntries;
    /// The ends of both chains.
    fn ledger_heads(&mut self) -> &mut dyn LedgerHeads;
    /// Requests to lock a period.
    fn lock_requests(&mut self) -> &mut dyn LockRequests;
    /// What was open on a day.
    fn open_items(&mut self) -> &mut dyn OpenItems;
    /// Pairing codes.
    fn pairings(&mut self) -> &mut dyn Pairings;
    /// Payments and their applications.
    fn payments(&mut self) -> &mut dyn Payments;
    /// Periods.
    fn periods(&mut self) -> &mut dyn Periods;
    /// Templates of transactions that recur.
    fn recurring_templates(&mut self) -> &mut dyn RecurringTemplates;
    /// Revaluations of what is open in foreign currencies.
    fn revaluations(&mut self) -> &mut dyn Revaluations;
    /// The company's own roles.
    fn roles(&mut self) -> &mut dyn Roles;
    /// Number sequences.
    fn sequences(&mut self) -> &mut dyn Sequences;
    /// Sessions.
    fn sessions(&mut self) -> &mut dyn Sessions;
    /// Settings.
    fn settings(&mut self) -> &mut dyn SettingsStore;
    /// Journal lines about contacts.
    fn statements(&mut self) -> &mut dyn Statements;
    /// Tax codes and tax groups.
    fn tax_codes(&mut self) -> &mut dyn TaxCodes;
    /// Tax entries.
    fn tax_entries(&mut self) -> &mut dyn TaxEntries;
    /// Stocks of items.
    fn stocks(&mut self) -> &mut dyn Stocks;
    /// People.
    fn users(&mut self) -> &mut dyn Users;
}

/// The closure that a [`Store`] runs. It may run twice: nothing leaves the process inside it.
pub type Work<'a> = &'a mut dyn FnMut(&mut dyn Tx) -> Result<()>;

/// Where books are kept.
pub trait Store: Send + Sync {
    /// Runs `work` in a transaction of `company` and commits when it answers `Ok`; otherwise everything it did is
    /// undone and nobody else notices. Writes of one company run one after another; an `Ok` is durable.
    ///
    /// # Errors
    /// What `work` answered, or [`StoreError`].
    fn run(&self, company: CompanyId, mode: Mode, work: Work<'_>) -> Result<()>;

    /// Calls `each` on this thread until it answers false or enough is done. What it writes to `company` through
    /// [`run`](Self::run) may share one transaction, so it counts only once this has answered `Ok`.
    ///
    /// # Errors
    /// [`StoreError`]: nothing of what `each` wrote was kept. `Contended` and `Duplicate` may be the doing of one of
    /// them; each can be tried by itself.
    fn together(&self, company: CompanyId, each: &mut dyn FnMut() -> bool) -> Stored<()> {
        let _ = company;
        while each() {}
        Ok(())
    }

    /// Calls `reads` on this thread. What it reads of `company` through [`run`](Self::run) may share one view of the books,
    /// which is not older than the call.
    ///
    /// # Errors
    /// [`StoreError`]: `reads` was not called.
    fn in_one_view(&self, company: CompanyId, reads: &mut dyn FnMut()) -> Stored<()> {
        let _ = company;
        reads();
        Ok(())
    }

    /// Does as [`in_one_view`](Self::in_one_view) if that has to wait for nobody: not for a connection, not for a server.
    /// Whether it did.
    fn in_one_view_at_once(&self, company: CompanyId, reads: &mut dyn FnMut()) -> bool {
        let _ = (company, reads);
        false
    }

    /// Asks whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    fn ping(&self) -> Stored<()>;
}

impl dyn Store + '_ {
    /// Runs `work` in a reading transaction and hands back what it answers.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub fn read<T>(&self, company: CompanyId, work: impl FnMut(&mut dyn Tx) -> Result<T>) -> Result<T> {
        self.with(company, Mode::Read, work)
    }

    /// Runs `work` in a writing transaction and hands back what it answers.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub fn write<T>(&self, company: CompanyId, work: impl FnMut(&mut dyn Tx) -> Result<T>) -> Result<T> {
        self.with(company, Mode::Write, work)
    }

    fn with<T>(
        &self,
        company: CompanyId,
        mode: Mode,
        mut work: impl FnMut(&mut dyn Tx) -> Result<T>,
    ) -> Result<T> {
        let mut answer = None;
        self.run(company, mode, &mut |tx| {
            answer = Some(work(tx)?);
            Ok(())
        })?;
        answer.ok_or_else(|| {
            StoreError::Corrupt("a store reported success without running the work".to_owned()).into()
        })
    }
}
