//! `partita key`: the keys of programs.

use crate::cli::CompanyArg;
use crate::config::Config;
use crate::table::{Align, Table};
use crate::wiring::{self, Books};
use crate::{out, report};
use anyhow::{Result, bail};
use partita_application::api_key::{self, IssuedKey, NewKey};
use partita_application::domain::api_key::{ApiKey, KeyState, RateLimits};
use partita_application::domain::audit_event::Source;
use partita_application::domain::permission::Permissions;
use partita_application::domain::timestamp;
use partita_application::page::Page;
use partita_application::{Call, company};
use std::process::ExitCode;
use time::Date;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Create a key; its 64 characters are the answer
    Create(Create),
    /// List keys
    List {
        #[command(flatten)]
        company: CompanyArg,
        /// Revoked ones as well
        #[arg(long)]
        all: bool,
    },
    /// Revoke a key, for ever
    Revoke(Which),
    /// Give a key new characters; the old ones stop working at once
    Rotate(Which),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Create {
    #[command(flatten)]
    company: CompanyArg,
    /// What it is for
    #[arg(long)]
    name: String,
    /// What it may do: read_only, read_write, admin, or permissions such as journal:write,accounts:read
    #[arg(long, value_delimiter = ',', default_value = "read_write")]
    permissions: Vec<String>,
    /// The last day on which it works
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = report::date)]
    expires: Option<Date>,
    /// Requests allowed in a minute
    #[arg(long, value_name = "COUNT")]
    rate_limit_per_minute: Option<u32>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Which {
    #[command(flatten)]
    company: CompanyArg,
    /// Its id, or its first characters
    #[arg(value_name = "ID|PREFIX")]
    key: String,
}

pub(crate) fn run(config: &Config, command: Command) -> Result<ExitCode> {
    let books = wiring::open(config)?;
    match command {
        Command::Create(args) => create(&books, &args)?,
        Command::List { company, all } => list(&books, &company, all)?,
        Command::Revoke(which) => {
            let (call, key) = find(&books, &which)?;
            let key = api_key::revoke(&books.app, &call, key.id, None)?.value;
            out::line(format_args!("Revoked {} ({}…)", key.name, key.prefix))?;
        }
        Command::Rotate(which) => {
            let (call, key) = find(&books, &which)?;
            answer(&api_key::rotate(&books.app, &call, key.id, None)?.value)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn create(books: &Books, args: &Create) -> Result<()> {
    let call = call(books, &args.company)?;
    let new = NewKey {
        name: args.name.clone(),
        permissions: Permissions::named(&args.permissions)?,
        rate_limits: args.rate_limit_per_minute.map(|per_minute| RateLimits {
            per_minute,
            per_hour: None,
            per_day: None,
        }),
        expires_at: args.expires.map(|day| day.next_day().unwrap_or(day).midnight()),
    };
    answer(&api_key::create(&books.app, &call, &new)?.value)
}

/// The key alone goes to standard output, where a script takes it from.
fn answer(issued: &IssuedKey) -> Result<()> {
    let key = &issued.api_key;
    out::note(format_args!("The key {} ({}), shown only once:", key.name, key.id));
    Ok(out::line(issued.secret.as_deref().unwrap_or_default())?)
}

fn list(books: &Books, company: &CompanyArg, all: bool) -> Result<()> {
    let call = call(books, company)?;
    let now = books.app.clock.now();
    let headings = ["Id", "Begins", "Name", "State", "Permissions", "Last used", "Expires"];
    let mut table = Table::new(&headings.map(|heading| (heading, Align::Left)));
    for key in api_key::list(&books.app, &call, all, &Page::first(i64::MAX))?.items {
        let moment = |at: Option<time::PrimitiveDateTime>| at.map(timestamp::text).unwrap_or_default();
        table.row([
            key.id.to_string(),
            key.prefix.clone(),
            key.name.clone(),
            match key.state_at(now) {
                KeyState::Live => "live",
                KeyState::Expired => "expired",
                KeyState::Revoked => "revoked",
            }
            .to_owned(),
            permissions(key.permissions),
            moment(key.last_used_at),
            moment(key.expires_at),
        ]);
    }
    Ok(out::line(table.text())?)
}

fn permissions(permissions: Permissions) -> String {
    if permissions == Permissions::read_only() {
        "read_only".to_owned()
    } else if permissions == Permissions::read_write() {
        "read_write".to_owned()
    } else {
        permissions.names().join(",")
    }
}

fn find(books: &Books, which: &Which) -> Result<(Call, ApiKey)> {
    let call = call(books, &which.company)?;
    let wanted = which.key.as_str();
    let mut keys = api_key::list(&books.app, &call, true, &Page::first(i64::MAX))?.items;
    keys.retain(|key| key.id.to_string() == wanted || (!wanted.is_empty() && key.prefix.starts_with(wanted)));
    match (keys.pop(), keys.len()) {
        (Some(key), 0) => Ok((call, key)),
        (None, _) => bail!("there is no key `{wanted}`; `partita key list --all` lists them"),
        (Some(_), others) => bail!("{} keys begin with `{wanted}`; say more of it", others + 1),
    }
}

fn call(books: &Books, company: &CompanyArg) -> Result<Call> {
    let company = company::choose(&books.app, company.company.as_deref())?;
    Ok(Call::system(company.id, Source::Cli))
}
