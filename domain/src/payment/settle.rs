//! Works a payment out: what it does to the open items, and what it posts.

use super::check::{out_of_range, required};
use super::discount::DiscountParts;
use super::{Application, Applied, Holding, PaymentAccounts, PaymentDirection, PaymentDraft, Settlement};
use crate::account::Side;
use crate::allocation::apportion;
use crate::id::{AccountId, ContactId, TaxCodeId};
use crate::journal_entry::Dimensions;
use crate::money::Currency;
use crate::posting_line::PostingLine;
use crate::refusal::Refusal;
use crate::tax::Trade;

impl PaymentDraft<'_> {
    /// Works the payment out.
    ///
    /// The bank takes the amount at the rate of the day, every item is relieved of what it is carried at, what is left
    /// goes to the advances, fees go out again, and the difference in base currency is the realised gain or loss
    /// (IAS 21.28).
    ///
    /// # Errors
    /// `amount`, `fee_amount` or a part of `applications[i]` with `range`; `applications[i].amount` with
    /// `exceeds_open_amount`; `applications` with `exceeds_unapplied_amount`, `length` or, for an item named twice,
    /// `unique`; `currency`; an account that is missing with `required`.
    pub fn settle(&self) -> Result<Settlement, Vec<Refusal>> {
        self.check()?;
        self.post().map_err(|refusal| vec![refusal])
    }

    fn post(&self) -> Result<Settlement, Refusal> {
        let unapplied = self.unapplied()?;
        let mut holding = self.holding;
        let mut lines = Vec::new();
        let mut money = Vec::new();
        if self.amount > 0 {
            let line = self.bank_line(self.direction.bank_side(), self.amount, "amount", &mut holding)?;
            lines.push(line.clone());
            money.push(line);
        }
        let base_amount = self.to_base(self.amount, "amount")?;
        let (base_applied, base_unapplied) = match &self.rest {
            // What was applied is converted and the advance takes the rest, so that rounding makes no gain of exchange.
            None => {
                let applied = self.to_base(self.amount.saturating_sub(unapplied), "amount")?;
                (applied, base_amount.saturating_sub(applied))
            }
            Some(rest) => {
                let taken = rest.unapplied.saturating_sub(unapplied);
                let base = if taken > 0 {
                    rest.relieved_base(taken).ok_or_else(|| out_of_range("applications"))?
                } else {
                    self.to_base(taken, "applications")?
                };
                lines.extend(self.of_rest(rest.account_id, taken, base)?);
                (base, rest.base_unapplied.saturating_sub(base))
            }
        };
        let mut applied = Vec::with_capacity(self.applications.len());
        for (i, application) in self.applications.iter().enumerate() {
            applied.push(self.apply(i, application)?);
        }
        self.set_worth(&mut applied, base_applied)?;
        self.set_credited(&mut applied);
        lines.extend(applied.iter().flat_map(|applied| applied.lines.iter().cloned()));

        if unapplied > 0 && self.rest.is_none() {
            let advances = self.accounts.advances;
            let name = match self.direction {
                PaymentDirection::Received => "customer_advances",
                PaymentDirection::Made => "vendor_prepayments",
            };
            let account = advances.ok_or_else(|| required(name, "what is not applied"))?;
            let side = self.direction.bank_side().opposite();
            let line = PostingLine::on(side, account, self.currency, unapplied, base_unapplied);
            lines.push(line.about(of_contact(self.contact_id)));
        }
        if self.fee > 0 {
            let base_fee = self.to_base(self.fee, "fee_amount")?;
            let fee = self.accounts.fee.ok_or_else(|| required("payment_fees", "the fee"))?;
            let fee = PostingLine::on(Side::Debit, fee, self.currency, self.fee, base_fee);
            let bank = self.bank_line(Side::Credit, self.fee, "fee_amount", &mut holding)?;
            lines.extend([fee.clone(), bank.clone()]);
            money.extend([fee, bank]);
        }
        if let Some(bank) = self.accounts.bank.filter(|_| !money.is_empty())
            && let Some(line) = holding.cleared(bank, self.currency)
        {
            lines.push(line.clone());
            money.push(line);
        }
        let difference = lines.iter().map(PostingLine::base_amount).fold(0, i128::saturating_add);
        let realised = i64::try_from(difference).map_err(|_| out_of_range("amount"))?;
        let mut exchange_account_id = None;
        if realised != 0 {
            let line = self.accounts.difference(realised, self.currency)?;
            exchange_account_id = Some(line.account);
            lines.push(line);
        }
        if moves_nothing(&lines) {
            lines.clear();
        }
        Ok(Settlement {
            lines,
            money,
            applied,
            base_amount,
            unapplied,
            base_unapplied,
            realised,
            exchange_account_id,
        })
    }

    /// A line of the bank account: in a foreign currency what leaves it leaves at what it is carried at.
    fn bank_line(
        &self,
        side: Side,
        amount: i64,
        field: &str,
        holding: &mut Holding,
    ) -> Result<PostingLine, Refusal> {
        let bank = self.accounts.bank.ok_or_else(|| required("bank", "the money"))?;
        let base = if self.currency == self.base_currency {
            amount
        } else {
            let moved = if side == Side::Debit { amount } else { amount.saturating_neg() };
            let base = holding.take(moved, |part| self.to_base(part, field).ok());
            base.and_then(i64::checked_abs).ok_or_else(|| out_of_range(field))?
        };
        Ok(PostingLine::on(side, bank, self.currency, amount, base))
    }

    /// The line of what was left of an earlier payment; below zero it grows.
    fn of_rest(&self, account: AccountId, taken: i64, base: i64) -> Result<Option<PostingLine>, Refusal> {
        let line = signed(self.direction.bank_side(), account, self, taken, base);
        let line = line.ok_or_else(|| out_of_range("applications"))?;
        Ok((!line.is_empty()).then(|| line.about(of_contact(self.contact_id))))
    }

    /// Relieves one item: the control account on the side opposite to the item, discount, write-off and rounding
    /// against it.
    fn apply(&self, i: usize, application: &Application<'_>) -> Result<Applied, Refusal> {
        let item = &application.item;
        let range = || out_of_range(format!("applications[{i}].amount"));
        let relieved = application
            .amount
            .checked_add(application.discount)
            .and_then(|sum| sum.checked_add(application.write_off))
            .and_then(|sum| sum.checked_sub(application.cash_rounding_amount))
            .ok_or_else(range)?;
        let base_relieved = if self.currency == self.base_currency {
            relieved
        } else {
            item.relieved_base(relieved).ok_or_else(range)?
        };
        let side = item.source.side();
        let control =
            PostingLine::on(side.opposite(), item.control.account_id, self.currency, relieved, base_relieved);
        let mut lines = vec![control.about(of_contact(item.control.contact_id))];

        let parts = item.split_discount(application.discount).ok_or_else(range)?;
        let against = self.against(application, &parts)?;
        // What is not paid leaves at the rate of the item, since it corrects what the item was recognised with.
        let amounts = std::iter::once(application.amount).chain(against.iter().map(|(_, _, amount)| *amount));
        let exact: Option<Vec<i128>> =
            amounts.map(|amount| i128::from(amount).checked_mul(i128::from(base_relieved))).collect();
        let bases = exact.and_then(|exact| apportion(base_relieved, &exact, i128::from(relieved)));
        let bases = bases.ok_or_else(range)?;
        for ((account, tax_code_id, amount), base) in against.into_iter().zip(bases.into_iter().skip(1)) {
            let dimensions = Dimensions { tax_code_id, ..of_contact(item.control.contact_id) };
            let line = signed(side, account, self, amount, base).ok_or_else(range)?;
            lines.push(line.about(dimensions));
        }
        Ok(Applied {
            source: item.source,
            relieved,
            base_relieved,
            open: item.open.saturating_sub(relieved),
            base_open: item.base_open.saturating_sub(base_relieved),
            credited: 0,
            base_amount: 0,
            lines,
            difference: 0,
            tax_corrections: parts.corrections,
        })
    }

    /// The accounts that take discount, write-off and rounding to coins, with their amounts on the side of the item.
    fn against(
        &self,
        application: &Application<'_>,
        parts: &DiscountParts,
    ) -> Result<Vec<(AccountId, Option<TaxCodeId>, i64)>, Refusal> {
        let mut against = Vec::new();
        if parts.plain != 0 {
            let trade = application.item.source.trade();
            let name = match trade {
                Trade::Sale => "sales_discounts",
                Trade::Purchase => "purchase_discounts",
            };
            against.push((
                self.accounts.discount(trade).ok_or_else(|| required(name, "the discount"))?,
                None,
                parts.plain,
            ));
        }
        against.extend(parts.taxes.iter().map(|(account, code, amount)| (*account, Some(*code), *amount)));
        if application.write_off != 0 {
            let account = self.accounts.write_off;
            against.push((
                account.ok_or_else(|| required("write_offs", "the write-off"))?,
                None,
                application.write_off,
            ));
        }
        if application.cash_rounding_amount != 0 {
            let account = self.accounts.cash_rounding;
            let rounding = application.cash_rounding_amount.checked_neg();
            against.push((
                account.ok_or_else(|| required("cash_rounding", "rounding to coins"))?,
                None,
                rounding.ok_or_else(|| out_of_range("cash_rounding"))?,
            ));
        }
        Ok(against)
    }

    /// What each amount was worth: shares of what all of them together are worth; and the difference from what was
    /// relieved for it.
    fn set_worth(&self, applied: &mut [Applied], base_applied: i64) -> Result<(), Refusal> {
        let settles = self.direction.bank_side();
        let range = || out_of_range("applications");
        let net = self.net();
        let exact: Option<Vec<i128>> = self
            .applications
            .iter()
            .map(|application| {
                let amount = i128::from(application.amount);
                let amount = if application.item.source.side() == settles { amount } else { -amount };
                if net == 0 {
                    // Nothing but the rate tells what set-offs are worth.
                    amount.checked_mul(i128::from(self.exchange_rate.millionths()))
                } else {
                    amount.checked_mul(i128::from(base_applied))
                }
            })
            .collect();
        let shares = if self.currency == self.base_currency {
            exact.is_some().then(|| self.applications.iter().map(|each| each.amount).collect())
        } else if net == 0 {
            let scale = 1_000_000 * 10_i128.pow(self.currency.exponent());
            let base_scale = 10_i128.pow(self.base_currency.exponent());
            let exact: Option<Vec<i128>> =
                exact.and_then(|exact| exact.iter().map(|each| each.checked_mul(base_scale)).collect());
            exact.and_then(|exact| apportion(0, &exact, scale))
        } else {
            let sign = if net < 0 { -1 } else { 1 };
            let exact: Option<Vec<i128>> =
                exact.and_then(|exact| exact.iter().map(|each| each.checked_mul(sign)).collect());
            exact.and_then(|exact| apportion(base_applied, &exact, net.checked_abs()?))
        };
        for (applied, share) in applied.iter_mut().zip(shares.ok_or_else(range)?) {
            applied.base_amount = share.checked_abs().ok_or_else(range)?;
            let worth = match applied.source.side() {
                Side::Debit => i128::from(applied.base_amount),
                Side::Credit => -i128::from(applied.base_amount),
            };
            let sum = applied.lines.iter().map(PostingLine::base_amount).fold(worth, i128::saturating_add);
            applied.difference = i64::try_from(sum).map_err(|_| range())?;
        }
        Ok(())
    }

    /// Documents of opposite kinds settle each other, the earliest named first; money settles the rest.
    fn set_credited(&self, applied: &mut [Applied]) {
        let settles = self.direction.bank_side();
        let documents =
            || self.applications.iter().zip(0..).filter(|(a, _)| a.item.source.document().is_some());
        let mut credits = 0_i64;
        for (application, i) in documents().filter(|(a, _)| a.item.source.side() != settles) {
            credits = credits.saturating_add(application.amount);
            if let Some(applied) = applied.get_mut::<usize>(i) {
                applied.credited = application.amount;
            }
        }
        for (application, i) in documents().filter(|(a, _)| a.item.source.side() == settles) {
            let credited = credits.min(application.amount);
            credits = credits.saturating_sub(credited);
            if let Some(applied) = applied.get_mut::<usize>(i) {
                applied.credited = credited;
            }
        }
    }
}

