//! `partita user`: people.

use crate::cli::CompanyArg;
use crate::config::Config;
use crate::password::{self, Password};
use crate::table::{Align, Table};
use crate::{out, wiring};
use anyhow::Result;
use partita_application::domain::audit_event::Source;
use partita_application::domain::timestamp;
use partita_application::page::Page;
use partita_application::user::{self, UserDraft, UserFilter};
use partita_application::{Call, company};
use std::process::ExitCode;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Add a user
    Add {
        #[command(flatten)]
        company: CompanyArg,
        /// Its name: lower-case letters, digits and ._-@+
        username: String,
        /// The name of its role, such as owner or viewer
        #[arg(long)]
        role: String,
        /// Its address for letters
        #[arg(long)]
        email: Option<String>,
        /// Read the password from standard input instead of making one
        #[arg(long)]
        password_stdin: bool,
    },
    /// Set the password of a user; all of its sessions end
    Password {
        #[command(flatten)]
        company: CompanyArg,
        /// Its name
        username: String,
        /// Read the password from standard input instead of making one
        #[arg(long)]
        password_stdin: bool,
    },
    /// List users
    List {
        #[command(flatten)]
        company: CompanyArg,
    },
}

pub(crate) fn run(config: &Config, command: Command) -> Result<ExitCode> {
    let books = wiring::open(config)?;
    let app = &books.app;
    let call = |arg: &CompanyArg| {
        company::choose(app, arg.company.as_deref()).map(|company| Call::system(company.id, Source::Cli))
    };
    match command {
        Command::Add { company, username, role, email, password_stdin } => {
            let call = call(&company)?;
            let password = password::get(app, password_stdin)?;
            let draft = UserDraft { external_id: None, username, email, role, is_active: true };
            let user = user::create(app, &call, &draft, &password.text)?.value;
            out::note(format_args!("Added {} with the role {}.", user.username, user.role));
            answer(&password)?;
        }
        Command::Password { company, username, password_stdin } => {
            let call = call(&company)?;
            let user = user::find_by_username(app, &call, &username)?;
            let password = password::get(app, password_stdin)?;
            user::set_password(app, &call, user.id, &password.text)?;
            out::note(format_args!("{} has a new password; its sessions have ended.", user.username));
            answer(&password)?;
        }
        Command::List { company } => {
            let call = call(&company)?;
            let headings = ["Username", "Role", "Email", "Active", "Last log-in", "Id"];
            let mut table = Table::new(&headings.map(|heading| (heading, Align::Left)));
            for user in user::list(app, &call, &UserFilter::default(), &Page::first(i64::MAX))?.items {
                table.row([
                    user.username,
                    user.role,
                    user.email.unwrap_or_default(),
                    if user.is_active { "yes" } else { "no" }.to_owned(),
                    user.last_login_at.map(timestamp::text).unwrap_or_default(),
                    user.id.to_string(),
                ]);
            }
            out::line(table.text())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A password that was made is the answer; one that was given is known already.
fn answer(password: &Password) -> Result<()> {
    if password.made {
        out::note("The password, shown only once:");
        out::line(&password.text)?;
    }
    Ok(())
}
