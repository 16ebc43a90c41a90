//! `partita config`: what is in force, and from where.

use super::Config;
use super::settings::SETTINGS;
use crate::table::{Align, Table};
use crate::{database_url, out};
use std::process::ExitCode;

pub(crate) fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let mut table = Table::new(&[
        ("Setting", Align::Left),
        ("Value", Align::Left),
        ("From", Align::Left),
        ("Variable", Align::Left),
    ]);
    for setting in &SETTINGS {
        table.row([
            setting.key.to_owned(),
            config.shown(setting.key),
            config.origin(setting.key),
            setting.variable(),
        ]);
    }
    out::line(table.text())?;
    Ok(ExitCode::SUCCESS)
}

impl Config {
    /// A value as a person may see it.
    fn shown(&self, key: &str) -> String {
        let value = self.layers.find_value(key).ok();
        let text = |value: &figment::value::Value| {
            value
                .as_str()
                .map(ToOwned::to_owned)
                .or_else(|| value.to_bool().map(|switch| switch.to_string()))
                .or_else(|| value.to_u128().map(|number| number.to_string()))
                // As TOML has them.
                .or_else(|| value.to_i128().map(|number| number.to_string()))
                .unwrap_or_default()
        };
        match (key, value) {
            ("database_url", Some(value)) => database_url::masked(&text(&value)),
            (_, Some(value)) => match value.as_array() {
                Some(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
                None => text(&value),
            },
            (_, None) => String::new(),
        }
    }
}
