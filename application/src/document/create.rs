//! Making documents.

use super::assemble::Desk;
use super::post::{Number, Posted, Register};
use super::{Issued, writing};
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::Result;
use crate::journal_entry::Upserted;
use crate::ports::Tx;
use partita_domain::audit_event::Happening;
use partita_domain::document::{Document, DocumentDraft, DocumentKind, DocumentState};
use partita_domain::id::DocumentId;
use partita_domain::refusal::Refusal;
use time::PrimitiveDateTime;

/// A document to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDocument {
    /// What it says.
    pub draft: DocumentDraft,
    /// Whether it is posted at once, or stays a draft. Estimates are never posted.
    pub post: bool,
    /// Why it should go into a soft-locked period.
    pub override_closed_period: Option<String>,
}

/// Makes a document, and posts it unless it is to stay a draft.
///
/// # Errors
/// `validation_error` for what is unknown, inactive or does not fit, for numbers out of range and for totals that
/// differ; `duplicate_external_id`, `closed_period`; `conflict` when the settings lack an account.
pub fn create(app: &App, call: &Call, kind: DocumentKind, new: &NewDocument) -> Result<Done<Issued>> {
    change(app, call, writing(kind), |tx, at| {
        let mut desk = Desk::prepare(tx, call, kind, [&new.draft])?;
        let (issued, happenings) = create_in(tx, app, call, kind, &mut desk, new, at)?;
        Ok(Changed { value: issued, happenings })
    })
}

/// Makes a document under an external id. The one that has it is changed as long as it is a draft; a posted one is
/// answered when it says the same.
///
/// # Errors
/// As [`create`]; `posted_entry_immutable` when the posted document says something else.
pub fn upsert(
    app: &App,
    call: &Call,
    kind: DocumentKind,
    external_id: &str,
    version: Option<i64>,
    new: &NewDocument,
) -> Result<Done<Upserted<Issued>>> {
    let draft = DocumentDraft { external_id: Some(external_id.to_owned()), ..new.draft.clone() };
    let new = NewDocument { draft, ..new.clone() };
    change(app, call, writing(kind), |tx, at| {
        let mut desk = Desk::prepare(tx, call, kind, [&new.draft])?;
        let Some(id) = desk.taken(external_id) else {
            let (value, happenings) = create_in(tx, app, call, kind, &mut desk, &new, at)?;
            return Ok(Changed { value: Upserted { created: true, value }, happenings });
        };
        let before = super::find_in(tx, kind, id)?;
        if !before.state.is_free() {
            let same = new.draft.agrees_with(&before, |named| desk.account_id(named));
            if !same {
                return Err(Refusal::PostedEntryImmutable.into());
            }
            let value = Issued { document: before, entry: None, warnings: Vec::new() };
            return Ok(Changed { value: Upserted { created: false, value }, happenings: Vec::new() });
        }
        crate::account::check_version(version, before.version)?;
        let assembled = desk.assemble(tx, kind, id, &new.draft, at)?;
        let mut document = Document {
            number: assembled.number.clone().or_else(|| before.number.clone()),
            created_at: before.created_at,
            state: before.state,
            version: before.version + 1,
            ..assembled
        };
        let posted = if new.post && kind != DocumentKind::Estimate {
            let mut register = Register::open(tx, app, call, at, &desk, [&document])?;
            let posted = register.post(tx, &desk, &mut document, new.override_closed_period.as_deref())?;
            register.close(tx)?;
            posted
        } else {
            check_number(tx, &desk, &document)?;
            Posted::nothing()
        };
        tx.documents().update(&document)?;
        let (value, happenings) = posted.told(tx, call, document, Some(&before))?;
        Ok(Changed { value: Upserted { created: false, value }, happenings })
    })
}

/// Makes one document within a transaction of somebody else.
pub(crate) fn create_one(
    tx: &mut dyn Tx,
    app: &App,
    call: &Call,
    kind: DocumentKind,
    new: &NewDocument,
    at: PrimitiveDateTime,
) -> Result<(Issued, Vec<Happening>)> {
    let mut desk = Desk::prepare(tx, call, kind, [&new.draft])?;
    create_in(tx, app, call, kind, &mut desk, new, at)
}

/// Refuses a draft of which no document could be made.
pub(crate) fn try_out(
    tx: &mut dyn Tx,
    app: &App,
    call: &Call,
    kind: DocumentKind,
    draft: &DocumentDraft,
    at: PrimitiveDateTime,
) -> Result<()> {
    let mut desk = Desk::prepare(tx, call, kind, [draft])?;
    desk.assemble(tx, kind, DocumentId(app.ids.next()), draft, at).map(drop)
}

/// Makes a document within a transaction.
pub(super) fn create_in(
    tx: &mut dyn Tx,
    app: &App,
    call: &Call,
    kind: DocumentKind,
    desk: &mut Desk,
    new: &NewDocument,
    at: PrimitiveDateTime,
) -> Result<(Issued, Vec<Happening>)> {
    let mut document = draft_in(tx, app, kind, desk, new, at)?;
    if document.state != DocumentState::Posted && new.post && kind != DocumentKind::Estimate {
        let mut register = Register::open(tx, app, call, at, desk, [&document])?;
        let posted = register.post(tx, desk, &mut document, new.override_closed_period.as_deref())?;
        register.close(tx)?;
        tx.documents().insert(&document)?;
        return posted.told(tx, call, document, None);
    }
    keep_draft(tx, desk, &mut document)?;
    Posted::nothing().told(tx, call, document, None)
}

/// Assembles a document under a new id.
pub(super) fn draft_in(
    tx: &mut dyn Tx,
    app: &App,
    kind: DocumentKind,
    desk: &mut Desk,
    new: &NewDocument,
    at: PrimitiveDateTime,
) -> Result<Document> {
    let id = DocumentId(app.ids.next());
    let document = desk.assemble(tx, kind, id, &new.draft, at)?;
    if let Some(external_id) = &document.external_id {
        if let Some(existing) = desk.taken(external_id) {
            return Err(Refusal::DuplicateExternalId { existing_id: existing.to_string() }.into());
        }
        desk.take(external_id, id);
    }
    Ok(document)
}

/// Writes a draft. An estimate has its number from the beginning, since the customer sees it.
pub(super) fn keep_draft(tx: &mut dyn Tx, desk: &Desk, document: &mut Document) -> Result<()> {
    if document.kind == DocumentKind::Estimate {
        let number = Number::next(tx, desk, document)?;
        number.take(tx)?;
        document.number = Some(number.text);
    } else {
        check_number(tx, desk, document)?;
    }
    tx.documents().insert(document)?;
    Ok(())
}

/// A draft with a number that the caller chose keeps it for itself.
pub(super) fn check_number(tx: &mut dyn Tx, desk: &Desk, document: &Document) -> Result<()> {
    if document.number.is_some() {
        Number::next(tx, desk, document)?;
    }
    Ok(())
}
