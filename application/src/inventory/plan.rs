//! What movements do, worked out from what is kept of each item; the rows of an item are read only where a movement lies
//! before its last one.

use super::record::{Change, StockEffect, StockPlan};
use crate::error::Result;
use crate::ports::{Ids, StoreError, Tx};
use partita_domain::id::{AccountId, DocumentId, ItemId, MovementId};
use partita_domain::inventory::{
    Effect, Impossible, Issued, KeptStock, Movement, MovementKind, RecordKind, Revision, Shelf, Stock,
    StockRecord, revise, standing,
};
use partita_domain::item::{CostMethod, Item, ItemType};
use partita_domain::journal_entry::Dimensions;
use partita_domain::money::Currency;
use partita_domain::quantity::Quantity;
use partita_domain::refusal::{Constraint, Refusal};
use std::collections::HashMap;
use time::{Date, PrimitiveDateTime};

/// A movement of an inventory item, as a document or an adjustment asks for it.
#[derive(Clone, Debug)]
pub struct StockMove<'a> {
    /// The item.
    pub item: &'a Item,
    /// The accounting date of the entry.
    pub date: Date,
    /// What it does. An invoice issues, a bill receives, a credit note returns, a vendor credit issues.
    pub kind: MovementKind,
    /// How many, above zero; for a count how many there are.
    pub quantity: Quantity,
    /// What lines of the entry post to the inventory account for it already, minor units of base currency: the net amount
    /// of a bill line, below zero that of a vendor credit; of an invoice nothing.
    pub posted: i64,
    /// Takes what it costs; the item's expense account by default.
    pub account: Option<AccountId>,
    /// What else the lines are about.
    pub dimensions: Dimensions,
    /// The document and the number of its line.
    pub source: Option<(DocumentId, i32)>,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// JSON path before the fields of refusals, such as `lines[2]`; nothing for the request itself.
    pub path: String,
}

impl<'a> StockMove<'a> {
    /// A movement that nothing has posted yet and that nobody has said more of.
    pub fn new(item: &'a Item, date: Date, kind: MovementKind, quantity: Quantity) -> Self {
        Self {
            item,
            date,
            kind,
            quantity,
            posted: 0,
            account: None,
            dimensions: Dimensions::default(),
            source: None,
            external_id: None,
            reason: None,
            path: String::new(),
        }
    }

    fn refuse(&self, refusal: Refusal) -> Refusal {
        if self.path.is_empty() { refusal } else { refusal.under(&self.path) }
    }
}

/// What a plan needs to know of the books and of the entry.
#[derive(Clone, Copy, Debug)]
pub struct StockTerms {
    /// When it is recorded.
    pub at: PrimitiveDateTime,
    /// The base currency.
    pub base: Currency,
    /// The currency of the entry that takes the lines.
    pub currency: Currency,
    /// Whether more may leave than there is.
    pub may_be_negative: bool,
}

/// The movements of one item within a plan, with what is known of its stock.
pub(super) struct Moving<'a> {
    pub(super) item: &'a Item,
    pub(super) method: CostMethod,
    pub(super) asset_account: AccountId,
    pub(super) expense_account: AccountId,
    pub(super) kept: KeptStock,
    moves: Vec<(usize, MovementId, &'a StockMove<'a>)>,
}

impl<'a> Moving<'a> {
    pub(super) fn of(
        item: &'a Item,
        kept: Option<KeptStock>,
        date: Date,
    ) -> std::result::Result<Self, Refusal> {
        let known = (item.item_type, item.cost_method, item.asset_account_id, item.expense_account_id);
        let (ItemType::Inventory, Some(method), Some(asset_account), Some(expense_account)) = known else {
            let message = format!("{} is a {} item, which has no stock", item.name, item.item_type.name());
            return Err(Refusal::field("item_id", Constraint::OneOf, message));
        };
        let kept = kept.unwrap_or_else(|| KeptStock {
            item_id: item.id,
            sequence: 0,
            last_date: date,
            is_revised: false,
            shelf: Shelf::default(),
        });
        Ok(Self { item, method, asset_account, expense_account, kept, moves: Vec::new() })
    }

