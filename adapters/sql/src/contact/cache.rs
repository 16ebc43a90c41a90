//! Contacts that documents have named. One is still as it was read as long as whoever writes finds the company's audit trail
//! as this process left it: every change of a contact adds to the trail, whichever process made it.

use partita_domain::contact::Contact;
use partita_domain::hash::Hash;
use partita_domain::id::{CompanyId, ContactId};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Of all companies together; above it the cache begins anew.
const MOST_CONTACTS: usize = 10_000;

#[derive(Debug)]
struct Named {
    /// The end of the trail when these were right.
    at: Hash,
    by_id: HashMap<ContactId, Arc<Contact>>,
}

#[derive(Debug, Default)]
struct Kept {
    companies: HashMap<CompanyId, Named>,
    size: usize,
}

#[derive(Debug, Default)]
pub(crate) struct ContactCache(Mutex<Kept>);

impl ContactCache {
    /// The contact as it is where the trail ends with this hash.
    pub(crate) fn get(&self, company: CompanyId, at: Hash, id: ContactId) -> Option<Arc<Contact>> {
        let kept = self.lock();
        let named = kept.companies.get(&company).filter(|named| named.at == at)?;
        named.by_id.get(&id).cloned()
    }

    /// Keeps contacts as they are where the trail ends with this hash.
    pub(crate) fn put(&self, company: CompanyId, at: Hash, contacts: impl Iterator<Item = Contact>) {
        let mut kept = self.lock();
        if kept.size >= MOST_CONTACTS {
            *kept = Kept::default();
        }
        let Kept { companies, size } = &mut *kept;
        let named = companies.entry(company).or_insert_with(|| Named { at, by_id: HashMap::new() });
        if named.at != at {
            *size -= named.by_id.len();
            *named = Named { at, by_id: HashMap::new() };
        }
        let before = named.by_id.len();
        named.by_id.extend(contacts.map(|contact| (contact.id, Arc::new(contact))));
        *size += named.by_id.len() - before;
    }

    /// Lets them be right after this process has added to the trail, all but those that it changed.
    pub(crate) fn carry(&self, company: CompanyId, from: Hash, to: Hash, changed: &BTreeSet<ContactId>) {
        let mut kept = self.lock();
        let Kept { companies, size } = &mut *kept;
        if let Some(named) = companies.get_mut(&company).filter(|named| named.at == from) {
            let gone = changed.iter().filter(|id| named.by_id.remove(id).is_some()).count();
            *size -= gone;
            named.at = to;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
