//! The log: plain lines for people, JSON for machines, always on standard error.

use crate::config::{Config, LogFormat};
use crate::out;
use anyhow::{Result, anyhow};
use std::io::stderr;
use tracing_subscriber::EnvFilter;

/// Starts logging.
pub(crate) fn start(config: &Config) -> Result<()> {
    let filter = EnvFilter::builder()
        .parse(&config.log)
        .map_err(|error| anyhow!("the setting log is `{}`, which is no filter: {error}", config.log))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_ansi(out::notes_on_terminal());
    let as_json = match config.log_format {
        LogFormat::Auto => !out::notes_on_terminal(),
        LogFormat::Text => false,
        LogFormat::Json => true,
    };
    let started = if as_json {
        lines.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init()
    } else {
        lines.with_target(false).try_init()
    };
    started.map_err(|error| anyhow!("the log cannot be started: {error}"))
}
