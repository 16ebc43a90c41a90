//! Clients that post as fast as they can, and what must be true of the books afterwards, whatever happened meanwhile.

use partita_tests::client::Client;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::time::Duration;
use time::Date;

/// A number that nobody can foresee, below a bound.
pub(super) fn random(bound: u64) -> u64 {
    RandomState::new().hash_one(bound) % bound
}

/// An entry that may be sent more than once.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// Also the idempotency key.
    pub(super) external_id: String,
    pub(super) body: Value,
}

impl Draft {
    /// The entry with this number of a client; entries differ in amounts and in how many lines they have.
    pub(super) fn new(external_id: String, date: Date, number: i64) -> Self {
        let parts = 1 + number % 3;
        let debits = (0..parts).map(|part| json!({"account_number": "1000", "debit": 100 + number + part}));
        let total: i64 = (0..parts).map(|part| 100 + number + part).sum();
        let mut lines: Vec<Value> = debits.collect();
        lines.push(json!({"account_number": "4000", "credit": total}));
        let body = json!({
            "external_id": external_id, "date": date.to_string(), "memo": format!("Sale {number}"), "lines": lines,
        });
        Self { external_id, body }
    }
}

/// What a request came to.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// The service has promised to keep it.
    Acknowledged { entry: Value, replayed: bool },
    /// It was answered otherwise.
    Refused { status: u16, code: String, retry_after: Option<u64> },
    /// There was no answer: it may have been kept or not.
    Lost,
}

impl Outcome {
    /// The entry.
    #[track_caller]
    pub(super) fn acknowledged(self) -> (Value, bool) {
        match self {
            Self::Acknowledged { entry, replayed } => (entry, replayed),
            other => panic!("not acknowledged: {other:?}"),
        }
    }

    /// Whether it was refused because the database does not answer, in the way that a client can act upon.
    pub(super) fn is_unavailable(&self) -> bool {
        matches!(
            self,
            Self::Refused { status: 503, code, retry_after: Some(1..) } if code == "unavailable"
        )
    }
}

/// A client that keeps its connection, and that survives what happens to the service.
pub(super) struct Poster {
    agent: ureq::Agent,
    url: String,
    key: String,
}

impl Poster {
    pub(super) fn new(address: SocketAddr, key: &str) -> Self {
        Self::at(address, key, "entries")
    }

    /// Posts to another resource, such as `invoices`.
    pub(super) fn at(address: SocketAddr, key: &str, resource: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        Self { agent, url: format!("http://{address}/api/v1/{resource}"), key: key.to_owned() }
    }

    /// Posts an entry, once.
    pub(super) fn post(&self, draft: &Draft) -> Outcome {
        self.post_as(draft, &draft.external_id)
    }

    /// The same under an idempotency key of its own.
    pub(super) fn post_as(&self, draft: &Draft, idempotency_key: &str) -> Outcome {
        let request = self
            .agent
            .post(&self.url)
            .header("X-API-Key", &self.key)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", idempotency_key);
        let answer = request.send(draft.body.to_string()).and_then(|mut response| {
            let text = response.body_mut().read_to_string()?;
            Ok((response, text))
        });
        let (response, text) = match answer {
            Ok(answer) => answer,
            Err(_) => return Outcome::Lost,
        };
        let header = |name: &str| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let json: Value =
            serde_json::from_str(&text).unwrap_or_else(|_| panic!("an answer that is no JSON: {text}"));
        match response.status().as_u16() {
            201 => Outcome::Acknowledged {
                entry: json["data"].clone(),
                replayed: header("idempotency-replayed").as_deref() == Some("true"),
            },
            status => Outcome::Refused {
                status,
                code: json["error"]["code"].as_str().unwrap_or_default().to_owned(),
                retry_after: header("retry-after").and_then(|seconds| seconds.parse().ok()),
            },
        }
    }
}

/// What must have been kept.
#[derive(Clone, Debug)]
pub(super) struct Promised {
    pub(super) draft: Draft,
    /// As it was acknowledged.
    pub(super) entry: Value,
}

/// The number within its year.
pub(super) fn number(entry: &Value) -> i64 {
    let text = entry["entry_number"].as_str().expect("a number");
    text.rsplit('-').next().and_then(|digits| digits.parse().ok()).unwrap_or_else(|| panic!("{text}"))
}

/// The books so far: what they hold and nothing else.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// How many entries.
    pub(super) entries: i64,
    total: i64,
}

impl Kept {
    /// Takes the entries of a day into account: they must be those that were promised, whole, and numbered without a gap
    /// after the days before. Then asks whether the books as a whole are sound.
    #[track_caller]
    pub(super) fn check_day(&mut self, client: &Client, date: Date, promised: &[Promised]) {
        let listed = client.all(&format!("/entries?from={date}&to={date}&limit=500"));
        let mut by_external_id: BTreeMap<&str, &Promised> =
            promised.iter().map(|promised| (promised.draft.external_id.as_str(), promised)).collect();
        let mut numbers = Vec::new();
        for entry in &listed {
            let external_id = entry["external_id"].as_str().expect("an external id");
            let Some(promised) = by_external_id.remove(external_id) else {
                panic!("nobody was promised {entry}, or it is there twice")
            };
            assert_eq!(*entry, promised.entry, "it was acknowledged otherwise");
            assert_whole(entry, &promised.draft);
            numbers.push(number(entry));
            self.total += entry["total"].as_i64().expect("a total");
        }
        assert!(by_external_id.is_empty(), "acknowledged and lost: {:?}", by_external_id.keys());
        numbers.sort_unstable();
        let before = self.entries;
        self.entries += i64::try_from(listed.len()).expect("not so many entries");
        assert_eq!(numbers, (before + 1..=self.entries).collect::<Vec<_>>(), "numbers with a gap on {date}");
        self.check_all(client);
    }

    fn check_all(&self, client: &Client) {
        let report = client.get("/reports/trial-balance?as_of=2026-12-31").expect(200);
        let report = report.data();
        assert_eq!(report["balanced"], true, "{report}");
        assert_eq!(report["total_debit"], report["total_credit"], "{report}");
        let rows = report["rows"].as_array().expect("rows");
        let debits: i64 = rows.iter().map(|row| row["debit_total"].as_i64().expect("minor units")).sum();
        assert_eq!(debits, self.total, "the kept balances are not those of the entries");
        let verified = client.get("/audit/verify").expect(200);
        assert_eq!(verified.data()["valid"], true, "{}", verified.data());
    }
}

/// Half an entry would have lost a line.
fn assert_whole(entry: &Value, draft: &Draft) {
    let sides = |lines: &Value| -> Vec<(String, i64, i64)> {
        let amount = |line: &Value, side: &str| line[side].as_i64().unwrap_or(0);
        let lines = lines.as_array().expect("lines");
        lines
            .iter()
            .map(|line| {
                let account = line["account_number"].as_str().expect("an account number").to_owned();
                (account, amount(line, "debit"), amount(line, "credit"))
            })
            .collect()
    };
    assert_eq!(sides(&entry["lines"]), sides(&draft.body["lines"]), "{entry}");
}
