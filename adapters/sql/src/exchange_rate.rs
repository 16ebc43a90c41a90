//! Dated exchange rates, looked up by pair and day.

use crate::connection::MultiBackend;
use crate::dialect;
use crate::parse;
use crate::pending::{Cell, Change, Shape, Written};
use crate::schema::exchange_rates as rates;
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{ExchangeRateFilter, ExchangeRates, Stored};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::exchange_rate_table::DatedRate;
use partita_domain::id::ExchangeRateId;
use partita_domain::money::Currency;
use time::{Date, PrimitiveDateTime};

/// A file of many years has some hundred thousand rates; so many are written at once.
const ROWS_AT_ONCE: usize = 10_000;

#[derive(Queryable, Selectable, AsChangeset)]
#[diesel(table_name = rates, primary_key(company_id, id), treat_none_as_null = true)]
struct RateRow {
    company_id: String,
    id: String,
    external_id: Option<String>,
    from_currency: String,
    base_currency: String,
    date: Date,
    rate: i64,
    source: String,
    created_at: PrimitiveDateTime,
    updated_at: PrimitiveDateTime,
    version: i64,
}

impl Written for RateRow {
    const SHAPE: Shape = Shape::Insert {
        table: "exchange_rates",
        columns: &[
            "company_id",
            "id",
            "external_id",
            "from_currency",
            "base_currency",
            "date",
            "rate",
            "source",
            "created_at",
            "updated_at",
            "version",
        ],
        conflict: "",
    };
}

/// Rates that change.
struct Restated;

impl Written for Restated {
    const SHAPE: Shape = Shape::Update {
        set: "exchange_rates SET rate = new.rate, source = new.source, updated_at = new.updated_at, \
              version = new.version",
        columns: &["company_id", "id", "rate", "source", "updated_at", "version"],
        matching: "exchange_rates.company_id = new.company_id AND exchange_rates.id = new.id",
    };
}

impl RateRow {
    fn of(company: &str, rate: &DatedRate) -> Self {
        Self {
            company_id: company.to_owned(),
            id: rate.id.to_string(),
            external_id: rate.external_id.clone(),
            from_currency: rate.from_currency.code().to_owned(),
            base_currency: rate.base_currency.code().to_owned(),
            date: rate.date,
            rate: rate.rate.millionths(),
            source: rate.source.clone(),
            created_at: rate.created_at,
            updated_at: rate.updated_at,
            version: rate.version,
        }
    }

    fn cells(self) -> [Cell; 11] {
        [
            self.company_id.into(),
            self.id.into(),
            self.external_id.into(),
            self.from_currency.into(),
            self.base_currency.into(),
            self.date.into(),
            self.rate.into(),
            self.source.into(),
            self.created_at.into(),
            self.updated_at.into(),
            self.version.into(),
        ]
    }

