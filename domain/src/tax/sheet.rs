//! The working sheet: one cell for each code of each line.

use super::trace::{Exact, Rounded, RoundingRule, RoundingStep};
use super::{AssessedLine, LineTax, TaxAssessment, TaxKind, TaxMode, TaxPolicy, TaxRounding};
use super::{TaxSummary, TaxableLine, Trade};
use crate::allocation::apportion;
use crate::id::TaxCodeId;
use crate::journal_entry::MAX_AMOUNT;
use crate::tax_code::{TaxCode, WHOLE_BASIS_POINTS};
use std::collections::HashMap;

/// Rates are millionths.
pub(super) const RATE_SCALE: i128 = 1_000_000;

/// One code of one line.
pub(super) struct Cell<'a> {
    /// The line, from 0.
    pub(super) line: usize,
    /// The code.
    pub(super) code: &'a TaxCode,
    /// What it does to what is due.
    pub(super) kind: TaxKind,
    /// 0, or for a compound code how many compound codes of the line there are up to it: taxes of a level need only
    /// those of the levels below.
    level: usize,
    /// Rate × 1 000 000.
    pub(super) rate: i128,
    /// What it is computed from.
    pub(super) base: i64,
    /// The tax, once it is known.
    pub(super) amount: Option<i64>,
    /// The part of it that comes back.
    recoverable: i64,
}

/// The sheet. Every method answers `None` when a number leaves the range.
pub(super) struct Sheet<'a> {
    pub(super) policy: TaxPolicy,
    /// What the lines say.
    pub(super) amounts: Vec<i64>,
    /// Without tax, by line.
    pub(super) nets: Vec<i64>,
    /// In the order of the lines and their codes.
    pub(super) cells: Vec<Cell<'a>>,
    trace: Vec<RoundingStep>,
}

