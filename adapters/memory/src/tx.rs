//! One open transaction. The repositories are all this one struct, each implemented in the file of its feature.

use crate::books::Books;
use crate::directory::Installation;
use partita_application::ports::{
    Accounts, ApiKeys, AuditEvents, Balances, Companies, Contacts, Directory, Documents, ExchangeRates,
    Idempotency, Items, JournalEntries, LedgerHeads, LockRequests, OpenItems, Pairings, Payments, Periods,
    RecurringTemplates, Revaluations, Roles, Sequences, Sessions, SettingsStore, Statements, Stocks,
    StoreError, Stored, TaxCodes, TaxEntries, Tx, Users,
};
use partita_domain::id::CompanyId;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

/// The books as the transaction's mode allows.
pub(crate) enum Access<'a> {
    Reading(&'a Books),
    Writing(&'a mut Books),
}

/// An open transaction.
pub(crate) struct MemoryTx<'a> {
    pub(crate) company: CompanyId,
    access: Access<'a>,
    installation: &'a RwLock<Installation>,
}

impl<'a> MemoryTx<'a> {
    pub(crate) fn new(
        company: CompanyId,
        access: Access<'a>,
        installation: &'a RwLock<Installation>,
    ) -> Self {
        Self { company, access, installation }
    }

    /// The books, to be read.
    pub(crate) fn books(&self) -> &Books {
        match &self.access {
            Access::Reading(books) => books,
            Access::Writing(books) => books,
        }
    }

    /// The books, to be written, of a company that may not exist yet.
    pub(crate) fn books_to_found(&mut self) -> Stored<&mut Books> {
        match &mut self.access {
            Access::Reading(_) => Err(impossible("a reading transaction does not write")),
            Access::Writing(books) => Ok(books),
        }
    }

    /// The books, to be written.
    pub(crate) fn books_mut(&mut self) -> Stored<&mut Books> {
        let company = self.company;
        let books = self.books_to_found()?;
        if books.company.is_empty() {
            return Err(impossible(format!("there is no company {company}")));
        }
        Ok(books)
    }

    /// What all companies have published.
    pub(crate) fn installation(&self) -> RwLockReadGuard<'_, Installation> {
        self.installation.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a database would refuse by a foreign key or by the transaction's mode: a mistake of the caller's program.
pub(crate) fn impossible(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::Unavailable(why.into())
}

/// As many as a page asks for; nothing for a negative number.
pub(crate) fn count(number: i64) -> usize {
    usize::try_from(number.max(0)).unwrap_or(usize::MAX)
}

/// Whether `text` contains `part`, upper and lower case of ASCII alike.
pub(crate) fn contains(text: &str, part: &str) -> bool {
    text.to_ascii_lowercase().contains(&part.to_ascii_lowercase())
}

impl Tx for MemoryTx<'_> {
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
