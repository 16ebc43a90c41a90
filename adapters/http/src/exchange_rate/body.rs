//! Exchange rates on the wire.

use crate::problem::Problem;
use crate::scalar::{Day, Moment, Whole};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::exchange_rate_table::{DatedRate, DatedRateDraft, MANUAL};
use partita_domain::money::Currency;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A rate, as a caller gives it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExchangeRateWriteBody {
    /// The integrator's own id for it, unique among exchange rates.
    #[schema(min_length = 1, max_length = 255)]
    pub external_id: Option<String>,
    /// The foreign currency.
    #[schema(value_type = String, min_length = 3, max_length = 3, example = "EUR")]
    pub from_currency: Currency,
    /// The first day on which it applies; until there is a newer one.
    pub date: Day,
    /// Units of base currency per one unit of the foreign currency, × 1 000 000: `1083800` is 1.0838.
    #[schema(value_type = i64, minimum = 1, example = 1_083_800)]
    pub rate: Whole,
    /// Who says so; `manual` by default.
    #[schema(min_length = 1, max_length = 50, example = "manual")]
    pub source: Option<String>,
    /// The version that the caller has seen; or send `If-Match`.
    pub version: Option<Whole>,
}

impl ExchangeRateWriteBody {
    pub(super) fn version(&self) -> Option<i64> {
        self.version.map(|version| version.0)
    }

    pub(super) fn into_draft(self) -> Result<DatedRateDraft, Problem> {
        let rate = ExchangeRate::from_millionths(self.rate.0)
            .map_err(|refusal| Problem::field("rate", "range", refusal.to_string()))?;
        Ok(DatedRateDraft {
            external_id: self.external_id,
            from_currency: self.from_currency,
            date: self.date.0,
            rate,
            source: self.source.unwrap_or_else(|| MANUAL.to_owned()),
        })
    }
}

/// A rate.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeRateBody {
    /// Its id.
    pub id: Uuid,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// The foreign currency.
    #[schema(value_type = String, example = "EUR")]
    pub from_currency: Currency,
    /// The currency it is converted into: the company's.
    #[schema(value_type = String, example = "USD")]
    pub base_currency: Currency,
    /// The first day on which it applies.
    pub date: Day,
    /// Units of base currency per one unit of the foreign currency, × 1 000 000.
    #[schema(example = 1_083_800)]
    pub rate: i64,
    /// Who says so.
    #[schema(example = "ecb")]
    pub source: String,
    /// When it was made.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
    /// Counts its changes from 1.
    pub version: i64,
}

impl From<&DatedRate> for ExchangeRateBody {
    fn from(rate: &DatedRate) -> Self {
        Self {
            id: rate.id.0,
            external_id: rate.external_id.clone(),
            from_currency: rate.from_currency,
            base_currency: rate.base_currency,
            date: Day(rate.date),
            rate: rate.rate.millionths(),
            source: rate.source.clone(),
            created_at: Moment(rate.created_at),
            updated_at: Moment(rate.updated_at),
            version: rate.version,
        }
    }
}
