//! Books in a fresh database, and the real binary on them.

use crate::client::{Answer, Client};
use anyhow::{Context, Result, bail};
use partita_tests::postgres::Cluster;
use partita_tests::sql::Directory;
use serde_json::{Value, json};
use std::fs::File;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// Where databases are made.
pub(crate) enum Place {
    File,
    Server(Box<Cluster>),
}

impl Place {
    pub(crate) fn database(&self) -> Database {
        match self {
            Self::File => Database::Sqlite,
            Self::Server(_) => Database::Postgres,
        }
    }
}

/// A company in a database of its own, with a key that no rate limit stops.
pub(crate) struct Books {
    pub(crate) url: String,
    pub(crate) directory: Directory,
    pub(crate) company: String,
    pub(crate) key: String,
    pub(crate) key_id: String,
}

fn binary() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let binary = own.with_file_name("partita");
    if !binary.exists() {
        bail!("{} is not built; run `just bench`", binary.display());
    }
    Ok(binary)
}

impl Books {
    /// Founds a company in a fresh database.
    pub(crate) fn found(place: &Place) -> Result<Self> {
        let directory = Directory::fresh();
        let url = match place {
            Place::File => directory.url(),
            Place::Server(cluster) => cluster.create_database(),
        };
        let mut books =
            Self { url, directory, company: String::new(), key: String::new(), key_id: String::new() };
        let founded = books.command()?.args(["init", "--json"]).stderr(Stdio::inherit()).output()?;
        let founded: Value =
            serde_json::from_slice(&founded.stdout).context("`partita init --json` did not answer JSON")?;
        let text = |name: &str| founded[name].as_str().map(str::to_owned).context("what was founded");
        books.company = text("company_id")?;
        books.key = text("api_key")?;
        let service = books.serve()?;
        let body = json!({ "name": "bench", "permissions": ["admin"], "rate_limit_per_minute": 10_000_000 });
        let made = service.post("/api/v1/api-keys", &body.to_string())?;
        service.stop()?;
        let text =
            |name: &str| made[name].as_str().map(str::to_owned).with_context(|| format!("a key: {made}"));
        books.key = text("key")?;
        books.key_id = text("id")?;
        Ok(books)
    }

    fn command(&self) -> Result<Command> {
        let mut command = Command::new(binary()?);
        command.arg("--database-url").arg(&self.url);
        command.arg("--data-dir").arg(self.directory.path()).args(["--log", "warn"]);
        Ok(command)
    }

    /// Starts the service and waits until it answers.
    pub(crate) fn serve(&self) -> Result<Service> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let begun = Instant::now();
        let log = self.directory.path().join("service.log");
        let child = self
            .command()?
            .arg("--bind")
            .arg(&address)
            .arg("serve")
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .spawn()?;
        let mut service = Service { child, address, key: self.key.clone(), started_in: Duration::ZERO };
        loop {
            if let Ok(mut client) = Client::connect(&service.address)
                && client.request("GET", "/health", "", "").is_ok_and(|answer| answer.status == 200)
            {
                break;
            }
            if begun.elapsed() > Duration::from_secs(60) || service.child.try_wait()?.is_some() {
                bail!("the service does not answer: {}", std::fs::read_to_string(&log).unwrap_or_default());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        service.started_in = begun.elapsed();
        Ok(service)
    }

    /// Imports a file; how long that took, and the most memory it had, in MB.
    pub(crate) fn import(&self, file: &std::path::Path) -> Result<(Duration, f64)> {
        let begun = Instant::now();
        let mut child = self.command()?.arg("import").arg(file).stdout(Stdio::null()).spawn()?;
        let mut peak = 0.0;
        let status: ExitStatus = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            // The process may be gone by now, and then the last value stands.
            peak = memory_mb(child.id(), "VmHWM").unwrap_or(peak);
            std::thread::sleep(Duration::from_millis(5));
        };
        if !status.success() {
            bail!("`partita import` failed");
        }
        Ok((begun.elapsed(), peak))
    }
}

/// A running service; it ends with this value.
pub(crate) struct Service {
    child: Child,
    pub(crate) address: String,
    pub(crate) key: String,
    pub(crate) started_in: Duration,
}

fn memory_mb(process: u32, name: &str) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with(name)).context("no such figure of memory")?;
    let kilobytes: f64 = line.split_whitespace().nth(1).context("a figure of memory")?.parse()?;
    Ok(kilobytes / 1024.0)
}

impl Service {
    /// Resident memory now.
    pub(crate) fn resident_mb(&self) -> Result<f64> {
        memory_mb(self.child.id(), "VmRSS")
    }

    /// The data of a GET.
    pub(crate) fn get(&self, path: &str) -> Result<Value> {
        Ok(self.whole("GET", path, "")?["data"].take())
    }

    /// The data of a POST.
    pub(crate) fn post(&self, path: &str, body: &str) -> Result<Value> {
        Ok(self.whole("POST", path, body)?["data"].take())
    }

    /// An answer with its meta.
    pub(crate) fn whole(&self, method: &str, path: &str, body: &str) -> Result<Value> {
        let answer = self.answer(method, path, body)?;
        let value: Value = serde_json::from_slice(&answer.body)?;
        if !(200..300).contains(&answer.status) {
            bail!("{method} {path} was answered {}: {value}", answer.status);
        }
        Ok(value)
    }

    pub(crate) fn answer(&self, method: &str, path: &str, body: &str) -> Result<Answer> {
        Client::connect(&self.address)?.request(method, path, &self.key, body)
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
