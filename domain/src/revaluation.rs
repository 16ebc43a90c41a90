//! Revaluation: what is open in foreign currency, shown at the closing rate (IAS 21.23).
//!
//! Every item is revalued by itself, on an account beside its control account, and the entry is reversed on the next
//! day. So an item keeps the base amount it was recognised with, its settlement realises the whole difference, and
//! what is gained or lost over its life does not depend on how often it was revalued.

mod lifetime;
mod record;

pub use lifetime::{ItemRevaluation, Lifetime, base_received};
pub use record::{
    ClosingRate, MAX_CLOSING_RATES, Revaluation, RevaluationRequest, RevaluationState, RevaluedItem,
};

use crate::account::{AccountType, Side};
use crate::exchange_rate::ExchangeRate;
use crate::fiscal_calendar::check_date;
use crate::id::{AccountId, ContactId};
use crate::journal_entry::{Dimensions, MAX_AMOUNT};
use crate::money::Currency;
use crate::posting_line::PostingLine;
use crate::refusal::{Constraint, Refusal};
use time::Date;

/// Whether balances of such accounts are money or a right to a fixed amount of it (IAS 21.16). Inventory, fixed assets,
/// prepayments, deposits and equity never are; other current assets and liabilities may be either and are left alone.
#[must_use]
pub fn is_monetary(account_type: AccountType) -> bool {
    matches!(
        account_type,
        AccountType::Bank
            | AccountType::AccountsReceivable
            | AccountType::AccountsPayable
            | AccountType::CreditCard
            | AccountType::LongTermLiability
    )
}

/// Something monetary that is open in foreign currency: a document, or the balance of a bank account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonetaryItem {
    /// Debit for what the company has or is owed, credit for what it owes.
    pub side: Side,
    /// Its currency.
    pub currency: Currency,
    /// What is open, minor units of its currency.
    pub open: i64,
    /// What it is carried at, minor units of base currency.
    pub base_open: i64,
    /// Base units per unit of its currency at the closing date.
    pub closing_rate: ExchangeRate,
    /// The account beside its control or bank account that takes the difference.
    pub revaluation_account_id: AccountId,
    /// Who owes it, or to whom it is owed.
    pub contact_id: Option<ContactId>,
}

impl MonetaryItem {
    /// The gain, or below zero the loss, of showing it at the closing rate; minor units of base currency. `None` when it
    /// leaves the range.
    #[must_use]
    pub fn difference(&self, base: Currency) -> Option<i64> {
        let closing = self.closing_rate.to_base(self.open, self.currency, base)?;
        let growth = closing.checked_sub(self.base_open)?;
        match self.side {
            Side::Debit => Some(growth),
            Side::Credit => growth.checked_neg(),
        }
        .filter(|difference| difference.unsigned_abs() <= MAX_AMOUNT.unsigned_abs())
    }
}

/// A revaluation worked out, all in base currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevaluationPosting {
    /// The closing date.
    pub date: Date,
    /// Its lines, those of the items first, in their order and without those whose rate has not moved; none when no rate has.
    pub lines: Vec<PostingLine>,
    /// The day after, on which it is reversed.
    pub reversal_date: Date,
    /// The gain, or below zero the loss, of each item, in their order.
    pub differences: Vec<i64>,
    /// Σ of the gains.
    pub gain: i64,
    /// Σ of the losses, above zero.
    pub loss: i64,
}