impl<'a> Sheet<'a> {
    pub(super) fn of(lines: &[TaxableLine<'a>], policy: TaxPolicy) -> Self {
        let mut cells = Vec::new();
        for (line, taxable) in lines.iter().enumerate() {
            let mut compound = 0;
            for code in taxable.codes.iter().filter(|_| policy.mode != TaxMode::None) {
                compound += usize::from(code.is_compound);
                let kind = TaxKind::of(code);
                let owed_by_customer = kind == TaxKind::SelfAssessed && policy.trade == Trade::Sale;
                cells.push(Cell {
                    line,
                    code,
                    kind,
                    level: if code.is_compound { compound } else { 0 },
                    rate: if owed_by_customer { 0 } else { i128::from(code.rate.millionths()) },
                    base: 0,
                    amount: None,
                    recoverable: 0,
                });
            }
        }
        let amounts: Vec<i64> = lines.iter().map(|line| line.amount).collect();
        Self { policy, nets: amounts.clone(), amounts, cells, trace: Vec::new() }
    }

    pub(super) fn assess(mut self) -> Option<TaxAssessment> {
        if self.policy.mode == TaxMode::Inclusive {
            self.take_out_of_gross()?;
        }
        let highest = self.cells.iter().map(|cell| cell.level).max().unwrap_or_default();
        for level in 0..=highest {
            self.set_bases(level)?;
            let waiting = |cell: &Cell<'_>| cell.level == level && cell.amount.is_none();
            for cells in self.groups(waiting) {
                let parts = self.exact(&cells, |cell| i128::from(cell.base).checked_mul(cell.rate))?;
                let amounts = self.round(Rounded::Tax, &cells, &parts, RATE_SCALE, None)?;
                for (i, amount) in cells.iter().zip(amounts) {
                    self.cells.get_mut(*i)?.amount = Some(amount);
                }
            }
        }
        self.assess_recoverable()?;
        self.finish()
    }

    /// Sets what the cells of a level are computed from.
    fn set_bases(&mut self, level: usize) -> Option<()> {
        let (mut line, mut charged) = (0, 0_i64);
        for cell in &mut self.cells {
            if cell.line != line {
                (line, charged) = (cell.line, 0);
            }
            if cell.level == level {
                let net = *self.nets.get(line)?;
                cell.base = if cell.code.is_compound { net.checked_add(charged)? } else { net };
            }
            if let (TaxKind::Charged, Some(amount)) = (cell.kind, cell.amount) {
                charged = charged.checked_add(amount)?;
            }
        }
        Some(())
    }

    /// The cells that are rounded together: one by one, or all of a code.
    fn groups(&self, which: impl Fn(&Cell<'_>) -> bool) -> Vec<Vec<usize>> {
        let chosen = self.cells.iter().enumerate().filter(|(_, cell)| which(cell));
        match self.policy.rounding {
            TaxRounding::Line => chosen.map(|(i, _)| vec![i]).collect(),
            TaxRounding::Document | TaxRounding::DocumentDown => {
                gathered(chosen.map(|(i, cell)| (cell.code.id, i)))
            }
        }
    }

    /// The numerators of the exact values of some cells.
    fn exact(&self, cells: &[usize], of: impl Fn(&Cell<'_>) -> Option<i128>) -> Option<Vec<i128>> {
        cells.iter().map(|i| self.cells.get(*i).and_then(&of)).collect()
    }

    /// Rounds the exact values of cells of one code: their sum once, unless it is given, and the cells as its shares.
    pub(super) fn round(
        &mut self,
        rounded: Rounded,
        cells: &[usize],
        numerators: &[i128],
        denominator: i128,
        whole: Option<i64>,
    ) -> Option<Vec<i64>> {
        let first = self.cells.get(*cells.first()?)?;
        let (code, rule) = (first.code.id, self.rule(rounded, first.kind));
        let sum = numerators.iter().try_fold(0_i128, |sum, numerator| sum.checked_add(*numerator))?;
        let sum = Exact { numerator: sum, denominator };
        let whole = match whole {
            Some(whole) => whole,
            None => sum.rounded(rule)?,
        };
        if self.policy.rounding != TaxRounding::Line {
            self.trace.extend(RoundingStep::of(rounded, None, Some(code), sum, rule, whole));
        }
        let parts = apportion(whole, numerators, denominator)?;
        for ((i, numerator), part) in cells.iter().zip(numerators).zip(&parts) {
            let line = self.cells.get(*i)?.line;
            let exact = Exact { numerator: *numerator, denominator };
            let nearest = RoundingRule::HalfAwayFromZero;
            self.trace.extend(RoundingStep::of(rounded, Some(line), Some(code), exact, nearest, *part));
        }
        Some(parts)
    }

    /// How an amount of the document is rounded. Only what a seller charges may be rounded down: what a buyer reckons
    /// itself, keeps back or gets back is not the VAT of an invoice.
    pub(super) fn rule(&self, rounded: Rounded, kind: TaxKind) -> RoundingRule {
        match (self.policy.rounding, rounded, kind) {
            (TaxRounding::DocumentDown, Rounded::Tax, TaxKind::Charged) => RoundingRule::Down,
            _ => RoundingRule::HalfAwayFromZero,
        }
    }

    pub(super) fn note_net(&mut self, line: Option<usize>, exact: Exact, rule: RoundingRule, net: i64) {
        self.trace.extend(RoundingStep::of(Rounded::Net, line, None, exact, rule, net));
    }

    /// Splits input tax into what comes back and what does not.
    fn assess_recoverable(&mut self) -> Option<()> {
        if self.policy.trade == Trade::Sale {
            return Some(());
        }
        for cells in self.groups(|cell| cell.kind != TaxKind::Withheld) {
            let parts = self.exact(&cells, |cell| {
                i128::from(cell.amount.unwrap_or_default()).checked_mul(i128::from(cell.code.recoverable))
            })?;
            let whole = i128::from(WHOLE_BASIS_POINTS);
            let amounts = self.round(Rounded::Recoverable, &cells, &parts, whole, None)?;
            for (i, amount) in cells.iter().zip(amounts) {
                self.cells.get_mut(*i)?.recoverable = amount;
            }
        }
        Some(())
    }

    fn finish(self) -> Option<TaxAssessment> {
        let mut lines: Vec<AssessedLine> =
            self.nets.iter().map(|net| AssessedLine { net: *net, tax: 0, taxes: Vec::new() }).collect();
        let mut taxes: Vec<TaxSummary> = Vec::new();
        let mut places: HashMap<TaxCodeId, usize> = HashMap::new();
        let trade = self.policy.trade;
        let mut withheld = 0_i64;
        for cell in &self.cells {
            let amount = cell.amount.unwrap_or_default();
            let tax = LineTax {
                tax_code_id: cell.code.id,
                kind: cell.kind,
                base: cell.base,
                amount,
                recoverable: cell.recoverable,
            };
            let line = lines.get_mut(cell.line)?;
            line.tax = line.tax.checked_add(i64::try_from(tax.due()).ok()?)?;
            line.taxes.push(tax);
            if cell.kind == TaxKind::Withheld {
                withheld = withheld.checked_add(amount)?;
            }
            let place = *places.entry(cell.code.id).or_insert_with(|| {
                taxes.push(summary(cell, trade));
                taxes.len() - 1
            });
            let summary = taxes.get_mut(place)?;
            summary.base = summary.base.checked_add(cell.base)?;
            summary.amount = summary.amount.checked_add(amount)?;
            summary.recoverable = summary.recoverable.checked_add(cell.recoverable)?;
        }
        let net = lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.net))?;
        let tax = lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.tax))?;
        let gross = net.checked_add(tax)?;
        let in_range = [net, tax, gross].iter().all(|sum| sum.unsigned_abs() <= MAX_AMOUNT.unsigned_abs());
        in_range.then_some(TaxAssessment { lines, taxes, net, tax, withheld, trace: self.trace })
    }
}

/// Gathers values by key, in the order in which the keys first appear.
pub(super) fn gathered<K: std::hash::Hash + Eq, V>(pairs: impl Iterator<Item = (K, V)>) -> Vec<Vec<V>> {
    let mut places: HashMap<K, usize> = HashMap::new();
    let mut groups: Vec<Vec<V>> = Vec::new();
    for (key, value) in pairs {
        let place = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(value),
            None => groups.push(vec![value]),
        }
    }
    groups
}

fn summary(cell: &Cell<'_>, trade: Trade) -> TaxSummary {
    let of_purchases = cell.code.input_account_id.filter(|_| trade == Trade::Purchase);
    TaxSummary {
        tax_code_id: cell.code.id,
        code: cell.code.code.clone(),
        name: cell.code.name.clone(),
        kind: cell.kind,
        rate: cell.code.rate,
        is_exempt: cell.code.is_exempt,
        base: 0,
        amount: 0,
        recoverable: 0,
        report_box: cell.code.report_box.clone(),
        account_id: of_purchases.or(cell.code.account_id),
        self_assess_account_id: cell.code.self_assess_account_id,
        pending_account_id: cell.code.pending_account_id,
    }
}
