//! The tax of a document: net and tax of every line, a summary by code, and an account of every cent.
//!
//! Everything is whole minor units, so the currency's exponent needs no rule of its own. Halves are rounded away from
//! zero unless the policy drops what is below a whole unit, and nothing is rounded twice: exact values are fractions
//! until the one place where the policy rounds them. The tax of the document is always the sum of the taxes of its
//! lines; where the document is what is rounded, its lines share that amount by largest remainder (HMRC Notice 700
//! §17.5; EN 16931 BR-CO-14).

mod inclusive;
mod sheet;
mod trace;

pub use trace::{Exact, Rounded, RoundingRule, RoundingStep};

use crate::id::{AccountId, TaxCodeId};
use crate::journal_entry::MAX_AMOUNT;
use crate::refusal::{Constraint, Refusal};
use crate::tax_code::{TaxCode, TaxType};
use crate::tax_rate::TaxRate;
use serde::{Deserialize, Serialize};
use sheet::Sheet;

/// What the amounts of a document's lines mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxMode {
    /// Net: taxes are added.
    #[default]
    Exclusive,
    /// Gross: taxes are contained and the gross stays what it is.
    Inclusive,
    /// No tax at all, whatever the lines name.
    None,
}

impl TaxMode {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Exclusive, Self::Inclusive, Self::None];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Exclusive => "exclusive",
            Self::Inclusive => "inclusive",
            Self::None => "none",
        }
    }

    /// The mode of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// Where tax is rounded to whole minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxRounding {
    /// On every line.
    Line,
    /// Once for each code of the document; in inclusive documents, once for each combination of codes.
    #[default]
    Document,
    /// As `Document`, but what is below a whole minor unit of a charged tax is dropped: 163.725 is 163.72. HMRC lets
    /// traders who issue invoices do so, and nobody else (VATREC12010, Notice 700 §17.5).
    DocumentDown,
}

impl TaxRounding {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Line, Self::Document, Self::DocumentDown];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Document => "document",
            Self::DocumentDown => "document_down",
        }
    }

    /// The rounding of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rounding| rounding.name() == name)
    }
}

/// Which side of a trade the company is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trade {
    /// It sells: tax is owed to the state.
    Sale,
    /// It buys: tax may come back from the state.
    Purchase,
}

impl Trade {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sale, Self::Purchase];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Purchase => "purchase",
        }
    }

    /// The side of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trade| trade.name() == name)
    }
}

/// How a document is taxed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaxPolicy {
    /// What the amounts mean.
    pub mode: TaxMode,
    /// Where tax is rounded.
    pub rounding: TaxRounding,
    /// Which side the company is on.
    pub trade: Trade,
}

/// What a tax does to what is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxKind {
    /// The seller charges it: more is due.
    Charged,
    /// The payer keeps it back for the state: less is due.
    Withheld,
    /// The buyer owes it in the seller's place (reverse charge, use tax): what is due stays.
    SelfAssessed,
}

impl TaxKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Charged, Self::Withheld, Self::SelfAssessed];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Charged => "charged",
            Self::Withheld => "withheld",
            Self::SelfAssessed => "self_assessed",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind that follows from a code.
    #[must_use]
    pub fn of(code: &TaxCode) -> Self {
        match (code.self_assess_account_id, code.tax_type) {
            (Some(_), _) => Self::SelfAssessed,
            (None, TaxType::Withholding) => Self::Withheld,
            (None, _) => Self::Charged,
        }
    }
}

/// A line to be taxed.
#[derive(Clone, Debug)]
pub struct TaxableLine<'a> {
    /// After discount, minor units: net or gross as the mode says.
    pub amount: i64,
    /// The codes that apply, in order; none leaves the line without tax.
    pub codes: Vec<&'a TaxCode>,
}

