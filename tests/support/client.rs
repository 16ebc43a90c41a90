//! A small HTTP client that looks at every answer: its envelope, its request id, and whether the document promises it.

use crate::errors::Errors;
use crate::openapi::Contract;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use ureq::http::{HeaderMap, Method};

/// Below this lies the API.
pub const BASE: &str = "/api/v1";

/// A client with a credential and an address of its own.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    address: SocketAddr,
    /// The address it says it has.
    pub ip: String,
    credential: Option<(&'static str, String)>,
}

impl Client {
    /// A client without a credential.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let [_, b, c, d] = NUMBER.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // A connection that the server gives up at the same moment would fail a test by chance.
            .max_idle_connections(0)
            .timeout_global(Some(Duration::from_secs(120)))
            .build()
            .into();
        Self { agent, address, ip: format!("10.{b}.{c}.{d}"), credential: None }
    }

    /// The same with this key.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        Self { credential: Some(("X-API-Key", key.to_owned())), ..self.clone() }
    }

    /// The same with this key or token as bearer.
    #[must_use]
    pub fn with_bearer(&self, token: &str) -> Self {
        Self { credential: Some(("Authorization", format!("Bearer {token}"))), ..self.clone() }
    }

    /// The same without a credential.
    #[must_use]
    pub fn without_key(&self) -> Self {
        Self { credential: None, ..self.clone() }
    }

    /// The same for somebody at another address.
    #[must_use]
    pub fn elsewhere(&self) -> Self {
        Self { ip: Self::new(self.address).ip, ..self.clone() }
    }

    /// A request to be put together; a path of the API begins below [`BASE`], one that begins with `//` at the root.
    #[must_use]
    pub fn request(&self, method: &str, path: &str) -> Request<'_> {
        let path = match path.strip_prefix('/') {
            Some(root) if root.starts_with('/') => root.to_owned(),
            _ => format!("{BASE}{path}"),
        };
        let mut headers = vec![("X-Forwarded-For".to_owned(), self.ip.clone())];
        headers.extend(self.credential.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        Request { client: self, method: method.to_owned(), path, headers, body: None, is_checked: true }
    }

    /// Reads.
    #[must_use]
    pub fn get(&self, path: &str) -> Answer {
        self.request("GET", path).send()
    }

    /// Posts JSON.
    #[must_use]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.request("POST", path).json(body).send()
    }

    /// Puts JSON.
    #[must_use]
    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.request("PUT", path).json(body).send()
    }

    /// Patches with JSON.
    #[must_use]
    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.request("PATCH", path).json(body).send()
    }

    /// Deletes.
    #[must_use]
    pub fn delete(&self, path: &str) -> Answer {
        self.request("DELETE", path).send()
    }

    /// Follows a list by cursor to its end.
    ///
    /// # Panics
    /// When a part is refused.
    #[must_use]
    pub fn all(&self, path: &str) -> Vec<Value> {
        let mut found = Vec::new();
        let mut cursor = None::<String>;
        let glue = if path.contains('?') { '&' } else { '?' };
        loop {
            let part = match &cursor {
                None => self.get(path),
                Some(cursor) => self.get(&format!("{path}{glue}cursor={cursor}")),
            }
            .expect(200);
            found.extend(part.data().as_array().unwrap().iter().cloned());
            match part.json()["meta"]["next_cursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => return found,
            }
        }
    }
}

/// A request that is being put together.
#[derive(Clone)]
pub struct Request<'c> {
    client: &'c Client,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    is_checked: bool,
}

