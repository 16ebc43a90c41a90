//! Tax by payment: what falls due as a document is paid.

use crate::document::Document;
use crate::id::TaxCodeId;
use crate::journal_entry::Dimensions;
use crate::money::{Currency, divide_half_away};
use crate::payment::{Applied, PaymentApplication};
use crate::posting_line::PostingLine;
use crate::tax::{TaxSummary, Trade};
use crate::tax_entry::{TaxAmounts, is_credit, part_of};

/// A tax within the total of a document, minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContainedTax {
    /// The tax.
    pub tax: i64,
    /// The total, with the tax.
    pub total: i64,
}

impl ContainedTax {
    /// The tax in the first `paid` of the total, halves away from zero; `None` for a total of zero.
    #[must_use]
    pub fn within(&self, paid: i64) -> Option<i64> {
        let exact = i128::from(self.tax).checked_mul(i128::from(paid))?;
        i64::try_from(divide_half_away(exact, i128::from(self.total))?).ok()
    }

    /// The tax that falls due when what is paid grows from `before` to `now` (cash accounting): the tax in all that is
    /// paid now less what fell due before, so that instalments settled together or apart release the same (T18).
    #[must_use]
    pub fn released(&self, before: i64, now: i64) -> Option<i64> {
        self.within(now)?.checked_sub(self.within(before)?)
    }
}

/// What settles a document, or, taken back, opens it up again.
#[derive(Clone, Copy, Debug)]
pub struct Settling<'a> {
    /// 1, or −1 where it is taken back.
    sign: i64,
    relieved: i64,
    discount: i64,
    lines: &'a [PostingLine],
    tax_corrections: &'a [(TaxCodeId, i64)],
}

impl<'a> Settling<'a> {
    /// What becomes of an item, with a discount.
    #[must_use]
    pub fn applied(applied: &'a Applied, discount: i64) -> Self {
        let Applied { relieved, lines, tax_corrections, .. } = applied;
        Self { sign: 1, relieved: *relieved, discount, lines, tax_corrections }
    }

    /// An application that is taken back.
    #[must_use]
    pub fn taken_back(application: &'a PaymentApplication) -> Self {
        let PaymentApplication { relieved, discount, lines, tax_corrections, .. } = application;
        Self { sign: -1, relieved: *relieved, discount: *discount, lines, tax_corrections }
    }
}

/// The part of a tax that falls due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The code.
    pub tax_code_id: TaxCodeId,
    /// From the account on which it waited to the account of the tax; the other way round where less is paid than before.
    pub lines: Vec<PostingLine>,
    /// What it means to the tax return.
    pub amounts: TaxAmounts,
}

