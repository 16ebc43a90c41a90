//! What is read from books that grow, and how soon a service on large books answers.

use crate::big_books::{self, EARLY, LATE};
use crate::books::{Books, Place};
use crate::load::{self, Kind, Request, percentile_ms};
use crate::run::Run;
use crate::table::{Row, Target};
use crate::{Group, mixed};
use anyhow::{Context, Result};
use std::time::Duration;

const STARTS: usize = 5;

/// The median of one request after the other, in milliseconds, once the service has warmed up.
pub(crate) fn median_ms(books: &Books, path: &str, round: Duration) -> Result<f64> {
    let service = books.serve()?;
    let load = load::run(&service.address, &service.key, 1, round, |_, _, send| {
        send(Request { kind: Kind::Read, method: "GET", path, body: "" });
    })?
    .sound()?;
    service.stop()?;
    Ok(percentile_ms(&load.reads, 0.5))
}

pub(crate) fn short(lines: u64) -> String {
    match lines {
        1_000_000.. => format!("{} M", lines / 1_000_000),
        _ => format!("{} k", lines / 1_000),
    }
}

pub(crate) fn times(
    place: &Place,
    workload: String,
    ours: String,
    limit: String,
    ratio: f64,
    most: f64,
) -> Row {
    let target = Target::AtMost(most);
    Row { database: Some(place.database()), workload, ours, limit, ratio, unit: "", target }
}

/// Every group that needs large books.
pub(crate) fn measure(run: &mut Run, place: &Place, wanted: &dyn Fn(Group) -> bool) -> Result<()> {
    let name = place.database().name();
    let mut sizes = run.size.lines.to_vec();
    if !wanted(Group::Reports) {
        sizes = sizes.split_off(sizes.len() - 1);
    }
    let mut grown = Vec::new();
    for lines in sizes {
        run.says(&format!("making books of {lines} lines, {name}"));
        grown.push((lines, big_books::make(place, lines)?));
    }
    let (lines, largest) = grown.last().context("sizes")?;
    if wanted(Group::Reports) {
        reports(run, place, &grown)?;
    }
    if wanted(Group::Cursor) {
        run.says(&format!("GET /entries?cursor=, {name}"));
        cursor(run, place, *lines, largest)?;
    }
    if wanted(Group::Start) {
        run.says(&format!("start, {name}"));
        start(run, place, *lines, largest)?;
    }
    if wanted(Group::Mixed) || wanted(Group::Memory) {
        run.says(&format!("mixed load, {name}"));
        mixed::measure(run, place, *lines, largest)?;
    }
    Ok(())
}

fn reports(run: &mut Run, place: &Place, grown: &[(u64, Books)]) -> Result<()> {
    let (_, first) = grown.first().context("sizes")?;
    let service = first.serve()?;
    let accounts = service.get("/api/v1/accounts?limit=1")?;
    service.stop()?;
    let number = accounts[0]["number"].as_str().context("an account")?.to_owned();
    for report in ["/reports/trial-balance", "/balances/{account_id}"] {
        let mut medians = Vec::new();
        for (lines, books) in grown {
            run.says(&format!("GET {report} at {lines} lines, {}", place.database().name()));
            let path = if report.contains('{') {
                let service = books.serve()?;
                let accounts = service.get(&format!("/api/v1/accounts?number={number}"))?;
                service.stop()?;
                let id = accounts[0]["id"].as_str().context("an account")?;
                format!("/api/v1/balances/{id}?to={LATE}")
            } else {
                format!("/api/v1{report}?as_of={LATE}")
            };
            medians.push((*lines, median_ms(books, &path, run.round)?));
        }
        let (first, last) = medians.first().zip(medians.last()).context("medians")?;
        let between: Vec<String> =
            medians.iter().skip(1).map(|(lines, ms)| format!("{ms:.2} ms at {}", short(*lines))).collect();
        run.add(times(
            place,
            format!("GET {report}"),
            between.join(", "),
            format!("{:.2} ms at {} lines", first.1, short(first.0)),
            last.1 / first.1,
            1.5,
        ));
    }
    Ok(())
}

fn cursor(run: &mut Run, place: &Place, lines: u64, books: &Books) -> Result<()> {
    let service = books.serve()?;
    // Newest first, these are among the last entries of the list, and a whole page follows them.
    let last = service.whole("GET", &format!("/api/v1/entries?limit=1&to={EARLY}"), "")?;
    service.stop()?;
    let cursor = last["meta"]["next_cursor"].as_str().context("a cursor")?;
    let first = median_ms(books, "/api/v1/entries", run.round)?;
    let end = median_ms(books, &format!("/api/v1/entries?cursor={cursor}"), run.round)?;
    run.add(times(
        place,
        format!("GET /entries?cursor= at the end of {} lines", short(lines)),
        format!("{end:.2} ms"),
        format!("{first:.2} ms first page"),
        end / first,
        1.2,
    ));
    Ok(())
}

fn start(run: &mut Run, place: &Place, lines: u64, books: &Books) -> Result<()> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let service = books.serve()?;
        times.push(service.started_in);
        service.stop()?;
    }
    times.sort_unstable();
    let median = percentile_ms(&times, 0.5);
    run.add(Row {
        database: Some(place.database()),
        workload: format!("Start on {} lines until /health answers", short(lines)),
        ours: format!("{median:.0} ms (most {:.0} ms)", percentile_ms(&times, 1.0)),
        limit: "-".to_owned(),
        ratio: median,
        unit: "ms",
        target: Target::AtMost(150.0),
    });
    Ok(())
}
