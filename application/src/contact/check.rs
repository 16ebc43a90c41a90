//! What contacts are checked against: other contacts, and what they name.

use crate::error::Result;
use crate::ports::Tx;
use partita_domain::contact::{Contact, ContactKey};
use partita_domain::id::{ContactId, TaxCodeId, TaxGroupId};
use partita_domain::journal_entry::AccountRef;
use partita_domain::refusal::{Constraint, Refusal};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What the books say of some contacts, asked once.
pub(super) struct Checks {
    owners: HashMap<(ContactKey, String), ContactId>,
    /// Whether each account that exists is active.
    accounts: BTreeMap<AccountRef, bool>,
    /// Whether each tax code and tax group that exists is active.
    tax_codes: BTreeMap<TaxCodeId, bool>,
}

impl Checks {
    /// Asks the books what contacts with these values need to know.
    pub(super) fn of<'c>(
        tx: &mut dyn Tx,
        contacts: impl Iterator<Item = &'c Contact> + Clone,
    ) -> Result<Self> {
        let mut values: BTreeMap<ContactKey, BTreeSet<String>> = BTreeMap::new();
        for (key, value) in contacts.clone().flat_map(Contact::keys) {
            values.entry(key).or_default().insert(value);
        }
        let mut owners = HashMap::new();
        for (key, values) in values {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            let found = tx.contacts().owners(key, &values)?;
            owners.extend(found.into_iter().map(|(value, id)| ((key, value), id)));
        }
        let named: BTreeSet<AccountRef> =
            contacts.clone().filter_map(|contact| contact.default_account_id).map(AccountRef::Id).collect();
        let named: Vec<&AccountRef> = named.iter().collect();
        let accounts = match named.is_empty() {
            true => Vec::new(),
            false => tx.accounts().named(&named)?,
        };
        let accounts = accounts.iter().map(|account| (AccountRef::Id(account.id), account.is_active));
        let named: BTreeSet<TaxCodeId> = contacts.filter_map(|contact| contact.default_tax_code_id).collect();
        let mut tax_codes = BTreeMap::new();
        if !named.is_empty() {
            let table = tx.tax_codes().table()?;
            let active = |id: &TaxCodeId| {
                let code = table.code(*id).map(|code| code.is_active);
                code.or_else(|| table.group(TaxGroupId(id.0)).map(|group| group.is_active))
            };
            tax_codes.extend(named.iter().filter_map(|id| Some((*id, active(id)?))));
        }
        Ok(Self { owners, accounts: accounts.collect(), tax_codes })
    }

    /// Checks a contact; from here on its values are taken.
    pub(super) fn admit(&mut self, contact: &Contact, before: Option<&Contact>) -> Result<()> {
        let mut refusals = Vec::new();
        let keys = contact.keys();
        for (key, value) in &keys {
            match self.owners.get(&(*key, value.clone())) {
                Some(owner) if *owner != contact.id => refusals.push(key.refusal(owner.to_string())),
                _ => {}
            }
        }
        refusals.extend(self.check_account(contact, before).err());
        refusals.extend(self.check_tax_code(contact, before).err());
        if !refusals.is_empty() {
            return Err(refusals.into());
        }
        self.owners.extend(keys.into_iter().map(|key| (key, contact.id)));
        Ok(())
    }

    /// A default that was set before it was taken out of use may stay.
    fn check_account(&self, contact: &Contact, before: Option<&Contact>) -> std::result::Result<(), Refusal> {
        let field = "default_account_id";
        let Some(id) = contact.default_account_id else { return Ok(()) };
        match self.accounts.get(&AccountRef::Id(id)) {
            None => Err(Refusal::field(field, Constraint::Exists, format!("there is no account {id}"))),
            Some(false) if before.and_then(|before| before.default_account_id) != Some(id) => {
                let message = format!("the account {id} is not active; choose another or activate it");
                Err(Refusal::field(field, Constraint::Active, message))
            }
            Some(_) => Ok(()),
        }
    }

    fn check_tax_code(
        &self,
        contact: &Contact,
        before: Option<&Contact>,
    ) -> std::result::Result<(), Refusal> {
        let field = "default_tax_code_id";
        let Some(id) = contact.default_tax_code_id else { return Ok(()) };
        match self.tax_codes.get(&id) {
            None => {
                let message = format!("there is no tax code or tax group {id}");
                Err(Refusal::field(field, Constraint::Exists, message))
            }
            Some(false) if before.and_then(|before| before.default_tax_code_id) != Some(id) => {
                let message =
                    format!("the tax code or tax group {id} is not active; choose another or activate it");
                Err(Refusal::field(field, Constraint::Active, message))
            }
            Some(_) => Ok(()),
        }
    }
}

/// Checks one contact.
pub(super) fn check_one(tx: &mut dyn Tx, contact: &Contact, before: Option<&Contact>) -> Result<()> {
    Checks::of(tx, std::iter::once(contact))?.admit(contact, before)
}
