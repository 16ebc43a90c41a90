//! The accounts that Partita itself posts to.

use crate::account::{Account, AccountType, Category};
use crate::id::AccountId;
use serde::{Deserialize, Serialize};

/// The accounts that Partita itself posts to. One that is needed and not set is asked for when it is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DefaultAccounts {
    /// Takes the cents that remain when a foreign entry is converted.
    pub rounding: Option<AccountId>,
    /// Takes the result of a year.
    pub retained_earnings: Option<AccountId>,
    /// The contra account of opening balances; nets to zero once all are in.
    pub opening_balance: Option<AccountId>,
    /// The receivables control account.
    pub accounts_receivable: Option<AccountId>,
    /// The payables control account.
    pub accounts_payable: Option<AccountId>,
    /// The bank account that payments use unless told otherwise.
    pub bank: Option<AccountId>,
    /// What lines of sales are posted to unless item, contact or line say otherwise.
    pub sales: Option<AccountId>,
    /// What lines of purchases are posted to unless item, contact or line say otherwise.
    pub purchases: Option<AccountId>,
    /// What customers have paid before they were billed.
    pub customer_advances: Option<AccountId>,
    /// What was paid to vendors before they billed.
    pub vendor_prepayments: Option<AccountId>,
    /// Discounts that customers take for paying early.
    pub sales_discounts: Option<AccountId>,
    /// Discounts that are taken from vendors for paying early.
    pub purchase_discounts: Option<AccountId>,
    /// Small differences of payments, on either side.
    pub write_offs: Option<AccountId>,
    /// What rounding to the smallest coin gives or takes when something is paid in cash.
    pub cash_rounding: Option<AccountId>,
    /// What banks and card companies keep of payments.
    pub payment_fees: Option<AccountId>,
    /// Realised gains of exchange.
    pub exchange_gain: Option<AccountId>,
    /// Realised losses of exchange.
    pub exchange_loss: Option<AccountId>,
    /// Gains of exchange on what is still open at a closing date.
    pub unrealised_gain: Option<AccountId>,
    /// Losses of exchange on what is still open at a closing date.
    pub unrealised_loss: Option<AccountId>,
    /// What revaluation adds to or takes from receivables.
    pub receivables_revaluation: Option<AccountId>,
    /// What revaluation adds to or takes from payables.
    pub payables_revaluation: Option<AccountId>,
    /// What revaluation adds to or takes from bank accounts in foreign currencies.
    pub bank_revaluation: Option<AccountId>,
    /// The other side of counted differences of stock.
    pub inventory_adjustments: Option<AccountId>,
    /// Receivables that will not be paid.
    pub bad_debts: Option<AccountId>,
}

