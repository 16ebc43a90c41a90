//! Copies of a database that is in use.

use crate::connection::{Place, create_private, once};
use crate::error::OpenError;
use crate::migrate;
use std::path::Path;

/// Writes a consistent copy of a file database to `to`, which must not exist. A database server is copied by its own
/// tools.
///
/// # Errors
/// [`OpenError::Unreachable`] for a server, and when one of the files cannot be used.
pub fn backup(url: &str, to: &Path) -> Result<(), OpenError> {
    let place = Place::of(url)?;
    if !matches!(place, Place::File(_)) {
        return Err(OpenError::unreachable("only a file is copied here; a server has tools of its own"));
    }
    place.must_exist()?;
    let name = to.to_str().ok_or_else(|| OpenError::unreachable("the path is not UTF-8"))?;
    if to.exists() {
        return Err(OpenError::unreachable(format!("{name} exists already")));
    }
    // The copy is as private as the books; an empty file is a valid target.
    create_private(to).map_err(OpenError::unreachable)?;
    let done = once(&place).and_then(|mut conn| migrate::vacuum_into(&mut conn, name));
    if done.is_err() {
        // Half a copy would be taken for a whole one.
        let _ = std::fs::remove_file(to);
    }
    done
}
