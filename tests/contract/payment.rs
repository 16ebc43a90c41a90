//! Payments and their applications.

use partita_application::ports::{AppliedSum, PaymentFilter, StoreError, Stored, Tx};
use partita_domain::account::Side;
use partita_domain::document::DocumentKind;
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::{ContactId, DocumentId, PaymentId, TaxCodeId};
use partita_domain::journal_entry::Dimensions;
use partita_domain::metadata::Metadata;
use partita_domain::payment::{
    ApplicationStamp, OpenItemSource, Payment, PaymentApplication, PaymentDirection, PaymentState,
};
use partita_domain::posting_line::PostingLine;
use partita_tests::fixtures::{
    AWKWARD, NOW, OTHER, account_id, application, currency, document, id, payment, post, sale, set_open,
};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, try_write, write};
use time::macros::date;
use time::{Date, Duration};

const DAY: Date = date!(2026 - 03 - 31);

fn invoice(number: u128) -> OpenItemSource {
    OpenItemSource::Document { kind: DocumentKind::Invoice, id: id(number) }
}

fn bill(number: u128) -> OpenItemSource {
    OpenItemSource::Document { kind: DocumentKind::Bill, id: id(number) }
}

fn advance(number: u128) -> OpenItemSource {
    OpenItemSource::Payment { direction: PaymentDirection::Received, id: id(number) }
}

/// Posted documents to be settled: invoices 30 and 31, bill 32.
fn documents(tx: &mut dyn Tx) -> Stored<()> {
    for (number, kind) in [(30, DocumentKind::Invoice), (31, DocumentKind::Invoice), (32, DocumentKind::Bill)]
    {
        tx.documents().insert(&set_open(document(number, kind, DAY, 100), 100))?;
    }
    Ok(())
}

fn full() -> Payment {
    let line = PostingLine::on(Side::Credit, account_id("1000"), currency("JPY"), 7_000, 43);
    Payment {
        external_id: Some(format!("erp:{AWKWARD}")),
        number: AWKWARD.to_owned(),
        direction: PaymentDirection::Made,
        currency_code: currency("JPY"),
        exchange_rate: ExchangeRate::from_millionths(6_123).unwrap(),
        base_amount: 43,
        account_id: None,
        method: Some(AWKWARD.to_owned()),
        reference_number: Some(AWKWARD.to_owned()),
        memo: Some(AWKWARD.repeat(10)),
        fee_amount: 3,
        fee_account_id: Some(account_id("6000")),
        unapplied: 5,
        base_unapplied: 0,
        used: 6,
        refunded: 7,
        money: vec![line.clone(), line.mirrored().described("Fee")],
        exchange_account_id: Some(account_id("9990")),
        entry_id: Some(id(1)),
        metadata: Metadata([("größe".to_owned(), AWKWARD.to_owned())].into()),
        updated_at: NOW + Duration::microseconds(999_999),
        version: i64::MAX,
        ..payment(40, DAY, 7_000)
    }
}

#[test]
fn every_field_comes_back() {
    for_each_books(|store| {
        write(store, |tx| post(tx, 1, sale(DAY, 1)).map(drop).map_err(|_| StoreError::Contended));
        for payment in [full(), payment(41, DAY, 0)] {
            let payment = &payment;
            write(store, |tx| {
                tx.payments().insert(payment)?;
                assert_eq!(tx.payments().find(payment.id)?.as_ref(), Some(payment), "while it is pending");
                Ok(())
            });
            assert_eq!(read(store, |tx| tx.payments().find(payment.id)).as_ref(), Some(payment));
        }
        let found = read(store, |tx| tx.payments().find_all(&[id(41), id(40), id(404), id(40)]));
        let ids: Vec<PaymentId> = found.iter().map(|payment| payment.id).collect();
        assert_eq!(ids, [id(40), id(41)]);
        let external_id = full().external_id.unwrap();
        read(store, |tx| {
            assert_eq!(tx.payments().find_by_external_id(&external_id)?, Some(id(40)));
            assert_eq!(tx.payments().find_by_external_id("erp")?, None);
            assert_eq!(tx.payments().find(id(404))?, None);
            Ok(())
        });
        assert_eq!(read_of(store, OTHER, |tx| tx.payments().find(id(40))), None);
        assert_eq!(read_of(store, OTHER, |tx| tx.payments().find_by_external_id(&external_id)), None);
    });
}

