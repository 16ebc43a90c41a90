//! What the tests share: throwaway databases, deterministic clock and ids, and the books they begin with.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "support/fixtures.rs"]
pub mod fixtures;
#[path = "support/postgres.rs"]
pub mod postgres;
#[path = "support/sql.rs"]
pub mod sql;
#[path = "support/stores.rs"]
pub mod stores;
