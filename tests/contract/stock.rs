//! Stocks of items.

use partita_application::ports::{StockFilter, StockSum};
use partita_domain::inventory::{
    Effect, KeptStock, Movement, MovementKind, RecordKind, Shelf, Stock, StockRecord,
};
use partita_domain::item::CostMethod;
use partita_domain::quantity::Quantity;
use partita_tests::fixtures::{AWKWARD, COMPANY, NOW, OTHER, id, item, kept_stock, post, sale, stock_record};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, try_write, write};
use time::macros::date;
use time::{Date, Duration};

fn quantity(text: &str) -> Quantity {
    Quantity::parse(text, "quantity").unwrap()
}

/// Every kind, each with every field that it can have.
fn every_kind() -> Vec<StockRecord> {
    let of = id(1);
    let kinds = [
        RecordKind::Moved(MovementKind::Receipt { value: 999_999_999_999_999 }),
        RecordKind::Moved(MovementKind::Issue),
        RecordKind::Moved(MovementKind::Return { of }),
        RecordKind::Moved(MovementKind::Found),
        RecordKind::Moved(MovementKind::Count),
        RecordKind::Moved(MovementKind::LateCost { of, value: -7 }),
        RecordKind::Voided(of),
        RecordKind::Corrected(of),
    ];
    let records = (1..).zip(kinds).map(|(number, kind)| StockRecord {
        external_id: Some(format!("{number} {AWKWARD}")),
        kind,
        quantity: if number == 2 { Quantity::MAX } else { Quantity::ZERO },
        effect: Effect {
            quantity: Quantity::from_millionths(-999_999_999_999_999, "quantity").unwrap(),
            value: -999_999_999_999_999,
            late_cost: 7 - i64::try_from(number).unwrap(),
        },
        source: Some((id(77), 1_000)),
        entry_id: Some(id(1)),
        reason: Some(AWKWARD.to_owned()),
        created_at: NOW + Duration::microseconds(999_999),
        ..stock_record(number, 1, i64::try_from(number).unwrap())
    });
    records.collect()
}

#[test]
fn every_field_of_a_row_comes_back() {
    for_each_books(|store| {
        let rows = every_kind();
        store
            .write(COMPANY, |tx| {
                tx.items().insert(&item(1, "Screw"))?;
                tx.items().insert(&item(2, "Nut"))?;
                post(tx, 1, sale(date!(2026 - 02 - 03), 7))?;
                Ok(tx.stocks().append(&rows)?)
            })
            .unwrap();
        let plain = stock_record(9, 2, 1);
        write(store, |tx| tx.stocks().append(std::slice::from_ref(&plain)));
        read(store, |tx| {
            assert_eq!(tx.stocks().history(&[id(1)])?, rows);
            assert_eq!(tx.stocks().history(&[id(2), id(404), id(1), id(2)])?.len(), 9);
            assert_eq!(tx.stocks().find(id(9))?, Some(plain.clone()));
            assert_eq!(tx.stocks().find(id(404))?, None);
            assert_eq!(tx.stocks().of_document(id(77))?, rows);
            assert_eq!(tx.stocks().of_document(id(78))?, []);
            assert_eq!(tx.stocks().find_by_external_id(&format!("3 {AWKWARD}"))?, Some(id(3)));
            assert_eq!(tx.stocks().find_by_external_id("3")?, None);
            assert!(tx.stocks().has_entry(id(1))? && !tx.stocks().has_entry(id(2))?);
            let about = tx.stocks().about(&[id(1), id(404)])?;
            let about: Vec<i64> = about.iter().map(|record| record.sequence).collect();
            assert_eq!(about, [1, 3, 6, 7, 8]);
            assert_eq!(tx.stocks().about(&[id(2), id(9)])?, [rows[1].clone(), plain.clone()]);
            assert_eq!(tx.stocks().history(&[])?, []);
            Ok(())
        });
        assert_eq!(read_of(store, OTHER, |tx| tx.stocks().history(&[id(1)])), []);
        assert_eq!(read_of(store, OTHER, |tx| tx.stocks().of_document(id(77))), []);
        assert_eq!(read_of(store, OTHER, |tx| tx.stocks().changed_after(date!(1900 - 01 - 01))), []);
    });
}

