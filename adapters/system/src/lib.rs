//! What only the machine can tell: the time, identifiers that nobody else has, randomness, the slow hash of passwords, and
//! the key that seals secrets.
//!
//! The only crate that may ask for them; everything else asks its ports, so that tests decide the answers.

mod cipher;
mod clock;
mod ids;
mod passwords;
mod secrets;

pub use cipher::{EncryptionKey, MalformedKey, SystemCipher};
pub use clock::SystemClock;
pub use ids::SystemIds;
pub use passwords::Argon2Passwords;
pub use secrets::SystemSecrets;

/// The application over a store, with this machine's clock and randomness.
#[must_use]
pub fn app(store: std::sync::Arc<dyn partita_application::ports::Store>) -> partita_application::App {
    use std::sync::Arc;
    partita_application::App::new(
        store,
        Arc::new(SystemClock),
        Arc::new(SystemIds),
        Arc::new(SystemSecrets),
        Arc::new(Argon2Passwords::new()),
    )
}
