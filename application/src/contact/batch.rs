//! Making many contacts in one transaction.

use super::{Checks, happened};
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use partita_domain::contact::{Contact, ContactDraft, ContactKey};
use partita_domain::id::ContactId;
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};
use serde::{Deserialize, Serialize};

/// A batch has at most this many contacts.
pub const MAX_BATCH: usize = 1_000;
/// An atomic batch names at most this many problems.
const MAX_PROBLEMS: usize = 50;

/// What became of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// How many were made.
    pub created_count: i64,
    /// How many were refused; none in an atomic batch.
    pub refused_count: i64,
    /// One for each contact, in the order given.
    pub outcomes: Vec<ContactOutcome>,
}

/// What became of one contact of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContactOutcome {
    /// It was made.
    Created {
        /// Its id.
        id: ContactId,
        /// The integrator's own id for it.
        external_id: Option<String>,
    },
    /// It was refused, and the others were not disturbed.
    Refused {
        /// Why.
        problems: Vec<ContactProblem>,
    },
}

/// Why one contact of a batch was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactProblem {
    /// The stable code.
    pub code: String,
    /// JSON path from the batch's root.
    pub field: Option<String>,
    /// The broken constraint.
    pub constraint: Option<String>,
    /// The contact that is there already.
    pub existing_id: Option<String>,
    /// For people.
    pub message: String,
}

impl ContactProblem {
    fn of(refusal: Refusal, prefix: &str) -> Self {
        let existing_id = match &refusal {
            Refusal::DuplicateExternalId { existing_id } | Refusal::Taken { existing_id, .. } => {
                Some(existing_id.clone())
            }
            _ => None,
        };
        let refusal = refusal.under(prefix);
        Self {
            code: refusal.code().to_owned(),
            field: refusal.at().map(std::borrow::Cow::into_owned),
            constraint: refusal.constraint().map(|constraint| constraint.name().to_owned()),
            existing_id,
            message: refusal.to_string(),
        }
    }
}

/// What would be made together with this one, but now is not, has no id to be told.
fn of_batch(refusal: Refusal, outcomes: &[ContactOutcome]) -> Refusal {
    let (field, existing) = match &refusal {
        Refusal::DuplicateExternalId { existing_id } => (ContactKey::ExternalId.field(), existing_id),
        Refusal::Taken { field, existing_id, .. } => (*field, existing_id),
        _ => return refusal,
    };
    let twin = outcomes.iter().position(
        |outcome| matches!(outcome, ContactOutcome::Created { id, .. } if id.to_string() == *existing),
    );
    match twin {
        Some(i) => Refusal::field(
            field,
            Constraint::Unique,
            format!("contacts[{i}] of this batch has the same {field}"),
        ),
        None => refusal,
    }
}

/// Makes up to 1 000 contacts. An atomic batch makes all or none; otherwise each contact has its own outcome.
///
/// # Errors
/// `contacts` with constraint `length`; in an atomic batch every refusal, its field under `contacts[i]`.
pub fn create_batch(app: &App, call: &Call, drafts: &[ContactDraft], atomic: bool) -> Result<Done<Batch>> {
    if drafts.is_empty() || drafts.len() > MAX_BATCH {
        let message = format!("a batch has 1 to {MAX_BATCH} contacts, not {}", drafts.len());
        return Err(Refusal::field("contacts", Constraint::Length, message).into());
    }
    change(app, call, Permission::CONTACTS_WRITE, |tx, at| {
        let opened: Vec<std::result::Result<Contact, Vec<Refusal>>> =
            drafts.iter().map(|draft| Contact::open(ContactId(app.ids.next()), draft.clone(), at)).collect();
        let mut checks = Checks::of(tx, opened.iter().flatten())?;
        let mut made = Vec::with_capacity(drafts.len());
        let mut outcomes = Vec::with_capacity(drafts.len());
        let mut problems: Vec<Refusal> = Vec::new();
        let mut refused_count = 0;
        for (i, opened) in opened.into_iter().enumerate() {
            let admitted = opened.map_err(Error::Refused).and_then(|contact| {
                checks.admit(&contact, None)?;
                Ok(contact)
            });
            let prefix = format!("contacts[{i}]");
            match admitted {
                Ok(contact) => {
                    let (id, external_id) = (contact.id, contact.external_id.clone());
                    outcomes.push(ContactOutcome::Created { id, external_id });
                    made.push(contact);
                }
                Err(Error::Refused(refusals)) if atomic => {
                    let refusals = refusals.into_iter().map(|refusal| of_batch(refusal, &outcomes));
                    problems.extend(refusals.map(|refusal| refusal.under(&prefix)));
                    if problems.len() >= MAX_PROBLEMS {
                        break;
                    }
                }
                Err(Error::Refused(refusals)) => {
                    refused_count += 1;
                    let problems =
                        refusals.into_iter().map(|refusal| ContactProblem::of(refusal, &prefix)).collect();
                    outcomes.push(ContactOutcome::Refused { problems });
                }
                Err(error) => return Err(error),
            }
        }
        if !problems.is_empty() {
            problems.truncate(MAX_PROBLEMS);
            return Err(Error::Refused(problems));
        }
        if !made.is_empty() {
            tx.contacts().insert_all(&made)?;
        }
        let created_count = i64::try_from(made.len()).unwrap_or(i64::MAX);
        let happenings = made.iter().map(|contact| happened("contact.created", None, contact)).collect();
        Ok(Changed { value: Batch { created_count, refused_count, outcomes }, happenings })
    })
}
