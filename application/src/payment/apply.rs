//! Recording payments, and applying what is left of them.

use super::booking::{Booking, Wanted};
use super::cash_basis_tax::FallenDue;
use super::items::OpenItems;
use super::refund::refuse_taken;
use super::{Paid, find_in, happened, refuse_void};
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::ports::Tx;
use partita_domain::id::{ApplicationId, ContactId, PaymentId};
use partita_domain::payment::{
    Application, ApplicationRequest, ApplicationStamp, OpenItemSource, Payment, PaymentApplication,
    PaymentDirection, PaymentDraft, PaymentRequest, PaymentState, Settlement,
};
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};
use time::Date;

/// Records a payment and applies it, in one step; or applies what is left of one that was recorded before.
///
/// # Errors
/// `validation_error` (`exceeds_open_amount`, `exceeds_unapplied_amount`, `currency`, `exists`, …), `invalid_state` for
/// what was not posted or is void, `closed_period`, `duplicate_external_id`; see [`PaymentDraft::settle`].
pub fn apply(app: &App, call: &Call, request: &PaymentRequest) -> Result<Done<Paid>> {
    request.check()?;
    let request = request.in_coins()?;
    let request = request.as_ref();
    change(app, call, Permission::PAYMENTS_WRITE, |tx, at| {
        let booking = Booking::open(tx, app, call, at)?;
        match request.payment_id {
            Some(id) => apply_rest(tx, &booking, id, request),
            None => record(tx, &booking, request),
        }
    })
}

/// Records a payment within a transaction.
pub(super) fn record(
    tx: &mut dyn Tx,
    booking: &Booking<'_>,
    request: &PaymentRequest,
) -> Result<Changed<Paid>> {
    refuse_taken(tx, request.external_id.as_deref())?;
    let items = OpenItems::load(tx, request.applications.iter().map(|each| each.item))?;
    let sources = sources(&items, &request.applications, request.date)?;
    let recorded = settle_new(tx, booking, request, &items, &sources)?;
    let Recorded { payment, settlement } = recorded;
    let due = FallenDue::of_settlement(&items, booking.base_currency(), &request.applications, &settlement)?;
    let wanted = Wanted {
        transaction_type: "payment",
        payment: &payment,
        date: payment.date,
        exchange_rate: payment.exchange_rate,
        lines: settlement.lines.iter().cloned().chain(due.lines()).collect(),
        memo: payment.memo.clone(),
        override_closed_period: request.override_closed_period.as_deref(),
    };
    let posted = booking.post(tx, wanted)?;
    let stamp = booking.stamp(payment.id, payment.direction, payment.date, &posted);
    let payment = Payment { entry_id: stamp.entry_id, ..payment };
    let applications = keep(tx, booking, items, (&request.applications, &settlement, &due), &stamp, |tx| {
        Ok(tx.payments().insert(&payment)?)
    })?;
    let (entry, happening) = booking.told(posted);
    let reason = request.override_closed_period.clone();
    let mut happenings = vec![happened("payment.posted", None, &payment, &applications, reason)];
    happenings.extend(happening);
    Ok(Changed { value: Paid { payment, applications, entry }, happenings })
}

/// A payment worked out, not yet written.
pub(super) struct Recorded {
    pub(super) payment: Payment,
    pub(super) settlement: Settlement,
}

/// Works a new payment out and takes its number.
pub(super) fn settle_new(
    tx: &mut dyn Tx,
    booking: &Booking<'_>,
    request: &PaymentRequest,
    items: &OpenItems,
    sources: &[OpenItemSource],
) -> Result<Recorded> {
    let direction = request.direction_by_items()?;
    let contact_id = contact(tx, request, items, sources)?;
    let base_currency = booking.base_currency();
    let currency = request
        .currency_code
        .or_else(|| sources.first().and_then(|item| items.currency(*item)))
        .unwrap_or(base_currency);
    let exchange_rate = booking.rate(tx, request.exchange_rate, currency, request.date)?;
    let accounts = booking.accounts(direction, request.account_id, request.fee_account_id);
    let moves_money = request.amount != 0 || request.fee_amount != 0;
    let bank = accounts.bank.filter(|_| moves_money);
    if let Some(bank) = bank {
        booking.check_bank(tx, bank, currency)?;
    }
    let fee_account_id = accounts.fee.filter(|_| request.fee_amount != 0);
    if let Some(fee) = fee_account_id {
        booking.check_fee(tx, fee, currency)?;
    }
    let draft = PaymentDraft {
        direction,
        contact_id,
        currency,
        base_currency,
        exchange_rate,
        amount: request.amount,
        fee: request.fee_amount,
        rest: None,
        holding: booking.holding(tx, bank, currency)?,
        write_off_tolerance: booking.settings.trade.write_off_tolerance,
        applications: applications(items, &request.applications, sources)?,
        accounts,
    };
    let settlement = draft.settle()?;
    let payment = Payment {
        id: PaymentId(booking.app.ids.next()),
        external_id: request.external_id.clone(),
        number: booking.number(tx, request.date)?,
        direction,
        contact_id,
        date: request.date,
        amount: request.amount,
        currency_code: currency,
        exchange_rate,
        base_amount: settlement.base_amount,
        account_id: bank,
        method: request.method.clone(),
        reference_number: request.reference_number.clone(),
        memo: request.memo.clone(),
        fee_amount: request.fee_amount,
        fee_account_id,
        unapplied: settlement.unapplied,
        base_unapplied: settlement.base_unapplied,
        used: 0,
        refunded: 0,
        advances_account_id: accounts.advances.filter(|_| settlement.unapplied > 0),
        money: settlement.money.clone(),
        exchange_account_id: settlement.exchange_account_id,
        state: PaymentState::Posted,
        entry_id: None,
        void_entry_id: None,
        metadata: request.metadata.clone(),
        created_at: booking.at,
        updated_at: booking.at,
        version: 1,
    };
    Ok(Recorded { payment, settlement })
}

