//! A document as a caller gives it; what it leaves open follows from contact, items and settings.

use super::{Discount, SuppliedTotals};
use crate::exchange_rate::ExchangeRate;
use crate::id::{ContactId, DocumentId, ItemId, TaxCodeId};
use crate::journal_entry::{AccountRef, Dimensions};
use crate::metadata::Metadata;
use crate::money::Currency;
use crate::quantity::Quantity;
use crate::tax::{TaxMode, TaxRounding};
use crate::unit_price::UnitPrice;
use time::Date;

/// A document as a caller gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
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
