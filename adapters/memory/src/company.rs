//! The company's profile.

use crate::tx::{MemoryTx, impossible};
use partita_application::ports::{Companies, LedgerHead, Stored};
use partita_domain::company::Company;

impl MemoryTx<'_> {
    fn check_is_own(&self, company: &Company) -> Stored<()> {
        if company.id == self.company {
            Ok(())
        } else {
            Err(impossible(format!("company {} is not the transaction's, {}", company.id, self.company)))
        }
    }
}

impl Companies for MemoryTx<'_> {
    fn insert(&mut self, company: &Company) -> Stored<()> {
        self.check_is_own(company)?;
        let books = self.books_to_found()?;
        books.company.add((), company.clone())?;
        books.ledger_head.put((), LedgerHead::EMPTY);
        Ok(())
    }

    fn update(&mut self, company: &Company) -> Stored<()> {
        self.check_is_own(company)?;
        self.books_mut()?.company.replace((), company.clone());
        Ok(())
    }

    fn find(&mut self) -> Stored<Option<Company>> {
        Ok(self.books().company.get(&()).cloned())
    }
}
