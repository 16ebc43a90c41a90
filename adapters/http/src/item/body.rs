//! Items on the wire.

use crate::problem::Problem;
use crate::scalar::{Moment, Whole, unique_keys};
use crate::unit_price::{price, rounded};
use partita_application::item::StockedItem;
use partita_domain::id::{AccountId, TaxCodeId};
use partita_domain::item::{CostMethod, ItemDraft, ItemType};
use partita_domain::metadata::Metadata;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// What kind of item it is.
#[derive(ToSchema)]
#[schema(as = ItemType, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum ItemTypeSchema {
    Service,
    Inventory,
    NonInventory,
}

/// Which cost leaves the stock first.
#[derive(ToSchema)]
#[schema(as = CostMethod, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum CostMethodSchema {
    Fifo,
    Average,
}

/// An item, as a caller gives it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemWriteBody {
    /// The integrator's own id for it, unique among items.
    #[schema(min_length = 1, max_length = 255)]
    pub external_id: Option<String>,
    /// Its name.
    #[schema(min_length = 1, max_length = 255, example = "Desk lamp")]
    pub name: String,
    /// Its number in stock, unique in the company.
    #[schema(min_length = 1, max_length = 100, example = "DL-100")]
    pub sku: Option<String>,
    /// What documents say of it.
    #[schema(max_length = 500)]
    pub description: Option<String>,
    /// What kind of item it is; it stays once its stock has moved.
    #[schema(value_type = ItemTypeSchema, example = "inventory")]
    pub item_type: ItemType,
    /// Takes what it earns: an account of income.
    pub income_account_id: Option<Uuid>,
    /// Takes what it costs, of inventory when it is sold: an account of expense.
    pub expense_account_id: Option<Uuid>,
    /// Takes the value of the stock: an account of type inventory.
    pub asset_account_id: Option<Uuid>,
    /// The price of one, minor units of base currency; or give `sales_price_decimal`.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 999_999_999_999_999_i64, example = 4900)]
    pub sales_price: Option<Whole>,
    /// The price of one, minor units with up to 12 places.
    #[schema(max_length = 30, example = "0.0125")]
    pub sales_price_decimal: Option<String>,
    /// What one costs, minor units of base currency; or give `purchase_price_decimal`.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 999_999_999_999_999_i64)]
    pub purchase_price: Option<Whole>,
    /// What one costs, minor units with up to 12 places.
    #[schema(max_length = 30, example = "0.0125")]
    pub purchase_price_decimal: Option<String>,
    /// How its stock is valued; needed for inventory.
    #[schema(value_type = Option<CostMethodSchema>, example = "average")]
    pub cost_method: Option<CostMethod>,
    /// The tax code or tax group of its document lines unless they say otherwise.
    pub tax_code_id: Option<Uuid>,
    /// Whether documents may name it; true by default.
    pub is_active: Option<bool>,
    /// Free pairs: up to 20, keys of up to 64, values of up to 256 characters, 4 KB in all.
    #[serde(default, deserialize_with = "unique_keys")]
    pub metadata: Option<BTreeMap<String, String>>,
    /// The version that the caller has seen; or send `If-Match`.
    pub version: Option<Whole>,
}

impl ItemWriteBody {
    /// The version that the caller has seen.
    pub(crate) fn version(&self) -> Option<i64> {
        self.version.map(|version| version.0)
    }

    /// What it says, in domain terms.
    ///
    /// # Errors
    /// A price that is given twice or is out of range.
    pub fn into_draft(self) -> Result<ItemDraft, Problem> {
        Ok(ItemDraft {
            external_id: self.external_id,
            name: self.name,
            sku: self.sku,
            description: self.description,
            item_type: self.item_type,
            income_account_id: self.income_account_id.map(AccountId),
            expense_account_id: self.expense_account_id.map(AccountId),
            asset_account_id: self.asset_account_id.map(AccountId),
            sales_price: price(self.sales_price, self.sales_price_decimal.as_deref(), "sales_price")?,
            purchase_price: price(
                self.purchase_price,
                self.purchase_price_decimal.as_deref(),
                "purchase_price",
            )?,
            cost_method: self.cost_method,
            tax_code_id: self.tax_code_id.map(TaxCodeId),
            is_active: self.is_active.unwrap_or(true),
            metadata: Metadata(self.metadata.unwrap_or_default()),
        })
    }
}

