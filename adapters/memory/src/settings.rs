//! Settings.

use crate::tx::MemoryTx;
use partita_application::ports::{SettingsStore, Stored};
use partita_domain::settings::Settings;

impl SettingsStore for MemoryTx<'_> {
    fn find(&mut self) -> Stored<Option<Settings>> {
        Ok(self.books().settings.get(&()).cloned())
    }

    fn put(&mut self, settings: &Settings) -> Stored<()> {
        self.books_mut()?.settings.put((), settings.clone());
        Ok(())
    }
}
