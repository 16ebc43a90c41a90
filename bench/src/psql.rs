//! PostgreSQL's own programs.

use anyhow::{Context, Result, bail};
use partita_tests::postgres::Cluster;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

fn command(cluster: &Cluster, url: &str) -> Command {
    let mut command = Command::new(cluster.programs().join("psql"));
    command.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", url]);
    command.env("PGOPTIONS", "-c client_min_messages=warning");
    command
}

/// Runs statements and answers what they print.
pub(crate) fn run(cluster: &Cluster, url: &str, sql: &str) -> Result<String> {
    let mut child = command(cluster, url).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut input = child.stdin.take().context("a pipe")?;
    let text = sql.to_owned();
    let feeder = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output()?;
    let _ = feeder.join();
    if !output.status.success() {
        bail!("psql refused: {}", sql.get(..500).unwrap_or(sql));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// A session that is fed with statements and rows.
pub(crate) fn feed(cluster: &Cluster, url: &str) -> Result<Child> {
    Ok(command(cluster, url).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?)
}

/// The directory of the cluster's socket, in which the server may write.
pub(crate) fn directory(url: &str) -> Result<PathBuf> {
    let host = url.split("host=").nth(1).and_then(|rest| rest.split('&').next());
    Ok(PathBuf::from(host.context("a URL with a socket")?))
}
