//! Reversing an entry.

use super::poster::Poster;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::ports::Tx;
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::id::EntryId;
use partita_domain::journal_entry::JournalEntry;
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::{account, text};
use serde_json::json;
use time::Date;

/// Which period a reversal falls into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PostingMode {
    /// Today, or the date that is given.
    #[default]
    CurrentPeriod,
    /// The date of the entry that is reversed.
    OriginalPeriod,
}

/// What a caller may say of a reversal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReversalDraft {
    /// Which period it falls into.
    pub posting_mode: PostingMode,
    /// Its date, in the current period; today by default.
    pub date: Option<Date>,
    /// Why; becomes its memo.
    pub reason: Option<String>,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Why it should go into a soft-locked period.
    pub override_closed_period: Option<String>,
}

/// Reverses an entry, once (T67). A reversal can be reversed again, as a new posting (T68).
///
/// # Errors
/// `not_found`, `already_reversed`, `closed_period`, `date` before the entry's, `duplicate_external_id`.
pub fn reverse(app: &App, call: &Call, id: EntryId, draft: &ReversalDraft) -> Result<Done<JournalEntry>> {
    text::check_optional(draft.reason.as_deref(), "reason", 500)?;
    text::check_optional(draft.override_closed_period.as_deref(), "override_closed_period.reason", 500)?;
    account::check_external_id(draft.external_id.as_deref())?;
    if draft.posting_mode == PostingMode::OriginalPeriod && draft.date.is_some() {
        return Err(Refusal::field(
            "date",
            Constraint::OneOf,
            "a reversal in the original period has the original date",
        )
        .into());
    }
    change(app, call, Permission::JOURNAL_WRITE, |tx, at| {
        let original = tx.journal_entries().find(id)?.ok_or_else(|| Error::not_found("journal entry", id))?;
        if let Some(reversed_by) = original.reversed_by_id {
            return Err(Refusal::AlreadyReversed { reversed_by }.into());
        }
        refuse_entry_of_others(tx, &original)?;
        // To reverse a reversal is to post again what was reversed.
        if let Some(of) = original.reversal_of_id
            && let Some(reversed) = tx.journal_entries().find(of)?
        {
            refuse_entry_of_others(tx, &reversed)?;
        }
        if let Some(external_id) = &draft.external_id
            && let Some(existing) = tx.journal_entries().find_by_external_id(external_id)?
        {
            return Err(Refusal::DuplicateExternalId { existing_id: existing.to_string() }.into());
        }
        let (date, adjustment) = match draft.posting_mode {
            PostingMode::OriginalPeriod => (original.date, original.period.adjustment()),
            PostingMode::CurrentPeriod => (draft.date.unwrap_or_else(|| at.date().max(original.date)), None),
        };
        if date < original.date {
            let message = format!("the reversal of {date} would lie before the entry of {}", original.date);
            return Err(Refusal::field("date", Constraint::DateOrder, message).into());
        }
        let mut poster = Poster::prepare(tx, call, &*app.ids, at, [])?;
        let place = poster.admit(tx, date, adjustment, draft.override_closed_period.as_deref())?;
        let reversal =
            poster.reverse(tx, &original, place, date, draft.reason.clone(), draft.external_id.clone())?;
        poster.finish(tx)?;
        let reason = draft.reason.clone().or_else(|| draft.override_closed_period.clone());
        let happenings = vec![
            super::poster::posted(&reversal, draft.override_closed_period.clone()),
            Happening {
                action: "journal_entry.reversed",
                resource_type: super::RESOURCE,
                resource_id: original.id.to_string(),
                before: snapshot(&json!({ "status": "posted" })),
                after: snapshot(&json!({ "status": "reversed", "reversed_by_id": reversal.id })),
                reason,
            },
        ];
        Ok(Changed { value: reversal, happenings })
    })
}

/// Refuses an entry that stands for something else as well, which would not change with it.
fn refuse_entry_of_others(tx: &mut dyn Tx, entry: &JournalEntry) -> Result<()> {
    refuse_entry_of_document(tx, entry)?;
    crate::payment::refuse_entry(tx, entry)?;
    crate::revaluation::refuse_entry(tx, entry)?;
    if tx.stocks().has_entry(entry.id)? {
        let message = "this entry moves a stock, which would stay as it is; adjust the stock instead";
        return Err(Refusal::Conflict { message: message.to_owned() }.into());
    }
    Ok(())
}

/// What a document has posted is taken back with the document, so that what is open equals its control account
/// (invariant I3).
fn refuse_entry_of_document(tx: &mut dyn Tx, entry: &JournalEntry) -> Result<()> {
    let Some(id) = entry.source_id.as_deref().and_then(|id| id.parse().ok()) else { return Ok(()) };
    let Some(document) = tx.documents().find(id)? else { return Ok(()) };
    if document.entry_id != Some(entry.id) && document.void_entry_id != Some(entry.id) {
        return Ok(());
    }
    let kind = document.kind.name().replace('_', " ");
    let number = document.number.unwrap_or_default();
    let message = format!("this entry belongs to {kind} {number}; void the {kind} instead");
    Err(Refusal::InvalidState { status: document.state.name(), message }.into())
}
