//! Taking posted documents back.

use super::{Issued, Verb, find_in, happened, refuse_state, writing};
use crate::account::check_version;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::inventory::{StockPlan, StockTerms, plan_void};
use crate::journal_entry::poster::{Poster, posted};
use crate::ports::Tx;
use crate::tax_entry;
use partita_domain::company::Company;
use partita_domain::document::{Document, DocumentKind, DocumentState};
use partita_domain::id::DocumentId;
use partita_domain::journal_entry::{EntryDraft, LineDraft};
use partita_domain::payment::OpenItemSource;
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::text;
use time::{Date, PrimitiveDateTime};

/// What a caller may say of taking a document back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VoidDraft {
    /// Why.
    pub reason: Option<String>,
    /// The accounting date of the reversal; today by default, but not before the document and what settled it.
    pub date: Option<Date>,
    /// The version that the caller has seen.
    pub version: Option<i64>,
    /// Why it should go into a soft-locked period.
    pub override_closed_period: Option<String>,
}

/// Takes a posted document back by reversing its entry (T67); the document stays, and its number is not used again.
/// Its tax falls in the period of the reversal.
///
/// # Errors
/// `not_found`, `version_conflict`; `invalid_state` unless it is posted and nothing of it is settled; `date` before the
/// document's, or before something of it was released; `closed_period`; `conflict` when its goods have moved on.
pub fn void(
    app: &App,
    call: &Call,
    kind: DocumentKind,
    id: DocumentId,
    draft: &VoidDraft,
) -> Result<Done<Issued>> {
    text::check_optional(draft.reason.as_deref(), "reason", 500)?;
    change(app, call, writing(kind), |tx, at| {
        let before = find_in(tx, kind, id)?;
        check_version(draft.version, before.version)?;
        check(&before, at.date())?;
        let date = date_of(tx, &before, draft.date, at.date())?;
        let company = crate::balance::company_of(tx, call.company)?;
        let stock = plan_stock(tx, app, &company, &before, date, at)?;
        let rest: Vec<LineDraft> = stock.lines()?.into_iter().map(LineDraft::from).collect();
        let mut poster = Poster::prepare(tx, call, &*app.ids, at, [])?;
        poster.know(tx, &rest)?;
        let place = poster.admit(tx, date, None, draft.override_closed_period.as_deref())?;
        let mut happenings = Vec::new();
        let mut entry = None;
        if let Some(entry_id) = before.entry_id {
            let original = tx
                .journal_entries()
                .find(entry_id)?
                .ok_or_else(|| Error::not_found("journal entry", entry_id))?;
            if let Some(reversed_by) = original.reversed_by_id {
                return Err(Refusal::AlreadyReversed { reversed_by }.into());
            }
            let reversal = poster.reverse(tx, &original, place, date, draft.reason.clone(), None)?;
            happenings.push(posted(&reversal, draft.override_closed_period.clone()));
            entry = Some(reversal);
        }
        let rest = match rest.as_slice() {
            [] => None,
            _ => {
                let draft = EntryDraft {
                    transaction_type: Some(crate::inventory::TRANSACTION_TYPE.to_owned()),
                    source_id: Some(id.to_string()),
                    memo: draft.reason.clone(),
                    override_closed_period: draft.override_closed_period.clone(),
                    ..EntryDraft::new(date, rest)
                };
                let (rest, happening) = poster.post_known(tx, draft)?;
                happenings.push(happening);
                Some(rest.id)
            }
        };
        stock.record_void(tx, entry.as_ref().map(|entry| entry.id), rest)?;
        poster.finish(tx)?;
        let document = Document {
            state: DocumentState::Void,
            open: 0,
            base_open: 0,
            void_entry_id: entry.as_ref().map(|entry| entry.id),
            updated_at: at,
            version: before.version + 1,
            ..before.clone()
        };
        tx.documents().update(&document)?;
        tax_entry::record_void(tx, &company, &document, date)?;
        let reason = draft.reason.clone().or_else(|| draft.override_closed_period.clone());
        happenings.insert(0, happened(Verb::Voided, Some(&before), Some(&document), reason));
        let entry = entry.filter(|_| call.dry_run);
        Ok(Changed { value: Issued { document, entry, warnings: Vec::new() }, happenings })
    })
}

/// The date of the reversal: not before the document, nor before the last day on which something of it was settled or
/// released, or it would be void and settled at once in between.
fn date_of(tx: &mut dyn Tx, document: &Document, given: Option<Date>, today: Date) -> Result<Date> {
    let source = OpenItemSource::Document { kind: document.kind, id: document.id };
    let settled = crate::payment::last_settled(tx, source)?;
    let earliest = settled.map_or(document.date, |settled| settled.max(document.date));
    let date = given.unwrap_or_else(|| today.max(earliest));
    if date >= earliest {
        return Ok(date);
    }
    let message = match settled {
        Some(settled) if date >= document.date => {
            format!("on {date} the document could not be void: something of it was settled until {settled}")
        }
        _ => format!("the reversal of {date} would lie before the document of {}", document.date),
    };
    Err(Refusal::field("date", Constraint::DateOrder, message).into())
}

/// What it means to stocks that the document never was.
fn plan_stock(
    tx: &mut dyn Tx,
    app: &App,
    company: &Company,
    document: &Document,
    date: Date,
    at: PrimitiveDateTime,
) -> Result<StockPlan> {
    let settings = crate::settings::settings_of(tx)?;
    let terms = StockTerms {
        at,
        base: company.base_currency,
        currency: company.base_currency,
        may_be_negative: settings.trade.allow_negative_stock,
    };
    plan_void(tx, &*app.ids, terms, document.id, date)
}

fn check(document: &Document, today: Date) -> Result<()> {
    let what = document.kind.name().replace('_', " ");
    let message = match document.state {
        DocumentState::Posted if document.amount_paid == 0 && document.amount_credited == 0 => return Ok(()),
        DocumentState::Posted => {
            let decimal = |minor: i64| document.currency_code.decimal(i128::from(minor));
            format!(
                "{} paid and {} credited stand against this {what}; unapply them first",
                decimal(document.amount_paid),
                decimal(document.amount_credited)
            )
        }
        DocumentState::Void => format!("this {what} is void already"),
        _ => format!("this {what} was not posted; delete it instead"),
    };
    Err(refuse_state(document, today, message))
}
