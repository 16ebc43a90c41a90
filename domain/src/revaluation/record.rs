//! A revaluation and its items as they are kept.

use crate::account::{Side, check_external_id};
use crate::exchange_rate::ExchangeRate;
use crate::fiscal_calendar::check_date;
use crate::id::{AccountId, ContactId, EntryId, RevaluationId};
use crate::metadata::Metadata;
use crate::money::Currency;
use crate::payment::OpenItemSource;
use crate::refusal::{Constraint, Refusal};
use crate::text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use time::{Date, PrimitiveDateTime};

/// A request gives at most this many closing rates.
pub const MAX_CLOSING_RATES: usize = 200;

/// Whether a revaluation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevaluationState {
    /// It stands.
    Posted,
    /// It was taken back.
    Void,
}

impl RevaluationState {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Posted, Self::Void];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Posted => "posted",
            Self::Void => "void",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// The rate at which a currency was revalued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingRate {
    /// The foreign currency.
    pub currency_code: Currency,
    /// Base units per unit of it.
    pub rate: ExchangeRate,
    /// The day of the stored rate; none when the caller gave it.
    pub date: Option<Date>,
}

/// What a caller says of a revaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevaluationRequest {
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// The closing date, the last day of a month.
    pub date: Date,
    /// Only what is open in this currency.
    pub currency_code: Option<Currency>,
    /// Closing rates that take the place of stored ones.
    pub exchange_rates: Vec<(Currency, ExchangeRate)>,
    /// Whether advances of customers and prepayments to vendors are revalued: only what will be paid back is monetary
    /// (IAS 21.16, IFRIC 22).
    pub include_advances: bool,
    /// What it is.
    pub memo: Option<String>,
    /// Free pairs.
    pub metadata: Metadata,
    /// Why it should go into a soft-locked period.
    pub override_closed_period: Option<String>,
}

impl RevaluationRequest {
    /// The revaluation of all currencies at a date with stored rates.
    #[must_use]
    pub fn at(date: Date) -> Self {
        Self {
            external_id: None,
            date,
            currency_code: None,
            exchange_rates: Vec::new(),
            include_advances: false,
            memo: None,
            metadata: Metadata::default(),
            override_closed_period: None,
        }
    }

    /// Checks what can be told without the books, but for their currency.
    ///
    /// # Errors
    /// Every field that breaks its limits: `date` unless it ends a month, so that the reversal begins the next period;
    /// `currency_code` and `exchange_rates[i].currency_code` with `currency` for the base currency, the latter with
    /// `unique` when named twice.
    pub fn check(&self, base: Currency) -> Result<(), Vec<Refusal>> {
        let mut refusals: Vec<Refusal> = [
            check_external_id(self.external_id.as_deref()),
            check_date(self.date, "date"),
            check_period_end(self.date),
            text::check_optional(self.memo.as_deref(), "memo", 2_000),
            text::check_optional(
                self.override_closed_period.as_deref(),
                "override_closed_period.reason",
                500,
            ),
            self.metadata.check(),
            foreign(self.currency_code, base, "currency_code".to_owned()),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        if self.exchange_rates.len() > MAX_CLOSING_RATES {
            let message = format!("at most {MAX_CLOSING_RATES} rates are given at once");
            refusals.push(Refusal::field("exchange_rates", Constraint::Length, message));
        }
        let mut named = BTreeSet::new();
        for (i, (currency, _)) in self.exchange_rates.iter().enumerate() {
            let field = format!("exchange_rates[{i}].currency_code");
            if !named.insert(*currency) {
                let message = format!("{currency} has a rate already");
                refusals.push(Refusal::field(field, Constraint::Unique, message));
            } else if let Err(refusal) = foreign(Some(*currency), base, field) {
                refusals.push(refusal);
            }
        }
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }
}

/// A revaluation is reversed on the next day, which has to begin a period: else nothing of it would be left at its end.
fn check_period_end(date: Date) -> Result<(), Refusal> {
    let next = date.next_day().unwrap_or(Date::MAX);
    if next.day() == 1 {
        return check_date(next, "date");
    }
    let last = time::util::days_in_month(date.month(), date.year());
    let end = date.replace_day(last).unwrap_or(date);
    let message = format!("{date} does not end a period, whose last day is {end}");
    Err(Refusal::field("date", Constraint::OneOf, message))
}

fn foreign(currency: Option<Currency>, base: Currency, field: String) -> Result<(), Refusal> {
    if currency == Some(base) {
        let message = format!("{base} is the base currency, which is never revalued");
        return Err(Refusal::field(field, Constraint::Currency, message));
    }
    Ok(())
}

/// A revaluation. Amounts are minor units of base currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revaluation {
    /// Its id.
    pub id: RevaluationId,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// The closing date.
    pub date: Date,
    /// The day after, on which it is reversed.
    pub reversal_date: Date,
    /// The currency that it was asked for; none for all.
    pub currency_code: Option<Currency>,
    /// Whether it took advances and prepayments too.
    pub include_advances: bool,
    /// The rates of the currencies in which something was open, by currency.
    pub rates: Vec<ClosingRate>,
    /// How many items were open.
    pub item_count: i64,
    /// Σ of the gains.
    pub gain: i64,
    /// Σ of the losses, above zero.
    pub loss: i64,
    /// What it is.
    pub memo: Option<String>,
    /// Whether it stands.
    pub state: RevaluationState,
    /// Its entry at the closing date; none when no rate has moved.
    pub entry_id: Option<EntryId>,
    /// The reversal of that on the next day.
    pub reversal_entry_id: Option<EntryId>,
    /// What took the entry back, at the closing date.
    pub void_entry_id: Option<EntryId>,
    /// What took the reversal back, on the next day.
    pub void_reversal_entry_id: Option<EntryId>,
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

impl Revaluation {
    /// The gain, or below zero the loss, of all items together.
    #[must_use]
    pub fn difference(&self) -> i64 {
        // Both are 0 to 15 digits, so the difference stays in range.
        self.gain.saturating_sub(self.loss)
    }

