//! Whether revaluations are what their items say.

use crate::error::Result;
use crate::ports::{RevaluationFilter, RevaluedSum, Tx};
use partita_domain::id::RevaluationId;
use partita_domain::revaluation::Revaluation;
use std::collections::HashMap;

/// So many revaluations are read at once.
const CHUNK: i64 = 500;

/// Compares gains and losses of every revaluation with those of its items; names the first one that is wrong.
pub(crate) fn check_revaluations(tx: &mut dyn Tx, problems: &mut Vec<String>) -> Result<()> {
    let sums: HashMap<RevaluationId, RevaluedSum> =
        tx.revaluations().sums()?.into_iter().map(|sum| (sum.id, sum)).collect();
    let filter = RevaluationFilter::default();
    let mut after = None;
    loop {
        let part = tx.revaluations().list(&filter, after, 0, CHUNK)?;
        let Some(last) = part.last() else { return Ok(()) };
        after = Some((last.date, last.id));
        for revaluation in &part {
            if let Some(wrong) = wrong(revaluation, sums.get(&revaluation.id)) {
                problems.push(format!("revaluation {} of {}: {wrong}", revaluation.id, revaluation.date));
                return Ok(());
            }
        }
    }
}

fn wrong(revaluation: &Revaluation, sum: Option<&RevaluedSum>) -> Option<String> {
    let says = (revaluation.item_count, revaluation.gain, revaluation.loss);
    let should_be = sum.map_or((0, 0, 0), |sum| (sum.item_count, sum.gain, sum.loss));
    (says != should_be).then(|| {
        format!(
            "it says {} items, gain {} and loss {}, its items say {}, {} and {}",
            says.0, says.1, says.2, should_be.0, should_be.1, should_be.2
        )
    })
}
