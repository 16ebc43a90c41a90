//! Identifiers.

use uuid::Uuid;

/// Makes identifiers.
pub trait Ids: Send + Sync {
    /// A new UUID version 7, later than all before it in this process.
    fn next(&self) -> Uuid;
}
