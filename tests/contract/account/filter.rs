//! Lists of accounts: pages, and what may be asked for.

use super::numbers;
use partita_application::ports::AccountFilter;
use partita_domain::account::{Account, AccountType, Category};
use partita_tests::fixtures::{account, account_id};
use partita_tests::stores::{for_each_books, read, write};

#[test]
fn pages_have_offset_and_limit() {
    for_each_books(|store| {
        let all = AccountFilter::default();
        read(store, |tx| {
            let mut page = |after, offset, limit| {
                tx.accounts().list(&all, after, offset, limit).map(|page| numbers(&page)).unwrap()
            };
            assert_eq!(page(None, 0, 2), ["1000", "1100"]);
            assert_eq!(page(None, 7, 5), ["6000", "9990"]);
            assert_eq!(page(None, 9, 5), [""; 0]);
            assert_eq!(page(None, 0, 0), [""; 0]);
            assert_eq!(page(Some("2000"), 0, 2), ["2200", "3000"]);
            assert_eq!(page(Some("2000"), 1, 2), ["3000", "3900"]);
            assert_eq!(page(Some("2001"), 0, 1), ["2200"]);
            assert_eq!(page(Some("9990"), 0, 2), [""; 0]);
            Ok(())
        });
    });
}

#[test]
fn filters_hold_one_by_one_and_together() {
    for_each_books(|store| {
        let child = Account {
            parent_id: Some(account_id("1000")),
            is_active: false,
            external_id: Some("till-1".to_owned()),
            description: Some("Coins, 100% 'small_change' \\ ÄRGER".to_owned()),
            ..account("1010", "Till [Front]", AccountType::Bank)
        };
        let twin = Account {
            parent_id: Some(account_id("1000")),
            ..account("1020", "Goods", AccountType::Inventory)
        };
        write(store, |tx| {
            tx.accounts().insert(&child)?;
            tx.accounts().insert(&twin)
        });
        let found = |filter: AccountFilter| {
            read(store, |tx| {
                let found = tx.accounts().list(&filter, None, 0, 100)?;
                assert_eq!(tx.accounts().count(&filter)?, i64::try_from(found.len()).unwrap(), "{filter:?}");
                Ok(numbers(&found))
            })
        };
        let all = AccountFilter::default;
        assert_eq!(found(all()).len(), 11);
        assert_eq!(found(AccountFilter { account_type: Some(AccountType::Bank), ..all() }), ["1000", "1010"]);
        assert_eq!(found(AccountFilter { account_type: Some(AccountType::CreditCard), ..all() }), [""; 0]);
        assert_eq!(
            found(AccountFilter { category: Some(Category::Asset), ..all() }),
            ["1000", "1010", "1020", "1100"]
        );
        assert_eq!(found(AccountFilter { category: Some(Category::Equity), ..all() }), ["3000", "3900"]);
        assert_eq!(found(AccountFilter { parent_id: Some(account_id("1000")), ..all() }), ["1010", "1020"]);
        assert_eq!(found(AccountFilter { is_active: Some(false), ..all() }), ["1010"]);
        assert_eq!(found(AccountFilter { is_active: Some(true), ..all() }).len(), 10);
        assert_eq!(found(AccountFilter { external_id: Some("till-1".to_owned()), ..all() }), ["1010"]);
        assert_eq!(found(AccountFilter { external_id: Some("till".to_owned()), ..all() }), [""; 0]);
        assert_eq!(found(AccountFilter { number: Some("1020".to_owned()), ..all() }), ["1020"]);
        assert_eq!(found(AccountFilter { number: Some("102".to_owned()), ..all() }), [""; 0]);

        let both = AccountFilter {
            parent_id: Some(account_id("1000")),
            category: Some(Category::Asset),
            account_type: Some(AccountType::Inventory),
            is_active: Some(true),
            number: Some("1020".to_owned()),
            q: Some("GOOD".to_owned()),
            ..all()
        };
        assert_eq!(found(both.clone()), ["1020"]);
        assert_eq!(found(AccountFilter { is_active: Some(false), ..both }), [""; 0]);
        assert_eq!(
            found(AccountFilter {
                account_type: Some(AccountType::Bank),
                category: Some(Category::Expense),
                ..all()
            }),
            [""; 0]
        );
    });
}

#[test]
fn text_is_searched_as_it_is_typed_but_for_ascii_case() {
    for_each_books(|store| {
        let till = Account {
            description: Some("Coins, 100% 'small_change' \\ ÄRGER".to_owned()),
            ..account("1010", "Till [Front]", AccountType::Bank)
        };
        write(store, |tx| tx.accounts().insert(&till));
        let found = |q: &str| {
            let filter = AccountFilter { q: Some(q.to_owned()), ..AccountFilter::default() };
            read(store, |tx| {
                let found = tx.accounts().list(&filter, None, 0, 100)?;
                assert_eq!(tx.accounts().count(&filter)?, i64::try_from(found.len()).unwrap(), "{q}");
                Ok(numbers(&found))
            })
        };
        for q in ["till", "TILL", "101", "[front]", "coins", "100%", "L_C", "'SMALL", "\\ ", "ÄRGER", "Ärger"]
        {
            assert_eq!(found(q), ["1010"], "{q}");
        }
        for q in ["t_ll", "%", "_", "\\"] {
            assert!(found(q).len() <= 1, "{q} is no wildcard");
        }
        assert_eq!(found("10%0"), [""; 0]);
        assert_eq!(found("ärger"), [""; 0], "upper and lower case differ outside ASCII");
        assert_eq!(found("RECEIVABLE"), ["1100"]);
        assert_eq!(found("nothing like it"), [""; 0]);
        assert_eq!(found("").len(), 10);
    });
}
