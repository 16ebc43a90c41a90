//! Bringing entries in by the thousand, each once however often the file is read.

use super::poster::Poster;
use crate::app::App;
use crate::call::Call;
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::ports::{Remembered, Tx};
use partita_domain::hash::Hash;
use partita_domain::journal_entry::{AccountRef, EntryDraft, JournalEntry};
use partita_domain::permission::Permission;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// An entry of a file.
#[derive(Clone, Debug)]
pub struct ImportEntry {
    /// What it says.
    pub draft: EntryDraft,
    /// SHA-256 of its record.
    pub fingerprint: Hash,
    /// How many equal records stand before it: two genuine equal payments are both imported (T84).
    pub occurrence: u32,
}

/// What came of a part of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// How many were posted.
    pub posted: u64,
    /// How many had been there already.
    pub skipped: u64,
}

/// Posts the entries that are not there yet, all or none. An entry is recognised by its external id, or else by its
/// record and occurrence.
///
/// # Errors
/// The first refusal, its field under `entries[i]`; nothing of this part was posted then.
pub fn import(app: &App, call: &Call, entries: &[ImportEntry]) -> Result<Imported> {
    let done = change(app, call, Permission::JOURNAL_WRITE, |tx, at| {
        let external_ids: Vec<&str> =
            entries.iter().filter_map(|entry| entry.draft.external_id.as_deref()).collect();
        let taken: HashSet<String> =
            tx.journal_entries().taken_external_ids(&external_ids)?.into_iter().map(|(id, _)| id).collect();
        let mut poster = Poster::prepare(tx, call, &*app.ids, at, entries.iter().map(|entry| &entry.draft))?;
        let mut happenings = Vec::with_capacity(entries.len());
        let mut imported = Imported::default();
        for (i, entry) in entries.iter().enumerate() {
            let is_known = match &entry.draft.external_id {
                Some(external_id) => taken.contains(external_id),
                None => !remember(tx, entry)?,
            };
            if is_known {
                imported.skipped += 1;
                continue;
            }
            let (_, happening) = poster.post(tx, entry.draft.clone()).map_err(|error| under(error, i))?;
            happenings.push(happening);
            imported.posted += 1;
        }
        poster.finish(tx)?;
        Ok(Changed { value: imported, happenings })
    })?;
    Ok(done.value)
}

/// Takes over entries that were exported, with their ids, numbers, authors and hashes. They must follow the newest entry
/// of these books; those that are there already are passed over.
///
/// # Errors
/// `hash`, `previous_hash` or `lines` of a record, its field under `entries[i]`.
pub fn restore(app: &App, call: &Call, entries: &[JournalEntry]) -> Result<Imported> {
    let done = change(app, call, Permission::ADMIN, |tx, at| {
        let names: Vec<AccountRef> = entries
            .iter()
            .flat_map(|entry| &entry.lines)
            .map(|line| AccountRef::Id(line.account_id))
            .collect();
        let mut poster = Poster::naming(tx, call, &*app.ids, at, names.iter().collect())?;
        let before = tx.ledger_heads().get()?.entry_position;
        let mut known: HashSet<Hash> = HashSet::new();
        if let Some(first) = entries.first().filter(|first| first.position <= before) {
            let limit = i64::try_from(entries.len()).unwrap_or(i64::MAX);
            known.extend(
                tx.journal_entries().chain(first.position - 1, limit)?.iter().map(|entry| entry.hash),
            );
        }
        let mut happenings = Vec::with_capacity(entries.len());
        let mut imported = Imported::default();
        for (i, entry) in entries.iter().enumerate() {
            if known.contains(&entry.hash) {
                imported.skipped += 1;
                continue;
            }
            happenings.push(poster.restore(tx, entry.clone()).map_err(|error| under(error, i))?);
            imported.posted += 1;
        }
        poster.finish(tx)?;
        Ok(Changed { value: imported, happenings })
    })?;
    Ok(done.value)
}

/// Remembers a record without external id; `false` when it was imported before.
fn remember(tx: &mut dyn Tx, entry: &ImportEntry) -> Result<bool> {
    let key = format!("import/{}/{}", entry.fingerprint, entry.occurrence);
    if tx.idempotency().find(&key)?.is_some() {
        return Ok(false);
    }
    tx.idempotency().insert(&Remembered {
        key,
        fingerprint: entry.fingerprint,
        outcome: "null".to_owned(),
    })?;
    Ok(true)
}

fn under(error: Error, i: usize) -> Error {
    match error {
        Error::Refused(refusals) => Error::Refused(
            refusals.into_iter().map(|refusal| refusal.under(&format!("entries[{i}]"))).collect(),
        ),
        other => other,
    }
}
