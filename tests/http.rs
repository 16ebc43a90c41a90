//! Black box: what callers of the API notice, over a bound port.

mod account;
mod api_key;
mod audit_event;
mod balance;
mod body;
mod case;
mod company;
mod concurrency;
mod discovery;
mod document;
mod endpoint_coverage;
mod errors_documented;
mod faults;
mod health;
mod idempotency;
mod journal_entry;
mod paging;
mod pairing;
mod period;
mod rate_limit;
mod role;
mod sequence;
mod session;
mod settings;
mod transport;
mod user;
