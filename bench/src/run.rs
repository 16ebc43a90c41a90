//! What is asked for, and what was found so far.

use crate::table::Row;
use std::time::{Duration, Instant};

/// How much is measured.
pub(crate) struct Size {
    pub(crate) import_entries: usize,
    /// The lines of the books that reports are read from, growing.
    pub(crate) lines: &'static [u64],
    /// How many invoices open lists are read from, growing.
    pub(crate) documents: &'static [u64],
    pub(crate) mixed: Duration,
}

/// A run.
pub(crate) struct Run {
    pub(crate) round: Duration,
    pub(crate) size: Size,
    pub(crate) rows: Vec<Row>,
    begun: Instant,
}

impl Run {
    pub(crate) fn new(full: bool) -> Self {
        let (round, size) = if full {
            let lines = &[10_000, 1_000_000, 10_000_000];
            (
                10,
                Size {
                    import_entries: 1_000_000,
                    lines,
                    documents: &[10_000, 1_000_000],
                    mixed: Duration::from_secs(60),
                },
            )
        } else {
            let lines = &[10_000, 200_000];
            (
                2,
                Size {
                    import_entries: 20_000,
                    lines,
                    documents: &[10_000, 100_000],
                    mixed: Duration::from_secs(6),
                },
            )
        };
        Self { round: Duration::from_secs(round), size, rows: Vec::new(), begun: Instant::now() }
    }

    /// Takes a row, and shows it to those who wait.
    pub(crate) fn add(&mut self, row: Row) {
        self.says(&format!("  {row}"));
        self.rows.push(row);
    }

    /// What happens now.
    pub(crate) fn says(&self, what: &str) {
        eprintln!("{:>6.1} s  {what}", self.begun.elapsed().as_secs_f64());
    }
}
