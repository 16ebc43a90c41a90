//! Invoices, bills, credit notes, vendor credits and estimates.

use crate::tx::{MemoryTx, contains, count, impossible};
use crate::undo_map::{Undo, UndoMap};
use partita_application::ports::{DocumentFilter, DocumentOrder, Documents, OpenSum, Stored};
use partita_domain::document::{Document, DocumentKind, DocumentSettled, DocumentState};
use partita_domain::id::{ContactId, DocumentId, ItemId};
use std::collections::BTreeMap;
use std::ops::Bound;
use time::Date;

/// The documents with their orders and unique values.
#[derive(Default)]
pub(crate) struct Papers {
    by_id: UndoMap<DocumentId, Document>,
    by_date: UndoMap<(DocumentKind, Date, DocumentId), ()>,
    by_due_date: UndoMap<(DocumentKind, Date, DocumentId), ()>,
    by_external_id: UndoMap<(DocumentKind, String), DocumentId>,
    by_number: UndoMap<(DocumentKind, String), DocumentId>,
}

impl Undo for Papers {
    fn commit(&mut self) {
        self.by_id.commit();
        self.by_date.commit();
        self.by_due_date.commit();
        self.by_external_id.commit();
        self.by_number.commit();
    }

    fn roll_back(&mut self) {
        self.by_id.roll_back();
        self.by_date.roll_back();
        self.by_due_date.roll_back();
        self.by_external_id.roll_back();
        self.by_number.roll_back();
    }
}

fn external_id(document: &Document) -> Option<(DocumentKind, String)> {
    document.external_id.clone().map(|id| (document.kind, id))
}

fn number(document: &Document) -> Option<(DocumentKind, String)> {
    document.number.clone().map(|number| (document.kind, number))
}

impl Papers {
    /// Checks that a document exists, as a foreign key would.
    pub(crate) fn check_exists(&self, id: DocumentId) -> Stored<()> {
        if self.by_id.contains_key(&id) {
            Ok(())
        } else {
            Err(impossible(format!("there is no document {id}")))
        }
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Document> {
        self.by_id.values()
    }

    fn check(&self, document: &Document) -> Stored<()> {
        self.by_external_id.check_free(external_id(document).as_ref(), &document.id)?;
        self.by_number.check_free(number(document).as_ref(), &document.id)
    }

    fn put(&mut self, document: Document) {
        let id = document.id;
        let old = self.by_id.get(&id).cloned();
        self.by_external_id.rekey(
            old.as_ref().and_then(external_id).as_ref(),
            external_id(&document).as_ref(),
            id,
        );
        self.by_number.rekey(old.as_ref().and_then(number).as_ref(), number(&document).as_ref(), id);
        if let Some(old) = &old {
            self.forget_order(old);
        }
        self.by_date.put((document.kind, document.date, id), ());
        if let Some(due) = document.due_date {
            self.by_due_date.put((document.kind, due, id), ());
        }
        self.by_id.put(id, document);
    }

    fn forget_order(&mut self, document: &Document) {
        self.by_date.take_out(&(document.kind, document.date, document.id));
        if let Some(due) = document.due_date {
            self.by_due_date.take_out(&(document.kind, due, document.id));
        }
    }

    fn in_order<'a>(
        &'a self,
        kind: DocumentKind,
        order: DocumentOrder,
        after: Option<(Date, DocumentId)>,
    ) -> Box<dyn Iterator<Item = &'a Document> + 'a> {
        let first = (kind, Date::MIN, DocumentId(uuid::Uuid::nil()));
        let last = (kind, Date::MAX, DocumentId(uuid::Uuid::max()));
        let after = after.map(|(date, id)| Bound::Excluded((kind, date, id)));
        let document = |((_, _, id), ()): (&(DocumentKind, Date, DocumentId), &())| self.by_id.get(id);
        let beginning = after.unwrap_or(Bound::Included(first));
        let end = Bound::Included(last);
        match order {
            DocumentOrder::NewestFirst => {
                let range = (Bound::Included(first), after.unwrap_or(end));
                Box::new(self.by_date.range(range).rev().filter_map(document))
            }
            DocumentOrder::OldestFirst => Box::new(self.by_date.range((beginning, end)).filter_map(document)),
            DocumentOrder::DueFirst => {
                Box::new(self.by_due_date.range((beginning, end)).filter_map(document))
            }
        }
    }
}

fn matches(document: &Document, filter: &DocumentFilter) -> bool {
    let has_text = |q: &str| {
        let texts = [&document.number, &document.reference_number, &document.memo];
        texts.into_iter().flatten().any(|text| contains(text, q))
    };
    document.kind == filter.kind
        && filter.status.is_none_or(|(status, today)| document.status(today) == status)
        && (!filter.is_open || document.open > 0)
        && filter.from.is_none_or(|from| document.date >= from)
        && filter.to.is_none_or(|to| document.date <= to)
        && filter.contact_id.is_none_or(|contact| document.contact_id == contact)
        && filter.due_before.is_none_or(|day| document.due_date.is_some_and(|due| due < day))
        && filter.min_amount.is_none_or(|least| document.totals.total >= least)
        && filter.max_amount.is_none_or(|most| document.totals.total <= most)
        && filter.currency.is_none_or(|currency| document.currency_code == currency)
        && (filter.external_id.is_none() || document.external_id == filter.external_id)
        && (filter.number.is_none() || document.number == filter.number)
        && filter.q.as_deref().is_none_or(has_text)
}

