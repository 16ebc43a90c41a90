//! Books of many lines, written as rows into the migrated schema: five years of trade, two lines an entry, kept balances,
//! counters and heads as the service would have them. Their hashes have the right length but prove nothing, and the
//! trail of changes knows only of the entries that came through the API.

mod postgres;
mod sqlite;

use crate::books::{Books, Place};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fmt::Write;
use time::{Date, Duration, Month};

const ACCOUNTS: usize = 40;
const FIRST_YEAR: i32 = 2021;
const YEARS: i32 = 5;
/// The last month but some days, so that a report needs months and days.
pub(crate) const LATE: &str = "2025-12-17";
/// Some days from the beginning.
pub(crate) const EARLY: &str = "2021-01-05";

/// A day of the books.
struct Day {
    date: String,
    period: String,
    year: i32,
    /// 1970-01-01 is 0.
    unix_day: u64,
}

/// An entry whose first account is debited and whose second is credited.
struct Entry {
    position: u64,
    id: String,
    number: String,
    day: usize,
    memo: String,
    amount: i64,
    debit: usize,
    credit: usize,
    created_at: String,
    previous_hash: String,
    hash: String,
}

/// Makes entries, and keeps what they sum to.
struct Trade {
    company: String,
    created_by: String,
    accounts: Vec<String>,
    days: Vec<Day>,
    random: u64,
    hash: String,
    first: u64,
    next: u64,
    count: u64,
    numbers: Vec<u64>,
    per_month: Vec<u64>,
    /// Debits and credits of each account and day.
    sums: Vec<(i64, i64)>,
    turnover: i64,
}

/// Founds books and fills them with so many lines.
pub(crate) fn make(place: &Place, lines: u64) -> Result<Books> {
    let books = Books::found(place)?;
    let mut trade = Trade::prepare(&books, lines / 2)?;
    match place {
        Place::File => sqlite::write(&books.directory.path().join("books.db"), &mut trade)?,
        Place::Server(cluster) => postgres::write(cluster, &books.url, &mut trade)?,
    }
    let service = books.serve()?;
    let listed = service.whole("GET", "/api/v1/entries?limit=1", "")?;
    if listed["meta"]["total_count"] != lines / 2 {
        bail!("the books do not have {lines} lines: {listed}");
    }
    let report = service.get("/api/v1/reports/trial-balance?as_of=2026-01-01")?;
    let rows = report["rows"].as_array().context("a trial balance")?;
    let debits: i64 = rows.iter().filter_map(|row| row["debit_total"].as_i64()).sum();
    if report["balanced"] != true || debits * 2 != trade.turnover {
        bail!("the kept balances are not those of the entries");
    }
    service.stop()?;
    Ok(books)
}

fn days() -> Result<Vec<Day>> {
    let mut days = Vec::new();
    let mut date = Date::from_calendar_date(FIRST_YEAR, Month::January, 1)?;
    while date.year() < FIRST_YEAR + YEARS {
        let month = u8::from(date.month());
        days.push(Day {
            date: format!("{}-{month:02}-{:02}", date.year(), date.day()),
            period: format!("{}-{month:02}", date.year()),
            year: date.year(),
            unix_day: u64::try_from(date.to_julian_day() - 2_440_588)?,
        });
        date += Duration::DAY;
    }
    Ok(days)
}

