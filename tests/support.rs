//! What the tests share: throwaway databases, deterministic clock and ids, and the books they begin with.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "support/binary.rs"]
pub mod binary;
#[path = "support/books.rs"]
pub mod books;
#[path = "support/client.rs"]
pub mod client;
#[path = "support/errors.rs"]
pub mod errors;
#[path = "support/example_ledger.rs"]
pub mod example_ledger;
#[path = "support/fixtures.rs"]
pub mod fixtures;
#[path = "support/openapi.rs"]
pub mod openapi;
#[path = "../adapters/pdf/src/reader.rs"]
pub mod pdf;
#[path = "support/postgres.rs"]
pub mod postgres;
#[path = "support/server.rs"]
pub mod server;
#[path = "support/sql.rs"]
pub mod sql;
#[path = "support/stores.rs"]
pub mod stores;
