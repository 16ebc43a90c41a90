//! What a caller says of a payment; what it leaves open follows from the items and the settings.

use super::check::out_of_range;
use super::{OpenItemRef, PaymentDirection};
use crate::account::{Side, check_external_id};
use crate::cash_rounding::round_to_coin;
use crate::exchange_rate::ExchangeRate;
use crate::fiscal_calendar::check_date;
use crate::id::{AccountId, ApplicationId, ContactId, PaymentId};
use crate::metadata::Metadata;
use crate::money::Currency;
use crate::refusal::{Constraint, Refusal};
use crate::text;
use std::borrow::Cow;
use time::Date;

/// The largest coin, minor units.
const MAX_COIN: i64 = 1_000_000;

/// What a payment shall do to one open item, minor units of its currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationRequest {
    /// The item.
    pub item: OpenItemRef,
    /// What is paid, or used up of an item on the other side.
    pub amount: i64,
    /// What is taken off for paying early, with the tax in it.
    pub discount: i64,
    /// What is given up to close the item; below zero what was paid too much.
    pub write_off: i64,
    /// What rounding to coins adds to `amount`; below zero what it takes off. [`PaymentRequest::in_coins`] sets it.
    pub cash_rounding_amount: i64,
}

/// A payment as a caller gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRequest {
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// An earlier payment, of which what is left is applied instead of money.
    pub payment_id: Option<PaymentId>,
    /// Which way the money goes; by default what its items say.
    pub direction: Option<PaymentDirection>,
    /// Who pays or is paid; by default the contact of its items.
    pub contact_id: Option<ContactId>,
    /// The accounting date.
    pub date: Date,
    /// What the contact has paid or was paid, before fees.
    pub amount: i64,
    /// Its currency; by default that of its items, else that of the books.
    pub currency_code: Option<Currency>,
    /// Base units per unit of its currency; by default the latest stored on or before its date.
    pub exchange_rate: Option<ExchangeRate>,
    /// The bank or clearing account; by default that of the settings.
    pub account_id: Option<AccountId>,
    /// How it was paid.
    pub method: Option<String>,
    /// The number on the paper.
    pub reference_number: Option<String>,
    /// What it is.
    pub memo: Option<String>,
    /// What the bank or the payment service keeps, or takes on top.
    pub fee_amount: i64,
    /// The account of the fee; by default that of the settings.
    pub fee_account_id: Option<AccountId>,
    /// The smallest coin in which it is paid, minor units: its amount is what the applications come to, rounded to it.
    pub cash_rounding: Option<i64>,
    /// What it settles.
    pub applications: Vec<ApplicationRequest>,
    /// Free pairs.
    pub metadata: Metadata,
    /// Why it should go into a soft-locked period.
    pub override_closed_period: Option<String>,
}

impl PaymentRequest {
    /// A payment of an amount on a date, and nothing else.
    #[must_use]
    pub fn new(date: Date, amount: i64) -> Self {
        Self {
            external_id: None,
            payment_id: None,
            direction: None,
            contact_id: None,
            date,
            amount,
            currency_code: None,
            exchange_rate: None,
            account_id: None,
            method: None,
            reference_number: None,
            memo: None,
            fee_amount: 0,
            fee_account_id: None,
            cash_rounding: None,
            applications: Vec::new(),
            metadata: Metadata::default(),
            override_closed_period: None,
        }
    }

