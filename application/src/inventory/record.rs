//! A plan: rows to be written, what is kept after them, and the lines of their entry.

use super::plan::{Moving, StockTerms};
use crate::error::Result;
use crate::ports::{Ids, Tx};
use partita_domain::account::Side;
use partita_domain::id::{AccountId, DocumentId, EntryId, MovementId};
use partita_domain::inventory::{Effect, KeptStock, RecordKind, StockRecord};
use partita_domain::journal_entry::{Dimensions, MAX_AMOUNT};
use partita_domain::posting_line::PostingLine;
use partita_domain::quantity::Quantity;
use partita_domain::refusal::{Constraint, Refusal};
use std::collections::{HashMap, HashSet};
use time::Date;

/// What a movement does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockEffect {
    /// Its id.
    pub movement_id: MovementId,
    /// What it changes.
    pub effect: Effect,
    /// The lines that its entry needs besides those that are there: of an issue, cost of goods sold and inventory; of a bill
    /// line none, unless goods have left already.
    pub lines: Vec<PostingLine>,
}

impl StockEffect {
    /// What goods left at, minor units of base currency; below zero what they came in at.
    pub fn cost(&self) -> i64 {
        i64::try_from(-self.effect.change()).unwrap_or_default()
    }
}

/// What a row brings into the inventory account from the account beside it, and from the cost of goods sold.
pub(super) fn parts(record: &StockRecord, expense_account: AccountId) -> [(AccountId, i128); 2] {
    let Effect { value, late_cost, .. } = record.effect;
    [(record.account_id, i128::from(value)), (expense_account, -i128::from(late_cost))]
}

/// Where corrections come from.
pub(super) struct Change {
    pub(super) date: Date,
    pub(super) source: Option<(DocumentId, i32)>,
    pub(super) reason: Option<String>,
}

/// What movements do together.
#[derive(Debug)]
pub struct StockPlan {
    terms: StockTerms,
    /// What each movement does, in the order in which they were asked for.
    pub effects: Vec<StockEffect>,
    /// Lines that correct movements which were posted before (T50), in the entry of those that cause it.
    pub corrections: Vec<PostingLine>,
    records: Vec<StockRecord>,
    kept: Vec<KeptStock>,
}

impl StockPlan {
    pub(super) fn new(terms: StockTerms) -> Self {
        Self { terms, effects: Vec::new(), corrections: Vec::new(), records: Vec::new(), kept: Vec::new() }
    }

    /// All lines that the entry needs besides, those of one account and the same dimensions as one.
    ///
    /// # Errors
    /// `quantity` with `range` when a sum exceeds an amount.
    pub fn lines(&self) -> Result<Vec<PostingLine>> {
        let mut folded: Vec<(AccountId, Dimensions, i128)> = Vec::new();
        let lines = self.effects.iter().flat_map(|effect| &effect.lines).chain(&self.corrections);
        for line in lines {
            let amount = line.base_amount();
            match folded
                .iter_mut()
                .find(|(account, about, _)| (*account, *about) == (line.account, line.dimensions))
            {
                Some((_, _, sum)) => *sum += amount,
                None => folded.push((line.account, line.dimensions, amount)),
            }
        }
        let folded = folded.into_iter().filter(|(_, _, amount)| *amount != 0);
        folded.map(|(account, about, amount)| self.line(account, amount, about)).collect()
    }

    /// The rows, as they will be written.
    pub fn records(&self) -> &[StockRecord] {
        &self.records
    }

    /// Writes the rows with the entry that posts them; none where the plan has no lines and there is no other entry.
    ///
    /// # Errors
    /// What the store answers.
    pub fn record(mut self, tx: &mut dyn Tx, entry: Option<EntryId>) -> Result<()> {
        for record in &mut self.records {
            record.entry_id = entry;
        }
        self.write(tx)
    }

    fn write(self, tx: &mut dyn Tx) -> Result<()> {
        if self.records.is_empty() {
            return Ok(());
        }
        tx.stocks().append(&self.records)?;
        for kept in &self.kept {
            tx.stocks().keep(kept)?;
        }
        Ok(())
    }

