//! Transactions that recur: templates are made, revised, stopped, found and listed; what is due is made.

mod occurrence;
mod run;
mod save;

pub use occurrence::{MadeOccurrence, MadeStatus};
pub use run::{MOST_OCCURRENCES, RecurringRun, TemplateRun, run, run_all};
pub use save::{deactivate, make, revise, upsert};

use crate::app::App;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::page::{Listed, Page, cut};
use crate::ports::{RecurringFilter, Tx};
use partita_domain::id::RecurringId;
use partita_domain::permission::Permission;
use partita_domain::recurring::{RecurringKind, RecurringTemplate};

/// What the audit trail calls a template.
pub const RESOURCE: &str = "recurring_template";

/// The permission to read templates of a kind.
fn reading(kind: RecurringKind) -> Permission {
    kind.document().map_or(Permission::JOURNAL_READ, crate::document::reading)
}

/// The permission to write templates of a kind, and what is made of them.
fn writing(kind: RecurringKind) -> Permission {
    kind.document().map_or(Permission::JOURNAL_WRITE, crate::document::writing)
}

/// The kinds for which the caller has a permission.
///
/// # Errors
/// [`Error::Forbidden`] when it has none for any kind.
fn permitted(call: &Call, permission: fn(RecurringKind) -> Permission) -> Result<Vec<RecurringKind>> {
    let kinds = RecurringKind::ALL.into_iter().filter(|kind| call.permissions.allows(permission(*kind)));
    let kinds: Vec<RecurringKind> = kinds.collect();
    if kinds.is_empty() {
        Err(Error::Forbidden { permission: permission(RecurringKind::Invoice) })
    } else {
        Ok(kinds)
    }
}

/// Lists templates of the kinds that the caller may read, by name. The cursor is the sort name and id of the last one
/// seen.
///
/// # Errors
/// `forbidden` for who may read none of them.
pub fn list(
    app: &App,
    call: &Call,
    filter: &RecurringFilter,
    page: &Page<(String, RecurringId)>,
) -> Result<Listed<RecurringTemplate, (String, RecurringId)>> {
    let mut kinds = permitted(call, reading)?;
    kinds.retain(|kind| filter.kinds.contains(kind));
    let filter = RecurringFilter { kinds, ..filter.clone() };
    app.store.read(call.company, |tx| {
        let total = match &page.cursor {
            Some(_) => None,
            None => Some(tx.recurring_templates().count(&filter)?),
        };
        let after = page.cursor.as_ref().map(|(name, id)| (name.as_str(), *id));
        let templates = tx.recurring_templates().list(&filter, after, page.offset, page.limit + 1)?;
        Ok(cut(templates, page.limit, total, |template| (template.sort_name(), template.id)))
    })
}

/// One template.
///
/// # Errors
/// `not_found`, `forbidden`.
pub fn find(app: &App, call: &Call, id: RecurringId) -> Result<RecurringTemplate> {
    permitted(call, reading)?;
    let template = app.store.read(call.company, |tx| find_in(tx, id))?;
    call.need(reading(template.kind()))?;
    Ok(template)
}

fn find_in(tx: &mut dyn Tx, id: RecurringId) -> Result<RecurringTemplate> {
    tx.recurring_templates().find(id)?.ok_or_else(|| Error::not_found(RESOURCE, id))
}
