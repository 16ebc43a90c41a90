//! Secrets at rest: sealed with XChaCha20-Poly1305, found again by HMAC-SHA-256.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use partita_application::ports::{Cipher, StoreError, Stored};
use partita_domain::hash::Hash;
use sha2::Sha256;
use std::fmt;

/// How long a nonce is: so long that random ones never repeat.
const NONCE: usize = 24;
/// How a sealed text begins; another way to seal would have another.
const FORM: &str = "x1";

/// 32 random bytes from which all keys follow.
#[derive(Clone, PartialEq, Eq)]
pub struct EncryptionKey([u8; 32]);

/// The text is no key.
#[derive(Debug, PartialEq, Eq)]
pub struct MalformedKey;

impl fmt::Display for MalformedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key is 64 lower-case hexadecimal digits")
    }
}

impl std::error::Error for MalformedKey {}

impl EncryptionKey {
    /// A new one, from the operating system's secure source.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when that does not answer.
    pub fn random() -> Stored<Self> {
        Ok(Self(random()?))
    }

    /// Reads what [`text`](Self::text) has written; blanks and line ends around it do not count.
    ///
    /// # Errors
    /// [`MalformedKey`].
    pub fn parse(text: &str) -> Result<Self, MalformedKey> {
        text.trim_ascii().parse().map(|Hash(bytes)| Self(bytes)).map_err(|_| MalformedKey)
    }

    /// The key in hexadecimal digits: for the key file, and for nothing else.
    #[must_use]
    pub fn text(&self) -> String {
        Hash(self.0).to_string()
    }

    /// A key for one purpose.
    fn derived(&self, purpose: &str) -> [u8; 32] {
        authenticate(&self.0, &[purpose.as_bytes()])
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncryptionKey")
    }
}

/// Seals with a key that the process has read from a file.
pub struct SystemCipher {
    sealing: XChaCha20Poly1305,
    digesting: [u8; 32],
    /// Tells keys apart in error messages, and nothing else of them.
    name: String,
}

impl SystemCipher {
    /// A cipher with a key.
    #[must_use]
    pub fn new(key: &EncryptionKey) -> Self {
        let name = Hash(key.derived("partita: name of the key")).to_string();
        Self {
            sealing: XChaCha20Poly1305::new(&Key::from(key.derived("partita: sealing"))),
            digesting: key.derived("partita: digests"),
            name: name.chars().take(8).collect(),
        }
    }
}

impl fmt::Debug for SystemCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SystemCipher({})", self.name)
    }
}

impl Cipher for SystemCipher {
    fn seal(&self, context: &str, text: &str) -> Stored<String> {
        let nonce: [u8; NONCE] = random()?;
        let payload = Payload { msg: text.as_bytes(), aad: context.as_bytes() };
        let sealed = self.sealing.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| StoreError::Unavailable("a secret cannot be sealed".into()))?;
        Ok(format!("{FORM}.{}.{}", self.name, hexadecimal(nonce.into_iter().chain(sealed))))
    }

    fn open(&self, context: &str, sealed: &str) -> Stored<String> {
        let corrupt = |why: &str| StoreError::Corrupt(format!("{context}: {why}"));
        let mut parts = sealed.splitn(3, '.');
        let (Some(FORM), Some(name), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(corrupt("it is sealed in a way that is not known"));
        };
        if name != self.name {
            let (is, has) = (name, &self.name);
            return Err(corrupt(&format!("it is sealed with the key {is}, but the key in use is {has}")));
        }
        let bytes = from_hexadecimal(text).ok_or_else(|| corrupt("it is not hexadecimal"))?;
        let Some((nonce, sealed)) = bytes.split_first_chunk::<NONCE>() else {
            return Err(corrupt("it is too short"));
        };
        let payload = Payload { msg: sealed, aad: context.as_bytes() };
        let opened = self.sealing.decrypt(&XNonce::from(*nonce), payload);
        let opened = opened.map_err(|_| corrupt("it was changed after it was sealed"))?;
        String::from_utf8(opened).map_err(|_| corrupt("it is not text"))
    }

    fn digest(&self, context: &str, text: &str) -> Hash {
        Hash(authenticate(&self.digesting, &[context.as_bytes(), text.as_bytes()]))
    }
}

/// HMAC-SHA-256 of parts, each preceded by its length.
fn authenticate(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC fills a short key up with zeros, to the length of a block.
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new(&block.into());
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[expect(clippy::disallowed_methods, reason = "this is where everybody else's randomness comes from")]
fn random<const LENGTH: usize>() -> Stored<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Unavailable(Box::new(error)))?;
    Ok(bytes)
}

fn hexadecimal(bytes: impl Iterator<Item = u8>) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    bytes.flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cipher(byte: u8) -> SystemCipher {
        SystemCipher::new(&EncryptionKey([byte; 32]))
    }

    #[test]
    fn what_is_sealed_opens_under_its_own_context_and_key_only() {
        let one = cipher(1);
        for text in ["123-45-6789", "", "Größe 書"] {
            let sealed = one.seal("a", text).unwrap();
            assert!(!sealed.contains("6789"), "{sealed}");
            assert_eq!(one.open("a", &sealed).unwrap(), text);
            assert_ne!(one.seal("a", text).unwrap(), sealed, "each time differently");
            assert!(one.open("b", &sealed).unwrap_err().to_string().contains("was changed"));
            let other = cipher(2).open("a", &sealed).unwrap_err().to_string();
            assert!(other.contains(&one.name) && other.contains(&cipher(2).name), "{other}");
        }
    }

    #[test]
    fn what_was_changed_does_not_open() {
        let one = cipher(1);
        let sealed = one.seal("a", "123-45-6789").unwrap();
        for i in 12..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[i] = if changed[i] == b'0' { b'1' } else { b'0' };
            assert!(one.open("a", &String::from_utf8(changed).unwrap()).is_err(), "{i}");
        }
        let (short, name) = (&sealed[..30], &one.name);
        for wrong in ["", "x1", "123-45-6789", short, &format!("x1.{name}."), &format!("x1.{name}.abc")] {
            assert!(one.open("a", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn digests_are_equal_for_equal_texts_of_one_context_and_key() {
        let one = cipher(1);
        assert_eq!(one.digest("a", "x"), one.digest("a", "x"));
        assert_ne!(one.digest("a", "x"), one.digest("a", "y"));
        assert_ne!(one.digest("a", "x"), one.digest("b", "x"));
        assert_ne!(one.digest("ab", "c"), one.digest("a", "bc"));
        assert_ne!(one.digest("a", "x"), cipher(2).digest("a", "x"));
    }

    #[test]
    fn keys_are_read_as_they_are_written_and_differ() {
        let key = EncryptionKey::random().unwrap();
        assert_eq!(EncryptionKey::parse(&format!("{}\n", key.text())), Ok(key.clone()));
        assert_ne!(EncryptionKey::random().unwrap(), key);
        assert!(!format!("{key:?} {:?}", SystemCipher::new(&key)).contains(&key.text()[..8]));
        for wrong in ["", "0", &"g".repeat(64), &"0".repeat(63), &"0".repeat(65)] {
            assert_eq!(EncryptionKey::parse(wrong), Err(MalformedKey), "{wrong}");
        }
    }
}
