//! A unit of an open transaction, as its work sees it: the repositories, and how they read and write.

use crate::books::Books;
use crate::cache::Cache;
use crate::connection::Conn;
use crate::error::unavailable;
use crate::pending::Pending;
use crate::transaction::{Absent, Open};
use diesel::QueryResult;
use partita_application::ports::{
    Accounts, ApiKeys, AuditEvents, Balances, Cipher, Companies, Contacts, Directory, Documents,
    ExchangeRates, Idempotency, Items, JournalEntries, LedgerHeads, LockRequests, Mode, OpenItems, Pairings,
    Payments, Periods, RecurringTemplates, Revaluations, Roles, Sequences, Sessions, SettingsStore,
    Statements, Stocks, Stored, TaxCodes, TaxEntries, Tx, Users,
};
use partita_domain::id::CompanyId;

/// More rows than this are written at once rather than kept.
const MOST_PENDING_LINES: usize = 4_000;

/// A unit of an open transaction, as its work sees it.
pub(crate) struct SqlTx<'a> {
    open: &'a mut Open,
    cache: &'a Cache,
    cipher: Option<&'a dyn Cipher>,
    pub(crate) company: CompanyId,
    /// The company, as every statement names it.
    pub(crate) key: String,
}

impl<'a> SqlTx<'a> {
    pub(crate) fn new(open: &'a mut Open, cache: &'a Cache, cipher: Option<&'a dyn Cipher>) -> Self {
        let company = open.company;
        Self { open, cache, cipher, company, key: company.to_string() }
    }

    pub(crate) fn mode(&self) -> Mode {
        self.open.mode
    }

    pub(crate) fn cache(&self) -> &'a Cache {
        self.cache
    }

    pub(crate) fn cipher(&self) -> Stored<&'a dyn Cipher> {
        self.cipher.ok_or_else(|| unavailable("the store was opened without an encryption key"))
    }

    /// Asks the database for what is never pending.
    pub(crate) fn read<T>(&mut self, query: impl FnOnce(&mut Conn, &str) -> QueryResult<T>) -> Stored<T> {
        let key = &self.key;
        self.open.run(|conn| query(conn, key))
    }

    /// Asks the database, once it has everything.
    pub(crate) fn read_settled<T>(
        &mut self,
        query: impl FnOnce(&mut Conn, &str) -> QueryResult<T>,
    ) -> Stored<T> {
        self.open.settle()?;
        self.read(query)
    }

    /// Changes the database.
    pub(crate) fn write<T>(
        &mut self,
        statement: impl FnOnce(&mut Conn, &str) -> QueryResult<T>,
    ) -> Stored<T> {
        self.must_write()?;
        self.open.guard()?;
        self.read(statement)
    }

    /// What is pending, to be looked through.
    pub(crate) fn pending(&self) -> &Pending {
        &self.open.pending
    }

    pub(crate) fn absent(&mut self) -> &mut Absent {
        &mut self.open.absent
    }

    /// What is pending, to be added to.
    pub(crate) fn add(&mut self) -> Stored<&mut Pending> {
        self.must_write()?;
        if self.open.pending.lines.len() >= MOST_PENDING_LINES {
            self.open.settle()?;
        }
        Ok(&mut self.open.pending)
    }

    /// What is known of the company, its head read.
    pub(crate) fn books(&mut self) -> Stored<&mut Books> {
        if !self.open.books.contains_key(&self.company) {
            self.open.load_head()?;
        }
        Ok(self.open.books.entry(self.company).or_default())
    }

    pub(crate) fn must_write(&self) -> Stored<()> {
        match self.open.mode {
            Mode::Write => Ok(()),
            Mode::Read => Err(unavailable("a reading transaction does not write")),
        }
    }
}

impl Tx for SqlTx<'_> {
    fn accounts(&mut self) -> &mut dyn Accounts {
        self
    }
    fn api_keys(&mut self) -> &mut dyn ApiKeys {
        self
    }
    fn audit_events(&mut self) -> &mut dyn AuditEvents {
        self
    }
    fn balances(&mut self) -> &mut dyn Balances {
        self
    }
    fn companies(&mut self) -> &mut dyn Companies {
        self
    }
    fn contacts(&mut self) -> &mut dyn Contacts {
        self
    }
    fn directory(&mut self) -> &mut dyn Directory {
        self
    }
    fn documents(&mut self) -> &mut dyn Documents {
        self
    }
    fn exchange_rates(&mut self) -> &mut dyn ExchangeRates {
        self
    }
    fn idempotency(&mut self) -> &mut dyn Idempotency {
        self
    }
    fn items(&mut self) -> &mut dyn Items {
        self
    }
    fn journal_entries(&mut self) -> &mut dyn JournalEntries {
        self
    }
    fn ledger_heads(&mut self) -> &mut dyn LedgerHeads {
        self
    }
    fn lock_requests(&mut self) -> &mut dyn LockRequests {
        self
    }
    fn open_items(&mut self) -> &mut dyn OpenItems {
        self
    }
    fn pairings(&mut self) -> &mut dyn Pairings {
        self
    }
    fn payments(&mut self) -> &mut dyn Payments {
        self
    }
    fn periods(&mut self) -> &mut dyn Periods {
        self
    }
    fn recurring_templates(&mut self) -> &mut dyn RecurringTemplates {
        self
    }
    fn revaluations(&mut self) -> &mut dyn Revaluations {
        self
    }
    fn roles(&mut self) -> &mut dyn Roles {
        self
    }
    fn sequences(&mut self) -> &mut dyn Sequences {
        self
    }
    fn sessions(&mut self) -> &mut dyn Sessions {
        self
    }
    fn settings(&mut self) -> &mut dyn SettingsStore {
        self
    }
    fn statements(&mut self) -> &mut dyn Statements {
        self
    }
    fn tax_codes(&mut self) -> &mut dyn TaxCodes {
        self
    }
    fn tax_entries(&mut self) -> &mut dyn TaxEntries {
        self
    }
    fn stocks(&mut self) -> &mut dyn Stocks {
        self
    }
    fn users(&mut self) -> &mut dyn Users {
        self
    }
}
