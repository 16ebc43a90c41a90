//! What every store has to do: each behaviour once, run on all of them.

mod account;
mod api_key;
mod audit_event;
mod balance;
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
mod model;
mod pairing;
mod payment;
mod period;
mod role;
mod sequence;
mod session;
mod settings;
mod sql_only;
mod store;
mod tax_code;
mod user;
