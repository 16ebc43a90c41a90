//! Tax entries.

use partita_application::ports::{TaxEntryFilter, TaxEntryPlace};
use partita_domain::document::DocumentKind;
use partita_domain::tax::{TaxKind, Trade};
use partita_domain::tax_entry::{TaxAmounts, TaxEntry, TaxOrigin};
use partita_domain::tax_return::TaxSum;
use partita_tests::fixtures::{OTHER, document, id, post, sale, set_open, tax_code, tax_entry};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, try_write, write};
use std::sync::Arc;
use time::macros::date;
use time::{Date, Duration};

const DAY: Date = date!(2026 - 03 - 10);

fn day(number: i64) -> Date {
    DAY + Duration::days(number)
}

fn entry(days: i64, of_entry: u128, line_number: i32, code: u128, base: i64) -> TaxEntry {
    TaxEntry {
        tax_code_id: id(code),
        amounts: TaxAmounts { base, tax: base / 5, recoverable: 0 },
        ..tax_entry(day(days), of_entry, line_number)
    }
}

/// Two entries, two documents and two codes to refer to.
fn prepare(store: &Arc<dyn partita_application::ports::Store>) {
    write(store, |tx| {
        post(tx, 1, sale(DAY, 1)).unwrap();
        post(tx, 2, sale(DAY, 2)).unwrap();
        tx.tax_codes().insert(&tax_code(80, 2_000))?;
        tx.tax_codes().insert(&tax_code(81, 500))?;
        tx.documents().insert(&set_open(document(30, DocumentKind::Invoice, DAY, 100), 100))?;
        tx.documents().insert(&set_open(document(31, DocumentKind::Bill, DAY, 100), 100))
    });
}

fn full() -> TaxEntry {
    TaxEntry {
        document_id: id(31),
        trade: Trade::Purchase,
        kind: TaxKind::SelfAssessed,
        origin: TaxOrigin::Discount,
        amounts: TaxAmounts { base: -3, tax: -2, recoverable: -1 },
        ..entry(2, 2, i32::MAX, 81, 0)
    }
}

fn all() -> TaxEntryFilter {
    TaxEntryFilter { from: day(-1_000), to: day(1_000), codes: None, document_id: None }
}

#[test]
fn entries_come_back_as_they_were_in_their_order() {
    for_each_books(|store| {
        prepare(store);
        let expected = [entry(0, 2, 1, 80, 100), entry(1, 1, 1, 80, 200), entry(1, 1, 2, 81, 300), full()];
        write(store, |tx| {
            tx.tax_entries().insert(&[])?;
            tx.tax_entries().insert(&[expected[3].clone(), expected[1].clone()])?;
            tx.tax_entries().insert(&[expected[2].clone(), expected[0].clone()])?;
            assert_eq!(tx.tax_entries().list(&all(), None, 0, 9)?, expected, "while they are pending");
            Ok(())
        });
        let page = |after: Option<TaxEntryPlace>, offset, limit| {
            read(store, |tx| tx.tax_entries().list(&all(), after, offset, limit))
        };
        assert_eq!(page(None, 0, 9), expected);
        assert_eq!(page(None, 1, 2), expected[1..3]);
        assert_eq!(page(Some((day(1), id(1), 1)), 0, 1), expected[2..3]);
        assert_eq!(page(Some((day(1), id(1), 2)), 0, 9), expected[3..]);
        assert_eq!(page(Some((day(-2), id(1), 2)), 0, 9), expected);
        assert_eq!(page(Some((day(2), id(2), i32::MAX)), 0, 9), []);
        assert_eq!(page(None, 0, 0), []);
        assert_eq!(read(store, |tx| tx.tax_entries().count(&all())), 4);
        assert_eq!(read_of(store, OTHER, |tx| tx.tax_entries().list(&all(), None, 0, 9)), []);
        assert_eq!(read_of(store, OTHER, |tx| tx.tax_entries().sums(day(0), day(9))), []);
    });
}

