//! Recording payments by external id, once.

use super::Paid;
use super::apply::record;
use super::booking::Booking;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::Result;
use crate::journal_entry::Upserted;
use crate::ports::StoreError;
use partita_domain::payment::{OpenItemRef, Payment, PaymentApplication, PaymentRequest};
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};

/// Records a payment under an external id, or finds the one that was recorded under it.
///
/// # Errors
/// As [`apply`](super::apply()); `posted_entry_immutable` when the payment that was recorded says something else.
pub fn upsert(
    app: &App,
    call: &Call,
    external_id: &str,
    request: &PaymentRequest,
) -> Result<Done<Upserted<Paid>>> {
    if request.payment_id.is_some() {
        let message = "an external id names a payment of its own; apply what is left of another one by POST";
        return Err(Refusal::field("payment_id", Constraint::OneOf, message).into());
    }
    let request = PaymentRequest { external_id: Some(external_id.to_owned()), ..request.clone() };
    request.check()?;
    let request = request.in_coins()?;
    change(app, call, Permission::PAYMENTS_WRITE, |tx, at| {
        if let Some(id) = tx.payments().find_by_external_id(external_id)? {
            let payment = tx.payments().find(id)?.ok_or_else(|| {
                StoreError::Corrupt(format!("payment {id} has an external id but does not exist"))
            })?;
            let applications = tx.payments().applications_of(&[id])?;
            if !says_the_same(&request, &payment, &applications) {
                return Err(Refusal::PostedEntryImmutable.into());
            }
            let value = Upserted { created: false, value: Paid { payment, applications, entry: None } };
            return Ok(Changed { value, happenings: Vec::new() });
        }
        let booking = Booking::open(tx, app, call, at)?;
        let Changed { value, happenings } = record(tx, &booking, &request)?;
        Ok(Changed { value: Upserted { created: true, value }, happenings })
    })
}

/// Whether a request is for the payment that was recorded; what it leaves open fits anything.
fn says_the_same(request: &PaymentRequest, payment: &Payment, applications: &[PaymentApplication]) -> bool {
    fn fits<T: PartialEq + Copy>(asked: Option<T>, is: Option<T>) -> bool {
        asked.is_none() || asked == is
    }
    type Asked = (OpenItemRef, [i64; 4]);
    let mut asked: Vec<Asked> = request
        .applications
        .iter()
        .map(|each| (each.item, [each.amount, each.discount, each.write_off, each.cash_rounding_amount]))
        .collect();
    let mut were: Vec<Asked> = applications
        .iter()
        .filter(|each| each.reverses_id.is_none() && each.created_at == payment.created_at)
        .map(|each| {
            (each.item.named(), [each.amount, each.discount, each.write_off, each.cash_rounding_amount])
        })
        .collect();
    asked.sort_unstable();
    were.sort_unstable();
    fits(request.direction, Some(payment.direction))
        && fits(request.contact_id, Some(payment.contact_id))
        && fits(request.currency_code, Some(payment.currency_code))
        && fits(request.exchange_rate, Some(payment.exchange_rate))
        && fits(request.account_id, payment.account_id)
        && fits(request.fee_account_id, payment.fee_account_id)
        && (request.date, request.amount, request.fee_amount)
            == (payment.date, payment.amount, payment.fee_amount)
        && (&request.method, &request.reference_number, &request.memo)
            == (&payment.method, &payment.reference_number, &payment.memo)
        && request.metadata == payment.metadata
        && asked == were
}
