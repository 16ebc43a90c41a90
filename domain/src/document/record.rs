//! A document as it is kept.

use super::{
    ControlAccount, DocumentDraft, DocumentKind, DocumentLine, LineRequest, PricedDocument, SuppliedTotals,
    Totals,
};
use crate::account::{Side, check_external_id};
use crate::document_status::{DocumentFacts, DocumentStatus};
use crate::exchange_rate::ExchangeRate;
use crate::fiscal_calendar::check_date;
use crate::id::{AccountId, ContactId, DocumentId, EntryId};
use crate::journal_entry::{AccountRef, LineDraft};
use crate::metadata::Metadata;
use crate::money::Currency;
use crate::refusal::{Constraint, Refusal};
use crate::tax::{TaxMode, TaxRounding, TaxSummary};
use crate::text;
use serde::{Deserialize, Serialize};
use time::{Date, PrimitiveDateTime};

/// How far a document has come. What has been paid of it is another question, see [`DocumentStatus`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentState {
    /// Not posted; everything of it can change.
    Draft,
    /// An estimate that was sent to the customer.
    Sent,
    /// An estimate that the customer has accepted.
    Accepted,
    /// An estimate that the customer has declined.
    Declined,
    /// An estimate that became an invoice.
    Converted,
    /// It has a journal entry.
    Posted,
    /// It was posted and taken back.
    Void,
}

impl DocumentState {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Draft, Self::Sent, Self::Accepted, Self::Declined, Self::Converted, Self::Posted, Self::Void];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Converted => "converted",
            Self::Posted => "posted",
            Self::Void => "void",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether everything of the document can still change: nothing was posted or agreed.
    #[must_use]
    pub fn is_free(self) -> bool {
        matches!(self, Self::Draft | Self::Sent)
    }
}

/// An invoice, bill, credit note, vendor credit or estimate. Amounts are minor units of its currency unless they say
/// otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// What kind of document it is.
    pub kind: DocumentKind,
    /// The integrator's own id for it, unique among documents of its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Its number, unique among documents of its kind; a draft has none until it is posted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The customer or vendor.
    pub contact_id: ContactId,
    /// The accounting date.
    pub date: Date,
    /// When it is due; of an estimate, the last day on which it can be accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<Date>,
    /// The number on the other party's paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_number: Option<String>,
    /// A note for the reader.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
    /// The terms of payment in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
    /// The currency of all its amounts.
    pub currency_code: Currency,
    /// Base units per unit of its currency, × 1 000 000.
    pub exchange_rate: ExchangeRate,
    /// What the amounts of its lines mean.
    pub tax_mode: TaxMode,
    /// Where tax is rounded.
    pub tax_rounding: TaxRounding,
    /// Its lines.
    pub lines: Vec<DocumentLine>,
    /// Its taxes by code.
    pub taxes: Vec<TaxSummary>,
    /// Its totals.
    pub totals: Totals,
    /// How far it has come.
    pub state: DocumentState,
    /// What its total was recognised with, minor units of base currency.
    pub base_total: i64,
    /// What payments have settled of it, with discounts and write-offs.
    pub amount_paid: i64,
    /// What documents of the opposite kind have settled of it; of a credit, what of it was used.
    pub amount_credited: i64,
    /// What is open of it.
    pub open: i64,
    /// What is open of it, minor units of base currency; 0 once `open` is (invariant I5).
    pub base_open: i64,
    /// Where its total stands until it is settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_account_id: Option<AccountId>,
    /// Its journal entry; none of a draft, or of a document that moves nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_id: Option<EntryId>,
    /// The entry that took it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub void_entry_id: Option<EntryId>,
    /// The document it came from: the estimate that was converted, or the invoice or bill that it corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_id: Option<DocumentId>,
    /// The document that came from it: the invoice of an estimate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub converted_to_id: Option<DocumentId>,
    /// Free pairs.
    pub metadata: Metadata,
    /// When it was made.
    #[serde(with = "crate::timestamp")]
    pub created_at: PrimitiveDateTime,
    /// When it last changed.
    #[serde(with = "crate::timestamp")]
    pub updated_at: PrimitiveDateTime,
    /// Counts its changes from 1.
    pub version: i64,
}

