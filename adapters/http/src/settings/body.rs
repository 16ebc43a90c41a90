//! Settings on the wire.

use super::default_accounts::DefaultAccountsBody;
use crate::document::body::{TaxModeSchema, TaxRoundingSchema};
use crate::problem::Problem;
use crate::scalar::{Moment, Whole};
use partita_domain::api_key::RateLimits;
use partita_domain::settings::{ClosedPeriodPolicy, Settings, TradePolicy};
use partita_domain::tax::{TaxMode, TaxRounding};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whether soft-locked periods take entries: `override` lets in those with permission and reason, `refuse` nobody.
#[derive(ToSchema)]
#[schema(as = ClosedPeriodPolicy, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum ClosedPeriodPolicySchema {
    Override,
    Refuse,
}

/// How often a new key may call unless told otherwise.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DefaultRateLimitBody {
    /// Requests in a minute.
    #[schema(value_type = i64, minimum = 1, maximum = 10_000_000, example = 600)]
    pub per_minute: Whole,
    /// Requests in an hour; any number when absent.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 10_000_000)]
    pub per_hour: Option<Whole>,
    /// Requests in a day; any number when absent.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 10_000_000)]
    pub per_day: Option<Whole>,
}

impl DefaultRateLimitBody {
    /// The limits, checked here because the domain names them as the fields of a key.
    pub(super) fn into_limits(self) -> Result<RateLimits, Problem> {
        let narrow = |limit: Option<Whole>, field| limit.map(|limit| limit.narrow(field)).transpose();
        let limits = RateLimits {
            per_minute: self.per_minute.narrow("default_rate_limit.per_minute")?,
            per_hour: narrow(self.per_hour, "default_rate_limit.per_hour")?,
            per_day: narrow(self.per_day, "default_rate_limit.per_day")?,
        };
        limits.check().map_err(|refusal| {
            let field = refusal.at().unwrap_or_default();
            let window = field.trim_start_matches("rate_limit_");
            Problem::field(format!("default_rate_limit.{window}"), "range", refusal.to_string())
        })?;
        Ok(limits)
    }
}

impl From<&RateLimits> for DefaultRateLimitBody {
    fn from(limits: &RateLimits) -> Self {
        Self {
            per_minute: Whole(limits.per_minute.into()),
            per_hour: limits.per_hour.map(|limit| Whole(limit.into())),
            per_day: limits.per_day.map(|limit| Whole(limit.into())),
        }
    }
}

/// How documents and payments are dealt with unless they say otherwise.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TradeBody {
    /// A difference of a payment up to this much may be written off: minor units of base currency.
    #[schema(value_type = i64, minimum = 0, maximum = 1_000_000, example = 100)]
    pub write_off_tolerance: Whole,
    /// What the prices of documents mean.
    #[schema(value_type = TaxModeSchema, example = "exclusive")]
    pub tax_mode: TaxMode,
    /// Where the tax of documents is rounded.
    #[schema(value_type = TaxRoundingSchema, example = "document")]
    pub tax_rounding: TaxRounding,
    /// Whether more may be sold than is in stock.
    pub allow_negative_stock: bool,
    /// Days from the date of a document until it is due.
    #[schema(value_type = i64, minimum = 0, maximum = 3_650, example = 30)]
    pub payment_terms_days: Whole,
    /// Whether entries by hand that name a control account (receivables, payables, advances, prepayments, inventory) are
    /// refused with `control_account`; false when left out.
    #[serde(default)]
    pub lock_control_accounts: bool,
    /// How customers are to pay, such as bank, IBAN and BIC: printed on invoices and statements. None when left out.
    #[serde(default)]
    #[schema(max_length = 1000, example = "IBAN GB33 BUKB 2020 1555 5555 55\nBIC BUKBGB22")]
    pub payment_instructions: Option<String>,
}

