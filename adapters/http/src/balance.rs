//! `/balances` and the trial balance.

use crate::account::{AccountTypeSchema, CategorySchema};
use crate::context::{Context, reading, reading_more};
use crate::csv_file::harmless;
use crate::envelope::{Answer, Envelope};
use crate::path;
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::{Day, Whole};
use crate::service_config::ServiceConfig;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, get};
use partita_application::balance::{self, AccountBalance};
use partita_domain::account::{AccountType, Category};
use partita_domain::balance::{TrialBalance, TrialBalanceRow};
use partita_domain::id::AccountId;
use partita_domain::money::Currency;
use serde::{Deserialize, Serialize};
use std::future::{Ready, ready};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list).service(get_one).service(report_balances).service(trial_balance);
}

/// In which form a report is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportFormat {
    /// As every other answer.
    #[default]
    Json,
    /// As a file of comma-separated values.
    Csv,
}

/// Balances at which date, and in which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BalancesQuery {
    /// Up to and including this date; today by default.
    pub as_of: Option<Day>,
    /// Counts the adjustment periods of the fiscal year of that date up to this one, 13 or 14; none by default.
    #[param(minimum = 13, maximum = 14)]
    pub adjustment_period: Option<i64>,
    /// `json` by default.
    #[param(inline)]
    pub format: Option<ReportFormat>,
}

/// Which span of an account.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccountBalanceQuery {
    /// From this date on; from the beginning by default.
    pub from: Option<Day>,
    /// Up to and including this date; today by default.
    pub to: Option<Day>,
    /// Counts the adjustment periods of the fiscal year of `to` up to this one, 13 or 14; none by default.
    #[param(minimum = 13, maximum = 14)]
    pub adjustment_period: Option<i64>,
}

/// The number of an adjustment period as the use cases take it.
fn narrow(adjustment_period: Option<i64>) -> Result<Option<u8>, Problem> {
    adjustment_period.map(|number| Whole(number).narrow("adjustment_period")).transpose()
}

/// The `{account_id}` of a path.
pub(crate) struct AccountPath(AccountId);

impl FromRequest for AccountPath {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(path::uuid(req, "account_id").map(|id| Self(AccountId(id))))
    }
}

/// The balance of one account.
#[derive(Debug, Serialize, ToSchema)]
pub struct BalanceRowBody {
    /// The account.
    pub account_id: Uuid,
    /// Its number.
    #[schema(example = "1000")]
    pub number: String,
    /// Its name.
    #[schema(example = "Checking")]
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(value_type = AccountTypeSchema, example = "bank")]
    pub account_type: AccountType,
    /// The category that follows from the type.
    #[schema(value_type = CategorySchema, example = "asset")]
    pub category: Category,
    /// Σ debit, minor units.
    #[schema(example = 15000)]
    pub debit_total: i64,
    /// Σ credit, minor units.
    #[schema(example = 5000)]
    pub credit_total: i64,
    /// The balance, minor units, positive on the account's normal side.
    #[schema(example = 10000)]
    pub balance: i64,
}

impl From<&TrialBalanceRow> for BalanceRowBody {
    fn from(row: &TrialBalanceRow) -> Self {
        Self {
            account_id: row.account.id.0,
            number: row.account.number.clone(),
            name: row.account.name.clone(),
            account_type: row.account.account_type,
            category: row.account.account_type.category(),
            debit_total: row.debit_total,
            credit_total: row.credit_total,
            balance: row.balance,
        }
    }
}

/// The balances of all accounts that were posted to.
#[derive(Debug, Serialize, ToSchema)]
pub struct BalancesBody {
    /// Up to and including this date.
    pub as_of: Day,
    /// The base currency, which all amounts are in.
    #[schema(value_type = String, example = "USD")]
    pub currency_code: Currency,
    /// In the order of account numbers.
    pub rows: Vec<BalanceRowBody>,
}

impl From<&TrialBalance> for BalancesBody {
    fn from(report: &TrialBalance) -> Self {
        Self {
            as_of: Day(report.as_of),
            currency_code: report.currency,
            rows: report.rows.iter().map(BalanceRowBody::from).collect(),
        }
    }
}

/// A trial balance.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialBalanceBody {
    /// Up to and including this date.
    pub as_of: Day,
    /// The base currency, which all amounts are in.
    #[schema(value_type = String, example = "USD")]
    pub currency_code: Currency,
    /// In the order of account numbers.
    pub rows: Vec<BalanceRowBody>,
    /// Σ of all debit balances, minor units.
    #[schema(example = 10000)]
    pub total_debit: i64,
    /// Σ of all credit balances, minor units.
    #[schema(example = 10000)]
    pub total_credit: i64,
    /// Whether both are equal.
    #[schema(example = true)]
    pub balanced: bool,
}

