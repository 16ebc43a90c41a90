//! The lines of a document.

use crate::id::{AccountId, ItemId, TaxCodeId};
use crate::journal_entry::{Dimensions, MAX_AMOUNT};
use crate::money::{Currency, divide_half_away};
use crate::quantity::Quantity;
use crate::refusal::{Constraint, Refusal};
use crate::tax::{AssessedLine, LineTax};
use crate::tax_code::WHOLE_BASIS_POINTS;
use crate::text;
use crate::unit_price::UnitPrice;
use serde::{Deserialize, Serialize};

/// What is taken off a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Discount {
    /// A part of it, 0 to 10 000 basis points (`discount_percent`).
    Percent(i64),
    /// An amount, minor units (`discount_amount`).
    Amount(i64),
}

/// A line as a caller gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentLineDraft {
    /// The item.
    pub item_id: Option<ItemId>,
    /// Up to 500 characters.
    pub description: Option<String>,
    /// How many; negative for what comes back.
    pub quantity: Quantity,
    /// The price of one (`unit_price` or `unit_price_decimal`).
    pub unit_price: UnitPrice,
    /// What is taken off.
    pub discount: Option<Discount>,
    /// The account of income or expense; needed once the document is posted.
    pub account_id: Option<AccountId>,
    /// The tax code or tax group.
    pub tax_code_id: Option<TaxCodeId>,
    /// Class, location and project; contact and tax code are set when the line is posted.
    pub dimensions: Dimensions,
}

/// A priced line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentLine {
    /// From 1.
    pub line_number: i32,
    /// The item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_id: Option<ItemId>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How many.
    pub quantity: Quantity,
    /// The price of one.
    pub unit_price: UnitPrice,
    /// What is taken off, as it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discount: Option<Discount>,
    /// What is taken off, minor units.
    pub discount_amount: i64,
    /// The account of income or expense.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// The tax code or tax group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_code_id: Option<TaxCodeId>,
    /// Class, location and project.
    #[serde(default, skip_serializing_if = "Dimensions::is_none")]
    pub dimensions: Dimensions,
    /// After discount and without tax, minor units (EN 16931 BT-131).
    pub amount: i64,
    /// What its taxes add to what is due, minor units: charged less withheld.
    pub tax_amount: i64,
    /// Each tax.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taxes: Vec<LineTax>,
}

/// The amounts of a line before tax.
pub(super) struct PricedLine {
    /// What is taken off.
    pub(super) discount: i64,
    /// What is left: net or gross as the document's tax mode says.
    pub(super) amount: i64,
}

impl DocumentLineDraft {
    /// Quantity × price, rounded; then the discount on it, rounded once.
    pub(super) fn price(&self, currency: Currency) -> Result<PricedLine, Refusal> {
        text::check_optional(self.description.as_deref(), "description", 500)?;
        let Some(extended) = self.unit_price.times(self.quantity) else {
            let message = format!("quantity × price exceeds {MAX_AMOUNT} minor units");
            return Err(Refusal::field("unit_price", Constraint::Range, message));
        };
        let discount = match self.discount {
            None => 0,
            Some(Discount::Percent(points)) if (0..=WHOLE_BASIS_POINTS).contains(&points) => {
                let exact = i128::from(extended) * i128::from(points);
                divide_half_away(exact, i128::from(WHOLE_BASIS_POINTS))
                    .and_then(|discount| i64::try_from(discount).ok())
                    .unwrap_or_default()
            }
            Some(Discount::Percent(points)) => {
                return Err(Refusal::field(
                    "discount_percent",
                    Constraint::Range,
                    format!("a discount is 0 to {WHOLE_BASIS_POINTS} basis points, not {points}"),
                ));
            }
            Some(Discount::Amount(discount)) if (0..=extended.max(0)).contains(&discount) => discount,
            Some(Discount::Amount(discount)) => {
                let decimal = |minor| currency.decimal(i128::from(minor));
                return Err(Refusal::field(
                    "discount_amount",
                    Constraint::Range,
                    format!(
                        "the discount {} is not from 0 to the amount of the line, {} {currency}",
                        decimal(discount),
                        decimal(extended)
                    ),
                ));
            }
        };
        // A discount never exceeds what it is taken off, so the difference stays in range.
        Ok(PricedLine { discount, amount: extended.saturating_sub(discount) })
    }
}

impl DocumentLine {
    pub(super) fn of(
        i: usize,
        draft: &DocumentLineDraft,
        priced: PricedLine,
        assessed: AssessedLine,
    ) -> Self {
        Self {
            line_number: i32::try_from(i + 1).unwrap_or(i32::MAX),
            item_id: draft.item_id,
            description: draft.description.clone(),
            quantity: draft.quantity,
            unit_price: draft.unit_price,
            discount: draft.discount,
            discount_amount: priced.discount,
            account_id: draft.account_id,
            tax_code_id: draft.tax_code_id,
            dimensions: draft.dimensions,
            amount: assessed.net,
            tax_amount: assessed.tax,
            taxes: assessed.taxes,
        }
    }
}
