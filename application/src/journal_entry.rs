//! Journal entries: post, reverse, in batches, opening balances, list.

mod batch;
mod import;
mod list;
mod opening;
mod post;
pub(crate) mod poster;
mod reverse;

pub use batch::{Batch, EntryOutcome, EntryProblem, MAX_BATCH, post_batch};
pub use import::{ImportEntry, Imported, import, restore};
pub use list::{EntryQuery, chain, find, list};
pub use opening::{OpeningBalance, OpeningBalances, post_opening_balances};
pub use post::{Upserted, post, post_external};
pub use reverse::{PostingMode, ReversalDraft, reverse};

/// What the audit trail calls an entry.
pub const RESOURCE: &str = "journal_entry";