impl RevaluationPosting {
    /// Revalues items at a closing date. Gains and losses are not netted: each goes to its account in one sum.
    ///
    /// # Errors
    /// `items[i]` with constraint `range` or, for an item in base currency, `currency`; `date` without a day after it; an
    /// account that is missing, and something to be posted to it, with `required`.
    pub fn of(
        date: Date,
        items: &[MonetaryItem],
        base: Currency,
        unrealised_gain: Option<AccountId>,
        unrealised_loss: Option<AccountId>,
    ) -> Result<Self, Refusal> {
        let reversal_date = date.next_day().unwrap_or(Date::MAX);
        check_date(reversal_date, "date")?;
        let mut lines = Vec::new();
        let mut differences = Vec::with_capacity(items.len());
        let (mut gains, mut losses) = (0_i64, 0_i64);
        for (i, item) in items.iter().enumerate() {
            let range = || {
                let message = format!("the difference exceeds {MAX_AMOUNT} minor units");
                Refusal::field(format!("items[{i}]"), Constraint::Range, message)
            };
            if item.currency == base {
                let message = format!("an item in {base} has nothing to revalue");
                return Err(Refusal::field(format!("items[{i}]"), Constraint::Currency, message));
            }
            let difference = item.difference(base).ok_or_else(range)?;
            differences.push(difference);
            let amount = difference.saturating_abs();
            let (side, sum) =
                if difference > 0 { (Side::Debit, &mut gains) } else { (Side::Credit, &mut losses) };
            *sum = sum.checked_add(amount).filter(|sum| *sum <= MAX_AMOUNT).ok_or_else(range)?;
            if amount > 0 {
                let about = Dimensions { contact_id: item.contact_id, ..Dimensions::default() };
                let account = item.revaluation_account_id;
                lines.push(PostingLine::on(side, account, base, amount, amount).about(about));
            }
        }
        if gains > 0 {
            let account = unrealised_gain.ok_or_else(|| required("unrealised_gain", "unrealised gains"))?;
            lines.push(PostingLine::on(Side::Credit, account, base, gains, gains));
        }
        if losses > 0 {
            let account = unrealised_loss.ok_or_else(|| required("unrealised_loss", "unrealised losses"))?;
            lines.push(PostingLine::on(Side::Debit, account, base, losses, losses));
        }
        Ok(Self { date, lines, reversal_date, differences, gain: gains, loss: losses })
    }

    /// The lines of the reversal on the day after.
    #[must_use]
    pub fn reversal(&self) -> Vec<PostingLine> {
        self.lines.iter().cloned().map(PostingLine::mirrored).collect()
    }
}

