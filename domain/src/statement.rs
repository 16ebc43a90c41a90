//! Statements of account: what a contact owed, what changed it, and what it owes.

use crate::id::{AccountId, ContactId, EntryId};
use crate::money::Currency;
use crate::payment::PaymentDirection;
use crate::tax::Trade;
use std::collections::BTreeMap;
use time::Date;

/// A journal line that names a contact, with what its entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactLine {
    /// The accounting date.
    pub date: Date,
    /// The place of the entry in the chain.
    pub position: i64,
    /// The entry.
    pub entry_id: EntryId,
    /// Its number.
    pub entry_number: String,
    /// What kind of entry it is.
    pub transaction_type: String,
    /// What it was posted for.
    pub source_id: Option<String>,
    /// The entry that it takes back.
    pub reversal_of_id: Option<EntryId>,
    /// What it is.
    pub memo: Option<String>,
    /// The number on the paper.
    pub reference_number: Option<String>,
    /// The currency of the entry.
    pub currency: Currency,
    /// The account.
    pub account_id: AccountId,
    /// Minor units.
    pub debit: i64,
    /// Minor units.
    pub credit: i64,
}

/// What stands on an account in a currency about a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContactSum {
    /// The account.
    pub account_id: AccountId,
    /// The currency of the entries.
    pub currency: Currency,
    /// Debit less credit, minor units.
    pub balance: i64,
}

/// One change of what is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// What it follows from. Account, debit and credit are those of the first line.
    pub line: ContactLine,
    /// What it adds to what is owed, minor units.
    pub amount: i64,
    /// What is owed after it, minor units.
    pub balance: i64,
}

/// What a contact owes (sales), or is owed (purchases), in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The side of the trade.
    pub trade: Trade,
    /// The currency.
    pub currency: Currency,
    /// What was owed before, minor units.
    pub opening: i64,
    /// What changed it, in order.
    pub movements: Vec<Movement>,
    /// What is owed after all of them, minor units.
    pub closing: i64,
}

/// The accounts on which it stands what contacts owe and are owed, with the advances, each with its side of the trade.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatementAccounts(BTreeMap<AccountId, Trade>);

impl StatementAccounts {
    /// Adds an account.
    pub fn add(&mut self, account: AccountId, trade: Trade) {
        self.0.insert(account, trade);
    }

    /// Adds an account on which payments of a contact have left something.
    pub fn add_advances(&mut self, account: AccountId, direction: PaymentDirection) {
        let trade = match direction {
            PaymentDirection::Received => Trade::Sale,
            PaymentDirection::Made => Trade::Purchase,
        };
        self.add(account, trade);
    }

    /// All of them.
    #[must_use]
    pub fn ids(&self) -> Vec<AccountId> {
        self.0.keys().copied().collect()
    }

    /// What a debit balance on an account means for what is owed.
    fn owed(&self, account: AccountId, debit_balance: i128) -> Option<(Trade, i128)> {
        self.0.get(&account).map(|trade| match trade {
            Trade::Sale => (*trade, debit_balance),
            Trade::Purchase => (*trade, -debit_balance),
        })
    }

    /// Puts statements together from what stood on the accounts before and the lines since, which are in order. Sales
    /// come first, then by currency. An entry that changes nothing of what is owed is left out, such as one that uses an
    /// advance. Nothing when a sum leaves the range of 64 bits.
    #[must_use]
    pub fn statements(&self, before: &[ContactSum], lines: Vec<ContactLine>) -> Option<Vec<Statement>> {
        let mut opened: BTreeMap<(u8, Currency), Opened> = BTreeMap::new();
        let key = |trade: Trade, currency: Currency| (u8::from(trade == Trade::Purchase), currency);
        for sum in before {
            let (trade, amount) = self.owed(sum.account_id, i128::from(sum.balance))?;
            let of = opened.entry(key(trade, sum.currency)).or_insert((trade, 0, Vec::new()));
            of.1 = of.1.checked_add(amount)?;
        }
        for line in lines {
            let balance = i128::from(line.debit) - i128::from(line.credit);
            let (trade, amount) = self.owed(line.account_id, balance)?;
            let (_, _, movements) = opened.entry(key(trade, line.currency)).or_insert((trade, 0, Vec::new()));
            match movements.last_mut() {
                Some((last, sum)) if last.entry_id == line.entry_id => *sum = sum.checked_add(amount)?,
                _ => movements.push((line, amount)),
            }
        }
        let statements = opened.into_iter().map(|((_, currency), (trade, opening, changes))| {
            let mut closing = opening;
            let mut movements = Vec::with_capacity(changes.len());
            for (line, amount) in changes.into_iter().filter(|(_, amount)| *amount != 0) {
                closing = closing.checked_add(amount)?;
                let (amount, balance) = (i64::try_from(amount).ok()?, i64::try_from(closing).ok()?);
                movements.push(Movement { line, amount, balance });
            }
            let (opening, closing) = (i64::try_from(opening).ok()?, i64::try_from(closing).ok()?);
            Some(Statement { trade, currency, opening, movements, closing })
        });
        let statements: Option<Vec<Statement>> = statements.collect();
        statements
            .map(|all| all.into_iter().filter(|of| of.opening != 0 || !of.movements.is_empty()).collect())
    }
}

