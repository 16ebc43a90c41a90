//! Revaluations and their items.

use partita_application::ports::{RevaluationFilter, RevaluedSum, StoreError, Stored, Tx};
use partita_domain::account::Side;
use partita_domain::document::DocumentKind;
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::RevaluationId;
use partita_domain::metadata::Metadata;
use partita_domain::payment::{OpenItemSource, PaymentDirection};
use partita_domain::revaluation::{
    ClosingRate, ItemRevaluation, Revaluation, RevaluationState, RevaluedItem,
};
use partita_tests::fixtures::{
    AWKWARD, NOW, OTHER, account_id, currency, document, id, payment, post, revaluation, revalued_item,
    reverse, sale, set_open,
};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, try_write, write};
use time::macros::date;
use time::{Date, Duration};

const DAY: Date = date!(2026 - 03 - 31);

fn invoice(number: u128) -> OpenItemSource {
    OpenItemSource::Document { kind: DocumentKind::Invoice, id: id(number) }
}

fn advance(number: u128) -> OpenItemSource {
    OpenItemSource::Payment { direction: PaymentDirection::Received, id: id(number) }
}

/// What is revalued: invoices 30 and 31, payment 40; and entry 1, which entry 2 reverses, with 3 and 4 beside them.
fn open_items(tx: &mut dyn Tx) -> partita_application::Result<()> {
    for number in [30, 31] {
        tx.documents().insert(&set_open(document(number, DocumentKind::Invoice, DAY, 100), 100))?;
    }
    tx.payments().insert(&payment(40, DAY, 100))?;
    post(tx, 1, sale(DAY, 100))?;
    reverse(tx, 2, id(1), DAY + Duration::DAY)?;
    post(tx, 3, sale(DAY, 100))?;
    post(tx, 4, sale(DAY, 100))?;
    Ok(())
}

fn full() -> Revaluation {
    let rate = |code, millionths, date| ClosingRate {
        currency_code: currency(code),
        rate: ExchangeRate::from_millionths(millionths).unwrap(),
        date,
    };
    Revaluation {
        external_id: Some(format!("erp:{AWKWARD}")),
        currency_code: Some(currency("JPY")),
        include_advances: true,
        rates: vec![rate("EUR", 1, Some(DAY)), rate("JPY", i64::MAX, None)],
        item_count: 3,
        gain: 999_999_999_999_999,
        loss: 1,
        memo: Some(AWKWARD.repeat(10)),
        entry_id: Some(id(1)),
        reversal_entry_id: Some(id(2)),
        metadata: Metadata([("größe".to_owned(), AWKWARD.to_owned())].into()),
        updated_at: NOW + Duration::microseconds(999_999),
        version: i64::MAX - 1,
        ..revaluation(50, DAY)
    }
}

fn full_items() -> Vec<RevaluedItem> {
    let odd = RevaluedItem {
        number: AWKWARD.to_owned(),
        side: Side::Credit,
        currency_code: currency("JPY"),
        open: i64::MAX,
        base_open: -1,
        exchange_rate: ExchangeRate::from_millionths(i64::MAX).unwrap(),
        difference: i64::MIN,
        revaluation_account_id: account_id("4000"),
        ..revalued_item(None)
    };
    vec![revalued_item(Some(invoice(30))), revalued_item(Some(advance(40))), odd]
}

fn ids(found: &[Revaluation]) -> Vec<u128> {
    found.iter().map(|one| one.id.0.as_u128()).collect()
}

#[test]
fn every_field_comes_back() {
    for_each_books(|store| {
        store.write(partita_tests::fixtures::COMPANY, |tx| open_items(tx)).unwrap();
        write(store, |tx| tx.revaluations().insert(&full(), &full_items()));
        write(store, |tx| tx.revaluations().insert(&revaluation(51, DAY), &[]));
        read(store, |tx| {
            let kept = tx.revaluations();
            assert_eq!(kept.find(id(50))?, Some(full()));
            assert_eq!(kept.items(id(50))?, full_items());
            assert_eq!(kept.find(id(51))?, Some(revaluation(51, DAY)));
            assert_eq!(kept.items(id(51))?, []);
            assert_eq!(kept.find(id(404))?, None);
            assert_eq!(kept.items(id(404))?, []);
            let external_id = full().external_id.unwrap();
            assert_eq!(kept.find_by_external_id(&external_id)?, Some(id(50)));
            assert_eq!(kept.find_by_external_id("404")?, None);
            Ok(())
        });
        assert_eq!(read_of(store, OTHER, |tx| tx.revaluations().find(id(50))), None);
        assert_eq!(read_of(store, OTHER, |tx| tx.revaluations().items(id(50))), []);
        let all = RevaluationFilter::default();
        assert_eq!(read_of(store, OTHER, |tx| tx.revaluations().count(&all)), 0);
    });
}

