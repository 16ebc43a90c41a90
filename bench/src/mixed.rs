//! Reads and writes at once, on large books.

use crate::big_books::{LATE, some_entries};
use crate::books::{Books, Place, Service};
use crate::load::{self, Kind, Load, Request, percentile_ms};
use crate::posting::entry;
use crate::run::Run;
use crate::table::{Row, Target};
use anyhow::{Context, Result, bail};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const CONNECTIONS: usize = 64;

/// What is read, each as often as it stands here.
fn reads(service: &Service) -> Result<Vec<String>> {
    let accounts = service.get("/api/v1/accounts?limit=1")?;
    let account = accounts[0]["id"].as_str().context("an account")?;
    let mut paths = Vec::new();
    for (number, entry) in some_entries(service)?.iter().enumerate() {
        paths.push(format!("/api/v1/entries/{entry}"));
        match number % 4 {
            0 => paths.push("/api/v1/accounts".to_owned()),
            1 => paths.push("/api/v1/entries".to_owned()),
            2 => paths.push(format!("/api/v1/balances/{account}?to={LATE}")),
            _ => paths.push(format!("/api/v1/reports/trial-balance?as_of={LATE}")),
        }
    }
    Ok(paths)
}

/// Of ten requests so many write.
fn send(
    service: &Service,
    connections: usize,
    round: Duration,
    paths: &[String],
    writes: usize,
) -> Result<Load> {
    load::run(&service.address, &service.key, connections, round, |client, number, send| {
        if (client + number) % 10 < writes {
            let body = entry(client, number);
            send(Request { kind: Kind::Write, method: "POST", path: "/api/v1/entries", body: &body });
        } else {
            let path = paths.get((client * 37 + number) % paths.len()).map_or("/", String::as_str);
            send(Request { kind: Kind::Read, method: "GET", path, body: "" });
        }
    })
}

/// The same, and the resident memory while it runs.
fn watched(service: &Service, round: Duration, paths: &[String]) -> Result<(Load, Vec<f64>)> {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut samples = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                samples.extend(service.resident_mb().ok());
                std::thread::sleep(Duration::from_millis(100));
            }
            samples
        });
        let load = send(service, CONNECTIONS, round, paths, 2);
        stop.store(true, Ordering::Relaxed);
        let samples = watcher.join().unwrap_or_default();
        Ok((load?, samples))
    })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The mixed load, and the memory before and after it.
pub(crate) fn measure(run: &mut Run, place: &Place, lines: u64, books: &Books) -> Result<()> {
    let database = Some(place.database());
    let service = books.serve()?;
    let idle_mb = service.resident_mb()?;
    let paths = reads(&service)?;
    let alone = send(&service, 1, run.round, &paths, 0)?.sound()?;
    let readers = send(&service, CONNECTIONS, run.round, &paths, 0)?.sound()?;
    let (load, samples) = watched(&service, run.size.mixed, &paths)?;
    let after_mb = service.resident_mb()?;
    service.stop()?;
    let p99 = percentile_ms(&load.reads, 0.99);
    let name = format!("Mixed, 80 % reads, {CONNECTIONS} connections, {} s", run.size.mixed.as_secs());
    run.add(Row {
        database,
        workload: format!("{name}: errors"),
        ours: format!("{:.0}/s, {} reads, {} writes", load.per_second(), load.reads.len(), load.writes.len()),
        limit: format!("{lines} lines"),
        ratio: load.errors as f64,
        unit: "errors",
        target: Target::AtMost(0.0),
    });
    for (beside, idle, target) in
        [("a lone reader", &alone, Target::AtMost(10.0)), ("64 readers, no writer", &readers, Target::None)]
    {
        let idle = percentile_ms(&idle.reads, 0.99);
        run.add(Row {
            database,
            workload: format!("{name}: p99 of reads"),
            ours: format!("{p99:.1} ms (writes {:.1} ms)", percentile_ms(&load.writes, 0.99)),
            limit: format!("{idle:.2} ms {beside}"),
            ratio: p99 / idle,
            unit: "",
            target,
        });
    }
    let quarter = samples.len() / 4;
    let (Some(second), Some(last)) =
        (samples.get(quarter..quarter * 2), samples.get(samples.len() - quarter..))
    else {
        bail!("memory was not watched");
    };
    run.add(Row {
        database,
        workload: format!("{name}: memory stays flat"),
        ours: format!("{:.0} MB in the last quarter", mean(last)),
        limit: format!("{:.0} MB in the second", mean(second)),
        ratio: mean(last) / mean(second),
        unit: "",
        target: Target::AtMost(1.1),
    });
    for (when, value, most) in [("idle", idle_mb, 40.0), ("after the mixed load", after_mb, 200.0)] {
        run.add(Row {
            database,
            workload: format!("Resident memory, {when}"),
            ours: format!("{value:.0} MB"),
            limit: "-".to_owned(),
            ratio: value,
            unit: "MB",
            target: Target::AtMost(most),
        });
    }
    Ok(())
}
