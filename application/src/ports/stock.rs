//! Stocks of items.

use super::Stored;
use partita_domain::id::{DocumentId, EntryId, ItemId, MovementId};
use partita_domain::inventory::{KeptStock, StockRecord};
use time::Date;

/// Which rows of an item to list; every given part must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StockFilter {
    /// Of this kind, by its name.
    pub kind: Option<String>,
    /// Dated on or after.
    pub from: Option<Date>,
    /// Dated on or before.
    pub to: Option<Date>,
    /// Of this document.
    pub document_id: Option<DocumentId>,
    /// With this external id.
    pub external_id: Option<String>,
}

/// What rows change together; beyond the range of one stock, since it is a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StockSum {
    /// The item.
    pub item_id: ItemId,
    /// Σ of the quantities, millionths.
    pub quantity_millionths: i64,
    /// Σ of the values, minor units of base currency.
    pub value: i64,
}

/// The stocks of the company: rows, which are append-only, and what is kept of each item.
pub trait Stocks {
    /// Adds rows.
    fn append(&mut self, records: &[StockRecord]) -> Stored<()>;
    /// Keeps what follows from the rows of an item.
    fn keep(&mut self, stock: &KeptStock) -> Stored<()>;
    /// What is kept of these items, of those that ever moved, in any order.
    fn kept(&mut self, items: &[ItemId]) -> Stored<Vec<KeptStock>>;
    /// What is kept of all items that ever moved, by item: beyond `after`, at most `limit`.
    fn all_kept(&mut self, after: Option<ItemId>, limit: i64) -> Stored<Vec<KeptStock>>;
    /// All rows of these items, by item and sequence.
    fn history(&mut self, items: &[ItemId]) -> Stored<Vec<StockRecord>>;
    /// These rows and all that refer to them, by item and sequence.
    fn about(&mut self, movements: &[MovementId]) -> Stored<Vec<StockRecord>>;
    /// The rows of a document, by item and sequence.
    fn of_document(&mut self, document: DocumentId) -> Stored<Vec<StockRecord>>;
    /// Whether an entry posts a row.
    fn has_entry(&mut self, entry: EntryId) -> Stored<bool>;
    /// A row by its id.
    fn find(&mut self, id: MovementId) -> Stored<Option<StockRecord>>;
    /// The id of a row by its external id.
    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<MovementId>>;
    /// Some rows of an item, newest first by date, then by sequence: beyond `after` (date and sequence), past the first
    /// `offset`, at most `limit`.
    fn list(
        &mut self,
        item: ItemId,
        filter: &StockFilter,
        after: Option<(Date, i64)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<StockRecord>>;
    /// How many there are.
    fn count(&mut self, item: ItemId, filter: &StockFilter) -> Stored<i64>;
    /// What the rows dated after a day change, by item.
    fn changed_after(&mut self, date: Date) -> Stored<Vec<StockSum>>;
}
