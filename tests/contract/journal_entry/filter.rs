//! Lists of entries: order, pages, and what may be asked for.

use super::{Store, posted, reversed};
use partita_application::ports::{EntryFilter, EntryOrder, EntryStatus};
use partita_domain::journal_entry::{Dimensions, EntryDraft, LineDraft};
use partita_tests::fixtures::{OTHER, account_id, draft, id, line, period, sale};
use partita_tests::stores::{for_each_books, read, read_of};
use time::Date;
use time::macros::date;

fn positions(store: &Store, filter: &EntryFilter, order: EntryOrder) -> Vec<i64> {
    read(store, |tx| {
        let found = tx.journal_entries().list(filter, order, None, 0, 500)?;
        assert_eq!(
            tx.journal_entries().count(filter)?,
            i64::try_from(found.len()).unwrap(),
            "{filter:?} is counted otherwise"
        );
        Ok(found.iter().map(|entry| entry.position).collect())
    })
}

/// The positions that a filter finds, in the chain's order.
fn found(store: &Store, filter: EntryFilter) -> Vec<i64> {
    let mut newest_first = positions(store, &filter, EntryOrder::NewestFirst);
    let oldest_first = positions(store, &filter, EntryOrder::OldestFirst);
    newest_first.reverse();
    assert_eq!(newest_first, oldest_first, "{filter:?}");
    newest_first.sort_unstable();
    newest_first
}

fn day(day: u8) -> Date {
    date!(2026 - 01 - 01).replace_day(day).unwrap()
}

#[test]
fn lists_go_by_date_then_position_in_both_directions_page_by_page() {
    for_each_books(|store| {
        for (number, on) in (1..).zip([5, 2, 5, 9, 1, 5, 2]) {
            posted(store, number, sale(day(on), 100));
        }
        let all = EntryFilter::default();
        let oldest_first = [5, 2, 7, 1, 3, 6, 4];
        let newest_first = [4, 6, 3, 1, 7, 2, 5];
        assert_eq!(positions(store, &all, EntryOrder::OldestFirst), oldest_first);
        assert_eq!(positions(store, &all, EntryOrder::NewestFirst), newest_first);
        for (order, expected) in
            [(EntryOrder::OldestFirst, oldest_first), (EntryOrder::NewestFirst, newest_first)]
        {
            let page = |after, offset, limit| {
                let page = read(store, |tx| tx.journal_entries().list(&all, order, after, offset, limit));
                page.into_iter().map(|entry| (entry.date, entry.position)).collect::<Vec<_>>()
            };
            let mut seen: Vec<(Date, i64)> = Vec::new();
            loop {
                let next = page(seen.last().copied(), 0, 2);
                if next.is_empty() {
                    break;
                }
                seen.extend(next);
            }
            let paged: Vec<i64> = seen.iter().map(|(_, position)| *position).collect();
            assert_eq!(paged, expected, "{order:?} by cursor");
            assert_eq!(page(None, 3, 2), seen[3..5], "{order:?} by offset");
            assert_eq!(page(Some(seen[1]), 2, 2), seen[4..6], "{order:?} by cursor and offset");
            assert_eq!(page(None, 7, 2), []);
            assert_eq!(page(None, 0, 0), []);
        }
        // A cursor whose entry does not exist still says where to go on.
        let after = read(store, |tx| {
            tx.journal_entries().list(&all, EntryOrder::OldestFirst, Some((day(3), 0)), 0, 1)
        });
        assert_eq!(after[0].position, 1);
        assert_eq!(read_of(store, OTHER, |tx| tx.journal_entries().count(&all)), 0);
    });
}

fn about(account: &str, debit: i64, credit: i64, dimensions: Dimensions) -> LineDraft {
    LineDraft { dimensions, ..line(account, debit, credit) }
}

