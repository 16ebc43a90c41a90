//! Whether what is open follows from what was applied.

use crate::error::Result;
use crate::ports::{DocumentFilter, DocumentOrder, PaymentFilter, Tx};
use partita_domain::document::{Document, DocumentKind, DocumentState};
use partita_domain::id::{DocumentId, PaymentId};
use partita_domain::payment::{OpenItemSource, Payment};
use std::collections::HashMap;

/// So many items are read at once.
const CHUNK: i64 = 500;
const KINDS: [DocumentKind; 4] =
    [DocumentKind::Invoice, DocumentKind::Bill, DocumentKind::CreditNote, DocumentKind::VendorCredit];

/// Amount and base amount.
type Sums = (i128, i128);

/// Compares what is open of every document and left of every payment with the applications; names the first document and
/// the first payment that are wrong. Answers how many were compared.
pub(crate) fn check_open_items(tx: &mut dyn Tx, problems: &mut Vec<String>) -> Result<i64> {
    let relieved: HashMap<OpenItemSource, Sums> = tx
        .payments()
        .relieved(None)?
        .into_iter()
        .map(|sum| (sum.of, (i128::from(sum.amount), i128::from(sum.base_amount))))
        .collect();
    Ok(check_documents(tx, &relieved, problems)? + check_payments(tx, &relieved, problems)?)
}

fn check_documents(
    tx: &mut dyn Tx,
    relieved: &HashMap<OpenItemSource, Sums>,
    problems: &mut Vec<String>,
) -> Result<i64> {
    let mut checked = 0;
    for kind in KINDS {
        let filter = DocumentFilter::of(kind);
        let mut after = None;
        loop {
            let part = tx.documents().list(&filter, DocumentOrder::OldestFirst, after, 0, CHUNK)?;
            let Some(last) = part.last() else { break };
            after = Some((last.date, last.id));
            for document in &part {
                checked += 1;
                let item = OpenItemSource::Document { kind, id: document.id };
                let relieved = relieved.get(&item).copied().unwrap_or_default();
                if let Some(wrong) = wrong_document(document, relieved) {
                    let DocumentId(id) = document.id;
                    problems.push(format!("{} {id}: {wrong}", kind.name().replace('_', " ")));
                    return Ok(checked);
                }
            }
        }
    }
    Ok(checked)
}

fn wrong_document(document: &Document, relieved: Sums) -> Option<String> {
    let is = (i128::from(document.open), i128::from(document.base_open));
    let should_be = match document.state {
        DocumentState::Posted => {
            (i128::from(document.totals.total) - relieved.0, i128::from(document.base_total) - relieved.1)
        }
        _ if relieved == (0, 0) => (0, 0),
        _ => return Some(format!("{} are applied to it, but it is not posted", relieved.0)),
    };
    if is != should_be {
        return Some(differs("is open", is, should_be));
    }
    let settled = i128::from(document.amount_paid) + i128::from(document.amount_credited);
    (settled != relieved.0)
        .then(|| format!("{settled} are paid and credited, its applications say {}", relieved.0))
}

fn check_payments(
    tx: &mut dyn Tx,
    relieved: &HashMap<OpenItemSource, Sums>,
    problems: &mut Vec<String>,
) -> Result<i64> {
    let taken: HashMap<PaymentId, Sums> = tx
        .payments()
        .taken(None)?
        .into_iter()
        .map(|sum| (sum.of, (i128::from(sum.amount), i128::from(sum.base_amount))))
        .collect();
    let filter = PaymentFilter::default();
    let mut checked = 0;
    let mut after = None;
    loop {
        let part = tx.payments().list(&filter, after, 0, CHUNK)?;
        let Some(last) = part.last() else { return Ok(checked) };
        after = Some((last.date, last.id));
        for payment in &part {
            checked += 1;
            let taken = taken.get(&payment.id).copied().unwrap_or_default();
            let by_others = relieved.get(&payment.source()).copied().unwrap_or_default();
            if let Some(wrong) = wrong_payment(payment, taken, by_others) {
                problems.push(format!("payment {} ({}): {wrong}", payment.number, payment.id));
                return Ok(checked);
            }
        }
    }
}

fn wrong_payment(payment: &Payment, taken: Sums, by_others: Sums) -> Option<String> {
    let is = (i128::from(payment.unapplied), i128::from(payment.base_unapplied));
    let should_be = payment.expected_rest(taken, by_others);
    if is != should_be {
        return Some(differs("is left", is, should_be));
    }
    let used = i128::from(payment.used) + i128::from(payment.refunded);
    (used != by_others.0).then(|| format!("{used} are used and refunded, applications say {}", by_others.0))
}

fn differs(what: &str, is: Sums, should_be: Sums) -> String {
    format!(
        "{} {what}, its applications say {}; in base currency {} and {}",
        is.0, should_be.0, is.1, should_be.1
    )
}
