//! Tax codes and tax groups, kept as the table that documents ask.

use crate::tx::{MemoryTx, impossible};
use crate::undo_map::Undo;
use partita_application::ports::{StoreError, Stored, TaxCodes};
use partita_domain::id::{TaxCodeId, TaxGroupId};
use partita_domain::tax_code::TaxCode;
use partita_domain::tax_group::{TaxGroup, TaxTable};
use std::sync::Arc;

/// The table, and what it was before the open unit.
#[derive(Default)]
pub(crate) struct Taxes {
    table: Arc<TaxTable>,
    before: Option<Arc<TaxTable>>,
}

impl Taxes {
    /// Whether there is such a code.
    pub(crate) fn has(&self, id: TaxCodeId) -> bool {
        self.table.code(id).is_some()
    }

    fn change(&mut self) -> &mut TaxTable {
        self.before.get_or_insert_with(|| self.table.clone());
        Arc::make_mut(&mut self.table)
    }

    fn check_code(&self, code: &TaxCode) -> Stored<()> {
        let taken = |other: &&TaxCode| {
            other.id != code.id
                && (other.code == code.code
                    || (code.external_id.is_some() && other.external_id == code.external_id))
        };
        if self.table.codes().iter().any(taken) { Err(StoreError::Duplicate) } else { Ok(()) }
    }

    fn check_group(&self, group: &TaxGroup) -> Stored<()> {
        let taken = |other: &&TaxGroup| {
            other.id != group.id
                && (other.code == group.code
                    || (group.external_id.is_some() && other.external_id == group.external_id))
        };
        if self.table.groups().iter().any(taken) {
            return Err(StoreError::Duplicate);
        }
        for (i, id) in group.tax_code_ids.iter().enumerate() {
            if self.table.code(*id).is_none() {
                return Err(impossible(format!("there is no tax code {id}")));
            }
            if group.tax_code_ids.iter().take(i).any(|before| before == id) {
                return Err(StoreError::Duplicate);
            }
        }
        Ok(())
    }
}

impl Undo for Taxes {
    fn commit(&mut self) {
        self.before = None;
    }

    fn roll_back(&mut self) {
        if let Some(before) = self.before.take() {
            self.table = before;
        }
    }
}

impl MemoryTx<'_> {
    fn check_tax_accounts(&self, code: &TaxCode) -> Stored<()> {
        let accounts = &self.books().accounts;
        code.accounts().into_iter().filter_map(|(_, id)| id).try_for_each(|id| accounts.check_exists(id))
    }
}

impl TaxCodes for MemoryTx<'_> {
    fn insert(&mut self, code: &TaxCode) -> Stored<()> {
        self.check_tax_accounts(code)?;
        let taxes = &mut self.books_mut()?.taxes;
        if taxes.table.code(code.id).is_some() {
            return Err(StoreError::Duplicate);
        }
        taxes.check_code(code)?;
        taxes.change().put_code(code.clone());
        Ok(())
    }

    fn update(&mut self, code: &TaxCode) -> Stored<()> {
        if self.books().taxes.table.code(code.id).is_none() {
            return Ok(());
        }
        self.check_tax_accounts(code)?;
        let taxes = &mut self.books_mut()?.taxes;
        taxes.check_code(code)?;
        taxes.change().put_code(code.clone());
        Ok(())
    }

    fn find(&mut self, id: TaxCodeId) -> Stored<Option<TaxCode>> {
        Ok(self.books().taxes.table.code(id).cloned())
    }

    fn list(&mut self) -> Stored<Vec<TaxCode>> {
        Ok(self.books().taxes.table.codes().into_iter().cloned().collect())
    }

    fn insert_group(&mut self, group: &TaxGroup) -> Stored<()> {
        let taxes = &mut self.books_mut()?.taxes;
        if taxes.table.group(group.id).is_some() {
            return Err(StoreError::Duplicate);
        }
        taxes.check_group(group)?;
        taxes.change().put_group(group.clone());
        Ok(())
    }

    fn update_group(&mut self, group: &TaxGroup) -> Stored<()> {
        let taxes = &mut self.books_mut()?.taxes;
        if taxes.table.group(group.id).is_some() {
            taxes.check_group(group)?;
            taxes.change().put_group(group.clone());
        }
        Ok(())
    }

    fn find_group(&mut self, id: TaxGroupId) -> Stored<Option<TaxGroup>> {
        Ok(self.books().taxes.table.group(id).cloned())
    }

    fn list_groups(&mut self) -> Stored<Vec<TaxGroup>> {
        Ok(self.books().taxes.table.groups().into_iter().cloned().collect())
    }

    fn table(&mut self) -> Stored<Arc<TaxTable>> {
        Ok(self.books().taxes.table.clone())
    }
}
