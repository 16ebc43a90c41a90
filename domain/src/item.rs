//! Items: what is bought and sold.

mod draft;

pub use draft::ItemDraft;

use crate::account::{AccountType, Category, check_external_id};
use crate::id::{AccountId, ItemId, TaxCodeId};
use crate::metadata::Metadata;
use crate::refusal::{Constraint, Refusal};
use crate::text;
use crate::unit_price::UnitPrice;
use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;

/// What kind of item it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemType {
    /// Work.
    Service,
    /// Goods whose stock is counted and valued.
    Inventory,
    /// Goods whose stock is not.
    NonInventory,
}

impl ItemType {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Service, Self::Inventory, Self::NonInventory];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Inventory => "inventory",
            Self::NonInventory => "non_inventory",
        }
    }

    /// The type of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Which cost leaves the stock first (IAS 2.25).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CostMethod {
    /// First in, first out.
    Fifo,
    /// The moving weighted average.
    Average,
}

impl CostMethod {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Fifo, Self::Average];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fifo => "fifo",
            Self::Average => "average",
        }
    }

    /// The method of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

/// An item. Its quantity, average cost and value follow from the movements of its stock and are not kept here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its name.
    pub name: String,
    /// Its number in stock, unique in the company.
    pub sku: Option<String>,
    /// What documents say of it.
    pub description: Option<String>,
    /// What kind of item it is.
    pub item_type: ItemType,
    /// Takes what it earns.
    pub income_account_id: Option<AccountId>,
    /// Takes what it costs: of inventory, when it is sold.
    pub expense_account_id: Option<AccountId>,
    /// Takes the value of the stock.
    pub asset_account_id: Option<AccountId>,
    /// The price of one, minor units of base currency.
    pub sales_price: Option<UnitPrice>,
    /// What one costs, minor units of base currency.
    pub purchase_price: Option<UnitPrice>,
    /// How its stock is valued.
    pub cost_method: Option<CostMethod>,
    /// The tax code or tax group of its document lines unless they say otherwise.
    pub tax_code_id: Option<TaxCodeId>,
    /// Whether documents may name it.
    pub is_active: bool,
    /// Free pairs.
    pub metadata: Metadata,
    /// When it was made.
    #[serde(with = "crate::timestamp")]
    pub created_at: PrimitiveDateTime,
    /// When it last changed.
    #[serde(with = "crate::timestamp")]
    pub updated_at: PrimitiveDateTime,
    /// Counts its changes from 1.
    pub version: i64,
}

impl Item {
    /// What lists are sorted by: the name in lower case.
    #[must_use]
    pub fn sort_name(&self) -> String {
        self.name.to_lowercase()
    }

    /// Checks the fields that people type, and that they fit the type: inventory needs accounts for its value and its
    /// cost and a way to value it, nothing else has any of these but an expense account.
    ///
    /// # Errors
    /// Every field that breaks its limits.
    pub fn check(&self) -> Result<(), Vec<Refusal>> {
        let stocked = self.item_type == ItemType::Inventory;
        let needed = |given: bool, field: &str| {
            if given || !stocked {
                return Ok(());
            }
            Err(Refusal::field(field, Constraint::Required, format!("an inventory item needs its {field}")))
        };
        let needless = |given: bool, field: &str| {
            if stocked || !given {
                return Ok(());
            }
            let message = format!("a {} item has no {field}", self.item_type.name());
            Err(Refusal::field(field, Constraint::OneOf, message))
        };
        let price = |price: Option<UnitPrice>, field: &str| match price
            .filter(|price| *price < UnitPrice::default())
        {
            Some(price) => {
                Err(Refusal::field(field, Constraint::Range, format!("the price {price} is below zero")))
            }
            None => Ok(()),
        };
        let refusals: Vec<Refusal> = [
            check_external_id(self.external_id.as_deref()),
            text::check_filled(&self.name, "name", 255),
            self.sku.as_deref().map_or(Ok(()), |sku| text::check_filled(sku, "sku", 100)),
            text::check_optional(self.description.as_deref(), "description", 500),
            needed(self.expense_account_id.is_some(), "expense_account_id"),
            needed(self.asset_account_id.is_some(), "asset_account_id"),
            needed(self.cost_method.is_some(), "cost_method"),
            needless(self.asset_account_id.is_some(), "asset_account_id"),
            needless(self.cost_method.is_some(), "cost_method"),
            price(self.sales_price, "sales_price"),
            price(self.purchase_price, "purchase_price"),
            self.metadata.check(),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }

    /// Checks that its accounts can take what they are for; `type_of` knows the types of those that exist.
    ///
    /// # Errors
    /// Every account that does not exist or is of another type.
    pub fn check_accounts(
        &self,
        type_of: impl Fn(AccountId) -> Option<AccountType>,
    ) -> Result<(), Vec<Refusal>> {
        let fits = |account: Option<AccountId>, field: &str, fit: fn(AccountType) -> bool, wanted: &str| {
            match account.map(&type_of) {
                None => Ok(()),
                Some(None) => Err(Refusal::field(field, Constraint::Exists, "there is no such account")),
                Some(Some(kind)) if fit(kind) => Ok(()),
                Some(Some(kind)) => Err(Refusal::field(
                    field,
                    Constraint::AccountType,
                    format!("the account is of type {}, not {wanted}", kind.name()),
                )),
            }
        };
        let refusals: Vec<Refusal> = [
            fits(
                self.income_account_id,
                "income_account_id",
                |kind| kind.category() == Category::Revenue,
                "income or other_income",
            ),
            fits(
                self.expense_account_id,
                "expense_account_id",
                |kind| kind.category() == Category::Expense,
                "cost_of_goods_sold, expense or other_expense",
            ),
            fits(
                self.asset_account_id,
                "asset_account_id",
                |kind| kind == AccountType::Inventory,
                "inventory",
            ),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }

    /// Checks that this change of `before` keeps how its stock is valued, once it has moved.
    ///
    /// # Errors
    /// `has_history` naming the field.
    pub fn check_change(&self, before: &Self, has_movements: bool) -> Result<(), Refusal> {
        let changed = [
            ("item_type", self.item_type != before.item_type),
            ("cost_method", self.cost_method != before.cost_method),
            ("asset_account_id", self.asset_account_id != before.asset_account_id),
        ];
        match changed.into_iter().find(|(_, changed)| has_movements && *changed) {
            Some((field, _)) => Err(Refusal::HasHistory {
                field,
                message: format!(
                    "the {field} of an item whose stock has moved cannot change; make a new item"
                ),
            }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
