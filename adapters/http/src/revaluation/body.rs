//! Revaluations on the wire.

use crate::journal_entry::EntryBody;
use crate::scalar::{Day, Moment};
use partita_application::revaluation::Revalued;
use partita_domain::document::DocumentKind;
use partita_domain::money::Currency;
use partita_domain::payment::OpenItemSource;
use partita_domain::revaluation::{ClosingRate, Revaluation, RevaluedItem};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// Whether a revaluation stands.
#[derive(ToSchema)]
#[schema(as = RevaluationStatus, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum RevaluationStatusSchema {
    Posted,
    Void,
}

/// The side on which something stands.
#[derive(ToSchema)]
#[schema(as = Side, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum SideSchema {
    Debit,
    Credit,
}

/// The rate at which a currency was revalued.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClosingRateBody {
    /// The foreign currency.
    #[schema(value_type = String, example = "EUR")]
    pub currency_code: Currency,
    /// Base units per unit of it, × 1 000 000.
    #[schema(example = 1_083_800)]
    pub exchange_rate: i64,
    /// The day of the stored rate; none when the request gave it.
    pub date: Option<Day>,
}

impl From<&ClosingRate> for ClosingRateBody {
    fn from(rate: &ClosingRate) -> Self {
        Self {
            currency_code: rate.currency_code,
            exchange_rate: rate.rate.millionths(),
            date: rate.date.map(Day),
        }
    }
}

/// One item of a revaluation: a document, what is left of a payment, or the balance of an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevaluedItemBody<'a> {
    /// The invoice.
    pub invoice_id: Option<Uuid>,
    /// The bill.
    pub bill_id: Option<Uuid>,
    /// The credit note.
    pub credit_note_id: Option<Uuid>,
    /// The vendor credit.
    pub vendor_credit_id: Option<Uuid>,
    /// The payment of which something was left.
    pub payment_id: Option<Uuid>,
    /// Its number; that of the account where it is a balance.
    #[schema(example = "INV-2026-000042")]
    pub number: &'a str,
    /// The account on which it stands.
    pub account_id: Uuid,
    /// Who owes it, or to whom it is owed.
    pub contact_id: Option<Uuid>,
    /// `debit` for what the company has or is owed, `credit` for what it owes.
    #[schema(value_type = SideSchema, example = "debit")]
    pub side: &'static str,
    /// Its currency.
    #[schema(value_type = String, example = "EUR")]
    pub currency_code: Currency,
    /// What was open, minor units of its currency.
    #[schema(example = 100_000)]
    pub open_amount: i64,
    /// What it was carried at, minor units of base currency.
    #[schema(example = 92_000)]
    pub base_open_amount: i64,
    /// The closing rate: base units per unit of its currency, × 1 000 000.
    #[schema(example = 950_000)]
    pub exchange_rate: i64,
    /// The gain, or below zero the loss, in base currency.
    #[schema(example = 3_000)]
    pub difference: i64,
    /// The account beside its own that took the difference.
    pub revaluation_account_id: Uuid,
}

impl<'a> From<&'a RevaluedItem> for RevaluedItemBody<'a> {
    fn from(item: &'a RevaluedItem) -> Self {
        let of_kind = |wanted| match item.source {
            Some(OpenItemSource::Document { kind, id }) if kind == wanted => Some(id.0),
            _ => None,
        };
        Self {
            invoice_id: of_kind(DocumentKind::Invoice),
            bill_id: of_kind(DocumentKind::Bill),
            credit_note_id: of_kind(DocumentKind::CreditNote),
            vendor_credit_id: of_kind(DocumentKind::VendorCredit),
            payment_id: item.source.and_then(OpenItemSource::payment).map(|id| id.0),
            number: &item.number,
            account_id: item.account_id.0,
            contact_id: item.contact_id.map(|id| id.0),
            side: item.side.name(),
            currency_code: item.currency_code,
            open_amount: item.open,
            base_open_amount: item.base_open,
            exchange_rate: item.exchange_rate.millionths(),
            difference: item.difference,
            revaluation_account_id: item.revaluation_account_id.0,
        }
    }
}

