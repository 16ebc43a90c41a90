//! The summary of taxes, and what it consists of.

pub mod body;

use crate::balance::ReportFormat;
use crate::context::{Context, blocking};
use crate::csv_file::{file, harmless};
use crate::envelope::{Answer, Envelope};
use crate::paging::list_query;
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::Day;
use crate::service_config::ServiceConfig;
use actix_web::{HttpResponse, get};
use body::{TaxEntryBody, TaxReportBody, rate_of, side};
use partita_application::ports::TaxEntryPlace;
use partita_application::tax_entry::{self, TaxEntryQuery, TaxReport};
use partita_domain::fiscal_calendar::{EARLIEST, LATEST};
use partita_domain::id::{DocumentId, TaxCodeId};
use serde::Deserialize;
use std::sync::Arc;
use time::Date;
use utoipa::IntoParams;
use uuid::Uuid;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(summary).service(list);
}

/// Which period, and in which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TaxReportQuery {
    /// From this date on.
    pub from: Day,
    /// Up to and including this date.
    pub to: Day,
    /// `json` by default.
    #[param(inline)]
    pub format: Option<ReportFormat>,
}

list_query! {
    /// Which tax entries.
    TaxEntriesQuery {
        /// From this date on.
        from: Day,
        /// Up to and including this date.
        to: Day,
        /// Of this code.
        tax_code_id: Uuid,
        /// With an amount in this box of the return.
        #[serde(rename = "box")]
        #[param(rename = "box")]
        in_box: String,
        /// Of this document.
        document_id: Uuid,
    }
}

/// A cursor is the place of the last entry seen.
fn read_cursor(text: &str) -> Option<TaxEntryPlace> {
    let mut parts = text.split('_');
    let date = Date::from_julian_day(parts.next()?.parse().ok()?).ok()?;
    let place = (date, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next().is_none().then_some(place)
}

fn write_cursor((date, entry, line_number): &TaxEntryPlace) -> String {
    format!("{}_{entry}_{line_number}", date.to_julian_day())
}

/// Report taxes by box of the return
///
/// Between two dates, both included, in base currency, by box (`report_box` of the tax codes) and by tax code. Voids, discounts for paying early and what takes them back count in the period of their own date, and so does what is due on payment as it is paid. Amounts are exact; what a return rounds to whole units is rounded in the filing. Where a code of the United Kingdom counts, boxes 3 and 5 are derived. The CSV has a row for each box and each code, with amounts in decimals.
#[utoipa::path(tag = "Reports and balances", operation_id = "reportTaxes", params(TaxReportQuery), responses((status = 200, description = "The taxes", content((Envelope<TaxReportBody> = "application/json"), (String = "text/csv")))))]
#[get("/reports/vat")]
pub(crate) async fn summary(context: Context, query: Query<TaxReportQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let TaxReportQuery { from, to, format } = query.0;
    let app = Arc::clone(&context.app);
    let report = blocking(move || tax_entry::summary(&app, &call, from.0, to.0)).await?;
    match format.unwrap_or_default() {
        ReportFormat::Json => Ok(Answer::ok(&context).data(TaxReportBody::of(&report))),
        ReportFormat::Csv => file(&format!("vat-{}-{}", report.from, report.to), &COLUMNS, &table(&report)),
    }
}

/// List tax entries
///
/// What the taxes of a period consist of, oldest first: one entry for each tax code of each posting, void, discount, and payment of what is due on payment. They never change.
#[utoipa::path(tag = "Reports and balances", operation_id = "listTaxEntries", params(TaxEntriesQuery), responses((status = 200, description = "Some tax entries", body = Envelope<Vec<TaxEntryBody>>)))]
#[get("/reports/vat/entries")]
pub(crate) async fn list(context: Context, query: Query<TaxEntriesQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let paging = query.0.paging()?;
    let page = paging.page(read_cursor)?;
    let query = TaxEntryQuery {
        from: query.0.from.map_or(EARLIEST, |day| day.0),
        to: query.0.to.map_or(LATEST, |day| day.0),
        tax_code_id: query.0.tax_code_id.map(TaxCodeId),
        in_box: query.0.in_box,
        document_id: query.0.document_id.map(DocumentId),
    };
    let app = Arc::clone(&context.app);
    let listed = blocking(move || tax_entry::list(&app, &call, &query, &page)).await?;
    Ok(Answer::ok(&context).list(&paging, listed, |told| TaxEntryBody::from(told), write_cursor))
}

const COLUMNS: [&str; 12] = [
    "type",
    "box",
    "tax_code_id",
    "code",
    "name",
    "rate_decimal",
    "side",
    "kind",
    "amount",
    "base",
    "tax",
    "recoverable",
];

fn table(report: &TaxReport) -> Vec<Vec<String>> {
    let decimal = |minor: i64| report.base_currency.decimal(minor.into());
    let boxes = report.summary.boxes.iter().map(|each| {
        let mut cells = vec!["box".to_owned(), harmless(&each.name).into_owned()];
        cells.extend((0..6).map(|_| String::new()));
        cells.push(decimal(each.amount));
        cells.extend((0..3).map(|_| String::new()));
        cells
    });
    let codes = report.codes.iter().map(|(code, sum)| {
        vec![
            "code".to_owned(),
            String::new(),
            code.id.to_string(),
            harmless(&code.code).into_owned(),
            harmless(&code.name).into_owned(),
            rate_of(code),
            side(sum.trade).to_owned(),
            sum.kind.name().to_owned(),
            String::new(),
            decimal(sum.amounts.base),
            decimal(sum.amounts.tax),
            decimal(sum.amounts.recoverable),
        ]
    });
    boxes.chain(codes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_as_they_were() {
        let place = (time::macros::date!(2026 - 03 - 31), partita_domain::id::EntryId(Uuid::from_u128(7)), 3);
        assert_eq!(read_cursor(&write_cursor(&place)), Some(place));
        for bad in [
            "",
            "1",
            "1_x_1",
            "x_00000000-0000-0000-0000-000000000007_1",
            "1_00000000-0000-0000-0000-000000000007",
        ] {
            assert_eq!(read_cursor(bad), None, "{bad}");
        }
    }
}
