//! Requests to lock a period.

use crate::parse;
use crate::schema::lock_requests;
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{LockRequests, Stored};
use partita_domain::id::LockRequestId;
use partita_domain::period::{LockRequest, LockRequestStatus, PeriodKey};
use time::PrimitiveDateTime;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = lock_requests, primary_key(company_id, id), treat_none_as_null = true)]
struct LockRequestRow {
    company_id: String,
    id: String,
    period: String,
    status: String,
    requested_by: String,
    requested_by_user: Option<String>,
    requested_at: PrimitiveDateTime,
    expires_at: PrimitiveDateTime,
    decided_by: Option<String>,
    decided_at: Option<PrimitiveDateTime>,
}

impl LockRequestRow {
    fn of(company: &str, request: &LockRequest) -> Self {
        Self {
            company_id: company.to_owned(),
            id: request.id.to_string(),
            period: request.period.to_string(),
            status: request.status.name().to_owned(),
            requested_by: request.requested_by.to_string(),
            requested_by_user: request.requested_by_user.map(|id| id.to_string()),
            requested_at: request.requested_at,
            expires_at: request.expires_at,
            decided_by: request.decided_by.map(|actor| actor.to_string()),
            decided_at: request.decided_at,
        }
    }

    fn into_request(self) -> Stored<LockRequest> {
        Ok(LockRequest {
            id: parse::text(&self.id, "lock request id")?,
            period: parse::text(&self.period, "period of a lock request")?,
            status: parse::named(
                LockRequestStatus::named(&self.status),
                &self.status,
                "status of a lock request",
            )?,
            requested_by: parse::text(&self.requested_by, "who requested a lock")?,
            requested_by_user: parse::optional(self.requested_by_user.as_deref(), "who requested a lock")?,
            requested_at: self.requested_at,
            expires_at: self.expires_at,
            decided_by: parse::optional(self.decided_by.as_deref(), "who decided a lock")?,
            decided_at: self.decided_at,
        })
    }
}

impl LockRequests for SqlTx<'_> {
    fn insert(&mut self, request: &LockRequest) -> Stored<()> {
        let row = LockRequestRow::of(&self.key, request);
        self.write(|conn, _| diesel::insert_into(lock_requests::table).values(&row).execute(conn)).map(drop)
    }

    fn update(&mut self, request: &LockRequest) -> Stored<()> {
        let row = LockRequestRow::of(&self.key, request);
        self.write(|conn, company| {
            diesel::update(lock_requests::table.find((company, &row.id))).set(&row).execute(conn)
        })
        .map(drop)
    }

    fn find(&mut self, id: LockRequestId) -> Stored<Option<LockRequest>> {
        let row: Option<LockRequestRow> = self.read(|conn, company| {
            lock_requests::table
                .find((company, id.to_string()))
                .select(LockRequestRow::as_select())
                .first(conn)
                .optional()
        })?;
        row.map(LockRequestRow::into_request).transpose()
    }

    fn latest(&mut self, period: PeriodKey) -> Stored<Option<LockRequest>> {
        let row: Option<LockRequestRow> = self.read(|conn, company| {
            lock_requests::table
                .filter(lock_requests::company_id.eq(company))
                .filter(lock_requests::period.eq(period.to_string()))
                .order((lock_requests::requested_at.desc(), lock_requests::id.desc()))
                .select(LockRequestRow::as_select())
                .first(conn)
                .optional()
        })?;
        row.map(LockRequestRow::into_request).transpose()
    }
}
