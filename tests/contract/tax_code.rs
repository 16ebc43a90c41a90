//! Tax codes and tax groups.

use partita_application::ports::StoreError;
use partita_domain::account::{Account, AccountType};
use partita_domain::metadata::Metadata;
use partita_domain::tax_code::{TaxCode, TaxType};
use partita_domain::tax_group::{TaxGroup, TaxTable};
use partita_domain::tax_rate::TaxRate;
use partita_tests::fixtures::{AWKWARD, NOW, OTHER, account, account_id, id, tax_code, tax_group};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, try_write, write};
use time::Duration;
use time::macros::date;

fn full(number: u128, tax_type: TaxType) -> TaxCode {
    TaxCode {
        external_id: Some(format!("erp:{number}{AWKWARD}")),
        name: AWKWARD.to_owned(),
        rate: TaxRate::from_millionths(99_750, "rate").unwrap(),
        tax_type,
        jurisdiction: Some("CA-QC".to_owned()),
        is_compound: true,
        is_exempt: true,
        account_id: Some(account_id("2200")),
        input_account_id: Some(account_id("1100")),
        self_assess_account_id: Some(account_id("2000")),
        pending_account_id: Some(account_id("1000")),
        recoverable: 5_000,
        report_box: Some("base=6,tax=1".to_owned()),
        effective_from: Some(date!(2026 - 02 - 28)),
        effective_to: Some(date!(2199 - 12 - 31)),
        is_system: true,
        is_active: false,
        metadata: Metadata([("größe".to_owned(), AWKWARD.to_owned())].into()),
        updated_at: NOW + Duration::microseconds(999_999),
        version: i64::MAX,
        ..tax_code(number, 0)
    }
}

#[test]
fn every_field_and_every_type_comes_back() {
    for_each_books(|store| {
        let plain = TaxCode { account_id: None, ..tax_code(100, 0) };
        let codes: Vec<TaxCode> =
            TaxType::ALL.into_iter().zip(1..).map(|(kind, number)| full(number, kind)).collect();
        for code in codes.into_iter().chain([plain]) {
            write(store, |tx| tx.tax_codes().insert(&code));
            assert_eq!(read(store, |tx| tx.tax_codes().find(code.id)), Some(code.clone()));
            assert_eq!(read(store, |tx| tx.tax_codes().table()).code(code.id), Some(&code));
        }
        assert_eq!(read_of(store, OTHER, |tx| tx.tax_codes().list()), []);
    });
}

#[test]
fn every_field_of_a_group_comes_back_and_its_codes_keep_their_order() {
    for_each_books(|store| {
        write(store, |tx| (1..=5).try_for_each(|number| tx.tax_codes().insert(&tax_code(number, 500))));
        let group = TaxGroup {
            external_id: Some(AWKWARD.to_owned()),
            name: AWKWARD.to_owned(),
            is_active: false,
            metadata: Metadata([("a".to_owned(), AWKWARD.to_owned())].into()),
            updated_at: NOW + Duration::MICROSECOND,
            version: i64::MAX,
            ..tax_group(9, &[3, 1, 5, 2, 4])
        };
        for group in [group.clone(), tax_group(10, &[2]), TaxGroup { version: 2, ..tax_group(9, &[4, 3]) }] {
            write(store, |tx| match tx.tax_codes().find_group(group.id)? {
                None => tx.tax_codes().insert_group(&group),
                Some(_) => tx.tax_codes().update_group(&group),
            });
            assert_eq!(read(store, |tx| tx.tax_codes().find_group(group.id)), Some(group.clone()));
        }
        let groups = read(store, |tx| tx.tax_codes().list_groups());
        assert_eq!(groups.iter().map(|group| group.code.as_str()).collect::<Vec<_>>(), ["G10", "G9"]);
        assert_eq!(read_of(store, OTHER, |tx| tx.tax_codes().list_groups()), []);
    });
}

#[test]
fn codes_are_listed_by_their_bytes() {
    for_each_books(|store| {
        let codes = ["z", "B", "é", "a", "É", "10", "1 0", "1.0", "A", "ß"];
        for (code, number) in codes.into_iter().zip(1..) {
            write(store, |tx| {
                tx.tax_codes().insert(&TaxCode { code: code.to_owned(), ..tax_code(number, 0) })
            });
        }
        let mut expected = codes.map(str::to_owned);
        expected.sort();
        let listed = read(store, |tx| tx.tax_codes().list());
        assert_eq!(listed.into_iter().map(|code| code.code).collect::<Vec<_>>(), expected);
    });
}

