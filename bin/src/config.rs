//! Configuration: defaults, then a file, then the environment, then flags; each overrules the one before it.
//!
//! Nothing else reads the environment.

mod flags;
mod settings;
mod show;

pub(crate) use flags::Flags;
pub(crate) use show::run as show;

use crate::database_url;
use anyhow::{Context, Result, anyhow, bail};
use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};
use serde::Deserialize;
use settings::{Kind, SETTINGS, Setting};
use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// Names the variable that says where the file is; the only one that is no setting.
const FILE_VARIABLE: &str = "PARTITA_CONFIG";

/// What is in force.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Config {
    pub(crate) database_url: String,
    pub(crate) bind: SocketAddr,
    pub(crate) data_dir: PathBuf,
    pub(crate) workers: usize,
    pub(crate) pool_size: u32,
    pub(crate) trusted_proxies: Vec<IpAddr>,
    pub(crate) log: String,
    pub(crate) log_format: LogFormat,
    pub(crate) drain_seconds: u64,
    pub(crate) max_body_bytes: usize,
    pub(crate) auto_migrate: bool,
    pub(crate) first_key_file: Option<PathBuf>,
    pub(crate) encryption_key_file: PathBuf,
    pub(crate) recurring_interval_seconds: u64,
    #[serde(skip)]
    layers: Figment,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogFormat {
    /// Plain text on a terminal, JSON elsewhere
    Auto,
    /// Plain text
    Text,
    /// One JSON object a line
    Json,
}

impl Config {
    /// Reads everything that configures this process.
    pub(crate) fn load(flags: &Flags) -> Result<Self> {
        Self::layered(flags, std::env::vars_os())
    }

    fn layered(flags: &Flags, variables: impl Iterator<Item = (OsString, OsString)>) -> Result<Self> {
        let (environment, named_file) = from_environment(variables)?;
        let (flags, named_file) = (flags.dict()?, flags.config.clone().or(named_file));
        let mut figment = Figment::new().join(Layer("default", settings::defaults()));
        let over = |figment: Figment| {
            figment.merge(Layer("environment", environment.clone())).merge(Layer("flag", flags.clone()))
        };
        let usual_file = data_dir(&over(figment.clone()))?.join("partita.toml");
        if let Some(file) = named_file.or_else(|| usual_file.is_file().then_some(usual_file)) {
            figment = figment.merge(Layer("file", from_file(&file)?));
        }
        let mut figment = over(figment);
        let folder = data_dir(&figment)?;
        let key_folder = key_folder(&figment, &folder);
        let database_url = Value::from(format!("sqlite:{}", folder.join("partita.db").display()));
        let key_file = Value::from(key_folder.join("encryption.key").display().to_string());
        let in_folder =
            [("database_url".to_owned(), database_url), ("encryption_key_file".to_owned(), key_file)];
        figment = figment.join(Layer("default", Dict::from(in_folder)));
        let mut config: Self = figment.extract().map_err(|error| wrong(&figment, error))?;
        config.layers = figment;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<()> {
        for (key, value) in [("workers", self.workers), ("max_body_bytes", self.max_body_bytes)] {
            if value == 0 {
                bail!("the setting {key} must be at least 1");
            }
        }
        if self.pool_size == 0 {
            bail!("the setting pool_size must be at least 1");
        }
        if database_url::Place::of(&self.database_url).is_none() {
            bail!(
                "the database URL `{}` is not understood; write sqlite:<path>, postgres://<user>@<host>/<name> or \
                 memory:",
                database_url::masked(&self.database_url)
            );
        }
        Ok(())
    }

    /// Where a setting comes from: `default`, `file`, `environment` or `flag`.
    pub(crate) fn origin(&self, key: &str) -> String {
        self.layers
            .find_metadata(key)
            .map_or_else(|| "default".to_owned(), |metadata| metadata.name.to_string())
    }

    /// Where the books are. [`Config::check`] has seen to it that the URL means something.
    pub(crate) fn place(&self) -> database_url::Place {
        database_url::Place::of(&self.database_url).unwrap_or(database_url::Place::Memory)
    }
}

/// The key of a database file lies beside it, wherever the program is started.
fn key_folder(figment: &Figment, data_dir: &Path) -> PathBuf {
    let url: Option<String> = figment.extract_inner("database_url").ok();
    match url.as_deref().and_then(database_url::Place::of) {
        Some(database_url::Place::File(path)) => path.parent().unwrap_or(Path::new("")).to_owned(),
        _ => data_dir.to_owned(),
    }
}

/// Values with the name of where they come from.
struct Layer(&'static str, Dict);

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.0)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.1.clone()))
    }
}

fn data_dir(figment: &Figment) -> Result<PathBuf> {
    figment.extract_inner("data_dir").map_err(|error| wrong(figment, error))
}

fn from_file(path: &Path) -> Result<Dict> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("the configuration file {shown}"))?;
    let values: Dict = Toml::from_str(&text).map_err(|error| {
        // In between, the library draws the line with an arrow under it.
        let said = error.to_string();
        let (place, reason) =
            (said.lines().next().unwrap_or_default(), said.lines().last().unwrap_or_default());
        anyhow!("the configuration file {shown} is not TOML: {place}: {reason}")
    })?;
    match values.keys().find(|key| Setting::named(key).is_none()) {
        Some(unknown) => bail!("the configuration file {shown} names an unknown setting `{unknown}`"),
        None => Ok(values),
    }
}

