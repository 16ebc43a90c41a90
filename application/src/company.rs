//! Companies: found one with its chart, its first user and its first key; change its profile.

mod template;

use crate::account::check_version;
use crate::api_key::{self, IssuedKey, NewKey};
use crate::app::App;
use crate::balance::company_of;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::page::{Listed, Page, part};
use crate::ports::Tx;
use crate::{chart_template, user};
use partita_domain::api_key::{ApiKey, RateLimits};
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::chart_template::ChartTemplate;
use partita_domain::company::{Address, Company};
use partita_domain::fiscal_calendar::FiscalCalendar;
use partita_domain::id::{CompanyId, UserId};
use partita_domain::money::Currency;
use partita_domain::permission::{Permission, Permissions};
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::sequence::Sequence;
use partita_domain::settings::Settings;
use partita_domain::user::User;
use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;

/// What the audit trail calls a company.
pub const RESOURCE: &str = "company";

/// What a caller may say of a company's profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyProfile {
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its name in daily use.
    pub name: String,
    /// Its name in the register.
    pub legal_name: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Its tax number.
    pub tax_id: Option<String>,
    /// The month in which fiscal years begin.
    pub fiscal_year_start_month: u8,
    /// Where it is.
    pub address: Address,
}

impl CompanyProfile {
    /// A profile with nothing but a name, and fiscal years that follow the calendar.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            external_id: None,
            name: name.to_owned(),
            legal_name: None,
            country: None,
            tax_id: None,
            fiscal_year_start_month: 1,
            address: Address::default(),
        }
    }
}

/// The first user of a new company.
#[derive(Clone, Debug)]
pub struct FirstUser {
    /// Its name.
    pub username: String,
    /// For letters.
    pub email: Option<String>,
    /// Its password.
    pub password: String,
}

/// A company to be founded.
#[derive(Clone, Debug)]
pub struct NewCompany {
    /// Its profile.
    pub profile: CompanyProfile,
    /// The currency of its books, for ever.
    pub base_currency: Currency,
    /// The chart it begins with; `None` for an empty one.
    pub chart: Option<String>,
    /// Its first user, with the role `owner`.
    pub owner: Option<FirstUser>,
    /// Whether to make a key that may do everything in it.
    pub with_key: bool,
}

impl NewCompany {
    /// A company with a name, a currency and a chart, without user and key.
    #[must_use]
    pub fn named(name: &str, base_currency: Currency, chart: Option<&str>) -> Self {
        Self {
            profile: CompanyProfile::named(name),
            base_currency,
            chart: chart.map(str::to_owned),
            owner: None,
            with_key: false,
        }
    }
}

/// A company that was founded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Founded {
    /// It.
    pub company: Company,
    /// Its first user.
    pub owner: Option<User>,
    /// Its first key.
    pub api_key: Option<ApiKey>,
    /// The key's 64 characters; never stored, so absent when the outcome is replayed.
    #[serde(skip)]
    pub secret: Option<String>,
}

/// Founds a company: profile, settings, sequences, chart, first user, first key, in one transaction.
///
/// Other companies than the first are founded by administrators of the first.
///
/// # Errors
/// `forbidden`; `validation_error` for profile, chart, user name or password.
pub fn found(app: &App, call: &Call, new: &NewCompany) -> Result<Done<Founded>> {
    call.need(Permission::ADMIN)?;
    if let Some(home) = companies(app)?.first()
        && home.id != call.company
        && call.actor != partita_domain::actor::Actor::System
    {
        return Err(Error::ForbiddenBecause(
            "companies are founded by administrators of the installation's first company",
        ));
    }
    let template = new.chart.as_deref().map(chart_template::named).transpose()?;
    let password_hash = match &new.owner {
        Some(owner) => {
            partita_domain::user::check_password(&owner.password, "owner.password")?;
            Some(app.passwords.hash(&owner.password)?)
        }
        None => None,
    };
    let secret = if new.with_key { Some(app.secrets.alphanumeric(api_key::KEY_LENGTH)?) } else { None };
    let within = Call { company: new_id(app, call), ..call.clone() };
    let mut done = change(app, &within, Permission::ADMIN, |tx, at| {
        let (founded, happenings) = found_in(
            app,
            tx,
            within.company,
            new,
            template.as_ref(),
            password_hash.as_deref(),
            secret.as_deref(),
            at,
        )?;
        Ok(Changed { value: founded, happenings })
    })?;
    if !done.replayed {
        done.value.secret = secret;
    }
    Ok(done)
}