#[test]
fn what_is_left_of_a_payment_changes_and_what_was_posted_stays() {
    for_each_books(|store| {
        write(store, |tx| post(tx, 1, sale(DAY, 1)).map(drop).map_err(|_| StoreError::Contended));
        let (first, second) = (payment(40, DAY, 100), payment(41, DAY, 100));
        let changed = Payment {
            unapplied: 10,
            base_unapplied: 9,
            used: 60,
            refunded: 30,
            advances_account_id: Some(account_id("2000")),
            updated_at: NOW + Duration::seconds(1),
            version: 2,
            ..first.clone()
        };
        write(store, |tx| {
            tx.payments().insert(&first)?;
            tx.payments().insert(&second)?;
            // Also what is still pending can be changed.
            tx.payments().update(std::slice::from_ref(&changed))?;
            assert_eq!(tx.payments().find(id(40))?, Some(changed.clone()));
            Ok(())
        });
        let void = Payment {
            state: PaymentState::Void,
            void_entry_id: Some(id(1)),
            unapplied: 0,
            base_unapplied: 0,
            used: 0,
            refunded: 0,
            ..changed.clone()
        };
        let missing = Payment { number: "PAY-9".to_owned(), ..payment(404, DAY, 1) };
        write(store, |tx| {
            tx.payments().update(&[void.clone(), Payment { version: 3, ..second.clone() }, missing.clone()])
        });
        assert_eq!(read(store, |tx| tx.payments().find(id(40))), Some(void));
        assert_eq!(read(store, |tx| tx.payments().find(id(41))).unwrap().version, 3);
        assert_eq!(read(store, |tx| tx.payments().find(id(404))), None);
    });
}

#[test]
fn ids_numbers_and_external_ids_are_unique() {
    for_each_books(|store| {
        let first = Payment { external_id: Some("x".to_owned()), ..payment(40, DAY, 100) };
        write(store, |tx| tx.payments().insert(&first));
        let other = payment(41, DAY, 100);
        duplicate(store, |tx| tx.payments().insert(&Payment { id: id(40), ..other.clone() }));
        duplicate(store, |tx| {
            tx.payments().insert(&Payment { number: "PAY-40".to_owned(), ..other.clone() })
        });
        duplicate(store, |tx| {
            tx.payments().insert(&Payment { external_id: Some("x".to_owned()), ..other.clone() })
        });
        duplicate(store, |tx| {
            let twice = Payment { external_id: Some("y".to_owned()), ..other.clone() };
            tx.payments().insert(&twice)?;
            tx.payments().insert(&Payment { id: id(42), number: "PAY-42".to_owned(), ..twice })
        });
        let nowhere = Payment { account_id: Some(id(404)), ..other.clone() };
        assert!(try_write(store, |tx| tx.payments().insert(&nowhere)).is_err());
        assert_eq!(read(store, |tx| tx.payments().count(&PaymentFilter::default())), 1);
        write(store, |tx| tx.payments().insert(&other));
    });
}

fn ids(tx: &mut dyn Tx, filter: &PaymentFilter) -> Stored<Vec<u128>> {
    let listed = tx.payments().list(filter, None, 0, 100)?;
    assert_eq!(tx.payments().count(filter)?, i64::try_from(listed.len()).unwrap(), "{filter:?}");
    Ok(listed.iter().map(|payment| payment.id.0.as_u128()).collect())
}

