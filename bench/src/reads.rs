//! Single reads, held against a handler that answers as many bytes and does nothing else.

use crate::books::{Books, Place};
use crate::limit::handler::Handler;
use crate::load::{self, Kind, Load, Request};
use crate::posting::entry;
use crate::run::Run;
use crate::table::Row;
use anyhow::{Context, Result};
use std::time::Duration;

fn gets(address: &str, key: &str, connections: usize, round: Duration, paths: &[String]) -> Result<Load> {
    load::run(address, key, connections, round, |client, number, send| {
        let path = paths.get((client * 31 + number) % paths.len()).map_or("/", String::as_str);
        send(Request { kind: Kind::Read, method: "GET", path, body: "" });
    })?
    .sound()
}

/// `GET /accounts` and `GET /entries/{id}`.
pub(crate) fn get(run: &mut Run, place: &Place) -> Result<()> {
    let database = place.database();
    let books = Books::found(place)?;
    let service = books.serve()?;
    let entries: Vec<String> = (0..500).map(|number| entry(0, number)).collect();
    let posted =
        service.post("/api/v1/entries/batch", &format!(r#"{{"entries":[{}]}}"#, entries.join(",")))?;
    let results = posted["results"].as_array().context("what was posted")?;
    let ids = results.iter().filter_map(|result| result["id"].as_str());
    let paths: Vec<String> = ids.map(|id| format!("/api/v1/entries/{id}")).collect();
    service.stop()?;
    for (name, paths) in
        [("GET /accounts", vec!["/api/v1/accounts".to_owned()]), ("GET /entries/{id}", paths)]
    {
        for connections in [8, 64] {
            run.says(&format!("{name}, {connections} connections, {}", database.name()));
            let service = books.serve()?;
            let bytes = service.answer("GET", paths.first().context("a path")?, "")?.length;
            let ours = gets(&service.address, &service.key, connections, run.round, &paths)?;
            service.stop()?;
            let handler = Handler::start(bytes)?;
            let limit = gets(&handler.address, &books.key, connections, run.round, &paths)?;
            let beside = format!("bare handler, {bytes} bytes");
            let label = format!("{name}, {connections} connections");
            run.add(Row::rates(database, label, ours.per_second(), (limit.per_second(), &beside), 0.4));
        }
    }
    Ok(())
}
