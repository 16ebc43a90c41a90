//! Payments: money received or made, applied to what is open.
//!
//! Everything that can be settled is an open item on one side of an account: invoices, vendor credits and prepayments to
//! vendors on the debit side, bills, credit notes and advances of customers on the credit side. A payment received
//! settles debit items and may use up credit items on the way; a payment made does the opposite. So a refund, a use of an
//! advance and a credit note set off against an invoice are payments like any other, the last two of amount 0.
//!
//! What was applied can be taken back: the item opens up again, and what was paid for it becomes an advance.

mod check;
mod discount;
mod open_item;
mod record;
mod release;
mod relief;
mod request;
mod settle;

pub use open_item::{OpenItem, OpenItemRef, OpenItemSource};
pub use record::{ApplicationStamp, Payment, PaymentApplication, PaymentState};
pub use release::{Release, netted};
pub use relief::{Holding, relieved_at_average};
pub use request::{ApplicationRequest, PaymentRequest, RefundRequest, ReleaseRequest};

use crate::account::Side;
use crate::exchange_rate::ExchangeRate;
use crate::id::{AccountId, ContactId, TaxCodeId};
use crate::money::Currency;
use crate::posting_line::PostingLine;
use crate::tax::Trade;
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

    /// The other way.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Received => Self::Made,
            Self::Made => Self::Received,
        }
    }
}

/// What a payment does to one open item, minor units of its currency. All three together, less what rounding to coins
/// has added, reduce what is open.
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
    /// What rounding to coins has added to `amount`; below zero what it took off.
    pub cash_rounding_amount: i64,
}

/// The accounts that a payment posts to; only those it needs have to be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PaymentAccounts {
    /// The bank or clearing account.
    pub bank: Option<AccountId>,
    /// Takes what is not applied: advances of customers or prepayments to vendors.
    pub advances: Option<AccountId>,
    /// Takes early-payment discounts that customers take.
    pub sales_discount: Option<AccountId>,
    /// Takes early-payment discounts that are taken from vendors.
    pub purchase_discount: Option<AccountId>,
    /// Takes small differences.
    pub write_off: Option<AccountId>,
    /// Takes what rounding to coins adds or takes off.
    pub cash_rounding: Option<AccountId>,
    /// Takes fees.
    pub fee: Option<AccountId>,
    /// Takes realised gains of exchange.
    pub exchange_gain: Option<AccountId>,
    /// Takes realised losses of exchange.
    pub exchange_loss: Option<AccountId>,
}

impl PaymentAccounts {
    /// Takes the discounts of a side of the trade.
    #[must_use]
    pub fn discount(&self, trade: Trade) -> Option<AccountId> {
        match trade {
            Trade::Sale => self.sales_discount,
            Trade::Purchase => self.purchase_discount,
        }
    }
}

/// What is left of a payment that was posted before, on the account of its advances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rest {
    /// The account of its advances.
    pub account_id: AccountId,
    /// Minor units of its currency.
    pub unapplied: i64,
    /// Minor units of base currency.
    pub base_unapplied: i64,
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
    /// What is left of the payment, when it was posted before; `amount` and `fee` are 0 then.
    pub rest: Option<Rest>,
    /// What the bank account holds of the currency; money leaves it at what it is carried at (IAS 21.28).
    pub holding: Holding,
    /// The largest write-off of an item, minor units of base currency.
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
    /// By how much it was relieved: amount, discount and write-off less the rounding to coins, minor units of its currency.
    pub relieved: i64,
    /// By how much it was relieved, minor units of base currency.
    pub base_relieved: i64,
    /// What is still open, minor units of its currency.
    pub open: i64,
    /// What is still open, minor units of base currency; 0 once `open` is (invariant I5).
    pub base_open: i64,
    /// How much of `relieved` came from, or went to, a document of the opposite kind rather than money.
    pub credited: i64,
    /// What the amount was worth: minor units of base currency at the rate of the payment.
    pub base_amount: i64,
    /// The line of the control account and those of discount and write-off.
    pub lines: Vec<PostingLine>,
    /// The difference of exchange that it realises, minor units of base currency; a gain is positive.
    pub difference: i64,
    /// By how much the discount corrects each tax of the document.
    pub tax_corrections: Vec<(TaxCodeId, i64)>,
}

/// A payment worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The lines of its entry; none when items of one account and contact were set off against each other (T19).
    pub lines: Vec<PostingLine>,
    /// Those of them that are about the money itself: bank and fee.
    pub money: Vec<PostingLine>,
    /// What became of the items, in the order of the applications.
    pub applied: Vec<Applied>,
    /// What the amount is worth, minor units of base currency at the rate of the payment.
    pub base_amount: i64,
    /// What is left of the payment, minor units of its currency.
    pub unapplied: i64,
    /// What is left of it, minor units of base currency.
    pub base_unapplied: i64,
    /// The realised difference of exchange, minor units of base currency; a gain is positive (IAS 21.28). It is the sum of
    /// those of the applications and of the one between the money and what its account carried it at.
    pub realised: i64,
    /// The account that takes it, where there is a difference.
    pub exchange_account_id: Option<AccountId>,
}

#[cfg(test)]
mod tests;
