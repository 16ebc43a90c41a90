//! Making what is due.

use super::occurrence::{MadeOccurrence, Outcome, occur};
use super::{find_in, permitted, writing};
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::company::companies;
use crate::error::{Error, Result};
use crate::journal_entry::EntryProblem;
use crate::ports::StoreError;
use partita_domain::audit_event::Source;
use partita_domain::fiscal_calendar::check_date;
use partita_domain::id::{CompanyId, RecurringId};
use partita_domain::recurring::{RecurringKind, RecurringTemplate};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use time::Date;

/// A run makes at most so many occurrences; the next one goes on.
pub const MOST_OCCURRENCES: i64 = 1_000;

/// What a run has made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecurringRun {
    /// The day up to which it made what was due.
    pub as_of: Date,
    /// How many occurrences were made.
    pub made_count: i64,
    /// How many templates were refused their next occurrence.
    pub refused_count: i64,
    /// Whether nothing more is due but what was refused.
    pub is_complete: bool,
    /// Every template that was due, in the order of their first occurrences.
    pub templates: Vec<TemplateRun>,
}

/// What a run has made of one template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateRun {
    /// The template.
    pub template_id: RecurringId,
    /// Its name.
    pub name: String,
    /// What kind of transaction recurs.
    pub kind: RecurringKind,
    /// Its occurrences, oldest first.
    pub made: Vec<MadeOccurrence>,
    /// The occurrence that was refused, and why; the template stays due on that date.
    pub refused: Option<(Date, Vec<EntryProblem>)>,
    /// What comes next.
    pub next_due: Option<Date>,
}

impl TemplateRun {
    fn of(template: &RecurringTemplate) -> Self {
        Self {
            template_id: template.id,
            name: template.name.clone(),
            kind: template.kind(),
            made: Vec::new(),
            refused: None,
            next_due: template.schedule.next_due,
        }
    }
}

/// Makes every occurrence that is due on or before `as_of`, today by default, oldest first; of the kinds that the caller
/// may write. Each is made once, in a transaction of its own, whoever else runs at the same time. One that is refused
/// stops its own template only.
///
/// # Errors
/// `forbidden` for who may write none of them; `as_of` outside the calendar. What was made before an error stays made.
pub fn run(app: &App, call: &Call, as_of: Option<Date>) -> Result<Done<RecurringRun>> {
    let kinds = permitted(call, writing)?;
    if let Some(as_of) = as_of {
        check_date(as_of, "as_of")?;
    }
    if let Some(seen) = seen(app, call)? {
        return Ok(Done { value: seen, replayed: true });
    }
    let as_of = as_of.unwrap_or_else(|| app.clock.now().date());
    let report = run_until(app, call, &kinds, as_of, &|| true)?;
    if call.idempotency.is_none() || call.dry_run {
        return Ok(Done { value: report, replayed: false });
    }
    // The occurrences are made; only what came of it is kept under the key.
    let permission = kinds.first().copied().map_or(writing(RecurringKind::Invoice), writing);
    change(app, call, permission, |_, _| Ok(Changed { value: report.clone(), happenings: Vec::new() }))
}

/// Runs all companies as Partita itself, until `goes_on` says no. What fails in one disturbs no other.
///
/// # Errors
/// [`Error::Store`] when the companies cannot be read.
pub fn run_all(app: &App, goes_on: &dyn Fn() -> bool) -> Result<Vec<(CompanyId, Result<RecurringRun>)>> {
    let mut runs = Vec::new();
    for company in companies(app)? {
        while goes_on() {
            let call = Call::system(company.id, Source::System);
            let as_of = app.clock.now().date();
            let run = run_until(app, &call, &RecurringKind::ALL, as_of, goes_on);
            let is_complete = run.as_ref().map_or(true, |run| run.is_complete);
            runs.push((company.id, run));
            if is_complete {
                break;
            }
        }
    }
    Ok(runs)
}

/// The outcome of an earlier run under the same idempotency key.
fn seen(app: &App, call: &Call) -> Result<Option<RecurringRun>> {
    let Some(key) = call.idempotency.as_ref().filter(|_| !call.dry_run) else { return Ok(None) };
    let Some(seen) = app.store.read(call.company, |tx| Ok(tx.idempotency().find(&key.key)?))? else {
        return Ok(None);
    };
    if seen.fingerprint != key.fingerprint {
        return Err(Error::IdempotencyKeyReused);
    }
    let outcome = serde_json::from_str(&seen.outcome)
        .map_err(|error| StoreError::Corrupt(format!("outcome of idempotency key {}: {error}", seen.key)))?;
    Ok(Some(outcome))
}

fn run_until(
    app: &App,
    call: &Call,
    kinds: &[RecurringKind],
    as_of: Date,
    goes_on: &dyn Fn() -> bool,
) -> Result<RecurringRun> {
    let plain = Call { idempotency: None, ..call.clone() };
    let due = app.store.read(call.company, |tx| Ok(tx.recurring_templates().due(kinds, as_of)?))?;
    let order: Vec<RecurringId> = due.iter().map(|(_, id)| *id).collect();
    let mut waiting: BTreeSet<(Date, RecurringId)> = due.into_iter().collect();
    let mut known: BTreeMap<RecurringId, RecurringTemplate> = BTreeMap::new();
    let mut runs: BTreeMap<RecurringId, TemplateRun> = BTreeMap::new();
    let mut report =
        RecurringRun { as_of, made_count: 0, refused_count: 0, is_complete: true, templates: Vec::new() };
    while let Some((date, id)) = waiting.pop_first() {
        if report.made_count >= MOST_OCCURRENCES || !goes_on() {
            report.is_complete = false;
            break;
        }
        let template = match known.remove(&id) {
            Some(template) => template,
            None => app.store.read(call.company, |tx| find_in(tx, id))?,
        };
        let run = runs.entry(id).or_insert_with(|| TemplateRun::of(&template));
        let next = match occur(app, &plain, &template, date)? {
            Outcome::Made(after, made) => {
                report.made_count += 1;
                run.made.push(made);
                *after
            }
            Outcome::Passed(now) => *now,
            Outcome::Refused(problems) => {
                report.refused_count += 1;
                run.refused = Some((date, problems));
                continue;
            }
        };
        run.next_due = next.schedule.next_due;
        // A template that was changed meanwhile waits for the next run if it no longer goes forward.
        if let Some(then) = next.schedule.next_due
            && next.schedule.is_due(as_of)
            && kinds.contains(&next.kind())
            && then > date
        {
            waiting.insert((then, id));
            known.insert(id, next);
        }
    }
    report.templates = order.into_iter().filter_map(|id| runs.remove(&id)).collect();
    Ok(report)
}
