//! Finding documents.

use super::{find_in, reading};
use crate::app::App;
use crate::call::Call;
use crate::error::Result;
use crate::page::{Listed, Page, cut};
use crate::ports::{DocumentFilter, DocumentOrder};
use partita_domain::document::{Document, DocumentKind};
use partita_domain::id::DocumentId;
use time::Date;

/// Which documents, in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentQuery {
    /// Which.
    pub filter: DocumentFilter,
    /// In which order.
    pub order: DocumentOrder,
}

/// Lists documents. The cursor is the date, or due date, and the id of the last one seen. A list that is continued by
/// cursor is not counted again.
///
/// # Errors
/// `forbidden`.
pub fn list(
    app: &App,
    call: &Call,
    query: &DocumentQuery,
    page: &Page<(Date, DocumentId)>,
) -> Result<Listed<Document, (Date, DocumentId)>> {
    call.need(reading(query.filter.kind))?;
    app.store.read(call.company, |tx| {
        let total_count = match page.cursor {
            Some(_) => None,
            None => Some(tx.documents().count(&query.filter)?),
        };
        let documents =
            tx.documents().list(&query.filter, query.order, page.cursor, page.offset, page.limit + 1)?;
        Ok(cut(documents, page.limit, total_count, |document| {
            let date = match query.order {
                DocumentOrder::DueFirst => document.due_date.unwrap_or(document.date),
                DocumentOrder::NewestFirst | DocumentOrder::OldestFirst => document.date,
            };
            (date, document.id)
        }))
    })
}

/// One document.
///
/// # Errors
/// `not_found`.
pub fn find(app: &App, call: &Call, kind: DocumentKind, id: DocumentId) -> Result<Document> {
    call.need(reading(kind))?;
    app.store.read(call.company, |tx| find_in(tx, kind, id))
}
