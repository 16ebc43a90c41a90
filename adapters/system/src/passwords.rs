//! Password hashing.

use argon2::password_hash::{Error, PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use partita_application::ports::{Passwords, StoreError, Stored};

const SALT_LENGTH: usize = 16;

/// Argon2id in the strength that OWASP names first: 19 MiB of memory, two passes, one lane.
#[derive(Clone, Debug)]
pub struct Argon2Passwords {
    memory_kib: u32,
    passes: u32,
}

impl Default for Argon2Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Argon2Passwords {
    /// In full strength.
    #[must_use]
    pub const fn new() -> Self {
        Self { memory_kib: 19_456, passes: 2 }
    }

    /// As weak as argon2 goes, for tests that log in many times.
    #[must_use]
    pub const fn for_tests() -> Self {
        Self { memory_kib: 8, passes: 1 }
    }

    fn hasher(&self) -> Result<Argon2<'static>, Error> {
        let params = Params::new(self.memory_kib, self.passes, 1, None)?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }

    fn hash_with(&self, password: &str, salt: &[u8; SALT_LENGTH]) -> Result<PasswordHash, Error> {
        self.hasher()?.hash_password_with_salt(password.as_bytes(), salt)
    }

    /// Whether the password belongs to the hash; `None` when that was answered without any work.
    fn compare(&self, password: &str, hash: &str) -> Option<bool> {
        let hash = PasswordHash::new(hash).ok().filter(|hash| hash.salt.is_some() && hash.hash.is_some())?;
        match self.hasher().and_then(|hasher| hasher.verify_password(password.as_bytes(), &hash)) {
            Ok(()) => Some(true),
            Err(Error::PasswordInvalid) => Some(false),
            Err(_) => None,
        }
    }
}

impl Passwords for Argon2Passwords {
    #[expect(clippy::disallowed_methods, reason = "salts are drawn where the hashes are made")]
    fn hash(&self, password: &str) -> Stored<String> {
        let mut salt = [0_u8; SALT_LENGTH];
        getrandom::fill(&mut salt).map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        let hash = self.hash_with(password, &salt);
        Ok(hash.map_err(|error| StoreError::Unavailable(Box::new(error)))?.to_string())
    }

    fn verify(&self, password: &str, hash: &str) -> bool {
        self.compare(password, hash).unwrap_or_else(|| {
            // The answer must not come sooner for a user that does not exist than for a wrong password.
            let _ = std::hint::black_box(self.hash_with(password, &[0; SALT_LENGTH]));
            false
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn full_strength_is_written_into_the_hash() {
        let passwords = Argon2Passwords::new();
        let hash = passwords.hash("correct horse battery staple").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("correct horse battery staple", &hash));
        assert!(!passwords.verify("correct horse battery stable", &hash));
    }

    #[test]
    fn the_salt_is_fresh_and_a_hash_says_by_itself_how_it_was_made() {
        let weak = Argon2Passwords::for_tests();
        let (one, other) = (weak.hash("twelve chars").unwrap(), weak.hash("twelve chars").unwrap());
        assert_ne!(one, other);
        assert!(weak.verify("twelve chars", &one) && weak.verify("twelve chars", &other));
        assert!(Argon2Passwords::new().verify("twelve chars", &one));
    }

    const NO_HASHES: [&str; 5] = [
        "",
        "!",
        "$argon2id$",
        "$argon2id$v=19$m=19456,t=2,p=1",
        "$argon2id$v=19$m=0,t=0,p=0$YWJjZGVmZ2g$YWJjZGVmZ2hpamtsbW5vcA",
    ];

    #[test]
    fn what_is_no_hash_belongs_to_nobody() {
        let passwords = Argon2Passwords::for_tests();
        for nothing in NO_HASHES {
            assert_eq!(passwords.compare("wrong", nothing), None, "{nothing:?} is answered without work");
            assert!(!passwords.verify("wrong", nothing));
            assert!(!passwords.verify("", nothing));
        }
        let hash = passwords.hash("twelve chars").unwrap();
        assert_eq!(passwords.compare("wrong", &hash), Some(false));
    }

    #[test]
    fn what_is_no_hash_costs_the_work_of_one() {
        let passwords = Argon2Passwords::new();
        for nothing in NO_HASHES {
            let time = || {
                let begun = Instant::now();
                assert!(!passwords.verify("wrong", nothing));
                begun.elapsed()
            };
            // A busy machine makes everything slower and nothing faster: two passes over 19 MiB never take less than
            // this, an answer without them takes microseconds. Comparing with a real hash would fail by chance.
            let fastest = (0..5).map(|_| time()).min().unwrap();
            assert!(fastest > Duration::from_millis(1), "{nothing:?} took {fastest:?}");
        }
    }
}