impl Trade {
    /// An entry in each month comes through the API, so that periods and counters are the service's own.
    fn prepare(books: &Books, count: u64) -> Result<Self> {
        let service = books.serve()?;
        let months = YEARS * 12;
        let bodies: Vec<String> = (0..months)
            .map(|month| {
                format!(
                    r#"{{"date":"{}-{:02}-01","lines":[{{"account_number":"6000","debit":100}},{{"account_number":"1000","credit":100}}]}}"#,
                    FIRST_YEAR + month / 12,
                    month % 12 + 1
                )
            })
            .collect();
        service.post("/api/v1/entries/batch", &format!(r#"{{"entries":[{}]}}"#, bodies.join(",")))?;
        let newest = service.get("/api/v1/entries?limit=1")?;
        let accounts = service.get("/api/v1/accounts?limit=500")?;
        service.stop()?;
        let ids =
            accounts.as_array().context("accounts")?.iter().filter_map(|account| account["id"].as_str());
        let accounts: Vec<String> = ids.take(ACCOUNTS).map(str::to_owned).collect();
        if accounts.len() < ACCOUNTS {
            bail!("the chart has fewer than {ACCOUNTS} accounts");
        }
        let days = days()?;
        let first = u64::try_from(months)? + 1;
        Ok(Self {
            company: books.company.clone(),
            created_by: format!("key:{}", books.key_id),
            sums: vec![(0, 0); accounts.len() * days.len()],
            accounts,
            days,
            random: 0x9E37_79B9_7F4A_7C15,
            hash: newest[0]["hash"].as_str().context("a hash")?.to_owned(),
            first,
            next: first,
            count,
            numbers: vec![13; usize::try_from(YEARS)?],
            per_month: vec![0; usize::try_from(months)?],
            turnover: i64::from(months) * 200,
        })
    }

    /// Splitmix64: the same books every time.
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.random;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }

    /// Few accounts have most of the lines.
    fn account(&mut self) -> usize {
        let (a, b) = (self.random() % 1_000, self.random() % 1_000);
        usize::try_from(a * b).unwrap_or_default() * self.accounts.len() / 1_000_000
    }

    fn sum(&mut self, account: usize, day: usize, debit: i64, credit: i64) {
        if let Some(sums) = self.sums.get_mut(account * self.days.len() + day) {
            sums.0 += debit;
            sums.1 += credit;
        }
    }

    fn entry(&mut self) -> Option<Entry> {
        if self.next > self.count {
            return None;
        }
        let position = self.next;
        self.next += 1;
        let done = position - self.first;
        let span = self.count + 1 - self.first;
        let day_count = u64::try_from(self.days.len()).ok()?;
        let day = usize::try_from(done * day_count / span).ok()?;
        let debit = self.account();
        let credit = (debit + 1 + self.account() % (self.accounts.len() - 1)) % self.accounts.len();
        let amount = i64::try_from(self.random() % 500_000).ok()? + 100;
        self.sum(debit, day, amount, 0);
        self.sum(credit, day, 0, amount);
        self.turnover += amount * 2;
        let mut hash = String::with_capacity(64);
        for _ in 0..4 {
            write!(hash, "{:016x}", self.random()).ok()?;
        }
        let noise = self.random();
        let place = self.days.get(day)?;
        let year = usize::try_from(place.year - FIRST_YEAR).ok()?;
        let month: usize = place.period.get(5..)?.parse().ok()?;
        *self.per_month.get_mut(year * 12 + month - 1)? += 1;
        let number = self.numbers.get_mut(year)?;
        // Ids sort as the entries do: the first 48 bits are a time.
        let millis = place.unix_day * 86_400_000 + done * day_count * 86_400_000 / span % 86_400_000;
        let seconds = millis / 1_000 % 86_400;
        let entry = Entry {
            position,
            id: format!(
                "{:08x}-{:04x}-7{:03x}-8{:03x}-{:012x}",
                millis >> 16,
                millis & 0xFFFF,
                noise >> 52,
                noise & 0xFFF,
                noise >> 16
            ),
            number: format!("JE-{}-{number:06}", place.year),
            day,
            memo: format!("Invoice {} of customer {}", position, noise % 997),
            amount,
            debit,
            credit,
            created_at: format!(
                "{} {:02}:{:02}:{:02}.{:06}",
                place.date,
                seconds / 3_600,
                seconds / 60 % 60,
                seconds % 60,
                millis % 1_000 * 1_000
            ),
            previous_hash: std::mem::replace(&mut self.hash, hash.clone()),
            hash,
        };
        *number += 1;
        Some(entry)
    }

    /// Statements for both databases that make the rest of the books agree with the entries.
    fn closing(&self) -> Result<String> {
        let company = &self.company;
        let mut sql = format!(
            "UPDATE ledger_heads SET entry_position = {}, entry_hash = '{}', turnover = {} WHERE company_id = '{company}';\n",
            self.next - 1,
            self.hash,
            self.turnover
        );
        for (year, next) in self.numbers.iter().enumerate() {
            let year = FIRST_YEAR + i32::try_from(year)?;
            writeln!(
                sql,
                "UPDATE sequence_counters SET next_number = {next} WHERE company_id = '{company}' AND scope = {year};"
            )?;
        }
        for (month, count) in self.per_month.iter().enumerate() {
            let year = FIRST_YEAR + i32::try_from(month / 12)?;
            let month = month % 12 + 1;
            writeln!(
                sql,
                "UPDATE periods SET entry_count = entry_count + {count} WHERE company_id = '{company}' AND period = '{year}-{month:02}';"
            )?;
        }
        let mut rows = [Vec::new(), Vec::new()];
        for (account, id) in self.accounts.iter().enumerate() {
            let of_account =
                self.sums.chunks(self.days.len()).nth(account).context("the sums of an account")?;
            let mut month: (&str, i64, i64) = ("", 0, 0);
            let row = |period: &str, date: &str, debit: i64, credit: i64| {
                format!("('{company}','{id}','USD','{period}','{date}',{debit},{credit},{debit},{credit})")
            };
            for (day, (debit, credit)) in self.days.iter().zip(of_account) {
                if day.period != month.0 {
                    if month.1 + month.2 > 0 {
                        rows[1].push(row(month.0, &format!("{}-01", month.0), month.1, month.2));
                    }
                    month = (&day.period, 0, 0);
                }
                month = (month.0, month.1 + debit, month.2 + credit);
                if debit + credit > 0 {
                    rows[0].push(row(&day.period, &day.date, *debit, *credit));
                }
            }
            if month.1 + month.2 > 0 {
                rows[1].push(row(month.0, &format!("{}-01", month.0), month.1, month.2));
            }
        }
        for (table, rows) in ["balances_by_day", "balances_by_month"].iter().zip(&rows) {
            for part in rows.chunks(500) {
                writeln!(
                    sql,
                    "INSERT INTO {table} AS kept VALUES {} ON CONFLICT (company_id, account_id, currency_code, period, date) \
                     DO UPDATE SET debit = kept.debit + excluded.debit, credit = kept.credit + excluded.credit, \
                     base_debit = kept.base_debit + excluded.base_debit, base_credit = kept.base_credit + excluded.base_credit;",
                    part.join(",")
                )?;
            }
        }
        Ok(sql)
    }
}

/// The ids of entries all over the books.
pub(crate) fn some_entries(service: &crate::books::Service) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    for from in ["2021-01-01", "2022-03-01", "2023-05-01", "2024-07-01", "2025-09-01"] {
        let listed = service.get(&format!("/api/v1/entries?limit=100&sort=date&from={from}"))?;
        let listed: &Vec<Value> = listed.as_array().context("entries")?;
        ids.extend(listed.iter().filter_map(|entry| entry["id"].as_str()).map(str::to_owned));
    }
    Ok(ids)
}
