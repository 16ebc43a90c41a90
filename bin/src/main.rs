//! The `partita` binary: configuration, command line, wiring.

mod backup;
mod cli;
mod completions;
mod config;
mod database_url;
mod demo;
mod encryption_key;
mod export;
mod import;
mod import_rates;
mod init;
mod key;
mod log;
mod migrate;
mod notice;
mod openapi;
mod out;
mod password;
mod recurring;
mod report;
mod serve;
mod table;
mod user;
mod verify;
mod wiring;

use clap::Parser;
use cli::{Cli, Command};
use config::Config;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) if out::reader_gone(&error) => ExitCode::SUCCESS,
        Err(error) => {
            out::note(format_args!("partita: {}", out::one_line(&error)));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let command = match cli.command {
        // These two describe the program, whatever its configuration.
        Some(Command::Openapi) => return openapi::run(),
        Some(Command::Completions(args)) => return completions::run(&args),
        command => command,
    };
    let config = Config::load(&cli.flags)?;
    match command.unwrap_or(Command::Serve(serve::Args {})) {
        Command::Serve(args) => serve::run(&config, &args),
        Command::Init(args) => init::run(&config, &args),
        Command::Migrate(args) => migrate::run(&config, &args),
        Command::Key(command) => key::run(&config, command),
        Command::User(command) => user::run(&config, command),
        Command::Report(command) => report::run(&config, command),
        Command::Import(args) => import::run(&config, &args),
        Command::ImportRates(args) => import_rates::run(&config, &args),
        Command::Export(args) => export::run(&config, &args),
        Command::Verify(args) => verify::run(&config, &args),
        Command::Backup(args) => backup::run(&config, &args),
        Command::Restore(args) => backup::restore(&config, &args),
        Command::Demo(args) => demo::run(&config, &args),
        Command::Config => config::show(&config),
        Command::Openapi => openapi::run(),
        Command::Completions(args) => completions::run(&args),
    }
}
