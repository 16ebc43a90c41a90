//! The chart of accounts.

use partita_application::ports::AccountFilter;
use partita_domain::account::{Account, AccountType};
use partita_domain::journal_entry::AccountRef;
use partita_domain::metadata::Metadata;
use partita_tests::fixtures::{AWKWARD, NOW, OTHER, account, account_id, chart, currency, id};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, try_write, write};
use std::sync::Arc;
use time::Duration;

mod filter;

fn full() -> Account {
    Account {
        external_id: Some(format!("erp:{AWKWARD}")),
        name: AWKWARD.to_owned(),
        parent_id: Some(account_id("1000")),
        currency_code: Some(currency("JPY")),
        description: Some(AWKWARD.repeat(10)),
        report_group: Some("Geldmittel".to_owned()),
        is_active: false,
        is_system: true,
        is_cash: true,
        metadata: Metadata(
            [("größe".to_owned(), AWKWARD.to_owned()), ("b".to_owned(), String::new())].into(),
        ),
        created_at: NOW,
        updated_at: NOW + Duration::microseconds(999_999),
        version: i64::MAX,
        ..account("1010", "Safe", AccountType::Bank)
    }
}

fn numbers(accounts: &[Arc<Account>]) -> Vec<String> {
    accounts.iter().map(|account| account.number.clone()).collect()
}

#[test]
fn every_field_comes_back() {
    for_each_books(|store| {
        let plain = account("1020", "Till", AccountType::Bank);
        for account in [full(), plain] {
            write(store, |tx| tx.accounts().insert(&account));
            assert_eq!(*read(store, |tx| tx.accounts().find(account.id)).unwrap(), account);
            assert_eq!(*read(store, |tx| tx.accounts().find_by_number(&account.number)).unwrap(), account);
        }
    });
}

#[test]
fn every_type_comes_back() {
    for_each_books(|store| {
        for (i, account_type) in AccountType::ALL.into_iter().enumerate() {
            let account = account(&format!("7{i:03}"), account_type.name(), account_type);
            write(store, |tx| tx.accounts().insert(&account));
            assert_eq!(*read(store, |tx| tx.accounts().find(account.id)).unwrap(), account);
        }
    });
}

#[test]
fn one_is_found_by_number_and_external_id_as_they_are_now() {
    for_each_books(|store| {
        let before =
            Account { external_id: Some("a".to_owned()), ..account("1010", "Safe", AccountType::Bank) };
        write(store, |tx| tx.accounts().insert(&before));
        let after = Account {
            number: "1011".to_owned(),
            external_id: Some("b".to_owned()),
            parent_id: None,
            version: 2,
            ..full()
        };
        write(store, |tx| tx.accounts().update(&after));
        read(store, |tx| {
            assert_eq!(*tx.accounts().find(after.id)?.unwrap(), after);
            assert_eq!(*tx.accounts().find_by_number("1011")?.unwrap(), after);
            assert_eq!(*tx.accounts().find_by_external_id("b")?.unwrap(), after);
            assert_eq!(tx.accounts().find_by_number("1010")?, None);
            assert_eq!(tx.accounts().find_by_external_id("a")?, None);
            assert_eq!(tx.accounts().find_by_number("10")?, None);
            assert_eq!(tx.accounts().find(id(404))?, None);
            Ok(())
        });
        let cleared = Account { external_id: None, description: None, currency_code: None, ..after };
        write(store, |tx| tx.accounts().update(&cleared));
        read(store, |tx| {
            assert_eq!(*tx.accounts().find(cleared.id)?.unwrap(), cleared);
            assert_eq!(tx.accounts().find_by_external_id("b")?, None);
            Ok(())
        });
        // The values that were given up may be used again.
        let heir =
            Account { external_id: Some("a".to_owned()), ..account("1012", "Heir", AccountType::Bank) };
        write(store, |tx| tx.accounts().insert(&Account { number: "1010".to_owned(), ..heir.clone() }));
    });
}

#[test]
fn ids_numbers_and_external_ids_are_unique() {
    for_each_books(|store| {
        let first =
            Account { external_id: Some("x".to_owned()), ..account("1010", "Safe", AccountType::Bank) };
        let second = account("1020", "Till", AccountType::Bank);
        write(store, |tx| {
            tx.accounts().insert(&first)?;
            tx.accounts().insert(&second)
        });
        duplicate(store, |tx| {
            tx.accounts().insert(&Account { number: "1".to_owned(), external_id: None, ..first.clone() })
        });
        duplicate(store, |tx| {
            tx.accounts().insert(&Account { id: id(1), external_id: None, ..first.clone() })
        });
        duplicate(store, |tx| {
            tx.accounts().insert(&Account { id: id(1), number: "1".to_owned(), ..first.clone() })
        });
        duplicate(store, |tx| tx.accounts().update(&Account { number: "1010".to_owned(), ..second.clone() }));
        duplicate(store, |tx| {
            tx.accounts().update(&Account { external_id: Some("x".to_owned()), ..second.clone() })
        });
        assert_eq!(*read(store, |tx| tx.accounts().find(second.id)).unwrap(), second);
        assert_eq!(read(store, |tx| tx.accounts().count(&AccountFilter::default())), 11);
    });
}

