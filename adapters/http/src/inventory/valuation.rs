//! What all stocks are worth at a date.

use crate::balance::ReportFormat;
use crate::context::{Context, blocking};
use crate::csv_file::{file, harmless};
use crate::envelope::{Answer, Envelope};
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::Day;
use crate::unit_price::rounded;
use actix_web::{HttpResponse, get};
use partita_application::inventory::{self, Valuation};
use partita_domain::money::Currency;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// At which date, and in which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ValuationQuery {
    /// Up to and including this date; today by default.
    pub as_of: Option<Day>,
    /// `json` by default.
    #[param(inline)]
    pub format: Option<ReportFormat>,
}

/// An item that there is something of.
#[derive(Debug, Serialize, ToSchema)]
pub struct ValuedItemBody {
    /// The item.
    pub item_id: Uuid,
    /// Its name.
    pub name: String,
    /// Its number in stock.
    pub sku: Option<String>,
    /// The inventory account that takes its value.
    pub asset_account_id: Option<Uuid>,
    /// How many there are.
    #[schema(example = "12")]
    pub quantity_on_hand: String,
    /// What one costs on average, minor units, rounded.
    pub average_cost: Option<i64>,
    /// What one costs on average, to 12 places.
    #[schema(max_length = 30, example = "0.0125")]
    pub average_cost_decimal: Option<String>,
    /// What they cost in all, minor units.
    pub asset_value: i64,
}

/// An inventory account beside the stocks that it stands for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ValuedAccountBody {
    /// The account.
    pub account_id: Uuid,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Σ of the values of its items, minor units.
    pub asset_value: i64,
    /// The balance of the account, minor units.
    pub balance: i64,
    /// Balance less value: zero, unless an entry names the account without moving a stock.
    pub difference: i64,
}

/// What all stocks are worth.
#[derive(Debug, Serialize, ToSchema)]
pub struct ValuationBody {
    /// Up to and including this date.
    pub as_of: Day,
    /// The base currency, which all amounts are in.
    #[schema(value_type = String, example = "USD")]
    pub currency_code: Currency,
    /// The items that there is something of, by name.
    pub items: Vec<ValuedItemBody>,
    /// The inventory accounts, by number.
    pub accounts: Vec<ValuedAccountBody>,
    /// Σ of the values, minor units.
    pub total: i64,
}

impl From<&Valuation> for ValuationBody {
    fn from(valuation: &Valuation) -> Self {
        let items = valuation.items.iter().map(|valued| ValuedItemBody {
            item_id: valued.item.id.0,
            name: valued.item.name.clone(),
            sku: valued.item.sku.clone(),
            asset_account_id: valued.item.asset_account_id.map(|id| id.0),
            quantity_on_hand: valued.quantity.to_string(),
            average_cost: valued.average_cost().and_then(rounded),
            average_cost_decimal: valued.average_cost().map(|price| price.to_string()),
            asset_value: valued.value,
        });
        let accounts = valuation.accounts.iter().map(|valued| ValuedAccountBody {
            account_id: valued.account.id.0,
            number: valued.account.number.clone(),
            name: valued.account.name.clone(),
            asset_value: valued.stock_value,
            balance: valued.balance,
            difference: valued.balance.saturating_sub(valued.stock_value),
        });
        Self {
            as_of: Day(valuation.as_of),
            currency_code: valuation.base_currency,
            items: items.collect(),
            accounts: accounts.collect(),
            total: valuation.total,
        }
    }
}

/// Report what all stocks are worth
///
/// By item and by inventory account, beside the balance of the account. The CSV has the items, amounts in decimals of the base currency, and ends with the total.
#[utoipa::path(tag = "Reports and balances", operation_id = "reportInventoryValuation", params(ValuationQuery), responses((status = 200, description = "The valuation", content((Envelope<ValuationBody> = "application/json"), (String = "text/csv")))))]
#[get("/reports/inventory-valuation")]
pub(crate) async fn report(context: Context, query: Query<ValuationQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let as_of = query.0.as_of.map(|day| day.0);
    let app = Arc::clone(&context.app);
    let valuation = blocking(move || inventory::valuation(&app, &call, as_of)).await?;
    match query.0.format.unwrap_or_default() {
        ReportFormat::Json => Ok(Answer::ok(&context).data(ValuationBody::from(&valuation))),
        ReportFormat::Csv => {
            file(&format!("inventory-valuation-{}", valuation.as_of), &HEADER, &table(&valuation))
        }
    }
}

const HEADER: [&str; 7] =
    ["item_id", "sku", "name", "currency_code", "quantity_on_hand", "average_cost", "asset_value"];

/// The items as a table, and their total.
fn table(valuation: &Valuation) -> Vec<Vec<String>> {
    let currency = valuation.base_currency;
    let decimal = |minor: i64| currency.decimal(minor.into());
    let code = || currency.code().to_owned();
    let mut rows: Vec<Vec<String>> = valuation
        .items
        .iter()
        .map(|valued| {
            vec![
                valued.item.id.to_string(),
                harmless(valued.item.sku.as_deref().unwrap_or_default()).into_owned(),
                harmless(&valued.item.name).into_owned(),
                code(),
                valued.quantity.to_string(),
                valued.average_cost().and_then(rounded).map(decimal).unwrap_or_default(),
                decimal(valued.value),
            ]
        })
        .collect();
    let none = String::new;
    rows.push(vec![none(), none(), "Total".to_owned(), code(), none(), none(), decimal(valuation.total)]);
    rows
}
