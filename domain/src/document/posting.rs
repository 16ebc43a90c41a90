//! What a document posts.

use super::{DocumentLine, PricedDocument};
use crate::account::Side;
use crate::exchange_rate::ExchangeRate;
use crate::id::{AccountId, ContactId};
use crate::journal_entry::{AccountRef, Dimensions, LineDraft, MAX_AMOUNT};
use crate::money::Currency;
use crate::refusal::{Constraint, Refusal};
use crate::tax::{TaxKind, TaxSummary, Trade};
use std::collections::HashMap;

/// Where the total of a document stands until it is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ControlAccount {
    /// The receivables or payables control account.
    pub account_id: AccountId,
    /// Who owes it, or to whom it is owed.
    pub contact_id: ContactId,
}

/// Amounts by account, dimensions and description, positive on the side of the document's lines.
#[derive(Default)]
struct Folded(Vec<(AccountId, Dimensions, Option<String>, i128)>);

impl Folded {
    fn add(
        &mut self,
        account: AccountId,
        dimensions: Dimensions,
        description: Option<&String>,
        amount: i128,
    ) {
        let same = self.0.iter_mut().find(|(there, about, text, _)| {
            *there == account && *about == dimensions && text.as_ref() == description
        });
        match same {
            // At most a few thousand amounts of 15 digits meet here, far within i128.
            Some((.., sum)) => *sum = sum.saturating_add(amount),
            None => self.0.push((account, dimensions, description.cloned(), amount)),
        }
    }
}

impl PricedDocument {
    /// The lines of the document's journal entry, in the document's currency; fewer than two when it moves nothing.
    ///
    /// Each line goes to its account, with the tax that does not come back; each tax goes to the account of its code;
    /// what is withheld stands on the opposite side; a reverse charge is posted as owed and, as far as it is recoverable,
    /// as claimed at once. The total goes to the control account, with the contact. Lines of the same account,
    /// dimensions, tax code and description become one. A line of several tax codes carries none of them, only the tax
    /// lines do.
    ///
    /// # Errors
    /// `lines[i].account_id` with constraint `required`; `lines[i].tax_code_id` with `required` when its code has no
    /// account; `lines` with `range`; `conflict` for an estimate.
    pub fn posting(&self, control: &ControlAccount) -> Result<Vec<LineDraft>, Vec<Refusal>> {
        let Some(control_side) = self.kind.control_side() else {
            let message = "an estimate is not posted; convert it into an invoice".to_owned();
            return Err(vec![Refusal::Conflict { message }]);
        };
        let mut refusals = Vec::new();
        let mut folded = Folded::default();
        for (i, line) in self.lines.iter().enumerate() {
            let Some(account) = line.account_id else {
                refusals.push(Refusal::field(
                    format!("lines[{i}].account_id"),
                    Constraint::Required,
                    "a line that is posted needs an account",
                ));
                continue;
            };
            folded.add(
                account,
                posted_dimensions(line),
                line.description.as_ref(),
                posted_amount(line, self.kind.trade()),
            );
        }
        for tax in &self.taxes {
            if let Err(refusal) = self.post_tax(tax, &mut folded) {
                refusals.push(refusal);
            }
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }

        let line_side = control_side.opposite();
        let lines: Option<Vec<LineDraft>> = folded
            .0
            .into_iter()
            .filter(|(.., amount)| *amount != 0)
            .map(|(account, dimensions, description, amount)| {
                line_draft(line_side, account, dimensions, description, amount)
            })
            .collect();
        let total = i128::from(self.totals.total);
        let about = Dimensions { contact_id: Some(control.contact_id), ..Dimensions::default() };
        let total = line_draft(control_side, control.account_id, about, None, total);
        match (lines, total) {
            (Some(mut lines), Some(total)) => {
                let place = if control_side == Side::Debit { 0 } else { lines.len() };
                if self.totals.total != 0 {
                    lines.insert(place, total);
                }
                Ok(lines)
            }
            _ => Err(vec![Refusal::field(
                "lines",
                Constraint::Range,
                format!("the lines of an account sum up to more than {MAX_AMOUNT} minor units"),
            )]),
        }
    }