    fn into_rate(self) -> Stored<DatedRate> {
        Ok(DatedRate {
            id: parse::text(&self.id, "exchange rate id")?,
            external_id: self.external_id,
            from_currency: parse::currency(&self.from_currency)?,
            base_currency: parse::currency(&self.base_currency)?,
            date: self.date,
            rate: parse::kept(ExchangeRate::from_millionths(self.rate), "exchange rate")?,
            source: self.source,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

fn restated(company: &str, rate: &DatedRate) -> [Cell; 6] {
    [
        company.into(),
        rate.id.to_string().into(),
        rate.rate.millionths().into(),
        rate.source.as_str().into(),
        rate.updated_at.into(),
        rate.version.into(),
    ]
}

fn filtered<'a>(company: &'a str, filter: &'a ExchangeRateFilter) -> rates::BoxedQuery<'a, MultiBackend> {
    let mut query = rates::table.filter(rates::company_id.eq(company)).into_boxed();
    if let Some(currency) = &filter.from_currency {
        query = query.filter(rates::from_currency.eq(currency.code()));
    }
    if let Some(from) = filter.from {
        query = query.filter(rates::date.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(rates::date.le(to));
    }
    if let Some(source) = &filter.source {
        query = query.filter(rates::source.eq(source));
    }
    if let Some(external_id) = &filter.external_id {
        query = query.filter(rates::external_id.eq(external_id));
    }
    query
}

fn of_rows(rows: Vec<RateRow>) -> Stored<Vec<DatedRate>> {
    rows.into_iter().map(RateRow::into_rate).collect()
}

impl ExchangeRates for SqlTx<'_> {
    fn insert(&mut self, added: &[DatedRate]) -> Stored<()> {
        let company = self.key.clone();
        for some in added.chunks(ROWS_AT_ONCE) {
            let rows = some.iter().map(|rate| RateRow::of(&company, rate).cells());
            let change = Change::of::<RateRow, _>(rows);
            self.write(|conn, _| dialect::write(conn, &[change]))?;
        }
        Ok(())
    }

    fn update(&mut self, rate: &DatedRate) -> Stored<()> {
        let row = RateRow::of(&self.key, rate);
        self.write(|conn, company| {
            diesel::update(rates::table.find((company, &row.id))).set(&row).execute(conn)
        })?;
        Ok(())
    }

    fn restate(&mut self, changed: &[DatedRate]) -> Stored<()> {
        let company = self.key.clone();
        for some in changed.chunks(ROWS_AT_ONCE) {
            let change = Change::of::<Restated, _>(some.iter().map(|rate| restated(&company, rate)));
            self.write(|conn, _| dialect::write(conn, &[change]))?;
        }
        Ok(())
    }

    fn remove(&mut self, id: ExchangeRateId) -> Stored<()> {
        let id = id.to_string();
        self.write(|conn, company| diesel::delete(rates::table.find((company, &id))).execute(conn))?;
        Ok(())
    }

    fn find(&mut self, id: ExchangeRateId) -> Stored<Option<DatedRate>> {
        let id = id.to_string();
        let row: Option<RateRow> = self.read(|conn, company| {
            rates::table.find((company, &id)).select(RateRow::as_select()).first(conn).optional()
        })?;
        row.map(RateRow::into_rate).transpose()
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<DatedRate>> {
        let row: Option<RateRow> = self.read(|conn, company| {
            rates::table
                .filter(rates::company_id.eq(company))
                .filter(rates::external_id.eq(external_id))
                .select(RateRow::as_select())
                .first(conn)
                .optional()
        })?;
        row.map(RateRow::into_rate).transpose()
    }

    fn of_days(&mut self, base: Currency, first: Date, last: Date) -> Stored<Vec<DatedRate>> {
        of_rows(self.read(|conn, company| {
            rates::table
                .filter(rates::company_id.eq(company))
                .filter(rates::base_currency.eq(base.code()))
                .filter(rates::date.ge(first))
                .filter(rates::date.le(last))
                .order((rates::date, rates::from_currency))
                .select(RateRow::as_select())
                .load(conn)
        })?)
    }

    fn latest(&mut self, from: Currency, base: Currency, date: Date) -> Stored<Option<DatedRate>> {
        let row: Option<RateRow> = self.read(|conn, company| {
            rates::table
                .filter(rates::company_id.eq(company))
                .filter(rates::from_currency.eq(from.code()))
                .filter(rates::base_currency.eq(base.code()))
                .filter(rates::date.le(date))
                .order(rates::date.desc())
                .select(RateRow::as_select())
                .first(conn)
                .optional()
        })?;
        row.map(RateRow::into_rate).transpose()
    }

    fn list(
        &mut self,
        filter: &ExchangeRateFilter,
        after: Option<(Date, Currency)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<DatedRate>> {
        of_rows(self.read(|conn, company| {
            let mut query = filtered(company, filter);
            if let Some((date, currency)) = after {
                // The first condition is where the index begins.
                query = query
                    .filter(rates::date.le(date))
                    .filter(rates::date.lt(date).or(rates::from_currency.gt(currency.code().to_owned())));
            }
            query
                .order((rates::date.desc(), rates::from_currency, rates::base_currency))
                .offset(offset)
                .limit(limit)
                .select(RateRow::as_select())
                .load(conn)
        })?)
    }

    fn count(&mut self, filter: &ExchangeRateFilter) -> Stored<i64> {
        self.read(|conn, company| filtered(company, filter).count().get_result(conn))
    }
}
