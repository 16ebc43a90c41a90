//! Accounts of the chart, their types and what may change once they have history.

use crate::id::AccountId;
use crate::metadata::Metadata;
use crate::money::Currency;
use crate::refusal::{Constraint, Refusal};
use crate::text;
use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;

/// The five elements of financial statements (IFRS Conceptual Framework 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// What the company has.
    Asset,
    /// What it owes.
    Liability,
    /// What is left to its owners.
    Equity,
    /// What it earns.
    Revenue,
    /// What it spends.
    Expense,
}

impl Category {
    /// All of them, in statement order.
    pub const ALL: [Self; 5] = [Self::Asset, Self::Liability, Self::Equity, Self::Revenue, Self::Expense];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Asset => "asset",
            Self::Liability => "liability",
            Self::Equity => "equity",
            Self::Revenue => "revenue",
            Self::Expense => "expense",
        }
    }

    /// The category of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.name() == name)
    }
}

/// The side on which an account's balance grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Left.
    Debit,
    /// Right.
    Credit,
}

impl Side {
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Debit => "debit",
            Self::Credit => "credit",
        }
    }

    /// The side of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Debit, Self::Credit].into_iter().find(|side| side.name() == name)
    }

    /// The other side.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Debit => Self::Credit,
            Self::Credit => Self::Debit,
        }
    }
}

/// What kind of account it is; the category follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountType {
    /// Cash at hand and at banks.
    Bank,
    /// The receivables control account.
    AccountsReceivable,
    /// Assets that turn into money within a year.
    OtherCurrentAsset,
    /// Goods for sale.
    Inventory,
    /// Assets kept for longer.
    FixedAsset,
    /// Depreciation gathered against fixed assets; grows on the credit side.
    AccumulatedDepreciation,
    /// Other long-lived assets.
    OtherAsset,
    /// The payables control account.
    AccountsPayable,
    /// Credit cards.
    CreditCard,
    /// Debts due within a year.
    OtherCurrentLiability,
    /// Taxes owed.
    TaxPayable,
    /// Debts due later.
    LongTermLiability,
    /// Owners' capital.
    Equity,
    /// Results of earlier years.
    RetainedEarnings,
    /// Income of the ordinary business.
    Income,
    /// Other income.
    OtherIncome,
    /// What the goods that were sold had cost.
    CostOfGoodsSold,
    /// Expenses of the ordinary business.
    Expense,
    /// Other expenses.
    OtherExpense,
}

impl AccountType {
    /// All of them, in statement order.
    pub const ALL: [Self; 19] = [
        Self::Bank,
        Self::AccountsReceivable,
        Self::OtherCurrentAsset,
        Self::Inventory,
        Self::FixedAsset,
        Self::AccumulatedDepreciation,
        Self::OtherAsset,
        Self::AccountsPayable,
        Self::CreditCard,
        Self::OtherCurrentLiability,
        Self::TaxPayable,
        Self::LongTermLiability,
        Self::Equity,
        Self::RetainedEarnings,
        Self::Income,
        Self::OtherIncome,
        Self::CostOfGoodsSold,
        Self::Expense,
        Self::OtherExpense,
    ];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::AccountsReceivable => "accounts_receivable",
            Self::OtherCurrentAsset => "other_current_asset",
            Self::Inventory => "inventory",
            Self::FixedAsset => "fixed_asset",
            Self::AccumulatedDepreciation => "accumulated_depreciation",
            Self::OtherAsset => "other_asset",
            Self::AccountsPayable => "accounts_payable",
            Self::CreditCard => "credit_card",
            Self::OtherCurrentLiability => "other_current_liability",
            Self::TaxPayable => "tax_payable",
            Self::LongTermLiability => "long_term_liability",
            Self::Equity => "equity",
            Self::RetainedEarnings => "retained_earnings",
            Self::Income => "income",
            Self::OtherIncome => "other_income",
            Self::CostOfGoodsSold => "cost_of_goods_sold",
            Self::Expense => "expense",
            Self::OtherExpense => "other_expense",
        }
    }

    /// The type of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The category that follows from the type.
    #[must_use]
    pub fn category(self) -> Category {
        match self {
            Self::Bank
            | Self::AccountsReceivable
            | Self::OtherCurrentAsset
            | Self::Inventory
            | Self::FixedAsset
            | Self::AccumulatedDepreciation
            | Self::OtherAsset => Category::Asset,
            Self::AccountsPayable
            | Self::CreditCard
            | Self::OtherCurrentLiability
            | Self::TaxPayable
            | Self::LongTermLiability => Category::Liability,
            Self::Equity | Self::RetainedEarnings => Category::Equity,
            Self::Income | Self::OtherIncome => Category::Revenue,
            Self::CostOfGoodsSold | Self::Expense | Self::OtherExpense => Category::Expense,
        }
    }

    /// The side on which its balance is positive.
    #[must_use]
    pub fn normal_side(self) -> Side {
        match (self, self.category()) {
            (Self::AccumulatedDepreciation, _) => Side::Credit,
            (_, Category::Asset | Category::Expense) => Side::Debit,
            (_, Category::Liability | Category::Equity | Category::Revenue) => Side::Credit,
        }
    }

    /// Whether balances carry over to the next fiscal year (assets, liabilities, equity).
    #[must_use]
    pub fn is_balance_sheet(self) -> bool {
        matches!(self.category(), Category::Asset | Category::Liability | Category::Equity)
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its number, unique in the company; accounts sort by it as text.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub account_type: AccountType,
    /// The account above it, of the same category.
    pub parent_id: Option<AccountId>,
    /// The only currency it takes; `None` takes any.
    pub currency_code: Option<Currency>,
    /// What it is for.
    pub description: Option<String>,
    /// The line of a statement it is summed into.
    pub report_group: Option<String>,
    /// Whether entries may name it.
    pub is_active: bool,
    /// Whether Partita itself posts to it (rounding, retained earnings …); such an account stays active.
    pub is_system: bool,
    /// Whether it holds money, for the cash-flow statement.
    pub is_cash: bool,
    /// Free pairs.
    pub metadata: Metadata,
    /// When it was made.
    #[serde(with = "crate::timestamp")]
    pub created_at: PrimitiveDateTime,
    /// When it last changed.
    #[serde(with = "crate::timestamp")]
    pub updated_at: PrimitiveDateTime,
    /// Counts its changes from 1.
    pub version: i64,
}

