//! Adding documents, and keeping what is open of them.

use super::{DocumentLineRow, DocumentRow};
use crate::journal_entry::LineRow;
use crate::pending::{Cell, Change, Shape, Written};
use crate::unit::SqlTx;
use partita_application::ports::{Documents, StoreError, Stored};
use partita_domain::document::{Document, DocumentSettled};

impl Written for DocumentRow {
    const SHAPE: Shape = Shape::Insert {
        table: "documents",
        columns: &[
            "company_id",
            "id",
            "kind",
            "external_id",
            "number",
            "contact_id",
            "date",
            "due_date",
            "reference_number",
            "memo",
            "currency_code",
            "exchange_rate",
            "total",
            "base_total",
            "amount_paid",
            "amount_credited",
            "open",
            "base_open",
            "state",
            "control_account_id",
            "entry_id",
            "void_entry_id",
            "source_id",
            "converted_to_id",
            "details",
            "created_at",
            "updated_at",
            "version",
        ],
        conflict: "",
    };
}

impl DocumentRow {
    pub(crate) fn cells(self) -> [Cell; 28] {
        [
            self.company_id.into(),
            self.id.into(),
            self.kind.into(),
            self.external_id.into(),
            self.number.into(),
            self.contact_id.into(),
            self.date.into(),
            self.due_date.into(),
            self.reference_number.into(),
            self.memo.into(),
            self.currency_code.into(),
            self.exchange_rate.into(),
            self.total.into(),
            self.base_total.into(),
            self.amount_paid.into(),
            self.amount_credited.into(),
            self.open.into(),
            self.base_open.into(),
            self.state.into(),
            self.control_account_id.into(),
            self.entry_id.into(),
            self.void_entry_id.into(),
            self.source_id.into(),
            self.converted_to_id.into(),
            self.details.into(),
            self.created_at.into(),
            self.updated_at.into(),
            self.version.into(),
        ]
    }
}

impl Written for DocumentLineRow {
    const SHAPE: Shape = Shape::Insert {
        table: "document_lines",
        columns: &[
            "company_id",
            "document_id",
            "line_number",
            "item_id",
            "account_id",
            "tax_code_id",
            "quantity",
            "amount",
            "tax_amount",
            "details",
        ],
        conflict: "",
    };
}

impl DocumentLineRow {
    pub(crate) fn cells(self) -> [Cell; 10] {
        [
            self.company_id.into(),
            self.document_id.into(),
            self.line_number.into(),
            self.item_id.into(),
            self.account_id.into(),
            self.tax_code_id.into(),
            self.quantity.into(),
            self.amount.into(),
            self.tax_amount.into(),
            self.details.into(),
        ]
    }
}

/// What is open of a document, in place of what was there before.
struct SettledRow;

impl Written for SettledRow {
    const SHAPE: Shape = Shape::Update {
        set: "documents SET amount_paid = new.amount_paid, amount_credited = new.amount_credited, \
              open = new.open, base_open = new.base_open",
        columns: &["company_id", "id", "amount_paid", "amount_credited", "open", "base_open"],
        matching: "documents.company_id = new.company_id AND documents.id = new.id",
    };
}

impl SqlTx<'_> {
    pub(super) fn insert_document(&mut self, document: &Document) -> Stored<()> {
        // Rows are written later; what is taken has to show now.
        let kind = document.kind;
        if let Some(external_id) = &document.external_id {
            let key = (kind, external_id.clone());
            if !self.absent().document_external_ids.remove(&key)
                && self.find_by_external_id(kind, external_id)?.is_some()
            {
                return Err(StoreError::Duplicate);
            }
            self.absent().document_external_ids.remove(&key);
        }
        let row = DocumentRow::of(&self.key, document)?;
        let lines: Vec<DocumentLineRow> = document
            .lines
            .iter()
            .map(|line| DocumentLineRow::of(&self.key, &row.id, line))
            .collect::<Stored<_>>()?;
        let pending = self.add()?;
        if let Some(entry) = &row.entry_id {
            LineRow::find_by_document(pending.lines.iter_mut().rev(), entry, &row.contact_id, row.date);
        }
        pending.documents.push(row);
        pending.document_lines.extend(lines);
        Ok(())
    }

    pub(super) fn settle_rows(&mut self, settled: &[DocumentSettled]) -> Stored<()> {
        let key = self.key.clone();
        let rows = settled.iter().map(|now| {
            [
                key.clone().into(),
                now.id.to_string().into(),
                now.amount_paid.into(),
                now.amount_credited.into(),
                now.open.into(),
                now.base_open.into(),
            ]
        });
        let change = Change::of::<SettledRow, _>(rows);
        if change.cells.is_empty() {
            return Ok(());
        }
        self.write(|conn, _| crate::dialect::write(conn, &[change]))
    }
}
