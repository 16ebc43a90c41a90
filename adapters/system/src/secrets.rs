//! Randomness for credentials.

use partita_application::ports::{Secrets, StoreError, Stored};

const LETTERS_AND_DIGITS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// The largest multiple of 62 that a byte can hold: bytes from here on would make the first characters likelier.
const FAIR: u8 = 248;

/// The operating system's secure source.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemSecrets;

impl Secrets for SystemSecrets {
    #[expect(clippy::disallowed_methods, reason = "this is where everybody else's randomness comes from")]
    fn alphanumeric(&self, length: usize) -> Stored<String> {
        let mut secret = String::with_capacity(length);
        let mut bytes = [0_u8; 64];
        while secret.len() < length {
            getrandom::fill(&mut bytes).map_err(|error| StoreError::Unavailable(Box::new(error)))?;
            let missing = length - secret.len();
            secret.extend(bytes.iter().copied().filter_map(character).take(missing));
        }
        Ok(secret)
    }
}

/// The character that a random byte stands for; none where the byte would not be fair.
fn character(byte: u8) -> Option<char> {
    let place = usize::from(byte) % LETTERS_AND_DIGITS.len();
    if byte < FAIR { LETTERS_AND_DIGITS.get(place).copied().map(char::from) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn every_character_is_equally_likely() {
        let mut found: HashMap<char, u32> = HashMap::new();
        for drawn in (0..=u8::MAX).filter_map(character) {
            *found.entry(drawn).or_default() += 1;
        }
        assert_eq!(found.len(), 62);
        assert!(found.values().all(|times| *times == 4), "{found:?}");
    }

    #[test]
    fn secrets_have_the_length_asked_for_and_differ() {
        for length in [0, 1, 8, 64, 1_000] {
            let secret = SystemSecrets.alphanumeric(length).unwrap();
            assert_eq!(secret.len(), length);
            assert!(secret.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        }
        assert_ne!(SystemSecrets.alphanumeric(64).unwrap(), SystemSecrets.alphanumeric(64).unwrap());
    }
}
