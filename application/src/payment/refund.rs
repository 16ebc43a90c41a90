//! Paying money back: of a payment, and of a credit note or vendor credit.

use super::apply::{applications, made, record, settle_new, settle_rest, standing, with_rest};
use super::booking::{Booking, Wanted};
use super::cash_basis_tax::FallenDue;
use super::items::OpenItems;
use super::release::{corrected, released};
use super::{Paid, happened};
use crate::account::check_version;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::ports::Tx;
use partita_domain::account::Side;
use partita_domain::cash_basis_tax::Settling;
use partita_domain::document::{Document, DocumentKind, DocumentState};
use partita_domain::id::{AccountId, DocumentId, PaymentId};
use partita_domain::payment::{
    ApplicationRequest, OpenItemRef, OpenItemSource, Payment, PaymentApplication, PaymentDirection,
    RefundRequest, Settlement, netted,
};
use partita_domain::permission::Permission;
use partita_domain::posting_line::PostingLine;
use partita_domain::refusal::{Constraint, Refusal};
use std::collections::BTreeMap;
use time::Date;

/// Pays money of a payment back: what is left of it first, then what its newest applications took, whose items open up
/// again by as much. The fee stays paid (T30). Answers the refund, a payment of the opposite direction.
///
/// # Errors
/// `not_found`, `version_conflict`; `invalid_state` for a void payment; `amount` with `exceeds_unapplied_amount`;
/// `date_order`; `closed_period`; `duplicate_external_id`.
pub fn refund(app: &App, call: &Call, id: PaymentId, request: &RefundRequest) -> Result<Done<Paid>> {
    change(app, call, Permission::PAYMENTS_WRITE, |tx, at| {
        refuse_taken(tx, request.external_id.as_deref())?;
        let booking = Booking::open(tx, app, call, at)?;
        let before = standing(tx, id, request.version)?;
        let Some(amount) = request.amount else {
            let message = "say how much is paid back";
            return Err(Refusal::field("amount", Constraint::Required, message).into());
        };
        if amount < 1 {
            let message = "a refund is above zero";
            return Err(Refusal::field("amount", Constraint::Range, message).into());
        }
        let all = tx.payments().applications_of(&[id])?;
        let live = PaymentApplication::live(&all);
        let needed = needed(&before, &live, amount)?;
        let date = booking.date(request.date, needed.earliest(&before, &all))?;
        let request =
            RefundRequest { account_id: request.account_id.or(before.account_id), ..request.clone() };
        let item = before.source().named();
        let mut payment_request = request.as_payment(before.direction.opposite(), date, item, amount);
        payment_request.currency_code = Some(before.currency_code);
        payment_request.contact_id = Some(before.contact_id);
        payment_request.check()?;

        let step = give_back(tx, &booking, before.clone(), &needed)?;
        let mut items = step.items;
        items.add(step.payment.clone());
        let recorded = settle_new(tx, &booking, &payment_request, &items, &[before.source()])?;
        let refund = recorded.payment;
        let mut lines = step.lines;
        lines.extend(recorded.settlement.lines.iter().cloned());
        let defaults = &booking.settings.default_accounts;
        let own = [step.payment.advances_account_id, defaults.exchange_gain, defaults.exchange_loss];
        let controls = needed.released.iter().flat_map(|each| &each.lines).map(|line| line.account);
        let own: Vec<AccountId> = own.into_iter().flatten().chain(controls).collect();
        let again = step.again.iter().flat_map(|(asked, settlement)| {
            settlement
                .applied
                .iter()
                .map(|applied| (applied.source, Settling::applied(applied, asked.discount)))
        });
        let back = needed.released.iter().map(|each| (each.item, Settling::taken_back(each)));
        let due = FallenDue::of(&step.untouched, booking.base_currency(), back.chain(again))?;
        let mut lines = netted(lines, &own);
        lines.extend(due.lines());
        let wanted = Wanted {
            transaction_type: "payment",
            payment: &refund,
            date,
            exchange_rate: refund.exchange_rate,
            lines,
            memo: refund.memo.clone(),
            override_closed_period: request.override_closed_period.as_deref(),
        };
        let posted = booking.post(tx, wanted)?;
        let stamp = booking.stamp(id, before.direction, date, &posted);
        let mut records = Vec::new();
        for application in &needed.released {
            records.push(application.taken_back(next_id(&booking), &stamp));
        }
        let mut records = corrected(records, step.base_correction);
        if let Some((asked, settlement)) = &step.again {
            records.extend(made(&booking, std::slice::from_ref(asked), settlement, &stamp));
        }
        let refund = Payment { entry_id: stamp.entry_id, ..refund };
        let stamp = booking.stamp(refund.id, refund.direction, date, &posted);
        let own = made(&booking, &payment_request.applications, &recorded.settlement, &stamp);
        for applied in &recorded.settlement.applied {
            items.settle(applied, refund.direction)?;
        }
        let after = items.take(id)?;
        let after = Payment { updated_at: at, version: before.version + 1, ..after };
        items.save(tx, at)?;
        tx.payments().update(std::slice::from_ref(&after))?;
        tx.payments().insert(&refund)?;
        records.extend(own.iter().cloned());
        tx.payments().insert_applications(&records)?;
        crate::tax_entry::record_applications(tx, booking.base_currency(), &records, due.releases())?;

        let (entry, happening) = booking.told(posted);
        let reason = request.memo.clone().or_else(|| request.override_closed_period.clone());
        let mut happenings = vec![
            happened("payment.posted", None, &refund, &own, request.override_closed_period.clone()),
            happened("payment.refunded", Some(&before), &after, &records, reason),
        ];
        happenings.extend(happening);
        Ok(Changed { value: Paid { payment: refund, applications: own, entry }, happenings })
    })
}