impl PaymentAccounts {
    /// The line that realises a difference of exchange, in base currency only; a gain is above zero.
    pub(super) fn difference(&self, realised: i64, currency: Currency) -> Result<PostingLine, Refusal> {
        let (side, account, name, text) = if realised > 0 {
            (Side::Credit, self.exchange_gain, "exchange_gain", "Realised gain of exchange")
        } else {
            (Side::Debit, self.exchange_loss, "exchange_loss", "Realised loss of exchange")
        };
        let account = account.ok_or_else(|| required(name, "differences of exchange"))?;
        let base = realised.checked_abs().ok_or_else(|| out_of_range("amount"))?;
        Ok(PostingLine::on(side, account, currency, 0, base).described(text))
    }
}

pub(super) fn of_contact(contact_id: ContactId) -> Dimensions {
    Dimensions { contact_id: Some(contact_id), ..Dimensions::default() }
}

/// An amount on a side, or its opposite on the other side; both signs agree.
fn signed(
    side: Side,
    account: AccountId,
    payment: &PaymentDraft<'_>,
    amount: i64,
    base: i64,
) -> Option<PostingLine> {
    let side = if amount < 0 { side.opposite() } else { side };
    let base = if amount < 0 { base.checked_neg()? } else { base };
    Some(PostingLine::on(side, account, payment.currency, amount.checked_abs()?, base))
}

/// Whether the lines leave every account and contact as they were.
pub(super) fn moves_nothing(lines: &[PostingLine]) -> bool {
    let same = |a: &PostingLine, b: &PostingLine| {
        a.account == b.account && a.dimensions.contact_id == b.dimensions.contact_id
    };
    lines.iter().all(|line| {
        let there = lines.iter().filter(|other| same(line, other));
        let sums = there.fold((0_i128, 0_i128), |(amount, base), other| {
            (amount.saturating_add(other.amount()), base.saturating_add(other.base_amount()))
        });
        sums == (0, 0)
    })
}
