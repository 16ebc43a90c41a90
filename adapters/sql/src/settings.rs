//! Settings.

use crate::parse;
use crate::schema::settings;
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{Mode, SettingsStore, Stored};
use partita_domain::api_key::RateLimits;
use partita_domain::settings::{ClosedPeriodPolicy, Settings};
use time::PrimitiveDateTime;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = settings, primary_key(company_id), treat_none_as_null = true)]
struct SettingsRow {
    company_id: String,
    default_accounts: String,
    cors_allowlist: String,
    closed_period_policy: String,
    rate_limit_per_minute: i64,
    rate_limit_per_hour: Option<i64>,
    rate_limit_per_day: Option<i64>,
    trade: String,
    updated_at: PrimitiveDateTime,
    version: i64,
}

/// Limits from their columns.
pub(crate) fn rate_limits(minute: i64, hour: Option<i64>, day: Option<i64>) -> Stored<RateLimits> {
    let optional = |limit: Option<i64>| limit.map(|limit| parse::number(limit, "rate limit")).transpose();
    Ok(RateLimits {
        per_minute: parse::number(minute, "rate limit")?,
        per_hour: optional(hour)?,
        per_day: optional(day)?,
    })
}

impl SettingsRow {
    fn of(company: &str, settings: &Settings) -> Stored<Self> {
        let limits = &settings.default_rate_limits;
        Ok(Self {
            company_id: company.to_owned(),
            default_accounts: parse::to_json(&settings.default_accounts)?,
            cors_allowlist: parse::to_json(&settings.cors_allowlist)?,
            closed_period_policy: settings.closed_period_policy.name().to_owned(),
            rate_limit_per_minute: limits.per_minute.into(),
            rate_limit_per_hour: limits.per_hour.map(i64::from),
            rate_limit_per_day: limits.per_day.map(i64::from),
            trade: parse::to_json(&settings.trade)?,
            updated_at: settings.updated_at,
            version: settings.version,
        })
    }

    fn into_settings(self) -> Stored<Settings> {
        Ok(Settings {
            default_accounts: parse::json(&self.default_accounts, "default accounts")?,
            cors_allowlist: parse::json(&self.cors_allowlist, "allowed origins")?,
            closed_period_policy: parse::named(
                ClosedPeriodPolicy::named(&self.closed_period_policy),
                &self.closed_period_policy,
                "closed period policy",
            )?,
            default_rate_limits: rate_limits(
                self.rate_limit_per_minute,
                self.rate_limit_per_hour,
                self.rate_limit_per_day,
            )?,
            trade: parse::json(&self.trade, "trade settings")?,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

impl SqlTx<'_> {
    pub(crate) fn load_settings(&mut self) -> Stored<Option<Settings>> {
        let row: Option<SettingsRow> = self.read(|conn, company| {
            settings::table.find(company).select(SettingsRow::as_select()).first(conn).optional()
        })?;
        row.map(SettingsRow::into_settings).transpose()
    }
}

impl SettingsStore for SqlTx<'_> {
    fn find(&mut self) -> Stored<Option<Settings>> {
        if self.mode() == Mode::Read {
            return self.load_settings();
        }
        Ok(self.reference()?.and_then(|reference| reference.settings.clone()))
    }

    fn put(&mut self, settings: &Settings) -> Stored<()> {
        let row = SettingsRow::of(&self.key, settings)?;
        self.write(|conn, company| {
            let updated = diesel::update(settings::table.find(company)).set(&row).execute(conn)?;
            if updated == 0 { diesel::insert_into(settings::table).values(&row).execute(conn) } else { Ok(0) }
        })?;
        self.reference_takes(|reference| reference.settings = Some(settings.clone()))
    }
}
