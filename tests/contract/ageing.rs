//! What was open on a day.

use partita_domain::ageing::OpenOnDay;
use partita_domain::document::{Document, DocumentKind, DocumentState};
use partita_domain::id::ContactId;
use partita_domain::payment::{OpenItemSource, Payment, PaymentApplication, PaymentDirection, PaymentState};
use partita_domain::tax::Trade;
use partita_tests::fixtures::{
    OTHER, account_id, application, currency, document, id, payment, post, reverse, sale, set_open,
};
use partita_tests::stores::{for_each_books, read, read_of, write};
use std::sync::Arc;
use time::macros::date;
use time::{Date, Duration};

const DAY: Date = date!(2026 - 03 - 10);

fn day(number: i64) -> Date {
    DAY + Duration::days(number)
}

fn numbered(number: u128, document: Document) -> Document {
    Document { number: Some(format!("D-{number}")), ..document }
}

fn open_document(number: u128, kind: DocumentKind, days: i64, open: i64) -> Document {
    numbered(number, set_open(document(number, kind, day(days), 100), open))
}

fn source(number: u128, kind: DocumentKind) -> OpenItemSource {
    OpenItemSource::Document { kind, id: id(number) }
}

fn on(days: i64, application: PaymentApplication) -> PaymentApplication {
    PaymentApplication { date: day(days), ..application }
}

/// Number, open and base open, in the order of the numbers.
fn found(items: Vec<OpenOnDay>) -> Vec<(String, i64, i64)> {
    let mut found: Vec<_> = items.into_iter().map(|item| (item.number, item.open, item.base_open)).collect();
    found.sort();
    found
}

fn rows(expected: &[(&str, i64, i64)]) -> Vec<(String, i64, i64)> {
    expected.iter().map(|(number, open, base)| ((*number).to_owned(), *open, *base)).collect()
}

fn open_on(
    store: &Arc<dyn partita_application::ports::Store>,
    trade: Trade,
    days: i64,
    contact: Option<ContactId>,
) -> Vec<(String, i64, i64)> {
    found(read(store, |tx| tx.open_items().open_on(trade, day(days), contact)))
}

