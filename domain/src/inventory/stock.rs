//! The stock of one item: layers of goods with what they cost.

use super::{Effect, Movement, MovementKind, split_late_cost};
use crate::id::MovementId;
use crate::item::CostMethod;
use crate::journal_entry::MAX_AMOUNT;
use crate::money::divide_half_away;
use crate::quantity::Quantity;
use crate::refusal::{Constraint, Refusal};
use crate::unit_price::UnitPrice;
use std::collections::{HashMap, VecDeque};

/// Goods that came in together; with moving average there is one layer at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layer {
    receipt: MovementId,
    quantity: Quantity,
    value: i64,
}

/// What there is, or is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shelf {
    layers: VecDeque<Layer>,
    /// Goods that left before they came in.
    short_quantity: Quantity,
    /// What they were issued at for the time being.
    short_value: i64,
    /// Value and quantity of the last known cost.
    last_cost: Option<(i64, Quantity)>,
}

/// An issue, and what came back of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Issued {
    quantity: Quantity,
    cost: i64,
    returned: Quantity,
    returned_cost: i64,
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

fn share(value: i64, part: Quantity, of: Quantity) -> Option<i64> {
    if part == of {
        return Some(value);
    }
    let exact = i128::from(value).checked_mul(i128::from(part.millionths()))?;
    i64::try_from(divide_half_away(exact, i128::from(of.millionths()))?).ok()
}

fn out_of_range() -> Refusal {
    Refusal::field(
        "quantity",
        Constraint::Range,
        format!("a stock is worth at most {MAX_AMOUNT} minor units"),
    )
}

impl Shelf {
    fn quantity(&self) -> Option<Quantity> {
        let on_hand =
            self.layers.iter().try_fold(Quantity::ZERO, |sum, layer| sum.checked_add(layer.quantity));
        on_hand?.checked_sub(self.short_quantity)
    }

    fn value(&self) -> i128 {
        let on_hand = self.layers.iter().map(|layer| i128::from(layer.value));
        on_hand.fold(-i128::from(self.short_value), i128::saturating_add)
    }

    /// What some goods cost now: the average, or the cost of the newest layer; nothing if it was never known.
    fn present_cost(&self, quantity: Quantity) -> Option<i64> {
        let newest = self.layers.back().map(|layer| (layer.value, layer.quantity));
        newest.or(self.last_cost).map_or(Some(0), |(value, of)| share(value, quantity, of))
    }

    /// Takes goods from the oldest layers; what is missing is issued at the present cost. Answers the cost.
    fn take(&mut self, quantity: Quantity) -> Option<i64> {
        self.last_cost = self.layers.back().map(|layer| (layer.value, layer.quantity)).or(self.last_cost);
        let (mut left, mut cost) = (quantity, 0_i64);
        while !left.is_zero() {
            let Some(layer) = self.layers.front_mut() else {
                break;
            };
            if layer.quantity <= left {
                cost = cost.checked_add(layer.value)?;
                left = left.checked_sub(layer.quantity)?;
                self.layers.pop_front();
            } else {
                let part = share(layer.value, left, layer.quantity)?;
                layer.value = layer.value.checked_sub(part)?;
                layer.quantity = layer.quantity.checked_sub(left)?;
                cost = cost.checked_add(part)?;
                left = Quantity::ZERO;
            }
        }
        if !left.is_zero() {
            let provisional = self.present_cost(left)?;
            self.short_quantity = self.short_quantity.checked_add(left)?;
            self.short_value = self.short_value.checked_add(provisional)?;
            cost = cost.checked_add(provisional)?;
        }
        Some(cost)
    }

    /// Takes goods in. Those that have left already come first; answers by how much they cost more than they were issued
    /// at.
    fn put(&mut self, layer: Layer, method: CostMethod, to_front: bool) -> Option<i64> {
        self.last_cost = Some((layer.value, layer.quantity));
        let covered = layer.quantity.min(self.short_quantity);
        let mut late_cost = 0;
        let mut rest = layer;
        if !covered.is_zero() {
            let cost = share(layer.value, covered, layer.quantity)?;
            let provisional = share(self.short_value, covered, self.short_quantity)?;
            late_cost = cost.checked_sub(provisional)?;
            self.short_quantity = self.short_quantity.checked_sub(covered)?;
            self.short_value = self.short_value.checked_sub(provisional)?;
            rest.quantity = layer.quantity.checked_sub(covered)?;
            rest.value = layer.value.checked_sub(cost)?;
        }
        if rest.quantity.is_zero() {
            return Some(late_cost);
        }
        match (method, self.layers.front_mut()) {
            (CostMethod::Average, Some(pool)) => {
                pool.quantity = pool.quantity.checked_add(rest.quantity)?;
                pool.value = pool.value.checked_add(rest.value)?;
            }
            _ if to_front => self.layers.push_front(rest),
            _ => self.layers.push_back(rest),
        }
        Some(late_cost)
    }
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

    /// How many there are (`quantity_on_hand`); below zero when more have left than came in.
    #[must_use]
    pub fn quantity(&self) -> Quantity {
        self.shelf.quantity().unwrap_or_default()
    }

    /// What they cost in all, minor units of base currency (`asset_value`).
    #[must_use]
    pub fn value(&self) -> i64 {
        i64::try_from(self.shelf.value()).unwrap_or_default()
    }

    /// What one costs on average (`average_cost`); `None` for an empty stock.
    #[must_use]
    pub fn average_cost(&self) -> Option<UnitPrice> {
        UnitPrice::per_unit(self.value(), self.quantity())
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
            MovementKind::Count => {
                let there = shelf.quantity().ok_or_else(out_of_range)?;
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
        let in_range =
            shelf.quantity().is_some() && shelf.value().unsigned_abs() <= MAX_AMOUNT.unsigned_abs().into();
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
        let there = shelf.quantity().ok_or_else(out_of_range)?;
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
            MovementKind::Count | MovementKind::LateCost { .. } => {}
        }
    }
}
