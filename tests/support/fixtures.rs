//! What tests begin with: a clock, ids and secrets that are the same in every run, and sample books.

#[path = "fixtures/machine.rs"]
mod machine;
#[path = "fixtures/samples.rs"]
mod samples;

pub use machine::{Choices, CountingIds, NOW, PlainSecrets, TickingClock, variable};
pub use samples::*;

use partita_application::ports::{LedgerHead, Store, Tx};
use partita_application::{App, Call, Result};
use partita_domain::actor::Actor;
use partita_domain::audit_event::Source;
use partita_domain::company::Company;
use partita_domain::id::EntryId;
use partita_domain::journal_entry::{AccountRef, Chart, EntryDraft, JournalEntry, Posting};
use partita_domain::sequence::Sequence;
use partita_domain::settings::Settings;
use partita_system::Argon2Passwords;
use std::sync::Arc;
use time::{Date, Duration};

/// Posts through the ports alone, as the use case does, into the sample books: entry, balances, period count, head.
///
/// # Errors
/// What the store answers.
pub fn post(tx: &mut dyn Tx, number: u128, draft: EntryDraft) -> Result<JournalEntry> {
    let company = tx.companies().find()?.unwrap();
    let chart = Chart::of(tx.accounts().all()?.to_vec());
    let mut head = tx.ledger_heads().get()?;
    let (date, adjustment) = (draft.date, draft.adjustment_period);
    let entry =
        JournalEntry::post(draft, posting(&company, &chart, date, adjustment, &head, number)).unwrap();
    head.entry_position = entry.position;
    head.entry_hash = entry.hash;
    head.turnover += entry.turnover();
    tx.journal_entries().insert(&entry)?;
    tx.balances().add(&entry.balance_changes())?;
    tx.ledger_heads().put(&head)?;
    Ok(entry)
}

/// Reverses through the ports alone.
///
/// # Errors
/// What the store answers.
pub fn reverse(tx: &mut dyn Tx, number: u128, reversed: EntryId, date: Date) -> Result<JournalEntry> {
    let company = tx.companies().find()?.unwrap();
    let chart = Chart::default();
    let mut head = tx.ledger_heads().get()?;
    let reversed = tx.journal_entries().find(reversed)?.unwrap();
    let posting = posting(&company, &chart, date, None, &head, number);
    let entry = reversed.reverse(date, None, None, posting).unwrap();
    head.entry_position = entry.position;
    head.entry_hash = entry.hash;
    head.turnover += entry.turnover();
    tx.journal_entries().insert(&entry)?;
    tx.balances().add(&entry.balance_changes())?;
    tx.ledger_heads().put(&head)?;
    Ok(entry)
}

fn posting<'a>(
    company: &Company,
    chart: &'a Chart,
    date: Date,
    adjustment: Option<u8>,
    head: &LedgerHead,
    number: u128,
) -> Posting<'a> {
    let position = head.entry_position + 1;
    Posting {
        id: id(number),
        position,
        previous_hash: head.entry_hash,
        entry_number: format!("JE-{position:06}"),
        period: company.fiscal_calendar.period_of(date, adjustment).unwrap(),
        fiscal_year: company.fiscal_calendar.year_of(date).year,
        created_at: NOW + Duration::milliseconds(position),
        created_by: Actor::System,
        base_currency: company.base_currency,
        accounts: chart,
        rounding: chart.get(&AccountRef::Number("9990".to_owned())),
    }
}

/// Founds a company with the sample chart through the ports alone.
///
/// # Panics
/// When the store refuses.
pub fn found(store: &dyn Store, company: &Company) {
    store
        .write(company.id, |tx| {
            tx.companies().insert(company)?;
            tx.settings().put(&Settings::initial(company.created_at))?;
            tx.sequences().insert(&Sequence::journal_entry())?;
            for account in chart() {
                tx.accounts().insert(&account)?;
            }
            Ok(())
        })
        .unwrap();
}

/// An application over a store, with deterministic clock, ids and secrets, and a company with the sample chart; the call
/// may do everything in it.
///
/// # Panics
/// When the store refuses.
#[must_use]
pub fn books(store: &Arc<dyn Store>) -> (App, Call) {
    let company = company(COMPANY);
    found(store.as_ref(), &company);
    let app = App::new(
        Arc::clone(store),
        Arc::new(TickingClock::default()),
        Arc::new(CountingIds::default()),
        Arc::new(PlainSecrets::default()),
        Arc::new(Argon2Passwords::for_tests()),
    );
    (app, Call::system(company.id, Source::Api))
}
