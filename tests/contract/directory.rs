//! Installation-wide look-ups.

use partita_domain::api_key::ApiKey;
use partita_domain::company::Company;
use partita_domain::hash::Hash;
use partita_domain::id::CompanyId;
use partita_domain::user::User;
use partita_tests::fixtures::{
    COMPANY, NOW, OTHER, api_key, company, full_company, id, pairing, session, user,
};
use partita_tests::stores::{for_each_books, for_each_store, read_of, write};
use time::Duration;

#[test]
fn an_empty_installation_has_nothing() {
    for_each_store(|store| {
        read_of(store, CompanyId::INSTALLATION, |tx| {
            assert_eq!(tx.directory().companies()?, []);
            assert_eq!(tx.directory().company_of_key(Hash::GENESIS)?, None);
            assert_eq!(tx.directory().company_of_session(Hash::GENESIS)?, None);
            assert_eq!(tx.directory().company_of_pairing(Hash::GENESIS)?, None);
            assert_eq!(tx.directory().companies_of_username("ada")?, []);
            Ok(())
        });
    });
}

#[test]
fn companies_are_listed_oldest_first() {
    for_each_store(|store| {
        let aged = |number: u128, seconds| Company {
            created_at: NOW + Duration::seconds(seconds),
            ..full_company(id(number))
        };
        let companies = [aged(9, -5), aged(2, 0), aged(3, 0), aged(1, 7)];
        for company in companies.iter().rev() {
            store.write(company.id, |tx| Ok(tx.companies().insert(company)?)).unwrap();
        }
        for from in [CompanyId::INSTALLATION, id(2), id(404)] {
            assert_eq!(read_of(store, from, |tx| tx.directory().companies()), companies);
        }
        let renamed = Company { name: "Renamed".to_owned(), ..companies[1].clone() };
        store.write(renamed.id, |tx| Ok(tx.companies().update(&renamed)?)).unwrap();
        assert_eq!(read_of(store, CompanyId::INSTALLATION, |tx| tx.directory().companies())[1], renamed);
    });
}

#[test]
fn credentials_lead_to_their_company() {
    for_each_books(|store| {
        let (ada, key) = (user(1, "ada"), api_key(1));
        write(store, |tx| {
            tx.users().insert(&ada)?;
            tx.api_keys().insert(&key)?;
            tx.sessions().insert(&session(1, &ada))?;
            tx.pairings().insert(&pairing(1, &key))
        });
        let (eve, other_key) = (user(1, "eve"), api_key(2));
        store
            .write(OTHER, |tx| {
                tx.users().insert(&eve)?;
                tx.api_keys().insert(&ApiKey { revoked_at: Some(NOW), id: key.id, ..other_key.clone() })?;
                tx.sessions().insert(&session(2, &eve))?;
                tx.pairings().insert(&pairing(2, &key))?;
                Ok(())
            })
            .unwrap();
        for from in [CompanyId::INSTALLATION, COMPANY, OTHER] {
            read_of(store, from, |tx| {
                let directory = tx.directory();
                assert_eq!(directory.company_of_key(key.key_hash)?, Some(COMPANY));
                assert_eq!(directory.company_of_key(other_key.key_hash)?, Some(OTHER), "revoked ones too");
                assert_eq!(directory.company_of_key(Hash::GENESIS)?, None);
                assert_eq!(directory.company_of_session(session(1, &ada).token_hash)?, Some(COMPANY));
                assert_eq!(directory.company_of_session(session(2, &eve).token_hash)?, Some(OTHER));
                assert_eq!(directory.company_of_session(key.key_hash)?, None);
                assert_eq!(directory.company_of_pairing(pairing(1, &key).code_hash)?, Some(COMPANY));
                assert_eq!(directory.company_of_pairing(pairing(2, &key).code_hash)?, Some(OTHER));
                assert_eq!(directory.company_of_pairing(key.key_hash)?, None);
                Ok(())
            });
        }
        // A digest that was replaced leads nowhere.
        write(store, |tx| tx.api_keys().update(&ApiKey { key_hash: Hash::of(b"new"), ..key.clone() }));
        read_of(store, CompanyId::INSTALLATION, |tx| {
            assert_eq!(tx.directory().company_of_key(key.key_hash)?, None);
            assert_eq!(tx.directory().company_of_key(Hash::of(b"new"))?, Some(COMPANY));
            Ok(())
        });
    });
}

#[test]
fn a_user_name_leads_to_all_its_companies_oldest_first() {
    for_each_store(|store| {
        for (number, seconds) in [(1, 3), (2, 1), (3, 2)] {
            let company = Company { created_at: NOW + Duration::seconds(seconds), ..company(id(number)) };
            store
                .write(company.id, |tx| {
                    tx.companies().insert(&company)?;
                    tx.users().insert(&user(1, "ada"))?;
                    tx.users().insert(&user(2, &format!("only-{number}")))?;
                    Ok(())
                })
                .unwrap();
        }
        let companies_of = |username: &str| {
            read_of(store, CompanyId::INSTALLATION, |tx| tx.directory().companies_of_username(username))
        };
        assert_eq!(companies_of("ada"), [id(2), id(3), id(1)]);
        assert_eq!(companies_of("only-3"), [id(3)]);
        assert_eq!(companies_of("nobody"), []);
        let renamed = User { username: "grace".to_owned(), is_active: false, ..user(1, "ada") };
        store.write(id(3), |tx| Ok(tx.users().update(&renamed)?)).unwrap();
        assert_eq!(companies_of("ada"), [id(2), id(1)]);
        assert_eq!(companies_of("grace"), [id(3)], "inactive ones too");
    });
}

#[test]
fn a_failed_unit_publishes_nothing() {
    for_each_books(|store| {
        let failed = store.write(COMPANY, |tx| {
            tx.users().insert(&user(1, "ada"))?;
            tx.api_keys().insert(&api_key(1))?;
            Err::<(), _>(partita_application::Error::DryRun)
        });
        assert!(failed.is_err());
        read_of(store, CompanyId::INSTALLATION, |tx| {
            assert_eq!(tx.directory().company_of_key(api_key(1).key_hash)?, None);
            assert_eq!(tx.directory().companies_of_username("ada")?, []);
            Ok(())
        });
    });
}