/// The settings name no account for what has to be posted.
#[must_use]
pub fn required(name: &str, what: &str) -> Refusal {
    let message = format!("an account for {what} is needed: set default_accounts.{name} in the settings");
    Refusal::field(format!("default_accounts.{name}"), Constraint::Required, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::posting_line::check_balance;
    use proptest::prelude::*;
    use time::macros::date;
    use uuid::Uuid;

    const YEAR_END: Date = date!(2026 - 12 - 31);
    const RECEIVABLE: u128 = 1;
    const GAIN: u128 = 8;
    const LOSS: u128 = 9;

    fn account(number: u128) -> AccountId {
        AccountId(Uuid::from_u128(number))
    }

    fn item(side: Side, open: i64, base_open: i64, millionths: i64) -> MonetaryItem {
        MonetaryItem {
            side,
            currency: Currency::USD,
            open,
            base_open,
            closing_rate: ExchangeRate::from_millionths(millionths).unwrap(),
            revaluation_account_id: account(RECEIVABLE),
            contact_id: None,
        }
    }

    fn revalued(items: &[MonetaryItem]) -> RevaluationPosting {
        let revaluation =
            RevaluationPosting::of(YEAR_END, items, Currency::EUR, Some(account(GAIN)), Some(account(LOSS)))
                .unwrap();
        assert_eq!(check_balance(&revaluation.lines, Currency::EUR), Ok(()));
        revaluation
    }

    fn sides(lines: &[PostingLine]) -> Vec<(u128, i64, i64)> {
        lines.iter().map(|line| (line.account.0.as_u128(), line.base_debit, line.base_credit)).collect()
    }

    #[test]
    fn t32_an_open_receivable_is_shown_at_the_closing_rate_until_the_next_day() {
        let revaluation = revalued(&[item(Side::Debit, 100_000, 92_000, 950_000)]);
        assert_eq!(sides(&revaluation.lines), [(RECEIVABLE, 3_000, 0), (GAIN, 0, 3_000)]);
        assert_eq!(sides(&revaluation.reversal()), [(RECEIVABLE, 0, 3_000), (GAIN, 3_000, 0)]);
        assert_eq!(revaluation.reversal_date, date!(2027 - 01 - 01));

        // Settled at 0.94: 20.00 realised when the revaluation was reversed, else 30.00 less 10.00.
        let realised_after_reversal = 94_000 - 92_000;
        let carried_forward = item(Side::Debit, 100_000, 95_000, 940_000).difference(Currency::EUR).unwrap();
        assert_eq!(realised_after_reversal, 2_000);
        assert_eq!(revaluation.differences[0] + carried_forward, 2_000);
    }

    #[test]
    fn t33_a_liability_that_falls_is_a_gain() {
        let rupee = Currency::parse("INR", "currency_code").unwrap();
        let bill = |base_open, millionths| item(Side::Credit, 38_800, base_open, millionths);
        let recognised = bill(0, 94_390_000).closing_rate.to_base(38_800, Currency::USD, rupee).unwrap();
        assert_eq!(recognised, 3_662_332);
        let unrealised = bill(recognised, 93_932_500).difference(rupee).unwrap();
        assert_eq!(unrealised, 17_751);
        let carried_forward = bill(recognised - unrealised, 94_125_000).difference(rupee).unwrap();
        let reversing = bill(recognised, 94_125_000).difference(rupee).unwrap();
        assert_eq!((carried_forward, reversing), (-7_469, 10_282));
        assert_eq!(unrealised + carried_forward, reversing);
    }

    #[test]
    fn each_item_is_revalued_by_itself_and_gains_are_not_netted_with_losses() {
        let revaluation = revalued(&[
            item(Side::Debit, 100_000, 92_000, 950_000),
            item(Side::Credit, 100_000, 92_000, 950_000),
            item(Side::Debit, 100_000, 95_000, 950_000),
        ]);
        assert_eq!(revaluation.differences, [3_000, -3_000, 0]);
        assert_eq!(
            sides(&revaluation.lines),
            [(RECEIVABLE, 3_000, 0), (RECEIVABLE, 0, 3_000), (GAIN, 0, 3_000), (LOSS, 3_000, 0)]
        );
    }

    #[test]
    fn t37_what_is_not_monetary_is_never_revalued() {
        for kind in [
            AccountType::Inventory,
            AccountType::FixedAsset,
            AccountType::OtherCurrentAsset,
            AccountType::OtherCurrentLiability,
            AccountType::Equity,
            AccountType::Income,
        ] {
            assert!(!is_monetary(kind), "{}", kind.name());
        }
        assert!(is_monetary(AccountType::Bank) && is_monetary(AccountType::AccountsReceivable));
        let euros = MonetaryItem { currency: Currency::EUR, ..item(Side::Debit, 1, 1, 1_000_000) };
        let refused = RevaluationPosting::of(
            YEAR_END,
            &[euros],
            Currency::EUR,
            Some(account(GAIN)),
            Some(account(LOSS)),
        );
        assert_eq!(refused.unwrap_err().constraint(), Some(Constraint::Currency));
    }

    proptest! {
        #[test]
        fn t32_the_result_of_a_lifetime_does_not_depend_on_how_often_it_was_revalued(
            open in 1..1_000_000_000_i64,
            rates in prop::collection::vec(1..5_000_000_i64, 2..10),
            receivable in any::<bool>(),
        ) {
            let side = if receivable { Side::Debit } else { Side::Credit };
            let at = |millionths| {
                let rate = ExchangeRate::from_millionths(millionths).unwrap();
                rate.to_base(open, Currency::USD, Currency::EUR).unwrap()
            };
            let (first, last) = (rates[0], rates[rates.len() - 1]);
            let settled = item(side, open, at(first), last).difference(Currency::EUR).unwrap();

            // Reversing: every revaluation comes to nothing, the settlement realises all.
            let mut reversing = settled;
            // Carried forward: every revaluation becomes what the item is carried at.
            let (mut carried, mut carried_forward) = (at(first), 0);
            for millionths in &rates[1..] {
                let revaluation = revalued(&[item(side, open, at(first), *millionths)]);
                let both = revaluation.lines.iter().chain(&revaluation.reversal())
                    .filter(|line| line.account != account(RECEIVABLE))
                    .map(PostingLine::base_amount).sum::<i128>();
                reversing += i64::try_from(both).unwrap();
                carried_forward += item(side, open, carried, *millionths).difference(Currency::EUR).unwrap();
                carried = at(*millionths);
            }
            prop_assert_eq!(reversing, settled);
            prop_assert_eq!(carried_forward, settled);
        }
    }
}