/// One tax of one line, minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineTax {
    /// The code.
    pub tax_code_id: TaxCodeId,
    /// What it does to what is due.
    pub kind: TaxKind,
    /// What it is computed from: the net, for a compound code with the charged taxes before it.
    pub base: i64,
    /// The tax, with the sign of the base. A seller's self-assessed tax is 0: its customer owes it.
    pub amount: i64,
    /// The part that a buyer gets back; 0 in sales.
    pub recoverable: i64,
}

impl LineTax {
    /// What it adds to what is due.
    #[must_use]
    pub fn due(&self) -> i128 {
        match self.kind {
            TaxKind::Charged => i128::from(self.amount),
            TaxKind::Withheld => -i128::from(self.amount),
            TaxKind::SelfAssessed => 0,
        }
    }

    /// What it adds to the cost of a purchase: the part that does not come back.
    #[must_use]
    pub fn cost(&self, trade: Trade) -> i128 {
        match (trade, self.kind) {
            (Trade::Purchase, TaxKind::Charged | TaxKind::SelfAssessed) => {
                i128::from(self.amount) - i128::from(self.recoverable)
            }
            (Trade::Sale, _) | (_, TaxKind::Withheld) => 0,
        }
    }
}

/// A taxed line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssessedLine {
    /// Without tax.
    pub net: i64,
    /// What its taxes add to what is due: charged less withheld.
    pub tax: i64,
    /// Each tax, in the order of the codes.
    pub taxes: Vec<LineTax>,
}

/// One code over the whole document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxSummary {
    /// The code.
    pub tax_code_id: TaxCodeId,
    /// Its short name.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it does to what is due.
    pub kind: TaxKind,
    /// Its rate.
    pub rate: TaxRate,
    /// Whether it says only that no tax is due.
    pub is_exempt: bool,
    /// Σ of what it was computed from (EN 16931 BT-116).
    pub base: i64,
    /// Σ tax of the lines (EN 16931 BT-117).
    pub amount: i64,
    /// Σ of what a buyer gets back.
    pub recoverable: i64,
    /// The box of the tax return.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report_box: Option<String>,
    /// Takes the tax.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// Takes what the buyer owes in the seller's place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_assess_account_id: Option<AccountId>,
    /// Takes the tax until the document is paid; none of a tax that is due when it is posted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending_account_id: Option<AccountId>,
}

impl TaxSummary {
    /// Takes the tax when the document is posted.
    #[must_use]
    pub fn first_account_id(&self) -> Option<AccountId> {
        self.pending_account_id.or(self.account_id)
    }
}

/// The tax of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxAssessment {
    /// The lines, in their order.
    pub lines: Vec<AssessedLine>,
    /// The codes, in the order in which the lines name them.
    pub taxes: Vec<TaxSummary>,
    /// Σ net of the lines (EN 16931 BT-109).
    pub net: i64,
    /// Σ tax of the lines: charged less withheld (EN 16931 BT-110).
    pub tax: i64,
    /// What the payer keeps back; it is subtracted in `tax` already.
    pub withheld: i64,
    /// Where something was rounded, and by how much.
    pub trace: Vec<RoundingStep>,
}

/// Taxes the lines of a document.
///
/// # Errors
/// `lines[i].amount`, or `lines`, with constraint `range`, when an amount or a sum has more than 15 digits.
pub fn assess(lines: &[TaxableLine<'_>], policy: TaxPolicy) -> Result<TaxAssessment, Refusal> {
    for (i, line) in lines.iter().enumerate() {
        if line.amount.unsigned_abs() > MAX_AMOUNT.unsigned_abs() {
            return Err(Refusal::field(
                format!("lines[{i}].amount"),
                Constraint::Range,
                format!("the amount {} exceeds {MAX_AMOUNT} minor units", line.amount),
            ));
        }
    }
    let assessed = Sheet::of(lines, policy).assess();
    assessed.ok_or_else(|| {
        Refusal::field(
            "lines",
            Constraint::Range,
            format!("the lines and their taxes sum up to more than {MAX_AMOUNT} minor units"),
        )
    })
}

#[cfg(test)]
mod tests;
