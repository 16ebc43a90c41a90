//! The stock of one item: what its movements make of it.

use super::shelf::{Layer, Shelf, share};
use super::{Effect, Movement, MovementKind, split_late_cost};
use crate::id::MovementId;
use crate::item::CostMethod;
use crate::journal_entry::MAX_AMOUNT;
use crate::quantity::Quantity;
use crate::refusal::{Constraint, Refusal};
use crate::unit_price::UnitPrice;
use std::collections::HashMap;

/// An issue, and what came back of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issued {
    /// How many left.
    pub quantity: Quantity,
    /// What they left at, minor units of base currency.
    pub cost: i64,
    /// How many came back.
    pub returned: Quantity,
    /// What they came back at.
    pub returned_cost: i64,
}

/// The stock of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stock {
    method: CostMethod,
    may_be_negative: bool,
    shelf: Shelf,
    received: HashMap<MovementId, Quantity>,
    issued: HashMap<MovementId, Issued>,
}

fn out_of_range() -> Refusal {
    Refusal::field(
        "quantity",
        Constraint::Range,
        format!("a stock is worth at most {MAX_AMOUNT} minor units"),
    )
}

impl Stock {
    /// An empty stock. One that may be negative issues goods that are not there at their last known cost, and corrects
    /// it when they come in (T49).
    #[must_use]
    pub fn new(method: CostMethod, may_be_negative: bool) -> Self {
        Self {
            method,
            may_be_negative,
            shelf: Shelf::default(),
            received: HashMap::new(),
            issued: HashMap::new(),
        }
    }

    /// A stock whose movements left this behind. It knows none of them; [`recall_receipt`](Self::recall_receipt) and
    /// [`recall_issue`](Self::recall_issue) tell it of those that the next ones refer to.
    #[must_use]
    pub fn restored(method: CostMethod, may_be_negative: bool, shelf: Shelf) -> Self {
        Self { shelf, ..Self::new(method, may_be_negative) }
    }

    /// Tells of a receipt, for a late cost of it.
    pub fn recall_receipt(&mut self, id: MovementId, quantity: Quantity) {
        self.received.insert(id, quantity);
    }

    /// Tells of an issue, for a return of it.
    pub fn recall_issue(&mut self, id: MovementId, issued: Issued) {
        self.issued.insert(id, issued);
    }

    /// What there is.
    #[must_use]
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// How many there are; below zero when more have left than came in.
    #[must_use]
    pub fn quantity(&self) -> Quantity {
        self.shelf.quantity()
    }

    /// What they cost in all, minor units of base currency.
    #[must_use]
    pub fn value(&self) -> i64 {
        self.shelf.value()
    }

    /// What one costs on average; `None` for an empty stock.
    #[must_use]
    pub fn average_cost(&self) -> Option<UnitPrice> {
        self.shelf.average_cost()
    }

    /// Moves the stock. After a refusal it is as it was.
    ///
    /// # Errors
    /// `quantity` with constraint `range` when it is not above zero, more leaves than there is, more comes back than has
    /// left, or the stock leaves its range; `of` with `exists` for an issue or receipt that is not of this stock; `value`
    /// with `range`.
    pub fn apply(&mut self, movement: &Movement) -> Result<Effect, Refusal> {
        let counted = matches!(movement.kind, MovementKind::Count);
        let late = matches!(movement.kind, MovementKind::LateCost { .. });
        let least = if counted { Quantity::ZERO } else { Quantity::from_millionths(1, "quantity")? };
        if !late && movement.quantity < least {
            return Err(Refusal::field(
                "quantity",
                Constraint::Range,
                format!("the quantity {} is not above zero", movement.quantity),
            ));
        }
        let mut shelf = self.shelf.clone();
        let effect = match movement.kind {
            MovementKind::Receipt { value } => {
                if !(0..=MAX_AMOUNT).contains(&value) {
                    let message = format!("the value {value} is not from 0 to {MAX_AMOUNT}");
                    return Err(Refusal::field("value", Constraint::Range, message));
                }
                self.put(&mut shelf, movement, movement.quantity, value)?
            }
            MovementKind::Issue => self.take(&mut shelf, movement.quantity)?,
            MovementKind::Return { of } => {
                let value = self.cost_of_return(of, movement.quantity)?;
                self.put(&mut shelf, movement, movement.quantity, value)?
            }
            MovementKind::Found => {
                let value = shelf.present_cost(movement.quantity).ok_or_else(out_of_range)?;
                self.put(&mut shelf, movement, movement.quantity, value)?
            }
            MovementKind::Count => {
                let there = shelf.exact_quantity().ok_or_else(out_of_range)?;
                let more = movement.quantity.checked_sub(there).ok_or_else(out_of_range)?;
                if more.is_negative() {
                    let less = there.checked_sub(movement.quantity).ok_or_else(out_of_range)?;
                    self.take(&mut shelf, less)?
                } else if more.is_zero() {
                    Effect::default()
                } else {
                    let value = shelf.present_cost(more).ok_or_else(out_of_range)?;
                    self.put(&mut shelf, movement, more, value)?
                }
            }
            MovementKind::LateCost { of, value } => self.add_cost(&mut shelf, of, value)?,
        };
        let in_range = shelf.exact_quantity().is_some()
            && shelf.exact_value().unsigned_abs() <= MAX_AMOUNT.unsigned_abs().into();
        if !in_range {
            return Err(out_of_range());
        }
        self.shelf = shelf;
        self.remember(movement, &effect);
        Ok(effect)
    }

