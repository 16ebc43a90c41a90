//! How a company trades unless a contact or a document says otherwise.

use crate::contact::MAX_TERMS_DAYS;
use crate::refusal::{Constraint, Refusal};
use crate::tax::{TaxMode, TaxRounding};
use crate::text;
use serde::{Deserialize, Serialize};

/// A tolerance above this is no small difference: a million minor units of base currency.
const MAX_TOLERANCE: i64 = 1_000_000;

/// Characters.
const MAX_INSTRUCTIONS: usize = 1_000;

/// How a company trades unless a contact or a document says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TradePolicy {
    /// A payment may leave or exceed what is open by this much and the difference is written off: minor units of base
    /// currency, `100` by default (1.00 of a currency with cents). Above it a difference stays open.
    pub write_off_tolerance: i64,
    /// What the prices of documents mean.
    pub tax_mode: TaxMode,
    /// Where the tax of documents is rounded.
    pub tax_rounding: TaxRounding,
    /// Whether more may be sold than is in stock; its cost follows when it comes.
    pub allow_negative_stock: bool,
    /// Days from the date of a document until it is due.
    pub payment_terms_days: i64,
    /// Whether only documents, payments and stock may move the accounts whose balance they explain, see
    /// [`DefaultAccounts::control_of`](super::DefaultAccounts::control_of).
    pub lock_control_accounts: bool,
    /// How customers are to pay: account, IBAN, where to send a cheque. Printed on invoices and statements.
    pub payment_instructions: Option<String>,
}

impl Default for TradePolicy {
    fn default() -> Self {
        Self {
            write_off_tolerance: 100,
            tax_mode: TaxMode::default(),
            tax_rounding: TaxRounding::default(),
            allow_negative_stock: false,
            payment_terms_days: 30,
            lock_control_accounts: false,
            payment_instructions: None,
        }
    }
}

impl TradePolicy {
    /// Checks the fields that people type.
    ///
    /// # Errors
    /// `trade.write_off_tolerance` or `trade.payment_terms_days` with constraint `range`; `trade.payment_instructions`.
    pub(super) fn check(&self) -> Vec<Refusal> {
        let within = |value: i64, field: &str, most: i64| {
            let message = || format!("{field} is 0 to {most}, not {value}");
            let refuse = || Refusal::field(format!("trade.{field}"), Constraint::Range, message());
            (!(0..=most).contains(&value)).then(refuse)
        };
        [
            within(self.write_off_tolerance, "write_off_tolerance", MAX_TOLERANCE),
            within(self.payment_terms_days, "payment_terms_days", MAX_TERMS_DAYS),
        ]
        .into_iter()
        .flatten()
        .chain(
            text::check_optional(
                self.payment_instructions.as_deref(),
                "trade.payment_instructions",
                MAX_INSTRUCTIONS,
            )
            .err(),
        )
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_said_is_the_default() {
        assert_eq!(serde_json::from_str::<TradePolicy>("{}").unwrap(), TradePolicy::default());
    }

    #[test]
    fn numbers_out_of_range_are_refused_by_name() {
        assert_eq!(TradePolicy::default().check(), []);
        let policy = TradePolicy { write_off_tolerance: -1, payment_terms_days: 9_999, ..Default::default() };
        let fields: Vec<_> = policy.check().iter().map(|r| r.at().unwrap().into_owned()).collect();
        assert_eq!(fields, ["trade.write_off_tolerance", "trade.payment_terms_days"]);
    }
}
