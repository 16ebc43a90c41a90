//! `/settings`: what a company has decided about its books and its API.

use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::json::Json;
use crate::problem::Problem;
use crate::scalar::{Moment, Whole};
use actix_web::{HttpResponse, get, put};
use partita_application::settings::{self, SettingsDraft};
use partita_domain::api_key::RateLimits;
use partita_domain::id::AccountId;
use partita_domain::settings::{ClosedPeriodPolicy, DefaultAccounts, Settings};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get_one).service(update);
}

/// Whether soft-locked periods take entries: `override` lets in those with permission and reason, `refuse` nobody.
#[derive(ToSchema)]
#[schema(as = ClosedPeriodPolicy, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum ClosedPeriodPolicySchema {
    Override,
    Refuse,
}

/// The accounts that Partita itself posts to, by id.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DefaultAccountsBody {
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
}

impl DefaultAccountsBody {
    fn into_accounts(self) -> DefaultAccounts {
        DefaultAccounts {
            rounding: self.rounding.map(AccountId),
            retained_earnings: self.retained_earnings.map(AccountId),
            opening_balance: self.opening_balance.map(AccountId),
            accounts_receivable: self.accounts_receivable.map(AccountId),
            accounts_payable: self.accounts_payable.map(AccountId),
            bank: self.bank.map(AccountId),
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
        }
    }
}

/// How often a new key may call unless told otherwise.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DefaultRateLimitBody {
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
    fn into_limits(self) -> Result<RateLimits, Problem> {
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

/// Settings, as a caller gives them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsWriteBody {
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
    /// The version that the caller has seen; or send `If-Match`.
    pub version: Option<Whole>,
}

/// The settings of a company.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettingsBody {
    /// The accounts that Partita itself posts to.
    pub default_accounts: DefaultAccountsBody,
    /// Origins whose pages may call the API.
    pub cors_allowlist: Vec<String>,
    /// Whether soft-locked periods take entries.
    #[schema(value_type = ClosedPeriodPolicySchema, example = "override")]
    pub closed_period_policy: ClosedPeriodPolicy,
    /// How often a new key may call unless told otherwise.
    pub default_rate_limit: DefaultRateLimitBody,
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
            updated_at: Moment(settings.updated_at),
            version: settings.version,
        }
    }
}

/// Get the settings
#[utoipa::path(tag = "Settings", operation_id = "getSettings", responses((status = 200, description = "The settings", body = Envelope<SettingsBody>)))]
#[get("/settings")]
pub(crate) async fn get_one(context: Context) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let settings = blocking(move || settings::find(&app, &call)).await?;
    Ok(Answer::ok(&context).version(settings.version).data(SettingsBody::from(&settings)))
}

/// Update the settings
///
/// Replaces all of them. Accounts that Partita posts to become system accounts, which stay active.
#[utoipa::path(tag = "Settings", operation_id = "updateSettings", request_body = SettingsWriteBody, responses((status = 200, description = "The settings", body = Envelope<SettingsBody>)))]
#[put("/settings")]
pub(crate) async fn update(context: Context, json: Json<SettingsWriteBody>) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let body = json.body;
    let version = context.version(body.version.map(|version| version.0))?;
    let draft = SettingsDraft {
        default_accounts: body.default_accounts.into_accounts(),
        cors_allowlist: body.cors_allowlist,
        closed_period_policy: body.closed_period_policy,
        default_rate_limits: body.default_rate_limit.into_limits()?,
    };
    let app = Arc::clone(&context.app);
    let done = blocking(move || settings::revise(&app, &call, version, &draft)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(SettingsBody::from(&done.value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use utoipa::PartialSchema;

    #[test]
    fn policies_of_the_document_are_those_of_the_domain() {
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
