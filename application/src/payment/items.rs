//! Open items while payments settle them: all of them are loaded at once and written at once.

use crate::error::Result;
use crate::ports::{StoreError, Tx};
use partita_domain::document::{ControlAccount, Document, DocumentSettled, DocumentState};
use partita_domain::id::{ContactId, DocumentId, PaymentId};
use partita_domain::money::Currency;
use partita_domain::payment::{
    Applied, OpenItem, OpenItemRef, OpenItemSource, Payment, PaymentApplication, PaymentDirection,
    PaymentState,
};
use partita_domain::refusal::{Constraint, Refusal};
use std::collections::{BTreeMap, BTreeSet};
use time::{Date, PrimitiveDateTime};

/// Documents and payments, as they are after all that was done so far.
#[derive(Clone, Default)]
pub(super) struct OpenItems {
    documents: BTreeMap<DocumentId, Document>,
    payments: BTreeMap<PaymentId, Payment>,
    changed: BTreeSet<OpenItemSource>,
}

/// How much of an item is settled.
#[derive(Clone, Copy)]
struct Part {
    relieved: i64,
    base_relieved: i64,
    credited: i64,
}

impl OpenItems {
    /// Loads what is named, with one question for the documents and one for the payments.
    pub(super) fn load(tx: &mut dyn Tx, named: impl IntoIterator<Item = OpenItemRef>) -> Result<Self> {
        let (mut documents, mut payments) = (BTreeSet::new(), BTreeSet::new());
        for item in named {
            match item {
                OpenItemRef::Document(_, id) => documents.insert(id),
                OpenItemRef::Payment(id) => payments.insert(id),
            };
        }
        let mut items = Self::default();
        if !documents.is_empty() {
            let found = tx.documents().find_all(&Vec::from_iter(documents))?;
            items.documents.extend(found.into_iter().map(|document| (document.id, document)));
        }
        if !payments.is_empty() {
            let found = tx.payments().find_all(&Vec::from_iter(payments))?;
            items.payments.extend(found.into_iter().map(|payment| (payment.id, payment)));
        }
        Ok(items)
    }

    /// Adds a payment that was loaded already.
    pub(super) fn add(&mut self, payment: Payment) {
        self.payments.insert(payment.id, payment);
    }

    /// Takes a payment out, as it is now.
    pub(super) fn take(&mut self, id: PaymentId) -> Result<Payment> {
        let payment = self.payments.remove(&id);
        payment.ok_or_else(|| StoreError::Corrupt(format!("payment {id} is gone")).into())
    }

    /// What a caller has named, if it can be settled on a date.
    ///
    /// # Errors
    /// The field that names it with `exists`; `invalid_state` unless it was posted and stands; `date_order` when it is
    /// younger.
    pub(super) fn check(
        &self,
        named: OpenItemRef,
        date: Date,
    ) -> std::result::Result<OpenItemSource, Refusal> {
        let missing = |what: &str, id: &dyn std::fmt::Display| {
            Refusal::field(named.field(), Constraint::Exists, format!("there is no {what} {id}"))
        };
        let younger = |what: &str, its: Date| {
            let message = format!(
                "{what} is dated {its}, after {date}; record the payment first and apply what is left of it then"
            );
            Refusal::field("date", Constraint::DateOrder, message)
        };
        match named {
            OpenItemRef::Document(kind, id) => {
                let what = kind.name().replace('_', " ");
                let document = self.documents.get(&id).filter(|document| document.kind == kind);
                let document = document.ok_or_else(|| missing(&what, &id))?;
                let number = document.number.as_deref().unwrap_or_default();
                let remedy = match document.state {
                    DocumentState::Posted if document.date > date => {
                        return Err(younger(&format!("{what} {number}"), document.date));
                    }
                    DocumentState::Posted => return Ok(OpenItemSource::Document { kind, id }),
                    DocumentState::Void => "nothing of it is due any more",
                    _ => "post it first",
                };
                let status = document.state.name();
                let message = format!("this {what} is {status}; {remedy}");
                Err(Refusal::InvalidState { status, message })
            }
            OpenItemRef::Payment(id) => {
                let payment = self.payments.get(&id).ok_or_else(|| missing("payment", &id))?;
                let number = &payment.number;
                if payment.state == PaymentState::Void {
                    let message = format!("payment {number} is void; nothing is left of it");
                    return Err(Refusal::InvalidState { status: payment.state.name(), message });
                }
                if payment.date > date {
                    return Err(younger(&format!("payment {number}"), payment.date));
                }
                if payment.unapplied == 0 {
                    let message = format!("nothing is left of payment {number}: all of it was applied");
                    return Err(Refusal::field("amount", Constraint::ExceedsOpenAmount, message));
                }
                Ok(payment.source())
            }
        }
    }

    /// A document that was loaded.
    pub(super) fn document(&self, id: DocumentId) -> Option<&Document> {
        self.documents.get(&id)
    }

