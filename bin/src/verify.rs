//! `partita verify`: proves the books.

use crate::config::Config;
use crate::{out, wiring};
use anyhow::Result;
use indicatif::ProgressBar;
use partita_application::domain::audit_event::Source;
use partita_application::domain::company::Company;
use partita_application::verify::{Verification, verify};
use partita_application::{App, Call, company};
use std::process::ExitCode;
use std::time::Duration;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only this company, by name or id; all of them otherwise
    #[arg(long, value_name = "NAME|ID")]
    company: Option<String>,
}

pub(crate) fn run(config: &Config, args: &Args) -> Result<ExitCode> {
    let books = wiring::open(config)?;
    let companies = match &args.company {
        Some(wanted) => vec![company::choose(&books.app, Some(wanted))?],
        None => company::companies(&books.app)?,
    };
    if companies.is_empty() {
        out::line("There is no company yet, and nothing to verify.")?;
    }
    let mut sound = true;
    for company in &companies {
        let verification = verify_one(&books.app, company)?;
        sound &= verification.problems.is_empty();
        out::line(describe(company, &verification))?;
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Verifies one company and shows on a terminal that it is being done.
pub(crate) fn verify_one(app: &App, company: &Company) -> Result<Verification> {
    let spinner = if out::notes_on_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    spinner.set_message(format!("verifying {}", company.name));
    spinner.enable_steady_tick(Duration::from_millis(100));
    let verification = verify(app, &Call::system(company.id, Source::Cli));
    spinner.finish_and_clear();
    Ok(verification?)
}

fn describe(company: &Company, verification: &Verification) -> String {
    let mut lines = vec![
        format!("{} ({})", company.name, company.id),
        format!("  audit events checked      {}", verification.audit.checked),
        format!("  journal entries checked   {}", verification.entries_checked),
        format!("  kept balances compared    {}", verification.balances_checked),
        format!("  kept stocks compared      {}", verification.stocks_checked),
        format!("  open items compared       {}", verification.open_items_checked),
    ];
    if verification.problems.is_empty() {
        lines.push("  sound: both chains, numbers, reversals, balances, stocks and open items".to_owned());
    }
    lines.extend(verification.problems.iter().map(|problem| format!("  WRONG: {problem}")));
    lines.join("\n")
}
