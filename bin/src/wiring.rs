//! Which adapters are used, and how they are opened.

use crate::config::Config;
use crate::database_url::{Place, masked};
use crate::encryption_key;
use anyhow::{Context, Result, anyhow, bail};
use partita_application::App;
use partita_application::ports::{Cipher, Store};
use partita_memory::MemoryStore;
use partita_pdf::PdfPrinter;
use partita_sql::{OpenError, SqlOptions, SqlStore};
use partita_system::{EncryptionKey, SystemCipher};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The application over the configured store.
pub(crate) struct Books {
    pub(crate) app: Arc<App>,
    /// Held for as long as the database is in use, so that nobody replaces it meanwhile.
    _in_use: Option<File>,
}

/// Opens a database that exists and is up to date.
pub(crate) fn open(config: &Config) -> Result<Books> {
    let place = config.place();
    if let Place::File(path) = &place
        && !path.exists()
    {
        bail!("there is no database {}; `partita init` or `partita serve` makes one", path.display());
    }
    let in_use = mark_in_use(&place)?;
    // A command that finds no key can do everything that needs none.
    let store: Arc<dyn Store> = match &place {
        Place::Memory => Arc::new(MemoryStore::new()),
        Place::File(_) | Place::Server => {
            let key = encryption_key::read(&config.encryption_key_file)?;
            Arc::new(open_store(config, key.as_ref())?)
        }
    };
    Ok(Books { app: Arc::new(partita_system::app(store)), _in_use: in_use })
}

/// Opens the database; makes it first where that is needed and allowed.
pub(crate) fn open_or_make(config: &Config) -> Result<Books> {
    let place = config.place();
    make_folder(config, &place)?;
    let in_use = mark_in_use(&place)?;
    let is_new = matches!(&place, Place::File(path) if !path.exists());
    if place != Place::Memory && (config.auto_migrate || is_new) {
        let applied =
            partita_sql::migrate(&config.database_url).map_err(|error| explained(config, &error))?;
        if !applied.is_empty() {
            tracing::info!(migrations = applied.join(", "), "the database's schema is up to date now");
        }
    }
    let store: Arc<dyn Store> = match &place {
        Place::Memory => Arc::new(MemoryStore::new()),
        Place::File(_) | Place::Server => Arc::new(open_with_key(config)?),
    };
    let app = partita_system::app(store).with_printer(Arc::new(PdfPrinter));
    Ok(Books { app: Arc::new(app), _in_use: in_use })
}

/// Opens the database with the key that there is, or with a new one. That is kept only once the database was opened with
/// it: one in which something is sealed already needs its own.
fn open_with_key(config: &Config) -> Result<SqlStore> {
    let path = &config.encryption_key_file;
    if let Some(key) = encryption_key::read(path)? {
        return open_store(config, Some(&key));
    }
    let key = EncryptionKey::random()?;
    let store = open_store(config, Some(&key))?;
    make_private_folder(config, path)?;
    if encryption_key::write_new(path, &key)? {
        tracing::info!(file = %path.display(), "made the key that seals tax numbers; keep a copy of it apart from the backups");
        return Ok(store);
    }
    // Another process that starts at the same moment was first.
    let key = encryption_key::read(path)?;
    open_store(config, key.as_ref())
}

/// A server that trades safety for speed is the choice of whoever runs it, as in tests; but nobody should be unaware.
fn open_store(config: &Config, key: Option<&EncryptionKey>) -> Result<SqlStore> {
    let cipher = key.map(|key| Arc::new(SystemCipher::new(key)) as Arc<dyn Cipher>);
    let options = SqlOptions { pool_size: config.pool_size, cipher, ..SqlOptions::default() };
    let opened = match SqlStore::open(&config.database_url, &options) {
        Err(OpenError::NotDurable(setting)) => {
            tracing::warn!(
                "the database server runs with {setting}: what was acknowledged is lost when its power fails"
            );
            SqlStore::open(&config.database_url, &SqlOptions { require_durable: false, ..options })
        }
        opened => opened,
    };
    opened.map_err(|error| explained(config, &error))
}

/// Makes the folder of a database file, for its owner only.
pub(crate) fn make_folder(config: &Config, place: &Place) -> Result<()> {
    match place {
        Place::File(database) => make_private_folder(config, database),
        Place::Memory | Place::Server => Ok(()),
    }
}

/// Makes the folder of a file, for its owner only.
fn make_private_folder(config: &Config, file: &Path) -> Result<()> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => return Ok(()),
    };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let remedy = if folder == config.data_dir { "; choose another with --data-dir" } else { "" };
    builder
        .create(folder)
        .map_err(|error| anyhow!("the data folder {} cannot be made: {error}{remedy}", folder.display()))
}

/// Takes part in the use of a database file. Whoever wants to replace the file asks for the lock alone; it ends with the
/// process, however that ends.
pub(crate) fn mark_in_use(place: &Place) -> Result<Option<File>> {
    let Place::File(database) = place else { return Ok(None) };
    let file = lock_file(database)?;
    match file.try_lock_shared() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => {
            bail!("{} is being replaced by a backup; try again when that is done", database.display())
        }
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", database.display()))
        }
    }
}

/// Takes a database file for oneself; `None` while anybody uses it.
pub(crate) fn lock_alone(database: &Path) -> Result<Option<File>> {
    let file = lock_file(database)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", database.display()))
        }
    }
}

fn lock_file(database: &Path) -> Result<File> {
    let path = beside(database, ".lock");
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&path).map_err(|error| {
        let folder = database.parent().unwrap_or(database);
        anyhow!(
            "the folder {} is not writable: {error}; choose another with --data-dir",
            if folder.as_os_str().is_empty() { Path::new(".") } else { folder }.display()
        )
    })
}

/// The path with something added to its last part.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Why a database could not be opened, with what to do about it.
pub(crate) fn explained(config: &Config, error: &OpenError) -> anyhow::Error {
    let database = masked(&config.database_url);
    match error {
        OpenError::UnknownScheme(_) => anyhow!("{error}"),
        OpenError::Unreachable(cause) => anyhow!("the database {database} cannot be opened: {cause}"),
        OpenError::Locked => {
            anyhow!("the database {database} is locked by another process; stop that one, then try again")
        }
        OpenError::Newer(version) => anyhow!(
            "this database was made by a newer partita; this one ({}) does not know its migration {version}",
            env!("CARGO_PKG_VERSION")
        ),
        OpenError::Outdated(missing) => {
            anyhow!(
                "the database {database} needs migrations ({}); run `partita migrate`",
                missing.join(", ")
            )
        }
        OpenError::Migration(cause) => anyhow!("a migration of {database} failed and was undone: {cause}"),
        OpenError::WrongKey => {
            let file = config.encryption_key_file.display();
            let why = if config.encryption_key_file.exists() { "holds another key" } else { "is missing" };
            anyhow!(
                "tax numbers in {database} are sealed, and the file {file} {why}; put the key there with which they \
                 were sealed, or name its file with --encryption-key-file"
            )
        }
        OpenError::NotDurable(setting) => {
            anyhow!("the server of {database} runs with {setting}: it would lose what it has acknowledged")
        }
    }
}
