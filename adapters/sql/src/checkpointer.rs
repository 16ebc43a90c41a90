//! Checkpoints of a file: what its write-ahead log holds goes into the database on a thread of its own, since a writer that
//! did it would keep everybody waiting meanwhile.

use crate::connection::{Place, once};
use crate::dialect;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// So many rows make a checkpoint worth its flush. A page of the log holds one to five.
const ROWS: usize = 5_000;

/// The thread, and what it waits for.
pub(crate) struct Checkpointer {
    /// Written since the last one was asked for.
    rows: AtomicUsize,
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Checkpoints a file from now on; a server has its own. Without a thread writers do it, once the log is long.
    pub(crate) fn of(place: &Place) -> Option<Self> {
        let Place::File(_) = place else { return None };
        let place = place.clone();
        let (wake, asked) = sync_channel(1);
        let named = std::thread::Builder::new().name("checkpointer".to_owned());
        let thread = named.spawn(move || checkpoint(&place, &asked)).ok()?;
        Some(Self { rows: AtomicUsize::new(0), wake: Some(wake), thread: Some(thread) })
    }

    /// Learns how many rows were committed.
    pub(crate) fn committed(&self, rows: usize) {
        if self.rows.fetch_add(rows, Ordering::Relaxed).saturating_add(rows) >= ROWS
            && let Some(wake) = &self.wake
        {
            self.rows.store(0, Ordering::Relaxed);
            // When one has been asked for and not begun, it will do.
            let _ = wake.try_send(());
        }
    }
}

impl Drop for Checkpointer {
    /// The thread has let go of the file before the store is gone.
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn checkpoint(place: &Place, asked: &Receiver<()>) {
    let mut conn = None;
    while asked.recv().is_ok() {
        if conn.is_none() {
            conn = once(place).map_err(|error| tracing::warn!(%error, "no connection for checkpoints")).ok();
        }
        if let Some(Err(error)) = conn.as_mut().map(dialect::checkpoint) {
            tracing::warn!(%error, "the write-ahead log could not be brought into the database");
            conn = None;
        }
    }
}
