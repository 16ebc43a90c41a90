//! Contacts.

use super::Stored;
use partita_domain::contact::{Contact, ContactKey, ContactType};
use partita_domain::id::ContactId;

/// Which contacts to list; every given part must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactFilter {
    /// Of this type, maybe of others too.
    pub contact_type: Option<ContactType>,
    /// With exactly this name.
    pub display_name: Option<String>,
    /// With this e-mail address, upper and lower case alike (ASCII).
    pub email: Option<String>,
    /// Active or not.
    pub is_active: Option<bool>,
    /// With this external id.
    pub external_id: Option<String>,
    /// With this text in name, company name, e-mail address or VAT id, upper and lower case alike (ASCII).
    pub q: Option<String>,
}

/// The contacts of the company.
pub trait Contacts {
    /// Adds one.
    fn insert(&mut self, contact: &Contact) -> Stored<()>;
    /// Adds many at once.
    fn insert_all(&mut self, contacts: &[Contact]) -> Stored<()>;
    /// Replaces one by its id.
    fn update(&mut self, contact: &Contact) -> Stored<()>;
    /// One by its id.
    fn find(&mut self, id: ContactId) -> Stored<Option<Contact>>;
    /// Those of these ids that exist, in any order.
    fn find_all(&mut self, ids: &[ContactId]) -> Stored<Vec<Contact>>;
    /// One by its external id.
    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<Contact>>;
    /// Which of these values belong to contacts, and to which, each once. They are written as [`Contact::keys`] has them.
    fn owners(&mut self, key: ContactKey, values: &[&str]) -> Stored<Vec<(String, ContactId)>>;
    /// One that has this [`Contact::matching_key`].
    fn find_by_matching_key(&mut self, key: &str) -> Stored<Option<ContactId>>;
    /// One that has this tax id.
    fn find_by_tax_id(&mut self, tax_id: &str) -> Stored<Option<ContactId>>;
    /// One that has this VAT id, in its electronic form.
    fn find_by_vat_id(&mut self, vat_id: &str) -> Stored<Option<ContactId>>;
    /// Some by name (lower case), then id: beyond `after`, past the first `offset`, at most `limit`.
    fn list(
        &mut self,
        filter: &ContactFilter,
        after: Option<(&str, ContactId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Contact>>;
    /// How many there are.
    fn count(&mut self, filter: &ContactFilter) -> Stored<i64>;
}
