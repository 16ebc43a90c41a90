//! Keys of programs.

use crate::parse;
use crate::schema::api_keys;
use crate::settings::rate_limits;
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{ApiKeys, Stored};
use partita_domain::api_key::ApiKey;
use partita_domain::hash::Hash;
use partita_domain::id::ApiKeyId;
use time::PrimitiveDateTime;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = api_keys, primary_key(company_id, id), treat_none_as_null = true)]
struct ApiKeyRow {
    company_id: String,
    id: String,
    name: String,
    prefix: String,
    key_hash: String,
    permissions: String,
    rate_limit_per_minute: i64,
    rate_limit_per_hour: Option<i64>,
    rate_limit_per_day: Option<i64>,
    user_id: Option<String>,
    paired_from: Option<String>,
    expires_at: Option<PrimitiveDateTime>,
    revoked_at: Option<PrimitiveDateTime>,
    last_used_at: Option<PrimitiveDateTime>,
    created_at: PrimitiveDateTime,
    updated_at: PrimitiveDateTime,
    version: i64,
}

impl ApiKeyRow {
    fn of(company: &str, key: &ApiKey) -> Stored<Self> {
        Ok(Self {
            company_id: company.to_owned(),
            id: key.id.to_string(),
            name: key.name.clone(),
            prefix: key.prefix.clone(),
            key_hash: key.key_hash.to_string(),
            permissions: parse::to_json(&key.permissions)?,
            rate_limit_per_minute: key.rate_limits.per_minute.into(),
            rate_limit_per_hour: key.rate_limits.per_hour.map(i64::from),
            rate_limit_per_day: key.rate_limits.per_day.map(i64::from),
            user_id: key.user_id.map(|id| id.to_string()),
            paired_from: key.paired_from.map(|id| id.to_string()),
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
            last_used_at: key.last_used_at,
            created_at: key.created_at,
            updated_at: key.updated_at,
            version: key.version,
        })
    }

    fn into_key(self) -> Stored<ApiKey> {
        Ok(ApiKey {
            id: parse::text(&self.id, "api key id")?,
            name: self.name,
            prefix: self.prefix,
            key_hash: parse::text(&self.key_hash, "hash of an api key")?,
            permissions: parse::json(&self.permissions, "permissions of an api key")?,
            rate_limits: rate_limits(
                self.rate_limit_per_minute,
                self.rate_limit_per_hour,
                self.rate_limit_per_day,
            )?,
            user_id: parse::optional(self.user_id.as_deref(), "user of an api key")?,
            paired_from: parse::optional(self.paired_from.as_deref(), "origin of an api key")?,
            expires_at: self.expires_at,
            revoked_at: self.revoked_at,
            last_used_at: self.last_used_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

impl ApiKeys for SqlTx<'_> {
    fn insert(&mut self, key: &ApiKey) -> Stored<()> {
        let row = ApiKeyRow::of(&self.key, key)?;
        self.write(|conn, _| diesel::insert_into(api_keys::table).values(&row).execute(conn)).map(drop)
    }

    fn update(&mut self, key: &ApiKey) -> Stored<()> {
        let row = ApiKeyRow::of(&self.key, key)?;
        self.write(|conn, company| {
            diesel::update(api_keys::table.find((company, &row.id))).set(&row).execute(conn)
        })
        .map(drop)
    }

    fn touch(&mut self, id: ApiKeyId, at: PrimitiveDateTime) -> Stored<()> {
        self.write(|conn, company| {
            diesel::update(api_keys::table.find((company, id.to_string())))
                .set(api_keys::last_used_at.eq(at))
                .execute(conn)
        })
        .map(drop)
    }

    fn find(&mut self, id: ApiKeyId) -> Stored<Option<ApiKey>> {
        let row: Option<ApiKeyRow> = self.read(|conn, company| {
            api_keys::table
                .find((company, id.to_string()))
                .select(ApiKeyRow::as_select())
                .first(conn)
                .optional()
        })?;
        row.map(ApiKeyRow::into_key).transpose()
    }

    fn find_by_hash(&mut self, hash: Hash) -> Stored<Option<ApiKey>> {
        let row: Option<ApiKeyRow> = self.read(|conn, company| {
            api_keys::table
                .filter(api_keys::company_id.eq(company))
                .filter(api_keys::key_hash.eq(hash.to_string()))
                .select(ApiKeyRow::as_select())
                .first(conn)
                .optional()
        })?;
        row.map(ApiKeyRow::into_key).transpose()
    }

    fn list(&mut self) -> Stored<Vec<ApiKey>> {
        let rows: Vec<ApiKeyRow> = self.read(|conn, company| {
            api_keys::table
                .filter(api_keys::company_id.eq(company))
                .order((api_keys::created_at, api_keys::id))
                .select(ApiKeyRow::as_select())
                .load(conn)
        })?;
        rows.into_iter().map(ApiKeyRow::into_key).collect()
    }
}
