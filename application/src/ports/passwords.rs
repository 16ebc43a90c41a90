//! Password hashing.

/// Hashes and checks passwords with argon2id.
pub trait Passwords: Send + Sync {
    /// The hash in PHC form, with a fresh salt.
    ///
    /// # Errors
    /// When randomness or memory is not to be had.
    fn hash(&self, password: &str) -> super::Stored<String>;
    /// Whether the password belongs to the hash. Takes as long for an empty hash as for any.
    fn verify(&self, password: &str, hash: &str) -> bool;
}
