//! Proves the books: both chains, every entry's balance, numbers without gaps, reversals, kept balances against lines, kept
//! stocks against movements, what is open against what was applied, revaluations against their items, how many there are.

use crate::app::App;
use crate::audit_event::{CHUNK, ChainCheck, check_chain};
use crate::balance::{company_of, trial_balance_in};
use crate::call::Call;
use crate::error::Result;
use crate::ports::{DocumentFilter, Grain, PaymentFilter, Tx};
use partita_domain::document::DocumentKind;
use partita_domain::fiscal_calendar::LATEST;
use partita_domain::hash::Hash;
use partita_domain::id::EntryId;
use partita_domain::journal_entry::JournalEntry;
use partita_domain::period::PeriodKey;
use partita_domain::permission::Permission;
use std::collections::{BTreeMap, HashMap};

/// What came of a verification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The audit chain.
    pub audit: ChainCheck,
    /// How many entries were checked.
    pub entries_checked: i64,
    /// How many kept balances were compared with the lines.
    pub balances_checked: i64,
    /// How many kept stocks were compared with their movements.
    pub stocks_checked: i64,
    /// How many documents and payments were compared with what was applied.
    pub open_items_checked: i64,
    /// What is wrong; empty when the books are sound. Of each kind only the first is named.
    pub problems: Vec<String>,
}

/// Checks everything that can be checked from what is stored: I1 for every entry, I2 and I4 for the balances, I6 for
/// reversals, both chains, gapless numbers.
///
/// # Errors
/// [`crate::Error::Forbidden`], [`crate::Error::Store`].
pub fn verify(app: &App, call: &Call) -> Result<Verification> {
    call.need(Permission::AUDIT_READ)?;
    app.store.read(call.company, |tx| {
        let audit = check_chain(tx)?;
        let mut problems: Vec<String> = audit
            .broken
            .iter()
            .map(|link| format!("audit event {}: {}", link.sequence, link.reason))
            .collect();
        let entries_checked = check_entries(tx, &mut problems)?;
        let balances_checked = check_balances(tx, call, &mut problems)?;
        let stocks_checked = crate::inventory::check_stocks(tx, &mut problems)?;
        let open_items_checked = crate::payment::check_open_items(tx, &mut problems)?;
        crate::revaluation::check_revaluations(tx, &mut problems)?;
        check_counts(tx, &mut problems)?;
        Ok(Verification {
            audit,
            entries_checked,
            balances_checked,
            stocks_checked,
            open_items_checked,
            problems,
        })
    })
}

#[derive(Default)]
struct Walk {
    position: i64,
    numbers: HashMap<i32, i64>,
    per_period: BTreeMap<PeriodKey, i64>,
    reversed: HashMap<EntryId, EntryId>,
}

fn check_entries(tx: &mut dyn Tx, problems: &mut Vec<String>) -> Result<i64> {
    let mut walk = Walk::default();
    let mut head = Hash::GENESIS;
    let resets = tx.sequences().find(partita_domain::sequence::JOURNAL_ENTRY)?;
    loop {
        let entries = tx.journal_entries().chain(walk.position, CHUNK)?;
        for entry in &entries {
            if let Some(wrong) = wrong_link(entry, walk.position, head) {
                problems.push(format!("entry {} ({}): {wrong}", entry.entry_number, entry.id));
                return Ok(walk.position);
            }
            let scope =
                resets.as_ref().map_or(entry.fiscal_year, |sequence| sequence.scope(entry.fiscal_year));
            if let Some(wrong) = wrong_number(entry, walk.numbers.entry(scope).or_default()) {
                problems.push(format!("entry {} ({}): {wrong}", entry.entry_number, entry.id));
                return Ok(walk.position);
            }
            if let Some(original) = entry.reversal_of_id
                && let Some(first) = walk.reversed.insert(original, entry.id)
            {
                problems.push(format!("entry {original} is reversed twice, by {first} and {}", entry.id));
            }
            *walk.per_period.entry(entry.period).or_default() += 1;
            walk.position = entry.position;
            head = entry.hash;
        }
        if entries.is_empty() {
            break;
        }
    }
    let stored = tx.ledger_heads().get()?;
    if (stored.entry_position, stored.entry_hash) != (walk.position, head) {
        problems.push(format!(
            "the entry chain ends at {} but should end at {}",
            walk.position, stored.entry_position
        ));
    }
    for period in tx.periods().list(None)? {
        let counted = walk.per_period.get(&period.period).copied().unwrap_or_default();
        if counted != period.entry_count {
            problems.push(format!(
                "period {} counts {} entries, {counted} were posted into it",
                period.period, period.entry_count
            ));
            break;
        }
    }
    Ok(walk.position)
}

