//! Randomness for credentials.

/// Draws secrets from the operating system's secure source.
pub trait Secrets: Send + Sync {
    /// `length` letters and digits (A-Z, a-z, 0-9), each equally likely.
    ///
    /// # Errors
    /// When the source does not answer.
    fn alphanumeric(&self, length: usize) -> super::Stored<String>;
}