#[test]
fn codes_ids_and_external_ids_are_taken_once() {
    for_each_books(|store| {
        let first = TaxCode { external_id: Some("x".to_owned()), ..tax_code(1, 0) };
        let second = tax_code(2, 0);
        let group = TaxGroup { external_id: Some("x".to_owned()), ..tax_group(1, &[1]) };
        write(store, |tx| {
            tx.tax_codes().insert(&first)?;
            tx.tax_codes().insert(&second)?;
            tx.tax_codes().insert_group(&group)?;
            tx.tax_codes().insert_group(&tax_group(2, &[1, 2]))
        });
        let third = |change: fn(&mut TaxCode)| {
            let mut code = tax_code(3, 0);
            change(&mut code);
            code
        };
        for code in [
            third(|code| code.id = id(1)),
            third(|code| code.code = "T1".to_owned()),
            third(|code| code.external_id = Some("x".to_owned())),
        ] {
            duplicate(store, |tx| tx.tax_codes().insert(&code));
        }
        duplicate(store, |tx| tx.tax_codes().update(&TaxCode { code: "T1".to_owned(), ..second.clone() }));
        duplicate(store, |tx| {
            tx.tax_codes().update_group(&TaxGroup { code: "G1".to_owned(), ..tax_group(2, &[1]) })
        });
        duplicate(store, |tx| {
            tx.tax_codes().insert_group(&TaxGroup { external_id: Some("x".to_owned()), ..tax_group(3, &[1]) })
        });
        duplicate(store, |tx| tx.tax_codes().insert_group(&tax_group(3, &[1, 1])));
        assert_eq!(read(store, |tx| tx.tax_codes().find(second.id)), Some(second.clone()));
        assert_eq!(read(store, |tx| tx.tax_codes().find_group(id(2))), Some(tax_group(2, &[1, 2])));
        // Their own values stay theirs, and what is not there does not change.
        write(store, |tx| {
            tx.tax_codes().update(&TaxCode { name: "New".to_owned(), ..first.clone() })?;
            tx.tax_codes().update_group(&TaxGroup { name: "New".to_owned(), ..group.clone() })?;
            tx.tax_codes().update(&tax_code(404, 0))?;
            tx.tax_codes().update_group(&tax_group(404, &[1]))
        });
        assert_eq!(read(store, |tx| tx.tax_codes().list()).len(), 2);
        assert_eq!(read(store, |tx| tx.tax_codes().list_groups()).len(), 2);
    });
}

#[test]
fn accounts_and_codes_that_are_named_exist() {
    for_each_books(|store| {
        let nowhere = TaxCode { account_id: Some(id(404)), ..tax_code(1, 0) };
        let half = TaxCode { self_assess_account_id: Some(id(404)), ..tax_code(1, 0) };
        write(store, |tx| tx.tax_codes().insert(&tax_code(2, 0)));
        let other_half = TaxCode { input_account_id: Some(id(404)), ..tax_code(1, 0) };
        for code in [nowhere, half, other_half] {
            assert!(try_write(store, |tx| tx.tax_codes().insert(&code)).is_err());
            assert!(
                try_write(store, |tx| tx.tax_codes().update(&TaxCode { id: id(2), ..code.clone() })).is_err()
            );
        }
        assert!(try_write(store, |tx| tx.tax_codes().insert_group(&tax_group(1, &[404]))).is_err());
        assert_eq!(read(store, |tx| tx.tax_codes().find(id(1))), None);
        assert_eq!(read(store, |tx| tx.tax_codes().list_groups()), []);
    });
}

#[test]
fn the_table_is_as_new_as_the_transaction() {
    for_each_books(|store| {
        let till: Account = account("2210", "VAT", AccountType::TaxPayable);
        assert_eq!(*read(store, |tx| tx.tax_codes().table()), TaxTable::default());
        write(store, |tx| {
            tx.accounts().insert(&till)?;
            assert_eq!(*tx.tax_codes().table()?, TaxTable::default());
            tx.tax_codes().insert(&TaxCode { account_id: Some(till.id), ..tax_code(1, 1_900) })?;
            tx.tax_codes().insert_group(&tax_group(1, &[1]))?;
            assert_eq!(tx.tax_codes().table()?.codes().len(), 1, "a unit sees what it wrote");
            Ok(())
        });
        let kept = read(store, |tx| tx.tax_codes().table());
        assert_eq!((kept.codes().len(), kept.groups().len()), (1, 1));
        let undone = try_write(store, |tx| {
            tx.tax_codes().update(&tax_code(1, 700))?;
            tx.tax_codes().insert(&tax_code(2, 700))?;
            tx.tax_codes().update_group(&tax_group(1, &[2]))?;
            assert_eq!(tx.tax_codes().table()?.codes().len(), 2);
            Err::<(), _>(StoreError::Full)
        });
        assert!(undone.is_err());
        assert_eq!(read(store, |tx| tx.tax_codes().table()), kept);
        write(store, |tx| {
            assert_eq!(tx.tax_codes().table()?, kept);
            tx.tax_codes().update(&tax_code(1, 700))
        });
        assert_eq!(read(store, |tx| tx.tax_codes().table()).code(id(1)), Some(&tax_code(1, 700)));
    });
}