/// Six entries, each with something that the others have not.
fn sample(store: &Store) {
    let with = |set: fn(&mut Dimensions)| {
        let mut dimensions = Dimensions::default();
        set(&mut dimensions);
        dimensions
    };
    posted(store, 1, sale(day(5), 100));
    let paid_rent = EntryDraft {
        memo: Some("Rent, 50% of the HALL in Zürich".to_owned()),
        external_id: Some("bank-7".to_owned()),
        ..draft(
            day(6),
            vec![
                about("6000", 300, 0, with(|about| about.class_id = Some(id(11)))),
                about("1000", 0, 300, with(|about| about.contact_id = Some(id(12)))),
            ],
        )
    };
    posted(store, 2, paid_rent);
    let invoice = EntryDraft {
        transaction_type: Some("invoice".to_owned()),
        reference_number: Some("INV_2026\\1".to_owned()),
        ..draft(
            day(20),
            vec![
                about("1100", 110, 0, with(|about| about.location_id = Some(id(13)))),
                about("4000", 0, 100, with(|about| about.project_id = Some(id(14)))),
                line("2200", 0, 10),
            ],
        )
    };
    posted(store, 3, invoice);
    posted(store, 4, EntryDraft { adjustment_period: Some(13), ..sale(date!(2026 - 12 - 31), 400) });
    posted(store, 5, sale(date!(2025 - 12 - 31), 500));
    reversed(store, 6, 1, day(25));
}

#[test]
fn filters_hold_one_by_one() {
    for_each_books(|store| {
        sample(store);
        let all = EntryFilter::default;
        let some = |text: &str| Some(text.to_owned());
        let expected = [
            (all(), vec![1, 2, 3, 4, 5, 6]),
            (EntryFilter { status: Some(EntryStatus::Posted), ..all() }, vec![2, 3, 4, 5, 6]),
            (EntryFilter { status: Some(EntryStatus::Reversed), ..all() }, vec![1]),
            (EntryFilter { from: Some(day(6)), ..all() }, vec![2, 3, 4, 6]),
            (EntryFilter { to: Some(day(6)), ..all() }, vec![1, 2, 5]),
            (EntryFilter { from: Some(day(6)), to: Some(day(20)), ..all() }, vec![2, 3]),
            (EntryFilter { from: Some(day(20)), to: Some(day(6)), ..all() }, vec![]),
            (EntryFilter { account_id: Some(account_id("1000")), ..all() }, vec![1, 2, 4, 5, 6]),
            (EntryFilter { account_id: Some(account_id("2200")), ..all() }, vec![3]),
            (EntryFilter { account_id: Some(account_id("3000")), ..all() }, vec![]),
            (EntryFilter { class_id: Some(id(11)), ..all() }, vec![2]),
            (EntryFilter { contact_id: Some(id(12)), ..all() }, vec![2]),
            (EntryFilter { location_id: Some(id(13)), ..all() }, vec![3]),
            (EntryFilter { project_id: Some(id(14)), ..all() }, vec![3]),
            (EntryFilter { project_id: Some(id(11)), ..all() }, vec![]),
            (EntryFilter { transaction_type: some("journal"), ..all() }, vec![1, 2, 4, 5]),
            (EntryFilter { transaction_type: some("reversal"), ..all() }, vec![6]),
            (EntryFilter { transaction_type: some("inv"), ..all() }, vec![]),
            (EntryFilter { period: Some(period("2026-01")), ..all() }, vec![1, 2, 3, 6]),
            (EntryFilter { period: Some(period("2026-P13")), ..all() }, vec![4]),
            (EntryFilter { period: Some(period("2026-12")), ..all() }, vec![]),
            (EntryFilter { min_amount: Some(300), ..all() }, vec![2, 4, 5]),
            (EntryFilter { max_amount: Some(110), ..all() }, vec![1, 3, 6]),
            (EntryFilter { min_amount: Some(110), max_amount: Some(300), ..all() }, vec![2, 3]),
            (
                EntryFilter { min_amount: Some(i64::MIN), max_amount: Some(i64::MAX), ..all() },
                vec![1, 2, 3, 4, 5, 6],
            ),
            (EntryFilter { external_id: some("bank-7"), ..all() }, vec![2]),
            (EntryFilter { external_id: some("bank"), ..all() }, vec![]),
        ];
        for (filter, expected) in expected {
            assert_eq!(found(store, filter.clone()), expected, "{filter:?}");
        }
    });
}

