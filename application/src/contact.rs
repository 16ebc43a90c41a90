//! Contacts: make, revise, deactivate, find, and reveal a tax number.

mod batch;
mod check;
mod open;
mod print;
mod statement;

pub use batch::{Batch, ContactOutcome, ContactProblem, MAX_BATCH, create_batch};
pub use open::{ContactWithOpen, OpenBalance};
pub use print::print_statement;
pub use statement::{ContactStatement, statement};

use crate::account::check_version;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::journal_entry::Upserted;
use crate::page::{Listed, Page, cut};
use crate::ports::{ContactFilter, StoreError, Tx};
use check::{Checks, check_one};
use open::{with_open, with_open_all};
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::contact::{Contact, ContactDraft, TaxId};
use partita_domain::id::ContactId;
use partita_domain::permission::Permission;
use time::PrimitiveDateTime;

/// What the audit trail calls a contact.
pub const RESOURCE: &str = "contact";

/// Where a list of contacts goes on: the name in lower case, and the id.
pub type ContactCursor = (String, ContactId);

/// Makes a contact.
///
/// # Errors
/// `validation_error`, `duplicate_external_id`; `conflict` when another contact has its name, tax number or VAT id.
pub fn create(app: &App, call: &Call, draft: &ContactDraft) -> Result<Done<ContactWithOpen>> {
    change(app, call, Permission::CONTACTS_WRITE, |tx, at| {
        let (contact, happening) = create_in(tx, ContactId(app.ids.next()), draft.clone(), at)?;
        Ok(Changed::one(ContactWithOpen::nothing(contact), happening))
    })
}

/// Changes a contact; `version` is the one the caller has seen, if it says so.
///
/// # Errors
/// As [`create`]; `not_found`, `version_conflict`.
pub fn revise(
    app: &App,
    call: &Call,
    id: ContactId,
    version: Option<i64>,
    draft: &ContactDraft,
) -> Result<Done<ContactWithOpen>> {
    change(app, call, Permission::CONTACTS_WRITE, |tx, at| {
        let before = tx.contacts().find(id)?.ok_or_else(|| Error::not_found(RESOURCE, id))?;
        let (contact, happening) = revise_in(tx, &before, version, draft.clone(), at)?;
        Ok(Changed::one(with_open(tx, contact)?, happening))
    })
}

/// Makes a contact under an external id, or changes the one that has it.
///
/// # Errors
/// As [`create`] and [`revise`].
pub fn upsert(
    app: &App,
    call: &Call,
    external_id: &str,
    version: Option<i64>,
    draft: &ContactDraft,
) -> Result<Done<Upserted<ContactWithOpen>>> {
    let draft = ContactDraft { external_id: Some(external_id.to_owned()), ..draft.clone() };
    change(app, call, Permission::CONTACTS_WRITE, |tx, at| {
        let found = tx.contacts().find_by_external_id(external_id)?;
        let created = found.is_none();
        let (contact, happening) = match found {
            Some(before) => revise_in(tx, &before, version, draft.clone(), at)?,
            None => create_in(tx, ContactId(app.ids.next()), draft.clone(), at)?,
        };
        Ok(Changed::one(Upserted { created, value: with_open(tx, contact)? }, happening))
    })
}

/// Takes a contact out of use: what names it stays, but new documents and entries cannot. Once it is out of use, nothing
/// more happens.
///
/// # Errors
/// `not_found`, `version_conflict`.
pub fn deactivate(
    app: &App,
    call: &Call,
    id: ContactId,
    version: Option<i64>,
) -> Result<Done<ContactWithOpen>> {
    change(app, call, Permission::CONTACTS_WRITE, |tx, at| {
        let before = tx.contacts().find(id)?.ok_or_else(|| Error::not_found(RESOURCE, id))?;
        check_version(version, before.version)?;
        let Some(after) = before.deactivate(at) else {
            return Ok(Changed { value: with_open(tx, before)?, happenings: Vec::new() });
        };
        tx.contacts().update(&after)?;
        let happening = happened("contact.deactivated", Some(&before), &after);
        Ok(Changed::one(with_open(tx, after)?, happening))
    })
}

/// Lists contacts by name.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub fn list(
    app: &App,
    call: &Call,
    filter: &ContactFilter,
    page: &Page<ContactCursor>,
) -> Result<Listed<ContactWithOpen, ContactCursor>> {
    call.need(Permission::CONTACTS_READ)?;
    app.store.read(call.company, |tx| {
        let total = tx.contacts().count(filter)?;
        let after = page.cursor.as_ref().map(|(name, id)| (name.as_str(), *id));
        let contacts = tx.contacts().list(filter, after, page.offset, page.limit + 1)?;
        let listed = cut(contacts, page.limit, Some(total), |contact| (contact.sort_name(), contact.id));
        let Listed { items, total_count, next } = listed;
        Ok(Listed { items: with_open_all(tx, items)?, total_count, next })
    })
}

/// One contact.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(app: &App, call: &Call, id: ContactId) -> Result<ContactWithOpen> {
    call.need(Permission::CONTACTS_READ)?;
    app.store.read(call.company, |tx| {
        let contact = tx.contacts().find(id)?.ok_or_else(|| Error::not_found(RESOURCE, id))?;
        with_open(tx, contact)
    })
}

/// The whole tax number of a contact. Whoever sees it stands in the audit trail.
///
/// # Errors
/// `not_found`, also for a contact without a tax number.
pub fn reveal_tax_id(app: &App, call: &Call, id: ContactId) -> Result<TaxId> {
    let mut revealed = None;
    // What the change itself answers could be kept, and must not hold the number.
    change(app, call, Permission::CONTACTS_REVEAL, |tx, _| {
        let contact = tx.contacts().find(id)?.ok_or_else(|| Error::not_found(RESOURCE, id))?;
        let tax_id = contact.tax_id.ok_or_else(|| Error::not_found("tax number of contact", id))?;
        revealed = Some(tax_id);
        let happening = Happening {
            action: "contact.tax_id_viewed",
            resource_type: RESOURCE,
            resource_id: id.to_string(),
            before: None,
            after: None,
            reason: None,
        };
        Ok(Changed::one((), happening))
    })?;
    revealed.ok_or_else(|| StoreError::Corrupt("the work was not run".to_owned()).into())
}

fn create_in(
    tx: &mut dyn Tx,
    id: ContactId,
    draft: ContactDraft,
    at: PrimitiveDateTime,
) -> Result<(Contact, Happening)> {
    let contact = Contact::open(id, draft, at)?;
    check_one(tx, &contact, None)?;
    tx.contacts().insert(&contact)?;
    let happening = happened("contact.created", None, &contact);
    Ok((contact, happening))
}

fn revise_in(
    tx: &mut dyn Tx,
    before: &Contact,
    version: Option<i64>,
    draft: ContactDraft,
    at: PrimitiveDateTime,
) -> Result<(Contact, Happening)> {
    check_version(version, before.version)?;
    let after = before.revise(draft, at)?;
    check_one(tx, &after, Some(before))?;
    tx.contacts().update(&after)?;
    let happening = happened("contact.updated", Some(before), &after);
    Ok((after, happening))
}

/// What the trail keeps of a contact: a tax number is written masked, wherever it is written.
fn happened(action: &'static str, before: Option<&Contact>, after: &Contact) -> Happening {
    Happening {
        action,
        resource_type: RESOURCE,
        resource_id: after.id.to_string(),
        before: before.and_then(snapshot),
        after: snapshot(after),
        reason: None,
    }
}
