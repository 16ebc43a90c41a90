//! From the first start to the last request: what a person who runs the program meets.

use super::load::{Draft, Kept, Outcome, Poster, Promised};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use partita_tests::binary::{
    Done, Service, finish, for_each_empty_database, found, free_port, installed, partita, run,
};
use partita_tests::client::Client;
use partita_tests::postgres::Cluster;
use partita_tests::sql::Directory;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration as Span, Instant};
use time::Date;
use time::macros::date;

const DAY: Date = date!(2026 - 06 - 01);

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).permissions().mode()
        & 0o777
}

/// A database as whoever breaks it sees it.
fn execute(database_url: &str, statements: &str) {
    match database_url.strip_prefix("sqlite:") {
        Some(path) => SqliteConnection::establish(path).unwrap().batch_execute(statements),
        None => PgConnection::establish(database_url).unwrap().batch_execute(statements),
    }
    .unwrap();
}

#[test]
fn the_first_start_needs_nothing_and_shows_a_key_once() {
    let directory = Directory::fresh();
    let start = || {
        let mut command = partita(&[]);
        command.current_dir(directory.path());
        Service::start_by(command)
    };
    let service = start();
    let data = directory.path().join("partita-data");
    assert_eq!(mode(&data), 0o700);
    for entry in std::fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    assert!(data.join("partita.db").is_file());

    // The notice ends with a line to paste.
    let curl = service
        .program
        .stdout
        .find(|line| Some(line.trim().to_owned()).filter(|line| line.starts_with("curl ")));
    let curl = curl.expect("a line with curl");
    let notice = service.program.stdout.text();
    let word = |name: &str| {
        let line =
            notice.lines().find_map(|line| line.trim().strip_prefix(name)).map(|rest| rest.trim().to_owned());
        line.unwrap_or_else(|| panic!("no {name} in {notice}"))
    };
    let (user, password, key) = (word("User "), word("Password "), word("Key "));
    assert!(key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{key}");
    assert!(curl.contains(&key) && curl.ends_with(&format!("{}/api/v1/accounts", service.url())), "{curl}");
    if installed("curl").is_some() {
        let pasted = Command::new("sh").args(["-c", &curl]).output().unwrap();
        let answer: Value =
            serde_json::from_slice(&pasted.stdout).unwrap_or_else(|_| panic!("{curl}: {pasted:?}"));
        assert_eq!(answer["success"], true, "{answer}");
        assert_eq!(answer["data"][0]["number"], "1000", "{answer}");
    }
    let _ =
        service.client().post("/auth/login", &json!({"username": user, "password": password})).expect(200);
    assert!(!service.program.stderr.text().contains(&key), "the key is in the log");
    service.stop();

    let mut again = start();
    let _ = again.client().with_key(&key).get("/accounts").expect(200);
    again.program.term();
    assert!(again.program.wait().success());
    assert_eq!(again.program.stdout.all(), Vec::<String>::new(), "nothing is shown twice");
}

#[test]
fn a_first_key_goes_into_a_file_where_one_is_named() {
    let directory = Directory::fresh();
    let file = directory.path().join("first-key");
    let mut command = partita(&["--first-key-file", file.to_str().unwrap()]);
    command.current_dir(directory.path());
    let service = Service::start_by(command);
    // The last line of the notice.
    let _ = service.program.stdout.find(|line| line.contains("/docs").then_some(()));
    let key = std::fs::read_to_string(&file).unwrap();
    assert_eq!(mode(&file), 0o600);
    assert!(!service.program.stdout.text().contains(key.trim()));
    let _ = service.client().with_key(key.trim()).get("/accounts").expect(200);
}

#[test]
fn memory_serves_and_forgets() {
    let start = || {
        let service = Service::start("memory:");
        let key = service
            .program
            .stdout
            .find(|line| line.trim().strip_prefix("Key ").map(|key| key.trim().to_owned()));
        let client = service.client().with_key(&key.expect("a key"));
        (service, client)
    };
    let (service, client) = start();
    let draft = Draft::new("once".to_owned(), DAY, 1);
    let _ = client.post("/entries", &draft.body).expect(201);
    assert_eq!(client.all("/entries").len(), 1);
    service.stop();
    let (_service, client) = start();
    assert_eq!(client.all("/entries").len(), 0);
    let refused = run("memory:", &["init"]).failed();
    assert!(refused.contains("memory:"), "{refused}");
}

#[test]
fn sigterm_drains() {
    for_each_empty_database(|url| {
        let key = found(url, "us-small-business").key;
        let mut service = Service::start(url);
        let address = service.address;
        let over = AtomicBool::new(false);
        let acknowledged = AtomicUsize::new(0);
        let mut promised = std::thread::scope(|scope| {
            let clients: Vec<_> = (0..4)
                .map(|client| {
                    let (key, over, acknowledged) = (&key, &over, &acknowledged);
                    scope.spawn(move || post_until(address, key, client, over, acknowledged))
                })
                .collect();
            let begun = Instant::now();
            while acknowledged.load(Ordering::Relaxed) < 20 {
                assert!(begun.elapsed() < Span::from_secs(60), "no load");
                std::thread::sleep(Span::from_millis(5));
            }
            // These were accepted for certain: the service has asked for their bodies. Half of the bodies come only
            // after it was told to stop.
            let mut accepted: Vec<(Accepted, Draft)> =
                (0..8).map(|number| accepted(address, &key, number)).collect();
            let (before, after) = accepted.split_at_mut(4);
            for (wire, draft) in before {
                wire.send(&draft.body.to_string());
            }
            service.program.term();
            let begun = Instant::now();
            while TcpStream::connect(address).is_ok() {
                assert!(begun.elapsed() < Span::from_secs(60), "it still takes connections");
                std::thread::sleep(Span::from_millis(5));
            }
            for (wire, draft) in after {
                wire.send(&draft.body.to_string());
            }
            over.store(true, Ordering::Relaxed);
            let mut promised: Vec<Promised> = accepted
                .into_iter()
                .map(|(mut wire, draft)| {
                    let (head, body) = wire.answer();
                    let body: Value = serde_json::from_slice(&body).expect("JSON");
                    assert!(head[0].starts_with("http/1.1 201 "), "{head:?} {body}");
                    Promised { draft, entry: body["data"].clone() }
                })
                .collect();
            promised.extend(clients.into_iter().flat_map(|client| client.join().expect("a client")));
            promised
        });
        let status = service.program.wait();
        assert!(status.success(), "{status}: {}", service.program.stderr.text());

        // What was not answered was not accepted either, so it is posted now.
        let service = Service::start(url);
        let poster = Poster::new(service.address, &key);
        for unanswered in promised.iter_mut().filter(|promised| promised.entry.is_null()) {
            let (entry, replayed) = poster.post(&unanswered.draft).acknowledged();
            assert!(!replayed, "posted without an answer: {entry}");
            unanswered.entry = entry;
        }
        Kept::default().check_day(&service.client().with_key(&key), DAY, &promised);
        service.stop();
    });
}

/// A connection whose request the service has accepted.
struct Accepted(BufReader<TcpStream>);

impl Accepted {
    fn send(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).expect("an accepted request is not hung up on");
    }

    /// The lines of a head, and the body if it has one.
    fn answer(&mut self) -> (Vec<String>, Vec<u8>) {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            let length = self.0.read_line(&mut line).expect("an accepted request is answered");
            assert!(length > 0, "hung up after {head:?}");
            match line.trim_end() {
                "" => break,
                line => head.push(line.to_ascii_lowercase()),
            }
        }
        let length =
            head.iter().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).expect("the whole body");
        (head, body)
    }
}

