//! One occurrence: what is made on its date.

use super::{RESOURCE, find_in, writing};
use crate::app::App;
use crate::call::Call;
use crate::change::{Changed, change};
use crate::document::{self, NewDocument};
use crate::error::{Error, Result};
use crate::journal_entry::EntryProblem;
use crate::journal_entry::poster::Poster;
use crate::ports::Tx;
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::document::{Document, DocumentDraft, DocumentKind, DocumentState};
use partita_domain::journal_entry::JournalEntry;
use partita_domain::money::Currency;
use partita_domain::recurring::{RecurringPayload, RecurringTemplate};
use serde::{Deserialize, Serialize};
use serde_json::json;
use time::{Date, PrimitiveDateTime};
use uuid::Uuid;

/// What became of an occurrence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeOccurrence {
    /// Its date.
    pub date: Date,
    /// The document or entry; in a dry run it does not exist.
    pub resource_id: Uuid,
    /// How far it has come.
    pub status: MadeStatus,
    /// Its number, when it has one.
    pub number: Option<String>,
    /// Minor units of `currency_code`.
    pub total: i64,
    /// Its currency.
    pub currency_code: Currency,
}

/// How far what was made has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MadeStatus {
    /// It is posted.
    Posted,
    /// It waits for somebody to look at it.
    Draft,
    /// It was there already, under the external id of the occurrence.
    Existing,
}

/// What came of trying to make the next occurrence of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Outcome {
    /// It is made; the template as it is now.
    Made(Box<RecurringTemplate>, MadeOccurrence),
    /// Somebody else has made it, or has changed the template; it as it is now.
    Passed(Box<RecurringTemplate>),
    /// It was refused.
    Refused(Vec<EntryProblem>),
}

/// Makes the occurrence that is next, in a transaction of its own, unless it is no longer the next. A dry run makes it of
/// the template as it is given, which may be ahead of the one that is kept.
///
/// # Errors
/// What does not depend on this template.
pub(super) fn occur(app: &App, call: &Call, template: &RecurringTemplate, date: Date) -> Result<Outcome> {
    let outcome = change(app, call, writing(template.kind()), |tx, at| {
        let before = if call.dry_run { template.clone() } else { find_in(tx, template.id)? };
        let is_next = before.schedule.is_active && before.schedule.next_due == Some(date);
        if !is_next || before.kind() != template.kind() {
            return Ok(Changed { value: Outcome::Passed(Box::new(before)), happenings: Vec::new() });
        }
        let (made, mut happenings) = make_in(tx, app, call, &before, date, at)?;
        let after = before.occurred(at);
        tx.recurring_templates().update(&after)?;
        happenings.insert(0, ran(&before, &after, &made));
        Ok(Changed { value: Outcome::Made(Box::new(after), made), happenings })
    });
    match outcome {
        Ok(done) => Ok(done.value),
        Err(Error::Refused(refusals)) => {
            Ok(Outcome::Refused(refusals.iter().map(EntryProblem::of).collect()))
        }
        Err(other) => Err(other),
    }
}

/// Refuses a template of which nothing could be made on its next date.
pub(super) fn try_out(
    tx: &mut dyn Tx,
    app: &App,
    call: &Call,
    template: &RecurringTemplate,
    at: PrimitiveDateTime,
) -> Result<()> {
    let date = template.schedule.next_due.unwrap_or(template.schedule.start_date);
    let under = |field: &'static str| {
        move |error: Error| match error {
            Error::Refused(refusals) => {
                Error::Refused(refusals.into_iter().map(|refusal| refusal.under(field)).collect())
            }
            other => other,
        }
    };
    match template.payload.at(date, None) {
        RecurringPayload::Invoice(draft) => {
            document::try_out(tx, app, call, DocumentKind::Invoice, &draft, at).map_err(under("invoice"))
        }
        RecurringPayload::Bill(draft) => {
            document::try_out(tx, app, call, DocumentKind::Bill, &draft, at).map_err(under("bill"))
        }
        RecurringPayload::JournalEntry(draft) => {
            let tried = Poster::prepare(tx, call, &*app.ids, at, [&draft])
                .and_then(|mut poster| poster.try_out(tx, draft.clone()));
            tried.map_err(under("entry"))
        }
    }
}

