//! Contacts.

use crate::tx::{MemoryTx, contains, count};
use crate::undo_map::{Undo, UndoMap};
use partita_application::ports::{ContactFilter, Contacts, Stored};
use partita_domain::contact::{Contact, TaxId};
use partita_domain::id::ContactId;
use std::collections::BTreeSet;
use std::ops::Bound;

/// The contacts with their unique values.
#[derive(Default)]
pub(crate) struct AddressBook {
    by_id: UndoMap<ContactId, Contact>,
    by_name: UndoMap<(String, ContactId), ()>,
    by_external_id: UndoMap<String, ContactId>,
    by_matching_key: UndoMap<String, ContactId>,
    by_tax_id: UndoMap<String, ContactId>,
    by_vat_id: UndoMap<String, ContactId>,
}

/// What no other contact may have.
struct Keys {
    external_id: Option<String>,
    matching_key: Option<String>,
    tax_id: Option<String>,
    vat_id: Option<String>,
}

impl Keys {
    fn of(contact: &Contact) -> Self {
        Self {
            external_id: contact.external_id.clone(),
            matching_key: Some(contact.matching_key()),
            tax_id: contact.tax_id.as_ref().map(|id| TaxId::compared(id.reveal())),
            vat_id: contact.vat_id.clone(),
        }
    }
}

impl AddressBook {
    fn check(&self, contact: &Contact) -> Stored<()> {
        let keys = Keys::of(contact);
        self.by_external_id.check_free(keys.external_id.as_ref(), &contact.id)?;
        self.by_matching_key.check_free(keys.matching_key.as_ref(), &contact.id)?;
        self.by_tax_id.check_free(keys.tax_id.as_ref(), &contact.id)?;
        self.by_vat_id.check_free(keys.vat_id.as_ref(), &contact.id)
    }

    fn put(&mut self, contact: &Contact) {
        let id = contact.id;
        let (old, new) = (self.by_id.get(&id), Keys::of(contact));
        let old_name = old.map(|old| (old.sort_name(), id));
        let none = Keys { external_id: None, matching_key: None, tax_id: None, vat_id: None };
        let old = old.map_or(none, Keys::of);
        self.by_name.rekey(old_name.as_ref(), Some(&(contact.sort_name(), id)), ());
        self.by_external_id.rekey(old.external_id.as_ref(), new.external_id.as_ref(), id);
        self.by_matching_key.rekey(old.matching_key.as_ref(), new.matching_key.as_ref(), id);
        self.by_tax_id.rekey(old.tax_id.as_ref(), new.tax_id.as_ref(), id);
        self.by_vat_id.rekey(old.vat_id.as_ref(), new.vat_id.as_ref(), id);
        self.by_id.put(id, contact.clone());
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
        self.by_external_id.commit();
        self.by_matching_key.commit();
        self.by_tax_id.commit();
        self.by_vat_id.commit();
    }

    fn roll_back(&mut self) {
        self.by_id.roll_back();
        self.by_name.roll_back();
        self.by_external_id.roll_back();
        self.by_matching_key.roll_back();
        self.by_tax_id.roll_back();
        self.by_vat_id.roll_back();
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
        let books = self.books_mut()?;
        books.contacts.by_id.check_new(&contact.id)?;
        books.contacts.check(contact)?;
        contact.default_account_id.map_or(Ok(()), |id| books.accounts.check_exists(id))?;
        books.contacts.put(contact);
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
        Ok(contacts.by_external_id.get(external_id).and_then(|id| contacts.by_id.get(id)).cloned())
    }

    fn find_by_matching_key(&mut self, key: &str) -> Stored<Option<ContactId>> {
        Ok(self.books().contacts.by_matching_key.get(key).copied())
    }

    fn find_by_tax_id(&mut self, tax_id: &str) -> Stored<Option<ContactId>> {
        Ok(self.books().contacts.by_tax_id.get(&TaxId::compared(tax_id)).copied())
    }

    fn find_by_vat_id(&mut self, vat_id: &str) -> Stored<Option<ContactId>> {
        Ok(self.books().contacts.by_vat_id.get(vat_id).copied())
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
