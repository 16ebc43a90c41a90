//! The list of settings: each is a key of the file, a variable of the environment and a flag.

use figment::value::{Dict, Value};

/// How a value is written in the environment.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    Number,
    Switch,
    /// Separated by commas.
    List,
}

/// One setting.
pub(super) struct Setting {
    pub(super) key: &'static str,
    pub(super) kind: Kind,
}

const fn setting(key: &'static str, kind: Kind) -> Setting {
    Setting { key, kind }
}

/// All of them, in the order in which they are shown.
pub(super) const SETTINGS: [Setting; 14] = [
    setting("database_url", Kind::Text),
    setting("bind", Kind::Text),
    setting("data_dir", Kind::Text),
    setting("workers", Kind::Number),
    setting("pool_size", Kind::Number),
    setting("trusted_proxies", Kind::List),
    setting("log", Kind::Text),
    setting("log_format", Kind::Text),
    setting("drain_seconds", Kind::Number),
    setting("max_body_bytes", Kind::Number),
    setting("auto_migrate", Kind::Switch),
    setting("first_key_file", Kind::Text),
    setting("encryption_key_file", Kind::Text),
    setting("recurring_interval_seconds", Kind::Number),
];

impl Setting {
    pub(super) fn named(key: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }

    /// Its variable of the environment.
    pub(super) fn variable(&self) -> String {
        format!("PARTITA_{}", self.key.to_ascii_uppercase())
    }
}

/// What holds where nobody says anything. `database_url` and `encryption_key_file` follow from `data_dir`;
/// `first_key_file` has none.
pub(super) fn defaults() -> Dict {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let values: [(&str, Value); 11] = [
        ("bind", "127.0.0.1:21384".into()),
        ("data_dir", "partita-data".into()),
        ("workers", cores.into()),
        ("pool_size", 8_u32.into()),
        ("trusted_proxies", Vec::<Value>::new().into()),
        ("log", "info".into()),
        ("log_format", "auto".into()),
        ("drain_seconds", 10_u32.into()),
        ("max_body_bytes", 10_485_760_u32.into()),
        ("auto_migrate", true.into()),
        ("recurring_interval_seconds", 300_u32.into()),
    ];
    values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flag(setting: &Setting) -> String {
        format!("--{}", setting.key.replace('_', "-"))
    }

    #[test]
    fn the_guide_names_every_setting_and_no_other() {
        let guide = include_str!("../../../docs/guides/configuration.md");
        let rows: Vec<&str> =
            guide.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
        let keys: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
        assert_eq!(rows, keys);
        for setting in &SETTINGS {
            assert!(guide.contains(&format!("`{}`", setting.variable())), "{}", setting.key);
            assert!(guide.contains(&format!("`{}`", flag(setting))), "{}", setting.key);
        }
    }

    #[test]
    fn every_setting_is_a_flag() {
        let command = <crate::cli::Cli as clap::CommandFactory>::command();
        for setting in &SETTINGS {
            let flag = flag(setting);
            assert!(command.get_arguments().any(|arg| Some(&flag[2..]) == arg.get_long()), "{flag}");
        }
    }
}
