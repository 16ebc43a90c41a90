//! The file with the key that seals secrets.

use crate::wiring::beside;
use anyhow::{Context, Result, anyhow, bail};
use partita_system::EncryptionKey;
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

/// The key in a file; `None` where there is no such file.
pub(crate) fn read(path: &Path) -> Result<Option<EncryptionKey>> {
    let shown = path.display();
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => bail!("the encryption key {shown} cannot be read: {error}"),
    };
    check_private(&file, path)?;
    let mut text = String::new();
    // No key is longer than this, and some files have no end.
    Read::by_ref(&mut file).take(1_000).read_to_string(&mut text).map_err(|error| match error.kind() {
        ErrorKind::InvalidData => malformed(path),
        _ => anyhow!("the encryption key {shown} cannot be read: {error}"),
    })?;
    EncryptionKey::parse(&text).map(Some).map_err(|_| malformed(path))
}

fn malformed(path: &Path) -> anyhow::Error {
    anyhow!(
        "the file {} holds no encryption key, which is 64 hexadecimal digits; put the key there, or remove the file if no \
         tax number was ever stored",
        path.display()
    )
}

/// A key that everybody can read is no secret, and one that others can change may be theirs. The group may read it, as
/// where a service manager hands it over.
#[cfg(unix)]
fn check_private(file: &File, path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let shown = path.display();
    let about = file.metadata().with_context(|| format!("the encryption key {shown}"))?;
    let mode = about.permissions().mode() & 0o777;
    if mode & 0o027 != 0 {
        bail!("the encryption key {shown} is open to others (mode {mode:04o}); say `chmod 600 {shown}`");
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_private(_: &File, _: &Path) -> Result<()> {
    Ok(())
}

/// Writes a key to a file that nobody else can read; false, and nothing done, where the file exists already. The file
/// appears under its name only with all that is in it.
pub(crate) fn write_new(path: &Path, key: &EncryptionKey) -> Result<bool> {
    let shown = path.display();
    let partial = beside(path, &format!(".partial-{}", std::process::id()));
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&partial).and_then(|mut file| {
        writeln!(file, "{}", key.text())?;
        file.sync_all()?;
        std::fs::hard_link(&partial, path)
    });
    let _ = std::fs::remove_file(&partial);
    match written {
        Ok(()) => {
            crate::backup::sync_folder(path);
            Ok(true)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => bail!("the encryption key {shown} cannot be written: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(name: &str) -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("partita-key-{}-{name}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        path
    }

    #[test]
    fn a_key_is_written_once_and_comes_back() {
        let path = path("once");
        assert!(read(&path).unwrap().is_none());
        let key = EncryptionKey::random().unwrap();
        assert!(write_new(&path, &key).unwrap());
        assert_eq!(read(&path).unwrap(), Some(key.clone()));
        assert!(!write_new(&path, &EncryptionKey::random().unwrap()).unwrap(), "a key is never replaced");
        assert_eq!(read(&path).unwrap(), Some(key));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn a_key_that_is_open_to_others_or_malformed_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let path = path("refused");
        write_new(&path, &EncryptionKey::random().unwrap()).unwrap();
        for (mode, fine) in [(0o600, true), (0o400, true), (0o440, true), (0o604, false), (0o620, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let said = read(&path).map_err(|error| error.to_string());
            assert_eq!(said.is_ok(), fine, "{mode:o}: {said:?}");
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        for text in [&b"short"[..], b"", &[0xff; 32], &[b'0'; 2_000]] {
            std::fs::write(&path, text).unwrap();
            assert!(read(&path).unwrap_err().to_string().contains("holds no encryption key"));
        }
        std::fs::remove_file(&path).unwrap();
    }
}
