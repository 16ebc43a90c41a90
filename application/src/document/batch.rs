//! Making many documents in one transaction.

use super::assemble::Desk;
use super::create::{NewDocument, draft_in, keep_draft};
use super::post::{Posted, Register};
use super::writing;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::journal_entry::EntryProblem;
use partita_domain::document::{Document, DocumentKind};
use partita_domain::id::DocumentId;
use partita_domain::refusal::{Constraint, Refusal};
use serde::{Deserialize, Serialize};

/// A batch has at most this many documents.
pub const MAX_BATCH: usize = 1_000;
/// An atomic batch names at most this many problems.
const MAX_PROBLEMS: usize = 50;

/// What became of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentBatch {
    /// How many were made.
    pub created_count: i64,
    /// How many were refused; none in an atomic batch.
    pub refused_count: i64,
    /// One for each document, in the order given.
    pub outcomes: Vec<DocumentOutcome>,
}

/// What became of one document of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DocumentOutcome {
    /// It was made.
    Created {
        /// Its id.
        id: DocumentId,
        /// The integrator's own id for it.
        external_id: Option<String>,
        /// Its number, when it was posted.
        number: Option<String>,
        /// Minor units of its currency.
        total: i64,
    },
    /// It was refused, and the others were not disturbed.
    Refused {
        /// Why.
        problems: Vec<EntryProblem>,
    },
}

/// Makes up to 1 000 documents. An atomic batch makes all or none; otherwise each has its own outcome and those that
/// are refused use no number. `list` is what the request calls the list.
///
/// # Errors
/// The list with constraint `length`; in an atomic batch every refusal, its field under `list[i]`.
pub fn create_batch(
    app: &App,
    call: &Call,
    kind: DocumentKind,
    list: &str,
    news: &[NewDocument],
    atomic: bool,
) -> Result<Done<DocumentBatch>> {
    if news.is_empty() || news.len() > MAX_BATCH {
        let message = format!("a batch has 1 to {MAX_BATCH} documents, not {}", news.len());
        return Err(Refusal::field(list, Constraint::Length, message).into());
    }
    change(app, call, writing(kind), |tx, at| {
        let mut desk = Desk::prepare(tx, call, kind, news.iter().map(|new| &new.draft))?;
        let mut assembled = Vec::with_capacity(news.len());
        for new in news {
            assembled.push(refused(draft_in(tx, app, kind, &mut desk, new, at))?);
        }
        let sound = assembled.iter().filter_map(|outcome| outcome.as_ref().ok());
        let mut register = Register::open(tx, app, call, at, &desk, sound)?;
        let mut happenings = Vec::with_capacity(news.len() * 2);
        let mut outcomes = Vec::with_capacity(news.len());
        let mut problems: Vec<Refusal> = Vec::new();
        let mut refused_count = 0;
        for (i, (new, outcome)) in news.iter().zip(assembled).enumerate() {
            let made = match outcome {
                Err(refusals) => Err(refusals),
                Ok(mut document) if new.post && kind != DocumentKind::Estimate => {
                    let reason = new.override_closed_period.as_deref();
                    let posted = refused(register.post(tx, &desk, &mut document, reason))?;
                    match posted {
                        Ok(posted) => {
                            tx.documents().insert(&document)?;
                            Ok((document, posted))
                        }
                        Err(refusals) => Err(refusals),
                    }
                }
                Ok(mut document) => {
                    let kept = refused(keep_draft(tx, &desk, &mut document))?;
                    kept.map(|()| (document, Posted::nothing()))
                }
            };
            match made {
                Ok((document, posted)) => {
                    outcomes.push(outcome_of(&document));
                    happenings.extend(posted.told(tx, call, document, None)?.1);
                }
                Err(refusals) => {
                    let refusals = refusals.into_iter().map(|refusal| refusal.under(&format!("{list}[{i}]")));
                    if atomic {
                        problems.extend(refusals);
                        if problems.len() >= MAX_PROBLEMS {
                            break;
                        }
                    } else {
                        refused_count += 1;
                        let problems = refusals.map(|refusal| EntryProblem::of(&refusal)).collect();
                        outcomes.push(DocumentOutcome::Refused { problems });
                    }
                }
            }
        }
        if !problems.is_empty() {
            problems.truncate(MAX_PROBLEMS);
            return Err(Error::Refused(problems));
        }
        register.close(tx)?;
        let created_count = i64::try_from(outcomes.len()).unwrap_or(i64::MAX) - refused_count;
        Ok(Changed { value: DocumentBatch { created_count, refused_count, outcomes }, happenings })
    })
}

fn outcome_of(document: &Document) -> DocumentOutcome {
    DocumentOutcome::Created {
        id: document.id,
        external_id: document.external_id.clone(),
        number: document.number.clone(),
        total: document.totals.total,
    }
}

/// Tells what one document is refused for from what stops the batch.
fn refused<T>(outcome: Result<T>) -> Result<std::result::Result<T, Vec<Refusal>>> {
    match outcome {
        Ok(value) => Ok(Ok(value)),
        Err(Error::Refused(refusals)) => Ok(Err(refusals)),
        Err(other) => Err(other),
    }
}
