//! Items: make, revise, deactivate, find, list.

use crate::account::check_version;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::journal_entry::Upserted;
use crate::page::{Listed, Page, cut};
use crate::ports::{ItemFilter, Tx};
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::id::{AccountId, ItemId, TaxGroupId};
use partita_domain::inventory::KeptStock;
use partita_domain::item::{Item, ItemDraft, ItemType};
use partita_domain::journal_entry::AccountRef;
use partita_domain::permission::Permission;
use partita_domain::quantity::Quantity;
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::unit_price::UnitPrice;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use time::PrimitiveDateTime;

/// What the audit trail calls an item.
pub const RESOURCE: &str = "item";

/// An item with what there is of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockedItem {
    /// The item.
    pub item: Item,
    /// How many there are (`quantity_on_hand`).
    pub quantity: Quantity,
    /// What they cost in all, minor units of base currency (`asset_value`).
    pub value: i64,
}

impl StockedItem {
    fn of(item: Item, kept: Option<&KeptStock>) -> Self {
        let (quantity, value) =
            kept.map_or((Quantity::ZERO, 0), |kept| (kept.shelf.quantity(), kept.shelf.value()));
        Self { item, quantity, value }
    }

    /// Whether its stock is counted.
    #[must_use]
    pub fn is_stocked(&self) -> bool {
        self.item.item_type == ItemType::Inventory
    }

    /// What one costs on average; `None` where there is none.
    #[must_use]
    pub fn average_cost(&self) -> Option<UnitPrice> {
        UnitPrice::per_unit(self.value, self.quantity)
    }
}

/// Makes an item.
///
/// # Errors
/// `validation_error`, `duplicate_external_id`, `sku` with `unique`, an account or tax code with `exists` or
/// `account_type`.
pub fn make(app: &App, call: &Call, draft: &ItemDraft) -> Result<Done<StockedItem>> {
    change(app, call, Permission::ITEMS_WRITE, |tx, at| {
        let (item, happening) = make_in(tx, ItemId(app.ids.next()), draft.clone(), at)?;
        Ok(Changed::one(StockedItem::of(item, None), happening))
    })
}

/// Changes an item; `version` is the one the caller has seen, if it says so.
///
/// # Errors
/// As [`make`]; `not_found`, `version_conflict`, `has_history`.
pub fn revise(
    app: &App,
    call: &Call,
    id: ItemId,
    version: Option<i64>,
    draft: &ItemDraft,
) -> Result<Done<StockedItem>> {
    change(app, call, Permission::ITEMS_WRITE, |tx, at| {
        let before = tx.items().find(id)?.ok_or_else(|| Error::not_found("item", id))?;
        let (item, happening) = revise_in(tx, &before, version, draft.clone(), at)?;
        Ok(Changed::one(item, happening))
    })
}

/// Makes an item under an external id, or changes the one that has it.
///
/// # Errors
/// As [`make`] and [`revise`].
pub fn upsert(
    app: &App,
    call: &Call,
    external_id: &str,
    version: Option<i64>,
    draft: &ItemDraft,
) -> Result<Done<Upserted<StockedItem>>> {
    let draft = ItemDraft { external_id: Some(external_id.to_owned()), ..draft.clone() };
    change(app, call, Permission::ITEMS_WRITE, |tx, at| {
        let found = tx.items().find_by_external_id(external_id)?;
        let created = found.is_none();
        let (value, happening) = match found {
            Some(before) => revise_in(tx, &before, version, draft.clone(), at)?,
            None => {
                let (item, happening) = make_in(tx, ItemId(app.ids.next()), draft.clone(), at)?;
                (StockedItem::of(item, None), happening)
            }
        };
        Ok(Changed::one(Upserted { created, value }, happening))
    })
}

/// Deactivates an item: what names it stays, new documents cannot.
///
/// # Errors
/// `not_found`, `version_conflict`.
pub fn deactivate(app: &App, call: &Call, id: ItemId, version: Option<i64>) -> Result<Done<StockedItem>> {
    change(app, call, Permission::ITEMS_WRITE, |tx, at| {
        let before = tx.items().find(id)?.ok_or_else(|| Error::not_found("item", id))?;
        check_version(version, before.version)?;
        let after = before.deactivate(at);
        tx.items().update(&after)?;
        let happening = happened("item.deactivated", Some(&before), &after);
        let kept = tx.stocks().kept(&[id])?;
        Ok(Changed::one(StockedItem::of(after, kept.first()), happening))
    })
}

