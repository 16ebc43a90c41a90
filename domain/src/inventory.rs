//! Inventory: what goods cost when they leave (IAS 2.25), first in first out or at the moving average.
//!
//! A stock is what follows from its movements, in their order, and from nothing else. What was posted never changes: a
//! cost that becomes known late, and a movement that is recorded late, lead to a correction in an open period.

mod record;
mod replay;
mod revision;
mod shelf;
mod stock;

pub use record::{KeptStock, RecordKind, StockRecord, standing};
pub use replay::{Replay, replay};
pub use revision::{ForwardCorrection, Impossible, Revision, correct_forward, revise};
pub use shelf::Shelf;
pub use stock::{Issued, Stock};

use crate::id::MovementId;
use crate::money::divide_half_away;
use crate::quantity::Quantity;
use serde::{Deserialize, Serialize};
use time::Date;

/// What a movement does. Values are minor units of base currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum MovementKind {
    /// Goods come in, worth `value` in all.
    Receipt {
        /// What they cost.
        value: i64,
    },
    /// Goods leave at what they cost: sold, used up, lost or sent back to the vendor.
    Issue,
    /// Goods of an issue come back at what they left at, not at what such goods cost now (T47).
    Return {
        /// The issue.
        of: MovementId,
    },
    /// Goods come in at what such goods cost now: they were found, or came back and nobody knows of which issue.
    Found,
    /// The quantity was counted: what is missing leaves, what is too much comes in at the present cost.
    Count,
    /// A receipt costs more, or below zero less, than was known: freight, duty, a bill that differs (T45, T48). The
    /// quantity does not count.
    LateCost {
        /// The receipt.
        of: MovementId,
        /// By how much.
        value: i64,
    },
}

/// A movement of a stock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// Its id.
    pub id: MovementId,
    /// When the goods moved.
    pub date: Date,
    /// How many move, above zero; for a count how many there are.
    pub quantity: Quantity,
    /// What it does.
    #[serde(flatten)]
    pub kind: MovementKind,
}

/// What a movement changes. Values are minor units of base currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// By how much the quantity changes.
    pub quantity: Quantity,
    /// What is posted to the inventory account: debit above zero, credit below.
    pub value: i64,
    /// What is moved from the inventory account to the cost of goods sold besides, since the goods have left already;
    /// below zero the other way.
    pub late_cost: i64,
}

impl Effect {
    /// The opposite.
    #[must_use]
    pub fn undone(&self) -> Self {
        Self {
            quantity: Quantity::ZERO.checked_sub(self.quantity).unwrap_or_default(),
            value: self.value.saturating_neg(),
            late_cost: self.late_cost.saturating_neg(),
        }
    }

    /// By how much the value of the stock changes.
    #[must_use]
    pub fn change(&self) -> i128 {
        i128::from(self.value) - i128::from(self.late_cost)
    }
}

/// Splits a cost of some goods that becomes known late: the part of those on hand belongs to the inventory, the rest to
/// the cost of goods sold (T48). Answers both parts, or `None` for no goods.
#[must_use]
pub fn split_late_cost(value: i64, received: Quantity, on_hand: Quantity) -> Option<(i64, i64)> {
    let on_hand = on_hand.clamp(Quantity::ZERO, received);
    let exact = i128::from(value).checked_mul(i128::from(on_hand.millionths()))?;
    let inventory = i64::try_from(divide_half_away(exact, i128::from(received.millionths()))?).ok()?;
    Some((inventory, value.checked_sub(inventory)?))
}

#[cfg(test)]
mod tests;
