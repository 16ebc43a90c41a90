//! Periods. How many entries each has is counted in memory and written back.

use crate::books::Kept;
use crate::parse;
use crate::schema::periods;
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{Mode, Periods, Stored};
use partita_domain::period::{Period, PeriodKey, PeriodStatus};
use std::collections::BTreeMap;
use time::{Date, PrimitiveDateTime};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = periods, primary_key(company_id, period), treat_none_as_null = true)]
struct PeriodRow {
    company_id: String,
    period: String,
    fiscal_year: i32,
    start_date: Date,
    end_date: Date,
    status: String,
    entry_count: i64,
    locked_by: Option<String>,
    locked_at: Option<PrimitiveDateTime>,
    closing_hash: Option<String>,
    version: i64,
}

impl PeriodRow {
    fn of(company: &str, period: &Period) -> Self {
        Self {
            company_id: company.to_owned(),
            period: period.period.to_string(),
            fiscal_year: period.fiscal_year,
            start_date: period.start_date,
            end_date: period.end_date,
            status: period.status.name().to_owned(),
            entry_count: period.entry_count,
            locked_by: period.locked_by.map(|actor| actor.to_string()),
            locked_at: period.locked_at,
            closing_hash: period.closing_hash.map(|hash| hash.to_string()),
            version: period.version,
        }
    }

    fn into_period(self) -> Stored<Period> {
        Ok(Period {
            period: parse::text(&self.period, "period")?,
            fiscal_year: self.fiscal_year,
            start_date: self.start_date,
            end_date: self.end_date,
            status: parse::named(PeriodStatus::named(&self.status), &self.status, "status of a period")?,
            entry_count: self.entry_count,
            locked_by: parse::optional(self.locked_by.as_deref(), "who locked a period")?,
            locked_at: self.locked_at,
            closing_hash: parse::optional(self.closing_hash.as_deref(), "closing hash")?,
            version: self.version,
        })
    }
}

impl SqlTx<'_> {
    pub(crate) fn load_periods(&mut self) -> Stored<BTreeMap<PeriodKey, Period>> {
        let rows: Vec<PeriodRow> = self.read(|conn, company| {
            periods::table.filter(periods::company_id.eq(company)).select(PeriodRow::as_select()).load(conn)
        })?;
        rows.into_iter().map(|row| row.into_period().map(|period| (period.period, period))).collect()
    }

    fn entry_count(&mut self, period: PeriodKey) -> Stored<Option<i64>> {
        if let Some(kept) = self.books()?.entry_counts.get(&period) {
            return Ok(Some(kept.value));
        }
        let count: Option<i64> = self.read(|conn, company| {
            periods::table
                .find((company, period.to_string()))
                .select(periods::entry_count)
                .first(conn)
                .optional()
        })?;
        if let Some(value) = count {
            self.books()?.entry_counts.insert(period, Kept { value, changed: false });
        }
        Ok(count)
    }

    fn takes_period(&mut self, period: &Period) -> Stored<()> {
        let kept = Kept { value: period.entry_count, changed: false };
        self.books()?.entry_counts.insert(period.period, kept);
        self.reference_takes(|reference| {
            reference.periods.insert(period.period, period.clone());
        })
    }
}

impl Periods for SqlTx<'_> {
    fn insert(&mut self, period: &Period) -> Stored<()> {
        let row = PeriodRow::of(&self.key, period);
        self.write(|conn, _| diesel::insert_into(periods::table).values(&row).execute(conn))?;
        self.takes_period(period)
    }

    fn update(&mut self, period: &Period) -> Stored<()> {
        let row = PeriodRow::of(&self.key, period);
        let updated = self.write(|conn, company| {
            diesel::update(periods::table.find((company, &row.period))).set(&row).execute(conn)
        })?;
        if updated == 0 { Ok(()) } else { self.takes_period(period) }
    }

    fn count_entries(&mut self, period: PeriodKey, posted: i64) -> Stored<()> {
        self.must_write()?;
        let Some(count) = self.entry_count(period)? else { return Ok(()) };
        let kept = Kept { value: count.saturating_add(posted), changed: true };
        self.books()?.entry_counts.insert(period, kept);
        Ok(())
    }

    fn find(&mut self, period: PeriodKey) -> Stored<Option<Period>> {
        if self.mode() == Mode::Write {
            let Some(reference) = self.reference()? else { return Ok(None) };
            let Some(found) = reference.periods.get(&period) else { return Ok(None) };
            let entry_count = self.entry_count(period)?.unwrap_or(found.entry_count);
            return Ok(Some(Period { entry_count, ..found.clone() }));
        }
        let row: Option<PeriodRow> = self.read(|conn, company| {
            periods::table
                .find((company, period.to_string()))
                .select(PeriodRow::as_select())
                .first(conn)
                .optional()
        })?;
        row.map(PeriodRow::into_period).transpose()
    }

    fn list(&mut self, fiscal_year: Option<i32>) -> Stored<Vec<Period>> {
        let rows: Vec<PeriodRow> = self.read_settled(|conn, company| {
            let mut query = periods::table
                .filter(periods::company_id.eq(company))
                .order((periods::start_date, periods::period))
                .select(PeriodRow::as_select())
                .into_boxed();
            if let Some(year) = fiscal_year {
                query = query.filter(periods::fiscal_year.eq(year));
            }
            query.load(conn)
        })?;
        rows.into_iter().map(PeriodRow::into_period).collect()
    }
}
