//! The ends of the company's two chains.

use crate::pending::{Change, Shape, Written};
use crate::schema::ledger_heads;
use crate::unit::SqlTx;
use crate::{error, parse};
use diesel::prelude::*;
use partita_application::ports::{LedgerHead, LedgerHeads, Stored};
use partita_domain::hash::Hash;
use partita_domain::id::CompanyId;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = ledger_heads)]
pub(crate) struct HeadRow {
    company_id: String,
    audit_sequence: i64,
    audit_hash: String,
    entry_position: i64,
    entry_hash: String,
    turnover: i64,
    chart_version: i64,
    reference_version: i64,
}

/// The head, with the versions that caches are valid for.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) head: LedgerHead,
    pub(crate) chart_version: i64,
    pub(crate) reference_version: i64,
    pub(crate) changed: bool,
    /// The end of the audit trail when this was read.
    pub(crate) audit_hash_read: Hash,
}

impl Written for HeadRow {
    const SHAPE: Shape = Shape::Update {
        set: "ledger_heads SET audit_sequence = new.audit_sequence, audit_hash = new.audit_hash, \
              entry_position = new.entry_position, entry_hash = new.entry_hash, turnover = new.turnover, \
              chart_version = new.chart_version, reference_version = new.reference_version",
        columns: &[
            "company_id",
            "audit_sequence",
            "audit_hash",
            "entry_position",
            "entry_hash",
            "turnover",
            "chart_version",
            "reference_version",
        ],
        matching: "ledger_heads.company_id = new.company_id",
    };
}

impl Head {
    pub(crate) const EMPTY: Self = Self {
        head: LedgerHead::EMPTY,
        chart_version: 0,
        reference_version: 0,
        changed: false,
        audit_hash_read: Hash::GENESIS,
    };

    pub(crate) fn change(&self, company: CompanyId) -> Change {
        let row = [
            company.to_string().into(),
            self.head.audit_sequence.into(),
            self.head.audit_hash.to_string().into(),
            self.head.entry_position.into(),
            self.head.entry_hash.to_string().into(),
            self.head.turnover.into(),
            self.chart_version.into(),
            self.reference_version.into(),
        ];
        Change::of::<HeadRow, _>(std::iter::once(row))
    }
}

impl HeadRow {
    pub(crate) fn empty(company: CompanyId) -> Self {
        let Head { head, chart_version, reference_version, .. } = Head::EMPTY;
        Self {
            company_id: company.to_string(),
            audit_sequence: head.audit_sequence,
            audit_hash: head.audit_hash.to_string(),
            entry_position: head.entry_position,
            entry_hash: head.entry_hash.to_string(),
            turnover: head.turnover,
            chart_version,
            reference_version,
        }
    }

    pub(crate) fn into_head(self) -> Stored<Head> {
        let audit_hash = parse::text(&self.audit_hash, "audit hash of the ledger head")?;
        Ok(Head {
            head: LedgerHead {
                audit_sequence: self.audit_sequence,
                audit_hash,
                entry_position: self.entry_position,
                entry_hash: parse::text(&self.entry_hash, "entry hash of the ledger head")?,
                turnover: self.turnover,
            },
            chart_version: self.chart_version,
            reference_version: self.reference_version,
            changed: false,
            audit_hash_read: audit_hash,
        })
    }
}

impl LedgerHeads for SqlTx<'_> {
    fn get(&mut self) -> Stored<LedgerHead> {
        Ok(self.books()?.head.as_ref().map_or(LedgerHead::EMPTY, |head| head.head.clone()))
    }

    fn put(&mut self, head: &LedgerHead) -> Stored<()> {
        self.must_write()?;
        let known = self.books()?.head.as_mut();
        let known = known.ok_or_else(|| error::unavailable("this company does not exist"))?;
        known.head = head.clone();
        known.changed = true;
        Ok(())
    }
}

impl SqlTx<'_> {
    /// Tells other processes and later transactions that the chart has changed.
    pub(crate) fn chart_changed(&mut self) -> Stored<()> {
        if let Some(head) = self.books()?.head.as_mut() {
            head.chart_version += 1;
            head.changed = true;
        }
        Ok(())
    }

    /// Tells them that profile, settings, sequences, periods or taxes have changed.
    pub(crate) fn reference_changed(&mut self) -> Stored<()> {
        if let Some(head) = self.books()?.head.as_mut() {
            head.reference_version += 1;
            head.changed = true;
        }
        Ok(())
    }
}
