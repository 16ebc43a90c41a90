//! Many connections that stay open, each sending its next request when the last was answered; two threads drive all.

use crate::client::{Head, write_request};
use anyhow::{Context, Result, bail};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

/// What a request is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    Write,
}

/// The next request of a connection.
pub(crate) struct Request<'a> {
    pub(crate) kind: Kind,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) body: &'a str,
}

/// Requests that were not measured yet are sent for so long.
const WARM_UP: Duration = Duration::from_millis(400);
const THREADS: usize = 2;

/// What a load has measured.
#[derive(Default)]
pub(crate) struct Load {
    pub(crate) elapsed: Duration,
    /// Ascending.
    pub(crate) reads: Vec<Duration>,
    /// Ascending.
    pub(crate) writes: Vec<Duration>,
    pub(crate) errors: usize,
    first_error: Option<String>,
}

impl Load {
    pub(crate) fn per_second(&self) -> f64 {
        (self.reads.len() + self.writes.len()) as f64 / self.elapsed.as_secs_f64()
    }

    /// Errors if any request was not answered as it should be.
    pub(crate) fn sound(self) -> Result<Self> {
        match &self.first_error {
            Some(error) => bail!("{} requests failed; the first: {error}", self.errors),
            None => Ok(self),
        }
    }

    fn add(&mut self, other: Self) {
        self.reads.extend(other.reads);
        self.writes.extend(other.writes);
        self.elapsed = self.elapsed.max(other.elapsed);
        self.errors += other.errors;
        self.first_error = self.first_error.take().or(other.first_error);
    }
}

/// The latency that this part of the requests stays below, in milliseconds.
pub(crate) fn percentile_ms(ascending: &[Duration], part: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list")]
    let place = ((ascending.len() as f64 * part) as usize).min(ascending.len().saturating_sub(1));
    ascending.get(place).map_or(0.0, Duration::as_secs_f64) * 1_000.0
}

/// Sends what `script` says over so many connections for so long; it is given the connection, the number of the request
/// on it, and a function to be called once.
pub(crate) fn run<S>(address: &str, key: &str, connections: usize, round: Duration, script: S) -> Result<Load>
where
    S: Fn(usize, usize, &mut dyn FnMut(Request<'_>)) + Sync,
{
    let begun = Instant::now();
    let threads = THREADS.min(connections);
    let parts: Vec<Result<Load>> = std::thread::scope(|scope| {
        let drivers: Vec<_> = (0..threads)
            .map(|thread| {
                let own: Vec<usize> = (0..connections).filter(|number| number % threads == thread).collect();
                let script = &script;
                scope.spawn(move || Driver::new(address, key, &own, begun + WARM_UP, round)?.drive(script))
            })
            .collect();
        drivers
            .into_iter()
            .map(|driver| driver.join().unwrap_or_else(|_| bail!("a client panicked")))
            .collect()
    });
    let mut load = Load::default();
    for part in parts {
        load.add(part?);
    }
    load.reads.sort_unstable();
    load.writes.sort_unstable();
    Ok(load)
}

struct Connection {
    stream: TcpStream,
    number: usize,
    sent: usize,
    kind: Kind,
    begun: Instant,
    output: Vec<u8>,
    written: usize,
    input: Vec<u8>,
    head: Option<Head>,
    waits: bool,
}

struct Driver<'a> {
    poll: Poll,
    connections: Vec<Connection>,
    key: &'a str,
    measured_from: Instant,
    until: Instant,
    load: Load,
    part: Vec<u8>,
}

impl<'a> Driver<'a> {
    fn new(
        address: &str,
        key: &'a str,
        own: &[usize],
        measured_from: Instant,
        round: Duration,
    ) -> Result<Self> {
        let poll = Poll::new()?;
        let mut connections = Vec::with_capacity(own.len());
        for (place, number) in own.iter().enumerate() {
            let stream = std::net::TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            let mut stream = TcpStream::from_std(stream);
            poll.registry().register(&mut stream, Token(place), Interest::READABLE | Interest::WRITABLE)?;
            connections.push(Connection {
                stream,
                number: *number,
                sent: 0,
                kind: Kind::Read,
                begun: measured_from,
                output: Vec::new(),
                written: 0,
                input: Vec::new(),
                head: None,
                waits: false,
            });
        }
        let until = measured_from + round;
        let load = Load::default();
        Ok(Self { poll, connections, key, measured_from, until, load, part: vec![0; 1 << 18] })
    }

    fn drive(mut self, script: &impl Fn(usize, usize, &mut dyn FnMut(Request<'_>))) -> Result<Load> {
        let mut events = Events::with_capacity(self.connections.len());
        let mut open = self.connections.len();
        for connection in &mut self.connections {
            connection.send(self.key, script)?;
        }
        while open > 0 {
            match self.poll.poll(&mut events, Some(Duration::from_secs(60))) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                polled => polled?,
            }
            if events.is_empty() {
                bail!("no request was answered for a minute");
            }
            for event in &events {
                let connection = self.connections.get_mut(event.token().0).context("a connection")?;
                if !connection.waits {
                    continue;
                }
                connection.push()?;
                if !event.is_readable() || !connection.pull(&mut self.part)? {
                    continue;
                }
                let now = Instant::now();
                connection.note(now, self.measured_from, &mut self.load);
                if now < self.until {
                    connection.send(self.key, script)?;
                } else {
                    open -= 1;
                }
            }
        }
        self.load.elapsed = self.measured_from.elapsed();
        Ok(self.load)
    }
}

impl Connection {
    fn send(&mut self, key: &str, script: &impl Fn(usize, usize, &mut dyn FnMut(Request<'_>))) -> Result<()> {
        self.output.clear();
        self.input.clear();
        self.head = None;
        self.written = 0;
        self.waits = true;
        let (output, kind) = (&mut self.output, &mut self.kind);
        script(self.number, self.sent, &mut |request| {
            *kind = request.kind;
            write_request(output, request.method, request.path, key, request.body);
        });
        self.sent += 1;
        self.begun = Instant::now();
        self.push()
    }

    fn push(&mut self) -> Result<()> {
        while let Some(rest) = self.output.get(self.written..).filter(|rest| !rest.is_empty()) {
            match self.stream.write(rest) {
                Ok(count) => self.written += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Reads what has come; whether the answer is complete.
    fn pull(&mut self, part: &mut [u8]) -> Result<bool> {
        loop {
            let count = match self.stream.read(part) {
                Ok(0) => bail!("the service closed the connection"),
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            self.input.extend_from_slice(part.get(..count).unwrap_or_default());
            if self.head.is_none() {
                self.head = Head::read(&self.input)?;
            }
            if self.head.is_some_and(|head| self.input.len() >= head.end) {
                self.waits = false;
                return Ok(true);
            }
        }
    }

    fn note(&self, now: Instant, measured_from: Instant, load: &mut Load) {
        let Some(head) = self.head else { return };
        if !(200..300).contains(&head.status) {
            load.errors += 1;
            load.first_error.get_or_insert_with(|| String::from_utf8_lossy(&self.input).into_owned());
        } else if self.begun >= measured_from {
            let latencies = if self.kind == Kind::Read { &mut load.reads } else { &mut load.writes };
            latencies.push(now - self.begun);
        }
    }
}