/// Applies what is left of a payment within a transaction.
fn apply_rest(
    tx: &mut dyn Tx,
    booking: &Booking<'_>,
    id: PaymentId,
    request: &PaymentRequest,
) -> Result<Changed<Paid>> {
    let before = tx.payments().find(id)?.ok_or_else(|| {
        Error::from(Refusal::field("payment_id", Constraint::Exists, format!("there is no payment {id}")))
    })?;
    refuse_void(&before)?;
    if request.contact_id.is_some_and(|contact| contact != before.contact_id) {
        let message = format!("payment {} belongs to contact {}", before.number, before.contact_id);
        return Err(Refusal::field("contact_id", Constraint::Exists, message).into());
    }
    if request.date < before.date {
        let message = format!("{} lies before the payment of {}", request.date, before.date);
        return Err(Refusal::field("date", Constraint::DateOrder, message).into());
    }
    let mut items = OpenItems::load(tx, request.applications.iter().map(|each| each.item))?;
    if let Some(i) = request.applications.iter().position(|each| each.item == before.source().named()) {
        let message = "a payment is not applied to itself";
        let field = format!("applications[{i}].payment_id");
        return Err(Refusal::field(field, Constraint::OneOf, message).into());
    }
    let sources = sources(&items, &request.applications, request.date)?;
    check_contacts(&items, &sources, before.contact_id)?;
    let settlement = settle_rest(booking, &before, &applications(&items, &request.applications, &sources)?)?;
    let due = FallenDue::of_settlement(&items, booking.base_currency(), &request.applications, &settlement)?;
    let wanted = Wanted {
        transaction_type: "payment_application",
        payment: &before,
        date: request.date,
        exchange_rate: before.exchange_rate,
        lines: settlement.lines.iter().cloned().chain(due.lines()).collect(),
        memo: request.memo.clone(),
        override_closed_period: request.override_closed_period.as_deref(),
    };
    let posted = booking.post(tx, wanted)?;
    let stamp = booking.stamp(id, before.direction, request.date, &posted);
    let payment = with_rest(&before, &settlement, booking);
    let after = payment.clone();
    let made = keep(
        tx,
        booking,
        std::mem::take(&mut items),
        (&request.applications, &settlement, &due),
        &stamp,
        |tx| Ok(tx.payments().update(std::slice::from_ref(&after))?),
    )?;
    let applications = tx.payments().applications_of(&[id])?;
    let (entry, happening) = booking.told(posted);
    let reason = request.override_closed_period.clone();
    let mut happenings = vec![happened("payment.applied", Some(&before), &payment, &made, reason)];
    happenings.extend(happening);
    Ok(Changed { value: Paid { payment, applications, entry }, happenings })
}