#[test]
fn payments_are_listed_newest_first() {
    for_each_books(|store| {
        write(store, |tx| {
            for (number, days) in [(40, 0), (41, 2), (42, 1), (43, 1), (44, 3)] {
                tx.payments().insert(&payment(number, DAY + Duration::days(days), 100))?;
            }
            assert_eq!(ids(tx, &PaymentFilter::default())?, [44, 41, 43, 42, 40], "while they are pending");
            Ok(())
        });
        let all = PaymentFilter::default();
        let page = |after: Option<(i64, u128)>, offset, limit| {
            let after = after.map(|(days, number)| (DAY + Duration::days(days), id(number)));
            let listed = read(store, |tx| tx.payments().list(&all, after, offset, limit));
            listed.iter().map(|payment| payment.id.0.as_u128()).collect::<Vec<_>>()
        };
        assert_eq!(page(None, 0, 2), [44, 41]);
        assert_eq!(page(Some((2, 41)), 0, 2), [43, 42]);
        assert_eq!(page(Some((1, 43)), 0, 9), [42, 40]);
        assert_eq!(page(Some((1, 43)), 1, 9), [40]);
        assert_eq!(page(Some((0, 40)), 0, 9), [0; 0]);
        assert_eq!(page(None, 4, 9), [40]);
        assert_eq!(page(None, 0, 0), [0; 0]);
    });
}

#[test]
fn filters_hold_one_by_one_and_together() {
    for_each_books(|store| {
        let odd = Payment {
            direction: PaymentDirection::Made,
            contact_id: id(8),
            external_id: Some("e-1".to_owned()),
            reference_number: Some("100%_'x' ÄRGER".to_owned()),
            memo: Some("Rent for March".to_owned()),
            unapplied: 0,
            base_unapplied: 0,
            ..payment(41, DAY + Duration::days(1), 200)
        };
        let void = Payment {
            state: PaymentState::Void,
            unapplied: 0,
            base_unapplied: 0,
            ..payment(42, DAY + Duration::days(2), 300)
        };
        write(store, |tx| {
            documents(tx)?;
            let first = payment(40, DAY, 100);
            for payment in [&first, &odd, &void] {
                tx.payments().insert(payment)?;
            }
            tx.payments().insert_applications(&[
                application(50, &first, invoice(30), 10),
                application(51, &odd, bill(32), 10),
                application(52, &odd, invoice(30), 10),
            ])
        });
        let found = |filter: PaymentFilter| read(store, |tx| ids(tx, &filter));
        let all = PaymentFilter::default;
        assert_eq!(found(all()), [42, 41, 40]);
        assert_eq!(found(PaymentFilter { direction: Some(PaymentDirection::Made), ..all() }), [41]);
        assert_eq!(found(PaymentFilter { contact_id: Some(id(7)), ..all() }), [42, 40]);
        assert_eq!(found(PaymentFilter { contact_id: Some(ContactId(uuid::Uuid::nil())), ..all() }), [0; 0]);
        assert_eq!(found(PaymentFilter { from: Some(DAY + Duration::days(1)), ..all() }), [42, 41]);
        assert_eq!(found(PaymentFilter { to: Some(DAY + Duration::days(1)), ..all() }), [41, 40]);
        assert_eq!(found(PaymentFilter { state: Some(PaymentState::Void), ..all() }), [42]);
        assert_eq!(found(PaymentFilter { state: Some(PaymentState::Posted), ..all() }), [41, 40]);
        assert_eq!(found(PaymentFilter { is_open: true, ..all() }), [40]);
        assert_eq!(found(PaymentFilter { min_amount: Some(200), ..all() }), [42, 41]);
        assert_eq!(found(PaymentFilter { max_amount: Some(200), ..all() }), [41, 40]);
        assert_eq!(found(PaymentFilter { document_id: Some(id(30)), ..all() }), [41, 40]);
        assert_eq!(found(PaymentFilter { document_id: Some(id(32)), ..all() }), [41]);
        assert_eq!(found(PaymentFilter { document_id: Some(id(31)), ..all() }), [0; 0]);
        assert_eq!(found(PaymentFilter { external_id: Some("e-1".to_owned()), ..all() }), [41]);
        assert_eq!(found(PaymentFilter { external_id: Some("e".to_owned()), ..all() }), [0; 0]);
        let said = |q: &str| found(PaymentFilter { q: Some(q.to_owned()), ..all() });
        for q in ["RENT", "0%_'X", "Ärger", "pay-41"] {
            assert_eq!(said(q), [41], "{q}");
        }
        assert_eq!(said("PAY-4"), [42, 41, 40]);
        assert_eq!(said("r_nt"), [0; 0]);
        assert_eq!(said("%"), [41]);
        let both = PaymentFilter {
            direction: Some(PaymentDirection::Made),
            contact_id: Some(id(8)),
            from: Some(DAY),
            to: Some(DAY + Duration::days(9)),
            state: Some(PaymentState::Posted),
            min_amount: Some(200),
            max_amount: Some(200),
            document_id: Some(id(30)),
            external_id: Some("e-1".to_owned()),
            q: Some("rent".to_owned()),
            is_open: false,
        };
        assert_eq!(found(both.clone()), [41]);
        assert_eq!(found(PaymentFilter { is_open: true, ..both }), [0; 0]);
    });
}

