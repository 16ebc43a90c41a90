//! Kept balances: by day and by month.

use crate::connection::Conn;
use crate::parse;
use crate::pending::{Cell, Change, Shape, Written};
use crate::schema::{
    accounts, balances_by_day as days, balances_by_month as months, journal_entries, journal_lines,
};
use crate::unit::SqlTx;
use diesel::dsl::{exists, select, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use partita_application::ports::{BalanceSpan, Balances, Grain, Mode, StoreError, Stored};
use partita_domain::balance::{AccountTotals, BalanceChange, Totals};
use partita_domain::fiscal_calendar::next_month;
use partita_domain::id::{AccountId, CompanyId};
use partita_domain::money::Currency;
use partita_domain::period::PeriodKey;
use std::collections::BTreeMap;
use time::{Date, Duration};

const COLUMNS: &[&str] = &[
    "company_id",
    "account_id",
    "currency_code",
    "period",
    "date",
    "debit",
    "credit",
    "base_debit",
    "base_credit",
];

const ADD: &str = "ON CONFLICT (company_id, account_id, currency_code, period, date) DO UPDATE SET \
                   debit = kept.debit + excluded.debit, credit = kept.credit + excluded.credit, \
                   base_debit = kept.base_debit + excluded.base_debit, \
                   base_credit = kept.base_credit + excluded.base_credit";

struct ByDay;

impl Written for ByDay {
    const SHAPE: Shape = Shape::Insert { table: "balances_by_day AS kept", columns: COLUMNS, conflict: ADD };
}

struct ByMonth;

impl Written for ByMonth {
    const SHAPE: Shape =
        Shape::Insert { table: "balances_by_month AS kept", columns: COLUMNS, conflict: ADD };
}

type Sums = (i64, i64, i64, i64);
type KeptRow = (String, String, String, Date, Sums);

/// A kept balance; text orders as the port asks for.
type Key = (CompanyId, AccountId, Currency, String, Date);

fn first_of_month(date: Date) -> Date {
    date.replace_day(1).unwrap_or(date)
}

fn totals((debit, credit, base_debit, base_credit): Sums) -> Totals {
    Totals { debit, credit, base_debit, base_credit }
}

/// Sums changes into one for each row that they touch.
fn folded(changes: impl Iterator<Item = (Key, Totals)>) -> BTreeMap<Key, Totals> {
    let mut rows: BTreeMap<Key, Totals> = BTreeMap::new();
    for (key, change) in changes {
        let row = rows.entry(key).or_default();
        // Single changes are in range by the ledger head's turnover; a constraint refuses what is not.
        *row = row.checked_add(change).unwrap_or(Totals { debit: i64::MIN, ..change });
    }
    rows
}

fn key(company: CompanyId, change: &BalanceChange, grain: Grain) -> Key {
    let date = match grain {
        Grain::Day => change.date,
        Grain::Month => first_of_month(change.date),
    };
    (company, change.account_id, change.currency, change.period.to_string(), date)
}

/// What pending changes do to both tables.
pub(crate) fn changes(pending: Vec<(CompanyId, BalanceChange)>) -> [Change; 2] {
    let by_day =
        folded(pending.iter().map(|(company, change)| (key(*company, change, Grain::Day), change.totals)));
    let by_month = folded(by_day.iter().map(|((company, account, currency, period, date), totals)| {
        ((*company, *account, *currency, period.clone(), first_of_month(*date)), *totals)
    }));
    [
        Change::of::<ByDay, _>(by_day.into_iter().map(cells)),
        Change::of::<ByMonth, _>(by_month.into_iter().map(cells)),
    ]
}

fn cells(((company, account, currency, period, date), totals): (Key, Totals)) -> [Cell; 9] {
    [
        company.to_string().into(),
        account.to_string().into(),
        currency.code().into(),
        period.into(),
        date.into(),
        totals.debit.into(),
        totals.credit.into(),
        totals.base_debit.into(),
        totals.base_credit.into(),
    ]
}

/// The part of a table that a span needs: dates from the first up to, not including, the second.
type Part = (Option<Date>, Date);

/// Whole months from month rows, what remains at either end from day rows.
fn parts(span: &BalanceSpan) -> (Option<Part>, Vec<Part>) {
    let end = span.to + Duration::DAY;
    let last_month = first_of_month(end);
    let first_month = span.from.map(|from| if from.day() == 1 { from } else { next_month(from) });
    if first_month.is_some_and(|first| first >= last_month) {
        return (None, vec![(span.from, end)]);
    }
    let mut day_parts = Vec::new();
    if let (Some(from), Some(first)) = (span.from, first_month)
        && from < first
    {
        day_parts.push((Some(from), first));
    }
    if last_month < end {
        day_parts.push((Some(last_month), end));
    }
    (Some((first_month, last_month)), day_parts)
}

type SpanRow = (String, String, Sums);

pub(crate) fn sum(column: &str) -> diesel::expression::SqlLiteral<BigInt> {
    sql(&format!("CAST(SUM({column}) AS BIGINT)"))
}

fn sum_days(conn: &mut Conn, company: &str, span: &BalanceSpan, part: Part) -> QueryResult<Vec<SpanRow>> {
    let mut query = days::table
        .group_by((days::account_id, days::currency_code))
        .select((
            days::account_id,
            days::currency_code,
            (sum("debit"), sum("credit"), sum("base_debit"), sum("base_credit")),
        ))
        .filter(days::company_id.eq(company))
        .filter(days::date.lt(part.1))
        .into_boxed();
    if let Some(from) = part.0 {
        query = query.filter(days::date.ge(from));
    }
    query = match span.account_id {
        Some(account) => query.filter(days::account_id.eq(account.to_string())),
        // Every account has its days in order, and no other index begins with them.
        None => query.filter(
            days::account_id
                .eq_any(accounts::table.filter(accounts::company_id.eq(company)).select(accounts::id)),
        ),
    };
    if !span.without.is_empty() {
        query = query.filter(days::period.ne_all(span.without.iter().map(ToString::to_string)));
    }
    query.load(conn)
}

fn sum_months(conn: &mut Conn, company: &str, span: &BalanceSpan, part: Part) -> QueryResult<Vec<SpanRow>> {
    let mut query = months::table
        .group_by((months::account_id, months::currency_code))
        .select((
            months::account_id,
            months::currency_code,
            (sum("debit"), sum("credit"), sum("base_debit"), sum("base_credit")),
        ))
        .filter(months::company_id.eq(company))
        .filter(months::date.lt(part.1))
        .into_boxed();
    if let Some(from) = part.0 {
        query = query.filter(months::date.ge(from));
    }
    if let Some(account) = span.account_id {
        query = query.filter(months::account_id.eq(account.to_string()));
    }
    if !span.without.is_empty() {
        query = query.filter(months::period.ne_all(span.without.iter().map(ToString::to_string)));
    }
    query.load(conn)
}

impl Balances for SqlTx<'_> {
    fn add(&mut self, changes: &[BalanceChange]) -> Stored<()> {
        let company = self.company;
        self.add()?.balances.extend(changes.iter().map(|change| (company, *change)));
        Ok(())
    }

    fn totals(&mut self, span: &BalanceSpan) -> Stored<Vec<AccountTotals>> {
        if span.from.is_some_and(|from| from > span.to) {
            return Ok(Vec::new());
        }
        // Balances change with the entries, so sums are those of a position in the journal.
        let position = match (self.mode(), span.account_id) {
            (Mode::Read, None) => self.books()?.head.as_ref().map(|head| head.head.entry_position),
            _ => None,
        };
        if let Some(position) = position
            && let Some(known) = self.cache().totals(self.company, position, span)
        {
            return Ok(known);
        }
        let (month_part, day_parts) = parts(span);
        let rows = self.read_settled(|conn, company| {
            let mut rows = Vec::new();
            if let Some(part) = month_part {
                rows.extend(sum_months(conn, company, span, part)?);
            }
            for part in day_parts {
                rows.extend(sum_days(conn, company, span, part)?);
            }
            Ok(rows)
        })?;
        let mut sums: BTreeMap<(AccountId, Currency), Totals> = BTreeMap::new();
        for (account, currency, row) in rows {
            let key = (parse::text(&account, "account of a balance")?, parse::currency(&currency)?);
            let sum = sums.entry(key).or_default();
            *sum = sum.checked_add(totals(row)).ok_or_else(|| {
                StoreError::Corrupt(format!("the balances of account {account} are out of range"))
            })?;
        }
        let totals: Vec<AccountTotals> = sums
            .into_iter()
            .map(|((account_id, currency), totals)| AccountTotals { account_id, currency, totals })
            .collect();
        if let Some(position) = position {
            self.cache().put_totals(self.company, position, span, &totals);
        }
        Ok(totals)
    }

    fn has_history(&mut self, account_id: AccountId) -> Stored<bool> {
        let company = self.company;
        let mut pending = self.pending().balances.iter();
        if pending.any(|(of, change)| *of == company && change.account_id == account_id) {
            return Ok(true);
        }
        self.read(|conn, company| {
            select(exists(
                months::table
                    .filter(months::company_id.eq(company))
                    .filter(months::account_id.eq(account_id.to_string())),
            ))
            .get_result(conn)
        })
    }

    fn kept(&mut self, grain: Grain) -> Stored<Vec<BalanceChange>> {
        let rows: Vec<KeptRow> = self.read_settled(|conn, company| match grain {
            Grain::Day => days::table
                .filter(days::company_id.eq(company))
                .order((days::account_id, days::currency_code, days::period, days::date))
                .select((
                    days::account_id,
                    days::currency_code,
                    days::period,
                    days::date,
                    (days::debit, days::credit, days::base_debit, days::base_credit),
                ))
                .load(conn),
            Grain::Month => months::table
                .filter(months::company_id.eq(company))
                .order((months::account_id, months::currency_code, months::period, months::date))
                .select((
                    months::account_id,
                    months::currency_code,
                    months::period,
                    months::date,
                    (months::debit, months::credit, months::base_debit, months::base_credit),
                ))
                .load(conn),
        })?;
        rows.into_iter().map(change).collect()
    }

    fn rebuilt(&mut self, grain: Grain) -> Stored<Vec<BalanceChange>> {
        let rows: Vec<KeptRow> = self.read_settled(|conn, company| {
            use {journal_entries as entries, journal_lines as lines};
            lines::table
                .inner_join(
                    entries::table
                        .on(entries::company_id.eq(lines::company_id).and(entries::id.eq(lines::entry_id))),
                )
                .filter(lines::company_id.eq(company))
                .group_by((lines::account_id, entries::currency_code, entries::period, lines::date))
                .select((
                    lines::account_id,
                    entries::currency_code,
                    entries::period,
                    lines::date,
                    (sum("debit"), sum("credit"), sum("base_debit"), sum("base_credit")),
                ))
                .load(conn)
        })?;
        let by_day: Stored<Vec<BalanceChange>> = rows.into_iter().map(change).collect();
        let company = self.company;
        let rows = folded(by_day?.iter().map(|change| (key(company, change, grain), change.totals)));
        rows.into_iter()
            .map(|((_, account_id, currency, period, date), totals)| {
                let period = parse::text::<PeriodKey>(&period, "period of a line")?;
                Ok(BalanceChange { account_id, currency, period, date, totals })
            })
            .collect()
    }
}

fn change((account, currency, period, date, sums): KeptRow) -> Stored<BalanceChange> {
    Ok(BalanceChange {
        account_id: parse::text(&account, "account of a balance")?,
        currency: parse::currency(&currency)?,
        period: parse::text(&period, "period of a balance")?,
        date,
        totals: totals(sums),
    })
}
