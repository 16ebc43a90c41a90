//! What there is of an item: layers of goods with what they cost.

use crate::id::MovementId;
use crate::item::CostMethod;
use crate::money::divide_half_away;
use crate::quantity::Quantity;
use crate::unit_price::UnitPrice;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Goods that came in together; with moving average there is one layer at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Layer {
    pub(super) receipt: MovementId,
    pub(super) quantity: Quantity,
    pub(super) value: i64,
}

/// What there is, or is missing. It is all that the next movement needs to know of those before it, but for a return and
/// a late cost, which need the movement they refer to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    pub(super) layers: VecDeque<Layer>,
    /// Goods that left before they came in.
    short_quantity: Quantity,
    /// What they were issued at for the time being.
    short_value: i64,
    /// Value and quantity of the last known cost.
    last_cost: Option<(i64, Quantity)>,
}

pub(super) fn share(value: i64, part: Quantity, of: Quantity) -> Option<i64> {
    if part == of {
        return Some(value);
    }
    let exact = i128::from(value).checked_mul(i128::from(part.millionths()))?;
    i64::try_from(divide_half_away(exact, i128::from(of.millionths()))?).ok()
}

impl Shelf {
    /// How many there are (`quantity_on_hand`); below zero when more have left than came in.
    #[must_use]
    pub fn quantity(&self) -> Quantity {
        self.exact_quantity().unwrap_or_default()
    }

    /// What they cost in all, minor units of base currency (`asset_value`).
    #[must_use]
    pub fn value(&self) -> i64 {
        i64::try_from(self.exact_value()).unwrap_or_default()
    }

    /// What one costs on average (`average_cost`); `None` for an empty shelf.
    #[must_use]
    pub fn average_cost(&self) -> Option<UnitPrice> {
        UnitPrice::per_unit(self.value(), self.quantity())
    }

    pub(super) fn exact_quantity(&self) -> Option<Quantity> {
        let on_hand =
            self.layers.iter().try_fold(Quantity::ZERO, |sum, layer| sum.checked_add(layer.quantity));
        on_hand?.checked_sub(self.short_quantity)
    }

    pub(super) fn exact_value(&self) -> i128 {
        let on_hand = self.layers.iter().map(|layer| i128::from(layer.value));
        on_hand.fold(-i128::from(self.short_value), i128::saturating_add)
    }

    /// What some goods cost now: the average, or the cost of the newest layer; nothing if it was never known.
    pub(super) fn present_cost(&self, quantity: Quantity) -> Option<i64> {
        let newest = self.layers.back().map(|layer| (layer.value, layer.quantity));
        newest.or(self.last_cost).map_or(Some(0), |(value, of)| share(value, quantity, of))
    }

    /// Takes goods from the oldest layers; what is missing is issued at the present cost. Answers the cost.
    pub(super) fn take(&mut self, quantity: Quantity) -> Option<i64> {
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
    pub(super) fn put(&mut self, layer: Layer, method: CostMethod, to_front: bool) -> Option<i64> {
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
