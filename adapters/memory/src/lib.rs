//! The ports over plain collections: the reference model that the databases are tested against, and a store for tests
//! and for programs that keep their books in memory.
//!
//! Every company has its own `Books` behind a lock: one writer at a time, any number of readers.

mod account;
mod ageing;
mod api_key;
mod audit_event;
mod balance;
mod books;
mod company;
mod contact;
mod directory;
mod document;
mod exchange_rate;
mod idempotency;
mod item;
mod journal_entry;
mod ledger_head;
mod lock_request;
mod pairing;
mod payment;
mod period;
mod recurring;
mod revaluation;
mod role;
mod sequence;
mod session;
mod settings;
mod statement;
mod stock;
mod store;
mod tax_code;
mod tax_entry;
mod tx;
mod undo_map;
mod user;

pub use store::MemoryStore;
