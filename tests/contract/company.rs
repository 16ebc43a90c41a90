//! The company's profile.

use partita_application::ports::LedgerHead;
use partita_domain::company::Company;
use partita_domain::fiscal_calendar::FiscalCalendar;
use partita_tests::fixtures::{COMPANY, NOW, OTHER, company, full_company};
use partita_tests::stores::{duplicate, for_each_store, read, read_of, try_write, write};
use time::Duration;

#[test]
fn a_company_is_founded_with_an_empty_ledger_head() {
    for_each_store(|store| {
        assert_eq!(read(store, |tx| tx.companies().find()), None);
        let company = full_company(COMPANY);
        write(store, |tx| {
            tx.companies().insert(&company)?;
            assert_eq!(tx.companies().find()?, Some(company.clone()));
            assert_eq!(tx.ledger_heads().get()?, LedgerHead::EMPTY);
            Ok(())
        });
        assert_eq!(read(store, |tx| tx.companies().find()), Some(company));
        assert_eq!(read(store, |tx| tx.ledger_heads().get()), LedgerHead::EMPTY);
        assert_eq!(read_of(store, OTHER, |tx| tx.companies().find()), None);
    });
}

#[test]
fn an_update_replaces_every_field() {
    for_each_store(|store| {
        write(store, |tx| tx.companies().insert(&company(COMPANY)));
        assert_eq!(read(store, |tx| tx.companies().find()), Some(company(COMPANY)));
        let more = Company {
            created_at: NOW,
            base_currency: company(COMPANY).base_currency,
            ..full_company(COMPANY)
        };
        write(store, |tx| tx.companies().update(&more));
        assert_eq!(read(store, |tx| tx.companies().find()), Some(more));
        let less = Company {
            fiscal_calendar: FiscalCalendar::starting_in(12).unwrap(),
            updated_at: NOW + Duration::days(1),
            version: i64::MAX,
            ..company(COMPANY)
        };
        write(store, |tx| tx.companies().update(&less));
        assert_eq!(read(store, |tx| tx.companies().find()), Some(less));
    });
}

#[test]
fn a_company_is_founded_once_and_by_its_own_unit() {
    for_each_store(|store| {
        write(store, |tx| tx.companies().insert(&company(COMPANY)));
        duplicate(store, |tx| tx.companies().insert(&full_company(COMPANY)));
        assert_eq!(read(store, |tx| tx.companies().find()), Some(company(COMPANY)));
        assert!(try_write(store, |tx| tx.companies().insert(&company(OTHER))).is_err());
        assert_eq!(read_of(store, OTHER, |tx| tx.companies().find()), None);
    });
}
