//! The command line.

use crate::config::Flags;
use crate::{
    backup, completions, demo, export, import, import_rates, init, key, migrate, report, serve, user, verify,
};
use clap::{Parser, Subcommand};

/// Double-entry bookkeeping as a service.
#[derive(Debug, Parser)]
#[command(
    name = "partita",
    version,
    after_help = "Without a command, partita serves. The first start makes the database, a company, its owner and a key."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) flags: Flags,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Answer requests until SIGTERM or Ctrl-C (the default)
    Serve(serve::Args),
    /// Found the first company, with its owner and a key
    Init(init::Args),
    /// Bring the database's schema up to date
    Migrate(migrate::Args),
    /// Create, list, revoke and rotate keys of programs
    #[command(subcommand)]
    Key(key::Command),
    /// Add and list people, set passwords
    #[command(subcommand)]
    User(user::Command),
    /// Print reports
    #[command(subcommand)]
    Report(report::Command),
    /// Prove the books: chains, balances, numbers
    Verify(verify::Args),
    /// Bring accounts and entries in, one JSON object a line
    Import(import::Args),
    /// Take over the exchange rates that the European Central Bank publishes
    ImportRates(import_rates::Args),
    /// Write the books as lines of JSON, or as plain text for hledger or beancount
    Export(export::Args),
    /// Copy the database into a file, while it is in use
    Backup(backup::BackupArgs),
    /// Put a backup in the place of the database
    Restore(backup::RestoreArgs),
    /// Found a company with a year of trade
    Demo(demo::Args),
    /// Print the description of the API (OpenAPI 3.1)
    Openapi,
    /// Print every setting: what is in force, and from where
    Config,
    /// Print completions for a shell
    Completions(completions::Args),
}

/// Which company a command is about.
#[derive(Debug, clap::Args)]
pub(crate) struct CompanyArg {
    /// The company, by name or id; not needed while there is only one
    #[arg(long, value_name = "NAME|ID")]
    pub(crate) company: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
