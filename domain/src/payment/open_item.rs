//! What can be settled.

use super::PaymentDirection;
use crate::account::Side;
use crate::document::{ControlAccount, DocumentKind};
use crate::id::{DocumentId, PaymentId};
use crate::money::Currency;
use crate::tax::{TaxSummary, Trade};
use serde::{Deserialize, Serialize};

/// How a caller names an open item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OpenItemRef {
    /// A document, which has to be of this kind.
    Document(DocumentKind, DocumentId),
    /// What is left of a payment.
    Payment(PaymentId),
}

impl OpenItemRef {
    /// The field that names it.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Document(DocumentKind::Invoice | DocumentKind::Estimate, _) => "invoice_id",
            Self::Document(DocumentKind::Bill, _) => "bill_id",
            Self::Document(DocumentKind::CreditNote, _) => "credit_note_id",
            Self::Document(DocumentKind::VendorCredit, _) => "vendor_credit_id",
            Self::Payment(_) => "payment_id",
        }
    }

    /// The side on which a document is open; that of a payment follows from its direction.
    #[must_use]
    pub fn side(self) -> Option<Side> {
        match self {
            Self::Document(kind, _) => kind.control_side(),
            Self::Payment(_) => None,
        }
    }
}

/// What an open item comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
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

    /// The side of the trade it belongs to.
    #[must_use]
    pub fn trade(self) -> Trade {
        match self {
            Self::Document { kind, .. } => kind.trade(),
            Self::Payment { direction: PaymentDirection::Received, .. } => Trade::Sale,
            Self::Payment { direction: PaymentDirection::Made, .. } => Trade::Purchase,
        }
    }

    /// The document, where it is one.
    #[must_use]
    pub fn document(self) -> Option<DocumentId> {
        match self {
            Self::Document { id, .. } => Some(id),
            Self::Payment { .. } => None,
        }
    }

    /// The payment, where it is one.
    #[must_use]
    pub fn payment(self) -> Option<PaymentId> {
        match self {
            Self::Document { .. } => None,
            Self::Payment { id, .. } => Some(id),
        }
    }

    /// How a caller names it.
    #[must_use]
    pub fn named(self) -> OpenItemRef {
        match self {
            Self::Document { kind, id } => OpenItemRef::Document(kind, id),
            Self::Payment { id, .. } => OpenItemRef::Payment(id),
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
