//! Movements in the order of their dates, and what a movement recorded late changes about those after it.

use super::{Effect, Movement, Stock};
use crate::id::MovementId;
use crate::item::CostMethod;
use crate::refusal::{Constraint, Refusal};

/// A stock, and what each of its movements did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// The stock in the end.
    pub stock: Stock,
    /// The effects, in the order of the dates; on one date in the order given.
    pub effects: Vec<(MovementId, Effect)>,
}

/// Moves an empty stock by movements in the order of their dates.
///
/// # Errors
/// As [`Stock::apply`], below `movements[i]` with the place in the order of the dates.
pub fn replay(method: CostMethod, may_be_negative: bool, movements: &[Movement]) -> Result<Replay, Refusal> {
    let mut in_order: Vec<&Movement> = movements.iter().collect();
    in_order.sort_by_key(|movement| movement.date);
    let mut stock = Stock::new(method, may_be_negative);
    let mut effects = Vec::with_capacity(in_order.len());
    for (i, movement) in in_order.into_iter().enumerate() {
        let effect = stock.apply(movement).map_err(|refusal| refusal.under(&format!("movements[{i}]")))?;
        effects.push((movement.id, effect));
    }
    Ok(Replay { stock, effects })
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
/// As [`replay`]: a late movement may leave too little for those after it.
pub fn correct_forward(
    method: CostMethod,
    may_be_negative: bool,
    posted: &[Movement],
    late: Movement,
) -> Result<ForwardCorrection, Refusal> {
    let before = replay(method, may_be_negative, posted)?;
    let mut movements = posted.to_vec();
    movements.push(late);
    let after = replay(method, may_be_negative, &movements)?;

    let range = || Refusal::field("value", Constraint::Range, "the correction is out of range");
    let mut effect = Effect::default();
    let mut corrections = Vec::new();
    let mut total = 0_i64;
    // Both are in the order of the dates, so they go in step but for the late movement itself.
    let mut earlier = before.effects.iter();
    for (id, now) in &after.effects {
        if *id == late.id {
            effect = *now;
            continue;
        }
        let Some((_, was)) = earlier.next() else {
            break;
        };
        let correction = i64::try_from(was.change() - now.change()).map_err(|_| range())?;
        if correction != 0 {
            corrections.push((*id, correction));
            total = total.checked_add(correction).ok_or_else(range)?;
        }
    }
    Ok(ForwardCorrection { stock: after.stock, effect, corrections, total })
}
