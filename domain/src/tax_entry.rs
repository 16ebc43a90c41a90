//! Tax entries: what each posting of a document means to the tax return, in base currency.
//!
//! They never change. A void has entries of its own, in its own period, so that a return that was filed stays as it was
//! (T67); so has a discount for paying early, and what takes it back.

use crate::document::{Document, DocumentKind};
use crate::id::{DocumentId, EntryId, TaxCodeId};
use crate::journal_entry::MAX_AMOUNT;
use crate::money::{Currency, divide_half_away};
use crate::payment::PaymentApplication;
use crate::tax::{TaxKind, TaxSummary, Trade};
use serde::{Deserialize, Serialize};
use time::Date;

/// What a tax entry comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxOrigin {
    /// A document was posted.
    Posting,
    /// It was made void.
    Void,
    /// A discount for paying early was taken, or taken back.
    Discount,
    /// Something of a document whose tax is due on payment was settled, or is open again.
    Payment,
}

impl TaxOrigin {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Posting, Self::Void, Self::Discount, Self::Payment];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Posting => "posting",
            Self::Void => "void",
            Self::Discount => "discount",
            Self::Payment => "payment",
        }
    }

    /// The origin of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.name() == name)
    }
}

/// The amounts of a tax, minor units of base currency: above zero for an invoice or a bill, below zero for what takes from
/// it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TaxAmounts {
    /// What the tax was computed from.
    pub base: i64,
    /// The tax.
    pub tax: i64,
    /// The part of it that the buyer gets back; 0 in sales.
    pub recoverable: i64,
}

impl TaxAmounts {
    /// The sum; `None` out of range.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Some(Self {
            base: self.base.checked_add(other.base)?,
            tax: self.tax.checked_add(other.tax)?,
            recoverable: self.recoverable.checked_add(other.recoverable)?,
        })
    }

    pub(crate) fn negated(self) -> Option<Self> {
        Some(Self {
            base: self.base.checked_neg()?,
            tax: self.tax.checked_neg()?,
            recoverable: self.recoverable.checked_neg()?,
        })
    }
}

/// What a posting means to one tax code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxEntry {
    /// The accounting date.
    pub date: Date,
    /// The journal entry.
    pub entry_id: EntryId,
    /// From 1 within the journal entry.
    pub line_number: i32,
    /// The document whose tax it is.
    pub document_id: DocumentId,
    /// The code.
    pub tax_code_id: TaxCodeId,
    /// On which side of the trade.
    pub trade: Trade,
    /// What the tax did to what was due.
    pub kind: TaxKind,
    /// What it comes from.
    pub origin: TaxOrigin,
    /// The amounts.
    pub amounts: TaxAmounts,
}

/// Where and when something was posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostedOn {
    /// The journal entry.
    pub entry_id: EntryId,
    /// Its accounting date.
    pub date: Date,
}

impl TaxEntry {
    /// The entries of a document, as its journal entry has them, one for each of its codes but those that are due on payment,
    /// see [`cash_basis_tax`](crate::cash_basis_tax). With [`TaxOrigin::Void`] those
    /// of its reversal. `None` out of range.
    #[must_use]
    pub fn of_document(
        document: &Document,
        base: Currency,
        posted: PostedOn,
        origin: TaxOrigin,
    ) -> Option<Vec<Self>> {
        let reduces = is_credit(document.kind) != (origin == TaxOrigin::Void);
        let to_base =
            |minor: i64| in_range(document.exchange_rate.to_base(minor, document.currency_code, base)?);
        let due = document.taxes.iter().filter(|tax| tax.pending_account_id.is_none());
        let each = due.zip(1..).map(|(tax, line_number)| {
            // Each of the three stands in the entry as a line of its own, converted by itself.
            let amounts = TaxAmounts {
                base: to_base(tax.base)?,
                tax: to_base(tax.amount)?,
                recoverable: to_base(tax.recoverable)?,
            };
            let amounts = if reduces { amounts.negated()? } else { amounts };
            Some(Self {
                date: posted.date,
                entry_id: posted.entry_id,
                line_number,
                document_id: document.id,
                tax_code_id: tax.tax_code_id,
                trade: document.kind.trade(),
                kind: tax.kind,
                origin,
                amounts,
            })
        });
        each.collect()
    }

