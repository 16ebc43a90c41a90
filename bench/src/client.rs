//! HTTP as far as a client on loopback needs it.

use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Writes a request.
pub(crate) fn write_request(out: &mut Vec<u8>, method: &str, path: &str, key: &str, body: &str) {
    let credential = if key.is_empty() { "" } else { "X-API-Key: " };
    let end = if key.is_empty() { "" } else { "\r\n" };
    // Writing into a vector cannot fail.
    let _ = write!(out, "{method} {path} HTTP/1.1\r\nHost: bench\r\n{credential}{key}{end}");
    if !body.is_empty() {
        let _ = write!(out, "Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    }
    let _ = write!(out, "\r\n{body}");
}

/// The first line and headers of an answer.
#[derive(Clone, Copy)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// Where the body begins.
    pub(crate) body: usize,
    /// Where the answer ends.
    pub(crate) end: usize,
}

impl Head {
    /// Reads it, once it has arrived.
    pub(crate) fn read(bytes: &[u8]) -> Result<Option<Self>> {
        let Some(blank) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
        let body = blank + 4;
        let head = std::str::from_utf8(bytes.get(..blank).unwrap_or_default())?;
        let status = head.get(9..12).context("no status line")?.parse()?;
        let mut length = None;
        for line in head.split("\r\n").skip(1) {
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = Some(value.trim().parse::<usize>()?);
            }
        }
        let length = length.context("the answer does not say how long it is")?;
        Ok(Some(Self { status, body, end: body + length }))
    }
}

/// One connection that waits for its answers.
pub(crate) struct Client(TcpStream);

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) length: usize,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self(stream))
    }

    pub(crate) fn request(&mut self, method: &str, path: &str, key: &str, body: &str) -> Result<Answer> {
        let mut request = Vec::with_capacity(body.len() + 256);
        write_request(&mut request, method, path, key, body);
        self.0.write_all(&request)?;
        let mut bytes = Vec::new();
        let mut part = vec![0; 1 << 16];
        loop {
            let count = self.0.read(&mut part)?;
            if count == 0 {
                bail!("the service closed the connection");
            }
            bytes.extend_from_slice(part.get(..count).unwrap_or_default());
            if let Some(head) = Head::read(&bytes)?
                && bytes.len() >= head.end
            {
                let body = bytes.split_off(head.body);
                return Ok(Answer { status: head.status, length: body.len(), body });
            }
        }
    }
}
