//! Changing documents: all of a draft, little of what was posted.

use super::assemble::Desk;
use super::create::check_number;
use super::post::Posted;
use super::{Issued, Verb, find_in, happened, refuse_state, writing};
use crate::account::check_version;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::Result;
use crate::ports::Tx;
use partita_domain::document::{Document, DocumentDraft, DocumentKind, DocumentState, LineRequest};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::{ContactId, DocumentId};
use partita_domain::metadata::Metadata;
use partita_domain::money::Currency;
use partita_domain::refusal::Refusal;
use partita_domain::tax::{TaxMode, TaxRounding};
use time::Date;

/// What is to change; `None` leaves a field as it is, `Some(None)` empties it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentPatch {
    /// See [`Document::external_id`].
    pub external_id: Option<Option<String>>,
    /// See [`Document::number`].
    pub number: Option<Option<String>>,
    /// See [`Document::contact_id`].
    pub contact_id: Option<ContactId>,
    /// See [`Document::date`].
    pub date: Option<Date>,
    /// See [`Document::due_date`].
    pub due_date: Option<Option<Date>>,
    /// See [`Document::reference_number`].
    pub reference_number: Option<Option<String>>,
    /// See [`Document::memo`].
    pub memo: Option<Option<String>>,
    /// See [`Document::terms`].
    pub terms: Option<Option<String>>,
    /// See [`Document::currency_code`].
    pub currency_code: Option<Currency>,
    /// See [`Document::exchange_rate`].
    pub exchange_rate: Option<ExchangeRate>,
    /// See [`Document::tax_mode`].
    pub tax_mode: Option<TaxMode>,
    /// See [`Document::tax_rounding`].
    pub tax_rounding: Option<TaxRounding>,
    /// All lines.
    pub lines: Option<Vec<LineRequest>>,
    /// See [`Document::metadata`].
    pub metadata: Option<Metadata>,
}

impl DocumentPatch {
    /// The fields that a posted document does not let change.
    fn frozen(&self) -> Option<&'static str> {
        [
            ("external_id", self.external_id.is_some()),
            ("number", self.number.is_some()),
            ("contact_id", self.contact_id.is_some()),
            ("date", self.date.is_some()),
            ("reference_number", self.reference_number.is_some()),
            ("terms", self.terms.is_some()),
            ("currency_code", self.currency_code.is_some()),
            ("exchange_rate", self.exchange_rate.is_some()),
            ("tax_mode", self.tax_mode.is_some()),
            ("tax_rounding", self.tax_rounding.is_some()),
            ("lines", self.lines.is_some()),
        ]
        .into_iter()
        .find_map(|(field, given)| given.then_some(field))
    }

    fn over(&self, draft: DocumentDraft) -> DocumentDraft {
        let changes_rate = self.currency_code.is_some() || self.date.is_some();
        DocumentDraft {
            external_id: self.external_id.clone().unwrap_or(draft.external_id),
            number: self.number.clone().unwrap_or(draft.number),
            contact_id: self.contact_id.unwrap_or(draft.contact_id),
            date: self.date.unwrap_or(draft.date),
            due_date: self.due_date.unwrap_or(draft.due_date),
            reference_number: self.reference_number.clone().unwrap_or(draft.reference_number),
            memo: self.memo.clone().unwrap_or(draft.memo),
            terms: self.terms.clone().unwrap_or(draft.terms),
            currency_code: self.currency_code.or(draft.currency_code),
            // Another date or currency has another rate, unless one is given.
            exchange_rate: self.exchange_rate.or(draft.exchange_rate.filter(|_| !changes_rate)),
            tax_mode: self.tax_mode.or(draft.tax_mode),
            tax_rounding: self.tax_rounding.or(draft.tax_rounding),
            lines: self.lines.clone().unwrap_or(draft.lines),
            supplied: draft.supplied,
            corrects_id: draft.corrects_id,
            metadata: self.metadata.clone().unwrap_or(draft.metadata),
        }
    }
}

/// Changes a document: everything of a draft or of an estimate that is not decided, due date, memo and metadata of what
/// was posted.
///
/// # Errors
/// `not_found`, `version_conflict`; `posted_entry_immutable` for a field that no longer changes; `invalid_state` for a
/// void document; else as [`create`](super::create).
pub fn revise(
    app: &App,
    call: &Call,
    kind: DocumentKind,
    id: DocumentId,
    version: Option<i64>,
    patch: &DocumentPatch,
) -> Result<Done<Issued>> {
    change(app, call, writing(kind), |tx, at| {
        let before = find_in(tx, kind, id)?;
        check_version(version, before.version)?;
        let document = match before.state {
            DocumentState::Draft | DocumentState::Sent => {
                let draft = patch.over(before.as_draft());
                let mut desk = Desk::prepare(tx, call, kind, [&draft])?;
                let document = Document {
                    created_at: before.created_at,
                    state: before.state,
                    version: before.version + 1,
                    ..desk.assemble(tx, kind, id, &draft, at)?
                };
                check_external_id(tx, &document)?;
                check_number(tx, &desk, &document)?;
                document
            }
            DocumentState::Posted => {
                if patch.frozen().is_some() {
                    return Err(Refusal::PostedEntryImmutable.into());
                }
                let document = Document {
                    due_date: patch.due_date.unwrap_or(before.due_date),
                    memo: patch.memo.clone().unwrap_or_else(|| before.memo.clone()),
                    metadata: patch.metadata.clone().unwrap_or_else(|| before.metadata.clone()),
                    updated_at: at,
                    version: before.version + 1,
                    ..before.clone()
                };
                document.check()?;
                document
            }
            _ => return Err(refuse_state(&before, at.date(), "it no longer changes")),
        };
        tx.documents().update(&document)?;
        let happening = happened(Verb::Updated, Some(&before), Some(&document), None);
        let (issued, _) = Posted::nothing().told(tx, call, document, Some(&before))?;
        Ok(Changed::one(issued, happening))
    })
}

fn check_external_id(tx: &mut dyn Tx, document: &Document) -> Result<()> {
    let Some(external_id) = &document.external_id else { return Ok(()) };
    match tx.documents().find_by_external_id(document.kind, external_id)? {
        Some(existing) if existing != document.id => {
            Err(Refusal::DuplicateExternalId { existing_id: existing.to_string() }.into())
        }
        _ => Ok(()),
    }
}

/// Deletes a draft. What was posted is never deleted.
///
/// # Errors
/// `not_found`, `version_conflict`; `posted_entry_immutable` for what was posted, `invalid_state` for an estimate that
/// was sent.
pub fn remove(
    app: &App,
    call: &Call,
    kind: DocumentKind,
    id: DocumentId,
    version: Option<i64>,
) -> Result<Done<Document>> {
    change(app, call, writing(kind), |tx, at| {
        let before = find_in(tx, kind, id)?;
        check_version(version, before.version)?;
        match before.state {
            DocumentState::Draft => {}
            DocumentState::Posted | DocumentState::Void => return Err(Refusal::PostedEntryImmutable.into()),
            _ => return Err(refuse_state(&before, at.date(), "the customer knows it; decline it instead")),
        }
        tx.documents().remove(id)?;
        let happening = happened(Verb::Deleted, Some(&before), None, None);
        Ok(Changed::one(before, happening))
    })
}
