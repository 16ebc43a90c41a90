//! What an open transaction knows of a company: read once, changed in memory, written once.

use crate::cache::{Cache, Reference};
use crate::chart::Chart;
use crate::ledger_head::Head;
use crate::pending::{Change, Shape, Written};
use crate::stock::{KeptStockRow, LoadedStock};
use partita_domain::id::{CompanyId, ContactId, ItemId};
use partita_domain::period::PeriodKey;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A number that is written back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept {
    pub(crate) value: i64,
    pub(crate) changed: bool,
}

/// The state of one company within a transaction. A unit that is undone puts back the copy taken before it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Books {
    /// `None` for a company that does not exist (yet).
    pub(crate) head: Option<Head>,
    pub(crate) chart: Option<Arc<Chart>>,
    pub(crate) reference: Option<Arc<Reference>>,
    /// Next numbers, by type and scope.
    pub(crate) next_numbers: BTreeMap<(String, i32), Kept>,
    pub(crate) entry_counts: BTreeMap<PeriodKey, Kept>,
    /// Contacts that were written.
    pub(crate) changed_contacts: Arc<BTreeSet<ContactId>>,
    /// Stocks of items.
    pub(crate) stocks: BTreeMap<ItemId, LoadedStock>,
}

struct NextNumbers;

impl Written for NextNumbers {
    const SHAPE: Shape = Shape::Insert {
        table: "sequence_counters",
        columns: &["company_id", "sequence_type", "scope", "next_number"],
        conflict: "ON CONFLICT (company_id, sequence_type, scope) \
                   DO UPDATE SET next_number = excluded.next_number",
    };
}

struct EntryCounts;

impl Written for EntryCounts {
    const SHAPE: Shape = Shape::Update {
        set: "periods SET entry_count = new.entry_count",
        columns: &["company_id", "period", "entry_count"],
        matching: "periods.company_id = new.company_id AND periods.period = new.period",
    };
}

impl Books {
    /// What has to be written; from here on it counts as written.
    pub(crate) fn take_changes(&mut self, company: CompanyId) -> Vec<Change> {
        let mut changes = Vec::new();
        let numbers = self.next_numbers.iter_mut().filter(|(_, kept)| kept.changed).map(|(key, kept)| {
            kept.changed = false;
            [company.to_string().into(), key.0.clone().into(), key.1.into(), kept.value.into()]
        });
        changes.push(Change::of::<NextNumbers, _>(numbers));
        let counts = self.entry_counts.iter_mut().filter(|(_, kept)| kept.changed).map(|(period, kept)| {
            kept.changed = false;
            [company.to_string().into(), period.to_string().into(), kept.value.into()]
        });
        changes.push(Change::of::<EntryCounts, _>(counts));
        changes.push(KeptStockRow::changes(company, &mut self.stocks));
        if let Some(head) = self.head.as_mut().filter(|head| head.changed) {
            head.changed = false;
            changes.push(head.change(company));
        }
        changes.retain(|change| !change.cells.is_empty());
        changes
    }

    /// Lets others use what was read, once it is committed.
    pub(crate) fn publish(&self, company: CompanyId, cache: &Cache) {
        let Some(head) = &self.head else { return };
        if let Some(chart) = &self.chart {
            cache.put_chart(company, head.chart_version, chart);
        }
        if let Some(reference) = &self.reference {
            cache.put_reference(company, head.reference_version, reference);
        }
        if head.audit_hash_read != head.head.audit_hash || !self.changed_contacts.is_empty() {
            cache.contacts.carry(company, head.audit_hash_read, head.head.audit_hash, &self.changed_contacts);
        }
    }
}
