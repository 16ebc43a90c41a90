//! Taking applications back.

use super::apply::standing;
use super::booking::{Booking, Wanted};
use super::cash_basis_tax::FallenDue;
use super::items::OpenItems;
use super::{Paid, happened};
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::Result;
use crate::ports::Tx;
use partita_domain::id::{ApplicationId, PaymentId};
use partita_domain::payment::{ApplicationStamp, Payment, PaymentApplication, Release, ReleaseRequest};
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};
use std::collections::BTreeSet;

/// Takes applications of a payment back, all by default: the items are open again, and what was paid for them is an
/// advance.
///
/// # Errors
/// `not_found`, `version_conflict`; `invalid_state` for a void payment, or when nothing of it is applied;
/// `application_ids[i]` with `exists`; `application_ids` with `exceeds_unapplied_amount`; `date_order`; `closed_period`.
pub fn unapply(app: &App, call: &Call, id: PaymentId, request: &ReleaseRequest) -> Result<Done<Paid>> {
    request.check()?;
    change(app, call, Permission::PAYMENTS_WRITE, |tx, at| {
        let booking = Booking::open(tx, app, call, at)?;
        let before = standing(tx, id, request.version)?;
        let all = tx.payments().applications_of(&[id])?;
        let chosen = chosen(&before, &all, request.application_ids.as_deref())?;
        let earliest = chosen.iter().map(|each| each.date).max().unwrap_or(before.date);
        let date = booking.date(request.date, earliest)?;
        let accounts = booking.accounts(before.direction, None, None);
        let release = before.release(&chosen, &accounts)?;
        let mut items = OpenItems::load(tx, chosen.iter().map(|each| each.item.named()))?;
        let due = FallenDue::of_release(&items, booking.base_currency(), &chosen)?;
        let wanted = Wanted {
            transaction_type: "payment_release",
            payment: &before,
            date,
            exchange_rate: before.exchange_rate,
            lines: release.lines.iter().cloned().chain(due.lines()).collect(),
            memo: request.reason.clone(),
            override_closed_period: request.override_closed_period.as_deref(),
        };
        let posted = booking.post(tx, wanted)?;
        let stamp = booking.stamp(id, before.direction, date, &posted);
        let payment = released(&before, &release, &booking);
        let back = taken_back(&booking, &mut items, &chosen, &stamp, release.base_correction)?;
        items.save(tx, at)?;
        tx.payments().update(std::slice::from_ref(&payment))?;
        tx.payments().insert_applications(&back)?;
        crate::tax_entry::record_applications(tx, booking.base_currency(), &back, due.releases())?;
        let (entry, happening) = booking.told(posted);
        let reason = request.reason.clone().or_else(|| request.override_closed_period.clone());
        let mut happenings = vec![happened("payment.unapplied", Some(&before), &payment, &back, reason)];
        happenings.extend(happening);
        let applications = all.iter().cloned().chain(back).collect();
        Ok(Changed { value: Paid { payment, applications, entry }, happenings })
    })
}

/// The applications that are named, or all that stand.
fn chosen<'a>(
    payment: &Payment,
    all: &'a [PaymentApplication],
    named: Option<&[ApplicationId]>,
) -> Result<Vec<&'a PaymentApplication>> {
    let live = PaymentApplication::live(all);
    let Some(named) = named else {
        if live.is_empty() {
            let message = format!("nothing of payment {} is applied", payment.number);
            return Err(Refusal::InvalidState { status: payment.state.name(), message }.into());
        }
        return Ok(live);
    };
    if named.is_empty() {
        let message = "name one at least, or leave application_ids out to take all back";
        return Err(Refusal::field("application_ids", Constraint::Length, message).into());
    }
    let mut seen = BTreeSet::new();
    let mut chosen = Vec::with_capacity(named.len());
    let mut refusals = Vec::new();
    for (i, id) in named.iter().enumerate() {
        let field = format!("application_ids[{i}]");
        match live.iter().find(|each| each.id == *id) {
            _ if !seen.insert(*id) => {
                refusals.push(Refusal::field(field, Constraint::Unique, "it is named twice"));
            }
            Some(application) => chosen.push(*application),
            None => {
                let was_there = all.iter().any(|each| each.id == *id);
                let what = if was_there { "was taken back already" } else { "is none of this payment" };
                refusals.push(Refusal::field(field, Constraint::Exists, format!("application {id} {what}")));
            }
        }
    }
    if refusals.is_empty() { Ok(chosen) } else { Err(refusals.into()) }
}

/// The payment with what is left of it after some was taken back.
pub(super) fn released(before: &Payment, release: &Release, booking: &Booking<'_>) -> Payment {
    Payment {
        unapplied: release.unapplied,
        base_unapplied: release.base_unapplied,
        advances_account_id: release.advances_account_id,
        updated_at: booking.at,
        version: before.version + 1,
        ..before.clone()
    }
}

/// The records that take applications back; the items are open again.
pub(super) fn taken_back(
    booking: &Booking<'_>,
    items: &mut OpenItems,
    applications: &[&PaymentApplication],
    stamp: &ApplicationStamp,
    base_correction: i64,
) -> Result<Vec<PaymentApplication>> {
    let mut back = Vec::with_capacity(applications.len());
    for application in applications {
        items.restore(application)?;
        back.push(application.taken_back(ApplicationId(booking.app.ids.next()), stamp));
    }
    Ok(corrected(back, base_correction))
}

/// The records with a correction in the last of them.
pub(super) fn corrected(mut back: Vec<PaymentApplication>, base: i64) -> Vec<PaymentApplication> {
    if let Some(last) = back.pop() {
        back.push(last.corrected(base));
    }
    back
}

/// The payments that have used what is left of another one, by their numbers.
pub(super) fn users(tx: &mut dyn Tx, payment: &Payment) -> Result<Vec<String>> {
    let uses = tx.payments().applications_to(&[payment.source()])?;
    let ids: BTreeSet<PaymentId> =
        PaymentApplication::live(&uses).into_iter().map(|each| each.payment_id).collect();
    let payments = tx.payments().find_all(&Vec::from_iter(ids))?;
    Ok(payments.into_iter().map(|payment| format!("{} ({})", payment.number, payment.id)).collect())
}
