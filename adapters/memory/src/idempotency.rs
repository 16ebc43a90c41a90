//! Outcomes by idempotency key.

use crate::tx::MemoryTx;
use partita_application::ports::{Idempotency, Remembered, Stored};

impl Idempotency for MemoryTx<'_> {
    fn find(&mut self, key: &str) -> Stored<Option<Remembered>> {
        Ok(self.books().idempotency.get(key).cloned())
    }

    fn insert(&mut self, remembered: &Remembered) -> Stored<()> {
        self.books_mut()?.idempotency.add(remembered.key.clone(), remembered.clone())
    }
}
