//! The real HTTP server, in this process, over every store.
//!
//! Tests share one server for each kind of store and found a company each, so that they run side by side; what is about
//! the installation as a whole starts a server of its own.

use crate::client::Client;
use crate::fixtures::variable;
use crate::postgres::Cluster;
use crate::sql::{Directory, open};
use partita_application::api_key::NewKey;
use partita_application::company::{CompanyProfile, FirstUser, NewCompany};
use partita_application::ports::{Clock, Store};
use partita_application::{App, Call, api_key, company};
use partita_domain::api_key::RateLimits;
use partita_domain::audit_event::Source;
use partita_domain::company::Address;
use partita_domain::id::CompanyId;
use partita_domain::money::Currency;
use partita_domain::permission::{Permission, Permissions};
use partita_http::HttpOptions;
use partita_memory::MemoryStore;
use partita_pdf::PdfPrinter;
use partita_system::{Argon2Passwords, SystemClock, SystemIds, SystemSecrets};
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, mpsc};

/// The password of every first user.
pub const PASSWORD: &str = "correct horse battery staple";
/// The largest body that these servers take.
pub const MAX_BODY_BYTES: usize = 10 * 1024 * 1024;

/// A running server.
pub struct Server {
    /// What it serves.
    pub app: Arc<App>,
    /// Where it listens.
    pub address: SocketAddr,
    /// Over which store.
    pub name: &'static str,
    home: OnceLock<Founded>,
}

#[derive(Clone)]
struct Founded {
    company: CompanyId,
    key: String,
    key_id: String,
    owner_id: String,
    username: String,
}

impl Server {
    /// Starts one over a store, with the machine's clock. Its first company is founded.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(name: &'static str, store: Arc<dyn Store>) -> Self {
        Self::start_at(name, store, Arc::new(SystemClock))
    }

    /// The same with a clock of one's own.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start_at(name: &'static str, store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        let app = App::new(
            store,
            clock,
            Arc::new(SystemIds),
            Arc::new(SystemSecrets),
            Arc::new(Argon2Passwords::for_tests()),
        );
        let app = Arc::new(app.with_printer(Arc::new(PdfPrinter)));
        let options = HttpOptions {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            workers: 1,
            // Every client of the tests says an address of its own, so that none is limited for what others try.
            trusted_proxies: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
            drain_seconds: 1,
            max_body_bytes: MAX_BODY_BYTES,
        };
        let (ready, address) = mpsc::channel();
        let served = Arc::clone(&app);
        // It ends with the process.
        std::thread::spawn(move || {
            let serve = partita_http::serve(served, options, |address| ready.send(address).unwrap());
            actix_web::rt::System::new().block_on(serve)
        });
        let address = address.recv().expect("the server listens");
        let server = Self { app, address, name, home: OnceLock::new() };
        let _ = server.home();
        server
    }

    /// One in memory that nobody else uses.
    #[must_use]
    pub fn alone() -> Self {
        Self::start("memory", Arc::new(MemoryStore::new()))
    }

    /// The one in memory that the tests share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(Self::alone)
    }

    fn shared_on_file() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(Self::on_file)
    }

    fn shared_on_postgres() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Server>> = OnceLock::new();
        SHARED.get_or_init(Self::on_postgres).as_ref()
    }

    fn on_file() -> Self {
        let url = file_until_exit();
        partita_sql::migrate(&url).expect("migrate a file");
        Self::start("SQLite", Arc::new(open(&url)))
    }

    fn on_postgres() -> Option<Self> {
        let url = Cluster::shared()?.create_migrated_database();
        Some(Self::start("PostgreSQL", Arc::new(open(&url))))
    }

    /// The first company of the installation, whose administrators found others.
    pub fn home(&self) -> Books<'_> {
        let founded = self.home.get_or_init(|| found(&self.app, "Home")).clone();
        Books::of(self, founded)
    }

    /// A new company, with the chart `us-small-business`.
    ///
    /// # Panics
    /// When it cannot be founded.
    #[must_use]
    pub fn found(&self) -> Books<'_> {
        Books::of(self, found(&self.app, "Acme"))
    }

    /// A client that sends no credential.
    pub fn client(&self) -> Client {
        Client::new(self.address)
    }
}

/// Founds a company through the use case, with a key that nothing limits.
fn found(app: &App, name: &str) -> Founded {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let username = format!("ada-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let new = NewCompany {
        profile: CompanyProfile {
            external_id: None,
            name: name.to_owned(),
            legal_name: None,
            country: Some("US".to_owned()),
            tax_id: None,
            fiscal_year_start_month: 1,
            address: Address::default(),
        },
        base_currency: Currency::USD,
        chart: Some("us-small-business".to_owned()),
        owner: Some(FirstUser { username: username.clone(), email: None, password: PASSWORD.to_owned() }),
        with_key: true,
    };
    let call = Call::system(CompanyId::INSTALLATION, Source::System);
    let founded = company::found(app, &call, &new).expect("found a company").value;
    let key = founded.api_key.expect("a first key");
    let raised = NewKey {
        name: key.name,
        permissions: Permissions::ADMIN,
        rate_limits: Some(RateLimits { per_minute: 10_000_000, per_hour: None, per_day: None }),
        expires_at: None,
    };
    let call = Call::system(founded.company.id, Source::System);
    api_key::revise(app, &call, key.id, None, &raised).expect("raise the limit");
    Founded {
        company: founded.company.id,
        key: founded.secret.expect("the characters of the first key"),
        key_id: key.id.to_string(),
        owner_id: founded.owner.expect("an owner").id.to_string(),
        username,
    }
}

