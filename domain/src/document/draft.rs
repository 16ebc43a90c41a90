//! A document as a caller gives it; what it leaves open follows from contact, items and settings.

use super::{Discount, Document, SuppliedTotals};
use crate::exchange_rate::ExchangeRate;
use crate::id::{AccountId, ContactId, DocumentId, ItemId, TaxCodeId};
use crate::journal_entry::{AccountRef, Dimensions};
use crate::metadata::Metadata;
use crate::money::Currency;
use crate::quantity::Quantity;
use crate::tax::{TaxMode, TaxRounding};
use crate::unit_price::UnitPrice;
use serde::{Deserialize, Serialize};
use time::Date;

/// A document as a caller gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentDraft {
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its number; by default the next of its sequence, once it is posted.
    pub number: Option<String>,
    /// The customer or vendor.
    pub contact_id: ContactId,
    /// The accounting date.
    pub date: Date,
    /// When it is due, or expires; by default what the terms of the contact say.
    pub due_date: Option<Date>,
    /// The number on the other party's paper.
    pub reference_number: Option<String>,
    /// A note for the reader.
    pub memo: Option<String>,
    /// The terms of payment in words.
    pub terms: Option<String>,
    /// Its currency; by default the contact's, else that of the books.
    pub currency_code: Option<Currency>,
    /// Base units per unit of its currency; by default the latest stored on or before its date.
    pub exchange_rate: Option<ExchangeRate>,
    /// What the amounts of its lines mean; by default what the settings say.
    pub tax_mode: Option<TaxMode>,
    /// Where tax is rounded; by default what the settings say.
    pub tax_rounding: Option<TaxRounding>,
    /// Its lines.
    pub lines: Vec<LineRequest>,
    /// Totals that the caller believes it has.
    pub supplied: SuppliedTotals,
    /// The invoice that a credit note corrects, or the bill that a vendor credit corrects.
    pub corrects_id: Option<DocumentId>,
    /// Free pairs.
    pub metadata: Metadata,
}

/// A line as a caller gives it; what it leaves open follows from the item, the contact and the settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineRequest {
    /// The item.
    pub item_id: Option<ItemId>,
    /// By default the item's.
    pub description: Option<String>,
    /// How many.
    pub quantity: Quantity,
    /// By default the item's.
    pub unit_price: Option<UnitPrice>,
    /// What is taken off.
    pub discount: Option<Discount>,
    /// By default the item's, the contact's, or that of the settings.
    pub account: Option<AccountRef>,
    /// A tax code or tax group; by default the item's or the contact's.
    pub tax_code_id: Option<TaxCodeId>,
    /// Class, location and project.
    pub dimensions: Dimensions,
}

impl DocumentDraft {
    /// Whether a document says all that the caller says; what the caller leaves open may be anything. `id_of` knows the
    /// accounts that lines name.
    #[must_use]
    pub fn agrees_with(&self, document: &Document, id_of: impl Fn(&AccountRef) -> Option<AccountId>) -> bool {
        fn fits<T: PartialEq>(said: Option<&T>, is: Option<&T>) -> bool {
            said.is_none() || said == is
        }
        let totals = &document.totals;
        fits(self.external_id.as_ref(), document.external_id.as_ref())
            && fits(self.number.as_ref(), document.number.as_ref())
            && self.contact_id == document.contact_id
            && self.date == document.date
            && fits(self.reference_number.as_ref(), document.reference_number.as_ref())
            && fits(self.currency_code.as_ref(), Some(&document.currency_code))
            && fits(self.exchange_rate.as_ref(), Some(&document.exchange_rate))
            && fits(self.tax_mode.as_ref(), Some(&document.tax_mode))
            && fits(self.tax_rounding.as_ref(), Some(&document.tax_rounding))
            && fits(self.corrects_id.as_ref(), document.source_id.as_ref())
            && self.supplied.check(totals, document.currency_code).is_ok()
            && self.lines.len() == document.lines.len()
            && self.lines.iter().zip(&document.lines).all(|(said, line)| {
                fits(said.item_id.as_ref(), line.item_id.as_ref())
                    && fits(said.description.as_ref(), line.description.as_ref())
                    && said.quantity == line.quantity
                    && fits(said.unit_price.as_ref(), Some(&line.unit_price))
                    && fits(said.discount.as_ref(), line.discount.as_ref())
                    && said.account.as_ref().is_none_or(|named| id_of(named) == line.account_id)
                    && fits(said.tax_code_id.as_ref(), line.tax_code_id.as_ref())
                    && said.dimensions == line.dimensions
            })
    }
}
