//! Reading the movements of an item.

use crate::app::App;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::page::{Listed, Page, cut};
use crate::ports::StockFilter;
use partita_domain::id::{ItemId, MovementId};
use partita_domain::inventory::StockRecord;
use partita_domain::permission::Permission;
use time::Date;

/// Lists the rows of an item, newest first. The cursor is the date and sequence of the last one seen.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub fn list(
    app: &App,
    call: &Call,
    item: ItemId,
    filter: &StockFilter,
    page: &Page<(Date, i64)>,
) -> Result<Listed<StockRecord, (Date, i64)>> {
    call.need(Permission::ITEMS_READ)?;
    app.store.read(call.company, |tx| {
        tx.items().find(item)?.ok_or_else(|| Error::not_found("item", item))?;
        let total = match page.cursor {
            Some(_) if *filter != StockFilter::default() => None,
            _ => Some(tx.stocks().count(item, filter)?),
        };
        let rows = tx.stocks().list(item, filter, page.cursor, page.offset, page.limit + 1)?;
        Ok(cut(rows, page.limit, total, |record| (record.date, record.sequence)))
    })
}

/// A row of an item.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(app: &App, call: &Call, item: ItemId, id: MovementId) -> Result<StockRecord> {
    call.need(Permission::ITEMS_READ)?;
    app.store.read(call.company, |tx| {
        let found = tx.stocks().find(id)?.filter(|record| record.item_id == item);
        found.ok_or_else(|| Error::not_found("stock movement", id))
    })
}
