//! Contacts.

mod cache;
mod list;
mod row;

use crate::connection::{Conn, on};
use crate::dialect;
use crate::error::OpenError;
use crate::parse;
use crate::pending::Change;
use crate::schema::contacts;
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{Cipher, ContactFilter, Contacts, Mode, Stored};
use partita_domain::contact::{Contact, ContactKey};
use partita_domain::hash::Hash;
use partita_domain::id::ContactId;
use row::{ContactRow, open_tax_id, tax_id_digest};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

pub(crate) use cache::ContactCache;

/// Looks whether a key is the one that tax numbers were sealed with.
pub(crate) fn check_key(conn: &mut Conn, cipher: &dyn Cipher) -> Result<(), OpenError> {
    let sealed: Option<(String, String, Option<String>)> = contacts::table
        .filter(contacts::tax_id_digest.is_not_null())
        .select((contacts::company_id, contacts::id, contacts::tax_id_sealed))
        .first(conn)
        .optional()
        .map_err(OpenError::database)?;
    match sealed {
        Some((company, id, Some(sealed))) => {
            open_tax_id(cipher, &company, &id, &sealed).map(drop).map_err(|_| OpenError::WrongKey)
        }
        _ => Ok(()),
    }
}

impl SqlTx<'_> {
    fn contact(&mut self, row: Option<ContactRow>) -> Stored<Option<Contact>> {
        row.map(|row| row.into_contact(|| self.cipher())).transpose()
    }

    fn contacts_of(&mut self, rows: Vec<ContactRow>) -> Stored<Vec<Contact>> {
        rows.into_iter().map(|row| row.into_contact(|| self.cipher())).collect()
    }

    /// Those of the contacts that are known as they are now, to whoever may write.
    fn known_contacts(&mut self, ids: &[ContactId]) -> Stored<Vec<Contact>> {
        let (company, cache) = (self.company, self.cache());
        let Some((at, changed)) = self.contacts_known_at()? else { return Ok(Vec::new()) };
        let unchanged = ids.iter().filter(|id| !changed.contains(id));
        let known = unchanged.filter_map(|id| cache.contacts.get(company, at, *id));
        Ok(known.map(Arc::unwrap_or_clone).collect())
    }

    /// Lets those who write later know contacts that were read.
    fn keep_contacts(&mut self, contacts: &[Contact]) -> Stored<()> {
        let (company, cache) = (self.company, self.cache());
        if let Some((at, changed)) = self.contacts_known_at()? {
            let unchanged = contacts.iter().filter(|contact| !changed.contains(&contact.id));
            cache.contacts.put(company, at, unchanged.cloned());
        }
        Ok(())
    }

    /// The end of the audit trail when the transaction began, and what it has changed; only who writes has the company to
    /// itself.
    fn contacts_known_at(&mut self) -> Stored<Option<(Hash, Arc<BTreeSet<ContactId>>)>> {
        if self.mode() == Mode::Read {
            return Ok(None);
        }
        let books = self.books()?;
        Ok(books.head.as_ref().map(|head| (head.audit_hash_read, books.changed_contacts.clone())))
    }

    fn contact_changed(&mut self, id: ContactId) -> Stored<()> {
        Arc::make_mut(&mut self.books()?.changed_contacts).insert(id);
        Ok(())
    }

    fn contact_row(&self, contact: &Contact) -> Stored<ContactRow> {
        ContactRow::of(&self.key, contact, || self.cipher())
    }
}

fn contact_id(id: Option<String>) -> Stored<Option<ContactId>> {
    parse::optional(id.as_deref(), "contact id")
}