impl From<&TrialBalance> for TrialBalanceBody {
    fn from(report: &TrialBalance) -> Self {
        Self {
            as_of: Day(report.as_of),
            currency_code: report.currency,
            rows: report.rows.iter().map(BalanceRowBody::from).collect(),
            total_debit: report.total_debit,
            total_credit: report.total_credit,
            balanced: report.balanced(),
        }
    }
}

/// The balance of an account in one of the currencies that were posted.
#[derive(Debug, Serialize, ToSchema)]
pub struct CurrencyBalanceBody {
    /// The currency.
    #[schema(value_type = String, example = "EUR")]
    pub currency_code: Currency,
    /// The balance at the end, minor units of that currency, positive on the account's normal side.
    #[schema(example = 9000)]
    pub balance: i64,
}

/// The balance of an account and what moved it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountBalanceBody {
    /// The account.
    pub account_id: Uuid,
    /// Its number.
    #[schema(example = "1000")]
    pub number: String,
    /// Its name.
    #[schema(example = "Checking")]
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(value_type = AccountTypeSchema, example = "bank")]
    pub account_type: AccountType,
    /// The category that follows from the type.
    #[schema(value_type = CategorySchema, example = "asset")]
    pub category: Category,
    /// The base currency, which the amounts are in.
    #[schema(value_type = String, example = "USD")]
    pub currency_code: Currency,
    /// From this date on; absent for the beginning.
    pub from: Option<Day>,
    /// Up to and including this date.
    pub to: Day,
    /// The balance before `from`, minor units, positive on the account's normal side.
    #[schema(example = 0)]
    pub opening_balance: i64,
    /// Σ debit within the span, minor units.
    #[schema(example = 15000)]
    pub debit_total: i64,
    /// Σ credit within the span, minor units.
    #[schema(example = 5000)]
    pub credit_total: i64,
    /// The balance at the end, minor units, positive on the account's normal side.
    #[schema(example = 10000)]
    pub balance: i64,
    /// The balance at the end in each currency that was posted.
    pub by_currency: Vec<CurrencyBalanceBody>,
}

impl From<&AccountBalance> for AccountBalanceBody {
    fn from(found: &AccountBalance) -> Self {
        let account = &found.account;
        Self {
            account_id: account.id.0,
            number: account.number.clone(),
            name: account.name.clone(),
            account_type: account.account_type,
            category: account.account_type.category(),
            currency_code: found.base_currency,
            from: found.from.map(Day),
            to: Day(found.to),
            opening_balance: found.opening,
            debit_total: found.debit_total,
            credit_total: found.credit_total,
            balance: found.balance,
            by_currency: found
                .by_currency
                .iter()
                .map(|(currency_code, balance)| CurrencyBalanceBody {
                    currency_code: *currency_code,
                    balance: *balance,
                })
                .collect(),
        }
    }
}

/// List balances
///
/// Of all accounts that were posted to, in base currency, in one answer. The CSV has amounts in decimals of the currency.
#[utoipa::path(tag = "Reports and balances", operation_id = "listBalances", params(BalancesQuery), responses((status = 200, description = "The balances", content((Envelope<BalancesBody> = "application/json"), (String = "text/csv")))))]
#[get("/balances")]
pub(crate) async fn list(context: Context, query: Query<BalancesQuery>) -> Result<HttpResponse, Problem> {
    let format = query.0.format.unwrap_or_default();
    let report = read(&context, query.0).await?;
    match format {
        ReportFormat::Json => Ok(Answer::ok(&context).data(BalancesBody::from(&report))),
        ReportFormat::Csv => file("balances", &report),
    }
}

/// Get the balance of an account
///
/// The balance at the end of a span of dates, and what moved it within the span.
#[utoipa::path(tag = "Reports and balances", operation_id = "getBalance", params(("account_id" = Uuid, Path, description = "The account"), AccountBalanceQuery), responses((status = 200, description = "The balance", body = Envelope<AccountBalanceBody>)))]
#[get("/balances/{account_id}")]
pub(crate) async fn get_one(
    context: Context,
    account: AccountPath,
    query: Query<AccountBalanceQuery>,
) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let query = query.0;
    let adjustment_period = narrow(query.adjustment_period)?;
    let (from, to) = (query.from.map(|day| day.0), query.to.map(|day| day.0));
    let app = Arc::clone(&context.app);
    let found = reading(&context, call.company, move || {
        balance::account_balance(&app, &call, account.0, from, to, adjustment_period)
    })
    .await?;
    Ok(Answer::ok(&context).data(AccountBalanceBody::from(&found)))
}

