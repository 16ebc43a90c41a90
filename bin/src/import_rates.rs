//! `partita import-rates`: the exchange rates that the European Central Bank publishes.

use crate::cli::CompanyArg;
use crate::config::Config;
use crate::{out, wiring};
use anyhow::{Context, Result, bail};
use partita_application::domain::audit_event::Source;
use partita_application::exchange_rate::{self, ECB};
use partita_application::{Call, company};
use partita_http::exchange_rate::ecb;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

/// The whole history since 1999 has 7 MB; as much as the API takes.
const MOST_BYTES: u64 = 10 * 1024 * 1024;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    company: CompanyArg,
    /// eurofxref-daily.xml, eurofxref-hist-90d.xml or eurofxref-hist.xml; `-` for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Say what would be imported, write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(config: &Config, args: &Args) -> Result<ExitCode> {
    let mut bytes = Vec::new();
    let from: Box<dyn Read> = if args.file.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        let file = File::open(&args.file);
        Box::new(file.with_context(|| format!("cannot open {}", args.file.display()))?)
    };
    from.take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {}", args.file.display()))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MOST_BYTES) {
        bail!("{} is larger than {MOST_BYTES} bytes; it is not one of the ECB's files", args.file.display());
    }
    let days = match ecb::parse(&bytes) {
        Ok(days) => days,
        Err(problem) => bail!("{}: {}", args.file.display(), problem.message),
    };
    let books = wiring::open(config)?;
    let company = company::choose(&books.app, args.company.company.as_deref())?;
    let call = Call { dry_run: args.dry_run, ..Call::system(company.id, Source::Cli) };
    let done = exchange_rate::import(&books.app, &call, ECB, &days)?.value;
    let would = if args.dry_run { " (dry run, nothing was written)" } else { "" };
    out::line(format_args!(
        "{} imported, {} updated, {} unchanged, {} kept from other sources, {} skipped{would}",
        done.imported, done.updated, done.unchanged, done.kept, done.skipped
    ))?;
    Ok(ExitCode::SUCCESS)
}
