//! `just bench`: the service over loopback against the limit of its database, in one run.
//!
//! Figures of two runs do not compare: the machine's flush rate does not stay. The ratios of one run do.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::float_arithmetic,
    clippy::cast_precision_loss
)]

mod limit;
mod load;
mod service;

use anyhow::{Context, Result};
use clap::Parser;
use load::Load;
use partita_tests::postgres::Cluster;
use partita_tests::sql::Directory;
use service::Service;
use std::time::Duration;

/// Measures the service against the limit of its database.
#[derive(Parser)]
struct Args {
    /// Longer rounds
    #[arg(long)]
    full: bool,
}

struct Row {
    workload: String,
    load: Load,
    limit: Option<f64>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let round = Duration::from_secs(if args.full { 15 } else { 4 });
    let mut rows = Vec::new();
    sqlite(round, &mut rows)?;
    postgres(round, &mut rows)?;
    print(&rows);
    Ok(())
}

fn sqlite(round: Duration, rows: &mut Vec<Row>) -> Result<()> {
    for connections in [1, 8, 32, 64] {
        let directory = Directory::fresh();
        let service = Service::start(&directory.url(), directory.path())?;
        let load = load::post_entries(&service, connections, round)?;
        if connections == 1 {
            println!(
                "resident memory idle: {} MB, after the load: {} MB",
                service.idle_resident_mb,
                service.resident_mb()?
            );
            println!("start until /health answers: {} ms", service.started_in.as_millis());
        }
        service.stop()?;
        let per_transaction = if connections == 64 { 128 } else { connections };
        let limit = limit::sqlite(&directory.path().join("books.db"), per_transaction, round)
            .context("the bare loop")?;
        rows.push(Row { workload: format!("POST /entries, {connections} connections, SQLite (bare loop, {per_transaction} per transaction)"), load, limit: Some(limit) });
    }
    Ok(())
}

fn postgres(round: Duration, rows: &mut Vec<Row>) -> Result<()> {
    let Some(cluster) = Cluster::start(true) else {
        println!("PostgreSQL's programs are not installed: its rows are left out");
        return Ok(());
    };
    for connections in [1, 32, 64] {
        let directory = Directory::fresh();
        let service = Service::start(&cluster.create_database(), directory.path())?;
        let load = load::post_entries(&service, connections, round)?;
        service.stop()?;
        rows.push(Row {
            workload: format!("POST /entries, {connections} connections, PostgreSQL, synchronous_commit=on"),
            load,
            limit: None,
        });
    }
    Ok(())
}

fn print(rows: &[Row]) {
    println!(
        "\n{:<78} {:>9} {:>9} {:>9} {:>9} {:>6}",
        "workload", "ours/s", "p50 ms", "p99 ms", "limit/s", "ratio"
    );
    for row in rows {
        let limit = row.limit.map_or_else(|| "-".to_owned(), |limit| format!("{limit:.0}"));
        let ratio =
            row.limit.map_or_else(|| "-".to_owned(), |limit| format!("{:.2}", row.load.per_second() / limit));
        println!(
            "{:<78} {:>9.0} {:>9.2} {:>9.2} {:>9} {:>6}",
            row.workload,
            row.load.per_second(),
            row.load.percentile_ms(0.50),
            row.load.percentile_ms(0.99),
            limit,
            ratio
        );
    }
}
