//! One test binary: linking is what tests cost.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod books;
mod contract;
mod http;
mod system;
mod walls;
