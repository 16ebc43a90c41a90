//! What documents and adjustments do to stocks, within the transaction that posts them.
//!
//! [`plan`] works out what leaves at which cost and which lines the entry needs besides; [`StockPlan::record`] writes the rows
//! once the entry is posted. Between the two nothing else may move the same items.
//!
//! Whatever a movement does, the inventory account of the item must change by what the stock changes: `posted` says what
//! lines of the same entry post to that account already (the net amount of a bill line), and the plan has lines for the rest.

mod plan;
mod record;
mod void;

pub use plan::{StockMove, StockTerms, plan};
pub use record::{StockEffect, StockPlan};
pub use void::plan_void;