/// The side, what stood there before, and what each entry since has changed of it.
type Opened = (Trade, i128, Vec<(ContactLine, i128)>);

/// Of whom, and on which accounts, lines are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContactLines<'a> {
    /// The contact that they name.
    pub contact_id: ContactId,
    /// On any of these accounts.
    pub accounts: &'a [AccountId],
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;
    use uuid::Uuid;

    fn account(number: u128) -> AccountId {
        AccountId(Uuid::from_u128(number))
    }

    fn accounts() -> StatementAccounts {
        let mut accounts = StatementAccounts::default();
        accounts.add(account(1200), Trade::Sale);
        accounts.add(account(2000), Trade::Purchase);
        accounts.add_advances(account(2300), PaymentDirection::Received);
        accounts.add_advances(account(1300), PaymentDirection::Made);
        accounts
    }

    fn line(position: i64, number: u128, amount: i64) -> ContactLine {
        ContactLine {
            date: date!(2026 - 03 - 01),
            position,
            entry_id: EntryId(Uuid::from_u128(position.unsigned_abs().into())),
            entry_number: format!("JE-{position}"),
            transaction_type: "invoice".to_owned(),
            source_id: None,
            reversal_of_id: None,
            memo: None,
            reference_number: None,
            currency: Currency::USD,
            account_id: account(number),
            debit: amount.max(0),
            credit: amount.saturating_neg().max(0),
        }
    }

    fn amounts(statement: &Statement) -> Vec<(i64, i64)> {
        statement.movements.iter().map(|movement| (movement.amount, movement.balance)).collect()
    }

    #[test]
    fn the_closing_balance_is_the_opening_one_and_all_movements() {
        let before = [
            ContactSum { account_id: account(1200), currency: Currency::USD, balance: 500 },
            ContactSum { account_id: account(2300), currency: Currency::USD, balance: -200 },
        ];
        let lines = vec![
            line(1, 1200, 1_000),
            line(2, 2000, -400),
            // A payment of 1 100 settles the invoice and leaves 100 as an advance.
            line(3, 1200, -1_000),
            line(3, 2300, -100),
            // The advance is used: nothing changes.
            line(4, 2300, 100),
            line(4, 1200, -100),
        ];
        let statements = accounts().statements(&before, lines).unwrap();
        assert_eq!(statements.len(), 2);
        let sales = &statements[0];
        assert_eq!((sales.trade, sales.opening, sales.closing), (Trade::Sale, 300, 200));
        assert_eq!(amounts(sales), [(1_000, 1_300), (-1_100, 200)]);
        let purchases = &statements[1];
        assert_eq!((purchases.trade, purchases.opening, purchases.closing), (Trade::Purchase, 0, 400));
        assert_eq!(amounts(purchases), [(400, 400)]);
    }

    #[test]
    fn each_currency_has_its_own_and_nothing_is_none() {
        let euro = ContactLine { currency: Currency::EUR, ..line(1, 1200, 70) };
        let back = vec![euro, line(2, 1200, 5), line(3, 1200, 0)];
        let statements = accounts().statements(&[], back).unwrap();
        let closings: Vec<_> = statements.iter().map(|of| (of.currency, of.closing)).collect();
        assert_eq!(closings, [(Currency::EUR, 70), (Currency::USD, 5)]);
        let nothing = ContactSum { account_id: account(1200), currency: Currency::USD, balance: 0 };
        assert_eq!(accounts().statements(&[nothing], Vec::new()).unwrap(), []);
        let most = ContactSum { balance: i64::MAX, ..nothing };
        assert_eq!(accounts().statements(&[most], vec![line(1, 1200, 1)]), None);
    }
}
