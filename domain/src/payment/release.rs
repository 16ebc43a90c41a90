//! Takes applications back, and whole payments.

use super::check::out_of_range;
use super::settle::{moves_nothing, of_contact};
use super::{Holding, Payment, PaymentAccounts, PaymentApplication, PaymentDirection};
use crate::account::Side;
use crate::id::AccountId;
use crate::posting_line::PostingLine;
use crate::refusal::{Constraint, Refusal};
use std::collections::BTreeMap;

/// Applications taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The lines of its entry; none when nothing moves.
    pub lines: Vec<PostingLine>,
    /// What is left of the payment then, minor units of its currency.
    pub unapplied: i64,
    /// What is left of the payment then, minor units of base currency.
    pub base_unapplied: i64,
    /// Where what is left stands; none as long as that was always nothing.
    pub advances_account_id: Option<AccountId>,
    /// By how much more than they took the applications give back in base currency, so that nothing is left in base
    /// currency alone.
    pub base_correction: i64,
}

/// Lines that take others back, with the differences of exchange by account.
#[derive(Default)]
struct TakenBack {
    lines: Vec<PostingLine>,
    /// Gains less losses, by the account that took them.
    differences: BTreeMap<Option<AccountId>, i64>,
}

impl Payment {
    /// Takes applications back: their lines stand on the opposite sides, and what was paid by them becomes an advance at
    /// what it was worth, so that nothing is lost and both sides are open again.
    ///
    /// # Errors
    /// `application_ids` with `exceeds_unapplied_amount` when the other applications need what these gave;
    /// an account that is missing with `required`.
    pub fn release(
        &self,
        applications: &[&PaymentApplication],
        accounts: &PaymentAccounts,
    ) -> Result<Release, Refusal> {
        let range = || out_of_range("application_ids");
        let mut back = TakenBack::default();
        let (mut amount, mut base) = (0_i128, 0_i128);
        for application in applications {
            back.take(application)?;
            amount += i128::from(application.taken());
            base += i128::from(application.base_taken());
        }
        let unapplied = i128::from(self.unapplied) + amount;
        if unapplied < 0 {
            let decimal = |minor: i128| self.currency_code.decimal(minor);
            let message = format!(
                "without these {} {} are missing, and {} are left of the payment; take back what they settle too",
                decimal(-amount),
                self.currency_code,
                decimal(i128::from(self.unapplied))
            );
            return Err(Refusal::field("application_ids", Constraint::ExceedsUnappliedAmount, message));
        }
        // What is left is worth nothing once nothing is left, whatever rates it went in and out at (invariant I5).
        let worth = i128::from(self.base_unapplied) + base;
        let base_unapplied = if unapplied == 0 { 0 } else { worth.max(0) };
        let base_correction = i64::try_from(base_unapplied - worth).map_err(|_| range())?;
        let unapplied = i64::try_from(unapplied).map_err(|_| range())?;
        let base_unapplied = i64::try_from(base_unapplied).map_err(|_| range())?;
        let grown = unapplied.checked_sub(self.unapplied).ok_or_else(range)?;
        let base_grown = base_unapplied.checked_sub(self.base_unapplied).ok_or_else(range)?;
        let advances_account_id = self.advance(&mut back, (grown, base_grown), accounts)?;
        let lines = back.finish(self, accounts)?;
        Ok(Release { lines, unapplied, base_unapplied, advances_account_id, base_correction })
    }

    /// Takes the payment back as a whole, with its fee: its live applications, what is left of it, and the money, which
    /// goes back to an account that holds `holding` now.
    ///
    /// # Errors
    /// An account that is missing with `required`.
    pub fn void(
        &self,
        live: &[&PaymentApplication],
        accounts: &PaymentAccounts,
        mut holding: Holding,
    ) -> Result<Vec<PostingLine>, Refusal> {
        let range = || out_of_range("amount");
        let mut back = TakenBack::default();
        back.lines.extend(self.money.iter().cloned().map(PostingLine::mirrored));
        let worth = match self.direction.bank_side() {
            Side::Debit => i128::from(self.base_amount),
            Side::Credit => -i128::from(self.base_amount),
        };
        let money = self.money.iter().map(PostingLine::base_amount).fold(-worth, i128::saturating_add);
        let money = i64::try_from(money).map_err(|_| range())?;
        back.difference(self.exchange_account_id, money)?;
        for application in live {
            back.take(application)?;
        }
        let left = (
            self.unapplied.checked_neg().ok_or_else(range)?,
            self.base_unapplied.checked_neg().ok_or_else(range)?,
        );
        self.advance(&mut back, left, accounts)?;
        if let Some(bank) = self.account_id {
            for line in back.lines.iter().filter(|line| line.account == bank) {
                holding = holding.with(line).ok_or_else(range)?;
            }
            back.lines.extend(holding.cleared(bank, self.currency_code));
        }
        back.finish(self, accounts)
    }

