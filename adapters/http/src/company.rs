//! `/company`, `/companies` and `/chart-templates`.

use crate::api_key::IssuedKeyBody;
use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::json::Json;
use crate::paging::list_query;
use crate::path::Id;
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::{Moment, Whole};
use crate::service_config::ServiceConfig;
use crate::session::hashing;
use crate::user::UserBody;
use actix_web::{HttpResponse, get, post, put};
use partita_application::chart_template;
use partita_application::company::{self, CompanyProfile, FirstUser, Founded, NewCompany};
use partita_application::error::Error;
use partita_application::page::Page;
use partita_domain::company::{Address, Company};
use partita_domain::hash::Hash;
use partita_domain::money::Currency;
use partita_domain::refusal::{Constraint, Refusal};
use serde::{Deserialize, Serialize, Serializer};
use std::sync::Arc;
use time::PrimitiveDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(get_own)
        .service(update_own)
        .service(list)
        .service(create)
        .service(get_one)
        .service(list_templates);
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
    /// The address in domain terms.
    pub(crate) fn into_address(self) -> Address {
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
    #[schema(value_type = i64, minimum = 1, maximum = 12, example = 1)]
    pub fiscal_year_start_month: Whole,
    /// Where it is.
    pub address: Option<AddressBody>,
    /// The version that the caller has seen; or send `If-Match`.
    pub version: Option<Whole>,
}

// Not `Debug`: it holds a password.
/// The first user of a new company.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnerWriteBody {
    /// The name to log in with: lower-case letters, digits and `._-@+`.
    #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9._@+-]+$", example = "ada")]
    pub username: String,
    /// Where letters go.
    #[schema(min_length = 3, max_length = 254, format = Email, example = "ada@example.org")]
    pub email: Option<String>,
    /// The password; only its argon2id hash is kept.
    #[serde(serialize_with = "concealed")]
    #[schema(format = Password, min_length = 12, max_length = 256)]
    pub password: String,
}

// Not `Debug`: it holds a password.
/// A company to be founded.
#[derive(Serialize, Deserialize, ToSchema)]
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
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 12, example = 1)]
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

/// Leaves a password out of a digest. With `skip_serializing` the document would leave it out too.
fn concealed<S: Serializer>(_: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_unit()
}

impl CompanyCreateBody {
    /// What tells this request from another one, without the password: what is remembered under an idempotency key is a
    /// fast digest, from which a password is guessed far faster than from its argon2id hash.
    fn digest_without_password(&self) -> Result<Hash, Problem> {
        serde_json::to_vec(self).map(|bytes| Hash::of(&bytes)).map_err(Problem::internal)
    }

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

/// A company: one set of books.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyBody {
    /// Its id.
    pub id: Uuid,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its name in daily use.
    #[schema(example = "Acme")]
    pub name: String,
    /// Its name in the register.
    #[schema(example = "Acme Incorporated")]
    pub legal_name: Option<String>,
    /// The currency of its books.
    #[schema(value_type = String, example = "USD")]
    pub base_currency: Currency,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "US")]
    pub country: Option<String>,
    /// Its tax number.
    pub tax_id: Option<String>,
    /// The month in which the newest fiscal years begin.
    #[schema(example = 1)]
    pub fiscal_year_start_month: u8,
    /// Where it is.
    pub address: AddressBody,
    /// When it was founded.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
    /// Counts its changes from 1.
    pub version: i64,
}

impl From<&Company> for CompanyBody {
    fn from(company: &Company) -> Self {
        Self {
            id: company.id.0,
            external_id: company.external_id.clone(),
            name: company.name.clone(),
            legal_name: company.legal_name.clone(),
            base_currency: company.base_currency,
            country: company.country.clone(),
            tax_id: company.tax_id.clone(),
            fiscal_year_start_month: company.fiscal_calendar.first_month(),
            address: AddressBody::from(&company.address),
            created_at: Moment(company.created_at),
            updated_at: Moment(company.updated_at),
            version: company.version,
        }
    }
}

