//! Periods: open, soft-locked, locked. A lock needs a request and a second person, and is for ever.

use crate::actor::Actor;
use crate::hash::{Hash, Hasher};
use crate::id::{LockRequestId, UserId};
use crate::refusal::{Constraint, Refusal};
use crate::settings::ClosedPeriodPolicy;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use time::{Date, Duration, Month, PrimitiveDateTime};

/// How long a lock request waits for its second person.
pub const LOCK_REQUEST_LIFE: Duration = Duration::hours(48);

/// A period's name: a calendar month (`2026-03`) or an adjustment period of a fiscal year (`2026-P13`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PeriodKey {
    /// A calendar month.
    Month {
        /// Calendar year.
        year: i32,
        /// 1 to 12.
        month: u8,
    },
    /// An adjustment period: dated in the last month of its fiscal year, reported only when asked for.
    Adjustment {
        /// The fiscal year's name.
        fiscal_year: i32,
        /// 13 or 14.
        number: u8,
    },
}

impl PeriodKey {
    /// The adjustment number, for an adjustment period.
    #[must_use]
    pub fn adjustment(self) -> Option<u8> {
        match self {
            Self::Month { .. } => None,
            Self::Adjustment { number, .. } => Some(number),
        }
    }
}

impl fmt::Display for PeriodKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Self::Adjustment { fiscal_year, number } => write!(f, "{fiscal_year:04}-P{number}"),
        }
    }
}

impl FromStr for PeriodKey {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let refusal =
            || Refusal::field("period", Constraint::Format, "a period is written `2026-03` or `2026-P13`");
        let (year, rest) = text.split_once('-').ok_or_else(refusal)?;
        let digits =
            |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) {
            return Err(refusal());
        }
        let year: i32 = year.parse().map_err(|_| refusal())?;
        if !(1900..=2199).contains(&year) {
            return Err(Refusal::field("period", Constraint::Range, "years are 1900 to 2199"));
        }
        match rest {
            "P13" => Ok(Self::Adjustment { fiscal_year: year, number: 13 }),
            "P14" => Ok(Self::Adjustment { fiscal_year: year, number: 14 }),
            month if digits(month, 2) => match month.parse() {
                Ok(month @ 1..=12) => Ok(Self::Month { year, month }),
                _ => Err(refusal()),
            },
            _ => Err(refusal()),
        }
    }
}

impl TryFrom<String> for PeriodKey {
    type Error = Refusal;
    fn try_from(text: String) -> Result<Self, Refusal> {
        text.parse()
    }
}

impl From<PeriodKey> for String {
    fn from(key: PeriodKey) -> Self {
        key.to_string()
    }
}

/// Whether a period takes entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodStatus {
    /// Takes entries.
    Open,
    /// Takes an entry only with permission and a reason.
    SoftLocked,
    /// Takes nothing, for ever.
    Locked,
}

impl PeriodStatus {
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::SoftLocked => "soft_locked",
            Self::Locked => "locked",
        }
    }

    /// The status of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Open, Self::SoftLocked, Self::Locked].into_iter().find(|status| status.name() == name)
    }
}

/// A period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// Its name.
    pub period: PeriodKey,
    /// The fiscal year it belongs to, named by the calendar year of its end.
    pub fiscal_year: i32,
    /// First day.
    pub start_date: Date,
    /// Last day.
    pub end_date: Date,
    /// Whether it takes entries.
    pub status: PeriodStatus,
    /// Entries posted into it.
    pub entry_count: i64,
    /// Who locked it, softly or for good.
    pub locked_by: Option<Actor>,
    /// When.
    #[serde(with = "crate::timestamp::option")]
    pub locked_at: Option<PrimitiveDateTime>,
    /// Over chain head, trial balance and entry count, at the moment of the lock.
    pub closing_hash: Option<Hash>,
    /// Counts its changes from 1.
    pub version: i64,
}

/// A wish to post into a soft-locked period, with the reason that is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedPeriodOverride {
    /// Why; 1 to 500 characters.
    pub reason: String,
    /// Whether the caller has the permission `periods:override`.
    pub permitted: bool,
}

