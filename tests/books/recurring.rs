//! What recurs is made by Partita itself, as the days go by.

use partita_application::recurring::{RecurringRun, make, run_all};
use partita_domain::metadata::Metadata;
use partita_domain::recurring::{Frequency, RecurringDraft, RecurringPayload};
use partita_tests::books::{Books, for_each_founded};
use partita_tests::fixtures::{draft, line};
use time::Duration;
use time::macros::date;

fn run(books: &Books) -> RecurringRun {
    let mut runs = run_all(&books.app, &|| true).unwrap();
    assert_eq!(runs.len(), 1, "one company");
    runs.pop().unwrap().1.unwrap()
}

#[test]
fn every_company_gets_what_is_due_on_the_day_of_the_clock() {
    for_each_founded(|books| {
        let of = |start_date| RecurringDraft {
            external_id: None,
            name: "Accrual".to_owned(),
            payload: RecurringPayload::JournalEntry(draft(
                start_date,
                vec![line("6100", 5, 0), line("1000", 0, 5)],
            )),
            frequency: Frequency::Daily,
            start_date,
            end_date: None,
            remaining_occurrences: None,
            auto_post: true,
            is_active: true,
            metadata: Metadata::default(),
        };
        // The clock begins on the 2nd of March.
        make(&books.app, &books.call, &of(date!(2026 - 03 - 03))).unwrap();
        assert_eq!(run(books).made_count, 0);
        books.clock.advance(Duration::days(2));
        let made = run(books);
        assert_eq!((made.made_count, made.as_of), (2, date!(2026 - 03 - 04)));
        assert_eq!(run(books).made_count, 0);
        // It is told to stop between two occurrences, and goes on later.
        books.clock.advance(Duration::days(5));
        let asked = std::cell::Cell::new(0);
        let goes_on = || {
            asked.set(asked.get() + 1);
            asked.get() <= 3
        };
        let runs = run_all(&books.app, &goes_on).unwrap();
        let stopped = runs[0].1.as_ref().unwrap();
        assert!(stopped.made_count > 0 && stopped.made_count < 5 && !stopped.is_complete, "{stopped:?}");
        assert_eq!(run(books).made_count + stopped.made_count, 5);

        let events = books.app.store.read(books.company.id, |tx| {
            let sequence = tx.ledger_heads().get()?.audit_sequence;
            Ok(tx.audit_events().chain(sequence - 2, 2)?)
        });
        for event in events.unwrap() {
            assert_eq!((event.actor.to_string().as_str(), event.source.name()), ("system", "system"));
        }
    });
}
