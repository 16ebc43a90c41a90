//! Backups of a database file: another database file, complete by itself.

use super::Partial;
use crate::config::Config;
use crate::{out, verify, wiring};
use anyhow::{Context, Result, anyhow, bail};
use partita_application::company;
use partita_sql::{OpenError, SqlOptions, SqlStore};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// How every SQLite database begins.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

pub(super) fn backup(config: &Config, database: &Path, to: &Path) -> Result<()> {
    if !database.exists() {
        bail!("there is no database {}", database.display());
    }
    let _in_use = wiring::mark_in_use(&config.place())?;
    partita_sql::backup(&config.database_url, to).map_err(|error| match error {
        OpenError::Unreachable(cause) => anyhow!("the backup cannot be written: {cause}"),
        error => wiring::explained(config, &error),
    })
}

/// Copies the backup beside the database, proves the copy, and only then puts it in its place.
pub(super) fn restore(config: &Config, source: &Path, database: &Path, force: bool) -> Result<()> {
    if database.exists() && !force {
        bail!("there are books in {} already; --force replaces them", database.display());
    }
    check_kind(source)?;
    wiring::make_folder(config, &config.place())?;
    let Some(_alone) = wiring::lock_alone(database)? else {
        bail!("{} is in use; stop the server first", database.display());
    };
    let partial = Partial::beside(database)?;
    copy(source, &partial.path)?;
    prove(source, &partial.path)?;
    // Opening and closing the old books folds their log into them, so that they are whole until they are replaced. They
    // may be damaged, which can be why a backup is wanted.
    let _ = partita_sql::pending_migrations(&config.database_url);
    // A log that is left belongs to the old books; the database engine would play it into the new ones.
    for suffix in ["-wal", "-shm"] {
        match std::fs::remove_file(wiring::beside(database, suffix)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error)
                    .with_context(|| format!("the log of {} cannot be removed", database.display()));
            }
            _ => {}
        }
    }
    partial.become_file(database)?;
    out::line(format_args!("Restored {} from {}", database.display(), source.display()))?;
    Ok(())
}

fn check_kind(source: &Path) -> Result<()> {
    let mut begins = [0; MAGIC.len()];
    let read = std::fs::File::open(source).and_then(|mut file| file.read_exact(&mut begins));
    match read {
        Ok(()) if &begins == MAGIC => Ok(()),
        Err(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            Err(anyhow!("{} cannot be read: {error}", source.display()))
        }
        _ => bail!("{} is not a backup of a file database", source.display()),
    }
}

fn copy(source: &Path, to: &Path) -> Result<()> {
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let copied = options.open(to).and_then(|mut to| {
        let mut from = std::fs::File::open(source)?;
        std::io::copy(&mut from, &mut to)?;
        to.sync_all()
    });
    copied.map_err(|error| anyhow!("{} cannot be copied to {}: {error}", source.display(), to.display()))
}

/// Opens the copy as it would be opened to serve, and verifies every company.
fn prove(source: &Path, copy: &Path) -> Result<()> {
    let shown = source.display();
    let url = format!("sqlite:{}", copy.display());
    let explained = |error: OpenError| match error {
        OpenError::Newer(version) => anyhow!(
            "{shown} was made by a newer partita; this one ({}) does not know its migration {version}",
            env!("CARGO_PKG_VERSION")
        ),
        error => anyhow!("{shown} cannot be restored: {error}"),
    };
    let missing = partita_sql::pending_migrations(&url).map_err(explained)?;
    if !missing.is_empty() {
        partita_sql::migrate(&url).map_err(explained)?;
    }
    let options = SqlOptions { pool_size: 1, ..SqlOptions::default() };
    let app = partita_system::app(Arc::new(SqlStore::open(&url, &options).map_err(explained)?));
    let wrong = || format!("{shown} is damaged");
    let companies = company::companies(&app).with_context(wrong)?;
    if companies.is_empty() {
        bail!("{shown} holds no company");
    }
    for company in companies {
        let verification = verify::verify_one(&app, &company).with_context(wrong)?;
        if let Some(problem) = verification.problems.first() {
            bail!("{shown} is damaged: {}: {problem}", company.name);
        }
        out::note(format_args!("{}: {} journal entries, sound", company.name, verification.entries_checked));
    }
    Ok(())
}