/// The books of a company, and the key that opens them.
pub struct Books<'s> {
    /// Where they are kept.
    pub server: &'s Server,
    /// Whose they are.
    pub company: CompanyId,
    /// A key that may do everything.
    pub key: String,
    /// Its id.
    pub key_id: String,
    /// The id of the first user.
    pub owner_id: String,
    /// The name of the first user, whose password is [`PASSWORD`].
    pub username: String,
    /// A client with the key.
    pub client: Client,
}

/// What has been written so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The audit trail's length.
    pub audit_sequence: i64,
    /// The number of entries.
    pub entry_position: i64,
    /// The head of the entry chain.
    pub entry_hash: String,
    /// The numbers that come next.
    pub next_numbers: Vec<i64>,
}

impl<'s> Books<'s> {
    fn of(server: &'s Server, founded: Founded) -> Self {
        let client = server.client().with_key(&founded.key);
        let Founded { company, key, key_id, owner_id, username } = founded;
        Self { server, company, key, key_id, owner_id, username, client }
    }

    /// A client with a new key of these permissions.
    ///
    /// # Panics
    /// When the key is refused.
    #[must_use]
    pub fn client_with(&self, permissions: &[&str]) -> Client {
        let body = json!({
            "name": "Some", "permissions": permissions, "rate_limit_per_minute": 10_000_000,
        });
        let issued = self.client.post("/api-keys", &body).expect(201);
        self.client.with_key(issued.data()["key"].as_str().unwrap())
    }

    /// A client with a new key that may do everything but this.
    #[must_use]
    pub fn client_without(&self, permission: &str) -> Client {
        let names: Vec<String> = Permission::all().map(Permission::name).collect();
        let names: Vec<&str> =
            names.iter().map(String::as_str).filter(|name| *name != permission && *name != "admin").collect();
        self.client_with(&names)
    }

    /// A client with the token of a session of this user.
    ///
    /// # Panics
    /// When the log-in is refused.
    #[must_use]
    pub fn client_as(&self, username: &str, password: &str) -> Client {
        let body = json!({ "username": username, "password": password, "company_id": self.company });
        let session = self.server.client().post("/auth/login", &body).expect(200);
        self.client.with_bearer(session.data()["token"].as_str().unwrap())
    }

    /// The id of the account with this number.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn account(&self, number: &str) -> String {
        let found = self.client.get(&format!("/accounts?number={number}")).expect(200);
        found.data()[0]["id"].as_str().expect("an account").to_owned()
    }

    /// What has been written so far, straight from the store.
    ///
    /// # Panics
    /// When the store refuses.
    #[must_use]
    pub fn written(&self) -> Written {
        self.server
            .app
            .store
            .read(self.company, |tx| {
                let head = tx.ledger_heads().get()?;
                let mut next_numbers = Vec::new();
                for scope in [0, 2024, 2025, 2026] {
                    next_numbers.push(tx.sequences().next("journal_entry", scope)?);
                }
                Ok(Written {
                    audit_sequence: head.audit_sequence,
                    entry_position: head.entry_position,
                    entry_hash: head.entry_hash.to_string(),
                    next_numbers,
                })
            })
            .unwrap()
    }
}

/// Runs a test on the shared server of each kind of store. A failure says on which.
pub fn for_each_server(test: impl Fn(&Server)) {
    on(Server::shared(), &test);
    on(Server::shared_on_file(), &test);
    if let Some(server) = Server::shared_on_postgres() {
        on(server, &test);
    }
}

/// Runs a test on a server of its own over each kind of store.
pub fn for_each_server_alone(test: impl Fn(&Server)) {
    on(&Server::alone(), &test);
    on(&Server::on_file(), &test);
    if let Some(server) = Server::on_postgres() {
        on(&server, &test);
    }
}

fn on(server: &Server, test: &impl Fn(&Server)) {
    if variable("PARTITA_ONLY_STORE").is_some_and(|only| only != server.name) {
        return;
    }
    let _name = OnPanic(server.name);
    test(server);
}

/// Names the store while a failed test unwinds.
struct OnPanic(&'static str);

impl Drop for OnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("^ on the {} store", self.0);
        }
    }
}

/// The URL of a database file whose directory is removed when this process ends, however that happens: the pipe to the
/// one who waits closes then.
fn file_until_exit() -> String {
    let directory = Directory::fresh();
    let url = directory.url();
    let script = "trap '' INT HUP TERM; cat >/dev/null; rm -rf \"$0\"";
    let waiting = Command::new("sh")
        .args(["-c", script])
        .arg(directory.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("start a shell");
    std::mem::forget((waiting, directory));
    url
}
