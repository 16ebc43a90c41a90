//! What documents and adjustments do to stocks, within the transaction that posts them.
//!
//! [`plan`] works out what leaves at which cost and which lines the entry needs besides; [`StockPlan::record`] writes the rows
//! once the entry is posted. Between the two nothing else may move the same items.
//!
//! Whatever a movement does, the inventory account of the item must change by what the stock changes: `posted` says what
//! lines of the same entry post to that account already (the net amount of a bill line), and the plan has lines for the rest.

mod adjust;
mod list;
mod plan;
mod record;
mod valuation;
mod verify;
mod void;

pub(crate) use adjust::TRANSACTION_TYPE;
pub use adjust::{Adjusted, AdjustmentDraft, QuantityChange, adjust};
pub use list::{find, list};
pub use plan::{StockMove, StockTerms, plan};
pub use record::{StockEffect, StockPlan};
pub use valuation::{Valuation, ValuedAccount, ValuedItem, valuation};
pub(crate) use verify::check_stocks;
pub use void::plan_void;
