//! The life of an estimate: sent, accepted or declined, and converted into an invoice once.

use super::assemble::Desk;
use super::create::{NewDocument, create_in};
use super::{Issued, Verb, find_in, happened, refuse_state, writing};
use crate::account::check_version;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::Result;
use partita_domain::document::{Document, DocumentDraft, DocumentKind, DocumentState};
use partita_domain::document_status::DocumentStatus;
use partita_domain::id::DocumentId;
use time::Date;

/// What a caller may say of a conversion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversion {
    /// The accounting date of the invoice; today by default.
    pub date: Option<Date>,
    /// When it is due; by default what the terms of the customer say.
    pub due_date: Option<Date>,
    /// The integrator's own id for the invoice.
    pub external_id: Option<String>,
    /// Whether the invoice is posted at once, or stays a draft.
    pub post: bool,
    /// The version of the estimate that the caller has seen.
    pub version: Option<i64>,
    /// Why it should go into a soft-locked period.
    pub override_closed_period: Option<String>,
}

/// Notes that an estimate was sent to the customer.
///
/// # Errors
/// `not_found`, `version_conflict`; `invalid_state` unless it is a draft.
pub fn send(app: &App, call: &Call, id: DocumentId, version: Option<i64>) -> Result<Done<Document>> {
    decide(app, call, id, version, (DocumentState::Sent, Verb::Sent), &[DocumentStatus::Draft])
}

/// Notes that the customer has accepted an estimate.
///
/// # Errors
/// `not_found`, `version_conflict`; `invalid_state` when it has expired or is decided.
pub fn accept(app: &App, call: &Call, id: DocumentId, version: Option<i64>) -> Result<Done<Document>> {
    let from = [DocumentStatus::Draft, DocumentStatus::Sent];
    decide(app, call, id, version, (DocumentState::Accepted, Verb::Accepted), &from)
}

/// Notes that the customer has declined an estimate.
///
/// # Errors
/// `not_found`, `version_conflict`; `invalid_state` when it was converted or declined.
pub fn decline(app: &App, call: &Call, id: DocumentId, version: Option<i64>) -> Result<Done<Document>> {
    let from =
        [DocumentStatus::Draft, DocumentStatus::Sent, DocumentStatus::Accepted, DocumentStatus::Expired];
    decide(app, call, id, version, (DocumentState::Declined, Verb::Declined), &from)
}

fn decide(
    app: &App,
    call: &Call,
    id: DocumentId,
    version: Option<i64>,
    (state, verb): (DocumentState, Verb),
    from: &[DocumentStatus],
) -> Result<Done<Document>> {
    let kind = DocumentKind::Estimate;
    change(app, call, writing(kind), |tx, at| {
        let before = find_in(tx, kind, id)?;
        check_version(version, before.version)?;
        let status = before.status(at.date());
        if !from.contains(&status) {
            let message = format!("an estimate that is {} cannot be {}", status.name(), state.name());
            return Err(refuse_state(&before, at.date(), message));
        }
        let after = Document { state, updated_at: at, version: before.version + 1, ..before.clone() };
        tx.documents().update(&after)?;
        let happening = happened(verb, Some(&before), Some(&after), None);
        Ok(Changed::one(after, happening))
    })
}

/// Converts an estimate into an invoice, once; both keep the link. The prices are those of the estimate, the tax codes
/// those of the invoice's date.
///
/// # Errors
/// `not_found`, `version_conflict`; `invalid_state` when it was converted, declined or has expired; else as
/// [`create`](super::create).
pub fn convert(app: &App, call: &Call, id: DocumentId, conversion: &Conversion) -> Result<Done<Issued>> {
    let kind = DocumentKind::Estimate;
    change(app, call, writing(kind), |tx, at| {
        let before = find_in(tx, kind, id)?;
        check_version(conversion.version, before.version)?;
        let status = before.status(at.date());
        if !matches!(status, DocumentStatus::Draft | DocumentStatus::Sent | DocumentStatus::Accepted) {
            let message = match before.converted_to_id {
                Some(invoice) => format!("it was converted into invoice {invoice} already"),
                None => format!("an estimate that is {} is not converted", status.name()),
            };
            return Err(refuse_state(&before, at.date(), message));
        }
        let date = conversion.date.unwrap_or_else(|| at.date());
        let draft = DocumentDraft {
            external_id: conversion.external_id.clone(),
            number: None,
            date,
            due_date: conversion.due_date,
            exchange_rate: before.as_draft().exchange_rate.filter(|_| date == before.date),
            ..before.as_draft()
        };
        let new = NewDocument {
            draft,
            post: conversion.post,
            override_closed_period: conversion.override_closed_period.clone(),
        };
        let mut desk = Desk::prepare(tx, call, DocumentKind::Invoice, [&new.draft])?;
        desk.converted = Some(id);
        let (issued, mut happenings) = create_in(tx, app, call, DocumentKind::Invoice, &mut desk, &new, at)?;
        let after = Document {
            state: DocumentState::Converted,
            converted_to_id: Some(issued.document.id),
            updated_at: at,
            version: before.version + 1,
            ..before.clone()
        };
        tx.documents().update(&after)?;
        happenings.push(happened(Verb::Converted, Some(&before), Some(&after), None));
        Ok(Changed { value: issued, happenings })
    })
}
