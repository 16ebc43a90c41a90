//! Early-payment discounts: they reduce the taxes of the document in the proportion in which it had them (Directive
//! 2006/112/EC article 90; UStG §17).

use super::OpenItem;
use crate::allocation::apportion;
use crate::document::DocumentKind;
use crate::id::{AccountId, TaxCodeId};
use crate::money::divide_half_away;
use crate::payment::OpenItemSource;
use crate::tax::{TaxKind, TaxSummary, Trade};

/// What a discount takes back, positive on the side opposite to that of the document's lines.
#[derive(Default)]
pub(super) struct DiscountParts {
    /// To the discount account: the net, and tax that would not have come back.
    pub(super) plain: i64,
    /// To the accounts of the taxes; they sum up with `plain` to the discount.
    pub(super) taxes: Vec<(AccountId, TaxCodeId, i64)>,
    /// By how much each tax is corrected.
    pub(super) corrections: Vec<(TaxCodeId, i64)>,
}

impl OpenItem<'_> {
    /// Splits a discount. `None` when a number leaves the range.
    pub(super) fn split_discount(&self, discount: i64) -> Option<DiscountParts> {
        let trade = match self.source {
            OpenItemSource::Document { kind, .. } => DocumentKind::trade(kind),
            OpenItemSource::Payment { .. } => Trade::Sale,
        };
        if discount == 0 || self.taxes.is_empty() {
            return Some(DiscountParts { plain: discount, ..DiscountParts::default() });
        }
        let due = |tax: &TaxSummary| match tax.kind {
            TaxKind::Charged => i128::from(tax.amount),
            TaxKind::Withheld => -i128::from(tax.amount),
            TaxKind::SelfAssessed => 0,
        };
        let dues = self.taxes.iter().map(due);
        let net = dues.clone().try_fold(i128::from(self.total), i128::checked_sub)?;
        let weights = std::iter::once(net).chain(dues);
        let exact: Option<Vec<i128>> =
            weights.map(|weight| i128::from(discount).checked_mul(weight)).collect();
        let shares = apportion(discount, &exact?, i128::from(self.total))?;
        let (net, shares) = shares.split_first()?;

        let mut parts = DiscountParts { plain: *net, ..DiscountParts::default() };
        for (tax, share) in self.taxes.iter().zip(shares) {
            match tax.kind {
                TaxKind::Charged | TaxKind::Withheld => {
                    let to_account = match (tax.kind, trade) {
                        (TaxKind::Charged, Trade::Purchase) => part_of(*share, tax.recoverable, tax.amount)?,
                        _ => *share,
                    };
                    parts.post(tax.first_account_id(), tax, to_account)?;
                    parts.plain = parts.plain.checked_add(share.checked_sub(to_account)?)?;
                    parts.correct(
                        tax,
                        if tax.kind == TaxKind::Charged { *share } else { share.checked_neg()? },
                    );
                }
                TaxKind::SelfAssessed => {
                    let owed = part_of(discount, tax.amount, self.total)?;
                    let claimed = part_of(owed, tax.recoverable, tax.amount)?;
                    parts.post(tax.account_id, tax, claimed)?;
                    parts.post(tax.self_assess_account_id, tax, owed.checked_neg()?)?;
                    parts.plain = parts.plain.checked_add(owed.checked_sub(claimed)?)?;
                    parts.correct(tax, owed);
                }
            }
        }
        Some(parts)
    }
}

impl DiscountParts {
    /// Adds an amount for the account of a tax; a tax without an account has no amount either.
    fn post(&mut self, account: Option<AccountId>, tax: &TaxSummary, amount: i64) -> Option<()> {
        match account {
            Some(account) if amount != 0 => self.taxes.push((account, tax.tax_code_id, amount)),
            _ => self.plain = self.plain.checked_add(amount)?,
        }
        Some(())
    }

    fn correct(&mut self, tax: &TaxSummary, amount: i64) {
        if amount != 0 {
            self.corrections.push((tax.tax_code_id, amount));
        }
    }
}

/// `whole × part / of`, rounded half away from zero; nothing of nothing.
fn part_of(whole: i64, part: i64, of: i64) -> Option<i64> {
    if of == 0 {
        return Some(0);
    }
    let exact = i128::from(whole).checked_mul(i128::from(part))?;
    i64::try_from(divide_half_away(exact, i128::from(of))?).ok()
}
