//! Behind a real nginx with the configuration that the documentation gives.

use partita_tests::binary::{
    DEADLINE, Program, Service, await_listener, finish, found, free_port, installed, partita,
};
use partita_tests::sql::Directory;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

const CONFIGURATION: &str = include_str!("../../docs/nginx/partita.conf");
const NAME: &str = "partita.example.lan";
/// Where clients call from: another address than nginx.
const CLIENT: &str = "127.0.0.2";

/// A service, nginx before it, and a client that trusts its certificate.
struct Proxied {
    directory: Directory,
    curl: PathBuf,
    key: String,
    service: Service,
    https_port: u16,
    http_port: u16,
    _nginx: Program,
}

impl Proxied {
    fn start(trusted_proxies: Option<&str>) -> Option<Self> {
        let (nginx, openssl, curl) = (installed("nginx")?, installed("openssl")?, installed("curl")?);
        let directory = Directory::fresh();
        let key = found(&directory.url(), "us-small-business").key;
        let mut command = partita(&["serve", "--database-url", &directory.url()]);
        if let Some(proxies) = trusted_proxies {
            command.env("PARTITA_TRUSTED_PROXIES", proxies);
        }
        let service = Service::start_by(command);
        certify(&openssl, directory.path());
        let (http_port, https_port) = (free_port(), free_port());
        let file = directory.path().join("nginx.conf");
        let text = configuration(directory.path(), service.address.port(), http_port, https_port);
        std::fs::write(&file, text).expect("write a configuration");
        let command = || {
            let mut command = Command::new(&nginx);
            command.args(["-e", "stderr", "-p"]).arg(directory.path()).arg("-c").arg(&file);
            command
        };
        let tested = finish(command().arg("-t"));
        assert_eq!(tested.code, Some(0), "{}", tested.stderr.join("\n"));
        let _nginx = Program::start(&mut command());
        await_listener(http_port);
        await_listener(https_port);
        Some(Self { directory, curl, key, service, https_port, http_port, _nginx })
    }

    /// Asks through nginx, over TLS, from the client's address.
    fn ask(&self, path: &str, more: &[&str]) -> Reply {
        let url = format!("https://{NAME}:{}{path}", self.https_port);
        let resolve = format!("{NAME}:{}:127.0.0.1", self.https_port);
        let certificate = self.directory.path().join("cert.pem").display().to_string();
        let base = ["--interface", CLIENT, "--resolve", &resolve, "--cacert", &certificate, &url];
        self.curl(&[&base, more].concat())
    }

    fn curl(&self, args: &[&str]) -> Reply {
        let (head, body) = (self.directory.path().join("head"), self.directory.path().join("body"));
        let mut command = Command::new(&self.curl);
        command.args(["-sS", "--max-time", &DEADLINE.as_secs().to_string(), "-H", "Expect:", "-D"]);
        command.arg(&head).arg("-o").arg(&body).args(["-H", &format!("X-API-Key: {}", self.key)]).args(args);
        let done = finish(&mut command);
        assert_eq!(done.code, Some(0), "{}", done.stderr.join("\n"));
        let head = std::fs::read_to_string(head).expect("a head");
        Reply { head, body: std::fs::read(body).expect("a body") }
    }

    /// Posts an entry; answers the address that the audit trail has for it.
    fn ip_in_trail(&self, post: impl FnOnce(&[&str]) -> Reply) -> Value {
        let body = json!({
            "date": "2026-01-02",
            "lines": [{"account_number": "1000", "debit": 100}, {"account_number": "4000", "credit": 100}],
        });
        let posted = post(&["--json", &body.to_string()]);
        assert_eq!(posted.status(), 201, "{}", posted.head);
        let id = posted.json()["data"]["id"].as_str().expect("an id").to_owned();
        let client = self.service.client().with_key(&self.key);
        let events = client.get(&format!("/audit?resource_id={id}")).expect(200);
        let event = &events.data()[0];
        assert_eq!(event["request_id"].as_str(), posted.header("x-request-id"));
        event["ip"].clone()
    }

    /// Where the service itself listens.
    fn direct(&self) -> String {
        format!("{}/api/v1/entries", self.service.url())
    }
}

/// The configuration of the documentation, with the ports and paths of a test and nothing else changed.
fn configuration(directory: &Path, service: u16, http: u16, https: u16) -> String {
    let at = |name: &str| directory.join(name).display().to_string();
    let changes = [
        ("    server 127.0.0.1:21384;".to_owned(), format!("    server 127.0.0.1:{service};")),
        ("    listen 80;".to_owned(), format!("    listen 127.0.0.1:{http};")),
        ("    listen 443 ssl;".to_owned(), format!("    listen 127.0.0.1:{https} ssl;")),
        ("/etc/ssl/partita/cert.pem".to_owned(), at("cert.pem")),
        ("/etc/ssl/partita/key.pem".to_owned(), at("key.pem")),
    ];
    let mut text = CONFIGURATION.to_owned();
    for (from, to) in changes {
        assert_eq!(text.matches(&from).count(), 1, "`{from}` in the configuration");
        text = text.replace(&from, &to);
    }
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("    {kind}_temp_path {};\n", at(kind)))
        .concat();
    // One process, so that none outlives the test.
    format!(
        "daemon off;\nmaster_process off;\npid {};\nerror_log stderr;\nevents {{}}\nhttp {{\n    access_log off;\n{temporary}\n{text}\n}}\n",
        at("nginx.pid")
    )
}