impl Request<'_> {
    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Takes a body of JSON.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.raw("application/json", body.to_string())
    }

    /// Takes any body.
    #[must_use]
    pub fn raw(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.header("Content-Type", content_type)
    }

    /// Sends what the document does not know, so that the answer is not held against it.
    #[must_use]
    pub fn unchecked(mut self) -> Self {
        self.is_checked = false;
        self
    }

    /// Sends it.
    ///
    /// # Panics
    /// When there is no answer, or one that is not as it should be.
    #[must_use]
    pub fn send(self) -> Answer {
        let uri = format!("http://{}{}", self.client.address, self.path);
        let method = Method::from_bytes(self.method.as_bytes()).unwrap();
        let mut builder = ureq::http::Request::builder().method(method).uri(uri);
        for (name, value) in &self.headers {
            builder = builder.header(name, value);
        }
        let agent = &self.client.agent;
        let response = match self.body {
            Some(body) => {
                let request = builder.body(body).unwrap();
                agent.run(request)
            }
            None if matches!(self.method.as_str(), "POST" | "PUT" | "PATCH") => {
                agent.run(builder.body(Vec::new()).unwrap())
            }
            None => agent.run(builder.body(()).unwrap()),
        };
        let response = response.unwrap_or_else(|error| panic!("{} {}: {error}", self.method, self.path));
        let (head, mut body) = response.into_parts();
        let bytes = body.with_config().limit(u64::MAX).read_to_vec().expect("the body of an answer");
        let answer =
            Answer::new(format!("{} {}", self.method, self.path), head.status.as_u16(), head.headers, bytes);
        answer.check_envelope();
        if self.is_checked {
            Contract::get().check_answer(&self.method, &self.path, &answer);
        }
        answer
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What was asked.
    pub request: String,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it was sent.
    pub bytes: Vec<u8>,
    json: Option<Value>,
}

impl Answer {
    fn new(request: String, status: u16, headers: HeaderMap, bytes: Vec<u8>) -> Self {
        let json = serde_json::from_slice(&bytes).ok();
        Self { request, status, headers, bytes, json }
    }

    /// Asserts the status.
    ///
    /// # Panics
    /// When it is another one.
    #[track_caller]
    #[allow(clippy::must_use_candidate, reason = "asserting is use enough")]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.request, String::from_utf8_lossy(&self.bytes));
        self
    }

    /// Asserts a refusal: its status and code.
    ///
    /// # Panics
    /// When it is another one.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        let answer = self.expect(status);
        assert_eq!(answer.code(), code, "{}: {}", answer.request, answer.json());
        answer
    }

    /// Asserts a refusal of a field: 400 `validation_error`.
    ///
    /// # Panics
    /// When it is another one.
    #[track_caller]
    pub fn refused_field(self, field: &str, constraint: &str) -> Self {
        let answer = self.refused(400, "validation_error");
        let details = &answer.json()["error"]["details"];
        assert_eq!(
            (&details["field"], &details["constraint"]),
            (&Value::from(field), &Value::from(constraint)),
            "{}: {}",
            answer.request,
            answer.json()
        );
        answer
    }

    /// What a refusal says to people.
    #[must_use]
    pub fn message(&self) -> &str {
        self.json()["error"]["message"].as_str().unwrap_or_default()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    #[must_use]
    pub fn json(&self) -> &Value {
        self.json.as_ref().unwrap_or_else(|| {
            panic!("{}: {} without JSON: {}", self.request, self.status, String::from_utf8_lossy(&self.bytes))
        })
    }

    /// What was asked for.
    #[track_caller]
    #[must_use]
    pub fn data(&self) -> &Value {
        &self.json()["data"]
    }

    /// What is said about a list.
    #[track_caller]
    #[must_use]
    pub fn meta(&self) -> &Value {
        &self.json()["meta"]
    }

    /// The id of what was asked for.
    #[track_caller]
    #[must_use]
    pub fn id(&self) -> String {
        self.data()["id"].as_str().expect("an id").to_owned()
    }

    /// The code of a refusal.
    #[track_caller]
    #[must_use]
    pub fn code(&self) -> &str {
        self.json()["error"]["code"].as_str().unwrap_or_default()
    }

    /// The details of a refusal.
    #[track_caller]
    #[must_use]
    pub fn details(&self) -> &Value {
        &self.json()["error"]["details"]
    }

    /// A header, once.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next().map(|value| value.to_str().unwrap());
        assert!(values.next().is_none(), "{}: {name} is sent twice", self.request);
        value
    }

    /// Whether it is that of an earlier request.
    #[must_use]
    pub fn is_replayed(&self) -> bool {
        self.header("idempotency-replayed") == Some("true")
    }

    /// Every answer of the API has the envelope and names its request.
    fn check_envelope(&self) {
        let is_json = self.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
        let Some(json) = self.json.as_ref().filter(|json| is_json && json.get("openapi").is_none()) else {
            assert!(
                self.status < 400 || self.header("content-encoding").is_some() || self.bytes.is_empty(),
                "{}: {} without an envelope: {}",
                self.request,
                self.status,
                String::from_utf8_lossy(&self.bytes)
            );
            return;
        };
        let names = |value: &Value| value.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>());
        let what = if self.status < 400 { "data" } else { "error" };
        assert_eq!(names(json).unwrap(), [what, "meta", "success"], "{}: {json}", self.request);
        assert_eq!(json["success"], self.status < 400, "{}", self.request);
        assert_eq!(json["meta"]["request_id"].as_str(), self.header("x-request-id"), "{}", self.request);
        let timestamp = json["meta"]["timestamp"].as_str().unwrap_or_default();
        assert!(timestamp.len() == 24 && timestamp.ends_with('Z'), "{}: {timestamp}", self.request);
        if self.status >= 400 {
            assert_eq!(names(&json["error"]).unwrap(), ["code", "details", "message"], "{json}");
            assert!(json["error"]["details"].is_object(), "{json}");
            assert!(!json["error"]["message"].as_str().unwrap().is_empty(), "{json}");
            let (documented, code) = (Errors::documented(), (self.status, self.code().to_owned()));
            assert!(
                documented.codes.contains(&code),
                "{}: docs/errors.md does not know {code:?}",
                self.request
            );
            if let Some(constraint) = json["error"]["details"]["constraint"].as_str() {
                assert!(documented.constraints.contains(constraint), "{}: {constraint}", self.request);
            }
        }
    }
}

