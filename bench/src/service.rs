//! The real binary, on a free port, with a key that no rate limit stops.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running service; it ends with this value.
pub(crate) struct Service {
    child: Child,
    pub(crate) address: String,
    pub(crate) key: String,
    pub(crate) started_in: Duration,
    pub(crate) idle_resident_mb: u64,
}

fn binary() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let binary = own.with_file_name("partita");
    if !binary.exists() {
        bail!("{} is not built; run `just bench`", binary.display());
    }
    Ok(binary)
}

impl Service {
    /// Founds a company in a fresh database and serves it.
    pub(crate) fn start(url: &str, data_dir: &Path) -> Result<Self> {
        let binary = binary()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let common = |command: &mut Command| {
            command.arg("--database-url").arg(url).arg("--data-dir").arg(data_dir).arg("--log").arg("warn");
        };
        let mut init = Command::new(&binary);
        common(&mut init);
        let founded = init.args(["init", "--json"]).stderr(Stdio::inherit()).output()?;
        let founded: Value =
            serde_json::from_slice(&founded.stdout).context("`partita init --json` did not answer JSON")?;
        let first = founded["api_key"].as_str().context("`partita init --json` named no key")?.to_owned();
        let mut serve = Command::new(&binary);
        common(&mut serve);
        let begun = Instant::now();
        let child = serve.arg("--bind").arg(&address).arg("serve").stdout(Stdio::null()).spawn()?;
        let mut service =
            Self { child, address, key: first, started_in: Duration::ZERO, idle_resident_mb: 0 };
        let mut client = loop {
            if let Ok(mut client) = crate::load::Client::connect(&service.address)
                && client.request("GET", "/health", "", None).is_ok_and(|answer| answer.status == 200)
            {
                break client;
            }
            if begun.elapsed() > Duration::from_secs(20) {
                bail!("the service does not answer");
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        service.started_in = begun.elapsed();
        service.idle_resident_mb = service.resident_mb()?;
        let body = json!({ "name": "bench", "permissions": ["admin"], "rate_limit_per_minute": 10_000_000 });
        let answer = client.request("POST", "/api/v1/api-keys", &service.key, Some(&body.to_string()))?;
        let answer: Value = serde_json::from_slice(&answer.body)?;
        service.key =
            answer["data"]["key"].as_str().with_context(|| format!("no key was made: {answer}"))?.to_owned();
        Ok(service)
    }

    /// Resident memory now.
    pub(crate) fn resident_mb(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
        let kilobytes: u64 = line.split_whitespace().nth(1).context("no VmRSS")?.parse()?;
        Ok(kilobytes / 1024)
    }

    /// Asks it to stop and waits.
    pub(crate) fn stop(mut self) -> Result<()> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