/// A certificate, by the command of the guide.
fn certify(openssl: &Path, directory: &Path) {
    let done = finish(
        Command::new(openssl)
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
            .args(["-days", "825", "-subj", &format!("/CN={NAME}")])
            .args(["-addext", &format!("subjectAltName=DNS:{NAME}"), "-keyout"])
            .arg(directory.join("key.pem"))
            .arg("-out")
            .arg(directory.join("cert.pem")),
    );
    assert_eq!(done.code, Some(0), "{}", done.stderr.join("\n"));
}

struct Reply {
    head: String,
    body: Vec<u8>,
}

impl Reply {
    fn status(&self) -> u16 {
        let line = self.head.lines().next().unwrap_or_default();
        line.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("{line}"))
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers.find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{} {}", self.head, String::from_utf8_lossy(&self.body)))
    }
}

#[test]
fn requests_go_through_with_tls() {
    let Some(proxied) = Proxied::start(Some("127.0.0.1")) else { return };
    let health = proxied.ask("/health", &[]);
    assert_eq!(health.status(), 200, "{}", health.head);
    assert_eq!(health.json()["data"]["status"], "ok");
    let accounts = proxied.ask("/api/v1/accounts", &["--compressed"]);
    assert_eq!(accounts.json()["data"][0]["number"], "1000");
    assert!(accounts.header("content-encoding").is_some(), "Partita compresses: {}", accounts.head);
    // Errors are Partita's own.
    let nothing = proxied.ask("/api/v1/nothing", &[]);
    assert_eq!((nothing.status(), &nothing.json()["error"]["code"]), (404, &json!("not_found")));
    // Without TLS one is only told where to go, with method and body.
    let url = format!("http://127.0.0.1:{}/api/v1/accounts?limit=1", proxied.http_port);
    let redirected = proxied.curl(&[&url]);
    assert_eq!(redirected.status(), 308);
    assert_eq!(redirected.header("location"), Some("https://partita.example.lan/api/v1/accounts?limit=1"));
}

#[test]
fn the_trail_has_the_address_that_a_trusted_proxy_tells() {
    let Some(proxied) = Proxied::start(Some("127.0.0.1")) else { return };
    let told = proxied.ip_in_trail(|entry| proxied.ask("/api/v1/entries", entry));
    assert_eq!(told, CLIENT);
    // What the client says of itself is not passed on.
    let lie = ["-H", "X-Forwarded-For: 203.0.113.9"];
    let told = proxied.ip_in_trail(|entry| proxied.ask("/api/v1/entries", &[entry, &lie].concat()));
    assert_eq!(told, CLIENT);
    // Nor is it believed from somebody who is no proxy, past nginx.
    let direct = proxied.direct();
    let past = ["--interface", "127.0.0.3", direct.as_str()];
    let told = proxied.ip_in_trail(|entry| proxied.curl(&[entry, &lie, &past].concat()));
    assert_eq!(told, "127.0.0.3");
}

#[test]
fn the_trail_has_the_address_of_a_proxy_that_is_not_trusted() {
    let Some(proxied) = Proxied::start(None) else { return };
    let told = proxied.ip_in_trail(|entry| proxied.ask("/api/v1/entries", entry));
    assert_eq!(told, "127.0.0.1");
    let lie = ["-H", "X-Forwarded-For: 203.0.113.9", &proxied.direct()];
    let told = proxied.ip_in_trail(|entry| proxied.curl(&[entry, &lie].concat()));
    assert_eq!(told, "127.0.0.1");
}

#[test]
fn bodies_of_more_than_10_mb_are_refused() {
    let Some(proxied) = Proxied::start(Some("127.0.0.1")) else { return };
    let file = proxied.directory.path().join("large.json");
    let from_file = format!("@{}", file.display());
    let post = ["-X", "POST", "-H", "Content-Type: application/json", "--data-binary", from_file.as_str()];
    let write = |length: usize| {
        let frame = json!({"date": "2026-01-02", "memo": "", "lines": []}).to_string();
        let memo = format!("\"memo\":\"{}\"", "m".repeat(length - frame.len()));
        std::fs::write(&file, frame.replace("\"memo\":\"\"", &memo)).expect("write a body");
    };
    // The largest body arrives; it is refused for what it says.
    write(10 * 1024 * 1024);
    let refused = proxied.ask("/api/v1/entries", &post);
    assert_eq!((refused.status(), &refused.json()["error"]["code"]), (400, &json!("validation_error")));
    // nginx stops the next one before it arrives, and Partita would have, too.
    write(10 * 1024 * 1024 + 1);
    let refused = proxied.ask("/api/v1/entries", &post);
    assert_eq!(refused.status(), 413);
    let refused = proxied.curl(&[&post[..], &[&proxied.direct()]].concat());
    assert_eq!((refused.status(), &refused.json()["error"]["code"]), (413, &json!("payload_too_large")));
}
