//! Adding entries.

use super::{EntryRow, LineRow};
use crate::parse;
use crate::pending::{Cell, Change, Shape, Written};
use crate::unit::SqlTx;
use partita_application::ports::{JournalEntries, StoreError, Stored};
use partita_domain::journal_entry::{JournalEntry, Line};
use std::collections::BTreeSet;

impl Written for EntryRow {
    const SHAPE: Shape = Shape::Insert {
        table: "journal_entries",
        columns: &[
            "company_id",
            "id",
            "external_id",
            "position",
            "entry_number",
            "date",
            "fiscal_year",
            "period",
            "transaction_type",
            "source_id",
            "memo",
            "reference_number",
            "currency_code",
            "exchange_rate",
            "total",
            "reversal_of_id",
            "metadata",
            "created_at",
            "created_by",
            "previous_hash",
            "hash",
        ],
        conflict: "",
    };
}

impl EntryRow {
    pub(crate) fn cells(self) -> [Cell; 21] {
        [
            self.company_id.into(),
            self.id.into(),
            self.external_id.into(),
            self.position.into(),
            self.entry_number.into(),
            self.date.into(),
            self.fiscal_year.into(),
            self.period.into(),
            self.transaction_type.into(),
            self.source_id.into(),
            self.memo.into(),
            self.reference_number.into(),
            self.currency_code.into(),
            self.exchange_rate.into(),
            self.total.into(),
            self.reversal_of_id.into(),
            self.metadata.into(),
            self.created_at.into(),
            self.created_by.into(),
            self.previous_hash.into(),
            self.hash.into(),
        ]
    }

    fn of(company: &str, entry: &JournalEntry) -> Stored<Self> {
        Ok(Self {
            company_id: company.to_owned(),
            id: entry.id.to_string(),
            external_id: entry.external_id.clone(),
            position: entry.position,
            entry_number: entry.entry_number.clone(),
            date: entry.date,
            fiscal_year: entry.fiscal_year,
            period: entry.period.to_string(),
            transaction_type: entry.transaction_type.clone(),
            source_id: entry.source_id.clone(),
            memo: entry.memo.clone(),
            reference_number: entry.reference_number.clone(),
            currency_code: entry.currency_code.code().to_owned(),
            exchange_rate: entry.exchange_rate.millionths(),
            total: entry.total,
            reversal_of_id: entry.reversal_of_id.map(|id| id.to_string()),
            metadata: parse::to_json(&entry.metadata)?,
            created_at: entry.created_at,
            created_by: entry.created_by.to_string(),
            previous_hash: entry.previous_hash.to_string(),
            hash: entry.hash.to_string(),
        })
    }
}

impl Written for LineRow {
    const SHAPE: Shape = Shape::Insert {
        table: "journal_lines",
        columns: &[
            "company_id",
            "entry_id",
            "line_number",
            "date",
            "position",
            "account_id",
            "debit",
            "credit",
            "base_debit",
            "base_credit",
            "description",
            "contact_id",
            "class_id",
            "location_id",
            "project_id",
            "tax_code_id",
            "of_document",
        ],
        conflict: "",
    };
}

impl LineRow {
    pub(crate) fn cells(self) -> [Cell; 17] {
        [
            self.company_id.into(),
            self.entry_id.into(),
            self.line_number.into(),
            self.date.into(),
            self.position.into(),
            self.account_id.into(),
            self.debit.into(),
            self.credit.into(),
            self.base_debit.into(),
            self.base_credit.into(),
            self.description.into(),
            self.contact_id.into(),
            self.class_id.into(),
            self.location_id.into(),
            self.project_id.into(),
            self.tax_code_id.into(),
            self.of_document.into(),
        ]
    }

    fn of(entry: &EntryRow, line: &Line) -> Self {
        let about = &line.dimensions;
        Self {
            company_id: entry.company_id.clone(),
            entry_id: entry.id.clone(),
            line_number: line.line_number,
            date: entry.date,
            position: entry.position,
            account_id: line.account_id.to_string(),
            debit: line.debit,
            credit: line.credit,
            base_debit: line.base_debit,
            base_credit: line.base_credit,
            description: line.description.clone(),
            contact_id: about.contact_id.map(|id| id.to_string()),
            class_id: about.class_id.map(|id| id.to_string()),
            location_id: about.location_id.map(|id| id.to_string()),
            project_id: about.project_id.map(|id| id.to_string()),
            tax_code_id: about.tax_code_id.map(|id| id.to_string()),
            of_document: false,
        }
    }

    /// Lets the lines of an entry that are about a contact be found by the contact's document, which is of the same date.
    pub(crate) fn find_by_document<'a>(
        lines: impl Iterator<Item = &'a mut Self>,
        entry: &str,
        contact: &str,
        date: time::Date,
    ) {
        for line in lines.skip_while(|line| line.entry_id != entry).take_while(|line| line.entry_id == entry)
        {
            line.of_document = line.contact_id.as_deref() == Some(contact) && line.date == date;
        }
    }
}

struct UsedTaxCodes;

impl Written for UsedTaxCodes {
    const SHAPE: Shape = Shape::Insert {
        table: "used_tax_codes",
        columns: &["company_id", "tax_code_id"],
        conflict: "ON CONFLICT (company_id, tax_code_id) DO NOTHING",
    };
}

/// The tax codes that lines name, each once.
pub(crate) fn used_tax_codes(lines: &[LineRow]) -> Change {
    let named = lines.iter().filter_map(|line| Some((&line.company_id, line.tax_code_id.as_ref()?)));
    let named: BTreeSet<(&String, &String)> = named.collect();
    let cells = named.into_iter().map(|(company, code)| [company.as_str().into(), code.as_str().into()]);
    Change::of::<UsedTaxCodes, _>(cells)
}

impl SqlTx<'_> {
    pub(super) fn insert_entry(&mut self, entry: &JournalEntry) -> Stored<()> {
        // Rows are written later; what is taken has to show now.
        if let Some(external_id) = &entry.external_id {
            let is_free = self.absent().external_ids.contains(external_id);
            if !is_free && self.find_by_external_id(external_id)?.is_some() {
                return Err(StoreError::Duplicate);
            }
            self.absent().external_ids.remove(external_id);
        }
        let row = EntryRow::of(&self.key, entry)?;
        let pending = self.add()?;
        pending.lines.extend(entry.lines.iter().map(|line| LineRow::of(&row, line)));
        pending.entries.push(row);
        Ok(())
    }
}