impl Document {
    /// Checks the fields that people type, but for its lines.
    ///
    /// # Errors
    /// Every field that breaks its limits.
    pub fn check(&self) -> Result<(), Vec<Refusal>> {
        let short = |text: &Option<String>, field, max| text::check_optional(text.as_deref(), field, max);
        let due_field = if self.kind == DocumentKind::Estimate { "expiration_date" } else { "due_date" };
        let order = match self.due_date.filter(|due| *due < self.date) {
            Some(due) => Err(Refusal::field(
                due_field,
                Constraint::DateOrder,
                format!("{due_field} {due} is before the date {}", self.date),
            )),
            None => Ok(()),
        };
        let refusals: Vec<Refusal> = [
            check_external_id(self.external_id.as_deref()),
            self.number.as_deref().map_or(Ok(()), |number| text::check_filled(number, "number", 50)),
            check_date(self.date, "date"),
            self.due_date.map_or(Ok(()), |due| check_date(due, due_field)),
            order,
            short(&self.reference_number, "reference_number", 100),
            short(&self.memo, "memo", 2_000),
            short(&self.terms, "terms", 500),
            self.metadata.check(),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }

    /// What its status follows from.
    #[must_use]
    pub fn facts(&self) -> DocumentFacts {
        DocumentFacts {
            is_posted: self.state == DocumentState::Posted,
            is_void: self.state == DocumentState::Void,
            total: self.totals.total,
            amount_paid: self.amount_paid,
            amount_credited: self.amount_credited,
            due_date: self.due_date,
        }
    }

    /// Its status on a day.
    #[must_use]
    pub fn status(&self, today: Date) -> DocumentStatus {
        let expires = self.kind == DocumentKind::Estimate && self.due_date.is_some_and(|last| last < today);
        match self.state {
            DocumentState::Draft | DocumentState::Sent if expires => DocumentStatus::Expired,
            DocumentState::Sent => DocumentStatus::Sent,
            DocumentState::Accepted => DocumentStatus::Accepted,
            DocumentState::Declined => DocumentStatus::Declined,
            DocumentState::Converted => DocumentStatus::Converted,
            DocumentState::Draft | DocumentState::Posted | DocumentState::Void => self.facts().status(today),
        }
    }

    /// What it says, as a caller would give it.
    #[must_use]
    pub fn as_draft(&self) -> DocumentDraft {
        let lines = self.lines.iter().map(|line| LineRequest {
            item_id: line.item_id,
            description: line.description.clone(),
            quantity: line.quantity,
            unit_price: Some(line.unit_price),
            discount: line.discount,
            account: line.account_id.map(AccountRef::Id),
            tax_code_id: line.tax_code_id,
            dimensions: line.dimensions,
        });
        DocumentDraft {
            external_id: self.external_id.clone(),
            number: self.number.clone(),
            contact_id: self.contact_id,
            date: self.date,
            due_date: self.due_date,
            reference_number: self.reference_number.clone(),
            memo: self.memo.clone(),
            terms: self.terms.clone(),
            currency_code: Some(self.currency_code),
            exchange_rate: (self.exchange_rate != ExchangeRate::PAR).then_some(self.exchange_rate),
            tax_mode: Some(self.tax_mode),
            tax_rounding: Some(self.tax_rounding),
            lines: lines.collect(),
            supplied: SuppliedTotals::default(),
            corrects_id: self.source_id,
            metadata: self.metadata.clone(),
        }
    }

    /// The lines of its journal entry, see [`PricedDocument::posting`].
    ///
    /// # Errors
    /// As [`PricedDocument::posting`].
    pub fn posting(&self, control: &ControlAccount) -> Result<Vec<LineDraft>, Vec<Refusal>> {
        let priced = PricedDocument {
            kind: self.kind,
            lines: self.lines.clone(),
            taxes: self.taxes.clone(),
            totals: self.totals,
            trace: Vec::new(),
        };
        priced.posting(control)
    }

    /// What each of its lines brings to its account, minor units of `base`, as its entry has it: positive on the side of the
    /// lines; `None` where that is out of range.
    #[must_use]
    pub fn base_values(&self, base: Currency) -> Option<Vec<i64>> {
        let trade = self.kind.trade();
        super::posting::base_values(&self.lines, trade, self.exchange_rate, self.currency_code, base)
    }

    /// The side of its control account on which it is open.
    #[must_use]
    pub fn side(&self) -> Option<Side> {
        self.kind.control_side()
    }
}

/// What an application has left of a document, in place of what was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentSettled {
    /// The document.
    pub id: DocumentId,
    /// See [`Document::amount_paid`].
    pub amount_paid: i64,
    /// See [`Document::amount_credited`].
    pub amount_credited: i64,
    /// See [`Document::open`].
    pub open: i64,
    /// See [`Document::base_open`].
    pub base_open: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_stable() {
        for state in DocumentState::ALL {
            assert_eq!(DocumentState::named(state.name()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
        }
    }
}