fn wrong_link(entry: &JournalEntry, position: i64, head: Hash) -> Option<String> {
    if entry.position != position + 1 {
        return Some(format!("the entry at position {} is missing", position + 1));
    }
    if entry.previous_hash != head {
        return Some("it does not name the entry before it".to_owned());
    }
    if entry.expected_hash() != entry.hash {
        return Some("its content does not belong to its hash".to_owned());
    }
    let sums = entry.lines.iter().fold([0_i128; 4], |[a, b, c, d], line| {
        [
            a + i128::from(line.debit),
            b + i128::from(line.credit),
            c + i128::from(line.base_debit),
            d + i128::from(line.base_credit),
        ]
    });
    let [debit, credit, base_debit, base_credit] = sums;
    (debit != credit || base_debit != base_credit).then(|| {
        format!("it does not balance: {debit} != {credit}, in base currency {base_debit} != {base_credit}")
    })
}

/// Numbers of one scope follow one another; how they look may have changed in between.
fn wrong_number(entry: &JournalEntry, last: &mut i64) -> Option<String> {
    let digits: String = entry
        .entry_number
        .chars()
        .rev()
        .take_while(char::is_ascii_digit)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let number: i64 = digits.parse().ok()?;
    let follows = *last == 0 || number == *last + 1;
    let before = std::mem::replace(last, number);
    (!follows).then(|| format!("its number follows {before}"))
}

/// How many documents and payments there are is kept. None is dated after the last day of all, so those until then are counted.
fn check_counts(tx: &mut dyn Tx, problems: &mut Vec<String>) -> Result<()> {
    let mut compare = |what: &str, kept: i64, counted: i64| {
        if kept != counted {
            problems
                .push(format!("{kept} of the kind {what} were counted as they came, {counted} are there"));
        }
    };
    for kind in DocumentKind::ALL {
        let all = DocumentFilter::of(kind);
        let kept = tx.documents().count(&all)?;
        compare(kind.name(), kept, tx.documents().count(&DocumentFilter { to: Some(LATEST), ..all })?);
    }
    let all = PaymentFilter::default();
    let kept = tx.payments().count(&all)?;
    compare("payment", kept, tx.payments().count(&PaymentFilter { to: Some(LATEST), ..all })?);
    Ok(())
}

fn check_balances(tx: &mut dyn Tx, call: &Call, problems: &mut Vec<String>) -> Result<i64> {
    let mut compared = 0;
    for grain in [Grain::Day, Grain::Month] {
        let (kept, rebuilt) = (tx.balances().kept(grain)?, tx.balances().rebuilt(grain)?);
        compared += i64::try_from(kept.len()).unwrap_or(i64::MAX);
        if kept == rebuilt {
            continue;
        }
        let at = kept
            .iter()
            .zip(&rebuilt)
            .position(|(kept, rebuilt)| kept != rebuilt)
            .unwrap_or(kept.len().min(rebuilt.len()));
        let name = |rows: &[partita_domain::balance::BalanceChange]| match rows.get(at) {
            Some(row) => format!(
                "account {} {} {} {}: base debit {} credit {}",
                row.account_id,
                row.currency,
                row.period,
                row.date,
                row.totals.base_debit,
                row.totals.base_credit
            ),
            None => "nothing".to_owned(),
        };
        problems.push(format!(
            "kept balances differ from the lines: kept {}, lines say {}",
            name(&kept),
            name(&rebuilt)
        ));
    }
    let company = company_of(tx, call.company)?;
    let balance = trial_balance_in(tx, &company, LATEST, Some(14))?;
    if !balance.balanced() {
        problems.push(format!(
            "the trial balance does not balance: {} != {}",
            balance.total_debit, balance.total_credit
        ));
    }
    Ok(compared)
}
