//! Number sequences: how the numbers of a kind of resource look.

use crate::account::check_version;
use crate::app::App;
use crate::balance::company_of;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::page::{Listed, Page, part};
use crate::ports::Tx;
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::sequence::{Sequence, SequenceReset};
use time::Date;

/// What a caller may say of a sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SequenceDraft {
    /// Before the number.
    pub prefix: String,
    /// Digits.
    pub padding: u8,
    /// When numbering begins anew.
    pub reset: SequenceReset,
    /// The number that comes next; only before the first was used.
    pub next_number: Option<i64>,
}

/// Lists all sequences with the number that comes next today.
///
/// # Errors
/// [`Error::Forbidden`].
pub fn list(app: &App, call: &Call, page: &Page<i64>) -> Result<Listed<Sequence, i64>> {
    call.need(Permission::SETTINGS_READ)?;
    let today = app.clock.now().date();
    let sequences = app.store.read(call.company, |tx| {
        let mut sequences = tx.sequences().list()?;
        for sequence in &mut sequences {
            sequence.next_number = next_number(tx, call, sequence, today)?;
        }
        Ok(sequences)
    })?;
    Ok(part(sequences, page))
}

/// One sequence with the number that comes next today.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(app: &App, call: &Call, sequence_type: &str) -> Result<Sequence> {
    call.need(Permission::SETTINGS_READ)?;
    let today = app.clock.now().date();
    app.store.read(call.company, |tx| find_in(tx, call, sequence_type, today))
}

/// Changes how numbers look. Numbers have no gaps, so the next number can be set only while none was used in its scope.
///
/// # Errors
/// `not_found`, `version_conflict`, `has_history`.
pub fn revise(
    app: &App,
    call: &Call,
    sequence_type: &str,
    version: Option<i64>,
    draft: &SequenceDraft,
) -> Result<Done<Sequence>> {
    change(app, call, Permission::SETTINGS_WRITE, |tx, at| {
        let before = find_in(tx, call, sequence_type, at.date())?;
        check_version(version, before.version)?;
        let is_used = tx.ledger_heads().get()?.entry_position > 0;
        if is_used && draft.reset != before.reset {
            let message = "numbers were used already, so when they begin anew cannot change".to_owned();
            return Err(Refusal::HasHistory { field: "reset", message }.into());
        }
        let mut after = Sequence {
            prefix: draft.prefix.clone(),
            padding: draft.padding,
            reset: draft.reset,
            version: before.version + 1,
            ..before.clone()
        };
        after.check()?;
        after.next_number = next_number(tx, call, &after, at.date())?;
        if let Some(next) = draft.next_number.filter(|next| *next != after.next_number) {
            if !(1..=999_999_999_999).contains(&next) {
                return Err(Refusal::field(
                    "next_number",
                    Constraint::Range,
                    "numbers are 1 to 999999999999",
                )
                .into());
            }
            if after.next_number != 1 {
                let message = format!("{} comes next; another number would leave a gap", after.next_number);
                return Err(Refusal::HasHistory { field: "next_number", message }.into());
            }
            let fiscal_year = company_of(tx, call.company)?.fiscal_calendar.year_of(at.date()).year;
            tx.sequences().set_next(sequence_type, after.scope(fiscal_year), next)?;
            after.next_number = next;
        }
        tx.sequences().update(&after)?;
        let happening = Happening {
            action: "sequence.updated",
            resource_type: "sequence",
            resource_id: sequence_type.to_owned(),
            before: snapshot(&before),
            after: snapshot(&after),
            reason: None,
        };
        Ok(Changed::one(after, happening))
    })
}

fn find_in(tx: &mut dyn Tx, call: &Call, sequence_type: &str, today: Date) -> Result<Sequence> {
    let mut sequence =
        tx.sequences().find(sequence_type)?.ok_or_else(|| Error::not_found("sequence", sequence_type))?;
    sequence.next_number = next_number(tx, call, &sequence, today)?;
    Ok(sequence)
}

fn next_number(tx: &mut dyn Tx, call: &Call, sequence: &Sequence, today: Date) -> Result<i64> {
    let fiscal_year = company_of(tx, call.company)?.fiscal_calendar.year_of(today).year;
    Ok(tx.sequences().next(&sequence.sequence_type, sequence.scope(fiscal_year))?)
}