/// A request whose head the service has read.
fn accepted(address: SocketAddr, key: &str, number: i64) -> (Accepted, Draft) {
    let draft = Draft::new(format!("accepted/{number}"), DAY, number);
    let stream = TcpStream::connect(address).expect("connect");
    stream.set_read_timeout(Some(Span::from_secs(60))).expect("set a timeout");
    let mut wire = Accepted(BufReader::new(stream));
    wire.send(&format!(
        "POST /api/v1/entries HTTP/1.1\r\nHost: {address}\r\nX-API-Key: {key}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        draft.body.to_string().len()
    ));
    let (asked, _) = wire.answer();
    assert!(asked[0].starts_with("http/1.1 100 "), "{asked:?}");
    (wire, draft)
}

/// Posts one entry after another, until the service is gone. The last one may have no entry.
fn post_until(
    address: SocketAddr,
    key: &str,
    client: usize,
    over: &AtomicBool,
    acknowledged: &AtomicUsize,
) -> Vec<Promised> {
    let poster = Poster::new(address, key);
    let mut promised = Vec::new();
    for number in 0.. {
        let draft = Draft::new(format!("{client}/{number}"), DAY, number);
        match poster.post(&draft) {
            Outcome::Acknowledged { entry, .. } => promised.push(Promised { draft, entry }),
            Outcome::Lost => {
                promised.push(Promised { draft, entry: Value::Null });
                break;
            }
            refused => panic!("{refused:?}"),
        }
        acknowledged.fetch_add(1, Ordering::Relaxed);
        if over.load(Ordering::Relaxed) {
            break;
        }
    }
    promised
}

