//! Secrets at rest.

use super::Stored;
use partita_domain::hash::Hash;
use std::fmt;

/// Makes texts unreadable in a database. The key is kept elsewhere.
pub trait Cipher: Send + Sync + fmt::Debug {
    /// Seals a text, each time differently. It opens again only under the same `context`: a sealed text that is moved
    /// to another row is found out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when there is no randomness.
    fn seal(&self, context: &str, text: &str) -> Stored<String>;

    /// The text that was sealed under this context.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`](super::StoreError::Corrupt) when it was sealed with another key or context, or changed.
    fn open(&self, context: &str, sealed: &str) -> Stored<String>;

    /// What equal texts under one context have in common, and what tells nothing of the text to whoever has no key.
    fn digest(&self, context: &str, text: &str) -> Hash;
}