impl Period {
    /// An open period that nothing was posted into.
    #[must_use]
    pub fn open(period: PeriodKey, fiscal_year: i32, end_of_year: Date) -> Self {
        let first = |year, month| {
            Month::try_from(month)
                .ok()
                .and_then(|month| Date::from_calendar_date(year, month, 1).ok())
                .unwrap_or(end_of_year)
        };
        let start_date = match period {
            PeriodKey::Month { year, month } => first(year, month),
            PeriodKey::Adjustment { .. } => first(end_of_year.year(), u8::from(end_of_year.month())),
        };
        Self {
            period,
            fiscal_year,
            start_date,
            end_date: crate::fiscal_calendar::next_month(start_date) - Duration::DAY,
            status: PeriodStatus::Open,
            entry_count: 0,
            locked_by: None,
            locked_at: None,
            closing_hash: None,
            version: 1,
        }
    }

    /// Checks that an entry may be posted here.
    ///
    /// # Errors
    /// `closed_period`: soft-locked without a permitted override, or locked.
    pub fn admit(
        &self,
        wish: Option<&ClosedPeriodOverride>,
        policy: ClosedPeriodPolicy,
    ) -> Result<(), Refusal> {
        let closed = |remedy| Refusal::ClosedPeriod {
            period: self.period.to_string(),
            status: self.status.name(),
            remedy,
        };
        match (self.status, wish, policy) {
            (PeriodStatus::Open, ..) => Ok(()),
            (PeriodStatus::Locked, ..) => {
                Err(closed("a locked period never takes an entry; date it in an open period"))
            }
            (PeriodStatus::SoftLocked, _, ClosedPeriodPolicy::Refuse) => {
                Err(closed("the settings refuse every entry into a closed period"))
            }
            (PeriodStatus::SoftLocked, Some(wish), ClosedPeriodPolicy::Override) if wish.permitted => Ok(()),
            (PeriodStatus::SoftLocked, Some(_), ClosedPeriodPolicy::Override) => {
                Err(closed("posting into it needs the permission periods:override"))
            }
            (PeriodStatus::SoftLocked, None, ClosedPeriodPolicy::Override) => Err(closed(
                "give `override_closed_period` with a reason, or date the entry in an open period",
            )),
        }
    }

    /// The period, closed until somebody reopens it.
    ///
    /// # Errors
    /// `invalid_state` unless it is open.
    pub fn soft_lock(&self, by: Actor, at: PrimitiveDateTime) -> Result<Self, Refusal> {
        self.must_be(PeriodStatus::Open, "only an open period can be soft-locked")?;
        Ok(Self {
            status: PeriodStatus::SoftLocked,
            locked_by: Some(by),
            locked_at: Some(at),
            version: self.version + 1,
            ..self.clone()
        })
    }

    /// The period, open again.
    ///
    /// # Errors
    /// `invalid_state` unless it is soft-locked.
    pub fn reopen(&self) -> Result<Self, Refusal> {
        self.must_be(
            PeriodStatus::SoftLocked,
            "only a soft-locked period can be reopened; a locked one stays locked",
        )?;
        Ok(Self {
            status: PeriodStatus::Open,
            locked_by: None,
            locked_at: None,
            version: self.version + 1,
            ..self.clone()
        })
    }

    /// Checks that a lock may be requested or approved: soft-locked, and the period before it in the order month,
    /// 13, 14 is locked.
    ///
    /// # Errors
    /// `invalid_state`, naming what comes first.
    pub fn check_lockable(&self, before: Option<&Self>) -> Result<(), Refusal> {
        self.must_be(PeriodStatus::SoftLocked, "only a soft-locked period can be locked")?;
        match before {
            Some(before) if before.status != PeriodStatus::Locked => Err(Refusal::InvalidState {
                status: before.status.name(),
                message: format!(
                    "{} is locked after {}, which is {}",
                    self.period,
                    before.period,
                    before.status.name()
                ),
            }),
            _ => Ok(()),
        }
    }

