//! Exchange of money of one currency for money of another: two entries over a transit account, since an entry has one
//! currency.

use crate::account::Side;
use crate::id::AccountId;
use crate::journal_entry::MAX_AMOUNT;
use crate::money::Currency;
use crate::payment::relieved_at_average;
use crate::posting_line::PostingLine;
use crate::refusal::{Constraint, Refusal};

/// The money that is given away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// The bank account.
    pub account_id: AccountId,
    /// Its currency.
    pub currency: Currency,
    /// What is given, minor units.
    pub amount: i64,
    /// What is on the account, minor units of its currency.
    pub balance: i64,
    /// What it is carried at, minor units of base currency.
    pub base_balance: i64,
}

/// The money that is received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The bank account.
    pub account_id: AccountId,
    /// Its currency.
    pub currency: Currency,
    /// What is received, minor units.
    pub amount: i64,
    /// What it is worth, minor units of base currency.
    pub base_amount: i64,
}

/// An exchange worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrencyExchange {
    /// The entry in the currency that is given.
    pub given: Vec<PostingLine>,
    /// The entry in the currency that is received.
    pub taken: Vec<PostingLine>,
    /// The realised difference of exchange, minor units of base currency; a gain is positive (IAS 21.28).
    pub realised: i64,
}

impl CurrencyExchange {
    /// Exchanges money. What is given leaves at the average it is carried at, so that an account of nothing is worth
    /// nothing (invariant I5); what is received is worth what the caller says, and the difference is realised.
    ///
    /// # Errors
    /// `given.amount` or `taken.amount` with constraint `range`.
    pub fn of(
        given: &Given,
        taken: &Taken,
        transit: AccountId,
        exchange_gain: AccountId,
        exchange_loss: AccountId,
    ) -> Result<Self, Refusal> {
        let amounts = [("given", given.amount), ("taken", taken.amount), ("taken", taken.base_amount)];
        if let Some((field, amount)) = amounts.iter().find(|(_, amount)| !(1..=MAX_AMOUNT).contains(amount)) {
            let message = format!("the amount {amount} is not from 1 to {MAX_AMOUNT}");
            return Err(Refusal::field(format!("{field}.amount"), Constraint::Range, message));
        }
        if given.amount > given.balance {
            let decimal = |minor: i64| given.currency.decimal(i128::from(minor));
            let message =
                format!("{} is given, {} is on the account", decimal(given.amount), decimal(given.balance));
            return Err(Refusal::field("given.amount", Constraint::Range, message));
        }
        let carried = relieved_at_average(given.balance, given.base_balance, given.amount);
        let Some(carried) = carried.filter(|base| (0..=MAX_AMOUNT).contains(base)) else {
            let message = "what the account is carried at is out of range";
            return Err(Refusal::field("given.amount", Constraint::Range, message));
        };
        let line =
            |side, account, currency, minor, base| PostingLine::on(side, account, currency, minor, base);
        let mut lines = vec![
            line(Side::Debit, transit, given.currency, given.amount, taken.base_amount),
            line(Side::Credit, given.account_id, given.currency, given.amount, carried),
        ];
        // Both are 0 to 15 digits, so the difference stays in range.
        let realised = taken.base_amount.saturating_sub(carried);
        if realised != 0 {
            let (side, account) =
                if realised > 0 { (Side::Credit, exchange_gain) } else { (Side::Debit, exchange_loss) };
            lines.push(line(side, account, given.currency, 0, realised.saturating_abs()));
        }
        let taken = vec![
            line(Side::Debit, taken.account_id, taken.currency, taken.amount, taken.base_amount),
            line(Side::Credit, transit, taken.currency, taken.amount, taken.base_amount),
        ];
        Ok(Self { given: lines, taken, realised })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::posting_line::check_balance;
    use uuid::Uuid;

    fn account(number: u128) -> AccountId {
        AccountId(Uuid::from_u128(number))
    }

    fn exchanged(amount: i64) -> Result<CurrencyExchange, Refusal> {
        let cad = Currency::parse("CAD", "currency_code").unwrap();
        let given = Given {
            account_id: account(1),
            currency: Currency::USD,
            amount,
            balance: 15_000,
            base_balance: 13_800,
        };
        let taken = Taken { account_id: account(2), currency: cad, amount: 8_200, base_amount: 5_700 };
        CurrencyExchange::of(&given, &taken, account(3), account(8), account(9))
    }

    #[test]
    fn t38_both_legs_are_posted_and_balance_in_base_currency() {
        let exchange = exchanged(6_000).unwrap();
        assert_eq!(check_balance(&exchange.given, Currency::EUR), Ok(()));
        assert_eq!(check_balance(&exchange.taken, Currency::EUR), Ok(()));
        let bases: Vec<_> =
            exchange.given.iter().map(|line| (line.account.0.as_u128(), line.base_amount())).collect();
        assert_eq!(bases, [(3, 5_700), (1, -5_520), (8, -180)]);
        let both = exchange.given.iter().chain(&exchange.taken);
        let transit: i128 =
            both.filter(|line| line.account == account(3)).map(PostingLine::base_amount).sum();
        assert_eq!((transit, exchange.realised), (0, 180));
    }

    #[test]
    fn t36_an_account_that_is_emptied_is_worth_nothing() {
        let exchange = exchanged(15_000).unwrap();
        assert_eq!(exchange.given[1].base_credit, 13_800);
        assert_eq!(exchange.realised, 5_700 - 13_800);
        assert_eq!(exchanged(15_001).unwrap_err().to_string(), "150.01 is given, 150.00 is on the account");
        assert!(exchanged(0).is_err());
    }
}
