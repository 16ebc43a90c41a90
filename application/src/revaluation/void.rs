//! Taking a revaluation back.

use super::{Revalued, find_in, happened};
use crate::account::check_version;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::journal_entry::poster::{Poster, posted};
use crate::ports::Tx;
use partita_domain::audit_event::Happening;
use partita_domain::id::{EntryId, RevaluationId};
use partita_domain::journal_entry::{AccountRef, EntryDraft, JournalEntry, Line, LineDraft};
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::revaluation::{Revaluation, RevaluationState};
use partita_domain::text;
use time::PrimitiveDateTime;

/// What a caller may say of taking a revaluation back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevaluationVoid {
    /// Why.
    pub reason: Option<String>,
    /// The version that the caller has seen.
    pub version: Option<i64>,
    /// Why it should go into a soft-locked period.
    pub override_closed_period: Option<String>,
}

/// Takes a revaluation back: its entry at the closing date and the reversal on the next day, each on its own day, so that
/// both periods are as if it had never been.
///
/// # Errors
/// `not_found`, `version_conflict`; `reason` with `required`; `invalid_state` when it is void already; `closed_period` for
/// either day.
pub fn void(app: &App, call: &Call, id: RevaluationId, draft: &RevaluationVoid) -> Result<Done<Revalued>> {
    let reason = draft.reason.as_deref().filter(|reason| !reason.trim().is_empty());
    let Some(reason) = reason else {
        let message = "say why the revaluation is taken back";
        return Err(Refusal::field("reason", Constraint::Required, message).into());
    };
    text::check_optional(Some(reason), "reason", 500)?;
    text::check_optional(draft.override_closed_period.as_deref(), "override_closed_period.reason", 500)?;
    change(app, call, Permission::JOURNAL_WRITE, |tx, at| {
        let before = find_in(tx, id)?;
        check_version(draft.version, before.version)?;
        if before.state == RevaluationState::Void {
            let message = "this revaluation is void already; run another".to_owned();
            return Err(Refusal::InvalidState { status: before.state.name(), message }.into());
        }
        let mut happenings = Vec::with_capacity(3);
        let mut after = Revaluation {
            state: RevaluationState::Void,
            updated_at: at,
            version: before.version + 1,
            ..before.clone()
        };
        let mut told = Vec::new();
        if let Some((entry_id, reversal_id)) = before.entry_id.zip(before.reversal_entry_id) {
            let back = Back { app, call, at, reason, override_closed_period: &draft.override_closed_period };
            let (entries, happened) = back.post(tx, &before, entry_id, reversal_id)?;
            after.void_entry_id = Some(entries[0].id);
            after.void_reversal_entry_id = Some(entries[1].id);
            happenings.extend(happened);
            if call.dry_run {
                told = entries.into();
            }
        } else {
            let mut poster = Poster::prepare(tx, call, &*app.ids, at, [])?;
            let wish = draft.override_closed_period.as_deref();
            poster.admit(tx, before.date, None, wish)?;
            poster.admit(tx, before.reversal_date, None, wish)?;
        }
        tx.revaluations().update(&after)?;
        let items = tx.revaluations().items(id)?;
        happenings.insert(0, happened("revaluation.voided", Some(&before), &after, Some(reason.to_owned())));
        Ok(Changed { value: Revalued { revaluation: after, items, entries: told }, happenings })
    })
}

/// How entries are taken back.
struct Back<'a> {
    app: &'a App,
    call: &'a Call,
    at: PrimitiveDateTime,
    reason: &'a str,
    override_closed_period: &'a Option<String>,
}

impl Back<'_> {
    /// The entry was reversed on the next day already, so what takes it back at its own date is an entry of its own; the
    /// reversal is reversed.
    fn post(
        &self,
        tx: &mut dyn Tx,
        revaluation: &Revaluation,
        entry_id: EntryId,
        reversal_id: EntryId,
    ) -> Result<([JournalEntry; 2], [Happening; 2])> {
        let entry = found(tx, entry_id)?;
        let reversal = found(tx, reversal_id)?;
        let names: Vec<AccountRef> = entry.lines.iter().map(|line| AccountRef::Id(line.account_id)).collect();
        let mut poster = Poster::naming(tx, self.call, &*self.app.ids, self.at, names.iter().collect())?;
        let mut draft = EntryDraft::new(entry.date, entry.lines.iter().map(mirrored).collect());
        draft.transaction_type = Some("revaluation_void".to_owned());
        draft.source_id = Some(revaluation.id.to_string());
        draft.memo = Some(self.reason.to_owned());
        draft.currency = Some(entry.currency_code);
        draft.override_closed_period = self.override_closed_period.clone();
        let (void, happening) = poster.post_known(tx, draft)?;
        let place = poster.admit(tx, reversal.date, None, self.override_closed_period.as_deref())?;
        let again =
            poster.reverse(tx, &reversal, place, reversal.date, Some(self.reason.to_owned()), None)?;
        poster.finish(tx)?;
        let happenings = [happening, posted(&again, self.override_closed_period.clone())];
        Ok(([void, again], happenings))
    }
}

fn found(tx: &mut dyn Tx, id: EntryId) -> Result<JournalEntry> {
    tx.journal_entries().find(id)?.ok_or_else(|| Error::not_found(crate::journal_entry::RESOURCE, id))
}

fn mirrored(line: &Line) -> LineDraft {
    let is_debit = line.debit > 0;
    LineDraft {
        account: AccountRef::Id(line.account_id),
        debit: line.credit,
        credit: line.debit,
        base_debit: (!is_debit).then_some(line.base_credit),
        base_credit: is_debit.then_some(line.base_debit),
        description: line.description.clone(),
        dimensions: line.dimensions,
    }
}
