//! The ends of the company's two chains.

use crate::tx::MemoryTx;
use partita_application::ports::{LedgerHead, LedgerHeads, Stored};

impl LedgerHeads for MemoryTx<'_> {
    fn get(&mut self) -> Stored<LedgerHead> {
        Ok(self.books().ledger_head.get(&()).cloned().unwrap_or(LedgerHead::EMPTY))
    }

    fn put(&mut self, head: &LedgerHead) -> Stored<()> {
        self.books_mut()?.ledger_head.put((), head.clone());
        Ok(())
    }
}
