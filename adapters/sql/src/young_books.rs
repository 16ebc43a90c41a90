//! Statistics for books that have just begun.
//!
//! As long as a server has none, any index of a table with few rows looks as good as another, and it keeps for the session
//! what it chose then, for foreign keys as well. Until its own housekeeping comes by, a minute later or more, each row
//! that is written would look through all rows of its company.

use crate::connection::Conn;
use crate::dialect;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The first look is worth it when so many rows were written,
const FIRST: usize = 300;
/// and then at so many times as many,
const TIMES: usize = 10;
/// and no more from here on.
const LAST: usize = 30_000;

/// Rows that were written since the books were opened, and when to look next.
pub(crate) struct YoungBooks {
    written: AtomicUsize,
    next: AtomicUsize,
}

impl Default for YoungBooks {
    fn default() -> Self {
        Self { written: AtomicUsize::new(0), next: AtomicUsize::new(FIRST) }
    }
}

impl YoungBooks {
    /// Learns how many rows were committed.
    pub(crate) fn grown(&self, rows: usize) {
        if self.next.load(Ordering::Relaxed) <= LAST {
            self.written.fetch_add(rows, Ordering::Relaxed);
        }
    }

    /// Has the database look at its tables, if it is time and it has not; outside of a transaction.
    pub(crate) fn describe(&self, conn: &mut Conn) {
        let next = self.next.load(Ordering::Relaxed);
        let is_due = next <= LAST && self.written.load(Ordering::Relaxed) >= next;
        let after = next.saturating_mul(TIMES);
        // Of several who find it due one does it.
        if is_due
            && self.next.compare_exchange(next, after, Ordering::Relaxed, Ordering::Relaxed).is_ok()
            && let Err(error) = dialect::describe_young(conn)
        {
            tracing::warn!(%error, "the database did not gather statistics");
        }
    }
}
