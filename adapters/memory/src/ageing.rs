//! What was open on a day.

use crate::tx::MemoryTx;
use partita_application::ports::{OpenItems, StoreError, Stored};
use partita_domain::ageing::OpenOnDay;
use partita_domain::document::DocumentState;
use partita_domain::id::{ContactId, EntryId};
use partita_domain::payment::{OpenItemSource, PaymentState};
use partita_domain::tax::Trade;
use std::collections::HashMap;
use time::Date;

type Sums = HashMap<OpenItemSource, (i64, i64)>;

impl MemoryTx<'_> {
    /// By how much each item has been relieved, and each payment been used, after a day.
    fn settled_after(&self, day: Date) -> Stored<Sums> {
        let mut sums = Sums::new();
        let mut add = |item, amount: i64, base: i64| {
            let sum: &mut (i64, i64) = sums.entry(item).or_default();
            *sum = sum.0.checked_add(amount).zip(sum.1.checked_add(base)).ok_or_else(out_of_range)?;
            Ok::<(), StoreError>(())
        };
        for each in self.books().payments.applications().filter(|each| each.date > day) {
            add(each.item, each.relieved, each.base_relieved)?;
            let payment = OpenItemSource::Payment { direction: each.direction, id: each.payment_id };
            add(payment, each.taken(), each.base_taken())?;
        }
        Ok(sums)
    }

    fn was_voided_after(&self, void_entry_id: Option<EntryId>, day: Date) -> bool {
        void_entry_id
            .and_then(|id| self.books().journal_entries.date_of(id))
            .is_some_and(|voided| voided > day)
    }
}

fn out_of_range() -> StoreError {
    StoreError::Corrupt("applications are out of range".to_owned())
}

impl OpenItems for MemoryTx<'_> {
    fn open_on(&mut self, trade: Trade, day: Date, contact: Option<ContactId>) -> Stored<Vec<OpenOnDay>> {
        let settled = self.settled_after(day)?;
        let is_of = |id: ContactId, date: Date| date <= day && contact.is_none_or(|contact| contact == id);
        let mut items = Vec::new();
        for document in self.books().documents.all() {
            if document.kind.trade() != trade || !is_of(document.contact_id, document.date) {
                continue;
            }
            let (open, base_open) = match document.state {
                DocumentState::Posted => (document.open, document.base_open),
                DocumentState::Void if self.was_voided_after(document.void_entry_id, day) => {
                    (document.totals.total, document.base_total)
                }
                _ => continue,
            };
            items.push(OpenOnDay {
                source: OpenItemSource::Document { kind: document.kind, id: document.id },
                number: document.number.clone().unwrap_or_default(),
                contact_id: document.contact_id,
                date: document.date,
                due_date: document.due_date,
                currency: document.currency_code,
                account_id: document.control_account_id,
                total: document.totals.total,
                open,
                base_open,
            });
        }
        for payment in self.books().payments.all() {
            if payment.source().trade() != trade || !is_of(payment.contact_id, payment.date) {
                continue;
            }
            let (open, base_open) = match payment.state {
                PaymentState::Posted => (payment.unapplied, payment.base_unapplied),
                PaymentState::Void if self.was_voided_after(payment.void_entry_id, day) => {
                    (payment.amount, payment.base_amount)
                }
                PaymentState::Void => continue,
            };
            items.push(OpenOnDay {
                source: payment.source(),
                number: payment.number.clone(),
                contact_id: payment.contact_id,
                date: payment.date,
                due_date: None,
                currency: payment.currency_code,
                account_id: payment.advances_account_id,
                total: payment.amount,
                open,
                base_open,
            });
        }
        for item in &mut items {
            let (amount, base) = settled.get(&item.source).copied().unwrap_or_default();
            item.open = item.open.checked_add(amount).ok_or_else(out_of_range)?;
            item.base_open = item.base_open.checked_add(base).ok_or_else(out_of_range)?;
        }
        items.retain(OpenOnDay::is_open);
        Ok(items)
    }
}
