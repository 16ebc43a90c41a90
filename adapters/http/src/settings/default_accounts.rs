//! The accounts that Partita itself posts to, on the wire.

use partita_domain::id::AccountId;
use partita_domain::settings::DefaultAccounts;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// The accounts that Partita itself posts to, by id.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DefaultAccountsBody {
    /// Takes the cents that remain when a foreign entry is converted; a revenue or expense account.
    pub rounding: Option<Uuid>,
    /// Takes the result of a year; an equity account.
    pub retained_earnings: Option<Uuid>,
    /// The contra account of opening balances; an equity account.
    pub opening_balance: Option<Uuid>,
    /// The control account of receivables.
    pub accounts_receivable: Option<Uuid>,
    /// The control account of payables.
    pub accounts_payable: Option<Uuid>,
    /// The bank account that payments use unless told otherwise.
    pub bank: Option<Uuid>,
    /// What lines of sales are posted to unless item, contact or line say otherwise; a revenue account.
    pub sales: Option<Uuid>,
    /// What lines of purchases are posted to unless item, contact or line say otherwise; an expense account.
    pub purchases: Option<Uuid>,
    /// What customers have paid before they were billed; of type `other_current_liability`.
    pub customer_advances: Option<Uuid>,
    /// What was paid to vendors before they billed; of type `other_current_asset` or `other_asset`.
    pub vendor_prepayments: Option<Uuid>,
    /// Discounts that customers take for paying early; a revenue or expense account.
    pub sales_discounts: Option<Uuid>,
    /// Discounts that are taken from vendors for paying early; a revenue or expense account.
    pub purchase_discounts: Option<Uuid>,
    /// Small differences of payments; a revenue or expense account.
    pub write_offs: Option<Uuid>,
    /// What rounding to coins gives or takes (`cash_rounding` of payments); a revenue or expense account.
    pub cash_rounding: Option<Uuid>,
    /// What banks and card companies keep of payments; a revenue or expense account.
    pub payment_fees: Option<Uuid>,
    /// Realised gains of exchange; a revenue or expense account.
    pub exchange_gain: Option<Uuid>,
    /// Realised losses of exchange; a revenue or expense account, possibly the same.
    pub exchange_loss: Option<Uuid>,
    /// Gains of exchange on what is open at a closing date; a revenue or expense account.
    pub unrealised_gain: Option<Uuid>,
    /// Losses of exchange on what is open at a closing date; a revenue or expense account.
    pub unrealised_loss: Option<Uuid>,
    /// What revaluation adds to receivables; of type `accounts_receivable` or `other_current_asset`.
    pub receivables_revaluation: Option<Uuid>,
    /// What revaluation adds to payables; of type `accounts_payable` or `other_current_liability`.
    pub payables_revaluation: Option<Uuid>,
    /// What revaluation adds to bank accounts in foreign currencies; of type `bank` or `other_current_asset`.
    pub bank_revaluation: Option<Uuid>,
    /// The other side of counted differences of stock; a revenue or expense account.
    pub inventory_adjustments: Option<Uuid>,
    /// Receivables that will not be paid; a revenue or expense account.
    pub bad_debts: Option<Uuid>,
}

impl DefaultAccountsBody {
    pub(super) fn into_accounts(self) -> DefaultAccounts {
        DefaultAccounts {
            rounding: self.rounding.map(AccountId),
            retained_earnings: self.retained_earnings.map(AccountId),
            opening_balance: self.opening_balance.map(AccountId),
            accounts_receivable: self.accounts_receivable.map(AccountId),
            accounts_payable: self.accounts_payable.map(AccountId),
            bank: self.bank.map(AccountId),
            sales: self.sales.map(AccountId),
            purchases: self.purchases.map(AccountId),
            customer_advances: self.customer_advances.map(AccountId),
            vendor_prepayments: self.vendor_prepayments.map(AccountId),
            sales_discounts: self.sales_discounts.map(AccountId),
            purchase_discounts: self.purchase_discounts.map(AccountId),
            write_offs: self.write_offs.map(AccountId),
            cash_rounding: self.cash_rounding.map(AccountId),
            payment_fees: self.payment_fees.map(AccountId),
            exchange_gain: self.exchange_gain.map(AccountId),
            exchange_loss: self.exchange_loss.map(AccountId),
            unrealised_gain: self.unrealised_gain.map(AccountId),
            unrealised_loss: self.unrealised_loss.map(AccountId),
            receivables_revaluation: self.receivables_revaluation.map(AccountId),
            payables_revaluation: self.payables_revaluation.map(AccountId),
            bank_revaluation: self.bank_revaluation.map(AccountId),
            inventory_adjustments: self.inventory_adjustments.map(AccountId),
            bad_debts: self.bad_debts.map(AccountId),
        }
    }
}

impl From<&DefaultAccounts> for DefaultAccountsBody {
    fn from(accounts: &DefaultAccounts) -> Self {
        Self {
            rounding: accounts.rounding.map(|id| id.0),
            retained_earnings: accounts.retained_earnings.map(|id| id.0),
            opening_balance: accounts.opening_balance.map(|id| id.0),
            accounts_receivable: accounts.accounts_receivable.map(|id| id.0),
            accounts_payable: accounts.accounts_payable.map(|id| id.0),
            bank: accounts.bank.map(|id| id.0),
            sales: accounts.sales.map(|id| id.0),
            purchases: accounts.purchases.map(|id| id.0),
            customer_advances: accounts.customer_advances.map(|id| id.0),
            vendor_prepayments: accounts.vendor_prepayments.map(|id| id.0),
            sales_discounts: accounts.sales_discounts.map(|id| id.0),
            purchase_discounts: accounts.purchase_discounts.map(|id| id.0),
            write_offs: accounts.write_offs.map(|id| id.0),
            cash_rounding: accounts.cash_rounding.map(|id| id.0),
            payment_fees: accounts.payment_fees.map(|id| id.0),
            exchange_gain: accounts.exchange_gain.map(|id| id.0),
            exchange_loss: accounts.exchange_loss.map(|id| id.0),
            unrealised_gain: accounts.unrealised_gain.map(|id| id.0),
            unrealised_loss: accounts.unrealised_loss.map(|id| id.0),
            receivables_revaluation: accounts.receivables_revaluation.map(|id| id.0),
            payables_revaluation: accounts.payables_revaluation.map(|id| id.0),
            bank_revaluation: accounts.bank_revaluation.map(|id| id.0),
            inventory_adjustments: accounts.inventory_adjustments.map(|id| id.0),
            bad_debts: accounts.bad_debts.map(|id| id.0),
        }
    }
}