/// Report balances
///
/// The trial balance, under the name that report tools ask for.
#[utoipa::path(tag = "Reports and balances", operation_id = "reportBalances", params(BalancesQuery), responses((status = 200, description = "The trial balance", content((Envelope<TrialBalanceBody> = "application/json"), (String = "text/csv")))))]
#[get("/reports/balances")]
pub(crate) async fn report_balances(
    context: Context,
    query: Query<BalancesQuery>,
) -> Result<HttpResponse, Problem> {
    answer_trial_balance(&context, query.0).await
}

/// Report the trial balance
///
/// All accounts that were posted to, in base currency, with the sums of debit and credit balances. The CSV has amounts in decimals of the currency.
#[utoipa::path(tag = "Reports and balances", operation_id = "reportTrialBalance", params(BalancesQuery), responses((status = 200, description = "The trial balance", content((Envelope<TrialBalanceBody> = "application/json"), (String = "text/csv")))))]
#[get("/reports/trial-balance")]
pub(crate) async fn trial_balance(
    context: Context,
    query: Query<BalancesQuery>,
) -> Result<HttpResponse, Problem> {
    answer_trial_balance(&context, query.0).await
}

async fn answer_trial_balance(context: &Context, query: BalancesQuery) -> Result<HttpResponse, Problem> {
    let format = query.format.unwrap_or_default();
    let report = read(context, query).await?;
    match format {
        ReportFormat::Json => Ok(Answer::ok(context).data(TrialBalanceBody::from(&report))),
        ReportFormat::Csv => file("trial-balance", &report),
    }
}

async fn read(context: &Context, query: BalancesQuery) -> Result<TrialBalance, Problem> {
    let call = context.call()?;
    let adjustment_period = narrow(query.adjustment_period)?;
    let as_of = query.as_of.map(|day| day.0);
    let app = Arc::clone(&context.app);
    reading_more(context, call.company, move || balance::trial_balance(&app, &call, as_of, adjustment_period))
        .await
}

/// The report as a file to be saved.
fn file(name: &str, report: &TrialBalance) -> Result<HttpResponse, Problem> {
    let bytes = csv(report).map_err(Problem::internal)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}-{}.csv\"", report.as_of)))
        .body(bytes))
}

fn csv(report: &TrialBalance) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record([
        "account_id",
        "number",
        "name",
        "type",
        "category",
        "currency_code",
        "debit_total",
        "credit_total",
        "balance",
    ])?;
    let decimal = |minor: i64| report.currency.decimal(minor.into());
    for row in &report.rows {
        let account = &row.account;
        writer.write_record([
            account.id.to_string().as_str(),
            &harmless(&account.number),
            &harmless(&account.name),
            account.account_type.name(),
            account.account_type.category().name(),
            report.currency.code(),
            &decimal(row.debit_total),
            &decimal(row.credit_total),
            &decimal(row.balance),
        ])?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use partita_domain::account::Account;
    use partita_domain::metadata::Metadata;
    use time::macros::{date, datetime};

    fn row(name: &str, account_type: AccountType, debit_total: i64, credit_total: i64) -> TrialBalanceRow {
        let account = Account {
            id: AccountId(Uuid::nil()),
            external_id: None,
            number: "1000".to_owned(),
            name: name.to_owned(),
            account_type,
            parent_id: None,
            currency_code: None,
            description: None,
            report_group: None,
            is_active: true,
            is_system: false,
            is_cash: false,
            metadata: Metadata::default(),
            created_at: datetime!(2026-01-01 0:00),
            updated_at: datetime!(2026-01-01 0:00),
            version: 1,
        };
        TrialBalanceRow { account, debit_total, credit_total, balance: debit_total - credit_total }
    }

    #[test]
    fn a_csv_has_decimals_and_no_formulas() {
        let mut report = TrialBalance {
            as_of: date!(2026 - 03 - 31),
            currency: Currency::USD,
            rows: vec![
                row("Cash, \"till\"", AccountType::Bank, 12345, 20000),
                row("=SUM(A1)", AccountType::Expense, 7655, 0),
            ],
            total_debit: 7655,
            total_credit: 7655,
        };
        let text = |report: &TrialBalance| String::from_utf8(csv(report).unwrap()).unwrap();
        let id = Uuid::nil();
        assert_eq!(
            text(&report),
            format!(
                "account_id,number,name,type,category,currency_code,debit_total,credit_total,balance\r\n\
                 {id},1000,\"Cash, \"\"till\"\"\",bank,asset,USD,123.45,200.00,-76.55\r\n\
                 {id},1000,'=SUM(A1),expense,expense,USD,76.55,0.00,76.55\r\n"
            )
        );
        report.rows.clear();
        report.currency = Currency::parse("JPY", "").unwrap();
        assert_eq!(text(&report).lines().count(), 1);
    }

    #[test]
    fn only_what_begins_like_a_formula_gets_an_apostrophe() {
        for text in ["=1", "+1", "-1", "@a"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["", "1000", "a=b", "'=1"] {
            assert_eq!(harmless(text), text);
        }
    }
}
