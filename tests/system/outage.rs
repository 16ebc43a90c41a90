//! PostgreSQL goes away under load and comes back: nobody restarts the service, and nothing acknowledged is lost.

use super::load::{Draft, Kept, Outcome, Poster, Promised};
use partita_tests::binary::{DEADLINE, Service, found, run};
use partita_tests::postgres::{Cluster, Stop};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration as Span, Instant};
use time::Date;
use time::macros::date;

const CLIENTS: usize = 8;
const DAY: Date = date!(2026 - 05 - 04);

/// What the clients have seen so far.
#[derive(Default)]
struct Seen {
    acknowledged: AtomicUsize,
    unavailable: AtomicUsize,
    is_over: AtomicBool,
}

impl Seen {
    fn await_more(count: &AtomicUsize, more: usize) {
        let (begun, goal) = (Instant::now(), count.load(Ordering::Relaxed) + more);
        while count.load(Ordering::Relaxed) < goal {
            assert!(begun.elapsed() < DEADLINE, "it never happens");
            std::thread::sleep(Span::from_millis(5));
        }
    }
}

/// Clients stop when a test fails, too.
struct Over<'a>(&'a Seen);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.is_over.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_database_that_restarts_is_waited_for() {
    let Some(cluster) = Cluster::start(true) else { return };
    let url = cluster.create_database();
    let founded = found(&url, "us-small-business");
    let mut service = Service::start(&url);
    let client = service.client().with_key(&founded.key);
    let seen = Seen::default();
    let (address, key) = (service.address, founded.key.as_str());
    let promised: Vec<Promised> = std::thread::scope(|scope| {
        let over = Over(&seen);
        let seen = &seen;
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| scope.spawn(move || post_patiently(address, key, client, seen)))
            .collect();
        for how in [Stop::Fast, Stop::Immediate] {
            Seen::await_more(&seen.acknowledged, 10 * CLIENTS);
            cluster.stop(how);
            Seen::await_more(&seen.unavailable, CLIENTS);
            let asked = ["/accounts", "//health"].map(|path| {
                let client = &client;
                scope.spawn(move || client.get(path))
            });
            for answer in asked {
                let refused = answer.join().expect("an answer");
                assert!(refused.header("retry-after").is_some_and(|seconds| seconds != "0"), "{refused:?}");
                refused.refused(503, "unavailable");
            }
            cluster.start_again();
            let back = Instant::now();
            Seen::await_more(&seen.acknowledged, 1);
            println!("writes again {} ms after PostgreSQL", back.elapsed().as_millis());
            Seen::await_more(&seen.acknowledged, 10 * CLIENTS);
            let _ = client.get("//health").expect(200);
            let _ = client.get("/accounts").expect(200);
        }
        drop(over);
        clients.into_iter().flat_map(|client| client.join().expect("a client")).collect()
    });
    assert!(service.program.is_running());
    Kept::default().check_day(&client, DAY, &promised);
    service.stop();
    let _ = run(&url, &["verify"]).ok();
    println!(
        "{} writes acknowledged and kept, {} requests told to come back",
        promised.len(),
        seen.unavailable.load(Ordering::Relaxed)
    );
}

/// Posts one entry after another, each until it is acknowledged.
fn post_patiently(address: SocketAddr, key: &str, client: usize, seen: &Seen) -> Vec<Promised> {
    let poster = Poster::new(address, key);
    let mut promised = Vec::new();
    for number in 0.. {
        let draft = Draft::new(format!("{client}/{number}"), DAY, number);
        let begun = Instant::now();
        let entry = loop {
            assert!(begun.elapsed() < DEADLINE, "the database does not come back");
            match poster.post(&draft) {
                Outcome::Acknowledged { entry, .. } => break entry,
                refused => {
                    assert!(refused.is_unavailable(), "{refused:?}");
                    seen.unavailable.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(Span::from_millis(50));
                }
            }
        };
        seen.acknowledged.fetch_add(1, Ordering::Relaxed);
        promised.push(Promised { draft, entry });
        if seen.is_over.load(Ordering::Relaxed) {
            break;
        }
    }
    promised
}
