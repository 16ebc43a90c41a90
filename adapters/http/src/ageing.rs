//! What is owed by customers and to vendors, by how long it is overdue.

use crate::balance::ReportFormat;
use crate::context::{Context, blocking};
use crate::csv_file::{file, harmless};
use crate::envelope::{Answer, Envelope};
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::Day;
use crate::service_config::ServiceConfig;
use actix_web::{HttpResponse, get};
use partita_application::ageing::{self, AgedAccount, AgeingReport, NamedRow};
use partita_domain::ageing::{AgedAmounts, Bucket, OpenOnDay};
use partita_domain::id::ContactId;
use partita_domain::money::Currency;
use partita_domain::payment::OpenItemSource;
use partita_domain::tax::Trade;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use time::Date;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(receivables).service(payables);
}

/// On which day, of whom, and in which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AgeingQuery {
    /// At the end of this day; today by default.
    pub as_of: Option<Day>,
    /// Of this contact only.
    pub contact_id: Option<Uuid>,
    /// Whether each row lists its documents; false by default.
    pub details: Option<bool>,
    /// `json` by default.
    #[param(inline)]
    pub format: Option<ReportFormat>,
}

/// Amounts by how long they are overdue, minor units.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgedAmountsBody {
    /// Not due yet.
    #[schema(example = 10000)]
    pub current: i64,
    /// Overdue by 1 to 30 days.
    #[schema(example = 5000)]
    pub days_1_30: i64,
    /// Overdue by 31 to 60 days.
    #[schema(example = 0)]
    pub days_31_60: i64,
    /// Overdue by 61 to 90 days.
    #[schema(example = 0)]
    pub days_61_90: i64,
    /// Overdue by more than 90 days.
    #[schema(example = 0)]
    pub over_90: i64,
    /// What takes from it: open credits, and what is left of payments. Zero or less.
    #[schema(example = -2000)]
    pub unapplied: i64,
    /// Σ of all.
    #[schema(example = 13000)]
    pub total: i64,
}

impl From<&AgedAmounts> for AgedAmountsBody {
    fn from(amounts: &AgedAmounts) -> Self {
        Self {
            current: amounts.of(Bucket::Current),
            days_1_30: amounts.of(Bucket::Days1To30),
            days_31_60: amounts.of(Bucket::Days31To60),
            days_61_90: amounts.of(Bucket::Days61To90),
            over_90: amounts.of(Bucket::Over90),
            unapplied: amounts.of(Bucket::Unapplied),
            total: amounts.total,
        }
    }
}

/// Something that was open.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgedDocumentBody {
    /// `invoice`, `credit_note`, `bill`, `vendor_credit` or `payment`.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "invoice")]
    pub document_type: &'static str,
    /// Its id.
    pub id: Uuid,
    /// Its number.
    #[schema(example = "INV-2026-000001")]
    pub number: String,
    /// Its date.
    pub date: Day,
    /// When it is due.
    pub due_date: Option<Day>,
    /// By how many days it is overdue; 0 when it is not, or takes from what is owed.
    #[schema(example = 12)]
    pub days_overdue: i64,
    /// The column that it counts in.
    #[schema(value_type = String, example = "days_1_30")]
    pub bucket: &'static str,
    /// Its total, minor units; with the sign of `open`.
    #[schema(example = 8000)]
    pub total: i64,
    /// What was open of it, minor units; below zero where it takes from what is owed.
    #[schema(example = 5000)]
    pub open: i64,
    /// The same in base currency.
    #[schema(example = 5000)]
    pub base_open: i64,
}

impl AgedDocumentBody {
    fn of(item: &OpenOnDay, day: Date) -> Self {
        let (document_type, id) = match item.source {
            OpenItemSource::Document { kind, id } => (kind.name(), id.0),
            OpenItemSource::Payment { id, .. } => ("payment", id.0),
        };
        let (open, base_open) = item.signed();
        let adds = item.adds();
        Self {
            document_type,
            id,
            number: item.number.clone(),
            date: Day(item.date),
            due_date: item.due_date.map(Day),
            days_overdue: if adds { item.days_overdue(day).max(0) } else { 0 },
            bucket: item.bucket(day).name(),
            total: if adds { item.total } else { item.total.saturating_neg() },
            open,
            base_open,
        }
    }
}