    /// Adds the line by which what is left grows or shrinks.
    fn advance(
        &self,
        back: &mut TakenBack,
        (amount, base): (i64, i64),
        accounts: &PaymentAccounts,
    ) -> Result<Option<AccountId>, Refusal> {
        if (amount, base) == (0, 0) {
            return Ok(self.advances_account_id);
        }
        let account = self.advances_account_id.or(accounts.advances).ok_or_else(|| {
            let name = match self.direction {
                PaymentDirection::Received => "customer_advances",
                PaymentDirection::Made => "vendor_prepayments",
            };
            super::check::required(name, "what is not applied")
        })?;
        let grows = self.direction.bank_side().opposite();
        // Where the signs differ each has a line of its own.
        let parts = if amount.signum() * base.signum() < 0 {
            vec![(amount, 0), (0, base)]
        } else {
            vec![(amount, base)]
        };
        for (amount, base) in parts {
            let side = if amount < 0 || base < 0 { grows.opposite() } else { grows };
            let abs = |minor: i64| minor.checked_abs().ok_or_else(|| out_of_range("amount"));
            let line = PostingLine::on(side, account, self.currency_code, abs(amount)?, abs(base)?);
            back.lines.push(line.about(of_contact(self.contact_id)));
        }
        Ok(Some(account))
    }
}

impl TakenBack {
    fn take(&mut self, application: &PaymentApplication) -> Result<(), Refusal> {
        self.lines.extend(application.lines.iter().cloned().map(PostingLine::mirrored));
        self.difference(application.exchange_account_id, application.difference)
    }

    fn difference(&mut self, account: Option<AccountId>, difference: i64) -> Result<(), Refusal> {
        let sum = self.differences.entry(account).or_default();
        *sum = sum.checked_add(difference).ok_or_else(|| out_of_range("amount"))?;
        Ok(())
    }

    /// The lines, with the differences of exchange taken back on the accounts that took them.
    fn finish(self, payment: &Payment, accounts: &PaymentAccounts) -> Result<Vec<PostingLine>, Refusal> {
        let Self { mut lines, differences } = self;
        for (account, difference) in differences.into_iter().filter(|(_, difference)| *difference != 0) {
            let usual = if difference > 0 { accounts.exchange_gain } else { accounts.exchange_loss };
            let Some(account) = account.or(usual) else { continue };
            let side = if difference > 0 { Side::Debit } else { Side::Credit };
            let base = difference.checked_abs().ok_or_else(|| out_of_range("amount"))?;
            let line = PostingLine::on(side, account, payment.currency_code, 0, base);
            lines.push(line.described("Difference of exchange taken back"));
        }
        let residue = lines.iter().map(PostingLine::base_amount).fold(0, i128::saturating_add);
        let residue = i64::try_from(residue).map_err(|_| out_of_range("amount"))?;
        if residue != 0 {
            lines.push(accounts.difference(residue, payment.currency_code)?);
        }
        if moves_nothing(&lines) {
            lines.clear();
        }
        Ok(lines)
    }
}

/// Lines of which those of these accounts are brought together where they are about the same contact: what goes into an
/// account and out again in one entry is not told.
#[must_use]
pub fn netted(lines: Vec<PostingLine>, accounts: &[AccountId]) -> Vec<PostingLine> {
    let mut netted: Vec<PostingLine> = Vec::with_capacity(lines.len());
    for line in lines {
        let brings_together = accounts.contains(&line.account);
        let same = |other: &&mut PostingLine| {
            brings_together
                && other.account == line.account
                && other.dimensions == line.dimensions
                && (other.debit == 0 && other.credit == 0) == (line.debit == 0 && line.credit == 0)
        };
        let sum = netted.iter_mut().find(same).and_then(|other| sum(other, &line).map(|sum| *other = sum));
        if sum.is_none() {
            netted.push(line);
        }
    }
    netted.retain(|line| !line.is_empty());
    netted
}

/// Both in one line; `None` where amount and base amount would stand on different sides.
fn sum(one: &PostingLine, other: &PostingLine) -> Option<PostingLine> {
    let amount = i64::try_from(one.amount().checked_add(other.amount())?).ok()?;
    let base = i64::try_from(one.base_amount().checked_add(other.base_amount())?).ok()?;
    let side = match (amount.signum(), base.signum()) {
        (a, b) if a * b < 0 => return None,
        (a, b) if a + b < 0 => Side::Credit,
        _ => Side::Debit,
    };
    let line = PostingLine::on(side, one.account, one.currency, amount.checked_abs()?, base.checked_abs()?);
    Some(PostingLine { description: one.description.clone(), ..line.about(one.dimensions) })
}
