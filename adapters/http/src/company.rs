//! `/company`, `/companies` and `/chart-templates`.

use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::json::Json;
use crate::paging::list_query;
use crate::path::Id;
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::{Moment, Whole};
use actix_web::{HttpResponse, get, post, put};
use partita_application::chart_template;
use partita_application::company::{self, CompanyProfile, FirstUser, Founded, NewCompany};
use partita_application::error::Error;
use partita_application::page::Page;
use partita_domain::company::{Address, Company};
use partita_domain::hash::{Hash, Hasher};
use partita_domain::money::Currency;
use partita_domain::refusal::{Constraint, Refusal};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get_own).service(update_own).service(list).service(create).service(list_templates);
}

/// A postal address.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressBody {
    /// Street and number.
    #[schema(max_length = 255, example = "1 Main Street")]
    pub line1: Option<String>,
    /// More of it.
    #[schema(max_length = 255)]
    pub line2: Option<String>,
    /// City.
    #[schema(max_length = 100, example = "Springfield")]
    pub city: Option<String>,
    /// State, county or province.
    #[schema(max_length = 100)]
    pub region: Option<String>,
    /// Postal code.
    #[schema(max_length = 20)]
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(min_length = 2, max_length = 2, pattern = "^[A-Z]{2}$", example = "US")]
    pub country: Option<String>,
}

impl AddressBody {
    fn into_address(self) -> Address {
        Address {
            line1: self.line1,
            line2: self.line2,
            city: self.city,
            region: self.region,
            postal_code: self.postal_code,
            country: self.country,
        }
    }
}

impl From<&Address> for AddressBody {
    fn from(address: &Address) -> Self {
        Self {
            line1: address.line1.clone(),
            line2: address.line2.clone(),
            city: address.city.clone(),
            region: address.region.clone(),
            postal_code: address.postal_code.clone(),
            country: address.country.clone(),
        }
    }
}

/// A company's profile, as a caller gives it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyWriteBody {
    /// The integrator's own id for it.
    #[schema(min_length = 1, max_length = 255)]
    pub external_id: Option<String>,
    /// Its name in daily use.
    #[schema(min_length = 1, max_length = 255, example = "Acme")]
    pub name: String,
    /// Its name in the register.
    #[schema(max_length = 255, example = "Acme Incorporated")]
    pub legal_name: Option<String>,
    /// The currency of its books. It never changes: what it is, or nothing.
    #[schema(value_type = Option<String>, min_length = 3, max_length = 3, example = "USD")]
    pub base_currency: Option<Currency>,
    /// ISO 3166-1 alpha-2.
    #[schema(min_length = 2, max_length = 2, pattern = "^[A-Z]{2}$", example = "US")]
    pub country: Option<String>,
    /// Its tax number.
    #[schema(max_length = 50)]
    pub tax_id: Option<String>,
    /// The month in which fiscal years begin. A change takes effect after the newest entry and makes one short or long year.
    #[schema(minimum = 1, maximum = 12, example = 1)]
    pub fiscal_year_start_month: Whole,
    /// Where it is.
    pub address: Option<AddressBody>,
    /// The version that the caller has seen; or send `If-Match`.
    pub version: Option<Whole>,
}

/// The first user of a new company. Not `Debug`: it holds a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnerWriteBody {
    /// The name to log in with: lower-case letters, digits and `._-@+`.
    #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9._@+-]+$", example = "ada")]
    pub username: String,
    /// Where letters go.
    #[schema(min_length = 3, max_length = 254, format = Email, example = "ada@example.org")]
    pub email: Option<String>,
    /// The password; only its argon2id hash is kept.
    #[schema(format = Password, min_length = 12, max_length = 256)]
    pub password: String,
}

/// A company to be founded. Not `Debug`: it holds a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyCreateBody {
    /// The integrator's own id for it.
    #[schema(min_length = 1, max_length = 255)]
    pub external_id: Option<String>,
    /// Its name in daily use.
    #[schema(min_length = 1, max_length = 255, example = "Acme")]
    pub name: String,
    /// Its name in the register.
    #[schema(max_length = 255, example = "Acme Incorporated")]
    pub legal_name: Option<String>,
    /// The currency of its books, for ever.
    #[schema(value_type = String, min_length = 3, max_length = 3, example = "USD")]
    pub base_currency: Currency,
    /// ISO 3166-1 alpha-2.
    #[schema(min_length = 2, max_length = 2, pattern = "^[A-Z]{2}$", example = "US")]
    pub country: Option<String>,
    /// Its tax number.
    #[schema(max_length = 50)]
    pub tax_id: Option<String>,
    /// The month in which fiscal years begin; January by default.
    #[schema(minimum = 1, maximum = 12, example = 1)]
    pub fiscal_year_start_month: Option<Whole>,
    /// Where it is.
    pub address: Option<AddressBody>,
    /// The chart template it begins with; none for an empty chart.
    #[schema(example = "us-small-business")]
    pub chart: Option<String>,
    /// Its first user, with the role `owner`.
    pub owner: Option<OwnerWriteBody>,
    /// Whether to make a key that may do everything in it; true by default.
    pub with_key: Option<bool>,
}

impl CompanyCreateBody {
    fn into_new(self) -> Result<NewCompany, Problem> {
        let month = self.fiscal_year_start_month.unwrap_or(Whole(1));
        Ok(NewCompany {
            profile: CompanyProfile {
                external_id: self.external_id,
                name: self.name,
                legal_name: self.legal_name,
                country: self.country,
                tax_id: self.tax_id,
                fiscal_year_start_month: month.narrow("fiscal_year_start_month")?,
                address: self.address.unwrap_or_default().into_address(),
            },
            base_currency: self.base_currency,
            chart: self.chart,
            owner: self.owner.map(|owner| FirstUser {
                username: owner.username,
                email: owner.email,
                password: owner.password,
            }),
            with_key: self.with_key.unwrap_or(true),
        })
    }
}