/// A connection for requests that no proper client would send.
pub struct Wire(TcpStream);

impl Wire {
    /// Connects.
    ///
    /// # Panics
    /// When that is not possible.
    #[must_use]
    pub fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("connect");
        stream.set_read_timeout(Some(Duration::from_secs(120))).expect("set a timeout");
        Self(stream)
    }

    /// Sends bytes as they are. A server that has hung up does not hear them.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).and_then(|()| self.0.flush()).is_ok()
    }

    /// Reads one answer.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn answer(&mut self) -> Answer {
        self.read(false)
    }

    fn read(&mut self, is_to_end: bool) -> Answer {
        let mut received = Vec::new();
        let end = loop {
            if let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
            assert!(self.more(&mut received), "no answer but {:?}", String::from_utf8_lossy(&received));
        };
        let head = String::from_utf8(received[..end].to_vec()).expect("headers in ASCII");
        let mut body = received.split_off(end + 4);
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let mut headers = HeaderMap::new();
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            let name: ureq::http::HeaderName = name.parse().unwrap();
            headers.append(name, value.parse().unwrap());
        }
        let length = headers.get("content-length").map(|length| length.to_str().unwrap().parse().unwrap());
        while (is_to_end || body.len() < length.unwrap_or(usize::MAX)) && self.more(&mut body) {}
        Answer::new("raw request".to_owned(), status.expect("a status"), headers, body)
    }

    /// Reads the headers of an answer and what follows until the server hangs up.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn head(&mut self) -> Answer {
        self.read(true)
    }

    fn more(&mut self, received: &mut Vec<u8>) -> bool {
        let mut chunk = [0; 16 * 1024];
        let length = self.0.read(&mut chunk).unwrap_or(0);
        received.extend_from_slice(&chunk[..length]);
        length > 0
    }
}