#[test]
fn services_that_start_at_once_found_one_company() {
    let Some(cluster) = Cluster::shared() else { return };
    for _ in 0..3 {
        let url = cluster.create_database();
        let together = Barrier::new(3);
        let services = std::thread::scope(|scope| {
            let started = [(); 3].map(|()| {
                scope.spawn(|| {
                    together.wait();
                    Service::start(&url)
                })
            });
            started.map(|service| service.join().expect("a service"))
        });
        let mut keys = 0;
        for mut service in services {
            service.program.term();
            assert!(service.program.wait().success());
            keys +=
                service.program.stdout.all().iter().filter(|line| line.trim().starts_with("Key ")).count();
        }
        assert_eq!(keys, 1, "one of them has founded it");
        let said = run(&url, &["verify"]).ok();
        assert_eq!(said.matches("audit events checked").count(), 1, "{said}");
    }
}

fn serve(database_url: &str) -> Done {
    run(database_url, &["serve", "--bind", "127.0.0.1:0"])
}

#[test]
fn a_taken_port_is_said_in_a_line() {
    let directory = Directory::fresh();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = run(&directory.url(), &["serve", "--bind", &address]).failed();
    assert!(refused.contains(&address) && refused.contains("taken"), "{refused}");
    // A start that failed has founded nothing, so that the next one shows the key.
    assert!(!directory.path().join("books.db").exists());
}

#[test]
fn a_locked_file_is_said_in_a_line() {
    let directory = Directory::fresh();
    let _ = found(&directory.url(), "none");
    let mut holder =
        SqliteConnection::establish(&format!("{}/books.db", directory.path().display())).unwrap();
    holder.batch_execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;").unwrap();
    let refused = serve(&directory.url()).failed();
    assert!(refused.contains("books.db") && refused.contains("locked"), "{refused}");
    drop(holder);
    Service::start(&directory.url()).stop();
}

#[test]
fn an_unreachable_database_is_said_in_a_line() {
    let url = format!("postgres://ada:secret@127.0.0.1:{}/books", free_port());
    let refused = serve(&url).failed();
    assert!(refused.contains("books"), "{refused}");
    assert!(!refused.contains("secret"), "the password is shown: {refused}");
    let refused = serve("mysql://ada:secret@127.0.0.1/books").failed();
    assert!(refused.contains("mysql://ada:***@"), "{refused}");
}

#[test]
fn a_newer_or_older_schema_is_said_in_a_line() {
    for_each_empty_database(|url| {
        // A file that is not there yet is made with all of its tables.
        if url.starts_with("postgres") {
            let refused = run(url, &["serve", "--bind", "127.0.0.1:0", "--auto-migrate", "false"]).failed();
            assert!(refused.contains("partita migrate"), "{refused}");
            let _ = run(url, &["migrate"]).ok();
        }
        let _ = found(url, "none");
        execute(url, "INSERT INTO __diesel_schema_migrations (version) VALUES ('99990000000000')");
        for command in [&["serve", "--bind", "127.0.0.1:0"][..], &["verify"], &["init"]] {
            let refused = run(url, command).failed();
            assert!(refused.contains("newer") && refused.contains("99990000000000"), "{refused}");
        }
    });
}