fn from_environment(
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<(Dict, Option<PathBuf>)> {
    let (mut values, mut file) = (Dict::new(), None);
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| name.starts_with("PARTITA_")) else { continue };
        if name == FILE_VARIABLE {
            file = Some(PathBuf::from(value));
            continue;
        }
        let Some(setting) = SETTINGS.iter().find(|setting| setting.variable() == name) else {
            bail!("the environment variable {name} is no setting; `partita config` lists them");
        };
        let value =
            value.to_str().with_context(|| format!("the environment variable {name} is not UTF-8"))?;
        let value = setting.kind.value(value).map_err(|expected| {
            anyhow!("the environment variable {name} is `{value}`, but must be {expected}")
        })?;
        values.insert(setting.key.to_owned(), value);
    }
    Ok((values, file))
}

impl Kind {
    /// A value from its text; otherwise what the text should have been.
    fn value(self, text: &str) -> Result<Value, &'static str> {
        match self {
            Self::Text => Ok(Value::from(text)),
            Self::Number => text.parse::<u64>().map(Value::from).map_err(|_| "a whole number"),
            Self::Switch => text.parse::<bool>().map(Value::from).map_err(|_| "true or false"),
            Self::List => Ok(Value::from(
                text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect::<Vec<_>>(),
            )),
        }
    }
}

fn wrong(figment: &Figment, error: figment::Error) -> anyhow::Error {
    let key = error.path.first().cloned().unwrap_or_default();
    let origin = figment.find_metadata(&key).map(|metadata| metadata.name.to_string()).unwrap_or_default();
    anyhow!("the setting {key} (from: {origin}) is wrong: {}", error.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(flags: &Flags, variables: &[(&str, &str)]) -> Result<Config> {
        let variables: Vec<(OsString, OsString)> =
            variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Config::layered(flags, variables.into_iter())
    }

    fn file(name: &str, text: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("partita-config-{}-{name}.toml", std::process::id()));
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn each_layer_overrules_the_one_before_it() {
        let config =
            file("layers", "workers = 3\npool_size = 3\nlog = \"debug\"\ntrusted_proxies = [\"::1\"]\n");
        let flags = Flags { config: Some(config.clone()), pool_size: Some(5), ..Flags::default() };
        let loaded = load(&flags, &[("PARTITA_LOG", "warn"), ("PARTITA_POOL_SIZE", "4"), ("HOME", "/x")]);
        std::fs::remove_file(config).unwrap();
        let config = loaded.unwrap();
        assert_eq!((config.workers, config.pool_size, config.log.as_str()), (3, 5, "warn"));
        assert_eq!(config.trusted_proxies, ["::1".parse::<IpAddr>().unwrap()]);
        let origins = ["bind", "workers", "log", "pool_size"].map(|key| config.origin(key));
        assert_eq!(origins, ["default", "file", "environment", "flag"]);
    }

    #[test]
    fn database_and_key_lie_in_the_data_folder_unless_something_else_is_said() {
        let config = load(&Flags::default(), &[("PARTITA_DATA_DIR", "/srv/books")]).unwrap();
        assert_eq!(config.database_url, "sqlite:/srv/books/partita.db");
        assert_eq!(config.origin("database_url"), "default");
        assert_eq!(config.encryption_key_file, Path::new("/srv/books/encryption.key"));
        let key_of = |url| {
            let variables = [("PARTITA_DATA_DIR", "/srv/books"), ("PARTITA_DATABASE_URL", url)];
            load(&Flags::default(), &variables).unwrap().encryption_key_file
        };
        assert_eq!(key_of("sqlite:/tmp/rehearsal.db"), Path::new("/tmp/encryption.key"));
        assert_eq!(key_of("postgres://db/books"), Path::new("/srv/books/encryption.key"));
        let config = load(&Flags::default(), &[("PARTITA_DATABASE_URL", "memory:")]).unwrap();
        assert_eq!(config.place(), database_url::Place::Memory);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let said =
            |flags: &Flags, variables: &[(&str, &str)]| load(flags, variables).unwrap_err().to_string();
        let none = Flags::default();
        let cases = [
            (("PARTITA_WORKER", "1"), "PARTITA_WORKER"),
            (("PARTITA_WORKERS", "many"), "a whole number"),
            (("PARTITA_WORKERS", "0"), "at least 1"),
            (("PARTITA_AUTO_MIGRATE", "yes"), "true or false"),
            (("PARTITA_BIND", "21384"), "the setting bind (from: environment)"),
            (("PARTITA_TRUSTED_PROXIES", "10.0.0.1, nginx"), "the setting trusted_proxies"),
            (("PARTITA_DATABASE_URL", "mysql://u:p@h/d"), "mysql://u:***@h/d"),
            (("PARTITA_CONFIG", "/nowhere/partita.toml"), "/nowhere/partita.toml"),
        ];
        for (variable, expected) in cases {
            let said = said(&none, &[variable]);
            assert!(said.contains(expected), "{said}");
        }
        for (text, expected) in [
            ("colour = 1", "`colour`"),
            ("workers =", "is not TOML"),
            ("workers = \"3\"", "the setting workers (from: file)"),
        ] {
            let config = file("wrong", text);
            let said = said(&Flags { config: Some(config.clone()), ..Flags::default() }, &[]);
            std::fs::remove_file(config).unwrap();
            assert!(said.contains(expected), "{said}");
        }
    }
}
