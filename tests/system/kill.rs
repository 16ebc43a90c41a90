//! kill -9 at any moment, while loaded: what was acknowledged is there, and nothing is there by half.

use super::load::{Draft, Kept, Outcome, Poster, Promised, random};
use partita_tests::binary::{Founded, Service, found, run};
use partita_tests::postgres::{Cluster, Stop};
use partita_tests::sql::Directory;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::{Duration as Span, Instant};
use time::macros::date;
use time::{Date, Duration};

const CLIENTS: usize = 8;
const FIRST_DAY: Date = date!(2026 - 01 - 01);

#[test]
fn nothing_acknowledged_is_lost_on_sqlite() {
    let directory = Directory::fresh();
    Trial::new(&directory.url(), None).run(50);
}

#[test]
fn nothing_acknowledged_is_lost_on_postgresql() {
    let Some(cluster) = Cluster::start(true) else { return };
    Trial::new(&cluster.create_database(), Some(&cluster)).run(10);
}

struct Trial<'a> {
    url: &'a str,
    cluster: Option<&'a Cluster>,
    founded: Founded,
    kept: Kept,
    acknowledged: usize,
    in_doubt: usize,
    kept_in_doubt: usize,
}

/// A round of load: what every client was promised, and the entry whose answer never came.
struct Round {
    date: Date,
    clients: Vec<(Vec<Promised>, Draft)>,
}

impl<'a> Trial<'a> {
    fn new(url: &'a str, cluster: Option<&'a Cluster>) -> Self {
        let founded = found(url, "us-small-business");
        Self { url, cluster, founded, kept: Kept::default(), acknowledged: 0, in_doubt: 0, kept_in_doubt: 0 }
    }

    fn run(mut self, rounds: i64) {
        let begun = Instant::now();
        let mut service = Service::start(self.url);
        for round in 0..rounds {
            // PostgreSQL loses its power in every second round as well, before or after the service.
            let cluster = self.cluster.filter(|_| round % 2 == 1);
            let round = self.load_and_kill(&mut service, FIRST_DAY + Duration::days(round), cluster);
            service = Service::start(self.url);
            self.check(&service, &round);
        }
        service.stop();
        let said = run(self.url, &["verify"]).ok();
        assert!(said.contains(&format!("journal entries checked   {}", self.kept.entries)), "{said}");
        println!(
            "{rounds} rounds in {:.1} s: {} writes acknowledged and kept; of {} in doubt {} were kept",
            begun.elapsed().as_secs_f32(),
            self.acknowledged,
            self.in_doubt,
            self.kept_in_doubt
        );
    }

    fn load_and_kill(&self, service: &mut Service, date: Date, cluster: Option<&Cluster>) -> Round {
        let (address, key) = (service.address, self.founded.key.as_str());
        let (told, acknowledged) = mpsc::channel();
        let clients = std::thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS)
                .map(|client| {
                    let told = told.clone();
                    scope.spawn(move || post_until_lost(address, key, date, client, cluster.is_some(), &told))
                })
                .collect();
            drop(told);
            acknowledged.recv().expect("a first entry before the end");
            std::thread::sleep(Span::from_millis(20 + random(130)));
            match cluster {
                Some(cluster) if random(2) == 0 => {
                    cluster.stop(Stop::Immediate);
                    service.program.kill9();
                }
                Some(cluster) => {
                    service.program.kill9();
                    cluster.stop(Stop::Immediate);
                }
                None => service.program.kill9(),
            }
            clients.into_iter().map(|client| client.join().expect("a client")).collect()
        });
        if let Some(cluster) = cluster {
            cluster.start_again();
        }
        Round { date, clients }
    }

    fn check(&mut self, service: &Service, round: &Round) {
        let poster = Poster::new(service.address, &self.founded.key);
        let mut promised = Vec::new();
        for (kept, doubtful) in &round.clients {
            // The last promise is the one that a crash is most likely to break.
            if let Some(last) = kept.last() {
                let (entry, replayed) = poster.post(&last.draft).acknowledged();
                assert!(replayed, "posted anew: {entry}");
                assert_eq!(entry, last.entry);
            }
            let (entry, replayed) = poster.post(doubtful).acknowledged();
            self.in_doubt += 1;
            self.kept_in_doubt += usize::from(replayed);
            self.acknowledged += kept.len();
            promised.extend(kept.iter().cloned());
            promised.push(Promised { draft: doubtful.clone(), entry });
        }
        self.kept.check_day(&service.client().with_key(&self.founded.key), round.date, &promised);
    }
}

/// Posts one entry after another until there is no answer.
fn post_until_lost(
    address: SocketAddr,
    key: &str,
    date: Date,
    client: usize,
    may_be_refused: bool,
    told: &mpsc::Sender<()>,
) -> (Vec<Promised>, Draft) {
    let poster = Poster::new(address, key);
    let mut promised = Vec::new();
    for number in 0.. {
        let draft = Draft::new(format!("{date}/{client}/{number}"), date, number);
        match poster.post(&draft) {
            Outcome::Acknowledged { entry, replayed } => {
                assert!(!replayed, "never posted before: {entry}");
                promised.push(Promised { draft, entry });
                let _ = told.send(());
            }
            Outcome::Lost => return (promised, draft),
            refused => {
                assert!(may_be_refused && refused.is_unavailable(), "{refused:?}");
                return (promised, draft);
            }
        }
    }
    unreachable!("there is always a next number")
}