/// What falls due of the taxes of a document that are due on payment when something settles it, and what is no longer due
/// where that is taken back (T18). `document` is as it was before.
///
/// What has fallen due follows from what is settled alone, whatever came and went in between: of each tax the part that is
/// settled of the total, less what discounts have taken off. So the account on which it waits is empty once nothing is open,
/// also in base currency. `None` out of range.
#[must_use]
pub fn releases(document: &Document, base: Currency, settling: &[Settling<'_>]) -> Option<Vec<Release>> {
    let total = document.totals.total;
    let before = total.checked_sub(document.open)?;
    let settled = |each: &Settling<'_>| each.sign.checked_mul(each.relieved);
    let now = settling.iter().try_fold(before, |sum, each| sum.checked_add(settled(each)?))?;
    let waiting = document.taxes.iter().filter(|tax| tax.pending_account_id.is_some());
    let each = waiting.map(|tax| release(document, tax, base, (before, now), settling));
    let each: Option<Vec<Release>> = each.collect();
    Some(
        each?
            .into_iter()
            .filter(|each| !each.lines.is_empty() || each.amounts != TaxAmounts::default())
            .collect(),
    )
}

fn release(
    document: &Document,
    tax: &TaxSummary,
    base: Currency,
    (before, now): (i64, i64),
    settling: &[Settling<'_>],
) -> Option<Release> {
    let total = document.totals.total;
    let to_base = |minor: i64| document.exchange_rate.to_base(minor, document.currency_code, base);
    let grown = |tax: i64| ContainedTax { tax, total }.released(before, now);
    let sum = |of: &dyn Fn(&Settling<'_>) -> Option<i64>| {
        settling.iter().try_fold(0_i64, |sum, each| sum.checked_add(each.sign.checked_mul(of(each)?)?))
    };
    let side = document.kind.control_side()?;
    let (pending, account) = (tax.pending_account_id?, tax.account_id?);
    // What discounts have taken from the account on which the tax waits, on the side of the control account.
    let taken = |amount: &dyn Fn(&PostingLine) -> i128| {
        sum(&|each| {
            let of_tax = |line: &&PostingLine| {
                line.account == pending && line.dimensions.tax_code_id == Some(tax.tax_code_id)
            };
            let debit = each.lines.iter().filter(of_tax).map(amount).fold(0, i128::saturating_add);
            i64::try_from(if side == crate::account::Side::Debit { debit } else { debit.checked_neg()? }).ok()
        })
    };
    let trade = document.kind.trade();
    let posted = if trade == Trade::Sale { tax.amount } else { tax.recoverable };
    let amount = grown(posted)?.checked_sub(taken(&PostingLine::amount)?)?;
    let base_amount = grown(to_base(posted)?)?.checked_sub(taken(&PostingLine::base_amount)?)?;

    let discounted = sum(&|each| to_base(part_of(each.discount, tax.base, total)?))?;
    let corrected = sum(&|each| {
        let of_tax = each.tax_corrections.iter().filter(|(code, _)| *code == tax.tax_code_id);
        of_tax.map(|(_, amount)| to_base(*amount)).try_fold(0_i64, |sum, amount| sum.checked_add(amount?))
    })?;
    let whole = if posted == tax.amount {
        base_amount
    } else {
        grown(to_base(tax.amount)?)?.checked_sub(corrected)?
    };
    let amounts = TaxAmounts {
        base: grown(to_base(tax.base)?)?.checked_sub(discounted)?,
        tax: whole,
        recoverable: if trade == Trade::Sale { 0 } else { base_amount },
    };
    let amounts = if is_credit(document.kind) { amounts.negated()? } else { amounts };

    let about = Dimensions { tax_code_id: Some(tax.tax_code_id), ..Dimensions::default() };
    let mut lines = Vec::new();
    // Where the signs differ each has a line of its own.
    let parts = if amount.signum() * base_amount.signum() < 0 {
        vec![(amount, 0), (0, base_amount)]
    } else {
        vec![(amount, base_amount)]
    };
    for (amount, base_amount) in parts.into_iter().filter(|part| *part != (0, 0)) {
        let side = if amount < 0 || base_amount < 0 { side.opposite() } else { side };
        let (amount, base_amount) = (amount.checked_abs()?, base_amount.checked_abs()?);
        for (side, account) in [(side, pending), (side.opposite(), account)] {
            let line = PostingLine::on(side, account, document.currency_code, amount, base_amount);
            lines.push(line.about(about).described(tax.name.clone()));
        }
    }
    Some(Release { tax_code_id: tax.tax_code_id, lines, amounts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const INVOICE: ContainedTax = ContainedTax { tax: 20_000, total: 120_000 };

    #[test]
    fn t18_tax_falls_due_as_the_invoice_is_paid() {
        let released: Vec<_> = [(0, 40_000), (40_000, 80_000), (80_000, 120_000)]
            .map(|(before, now)| INVOICE.released(before, now).unwrap())
            .to_vec();
        assert_eq!(released, [6_667, 6_666, 6_667]);
        assert_eq!(INVOICE.released(0, 80_000), Some(13_333));
        assert_eq!(ContainedTax { tax: 0, total: 0 }.released(0, 0), None);
    }

    proptest! {
        #[test]
        fn t18_any_instalments_release_the_whole_tax(
            tax in 0..1_000_000_i64,
            parts in prop::collection::vec(1..1_000_000_i64, 1..20),
        ) {
            let document = ContainedTax { tax, total: parts.iter().sum() };
            let (mut paid, mut released) = (0, 0);
            for part in parts {
                released += document.released(paid, paid + part).unwrap();
                paid += part;
            }
            prop_assert_eq!(released, tax);
        }
    }
}
