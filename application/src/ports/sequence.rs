//! Number sequences.

use super::Stored;
use partita_domain::sequence::Sequence;

/// The sequences of the company. `next_number` of a stored [`Sequence`] is not used: each scope counts by itself.
pub trait Sequences {
    /// Adds one.
    fn insert(&mut self, sequence: &Sequence) -> Stored<()>;
    /// Replaces one by its type.
    fn update(&mut self, sequence: &Sequence) -> Stored<()>;
    /// One by its type, with `next_number` of 1.
    fn find(&mut self, sequence_type: &str) -> Stored<Option<Sequence>>;
    /// All of them, by type, with `next_number` of 1.
    fn list(&mut self) -> Stored<Vec<Sequence>>;
    /// The number that comes next in a scope, 1 before the first.
    fn next(&mut self, sequence_type: &str, scope: i32) -> Stored<i64>;
    /// Sets the number that comes next in a scope.
    fn set_next(&mut self, sequence_type: &str, scope: i32, next: i64) -> Stored<()>;
}
