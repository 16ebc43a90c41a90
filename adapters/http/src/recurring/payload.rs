//! What a template makes, on the wire: the body of its kind without numbers and dates.

use crate::document::body::{DocumentLineWriteBody, TaxModeSchema, TaxRoundingSchema, requests};
use crate::journal_entry::LineWriteBody;
use crate::problem::Problem;
use crate::scalar::{Whole, unique_keys};
use partita_domain::document::{DocumentDraft, SuppliedTotals};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::ContactId;
use partita_domain::journal_entry::EntryDraft;
use partita_domain::metadata::Metadata;
use partita_domain::money::Currency;
use partita_domain::tax::{TaxMode, TaxRounding};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use time::Date;
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! recurring_document {
    ($(#[$doc:meta])* $name:ident, $party:ident) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize, Serialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// The contact; when it is due follows from the contact's terms.
            pub $party: Uuid,
            /// The number on the other party's paper.
            #[schema(max_length = 100)]
            pub reference_number: Option<String>,
            /// A note for the reader.
            #[schema(max_length = 2000)]
            pub memo: Option<String>,
            /// The terms of payment in words.
            #[schema(max_length = 500)]
            pub terms: Option<String>,
            /// The currency of all amounts; by default the contact's, else that of the books.
            #[schema(value_type = Option<String>, min_length = 3, max_length = 3, example = "USD")]
            pub currency_code: Option<Currency>,
            /// Base units per unit of the currency, × 1 000 000; by default the latest stored on or before each date.
            #[schema(value_type = Option<i64>, minimum = 1, example = 1_000_000)]
            pub exchange_rate: Option<Whole>,
            /// What the amounts of the lines mean; by default what the settings say.
            #[schema(value_type = Option<TaxModeSchema>)]
            pub tax_mode: Option<TaxMode>,
            /// Where tax is rounded; by default what the settings say.
            #[schema(value_type = Option<TaxRoundingSchema>)]
            pub tax_rounding: Option<TaxRounding>,
            /// 1 to 1 000 lines.
            #[schema(min_items = 1, max_items = 1_000)]
            pub lines: Vec<DocumentLineWriteBody>,
            /// Free pairs of each document: up to 20, keys of up to 64, values of up to 256 characters, 4 KB in all.
            #[serde(default, deserialize_with = "unique_keys")]
            pub metadata: Option<BTreeMap<String, String>>,
        }

        impl $name {
            /// What it says, in domain terms; the date is that of no occurrence.
            pub(super) fn into_draft(self, date: Date) -> Result<DocumentDraft, Problem> {
                Ok(DocumentDraft {
                    external_id: None,
                    number: None,
                    contact_id: ContactId(self.$party),
                    date,
                    due_date: None,
                    reference_number: self.reference_number,
                    memo: self.memo,
                    terms: self.terms,
                    currency_code: self.currency_code,
                    exchange_rate: self
                        .exchange_rate
                        .map(|rate| ExchangeRate::from_millionths(rate.0))
                        .transpose()?,
                    tax_mode: self.tax_mode,
                    tax_rounding: self.tax_rounding,
                    lines: requests(self.lines)?,
                    supplied: SuppliedTotals::default(),
                    corrects_id: None,
                    metadata: Metadata(self.metadata.unwrap_or_default()),
                })
            }
        }

        impl From<&DocumentDraft> for $name {
            fn from(draft: &DocumentDraft) -> Self {
                Self {
                    $party: draft.contact_id.0,
                    reference_number: draft.reference_number.clone(),
                    memo: draft.memo.clone(),
                    terms: draft.terms.clone(),
                    currency_code: draft.currency_code,
                    exchange_rate: draft.exchange_rate.map(|rate| Whole(rate.millionths())),
                    tax_mode: draft.tax_mode,
                    tax_rounding: draft.tax_rounding,
                    lines: draft.lines.iter().map(DocumentLineWriteBody::from).collect(),
                    metadata: Some(draft.metadata.0.clone()),
                }
            }
        }
    };
}

recurring_document! {
    /// An invoice that recurs.
    RecurringInvoiceBody, customer_id
}
recurring_document! {
    /// A bill that recurs.
    RecurringBillBody, vendor_id
}

/// A journal entry that recurs.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecurringEntryBody {
    /// What kind of transaction; `journal` by default.
    #[schema(max_length = 50, example = "journal")]
    pub transaction_type: Option<String>,
    /// What it is.
    #[schema(max_length = 2000)]
    pub memo: Option<String>,
    /// The number on the paper.
    #[schema(max_length = 100)]
    pub reference_number: Option<String>,
    /// The currency of the lines; the base currency by default.
    #[schema(value_type = Option<String>, min_length = 3, max_length = 3, example = "USD")]
    pub currency_code: Option<Currency>,
    /// Base units per unit of the currency, × 1 000 000; needed when the currency is not the base currency.
    #[schema(value_type = Option<i64>, minimum = 1, example = 1_000_000)]
    pub exchange_rate: Option<Whole>,
    /// 2 to 10 000 lines whose debits equal their credits.
    #[schema(min_items = 2, max_items = 10_000)]
    pub lines: Vec<LineWriteBody>,
    /// Free pairs of each entry: up to 20, keys of up to 64, values of up to 256 characters, 4 KB in all.
    #[serde(default, deserialize_with = "unique_keys")]
    pub metadata: Option<BTreeMap<String, String>>,
}

impl RecurringEntryBody {
    /// What it says, in domain terms; the date is that of no occurrence.
    pub(super) fn into_draft(self, date: Date) -> Result<EntryDraft, Problem> {
        let lines = self.lines.into_iter().enumerate().map(|(i, line)| line.into_draft(i));
        Ok(EntryDraft {
            transaction_type: self.transaction_type,
            memo: self.memo,
            reference_number: self.reference_number,
            currency: self.currency_code,
            exchange_rate: self
                .exchange_rate
                .map(|rate| ExchangeRate::from_millionths(rate.0))
                .transpose()?,
            metadata: Metadata(self.metadata.unwrap_or_default()),
            ..EntryDraft::new(date, lines.collect::<Result<_, _>>()?)
        })
    }
}

impl From<&EntryDraft> for RecurringEntryBody {
    fn from(draft: &EntryDraft) -> Self {
        Self {
            transaction_type: draft.transaction_type.clone(),
            memo: draft.memo.clone(),
            reference_number: draft.reference_number.clone(),
            currency_code: draft.currency,
            exchange_rate: draft.exchange_rate.map(|rate| Whole(rate.millionths())),
            lines: draft.lines.iter().map(LineWriteBody::from).collect(),
            metadata: Some(draft.metadata.0.clone()),
        }
    }
}
