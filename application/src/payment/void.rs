//! Taking whole payments back.

use super::apply::standing;
use super::booking::{Booking, Posted, Wanted};
use super::cash_basis_tax::FallenDue;
use super::items::OpenItems;
use super::release::{taken_back, users};
use super::{Paid, happened};
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::Result;
use crate::journal_entry::poster::{Poster, posted};
use crate::ports::Tx;
use partita_domain::id::PaymentId;
use partita_domain::journal_entry::JournalEntry;
use partita_domain::payment::{Payment, PaymentApplication, PaymentState, ReleaseRequest};
use partita_domain::permission::Permission;
use partita_domain::posting_line::PostingLine;
use partita_domain::refusal::{Constraint, Refusal};
use time::Date;

/// Takes a payment back with its fee: what it settled is open again, and the money never moved (T67).
///
/// # Errors
/// `not_found`, `version_conflict`; `invalid_state` when it is void already; `conflict` when other payments or refunds have
/// used some of it; `date_order`; `closed_period`.
pub fn void(app: &App, call: &Call, id: PaymentId, request: &ReleaseRequest) -> Result<Done<Paid>> {
    request.check()?;
    if request.application_ids.is_some() {
        let message = "a payment is voided as a whole; unapply takes applications back";
        return Err(Refusal::field("application_ids", Constraint::OneOf, message).into());
    }
    change(app, call, Permission::PAYMENTS_WRITE, |tx, at| {
        let booking = Booking::open(tx, app, call, at)?;
        let before = standing(tx, id, request.version)?;
        refuse_used(tx, &before)?;
        let all = tx.payments().applications_of(&[id])?;
        let live = PaymentApplication::live(&all);
        // Also what was taken back counts: the payment is not void while something of it was applied or used.
        let used = super::last_settled(tx, before.source())?;
        let earliest = all.iter().map(|each| each.date).chain(used).fold(before.date, Date::max);
        let date = booking.date(request.date, earliest)?;
        let holding = booking.holding(tx, before.account_id, before.currency_code)?;
        let mut lines = before.void(&live, &booking.accounts(before.direction, None, None), holding)?;
        let mut items = OpenItems::load(tx, live.iter().map(|each| each.item.named()))?;
        let due = FallenDue::of_release(&items, booking.base_currency(), &live)?;
        lines.extend(due.lines());
        let posted = post(tx, &booking, &before, date, lines, request)?;
        let stamp = booking.stamp(id, before.direction, date, &posted);
        let payment = Payment {
            state: PaymentState::Void,
            unapplied: 0,
            base_unapplied: 0,
            void_entry_id: stamp.entry_id,
            updated_at: at,
            version: before.version + 1,
            ..before.clone()
        };
        let back = taken_back(&booking, &mut items, &live, &stamp, 0)?;
        items.save(tx, at)?;
        tx.payments().update(std::slice::from_ref(&payment))?;
        tx.payments().insert_applications(&back)?;
        crate::tax_entry::record_applications(tx, booking.base_currency(), &back, due.releases())?;
        let (entry, happening) = booking.told(posted);
        let reason = request.reason.clone().or_else(|| request.override_closed_period.clone());
        let mut happenings = vec![happened("payment.voided", Some(&before), &payment, &back, reason)];
        happenings.extend(happening);
        let applications = all.iter().cloned().chain(back).collect();
        Ok(Changed { value: Paid { payment, applications, entry }, happenings })
    })
}

fn refuse_used(tx: &mut dyn Tx, payment: &Payment) -> Result<()> {
    if payment.used == 0 && payment.refunded == 0 {
        return Ok(());
    }
    let decimal = |minor: i64| payment.currency_code.decimal(i128::from(minor));
    let message = format!(
        "of payment {} {} {} were used and {} refunded by {}; void those first",
        payment.number,
        decimal(payment.used),
        payment.currency_code,
        decimal(payment.refunded),
        users(tx, payment)?.join(", ")
    );
    Err(Refusal::Conflict { message }.into())
}

/// Posts the reversal of the payment's entry, where that is all that was ever posted for it; else an entry of its own.
fn post(
    tx: &mut dyn Tx,
    booking: &Booking<'_>,
    payment: &Payment,
    date: Date,
    lines: Vec<PostingLine>,
    request: &ReleaseRequest,
) -> Result<Posted> {
    let reason = request.override_closed_period.as_deref();
    if let Some(entry_id) = payment.entry_id
        && let Some(original) = tx.journal_entries().find(entry_id)?
    {
        if let Some(reversed_by) = original.reversed_by_id {
            return Err(Refusal::AlreadyReversed { reversed_by }.into());
        }
        if mirrors(&lines, &original) {
            let mut poster = Poster::prepare(tx, booking.call, &*booking.app.ids, booking.at, [])?;
            let place = poster.admit(tx, date, None, reason)?;
            let reversal = poster.reverse(tx, &original, place, date, request.reason.clone(), None)?;
            poster.finish(tx)?;
            let happening = posted(&reversal, request.override_closed_period.clone());
            return Ok(Some((reversal, happening)));
        }
    }
    let wanted = Wanted {
        transaction_type: "payment_void",
        payment,
        date,
        exchange_rate: payment.exchange_rate,
        lines,
        memo: request.reason.clone(),
        override_closed_period: reason,
    };
    booking.post(tx, wanted)
}

/// Whether lines are those of an entry on the opposite sides, in any order.
fn mirrors(lines: &[PostingLine], entry: &JournalEntry) -> bool {
    let mut ours: Vec<_> = lines
        .iter()
        .map(|line| (line.account, line.credit, line.debit, line.base_credit, line.base_debit))
        .collect();
    let mut theirs: Vec<_> = entry
        .lines
        .iter()
        .map(|line| (line.account_id, line.debit, line.credit, line.base_debit, line.base_credit))
        .collect();
    ours.sort_unstable();
    theirs.sort_unstable();
    ours == theirs
}
