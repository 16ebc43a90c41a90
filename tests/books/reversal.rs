//! Reversals: T67, T68 and I6.

use partita_application::Error;
use partita_application::balance::trial_balance;
use partita_application::journal_entry::{PostingMode, ReversalDraft, find, post, reverse};
use partita_domain::refusal::Refusal;
use partita_tests::books::for_each_founded;
use partita_tests::fixtures::sale;
use time::macros::date;

#[test]
fn t67_a_reversal_is_linked_both_ways_and_happens_once() {
    for_each_founded(|books| {
        let entry = post(&books.app, &books.call, &sale(date!(2026 - 02 - 10), 10_000)).unwrap().value;
        let draft = ReversalDraft { reason: Some("wrong customer".to_owned()), ..ReversalDraft::default() };
        let reversal = reverse(&books.app, &books.call, entry.id, &draft).unwrap().value;
        assert_eq!(reversal.date, date!(2026 - 03 - 02), "today by default");
        assert_eq!(reversal.reversal_of_id, Some(entry.id));
        assert_eq!(reversal.memo.as_deref(), Some("wrong customer"));
        let original = find(&books.app, &books.call, entry.id).unwrap();
        assert_eq!((original.status(), original.reversed_by_id), ("reversed", Some(reversal.id)));
        assert_eq!(
            (original.hash, original.expected_hash()),
            (entry.hash, entry.hash),
            "the original is never edited"
        );
        let again = reverse(&books.app, &books.call, entry.id, &draft).unwrap_err();
        assert!(
            matches!(&again, Error::Refused(refusals) if refusals[0] == Refusal::AlreadyReversed { reversed_by: reversal.id }),
            "{again:?}"
        );
        let balance = trial_balance(&books.app, &books.call, Some(date!(2026 - 12 - 31)), None).unwrap();
        assert!(balance.rows.iter().all(|row| row.balance == 0), "I6: nothing is left");
    });
}

#[test]
fn t67_the_original_period_takes_the_original_date() {
    for_each_founded(|books| {
        let entry = post(&books.app, &books.call, &sale(date!(2026 - 01 - 15), 10_000)).unwrap().value;
        let draft = ReversalDraft { posting_mode: PostingMode::OriginalPeriod, ..ReversalDraft::default() };
        let reversal = reverse(&books.app, &books.call, entry.id, &draft).unwrap().value;
        assert_eq!((reversal.date, reversal.period), (entry.date, entry.period));
    });
}

#[test]
fn t68_a_reversal_of_a_reversal_is_a_new_posting() {
    for_each_founded(|books| {
        let entry = post(&books.app, &books.call, &sale(date!(2026 - 02 - 10), 10_000)).unwrap().value;
        let first = reverse(&books.app, &books.call, entry.id, &ReversalDraft::default()).unwrap().value;
        let second = reverse(&books.app, &books.call, first.id, &ReversalDraft::default()).unwrap().value;
        assert_eq!(second.reversal_of_id, Some(first.id));
        let original = find(&books.app, &books.call, entry.id).unwrap();
        assert_eq!(original.reversed_by_id, Some(first.id), "the original stays reversed");
        let balance = trial_balance(&books.app, &books.call, Some(date!(2026 - 12 - 31)), None).unwrap();
        assert!(balance.rows.iter().any(|row| row.balance == 10_000));
    });
}

#[test]
fn a_reversal_does_not_lie_before_its_entry() {
    for_each_founded(|books| {
        let entry = post(&books.app, &books.call, &sale(date!(2026 - 02 - 10), 10_000)).unwrap().value;
        let draft = ReversalDraft { date: Some(date!(2026 - 02 - 09)), ..ReversalDraft::default() };
        let refused = reverse(&books.app, &books.call, entry.id, &draft).unwrap_err();
        assert!(
            refused.to_string().contains("2026-02-09") && refused.to_string().contains("2026-02-10"),
            "{refused}"
        );
    });
}