#[test]
fn a_parent_has_to_exist() {
    for_each_books(|store| {
        let orphan = Account { parent_id: Some(id(404)), ..account("1010", "Safe", AccountType::Bank) };
        assert!(try_write(store, |tx| tx.accounts().insert(&orphan)).is_err());
        assert_eq!(read(store, |tx| tx.accounts().find(orphan.id)), None);
    });
}

#[test]
fn the_chart_is_ordered_by_the_bytes_of_the_numbers() {
    for_each_books(|store| {
        let awkward =
            ["z", "1000.1", "É", "1000-1", "a", "10000", "1000 1", "B", "é", "1000_1", "ß", "A", "1000/1"];
        for (i, number) in awkward.into_iter().enumerate() {
            let plain = account(&format!("{}", 100_000 + i), "An account", AccountType::Bank);
            write(store, |tx| tx.accounts().insert(&Account { number: number.to_owned(), ..plain.clone() }));
        }
        let mut expected: Vec<String> = chart().into_iter().map(|account| account.number).collect();
        expected.extend(awkward.map(str::to_owned));
        expected.sort();
        let all = AccountFilter::default();
        read(store, |tx| {
            assert_eq!(numbers(&tx.accounts().all()?), expected);
            assert_eq!(numbers(&tx.accounts().list(&all, None, 0, 100)?), expected);
            let mut paged = Vec::new();
            loop {
                let after = paged.last().cloned();
                let page = tx.accounts().list(&all, after.as_deref(), 0, 3)?;
                if page.is_empty() {
                    break;
                }
                paged.extend(numbers(&page));
            }
            assert_eq!(paged, expected);
            Ok(())
        });
    });
}

#[test]
fn lines_name_accounts_by_id_and_by_number() {
    for_each_books(|store| {
        let number = |number: &str| AccountRef::Number(number.to_owned());
        let names = [
            number("1000"),
            AccountRef::Id(account_id("1000")),
            AccountRef::Id(account_id("4000")),
            number("6000"),
            number("404"),
            AccountRef::Id(id(404)),
            number("1000"),
        ];
        let names: Vec<&AccountRef> = names.iter().collect();
        let mut found = read(store, |tx| tx.accounts().named(&names));
        found.sort_by(|one, other| one.number.cmp(&other.number));
        assert_eq!(numbers(&found), ["1000", "4000", "6000"]);
        assert!(read(store, |tx| tx.accounts().named(&[])).is_empty());
        // More names than a statement takes parameters.
        let many: Vec<AccountRef> = (0..40_000_u32).map(|n| number(&n.to_string())).collect();
        let many: Vec<&AccountRef> = many.iter().collect();
        assert_eq!(read(store, |tx| tx.accounts().named(&many)).len(), chart().len());
    });
}

#[test]
fn readers_see_the_newest_chart() {
    for_each_books(|store| {
        assert_eq!(read(store, |tx| tx.accounts().all()).len(), 9);
        let till = account("1010", "Till", AccountType::Bank);
        write(store, |tx| {
            assert_eq!(tx.accounts().all()?.len(), 9);
            tx.accounts().insert(&till)?;
            assert_eq!(tx.accounts().all()?.len(), 10, "a unit sees what it wrote");
            assert_eq!(*tx.accounts().find_by_number("1010")?.unwrap(), till);
            Ok(())
        });
        assert_eq!(read(store, |tx| tx.accounts().all()).len(), 10);
        let renamed = Account { name: "Front till".to_owned(), version: 2, ..till };
        write(store, |tx| {
            tx.accounts().update(&renamed)?;
            assert_eq!(*tx.accounts().find(renamed.id)?.unwrap(), renamed);
            Ok(())
        });
        assert_eq!(*read(store, |tx| tx.accounts().find(renamed.id)).unwrap(), renamed);
        // What a failed unit saw of itself is forgotten.
        let undone = try_write(store, |tx| {
            tx.accounts().update(&Account { name: "Undone".to_owned(), ..renamed.clone() })?;
            assert_eq!(tx.accounts().all()?.iter().filter(|account| account.name == "Undone").count(), 1);
            Err::<(), _>(partita_application::ports::StoreError::Full)
        });
        assert!(undone.is_err());
        assert_eq!(*read(store, |tx| tx.accounts().find(renamed.id)).unwrap(), renamed);
        assert_eq!(*read(store, |tx| tx.accounts().find_by_number("1010")).unwrap(), renamed);
        assert_eq!(read_of(store, OTHER, |tx| tx.accounts().all()).len(), 9);
    });
}