fn make_in(
    tx: &mut dyn Tx,
    app: &App,
    call: &Call,
    template: &RecurringTemplate,
    date: Date,
    at: PrimitiveDateTime,
) -> Result<(MadeOccurrence, Vec<Happening>)> {
    let external_id = template.occurrence_id(date);
    let post = template.schedule.auto_post;
    match template.payload.at(date, Some(external_id.clone())) {
        RecurringPayload::Invoice(draft) => {
            make_document(tx, app, call, DocumentKind::Invoice, draft, post, at)
        }
        RecurringPayload::Bill(draft) => make_document(tx, app, call, DocumentKind::Bill, draft, post, at),
        RecurringPayload::JournalEntry(draft) => {
            if let Some(id) = tx.journal_entries().find_by_external_id(&external_id)?
                && let Some(entry) = tx.journal_entries().find(id)?
            {
                return Ok((of_entry(&entry, date, MadeStatus::Existing), Vec::new()));
            }
            let mut poster = Poster::prepare(tx, call, &*app.ids, at, [&draft])?;
            let (entry, happening) = poster.post(tx, draft)?;
            poster.finish(tx)?;
            Ok((of_entry(&entry, date, MadeStatus::Posted), vec![happening]))
        }
    }
}

fn make_document(
    tx: &mut dyn Tx,
    app: &App,
    call: &Call,
    kind: DocumentKind,
    draft: DocumentDraft,
    post: bool,
    at: PrimitiveDateTime,
) -> Result<(MadeOccurrence, Vec<Happening>)> {
    let date = draft.date;
    if let Some(external_id) = &draft.external_id
        && let Some(id) = tx.documents().find_by_external_id(kind, external_id)?
        && let Some(document) = tx.documents().find(id)?
    {
        return Ok((of_document(&document, date, MadeStatus::Existing), Vec::new()));
    }
    let new = NewDocument { draft, post, override_closed_period: None };
    let (issued, happenings) = document::create_one(tx, app, call, kind, &new, at)?;
    let is_posted = issued.document.state == DocumentState::Posted;
    let status = if is_posted { MadeStatus::Posted } else { MadeStatus::Draft };
    Ok((of_document(&issued.document, date, status), happenings))
}

fn of_document(document: &Document, date: Date, status: MadeStatus) -> MadeOccurrence {
    MadeOccurrence {
        date,
        resource_id: document.id.0,
        status,
        number: document.number.clone(),
        total: document.totals.total,
        currency_code: document.currency_code,
    }
}

fn of_entry(entry: &JournalEntry, date: Date, status: MadeStatus) -> MadeOccurrence {
    MadeOccurrence {
        date,
        resource_id: entry.id.0,
        status,
        number: Some(entry.entry_number.clone()),
        total: entry.total,
        currency_code: entry.currency_code,
    }
}

/// What the audit trail keeps of an occurrence: how the series has come on, and what was made.
fn ran(before: &RecurringTemplate, after: &RecurringTemplate, made: &MadeOccurrence) -> Happening {
    let come = |template: &RecurringTemplate| {
        json!({
            "is_active": template.schedule.is_active,
            "next_due": template.schedule.next_due,
            "remaining_occurrences": template.schedule.remaining_occurrences,
            "last_run": template.last_run,
            "made_count": template.made_count,
            "version": template.version,
        })
    };
    let mut then = come(after);
    then["occurrence"] = json!({
        "resource_type": after.kind().name(),
        "resource_id": made.resource_id,
        "status": made.status,
    });
    Happening {
        action: "recurring_template.ran",
        resource_type: RESOURCE,
        resource_id: after.id.to_string(),
        before: snapshot(&come(before)),
        after: snapshot(&then),
        reason: None,
    }
}
