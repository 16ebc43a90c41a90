//! The ports over SQL: SQLite and PostgreSQL through one set of queries.
//!
//! Only `connection`, `dialect` and `migrate` know which database it is. A feature has the file name that it has in
//! every other layer; `transaction`, `pending` and `books` hold what an open transaction has read and has yet to write,
//! `unit` is what work sees of it, `lane` lets writers share a commit.

mod account;
mod ageing;
mod api_key;
mod audit_event;
mod backup;
mod balance;
mod books;
mod cache;
mod chart;
mod checkpointer;
mod company;
mod connection;
mod contact;
mod dialect;
mod directory;
mod document;
mod error;
mod exchange_rate;
mod idempotency;
mod item;
mod journal_entry;
mod lane;
mod ledger_head;
mod like;
mod lock_request;
mod migrate;
mod open;
mod pairing;
mod parse;
mod payment;
mod pending;
mod period;
mod planner_statistics;
mod recurring;
mod revaluation;
mod role;
mod row_count;
mod schema;
mod sequence;
mod session;
mod settings;
mod statement;
mod stock;
mod store;
mod tax_code;
mod tax_entry;
mod tax_group;
mod together;
mod transaction;
mod unit;
mod user;
mod view;

pub use backup::backup;
pub use error::OpenError;
pub use migrate::{migrate, pending_migrations};
pub use store::{SqlOptions, SqlStore};
