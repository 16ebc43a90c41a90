//! The totals of a document, and those that a caller believes it has.

use super::line::PricedLine;
use crate::journal_entry::MAX_AMOUNT;
use crate::money::Currency;
use crate::refusal::{Constraint, Refusal};
use crate::tax::TaxAssessment;
use serde::{Deserialize, Serialize};

/// The totals of a document, minor units. `subtotal` + `tax_total` = `total`, exactly (EN 16931 BR-CO-15).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Σ of the lines after discount and without tax (EN 16931 BT-109).
    pub subtotal: i64,
    /// Σ of what was taken off the lines; it is subtracted in `subtotal` already. With tax in inclusive documents.
    pub discount_total: i64,
    /// Σ tax of the lines: charged less withheld (EN 16931 BT-110).
    pub tax_total: i64,
    /// What the payer keeps back for the state; it is subtracted in `tax_total` already.
    pub withholding_total: i64,
    /// What is due.
    pub total: i64,
}

impl Totals {
    pub(super) fn of(assessment: &TaxAssessment, priced: &[PricedLine]) -> Result<Self, Refusal> {
        let discounts = priced.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.discount));
        let total = assessment.net.checked_add(assessment.tax);
        match (discounts.filter(|sum| sum.unsigned_abs() <= MAX_AMOUNT.unsigned_abs()), total) {
            (Some(discount_total), Some(total)) => Ok(Self {
                subtotal: assessment.net,
                discount_total,
                tax_total: assessment.tax,
                withholding_total: assessment.withheld,
                total,
            }),
            _ => Err(Refusal::field(
                "lines",
                Constraint::Range,
                format!("the discounts sum up to more than {MAX_AMOUNT} minor units"),
            )),
        }
    }
}

/// The totals that a caller sends along, so that a difference of opinion is found before anything is posted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuppliedTotals {
    /// See [`Totals::subtotal`].
    pub subtotal: Option<i64>,
    /// See [`Totals::discount_total`].
    pub discount_total: Option<i64>,
    /// See [`Totals::tax_total`].
    pub tax_total: Option<i64>,
    /// See [`Totals::total`].
    pub total: Option<i64>,
}

impl SuppliedTotals {
    /// Compares them with the totals that follow from the lines.
    ///
    /// # Errors
    /// Every total that differs, with constraint `totals_mismatch`, naming both amounts.
    pub fn check(&self, computed: &Totals, currency: Currency) -> Result<(), Vec<Refusal>> {
        let refusals: Vec<Refusal> = [
            ("subtotal", self.subtotal, computed.subtotal),
            ("discount_total", self.discount_total, computed.discount_total),
            ("tax_total", self.tax_total, computed.tax_total),
            ("total", self.total, computed.total),
        ]
        .into_iter()
        .filter_map(|(field, supplied, computed)| {
            let supplied = supplied.filter(|supplied| *supplied != computed)?;
            let decimal = |minor| currency.decimal(i128::from(minor));
            let message = format!(
                "{field} says {}, the lines make {} {currency}",
                decimal(supplied),
                decimal(computed)
            );
            Some(Refusal::field(field, Constraint::TotalsMismatch, message))
        })
        .collect();
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }
}