/// What a caller may say of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountDraft {
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Up to 20 characters: letters, digits, `.`, `-`, `_`, `/` and blanks within.
    pub number: String,
    /// Up to 255 characters.
    pub name: String,
    /// Its type.
    pub account_type: AccountType,
    /// The account above it.
    pub parent_id: Option<AccountId>,
    /// The only currency it takes.
    pub currency_code: Option<Currency>,
    /// Up to 2 000 characters.
    pub description: Option<String>,
    /// Up to 100 characters.
    pub report_group: Option<String>,
    /// Whether entries may name it.
    pub is_active: bool,
    /// Whether it holds money; by default what the type says (`bank`).
    pub is_cash: Option<bool>,
    /// Free pairs.
    pub metadata: Metadata,
}

/// Checks an external id: 1 to 255 characters, no control character.
///
/// # Errors
/// `external_id` with constraint `length` or `format`.
pub fn check_external_id(external_id: Option<&str>) -> Result<(), Refusal> {
    external_id.map_or(Ok(()), |id| text::check_filled(id, "external_id", 255))
}

impl AccountDraft {
    fn check(&self) -> Result<(), Vec<Refusal>> {
        let number_is_plain = self.number.chars().all(|c| c.is_alphanumeric() || ".-_/ ".contains(c))
            && self.number.trim() == self.number;
        let refusals: Vec<Refusal> = [
            check_external_id(self.external_id.as_deref()),
            text::check_filled(&self.number, "number", 20),
            if number_is_plain {
                Ok(())
            } else {
                Err(Refusal::field(
                    "number",
                    Constraint::Format,
                    "letters, digits, `.`, `-`, `_`, `/` and blanks within are allowed",
                ))
            },
            text::check_filled(&self.name, "name", 255),
            text::check_optional(self.description.as_deref(), "description", 2_000),
            text::check_optional(self.report_group.as_deref(), "report_group", 100),
            self.metadata.check(),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }
}

impl Account {
    /// Opens an account.
    ///
    /// # Errors
    /// Every field that breaks its limits.
    pub fn open(id: AccountId, draft: AccountDraft, at: PrimitiveDateTime) -> Result<Self, Vec<Refusal>> {
        draft.check()?;
        Ok(Self {
            id,
            external_id: draft.external_id,
            number: draft.number,
            name: draft.name,
            account_type: draft.account_type,
            parent_id: draft.parent_id,
            currency_code: draft.currency_code,
            description: draft.description,
            report_group: draft.report_group,
            is_active: draft.is_active,
            is_system: false,
            is_cash: draft.is_cash.unwrap_or(draft.account_type == AccountType::Bank),
            metadata: draft.metadata,
            created_at: at,
            updated_at: at,
            version: 1,
        })
    }

