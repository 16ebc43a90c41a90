//! The native API over HTTP: handlers speak HTTP and decide nothing.

pub mod account;
pub mod api_key;
pub mod audit_event;
pub mod balance;
mod client_address;
pub mod company;
mod context;
mod cors;
mod docs;
pub mod document;
pub mod envelope;
pub mod health;
pub mod journal_entry;
mod json;
mod openapi;
mod operation;
mod paging;
pub mod pairing;
mod path;
pub mod period;
pub mod problem;
mod query;
mod rate_limit;
mod request;
pub mod role;
mod routes;
pub mod scalar;
pub mod sequence;
mod server;
pub mod session;
pub mod settings;
pub mod user;

pub use json::parse as parse_json;
pub use openapi::openapi_json;
pub use problem::Problem;
pub use server::{HttpOptions, serve};
