//! `partita init`: founds a company.

use crate::config::Config;
use crate::database_url::Place;
use crate::notice::{KeyFile, Notice};
use crate::{password, wiring};
use anyhow::{Result, bail};
use partita_application::company::{CompanyProfile, FirstUser, NewCompany};
use partita_application::domain::audit_event::Source;
use partita_application::domain::company::Address;
use partita_application::domain::id::CompanyId;
use partita_application::domain::money::Currency;
use partita_application::{App, Call, company};
use std::process::ExitCode;

/// The name of a company that nobody gave one.
pub(crate) const FIRST_NAME: &str = "My Company";
/// The name that asks for an empty chart.
const NO_CHART: &str = "none";

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// The company's name
    #[arg(long, default_value = FIRST_NAME)]
    name: String,
    /// The currency of its books, for ever (ISO 4217)
    #[arg(long, default_value = "USD", value_name = "CODE")]
    currency: String,
    /// Its country (ISO 3166-1 alpha-2)
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// The chart of accounts it begins with: us-small-business, uk, german-skr04 or none
    #[arg(long, default_value = "us-small-business")]
    chart: String,
    /// The month in which its fiscal years begin
    #[arg(long, default_value_t = 1, value_name = "1-12", value_parser = clap::value_parser!(u8).range(1..=12))]
    fiscal_year_start_month: u8,
    /// The name of its first user
    #[arg(long, default_value = "owner", value_name = "USERNAME")]
    owner: String,
    /// Read the owner's password from standard input instead of making one
    #[arg(long)]
    owner_password_stdin: bool,
    /// Found it even if there is a company already
    #[arg(long)]
    another: bool,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

impl Args {
    /// What is founded when nobody says more than a name.
    pub(crate) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            currency: "USD".to_owned(),
            country: None,
            chart: "us-small-business".to_owned(),
            fiscal_year_start_month: 1,
            owner: "owner".to_owned(),
            owner_password_stdin: false,
            another: false,
            json: false,
        }
    }
}

pub(crate) fn run(config: &Config, args: &Args) -> Result<ExitCode> {
    if config.place() == Place::Memory {
        bail!(
            "memory: ends with its process; `partita serve --database-url memory:` founds a company by itself"
        );
    }
    let books = wiring::open_or_make(config)?;
    if let Some(first) = company::companies(&books.app)?.first()
        && !args.another
    {
        bail!("there is a company already, {} ({}); --another founds one more", first.name, first.id);
    }
    let notice = found(config, &books.app, args)?;
    if args.json {
        notice.show_json()?;
    } else {
        notice.show(config.bind)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Founds a company and keeps its key where the configuration says.
pub(crate) fn found(config: &Config, app: &App, args: &Args) -> Result<Notice> {
    let call = Call::system(CompanyId::INSTALLATION, Source::Cli);
    match found_by(config, app, args, &call)? {
        Some(notice) => Ok(notice),
        None => bail!("the company was founded by another process"),
    }
}

/// Founds a company on behalf of a call; `None` when the same call did so before.
pub(crate) fn found_by(config: &Config, app: &App, args: &Args, call: &Call) -> Result<Option<Notice>> {
    let key_file = KeyFile::open(config)?;
    let password = password::get(app, args.owner_password_stdin)?;
    let new = NewCompany {
        profile: CompanyProfile {
            external_id: None,
            name: args.name.clone(),
            legal_name: None,
            country: args.country.clone(),
            tax_id: None,
            fiscal_year_start_month: args.fiscal_year_start_month,
            address: Address::default(),
        },
        base_currency: Currency::parse(&args.currency, "currency")?,
        chart: Some(args.chart.clone()).filter(|chart| chart != NO_CHART),
        owner: Some(FirstUser { username: args.owner.clone(), email: None, password: password.text.clone() }),
        with_key: true,
    };
    let done = company::found(app, call, &new)?;
    if done.replayed {
        return Ok(None);
    }
    let shown = password.made.then_some(password.text);
    let mut notice = Notice::new(done.value, shown, &args.chart);
    notice.keep_key(key_file)?;
    Ok(Some(notice))
}