    /// The period, locked for ever.
    ///
    /// # Errors
    /// As [`check_lockable`](Self::check_lockable).
    pub fn lock(
        &self,
        before: Option<&Self>,
        by: Actor,
        at: PrimitiveDateTime,
        closing_hash: Hash,
    ) -> Result<Self, Refusal> {
        self.check_lockable(before)?;
        Ok(Self {
            status: PeriodStatus::Locked,
            locked_by: Some(by),
            locked_at: Some(at),
            closing_hash: Some(closing_hash),
            version: self.version + 1,
            ..self.clone()
        })
    }

    fn must_be(&self, status: PeriodStatus, message: &str) -> Result<(), Refusal> {
        if self.status == status {
            Ok(())
        } else {
            Err(Refusal::InvalidState {
                status: self.status.name(),
                message: format!("{}: {message}", self.period),
            })
        }
    }
}

/// What a closing hash is taken over: the head of the entry chain, the number of entries of the period, and the
/// trial balance at its end as (account number, base debit, base credit) in number order.
#[must_use]
pub fn closing_hash<'a>(
    chain_head: Hash,
    entry_count: i64,
    trial_balance: impl Iterator<Item = (&'a str, i64, i64)>,
) -> Hash {
    let mut hasher = Hasher::after(chain_head);
    hasher.number(entry_count);
    for (number, debit, credit) in trial_balance {
        hasher.text(number).number(debit).number(credit);
    }
    hasher.finish()
}

/// What became of a lock request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockRequestStatus {
    /// Waits for its second person.
    Pending,
    /// Approved: the period is locked.
    Approved,
    /// Taken back.
    Cancelled,
    /// Nobody approved it within 48 hours.
    Expired,
}

impl LockRequestStatus {
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// The status of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Pending, Self::Approved, Self::Cancelled, Self::Expired]
            .into_iter()
            .find(|status| status.name() == name)
    }
}

/// A request to lock a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockRequest {
    /// Its id.
    pub id: LockRequestId,
    /// The period to be locked.
    pub period: PeriodKey,
    /// As stored; [`status_at`](Self::status_at) knows of the expiry.
    pub status: LockRequestStatus,
    /// Who asked.
    pub requested_by: Actor,
    /// The person behind the request: who asked cannot approve.
    pub requested_by_user: Option<UserId>,
    /// When.
    #[serde(with = "crate::timestamp")]
    pub requested_at: PrimitiveDateTime,
    /// When it lapses.
    #[serde(with = "crate::timestamp")]
    pub expires_at: PrimitiveDateTime,
    /// Who approved or cancelled.
    pub decided_by: Option<Actor>,
    /// When.
    #[serde(with = "crate::timestamp::option")]
    pub decided_at: Option<PrimitiveDateTime>,
}

impl LockRequest {
    /// A request that waits for its second person.
    #[must_use]
    pub fn new(
        id: LockRequestId,
        period: PeriodKey,
        by: Actor,
        user: Option<UserId>,
        at: PrimitiveDateTime,
    ) -> Self {
        Self {
            id,
            period,
            status: LockRequestStatus::Pending,
            requested_by: by,
            requested_by_user: user,
            requested_at: at,
            expires_at: at + LOCK_REQUEST_LIFE,
            decided_by: None,
            decided_at: None,
        }
    }

    /// Its status at a moment.
    #[must_use]
    pub fn status_at(&self, at: PrimitiveDateTime) -> LockRequestStatus {
        if self.status == LockRequestStatus::Pending && at >= self.expires_at {
            LockRequestStatus::Expired
        } else {
            self.status
        }
    }

    /// Whether `approver` is the very one who asked: the same person, or the same key where no person is known.
    #[must_use]
    pub fn is_requester(&self, approver: &Actor, user: Option<UserId>) -> bool {
        match (self.requested_by_user, user) {
            (Some(asked), Some(approves)) => asked == approves,
            _ => self.requested_by == *approver,
        }
    }