/// What a contact owes, or is owed, in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgedRowBody {
    /// The contact.
    pub contact_id: Uuid,
    /// Its name.
    #[schema(example = "Harbour Books Ltd")]
    pub contact_name: String,
    /// The currency of the amounts.
    #[schema(value_type = String, example = "USD")]
    pub currency_code: Currency,
    /// The amounts.
    #[serde(flatten)]
    pub amounts: AgedAmountsBody,
    /// The total in base currency, at what the documents were recognised with.
    #[schema(example = 13000)]
    pub base_total: i64,
    /// What it consists of, the longest overdue first; with `details=true` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documents: Option<Vec<AgedDocumentBody>>,
}

/// An account beside what stands on it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgedAccountBody {
    /// The account.
    pub account_id: Uuid,
    /// Its number.
    #[schema(example = "1100")]
    pub number: String,
    /// Its name.
    #[schema(example = "Accounts Receivable")]
    pub name: String,
    /// Σ of what is open on it, minor units of base currency, positive on its normal side.
    #[schema(example = 15000)]
    pub open: i64,
    /// Its balance on the day, the same way.
    #[schema(example = 15000)]
    pub balance: i64,
    /// Balance less open: zero, unless an entry names the account without a document.
    #[schema(example = 0)]
    pub difference: i64,
}

impl From<&AgedAccount> for AgedAccountBody {
    fn from(aged: &AgedAccount) -> Self {
        Self {
            account_id: aged.account.id.0,
            number: aged.account.number.clone(),
            name: aged.account.name.clone(),
            open: aged.open,
            balance: aged.balance,
            difference: aged.balance.saturating_sub(aged.open),
        }
    }
}

/// What is owed on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgeingBody {
    /// At the end of this day.
    pub as_of: Day,
    /// The base currency, which the totals are in.
    #[schema(value_type = String, example = "USD")]
    pub base_currency: Currency,
    /// By name of the contact, then currency.
    pub rows: Vec<AgedRowBody>,
    /// All rows in base currency.
    pub totals: AgedAmountsBody,
    /// The control accounts and those of advances, beside their balances; empty with `contact_id`.
    pub accounts: Vec<AgedAccountBody>,
}

impl AgeingBody {
    fn of(report: &AgeingReport, details: bool) -> Self {
        let rows = report.rows.iter().map(|NamedRow { contact_name, row }| AgedRowBody {
            contact_id: row.contact_id.0,
            contact_name: contact_name.clone(),
            currency_code: row.currency,
            amounts: AgedAmountsBody::from(&row.amounts),
            base_total: row.base.total,
            documents: details
                .then(|| row.items.iter().map(|item| AgedDocumentBody::of(item, report.as_of)).collect()),
        });
        Self {
            as_of: Day(report.as_of),
            base_currency: report.base_currency,
            rows: rows.collect(),
            totals: AgedAmountsBody::from(&report.totals),
            accounts: report.accounts.iter().map(AgedAccountBody::from).collect(),
        }
    }
}

/// Report what customers owe
///
/// By customer and currency, by how long it is overdue at the end of a day; what has no due date counts by its date. What was applied or made void after the day does not count. `unapplied` has open credit notes and what is left of payments, below zero. The CSV has amounts in decimals of the currency, and ends with the totals in base currency.
#[utoipa::path(tag = "Reports and balances", operation_id = "reportReceivablesAgeing", params(AgeingQuery), responses((status = 200, description = "What customers owe", content((Envelope<AgeingBody> = "application/json"), (String = "text/csv")))))]
#[get("/reports/ar-aging")]
pub(crate) async fn receivables(
    context: Context,
    query: Query<AgeingQuery>,
) -> Result<HttpResponse, Problem> {
    answer(&context, Trade::Sale, "ar-aging", query.0).await
}

