//! A payment and its applications as they are kept.

use super::{ApplicationRequest, Applied, OpenItemSource, PaymentDirection, Rest, Settlement};
use crate::account::Side;
use crate::actor::Actor;
use crate::exchange_rate::ExchangeRate;
use crate::id::{AccountId, ApplicationId, ContactId, EntryId, PaymentId, TaxCodeId};
use crate::metadata::Metadata;
use crate::money::Currency;
use crate::posting_line::PostingLine;
use serde::{Deserialize, Serialize};
use time::{Date, PrimitiveDateTime};

/// Whether a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// It stands.
    Posted,
    /// It was taken back.
    Void,
}

impl PaymentState {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Posted, Self::Void];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Posted => "posted",
            Self::Void => "void",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A payment. Amounts are minor units of its currency unless they say otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its number.
    pub number: String,
    /// Which way the money went.
    pub direction: PaymentDirection,
    /// Who paid, or was paid.
    pub contact_id: ContactId,
    /// The accounting date.
    pub date: Date,
    /// What the contact has paid or was paid, before fees; 0 when it only sets items off against each other.
    pub amount: i64,
    /// The currency of all its amounts.
    pub currency_code: Currency,
    /// Base units per unit of its currency, × 1 000 000.
    pub exchange_rate: ExchangeRate,
    /// What the amount was worth, minor units of base currency.
    pub base_amount: i64,
    /// The bank or clearing account; none when no money moved.
    pub account_id: Option<AccountId>,
    /// How it was paid, in the caller's terms.
    pub method: Option<String>,
    /// The number on the paper.
    pub reference_number: Option<String>,
    /// What it is.
    pub memo: Option<String>,
    /// What the bank or the payment service kept, or took on top.
    pub fee_amount: i64,
    /// The account of the fee.
    pub fee_account_id: Option<AccountId>,
    /// What of it is not applied, an advance of a customer or a prepayment to a vendor.
    pub unapplied: i64,
    /// What of it is not applied, minor units of base currency; 0 once `unapplied` is (invariant I5).
    pub base_unapplied: i64,
    /// What of it other payments have used.
    pub used: i64,
    /// What of it was paid back.
    pub refunded: i64,
    /// Where what is not applied stands; none as long as that was always nothing.
    pub advances_account_id: Option<AccountId>,
    /// The lines of bank and fee, so that they can be taken back.
    pub money: Vec<PostingLine>,
    /// The account that took the difference of exchange, where there was one.
    pub exchange_account_id: Option<AccountId>,
    /// Whether it stands.
    pub state: PaymentState,
    /// Its journal entry; none when nothing moved (T19).
    pub entry_id: Option<EntryId>,
    /// The entry that took it back.
    pub void_entry_id: Option<EntryId>,
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

impl Payment {
    /// As an open item: what is left of it.
    #[must_use]
    pub fn source(&self) -> OpenItemSource {
        OpenItemSource::Payment { direction: self.direction, id: self.id }
    }

    /// What is left of it, on this account unless it has one already.
    #[must_use]
    pub fn rest(&self, advances: Option<AccountId>) -> Option<Rest> {
        self.advances_account_id.or(advances).map(|account_id| Rest {
            account_id,
            unapplied: self.unapplied,
            base_unapplied: self.base_unapplied,
        })
    }

    /// What the payment must be left with after these applications to it and of others to it (`verify`): the amount less
    /// what it settles, with what it takes from the other side, less what others took of it.
    #[must_use]
    pub fn expected_rest(&self, taken: (i128, i128), by_others: (i128, i128)) -> (i128, i128) {
        if self.state == PaymentState::Void {
            return (0, 0);
        }
        let rest = i128::from(self.amount) - taken.0 - by_others.0;
        (rest, i128::from(self.base_amount) - taken.1 - by_others.1)
    }
}

/// What a payment did to one open item, or, with `reverses_id`, took back; then its amounts are below zero. It never
/// changes. Amounts are minor units of the payment's currency unless they say otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentApplication {
    /// Its id.
    pub id: ApplicationId,
    /// The payment.
    pub payment_id: PaymentId,
    /// Which way the money of the payment went.
    pub direction: PaymentDirection,
    /// The item.
    pub item: OpenItemSource,
    /// The accounting date.
    pub date: Date,
    /// What was paid, or used up of an item on the other side.
    pub amount: i64,
    /// What was taken off for paying early, with the tax in it.
    pub discount: i64,
    /// What was given up to close the item.
    pub write_off: i64,
    /// What rounding to coins has added to the amount; below zero what it took off.
    pub cash_rounding_amount: i64,
    /// By how much the item was relieved: the first three above less the last.
    pub relieved: i64,
    /// By how much the item was relieved, minor units of base currency.
    pub base_relieved: i64,
    /// How much of `relieved` came from, or went to, a document of the opposite kind rather than money.
    pub credited: i64,
    /// What the amount was worth, minor units of base currency.
    pub base_amount: i64,
    /// The difference of exchange it realised, minor units of base currency; a gain is above zero.
    pub difference: i64,
    /// The account of that difference, where the payment had one.
    pub exchange_account_id: Option<AccountId>,
    /// The line of the control account and those of discount and write-off.
    pub lines: Vec<PostingLine>,
    /// By how much the discount corrected each tax of the document.
    pub tax_corrections: Vec<(TaxCodeId, i64)>,
    /// The entry that has the lines; none when nothing moved (T19).
    pub entry_id: Option<EntryId>,
    /// The application it takes back.
    pub reverses_id: Option<ApplicationId>,
    /// Recorded time.
    #[serde(with = "crate::timestamp")]
    pub created_at: PrimitiveDateTime,
    /// Who made it.
    pub created_by: Actor,
}

