//! `partita completions`: what a shell needs to complete the command line.

use crate::cli::Cli;
use crate::out;
use clap::CommandFactory;
use clap_complete::Shell;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    // Written at once: the generator panics when the reader goes away in the middle.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "partita", &mut script);
    out::line(String::from_utf8_lossy(&script).trim_end())?;
    Ok(ExitCode::SUCCESS)
}