impl DefaultAccounts {
    /// Each with its name in the API.
    #[must_use]
    pub fn named(&self) -> [(&'static str, Option<AccountId>); 24] {
        self.clone().places().map(|(name, id)| (name, *id))
    }

    /// The place of that name, to be filled.
    #[must_use]
    pub fn place(&mut self, name: &str) -> Option<&mut Option<AccountId>> {
        self.places().into_iter().find(|(known, _)| *known == name).map(|(_, place)| place)
    }

    fn places(&mut self) -> [(&'static str, &mut Option<AccountId>); 24] {
        [
            ("rounding", &mut self.rounding),
            ("retained_earnings", &mut self.retained_earnings),
            ("opening_balance", &mut self.opening_balance),
            ("accounts_receivable", &mut self.accounts_receivable),
            ("accounts_payable", &mut self.accounts_payable),
            ("bank", &mut self.bank),
            ("sales", &mut self.sales),
            ("purchases", &mut self.purchases),
            ("customer_advances", &mut self.customer_advances),
            ("vendor_prepayments", &mut self.vendor_prepayments),
            ("sales_discounts", &mut self.sales_discounts),
            ("purchase_discounts", &mut self.purchase_discounts),
            ("write_offs", &mut self.write_offs),
            ("cash_rounding", &mut self.cash_rounding),
            ("payment_fees", &mut self.payment_fees),
            ("exchange_gain", &mut self.exchange_gain),
            ("exchange_loss", &mut self.exchange_loss),
            ("unrealised_gain", &mut self.unrealised_gain),
            ("unrealised_loss", &mut self.unrealised_loss),
            ("receivables_revaluation", &mut self.receivables_revaluation),
            ("payables_revaluation", &mut self.payables_revaluation),
            ("bank_revaluation", &mut self.bank_revaluation),
            ("inventory_adjustments", &mut self.inventory_adjustments),
            ("bad_debts", &mut self.bad_debts),
        ]
    }

    /// What an account controls, by its name in the API: its balance is the sum of what is open of documents, left of
    /// payments, or in stock.
    #[must_use]
    pub fn control_of(&self, account: &Account) -> Option<&'static str> {
        let named = [
            ("accounts_receivable", self.accounts_receivable),
            ("accounts_payable", self.accounts_payable),
            ("customer_advances", self.customer_advances),
            ("vendor_prepayments", self.vendor_prepayments),
        ];
        let of_trade = named.into_iter().find(|(_, id)| *id == Some(account.id)).map(|(name, _)| name);
        // Each item names its own account of stock; all of them are of this type.
        of_trade.or((account.account_type == AccountType::Inventory).then_some("inventory"))
    }

    /// Whether an account of this type can serve under that name.
    #[must_use]
    pub fn fits(name: &str, account_type: AccountType) -> bool {
        use AccountType as Type;
        let category = account_type.category();
        match name {
            "retained_earnings" | "opening_balance" => category == Category::Equity,
            "accounts_receivable" => account_type == Type::AccountsReceivable,
            "accounts_payable" => account_type == Type::AccountsPayable,
            "bank" => account_type == Type::Bank,
            "sales" => category == Category::Revenue,
            "purchases" => category == Category::Expense,
            "customer_advances" => account_type == Type::OtherCurrentLiability,
            "vendor_prepayments" => matches!(account_type, Type::OtherCurrentAsset | Type::OtherAsset),
            "receivables_revaluation" => {
                matches!(account_type, Type::AccountsReceivable | Type::OtherCurrentAsset)
            }
            "payables_revaluation" => {
                matches!(account_type, Type::AccountsPayable | Type::OtherCurrentLiability)
            }
            "bank_revaluation" => matches!(account_type, Type::Bank | Type::OtherCurrentAsset),
            "rounding"
            | "sales_discounts"
            | "purchase_discounts"
            | "write_offs"
            | "cash_rounding"
            | "payment_fees"
            | "exchange_gain"
            | "exchange_loss"
            | "unrealised_gain"
            | "unrealised_loss"
            | "inventory_adjustments"
            | "bad_debts" => {
                matches!(category, Category::Revenue | Category::Expense)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn every_place_is_named_as_it_is_stored_and_takes_some_type() {
        let mut accounts = DefaultAccounts::default();
        let stored = serde_json::to_value(&accounts).unwrap();
        let stored: Vec<&String> = stored.as_object().unwrap().keys().collect();
        let mut names: Vec<&str> = accounts.named().into_iter().map(|(name, _)| name).collect();
        for name in &names {
            *accounts.place(name).unwrap() = Some(AccountId(Uuid::from_u128(1)));
            assert!(AccountType::ALL.into_iter().any(|kind| DefaultAccounts::fits(name, kind)), "{name}");
        }
        assert!(accounts.named().iter().all(|(_, id)| id.is_some()));
        assert_eq!(accounts.place("colour"), None);
        names.sort_unstable();
        assert_eq!(names, stored);
    }

    #[test]
    fn what_was_stored_before_there_were_more_of_them_is_read() {
        let old = r#"{"rounding":"00000000-0000-0000-0000-000000000001","bank":null}"#;
        let accounts: DefaultAccounts = serde_json::from_str(old).unwrap();
        assert_eq!(
            accounts,
            DefaultAccounts { rounding: Some(AccountId(Uuid::from_u128(1))), ..DefaultAccounts::default() }
        );
    }
}