impl TradeBody {
    pub(super) fn into_policy(self) -> TradePolicy {
        TradePolicy {
            write_off_tolerance: self.write_off_tolerance.0,
            tax_mode: self.tax_mode,
            tax_rounding: self.tax_rounding,
            allow_negative_stock: self.allow_negative_stock,
            payment_terms_days: self.payment_terms_days.0,
            lock_control_accounts: self.lock_control_accounts,
            payment_instructions: self.payment_instructions,
        }
    }
}

impl From<&TradePolicy> for TradeBody {
    fn from(policy: &TradePolicy) -> Self {
        Self {
            write_off_tolerance: Whole(policy.write_off_tolerance),
            tax_mode: policy.tax_mode,
            tax_rounding: policy.tax_rounding,
            allow_negative_stock: policy.allow_negative_stock,
            payment_terms_days: Whole(policy.payment_terms_days),
            lock_control_accounts: policy.lock_control_accounts,
            payment_instructions: policy.payment_instructions.clone(),
        }
    }
}

/// Settings, as a caller gives them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingsWriteBody {
    /// The accounts that Partita itself posts to; one that is left out is none.
    pub default_accounts: DefaultAccountsBody,
    /// Origins (`https://host` or `https://host:port`) whose pages may call the API.
    #[schema(max_items = 50, example = json!(["https://books.example.com"]))]
    pub cors_allowlist: Vec<String>,
    /// Whether soft-locked periods take entries.
    #[schema(value_type = ClosedPeriodPolicySchema, example = "override")]
    pub closed_period_policy: ClosedPeriodPolicy,
    /// How often a new key may call unless told otherwise.
    pub default_rate_limit: DefaultRateLimitBody,
    /// How documents and payments are dealt with; stays as it is when left out.
    pub trade: Option<TradeBody>,
    /// The version that the caller has seen; or send `If-Match`.
    pub version: Option<Whole>,
}

/// The settings of a company.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettingsBody {
    /// The accounts that Partita itself posts to.
    pub default_accounts: DefaultAccountsBody,
    /// Origins whose pages may call the API.
    pub cors_allowlist: Vec<String>,
    /// Whether soft-locked periods take entries.
    #[schema(value_type = ClosedPeriodPolicySchema, example = "override")]
    pub closed_period_policy: ClosedPeriodPolicy,
    /// How often a new key may call unless told otherwise.
    pub default_rate_limit: DefaultRateLimitBody,
    /// How documents and payments are dealt with unless they say otherwise.
    pub trade: TradeBody,
    /// When they last changed.
    pub updated_at: Moment,
    /// Counts their changes from 1.
    pub version: i64,
}

impl From<&Settings> for SettingsBody {
    fn from(settings: &Settings) -> Self {
        Self {
            default_accounts: DefaultAccountsBody::from(&settings.default_accounts),
            cors_allowlist: settings.cors_allowlist.clone(),
            closed_period_policy: settings.closed_period_policy,
            default_rate_limit: DefaultRateLimitBody::from(&settings.default_rate_limits),
            trade: TradeBody::from(&settings.trade),
            updated_at: Moment(settings.updated_at),
            version: settings.version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use utoipa::PartialSchema;

    #[test]
    fn names_of_the_document_are_those_of_the_domain() {
        let policies = [ClosedPeriodPolicy::Override, ClosedPeriodPolicy::Refuse];
        assert_eq!(
            serde_json::to_value(ClosedPeriodPolicySchema::schema()).unwrap()["enum"],
            json!(policies.map(ClosedPeriodPolicy::name))
        );
    }

    #[test]
    fn a_limit_out_of_range_is_named_as_the_body_names_it() {
        for (per_minute, per_hour, field) in
            [(0, None, "per_minute"), (600, Some(10_000_001), "per_hour"), (-1, None, "per_minute")]
        {
            let body = DefaultRateLimitBody {
                per_minute: Whole(per_minute),
                per_hour: per_hour.map(Whole),
                per_day: None,
            };
            let problem = body.into_limits().unwrap_err();
            assert_eq!(problem.details["field"], format!("default_rate_limit.{field}"));
            assert_eq!(problem.details["constraint"], "range");
        }
    }
}