    fn is_backdated(&self) -> bool {
        let dates = self.moves.iter().map(|(_, _, moved)| moved.date);
        std::iter::once(self.kept.last_date)
            .chain(dates.clone())
            .zip(dates)
            .any(|(before, date)| date < before)
    }

    fn referred(&self) -> impl Iterator<Item = MovementId> {
        self.moves.iter().filter_map(|(_, _, moved)| RecordKind::Moved(moved.kind).of())
    }

    /// Whether what is kept does not tell what the movements do.
    fn needs_history(&self) -> bool {
        self.is_backdated() || (self.kept.is_revised && self.referred().next().is_some())
    }

    fn movements(&self) -> impl Iterator<Item = Movement> {
        self.moves.iter().map(|(_, id, moved)| Movement {
            id: *id,
            date: moved.date,
            quantity: moved.quantity,
            kind: moved.kind,
        })
    }

    /// Applies the movements to what is kept.
    fn apply(&self, about: &[StockRecord], may_be_negative: bool) -> Result<(Stock, Vec<Effect>)> {
        // One that is negative already may become less so.
        let may_be_negative = may_be_negative || self.kept.shelf.quantity().is_negative();
        let mut stock = Stock::restored(self.method, may_be_negative, self.kept.shelf.clone());
        recall(&mut stock, about.iter().filter(|record| record.item_id == self.item.id));
        let mut effects = Vec::with_capacity(self.moves.len());
        for (movement, (_, _, moved)) in self.movements().zip(&self.moves) {
            effects.push(stock.apply(&movement).map_err(|refusal| moved.refuse(self.named(refusal)))?);
        }
        Ok((stock, effects))
    }

    /// Puts the movements in among those that were posted.
    fn insert(&self, history: &[StockRecord], may_be_negative: bool) -> Result<Revision> {
        let before = standing(history.iter().filter(|record| record.item_id == self.item.id));
        let after: Vec<Movement> = before.iter().copied().chain(self.movements()).collect();
        revise(self.method, may_be_negative, &before, &after).map_err(|impossible| {
            let own = self.moves.iter().find(|(_, id, _)| *id == impossible.movement.id);
            match own.or(self.moves.first()) {
                Some((_, id, moved)) if *id == impossible.movement.id => {
                    moved.refuse(self.named(impossible.refusal)).into()
                }
                Some((_, _, moved)) => moved.refuse(self.later(&impossible)).into(),
                None => impossible.refusal.into(),
            }
        })
    }

    /// Says of which item, since a document has many.
    fn named(&self, refusal: Refusal) -> Refusal {
        match (refusal.at(), refusal.constraint()) {
            (Some(field), Some(constraint)) => {
                Refusal::field(field, constraint, format!("{}: {refusal}", self.item.name))
            }
            _ => refusal,
        }
    }

    /// A movement that was posted could not have been.
    pub(super) fn later(&self, impossible: &Impossible) -> Refusal {
        let message =
            format!("{}: then on {}, {}", self.item.name, impossible.movement.date, impossible.refusal);
        Refusal::field("quantity", Constraint::Range, message)
    }
}

/// Tells a stock of the movements that others refer to, where none of them was revised.
fn recall<'a>(stock: &mut Stock, about: impl Iterator<Item = &'a StockRecord>) {
    let mut issued: HashMap<MovementId, Issued> = HashMap::new();
    for record in about {
        match record.kind {
            RecordKind::Moved(MovementKind::Receipt { .. }) => {
                stock.recall_receipt(record.id, record.quantity);
            }
            RecordKind::Moved(MovementKind::Issue) => {
                let left = Issued {
                    quantity: record.quantity,
                    cost: record.effect.value.saturating_neg(),
                    returned: Quantity::ZERO,
                    returned_cost: 0,
                };
                issued.insert(record.id, left);
            }
            RecordKind::Moved(MovementKind::Return { of }) => {
                if let Some(issued) = issued.get_mut(&of) {
                    issued.returned = issued.returned.checked_add(record.quantity).unwrap_or(issued.quantity);
                    issued.returned_cost = issued.returned_cost.saturating_add(record.effect.value);
                }
            }
            _ => {}
        }
    }
    for (id, issued) in issued {
        stock.recall_issue(id, issued);
    }
}

