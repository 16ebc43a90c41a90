//! What a payment must keep to before it is worked out.

use super::{Application, MAX_APPLICATIONS, PaymentDraft};
use crate::exchange_rate::ExchangeRate;
use crate::journal_entry::MAX_AMOUNT;
use crate::refusal::{Constraint, Refusal};
use std::collections::HashSet;

/// An account is missing: the request may name the first two, the settings all of them.
pub(super) fn required(name: &str, what: &str) -> Refusal {
    let (field, remedy) = match name {
        "bank" => ("account_id".to_owned(), "name one, or "),
        "payment_fees" => ("fee_account_id".to_owned(), "name one, or "),
        _ => (format!("default_accounts.{name}"), ""),
    };
    let message =
        format!("an account for {what} is needed: {remedy}set default_accounts.{name} in the settings");
    Refusal::field(field, Constraint::Required, message)
}

pub(super) fn out_of_range(field: impl Into<String>) -> Refusal {
    let message = format!("an amount is 0 to {MAX_AMOUNT} minor units, also in base currency");
    Refusal::field(field, Constraint::Range, message)
}

impl PaymentDraft<'_> {
    /// Checks amounts, rate and applications, each by itself.
    pub(super) fn check(&self) -> Result<(), Vec<Refusal>> {
        let mut refusals: Vec<Refusal> = [("amount", self.amount), ("fee_amount", self.fee)]
            .into_iter()
            .filter(|(_, amount)| !(0..=MAX_AMOUNT).contains(amount))
            .map(|(field, _)| out_of_range(field))
            .collect();
        if self.currency == self.base_currency && self.exchange_rate != ExchangeRate::PAR {
            let message = format!("the rate of the base currency {} is 1000000", self.base_currency);
            refusals.push(Refusal::field("exchange_rate", Constraint::Range, message));
        }
        if self.applications.len() > MAX_APPLICATIONS {
            let found = self.applications.len();
            let message = format!("a payment has at most {MAX_APPLICATIONS} applications, not {found}");
            refusals.push(Refusal::field("applications", Constraint::Length, message));
            return Err(refusals);
        }
        let mut named = HashSet::with_capacity(self.applications.len());
        for (i, application) in self.applications.iter().enumerate() {
            let outcome = if named.insert(application.item.source) {
                self.check_application(application)
            } else {
                let message = "the payment names this item already";
                Err(Refusal::field("amount", Constraint::Unique, message))
            };
            if let Err(refusal) = outcome {
                refusals.push(refusal.under(&format!("applications[{i}]")));
            }
        }
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }

    fn check_application(&self, application: &Application<'_>) -> Result<(), Refusal> {
        let Application { item, amount, discount, write_off, cash_rounding_amount } = application;
        let decimal = |minor: i128| self.currency.decimal(minor);
        for (field, part) in [("amount", *amount), ("discount", *discount)] {
            if !(0..=MAX_AMOUNT).contains(&part) {
                return Err(out_of_range(field));
            }
        }
        if write_off.unsigned_abs() > MAX_AMOUNT.unsigned_abs() {
            return Err(out_of_range("write_off"));
        }
        if item.currency != self.currency {
            return Err(Refusal::field(
                "amount",
                Constraint::Currency,
                format!("the item is in {}, the payment in {}", item.currency, self.currency),
            ));
        }
        let rounding = i128::from(*cash_rounding_amount);
        let relieved = i128::from(*amount) + i128::from(*discount) + i128::from(*write_off) - rounding;
        let open = i128::from(item.open);
        if relieved <= 0 {
            return Err(Refusal::field("amount", Constraint::Range, "an application is above zero"));
        }
        if relieved > open {
            let message =
                format!("{} {} is more than the {} open", decimal(relieved), self.currency, decimal(open));
            return Err(Refusal::field("amount", Constraint::ExceedsOpenAmount, message));
        }
        if *write_off == 0 {
            return Ok(());
        }
        let given = self.to_base(*write_off, "write_off")?;
        if given.unsigned_abs() > self.write_off_tolerance.unsigned_abs() {
            let base = |minor: i64| self.base_currency.decimal(i128::from(minor));
            let message =
                format!("{} is more than the tolerance of {}", base(given), base(self.write_off_tolerance));
            return Err(Refusal::field("write_off", Constraint::Range, message));
        }
        if relieved < open {
            let message =
                format!("a write-off closes the item, {} would stay open", decimal(open - relieved));
            return Err(Refusal::field("write_off", Constraint::Range, message));
        }
        Ok(())
    }

    /// What the applications take of the payment, less what credits on the other side add to it.
    pub(super) fn net(&self) -> i128 {
        let settles = self.direction.bank_side();
        self.applications.iter().fold(0, |sum, application| {
            let amount = i128::from(application.amount);
            if application.item.source.side() == settles { sum + amount } else { sum - amount }
        })
    }

    /// What is left of the payment.
    pub(super) fn unapplied(&self) -> Result<i64, Refusal> {
        let has = i128::from(self.amount) + self.rest.map_or(0, |rest| i128::from(rest.unapplied));
        let net = self.net();
        let left = has - net;
        match i64::try_from(left).ok().filter(|left| *left <= MAX_AMOUNT) {
            Some(left) if left >= 0 => Ok(left),
            None if left > 0 => Err(out_of_range("applications")),
            _ => Err(Refusal::field(
                "applications",
                Constraint::ExceedsUnappliedAmount,
                format!(
                    "the applications take {} {}, the payment has {}",
                    self.currency.decimal(net),
                    self.currency,
                    self.currency.decimal(has)
                ),
            )),
        }
    }

    pub(super) fn to_base(&self, minor: i64, field: &str) -> Result<i64, Refusal> {
        self.exchange_rate
            .to_base(minor, self.currency, self.base_currency)
            .filter(|base| base.unsigned_abs() <= MAX_AMOUNT.unsigned_abs())
            .ok_or_else(|| out_of_range(field))
    }
}