fn rich(of: &Payment) -> PaymentApplication {
    let about = Dimensions {
        contact_id: Some(id(7)),
        tax_code_id: Some(TaxCodeId(uuid::Uuid::from_u128(80))),
        ..Dimensions::default()
    };
    let line = |side, minor, base| {
        PostingLine::on(side, account_id("1100"), of.currency_code, minor, base).about(about)
    };
    PaymentApplication {
        amount: 90,
        discount: 7,
        write_off: 5,
        cash_rounding_amount: 2,
        relieved: 100,
        base_relieved: 99,
        credited: 10,
        base_amount: 95,
        difference: -4,
        exchange_account_id: Some(account_id("9990")),
        lines: vec![line(Side::Credit, 100, 99), line(Side::Debit, 7, 0), line(Side::Credit, 0, 1)],
        tax_corrections: vec![(id(80), 2), (id(81), -1)],
        entry_id: Some(id(1)),
        ..application(50, of, invoice(30), 100)
    }
}

#[test]
fn every_field_of_an_application_comes_back_and_so_does_what_takes_it_back() {
    for_each_books(|store| {
        let money = payment(40, DAY, 100);
        let made = payment(41, DAY, 100);
        let first = rich(&money);
        let stamp = ApplicationStamp {
            payment_id: money.id,
            direction: money.direction,
            date: DAY + Duration::days(1),
            entry_id: None,
            created_at: NOW + Duration::seconds(1),
            created_by: "user:00000000-0000-0000-0000-000000000009".parse().unwrap(),
        };
        let back = first.taken_back(id(51), &stamp);
        let used = application(52, &made, advance(40), 5);
        write(store, |tx| {
            post(tx, 1, sale(DAY, 1)).map_err(|_| StoreError::Contended)?;
            documents(tx)?;
            tx.payments().insert(&money)?;
            tx.payments().insert(&made)?;
            tx.payments().insert_applications(&[first.clone(), back.clone()])?;
            tx.payments().insert_applications(&[])?;
            tx.payments().insert_applications(std::slice::from_ref(&used))?;
            assert_eq!(tx.payments().applications_of(&[id(40)])?.len(), 2, "while they are pending");
            Ok(())
        });
        read(store, |tx| {
            assert_eq!(tx.payments().applications_of(&[id(40)])?, [first.clone(), back.clone()]);
            let all = tx.payments().applications_of(&[id(41), id(40), id(404), id(40)])?;
            assert_eq!(all, [first.clone(), back.clone(), used.clone()]);
            assert_eq!(tx.payments().applications_of(&[])?, []);
            assert_eq!(
                tx.payments().applications_to(&[invoice(30), invoice(30)])?,
                [first.clone(), back.clone()]
            );
            assert_eq!(
                tx.payments().applications_to(&[advance(40), invoice(31)])?,
                std::slice::from_ref(&used)
            );
            let both = tx.payments().applications_to(&[advance(40), invoice(30)])?;
            assert_eq!(both, [first.clone(), back.clone(), used.clone()]);
            Ok(())
        });
        assert_eq!(PaymentApplication::live(&[first.clone(), back]), Vec::<&PaymentApplication>::new());
        assert_eq!(read_of(store, OTHER, |tx| tx.payments().applications_of(&[id(40)])), []);
        // Once.
        duplicate(store, |tx| tx.payments().insert_applications(&[first.taken_back(id(53), &stamp)]));
        duplicate(store, |tx| tx.payments().insert_applications(std::slice::from_ref(&used)));
    });
}