// Not `Debug`: it holds a key.
/// A company that was founded.
#[derive(Serialize, ToSchema)]
pub(crate) struct FoundedBody {
    /// The company.
    company: CompanyBody,
    /// Its first user.
    owner: Option<UserBody>,
    /// Its first key. Its characters are shown once: not when the request is repeated.
    api_key: Option<IssuedKeyBody>,
}

impl FoundedBody {
    /// A new company as it stands at a moment.
    fn of(founded: &Founded, now: PrimitiveDateTime) -> Self {
        Self {
            company: CompanyBody::from(&founded.company),
            owner: founded.owner.as_ref().map(UserBody::from),
            api_key: founded.issued_key().map(|issued| IssuedKeyBody::of(&issued, now)),
        }
    }
}

/// A chart that a company can begin with.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChartTemplateBody {
    /// Its name, to be given as `chart`.
    #[schema(example = "us-small-business")]
    pub name: String,
    /// For whom it is.
    pub description: String,
    /// How many accounts it has.
    #[schema(example = 60)]
    pub account_count: usize,
}

list_query! {
    /// Which companies.
    CompanyQuery {}
}

/// Get the company
///
/// The one whose books the credential opens.
#[utoipa::path(tag = "Companies", operation_id = "getCompany", responses((status = 200, description = "The company", body = Envelope<CompanyBody>)))]
#[get("/company")]
pub(crate) async fn get_own(context: Context) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let company = blocking(move || company::find(&app, &call)).await?;
    Ok(Answer::ok(&context).version(company.version).data(CompanyBody::from(&company)))
}

/// Update the company
///
/// Replaces all fields but the base currency, which never changes.
#[utoipa::path(tag = "Companies", operation_id = "updateCompany", request_body = CompanyWriteBody, responses((status = 200, description = "The company", body = Envelope<CompanyBody>)))]
#[put("/company")]
pub(crate) async fn update_own(
    context: Context,
    json: Json<CompanyWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let body = json.body;
    let version = context.version(body.version.map(|version| version.0))?;
    let profile = CompanyProfile {
        external_id: body.external_id,
        name: body.name,
        legal_name: body.legal_name,
        country: body.country,
        tax_id: body.tax_id,
        fiscal_year_start_month: body.fiscal_year_start_month.narrow("fiscal_year_start_month")?,
        address: body.address.unwrap_or_default().into_address(),
    };
    let app = Arc::clone(&context.app);
    let done = blocking(move || {
        // Callers who send back what they have read send the currency too.
        if let Some(given) = body.base_currency {
            let present = company::find(&app, &call)?.base_currency;
            if given != present {
                let message = format!("the books are kept in {present} for ever");
                return Err(Refusal::field("base_currency", Constraint::OneOf, message).into());
            }
        }
        company::revise(&app, &call, version, &profile)
    })
    .await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(CompanyBody::from(&done.value)))
}

/// List companies
///
/// All of the installation for administrators of its first one, their own for others.
#[utoipa::path(tag = "Companies", operation_id = "listCompanies", params(CompanyQuery), responses((status = 200, description = "Some of the companies", body = Envelope<Vec<CompanyBody>>)))]
#[get("/companies")]
pub(crate) async fn list(context: Context, query: Query<CompanyQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let paging = query.0.paging()?;
    let page = paging.page(|cursor| cursor.parse().ok())?;
    let app = Arc::clone(&context.app);
    let listed = blocking(move || company::list(&app, &call, &page)).await?;
    Ok(Answer::ok(&context).list(&paging, listed, |company| CompanyBody::from(company), i64::to_string))
}

