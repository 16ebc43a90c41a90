//! Lines on their way into the journal, with their amounts in base currency worked out already.
//!
//! A difference of exchange exists in base currency only: its line has no amount in the currency of the entry.

use crate::account::Side;
use crate::id::AccountId;
use crate::journal_entry::{AccountRef, Dimensions, LineDraft};
use crate::money::Currency;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// A line to be posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostingLine {
    /// The account.
    pub account: AccountId,
    /// The currency of `debit` and `credit`.
    pub currency: Currency,
    /// Minor units of `currency`.
    pub debit: i64,
    /// Minor units of `currency`.
    pub credit: i64,
    /// Minor units of base currency.
    pub base_debit: i64,
    /// Minor units of base currency.
    pub base_credit: i64,
    /// What the line is for.
    pub description: Option<String>,
    /// What else it is about.
    pub dimensions: Dimensions,
}

impl PostingLine {
    /// An amount on a side of an account, with its value in base currency; neither may be below zero.
    #[must_use]
    pub fn on(side: Side, account: AccountId, currency: Currency, minor: i64, base_minor: i64) -> Self {
        let (debit, credit, base_debit, base_credit) = match side {
            Side::Debit => (minor, 0, base_minor, 0),
            Side::Credit => (0, minor, 0, base_minor),
        };
        Self {
            account,
            currency,
            debit,
            credit,
            base_debit,
            base_credit,
            description: None,
            dimensions: Dimensions::default(),
        }
    }

    /// The same line about something.
    #[must_use]
    pub fn about(self, dimensions: Dimensions) -> Self {
        Self { dimensions, ..self }
    }

    /// The same line with a description.
    #[must_use]
    pub fn described(self, description: impl Into<String>) -> Self {
        Self { description: Some(description.into()), ..self }
    }

    /// The line on the opposite sides, as a reversal has it.
    #[must_use]
    pub fn mirrored(self) -> Self {
        Self {
            debit: self.credit,
            credit: self.debit,
            base_debit: self.base_credit,
            base_credit: self.base_debit,
            ..self
        }
    }

    /// Debit less credit.
    #[must_use]
    pub fn amount(&self) -> i128 {
        i128::from(self.debit) - i128::from(self.credit)
    }

    /// Debit less credit in base currency.
    #[must_use]
    pub fn base_amount(&self) -> i128 {
        i128::from(self.base_debit) - i128::from(self.base_credit)
    }

    /// Whether it moves nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        (self.debit, self.credit, self.base_debit, self.base_credit) == (0, 0, 0, 0)
    }
}

impl From<PostingLine> for LineDraft {
    fn from(line: PostingLine) -> Self {
        Self {
            account: AccountRef::Id(line.account),
            debit: line.debit,
            credit: line.credit,
            base_debit: (line.credit == 0 && line.base_credit == 0).then_some(line.base_debit),
            base_credit: (line.debit == 0 && line.base_debit == 0).then_some(line.base_credit),
            description: line.description,
            dimensions: line.dimensions,
        }
    }
}

/// Checks that debits equal credits in base currency and in every currency (invariant I1), without tolerance.
///
/// # Errors
/// `lines` with constraint `double_entry_balance`, naming both sums.
pub fn check_balance(lines: &[PostingLine], base: Currency) -> Result<(), Refusal> {
    let differ = |currency, sides: &dyn Fn(&PostingLine) -> (i64, i64)| {
        let (debits, credits) =
            lines.iter().map(sides).fold((0_i128, 0_i128), |(debits, credits), (d, c)| {
                (debits.saturating_add(i128::from(d)), credits.saturating_add(i128::from(c)))
            });
        if debits == credits { Ok(()) } else { Err(Refusal::Unbalanced { currency, debits, credits }) }
    };
    differ(base, &|line| (line.base_debit, line.base_credit))?;
    let mut currencies: Vec<Currency> = lines.iter().map(|line| line.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    currencies.into_iter().try_for_each(|currency| {
        differ(currency, &|line| if line.currency == currency { (line.debit, line.credit) } else { (0, 0) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_pure_base_line_balances_base_currency_only() {
        let account = AccountId(Uuid::from_u128(1));
        let usd = |side, minor, base| PostingLine::on(side, account, Currency::USD, minor, base);
        let lines = [usd(Side::Debit, 100, 94), usd(Side::Credit, 100, 92), usd(Side::Credit, 0, 2)];
        assert_eq!(check_balance(&lines, Currency::EUR), Ok(()));
        let refusal = check_balance(&lines[..2], Currency::EUR).unwrap_err();
        assert_eq!(refusal.to_string(), "Journal entry does not balance: debits 0.94 != credits 0.92");
        assert!(check_balance(&[usd(Side::Debit, 1, 0)], Currency::EUR).is_err());
        let draft = LineDraft::from(lines[2].clone());
        assert_eq!((draft.debit, draft.credit, draft.base_debit, draft.base_credit), (0, 0, None, Some(2)));
        assert_eq!(lines[0].clone().mirrored(), usd(Side::Credit, 100, 94));
    }
}