    fn put(
        &self,
        shelf: &mut Shelf,
        movement: &Movement,
        quantity: Quantity,
        value: i64,
    ) -> Result<Effect, Refusal> {
        // What comes back has the cost of goods that came in long ago, so it leaves first again.
        let to_front = matches!(movement.kind, MovementKind::Return { .. });
        let layer = Layer { receipt: movement.id, quantity, value };
        let late_cost = shelf.put(layer, self.method, to_front).ok_or_else(out_of_range)?;
        Ok(Effect { quantity, value, late_cost })
    }

    fn take(&self, shelf: &mut Shelf, quantity: Quantity) -> Result<Effect, Refusal> {
        let there = shelf.exact_quantity().ok_or_else(out_of_range)?;
        if quantity > there && !self.may_be_negative {
            let message = format!("{quantity} would leave the stock, {there} are there");
            return Err(Refusal::field("quantity", Constraint::Range, message));
        }
        let cost = shelf.take(quantity).ok_or_else(out_of_range)?;
        let out = Quantity::ZERO.checked_sub(quantity).ok_or_else(out_of_range)?;
        Ok(Effect { quantity: out, value: cost.saturating_neg(), late_cost: 0 })
    }

    /// What goods of an issue left at; the last of them take what is left of its cost.
    fn cost_of_return(&self, of: MovementId, quantity: Quantity) -> Result<i64, Refusal> {
        let Some(issued) = self.issued.get(&of) else {
            return Err(Refusal::field("of", Constraint::Exists, "there is no such issue of this stock"));
        };
        let returned = issued.returned.checked_add(quantity).ok_or_else(out_of_range)?;
        if returned > issued.quantity {
            let message = format!("{returned} would have come back, {} have left", issued.quantity);
            return Err(Refusal::field("quantity", Constraint::Range, message));
        }
        share(issued.cost, returned, issued.quantity)
            .and_then(|cost| cost.checked_sub(issued.returned_cost))
            .ok_or_else(out_of_range)
    }

    fn add_cost(&self, shelf: &mut Shelf, of: MovementId, value: i64) -> Result<Effect, Refusal> {
        let Some(received) = self.received.get(&of) else {
            return Err(Refusal::field("of", Constraint::Exists, "there is no such receipt of this stock"));
        };
        let layer = match self.method {
            CostMethod::Fifo => shelf.layers.iter_mut().find(|layer| layer.receipt == of),
            CostMethod::Average => shelf.layers.front_mut(),
        };
        let on_hand = layer.as_ref().map_or(Quantity::ZERO, |layer| layer.quantity);
        let (inventory, late_cost) = split_late_cost(value, *received, on_hand).ok_or_else(out_of_range)?;
        if let Some(layer) = layer {
            let now = layer.value.checked_add(inventory).ok_or_else(out_of_range)?;
            if now < 0 {
                let message = format!("the goods on hand are worth {}, {inventory} is more", layer.value);
                return Err(Refusal::field("value", Constraint::Range, message));
            }
            layer.value = now;
        }
        Ok(Effect { quantity: Quantity::ZERO, value, late_cost })
    }

    fn remember(&mut self, movement: &Movement, effect: &Effect) {
        match movement.kind {
            MovementKind::Receipt { .. } => {
                self.received.insert(movement.id, movement.quantity);
            }
            MovementKind::Issue => {
                let issued = Issued {
                    quantity: movement.quantity,
                    cost: effect.value.saturating_neg(),
                    returned: Quantity::ZERO,
                    returned_cost: 0,
                };
                self.issued.insert(movement.id, issued);
            }
            MovementKind::Return { of } => {
                if let Some(issued) = self.issued.get_mut(&of) {
                    issued.returned =
                        issued.returned.checked_add(movement.quantity).unwrap_or(issued.quantity);
                    issued.returned_cost = issued.returned_cost.saturating_add(effect.value);
                }
            }
            MovementKind::Found | MovementKind::Count | MovementKind::LateCost { .. } => {}
        }
    }
}
