//! Payments: money received or made, applied to what is open.
//!
//! Everything that can be settled is an open item on one side of an account: invoices, vendor credits and prepayments to
//! vendors on the debit side, bills, credit notes and advances of customers on the credit side. A payment received
//! settles debit items and may use up credit items on the way; a payment made does the opposite. So a refund, a use of an
//! advance and a credit note set off against an invoice are payments like any other, the last two of amount 0.

mod discount;
mod relief;
mod settle;

pub use relief::relieved_at_average;

use crate::account::Side;
use crate::document::{ControlAccount, DocumentKind};
use crate::exchange_rate::ExchangeRate;
use crate::id::{AccountId, ContactId, DocumentId, PaymentId, TaxCodeId};
use crate::money::Currency;
use crate::posting_line::PostingLine;
use crate::tax::TaxSummary;
use serde::{Deserialize, Serialize};

/// A payment has at most this many applications.
pub const MAX_APPLICATIONS: usize = 1_000;

/// Which way the money goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentDirection {
    /// To the company.
    Received,
    /// From the company.
    Made,
}

impl PaymentDirection {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Received, Self::Made];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Made => "made",
        }
    }

    /// The direction of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|direction| direction.name() == name)
    }

    /// The side of the bank account on which it stands.
    #[must_use]
    pub fn bank_side(self) -> Side {
        match self {
            Self::Received => Side::Debit,
            Self::Made => Side::Credit,
        }
    }
}

/// What an open item comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OpenItemSource {
    /// A posted document.
    Document {
        /// Its kind.
        kind: DocumentKind,
        /// Its id.
        id: DocumentId,
    },
    /// What is left of a payment: an advance of a customer, or a prepayment to a vendor.
    Payment {
        /// Which way the money went.
        direction: PaymentDirection,
        /// Its id.
        id: PaymentId,
    },
}

impl OpenItemSource {
    /// The side of its account on which it is open. An estimate, which is never posted, counts as an invoice.
    #[must_use]
    pub fn side(self) -> Side {
        match self {
            Self::Document { kind, .. } => kind.control_side().unwrap_or(Side::Debit),
            Self::Payment { direction, .. } => direction.bank_side().opposite(),
        }
    }
}

/// Something that is open. All amounts are zero or more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenItem<'a> {
    /// What it comes from.
    pub source: OpenItemSource,
    /// The account on which it is open, and the contact.
    pub control: ControlAccount,
    /// Its currency.
    pub currency: Currency,
    /// What it was recognised with, minor units of its currency.
    pub total: i64,
    /// What it was recognised with, minor units of base currency.
    pub base_total: i64,
    /// What is open, minor units of its currency.
    pub open: i64,
    /// What is open, minor units of base currency.
    pub base_open: i64,
    /// The taxes of the document, which an early-payment discount corrects; none leaves them as they are.
    pub taxes: &'a [TaxSummary],
}

/// What a payment does to one open item, minor units of its currency. All three together reduce what is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application<'a> {
    /// The open item.
    pub item: OpenItem<'a>,
    /// What is paid, or used up of an item on the other side.
    pub amount: i64,
    /// What is taken off for paying early, with the tax in it.
    pub discount: i64,
    /// What is given up to close the item.
    pub write_off: i64,
}

/// The accounts that a payment posts to; only those it needs have to be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PaymentAccounts {
    /// The bank or clearing account.
    pub bank: Option<AccountId>,
    /// Takes what is not applied: advances of customers or prepayments to vendors.
    pub advances: Option<AccountId>,
    /// Takes early-payment discounts.
    pub discount: Option<AccountId>,
    /// Takes small differences.
    pub write_off: Option<AccountId>,
    /// Takes fees.
    pub fee: Option<AccountId>,
    /// Takes realised gains of exchange.
    pub exchange_gain: Option<AccountId>,
    /// Takes realised losses of exchange.
    pub exchange_loss: Option<AccountId>,
}

/// A payment to be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentDraft<'a> {
    /// Which way the money goes.
    pub direction: PaymentDirection,
    /// Whose it is.
    pub contact_id: ContactId,
    /// The currency of all its amounts and of what it settles.
    pub currency: Currency,
    /// The currency of the books.
    pub base_currency: Currency,
    /// Base units per unit of the currency on the date of the payment.
    pub exchange_rate: ExchangeRate,
    /// What the contact has paid or was paid, before fees; 0 sets items off against each other.
    pub amount: i64,
    /// What the bank or the payment service keeps, or takes on top.
    pub fee: i64,
    /// The largest write-off of an item.
    pub write_off_tolerance: i64,
    /// What it settles.
    pub applications: Vec<Application<'a>>,
    /// The accounts.
    pub accounts: PaymentAccounts,
}

/// What became of one open item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// What it comes from.
    pub source: OpenItemSource,
    /// By how much it was relieved: amount, discount and write-off, minor units of its currency.
    pub relieved: i64,
    /// By how much it was relieved, minor units of base currency.
    pub base_relieved: i64,
    /// What is still open, minor units of its currency.
    pub open: i64,
    /// What is still open, minor units of base currency; 0 once `open` is (invariant I5).
    pub base_open: i64,
    /// By how much the discount corrects each tax of the document.
    pub tax_corrections: Vec<(TaxCodeId, i64)>,
}

/// A payment worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The lines of its entry; none when items of one account and contact were set off against each other (T19).
    pub lines: Vec<PostingLine>,
    /// What became of the items, in the order of the applications.
    pub applied: Vec<Applied>,
    /// What is left of the payment, minor units of its currency.
    pub unapplied: i64,
    /// What is left of it, minor units of base currency.
    pub base_unapplied: i64,
    /// The realised difference of exchange, minor units of base currency; a gain is positive (IAS 21.28).
    pub realised: i64,
}

#[cfg(test)]
mod tests;