    /// The account after a change. With history its type and currency stay as they are, since every past report
    /// depends on them.
    ///
    /// # Errors
    /// Every field that breaks its limits; `has_history`; `conflict` for a system account that would be deactivated.
    pub fn revise(
        &self,
        draft: AccountDraft,
        has_history: bool,
        at: PrimitiveDateTime,
    ) -> Result<Self, Vec<Refusal>> {
        draft.check()?;
        let frozen = |field, message: &str| vec![Refusal::HasHistory { field, message: message.to_owned() }];
        if has_history && draft.account_type != self.account_type {
            return Err(frozen(
                "type",
                "the type of an account with entries cannot change; open a new account",
            ));
        }
        if has_history && draft.currency_code != self.currency_code {
            return Err(frozen(
                "currency_code",
                "the currency of an account with entries cannot change; open a new account",
            ));
        }
        if self.is_system && !draft.is_active {
            return Err(vec![Self::system_account_stays()]);
        }
        Ok(Self {
            id: self.id,
            is_system: self.is_system,
            created_at: self.created_at,
            version: self.version + 1,
            ..Self::open(self.id, draft, at)?
        })
    }

    /// The account, no longer to be named by new entries.
    ///
    /// # Errors
    /// `conflict` for a system account.
    pub fn deactivate(&self, at: PrimitiveDateTime) -> Result<Self, Refusal> {
        if self.is_system {
            return Err(Self::system_account_stays());
        }
        Ok(Self { is_active: false, updated_at: at, version: self.version + 1, ..self.clone() })
    }

    /// Checks that the parent chain, given from the nearest upwards, keeps the category and does not come back here.
    ///
    /// # Errors
    /// `parent_id` with constraint `cycle` or `account_type`.
    pub fn check_ancestors(&self, ancestors: &[Self]) -> Result<(), Refusal> {
        if ancestors.iter().any(|above| above.id == self.id) || self.parent_id == Some(self.id) {
            return Err(Refusal::field(
                "parent_id",
                Constraint::Cycle,
                "an account cannot stand below itself",
            ));
        }
        match ancestors.first() {
            Some(parent) if parent.account_type.category() != self.account_type.category() => {
                Err(Refusal::field(
                    "parent_id",
                    Constraint::AccountType,
                    format!(
                        "the parent is of category {}, this account of {}",
                        parent.account_type.category().name(),
                        self.account_type.category().name()
                    ),
                ))
            }
            _ => Ok(()),
        }
    }

    fn system_account_stays() -> Refusal {
        Refusal::Conflict {
            message: "this account is used by the settings and cannot be deactivated".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;
    use uuid::Uuid;

    const NOW: PrimitiveDateTime = datetime!(2026-01-01 0:00);

    fn draft(number: &str, account_type: AccountType) -> AccountDraft {
        AccountDraft {
            external_id: None,
            number: number.to_owned(),
            name: "An account".to_owned(),
            account_type,
            parent_id: None,
            currency_code: None,
            description: None,
            report_group: None,
            is_active: true,
            is_cash: None,
            metadata: Metadata::default(),
        }
    }

    fn account(id: u128, account_type: AccountType) -> Account {
        Account::open(AccountId(Uuid::from_u128(id)), draft("1000", account_type), NOW).unwrap()
    }

    #[test]
    fn names_and_types_are_inverse() {
        for kind in AccountType::ALL {
            assert_eq!(AccountType::named(kind.name()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }

    #[test]
    fn contra_assets_grow_on_the_credit_side() {
        assert_eq!(AccountType::AccumulatedDepreciation.normal_side(), Side::Credit);
        assert_eq!(AccountType::AccumulatedDepreciation.category(), Category::Asset);
        assert_eq!(AccountType::Bank.normal_side(), Side::Debit);
    }

    #[test]
    fn a_type_with_history_stays() {
        let bank = account(1, AccountType::Bank);
        assert!(bank.revise(draft("1000", AccountType::Expense), false, NOW).is_ok());
        let refusals = bank.revise(draft("1000", AccountType::Expense), true, NOW).unwrap_err();
        assert_eq!(refusals[0].code(), "has_history");
    }

    #[test]
    fn parents_make_no_cycle_and_keep_the_category() {
        let child =
            Account { parent_id: Some(AccountId(Uuid::from_u128(2))), ..account(1, AccountType::Bank) };
        let parent = account(2, AccountType::OtherCurrentAsset);
        assert_eq!(child.check_ancestors(std::slice::from_ref(&parent)), Ok(()));
        assert_eq!(
            child.check_ancestors(&[parent, child.clone()]).unwrap_err().constraint(),
            Some(Constraint::Cycle)
        );
        assert_eq!(
            child.check_ancestors(&[account(2, AccountType::Income)]).unwrap_err().constraint(),
            Some(Constraint::AccountType)
        );
    }

    #[test]
    fn every_bad_field_is_named() {
        let bad =
            AccountDraft { number: " ".to_owned(), name: String::new(), ..draft("1", AccountType::Bank) };
        let refusals = Account::open(AccountId(Uuid::from_u128(1)), bad, NOW).unwrap_err();
        let fields: Vec<_> = refusals.iter().filter_map(Refusal::at).collect();
        assert!(fields.iter().any(|f| f == "number") && fields.iter().any(|f| f == "name"), "{fields:?}");
    }
}