/// Report what is owed to vendors
///
/// By vendor and currency, by how long it is overdue at the end of a day; what has no due date counts by its date. What was applied or made void after the day does not count. `unapplied` has open vendor credits and what is left of payments, below zero. The CSV has amounts in decimals of the currency, and ends with the totals in base currency.
#[utoipa::path(tag = "Reports and balances", operation_id = "reportPayablesAgeing", params(AgeingQuery), responses((status = 200, description = "What is owed to vendors", content((Envelope<AgeingBody> = "application/json"), (String = "text/csv")))))]
#[get("/reports/ap-aging")]
pub(crate) async fn payables(context: Context, query: Query<AgeingQuery>) -> Result<HttpResponse, Problem> {
    answer(&context, Trade::Purchase, "ap-aging", query.0).await
}

async fn answer(
    context: &Context,
    trade: Trade,
    name: &str,
    query: AgeingQuery,
) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let (as_of, contact) = (query.as_of.map(|day| day.0), query.contact_id.map(ContactId));
    let details = query.details.unwrap_or_default();
    let app = Arc::clone(&context.app);
    let report = blocking(move || ageing::ageing(&app, &call, trade, as_of, contact)).await?;
    match query.format.unwrap_or_default() {
        ReportFormat::Json => Ok(Answer::ok(context).data(AgeingBody::of(&report, details))),
        ReportFormat::Csv => {
            let (header, rows) = table(&report, details);
            file(&format!("{name}-{}", report.as_of), &header, &rows)
        }
    }
}

const BEFORE: [&str; 3] = ["contact_id", "contact_name", "currency_code"];
const DETAILS: [&str; 5] = ["type", "id", "number", "date", "due_date"];

/// The report as a table: with details one row for each document, else one for each contact and currency.
fn table(report: &AgeingReport, details: bool) -> (Vec<&'static str>, Vec<Vec<String>>) {
    let about: &[&str] = if details { &DETAILS } else { &[] };
    let buckets = Bucket::ALL.map(Bucket::name);
    let header = [BEFORE.as_slice(), about, &buckets, &["total", "base_total"]].concat();
    let base = |minor: i64| report.base_currency.decimal(minor.into());
    let mut rows = Vec::new();
    for NamedRow { contact_name, row } in &report.rows {
        let decimal = |minor: i64| row.currency.decimal(minor.into());
        let begin = || {
            vec![
                row.contact_id.to_string(),
                harmless(contact_name).into_owned(),
                row.currency.code().to_owned(),
            ]
        };
        if !details {
            let mut cells = begin();
            cells.extend(Bucket::ALL.map(|bucket| decimal(row.amounts.of(bucket))));
            cells.extend([decimal(row.amounts.total), base(row.base.total)]);
            rows.push(cells);
            continue;
        }
        for item in &row.items {
            let document = AgedDocumentBody::of(item, report.as_of);
            let mut cells = begin();
            cells.extend([
                document.document_type.to_owned(),
                document.id.to_string(),
                harmless(&document.number).into_owned(),
                item.date.to_string(),
                item.due_date.map(|date| date.to_string()).unwrap_or_default(),
            ]);
            let here = item.bucket(report.as_of);
            cells.extend(Bucket::ALL.map(|bucket| decimal(if bucket == here { document.open } else { 0 })));
            cells.extend([decimal(document.open), base(document.base_open)]);
            rows.push(cells);
        }
    }
    let mut last = vec![String::new(), "Total".to_owned(), report.base_currency.code().to_owned()];
    last.extend(about.iter().map(|_| String::new()));
    last.extend(Bucket::ALL.map(|bucket| base(report.totals.of(bucket))));
    last.extend([base(report.totals.total), base(report.totals.total)]);
    rows.push(last);
    (header, rows)
}