/// Works out what movements do and which lines their entry needs besides. Movements of one item see one another, in their
/// order.
///
/// # Errors
/// Below the path of the movement: `item_id` with `one_of` for an item without a stock, `quantity` with `range` where more
/// would leave than there is, then or on a later day, `of` with `exists`.
pub fn plan(tx: &mut dyn Tx, ids: &dyn Ids, terms: StockTerms, moves: &[StockMove<'_>]) -> Result<StockPlan> {
    let mut moving: Vec<Moving<'_>> = Vec::new();
    let mut places: HashMap<ItemId, usize> = HashMap::new();
    let items: Vec<ItemId> = moves.iter().map(|moved| moved.item.id).collect();
    let mut kept: HashMap<ItemId, KeptStock> =
        tx.stocks().kept(&items)?.into_iter().map(|kept| (kept.item_id, kept)).collect();
    for (i, moved) in moves.iter().enumerate() {
        let place = match places.get(&moved.item.id) {
            Some(place) => *place,
            None => {
                let one = Moving::of(moved.item, kept.remove(&moved.item.id), moved.date);
                moving.push(one.map_err(|refusal| moved.refuse(refusal))?);
                places.insert(moved.item.id, moving.len() - 1);
                moving.len() - 1
            }
        };
        if let Some(one) = moving.get_mut(place) {
            one.moves.push((i, MovementId(ids.next()), moved));
        }
    }
    let with_history: Vec<ItemId> =
        moving.iter().filter(|one| one.needs_history()).map(|one| one.item.id).collect();
    let history = if with_history.is_empty() { Vec::new() } else { tx.stocks().history(&with_history)? };
    let referred: Vec<MovementId> =
        moving.iter().filter(|one| !one.needs_history()).flat_map(Moving::referred).collect();
    let about = if referred.is_empty() { Vec::new() } else { tx.stocks().about(&referred)? };

    let mut plan = StockPlan::new(terms);
    let mut effects: Vec<Option<StockEffect>> = vec![None; moves.len()];
    for one in &moving {
        let (stock, done, corrected) = if one.needs_history() {
            let revision = one.insert(&history, terms.may_be_negative)?;
            let done: HashMap<MovementId, Effect> = revision.added.into_iter().collect();
            let done = one.moves.iter().map(|(_, id, _)| done.get(id).copied().unwrap_or_default()).collect();
            (revision.stock, done, revision.corrected)
        } else {
            let (stock, done) = one.apply(&about, terms.may_be_negative)?;
            (stock, done, Vec::new())
        };
        let mut sequence = one.kept.sequence;
        let mut last_date = one.kept.last_date;
        for ((i, id, moved), effect) in one.moves.iter().zip(done) {
            sequence += 1;
            last_date = last_date.max(moved.date);
            let account_id = moved.account.unwrap_or(one.expense_account);
            let record = StockRecord {
                id: *id,
                item_id: one.item.id,
                sequence,
                external_id: moved.external_id.clone(),
                date: moved.date,
                kind: RecordKind::Moved(moved.kind),
                quantity: moved.quantity,
                effect,
                account_id,
                source: moved.source,
                entry_id: None,
                reason: moved.reason.clone(),
                created_at: terms.at,
            };
            let lines = plan.add(record, moved.posted, one, moved.dimensions)?;
            if let Some(place) = effects.get_mut(*i) {
                *place = Some(StockEffect { movement_id: *id, effect, lines });
            }
        }
        if let Some((_, _, cause)) = one.moves.first() {
            let change = Change { date: cause.date, source: cause.source, reason: cause.reason.clone() };
            sequence = plan.correct(ids, one, &history, &corrected, sequence, &change)?;
        }
        plan.keep(KeptStock {
            item_id: one.item.id,
            sequence,
            last_date,
            is_revised: one.kept.is_revised || !corrected.is_empty(),
            shelf: stock.shelf().clone(),
        });
    }
    plan.effects = effects.into_iter().flatten().collect();
    if plan.effects.len() == moves.len() {
        Ok(plan)
    } else {
        Err(StoreError::Corrupt("a movement was left out of its plan".to_owned()).into())
    }
}