#[test]
fn one_is_taken_back_and_nothing_else_of_it_changes() {
    for_each_books(|store| {
        store.write(partita_tests::fixtures::COMPANY, |tx| open_items(tx)).unwrap();
        write(store, |tx| tx.revaluations().insert(&full(), &full_items()));
        let void = Revaluation {
            state: RevaluationState::Void,
            void_entry_id: Some(id(3)),
            void_reversal_entry_id: Some(id(4)),
            updated_at: NOW + Duration::DAY,
            version: i64::MAX,
            ..full()
        };
        write(store, |tx| {
            let other = Revaluation { memo: None, gain: 5, date: DAY + Duration::DAY, ..void.clone() };
            tx.revaluations().update(&other)?;
            // One that is not there is not made.
            tx.revaluations().update(&revaluation(404, DAY))
        });
        read(store, |tx| {
            assert_eq!(tx.revaluations().find(id(50))?, Some(void.clone()));
            assert_eq!(tx.revaluations().find(id(404))?, None);
            for entry in 1..=4 {
                assert_eq!(tx.revaluations().find_by_entry(id(entry))?, Some(void.clone()), "{entry}");
            }
            assert_eq!(tx.revaluations().find_by_entry(id(5))?, None);
            Ok(())
        });
        assert_eq!(read_of(store, OTHER, |tx| tx.revaluations().find_by_entry(id(1))), None);
    });
}

#[test]
fn a_standing_one_of_a_day_and_a_currency_is_found() {
    for_each_books(|store| {
        write(store, |tx| {
            let kept = tx.revaluations();
            kept.insert(&revaluation(52, DAY), &[revalued_item(None)])?;
            kept.insert(&revaluation(51, DAY), &[revalued_item(None)])?;
            kept.insert(&revaluation(50, DAY), &[])
        });
        let (eur, jpy) = (currency("EUR"), currency("JPY"));
        let standing = |day, currencies: &[_]| -> Option<u128> {
            let found = read(store, |tx| tx.revaluations().standing(day, currencies));
            found.map(|id: RevaluationId| id.0.as_u128())
        };
        assert_eq!(standing(DAY, &[jpy, eur]), Some(51));
        assert_eq!(standing(DAY, &[jpy]), None);
        assert_eq!(standing(DAY, &[]), None);
        assert_eq!(standing(DAY + Duration::DAY, &[eur]), None);
        assert_eq!(read_of(store, OTHER, |tx| tx.revaluations().standing(DAY, &[eur])), None);
        write(store, |tx| {
            let void = Revaluation { state: RevaluationState::Void, ..revaluation(51, DAY) };
            tx.revaluations().update(&void)
        });
        assert_eq!(standing(DAY, &[eur]), Some(52));
    });
}

#[test]
fn the_history_of_an_item_is_told_by_date() {
    for_each_books(|store| {
        store.write(partita_tests::fixtures::COMPANY, |tx| open_items(tx)).unwrap();
        let later = DAY + Duration::days(30);
        write(store, |tx| {
            let kept = tx.revaluations();
            kept.insert(&revaluation(50, later), &[revalued_item(Some(invoice(30)))])?;
            let items =
                [revalued_item(None), revalued_item(Some(advance(40))), revalued_item(Some(invoice(30)))];
            kept.insert(&revaluation(51, DAY), &items)?;
            kept.insert(&revaluation(52, later), &[revalued_item(Some(invoice(31)))])?;
            kept.update(&Revaluation { state: RevaluationState::Void, ..revaluation(51, DAY) })
        });
        let seen = |number, date, state| ItemRevaluation {
            revaluation_id: id(number),
            date,
            reversal_date: date + Duration::DAY,
            state,
            open: 100,
            base_open: 100,
            exchange_rate: ExchangeRate::PAR,
            difference: 0,
        };
        let first = seen(51, DAY, RevaluationState::Void);
        let second = seen(50, later, RevaluationState::Posted);
        read(store, |tx| {
            let kept = tx.revaluations();
            assert_eq!(kept.history(invoice(30), later)?, [first.clone(), second.clone()]);
            assert_eq!(kept.history(invoice(30), later - Duration::DAY)?, std::slice::from_ref(&first));
            assert_eq!(kept.history(advance(40), later)?, std::slice::from_ref(&first));
            assert_eq!(kept.history(advance(404), later)?, []);
            Ok(())
        });
        assert_eq!(read_of(store, OTHER, |tx| tx.revaluations().history(invoice(30), later)), []);
    });
}

#[test]
fn what_items_come_to_is_told_by_revaluation() {
    for_each_books(|store| {
        let differing = |difference| RevaluedItem { difference, ..revalued_item(None) };
        write(store, |tx| {
            let kept = tx.revaluations();
            kept.insert(&revaluation(51, DAY), &[differing(5), differing(-3), differing(0), differing(2)])?;
            kept.insert(&revaluation(50, DAY), &[differing(-9)])?;
            kept.insert(&revaluation(52, DAY), &[])
        });
        let sum = |number, item_count, gain, loss| RevaluedSum { id: id(number), item_count, gain, loss };
        assert_eq!(read(store, |tx| tx.revaluations().sums()), [sum(50, 1, 0, 9), sum(51, 4, 7, 3)]);
        assert_eq!(read_of(store, OTHER, |tx| tx.revaluations().sums()), []);
    });
}

