//! What movements that are recorded late, or taken back, change about those that were posted. No posted entry changes;
//! the difference is posted in an open period (T50).

use super::replay::run;
use super::{Effect, Movement, Stock};
use crate::id::MovementId;
use crate::item::CostMethod;
use crate::refusal::{Constraint, Refusal};
use std::collections::HashMap;

/// What another history makes of a stock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The stock in the end.
    pub stock: Stock,
    /// The effects of movements that are new, in the order of the dates.
    pub added: Vec<(MovementId, Effect)>,
    /// What movements had done that are there no more, in the order of the dates.
    pub removed: Vec<(MovementId, Effect)>,
    /// Movements that do something else now, in the order of the dates: by how much more they do.
    pub corrected: Vec<(MovementId, Effect)>,
}

/// A movement that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impossible {
    /// The first one in the order of the dates; it need not be a new one.
    pub movement: Movement,
    /// Why not.
    pub refusal: Refusal,
}

/// Exchanges one history for another. A stock that has been negative before may be so again.
///
/// # Errors
/// The first movement of the new history that cannot be.
pub fn revise(
    method: CostMethod,
    may_be_negative: bool,
    before: &[Movement],
    after: &[Movement],
) -> Result<Revision, Box<Impossible>> {
    let impossible = |stopped: Box<(usize, Movement, Refusal)>| {
        let (_, movement, refusal) = *stopped;
        Box::new(Impossible { movement, refusal })
    };
    let was_negative = run(method, false, before).is_err();
    let was = run(method, true, before).map_err(impossible)?;
    let now = run(method, may_be_negative || was_negative, after).map_err(impossible)?;

    let mut earlier: HashMap<MovementId, Effect> = was.effects.iter().copied().collect();
    let mut added = Vec::new();
    let mut corrected = Vec::new();
    for (id, is) in now.effects {
        let Some(was) = earlier.remove(&id) else {
            added.push((id, is));
            continue;
        };
        let more = Effect {
            quantity: is.quantity.checked_sub(was.quantity).unwrap_or_default(),
            value: is.value.saturating_sub(was.value),
            late_cost: is.late_cost.saturating_sub(was.late_cost),
        };
        if more != Effect::default() {
            corrected.push((id, more));
        }
    }
    let removed = was.effects.into_iter().filter(|(id, _)| earlier.contains_key(id)).collect();
    Ok(Revision { stock: now.stock, added, removed, corrected })
}

/// What a movement recorded late leads to: its own effect, and corrections of those that were posted after its date. The
/// corrections are posted in an open period; no posted entry changes (T50).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardCorrection {
    /// The stock in the end.
    pub stock: Stock,
    /// What the movement itself did.
    pub effect: Effect,
    /// Movements whose cost is another one now: above zero what has to be moved from the inventory account to the account
    /// that took their cost, below zero the other way; minor units of base currency.
    pub corrections: Vec<(MovementId, i64)>,
    /// Σ of the corrections.
    pub total: i64,
}

/// Puts a movement in among others by its date.
///
/// # Errors
/// As [`Stock::apply`], below `movements[i]` with the place in the order of the dates: a late movement may leave too little
/// for those after it.
pub fn correct_forward(
    method: CostMethod,
    may_be_negative: bool,
    posted: &[Movement],
    late: Movement,
) -> Result<ForwardCorrection, Refusal> {
    let mut movements = posted.to_vec();
    movements.push(late);
    let revision = revise(method, may_be_negative, posted, &movements).map_err(|impossible| {
        movements.sort_by_key(|movement| movement.date);
        let i = movements.iter().position(|movement| movement.id == impossible.movement.id);
        impossible.refusal.under(&format!("movements[{}]", i.unwrap_or_default()))
    })?;
    let range = || Refusal::field("value", Constraint::Range, "the correction is out of range");
    let mut corrections = Vec::new();
    let mut total = 0_i64;
    for (id, more) in &revision.corrected {
        let cost = i64::try_from(-more.change()).map_err(|_| range())?;
        if cost != 0 {
            corrections.push((*id, cost));
            total = total.checked_add(cost).ok_or_else(range)?;
        }
    }
    let effect = revision.added.first().map(|(_, effect)| *effect).unwrap_or_default();
    Ok(ForwardCorrection { stock: revision.stock, effect, corrections, total })
}