/// Pays what is open of a credit note or vendor credit back, all of it by default (T20).
///
/// # Errors
/// `not_found`, `version_conflict`; `invalid_state` unless it is posted; `exceeds_open_amount`; `closed_period`.
pub fn refund_document(
    app: &App,
    call: &Call,
    kind: DocumentKind,
    id: DocumentId,
    request: &RefundRequest,
) -> Result<Done<Paid>> {
    change(app, call, Permission::PAYMENTS_WRITE, |tx, at| {
        refuse_taken(tx, request.external_id.as_deref())?;
        let booking = Booking::open(tx, app, call, at)?;
        let found = tx.documents().find(id)?.filter(|document| document.kind == kind);
        let document = found.ok_or_else(|| Error::not_found(kind.name(), id))?;
        check_version(request.version, document.version)?;
        let date = booking.date(request.date, document.date)?;
        let amount = refundable(&document, request.amount)?;
        let direction = match kind.control_side() {
            Some(Side::Credit) => PaymentDirection::Made,
            _ => PaymentDirection::Received,
        };
        let request = request.as_payment(direction, date, OpenItemRef::Document(kind, id), amount);
        request.check()?;
        record(tx, &booking, &request)
    })
}

/// How much is paid back of a document, all that is open by default.
fn refundable(document: &Document, asked: Option<i64>) -> Result<i64> {
    let amount = asked.unwrap_or(document.open);
    if document.state != DocumentState::Posted || (amount > 0 && amount <= document.open) {
        // What was not posted is refused with the other items.
        return Ok(amount.max(1));
    }
    let decimal = |minor: i64| document.currency_code.decimal(i128::from(minor));
    let what = document.kind.name().replace('_', " ");
    let number = document.number.as_deref().unwrap_or_default();
    let (constraint, message) = if document.open == 0 {
        (Constraint::ExceedsOpenAmount, format!("nothing is open of {what} {number}: all of it was used"))
    } else if amount < 1 {
        (Constraint::Range, "a refund is above zero".to_owned())
    } else {
        let (asked, open) = (decimal(amount), decimal(document.open));
        let currency = document.currency_code;
        let message = format!("{asked} {currency} is more than the {open} open of {what} {number}");
        (Constraint::ExceedsOpenAmount, message)
    };
    Err(Refusal::field("amount", constraint, message).into())
}

/// What has to be taken back, so that enough is left.
struct Needed<'a> {
    released: Vec<&'a PaymentApplication>,
    /// What the last of them may keep.
    kept: i64,
}

impl Needed<'_> {
    /// The first day from which on as much of each item was applied throughout as is taken back. The day of an application
    /// does not matter by itself: one refund leaves another application behind, and an earlier refund may be told later.
    fn earliest(&self, payment: &Payment, all: &[PaymentApplication]) -> Date {
        let mut taken: BTreeMap<OpenItemSource, i128> = BTreeMap::new();
        for application in &self.released {
            *taken.entry(application.item).or_default() += i128::from(application.amount);
        }
        if let Some(last) = self.released.last() {
            *taken.entry(last.item).or_default() -= i128::from(self.kept);
        }
        let mut changes: BTreeMap<(OpenItemSource, Date), i128> = BTreeMap::new();
        for application in all.iter().filter(|each| taken.contains_key(&each.item)) {
            *changes.entry((application.item, application.date)).or_default() +=
                i128::from(application.amount);
        }
        let (mut earliest, mut applied) = (payment.date, BTreeMap::new());
        let mut was_enough: BTreeMap<OpenItemSource, bool> = BTreeMap::new();
        for ((item, date), change) in changes {
            let sum: &mut i128 = applied.entry(item).or_default();
            *sum += change;
            let enough = taken.get(&item).is_none_or(|taken| *sum >= *taken);
            if was_enough.insert(item, enough) != Some(true) && enough {
                earliest = earliest.max(date);
            }
        }
        earliest
    }
}

