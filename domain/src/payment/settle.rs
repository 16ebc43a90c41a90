//! Works a payment out: what it does to the open items, and what it posts.

use super::discount::DiscountParts;
use super::{Application, Applied, MAX_APPLICATIONS, PaymentDraft, Settlement};
use crate::account::Side;
use crate::allocation::apportion;
use crate::exchange_rate::ExchangeRate;
use crate::id::{AccountId, ContactId, TaxCodeId};
use crate::journal_entry::{Dimensions, MAX_AMOUNT};
use crate::posting_line::PostingLine;
use crate::refusal::{Constraint, Refusal};

fn required(field: &str, what: &str) -> Refusal {
    Refusal::field(field, Constraint::Required, format!("an account for {what} is needed"))
}

fn out_of_range(field: impl Into<String>) -> Refusal {
    let message = format!("an amount is at most {MAX_AMOUNT} minor units, also in base currency");
    Refusal::field(field, Constraint::Range, message)
}

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
        let mut refusals: Vec<Refusal> = [("amount", self.amount), ("fee_amount", self.fee)]
            .into_iter()
            .filter(|(_, amount)| !(0..=MAX_AMOUNT).contains(amount))
            .map(|(field, _)| out_of_range(field))
            .collect();
        if self.currency == self.base_currency && self.exchange_rate != ExchangeRate::PAR {
            let message = format!("the rate of the base currency {} is 1000000", self.base_currency);
            refusals.push(Refusal::field("exchange_rate", Constraint::Range, message));
        }
        if self.applications.len() > MAX_APPLICATIONS {
            let found = self.applications.len();
            let message = format!("a payment has at most {MAX_APPLICATIONS} applications, not {found}");
            refusals.push(Refusal::field("applications", Constraint::Length, message));
            return Err(refusals);
        }
        for (i, application) in self.applications.iter().enumerate() {
            if let Err(refusal) = self.check_application(i, application) {
                refusals.push(refusal.under(&format!("applications[{i}]")));
            }
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        self.post().map_err(|refusal| vec![refusal])
    }

    fn check_application(&self, i: usize, application: &Application<'_>) -> Result<(), Refusal> {
        let Application { item, amount, discount, write_off } = application;
        let decimal = |minor: i128| self.currency.decimal(minor);
        for (field, part) in [("amount", amount), ("discount", discount), ("write_off", write_off)] {
            if !(0..=MAX_AMOUNT).contains(part) {
                return Err(out_of_range(field));
            }
        }
        if item.currency != self.currency {
            return Err(Refusal::field(
                "amount",
                Constraint::Currency,
                format!("the item is in {}, the payment in {}", item.currency, self.currency),
            ));
        }
        if self.applications.iter().take(i).any(|before| before.item.source == item.source) {
            let message = "the payment names this item already";
            return Err(Refusal::field("amount", Constraint::Unique, message));
        }
        let relieved = i128::from(*amount) + i128::from(*discount) + i128::from(*write_off);
        let open = i128::from(item.open);
        if relieved == 0 {
            return Err(Refusal::field("amount", Constraint::Range, "an application is above zero"));
        }
        if relieved > open {
            let message =
                format!("{} {} is more than the {} open", decimal(relieved), self.currency, decimal(open));
            return Err(Refusal::field("amount", Constraint::ExceedsOpenAmount, message));
        }
        if *write_off > self.write_off_tolerance {
            let (given, tolerance) = (i128::from(*write_off), i128::from(self.write_off_tolerance));
            let message = format!("{} is more than the tolerance of {}", decimal(given), decimal(tolerance));
            return Err(Refusal::field("write_off", Constraint::Range, message));
        }
        if *write_off > 0 && relieved < open {
            let message =
                format!("a write-off closes the item, {} would stay open", decimal(open - relieved));
            return Err(Refusal::field("write_off", Constraint::Range, message));
        }
        Ok(())
    }

    fn post(&self) -> Result<Settlement, Refusal> {
        let unapplied = self.unapplied()?;
        let bank_side = self.direction.bank_side();
        let base_amount = self.to_base(self.amount, "amount")?;
        let mut lines = Vec::new();
        if self.amount > 0 {
            let bank = self.accounts.bank.ok_or_else(|| required("account_id", "the money"))?;
            lines.push(PostingLine::on(bank_side, bank, self.currency, self.amount, base_amount));
        }
        let mut applied = Vec::with_capacity(self.applications.len());
        for (i, application) in self.applications.iter().enumerate() {
            applied.push(self.apply(i, application, &mut lines)?);
        }

        // What was applied is converted and the advance takes the rest, so that rounding makes no gain of exchange.
        let base_applied = self.to_base(self.amount.saturating_sub(unapplied), "amount")?;
        let base_unapplied = base_amount.saturating_sub(base_applied);
        if unapplied > 0 {
            let advances = self.accounts.advances;
            let account = advances.ok_or_else(|| required("advances_account_id", "what is not applied"))?;
            let side = bank_side.opposite();
            lines.push(
                PostingLine::on(side, account, self.currency, unapplied, base_unapplied)
                    .about(of_contact(self.contact_id)),
            );
        }
        if self.fee > 0 {
            let base_fee = self.to_base(self.fee, "fee_amount")?;
            let fee = self.accounts.fee.ok_or_else(|| required("fee_account_id", "the fee"))?;
            let bank = self.accounts.bank.ok_or_else(|| required("account_id", "the money"))?;
            lines.push(PostingLine::on(Side::Debit, fee, self.currency, self.fee, base_fee));
            lines.push(PostingLine::on(Side::Credit, bank, self.currency, self.fee, base_fee));
        }
        let realised = self.post_difference(&mut lines)?;
        if moves_nothing(&lines) {
            lines.clear();
        }
        Ok(Settlement { lines, applied, unapplied, base_unapplied, realised })
    }

    /// What is left of the amount.
    fn unapplied(&self) -> Result<i64, Refusal> {
        let settles = self.direction.bank_side();
        let applied = self.applications.iter().fold(0_i128, |sum, application| {
            let amount = i128::from(application.amount);
            if application.item.source.side() == settles { sum + amount } else { sum - amount }
        });
        let left = i128::from(self.amount) - applied;
        match i64::try_from(left).ok().filter(|left| *left <= MAX_AMOUNT) {
            Some(left) if left >= 0 => Ok(left),
            None if left > 0 => Err(out_of_range("applications")),
            _ => Err(Refusal::field(
                "applications",
                Constraint::ExceedsUnappliedAmount,
                format!(
                    "the applications take {} {}, the payment has {}",
                    self.currency.decimal(applied),
                    self.currency,
                    self.currency.decimal(i128::from(self.amount))
                ),
            )),
        }
    }

    /// Relieves one item: the control account on the side opposite to the item, discount and write-off against it.
    fn apply(
        &self,
        i: usize,
        application: &Application<'_>,
        lines: &mut Vec<PostingLine>,
    ) -> Result<Applied, Refusal> {
        let item = &application.item;
        let range = || out_of_range(format!("applications[{i}].amount"));
        let relieved = application
            .amount
            .checked_add(application.discount)
            .and_then(|sum| sum.checked_add(application.write_off))
            .ok_or_else(range)?;
        let base_relieved = if self.currency == self.base_currency {
            relieved
        } else {
            item.relieved_base(relieved).ok_or_else(range)?
        };
        let side = item.source.side();
        lines.push(
            PostingLine::on(side.opposite(), item.control.account_id, self.currency, relieved, base_relieved)
                .about(of_contact(item.control.contact_id)),
        );

        let parts = item.split_discount(application.discount).ok_or_else(range)?;
        let against = self.against(application, &parts)?;
        // Discount and write-off leave at the rate of the item, since they correct what it was recognised with.
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
            tax_corrections: parts.corrections,
        })
    }

    /// The accounts that take discount and write-off, with their amounts on the side of the item.
    fn against(
        &self,
        application: &Application<'_>,
        parts: &DiscountParts,
    ) -> Result<Vec<(AccountId, Option<TaxCodeId>, i64)>, Refusal> {
        let mut against = Vec::new();
        if parts.plain != 0 {
            let account = self.accounts.discount;
            against.push((
                account.ok_or_else(|| required("discount_account_id", "the discount"))?,
                None,
                parts.plain,
            ));
        }
        against.extend(parts.taxes.iter().map(|(account, code, amount)| (*account, Some(*code), *amount)));
        if application.write_off > 0 {
            let account = self.accounts.write_off;
            against.push((
                account.ok_or_else(|| required("write_off_account_id", "the write-off"))?,
                None,
                application.write_off,
            ));
        }
        Ok(against)
    }

    /// Adds the line that realises the difference of exchange, in base currency only.
    fn post_difference(&self, lines: &mut Vec<PostingLine>) -> Result<i64, Refusal> {
        let difference = lines.iter().map(PostingLine::base_amount).fold(0, i128::saturating_add);
        let realised = i64::try_from(difference).map_err(|_| out_of_range("amount"))?;
        if realised == 0 {
            return Ok(0);
        }
        let (side, account, field, what) = if realised > 0 {
            (Side::Credit, self.accounts.exchange_gain, "exchange_gain_account_id", "gains of exchange")
        } else {
            (Side::Debit, self.accounts.exchange_loss, "exchange_loss_account_id", "losses of exchange")
        };
        let account = account.ok_or_else(|| required(field, what))?;
        let base = i64::try_from(realised.unsigned_abs()).map_err(|_| out_of_range("amount"))?;
        let text = if realised > 0 { "Realised gain of exchange" } else { "Realised loss of exchange" };
        lines.push(PostingLine::on(side, account, self.currency, 0, base).described(text));
        Ok(realised)
    }

    fn to_base(&self, minor: i64, field: &str) -> Result<i64, Refusal> {
        self.exchange_rate
            .to_base(minor, self.currency, self.base_currency)
            .filter(|base| *base <= MAX_AMOUNT)
            .ok_or_else(|| out_of_range(field))
    }
}

fn of_contact(contact_id: ContactId) -> Dimensions {
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
fn moves_nothing(lines: &[PostingLine]) -> bool {
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
