//! Posting one entry.

use super::poster::Poster;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::Result;
use crate::ports::StoreError;
use partita_domain::journal_entry::{EntryDraft, JournalEntry};
use partita_domain::permission::Permission;
use partita_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// What came of a `PUT` by external id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upserted<T> {
    /// Whether it was made just now.
    pub created: bool,
    /// The resource.
    pub value: T,
}

/// Posts an entry.
///
/// # Errors
/// `validation_error`, `closed_period`, `duplicate_external_id`; see [`JournalEntry::post`].
pub fn post(app: &App, call: &Call, draft: &EntryDraft) -> Result<Done<JournalEntry>> {
    change(app, call, Permission::JOURNAL_WRITE, |tx, at| {
        let mut poster = Poster::prepare(tx, call, &*app.ids, at, [draft])?;
        let (entry, happening) = poster.post(tx, draft.clone())?;
        poster.finish(tx)?;
        Ok(Changed::one(entry, happening))
    })
}

/// Posts an entry under an external id, or finds the one that was posted under it.
///
/// # Errors
/// As [`post`]; `posted_entry_immutable` when the entry that was posted says something else.
pub fn post_external(
    app: &App,
    call: &Call,
    external_id: &str,
    draft: &EntryDraft,
) -> Result<Done<Upserted<JournalEntry>>> {
    let draft = EntryDraft { external_id: Some(external_id.to_owned()), ..draft.clone() };
    draft.check()?;
    change(app, call, Permission::JOURNAL_WRITE, |tx, at| {
        let mut poster = Poster::prepare(tx, call, &*app.ids, at, [&draft])?;
        if let Some(id) = tx.journal_entries().find_by_external_id(external_id)? {
            let existing = tx.journal_entries().find(id)?.ok_or_else(|| {
                StoreError::Corrupt(format!("entry {id} has an external id but does not exist"))
            })?;
            let same = poster
                .as_posted_before(draft.clone(), &existing)
                .is_ok_and(|entry| entry.hash == existing.hash);
            if !same {
                return Err(Refusal::PostedEntryImmutable.into());
            }
            return Ok(Changed {
                value: Upserted { created: false, value: existing },
                happenings: Vec::new(),
            });
        }
        let (entry, happening) = poster.post(tx, draft.clone())?;
        poster.finish(tx)?;
        Ok(Changed::one(Upserted { created: true, value: entry }, happening))
    })
}
