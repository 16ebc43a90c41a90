//! Settings as flags of every command.

use super::LogFormat;
use anyhow::{Context, Result};
use figment::value::{Dict, Value};
use serde::Serialize;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// Those that were given.
#[derive(Clone, Debug, Default, clap::Args, Serialize)]
#[command(next_help_heading = "Settings (also PARTITA_… and partita.toml; see `partita config`)")]
pub(crate) struct Flags {
    /// Read settings from this file instead of <DATA_DIR>/partita.toml
    #[arg(long, global = true, value_name = "FILE")]
    #[serde(skip)]
    pub(crate) config: Option<PathBuf>,
    /// Where the books are: sqlite:PATH, postgres://USER@HOST/NAME or memory:
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) database_url: Option<String>,
    /// Listen on this address [default: 127.0.0.1:21384]
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bind: Option<SocketAddr>,
    /// The folder for the database and partita.toml [default: partita-data]
    #[arg(long, global = true, value_name = "FOLDER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Threads that take requests [default: one for each core]
    #[arg(long, global = true, hide_short_help = true, value_name = "COUNT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) workers: Option<usize>,
    /// Connections to the database [default: 8]
    #[arg(long, global = true, hide_short_help = true, value_name = "COUNT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pool_size: Option<u32>,
    /// Proxies whose X-Forwarded-For is believed, separated by commas
    #[arg(long, global = true, hide_short_help = true, value_name = "IP", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trusted_proxies: Option<Vec<IpAddr>>,
    /// What to log: error, warn, info, debug, trace, or a filter such as info,partita_http=debug
    #[arg(long, global = true, hide_short_help = true, value_name = "FILTER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log: Option<String>,
    /// How log lines look
    #[arg(long, global = true, hide_short_help = true, value_name = "FORMAT", value_enum)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log_format: Option<LogFormat>,
    /// How long a stopping server waits for requests that it has accepted [default: 10]
    #[arg(long, global = true, hide_short_help = true, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) drain_seconds: Option<u64>,
    /// The largest body of a request [default: 10485760]
    #[arg(long, global = true, hide_short_help = true, value_name = "BYTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_body_bytes: Option<usize>,
    /// Whether a starting server brings the database's schema up to date [default: true]
    #[arg(long, global = true, hide_short_help = true, value_name = "BOOL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) auto_migrate: Option<bool>,
    /// Write the first key to this file instead of showing it
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first_key_file: Option<PathBuf>,
    /// The key that seals secrets, made by the first start [default: encryption.key beside the database file or in DATA_DIR]
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) encryption_key_file: Option<PathBuf>,
    /// Make what recurs so often; 0 leaves it to `POST /recurring/run` [default: 300]
    #[arg(long, global = true, hide_short_help = true, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recurring_interval_seconds: Option<u64>,
}

impl Flags {
    pub(super) fn dict(&self) -> Result<Dict> {
        Value::serialize(self).ok().and_then(Value::into_dict).context("flags are UTF-8")
    }
}
