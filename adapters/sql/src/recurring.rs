//! Templates of transactions that recur.

use crate::connection::MultiBackend;
use crate::like::{lower, pattern};
use crate::parse;
use crate::schema::recurring_templates as templates;
use crate::unit::SqlTx;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use partita_application::ports::{RecurringFilter, RecurringTemplates, Stored};
use partita_domain::id::RecurringId;
use partita_domain::metadata::Metadata;
use partita_domain::recurring::{RecurringKind, RecurringPayload, RecurringTemplate, Schedule};
use serde::{Deserialize, Serialize};
use time::{Date, PrimitiveDateTime};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = templates, primary_key(company_id, id), treat_none_as_null = true)]
struct RecurringRow {
    company_id: String,
    id: String,
    external_id: Option<String>,
    kind: String,
    name: String,
    sort_name: String,
    is_active: bool,
    next_due: Option<Date>,
    details: String,
    created_at: PrimitiveDateTime,
    updated_at: PrimitiveDateTime,
    version: i64,
}

/// What is neither searched nor constrained; `is_active` and `next_due` of the schedule have columns besides.
#[derive(Serialize, Deserialize)]
struct Details {
    payload: RecurringPayload,
    schedule: Schedule,
    last_run: Option<Date>,
    made_count: i64,
    metadata: Metadata,
}

impl RecurringRow {
    fn of(company: &str, template: &RecurringTemplate) -> Stored<Self> {
        let details = Details {
            payload: template.payload.clone(),
            schedule: template.schedule.clone(),
            last_run: template.last_run,
            made_count: template.made_count,
            metadata: template.metadata.clone(),
        };
        Ok(Self {
            company_id: company.to_owned(),
            id: template.id.to_string(),
            external_id: template.external_id.clone(),
            kind: template.kind().name().to_owned(),
            name: template.name.clone(),
            sort_name: template.sort_name(),
            is_active: template.schedule.is_active,
            next_due: template.schedule.next_due,
            details: parse::to_json(&details)?,
            created_at: template.created_at,
            updated_at: template.updated_at,
            version: template.version,
        })
    }

    fn into_template(self) -> Stored<RecurringTemplate> {
        let details: Details = parse::json(&self.details, "details of a recurring template")?;
        Ok(RecurringTemplate {
            id: parse::text(&self.id, "id of a recurring template")?,
            external_id: self.external_id,
            name: self.name,
            payload: details.payload,
            schedule: Schedule { is_active: self.is_active, next_due: self.next_due, ..details.schedule },
            last_run: details.last_run,
            made_count: details.made_count,
            metadata: details.metadata,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

type Query<'a> = templates::BoxedQuery<'a, MultiBackend>;

fn names(kinds: &[RecurringKind]) -> Vec<&'static str> {
    kinds.iter().map(|kind| kind.name()).collect()
}

fn filtered<'a>(company: &'a str, filter: &'a RecurringFilter) -> Query<'a> {
    let mut query = templates::table.filter(templates::company_id.eq(company)).into_boxed();
    if filter.kinds.len() < RecurringKind::ALL.len() {
        query = query.filter(templates::kind.eq_any(names(&filter.kinds)));
    }
    if let Some(is_active) = filter.is_active {
        query = query.filter(templates::is_active.eq(is_active));
    }
    if let Some(external_id) = &filter.external_id {
        query = query.filter(templates::external_id.eq(external_id));
    }
    if let Some(day) = filter.due_before {
        query = query.filter(templates::next_due.lt(day));
    }
    if let Some(q) = &filter.q {
        query = query.filter(lower(templates::name.nullable()).like(pattern(q)).escape('\\'));
    }
    query
}

impl RecurringTemplates for SqlTx<'_> {
    fn insert(&mut self, template: &RecurringTemplate) -> Stored<()> {
        let row = RecurringRow::of(&self.key, template)?;
        self.write(|conn, _| diesel::insert_into(templates::table).values(&row).execute(conn)).map(drop)
    }

    fn update(&mut self, template: &RecurringTemplate) -> Stored<()> {
        let row = RecurringRow::of(&self.key, template)?;
        self.write(|conn, company| {
            diesel::update(templates::table.find((company, &row.id))).set(&row).execute(conn)
        })
        .map(drop)
    }

    fn find(&mut self, id: RecurringId) -> Stored<Option<RecurringTemplate>> {
        let row: Option<RecurringRow> = self.read(|conn, company| {
            templates::table
                .find((company, id.to_string()))
                .select(RecurringRow::as_select())
                .first(conn)
                .optional()
        })?;
        row.map(RecurringRow::into_template).transpose()
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<RecurringTemplate>> {
        let row: Option<RecurringRow> = self.read(|conn, company| {
            templates::table
                .filter(templates::company_id.eq(company))
                .filter(templates::external_id.eq(external_id))
                .select(RecurringRow::as_select())
                .first(conn)
                .optional()
        })?;
        row.map(RecurringRow::into_template).transpose()
    }

    fn list(
        &mut self,
        filter: &RecurringFilter,
        after: Option<(&str, RecurringId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<RecurringTemplate>> {
        let rows: Vec<RecurringRow> = self.read(|conn, company| {
            let mut query = filtered(company, filter);
            if let Some((name, id)) = after {
                // Compared as a pair, which the index on both can begin from.
                query = query.filter(
                    sql::<Bool>("(recurring_templates.sort_name, recurring_templates.id) > (")
                        .bind::<Text, _>(name)
                        .sql(", ")
                        .bind::<Text, _>(id.to_string())
                        .sql(")"),
                );
            }
            query
                .order((templates::sort_name, templates::id))
                .offset(offset)
                .limit(limit)
                .select(RecurringRow::as_select())
                .load(conn)
        })?;
        rows.into_iter().map(RecurringRow::into_template).collect()
    }

    fn count(&mut self, filter: &RecurringFilter) -> Stored<i64> {
        self.read(|conn, company| filtered(company, filter).count().get_result(conn))
    }

    fn due(&mut self, kinds: &[RecurringKind], as_of: Date) -> Stored<Vec<(Date, RecurringId)>> {
        let rows: Vec<(Option<Date>, String)> = self.read(|conn, company| {
            templates::table
                .filter(templates::company_id.eq(company))
                .filter(templates::next_due.le(as_of))
                .filter(templates::is_active.eq(true))
                .filter(templates::kind.eq_any(names(kinds)))
                .order((templates::next_due, templates::id))
                .select((templates::next_due, templates::id))
                .load(conn)
        })?;
        let mut due = Vec::with_capacity(rows.len());
        for (next_due, id) in rows {
            if let Some(next_due) = next_due {
                due.push((next_due, parse::text(&id, "id of a recurring template")?));
            }
        }
        Ok(due)
    }
}
