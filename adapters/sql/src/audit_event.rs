//! The audit trail.

use crate::connection::MultiBackend;
use crate::parse;
use crate::pending::{Cell, Shape, Written};
use crate::schema::audit_events;
use crate::unit::SqlTx;
use diesel::dsl::max;
use diesel::prelude::*;
use partita_application::ports::{AuditEvents, AuditFilter, Stored};
use partita_domain::actor::Actor;
use partita_domain::audit_event::{AuditEvent, Source};
use time::PrimitiveDateTime;

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = audit_events)]
pub(crate) struct AuditEventRow {
    company_id: String,
    sequence: i64,
    occurred_at: PrimitiveDateTime,
    actor: String,
    action: String,
    resource_type: String,
    resource_id: String,
    before: Option<String>,
    after: Option<String>,
    reason: Option<String>,
    source: String,
    ip: Option<String>,
    request_id: Option<String>,
    previous_hash: String,
    hash: String,
}

impl Written for AuditEventRow {
    const SHAPE: Shape = Shape::Insert {
        table: "audit_events",
        columns: &[
            "company_id",
            "sequence",
            "occurred_at",
            "actor",
            "action",
            "resource_type",
            "resource_id",
            "before",
            "after",
            "reason",
            "source",
            "ip",
            "request_id",
            "previous_hash",
            "hash",
        ],
        conflict: "",
    };
}

impl AuditEventRow {
    pub(crate) fn cells(self) -> [Cell; 15] {
        [
            self.company_id.into(),
            self.sequence.into(),
            self.occurred_at.into(),
            self.actor.into(),
            self.action.into(),
            self.resource_type.into(),
            self.resource_id.into(),
            self.before.into(),
            self.after.into(),
            self.reason.into(),
            self.source.into(),
            self.ip.into(),
            self.request_id.into(),
            self.previous_hash.into(),
            self.hash.into(),
        ]
    }

    fn of(company: &str, event: &AuditEvent) -> Self {
        Self {
            company_id: company.to_owned(),
            sequence: event.sequence,
            occurred_at: event.occurred_at,
            actor: event.actor.to_string(),
            action: event.action.clone(),
            resource_type: event.resource_type.clone(),
            resource_id: event.resource_id.clone(),
            before: event.before.clone(),
            after: event.after.clone(),
            reason: event.reason.clone(),
            source: event.source.name().to_owned(),
            ip: event.ip.clone(),
            request_id: event.request_id.clone(),
            previous_hash: event.previous_hash.to_string(),
            hash: event.hash.to_string(),
        }
    }

    fn into_event(self) -> Stored<AuditEvent> {
        Ok(AuditEvent {
            sequence: self.sequence,
            occurred_at: self.occurred_at,
            actor: parse::text(&self.actor, "actor of an audit event")?,
            action: self.action,
            resource_type: self.resource_type,
            resource_id: self.resource_id,
            before: self.before,
            after: self.after,
            reason: self.reason,
            source: parse::named(Source::named(&self.source), &self.source, "source of an audit event")?,
            ip: self.ip,
            request_id: self.request_id,
            previous_hash: parse::text(&self.previous_hash, "hash of an audit event")?,
            hash: parse::text(&self.hash, "hash of an audit event")?,
        })
    }
}

type Query<'a> = audit_events::BoxedQuery<'a, MultiBackend>;

fn filtered<'a>(company: &'a str, filter: &'a AuditFilter) -> Query<'a> {
    let mut query = audit_events::table.filter(audit_events::company_id.eq(company)).into_boxed();
    if let Some(resource_type) = &filter.resource_type {
        query = query.filter(audit_events::resource_type.eq(resource_type));
    }
    if let Some(resource_id) = &filter.resource_id {
        query = query.filter(audit_events::resource_id.eq(resource_id));
    }
    if let Some(id) = filter.actor_id {
        let actors = [Actor::User(id.into()), Actor::Key(id.into())].map(|actor| actor.to_string());
        query = query.filter(audit_events::actor.eq_any(actors));
    }
    if let Some(action) = &filter.action {
        query = query.filter(audit_events::action.eq(action));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_events::occurred_at.ge(from));
    }
    if let Some(before) = filter.before {
        query = query.filter(audit_events::occurred_at.lt(before));
    }
    query
}

impl AuditEvents for SqlTx<'_> {
    fn append(&mut self, event: &AuditEvent) -> Stored<()> {
        let row = AuditEventRow::of(&self.key, event);
        self.add()?.audit_events.push(row);
        Ok(())
    }

    fn list(
        &mut self,
        filter: &AuditFilter,
        below: Option<i64>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<AuditEvent>> {
        let rows: Vec<AuditEventRow> = self.read_settled(|conn, company| {
            let mut query = filtered(company, filter);
            if let Some(below) = below {
                query = query.filter(audit_events::sequence.lt(below));
            }
            query
                .order(audit_events::sequence.desc())
                .offset(offset)
                .limit(limit)
                .select(AuditEventRow::as_select())
                .load(conn)
        })?;
        rows.into_iter().map(AuditEventRow::into_event).collect()
    }

    fn count(&mut self, filter: &AuditFilter) -> Stored<i64> {
        self.read_settled(|conn, company| {
            if *filter == AuditFilter::default() {
                // Sequences have no gap, so the last one is the count; the index has it at its end.
                let last: Option<i64> = audit_events::table
                    .filter(audit_events::company_id.eq(company))
                    .select(max(audit_events::sequence))
                    .first(conn)?;
                return Ok(last.unwrap_or(0));
            }
            filtered(company, filter).count().get_result(conn)
        })
    }

    fn chain(&mut self, after: i64, limit: i64) -> Stored<Vec<AuditEvent>> {
        let rows: Vec<AuditEventRow> = self.read_settled(|conn, company| {
            audit_events::table
                .filter(audit_events::company_id.eq(company))
                .filter(audit_events::sequence.gt(after))
                .order(audit_events::sequence)
                .limit(limit)
                .select(AuditEventRow::as_select())
                .load(conn)
        })?;
        rows.into_iter().map(AuditEventRow::into_event).collect()
    }
}
