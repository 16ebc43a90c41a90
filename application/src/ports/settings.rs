//! Settings.

use super::Stored;
use partita_domain::settings::Settings;

/// The settings of the company.
pub trait SettingsStore {
    /// Them, if they were ever put.
    fn find(&mut self) -> Stored<Option<Settings>>;
    /// Adds or replaces them.
    fn put(&mut self, settings: &Settings) -> Stored<()>;
}