/// A revaluation. Amounts are minor units of base currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevaluationBody<'a> {
    /// Its id.
    pub id: Uuid,
    /// The integrator's own id for it.
    pub external_id: Option<&'a str>,
    /// The closing date.
    pub date: Day,
    /// The day after, on which it is reversed.
    pub reversal_date: Day,
    /// The only currency that was revalued; none for all.
    #[schema(value_type = Option<String>, example = "EUR")]
    pub currency_code: Option<Currency>,
    /// Whether it took advances and prepayments too.
    pub include_advances: bool,
    /// The rates of the currencies in which something was open.
    pub exchange_rates: Vec<ClosingRateBody>,
    /// How many items were open.
    pub item_count: i64,
    /// Σ of the gains.
    #[schema(example = 3_000)]
    pub gain: i64,
    /// Σ of the losses, above zero.
    pub loss: i64,
    /// Gain less loss.
    #[schema(example = 3_000)]
    pub difference: i64,
    /// What it is.
    pub memo: Option<&'a str>,
    /// `posted`, or `void` when it was taken back.
    #[schema(value_type = RevaluationStatusSchema, example = "posted")]
    pub status: &'static str,
    /// Its journal entry at the closing date; none when nothing was open or no rate has moved.
    pub entry_id: Option<Uuid>,
    /// The reversal of that on the next day.
    pub reversal_entry_id: Option<Uuid>,
    /// The entry that took it back, at the closing date.
    pub void_entry_id: Option<Uuid>,
    /// The entry that took the reversal back, on the next day.
    pub void_reversal_entry_id: Option<Uuid>,
    /// Free pairs.
    pub metadata: &'a BTreeMap<String, String>,
    /// When it was made.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
    /// Counts its changes from 1.
    pub version: i64,
    /// What was open: receivables, payables, accounts; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<RevaluedItemBody<'a>>>,
    /// What a dry run would post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entries: Option<Vec<EntryBody<'a>>>,
}

impl<'a> From<&'a Revaluation> for RevaluationBody<'a> {
    fn from(revaluation: &'a Revaluation) -> Self {
        Self {
            id: revaluation.id.0,
            external_id: revaluation.external_id.as_deref(),
            date: Day(revaluation.date),
            reversal_date: Day(revaluation.reversal_date),
            currency_code: revaluation.currency_code,
            include_advances: revaluation.include_advances,
            exchange_rates: revaluation.rates.iter().map(ClosingRateBody::from).collect(),
            item_count: revaluation.item_count,
            gain: revaluation.gain,
            loss: revaluation.loss,
            difference: revaluation.difference(),
            memo: revaluation.memo.as_deref(),
            status: revaluation.state.name(),
            entry_id: revaluation.entry_id.map(|id| id.0),
            reversal_entry_id: revaluation.reversal_entry_id.map(|id| id.0),
            void_entry_id: revaluation.void_entry_id.map(|id| id.0),
            void_reversal_entry_id: revaluation.void_reversal_entry_id.map(|id| id.0),
            metadata: &revaluation.metadata.0,
            created_at: Moment(revaluation.created_at),
            updated_at: Moment(revaluation.updated_at),
            version: revaluation.version,
            items: None,
            entries: None,
        }
    }
}

impl<'a> From<&'a Revalued> for RevaluationBody<'a> {
    fn from(revalued: &'a Revalued) -> Self {
        let entries = &revalued.entries;
        Self {
            items: Some(revalued.items.iter().map(RevaluedItemBody::from).collect()),
            entries: (!entries.is_empty()).then(|| entries.iter().map(EntryBody::from).collect()),
            ..Self::from(&revalued.revaluation)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use partita_domain::account::Side;
    use partita_domain::revaluation::RevaluationState;
    use serde_json::json;
    use utoipa::PartialSchema;

    #[test]
    fn names_of_the_document_are_those_of_the_domain() {
        let names = |schema| serde_json::to_value(schema).unwrap()["enum"].clone();
        let states = RevaluationState::ALL.map(RevaluationState::name);
        assert_eq!(names(RevaluationStatusSchema::schema()), json!(states));
        let sides = [Side::Debit, Side::Credit].map(Side::name);
        assert_eq!(names(SideSchema::schema()), json!(sides));
    }
}