    /// What the discount of an application corrects of the taxes of its document, numbered on from `line_number`; nothing
    /// without a discount, `None` out of range.
    #[must_use]
    pub fn of_discount(
        application: &PaymentApplication,
        document: &Document,
        base: Currency,
        line_number: i32,
    ) -> Option<Vec<Self>> {
        let Some(entry_id) = application.entry_id.filter(|_| application.discount != 0) else {
            return Some(Vec::new());
        };
        let trade = document.kind.trade();
        // What waits for payment was not declared yet, so that nothing of it is corrected.
        let due = document.taxes.iter().filter(|tax| tax.pending_account_id.is_none());
        let each = due.zip(line_number..).map(|(tax, line_number)| {
            Some(Self {
                date: application.date,
                entry_id,
                line_number,
                document_id: document.id,
                tax_code_id: tax.tax_code_id,
                trade,
                kind: tax.kind,
                origin: TaxOrigin::Discount,
                amounts: discounted(application, document, base, tax)?,
            })
        });
        let entries: Option<Vec<Self>> = each.collect();
        Some(entries?.into_iter().filter(|entry| entry.amounts != TaxAmounts::default()).collect())
    }
}

/// Whether a document of a kind takes from what another one has added.
pub(crate) fn is_credit(kind: DocumentKind) -> bool {
    matches!(kind, DocumentKind::CreditNote | DocumentKind::VendorCredit)
}

/// What a discount changes of one tax. What reached its accounts is what the lines of the application say; the rest is
/// shared out as the document has it.
fn discounted(
    application: &PaymentApplication,
    document: &Document,
    base: Currency,
    tax: &TaxSummary,
) -> Option<TaxAmounts> {
    let to_base =
        |minor: i64| in_range(document.exchange_rate.to_base(minor, document.currency_code, base)?);
    let of_code: Vec<_> = application
        .lines
        .iter()
        .filter(|line| line.dimensions.tax_code_id == Some(tax.tax_code_id))
        .collect();
    // Debit less credit.
    let on = |account| {
        let lines = of_code.iter().filter(|line| Some(line.account) == account);
        lines.map(|line| line.base_debit - line.base_credit).try_fold(0_i64, i64::checked_add)
    };
    let trade = document.kind.trade();
    let sign = if is_credit(document.kind) { -1 } else { 1 };
    let share = part_of(application.discount, tax.base, document.totals.total)?;
    let taxable = to_base(share)?.checked_mul(-sign)?;
    let corrected = application
        .tax_corrections
        .iter()
        .filter(|(code, _)| *code == tax.tax_code_id)
        .try_fold(0_i64, |sum, (_, amount)| sum.checked_add(*amount))?;
    let (taxed, recoverable) = match (tax.kind, trade) {
        (TaxKind::Charged, Trade::Sale) => (on(tax.account_id)?.checked_neg()?, 0),
        (TaxKind::Withheld, Trade::Sale) => (on(tax.account_id)?, 0),
        (TaxKind::SelfAssessed, Trade::Sale) => (0, 0),
        (TaxKind::Charged, Trade::Purchase) => {
            let recoverable = if tax.recoverable == 0 { 0 } else { on(tax.account_id)? };
            let whole = to_base(corrected)?.checked_mul(-sign)?;
            (if tax.recoverable == tax.amount { recoverable } else { whole }, recoverable)
        }
        (TaxKind::Withheld, Trade::Purchase) => (on(tax.account_id)?.checked_neg()?, 0),
        (TaxKind::SelfAssessed, Trade::Purchase) => {
            let recoverable = if tax.recoverable == 0 { 0 } else { on(tax.account_id)? };
            (on(tax.self_assess_account_id)?.checked_neg()?, recoverable)
        }
    };
    Some(TaxAmounts { base: taxable, tax: taxed, recoverable })
}

fn in_range(minor: i64) -> Option<i64> {
    (minor.unsigned_abs() <= MAX_AMOUNT.unsigned_abs()).then_some(minor)
}

/// `whole × part / of`, rounded half away from zero; nothing of nothing.
pub(crate) fn part_of(whole: i64, part: i64, of: i64) -> Option<i64> {
    if of == 0 {
        return Some(0);
    }
    let exact = i128::from(whole).checked_mul(i128::from(part))?;
    i64::try_from(divide_half_away(exact, i128::from(of))?).ok()
}

#[cfg(test)]
mod tests;
