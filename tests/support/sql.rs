//! Fresh stores in SQL databases.

use crate::postgres::Cluster;
use partita_application::ports::Cipher;
use partita_sql::{SqlOptions, SqlStore};
use partita_system::{EncryptionKey, SystemCipher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A key that is no secret: the same in every run.
///
/// # Panics
/// Never.
#[must_use]
pub fn cipher() -> Arc<dyn Cipher> {
    let key = EncryptionKey::parse(&"5e".repeat(32)).expect("64 hexadecimal digits");
    Arc::new(SystemCipher::new(&key))
}

/// Options for tests: statements are counted, and a server may forget.
#[must_use]
pub fn options() -> SqlOptions {
    SqlOptions {
        require_durable: false,
        count_statements: true,
        cipher: Some(cipher()),
        ..SqlOptions::default()
    }
}

/// A directory that is removed with its owner.
pub struct Directory(PathBuf);

impl Directory {
    /// Makes one.
    ///
    /// # Panics
    /// When that is not possible.
    #[must_use]
    pub fn fresh() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("partita-test-{}-{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir(&path).expect("make a directory");
        Self(path)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The URL of a database file in it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("sqlite:{}/books.db", self.0.display())
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs a test with the URL of a fresh database with all migrations, once for each kind.
///
/// # Panics
/// When a database cannot be made.
pub fn for_each_database(test: impl Fn(&str)) {
    let directory = Directory::fresh();
    partita_sql::migrate(&directory.url()).expect("migrate a file");
    test(&directory.url());
    if let Some(cluster) = Cluster::shared() {
        test(&cluster.create_migrated_database());
    }
}

/// Opens a database.
///
/// # Panics
/// When that is not possible.
#[must_use]
pub fn open(url: &str) -> SqlStore {
    SqlStore::open(url, &options()).expect("open a database")
}