/// Takes over the profile of a company that was exported: the same calendar and currency, an empty chart.
///
/// # Errors
/// `forbidden`; `validation_error` for the profile.
pub fn adopt(app: &App, call: &Call, exported: &Company) -> Result<Done<Company>> {
    let id = CompanyId(app.ids.next());
    change(app, &Call { company: id, ..call.clone() }, Permission::ADMIN, |tx, at| {
        let company = Company { id, created_at: at, updated_at: at, version: 1, ..exported.clone() };
        company.check()?;
        tx.companies().insert(&company)?;
        Sequence::initial().try_for_each(|sequence| tx.sequences().insert(&sequence))?;
        tx.settings().put(&Settings::initial(at))?;
        let happening = happened("company.created", None, &company);
        Ok(Changed::one(company, happening))
    })
}

/// A new company has a new id; under an idempotency key it is made from the key, so that a repeated request meets the
/// company that the first one founded.
fn new_id(app: &App, call: &Call) -> CompanyId {
    match &call.idempotency {
        None => CompanyId(app.ids.next()),
        Some(key) => {
            let digest = partita_domain::hash::Hash::of(format!("{}/{}", call.company, key.key).as_bytes());
            let mut bytes = [0; 16];
            bytes.copy_from_slice(&digest.0[..16]);
            CompanyId(
                uuid::Builder::from_bytes(bytes)
                    .with_version(uuid::Version::SortRand)
                    .with_variant(uuid::Variant::RFC4122)
                    .into_uuid(),
            )
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "each is one thing that a new company is made of")]
fn found_in(
    app: &App,
    tx: &mut dyn Tx,
    id: CompanyId,
    new: &NewCompany,
    template: Option<&ChartTemplate>,
    password_hash: Option<&str>,
    secret: Option<&str>,
    at: PrimitiveDateTime,
) -> Result<(Founded, Vec<Happening>)> {
    let profile = &new.profile;
    let company = Company {
        id,
        external_id: profile.external_id.clone(),
        name: profile.name.clone(),
        legal_name: profile.legal_name.clone(),
        base_currency: new.base_currency,
        country: profile.country.clone(),
        tax_id: profile.tax_id.clone(),
        fiscal_calendar: FiscalCalendar::starting_in(profile.fiscal_year_start_month)?,
        address: profile.address.clone(),
        created_at: at,
        updated_at: at,
        version: 1,
    };
    company.check()?;
    tx.companies().insert(&company)?;
    Sequence::initial().try_for_each(|sequence| tx.sequences().insert(&sequence))?;
    let mut happenings = vec![happened("company.created", None, &company)];
    let mut settings = Settings::initial(at);
    if let Some(chart) = template {
        settings.default_accounts = template::apply(app, tx, chart, at, &mut happenings)?;
    }
    tx.settings().put(&settings)?;
    let owner = match (&new.owner, password_hash) {
        (Some(first), Some(hash)) => {
            let draft = user::UserDraft {
                external_id: None,
                username: first.username.clone(),
                email: first.email.clone(),
                role: "owner".to_owned(),
                is_active: true,
            };
            let (user, happening) =
                user::create_in(tx, UserId(app.ids.next()), &draft, hash, Permissions::ADMIN, at)?;
            happenings.push(happening);
            Some(user)
        }
        _ => None,
    };
    let api_key = match secret {
        Some(secret) => {
            let new = NewKey {
                name: "First key".to_owned(),
                permissions: Permissions::ADMIN,
                rate_limits: Some(RateLimits::default()),
                expires_at: None,
            };
            let (key, happening) =
                api_key::issue_in(app, tx, &new, secret, owner.as_ref().map(|user| user.id), None, at)?;
            happenings.push(happening);
            Some(key)
        }
        None => None,
    };
    Ok((Founded { company, owner, api_key, secret: None }, happenings))
}

/// Changes the profile of the caller's company. A change of the fiscal year's first month takes effect after the newest
/// entry and makes one short or long year.
///
/// # Errors
/// `validation_error`, `version_conflict`.
pub fn revise(
    app: &App,
    call: &Call,
    version: Option<i64>,
    profile: &CompanyProfile,
) -> Result<Done<Company>> {
    change(app, call, Permission::SETTINGS_WRITE, |tx, at| {
        let before = company_of(tx, call.company)?;
        check_version(version, before.version)?;
        let last_date = tx.journal_entries().last_date()?;
        let after = Company {
            external_id: profile.external_id.clone(),
            name: profile.name.clone(),
            legal_name: profile.legal_name.clone(),
            country: profile.country.clone(),
            tax_id: profile.tax_id.clone(),
            fiscal_calendar: before
                .fiscal_calendar
                .change_first_month(profile.fiscal_year_start_month, last_date)?,
            address: profile.address.clone(),
            updated_at: at,
            version: before.version + 1,
            ..before.clone()
        };
        after.check()?;
        tx.companies().update(&after)?;
        Ok(Changed::one(after.clone(), happened("company.updated", Some(&before), &after)))
    })
}

/// The caller's company.
///
/// # Errors
/// [`Error::Forbidden`].
pub fn find(app: &App, call: &Call) -> Result<Company> {
    call.need(Permission::SETTINGS_READ)?;
    app.store.read(call.company, |tx| company_of(tx, call.company))
}

/// Lists companies: all of them for administrators of the first one, their own for others.
///
/// # Errors
/// [`Error::Forbidden`].
pub fn list(app: &App, call: &Call, page: &Page<i64>) -> Result<Listed<Company, i64>> {
    call.need(Permission::ADMIN)?;
    let mut companies = companies(app)?;
    if companies.first().is_some_and(|home| home.id != call.company) {
        companies.retain(|company| company.id == call.company);
    }
    Ok(part(companies, page))
}

/// All companies of the installation, the first one first. For the wiring and the command line, not for callers.
///
/// # Errors
/// [`Error::Store`].
pub fn companies(app: &App) -> Result<Vec<Company>> {
    app.store.read(CompanyId::INSTALLATION, |tx| Ok(tx.directory().companies()?))
}

/// The company of that id or exact name, or the only one when nothing is given.
///
/// # Errors
/// `company` with constraint `required` or `exists`.
pub fn choose(app: &App, wanted: Option<&str>) -> Result<Company> {
    let companies = companies(app)?;
    let names = || {
        companies
            .iter()
            .map(|company| format!("{} ({})", company.name, company.id))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match wanted {
        None => match companies.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(Refusal::field(
                "company",
                Constraint::Exists,
                "there is no company yet; run `partita init`",
            )
            .into()),
            _ => Err(Refusal::field(
                "company",
                Constraint::Required,
                format!("say which company: {}", names()),
            )
            .into()),
        },
        Some(wanted) => companies
            .iter()
            .find(|company| company.id.to_string() == wanted || company.name == wanted)
            .cloned()
            .ok_or_else(|| {
                Refusal::field(
                    "company",
                    Constraint::Exists,
                    format!("there is no company `{wanted}`; there are {}", names()),
                )
                .into()
            }),
    }
}

fn happened(action: &'static str, before: Option<&Company>, after: &Company) -> Happening {
    Happening {
        action,
        resource_type: RESOURCE,
        resource_id: after.id.to_string(),
        before: before.and_then(snapshot),
        after: snapshot(after),
        reason: None,
    }
}

impl Founded {
    /// The first key with its 64 characters, when both are known.
    #[must_use]
    pub fn issued_key(&self) -> Option<IssuedKey> {
        self.api_key.clone().map(|api_key| IssuedKey { api_key, secret: self.secret.clone() })
    }
}