/// What is the same for all applications that are made at once.
#[derive(Clone, Copy, Debug)]
pub struct ApplicationStamp {
    /// The payment.
    pub payment_id: PaymentId,
    /// Which way its money went.
    pub direction: PaymentDirection,
    /// The accounting date.
    pub date: Date,
    /// The entry that has the lines.
    pub entry_id: Option<EntryId>,
    /// Recorded time.
    pub created_at: PrimitiveDateTime,
    /// Who makes it.
    pub created_by: Actor,
}

impl PaymentApplication {
    /// What became of one item of a settlement.
    #[must_use]
    pub fn of(
        id: ApplicationId,
        asked: &ApplicationRequest,
        applied: &Applied,
        settlement: &Settlement,
        stamp: &ApplicationStamp,
    ) -> Self {
        Self {
            id,
            payment_id: stamp.payment_id,
            direction: stamp.direction,
            item: applied.source,
            date: stamp.date,
            amount: asked.amount,
            discount: asked.discount,
            write_off: asked.write_off,
            cash_rounding_amount: asked.cash_rounding_amount,
            relieved: applied.relieved,
            base_relieved: applied.base_relieved,
            credited: applied.credited,
            base_amount: applied.base_amount,
            difference: applied.difference,
            exchange_account_id: settlement.exchange_account_id,
            lines: applied.lines.clone(),
            tax_corrections: applied.tax_corrections.clone(),
            entry_id: stamp.entry_id,
            reverses_id: None,
            created_at: stamp.created_at,
            created_by: stamp.created_by,
        }
    }

    /// The record that takes this one back.
    #[must_use]
    pub fn taken_back(&self, id: ApplicationId, stamp: &ApplicationStamp) -> Self {
        let lines = self.lines.iter().cloned().map(PostingLine::mirrored).collect();
        let corrections = self.tax_corrections.iter().map(|(code, amount)| (*code, -amount)).collect();
        Self {
            id,
            date: stamp.date,
            amount: -self.amount,
            discount: -self.discount,
            write_off: -self.write_off,
            cash_rounding_amount: -self.cash_rounding_amount,
            relieved: -self.relieved,
            base_relieved: -self.base_relieved,
            credited: -self.credited,
            base_amount: -self.base_amount,
            difference: -self.difference,
            lines,
            tax_corrections: corrections,
            entry_id: stamp.entry_id,
            reverses_id: Some(self.id),
            created_at: stamp.created_at,
            created_by: stamp.created_by,
            ..self.clone()
        }
    }

    /// The same with more given back to the payment in base currency; a gain or loss of exchange has the rest.
    #[must_use]
    pub fn corrected(self, base: i64) -> Self {
        let (taken, difference) = match (self.settles(), self.item.side()) {
            (true, Side::Debit) => (base.saturating_neg(), base.saturating_neg()),
            (true, Side::Credit) => (base.saturating_neg(), base),
            (false, Side::Debit) => (base, base),
            (false, Side::Credit) => (base, base.saturating_neg()),
        };
        Self {
            base_amount: self.base_amount.saturating_add(taken),
            difference: self.difference.saturating_add(difference),
            ..self
        }
    }

    /// What it took of the payment: below zero where it uses up an item on the other side.
    #[must_use]
    pub fn taken(&self) -> i64 {
        if self.settles() { self.amount } else { self.amount.saturating_neg() }
    }

    /// The same in base currency.
    #[must_use]
    pub fn base_taken(&self) -> i64 {
        if self.settles() { self.base_amount } else { self.base_amount.saturating_neg() }
    }

    /// Whether the payment settles the item, rather than using it up.
    #[must_use]
    pub fn settles(&self) -> bool {
        self.item.side() == self.direction.bank_side()
    }

    /// Those of some, in their order, that were not taken back.
    #[must_use]
    pub fn live(applications: &[Self]) -> Vec<&Self> {
        let taken_back: std::collections::HashSet<ApplicationId> =
            applications.iter().filter_map(|application| application.reverses_id).collect();
        applications
            .iter()
            .filter(|application| application.reverses_id.is_none() && !taken_back.contains(&application.id))
            .collect()
    }
}
