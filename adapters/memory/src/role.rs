//! Roles of the company's own.

use crate::tx::MemoryTx;
use partita_application::ports::{Roles, Stored};
use partita_domain::role::Role;

impl Roles for MemoryTx<'_> {
    fn insert(&mut self, role: &Role) -> Stored<()> {
        self.books_mut()?.roles.add(role.name.clone(), role.clone())
    }

    fn update(&mut self, role: &Role) -> Stored<()> {
        self.books_mut()?.roles.replace(role.name.clone(), role.clone());
        Ok(())
    }

    fn delete(&mut self, name: &str) -> Stored<()> {
        self.books_mut()?.roles.take_out(name);
        Ok(())
    }

    fn find(&mut self, name: &str) -> Stored<Option<Role>> {
        Ok(self.books().roles.get(name).cloned())
    }

    fn list(&mut self) -> Stored<Vec<Role>> {
        Ok(self.books().roles.values().cloned().collect())
    }
}