#[test]
fn text_is_searched_as_it_is_typed_but_for_ascii_case() {
    for_each_books(|store| {
        sample(store);
        let expected = [
            ("je-000003", vec![3]),
            ("000", vec![1, 2, 3, 4, 5, 6]),
            ("hall", vec![2]),
            ("RENT", vec![2]),
            ("50% of", vec![2]),
            ("5_%", vec![]),
            ("%", vec![2]),
            ("inv_2026", vec![3]),
            ("_", vec![3]),
            ("\\", vec![3]),
            ("zürich", vec![2]),
            ("ZÜRICH", vec![]),
            ("reversal of je", vec![6]),
            ("journal", vec![]),
            ("", vec![1, 2, 3, 4, 5, 6]),
        ];
        for (q, expected) in expected {
            let filter = EntryFilter { q: Some(q.to_owned()), ..EntryFilter::default() };
            assert_eq!(found(store, filter), expected, "{q:?}");
        }
    });
}

#[test]
fn filters_hold_together() {
    for_each_books(|store| {
        sample(store);
        let all = EntryFilter::default;
        let everything = EntryFilter {
            status: Some(EntryStatus::Posted),
            from: Some(day(1)),
            to: Some(day(31)),
            account_id: Some(account_id("1000")),
            contact_id: Some(id(12)),
            class_id: Some(id(11)),
            transaction_type: Some("journal".to_owned()),
            period: Some(period("2026-01")),
            min_amount: Some(300),
            max_amount: Some(300),
            external_id: Some("bank-7".to_owned()),
            q: Some("rent".to_owned()),
            ..all()
        };
        // Contact and class stand on different lines: each part asks for a line of its own.
        assert_eq!(found(store, everything.clone()), [2]);
        let nothing = [
            EntryFilter { status: Some(EntryStatus::Reversed), ..everything.clone() },
            EntryFilter { from: Some(day(7)), ..everything.clone() },
            EntryFilter { to: Some(day(5)), ..everything.clone() },
            EntryFilter { account_id: Some(account_id("1100")), ..everything.clone() },
            EntryFilter { location_id: Some(id(13)), ..everything.clone() },
            EntryFilter { max_amount: Some(299), ..everything.clone() },
            EntryFilter { q: Some("rants".to_owned()), ..everything.clone() },
        ];
        for filter in nothing {
            assert_eq!(found(store, filter.clone()), [0; 0], "{filter:?}");
        }
        let january_sales =
            EntryFilter { account_id: Some(account_id("4000")), period: Some(period("2026-01")), ..all() };
        assert_eq!(found(store, january_sales.clone()), [1, 3, 6]);
        assert_eq!(found(store, EntryFilter { status: Some(EntryStatus::Posted), ..january_sales }), [3, 6]);
        // A cursor continues a filtered list.
        let cash = EntryFilter { account_id: Some(account_id("1000")), ..all() };
        let page = |after| {
            let order = EntryOrder::NewestFirst;
            let page = read(store, |tx| tx.journal_entries().list(&cash, order, after, 0, 2));
            page.into_iter().map(|entry| (entry.date, entry.position)).collect::<Vec<_>>()
        };
        let first = page(None);
        assert_eq!(first, [(date!(2026 - 12 - 31), 4), (day(25), 6)]);
        assert_eq!(page(first.last().copied()), [(day(6), 2), (day(5), 1)]);
        assert_eq!(page(Some((day(5), 1))), [(date!(2025 - 12 - 31), 5)]);
    });
}
