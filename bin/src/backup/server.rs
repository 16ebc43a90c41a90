//! Backups of a PostgreSQL database, by PostgreSQL's own tools.

use crate::config::Config;
use crate::{database_url, out, wiring};
use anyhow::{Context, Result, anyhow, bail};
use std::ffi::OsStr;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// How every archive of `pg_dump --format=custom` begins.
const MAGIC: &[u8; 5] = b"PGDMP";
/// Where Debian keeps the tools of each version.
const INSTALLED: &str = "/usr/lib/postgresql";
/// Migrations are recorded here.
const MIGRATIONS: &str = "__diesel_schema_migrations";

pub(super) fn backup(config: &Config, to: &Path) -> Result<()> {
    create_private(to)?;
    let mut dump = tool("pg_dump", config);
    dump.args(["--format=custom", "--no-owner", "--no-privileges", "--file"]).arg(to);
    run("pg_dump", &mut dump)?;
    Ok(())
}

pub(super) fn restore(config: &Config, source: &Path, force: bool) -> Result<()> {
    check_kind(source)?;
    refuse_newer(config, source)?;
    if ask(config, "SELECT to_regclass('companies') IS NOT NULL")? == "t" && !force {
        bail!("there are books in this database already; --force replaces them");
    }
    let others = ask(
        config,
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
         AND backend_type = 'client backend'",
    )?;
    if others != "0" {
        bail!("{others} connections use this database; stop the servers first");
    }
    let mut restore = tool("pg_restore", config);
    restore
        .args(["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"])
        .args(["--clean", "--if-exists"])
        .arg(source);
    run("pg_restore", &mut restore)?;
    out::line(format_args!(
        "Restored {} from {}; `partita verify` proves the books",
        database_url::masked(&config.database_url),
        source.display()
    ))?;
    Ok(())
}

fn check_kind(source: &Path) -> Result<()> {
    let mut begins = [0; MAGIC.len()];
    match std::fs::File::open(source).and_then(|mut file| file.read_exact(&mut begins)) {
        Ok(()) if &begins == MAGIC => Ok(()),
        Err(error) if error.kind() != ErrorKind::UnexpectedEof => {
            Err(anyhow!("{} cannot be read: {error}", source.display()))
        }
        _ => bail!("{} is not a backup of a PostgreSQL database", source.display()),
    }
}

/// Looks into the archive before anything is replaced.
fn refuse_newer(config: &Config, source: &Path) -> Result<()> {
    let mut list = plain_tool("pg_restore");
    list.args(["--data-only", "--table", MIGRATIONS, "--file=-"]).arg(source);
    let applied = run("pg_restore", &mut list)?;
    let known = known_migrations(config)?;
    let newer = copied_rows(&applied).find(|version| !known.contains(version));
    match newer {
        Some(version) => bail!(
            "{} was made by a newer partita; this one ({}) does not know its migration {version}",
            source.display(),
            env!("CARGO_PKG_VERSION")
        ),
        None => Ok(()),
    }
}

/// The first columns of what an archive copies into tables.
fn copied_rows(script: &str) -> impl Iterator<Item = String> {
    script
        .lines()
        .skip_while(|line| !line.starts_with("COPY "))
        .skip(1)
        .take_while(|line| *line != "\\.")
        .filter_map(|line| line.split('\t').next().map(ToOwned::to_owned))
}

/// Every migration has the same number in both kinds of databases, so an empty file misses all that there are.
fn known_migrations(config: &Config) -> Result<Vec<String>> {
    let path = std::env::temp_dir().join(format!("partita-migrations-{}", std::process::id()));
    let empty = super::Partial { path };
    create_private(&empty.path)?;
    partita_sql::pending_migrations(&format!("sqlite:{}", empty.path.display()))
        .map_err(|error| wiring::explained(config, &error))
}

fn create_private(path: &Path) -> Result<()> {
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|error| anyhow!("{} cannot be written: {error}", path.display()))
}

/// Asks the database one thing.
fn ask(config: &Config, question: &str) -> Result<String> {
    let mut psql = tool("psql", config);
    psql.args(["--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--command", question]);
    Ok(run("psql", &mut psql)?.trim().to_owned())
}

/// A tool that connects to the configured database. Arguments are visible to every user of the machine, so the password
/// travels in the environment.
fn tool(name: &str, config: &Config) -> Command {
    let (url, password) = database_url::without_password(&config.database_url);
    let mut command = plain_tool(name);
    command.arg("--no-password").arg("--dbname").arg(url);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    command
}

fn plain_tool(name: &str) -> Command {
    let in_path = Command::new(name).arg("--version").output().is_ok();
    let installed = if in_path { None } else { newest_installed(name) };
    let mut command = Command::new(installed.unwrap_or_else(|| PathBuf::from(name)));
    command.stdin(Stdio::null());
    command
}

/// The newest of the versions that Debian keeps side by side: a tool reads every older server, but no newer one.
fn newest_installed(name: &str) -> Option<PathBuf> {
    let versions = std::fs::read_dir(INSTALLED).ok()?;
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|version| {
            let folder = version.ok()?.path();
            let number = folder.file_name().and_then(OsStr::to_str)?.parse().ok()?;
            let tool = folder.join("bin").join(name);
            tool.is_file().then_some((number, tool))
        })
        .collect();
    found.sort();
    found.pop().map(|(_, tool)| tool)
}

fn run(name: &str, command: &mut Command) -> Result<String> {
    let output: Output = match command.output() {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "{name} is not installed: it comes with PostgreSQL's client programs (Debian: postgresql-client) and \
             must be in PATH"
        ),
        Err(error) => return Err(error).with_context(|| format!("{name} cannot be started")),
    };
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!(
            "{name} failed: {}",
            said.trim().trim_start_matches(&format!("{name}: ")).trim_start_matches("error: ")
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_tells_its_migrations() {
        let script = "SET x;\nCOPY public.m (version, run_on) FROM stdin;\n0001\t2026-01-01\n0002\tx\n\\.\n\nSELECT 1;\n";
        assert_eq!(copied_rows(script).collect::<Vec<_>>(), ["0001", "0002"]);
        assert_eq!(copied_rows("nothing").count(), 0);
    }
}
