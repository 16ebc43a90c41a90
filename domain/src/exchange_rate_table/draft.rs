//! Dated exchange rates as callers give them.

use super::DatedRate;
use crate::exchange_rate::ExchangeRate;
use crate::id::ExchangeRateId;
use crate::money::Currency;
use crate::refusal::Refusal;
use time::{Date, PrimitiveDateTime};

/// The source of a rate that a person has typed.
pub const MANUAL: &str = "manual";

/// What a caller says of a rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatedRateDraft {
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// The foreign currency.
    pub from_currency: Currency,
    /// The first day on which it applies.
    pub date: Date,
    /// Base units per foreign unit, × 1 000 000.
    pub rate: ExchangeRate,
    /// Who says so.
    pub source: String,
}

impl DatedRate {
    /// Makes a rate into a base currency.
    ///
    /// # Errors
    /// Every field that breaks its limits.
    pub fn open(
        id: ExchangeRateId,
        base_currency: Currency,
        draft: DatedRateDraft,
        at: PrimitiveDateTime,
    ) -> Result<Self, Vec<Refusal>> {
        let rate = Self {
            id,
            external_id: draft.external_id,
            from_currency: draft.from_currency,
            base_currency,
            date: draft.date,
            rate: draft.rate,
            source: draft.source,
            created_at: at,
            updated_at: at,
            version: 1,
        };
        rate.check()?;
        Ok(rate)
    }

    /// The rate after a change. What was posted carries its own rate, so nothing of it changes.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn revise(&self, draft: DatedRateDraft, at: PrimitiveDateTime) -> Result<Self, Vec<Refusal>> {
        let (created_at, version) = (self.created_at, self.version + 1);
        Ok(Self { created_at, version, ..Self::open(self.id, self.base_currency, draft, at)? })
    }
}
