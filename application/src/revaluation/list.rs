//! Finding revaluations.

use super::{Revalued, find_in};
use crate::app::App;
use crate::call::Call;
use crate::error::Result;
use crate::page::{Listed, Page, cut};
use crate::ports::RevaluationFilter;
use partita_domain::id::RevaluationId;
use partita_domain::permission::Permission;
use partita_domain::revaluation::Revaluation;
use time::Date;

/// Lists revaluations without their items, newest first. The cursor is the date and id of the last one seen. A list that is
/// continued by cursor is not counted again.
///
/// # Errors
/// [`crate::Error::Forbidden`], [`crate::Error::Store`].
pub fn list(
    app: &App,
    call: &Call,
    filter: &RevaluationFilter,
    page: &Page<(Date, RevaluationId)>,
) -> Result<Listed<Revaluation, (Date, RevaluationId)>> {
    call.need(Permission::JOURNAL_READ)?;
    app.store.read(call.company, |tx| {
        let total = match page.cursor {
            Some(_) => None,
            None => Some(tx.revaluations().count(filter)?),
        };
        let found = tx.revaluations().list(filter, page.cursor, page.offset, page.limit + 1)?;
        Ok(cut(found, page.limit, total, |revaluation| (revaluation.date, revaluation.id)))
    })
}

/// One revaluation with its items.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub fn find(app: &App, call: &Call, id: RevaluationId) -> Result<Revalued> {
    call.need(Permission::JOURNAL_READ)?;
    app.store.read(call.company, |tx| {
        let revaluation = find_in(tx, id)?;
        let items = tx.revaluations().items(id)?;
        Ok(Revalued { revaluation, items, entries: Vec::new() })
    })
}
