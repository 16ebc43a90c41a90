//! Whether what is kept of stocks follows from their movements.

use crate::error::Result;
use crate::ports::Tx;
use partita_domain::id::ItemId;
use partita_domain::inventory::{KeptStock, RecordKind, StockRecord, replay, standing};
use partita_domain::item::Item;

/// So many items are read at once.
const CHUNK: i64 = 100;

/// Replays the movements of every item and compares; names the first item that is wrong. Answers how many were compared.
pub(crate) fn check_stocks(tx: &mut dyn Tx, problems: &mut Vec<String>) -> Result<i64> {
    let mut checked = 0;
    let mut after: Option<ItemId> = None;
    loop {
        let kept = tx.stocks().all_kept(after, CHUNK)?;
        let Some(last) = kept.last() else { return Ok(checked) };
        after = Some(last.item_id);
        let ids: Vec<ItemId> = kept.iter().map(|stock| stock.item_id).collect();
        let items = tx.items().find_all(&ids)?;
        let history = tx.stocks().history(&ids)?;
        for stock in &kept {
            checked += 1;
            let item = items.iter().find(|item| item.id == stock.item_id);
            let begin = history.partition_point(|record| record.item_id < stock.item_id);
            let end = history.partition_point(|record| record.item_id <= stock.item_id);
            let records = history.get(begin..end).unwrap_or_default();
            if let Some(wrong) = wrong(stock, item, records) {
                problems.push(format!("stock of item {}: {wrong}", stock.item_id));
                return Ok(checked);
            }
        }
    }
}

fn wrong(stock: &KeptStock, item: Option<&Item>, records: &[StockRecord]) -> Option<String> {
    let Some(method) = item.and_then(|item| item.cost_method) else {
        return Some("its item has no cost method".to_owned());
    };
    if let Some((expected, record)) =
        (1..).zip(records).find(|(expected, record)| record.sequence != *expected)
    {
        return Some(format!("movement {expected} is missing before {}", record.sequence));
    }
    let last = records.last().map_or(0, |record| record.sequence);
    if last != stock.sequence {
        return Some(format!("its movements end at {last} but should end at {}", stock.sequence));
    }
    let moved = records.iter().filter(|record| matches!(record.kind, RecordKind::Moved(_)));
    if moved.map(|record| record.date).max() > Some(stock.last_date) {
        return Some(format!("a movement is dated after {}", stock.last_date));
    }
    let replayed = match replay(method, true, &standing(records)) {
        Ok(replayed) => replayed.stock,
        Err(refusal) => return Some(format!("its movements cannot be: {refusal}")),
    };
    let quantity: i64 = records.iter().map(|record| record.effect.quantity.millionths()).sum();
    let value: i128 = records.iter().map(|record| record.effect.change()).sum();
    let (is, should_be) = (stock.shelf.quantity().millionths(), replayed.quantity().millionths());
    if is != should_be || is != quantity {
        return Some(format!("kept quantity {is}, its movements say {should_be}, their effects {quantity}"));
    }
    let (is, should_be) = (stock.shelf.value(), replayed.value());
    if is != should_be || i128::from(is) != value {
        return Some(format!("kept value {is}, its movements say {should_be}, their effects {value}"));
    }
    (stock.shelf != *replayed.shelf())
        .then(|| "what is kept differs from what its movements leave".to_owned())
}
