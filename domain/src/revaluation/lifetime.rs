//! What exchange did to one document, from its recognition to its last settlement.
//!
//! Revaluations are reversed, so what is gained or lost over its life is what was received for it less what it was
//! recognised with, however often it was revalued (T32).

use crate::account::Side;
use crate::exchange_rate::ExchangeRate;
use crate::id::RevaluationId;
use crate::payment::PaymentApplication;
use crate::posting_line::PostingLine;
use crate::revaluation::RevaluationState;
use time::Date;

/// A revaluation, as one item saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemRevaluation {
    /// The revaluation.
    pub revaluation_id: RevaluationId,
    /// The closing date.
    pub date: Date,
    /// The day on which it was reversed.
    pub reversal_date: Date,
    /// Whether it stands.
    pub state: RevaluationState,
    /// What was open, minor units of its currency.
    pub open: i64,
    /// What it was carried at, minor units of base currency.
    pub base_open: i64,
    /// The closing rate.
    pub exchange_rate: ExchangeRate,
    /// The gain, or below zero the loss, minor units of base currency.
    pub difference: i64,
}

impl ItemRevaluation {
    /// Whether it was posted, and not yet reversed, at the end of a day.
    #[must_use]
    pub fn stands_on(&self, day: Date) -> bool {
        self.state == RevaluationState::Posted && (self.date..self.reversal_date).contains(&day)
    }
}

/// The sums of a life, all minor units of base currency; gains are above zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lifetime {
    /// By how much less the document is carried at, because of settlements.
    pub base_relieved: i64,
    /// What was received for that, or, of what the company owes, given: money at the rate of its day, credits at what they
    /// were carried at, discounts and write-offs at the rate of the document.
    pub base_received: i64,
    /// What its settlements have realised.
    pub realised: i64,
    /// What revaluations say of what is open, as long as they are not reversed.
    pub unrealised: i64,
}

impl Lifetime {
    /// Sums what happened until a day to a document that is open on one side; `None` when a sum leaves the range.
    #[must_use]
    pub fn of(
        side: Side,
        applications: &[PaymentApplication],
        revaluations: &[ItemRevaluation],
        day: Date,
    ) -> Option<Self> {
        let mut sums = Self::default();
        for application in applications.iter().filter(|each| each.date <= day) {
            sums.base_relieved = sums.base_relieved.checked_add(application.base_relieved)?;
            sums.base_received = sums.base_received.checked_add(base_received(side, application)?)?;
            sums.realised = sums.realised.checked_add(application.difference)?;
        }
        for revaluation in revaluations.iter().filter(|each| each.stands_on(day)) {
            sums.unrealised = sums.unrealised.checked_add(revaluation.difference)?;
        }
        Some(sums)
    }

    /// What was gained or lost so far, realised or not.
    #[must_use]
    pub fn total(&self) -> i128 {
        i128::from(self.realised) + i128::from(self.unrealised)
    }

    /// Whether what was realised is what was received less what was relieved, or the opposite of what the company owes.
    #[must_use]
    pub fn is_proved(&self, side: Side) -> bool {
        let difference = i128::from(self.base_received) - i128::from(self.base_relieved);
        let gain = match side {
            Side::Debit => difference,
            Side::Credit => -difference,
        };
        gain == i128::from(self.realised)
    }
}

/// What an application brought in for what it relieved, minor units of base currency; below zero when it takes another one
/// back. `None` when it leaves the range.
#[must_use]
pub fn base_received(side: Side, application: &PaymentApplication) -> Option<i64> {
    // The first line is that of the control account, the others are discount, its tax and write-off.
    let others = application.lines.iter().skip(1).map(PostingLine::base_amount).sum::<i128>();
    let others = match side {
        Side::Debit => others,
        Side::Credit => -others,
    };
    i64::try_from(i128::from(application.base_amount) + others).ok()
}
