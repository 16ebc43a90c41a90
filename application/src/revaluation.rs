//! Revaluations: run, void, find, list; what exchange did to one document.

mod collect;
mod lifetime;
mod list;
mod run;
mod upsert;
mod verify;
mod void;

pub use lifetime::{DocumentFx, FxSettlement, lifetime};
pub use list::{find, list};
pub use run::run;
pub use upsert::upsert;
pub(crate) use verify::check_revaluations;
pub use void::{RevaluationVoid, void};

use crate::error::{Error, Result};
use crate::ports::Tx;
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::id::RevaluationId;
use partita_domain::journal_entry::JournalEntry;
use partita_domain::refusal::Refusal;
use partita_domain::revaluation::{Revaluation, RevaluedItem};
use serde::{Deserialize, Serialize};

/// What the audit trail calls a revaluation.
pub const RESOURCE: &str = "revaluation";

/// A revaluation with its items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revalued {
    /// It.
    pub revaluation: Revaluation,
    /// What was open.
    pub items: Vec<RevaluedItem>,
    /// What would be posted; in dry runs only, since what was posted is named by its id.
    pub entries: Vec<JournalEntry>,
}

fn find_in(tx: &mut dyn Tx, id: RevaluationId) -> Result<Revaluation> {
    tx.revaluations().find(id)?.ok_or_else(|| Error::not_found(RESOURCE, id))
}

/// Refuses to reverse what a revaluation has posted: entry and reversal belong together.
pub(crate) fn refuse_entry(tx: &mut dyn Tx, entry: &JournalEntry) -> Result<()> {
    let Some(revaluation) = tx.revaluations().find_by_entry(entry.id)? else { return Ok(()) };
    let message = format!(
        "this entry belongs to revaluation {} of {}; void the revaluation instead, or run another",
        revaluation.id, revaluation.date
    );
    Err(Refusal::InvalidState { status: revaluation.state.name(), message }.into())
}

/// What the audit trail says of a revaluation; its items are kept with it.
fn happened(
    action: &'static str,
    before: Option<&Revaluation>,
    after: &Revaluation,
    reason: Option<String>,
) -> Happening {
    Happening {
        action,
        resource_type: RESOURCE,
        resource_id: after.id.to_string(),
        before: before.and_then(snapshot),
        after: snapshot(after),
        reason,
    }
}