    /// Checks the fields that people type, and that something happens at all.
    ///
    /// # Errors
    /// Every field that breaks its limits; `amount` with `range` for a payment of nothing; a field that does not go
    /// with `payment_id` with `one_of`.
    pub fn check(&self) -> Result<(), Vec<Refusal>> {
        let mut refusals: Vec<Refusal> = [
            check_external_id(self.external_id.as_deref()),
            check_date(self.date, "date"),
            text::check_optional(self.method.as_deref(), "method", 50),
            text::check_optional(self.reference_number.as_deref(), "reference_number", 100),
            text::check_optional(self.memo.as_deref(), "memo", 2_000),
            self.metadata.check(),
            check_override(self.override_closed_period.as_deref()),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        if self.payment_id.is_some() {
            let excluded = [
                ("external_id", self.external_id.is_some()),
                ("direction", self.direction.is_some()),
                ("amount", self.amount != 0),
                ("currency_code", self.currency_code.is_some()),
                ("exchange_rate", self.exchange_rate.is_some()),
                ("account_id", self.account_id.is_some()),
                ("method", self.method.is_some()),
                ("reference_number", self.reference_number.is_some()),
                ("fee_amount", self.fee_amount != 0),
                ("fee_account_id", self.fee_account_id.is_some()),
                ("cash_rounding", self.cash_rounding.is_some()),
                ("metadata", !self.metadata.is_empty()),
            ];
            refusals.extend(excluded.into_iter().filter(|(_, is_given)| *is_given).map(|(field, _)| {
                let message = format!("{field} does not go with payment_id: the payment was posted before");
                Refusal::field(field, Constraint::OneOf, message)
            }));
            if self.applications.is_empty() {
                let message = "name what shall be settled";
                refusals.push(Refusal::field("applications", Constraint::Length, message));
            }
        } else if self.amount == 0 && self.applications.is_empty() {
            let message = "a payment is above zero, or sets off items against each other";
            refusals.push(Refusal::field("amount", Constraint::Range, message));
        }
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }

    /// What is paid in coins: the amount is what the applications come to, rounded to the smallest coin, and the difference
    /// is told by the largest application that the payment settles. Applications say what they take of what is open, as
    /// always (T10; EN 16931 BT-114).
    ///
    /// # Errors
    /// `cash_rounding` with `range`; `applications` with `length`, or with `one_of` for what is no document;
    /// `amount` with `totals_mismatch` when it is given and not what the applications come to in coins.
    pub fn in_coins(&self) -> Result<Cow<'_, Self>, Refusal> {
        let Some(coin) = self.cash_rounding else { return Ok(Cow::Borrowed(self)) };
        if !(1..=MAX_COIN).contains(&coin) {
            let message = format!("a coin is 1 to {MAX_COIN} minor units, not {coin}");
            return Err(Refusal::field("cash_rounding", Constraint::Range, message));
        }
        if self.applications.is_empty() {
            let message = "name what is paid in cash; an advance is not rounded";
            return Err(Refusal::field("applications", Constraint::Length, message));
        }
        let settles = self.direction_by_items()?.bank_side();
        let mut net = 0_i128;
        for (i, application) in self.applications.iter().enumerate() {
            let amount = i128::from(application.amount);
            net += match application.item.side() {
                Some(side) if side == settles => amount,
                Some(_) => -amount,
                None => {
                    let field = format!("applications[{i}].{}", application.item.field());
                    let message =
                        "what is paid in cash is a document; apply what is left of payments by itself";
                    return Err(Refusal::field(field, Constraint::OneOf, message));
                }
            };
        }
        let rounded = i64::try_from(net).ok().and_then(|net| round_to_coin(net, coin));
        let (amount, rounding) = rounded.ok_or_else(|| out_of_range("amount"))?;
        if self.amount != 0 && self.amount != amount {
            let message = format!(
                "amount says {}, the applications come to {net} and in coins of {coin} to {amount} minor units",
                self.amount
            );
            return Err(Refusal::field("amount", Constraint::TotalsMismatch, message));
        }
        let mut request = Self { amount, ..self.clone() };
        let settled = request.applications.iter_mut().filter(|each| each.item.side() == Some(settles));
        if let Some(largest) = settled.max_by_key(|each| each.amount) {
            largest.amount = largest.amount.checked_add(rounding).ok_or_else(|| out_of_range("amount"))?;
            largest.cash_rounding_amount = rounding;
        }
        Ok(Cow::Owned(request))
    }