#[test]
fn rows_are_numbered_once_and_refer_to_what_exists() {
    for_each_books(|store| {
        write(store, |tx| {
            tx.items().insert(&item(1, "Screw"))?;
            let first = StockRecord { external_id: Some("x".to_owned()), ..stock_record(1, 1, 1) };
            tx.stocks().append(&[first])
        });
        duplicate(store, |tx| tx.stocks().append(&[stock_record(2, 1, 1)]));
        duplicate(store, |tx| tx.stocks().append(&[stock_record(1, 1, 2)]));
        let same = StockRecord { external_id: Some("x".to_owned()), ..stock_record(2, 1, 2) };
        duplicate(store, |tx| tx.stocks().append(std::slice::from_ref(&same)));
        let next = stock_record(2, 1, 2);
        for lost in [
            StockRecord { item_id: id(404), ..next.clone() },
            StockRecord { account_id: id(404), ..next.clone() },
            StockRecord { entry_id: Some(id(404)), ..next.clone() },
            StockRecord { kind: RecordKind::Voided(id(404)), ..next.clone() },
        ] {
            assert!(try_write(store, |tx| tx.stocks().append(std::slice::from_ref(&lost))).is_err());
        }
        assert_eq!(read(store, |tx| tx.stocks().history(&[id(1)])).len(), 1);
        assert!(try_write(store, |tx| tx.stocks().keep(&kept_stock(404, 1))).is_err());
    });
}

#[test]
fn what_is_kept_comes_back_as_it_was_last_kept() {
    for_each_books(|store| {
        let mut stock = Stock::new(CostMethod::Fifo, true);
        for number in 1..=3 {
            let kind = MovementKind::Receipt { value: 100 * i64::try_from(number).unwrap() };
            let date = date!(2026 - 02 - 03);
            stock.apply(&Movement { id: id(number), date, quantity: quantity("0.000001"), kind }).unwrap();
        }
        let full = KeptStock { is_revised: true, shelf: stock.shelf().clone(), ..kept_stock(1, 3) };
        write(store, |tx| {
            for number in 1..=4 {
                tx.items().insert(&item(number, "Item"))?;
            }
            tx.stocks().keep(&kept_stock(1, 1))?;
            tx.stocks().keep(&full)?;
            tx.stocks().keep(&kept_stock(3, 1))?;
            assert_eq!(tx.stocks().kept(&[id(1)])?, std::slice::from_ref(&full), "a unit sees what it keeps");
            assert_eq!(tx.stocks().all_kept(None, 10)?, [full.clone(), kept_stock(3, 1)]);
            Ok(())
        });
        read(store, |tx| {
            let mut kept = tx.stocks().kept(&[id(3), id(2), id(1), id(3)])?;
            kept.sort_by_key(|stock| stock.item_id);
            assert_eq!(kept, [full.clone(), kept_stock(3, 1)]);
            assert_eq!(kept[0].shelf.quantity(), quantity("0.000003"));
            assert_eq!(kept[0].shelf.value(), 600);
            assert_eq!(tx.stocks().all_kept(Some(id(1)), 10)?, [kept_stock(3, 1)]);
            assert_eq!(tx.stocks().all_kept(None, 1)?, std::slice::from_ref(&full));
            Ok(())
        });
        let later = KeptStock {
            sequence: 9,
            last_date: date!(2199 - 12 - 31),
            shelf: Shelf::default(),
            ..full.clone()
        };
        write(store, |tx| {
            tx.stocks().kept(&[id(1)])?;
            tx.stocks().keep(&later)
        });
        assert_eq!(read(store, |tx| tx.stocks().kept(&[id(1)])), std::slice::from_ref(&later));
        let undone = try_write(store, |tx| {
            tx.stocks().keep(&full)?;
            tx.stocks().keep(&kept_stock(4, 1))?;
            Err::<(), _>(partita_application::ports::StoreError::Full)
        });
        assert!(undone.is_err());
        assert_eq!(read(store, |tx| tx.stocks().all_kept(None, 10)), [later, kept_stock(3, 1)]);
        assert_eq!(read_of(store, OTHER, |tx| tx.stocks().kept(&[id(1)])), []);
        assert_eq!(read_of(store, OTHER, |tx| tx.stocks().all_kept(None, 10)), []);
    });
}