    /// Whether its entry, and not yet its reversal, counts at the end of a day.
    #[must_use]
    pub fn stands_on(&self, day: Date) -> bool {
        self.state == RevaluationState::Posted && (self.date..self.reversal_date).contains(&day)
    }

    /// All entries that belong to it.
    pub fn entries(&self) -> impl Iterator<Item = EntryId> {
        [self.entry_id, self.reversal_entry_id, self.void_entry_id, self.void_reversal_entry_id]
            .into_iter()
            .flatten()
    }
}

/// One item of a revaluation: a document, what is left of a payment, or, without a source, the balance of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevaluedItem {
    /// The document or payment.
    pub source: Option<OpenItemSource>,
    /// Its number, or that of the account.
    pub number: String,
    /// The account on which it stands.
    pub account_id: AccountId,
    /// Who owes it, or to whom it is owed.
    pub contact_id: Option<ContactId>,
    /// Debit for what the company has or is owed, credit for what it owes.
    pub side: Side,
    /// Its currency.
    pub currency_code: Currency,
    /// What was open, minor units of its currency.
    pub open: i64,
    /// What it was carried at, minor units of base currency.
    pub base_open: i64,
    /// Base units per unit of its currency at the closing date.
    pub exchange_rate: ExchangeRate,
    /// The gain, or below zero the loss, minor units of base currency.
    pub difference: i64,
    /// The account that took it.
    pub revaluation_account_id: AccountId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    fn refused(request: &RevaluationRequest) -> Vec<(String, Option<Constraint>)> {
        let refusals = request.check(Currency::EUR).err().unwrap_or_default();
        refusals.iter().map(|one| (one.at().unwrap().into_owned(), one.constraint())).collect()
    }

    #[test]
    fn names_are_stable() {
        for state in RevaluationState::ALL {
            assert_eq!(RevaluationState::named(state.name()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
        }
    }

    #[test]
    fn a_revaluation_ends_a_period() {
        for end in [date!(2026 - 12 - 31), date!(2026 - 02 - 28), date!(2028 - 02 - 29)] {
            assert_eq!(refused(&RevaluationRequest::at(end)), []);
        }
        for day in [date!(2026 - 12 - 30), date!(2028 - 02 - 28), date!(2026 - 01 - 01)] {
            assert_eq!(refused(&RevaluationRequest::at(day)), [("date".to_owned(), Some(Constraint::OneOf))]);
        }
        // There is no day after to reverse it on.
        assert_eq!(
            refused(&RevaluationRequest::at(date!(2199 - 12 - 31))),
            [("date".to_owned(), Some(Constraint::Range))]
        );
    }

    #[test]
    fn rates_are_of_foreign_currencies_and_named_once() {
        let par = ExchangeRate::PAR;
        let request = RevaluationRequest {
            currency_code: Some(Currency::EUR),
            exchange_rates: vec![(Currency::USD, par), (Currency::EUR, par), (Currency::USD, par)],
            ..RevaluationRequest::at(date!(2026 - 12 - 31))
        };
        let field = |name: &str, constraint| (name.to_owned(), Some(constraint));
        assert_eq!(
            refused(&request),
            [
                field("currency_code", Constraint::Currency),
                field("exchange_rates[1].currency_code", Constraint::Currency),
                field("exchange_rates[2].currency_code", Constraint::Unique),
            ]
        );
    }
}
