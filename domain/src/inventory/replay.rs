//! Movements in the order of their dates.

use super::{Effect, Movement, Stock};
use crate::id::MovementId;
use crate::item::CostMethod;
use crate::refusal::Refusal;

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
    run(method, may_be_negative, movements).map_err(|stopped| {
        let (i, _, refusal) = *stopped;
        refusal.under(&format!("movements[{i}]"))
    })
}

/// The same; where it ends early, answers which movement it was in the order of the dates.
pub(super) fn run(
    method: CostMethod,
    may_be_negative: bool,
    movements: &[Movement],
) -> Result<Replay, Box<(usize, Movement, Refusal)>> {
    let mut in_order: Vec<&Movement> = movements.iter().collect();
    in_order.sort_by_key(|movement| movement.date);
    let mut stock = Stock::new(method, may_be_negative);
    let mut effects = Vec::with_capacity(in_order.len());
    for (i, movement) in in_order.into_iter().enumerate() {
        let effect = stock.apply(movement).map_err(|refusal| Box::new((i, *movement, refusal)))?;
        effects.push((movement.id, effect));
    }
    Ok(Replay { stock, effects })
}
