//! Items.

use partita_application::ports::ItemFilter;
use partita_domain::id::ItemId;
use partita_domain::item::{CostMethod, Item, ItemType};
use partita_domain::metadata::Metadata;
use partita_domain::unit_price::UnitPrice;
use partita_tests::fixtures::{AWKWARD, NOW, OTHER, account_id, id, item};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, try_write, write};
use time::Duration;

fn full() -> Item {
    Item {
        external_id: Some(format!("erp:{AWKWARD}")),
        sku: Some(format!("sku {AWKWARD}")),
        description: Some(AWKWARD.repeat(10)),
        item_type: ItemType::Inventory,
        income_account_id: Some(account_id("4000")),
        expense_account_id: Some(account_id("6000")),
        asset_account_id: Some(account_id("1000")),
        sales_price: Some(UnitPrice::parse("999999999999999", "p").unwrap()),
        purchase_price: Some(UnitPrice::parse("0.000000000001", "p").unwrap()),
        cost_method: Some(CostMethod::Average),
        tax_code_id: Some(id(77)),
        is_active: false,
        metadata: Metadata([("größe".to_owned(), AWKWARD.to_owned())].into()),
        created_at: NOW,
        updated_at: NOW + Duration::microseconds(999_999),
        version: i64::MAX,
        ..item(1, AWKWARD)
    }
}

fn names(items: &[Item]) -> Vec<&str> {
    items.iter().map(|item| item.name.as_str()).collect()
}

#[test]
fn every_field_comes_back() {
    for_each_books(|store| {
        for item in [full(), item(2, "Plain")] {
            write(store, |tx| tx.items().insert(&item));
            assert_eq!(read(store, |tx| tx.items().find(item.id)), Some(item.clone()));
        }
        for (i, item_type) in (10..).zip(ItemType::ALL) {
            let item = Item { item_type, cost_method: Some(CostMethod::Fifo), ..item(i, "Typed") };
            write(store, |tx| tx.items().insert(&item));
            assert_eq!(read(store, |tx| tx.items().find(item.id)), Some(item.clone()));
        }
        assert_eq!(read(store, |tx| tx.items().find(id(404))), None);
        assert_eq!(read_of(store, OTHER, |tx| tx.items().find(id(1))), None);
        assert_eq!(read_of(store, OTHER, |tx| tx.items().count(&ItemFilter::default())), 0);
    });
}

#[test]
fn one_is_found_by_what_it_is_called_now() {
    for_each_books(|store| {
        let before = full();
        write(store, |tx| tx.items().insert(&before));
        let after = Item {
            external_id: Some("b".to_owned()),
            sku: Some("S-2".to_owned()),
            name: "After".to_owned(),
            version: 2,
            ..item(1, "")
        };
        write(store, |tx| {
            tx.items().update(&after)?;
            // A unit sees what it wrote.
            assert_eq!(tx.items().find_by_sku("S-2")?, Some(after.id));
            Ok(())
        });
        read(store, |tx| {
            assert_eq!(tx.items().find(after.id)?, Some(after.clone()));
            assert_eq!(tx.items().find_by_external_id("b")?, Some(after.clone()));
            assert_eq!(tx.items().find_by_external_id(before.external_id.as_deref().unwrap())?, None);
            assert_eq!(tx.items().find_by_sku(before.sku.as_deref().unwrap())?, None);
            let list = tx.items().list(&ItemFilter::default(), None, 0, 10)?;
            assert_eq!(names(&list), ["After"]);
            Ok(())
        });
        assert_eq!(read_of(store, OTHER, |tx| tx.items().find_by_external_id("b")), None);
        assert_eq!(read_of(store, OTHER, |tx| tx.items().find_by_sku("S-2")), None);
        // The values that were given up may be used again; one that is not there is not made.
        write(store, |tx| {
            tx.items().insert(&Item { id: id(2), ..before.clone() })?;
            tx.items().update(&item(404, "Nobody"))
        });
        assert_eq!(read(store, |tx| tx.items().find(id(404))), None);
    });
}