#[test]
fn applications_name_what_there_is() {
    for_each_books(|store| {
        let money = payment(40, DAY, 100);
        write(store, |tx| {
            documents(tx)?;
            tx.payments().insert(&money)
        });
        for nowhere in [
            application(50, &money, invoice(404), 1),
            application(50, &money, advance(404), 1),
            application(50, &payment(404, DAY, 1), invoice(30), 1),
            PaymentApplication {
                reverses_id: Some(id(404)),
                relieved: -1,
                ..application(50, &money, invoice(30), 1)
            },
        ] {
            assert!(
                try_write(store, |tx| tx.payments().insert_applications(std::slice::from_ref(&nowhere)))
                    .is_err()
            );
        }
        assert_eq!(read(store, |tx| tx.payments().applications_of(&[id(40)])), []);
    });
}

#[test]
fn sums_of_applications_are_told_by_item_and_by_payment() {
    for_each_books(|store| {
        let (first, second) = (payment(40, DAY, 100), payment(41, DAY, 100));
        let stamp = ApplicationStamp {
            payment_id: first.id,
            direction: first.direction,
            date: DAY + Duration::days(2),
            entry_id: None,
            created_at: NOW,
            created_by: partita_domain::actor::Actor::System,
        };
        let taken_back = application(52, &first, invoice(31), 20);
        write(store, |tx| {
            documents(tx)?;
            tx.payments().insert(&first)?;
            tx.payments().insert(&second)?;
            tx.payments().insert_applications(&[
                PaymentApplication {
                    base_relieved: 9,
                    base_amount: 8,
                    ..application(50, &first, invoice(30), 10)
                },
                PaymentApplication {
                    date: DAY + Duration::days(1),
                    ..application(51, &second, invoice(30), 5)
                },
                taken_back.clone(),
                taken_back.taken_back(id(53), &stamp),
                // Used up, so it gives rather than takes.
                application(54, &second, advance(40), 3),
            ])
        });
        let item = |of, amount, base_amount| AppliedSum { of, amount, base_amount };
        let payment =
            |number, amount, base_amount| AppliedSum { of: id::<PaymentId>(number), amount, base_amount };
        read(store, |tx| {
            assert_eq!(tx.payments().relieved(None)?, [item(invoice(30), 15, 14), item(advance(40), 3, 3)]);
            assert_eq!(tx.payments().taken(None)?, [payment(40, 10, 8), payment(41, 2, 2)]);
            let then = Some(DAY);
            assert_eq!(
                tx.payments().relieved(then)?,
                [item(invoice(30), 10, 9), item(invoice(31), 20, 20), item(advance(40), 3, 3)]
            );
            assert_eq!(tx.payments().taken(then)?, [payment(40, 30, 28), payment(41, -3, -3)]);
            assert_eq!(tx.payments().relieved(Some(DAY - Duration::days(1)))?, []);
            Ok(())
        });
        assert_eq!(read_of(store, OTHER, |tx| tx.payments().taken(None)), []);
    });
}

#[test]
fn a_failed_unit_leaves_no_payment() {
    for_each_books(|store| {
        let money = payment(40, DAY, 100);
        write(store, |tx| {
            documents(tx)?;
            tx.payments().insert(&money)
        });
        let undone = try_write(store, |tx| {
            tx.payments().insert(&Payment { external_id: Some("x".to_owned()), ..payment(41, DAY, 100) })?;
            tx.payments().insert_applications(&[application(50, &money, invoice(30), 10)])?;
            tx.payments().update(&[Payment { used: 10, ..money.clone() }])?;
            assert_eq!(tx.payments().relieved(None)?.len(), 1);
            Err::<(), _>(StoreError::Full)
        });
        assert!(undone.is_err());
        read(store, |tx| {
            assert_eq!(tx.payments().find(id(40))?, Some(money.clone()));
            assert_eq!(tx.payments().find(id(41))?, None);
            assert_eq!(tx.payments().find_by_external_id("x")?, None);
            assert_eq!(tx.payments().relieved(None)?, []);
            assert_eq!(
                tx.payments().applications_to(&[OpenItemSource::Document {
                    kind: DocumentKind::Invoice,
                    id: DocumentId(uuid::Uuid::from_u128(30))
                }])?,
                []
            );
            Ok(())
        });
        write(store, |tx| {
            tx.payments().insert(&Payment { external_id: Some("x".to_owned()), ..payment(41, DAY, 100) })
        });
    });
}
