//! Payments: apply, take back, void, refund, list.

mod apply;
mod booking;
mod cash_basis_tax;
mod items;
mod list;
mod refund;
mod release;
mod upsert;
mod verify;
mod void;

pub use apply::apply;
pub use list::{find, list};
pub use refund::{refund, refund_document};
pub use release::unapply;
pub use upsert::upsert;
pub(crate) use verify::check_open_items;
pub use void::void;

use crate::error::{Error, Result};
use crate::ports::Tx;
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::id::{ApplicationId, PaymentId};
use partita_domain::journal_entry::JournalEntry;
use partita_domain::payment::{OpenItemSource, Payment, PaymentApplication, PaymentState};
use partita_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use time::Date;

/// What the audit trail calls a payment.
pub const RESOURCE: &str = "payment";

/// A payment with all that was done with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paid {
    /// It.
    pub payment: Payment,
    /// What it was applied to, and what was taken back, by id.
    pub applications: Vec<PaymentApplication>,
    /// What would be posted; in dry runs only, since what was posted is named by its id.
    pub entry: Option<JournalEntry>,
}

/// A payment by its id.
fn find_in(tx: &mut dyn Tx, id: PaymentId) -> Result<Payment> {
    tx.payments().find(id)?.ok_or_else(|| Error::not_found(RESOURCE, id))
}

/// Refuses to reverse what a payment has posted: it is taken back with the payment, so that what is open equals its
/// control account (invariant I3).
pub(crate) fn refuse_entry(tx: &mut dyn Tx, entry: &JournalEntry) -> Result<()> {
    let Some(id) = entry.source_id.as_deref().and_then(|id| id.parse().ok()) else { return Ok(()) };
    let Some(payment) = tx.payments().find(id)? else { return Ok(()) };
    let number = &payment.number;
    let message = if payment.entry_id == Some(entry.id) {
        format!("this entry belongs to payment {number}; void the payment instead")
    } else if payment.void_entry_id == Some(entry.id) {
        format!("this entry voids payment {number}; record the payment again instead")
    } else {
        let all = tx.payments().applications_of(&[id])?;
        let Some(application) = all.iter().find(|each| each.entry_id == Some(entry.id)) else {
            return Ok(());
        };
        match application.reverses_id {
            Some(_) => format!("this entry takes back what payment {number} settled; apply it again instead"),
            None => format!("this entry applies payment {number}; unapply that instead"),
        }
    };
    Err(Refusal::InvalidState { status: payment.state.name(), message }.into())
}

/// Refuses what cannot happen to a payment that was taken back.
/// The last day on which an item was settled, or freed of what had settled it.
pub(crate) fn last_settled(tx: &mut dyn Tx, item: OpenItemSource) -> Result<Option<Date>> {
    Ok(tx.payments().applications_to(&[item])?.iter().map(|each| each.date).max())
}

fn refuse_void(payment: &Payment) -> Result<()> {
    match payment.state {
        PaymentState::Posted => Ok(()),
        PaymentState::Void => Err(Refusal::InvalidState {
            status: payment.state.name(),
            message: format!("payment {} is void; record it again", payment.number),
        }
        .into()),
    }
}

#[derive(Serialize)]
struct PaymentTold<'a> {
    #[serde(flatten)]
    payment: &'a Payment,
    applications: Vec<Applied<'a>>,
}

#[derive(Serialize)]
struct Applied<'a> {
    id: ApplicationId,
    item: &'a OpenItemSource,
    amount: i64,
    discount: i64,
    write_off: i64,
    cash_rounding_amount: i64,
    reverses_id: Option<ApplicationId>,
}

/// What the audit trail says of a payment.
fn happened(
    action: &'static str,
    before: Option<&Payment>,
    after: &Payment,
    applications: &[PaymentApplication],
    reason: Option<String>,
) -> Happening {
    let applications = applications.iter().map(|each| Applied {
        id: each.id,
        item: &each.item,
        amount: each.amount,
        discount: each.discount,
        write_off: each.write_off,
        cash_rounding_amount: each.cash_rounding_amount,
        reverses_id: each.reverses_id,
    });
    let told = PaymentTold { payment: after, applications: applications.collect() };
    Happening {
        action,
        resource_type: RESOURCE,
        resource_id: after.id.to_string(),
        before: before.and_then(snapshot),
        after: snapshot(&told),
        reason,
    }
}
