//! Free key/value pairs that an integration hangs on a resource.

use crate::refusal::{Constraint, Refusal};
use crate::text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// At most this many pairs.
pub const MAX_KEYS: usize = 20;
/// At most this many bytes of keys and values together.
pub const MAX_BYTES: usize = 4096;

/// Up to 20 pairs: keys of up to 64, values of up to 256 characters, 4 KB in all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metadata(pub BTreeMap<String, String>);

impl Metadata {
    /// Whether there is no pair.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Checks the limits.
    ///
    /// # Errors
    /// `metadata`, or `metadata.<key>`, with constraint `length` or `format`.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.0.len() > MAX_KEYS {
            return Err(Refusal::field(
                "metadata",
                Constraint::Length,
                format!("at most {MAX_KEYS} keys are allowed, {} were given", self.0.len()),
            ));
        }
        let mut bytes = 0;
        for (key, value) in &self.0 {
            text::check_filled(key, "metadata", 64)?;
            text::check(value, &format!("metadata.{key}"), 256)?;
            bytes += key.len() + value.len();
        }
        if bytes > MAX_BYTES {
            return Err(Refusal::field(
                "metadata",
                Constraint::Length,
                format!("at most {MAX_BYTES} bytes are allowed, {bytes} were given"),
            ));
        }
        Ok(())
    }
}
