//! Recorded time.

use time::PrimitiveDateTime;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, in UTC, cut to microseconds (what every store keeps; hashes cover it).
    fn now(&self) -> PrimitiveDateTime;
}
