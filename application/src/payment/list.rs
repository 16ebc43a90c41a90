//! Finding payments.

use super::{Paid, find_in};
use crate::app::App;
use crate::call::Call;
use crate::error::Result;
use crate::page::{Listed, Page, cut};
use crate::ports::{PaymentFilter, Tx};
use partita_domain::id::PaymentId;
use partita_domain::payment::{Payment, PaymentApplication};
use partita_domain::permission::Permission;
use std::collections::HashMap;
use time::Date;

/// Lists payments, newest first, with what they were applied to. The cursor is the date and id of the last one seen. A
/// filtered list that is continued by cursor is not counted again.
///
/// # Errors
/// [`crate::Error::Forbidden`], [`crate::Error::Store`].
pub fn list(
    app: &App,
    call: &Call,
    filter: &PaymentFilter,
    page: &Page<(Date, PaymentId)>,
) -> Result<Listed<Paid, (Date, PaymentId)>> {
    call.need(Permission::PAYMENTS_READ)?;
    app.store.read(call.company, |tx| {
        let is_filtered = *filter != PaymentFilter::default();
        let total = match page.cursor {
            Some(_) if is_filtered => None,
            _ => Some(tx.payments().count(filter)?),
        };
        let payments = tx.payments().list(filter, page.cursor, page.offset, page.limit + 1)?;
        let listed = cut(payments, page.limit, total, |payment| (payment.date, payment.id));
        let items = with_applications(tx, listed.items)?;
        Ok(Listed { items, total_count: listed.total_count, next: listed.next })
    })
}

/// One payment.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub fn find(app: &App, call: &Call, id: PaymentId) -> Result<Paid> {
    call.need(Permission::PAYMENTS_READ)?;
    app.store.read(call.company, |tx| {
        let payment = find_in(tx, id)?;
        let applications = tx.payments().applications_of(&[id])?;
        Ok(Paid { payment, applications, entry: None })
    })
}

/// Payments with their applications, by one question for all of them.
fn with_applications(tx: &mut dyn Tx, payments: Vec<Payment>) -> Result<Vec<Paid>> {
    let ids: Vec<PaymentId> = payments.iter().map(|payment| payment.id).collect();
    let mut by_payment: HashMap<PaymentId, Vec<PaymentApplication>> = HashMap::with_capacity(ids.len());
    if !ids.is_empty() {
        for application in tx.payments().applications_of(&ids)? {
            by_payment.entry(application.payment_id).or_default().push(application);
        }
    }
    let with = |payment: Payment| {
        let applications = by_payment.remove(&payment.id).unwrap_or_default();
        Paid { payment, applications, entry: None }
    };
    Ok(payments.into_iter().map(with).collect())
}
