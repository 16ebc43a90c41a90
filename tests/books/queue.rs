//! Changes that wait for one another.

use partita_application::journal_entry::{chain, post};
use partita_application::ports::StoreError;
use partita_application::queue::{Lead, queue};
use partita_application::verify::verify;
use partita_application::{Call, Error, Result};
use partita_domain::journal_entry::JournalEntry;
use partita_tests::books::{Books, for_each_founded};
use partita_tests::fixtures::{draft, line};
use std::sync::mpsc::{Receiver, channel};
use time::macros::date;

type Answer = Option<Result<JournalEntry>>;

/// Queues a sale; `credit` other than 7 is out of balance, and 13 panics.
fn sell(books: &Books, credit: i64, external_id: Option<&str>) -> (Option<Lead>, Receiver<Answer>) {
    let (tell, told) = channel();
    let mut draft = draft(date!(2026 - 02 - 03), vec![line("1000", 7, 0), line("4000", 0, credit)]);
    draft.external_id = external_id.map(str::to_owned);
    let (app, call) = (books.app.clone(), books.call.clone());
    let work = move || {
        if credit == 13 {
            std::panic::resume_unwind(Box::new("on purpose"));
        }
        post(&app, &call, &draft).map(|done| done.value)
    };
    let lead = queue(&books.app, books.company.id, work, move |answer| tell.send(answer).unwrap()).unwrap();
    (lead, told)
}

#[test]
fn those_who_wait_are_answered_each_for_itself() {
    for_each_founded(|books| {
        let (lead, first) = sell(books, 7, None);
        let wishes = [(7, Some("a")), (8, None), (13, None), (7, Some("a")), (7, None)];
        let others = wishes.map(|(credit, external_id)| {
            let (lead, told) = sell(books, credit, external_id);
            assert!(lead.is_none(), "there is a leader already");
            told
        });
        lead.unwrap().work_off();
        assert_eq!(first.recv().unwrap().unwrap().unwrap().position, 1);
        let [a, unbalanced, panicked, again, last] = others.map(|told| told.recv().unwrap());
        let a = a.unwrap().unwrap();
        assert!(matches!(unbalanced, Some(Err(Error::Refused(_)))));
        assert!(panicked.is_none());
        match again {
            Some(Err(Error::Refused(refusals))) => {
                assert!(format!("{refusals:?}").contains(&a.id.to_string()), "{refusals:?}");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(last.unwrap().unwrap().position, 3, "what was refused used no number");
        assert_eq!(chain(&books.app, &books.call, 0, 10).unwrap().len(), 3);
        assert_eq!(verify(&books.app, &books.call).unwrap().problems, Vec::<String>::new());
        // The next one leads again.
        let (lead, told) = sell(books, 7, None);
        lead.unwrap().work_off();
        assert_eq!(told.recv().unwrap().unwrap().unwrap().position, 4);
    });
}

#[test]
fn a_lead_that_is_dropped_sends_everybody_away() {
    for_each_founded(|books| {
        let (lead, first) = sell(books, 7, None);
        let (_, second) = sell(books, 7, None);
        drop(lead);
        assert!(first.recv().unwrap().is_none() && second.recv().unwrap().is_none());
        let (lead, told) = sell(books, 7, None);
        lead.unwrap().work_off();
        assert_eq!(told.recv().unwrap().unwrap().unwrap().position, 1);
    });
}

#[test]
fn a_queue_has_an_end() {
    for_each_founded(|books| {
        let (lead, _told) = sell(books, 7, None);
        let call = Call::clone(&books.call);
        let push = || queue(&books.app, call.company, || Ok(()), |_| {});
        for _ in 1..10_000 {
            push().unwrap();
        }
        assert!(matches!(push(), Err(Error::Store(StoreError::Unavailable(_)))));
        drop(lead);
        assert!(push().is_ok());
    });
}
