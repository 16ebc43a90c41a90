//! What a company has decided about its books and its API.

mod default_accounts;
mod trade_policy;

pub use default_accounts::DefaultAccounts;
pub use trade_policy::TradePolicy;

use crate::api_key::RateLimits;
use crate::refusal::{Constraint, Refusal};
use crate::text;
use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;

/// Whether soft-locked periods take entries from those who have the permission.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedPeriodPolicy {
    /// Yes, with a reason that is recorded.
    #[default]
    Override,
    /// No.
    Refuse,
}

impl ClosedPeriodPolicy {
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Override => "override",
            Self::Refuse => "refuse",
        }
    }

    /// The policy of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Override, Self::Refuse].into_iter().find(|policy| policy.name() == name)
    }
}

/// A company's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The accounts that Partita itself posts to.
    pub default_accounts: DefaultAccounts,
    /// Origins (`https://host:port`) whose pages may call the API.
    pub cors_allowlist: Vec<String>,
    /// Whether soft-locked periods take entries.
    pub closed_period_policy: ClosedPeriodPolicy,
    /// What a new key may do unless told otherwise.
    pub default_rate_limits: RateLimits,
    /// How documents and payments are dealt with unless they say otherwise.
    #[serde(default)]
    pub trade: TradePolicy,
    /// When they last changed.
    #[serde(with = "crate::timestamp")]
    pub updated_at: PrimitiveDateTime,
    /// Counts their changes from 1.
    pub version: i64,
}

impl Settings {
    /// What a company begins with.
    #[must_use]
    pub fn initial(at: PrimitiveDateTime) -> Self {
        Self {
            default_accounts: DefaultAccounts::default(),
            cors_allowlist: Vec::new(),
            closed_period_policy: ClosedPeriodPolicy::default(),
            default_rate_limits: RateLimits::default(),
            trade: TradePolicy::default(),
            updated_at: at,
            version: 1,
        }
    }

    /// Checks the fields that people type.
    ///
    /// # Errors
    /// `cors_allowlist[i]`, a rate limit or a field of `trade`.
    pub fn check(&self) -> Result<(), Vec<Refusal>> {
        let mut refusals = Vec::new();
        if self.cors_allowlist.len() > 50 {
            refusals.push(Refusal::field(
                "cors_allowlist",
                Constraint::Length,
                "at most 50 origins are allowed",
            ));
        }
        for (i, origin) in self.cors_allowlist.iter().enumerate() {
            let field = format!("cors_allowlist[{i}]");
            let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            let plain = host.is_some_and(|host| {
                !host.is_empty()
                    && host
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-:[]".contains(&b))
            });
            if let Err(refusal) = text::check(origin, &field, 255) {
                refusals.push(refusal);
            } else if !plain {
                refusals.push(Refusal::field(
                    field,
                    Constraint::Format,
                    "an origin is written `https://host` or `https://host:port`",
                ));
            }
        }
        refusals.extend(self.default_rate_limits.check().err());
        refusals.extend(self.trade.check());
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }
}