impl Documents for MemoryTx<'_> {
    fn insert(&mut self, document: &Document) -> Stored<()> {
        let papers = &mut self.books_mut()?.documents;
        papers.by_id.check_new(&document.id)?;
        papers.check(document)?;
        papers.put(document.clone());
        Ok(())
    }

    fn update(&mut self, document: &Document) -> Stored<()> {
        let papers = &mut self.books_mut()?.documents;
        let Some(before) = papers.by_id.get(&document.id) else { return Ok(()) };
        let mut after = document.clone();
        if matches!(before.state, DocumentState::Posted | DocumentState::Void) {
            after.lines.clone_from(&before.lines);
        }
        papers.check(&after)?;
        papers.put(after);
        Ok(())
    }

    fn remove(&mut self, id: DocumentId) -> Stored<()> {
        let papers = &mut self.books_mut()?.documents;
        let Some(document) = papers.by_id.get(&id).cloned() else { return Ok(()) };
        if matches!(document.state, DocumentState::Posted | DocumentState::Void) {
            return Err(impossible("a posted document is never removed"));
        }
        papers.forget_order(&document);
        papers.by_external_id.rekey(external_id(&document).as_ref(), None, id);
        papers.by_number.rekey(number(&document).as_ref(), None, id);
        papers.by_id.take_out(&id);
        Ok(())
    }

    fn settle(&mut self, settled: &[DocumentSettled]) -> Stored<()> {
        let papers = &mut self.books_mut()?.documents;
        for now in settled {
            let Some(mut document) = papers.by_id.get(&now.id).cloned() else { continue };
            if !(0..=document.totals.total).contains(&now.open) {
                return Err(impossible("what is open of a document is from nothing to its total"));
            }
            document.amount_paid = now.amount_paid;
            document.amount_credited = now.amount_credited;
            document.open = now.open;
            document.base_open = now.base_open;
            papers.by_id.put(now.id, document);
        }
        Ok(())
    }

    fn find(&mut self, id: DocumentId) -> Stored<Option<Document>> {
        Ok(self.books().documents.by_id.get(&id).cloned())
    }

    fn find_all(&mut self, ids: &[DocumentId]) -> Stored<Vec<Document>> {
        let papers = &self.books().documents;
        let ids: std::collections::BTreeSet<&DocumentId> = ids.iter().collect();
        Ok(ids.into_iter().filter_map(|id| papers.by_id.get(id)).cloned().collect())
    }

    fn find_by_external_id(&mut self, kind: DocumentKind, external_id: &str) -> Stored<Option<DocumentId>> {
        Ok(self.books().documents.by_external_id.get(&(kind, external_id.to_owned())).copied())
    }

    fn taken_external_ids(
        &mut self,
        kind: DocumentKind,
        external_ids: &[&str],
    ) -> Stored<Vec<(String, DocumentId)>> {
        let taken = &self.books().documents.by_external_id;
        let of = |external_id: &&str| {
            let id = taken.get(&(kind, (*external_id).to_owned()))?;
            Some(((*external_id).to_owned(), *id))
        };
        Ok(external_ids.iter().filter_map(of).collect())
    }

    fn find_by_number(&mut self, kind: DocumentKind, number: &str) -> Stored<Option<DocumentId>> {
        Ok(self.books().documents.by_number.get(&(kind, number.to_owned())).copied())
    }

    fn list(
        &mut self,
        filter: &DocumentFilter,
        order: DocumentOrder,
        after: Option<(Date, DocumentId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Document>> {
        let documents = self.books().documents.in_order(filter.kind, order, after);
        let matching = documents.filter(|document| matches(document, filter));
        Ok(matching.skip(count(offset)).take(count(limit)).cloned().collect())
    }

    fn count(&mut self, filter: &DocumentFilter) -> Stored<i64> {
        let documents = self.books().documents.by_id.values();
        Ok(documents.map(|document| i64::from(matches(document, filter))).sum())
    }

    fn open_sums(&mut self, contacts: &[ContactId]) -> Stored<Vec<OpenSum>> {
        let mut sums: BTreeMap<(ContactId, DocumentKind, partita_domain::money::Currency), (i64, i64)> =
            BTreeMap::new();
        for document in self.books().documents.by_id.values() {
            if document.open > 0 && contacts.contains(&document.contact_id) {
                let key = (document.contact_id, document.kind, document.currency_code);
                let (open, base_open) = sums.entry(key).or_default();
                *open = open.saturating_add(document.open);
                *base_open = base_open.saturating_add(document.base_open);
            }
        }
        let sums = sums.into_iter().map(|((contact_id, kind, currency), (open, base_open))| OpenSum {
            contact_id,
            kind,
            currency,
            open,
            base_open,
        });
        Ok(sums.collect())
    }

    fn name_item(&mut self, item: ItemId) -> Stored<bool> {
        let mut documents = self.books().documents.by_id.values();
        Ok(documents.any(|document| document.lines.iter().any(|line| line.item_id == Some(item))))
    }
}
