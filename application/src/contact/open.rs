//! What contacts owe and are owed, as it follows from what is open.

use crate::error::{Error, Result};
use crate::ports::{OpenSum, Tx};
use partita_domain::contact::Contact;
use partita_domain::document::DocumentKind;
use partita_domain::id::ContactId;
use partita_domain::money::Currency;
use partita_domain::refusal::{Constraint, Refusal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is open between the company and a contact, in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenBalance {
    /// The currency.
    pub currency: Currency,
    /// What the contact owes: invoices less credit notes, minor units.
    pub receivable: i64,
    /// What it is owed: bills less vendor credits, minor units.
    pub payable: i64,
}

/// A contact with what is open of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactWithOpen {
    /// The contact.
    pub contact: Contact,
    /// What it owes, minor units of base currency.
    pub open_receivable: i64,
    /// What it is owed, minor units of base currency.
    pub open_payable: i64,
    /// The same in each currency in which something is open, by its code.
    pub open_balances: Vec<OpenBalance>,
}

impl ContactWithOpen {
    /// A contact of which nothing can be open.
    pub(super) fn nothing(contact: Contact) -> Self {
        Self { contact, open_receivable: 0, open_payable: 0, open_balances: Vec::new() }
    }
}

/// What a contact owes and is owed, while it is summed up.
#[derive(Clone, Copy, Default)]
struct Sums {
    receivable: i128,
    payable: i128,
}

impl Sums {
    fn add(&mut self, kind: DocumentKind, open: i64) {
        match kind {
            DocumentKind::Estimate => {}
            DocumentKind::Invoice => self.receivable += i128::from(open),
            DocumentKind::CreditNote => self.receivable -= i128::from(open),
            DocumentKind::Bill => self.payable += i128::from(open),
            DocumentKind::VendorCredit => self.payable -= i128::from(open),
        }
    }

    fn fit(self) -> Result<(i64, i64)> {
        let fit = |sum: i128| {
            i64::try_from(sum).map_err(|_| {
                let message = "the sum of what is open leaves the range of 64 bits";
                Error::from(Refusal::field("open_receivable", Constraint::Range, message))
            })
        };
        Ok((fit(self.receivable)?, fit(self.payable)?))
    }
}

/// A contact with what is open of it.
pub(super) fn with_open(tx: &mut dyn Tx, contact: Contact) -> Result<ContactWithOpen> {
    let sums = tx.documents().open_sums(&[contact.id])?;
    put_together(contact, &sums)
}

/// The same for a page of contacts, asked once.
pub(super) fn with_open_all(tx: &mut dyn Tx, contacts: Vec<Contact>) -> Result<Vec<ContactWithOpen>> {
    if contacts.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<ContactId> = contacts.iter().map(|contact| contact.id).collect();
    let mut by_contact: BTreeMap<ContactId, Vec<OpenSum>> = BTreeMap::new();
    for sum in tx.documents().open_sums(&ids)? {
        by_contact.entry(sum.contact_id).or_default().push(sum);
    }
    contacts
        .into_iter()
        .map(|contact| {
            let sums = by_contact.remove(&contact.id).unwrap_or_default();
            put_together(contact, &sums)
        })
        .collect()
}

fn put_together(contact: Contact, sums: &[OpenSum]) -> Result<ContactWithOpen> {
    let mut base = Sums::default();
    let mut by_currency: BTreeMap<&str, (Currency, Sums)> = BTreeMap::new();
    for sum in sums {
        base.add(sum.kind, sum.base_open);
        let (_, of_currency) =
            by_currency.entry(sum.currency.code()).or_insert((sum.currency, Sums::default()));
        of_currency.add(sum.kind, sum.open);
    }
    let (open_receivable, open_payable) = base.fit()?;
    let open_balances = by_currency.into_values().map(|(currency, sums)| {
        let (receivable, payable) = sums.fit()?;
        Ok(OpenBalance { currency, receivable, payable })
    });
    let open_balances = open_balances.collect::<Result<_>>()?;
    Ok(ContactWithOpen { contact, open_receivable, open_payable, open_balances })
}