    /// The request, decided.
    ///
    /// # Errors
    /// `invalid_state` unless it is pending at that moment.
    pub fn decide(
        &self,
        status: LockRequestStatus,
        by: Actor,
        at: PrimitiveDateTime,
    ) -> Result<Self, Refusal> {
        match self.status_at(at) {
            LockRequestStatus::Pending => {
                Ok(Self { status, decided_by: Some(by), decided_at: Some(at), ..self.clone() })
            }
            other => Err(Refusal::InvalidState {
                status: other.name(),
                message: format!("this lock request is {}", other.name()),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};
    use uuid::Uuid;

    const NOW: PrimitiveDateTime = datetime!(2026-01-05 9:00);

    fn key(text: &str) -> PeriodKey {
        text.parse().unwrap()
    }

    fn period(text: &str, status: PeriodStatus) -> Period {
        Period { status, ..Period::open(key(text), 2025, date!(2025 - 12 - 31)) }
    }

    #[test]
    fn names_and_keys_are_inverse() {
        for text in ["2026-03", "2026-12", "2026-P13", "1900-P14"] {
            assert_eq!(key(text).to_string(), text);
        }
        for text in
            ["2026", "2026-13", "2026-00", "26-01", "2026-P12", "2026-3", "+026-03", "1899-01", "2026-03-01"]
        {
            assert!(text.parse::<PeriodKey>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_adjustment_period_has_the_dates_of_the_last_month() {
        let p13 = period("2025-P13", PeriodStatus::Open);
        assert_eq!((p13.start_date, p13.end_date), (date!(2025 - 12 - 01), date!(2025 - 12 - 31)));
    }

    #[test]
    fn t63_locked_takes_nothing_and_soft_locked_needs_permission_and_reason() {
        let wish = |permitted| ClosedPeriodOverride { reason: "audit".to_owned(), permitted };
        let allow = ClosedPeriodPolicy::Override;
        assert!(period("2025-12", PeriodStatus::Open).admit(None, allow).is_ok());
        assert!(period("2025-12", PeriodStatus::SoftLocked).admit(None, allow).is_err());
        assert!(period("2025-12", PeriodStatus::SoftLocked).admit(Some(&wish(false)), allow).is_err());
        assert!(period("2025-12", PeriodStatus::SoftLocked).admit(Some(&wish(true)), allow).is_ok());
        assert!(
            period("2025-12", PeriodStatus::SoftLocked)
                .admit(Some(&wish(true)), ClosedPeriodPolicy::Refuse)
                .is_err()
        );
        let refusal = period("2025-12", PeriodStatus::Locked).admit(Some(&wish(true)), allow).unwrap_err();
        assert_eq!(refusal.code(), "closed_period");
    }

    #[test]
    fn p13_locks_after_p12() {
        let p13 = period("2025-P13", PeriodStatus::SoftLocked);
        assert!(p13.check_lockable(Some(&period("2025-12", PeriodStatus::SoftLocked))).is_err());
        assert!(p13.check_lockable(Some(&period("2025-12", PeriodStatus::Locked))).is_ok());
        assert!(period("2025-12", PeriodStatus::Open).check_lockable(None).is_err());
    }

    #[test]
    fn t66_a_request_lapses_after_48_hours_and_is_decided_once() {
        let asked = Actor::System;
        let request = LockRequest::new(LockRequestId(Uuid::from_u128(1)), key("2025-12"), asked, None, NOW);
        assert_eq!(request.status_at(NOW + Duration::hours(47)), LockRequestStatus::Pending);
        assert_eq!(request.status_at(NOW + Duration::hours(48)), LockRequestStatus::Expired);
        let late = request.decide(LockRequestStatus::Approved, asked, NOW + Duration::hours(49));
        assert_eq!(late.unwrap_err().code(), "invalid_state");
        let done = request.decide(LockRequestStatus::Approved, asked, NOW).unwrap();
        assert!(done.decide(LockRequestStatus::Cancelled, asked, NOW).is_err());
    }
}
