//! Contacts.

use partita_application::ports::{ContactFilter, StoreError};
use partita_domain::company::Address;
use partita_domain::contact::{Contact, ContactKey, ContactType, TaxId, TaxIdType};
use partita_domain::id::ContactId;
use partita_domain::metadata::Metadata;
use partita_tests::fixtures::{AWKWARD, NOW, OTHER, account_id, contact, currency, id};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, try_write, write};
use time::Duration;

mod filter;
mod sealed;

fn full() -> Contact {
    let some = |text: &str| Some(text.to_owned());
    let address = |city: &str| Address {
        line1: some("Kai 5"),
        line2: some(AWKWARD),
        city: some(city),
        region: some("HH"),
        postal_code: some("20457"),
        country: some("DE"),
    };
    Contact {
        external_id: Some(format!("crm:{AWKWARD}")),
        contact_type: vec![
            ContactType::Vendor,
            ContactType::Customer,
            ContactType::Employee,
            ContactType::Other,
        ],
        company_name: some(AWKWARD),
        first_name: some("Zoë"),
        last_name: some("O'Neill"),
        email: some("Zoe@Example.org"),
        phone: some("+49 40 1"),
        mobile: some("+49 170 1"),
        website: some("https://example.org/?q=%_"),
        tax_id: Some(TaxId::new("123-45-6789")),
        tax_id_type: Some(TaxIdType::Ssn),
        is_1099_eligible: true,
        vat_id: some("DE123456789"),
        iban: some("DE44500105175407324931"),
        bic: some("INGDDEFFXXX"),
        billing_address: address("Hamburg"),
        shipping_address: address("Bremen"),
        payment_terms_days: Some(30),
        default_account_id: Some(account_id("4000")),
        default_tax_code_id: Some(id(77)),
        currency_code: Some(currency("JPY")),
        credit_limit: Some(i64::MAX),
        notes: Some(AWKWARD.repeat(50)),
        is_active: false,
        metadata: Metadata([("größe".to_owned(), AWKWARD.to_owned())].into()),
        created_at: NOW,
        updated_at: NOW + Duration::microseconds(999_999),
        version: i64::MAX,
        ..contact(10, AWKWARD)
    }
}

fn names(contacts: &[Contact]) -> Vec<String> {
    contacts.iter().map(|contact| contact.display_name.clone()).collect()
}

#[test]
fn every_field_comes_back() {
    for_each_books(|store| {
        for contact in [full(), contact(11, "Plain")] {
            write(store, |tx| tx.contacts().insert(&contact));
            assert_eq!(read(store, |tx| tx.contacts().find(contact.id)), Some(contact));
        }
        assert_eq!(read(store, |tx| tx.contacts().find(id(404))), None);
    });
}

#[test]
fn one_is_found_by_what_is_its_own_as_it_is_now() {
    for_each_books(|store| {
        write(store, |tx| tx.contacts().insert(&full()));
        let after = Contact {
            external_id: Some("b".to_owned()),
            display_name: "Second Name Ltd".to_owned(),
            contact_type: vec![ContactType::Other],
            tax_id: Some(TaxId::new("98-7654321")),
            vat_id: Some("ATU12345678".to_owned()),
            default_account_id: None,
            ..full()
        };
        write(store, |tx| {
            tx.contacts().update(&after)?;
            assert_eq!(tx.contacts().find(after.id)?, Some(after.clone()), "a unit sees what it wrote");
            Ok(())
        });
        read(store, |tx| {
            let (contacts, found) = (tx.contacts(), Some(after.id));
            assert_eq!(contacts.find(after.id)?, Some(after.clone()));
            assert_eq!(contacts.find_by_external_id("b")?, Some(after.clone()));
            assert_eq!(contacts.find_by_external_id(&format!("crm:{AWKWARD}"))?, None);
            assert_eq!(contacts.find_by_matching_key("secondname")?, found);
            assert_eq!(contacts.find_by_matching_key(&full().matching_key())?, None);
            assert_eq!(contacts.find_by_tax_id("98-7654321")?, found);
            assert_eq!(contacts.find_by_tax_id("98 765 4321")?, found, "however it is written");
            assert_eq!(contacts.find_by_tax_id("123-45-6789")?, None);
            assert_eq!(contacts.find_by_vat_id("ATU12345678")?, found);
            assert_eq!(contacts.find_by_vat_id("DE123456789")?, None);
            Ok(())
        });
        let nobody = read_of(store, OTHER, |tx| {
            let contacts = tx.contacts();
            Ok((
                contacts.find(after.id)?,
                contacts.find_by_external_id("b")?,
                contacts.find_by_matching_key("secondname")?,
                contacts.find_by_tax_id("98-7654321")?,
                contacts.find_by_vat_id("ATU12345678")?,
                contacts.find_all(&[after.id])?.len(),
                contacts.count(&ContactFilter::default())?,
            ))
        });
        assert_eq!(nobody, (None, None, None, None, None, 0, 0));
        let cleared = Contact { external_id: None, tax_id: None, vat_id: None, ..after };
        write(store, |tx| tx.contacts().update(&cleared));
        // The values that were given up may be used again.
        let heir = Contact { id: id(12), default_account_id: Some(account_id("6000")), ..full() };
        write(store, |tx| tx.contacts().insert(&heir));
        assert_eq!(read(store, |tx| tx.contacts().find(cleared.id)), Some(cleared));
    });
}

#[test]
fn one_that_is_not_there_stays_so_when_it_is_changed() {
    for_each_books(|store| {
        write(store, |tx| tx.contacts().update(&contact(1, "Nobody")));
        assert_eq!(read(store, |tx| tx.contacts().count(&ContactFilter::default())), 0);
    });
}

