//! The log: plain lines for people, JSON for machines, always on standard error.

use crate::config::{Config, LogFormat};
use crate::out;
use anyhow::{Result, anyhow};
use std::io::stderr;
use tracing_subscriber::EnvFilter;

/// Starts logging.
pub(crate) fn start(config: &Config) -> Result<()> {
    // The HTTP server tells of every thread that it starts, which only those who look for it want to know, and calls it an
    // error when a stranger sends what is no HTTP, which is answered with 400.
    let directives = format!("actix_server=warn,actix_http::h1=off,{}", config.log);
    let filter = EnvFilter::builder()
        .parse(directives)
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
    started.map_err(|error| anyhow!("the log cannot be started: {error}"))?;
    // Whatever reads the log expects one line for each event, and a trace of the stack is many.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let payload = panic.payload();
        let said = payload.downcast_ref::<&str>().copied();
        let said = said.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        tracing::error!(place, "a panic: {}", said.unwrap_or("of an unknown kind"));
    }));
    Ok(())
}
