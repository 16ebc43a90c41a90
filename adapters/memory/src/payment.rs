//! Payments and their applications.

use crate::account::Chart;
use crate::tx::{MemoryTx, contains, count, impossible};
use crate::undo_map::{Undo, UndoMap};
use partita_application::ports::{AppliedSum, PaymentFilter, Payments, StoreError, Stored};
use partita_domain::id::{ApplicationId, PaymentId};
use partita_domain::payment::{OpenItemSource, Payment, PaymentApplication};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use time::Date;

/// The payments with their orders and unique values, and their applications.
#[derive(Default)]
pub(crate) struct Receipts {
    by_id: UndoMap<PaymentId, Payment>,
    by_date: UndoMap<(Date, PaymentId), ()>,
    by_external_id: UndoMap<String, PaymentId>,
    by_number: UndoMap<String, PaymentId>,
    applications: UndoMap<(PaymentId, ApplicationId), PaymentApplication>,
    by_item: UndoMap<(OpenItemSource, ApplicationId), PaymentId>,
    /// From the application that was taken back to the one that takes it back.
    reversals: UndoMap<ApplicationId, ApplicationId>,
}

impl Undo for Receipts {
    fn commit(&mut self) {
        self.by_id.commit();
        self.by_date.commit();
        self.by_external_id.commit();
        self.by_number.commit();
        self.applications.commit();
        self.by_item.commit();
        self.reversals.commit();
    }

    fn roll_back(&mut self) {
        self.by_id.roll_back();
        self.by_date.roll_back();
        self.by_external_id.roll_back();
        self.by_number.roll_back();
        self.applications.roll_back();
        self.by_item.roll_back();
        self.reversals.roll_back();
    }
}

impl Receipts {
    /// All payments.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Payment> {
        self.by_id.values()
    }

    /// Checks that one exists, as a foreign key would.
    pub(crate) fn check_exists(&self, id: PaymentId) -> Stored<()> {
        if self.by_id.contains_key(&id) {
            Ok(())
        } else {
            Err(impossible(format!("there is no payment {id}")))
        }
    }

    /// All applications.
    pub(crate) fn applications(&self) -> impl Iterator<Item = &PaymentApplication> {
        self.applications.values()
    }

    fn check(&self, payment: &Payment, chart: &Chart) -> Stored<()> {
        self.by_external_id.check_free(payment.external_id.as_ref(), &payment.id)?;
        self.by_number.check_free(Some(&payment.number), &payment.id)?;
        let accounts = [payment.account_id, payment.advances_account_id];
        accounts.into_iter().flatten().try_for_each(|id| chart.check_exists(id))
    }

    fn put(&mut self, payment: &Payment) {
        let old = self.by_id.get(&payment.id);
        let old_external_id = old.and_then(|old| old.external_id.clone());
        let old_number = old.map(|old| old.number.clone());
        self.by_external_id.rekey(old_external_id.as_ref(), payment.external_id.as_ref(), payment.id);
        self.by_number.rekey(old_number.as_ref(), Some(&payment.number), payment.id);
        self.by_date.put((payment.date, payment.id), ());
        self.by_id.put(payment.id, payment.clone());
    }

    fn apply(&mut self, application: &PaymentApplication) -> Stored<()> {
        let key = (application.payment_id, application.id);
        self.check_exists(application.payment_id)?;
        application.item.payment().map_or(Ok(()), |other| self.check_exists(other))?;
        if let Some(taken_back) = application.reverses_id {
            self.reversals.check_new(&taken_back)?;
            if !self.applications.contains_key(&(application.payment_id, taken_back)) {
                return Err(impossible(format!("there is no application {taken_back} to take back")));
            }
            self.reversals.put(taken_back, application.id);
        }
        self.applications.add(key, application.clone())?;
        self.by_item.put((application.item, application.id), application.payment_id);
        Ok(())
    }

    fn of_item(&self, item: OpenItemSource) -> impl Iterator<Item = (&ApplicationId, &PaymentId)> {
        let (first, last) = (ApplicationId(uuid::Uuid::nil()), ApplicationId(uuid::Uuid::max()));
        self.by_item.range((item, first)..=(item, last)).map(|((_, id), payment)| (id, payment))
    }

    fn matches(&self, payment: &Payment, filter: &PaymentFilter) -> bool {
        let has_text = |q: &str| {
            let texts = [Some(&payment.number), payment.reference_number.as_ref(), payment.memo.as_ref()];
            texts.into_iter().flatten().any(|text| contains(text, q))
        };
        let names = |document| {
            let (first, last) = (ApplicationId(uuid::Uuid::nil()), ApplicationId(uuid::Uuid::max()));
            let mut own = self.applications.range((payment.id, first)..=(payment.id, last));
            own.any(|(_, application)| application.item.document() == Some(document))
        };
        filter.direction.is_none_or(|direction| payment.direction == direction)
            && filter.contact_id.is_none_or(|contact| payment.contact_id == contact)
            && filter.from.is_none_or(|from| payment.date >= from)
            && filter.to.is_none_or(|to| payment.date <= to)
            && filter.state.is_none_or(|state| payment.state == state)
            && (!filter.is_open || payment.unapplied > 0)
            && filter.min_amount.is_none_or(|least| payment.amount >= least)
            && filter.max_amount.is_none_or(|most| payment.amount <= most)
            && filter.document_id.is_none_or(names)
            && (filter.external_id.is_none() || payment.external_id == filter.external_id)
            && filter.q.as_deref().is_none_or(has_text)
    }

    fn sums<K: Ord + Copy>(
        &self,
        until: Option<Date>,
        of: impl Fn(&PaymentApplication) -> (K, i64, i64),
    ) -> Stored<Vec<AppliedSum<K>>> {
        let mut sums: BTreeMap<K, (i64, i64)> = BTreeMap::new();
        for application in self.applications.values() {
            if until.is_some_and(|until| application.date > until) {
                continue;
            }
            let (of, amount, base) = of(application);
            let sum = sums.entry(of).or_default();
            let added = sum.0.checked_add(amount).zip(sum.1.checked_add(base));
            *sum = added.ok_or_else(|| StoreError::Corrupt("applications are out of range".to_owned()))?;
        }
        let rows = sums.into_iter().filter(|(_, sum)| *sum != (0, 0));
        Ok(rows.map(|(of, (amount, base_amount))| AppliedSum { of, amount, base_amount }).collect())
    }
}