/// Finds the newest applications that free as much as is missing.
fn needed<'a>(payment: &Payment, live: &[&'a PaymentApplication], amount: i64) -> Result<Needed<'a>> {
    let settling = || live.iter().rev().filter(|each| each.settles());
    let free = settling().fold(i128::from(payment.unapplied), |sum, each| sum + i128::from(each.amount));
    let paid = i128::from(payment.amount) - i128::from(payment.refunded);
    let most = free.min(paid);
    if i128::from(amount) > most {
        let decimal = |minor: i128| payment.currency_code.decimal(minor);
        let message = format!(
            "{} {} is more than the {} that can be paid back of payment {}",
            decimal(i128::from(amount)),
            payment.currency_code,
            decimal(most.max(0)),
            payment.number
        );
        return Err(Refusal::field("amount", Constraint::ExceedsUnappliedAmount, message).into());
    }
    let mut missing = amount.saturating_sub(payment.unapplied);
    let mut needed = Needed { released: Vec::new(), kept: 0 };
    for application in settling() {
        if missing <= 0 {
            break;
        }
        needed.released.push(*application);
        needed.kept = application.amount.saturating_sub(missing).max(0);
        missing = missing.saturating_sub(application.amount);
    }
    Ok(needed)
}

/// A payment that was freed of some of what it settled.
struct Freed {
    payment: Payment,
    /// The items as they were before.
    untouched: OpenItems,
    items: OpenItems,
    lines: Vec<PostingLine>,
    /// What the last of those that were taken back gives back more in base currency.
    base_correction: i64,
    /// What was applied again of the last application.
    again: Option<(ApplicationRequest, Settlement)>,
}

/// Takes applications back, and applies again what the last of them may keep.
fn give_back(tx: &mut dyn Tx, booking: &Booking<'_>, payment: Payment, needed: &Needed<'_>) -> Result<Freed> {
    let mut items = OpenItems::load(tx, needed.released.iter().map(|each| each.item.named()))?;
    let untouched = items.clone();
    let accounts = booking.accounts(payment.direction, None, None);
    let release = payment.release(&needed.released, &accounts)?;
    let mut lines = release.lines.clone();
    let base_correction = release.base_correction;
    let mut payment =
        if needed.released.is_empty() { payment } else { released(&payment, &release, booking) };
    for application in &needed.released {
        items.restore(application)?;
    }
    let mut again = None;
    if let Some(last) = needed.released.last().filter(|_| needed.kept > 0) {
        let open = items.item(last.item)?.open;
        let discount = last.discount.min(open.saturating_sub(1));
        let amount = needed.kept.min(open.saturating_sub(discount));
        let asked = ApplicationRequest {
            item: last.item.named(),
            amount,
            discount,
            write_off: 0,
            cash_rounding_amount: 0,
        };
        let named = applications(&items, std::slice::from_ref(&asked), &[last.item])?;
        let settlement = settle_rest(booking, &payment, &named)?;
        for applied in &settlement.applied {
            items.settle(applied, payment.direction)?;
        }
        lines.extend(settlement.lines.iter().cloned());
        payment = with_rest(&payment, &settlement, booking);
        again = Some((asked, settlement));
    }
    Ok(Freed { payment, untouched, items, lines, base_correction, again })
}

/// Refuses an external id that another payment has; before all else, since a refund that is sent again finds nothing left
/// to pay back.
pub(super) fn refuse_taken(tx: &mut dyn Tx, external_id: Option<&str>) -> Result<()> {
    if let Some(external_id) = external_id
        && let Some(existing) = tx.payments().find_by_external_id(external_id)?
    {
        return Err(Refusal::DuplicateExternalId { existing_id: existing.to_string() }.into());
    }
    Ok(())
}

fn next_id(booking: &Booking<'_>) -> partita_domain::id::ApplicationId {
    partita_domain::id::ApplicationId(booking.app.ids.next())
}
