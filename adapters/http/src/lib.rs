//! The native API over HTTP: handlers speak HTTP and decide nothing.

pub mod account;
pub mod audit_event;
pub mod balance;
mod client_address;
mod context;
mod cors;
mod docs;
pub mod envelope;
pub mod health;
pub mod journal_entry;
mod json;
mod openapi;
mod paging;
mod path;
pub mod period;
pub mod problem;
mod query;
mod rate_limit;
mod request;
mod routes;
pub mod scalar;
pub mod sequence;
mod server;
pub mod settings;

pub use json::parse as parse_json;
pub use openapi::openapi_json;
pub use problem::Problem;
pub use server::{HttpOptions, serve};