#[test]
fn what_was_open_follows_from_the_dates() {
    use DocumentKind::{Bill, CreditNote, Invoice, VendorCredit};
    for_each_books(|store| {
        write(store, |tx| {
            let entry = |number, days| sale(day(days), number);
            for (number, days) in [(1_u32, 0), (2, 1), (3, 2), (4, 0)] {
                post(tx, number.into(), entry(number.into(), days)).unwrap();
            }
            // The void of 33 is of the fourth, that of 34 of the same day; what pays in 45 goes away on the fifth.
            reverse(tx, 11, id(1), day(4)).unwrap();
            reverse(tx, 12, id(4), day(0)).unwrap();
            reverse(tx, 13, id(3), day(5)).unwrap();
            for document in [
                open_document(30, Invoice, 0, 100),
                open_document(31, Invoice, 1, 0),
                open_document(32, CreditNote, 2, 40),
                Document { contact_id: id(8), ..open_document(35, Invoice, 3, 70) },
                open_document(36, Bill, 0, 100),
                open_document(37, VendorCredit, 0, 5),
                numbered(38, document(38, Invoice, day(0), 100)),
                document(39, DocumentKind::Estimate, day(0), 100),
            ] {
                tx.documents().insert(&document)?;
            }
            for (number, void_entry) in [(33, 11), (34, 12)] {
                let document = numbered(number, document(number, Invoice, day(0), 100));
                tx.documents().insert(&Document {
                    state: DocumentState::Void,
                    void_entry_id: Some(id(void_entry)),
                    ..document
                })?;
            }
            let first = Payment { unapplied: 0, base_unapplied: 0, ..payment(40, day(1), 60) };
            let second = Payment { unapplied: 30, base_unapplied: 29, used: 25, ..payment(41, day(2), 100) };
            let third = Payment { unapplied: 0, base_unapplied: 0, ..payment(42, day(3), 25) };
            let prepaid = Payment { direction: PaymentDirection::Made, ..payment(43, day(1), 9) };
            let void = Payment {
                state: PaymentState::Void,
                unapplied: 0,
                base_unapplied: 0,
                void_entry_id: Some(id(13)),
                ..payment(44, day(2), 11)
            };
            for payment in [&first, &second, &third, &prepaid, &void] {
                tx.payments().insert(payment)?;
            }
            let other = OpenItemSource::Payment { direction: PaymentDirection::Received, id: id(41) };
            let wrong = on(2, application(54, &void, source(35, Invoice), 3));
            let taken_back = PaymentApplication {
                id: id(55),
                date: day(5),
                amount: -3,
                relieved: -3,
                base_relieved: -3,
                base_amount: -3,
                reverses_id: Some(id(54)),
                ..wrong.clone()
            };
            tx.payments().insert_applications(&[
                on(1, application(50, &first, source(31, Invoice), 60)),
                on(4, application(51, &second, source(31, Invoice), 40)),
                on(2, application(52, &second, source(32, CreditNote), 5)),
                on(3, application(53, &third, other, 25)),
                wrong,
                taken_back,
            ])?;
            let pending = tx.open_items().open_on(Trade::Purchase, day(9), None)?;
            assert_eq!(found(pending), rows(&[("D-36", 100, 100), ("D-37", 5, 5), ("PAY-43", 9, 9)]));
            Ok(())
        });

        let sales = |days| open_on(store, Trade::Sale, days, None);
        assert_eq!(sales(-1), rows(&[]));
        assert_eq!(sales(0), rows(&[("D-30", 100, 100), ("D-33", 100, 100)]));
        assert_eq!(sales(1), rows(&[("D-30", 100, 100), ("D-31", 40, 40), ("D-33", 100, 100)]));
        assert_eq!(
            sales(2),
            rows(&[
                ("D-30", 100, 100),
                ("D-31", 40, 40),
                ("D-32", 40, 40),
                ("D-33", 100, 100),
                // 25 were used on the third day and 40 on the fourth.
                ("PAY-41", 95, 94),
                ("PAY-44", 8, 8),
            ])
        );
        assert_eq!(
            sales(3),
            rows(&[
                ("D-30", 100, 100),
                ("D-31", 40, 40),
                ("D-32", 40, 40),
                ("D-33", 100, 100),
                // The payment of 3 was taken back on the fifth day only.
                ("D-35", 67, 67),
                ("PAY-41", 70, 69),
                ("PAY-44", 8, 8),
            ])
        );
        assert_eq!(
            sales(4),
            rows(&[
                ("D-30", 100, 100),
                ("D-32", 40, 40),
                ("D-35", 67, 67),
                ("PAY-41", 30, 29),
                ("PAY-44", 8, 8),
            ])
        );
        assert_eq!(
            sales(9),
            rows(&[("D-30", 100, 100), ("D-32", 40, 40), ("D-35", 70, 70), ("PAY-41", 30, 29)])
        );
        let purchases = open_on(store, Trade::Purchase, 0, None);
        assert_eq!(purchases, rows(&[("D-36", 100, 100), ("D-37", 5, 5)]));
        assert_eq!(open_on(store, Trade::Sale, 3, Some(id(8))), rows(&[("D-35", 67, 67)]));
        assert_eq!(open_on(store, Trade::Sale, 3, Some(id(404))), rows(&[]));
        let other = read_of(store, OTHER, |tx| tx.open_items().open_on(Trade::Sale, day(9), None));
        assert_eq!(found(other), rows(&[]));
    });
}

#[test]
fn every_field_is_told() {
    for_each_books(|store| {
        let bill = Document {
            due_date: Some(day(30)),
            currency_code: currency("JPY"),
            contact_id: id(8),
            control_account_id: Some(account_id("2000")),
            base_open: 3,
            ..open_document(30, DocumentKind::Bill, 0, 60)
        };
        let prepaid = Payment {
            direction: PaymentDirection::Made,
            unapplied: 7,
            base_unapplied: 6,
            ..payment(40, day(1), 10)
        };
        write(store, |tx| {
            tx.documents().insert(&bill)?;
            tx.payments().insert(&prepaid)
        });
        let mut items = read(store, |tx| tx.open_items().open_on(Trade::Purchase, day(1), None));
        items.sort_by(|one, other| one.number.cmp(&other.number));
        let expected = [
            OpenOnDay {
                source: source(30, DocumentKind::Bill),
                number: "D-30".to_owned(),
                contact_id: id(8),
                date: day(0),
                due_date: Some(day(30)),
                currency: currency("JPY"),
                account_id: Some(account_id("2000")),
                total: 100,
                open: 60,
                base_open: 3,
            },
            OpenOnDay {
                source: prepaid.source(),
                number: "PAY-40".to_owned(),
                contact_id: id(7),
                date: day(1),
                due_date: None,
                currency: currency("USD"),
                account_id: Some(account_id("4000")),
                total: 10,
                open: 7,
                base_open: 6,
            },
        ];
        assert_eq!(items, expected);
    });
}
