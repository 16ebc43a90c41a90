//! Contacts.

use crate::tx::{MemoryTx, contains, count};
use crate::undo_map::{Undo, UndoMap};
use partita_application::ports::{ContactFilter, Contacts, Stored};
use partita_domain::contact::{Contact, ContactKey, TaxId};
use partita_domain::id::ContactId;
use std::collections::BTreeSet;
use std::ops::Bound;

/// The contacts with their unique values.
#[derive(Default)]
pub(crate) struct AddressBook {
    by_id: UndoMap<ContactId, Contact>,
    by_name: UndoMap<(String, ContactId), ()>,
    by_key: UndoMap<(ContactKey, String), ContactId>,
}

impl AddressBook {
    fn check(&self, contact: &Contact) -> Stored<()> {
        contact.keys().iter().try_for_each(|key| self.by_key.check_free(Some(key), &contact.id))
    }

    fn put(&mut self, contact: &Contact) {
        let id = contact.id;
        let old = self.by_id.get(&id).cloned();
        let old_name = old.as_ref().map(|old| (old.sort_name(), id));
        self.by_name.rekey(old_name.as_ref(), Some(&(contact.sort_name(), id)), ());
        for key in old.iter().flat_map(Contact::keys) {
            self.by_key.take_out(&key);
        }
        for key in contact.keys() {
            self.by_key.put(key, id);
        }
        self.by_id.put(id, contact.clone());
    }

    fn owner(&self, key: ContactKey, value: &str) -> Option<ContactId> {
        self.by_key.get(&(key, value.to_owned())).copied()
    }

    fn in_order_after(&self, after: Option<(&str, ContactId)>) -> impl Iterator<Item = &Contact> {
        let after = after.map_or(Bound::Unbounded, |(name, id)| Bound::Excluded((name.to_owned(), id)));
        self.by_name.range((after, Bound::Unbounded)).filter_map(|((_, id), ())| self.by_id.get(id))
    }
}

impl Undo for AddressBook {
    fn commit(&mut self) {
        self.by_id.commit();
        self.by_name.commit();
        self.by_key.commit();
    }

    fn roll_back(&mut self) {
        self.by_id.roll_back();
        self.by_name.roll_back();
        self.by_key.roll_back();
    }
}

fn matches(contact: &Contact, filter: &ContactFilter) -> bool {
    let has = |text: &Option<String>, q: &str| text.as_deref().is_some_and(|text| contains(text, q));
    let has_text = |q: &str| {
        contains(&contact.display_name, q)
            || has(&contact.company_name, q)
            || has(&contact.email, q)
            || has(&contact.vat_id, q)
    };
    let has_email =
        |wanted: &str| contact.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(wanted));
    filter.contact_type.is_none_or(|kind| contact.contact_type.contains(&kind))
        && filter.display_name.as_ref().is_none_or(|name| contact.display_name == *name)
        && filter.email.as_deref().is_none_or(has_email)
        && filter.is_active.is_none_or(|is_active| contact.is_active == is_active)
        && (filter.external_id.is_none() || contact.external_id == filter.external_id)
        && filter.q.as_deref().is_none_or(has_text)
}

impl Contacts for MemoryTx<'_> {
    fn insert(&mut self, contact: &Contact) -> Stored<()> {
        self.insert_all(std::slice::from_ref(contact))
    }

    fn insert_all(&mut self, contacts: &[Contact]) -> Stored<()> {
        let books = self.books_mut()?;
        for contact in contacts {
            books.contacts.by_id.check_new(&contact.id)?;
            books.contacts.check(contact)?;
            contact.default_account_id.map_or(Ok(()), |id| books.accounts.check_exists(id))?;
            books.contacts.put(contact);
        }
        Ok(())
    }

    fn update(&mut self, contact: &Contact) -> Stored<()> {
        let books = self.books_mut()?;
        if books.contacts.by_id.contains_key(&contact.id) {
            books.contacts.check(contact)?;
            contact.default_account_id.map_or(Ok(()), |id| books.accounts.check_exists(id))?;
            books.contacts.put(contact);
        }
        Ok(())
    }

    fn find(&mut self, id: ContactId) -> Stored<Option<Contact>> {
        Ok(self.books().contacts.by_id.get(&id).cloned())
    }

    fn find_all(&mut self, ids: &[ContactId]) -> Stored<Vec<Contact>> {
        let ids: BTreeSet<&ContactId> = ids.iter().collect();
        Ok(ids.into_iter().filter_map(|id| self.books().contacts.by_id.get(id)).cloned().collect())
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<Contact>> {
        let contacts = &self.books().contacts;
        let id = contacts.owner(ContactKey::ExternalId, external_id);
        Ok(id.and_then(|id| contacts.by_id.get(&id)).cloned())
    }

    fn find_by_matching_key(&mut self, key: &str) -> Stored<Option<ContactId>> {
        Ok(self.books().contacts.owner(ContactKey::Name, key))
    }

    fn find_by_tax_id(&mut self, tax_id: &str) -> Stored<Option<ContactId>> {
        Ok(self.books().contacts.owner(ContactKey::TaxId, &TaxId::compared(tax_id)))
    }

    fn find_by_vat_id(&mut self, vat_id: &str) -> Stored<Option<ContactId>> {
        Ok(self.books().contacts.owner(ContactKey::VatId, vat_id))
    }

    fn owners(&mut self, key: ContactKey, values: &[&str]) -> Stored<Vec<(String, ContactId)>> {
        let contacts = &self.books().contacts;
        let values: BTreeSet<&str> = values.iter().copied().collect();
        let owned =
            values.into_iter().filter_map(|value| Some((value.to_owned(), contacts.owner(key, value)?)));
        Ok(owned.collect())
    }

    fn list(
        &mut self,
        filter: &ContactFilter,
        after: Option<(&str, ContactId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Contact>> {
        let contacts = self.books().contacts.in_order_after(after);
        let matching = contacts.filter(|contact| matches(contact, filter));
        Ok(matching.skip(count(offset)).take(count(limit)).cloned().collect())
    }

    fn count(&mut self, filter: &ContactFilter) -> Stored<i64> {
        let contacts = self.books().contacts.by_id.values();
        Ok(contacts.map(|contact| i64::from(matches(contact, filter))).sum())
    }
}