#[test]
fn a_folder_that_cannot_be_written_is_said_in_a_line() {
    let directory = Directory::fresh();
    let refused = |data: &Path| {
        let data = data.to_str().unwrap();
        let refused = finish(&mut partita(&["serve", "--bind", "127.0.0.1:0", "--data-dir", data])).failed();
        assert!(refused.contains(data) && refused.contains("--data-dir"), "{refused}");
    };
    // Below a file there is no folder, not even for root.
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    refused(&file.join("data"));
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        let closed = directory.path().join("closed");
        std::fs::create_dir(&closed).unwrap();
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o500)).unwrap();
        refused(&closed);
        refused(&closed.join("data"));
    }
}

#[test]
fn a_database_in_use_is_not_replaced() {
    let directory = Directory::fresh();
    let _ = found(&directory.url(), "none");
    let backup = directory.path().join("backup").display().to_string();
    let service = Service::start(&directory.url());
    let _ = run(&directory.url(), &["backup", &backup]).ok();
    let refused = run(&directory.url(), &["restore", "--force", &backup]).failed();
    assert!(refused.contains("in use"), "{refused}");
    service.stop();
    let _ = run(&directory.url(), &["restore", "--force", &backup]).ok();
}

#[test]
fn settings_come_from_defaults_file_environment_and_flags() {
    let directory = Directory::fresh();
    let file = directory.path().join("settings.toml");
    std::fs::write(&file, "workers = 3\npool_size = 3\ndrain_seconds = 3\n").unwrap();
    let mut command = partita(&["config", "--config", file.to_str().unwrap(), "--drain-seconds", "5"]);
    command.current_dir(directory.path()).env("PARTITA_POOL_SIZE", "4").env("PARTITA_DRAIN_SECONDS", "4");
    command.env("PARTITA_DATABASE_URL", "postgres://ada:secret@db/books");
    let said = finish(&mut command).ok();
    let row = |setting: &str| -> Vec<String> {
        let row = said.lines().find(|line| line.split_whitespace().next() == Some(setting));
        row.unwrap_or_else(|| panic!("no {setting} in {said}"))
            .split_whitespace()
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(row("bind"), ["bind", "127.0.0.1:21384", "default", "PARTITA_BIND"]);
    assert_eq!(row("workers"), ["workers", "3", "file", "PARTITA_WORKERS"]);
    assert_eq!(row("pool_size"), ["pool_size", "4", "environment", "PARTITA_POOL_SIZE"]);
    assert_eq!(row("drain_seconds"), ["drain_seconds", "5", "flag", "PARTITA_DRAIN_SECONDS"]);
    assert_eq!(row("database_url")[1..3], ["postgres://ada:***@db/books", "environment"]);
    assert!(!said.contains("secret"), "{said}");
    assert!(!directory.path().join("partita-data").exists(), "looking at settings makes nothing");

    let mut wrong = partita(&["config"]);
    let refused = finish(wrong.env("PARTITA_WORKER", "1")).failed();
    assert!(refused.contains("PARTITA_WORKER"), "{refused}");
}

#[test]
fn keys_are_made_and_revoked_on_the_command_line_while_the_service_runs() {
    for_each_empty_database(|url| {
        let _ = found(url, "us-small-business");
        let service = Service::start(url);
        let key = run(url, &["key", "create", "--name", "Shop", "--permissions", "read_only"]).ok();
        let client: Client = service.client().with_key(key.trim());
        let _ = client.get("/accounts").expect(200);
        let _ = run(url, &["key", "revoke", &key[..8]]).ok();
        let revoked = Instant::now();
        loop {
            let asked_after = revoked.elapsed();
            let answer = client.get("/accounts");
            if answer.status == 401 {
                answer.refused(401, "revoked_api_key");
                break;
            }
            assert!(asked_after < Span::from_secs(1), "still admitted after {asked_after:?}");
        }
        service.stop();
    });
}
