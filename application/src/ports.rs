//! What adapters implement: one file per aggregate, spoken in domain types.
//!
//! A [`Store`] lends a transaction ([`Tx`]) to a closure; a `Tx` lends repositories. Everything a repository does
//! belongs to the company the transaction was opened for. Look-ups answer `Option`; state changes are named.

mod account;
mod ageing;
mod api_key;
mod audit_event;
mod balance;
mod cipher;
mod clock;
mod company;
mod contact;
mod directory;
mod document;
mod exchange_rate;
mod idempotency;
mod ids;
mod item;
mod journal_entry;
mod ledger_head;
mod lock_request;
mod pairing;
mod passwords;
mod payment;
mod period;
mod printer;
mod recurring;
mod revaluation;
mod role;
mod secrets;
mod sequence;
mod session;
mod settings;
mod statement;
mod stock;
mod store;
mod tax_code;
mod tax_entry;
mod user;

pub use account::{AccountFilter, Accounts};
pub use ageing::OpenItems;
pub use api_key::ApiKeys;
pub use audit_event::{AuditEvents, AuditFilter};
pub use balance::{BalanceSpan, Balances, Grain};
pub use cipher::Cipher;
pub use clock::Clock;
pub use company::Companies;
pub use contact::{ContactFilter, Contacts};
pub use directory::Directory;
pub use document::{DocumentFilter, DocumentOrder, Documents, OpenSum};
pub use exchange_rate::{ExchangeRateFilter, ExchangeRates};
pub use idempotency::{Idempotency, Remembered};
pub use ids::Ids;
pub use item::{ItemFilter, Items};
pub use journal_entry::{EntryFilter, EntryOrder, EntryStatus, JournalEntries};
pub use ledger_head::{LedgerHead, LedgerHeads};
pub use lock_request::LockRequests;
pub use pairing::Pairings;
pub use passwords::Passwords;
pub use payment::{AppliedSum, PaymentFilter, Payments};
pub use period::Periods;
pub use printer::{
    ColumnKind, NoPrinter, Paper, PrintError, PrintedColumn, PrintedFact, PrintedNote, PrintedPage,
    PrintedParty, PrintedRow, PrintedSummary, PrintedTable, PrintedTotal, Printer,
};
pub use recurring::{RecurringFilter, RecurringTemplates};
pub use revaluation::{RevaluationFilter, Revaluations, RevaluedSum};
pub use role::Roles;
pub use secrets::Secrets;
pub use sequence::Sequences;
pub use session::Sessions;
pub use settings::SettingsStore;
pub use statement::Statements;
pub use stock::{StockFilter, StockSum, Stocks};
pub use store::{Mode, Store, StoreError, Stored, Tx, Work};
pub use tax_code::TaxCodes;
pub use tax_entry::{TaxEntries, TaxEntryFilter, TaxEntryPlace};
pub use user::Users;
