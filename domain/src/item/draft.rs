//! What a caller says of an item.

use super::{CostMethod, Item, ItemType};
use crate::id::{AccountId, ItemId, TaxCodeId};
use crate::metadata::Metadata;
use crate::refusal::Refusal;
use crate::unit_price::UnitPrice;
use time::PrimitiveDateTime;

/// An item, as a caller gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemDraft {
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its name.
    pub name: String,
    /// Its number in stock.
    pub sku: Option<String>,
    /// What documents say of it.
    pub description: Option<String>,
    /// What kind of item it is.
    pub item_type: ItemType,
    /// Takes what it earns.
    pub income_account_id: Option<AccountId>,
    /// Takes what it costs.
    pub expense_account_id: Option<AccountId>,
    /// Takes the value of the stock.
    pub asset_account_id: Option<AccountId>,
    /// The price of one, minor units of base currency.
    pub sales_price: Option<UnitPrice>,
    /// What one costs, minor units of base currency.
    pub purchase_price: Option<UnitPrice>,
    /// How its stock is valued.
    pub cost_method: Option<CostMethod>,
    /// The tax code or tax group of its document lines.
    pub tax_code_id: Option<TaxCodeId>,
    /// Whether documents may name it.
    pub is_active: bool,
    /// Free pairs.
    pub metadata: Metadata,
}

impl Item {
    /// Makes one.
    ///
    /// # Errors
    /// As [`Item::check`].
    pub fn make(id: ItemId, draft: ItemDraft, at: PrimitiveDateTime) -> Result<Self, Vec<Refusal>> {
        let item = draft.into_item(id, at, at, 1);
        item.check()?;
        Ok(item)
    }

    /// Replaces what a caller has said of it.
    ///
    /// # Errors
    /// As [`Item::check`] and [`Item::check_change`].
    pub fn revise(
        &self,
        draft: ItemDraft,
        has_movements: bool,
        at: PrimitiveDateTime,
    ) -> Result<Self, Vec<Refusal>> {
        let item = draft.into_item(self.id, self.created_at, at, self.version.saturating_add(1));
        item.check()?;
        item.check_change(self, has_movements).map_err(|refusal| vec![refusal])?;
        Ok(item)
    }

    /// Takes it out of use: what names it stays, new documents cannot.
    #[must_use]
    pub fn deactivate(&self, at: PrimitiveDateTime) -> Self {
        Self { is_active: false, updated_at: at, version: self.version.saturating_add(1), ..self.clone() }
    }
}

impl ItemDraft {
    fn into_item(
        self,
        id: ItemId,
        created_at: PrimitiveDateTime,
        updated_at: PrimitiveDateTime,
        version: i64,
    ) -> Item {
        Item {
            id,
            external_id: self.external_id,
            name: self.name,
            sku: self.sku,
            description: self.description,
            item_type: self.item_type,
            income_account_id: self.income_account_id,
            expense_account_id: self.expense_account_id,
            asset_account_id: self.asset_account_id,
            sales_price: self.sales_price,
            purchase_price: self.purchase_price,
            cost_method: self.cost_method,
            tax_code_id: self.tax_code_id,
            is_active: self.is_active,
            metadata: self.metadata,
            created_at,
            updated_at,
            version,
        }
    }
}
