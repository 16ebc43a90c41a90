//! `POST /exchange-rates/import`: the file of the European Central Bank.

use super::ecb;
use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::Day;
use crate::xml::Xml;
use actix_web::{HttpResponse, post};
use partita_application::call::Call;
use partita_application::exchange_rate::{self, ECB, Imported};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// How to import.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// Answer what would be imported, write nothing.
    pub dry_run: Option<bool>,
}

/// What became of the rates of a file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportedRatesBody {
    /// So many are new.
    pub imported: u64,
    /// So many differed and are now as published.
    pub updated: u64,
    /// So many were there already.
    pub unchanged: u64,
    /// For so many days and currencies there is a rate from another source, which stays.
    pub kept: u64,
    /// So many have no counterpart: a currency that ISO 4217 does not know (any more), a day without the base currency,
    /// or less than two digits left of the rate.
    pub skipped: u64,
    /// The first day of the file.
    #[schema(value_type = Option<Day>)]
    pub from: Option<Day>,
    /// The last day of the file.
    #[schema(value_type = Option<Day>)]
    pub to: Option<Day>,
}

impl From<&Imported> for ImportedRatesBody {
    fn from(imported: &Imported) -> Self {
        Self {
            imported: imported.imported,
            updated: imported.updated,
            unchanged: imported.unchanged,
            kept: imported.kept,
            skipped: imported.skipped,
            from: imported.from.map(Day),
            to: imported.to.map(Day),
        }
    }
}

/// Import the reference rates of the European Central Bank
///
/// Takes `eurofxref-daily.xml`, `eurofxref-hist-90d.xml` or `eurofxref-hist.xml` as it is. The ECB publishes foreign units
/// per euro; what is kept is base units per foreign unit, × 1 000 000, rounded once: the reciprocal for books in euro,
/// the cross rate through the euro for others. The same file again changes nothing. A rate from another source stays.
#[utoipa::path(tag = "Exchange rates", operation_id = "importExchangeRates", params(ImportQuery), request_body(content((String = "application/xml"), (String = "text/xml")), description = "The file"), responses((status = 200, description = "What became of the rates", body = Envelope<ImportedRatesBody>)))]
#[post("/exchange-rates/import")]
pub(crate) async fn import(
    context: Context,
    query: Query<ImportQuery>,
    xml: Xml,
) -> Result<HttpResponse, Problem> {
    let call = context.write(xml.digest)?;
    let call = Call { dry_run: query.0.dry_run.unwrap_or(false), ..call };
    call.need(partita_domain::permission::Permission::SETTINGS_WRITE)?;
    let app = Arc::clone(&context.app);
    let bytes = xml.bytes;
    let days = actix_web::web::block(move || ecb::parse(&bytes)).await??;
    let done = blocking(move || exchange_rate::import(&app, &call, ECB, &days)).await?;
    Ok(Answer::ok(&context).replayed(done.replayed).data(ImportedRatesBody::from(&done.value)))
}
