//! `just bench`: the service over loopback against the limit of its database, in one run.
//!
//! Figures of two runs do not compare: the machine's flush rate does not stay. The ratios of one run do.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::float_arithmetic,
    clippy::cast_precision_loss
)]

mod big_books;
mod big_documents;
mod books;
mod client;
mod growth;
mod invoicing;
mod limit;
mod load;
mod mixed;
mod posting;
mod psql;
mod reads;
mod run;
mod table;

use anyhow::Result;
use books::{Database, Place};
use clap::{Parser, ValueEnum};
use partita_tests::postgres::Cluster;
use run::Run;

/// Measures the service against the limit of its database.
#[derive(Parser)]
struct Args {
    /// Longer rounds, and books of the full size
    #[arg(long)]
    full: bool,
    /// Print the table as Markdown
    #[arg(long)]
    markdown: bool,
    /// Only these groups of rows
    #[arg(long, value_delimiter = ',', value_name = "GROUP")]
    only: Vec<Group>,
    /// Only this database
    #[arg(long)]
    database: Option<Database>,
    /// Answer so many bytes instead of measuring: the bare handler that reads are held against
    #[arg(long, hide = true, requires = "answer_at")]
    answer_bytes: Option<usize>,
    #[arg(long, hide = true)]
    answer_at: Option<String>,
}

/// Rows that are measured together.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Group {
    Post,
    Invoices,
    Documents,
    Batch,
    Import,
    Get,
    Reports,
    Cursor,
    Mixed,
    Memory,
    Start,
}

fn main() -> Result<()> {
    let args = Args::parse();
    if let (Some(bytes), Some(address)) = (args.answer_bytes, &args.answer_at) {
        return limit::handler::serve(address, bytes);
    }
    let wanted = |group: Group| args.only.is_empty() || args.only.contains(&group);
    let mut run = Run::new(args.full);
    let mut places = Vec::new();
    if args.database != Some(Database::Postgres) {
        places.push(Place::File);
    }
    if args.database != Some(Database::Sqlite) {
        match Cluster::start(true) {
            Some(cluster) => places.push(Place::Server(Box::new(cluster))),
            None => println!("PostgreSQL's programs are not installed: its rows are left out"),
        }
    }
    for place in &places {
        if wanted(Group::Post) {
            posting::post(&mut run, place)?;
        }
        if wanted(Group::Invoices) {
            invoicing::post(&mut run, place)?;
        }
        if wanted(Group::Documents) {
            invoicing::documents(&mut run, place)?;
        }
        if wanted(Group::Batch) {
            posting::batch(&mut run, place)?;
        }
        if wanted(Group::Import) || wanted(Group::Memory) {
            posting::import(&mut run, place)?;
        }
        if wanted(Group::Get) {
            reads::get(&mut run, place)?;
        }
        if [Group::Reports, Group::Cursor, Group::Mixed, Group::Memory, Group::Start].into_iter().any(wanted)
        {
            growth::measure(&mut run, place, &wanted)?;
        }
    }
    println!("{}", table::text(&run.rows, args.markdown));
    Ok(())
}
