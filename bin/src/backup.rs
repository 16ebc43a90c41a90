//! `partita backup` and `partita restore`.

mod file;
mod server;

use crate::config::Config;
use crate::database_url::Place;
use crate::{out, wiring};
use anyhow::{Context, Result, anyhow, bail};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(crate) struct BackupArgs {
    /// The file to write
    file: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RestoreArgs {
    /// The file that `partita backup` has written
    file: PathBuf,
    /// Replace the books that are there
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(config: &Config, args: &BackupArgs) -> Result<ExitCode> {
    let target = &args.file;
    if target.exists() && !args.force {
        bail!("{} exists already; --force replaces it", target.display());
    }
    // Nobody must ever take half a backup for a whole one.
    let partial = Partial::beside(target)?;
    match config.place() {
        Place::Memory => bail!("the books of memory: cannot be backed up"),
        Place::File(database) => file::backup(config, &database, &partial.path)?,
        Place::Server => server::backup(config, &partial.path)?,
    }
    let bytes = partial.become_file(target)?;
    out::line(format_args!("{} ({bytes} bytes)", target.display()))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn restore(config: &Config, args: &RestoreArgs) -> Result<ExitCode> {
    let source = &args.file;
    if !source.is_file() {
        bail!("there is no backup {}", source.display());
    }
    match config.place() {
        Place::Memory => bail!("memory: ends with its process; there is nothing to restore into"),
        Place::File(database) => file::restore(config, source, &database, args.force)?,
        Place::Server => server::restore(config, source, args.force)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A file that is being written beside the one that it will become; gone if that never happens.
struct Partial {
    path: PathBuf,
}

impl Partial {
    fn beside(target: &Path) -> Result<Self> {
        let path = wiring::beside(target, &format!(".partial-{}", std::process::id()));
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder
            && !folder.is_dir()
        {
            bail!("there is no folder {}", folder.display());
        }
        Ok(Self { path })
    }

    /// Takes the place of the target, once it is on disk; answers its size.
    fn become_file(self, target: &Path) -> Result<u64> {
        let shown = target.display();
        let file = File::open(&self.path).with_context(|| format!("{shown} was not written"))?;
        let bytes = file.metadata().and_then(|about| file.sync_all().map(|()| about.len()));
        std::fs::rename(&self.path, target).map_err(|error| anyhow!("{shown} cannot be written: {error}"))?;
        sync_folder(target);
        bytes.with_context(|| format!("{shown} cannot be flushed to disk"))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm", "-journal", ".lock"] {
            let _ = std::fs::remove_file(wiring::beside(&self.path, suffix));
        }
    }
}

/// A renamed file is there after a power failure only once its folder is on disk. Where folders cannot be opened there is
/// nothing more to do.
pub(crate) fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