#[test]
fn rows_of_an_item_are_listed_newest_first() {
    for_each_books(|store| {
        let on = |number: u128, date: Date, kind: RecordKind| StockRecord {
            date,
            kind,
            ..stock_record(number, 1, i64::try_from(number).unwrap())
        };
        let issue = RecordKind::Moved(MovementKind::Issue);
        let receipt = RecordKind::Moved(MovementKind::Receipt { value: 1_000 });
        let rows = [
            StockRecord { source: Some((id(5), 1)), ..on(1, date!(2026 - 02 - 03), receipt) },
            on(2, date!(2026 - 02 - 05), issue),
            StockRecord { external_id: Some("late".to_owned()), ..on(3, date!(2026 - 02 - 04), receipt) },
            on(4, date!(2026 - 02 - 04), issue),
        ];
        write(store, |tx| {
            tx.items().insert(&item(1, "Screw"))?;
            tx.items().insert(&item(2, "Nut"))?;
            tx.stocks().append(&rows)?;
            tx.stocks().append(&[stock_record(9, 2, 1)])
        });
        let listed = |filter: StockFilter| {
            read(store, |tx| {
                let rows = tx.stocks().list(id(1), &filter, None, 0, 100)?;
                assert_eq!(tx.stocks().count(id(1), &filter)?, i64::try_from(rows.len()).unwrap());
                Ok(rows.iter().map(|record| record.sequence).collect::<Vec<_>>())
            })
        };
        let all = StockFilter::default;
        assert_eq!(listed(all()), [2, 4, 3, 1]);
        assert_eq!(listed(StockFilter { kind: Some("issue".to_owned()), ..all() }), [2, 4]);
        assert_eq!(listed(StockFilter { from: Some(date!(2026 - 02 - 04)), ..all() }), [2, 4, 3]);
        assert_eq!(listed(StockFilter { to: Some(date!(2026 - 02 - 04)), ..all() }), [4, 3, 1]);
        assert_eq!(listed(StockFilter { document_id: Some(id(5)), ..all() }), [1]);
        assert_eq!(listed(StockFilter { external_id: Some("late".to_owned()), ..all() }), [3]);
        read(store, |tx| {
            let mut page = |after, offset, limit| {
                let rows = tx.stocks().list(id(1), &all(), after, offset, limit).unwrap();
                rows.iter().map(|record| record.sequence).collect::<Vec<_>>()
            };
            assert_eq!(page(None, 1, 2), [4, 3]);
            assert_eq!(page(Some((date!(2026 - 02 - 04), 4)), 0, 2), [3, 1]);
            assert_eq!(page(Some((date!(2026 - 02 - 04), 4)), 1, 2), [1]);
            assert_eq!(page(Some((date!(2026 - 02 - 03), 1)), 0, 2), [0_i64; 0]);
            assert_eq!(page(None, 0, 0), [0_i64; 0]);
            Ok(())
        });
    });
}

#[test]
fn what_happened_after_a_day_is_summed_by_item() {
    for_each_books(|store| {
        let late = Effect { quantity: quantity("-1"), value: 50, late_cost: 20 };
        write(store, |tx| {
            tx.items().insert(&item(1, "Screw"))?;
            tx.items().insert(&item(2, "Nut"))?;
            tx.stocks().append(&[
                stock_record(1, 1, 1),
                StockRecord { date: date!(2026 - 02 - 04), effect: late, ..stock_record(2, 1, 2) },
                StockRecord { date: date!(2026 - 02 - 04), ..stock_record(3, 1, 3) },
                StockRecord { date: date!(2026 - 02 - 05), ..stock_record(4, 2, 1) },
            ])
        });
        let after = |date| read(store, |tx| tx.stocks().changed_after(date));
        let sum = |number: u128, quantity_millionths: i64, value: i64| StockSum {
            item_id: id(number),
            quantity_millionths,
            value,
        };
        assert_eq!(after(date!(2026 - 02 - 03)), [sum(1, 2_000_000, 1_030), sum(2, 3_000_000, 1_000)]);
        assert_eq!(after(date!(2026 - 02 - 04)), [sum(2, 3_000_000, 1_000)]);
        assert_eq!(after(date!(2026 - 02 - 05)), []);
    });
}

#[test]
fn rows_and_stocks_of_units_that_share_a_commit_are_seen_by_the_next_one() {
    for_each_books(|store| {
        write(store, |tx| tx.items().insert(&item(1, "Screw")));
        let mut number = 0_u128;
        // A slow group may end early.
        while number < 6 {
            store
                .together(COMPANY, &mut || {
                    number += 1;
                    let sequence = i64::try_from(number).unwrap();
                    let refused = number == 3;
                    let outcome = store.write(COMPANY, |tx| {
                        let before = tx.stocks().kept(&[id(1)])?;
                        let expected = if number > 3 { sequence - 2 } else { sequence - 1 };
                        assert_eq!(before.first().map_or(0, |stock| stock.sequence), expected);
                        let rows = tx.stocks().history(&[id(1)])?;
                        assert_eq!(i64::try_from(rows.len()).unwrap(), expected);
                        tx.stocks().append(&[stock_record(number, 1, expected + 1)])?;
                        tx.stocks().keep(&kept_stock(1, expected + 1))?;
                        if refused { Err(partita_application::Error::DryRun) } else { Ok(()) }
                    });
                    assert_eq!(outcome.is_err(), refused);
                    number < 6
                })
                .unwrap();
        }
        assert_eq!(read(store, |tx| tx.stocks().history(&[id(1)])).len(), 5);
        assert_eq!(read(store, |tx| tx.stocks().kept(&[id(1)])), [kept_stock(1, 5)]);
    });
}
