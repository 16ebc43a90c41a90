//! Taking back what a document did to stocks: as if it had never been, by differences in an open period.

use super::plan::{Moving, StockTerms};
use super::record::{StockPlan, parts};
use crate::error::{Error, Result};
use crate::ports::{Ids, StoreError, Tx};
use partita_domain::id::{AccountId, DocumentId, ItemId, MovementId};
use partita_domain::inventory::{
    KeptStock, Movement, MovementKind, RecordKind, StockRecord, revise, standing,
};
use partita_domain::journal_entry::Dimensions;
use partita_domain::quantity::Quantity;
use partita_domain::refusal::Refusal;
use std::collections::{BTreeMap, HashMap, HashSet};
use time::Date;

/// Works out what it means that a document never was. The entry of the document is reversed as a whole by the caller, on
/// `date`; the plan has only the lines that are needed besides, most often none, and they may stand in an entry of their own.
///
/// # Errors
/// `conflict` when goods of it have moved on: more would have left than there was, or a movement refers to it.
pub fn plan_void(
    tx: &mut dyn Tx,
    ids: &dyn Ids,
    terms: StockTerms,
    document: DocumentId,
    date: Date,
) -> Result<StockPlan> {
    let mut plan = StockPlan::new(terms);
    let of_document = tx.stocks().of_document(document)?;
    let voided_before: HashSet<MovementId> = of_document
        .iter()
        .filter_map(|record| match record.kind {
            RecordKind::Voided(of) => Some(of),
            _ => None,
        })
        .collect();
    let mut by_item: BTreeMap<ItemId, Vec<&StockRecord>> = BTreeMap::new();
    for record in &of_document {
        by_item.entry(record.item_id).or_default().push(record);
    }
    let own = |record: &StockRecord| {
        matches!(record.kind, RecordKind::Moved(_)) && !voided_before.contains(&record.id)
    };
    by_item.retain(|_, records| records.iter().any(|record| own(record)));
    if by_item.is_empty() {
        return Ok(plan);
    }
    let items: Vec<ItemId> = by_item.keys().copied().collect();
    let known = tx.items().find_all(&items)?;
    let mut kept: HashMap<ItemId, KeptStock> =
        tx.stocks().kept(&items)?.into_iter().map(|kept| (kept.item_id, kept)).collect();
    let history = tx.stocks().history(&items)?;
    for item in &known {
        let moving = Moving::of(item, kept.remove(&item.id), date)?;
        let records = by_item.remove(&item.id).unwrap_or_default();
        let gone: HashSet<MovementId> =
            records.iter().filter(|record| own(record)).map(|record| record.id).collect();
        let before = standing(history.iter().filter(|record| record.item_id == item.id));
        let after: Vec<Movement> =
            before.iter().filter(|movement| !gone.contains(&movement.id)).copied().collect();
        let revision =
            revise(moving.method, terms.may_be_negative, &before, &after).map_err(|impossible| {
                let message = match impossible.movement.kind {
                    MovementKind::Return { of } | MovementKind::LateCost { of, .. } if gone.contains(&of) => {
                        let later = impossible.movement;
                        format!(
                            "{}: movement {} of {} refers to it; void that first",
                            item.name, later.id, later.date
                        )
                    }
                    _ => format!("its goods have moved on: {}", moving.later(&impossible)),
                };
                Error::from(Refusal::Conflict { message })
            })?;

        // What the reversal of the document's entry takes out of the inventory account, by the account beside it.
        let accounts: HashMap<MovementId, AccountId> = history
            .iter()
            .filter(|record| record.item_id == item.id)
            .map(|record| (record.id, record.account_id))
            .collect();
        let account_of = |of: MovementId| accounts.get(&of).copied().unwrap_or(moving.expense_account);
        let mut rest: BTreeMap<AccountId, i128> = BTreeMap::new();
        for (account, value) in records.into_iter().flat_map(|record| parts(record, moving.expense_account)) {
            *rest.entry(account).or_default() += value;
        }
        let mut sequence = moving.kept.sequence;
        let removed =
            revision.removed.iter().map(|(of, effect)| (RecordKind::Voided(*of), *of, effect.undone()));
        let corrected =
            revision.corrected.iter().map(|(of, effect)| (RecordKind::Corrected(*of), *of, *effect));
        for (kind, of, effect) in removed.chain(corrected) {
            sequence += 1;
            let record = StockRecord {
                id: MovementId(ids.next()),
                item_id: item.id,
                sequence,
                external_id: None,
                date,
                kind,
                quantity: Quantity::ZERO,
                effect,
                account_id: account_of(of),
                source: Some((document, 0)),
                entry_id: None,
                reason: None,
                created_at: terms.at,
            };
            for (account, value) in parts(&record, moving.expense_account) {
                *rest.entry(account).or_default() += value;
            }
            plan.push(record);
        }
        for (account, amount) in rest {
            let lines = plan.move_value(moving.asset_account, account, amount, Dimensions::default())?;
            plan.corrections.extend(lines);
        }
        plan.keep(KeptStock {
            item_id: item.id,
            sequence,
            last_date: moving.kept.last_date,
            is_revised: true,
            shelf: revision.stock.shelf().clone(),
        });
    }
    if by_item.is_empty() {
        Ok(plan)
    } else {
        Err(StoreError::Corrupt(format!("document {document} moved items that do not exist")).into())
    }
}