/// Lists items by name. The cursor is the sort name and id of the last one seen.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Store`].
pub fn list(
    app: &App,
    call: &Call,
    filter: &ItemFilter,
    page: &Page<(String, ItemId)>,
) -> Result<Listed<StockedItem, (String, ItemId)>> {
    call.need(Permission::ITEMS_READ)?;
    app.store.read(call.company, |tx| {
        let total = match &page.cursor {
            Some(_) if *filter != ItemFilter::default() => None,
            _ => Some(tx.items().count(filter)?),
        };
        let after = page.cursor.as_ref().map(|(name, id)| (name.as_str(), *id));
        let items = tx.items().list(filter, after, page.offset, page.limit + 1)?;
        let listed = cut(items, page.limit, total, |item| (item.sort_name(), item.id));
        let items = with_stocks(tx, listed.items)?;
        Ok(Listed { items, total_count: listed.total_count, next: listed.next })
    })
}

/// One item.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(app: &App, call: &Call, id: ItemId) -> Result<StockedItem> {
    call.need(Permission::ITEMS_READ)?;
    app.store.read(call.company, |tx| {
        let item = tx.items().find(id)?.ok_or_else(|| Error::not_found("item", id))?;
        with_stock(tx, item)
    })
}

/// The item with what there is of it.
pub(crate) fn with_stock(tx: &mut dyn Tx, item: Item) -> Result<StockedItem> {
    let kept = if item.item_type == ItemType::Inventory { tx.stocks().kept(&[item.id])? } else { Vec::new() };
    Ok(StockedItem::of(item, kept.first()))
}

/// Items with what there is of each, by one look-up.
pub(crate) fn with_stocks(tx: &mut dyn Tx, items: Vec<Item>) -> Result<Vec<StockedItem>> {
    let stocked = items.iter().filter(|item| item.item_type == ItemType::Inventory);
    let stocked: Vec<ItemId> = stocked.map(|item| item.id).collect();
    let kept = if stocked.is_empty() { Vec::new() } else { tx.stocks().kept(&stocked)? };
    let kept: HashMap<ItemId, KeptStock> = kept.into_iter().map(|kept| (kept.item_id, kept)).collect();
    let with_stock = |item: Item| {
        let kept = kept.get(&item.id);
        StockedItem::of(item, kept)
    };
    Ok(items.into_iter().map(with_stock).collect())
}

fn make_in(
    tx: &mut dyn Tx,
    id: ItemId,
    draft: ItemDraft,
    at: PrimitiveDateTime,
) -> Result<(Item, Happening)> {
    let item = Item::make(id, draft, at)?;
    check(tx, &item)?;
    tx.items().insert(&item)?;
    let happening = happened("item.created", None, &item);
    Ok((item, happening))
}

fn revise_in(
    tx: &mut dyn Tx,
    before: &Item,
    version: Option<i64>,
    draft: ItemDraft,
    at: PrimitiveDateTime,
) -> Result<(StockedItem, Happening)> {
    check_version(version, before.version)?;
    let kept = tx.stocks().kept(&[before.id])?;
    let after = before.revise(draft, !kept.is_empty(), at)?;
    check(tx, &after)?;
    tx.items().update(&after)?;
    let happening = happened("item.updated", Some(before), &after);
    Ok((StockedItem::of(after, kept.first()), happening))
}

/// Checks what an item says against the rest of the books.
fn check(tx: &mut dyn Tx, item: &Item) -> Result<()> {
    if let Some(external_id) = &item.external_id
        && let Some(existing) = tx.items().find_by_external_id(external_id)?
        && existing.id != item.id
    {
        return Err(Refusal::DuplicateExternalId { existing_id: existing.id.to_string() }.into());
    }
    if let Some(sku) = &item.sku
        && let Some(existing) = tx.items().find_by_sku(sku)?
        && existing != item.id
    {
        let message = format!("sku {sku} exists already: {existing}");
        return Err(Refusal::field("sku", Constraint::Unique, message).into());
    }
    let named: Vec<AccountRef> = [item.income_account_id, item.expense_account_id, item.asset_account_id]
        .into_iter()
        .flatten()
        .map(AccountRef::Id)
        .collect();
    let types: HashMap<AccountId, _> = tx
        .accounts()
        .named(&named.iter().collect::<Vec<_>>())?
        .into_iter()
        .map(|account| (account.id, account.account_type))
        .collect();
    item.check_accounts(|id| types.get(&id).copied())?;
    if let Some(id) = item.tax_code_id {
        let table = tx.tax_codes().table()?;
        if table.code(id).is_none() && table.group(TaxGroupId(id.0)).is_none() {
            let message = "there is no such tax code or tax group";
            return Err(Refusal::field("tax_code_id", Constraint::Exists, message).into());
        }
    }
    Ok(())
}

fn happened(action: &'static str, before: Option<&Item>, after: &Item) -> Happening {
    Happening {
        action,
        resource_type: RESOURCE,
        resource_id: after.id.to_string(),
        before: before.and_then(snapshot),
        after: snapshot(after),
        reason: None,
    }
}
