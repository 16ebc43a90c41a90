//! What invoices, bills, credit notes, vendor credits and estimates share: priced lines, totals, and what they post.

mod draft;
mod line;
mod posting;
mod record;
mod totals;

pub use draft::{DocumentDraft, LineRequest};
pub use line::{Discount, DocumentLine, DocumentLineDraft};
pub use posting::ControlAccount;
pub use record::{Document, DocumentSettled, DocumentState};
pub use totals::{SuppliedTotals, Totals};

use crate::account::Side;
use crate::money::Currency;
use crate::refusal::{Constraint, Refusal};
use crate::tax::{RoundingStep, TaxMode, TaxPolicy, TaxRounding, TaxSummary, TaxableLine, Trade, assess};
use crate::tax_group::TaxTable;
use serde::{Deserialize, Serialize};
use time::Date;

/// A document has at most this many lines.
pub const MAX_LINES: usize = 1_000;

/// What kind of document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// An offer to a customer; posts nothing.
    Estimate,
    /// What a customer owes.
    Invoice,
    /// What a customer no longer owes.
    CreditNote,
    /// What is owed to a vendor.
    Bill,
    /// What is no longer owed to a vendor.
    VendorCredit,
}

impl DocumentKind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Estimate, Self::Invoice, Self::CreditNote, Self::Bill, Self::VendorCredit];

    /// The stable name, also the transaction type of its entry.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Estimate => "estimate",
            Self::Invoice => "invoice",
            Self::CreditNote => "credit_note",
            Self::Bill => "bill",
            Self::VendorCredit => "vendor_credit",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Which side of the trade the company is on.
    #[must_use]
    pub fn trade(self) -> Trade {
        match self {
            Self::Estimate | Self::Invoice | Self::CreditNote => Trade::Sale,
            Self::Bill | Self::VendorCredit => Trade::Purchase,
        }
    }

    /// The side on which its total stands in the receivables or payables control account: debit for what is due to the
    /// company, credit for what it owes. An estimate has none.
    #[must_use]
    pub fn control_side(self) -> Option<Side> {
        match self {
            Self::Estimate => None,
            Self::Invoice | Self::VendorCredit => Some(Side::Debit),
            Self::CreditNote | Self::Bill => Some(Side::Credit),
        }
    }
}

/// What decides how the lines of a document are priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// What kind of document it is.
    pub kind: DocumentKind,
    /// The accounting date, on which the tax codes must apply.
    pub date: Date,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// What the amounts of its lines mean.
    pub tax_mode: TaxMode,
    /// Where tax is rounded.
    pub tax_rounding: TaxRounding,
}

/// A document with its amounts, minor units of its currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedDocument {
    /// What kind of document it is.
    pub kind: DocumentKind,
    /// The lines, in their order.
    pub lines: Vec<DocumentLine>,
    /// The taxes by code.
    pub taxes: Vec<TaxSummary>,
    /// The totals.
    pub totals: Totals,
    /// Where tax was rounded, and by how much.
    pub trace: Vec<RoundingStep>,
}

impl PricedDocument {
    /// Prices the lines of a document: quantity × price, less discount, plus tax.
    ///
    /// # Errors
    /// `lines` with `length` or `range`, every line that breaks its limits or names no tax code, and `total` with
    /// `range` when it is below zero: what turns a debt round is a document of the opposite kind.
    pub fn price(
        drafts: &[DocumentLineDraft],
        terms: &Terms,
        table: &TaxTable,
    ) -> Result<Self, Vec<Refusal>> {
        if !(1..=MAX_LINES).contains(&drafts.len()) {
            return Err(vec![Refusal::field(
                "lines",
                Constraint::Length,
                format!("a document has 1 to {MAX_LINES} lines, not {}", drafts.len()),
            )]);
        }
        let mut refusals = Vec::new();
        let mut priced = Vec::with_capacity(drafts.len());
        for (i, draft) in drafts.iter().enumerate() {
            let path = format!("lines[{i}]");
            match draft.price(terms.currency) {
                Ok(line) => priced.push(line),
                Err(refusal) => refusals.push(refusal.under(&path)),
            }
        }
        let mut taxable = Vec::with_capacity(drafts.len());
        for ((i, draft), line) in drafts.iter().enumerate().zip(&priced) {
            let field = format!("lines[{i}].tax_code_id");
            let codes = draft.tax_code_id.map_or(Ok(Vec::new()), |id| table.codes_of(id, terms.date, &field));
            match codes {
                Ok(codes) => taxable.push(TaxableLine { amount: line.amount, codes }),
                Err(refusal) => refusals.push(refusal),
            }
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let policy =
            TaxPolicy { mode: terms.tax_mode, rounding: terms.tax_rounding, trade: terms.kind.trade() };
        let mut assessment = assess(&taxable, policy).map_err(|refusal| vec![refusal])?;
        let totals = Totals::of(&assessment, &priced).map_err(|refusal| vec![refusal])?;
        if totals.total < 0 {
            return Err(vec![Refusal::field(
                "total",
                Constraint::Range,
                format!(
                    "the total {} {} is below zero; write a document of the opposite kind",
                    terms.currency.decimal(i128::from(totals.total)),
                    terms.currency
                ),
            )]);
        }
        if totals.total == 0 {
            // No payment will ever release what waits for one.
            assessment.taxes.iter_mut().for_each(|tax| tax.pending_account_id = None);
        }
        let lines = drafts
            .iter()
            .zip(priced)
            .zip(assessment.lines)
            .enumerate()
            .map(|(i, ((draft, priced), assessed))| DocumentLine::of(i, draft, priced, assessed))
            .collect();
        Ok(Self { kind: terms.kind, lines, taxes: assessment.taxes, totals, trace: assessment.trace })
    }
}

#[cfg(test)]
pub(crate) mod tests;