    fn post_tax(&self, tax: &TaxSummary, folded: &mut Folded) -> Result<(), Refusal> {
        let dimensions = Dimensions { tax_code_id: Some(tax.tax_code_id), ..Dimensions::default() };
        let mut add = |account: Option<AccountId>, amount: i128| match account {
            _ if amount == 0 => Ok(()),
            Some(account) => {
                folded.add(account, dimensions, Some(&tax.name), amount);
                Ok(())
            }
            None => {
                let named = |line: &DocumentLine| {
                    line.taxes.iter().any(|line_tax| line_tax.tax_code_id == tax.tax_code_id)
                };
                let i = self.lines.iter().position(named).unwrap_or_default();
                Err(Refusal::field(
                    format!("lines[{i}].tax_code_id"),
                    Constraint::Required,
                    format!("tax code {} has no account that takes its tax", tax.code),
                ))
            }
        };
        let (amount, recoverable) = (i128::from(tax.amount), i128::from(tax.recoverable));
        match (tax.kind, self.kind.trade()) {
            (TaxKind::Charged, Trade::Sale) => add(tax.first_account_id(), amount),
            (TaxKind::Charged, Trade::Purchase) => add(tax.first_account_id(), recoverable),
            (TaxKind::Withheld, _) => add(tax.account_id, -amount),
            (TaxKind::SelfAssessed, _) => {
                add(tax.account_id, recoverable)?;
                add(tax.self_assess_account_id, -amount)
            }
        }
    }
}

/// What a posted line is about.
fn posted_dimensions(line: &DocumentLine) -> Dimensions {
    let tax_code_id = match line.taxes.as_slice() {
        [tax] => Some(tax.tax_code_id),
        _ => None,
    };
    Dimensions { contact_id: None, tax_code_id, ..line.dimensions }
}

/// What a line brings to its account: its amount and the tax that does not come back.
fn posted_amount(line: &DocumentLine, trade: Trade) -> i128 {
    let cost = line.taxes.iter().map(|tax| tax.cost(trade));
    cost.fold(i128::from(line.amount), i128::saturating_add)
}

/// What each line brings to its account in base currency, positive on the side of the document's lines. Lines that become
/// one are converted as one, as the entry has them, and share what that makes. `None` beyond the range of an amount.
pub(super) fn base_values(
    lines: &[DocumentLine],
    trade: Trade,
    rate: ExchangeRate,
    from: Currency,
    base: Currency,
) -> Option<Vec<i64>> {
    let to_base = |amount: i128| {
        let minor = i64::try_from(amount.unsigned_abs()).ok().filter(|minor| *minor <= MAX_AMOUNT)?;
        let converted = rate.to_base(minor, from, base)?;
        Some(if amount < 0 { -converted } else { converted })
    };
    let mut sums: HashMap<(Option<AccountId>, Dimensions, Option<&String>), i128> = HashMap::new();
    let mut values = Vec::with_capacity(lines.len());
    for line in lines {
        let key = (line.account_id, posted_dimensions(line), line.description.as_ref());
        let sum = sums.entry(key).or_default();
        let before = to_base(*sum)?;
        *sum = sum.checked_add(posted_amount(line, trade))?;
        values.push(to_base(*sum)?.checked_sub(before)?);
    }
    Some(values)
}

/// An amount on a side, or its opposite on the other side.
fn line_draft(
    side: Side,
    account: AccountId,
    dimensions: Dimensions,
    description: Option<String>,
    amount: i128,
) -> Option<LineDraft> {
    let minor = i64::try_from(amount.unsigned_abs()).ok().filter(|minor| *minor <= MAX_AMOUNT)?;
    let side = if amount < 0 { side.opposite() } else { side };
    let (debit, credit) = if side == Side::Debit { (minor, 0) } else { (0, minor) };
    Some(LineDraft {
        account: AccountRef::Id(account),
        debit,
        credit,
        base_debit: None,
        base_credit: None,
        description,
        dimensions,
    })
}
