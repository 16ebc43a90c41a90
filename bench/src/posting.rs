//! Entries one by one, a thousand in a request, and from a file.

use crate::books::{Books, Place};
use crate::limit::pgbench::{self, Writers};
use crate::limit::{copy, sqlite};
use crate::load::{self, Kind, Load, Request, percentile_ms};
use crate::run::Run;
use crate::table::{Row, Target};
use anyhow::Result;
use std::fmt::Write;

const ACCOUNTS: [&str; 4] = ["6000", "6100", "6320", "6340"];
const PER_BATCH: usize = 1_000;

/// The body of an entry of two lines.
pub(crate) fn entry(client: usize, number: usize) -> String {
    let account = ACCOUNTS.get((client + number) % ACCOUNTS.len()).copied().unwrap_or_default();
    let amount = number % 100_000 + 1;
    format!(
        r#"{{"date":"2026-03-{:02}","memo":"Entry {number} of client {client}","lines":[{{"account_number":"{account}","debit":{amount}}},{{"account_number":"1000","credit":{amount}}}]}}"#,
        number % 28 + 1
    )
}

/// `POST /entries` over so many connections.
pub(crate) fn load_entries(run: &Run, books: &Books, connections: usize) -> Result<Load> {
    let service = books.serve()?;
    let load = load::run(&service.address, &service.key, connections, run.round, |client, number, send| {
        let body = entry(client, number);
        send(Request { kind: Kind::Write, method: "POST", path: "/api/v1/entries", body: &body });
    })?;
    service.stop()?;
    load.sound()
}

/// One entry in each request.
pub(crate) fn post(run: &mut Run, place: &Place) -> Result<()> {
    let database = place.database();
    let cluster = match place {
        Place::Server(cluster) => cluster,
        Place::File => {
            for (connections, per_transaction) in [(64, 128), (8, 8), (1, 1)] {
                run.says(&format!("POST /entries, {connections} connections, {}", database.name()));
                let books = Books::found(place)?;
                let load = load_entries(run, &books, connections)?;
                let limit = sqlite::bare_loop(&books.directory.path().join("books.db"), per_transaction)?;
                let label = format!("POST /entries, {connections} connections");
                let beside = format!("bare loop, {per_transaction} per transaction");
                run.add(Row::rates(database, label, load.per_second(), (limit, &beside), 0.45));
                if connections == 64 {
                    let flush = sqlite::flush_ms(books.directory.path())?;
                    let p99 = percentile_ms(&load.writes, 0.99);
                    run.add(Row {
                        database: Some(database),
                        workload: "POST /entries, 64 connections, p99".to_owned(),
                        ours: format!("{p99:.1} ms (p50 {:.1} ms)", percentile_ms(&load.writes, 0.5)),
                        limit: format!("{flush:.2} ms one flush"),
                        ratio: p99 / flush,
                        unit: "flushes",
                        target: Target::AtMost(25.0),
                    });
                }
            }
            return Ok(());
        }
    };
    run.says("POST /entries, 64 connections, PostgreSQL");
    let load = load_entries(run, &Books::found(place)?, 64)?;
    let one = pgbench::entries_per_second(cluster, &Books::found(place)?, Writers::OneCompany, run.round)?;
    let each = pgbench::entries_per_second(cluster, &Books::found(place)?, Writers::CompanyEach, run.round)?;
    let label = "POST /entries, 64 connections".to_owned();
    run.add(Row::rates(database, label.clone(), load.per_second(), (one, "pgbench, 32 clients"), 1.5));
    let beside = (each, "pgbench, 32 clients, a company each");
    run.rows
        .push(Row { target: Target::None, ..Row::rates(database, label, load.per_second(), beside, 0.0) });
    Ok(())
}

/// What the database itself can do with the rows of these books.
fn limit(place: &Place, books: &Books) -> Result<(f64, String)> {
    match place {
        Place::File => {
            let rate = sqlite::bare_loop(&books.directory.path().join("books.db"), PER_BATCH)?;
            Ok((rate, format!("bare loop, {PER_BATCH} per transaction")))
        }
        Place::Server(cluster) => {
            Ok((copy::entries_per_second(cluster, &books.url)?, "COPY of the same rows".to_owned()))
        }
    }
}

fn target(place: &Place) -> f64 {
    match place {
        Place::File => 0.5,
        Place::Server(_) => 0.3,
    }
}

/// A thousand entries in each request.
pub(crate) fn batch(run: &mut Run, place: &Place) -> Result<()> {
    let database = place.database();
    for (connections, target) in [(1, Target::AtLeast(target(place))), (4, Target::None)] {
        run.says(&format!("POST /entries/batch, {connections} connections, {}", database.name()));
        let books = Books::found(place)?;
        let service = books.serve()?;
        let load =
            load::run(&service.address, &service.key, connections, run.round, |client, number, send| {
                let mut body = String::from(r#"{"entries":["#);
                for place in 0..PER_BATCH {
                    if place > 0 {
                        body.push(',');
                    }
                    body.push_str(&entry(client, number * PER_BATCH + place));
                }
                body.push_str("]}");
                send(Request {
                    kind: Kind::Write,
                    method: "POST",
                    path: "/api/v1/entries/batch",
                    body: &body,
                });
            })?
            .sound()?;
        service.stop()?;
        let (limit, beside) = limit(place, &books)?;
        let ours = load.per_second() * PER_BATCH as f64;
        let label = format!("POST /entries/batch, {PER_BATCH} entries each, {connections} connections");
        run.add(Row { target, ..Row::rates(database, label, ours, (limit, &beside), 0.0) });
    }
    Ok(())
}

/// Entries from a file.
pub(crate) fn import(run: &mut Run, place: &Place) -> Result<()> {
    let database = place.database();
    let entries = run.size.import_entries;
    run.says(&format!("partita import, {entries} entries, {}", database.name()));
    let books = Books::found(place)?;
    let file = books.directory.path().join("entries.ndjson");
    write_file(&file, entries)?;
    let (elapsed, peak) = books.import(&file)?;
    let (limit, beside) = limit(place, &books)?;
    let ours = entries as f64 / elapsed.as_secs_f64();
    let label = format!("partita import, {entries} entries");
    run.add(Row::rates(database, label, ours, (limit, &beside), target(place)));
    run.add(Row {
        database: Some(database),
        workload: format!("Resident memory, import of {entries} entries"),
        ours: format!("{peak:.0} MB at most"),
        limit: "-".to_owned(),
        ratio: peak,
        unit: "MB",
        target: Target::AtMost(250.0),
    });
    Ok(())
}

/// Each record has an id of its own, as those of another program have.
fn write_file(path: &std::path::Path, entries: usize) -> Result<()> {
    use std::io::Write as _;
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    let mut line = String::new();
    for number in 0..entries {
        line.clear();
        let body = entry(0, number);
        write!(line, r#"{{"external_id":"INV-{number:08}",{}"#, body.get(1..).unwrap_or_default())?;
        writeln!(file, "{line}")?;
    }
    file.flush()?;
    Ok(())
}