impl Payments for MemoryTx<'_> {
    fn insert(&mut self, payment: &Payment) -> Stored<()> {
        let books = self.books_mut()?;
        books.payments.by_id.check_new(&payment.id)?;
        books.payments.check(payment, &books.accounts)?;
        books.payments.put(payment);
        Ok(())
    }

    fn update(&mut self, payments: &[Payment]) -> Stored<()> {
        let books = self.books_mut()?;
        for payment in payments {
            if books.payments.by_id.contains_key(&payment.id) {
                books.payments.check(payment, &books.accounts)?;
                books.payments.put(payment);
            }
        }
        Ok(())
    }

    fn find(&mut self, id: PaymentId) -> Stored<Option<Payment>> {
        Ok(self.books().payments.by_id.get(&id).cloned())
    }

    fn find_all(&mut self, ids: &[PaymentId]) -> Stored<Vec<Payment>> {
        let payments = &self.books().payments;
        let ids: BTreeSet<&PaymentId> = ids.iter().collect();
        Ok(ids.into_iter().filter_map(|id| payments.by_id.get(id)).cloned().collect())
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<PaymentId>> {
        Ok(self.books().payments.by_external_id.get(external_id).copied())
    }

    fn list(
        &mut self,
        filter: &PaymentFilter,
        after: Option<(Date, PaymentId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Payment>> {
        let payments = &self.books().payments;
        let end = after.map_or(Bound::Unbounded, Bound::Excluded);
        let newest_first = payments.by_date.range((Bound::Unbounded, end)).rev();
        let matching = newest_first
            .filter_map(|((_, id), ())| payments.by_id.get(id))
            .filter(|payment| payments.matches(payment, filter));
        Ok(matching.skip(count(offset)).take(count(limit)).cloned().collect())
    }

    fn count(&mut self, filter: &PaymentFilter) -> Stored<i64> {
        let payments = &self.books().payments;
        Ok(payments.by_id.values().map(|payment| i64::from(payments.matches(payment, filter))).sum())
    }

    fn insert_applications(&mut self, applications: &[PaymentApplication]) -> Stored<()> {
        let books = self.books_mut()?;
        applications.iter().try_for_each(|application| {
            if let Some(document) = application.item.document() {
                books.documents.check_exists(document)?;
            }
            books.payments.apply(application)
        })
    }

    fn applications_of(&mut self, payments: &[PaymentId]) -> Stored<Vec<PaymentApplication>> {
        let kept = &self.books().payments.applications;
        let (first, last) = (ApplicationId(uuid::Uuid::nil()), ApplicationId(uuid::Uuid::max()));
        let payments: BTreeSet<PaymentId> = payments.iter().copied().collect();
        let found = payments.into_iter().flat_map(|payment| kept.range((payment, first)..=(payment, last)));
        Ok(found.map(|(_, application)| application.clone()).collect())
    }

    fn applications_to(&mut self, items: &[OpenItemSource]) -> Stored<Vec<PaymentApplication>> {
        let payments = &self.books().payments;
        let found: BTreeMap<ApplicationId, PaymentId> = items
            .iter()
            .flat_map(|item| payments.of_item(*item))
            .map(|(application, payment)| (*application, *payment))
            .collect();
        let found = found.into_iter().filter_map(|(id, payment)| payments.applications.get(&(payment, id)));
        Ok(found.cloned().collect())
    }

    fn relieved(&mut self, until: Option<Date>) -> Stored<Vec<AppliedSum<OpenItemSource>>> {
        let of = |each: &PaymentApplication| (each.item, each.relieved, each.base_relieved);
        self.books().payments.sums(until, of)
    }

    fn taken(&mut self, until: Option<Date>) -> Stored<Vec<AppliedSum<PaymentId>>> {
        let of = |each: &PaymentApplication| (each.payment_id, each.taken(), each.base_taken());
        self.books().payments.sums(until, of)
    }
}
