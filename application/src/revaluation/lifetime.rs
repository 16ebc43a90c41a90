//! What exchange did to one document.

use crate::app::App;
use crate::balance::company_of;
use crate::call::Call;
use crate::document::reading;
use crate::error::{Error, Result};
use crate::ports::{StoreError, Tx};
use partita_domain::account::Side;
use partita_domain::document::{Document, DocumentKind, DocumentState};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::fiscal_calendar::check_date;
use partita_domain::id::{DocumentId, PaymentId};
use partita_domain::money::Currency;
use partita_domain::payment::{OpenItemSource, Payment, PaymentApplication};
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::revaluation::{ItemRevaluation, Lifetime, base_received};
use std::collections::HashMap;
use time::Date;

/// What exchange did to one document until a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentFx {
    /// The document.
    pub document: Document,
    /// The side on which it is open.
    pub side: Side,
    /// The base currency.
    pub base_currency: Currency,
    /// The day.
    pub as_of: Date,
    /// Whether it was void on that day.
    pub is_void: bool,
    /// What was applied to it, and taken back, by date and id.
    pub settlements: Vec<FxSettlement>,
    /// How revaluations saw it, by date and id.
    pub revaluations: Vec<ItemRevaluation>,
    /// The sums.
    pub lifetime: Lifetime,
}

/// What a payment did to the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FxSettlement {
    /// It; with amounts below zero where it takes another one back.
    pub application: PaymentApplication,
    /// The number of the payment.
    pub payment_number: String,
    /// Its rate.
    pub exchange_rate: ExchangeRate,
    /// What it brought in for what it relieved, minor units of base currency.
    pub base_received: i64,
}

impl DocumentFx {
    /// What the document is carried at on the day, minor units of base currency.
    #[must_use]
    pub fn base_open(&self) -> i64 {
        if self.is_void { 0 } else { self.document.base_total.saturating_sub(self.lifetime.base_relieved) }
    }
}

/// Says at what a document was recognised, what each settlement realised, how revaluations saw it, and what came of
/// exchange over its life, until a day, today by default (T32).
///
/// # Errors
/// `not_found`; `invalid_state` for a draft; `as_of` before the document's date with `date_order`.
pub fn lifetime(
    app: &App,
    call: &Call,
    kind: DocumentKind,
    id: DocumentId,
    as_of: Option<Date>,
) -> Result<DocumentFx> {
    call.need(reading(kind))?;
    let as_of = as_of.unwrap_or_else(|| app.clock.now().date());
    check_date(as_of, "as_of")?;
    app.store.read(call.company, |tx| {
        let found = tx.documents().find(id)?.filter(|document| document.kind == kind);
        let document = found.ok_or_else(|| Error::not_found(kind.name(), id))?;
        let what = kind.name().replace('_', " ");
        let side = match (document.state, kind.control_side()) {
            (DocumentState::Posted | DocumentState::Void, Some(side)) => side,
            (state, _) => {
                let message = format!("this {what} was not posted, so exchange did nothing to it yet");
                return Err(Refusal::InvalidState { status: state.name(), message }.into());
            }
        };
        if as_of < document.date {
            let message = format!("{as_of} lies before the {what} of {}", document.date);
            return Err(Refusal::field("as_of", Constraint::DateOrder, message).into());
        }
        let source = OpenItemSource::Document { kind, id };
        let mut applications = tx.payments().applications_to(&[source])?;
        applications.retain(|application| application.date <= as_of);
        applications.sort_by_key(|application| (application.date, application.id));
        let revaluations = tx.revaluations().history(source, as_of)?;
        let lifetime = Lifetime::of(side, &applications, &revaluations, as_of).ok_or_else(out_of_range)?;
        Ok(DocumentFx {
            side,
            base_currency: company_of(tx, call.company)?.base_currency,
            as_of,
            is_void: was_void(tx, &document, as_of)?,
            settlements: settlements(tx, side, applications)?,
            revaluations,
            lifetime,
            document,
        })
    })
}

/// Whether the document was taken back by a day.
fn was_void(tx: &mut dyn Tx, document: &Document, day: Date) -> Result<bool> {
    if document.state != DocumentState::Void {
        return Ok(false);
    }
    let Some(entry) = document.void_entry_id else { return Ok(true) };
    Ok(tx.journal_entries().find(entry)?.is_none_or(|entry| entry.date <= day))
}

fn settlements(
    tx: &mut dyn Tx,
    side: Side,
    applications: Vec<PaymentApplication>,
) -> Result<Vec<FxSettlement>> {
    let ids: Vec<PaymentId> = applications.iter().map(|application| application.payment_id).collect();
    let payments: HashMap<PaymentId, Payment> =
        tx.payments().find_all(&ids)?.into_iter().map(|payment| (payment.id, payment)).collect();
    let settlements = applications.into_iter().map(|application| {
        let payment = payments
            .get(&application.payment_id)
            .ok_or_else(|| StoreError::Corrupt(format!("there is no payment {}", application.payment_id)))?;
        Ok(FxSettlement {
            payment_number: payment.number.clone(),
            exchange_rate: payment.exchange_rate,
            base_received: base_received(side, &application).ok_or_else(out_of_range)?,
            application,
        })
    });
    settlements.collect()
}

fn out_of_range() -> Error {
    StoreError::Corrupt("the sums of a document are out of range".to_owned()).into()
}
