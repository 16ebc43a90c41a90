//! What the lines of documents do to stocks: an invoice issues, a bill receives, a credit note brings back, a vendor credit
//! sends back. Lines without an inventory item move nothing.

use super::assemble::Desk;
use crate::error::Result;
use crate::inventory::{StockMove, StockPlan, StockTerms, plan};
use crate::ports::{Ids, Tx};
use partita_domain::document::{Document, DocumentKind, DocumentLine};
use partita_domain::id::{DocumentId, ItemId, MovementId};
use partita_domain::inventory::{MovementKind, RecordKind, StockRecord};
use partita_domain::item::{Item, ItemType};
use partita_domain::journal_entry::Dimensions;
use partita_domain::quantity::Quantity;
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::tax::Trade;
use std::collections::{HashMap, HashSet};
use time::PrimitiveDateTime;

/// The inventory items that lines of a document name.
pub(super) fn stocked<'d>(desk: &'d Desk, document: &'d Document) -> impl Iterator<Item = &'d Item> {
    let items = document.lines.iter().filter_map(|line| line.item_id.and_then(|id| desk.item(id)));
    items.filter(|item| item.item_type == ItemType::Inventory)
}

/// Works out what a document that is being posted does to stocks; `None` where it does nothing.
///
/// # Errors
/// Below `lines[i]`: `quantity` with `range` where more would leave than there is, or more would come back than has left;
/// `unit_price` with `range` for goods that come in and cost less than nothing.
pub(super) fn plan_of(
    tx: &mut dyn Tx,
    ids: &dyn Ids,
    at: PrimitiveDateTime,
    desk: &Desk,
    document: &Document,
) -> Result<Option<StockPlan>> {
    let lines: Vec<(usize, &DocumentLine, &Item)> = document
        .lines
        .iter()
        .enumerate()
        .filter_map(|(i, line)| Some((i, line, line.item_id.and_then(|id| desk.item(id))?)))
        .filter(|(_, line, item)| item.item_type == ItemType::Inventory && !line.quantity.is_zero())
        .collect();
    if lines.is_empty() {
        return Ok(None);
    }
    let mut moves = Vec::with_capacity(lines.len());
    match document.kind.trade() {
        Trade::Purchase => {
            let values = base_values(desk, document)?;
            for (i, line, item) in lines {
                let value = values.get(i).copied().unwrap_or_default();
                moves.push(bought(document, i, line, item, value)?);
            }
        }
        Trade::Sale => {
            let mut returnable = match (document.kind, document.source_id) {
                (DocumentKind::CreditNote, Some(corrected)) => Some(Returnable::of(tx, corrected)?),
                _ => None,
            };
            for (i, line, item) in lines {
                sold(document, i, line, item, returnable.as_mut(), &mut moves)?;
            }
        }
    }
    let terms = StockTerms {
        at,
        base: desk.company.base_currency,
        currency: document.currency_code,
        may_be_negative: desk.settings.trade.allow_negative_stock,
    };
    plan(tx, ids, terms, &moves).map(Some)
}

/// What each line brings to its account, in base currency: above zero on a bill, below zero on a vendor credit.
fn base_values(desk: &Desk, document: &Document) -> Result<Vec<i64>> {
    let values = document.base_values(desk.company.base_currency).ok_or_else(|| {
        Refusal::field("lines", Constraint::Range, "an amount in base currency is out of range")
    })?;
    let sign = if document.kind == DocumentKind::Bill { 1 } else { -1 };
    Ok(values.into_iter().map(|value| value.saturating_mul(sign)).collect())
}

fn absolute(quantity: Quantity) -> Quantity {
    if quantity.is_negative() { Quantity::ZERO.checked_sub(quantity).unwrap_or_default() } else { quantity }
}

fn moved<'d>(
    document: &Document,
    i: usize,
    line: &DocumentLine,
    item: &'d Item,
    kind: MovementKind,
    quantity: Quantity,
) -> StockMove<'d> {
    StockMove {
        dimensions: Dimensions { contact_id: None, tax_code_id: None, ..line.dimensions },
        source: Some((document.id, line.line_number)),
        path: format!("lines[{i}]"),
        ..StockMove::new(item, document.date, kind, quantity)
    }
}

/// Goods of a bill come in at what its line posts to the inventory account; those of a vendor credit leave at what they
/// cost, and what the vendor gives for them more or less belongs to the cost of goods sold.
fn bought<'d>(
    document: &Document,
    i: usize,
    line: &DocumentLine,
    item: &'d Item,
    value: i64,
) -> Result<StockMove<'d>> {
    let comes_in = (document.kind == DocumentKind::Bill) != line.quantity.is_negative();
    let kind = if comes_in { MovementKind::Receipt { value } } else { MovementKind::Issue };
    if comes_in && value < 0 {
        let message = format!("{}: goods that come in cost nothing or more", item.name);
        return Err(Refusal::field(format!("lines[{i}].unit_price"), Constraint::Range, message).into());
    }
    let moved = moved(document, i, line, item, kind, absolute(line.quantity));
    Ok(StockMove { posted: value, ..moved })
}