/// Works out what is left of a payment against items.
pub(super) fn settle_rest(
    booking: &Booking<'_>,
    payment: &Payment,
    applications: &[Application<'_>],
) -> Result<Settlement> {
    let accounts = booking.accounts(payment.direction, None, None);
    let Some(rest) = payment.rest(accounts.advances) else {
        let name = match payment.direction {
            PaymentDirection::Received => "customer_advances",
            PaymentDirection::Made => "vendor_prepayments",
        };
        let message = format!("set default_accounts.{name} in the settings first");
        return Err(Refusal::field(format!("default_accounts.{name}"), Constraint::Required, message).into());
    };
    let draft = PaymentDraft {
        direction: payment.direction,
        contact_id: payment.contact_id,
        currency: payment.currency_code,
        base_currency: booking.base_currency(),
        exchange_rate: payment.exchange_rate,
        amount: 0,
        fee: 0,
        rest: Some(rest),
        holding: partita_domain::payment::Holding::default(),
        write_off_tolerance: booking.settings.trade.write_off_tolerance,
        applications: applications.to_vec(),
        accounts,
    };
    Ok(draft.settle()?)
}

/// The payment with what a settlement has left of it.
pub(super) fn with_rest(before: &Payment, settlement: &Settlement, booking: &Booking<'_>) -> Payment {
    let advances = booking.accounts(before.direction, None, None).advances;
    let advances_account_id = match before.advances_account_id {
        None if settlement.unapplied > 0 => advances,
        known => known,
    };
    Payment {
        unapplied: settlement.unapplied,
        base_unapplied: settlement.base_unapplied,
        advances_account_id,
        updated_at: booking.at,
        version: before.version + 1,
        ..before.clone()
    }
}

/// The items that are named, each in a state to be settled; a refusal names its application.
pub(super) fn sources(
    items: &OpenItems,
    requests: &[ApplicationRequest],
    date: Date,
) -> Result<Vec<OpenItemSource>> {
    let mut sources = Vec::with_capacity(requests.len());
    let mut refusals = Vec::new();
    for (i, request) in requests.iter().enumerate() {
        match items.check(request.item, date) {
            Ok(source) => sources.push(source),
            // The date is not the application's.
            Err(refusal) if refusal.constraint() == Some(Constraint::DateOrder) => refusals.push(refusal),
            Err(refusal) => refusals.push(refusal.under(&format!("applications[{i}]"))),
        }
    }
    if refusals.is_empty() { Ok(sources) } else { Err(refusals.into()) }
}

/// What the payment shall do to the items.
pub(super) fn applications<'i>(
    items: &'i OpenItems,
    requests: &[ApplicationRequest],
    sources: &[OpenItemSource],
) -> Result<Vec<Application<'i>>> {
    let each = requests.iter().zip(sources).map(|(request, source)| {
        Ok(Application {
            item: items.item(*source)?,
            amount: request.amount,
            discount: request.discount,
            write_off: request.write_off,
            cash_rounding_amount: request.cash_rounding_amount,
        })
    });
    each.collect()
}

/// The contact: the one that is named, which all items must have, or the one that they have in common.
fn contact(
    tx: &mut dyn Tx,
    request: &PaymentRequest,
    items: &OpenItems,
    sources: &[OpenItemSource],
) -> Result<ContactId> {
    let of_items = sources.first().and_then(|item| items.contact(*item));
    let Some(id) = request.contact_id.or(of_items) else {
        let message = "say who pays or is paid; a payment without items has no other contact";
        return Err(Refusal::field("contact_id", Constraint::Required, message).into());
    };
    if request.contact_id.is_some() && of_items != Some(id) && tx.contacts().find(id)?.is_none() {
        let message = format!("there is no contact {id}");
        return Err(Refusal::field("contact_id", Constraint::Exists, message).into());
    }
    check_contacts(items, sources, id)?;
    Ok(id)
}

fn check_contacts(items: &OpenItems, sources: &[OpenItemSource], contact: ContactId) -> Result<()> {
    let refusals: Vec<Refusal> = sources
        .iter()
        .enumerate()
        .filter_map(|(i, item)| {
            items.contact(*item).filter(|other| *other != contact).map(|other| (i, item, other))
        })
        .map(|(i, item, other)| {
            let message = format!("it belongs to contact {other}, the payment to {contact}");
            let field = format!("applications[{i}].{}", item.named().field());
            Refusal::field(field, Constraint::Exists, message)
        })
        .collect();
    if refusals.is_empty() { Ok(()) } else { Err(refusals.into()) }
}

/// Writes what a settlement did: the payment, its applications, and what is open of the items.
pub(super) fn keep(
    tx: &mut dyn Tx,
    booking: &Booking<'_>,
    mut items: OpenItems,
    (requests, settlement, due): (&[ApplicationRequest], &Settlement, &FallenDue),
    stamp: &ApplicationStamp,
    write: impl FnOnce(&mut dyn Tx) -> Result<()>,
) -> Result<Vec<PaymentApplication>> {
    let made = made(booking, requests, settlement, stamp);
    for applied in &settlement.applied {
        items.settle(applied, stamp.direction)?;
    }
    items.save(tx, booking.at)?;
    write(tx)?;
    tx.payments().insert_applications(&made)?;
    crate::tax_entry::record_applications(tx, booking.base_currency(), &made, due.releases())?;
    Ok(made)
}

/// The records of a settlement.
pub(super) fn made(
    booking: &Booking<'_>,
    requests: &[ApplicationRequest],
    settlement: &Settlement,
    stamp: &ApplicationStamp,
) -> Vec<PaymentApplication> {
    let each = requests.iter().zip(&settlement.applied).map(|(request, applied)| {
        let id = ApplicationId(booking.app.ids.next());
        PaymentApplication::of(id, request, applied, settlement, stamp)
    });
    each.collect()
}

/// A payment by its id, for those who change it.
pub(super) fn standing(tx: &mut dyn Tx, id: PaymentId, version: Option<i64>) -> Result<Payment> {
    let payment = find_in(tx, id)?;
    crate::account::check_version(version, payment.version)?;
    refuse_void(&payment)?;
    Ok(payment)
}
