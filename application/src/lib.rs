//! Use cases: what happens in what order, and who may. Each is a free function over [`App`] and
//! [`Call`]; every one that writes goes through [`change`](change::change).
//!
//! The ports in [`ports`] are what adapters implement.

pub mod account;
pub mod ageing;
pub mod api_key;
pub mod app;
pub mod audit_event;
pub mod authenticate;
pub mod balance;
pub mod call;
pub mod change;
pub mod chart_template;
pub mod company;
pub mod contact;
pub mod document;
pub mod error;
pub mod exchange_rate;
pub mod inventory;
pub mod item;
pub mod journal_entry;
pub mod page;
pub mod pairing;
pub mod payment;
pub mod period;
pub mod ports;
mod printed;
pub mod queue;
pub mod read_queue;
pub mod recurring;
pub mod revaluation;
pub mod role;
pub mod sequence;
pub mod session;
pub mod settings;
pub mod tax_code;
pub mod tax_entry;
pub mod tax_group;
pub mod user;
pub mod verify;

pub use app::App;
pub use call::{Call, Done};
pub use error::{Error, Result};
pub use partita_domain as domain;
