//! What is measured beside the service: the same rows or bytes, with nothing of the service around them.

pub(crate) mod copy;
pub(crate) mod handler;
pub(crate) mod pgbench;
pub(crate) mod sqlite;