impl Contacts for SqlTx<'_> {
    fn insert(&mut self, contact: &Contact) -> Stored<()> {
        let row = self.contact_row(contact)?;
        self.contact_changed(contact.id)?;
        self.write(|conn, _| diesel::insert_into(contacts::table).values(&row).execute(conn)).map(drop)
    }

    fn insert_all(&mut self, contacts: &[Contact]) -> Stored<()> {
        if contacts.is_empty() {
            return Ok(());
        }
        contacts.iter().try_for_each(|contact| self.contact_changed(contact.id))?;
        let rows: Stored<Vec<ContactRow>> =
            contacts.iter().map(|contact| self.contact_row(contact)).collect();
        let change = Change::of::<ContactRow, _>(rows?.into_iter().map(ContactRow::cells));
        self.write(|conn, _| dialect::write(conn, std::slice::from_ref(&change)))
    }

    fn update(&mut self, contact: &Contact) -> Stored<()> {
        let row = self.contact_row(contact)?;
        self.contact_changed(contact.id)?;
        self.write(|conn, company| {
            diesel::update(contacts::table.find((company, &row.id))).set(&row).execute(conn)
        })
        .map(drop)
    }

    fn find(&mut self, id: ContactId) -> Stored<Option<Contact>> {
        if let Some(known) = self.known_contacts(&[id])?.pop() {
            return Ok(Some(known));
        }
        let row = self.read(|conn, company| {
            let contact = contacts::table.find((company, id.to_string()));
            on!(conn, |conn| contact.select(ContactRow::as_select()).first(conn).optional())
        })?;
        let contact = self.contact(row)?;
        self.keep_contacts(contact.as_slice())?;
        Ok(contact)
    }

    fn find_all(&mut self, ids: &[ContactId]) -> Stored<Vec<Contact>> {
        // Most documents name one.
        if let [id] = ids {
            return Ok(self.find(*id)?.into_iter().collect());
        }
        let mut found = self.known_contacts(ids)?;
        let is_known: BTreeSet<ContactId> = found.iter().map(|contact| contact.id).collect();
        let unknown = ids.iter().filter(|id| !is_known.contains(id));
        let ids: Vec<String> = unknown.map(ToString::to_string).collect();
        if ids.is_empty() {
            return Ok(found);
        }
        let rows: Vec<ContactRow> = self.read(|conn, company| {
            let named = contacts::table
                .filter(contacts::company_id.eq(company))
                .filter(dialect::Among::of(contacts::id, &ids));
            on!(conn, |conn| named.select(ContactRow::as_select()).load(conn))
        })?;
        let read = self.contacts_of(rows)?;
        self.keep_contacts(&read)?;
        found.extend(read);
        Ok(found)
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<Contact>> {
        let row = self.read(|conn, company| {
            contacts::table
                .filter(contacts::company_id.eq(company))
                .filter(contacts::external_id.eq(external_id))
                .select(ContactRow::as_select())
                .first(conn)
                .optional()
        })?;
        self.contact(row)
    }

    fn owners(&mut self, key: ContactKey, values: &[&str]) -> Stored<Vec<(String, ContactId)>> {
        // Of tax numbers there are only digests to look for.
        let mut stored: HashMap<String, &str> = HashMap::with_capacity(values.len());
        for value in values {
            let wanted = match key {
                ContactKey::TaxId => tax_id_digest(self.cipher()?, &self.key, value),
                _ => (*value).to_owned(),
            };
            stored.insert(wanted, value);
        }
        let mut owners = Vec::new();
        let wanted: Vec<&str> = stored.keys().map(String::as_str).collect();
        // A file database takes at most 32 766 parameters.
        for some in wanted.chunks(10_000) {
            let found: Vec<(Option<String>, String)> = self.read(|conn, company| {
                let query = contacts::table.filter(contacts::company_id.eq(company)).into_boxed();
                let query = match key {
                    ContactKey::ExternalId => query.filter(contacts::external_id.eq_any(some)),
                    ContactKey::Name => query.filter(contacts::matching_key.eq_any(some)),
                    ContactKey::TaxId => query.filter(contacts::tax_id_digest.eq_any(some)),
                    ContactKey::VatId => query.filter(contacts::vat_id.eq_any(some)),
                };
                match key {
                    ContactKey::ExternalId => query.select((contacts::external_id, contacts::id)).load(conn),
                    ContactKey::Name => {
                        query.select((contacts::matching_key.nullable(), contacts::id)).load(conn)
                    }
                    ContactKey::TaxId => query.select((contacts::tax_id_digest, contacts::id)).load(conn),
                    ContactKey::VatId => query.select((contacts::vat_id, contacts::id)).load(conn),
                }
            })?;
            for (value, id) in found {
                if let Some(value) = value.as_deref().and_then(|value| stored.get(value)) {
                    owners.push(((*value).to_owned(), parse::text(&id, "contact id")?));
                }
            }
        }
        Ok(owners)
    }

    fn find_by_matching_key(&mut self, key: &str) -> Stored<Option<ContactId>> {
        let id = self.read(|conn, company| {
            contacts::table
                .filter(contacts::company_id.eq(company))
                .filter(contacts::matching_key.eq(key))
                .select(contacts::id)
                .first(conn)
                .optional()
        })?;
        contact_id(id)
    }

    fn find_by_tax_id(&mut self, tax_id: &str) -> Stored<Option<ContactId>> {
        let digest = tax_id_digest(self.cipher()?, &self.key, tax_id);
        let id = self.read(|conn, company| {
            contacts::table
                .filter(contacts::company_id.eq(company))
                .filter(contacts::tax_id_digest.eq(digest))
                .select(contacts::id)
                .first(conn)
                .optional()
        })?;
        contact_id(id)
    }

    fn find_by_vat_id(&mut self, vat_id: &str) -> Stored<Option<ContactId>> {
        let id = self.read(|conn, company| {
            contacts::table
                .filter(contacts::company_id.eq(company))
                .filter(contacts::vat_id.eq(vat_id))
                .select(contacts::id)
                .first(conn)
                .optional()
        })?;
        contact_id(id)
    }

    fn list(
        &mut self,
        filter: &ContactFilter,
        after: Option<(&str, ContactId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Contact>> {
        self.list_contacts(filter, after, offset, limit)
    }

    fn count(&mut self, filter: &ContactFilter) -> Stored<i64> {
        self.count_contacts(filter)
    }
}
