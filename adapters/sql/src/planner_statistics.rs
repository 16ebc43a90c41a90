//! Statistics for the planner of a server, for books that have just begun.
//!
//! As long as a server has none, any index of a table with few rows looks as good as another, and it keeps for the session
//! what it chose then, for foreign keys as well. Until its own housekeeping comes by, a minute later or more, each row
//! that is written would look through all rows of its company.

use crate::connection::Conn;
use crate::dialect;
use std::sync::atomic::{AtomicUsize, Ordering};

/// They are first worth gathering when so many rows were written.
const FIRST: usize = 300;
/// And again at so many times as many.
const TIMES: usize = 10;
/// From here on the server sees to it by itself.
const LAST: usize = 30_000;

/// Rows that were written since the books were opened, and when statistics are due next.
pub(crate) struct PlannerStatistics {
    written: AtomicUsize,
    next: AtomicUsize,
}

impl Default for PlannerStatistics {
    fn default() -> Self {
        Self { written: AtomicUsize::new(0), next: AtomicUsize::new(FIRST) }
    }
}

impl PlannerStatistics {
    /// Learns how many rows were committed.
    pub(crate) fn grown(&self, rows: usize) {
        if self.next.load(Ordering::Relaxed) <= LAST {
            self.written.fetch_add(rows, Ordering::Relaxed);
        }
    }

    /// Has the database gather them, if that is due and it has none; outside of a transaction.
    pub(crate) fn gather(&self, conn: &mut Conn) {
        let next = self.next.load(Ordering::Relaxed);
        let is_due = next <= LAST && self.written.load(Ordering::Relaxed) >= next;
        let after = next.saturating_mul(TIMES);
        // Of several who find it due one does it.
        if is_due
            && self.next.compare_exchange(next, after, Ordering::Relaxed, Ordering::Relaxed).is_ok()
            && let Err(error) = dialect::analyze_young_tables(conn)
        {
            tracing::warn!(%error, "the database did not gather statistics");
        }
    }
}