    /// Writes the rows of a void with the reversal of the document's entry and the entry of the lines that were needed besides.
    ///
    /// # Errors
    /// What the store answers.
    pub fn record_void(
        mut self,
        tx: &mut dyn Tx,
        reversal: Option<EntryId>,
        rest: Option<EntryId>,
    ) -> Result<()> {
        for record in &mut self.records {
            record.entry_id = match record.kind {
                RecordKind::Corrected(_) => rest.or(reversal),
                _ => reversal.or(rest),
            };
        }
        // Every entry that moves a stock is known by a row, so that nobody reverses it by itself.
        if let (Some(rest), Some(last)) = (rest, self.records.last_mut()) {
            last.entry_id = Some(rest);
        }
        self.write(tx)
    }

    /// Adds a row and answers the lines that the entry needs for it besides what is `posted`: the value stands between the
    /// inventory account and the account of the row, a late cost goes on to the cost of goods sold.
    pub(super) fn add(
        &mut self,
        record: StockRecord,
        posted: i64,
        moving: &Moving<'_>,
        dimensions: Dimensions,
    ) -> Result<Vec<PostingLine>> {
        let [(account, value), (cost_account, late_cost)] = parts(&record, moving.expense_account);
        let asset = moving.asset_account;
        let mut lines = self.move_value(asset, account, value - i128::from(posted), dimensions)?;
        lines.extend(self.move_value(asset, cost_account, late_cost, dimensions)?);
        self.records.push(record);
        Ok(lines)
    }

    /// Lines that bring value into the inventory account from another, below zero the other way.
    pub(super) fn move_value(
        &self,
        asset_account: AccountId,
        account: AccountId,
        amount: i128,
        dimensions: Dimensions,
    ) -> Result<Vec<PostingLine>> {
        if amount == 0 {
            return Ok(Vec::new());
        }
        Ok(vec![self.line(asset_account, amount, dimensions)?, self.line(account, -amount, dimensions)?])
    }

    fn line(&self, account: AccountId, amount: i128, dimensions: Dimensions) -> Result<PostingLine> {
        let side = if amount < 0 { Side::Credit } else { Side::Debit };
        let minor = i64::try_from(amount.unsigned_abs()).ok().filter(|minor| *minor <= MAX_AMOUNT);
        let Some(minor) = minor else {
            let message = format!("the cost exceeds {MAX_AMOUNT} minor units");
            return Err(Refusal::field("quantity", Constraint::Range, message).into());
        };
        // In an entry of another currency a cost is an amount in base currency only.
        let foreign = if self.terms.currency == self.terms.base { minor } else { 0 };
        Ok(PostingLine::on(side, account, self.terms.currency, foreign, minor).about(dimensions))
    }

    /// Adds the rows and lines that correct earlier movements; answers the sequence of the last one.
    pub(super) fn correct(
        &mut self,
        ids: &dyn Ids,
        moving: &Moving<'_>,
        history: &[StockRecord],
        corrected: &[(MovementId, Effect)],
        mut sequence: i64,
        change: &Change,
    ) -> Result<i64> {
        let wanted: HashSet<MovementId> = corrected.iter().map(|(id, _)| *id).collect();
        let accounts: HashMap<MovementId, AccountId> = history
            .iter()
            .filter(|record| wanted.contains(&record.id))
            .map(|record| (record.id, record.account_id))
            .collect();
        for (of, effect) in corrected {
            sequence += 1;
            let account_id = accounts.get(of).copied().unwrap_or(moving.expense_account);
            let record = StockRecord {
                id: MovementId(ids.next()),
                item_id: moving.item.id,
                sequence,
                external_id: None,
                date: change.date,
                kind: RecordKind::Corrected(*of),
                quantity: Quantity::ZERO,
                effect: *effect,
                account_id,
                source: change.source,
                entry_id: None,
                reason: change.reason.clone(),
                created_at: self.terms.at,
            };
            let lines = self.add(record, 0, moving, Dimensions::default())?;
            self.corrections.extend(lines);
        }
        Ok(sequence)
    }

    pub(super) fn push(&mut self, record: StockRecord) {
        self.records.push(record);
    }

    pub(super) fn keep(&mut self, kept: KeptStock) {
        self.kept.push(kept);
    }
}
