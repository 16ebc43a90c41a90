//! A real PostgreSQL, thrown away afterwards: without Docker, as root and as anybody else.

use crate::fixtures::variable;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// How a cluster is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Connections are closed, everything is written.
    Fast,
    /// As when the power fails.
    Immediate,
}

impl Stop {
    fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Immediate => "immediate",
        }
    }
}

/// A running cluster in a directory of its own, reached by a socket in it. It ends with this process, however that
/// ends.
pub struct Cluster {
    bin: PathBuf,
    dir: PathBuf,
    settings: String,
    port: u16,
    has_tcp: bool,
    databases: AtomicU32,
    template: OnceLock<String>,
    watcher: Mutex<Child>,
}

impl Cluster {
    /// The cluster that the tests of this process share; what it acknowledges may be lost. `None` where there is no
    /// PostgreSQL, unless that is not allowed.
    ///
    /// # Panics
    /// When it does not start, or when `CI` or `PARTITA_REQUIRE_POSTGRES` is set and there is no PostgreSQL.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(false)).as_ref()
    }

    /// A cluster of one's own; with `fsync` it keeps what it acknowledges.
    ///
    /// # Panics
    /// As [`shared`](Self::shared).
    pub fn start(fsync: bool) -> Option<Self> {
        Self::start_with(fsync, false)
    }

    /// The same, reachable over a loopback port as well.
    ///
    /// # Panics
    /// As [`shared`](Self::shared).
    pub fn start_with(fsync: bool, has_tcp: bool) -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let bin = programs()?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // Not below the working directory: whoever runs the server must be able to walk there.
        let dir = PathBuf::from(format!("/tmp/partita-postgres-{}-{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir(&dir).expect("make a directory for a cluster");
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&dir));
        }
        // The port also names the socket, so it is needed without TCP too.
        let port = if has_tcp { free_port() } else { 5432 };
        let switch = if fsync { "on" } else { "off" };
        let settings = format!(
            "-c listen_addresses='{}' -c port={port} -c unix_socket_directories={} -c fsync={switch} \
             -c full_page_writes={switch} -c max_connections=200 -c shared_buffers=64MB",
            if has_tcp { "127.0.0.1" } else { "" },
            dir.display()
        );
        let data = dir.join("data");
        run(as_server(&bin.join("initdb"))
            .args(["-U", "partita", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N", "-D"])
            .arg(&data));
        let watcher = Mutex::new(watch(&bin, &dir));
        let cluster = Self {
            bin,
            dir,
            settings,
            port,
            has_tcp,
            databases: AtomicU32::new(0),
            template: OnceLock::new(),
            watcher,
        };
        cluster.start_again();
        Some(cluster)
    }

    /// Starts it after [`stop`](Self::stop).
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&self) {
        run(self
            .control()
            .args(["-w", "-t", "60", "-o", &self.settings, "-l"])
            .arg(self.dir.join("data/log"))
            .arg("start"));
    }

    /// Stops it.
    ///
    /// # Panics
    /// When it does not stop.
    pub fn stop(&self, how: Stop) {
        run(self.control().args(["-w", "-m", how.name(), "stop"]));
    }

    /// Makes an empty database and answers its URL.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn create_database(&self) -> String {
        self.create("template0")
    }

    /// Makes a database with all migrations and answers its URL.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn create_migrated_database(&self) -> String {
        let template = self.template.get_or_init(|| {
            let url = self.create("template0");
            partita_sql::migrate(&url).expect("migrate the template");
            self.name_in(&url)
        });
        self.create(template)
    }

    fn create(&self, template: &str) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        run(Command::new(self.bin.join("createdb"))
            .args(["-U", "partita", "-p", &self.port.to_string(), "-T", template, "-h"])
            .arg(&self.dir)
            .arg(&name));
        self.url(&name)
    }

    /// The URL of a database by its name, over the socket.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://partita@/{database}?host={}&port={}", self.dir.display(), self.port)
    }

    /// The URL of the same database over TCP, where the cluster listens.
    pub fn tcp_url(&self, url: &str) -> Option<String> {
        let database = self.name_in(url);
        self.has_tcp.then(|| format!("postgres://partita@127.0.0.1:{}/{database}", self.port))
    }

    /// The directory of PostgreSQL's programs, `psql` and `pg_dump` among them.
    pub fn programs(&self) -> &Path {
        &self.bin
    }

    fn name_in(&self, url: &str) -> String {
        let path = url.rsplit('/').find(|part| part.starts_with("test_")).expect("a URL of this cluster");
        path.split('?').next().unwrap_or(path).to_owned()
    }

    fn control(&self) -> Command {
        let mut command = as_server(&self.bin.join("pg_ctl"));
        command.arg("-D").arg(self.dir.join("data"));
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut watcher = self.watcher.lock().unwrap_or_else(PoisonError::into_inner);
        drop(watcher.stdin.take());
        let _ = watcher.wait();
    }
}

/// Stops the cluster when this process ends: the pipe to the watcher closes then, whatever the reason.
fn watch(bin: &Path, dir: &Path) -> Child {
    let data = dir.join("data");
    let mut stop = as_server(&bin.join("pg_ctl"));
    stop.arg("-D").arg(data).args(["-m", "immediate", "stop"]);
    let words = std::iter::once(stop.get_program()).chain(stop.get_args());
    let stop: Vec<String> = words.map(|word| format!("'{}'", word.to_string_lossy())).collect();
    let script =
        format!("trap '' INT HUP TERM; cat >/dev/null; {}; rm -rf '{}'", stop.join(" "), dir.display());
    Command::new("sh")
        .args(["-c", &script])
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("start a watcher")
}

/// PostgreSQL refuses to run as root.
fn as_server(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program);
    command.current_dir("/");
    command
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a free port").port()
}

fn run(command: &mut Command) {
    // No pipes: a server that was started would keep them open.
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let status = status.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}

/// The newest PostgreSQL of the distribution, or the one in the path.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").exists())
        .collect();
    versions.sort();
    let newest = versions.pop().map(|(_, bin)| bin);
    let path = variable("PATH").unwrap_or_default();
    let found = newest.or_else(|| std::env::split_paths(&path).find(|dir| dir.join("initdb").exists()));
    if found.is_none() {
        let required = ["CI", "PARTITA_REQUIRE_POSTGRES"].into_iter().find(|name| variable(name).is_some());
        if let Some(required) = required {
            panic!("{required} is set, but there is no PostgreSQL here: initdb was not found");
        }
        eprintln!("WARNING: there is no PostgreSQL here; what needs one is NOT TESTED");
    }
    found
}
