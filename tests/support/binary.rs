//! The real `partita`, as a program of its own: started, listened to, and ended in every way.

use crate::client::Client;
use crate::fixtures::variable;
use crate::sql::Directory;
use serde_json::Value;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Whatever has not happened after this never will.
pub const DEADLINE: Duration = Duration::from_secs(120);

/// The `partita` of this source tree, built once by each test process as it was built itself.
///
/// # Panics
/// When it does not build.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(build)
}

fn build() -> PathBuf {
    // <target folder>/<profile folder>/deps/<this test>
    let this = std::env::current_exe().expect("the path of this test");
    let profile_folder = this.ancestors().nth(2).expect("a test lies in the folder of its profile");
    let target = profile_folder.parent().expect("the folder of a profile lies in the target folder");
    let profile = match profile_folder.file_name().and_then(OsStr::to_str) {
        Some("debug") => "dev",
        Some(name) => name,
        None => panic!("{} is no folder of a profile", profile_folder.display()),
    };
    let built = Command::new(variable("CARGO").unwrap_or_else(|| env!("CARGO").to_owned()))
        .args(["build", "--workspace", "--bins", "--locked", "--profile", profile, "--target-dir"])
        .arg(target)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .stdin(Stdio::null())
        .output()
        .expect("cargo builds the program under test");
    assert!(built.status.success(), "partita does not build: {}", String::from_utf8_lossy(&built.stderr));
    let binary = profile_folder.join("partita");
    assert!(binary.is_file(), "cargo made no {}", binary.display());
    binary
}

/// Where a program of the machine is; `None` where it is not, unless that is not allowed.
///
/// # Panics
/// When `CI` is set and there is no such program.
#[must_use]
pub fn installed(name: &str) -> Option<PathBuf> {
    let path = variable("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    let found = folders.map(|folder| folder.join(name)).find(|program| program.is_file());
    if found.is_none() {
        assert!(variable("CI").is_none(), "CI is set, but there is no {name} here");
        eprintln!("WARNING: there is no {name} here; what needs it is NOT TESTED");
    }
    found
}

/// A command line of `partita`, configured by nothing but its flags.
#[must_use]
pub fn partita(args: &[&str]) -> Command {
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PARTITA_") {
            command.env_remove(name);
        }
    }
    // What lies in the data folder, such as the key for a database server, is not for the source tree.
    command.args(args).stdin(Stdio::null()).current_dir(home());
    command
}

/// A folder that is the same for all programs of this process.
fn home() -> &'static Path {
    static HOME: OnceLock<PathBuf> = OnceLock::new();
    HOME.get_or_init(|| {
        let path = std::env::temp_dir().join(format!("partita-test-{}-home", std::process::id()));
        std::fs::create_dir_all(&path).expect("make a directory");
        path
    })
}

/// A program that is running; killed when nobody holds it any more.
pub struct Program {
    child: Child,
    /// What it says on standard output.
    pub stdout: Arc<Heard>,
    /// What it says on standard error.
    pub stderr: Arc<Heard>,
}

impl Program {
    /// Starts one and listens to it.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(command: &mut Command) -> Self {
        let started = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = started.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let stdout = Heard::listen(child.stdout.take().expect("a pipe"));
        let stderr = Heard::listen(child.stderr.take().expect("a pipe"));
        Self { child, stdout, stderr }
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its standard input, where that is a pipe.
    ///
    /// # Panics
    /// When it is none, or was taken before.
    pub fn stdin(&mut self) -> ChildStdin {
        self.child.stdin.take().expect("a pipe")
    }

    /// Ends it as a power failure would.
    ///
    /// # Panics
    /// When that is not possible.
    pub fn kill9(&mut self) {
        self.child.kill().expect("kill a program");
        self.child.wait().expect("a killed program ends");
    }

    /// Asks it to end.
    ///
    /// # Panics
    /// When that is not possible.
    pub fn term(&self) {
        // The shell has it built in.
        let asked =
            Command::new("sh").args(["-c", "kill -TERM \"$0\"", &self.child.id().to_string()]).status();
        assert!(asked.expect("ask a program to end").success(), "the program had ended already");
    }