#[test]
fn ids_numbers_in_stock_and_external_ids_are_unique() {
    for_each_books(|store| {
        let first =
            Item { external_id: Some("x".to_owned()), sku: Some("S".to_owned()), ..item(1, "Same name") };
        let second = item(2, "Same name");
        write(store, |tx| {
            tx.items().insert(&first)?;
            tx.items().insert(&second)
        });
        duplicate(store, |tx| tx.items().insert(&item(1, "Other")));
        let third = |sku: Option<&str>, external_id: Option<&str>| Item {
            sku: sku.map(str::to_owned),
            external_id: external_id.map(str::to_owned),
            ..item(3, "Third")
        };
        duplicate(store, |tx| tx.items().insert(&third(Some("S"), None)));
        duplicate(store, |tx| tx.items().insert(&third(None, Some("x"))));
        duplicate(store, |tx| tx.items().update(&Item { id: id(2), ..third(Some("S"), None) }));
        duplicate(store, |tx| tx.items().update(&Item { id: id(2), ..third(None, Some("x")) }));
        // Upper and lower case are told apart.
        write(store, |tx| tx.items().insert(&third(Some("s"), Some("X"))));
        assert_eq!(read(store, |tx| tx.items().count(&ItemFilter::default())), 3);
    });
}

#[test]
fn its_accounts_have_to_exist() {
    for_each_books(|store| {
        let nowhere = Some(id(404));
        for item in [
            Item { income_account_id: nowhere, ..item(1, "A") },
            Item { expense_account_id: nowhere, ..item(1, "B") },
            Item { asset_account_id: nowhere, ..item(1, "C") },
        ] {
            assert!(try_write(store, |tx| tx.items().insert(&item)).is_err());
        }
        write(store, |tx| tx.items().insert(&item(1, "D")));
        let update = Item { income_account_id: nowhere, ..item(1, "D") };
        assert!(try_write(store, |tx| tx.items().update(&update)).is_err());
        assert_eq!(read(store, |tx| tx.items().find(id(1))), Some(item(1, "D")));
    });
}

#[test]
fn many_are_found_at_once() {
    for_each_books(|store| {
        write(store, |tx| (1..=5).try_for_each(|number| tx.items().insert(&item(number, "Item"))));
        let mut found = read(store, |tx| tx.items().find_all(&[id(4), id(404), id(2), id(4)]));
        found.sort_by_key(|item| item.id);
        assert_eq!(found, [item(2, "Item"), item(4, "Item")]);
        assert!(read(store, |tx| tx.items().find_all(&[])).is_empty());
        // More than a statement takes parameters.
        let many: Vec<ItemId> = (1..=40_000).map(id).collect();
        assert_eq!(read(store, |tx| tx.items().find_all(&many)).len(), 5);
        assert!(read_of(store, OTHER, |tx| tx.items().find_all(&[id(4)])).is_empty());
    });
}

#[test]
fn they_are_listed_by_name_in_lower_case_then_by_id() {
    for_each_books(|store| {
        let in_order = ["a_b", "abacus", "Abc", "abc", "ABC", "b", "B", "z", "ß", "Äpfel", "äpfel", "书"];
        let numbers = [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13];
        write(store, |tx| {
            numbers.iter().zip(in_order).rev().try_for_each(|(n, name)| tx.items().insert(&item(*n, name)))
        });
        read(store, |tx| {
            let all = ItemFilter::default();
            assert_eq!(names(&tx.items().list(&all, None, 0, 100)?), in_order);
            assert_eq!(names(&tx.items().list(&all, None, 3, 2)?), ["abc", "ABC"]);
            assert!(tx.items().list(&all, None, 0, 0)?.is_empty());
            assert!(tx.items().list(&all, None, 12, 5)?.is_empty());
            assert_eq!(names(&tx.items().list(&all, Some(("abc", id(3))), 1, 2)?), ["ABC", "b"]);
            assert_eq!(names(&tx.items().list(&all, Some(("abcd", id(0))), 0, 1)?), ["b"]);
            let mut paged: Vec<Item> = Vec::new();
            loop {
                let after = paged.last().map(|item| (item.sort_name(), item.id));
                let after = after.as_ref().map(|(name, id)| (name.as_str(), *id));
                let page = tx.items().list(&all, after, 0, 5)?;
                if page.is_empty() {
                    break;
                }
                paged.extend(page);
            }
            assert_eq!(names(&paged), in_order);
            Ok(())
        });
    });
}

