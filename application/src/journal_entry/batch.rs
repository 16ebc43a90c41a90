//! Posting many entries in one transaction.

use super::poster::Poster;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use partita_domain::id::EntryId;
use partita_domain::journal_entry::EntryDraft;
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};
use serde::{Deserialize, Serialize};
use time::Date;

/// A batch has at most this many entries.
pub const MAX_BATCH: usize = 10_000;
/// An atomic batch names at most this many problems.
const MAX_PROBLEMS: usize = 50;

/// What became of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// How many were posted.
    pub posted_count: i64,
    /// How many were refused; none in an atomic batch.
    pub refused_count: i64,
    /// One for each entry, in the order given.
    pub outcomes: Vec<EntryOutcome>,
}

/// What became of one entry of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EntryOutcome {
    /// It was posted.
    Posted {
        /// Its id.
        id: EntryId,
        /// The integrator's own id for it.
        external_id: Option<String>,
        /// Its number.
        entry_number: String,
        /// Its accounting date.
        date: Date,
        /// Σ debit, minor units of its currency.
        total: i64,
    },
    /// It was refused, and the others were not disturbed.
    Refused {
        /// Why.
        problems: Vec<EntryProblem>,
    },
}

/// Why one entry of a batch was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryProblem {
    /// The stable code.
    pub code: String,
    /// JSON path from the batch's root.
    pub field: Option<String>,
    /// The broken constraint.
    pub constraint: Option<String>,
    /// For people.
    pub message: String,
}

impl EntryProblem {
    /// What a refusal says.
    pub(crate) fn of(refusal: &Refusal) -> Self {
        Self {
            code: refusal.code().to_owned(),
            field: refusal.at().map(std::borrow::Cow::into_owned),
            constraint: refusal.constraint().map(|constraint| constraint.name().to_owned()),
            message: refusal.to_string(),
        }
    }
}

/// Posts up to 10 000 entries. An atomic batch posts all or none; otherwise each entry has its own outcome and those
/// that are refused use no number.
///
/// # Errors
/// `entries` with constraint `length`; in an atomic batch every refusal, its field under `entries[i]`.
pub fn post_batch(app: &App, call: &Call, drafts: &[EntryDraft], atomic: bool) -> Result<Done<Batch>> {
    if drafts.is_empty() || drafts.len() > MAX_BATCH {
        let message = format!("a batch has 1 to {MAX_BATCH} entries, not {}", drafts.len());
        return Err(Refusal::field("entries", Constraint::Length, message).into());
    }
    change(app, call, Permission::JOURNAL_WRITE, |tx, at| {
        let mut poster = Poster::prepare(tx, call, &*app.ids, at, drafts)?;
        let mut outcomes = Vec::with_capacity(drafts.len());
        let mut happenings = Vec::with_capacity(drafts.len());
        let mut problems: Vec<Refusal> = Vec::new();
        let mut refused_count = 0;
        for (i, draft) in drafts.iter().enumerate() {
            match poster.post(tx, draft.clone()) {
                Ok((entry, happening)) => {
                    happenings.push(happening);
                    outcomes.push(EntryOutcome::Posted {
                        id: entry.id,
                        external_id: entry.external_id,
                        entry_number: entry.entry_number,
                        date: entry.date,
                        total: entry.total,
                    });
                }
                Err(Error::Refused(refusals)) => {
                    let refusals =
                        refusals.into_iter().map(|refusal| refusal.under(&format!("entries[{i}]")));
                    if atomic {
                        problems.extend(refusals);
                        if problems.len() >= MAX_PROBLEMS {
                            break;
                        }
                    } else {
                        refused_count += 1;
                        outcomes.push(EntryOutcome::Refused {
                            problems: refusals.map(|refusal| EntryProblem::of(&refusal)).collect(),
                        });
                    }
                }
                Err(error) => return Err(error),
            }
        }
        if !problems.is_empty() {
            problems.truncate(MAX_PROBLEMS);
            return Err(Error::Refused(problems));
        }
        poster.finish(tx)?;
        let posted_count = i64::try_from(happenings.len()).unwrap_or(i64::MAX);
        Ok(Changed { value: Batch { posted_count, refused_count, outcomes }, happenings })
    })
}
