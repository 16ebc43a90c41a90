//! What the tests share: throwaway databases, deterministic clock and ids, and the books they begin with.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]