#[test]
fn filters_hold_one_by_one_and_together() {
    for_each_books(|store| {
        let screw = Item {
            external_id: Some("erp-1".to_owned()),
            sku: Some("SCR_4x40".to_owned()),
            description: Some("Steel, 100% 'rust_free' \\ ÄRGER".to_owned()),
            item_type: ItemType::NonInventory,
            ..item(1, "Screw [4mm]")
        };
        let hour = item(2, "Hour of work");
        let old = Item { is_active: false, sku: Some("OLD".to_owned()), ..item(3, "HOUR OF WORK") };
        write(store, |tx| [&screw, &hour, &old].into_iter().try_for_each(|item| tx.items().insert(item)));
        let found = |filter: ItemFilter| {
            read(store, |tx| {
                let found = tx.items().list(&filter, None, 0, 100)?;
                assert_eq!(tx.items().count(&filter)?, i64::try_from(found.len()).unwrap(), "{filter:?}");
                Ok(found.iter().map(|item| item.id.0.as_u128()).collect::<Vec<_>>())
            })
        };
        let all = ItemFilter::default;
        let some = |text: &str| Some(text.to_owned());
        let q = |text: &str| found(ItemFilter { q: some(text), ..all() });
        assert_eq!(found(all()), [2, 3, 1]);
        assert_eq!(found(ItemFilter { item_type: Some(ItemType::Service), ..all() }), [2, 3]);
        assert_eq!(found(ItemFilter { item_type: Some(ItemType::Inventory), ..all() }), [0_u128; 0]);
        assert_eq!(found(ItemFilter { is_active: Some(false), ..all() }), [3]);
        assert_eq!(found(ItemFilter { external_id: some("erp-1"), ..all() }), [1]);
        assert_eq!(found(ItemFilter { external_id: some("ERP-1"), ..all() }), [0_u128; 0]);
        assert_eq!(found(ItemFilter { sku: some("OLD"), ..all() }), [3]);
        assert_eq!(found(ItemFilter { sku: some("old"), ..all() }), [0_u128; 0]);
        assert_eq!(found(ItemFilter { name: some("Hour of work"), ..all() }), [2]);
        assert_eq!(found(ItemFilter { name: some("hour of work"), ..all() }), [0_u128; 0]);
        assert_eq!(q("hour"), [2, 3]);
        assert_eq!(q("scr_4X"), [1]);
        assert_eq!(q("RUST_"), [1]);
        assert_eq!(q("100%"), [1]);
        assert_eq!(q("' \\ Ä"), [1]);
        assert_eq!(q("ärger"), [0_u128; 0]);
        assert_eq!(q("%"), [1]);
        assert_eq!(q("[4"), [1]);
        let together = ItemFilter { q: some("hour"), is_active: Some(true), ..all() };
        assert_eq!(found(together), [2]);
    });
}

#[test]
fn a_unit_that_fails_leaves_no_item() {
    for_each_books(|store| {
        write(store, |tx| tx.items().insert(&full()));
        let undone = try_write(store, |tx| {
            tx.items().insert(&item(2, "Undone"))?;
            tx.items().update(&Item { id: full().id, ..item(2, "Undone") })?;
            assert_eq!(tx.items().count(&ItemFilter::default())?, 2);
            Err::<(), _>(partita_application::ports::StoreError::Full)
        });
        assert!(undone.is_err());
        read(store, |tx| {
            assert_eq!(tx.items().list(&ItemFilter::default(), None, 0, 10)?, [full()]);
            assert_eq!(tx.items().find_by_sku(full().sku.as_deref().unwrap())?, Some(full().id));
            Ok(())
        });
    });
}