#[test]
fn sums_are_by_code_side_and_kind_between_two_dates() {
    for_each_books(|store| {
        prepare(store);
        let withheld = TaxEntry { kind: TaxKind::Withheld, ..entry(1, 1, 3, 80, 50) };
        let credit = TaxEntry {
            amounts: TaxAmounts { base: -100, tax: -20, recoverable: 0 },
            ..entry(2, 2, 1, 80, 0)
        };
        write(store, |tx| {
            tx.tax_entries().insert(&[
                entry(0, 1, 1, 80, 1_000),
                entry(1, 1, 2, 80, 500),
                withheld.clone(),
                credit.clone(),
                full(),
                entry(3, 2, 9, 81, 7),
            ])?;
            assert_eq!(tx.tax_entries().sums(day(9), day(9))?, []);
            Ok(())
        });
        let sum = |code, trade, kind, base, tax, recoverable| TaxSum {
            tax_code_id: id(code),
            trade,
            kind,
            amounts: TaxAmounts { base, tax, recoverable },
        };
        let sums = |from, to| read(store, |tx| tx.tax_entries().sums(day(from), day(to)));
        assert_eq!(
            sums(0, 2),
            [
                sum(80, Trade::Sale, TaxKind::Charged, 1_400, 280, 0),
                sum(80, Trade::Sale, TaxKind::Withheld, 50, 10, 0),
                sum(81, Trade::Purchase, TaxKind::SelfAssessed, -3, -2, -1),
            ]
        );
        assert_eq!(sums(0, 0), [sum(80, Trade::Sale, TaxKind::Charged, 1_000, 200, 0)]);
        assert_eq!(sums(3, 99), [sum(81, Trade::Sale, TaxKind::Charged, 7, 1, 0)]);
        assert_eq!(sums(4, 99), []);
    });
}

#[test]
fn filters_hold_one_by_one_and_together() {
    for_each_books(|store| {
        prepare(store);
        write(store, |tx| {
            tx.tax_entries().insert(&[
                entry(0, 1, 1, 80, 1),
                entry(1, 1, 2, 81, 2),
                TaxEntry { amounts: TaxAmounts { base: 3, tax: 0, recoverable: 0 }, ..full() },
            ])
        });
        let found = |filter: TaxEntryFilter| {
            let listed = read(store, |tx| tx.tax_entries().list(&filter, None, 0, 9));
            let counted = read(store, |tx| tx.tax_entries().count(&filter));
            assert_eq!(counted, i64::try_from(listed.len()).unwrap(), "{filter:?}");
            listed.iter().map(|entry| entry.amounts.base).collect::<Vec<_>>()
        };
        assert_eq!(found(all()), [1, 2, 3]);
        assert_eq!(found(TaxEntryFilter { from: day(1), ..all() }), [2, 3]);
        assert_eq!(found(TaxEntryFilter { to: day(1), ..all() }), [1, 2]);
        assert_eq!(found(TaxEntryFilter { document_id: Some(id(31)), ..all() }), [3]);
        let of = |codes: &[(u128, Trade)]| {
            let codes = codes.iter().map(|(code, trade)| (id(*code), *trade)).collect();
            found(TaxEntryFilter { codes: Some(codes), ..all() })
        };
        assert_eq!(of(&[]), [0; 0]);
        assert_eq!(of(&[(80, Trade::Sale)]), [1]);
        assert_eq!(of(&[(80, Trade::Purchase)]), [0; 0]);
        assert_eq!(of(&[(81, Trade::Purchase), (80, Trade::Sale)]), [1, 3]);
        let both = TaxEntryFilter {
            from: day(1),
            codes: Some(vec![(id(81), Trade::Sale), (id(80), Trade::Sale)]),
            document_id: Some(id(30)),
            ..all()
        };
        assert_eq!(found(both), [2]);
    });
}

#[test]
fn an_entry_stands_once_and_refers_to_what_is_there() {
    for_each_books(|store| {
        prepare(store);
        write(store, |tx| tx.tax_entries().insert(&[entry(0, 1, 1, 80, 1)]));
        duplicate(store, |tx| tx.tax_entries().insert(&[entry(0, 1, 1, 81, 2)]));
        for wrong in [
            entry(0, 404, 1, 80, 1),
            entry(0, 1, 2, 404, 1),
            TaxEntry { document_id: id(404), ..entry(0, 1, 2, 80, 1) },
        ] {
            let refused = try_write(store, |tx| {
                tx.tax_entries().insert(std::slice::from_ref(&wrong))?;
                tx.tax_entries().count(&all())
            });
            assert!(refused.is_err(), "{wrong:?}");
        }
        assert_eq!(read(store, |tx| tx.tax_entries().count(&all())), 1);
    });
}