/// An item.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemBody {
    /// Its id.
    pub id: Uuid,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its name.
    #[schema(example = "Desk lamp")]
    pub name: String,
    /// Its number in stock.
    #[schema(example = "DL-100")]
    pub sku: Option<String>,
    /// What documents say of it.
    pub description: Option<String>,
    /// What kind of item it is.
    #[schema(value_type = ItemTypeSchema, example = "inventory")]
    pub item_type: ItemType,
    /// Takes what it earns.
    pub income_account_id: Option<Uuid>,
    /// Takes what it costs.
    pub expense_account_id: Option<Uuid>,
    /// Takes the value of the stock.
    pub asset_account_id: Option<Uuid>,
    /// The price of one, minor units of base currency; rounded where it has a fraction.
    #[schema(example = 4900)]
    pub sales_price: Option<i64>,
    /// The price of one, exactly.
    #[schema(max_length = 30, example = "0.0125")]
    pub sales_price_decimal: Option<String>,
    /// What one costs, minor units of base currency; rounded where it has a fraction.
    pub purchase_price: Option<i64>,
    /// What one costs, exactly.
    #[schema(max_length = 30, example = "0.0125")]
    pub purchase_price_decimal: Option<String>,
    /// How its stock is valued.
    #[schema(value_type = Option<CostMethodSchema>)]
    pub cost_method: Option<CostMethod>,
    /// The tax code or tax group of its document lines.
    pub tax_code_id: Option<Uuid>,
    /// How many there are; of inventory only.
    #[schema(example = "12")]
    pub quantity_on_hand: Option<String>,
    /// What one costs on average, minor units of base currency, rounded; where there is any.
    pub average_cost: Option<i64>,
    /// What one costs on average, to 12 places.
    #[schema(max_length = 30, example = "0.0125")]
    pub average_cost_decimal: Option<String>,
    /// What the stock costs in all, minor units of base currency; of inventory only.
    pub asset_value: Option<i64>,
    /// Whether documents may name it.
    pub is_active: bool,
    /// Free pairs.
    pub metadata: BTreeMap<String, String>,
    /// When it was made.
    pub created_at: Moment,
    /// When it last changed; movements of its stock do not change it.
    pub updated_at: Moment,
    /// Counts its changes from 1.
    pub version: i64,
}

impl From<&StockedItem> for ItemBody {
    fn from(stocked: &StockedItem) -> Self {
        let item = &stocked.item;
        let counted = stocked.is_stocked();
        let average = stocked.average_cost().filter(|_| counted);
        Self {
            id: item.id.0,
            external_id: item.external_id.clone(),
            name: item.name.clone(),
            sku: item.sku.clone(),
            description: item.description.clone(),
            item_type: item.item_type,
            income_account_id: item.income_account_id.map(|id| id.0),
            expense_account_id: item.expense_account_id.map(|id| id.0),
            asset_account_id: item.asset_account_id.map(|id| id.0),
            sales_price: item.sales_price.and_then(rounded),
            sales_price_decimal: item.sales_price.map(|price| price.to_string()),
            purchase_price: item.purchase_price.and_then(rounded),
            purchase_price_decimal: item.purchase_price.map(|price| price.to_string()),
            cost_method: item.cost_method,
            tax_code_id: item.tax_code_id.map(|id| id.0),
            quantity_on_hand: counted.then(|| stocked.quantity.to_string()),
            average_cost: average.and_then(rounded),
            average_cost_decimal: average.map(|price| price.to_string()),
            asset_value: counted.then_some(stocked.value),
            is_active: item.is_active,
            metadata: item.metadata.0.clone(),
            created_at: Moment(item.created_at),
            updated_at: Moment(item.updated_at),
            version: item.version,
        }
    }
}
