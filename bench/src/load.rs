//! Clients on connections that stay open, each sending its next request when the last was answered.

use crate::service::Service;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// One connection.
pub(crate) struct Client {
    reader: BufReader<TcpStream>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self { reader: BufReader::new(stream) })
    }

    pub(crate) fn request(
        &mut self,
        method: &str,
        path: &str,
        key: &str,
        body: Option<&str>,
    ) -> Result<Answer> {
        let body = body.unwrap_or_default();
        let credential = if key.is_empty() { String::new() } else { format!("X-API-Key: {key}\r\n") };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: bench\r\n{credential}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.reader.get_mut().write_all(head.as_bytes())?;
        let mut line = String::new();
        self.reader.read_line(&mut line)?;
        let status: u16 = line.split(' ').nth(1).context("no status line")?.parse()?;
        let mut length = 0;
        loop {
            line.clear();
            self.reader.read_line(&mut line)?;
            let header = line.trim_end();
            if header.is_empty() {
                break;
            }
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body)?;
        Ok(Answer { status, body })
    }
}

/// What a load has measured.
pub(crate) struct Load {
    elapsed: Duration,
    /// Ascending.
    latencies: Vec<Duration>,
}

impl Load {
    pub(crate) fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    pub(crate) fn percentile_ms(&self, part: f64) -> f64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list")]
        let place =
            ((self.latencies.len() as f64 * part) as usize).min(self.latencies.len().saturating_sub(1));
        self.latencies.get(place).map_or(0.0, Duration::as_secs_f64) * 1_000.0
    }
}

/// Posts entries of two lines over so many connections for so long.
pub(crate) fn post_entries(service: &Service, connections: usize, round: Duration) -> Result<Load> {
    let stop = AtomicBool::new(false);
    let begun = Instant::now();
    let results: Vec<Result<Vec<Duration>>> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..connections)
            .map(|number| {
                scope.spawn({
                    let stop = &stop;
                    move || client(service, number, stop)
                })
            })
            .collect();
        std::thread::sleep(round);
        stop.store(true, Ordering::Relaxed);
        clients
            .into_iter()
            .map(|client| client.join().unwrap_or_else(|_| bail!("a client panicked")))
            .collect()
    });
    let elapsed = begun.elapsed();
    let mut latencies = Vec::new();
    for result in results {
        latencies.extend(result?);
    }
    latencies.sort_unstable();
    Ok(Load { elapsed, latencies })
}

fn client(service: &Service, number: usize, stop: &AtomicBool) -> Result<Vec<Duration>> {
    const ACCOUNTS: [&str; 4] = ["6000", "6100", "6320", "6340"];
    let mut client = Client::connect(&service.address)?;
    let mut latencies = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let account = ACCOUNTS[(number + latencies.len()) % ACCOUNTS.len()];
        let body = format!(
            r#"{{"date":"2026-03-{:02}","memo":"Entry {} of client {number}","lines":[{{"account_number":"{account}","debit":{amount}}},{{"account_number":"1000","credit":{amount}}}]}}"#,
            latencies.len() % 28 + 1,
            latencies.len(),
            amount = latencies.len() + 1,
        );
        let begun = Instant::now();
        let answer = client.request("POST", "/api/v1/entries", &service.key, Some(&body))?;
        if answer.status != 201 {
            bail!("answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        latencies.push(begun.elapsed());
    }
    Ok(latencies)
}