#[test]
fn they_are_listed_newest_first_and_filters_hold() {
    for_each_books(|store| {
        let day = |number: i64| DAY + Duration::days(number);
        write(store, |tx| {
            let kept = tx.revaluations();
            let named = Revaluation { external_id: Some("a".to_owned()), ..revaluation(3, day(1)) };
            kept.insert(&named, &[])?;
            for (number, date) in [(1, day(0)), (2, day(1)), (4, day(2))] {
                kept.insert(&revaluation(number, date), &[])?;
            }
            kept.update(&Revaluation { state: RevaluationState::Void, ..revaluation(4, day(2)) })
        });
        let all = RevaluationFilter::default;
        let found = |filter: RevaluationFilter| {
            read(store, |tx| {
                let found = tx.revaluations().list(&filter, None, 0, 100)?;
                let counted = tx.revaluations().count(&filter)?;
                assert_eq!(counted, i64::try_from(found.len()).unwrap(), "{filter:?}");
                Ok(ids(&found))
            })
        };
        assert_eq!(found(all()), [4, 3, 2, 1]);
        assert_eq!(found(RevaluationFilter { from: Some(day(1)), ..all() }), [4, 3, 2]);
        assert_eq!(found(RevaluationFilter { to: Some(day(1)), ..all() }), [3, 2, 1]);
        assert_eq!(found(RevaluationFilter { state: Some(RevaluationState::Void), ..all() }), [4]);
        assert_eq!(found(RevaluationFilter { external_id: Some("a".to_owned()), ..all() }), [3]);
        assert_eq!(found(RevaluationFilter { external_id: Some("A".to_owned()), ..all() }), [0_u128; 0]);
        let part = |after: Option<(Date, RevaluationId)>, offset, limit| {
            read(store, |tx| Ok(ids(&tx.revaluations().list(&all(), after, offset, limit)?)))
        };
        assert_eq!(part(Some((day(1), id(3))), 0, 10), [2, 1]);
        assert_eq!(part(Some((day(1), id(3))), 1, 10), [1]);
        assert_eq!(part(None, 1, 2), [3, 2]);
        assert_eq!(part(None, 4, 2), [0_u128; 0]);
    });
}

#[test]
fn ids_and_external_ids_are_unique_and_items_name_what_there_is() {
    for_each_books(|store| {
        let named = |number| Revaluation { external_id: Some("x".to_owned()), ..revaluation(number, DAY) };
        write(store, |tx| tx.revaluations().insert(&named(50), &[]));
        duplicate(store, |tx| tx.revaluations().insert(&revaluation(50, DAY), &[]));
        duplicate(store, |tx| tx.revaluations().insert(&named(51), &[]));
        for item in [
            revalued_item(Some(invoice(404))),
            revalued_item(Some(advance(404))),
            RevaluedItem { account_id: id(404), ..revalued_item(None) },
            RevaluedItem { revaluation_account_id: id(404), ..revalued_item(None) },
        ] {
            let insert = |tx: &mut dyn Tx| -> Stored<()> {
                tx.revaluations().insert(&revaluation(52, DAY), std::slice::from_ref(&item))
            };
            assert!(try_write(store, insert).is_err(), "{item:?}");
        }
        assert_eq!(read(store, |tx| tx.revaluations().find(id(52))), None);
    });
}

#[test]
fn a_unit_that_fails_leaves_no_revaluation() {
    for_each_books(|store| {
        write(store, |tx| tx.revaluations().insert(&revaluation(50, DAY), &[]));
        let undone = try_write(store, |tx| {
            let named = Revaluation { external_id: Some("x".to_owned()), ..revaluation(51, DAY) };
            tx.revaluations().insert(&named, &[revalued_item(None)])?;
            tx.revaluations()
                .update(&Revaluation { state: RevaluationState::Void, ..revaluation(50, DAY) })?;
            assert_eq!(tx.revaluations().standing(DAY, &[currency("EUR")])?, Some(id(51)));
            Err::<(), _>(StoreError::Full)
        });
        assert!(undone.is_err());
        read(store, |tx| {
            let kept = tx.revaluations();
            assert_eq!(kept.list(&RevaluationFilter::default(), None, 0, 10)?, [revaluation(50, DAY)]);
            assert_eq!(kept.find_by_external_id("x")?, None);
            assert_eq!(kept.items(id(51))?, []);
            Ok(())
        });
        write(store, |tx| {
            let named = Revaluation { external_id: Some("x".to_owned()), ..revaluation(51, DAY) };
            tx.revaluations().insert(&named, &[])
        });
    });
}
