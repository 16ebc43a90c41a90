//! What recurs is made by the running server itself, every few minutes.

use partita_application::App;
use partita_application::domain::id::{CompanyId, RecurringId};
use partita_application::recurring::{RecurringRun, run_all};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// The thread that makes what is due; it ends, between two occurrences, when this is dropped.
pub(crate) struct Scheduler {
    stopping: Arc<AtomicBool>,
    tick: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Scheduler {
    /// Starts it; none with an interval of 0.
    pub(crate) fn start(app: Arc<App>, interval_seconds: u64) -> std::io::Result<Option<Self>> {
        if interval_seconds == 0 {
            return Ok(None);
        }
        let stopping = Arc::new(AtomicBool::new(false));
        let (tick, ticks) = channel();
        let stop = Arc::clone(&stopping);
        let interval = Duration::from_secs(interval_seconds);
        let thread = std::thread::Builder::new()
            .name("recurring".to_owned())
            .spawn(move || work(&app, interval, &ticks, &stop))?;
        Ok(Some(Self { stopping, tick: Some(tick), thread: Some(thread) }))
    }
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::Relaxed);
        // The thread wakes when nobody can send any more.
        drop(self.tick.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that makes what recurs had panicked");
        }
    }
}

fn work(app: &App, interval: Duration, ticks: &Receiver<()>, stopping: &AtomicBool) {
    let mut told = HashSet::new();
    loop {
        match run_all(app, &|| !stopping.load(Ordering::Relaxed)) {
            Ok(runs) => {
                let mut refused = HashSet::new();
                for (company, run) in runs {
                    match run {
                        Ok(run) => report(company, &run, &told, &mut refused),
                        Err(error) => tracing::error!(%company, "what recurs could not be made: {error}"),
                    }
                }
                told = refused;
            }
            Err(error) => tracing::error!("what recurs could not be made: {error}"),
        }
        match ticks.recv_timeout(interval) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

type Refused = HashSet<(RecurringId, time::Date)>;

/// Logs what was made, and what was refused once.
fn report(company: CompanyId, run: &RecurringRun, told: &Refused, refused: &mut Refused) {
    if run.made_count > 0 {
        tracing::info!(%company, made = run.made_count, as_of = %run.as_of, "made what recurs");
    }
    for template in &run.templates {
        let Some((date, problems)) = &template.refused else { continue };
        let occurrence = (template.template_id, *date);
        if !told.contains(&occurrence) {
            tracing::warn!(
                %company,
                template = %template.template_id,
                %date,
                "an occurrence of {} was refused: {}",
                template.name,
                problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; ")
            );
        }
        refused.insert(occurrence);
    }
}
