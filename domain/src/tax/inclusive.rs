//! Taxes that are contained in the amounts: the net is what is left when they are taken out, and the gross stays.

use super::sheet::{RATE_SCALE, Sheet, gathered};
use super::trace::{Exact, Rounded, RoundingRule};
use super::{TaxKind, TaxRounding};
use crate::allocation::apportion;
use crate::id::TaxCodeId;

/// What one unit of net carries in taxes.
struct Factors {
    /// One unit of net.
    one: i128,
    /// The charged taxes on it, in the order of the codes.
    taxes: Vec<i128>,
    /// Net and charged taxes together.
    gross: i128,
}

impl Sheet<'_> {
    /// Sets the nets and the charged taxes of an inclusive document: net = round(gross / (1 + rates)), tax = gross − net.
    /// Where tax is rounded down the net is rounded up, so the gross stays there too.
    pub(super) fn take_out_of_gross(&mut self) -> Option<()> {
        let mut charged: Vec<Vec<usize>> = vec![Vec::new(); self.amounts.len()];
        for (i, cell) in self.cells.iter().enumerate().filter(|(_, cell)| cell.kind == TaxKind::Charged) {
            charged.get_mut(cell.line)?.push(i);
        }
        let taxed = charged.iter().enumerate().filter(|(_, cells)| !cells.is_empty());
        let groups = match self.policy.rounding {
            TaxRounding::Line => taxed.map(|(line, _)| vec![line]).collect(),
            TaxRounding::Document | TaxRounding::DocumentDown => {
                gathered(taxed.map(|(line, cells)| (self.codes_of(cells), line)))
            }
        };
        for lines in groups {
            self.take_out_of_lines(&lines, &charged)?;
        }
        for cell in self.cells.iter().filter(|cell| cell.kind == TaxKind::Charged) {
            let net = self.nets.get_mut(cell.line)?;
            *net = net.checked_sub(cell.amount?)?;
        }
        Some(())
    }

    fn codes_of(&self, cells: &[usize]) -> Vec<Option<TaxCodeId>> {
        cells.iter().map(|i| self.cells.get(*i).map(|cell| cell.code.id)).collect()
    }

    /// Sets the charged taxes of lines with the same codes, rounded once for all of them.
    fn take_out_of_lines(&mut self, lines: &[usize], charged: &[Vec<usize>]) -> Option<()> {
        let factors = self.factors(charged.get(*lines.first()?)?)?;
        let amounts: Option<Vec<i64>> = lines.iter().map(|line| self.amounts.get(*line).copied()).collect();
        let amounts = amounts?;
        let gross = amounts.iter().try_fold(0_i64, |sum, amount| sum.checked_add(*amount))?;

        let exact =
            Exact { numerator: i128::from(gross).checked_mul(factors.one)?, denominator: factors.gross };
        let rule = match self.rule(Rounded::Tax, TaxKind::Charged) {
            RoundingRule::Down => RoundingRule::Up,
            other => other,
        };
        let net = exact.rounded(rule)?;
        let single = (self.policy.rounding == TaxRounding::Line).then_some(*lines.first()?);
        self.note_net(single, exact, rule, net);

        let shares = |amount: i64, factor: i128| i128::from(amount).checked_mul(factor);
        let by_code: Option<Vec<i128>> = factors.taxes.iter().map(|factor| shares(gross, *factor)).collect();
        let by_code = apportion(gross.checked_sub(net)?, &by_code?, factors.gross)?;
        for (position, (factor, whole)) in factors.taxes.iter().zip(by_code).enumerate() {
            let cells: Option<Vec<usize>> =
                lines.iter().map(|line| charged.get(*line)?.get(position).copied()).collect();
            let cells = cells?;
            let parts: Option<Vec<i128>> = amounts.iter().map(|amount| shares(*amount, *factor)).collect();
            let parts = self.round(Rounded::Tax, &cells, &parts?, factors.gross, Some(whole))?;
            for (i, part) in cells.iter().zip(parts) {
                self.cells.get_mut(*i)?.amount = Some(part);
            }
        }
        Some(())
    }

    /// The factors of some codes, in units fine enough that compound rates stay whole numbers.
    fn factors(&self, cells: &[usize]) -> Option<Factors> {
        let compound = cells.iter().filter(|i| self.cells.get(**i).is_some_and(|cell| cell.code.is_compound));
        let depth = u32::try_from(compound.count()).ok()?;
        let one = RATE_SCALE.checked_pow(depth.checked_add(1)?)?;
        let mut factors = Factors { one, taxes: Vec::with_capacity(cells.len()), gross: one };
        for i in cells {
            let cell = self.cells.get(*i)?;
            let base = if cell.code.is_compound { factors.gross } else { one };
            let tax = base.checked_div(RATE_SCALE)?.checked_mul(cell.rate)?;
            factors.gross = factors.gross.checked_add(tax)?;
            factors.taxes.push(tax);
        }
        Some(factors)
    }
}
