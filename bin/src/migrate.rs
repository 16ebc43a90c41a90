//! `partita migrate`: brings the schema up to date.

use crate::config::Config;
use crate::database_url::Place;
use crate::{out, wiring};
use anyhow::{Result, bail};
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only say what is missing; exit code 1 when something is
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(config: &Config, args: &Args) -> Result<ExitCode> {
    let place = config.place();
    if place == Place::Memory {
        bail!("memory: has no schema to migrate");
    }
    if args.check {
        let missing = partita_sql::pending_migrations(&config.database_url)
            .map_err(|error| wiring::explained(config, &error))?;
        if missing.is_empty() {
            out::line("The database is up to date.")?;
            return Ok(ExitCode::SUCCESS);
        }
        out::line(format_args!("Missing: {}", missing.join(", ")))?;
        return Ok(ExitCode::FAILURE);
    }
    wiring::make_folder(config, &place)?;
    let _in_use = wiring::mark_in_use(&place)?;
    let applied =
        partita_sql::migrate(&config.database_url).map_err(|error| wiring::explained(config, &error))?;
    if applied.is_empty() {
        out::line("The database was up to date.")?;
    } else {
        out::line(format_args!("Applied: {}", applied.join(", ")))?;
    }
    Ok(ExitCode::SUCCESS)
}
