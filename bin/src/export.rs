//! `partita export`: the books as lines of JSON that `import` takes back to the same hashes, or as plain text.

mod beancount;
mod hledger;
mod ndjson;

use crate::config::Config;
use crate::{out, wiring};
use anyhow::{Context, Result};
use partita_application::domain::account::Account;
use partita_application::domain::audit_event::Source;
use partita_application::domain::company::Company;
use partita_application::domain::journal_entry::JournalEntry;
use partita_application::domain::settings::Settings;
use partita_application::page::Page;
use partita_application::ports::AccountFilter;
use partita_application::{App, Call, account, company, journal_entry, settings};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// So many entries are read at a time.
const CHUNK: i64 = 1_000;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to write; standard output when left out, or `-`
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Write over a file that exists
    #[arg(long)]
    force: bool,
    /// How to write
    #[arg(long, value_enum, default_value_t = Format::Ndjson)]
    format: Format,
    #[command(flatten)]
    company: crate::cli::CompanyArg,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// One JSON object a line: company, accounts, settings, entries
    Ndjson,
    /// A journal for hledger
    Hledger,
    /// A ledger for beancount
    Beancount,
}

/// What the formats write, one part after another.
trait Writer {
    /// The beginning: the company, its chart and its settings.
    fn begin(&mut self, books: &Books, to: &mut dyn Write) -> Result<()>;
    /// The next entry of the chain.
    fn entry(&mut self, books: &Books, entry: &JournalEntry, to: &mut dyn Write) -> Result<()>;
}

/// What is written before the entries.
struct Books {
    company: Company,
    settings: Settings,
    /// Parents before children.
    chart: Vec<Arc<Account>>,
}

impl Books {
    /// The names of an account from the top of the tree down.
    fn path(&self, account: &Account) -> Vec<&str> {
        let mut names = Vec::new();
        let mut at = self.chart.iter().find(|other| other.id == account.id);
        while let Some(account) = at.filter(|_| names.len() <= self.chart.len()) {
            names.push(account.name.as_str());
            at = account.parent_id.and_then(|id| self.chart.iter().find(|other| other.id == id));
        }
        names.reverse();
        names
    }
}

pub(crate) fn run(config: &Config, args: &Args) -> Result<ExitCode> {
    let books = wiring::open(config)?;
    let company = company::choose(&books.app, args.company.company.as_deref())?;
    match &args.file {
        Some(path) if path.as_os_str() != "-" => {
            let mut options = File::options();
            options.write(true).create(true).truncate(true).create_new(!args.force);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(path).with_context(|| {
                format!("{} cannot be written (--force writes over a file that exists)", path.display())
            })?;
            export(&books.app, company, args.format, &mut BufWriter::new(file))?;
        }
        _ => export(&books.app, company, args.format, &mut BufWriter::new(out::stream()))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn export(app: &App, company: Company, format: Format, to: &mut dyn Write) -> Result<()> {
    let call = Call::system(company.id, Source::Cli);
    let books = Books { settings: settings::find(app, &call)?, chart: chart(app, &call)?, company };
    let mut writer: Box<dyn Writer> = match format {
        Format::Ndjson => Box::new(ndjson::Ndjson),
        Format::Hledger => Box::new(hledger::Hledger::of(&books)),
        Format::Beancount => Box::new(beancount::Beancount::of(&books)),
    };
    writer.begin(&books, to)?;
    let mut after = 0;
    loop {
        let entries = journal_entry::chain(app, &call, after, CHUNK)?;
        let Some(last) = entries.last() else { break };
        after = last.position;
        for entry in &entries {
            writer.entry(&books, entry, to)?;
        }
    }
    to.flush()?;
    Ok(())
}

/// The whole chart, parents before children.
fn chart(app: &App, call: &Call) -> Result<Vec<Arc<Account>>> {
    let mut accounts = Vec::new();
    let mut page = Page { cursor: None, offset: 0, limit: 500 };
    loop {
        let listed = account::list(app, call, &AccountFilter::default(), &page)?;
        accounts.extend(listed.items);
        match listed.next {
            Some(next) => page.cursor = Some(next),
            None => break,
        }
    }
    let mut ordered: Vec<Arc<Account>> = Vec::with_capacity(accounts.len());
    while !accounts.is_empty() {
        let (ready, waiting): (Vec<_>, Vec<_>) = accounts.into_iter().partition(|account| {
            account.parent_id.is_none_or(|id| ordered.iter().any(|above| above.id == id))
        });
        if ready.is_empty() {
            ordered.extend(waiting);
            break;
        }
        ordered.extend(ready);
        accounts = waiting;
    }
    Ok(ordered)
}