    /// Whether it runs.
    ///
    /// # Panics
    /// When that cannot be said.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("look after a program").is_none()
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it does not come.
    pub fn wait(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("wait for a program") {
                return status;
            }
            assert!(begun.elapsed() < DEADLINE, "the program does not end; it said {}", self.stderr.text());
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program says, line by line.
#[derive(Default)]
pub struct Heard {
    said: Mutex<Said>,
    more: Condvar,
}

#[derive(Default)]
struct Said {
    lines: Vec<String>,
    is_over: bool,
}

impl Heard {
    fn listen(pipe: impl Read + Send + 'static) -> Arc<Self> {
        let heard = Arc::<Self>::default();
        let listener = Arc::clone(&heard);
        std::thread::spawn(move || {
            let mut pipe = BufReader::new(pipe);
            let mut line = Vec::new();
            while pipe.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
                let text = String::from_utf8_lossy(&line).trim_end_matches('\n').to_owned();
                listener.lock().lines.push(text);
                listener.more.notify_all();
                line.clear();
            }
            listener.lock().is_over = true;
            listener.more.notify_all();
        });
        heard
    }

    fn lock(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a line in which something is found; `None` when the program says nothing more.
    ///
    /// # Panics
    /// When it says other things all the time.
    pub fn find<T>(&self, wanted: impl Fn(&str) -> Option<T>) -> Option<T> {
        let begun = Instant::now();
        let mut said = self.lock();
        let mut seen = 0;
        loop {
            if let Some(found) = said.lines[seen..].iter().find_map(|line| wanted(line)) {
                return Some(found);
            }
            seen = said.lines.len();
            if said.is_over {
                return None;
            }
            assert!(begun.elapsed() < DEADLINE, "not what was waited for: {:?}", said.lines);
            said = self
                .more
                .wait_timeout(said, Duration::from_secs(1))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Waits for the end and answers every line.
    #[must_use]
    pub fn all(&self) -> Vec<String> {
        let _ = self.find(|_| None::<()>);
        self.lock().lines.clone()
    }

    /// What was said so far.
    #[must_use]
    pub fn text(&self) -> String {
        self.lock().lines.join("\n")
    }
}

/// What became of a command.
#[derive(Clone, Debug)]
pub struct Done {
    /// Its exit code.
    pub code: Option<i32>,
    /// Its answer.
    pub stdout: String,
    /// What it said besides, one for each line.
    pub stderr: Vec<String>,
}

impl Done {
    /// Asserts that it succeeded, and answers what it answered.
    ///
    /// # Panics
    /// When it did not.
    #[track_caller]
    #[must_use]
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}\n{}", self.stdout, self.stderr.join("\n"));
        self.stdout
    }

    /// Asserts that it failed with one line that says why, besides those of the log, and answers that line.
    ///
    /// # Panics
    /// When it did not.
    #[track_caller]
    #[must_use]
    pub fn failed(self) -> String {
        assert_eq!(self.code, Some(1), "{}\n{}", self.stdout, self.stderr.join("\n"));
        let mut said = self.stderr.iter().filter(|line| !line.starts_with('{'));
        let why = said.next().filter(|line| line.starts_with("partita: ") && said.next().is_none());
        why.unwrap_or_else(|| panic!("{:?}", self.stderr)).clone()
    }
}

/// Runs a command to its end.
///
/// # Panics
/// When it does not end.
#[must_use]
pub fn finish(command: &mut Command) -> Done {
    let mut program = Program::start(command);
    // Its pipes end with it.
    let status = program.wait();
    let (stdout, stderr) = (program.stdout.all().join("\n"), program.stderr.all());
    Done { code: status.code(), stdout, stderr }
}

/// Runs `partita` with these arguments over a database.
///
/// # Panics
/// When it does not end.
#[must_use]
pub fn run(database_url: &str, args: &[&str]) -> Done {
    finish(partita(args).args(["--database-url", database_url]))
}

/// The same with something to read on standard input.
///
/// # Panics
/// When it does not end.
#[must_use]
pub fn run_reading(database_url: &str, args: &[&str], input: &str) -> Done {
    let mut command = partita(args);
    command.args(["--database-url", database_url]).stdin(Stdio::piped());
    let mut program = Program::start(&mut command);
    let mut stdin = program.stdin();
    // Whoever reads no further has a reason, which it tells.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let status = program.wait();
    let (stdout, stderr) = (program.stdout.all().join("\n"), program.stderr.all());
    Done { code: status.code(), stdout, stderr }
}

/// A company that was founded by the command line, and a key that nothing limits.
#[derive(Clone, Debug)]
pub struct Founded {
    /// What `partita init` answered.
    pub notice: Value,
    /// The key.
    pub key: String,
}

/// Founds a company in a database, which is made where there is none.
///
/// # Panics
/// When it cannot be founded.
#[must_use]
pub fn found(database_url: &str, chart: &str) -> Founded {
    let notice = run(database_url, &["init", "--json", "--chart", chart]).ok();
    let unlimited =
        ["key", "create", "--name", "Tests", "--permissions", "admin", "--rate-limit-per-minute", "10000000"];
    Founded {
        notice: serde_json::from_str(&notice).expect("a notice in JSON"),
        key: run(database_url, &unlimited).ok().trim().to_owned(),
    }
}

/// A running service.
pub struct Service {
    /// The process.
    pub program: Program,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Service {
    /// Starts one over a database, on a port that is free.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(database_url: &str) -> Self {
        Self::start_by(partita(&["serve", "--database-url", database_url]))
    }

    /// Starts one by a command line that says everything but where to listen.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start_by(mut command: Command) -> Self {
        let program = Program::start(command.args(["--bind", "127.0.0.1:0"]));
        let address = program.stderr.find(|line| {
            let rest = line.split_once("listening on http://")?.1;
            rest.split(|c: char| !c.is_ascii_digit() && !".:".contains(c)).next()?.parse().ok()
        });
        let address = address.unwrap_or_else(|| panic!("no service: {}", program.stderr.text()));
        let service = Self { program, address };
        service.await_health();
        service
    }

    fn await_health(&self) {
        let begun = Instant::now();
        while self.client().get("//health").status != 200 {
            assert!(begun.elapsed() < DEADLINE, "not healthy: {}", self.program.stderr.text());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Where it is reached.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A client that sends no credential.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// Asks it to end and waits until it has.
    ///
    /// # Panics
    /// When it does not end well.
    pub fn stop(mut self) {
        self.program.term();
        let status = self.program.wait();
        assert!(status.success(), "{status}: {}", self.program.stderr.text());
    }
}

/// A port that was free just now.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("a free port").port()
}

/// Waits until somebody listens.
///
/// # Panics
/// When nobody does.
pub fn await_listener(port: u16) {
    let begun = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        assert!(begun.elapsed() < DEADLINE, "nobody listens on port {port}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Runs a test with the URL of a new empty database, once for each kind that outlives a process.
///
/// # Panics
/// When a database cannot be made.
pub fn for_each_empty_database(test: impl Fn(&str)) {
    let directory = Directory::fresh();
    test(&directory.url());
    if let Some(cluster) = crate::postgres::Cluster::shared() {
        test(&cluster.create_database());
    }
}
