//! Tax codes and tax groups: few, so they are read as a whole and kept as long as their version stands.

use super::Stored;
use partita_domain::id::{TaxCodeId, TaxGroupId};
use partita_domain::tax_code::TaxCode;
use partita_domain::tax_group::{TaxGroup, TaxTable};
use std::sync::Arc;

/// The tax codes and tax groups of the company.
pub trait TaxCodes {
    /// Adds a code.
    fn insert(&mut self, code: &TaxCode) -> Stored<()>;
    /// Replaces a code by its id.
    fn update(&mut self, code: &TaxCode) -> Stored<()>;
    /// A code by its id.
    fn find(&mut self, id: TaxCodeId) -> Stored<Option<TaxCode>>;
    /// All codes, by code.
    fn list(&mut self) -> Stored<Vec<TaxCode>>;
    /// Adds a group.
    fn insert_group(&mut self, group: &TaxGroup) -> Stored<()>;
    /// Replaces a group by its id.
    fn update_group(&mut self, group: &TaxGroup) -> Stored<()>;
    /// A group by its id.
    fn find_group(&mut self, id: TaxGroupId) -> Stored<Option<TaxGroup>>;
    /// All groups, by code.
    fn list_groups(&mut self) -> Stored<Vec<TaxGroup>>;
    /// All of both, for documents.
    fn table(&mut self) -> Stored<Arc<TaxTable>>;
}