    /// Whose it is.
    pub(super) fn contact(&self, item: OpenItemSource) -> Option<ContactId> {
        match item {
            OpenItemSource::Document { id, .. } => {
                self.documents.get(&id).map(|document| document.contact_id)
            }
            OpenItemSource::Payment { id, .. } => self.payments.get(&id).map(|payment| payment.contact_id),
        }
    }

    /// Its currency.
    pub(super) fn currency(&self, item: OpenItemSource) -> Option<Currency> {
        match item {
            OpenItemSource::Document { id, .. } => {
                self.documents.get(&id).map(|document| document.currency_code)
            }
            OpenItemSource::Payment { id, .. } => self.payments.get(&id).map(|payment| payment.currency_code),
        }
    }

    /// The item as it is open now.
    pub(super) fn item(&self, item: OpenItemSource) -> Result<OpenItem<'_>> {
        let open = match item {
            OpenItemSource::Document { id, .. } => self.documents.get(&id).and_then(|document| {
                let account_id = document.control_account_id?;
                Some(OpenItem {
                    source: item,
                    control: ControlAccount { account_id, contact_id: document.contact_id },
                    currency: document.currency_code,
                    total: document.totals.total,
                    base_total: document.base_total,
                    open: document.open,
                    base_open: document.base_open,
                    taxes: &document.taxes,
                })
            }),
            OpenItemSource::Payment { id, .. } => self.payments.get(&id).and_then(|payment| {
                let account_id = payment.advances_account_id?;
                // It went in at several rates, so that a part leaves at their average.
                Some(OpenItem {
                    source: item,
                    control: ControlAccount { account_id, contact_id: payment.contact_id },
                    currency: payment.currency_code,
                    total: payment.unapplied,
                    base_total: payment.base_unapplied,
                    open: payment.unapplied,
                    base_open: payment.base_unapplied,
                    taxes: &[],
                })
            }),
        };
        open.ok_or_else(|| StoreError::Corrupt(format!("{item:?} has no account on which it is open")).into())
    }

    /// Notes what a settlement has left of an item.
    pub(super) fn settle(&mut self, applied: &Applied, by: PaymentDirection) -> Result<()> {
        let Applied { source, relieved, base_relieved, credited, .. } = *applied;
        self.change(source, Part { relieved, base_relieved, credited }, by)
    }

    /// Notes that an application was taken back.
    pub(super) fn restore(&mut self, application: &PaymentApplication) -> Result<()> {
        let part = Part {
            relieved: -application.relieved,
            base_relieved: -application.base_relieved,
            credited: -application.credited,
        };
        self.change(application.item, part, application.direction)
    }

    fn change(&mut self, item: OpenItemSource, part: Part, by: PaymentDirection) -> Result<()> {
        let Part { relieved, base_relieved, credited } = part;
        let less = |kept: &mut i64, part: i64| {
            let rest = kept.checked_sub(part);
            rest.map(|rest| *kept = rest)
                .ok_or_else(|| StoreError::Corrupt(format!("what is open of {item:?} is out of range")))
        };
        match item {
            OpenItemSource::Document { id, .. } => {
                let document = self.documents.get_mut(&id).ok_or_else(|| gone(item))?;
                less(&mut document.open, relieved)?;
                less(&mut document.base_open, base_relieved)?;
                less(&mut document.amount_credited, -credited)?;
                less(&mut document.amount_paid, credited.saturating_sub(relieved))?;
            }
            OpenItemSource::Payment { id, .. } => {
                let payment = self.payments.get_mut(&id).ok_or_else(|| gone(item))?;
                less(&mut payment.unapplied, relieved)?;
                less(&mut payment.base_unapplied, base_relieved)?;
                let taken = if by == payment.direction { &mut payment.used } else { &mut payment.refunded };
                less(taken, -relieved)?;
            }
        }
        self.changed.insert(item);
        Ok(())
    }

    /// Writes what has changed.
    pub(super) fn save(self, tx: &mut dyn Tx, at: PrimitiveDateTime) -> Result<()> {
        let Self { documents, payments, changed } = self;
        let settled: Vec<DocumentSettled> = documents
            .into_values()
            .filter(|document| {
                changed.contains(&OpenItemSource::Document { kind: document.kind, id: document.id })
            })
            .map(|document| DocumentSettled {
                id: document.id,
                amount_paid: document.amount_paid,
                amount_credited: document.amount_credited,
                open: document.open,
                base_open: document.base_open,
            })
            .collect();
        let payments: Vec<Payment> = payments
            .into_values()
            .filter(|payment| changed.contains(&payment.source()))
            .map(|payment| Payment { updated_at: at, version: payment.version + 1, ..payment })
            .collect();
        if !settled.is_empty() {
            tx.documents().settle(&settled)?;
        }
        if !payments.is_empty() {
            tx.payments().update(&payments)?;
        }
        Ok(())
    }
}

fn gone(item: OpenItemSource) -> StoreError {
    StoreError::Corrupt(format!("{item:?} is gone"))
}