    /// Which way the money goes, by what is named; payments among the items do not tell.
    ///
    /// # Errors
    /// `direction` with `required` when nothing tells.
    pub fn direction_by_items(&self) -> Result<PaymentDirection, Refusal> {
        if let Some(direction) = self.direction {
            return Ok(direction);
        }
        let (mut debit, mut credit) = (None, None);
        for application in &self.applications {
            let sum = match application.item.side() {
                Some(Side::Debit) => &mut debit,
                Some(Side::Credit) => &mut credit,
                None => continue,
            };
            *sum = Some(sum.unwrap_or(0_i128) + i128::from(application.amount));
        }
        match (debit, credit) {
            (None, None) => Err(Refusal::field(
                "direction",
                Constraint::Required,
                "say whether the payment was received or made",
            )),
            (debit, credit) if debit.unwrap_or(0) >= credit.unwrap_or(0) => Ok(PaymentDirection::Received),
            _ => Ok(PaymentDirection::Made),
        }
    }
}

fn check_override(reason: Option<&str>) -> Result<(), Refusal> {
    reason.map_or(Ok(()), |reason| text::check_filled(reason, "override_closed_period.reason", 500))
}

/// What shall be taken back of a payment, or the payment itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReleaseRequest {
    /// Some of its applications; all of them by default.
    pub application_ids: Option<Vec<ApplicationId>>,
    /// The accounting date; today by default.
    pub date: Option<Date>,
    /// Why.
    pub reason: Option<String>,
    /// Why it should go into a soft-locked period.
    pub override_closed_period: Option<String>,
    /// The version that the caller has seen.
    pub version: Option<i64>,
}

impl ReleaseRequest {
    /// Checks the fields that people type.
    ///
    /// # Errors
    /// Every field that breaks its limits.
    pub fn check(&self) -> Result<(), Vec<Refusal>> {
        let refusals: Vec<Refusal> = [
            self.date.map_or(Ok(()), |date| check_date(date, "date")),
            text::check_optional(self.reason.as_deref(), "reason", 500),
            check_override(self.override_closed_period.as_deref()),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }
}

/// Money paid back, of a payment or of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundRequest {
    /// The integrator's own id for the refund.
    pub external_id: Option<String>,
    /// How much, minor units of the payment's currency; of a document all that is open by default.
    pub amount: Option<i64>,
    /// The accounting date; today by default.
    pub date: Option<Date>,
    /// Base units per unit of the currency; by default the latest stored on or before the date.
    pub exchange_rate: Option<ExchangeRate>,
    /// The bank or clearing account; by default that of the payment, else that of the settings.
    pub account_id: Option<AccountId>,
    /// How it is paid.
    pub method: Option<String>,
    /// The number on the paper.
    pub reference_number: Option<String>,
    /// Why.
    pub memo: Option<String>,
    /// What the bank or the payment service takes on top.
    pub fee_amount: i64,
    /// The account of the fee; by default that of the settings.
    pub fee_account_id: Option<AccountId>,
    /// Free pairs.
    pub metadata: Metadata,
    /// Why it should go into a soft-locked period.
    pub override_closed_period: Option<String>,
    /// The version that the caller has seen.
    pub version: Option<i64>,
}

impl RefundRequest {
    /// The refund as a payment of this amount on this date that settles one item.
    #[must_use]
    pub fn as_payment(
        &self,
        direction: PaymentDirection,
        date: Date,
        item: OpenItemRef,
        amount: i64,
    ) -> PaymentRequest {
        PaymentRequest {
            external_id: self.external_id.clone(),
            direction: Some(direction),
            exchange_rate: self.exchange_rate,
            account_id: self.account_id,
            method: self.method.clone(),
            reference_number: self.reference_number.clone(),
            memo: self.memo.clone(),
            fee_amount: self.fee_amount,
            fee_account_id: self.fee_account_id,
            applications: vec![ApplicationRequest {
                item,
                amount,
                discount: 0,
                write_off: 0,
                cash_rounding_amount: 0,
            }],
            metadata: self.metadata.clone(),
            override_closed_period: self.override_closed_period.clone(),
            ..PaymentRequest::new(date, amount)
        }
    }
}