/// Found a company
///
/// With its chart, its first user and its first key, all or nothing. Administrators of the installation's first company may do it. The key is shown once: it is missing when the request is repeated under its `Idempotency-Key`, and then the password is not compared either.
#[utoipa::path(tag = "Companies", operation_id = "createCompany", request_body = CompanyCreateBody, responses((status = 201, description = "The company", body = Envelope<FoundedBody>)))]
#[post("/companies")]
pub(crate) async fn create(context: Context, json: Json<CompanyCreateBody>) -> Result<HttpResponse, Problem> {
    let call = context.write(json.body.digest_without_password()?)?;
    let new = json.body.into_new()?;
    let app = Arc::clone(&context.app);
    let done = hashing(move || company::found(&app, &call, &new).map_err(of_owner)).await?;
    let company = &done.value.company;
    Ok(Answer::created(&context, &format!("/companies/{}", company.id))
        .replayed(done.replayed)
        .version(company.version)
        .data(FoundedBody::of(&done.value, context.app.clock.now())))
}

/// Names the fields of the first user as the body does. The use case creates it as any user, whose fields lie at the
/// top; a company has none of these names.
fn of_owner(error: Error) -> Error {
    match error {
        Error::Refused(refusals) => Error::Refused(
            refusals
                .into_iter()
                .map(|refusal| match refusal.at().as_deref() {
                    Some("username" | "email") => refusal.under("owner"),
                    _ => refusal,
                })
                .collect(),
        ),
        other => other,
    }
}

/// Get a company
///
/// One of those that are listed.
#[utoipa::path(tag = "Companies", operation_id = "getCompanyById", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The company", body = Envelope<CompanyBody>)))]
#[get("/companies/{id}")]
pub(crate) async fn get_one(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let company = blocking(move || {
        let listed = company::list(&app, &call, &Page::first(i64::MAX))?;
        let found = listed.items.into_iter().find(|company| company.id.0 == id.0);
        found.ok_or_else(|| Error::not_found("company", id.0))
    })
    .await?;
    Ok(Answer::ok(&context).version(company.version).data(CompanyBody::from(&company)))
}

/// List chart templates
///
/// All that come with this version, in one answer.
#[utoipa::path(tag = "Companies", operation_id = "listChartTemplates", responses((status = 200, description = "The templates", body = Envelope<Vec<ChartTemplateBody>>)))]
#[get("/chart-templates")]
pub(crate) async fn list_templates(context: Context) -> Result<HttpResponse, Problem> {
    context.caller()?;
    let templates = blocking(|| {
        chart_template::names().into_iter().map(chart_template::named).collect::<Result<Vec<_>, _>>()
    })
    .await?;
    let bodies: Vec<ChartTemplateBody> = templates
        .into_iter()
        .map(|template| ChartTemplateBody {
            name: template.name,
            description: template.description,
            account_count: template.accounts.len(),
        })
        .collect();
    Ok(Answer::ok(&context).data(bodies))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(password: &str, name: &str) -> CompanyCreateBody {
        crate::json::parse(
            serde_json::json!({
                "name": name,
                "base_currency": "USD",
                "owner": {"username": "ada", "password": password},
            })
            .to_string()
            .as_bytes(),
        )
        .unwrap()
    }

    #[test]
    fn the_digest_of_a_request_knows_everything_but_the_password() {
        let digest = |password: &str, name: &str| body(password, name).digest_without_password().unwrap();
        assert_eq!(digest("correct horse", "Acme"), digest("battery staple", "Acme"));
        assert_ne!(digest("correct horse", "Acme"), digest("correct horse", "Acme Ltd"));
    }

    #[test]
    fn refusals_of_the_first_user_name_it() {
        let refused = |field: &str| {
            let error = of_owner(Refusal::field(field, Constraint::Length, "too long").into());
            Problem::from(error).details["field"].clone()
        };
        assert_eq!(refused("username"), "owner.username");
        assert_eq!(refused("email"), "owner.email");
        assert_eq!(refused("owner.password"), "owner.password");
        assert_eq!(refused("name"), "name");
    }
}
