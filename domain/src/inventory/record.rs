//! What is written of a stock: rows that never change, and what is kept so that nobody has to read them all.

use super::{Effect, Movement, MovementKind, Shelf};
use crate::id::{AccountId, DocumentId, EntryId, ItemId, MovementId};
use crate::quantity::Quantity;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use time::{Date, PrimitiveDateTime};

/// What a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// Goods or their value moved.
    Moved(MovementKind),
    /// A movement is taken back, as if it had never been.
    Voided(MovementId),
    /// A movement does something else now, because another one was recorded late or taken back.
    Corrected(MovementId),
}

impl RecordKind {
    /// The stable names.
    pub const NAMES: [&'static str; 8] =
        ["receipt", "issue", "return", "found", "count", "late_cost", "void", "correction"];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Moved(MovementKind::Receipt { .. }) => "receipt",
            Self::Moved(MovementKind::Issue) => "issue",
            Self::Moved(MovementKind::Return { .. }) => "return",
            Self::Moved(MovementKind::Found) => "found",
            Self::Moved(MovementKind::Count) => "count",
            Self::Moved(MovementKind::LateCost { .. }) => "late_cost",
            Self::Voided(_) => "void",
            Self::Corrected(_) => "correction",
        }
    }

    /// The kind of that name, of the movement and with the value that it needs.
    #[must_use]
    pub fn named(name: &str, of: Option<MovementId>, value: i64) -> Option<Self> {
        Some(match (name, of) {
            ("receipt", _) => Self::Moved(MovementKind::Receipt { value }),
            ("issue", _) => Self::Moved(MovementKind::Issue),
            ("return", Some(of)) => Self::Moved(MovementKind::Return { of }),
            ("found", _) => Self::Moved(MovementKind::Found),
            ("count", _) => Self::Moved(MovementKind::Count),
            ("late_cost", Some(of)) => Self::Moved(MovementKind::LateCost { of, value }),
            ("void", Some(of)) => Self::Voided(of),
            ("correction", Some(of)) => Self::Corrected(of),
            _ => return None,
        })
    }

    /// The movement that it refers to.
    #[must_use]
    pub fn of(self) -> Option<MovementId> {
        match self {
            Self::Moved(MovementKind::Return { of } | MovementKind::LateCost { of, .. })
            | Self::Voided(of)
            | Self::Corrected(of) => Some(of),
            Self::Moved(_) => None,
        }
    }

    /// The value that it names, minor units of base currency.
    #[must_use]
    pub fn value(self) -> i64 {
        match self {
            Self::Moved(MovementKind::Receipt { value } | MovementKind::LateCost { value, .. }) => value,
            _ => 0,
        }
    }
}

/// A row of the stock of an item. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockRecord {
    /// Its id.
    pub id: MovementId,
    /// The item.
    pub item_id: ItemId,
    /// Counts the rows of the item from 1, without a gap.
    pub sequence: i64,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// The accounting date, the one of its entry.
    pub date: Date,
    /// What it says.
    pub kind: RecordKind,
    /// The quantity as it was given.
    pub quantity: Quantity,
    /// What it changes.
    pub effect: Effect,
    /// The account beside the inventory account: takes the cost of what leaves, gives for what is found.
    pub account_id: AccountId,
    /// The document and the number of its line, where there is one.
    pub source: Option<(DocumentId, i32)>,
    /// The entry that posts it; none where nothing is worth anything.
    pub entry_id: Option<EntryId>,
    /// Why, where somebody said so.
    pub reason: Option<String>,
    /// When it was recorded.
    #[serde(with = "crate::timestamp")]
    pub created_at: PrimitiveDateTime,
}

/// The movements of one item as they stand, from its rows in their sequence: those that were taken back are left out.
#[must_use]
pub fn standing<'a>(records: impl IntoIterator<Item = &'a StockRecord>) -> Vec<Movement> {
    let mut voided = HashSet::new();
    let mut moved = Vec::new();
    for record in records {
        match record.kind {
            RecordKind::Moved(kind) => {
                moved.push(Movement { id: record.id, date: record.date, quantity: record.quantity, kind });
            }
            RecordKind::Voided(of) => {
                voided.insert(of);
            }
            RecordKind::Corrected(_) => {}
        }
    }
    moved.retain(|movement| !voided.contains(&movement.id));
    moved
}

/// What is kept of the stock of an item. It follows from the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptStock {
    /// The item.
    pub item_id: ItemId,
    /// The sequence of its last row.
    pub sequence: i64,
    /// The latest date of its movements.
    pub last_date: Date,
    /// Whether a row was voided or corrected, so that what a movement did can no longer be told from its own row.
    pub is_revised: bool,
    /// What there is.
    pub shelf: Shelf,
}