#[test]
fn ids_names_and_numbers_are_unique() {
    for_each_books(|store| {
        let first = full();
        let second = contact(20, "Second");
        write(store, |tx| {
            tx.contacts().insert(&first)?;
            tx.contacts().insert(&second)
        });
        let twins = [
            Contact { display_name: first.display_name.to_uppercase(), ..contact(21, "") },
            Contact { external_id: first.external_id.clone(), ..contact(21, "Third") },
            Contact { tax_id: Some(TaxId::new("123456789")), ..contact(21, "Third") },
            Contact { vat_id: first.vat_id.clone(), ..contact(21, "Third") },
        ];
        for twin in twins {
            duplicate(store, |tx| tx.contacts().insert(&twin));
            duplicate(store, |tx| tx.contacts().update(&Contact { id: second.id, ..twin.clone() }));
        }
        duplicate(store, |tx| tx.contacts().insert(&contact(10, "Third")));
        assert_eq!(read(store, |tx| tx.contacts().find(second.id)), Some(second));
        assert_eq!(read(store, |tx| tx.contacts().count(&ContactFilter::default())), 2);
    });
}

#[test]
fn a_default_account_has_to_exist() {
    for_each_books(|store| {
        let lost = Contact { default_account_id: Some(id(404)), ..contact(1, "Lost") };
        assert!(try_write(store, |tx| tx.contacts().insert(&lost)).is_err());
        assert_eq!(read(store, |tx| tx.contacts().find(lost.id)), None);
    });
}

#[test]
fn what_a_failed_unit_wrote_is_forgotten() {
    for_each_books(|store| {
        let kept = contact(1, "Kept");
        write(store, |tx| tx.contacts().insert(&kept));
        let undone = try_write(store, |tx| {
            tx.contacts().insert(&full())?;
            tx.contacts().update(&Contact { display_name: "Undone".to_owned(), ..kept.clone() })?;
            Err::<(), _>(StoreError::Full)
        });
        assert!(undone.is_err());
        read(store, |tx| {
            assert_eq!(tx.contacts().find(kept.id)?, Some(kept.clone()));
            assert_eq!(tx.contacts().find_by_tax_id("123-45-6789")?, None);
            assert_eq!(tx.contacts().find_by_matching_key("undone")?, None);
            assert_eq!(names(&tx.contacts().list(&ContactFilter::default(), None, 0, 9)?), ["Kept"]);
            Ok(())
        });
    });
}

#[test]
fn many_are_made_at_once_and_all_or_none() {
    for_each_books(|store| {
        let third = contact(3, "Third");
        write(store, |tx| tx.contacts().insert_all(&[full(), contact(2, "Second"), third.clone()]));
        read(store, |tx| {
            assert_eq!(tx.contacts().find(full().id)?, Some(full()));
            assert_eq!(tx.contacts().find(third.id)?, Some(third.clone()));
            Ok(())
        });
        duplicate(store, |tx| tx.contacts().insert_all(&[contact(4, "Fourth"), contact(5, "THIRD")]));
        duplicate(store, |tx| tx.contacts().insert_all(&[contact(4, "Fourth"), contact(5, "fourth")]));
        assert_eq!(read(store, |tx| tx.contacts().count(&ContactFilter::default())), 3);
        write(store, |tx| tx.contacts().insert_all(&[]));
    });
}

#[test]
fn the_owners_of_many_values_are_found_at_once() {
    for_each_books(|store| {
        let other = Contact {
            tax_id: Some(TaxId::new("98-7654321")),
            vat_id: Some("ATU12345678".to_owned()),
            external_id: Some("b".to_owned()),
            ..contact(1, "Other")
        };
        write(store, |tx| tx.contacts().insert_all(&[full(), other.clone()]));
        let crm = format!("crm:{AWKWARD}");
        let name = full().matching_key();
        let many: Vec<String> = (0..40_000_u32).map(|number| format!("x{number}")).collect();
        let many = || many.iter().map(String::as_str);
        let cases = [
            (ContactKey::ExternalId, crm.as_str(), "b"),
            (ContactKey::Name, name.as_str(), "other"),
            (ContactKey::TaxId, "123456789", "987654321"),
            (ContactKey::VatId, "DE123456789", "ATU12345678"),
        ];
        for (key, one, two) in cases {
            let values: Vec<&str> = many().chain([two, one, one]).collect();
            let mut found = read(store, |tx| tx.contacts().owners(key, &values));
            found.sort();
            let mut expected = vec![(one.to_owned(), full().id), (two.to_owned(), other.id)];
            expected.sort();
            assert_eq!(found, expected, "{key:?}");
            assert!(read(store, |tx| tx.contacts().owners(key, &[])).is_empty());
            assert!(read_of(store, OTHER, |tx| tx.contacts().owners(key, &[one])).is_empty());
        }
    });
}

#[test]
fn many_are_found_at_once() {
    for_each_books(|store| {
        for number in 1..=3 {
            write(store, |tx| tx.contacts().insert(&contact(number, &format!("Contact {number}"))));
        }
        // More ids than a statement takes parameters, some of them twice.
        let mut ids: Vec<ContactId> = (2..40_000).map(id).collect();
        ids.push(id(2));
        let mut found = read(store, |tx| tx.contacts().find_all(&ids));
        found.sort_by_key(|contact| contact.id);
        assert_eq!(names(&found), ["Contact 2", "Contact 3"]);
        assert!(read(store, |tx| tx.contacts().find_all(&[])).is_empty());
    });
}
