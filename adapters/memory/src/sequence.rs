//! Number sequences.

use crate::tx::MemoryTx;
use crate::undo_map::{Undo, UndoMap};
use partita_application::ports::{Sequences, Stored};
use partita_domain::sequence::Sequence;

/// The sequences, and how far each has counted in each scope.
#[derive(Default)]
pub(crate) struct Counters {
    by_type: UndoMap<String, Sequence>,
    next: UndoMap<(String, i32), i64>,
}

impl Undo for Counters {
    fn commit(&mut self) {
        self.by_type.commit();
        self.next.commit();
    }

    fn roll_back(&mut self) {
        self.by_type.roll_back();
        self.next.roll_back();
    }
}

fn uncounted(sequence: &Sequence) -> Sequence {
    Sequence { next_number: 1, ..sequence.clone() }
}

impl Sequences for MemoryTx<'_> {
    fn insert(&mut self, sequence: &Sequence) -> Stored<()> {
        self.books_mut()?.sequences.by_type.add(sequence.sequence_type.clone(), uncounted(sequence))
    }

    fn update(&mut self, sequence: &Sequence) -> Stored<()> {
        let sequences = &mut self.books_mut()?.sequences;
        sequences.by_type.replace(sequence.sequence_type.clone(), uncounted(sequence));
        Ok(())
    }

    fn find(&mut self, sequence_type: &str) -> Stored<Option<Sequence>> {
        Ok(self.books().sequences.by_type.get(sequence_type).cloned())
    }

    fn list(&mut self) -> Stored<Vec<Sequence>> {
        Ok(self.books().sequences.by_type.values().cloned().collect())
    }

    fn next(&mut self, sequence_type: &str, scope: i32) -> Stored<i64> {
        let next = &self.books().sequences.next;
        Ok(next.get(&(sequence_type.to_owned(), scope)).copied().unwrap_or(1))
    }

    fn set_next(&mut self, sequence_type: &str, scope: i32, next: i64) -> Stored<()> {
        self.books_mut()?.sequences.next.put((sequence_type.to_owned(), scope), next);
        Ok(())
    }
}
