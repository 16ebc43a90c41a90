//! Payments and their applications.

use super::Stored;
use partita_domain::id::{ContactId, DocumentId, PaymentId};
use partita_domain::payment::{OpenItemSource, Payment, PaymentApplication, PaymentDirection, PaymentState};
use time::Date;

/// Which payments to list; every given part must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentFilter {
    /// Received or made.
    pub direction: Option<PaymentDirection>,
    /// Of this contact.
    pub contact_id: Option<ContactId>,
    /// Dated on or after.
    pub from: Option<Date>,
    /// Dated on or before.
    pub to: Option<Date>,
    /// Standing or void.
    pub state: Option<PaymentState>,
    /// With something left of them.
    pub is_open: bool,
    /// Of at least this, minor units.
    pub min_amount: Option<i64>,
    /// Of at most this, minor units.
    pub max_amount: Option<i64>,
    /// With an application to this document, also one that was taken back.
    pub document_id: Option<DocumentId>,
    /// With this external id.
    pub external_id: Option<String>,
    /// With this text in number, reference number or memo, upper and lower case alike (ASCII).
    pub q: Option<String>,
}

/// What applications have come to, of one item or of one payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AppliedSum<K> {
    /// Of what.
    pub of: K,
    /// Minor units of its currency.
    pub amount: i64,
    /// Minor units of base currency.
    pub base_amount: i64,
}

/// The payments of the company, and what they were applied to. Applications are append-only.
pub trait Payments {
    /// Adds one.
    fn insert(&mut self, payment: &Payment) -> Stored<()>;
    /// Replaces some by their ids.
    fn update(&mut self, payments: &[Payment]) -> Stored<()>;
    /// One by its id.
    fn find(&mut self, id: PaymentId) -> Stored<Option<Payment>>;
    /// Those of these ids that exist, by id.
    fn find_all(&mut self, ids: &[PaymentId]) -> Stored<Vec<Payment>>;
    /// The id of one by its external id.
    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<PaymentId>>;
    /// Some, newest first: beyond `after` (date and id of the last one seen), past the first `offset`, at most `limit`.
    fn list(
        &mut self,
        filter: &PaymentFilter,
        after: Option<(Date, PaymentId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Payment>>;
    /// How many there are.
    fn count(&mut self, filter: &PaymentFilter) -> Stored<i64>;
    /// Adds applications.
    fn insert_applications(&mut self, applications: &[PaymentApplication]) -> Stored<()>;
    /// The applications of some payments, by payment and id.
    fn applications_of(&mut self, payments: &[PaymentId]) -> Stored<Vec<PaymentApplication>>;
    /// The applications of all payments to some items, by id.
    fn applications_to(&mut self, items: &[OpenItemSource]) -> Stored<Vec<PaymentApplication>>;
    /// By how much each item was relieved by applications dated up to a day, or by all of them; by item. What comes to
    /// nothing may be left out.
    fn relieved(&mut self, until: Option<Date>) -> Stored<Vec<AppliedSum<OpenItemSource>>>;
    /// What the applications of each payment have taken of it, dated up to a day, or all of them; by payment. What comes
    /// to nothing may be left out.
    fn taken(&mut self, until: Option<Date>) -> Stored<Vec<AppliedSum<PaymentId>>>;
}
