//! Lists of contacts: pages, and what may be asked for.

use super::{full, names};
use partita_application::ports::ContactFilter;
use partita_domain::contact::{Contact, ContactType};
use partita_tests::fixtures::{contact, id};
use partita_tests::stores::{for_each_books, read, write};

#[test]
fn contacts_are_ordered_by_the_bytes_of_their_names_in_lower_case() {
    for_each_books(|store| {
        let awkward = [
            "Zeta", "zebra", "Éclair", "eclairs", "a b", "A-b2", "a_b3", "B", "书", "Ärzte", "äpfel", "!",
            "1",
        ];
        for (i, name) in awkward.into_iter().enumerate() {
            let number = u128::try_from(awkward.len() - i).unwrap();
            write(store, |tx| tx.contacts().insert(&contact(number, name)));
        }
        let mut expected: Vec<String> = awkward.map(str::to_owned).into();
        expected.sort_by_key(|name| name.to_lowercase());
        let all = ContactFilter::default();
        read(store, |tx| {
            let contacts = tx.contacts();
            assert_eq!(names(&contacts.list(&all, None, 0, 100)?), expected);
            let mut paged: Vec<Contact> = Vec::new();
            loop {
                let after = paged.last().map(|contact| (contact.sort_name(), contact.id));
                let after = after.as_ref().map(|(name, id)| (name.as_str(), *id));
                let page = contacts.list(&all, after, 0, 4)?;
                if page.is_empty() {
                    break;
                }
                paged.extend(page);
            }
            assert_eq!(names(&paged), expected);
            assert_eq!(names(&contacts.list(&all, None, 2, 3)?), expected[2..5]);
            assert_eq!(names(&contacts.list(&all, Some(("a b", id(0))), 1, 2)?), expected[3..5]);
            assert!(contacts.list(&all, None, 13, 5)?.is_empty());
            assert!(contacts.list(&all, None, 0, 0)?.is_empty());
            Ok(())
        });
    });
}

#[test]
fn filters_hold_one_by_one_and_together() {
    for_each_books(|store| {
        let acme = Contact { external_id: Some("c-1".to_owned()), ..contact(1, "Acme") };
        let brick = Contact {
            contact_type: vec![ContactType::Vendor, ContactType::Other],
            email: Some("Bills@Brick.example".to_owned()),
            is_active: false,
            ..contact(2, "Brick & Co")
        };
        let crew =
            Contact { contact_type: vec![ContactType::Employee, ContactType::Vendor], ..contact(3, "Crew") };
        for contact in [&acme, &brick, &crew] {
            write(store, |tx| tx.contacts().insert(contact));
        }
        let found = |filter: ContactFilter| {
            read(store, |tx| {
                let found = tx.contacts().list(&filter, None, 0, 100)?;
                assert_eq!(tx.contacts().count(&filter)?, i64::try_from(found.len()).unwrap(), "{filter:?}");
                Ok(names(&found))
            })
        };
        let all = ContactFilter::default;
        let some = |text: &str| Some(text.to_owned());
        let of = |kind| ContactFilter { contact_type: Some(kind), ..all() };
        assert_eq!(found(all()).len(), 3);
        assert_eq!(found(of(ContactType::Customer)), ["Acme"]);
        assert_eq!(found(of(ContactType::Vendor)), ["Brick & Co", "Crew"]);
        assert_eq!(found(of(ContactType::Employee)), ["Crew"]);
        assert_eq!(found(of(ContactType::Other)), ["Brick & Co"]);
        assert_eq!(found(ContactFilter { display_name: some("Acme"), ..all() }), ["Acme"]);
        assert_eq!(found(ContactFilter { display_name: some("acme"), ..all() }), [""; 0]);
        assert_eq!(found(ContactFilter { email: some("bills@BRICK.example"), ..all() }), ["Brick & Co"]);
        assert_eq!(found(ContactFilter { email: some("bills@brick"), ..all() }), [""; 0]);
        assert_eq!(found(ContactFilter { is_active: Some(false), ..all() }), ["Brick & Co"]);
        assert_eq!(found(ContactFilter { is_active: Some(true), ..all() }), ["Acme", "Crew"]);
        assert_eq!(found(ContactFilter { external_id: some("c-1"), ..all() }), ["Acme"]);
        assert_eq!(found(ContactFilter { external_id: some("c"), ..all() }), [""; 0]);
        let both = ContactFilter {
            contact_type: Some(ContactType::Vendor),
            display_name: some("Brick & Co"),
            email: some("bills@brick.example"),
            is_active: Some(false),
            q: some("BRICK"),
            ..all()
        };
        assert_eq!(found(both.clone()), ["Brick & Co"]);
        assert_eq!(found(ContactFilter { contact_type: Some(ContactType::Customer), ..both }), [""; 0]);
    });
}

#[test]
fn text_is_searched_as_it_is_typed_but_for_ascii_case() {
    for_each_books(|store| {
        let company_name = Some("Coins, 100% 'small_change' \\ ÄRGER".to_owned());
        write(store, |tx| {
            tx.contacts().insert(&Contact { company_name: company_name.clone(), ..full() })?;
            tx.contacts().insert(&contact(1, "Plain"))
        });
        let found = |q: &str| {
            let filter = ContactFilter { q: Some(q.to_owned()), ..ContactFilter::default() };
            read(store, |tx| Ok(tx.contacts().list(&filter, None, 0, 100)?.iter().any(|c| c.id == full().id)))
        };
        for q in
            ["zoë", "ZOë", "coins", "100%", "L_C", "\\ ", "ÄRGER", "zoe@example", "de1234", "'x'; --", "😀"]
        {
            assert!(found(q), "{q}");
        }
        for q in ["co_ns", "10%0", "ärger", "123-45", "123456789-", "+49", "Hamburg", "plain"] {
            assert!(!found(q), "{q}");
        }
    });
}