/// Goods of an invoice leave; those of a credit note come back at what they left at with the invoice that it corrects, or at
/// what such goods cost now.
fn sold<'d>(
    document: &Document,
    i: usize,
    line: &DocumentLine,
    item: &'d Item,
    returnable: Option<&mut Returnable>,
    moves: &mut Vec<StockMove<'d>>,
) -> Result<()> {
    let quantity = absolute(line.quantity);
    let leaves = (document.kind == DocumentKind::Invoice) != line.quantity.is_negative();
    if leaves {
        moves.push(moved(document, i, line, item, MovementKind::Issue, quantity));
        return Ok(());
    }
    let Some(returnable) = returnable.filter(|returnable| returnable.knows(item.id)) else {
        moves.push(moved(document, i, line, item, MovementKind::Found, quantity));
        return Ok(());
    };
    let taken = returnable.take(item.id, quantity).map_err(|left| {
        let message =
            format!("{}: {quantity} would come back, {left} of the corrected invoice are left", item.name);
        Refusal::field(format!("lines[{i}].quantity"), Constraint::Range, message)
    })?;
    for (of, quantity) in taken {
        moves.push(moved(document, i, line, item, MovementKind::Return { of }, quantity));
    }
    Ok(())
}

/// What may still come back of the goods of an invoice, by issue.
struct Returnable(Vec<(ItemId, MovementId, Quantity)>);

impl Returnable {
    fn of(tx: &mut dyn Tx, invoice: DocumentId) -> Result<Self> {
        let issues: Vec<StockRecord> = tx
            .stocks()
            .of_document(invoice)?
            .into_iter()
            .filter(|record| record.kind == RecordKind::Moved(MovementKind::Issue))
            .collect();
        let ids: Vec<MovementId> = issues.iter().map(|record| record.id).collect();
        let about = if ids.is_empty() { Vec::new() } else { tx.stocks().about(&ids)? };
        let returns: Vec<&StockRecord> = about
            .iter()
            .filter(|record| matches!(record.kind, RecordKind::Moved(MovementKind::Return { .. })))
            .collect();
        let returned: Vec<MovementId> = returns.iter().map(|record| record.id).collect();
        let voided: HashSet<MovementId> = match returned.as_slice() {
            [] => HashSet::new(),
            returned => {
                let about = tx.stocks().about(returned)?;
                let voids = about.iter().filter(|record| matches!(record.kind, RecordKind::Voided(_)));
                voids.filter_map(|record| record.kind.of()).collect()
            }
        };
        let mut back: HashMap<MovementId, Quantity> = HashMap::new();
        for record in returns.into_iter().filter(|record| !voided.contains(&record.id)) {
            if let Some(of) = record.kind.of() {
                let sum = back.entry(of).or_default();
                *sum = sum.checked_add(record.quantity).unwrap_or(Quantity::MAX);
            }
        }
        let left = issues.iter().map(|issue| {
            let back = back.get(&issue.id).copied().unwrap_or_default();
            (issue.item_id, issue.id, issue.quantity.checked_sub(back).unwrap_or_default())
        });
        Ok(Self(left.collect()))
    }

    fn knows(&self, item: ItemId) -> bool {
        self.0.iter().any(|(of, ..)| *of == item)
    }

    /// Takes goods from the first issues that have some left; answers how many there were when they are too few.
    fn take(
        &mut self,
        item: ItemId,
        quantity: Quantity,
    ) -> std::result::Result<Vec<(MovementId, Quantity)>, Quantity> {
        let of_item = self.0.iter().filter(|(of, ..)| *of == item).map(|(.., left)| *left);
        let all = of_item.fold(Quantity::ZERO, |sum, left| sum.checked_add(left).unwrap_or(Quantity::MAX));
        if quantity > all {
            return Err(all);
        }
        let mut wanted = quantity;
        let mut taken = Vec::new();
        for (_, id, left) in self.0.iter_mut().filter(|(of, ..)| *of == item) {
            let part = wanted.min(*left);
            if !part.is_zero() {
                taken.push((*id, part));
                *left = left.checked_sub(part).unwrap_or_default();
                wanted = wanted.checked_sub(part).unwrap_or_default();
            }
        }
        Ok(taken)
    }
}
