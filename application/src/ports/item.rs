//! Items.

use super::Stored;
use partita_domain::id::ItemId;
use partita_domain::item::{Item, ItemType};

/// Which items to list; every given part must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemFilter {
    /// Of this type.
    pub item_type: Option<ItemType>,
    /// Active or not.
    pub is_active: Option<bool>,
    /// With this external id.
    pub external_id: Option<String>,
    /// With this number in stock.
    pub sku: Option<String>,
    /// With exactly this name.
    pub name: Option<String>,
    /// With this text in name, number in stock or description, upper and lower case alike (ASCII).
    pub q: Option<String>,
}

/// The items of the company.
pub trait Items {
    /// Adds one.
    fn insert(&mut self, item: &Item) -> Stored<()>;
    /// Replaces one by its id.
    fn update(&mut self, item: &Item) -> Stored<()>;
    /// One by its id.
    fn find(&mut self, id: ItemId) -> Stored<Option<Item>>;
    /// Those of these ids that exist, in any order.
    fn find_all(&mut self, ids: &[ItemId]) -> Stored<Vec<Item>>;
    /// One by its external id.
    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<Item>>;
    /// One by its number in stock.
    fn find_by_sku(&mut self, sku: &str) -> Stored<Option<ItemId>>;
    /// Some by name (lower case), then id: beyond `after`, past the first `offset`, at most `limit`.
    fn list(
        &mut self,
        filter: &ItemFilter,
        after: Option<(&str, ItemId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Item>>;
    /// How many there are.
    fn count(&mut self, filter: &ItemFilter) -> Stored<i64>;
}
