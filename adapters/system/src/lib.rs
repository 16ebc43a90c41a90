//! What only the machine can tell: the time, identifiers that nobody else has, randomness, and the slow hash of passwords.
//!
//! The only crate that may ask for them; everything else asks its ports, so that tests decide the answers.

mod clock;
mod ids;
mod passwords;
mod secrets;

pub use clock::SystemClock;
pub use ids::SystemIds;
pub use passwords::Argon2Passwords;
pub use secrets::SystemSecrets;
