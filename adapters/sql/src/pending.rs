//! Rows that wait to be written: many units write them together, in few statements.

use crate::audit_event::AuditEventRow;
use crate::dialect::{self, WriteRow};
use crate::document::{DocumentLineRow, DocumentRow};
use crate::idempotency::RememberedRow;
use crate::journal_entry::{EntryRow, LineRow, used_tax_codes};
use crate::payment::{ApplicationRow, PaymentRow};
use crate::row_count;
use crate::stock::StockRow;
use crate::tax_entry::TaxEntryRow;
use partita_domain::balance::BalanceChange;
use partita_domain::id::CompanyId;

/// One value of a row.
#[derive(Debug)]
pub(crate) enum Cell {
    Text(Option<String>),
    BigInt(i64),
    Integer(i32),
    Bool(bool),
    Date(Option<time::Date>),
    Timestamp(time::PrimitiveDateTime),
}

impl From<String> for Cell {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}
impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}
impl From<Option<String>> for Cell {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}
impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::BigInt(value)
    }
}
impl From<i32> for Cell {
    fn from(value: i32) -> Self {
        Self::Integer(value)
    }
}
impl From<bool> for Cell {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}
impl From<time::Date> for Cell {
    fn from(value: time::Date) -> Self {
        Self::Date(Some(value))
    }
}
impl From<Option<time::Date>> for Cell {
    fn from(value: Option<time::Date>) -> Self {
        Self::Date(value)
    }
}
impl From<time::PrimitiveDateTime> for Cell {
    fn from(value: time::PrimitiveDateTime) -> Self {
        Self::Timestamp(value)
    }
}

/// A statement around its rows, which an update knows as `new`.
#[derive(Debug)]
pub(crate) enum Shape {
    Insert {
        /// And what it is called in the conflict: `t AS kept`.
        table: &'static str,
        columns: &'static [&'static str],
        /// `ON CONFLICT …`, or nothing.
        conflict: &'static str,
    },
    Update {
        /// `t SET a = new.a`.
        set: &'static str,
        columns: &'static [&'static str],
        /// `t.id = new.id`.
        matching: &'static str,
    },
}

impl Shape {
    pub(crate) fn columns(&self) -> &'static [&'static str] {
        match self {
            Self::Insert { columns, .. } | Self::Update { columns, .. } => columns,
        }
    }
}

/// What is written by a statement of its own, which is kept prepared by this type.
pub(crate) trait Written: 'static {
    const SHAPE: Shape;
}

/// Rows to be written by one statement.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) shape: &'static Shape,
    /// Row after row.
    pub(crate) cells: Vec<Cell>,
    pub(crate) write_row: WriteRow,
}

/// What is pending, in the order in which it came.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    pub(crate) entries: Vec<EntryRow>,
    pub(crate) lines: Vec<LineRow>,
    pub(crate) documents: Vec<DocumentRow>,
    pub(crate) document_lines: Vec<DocumentLineRow>,
    pub(crate) payments: Vec<PaymentRow>,
    pub(crate) applications: Vec<ApplicationRow>,
    pub(crate) tax_entries: Vec<TaxEntryRow>,
    pub(crate) audit_events: Vec<AuditEventRow>,
    pub(crate) remembered: Vec<RememberedRow>,
    pub(crate) balances: Vec<(CompanyId, BalanceChange)>,
    pub(crate) stock_rows: Vec<StockRow>,
}

/// A place in what is pending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    entries: usize,
    lines: usize,
    documents: usize,
    document_lines: usize,
    payments: usize,
    applications: usize,
    tax_entries: usize,
    audit_events: usize,
    remembered: usize,
    balances: usize,
    stock_rows: usize,
}

impl Pending {
    /// The end.
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            entries: self.entries.len(),
            lines: self.lines.len(),
            documents: self.documents.len(),
            document_lines: self.document_lines.len(),
            payments: self.payments.len(),
            applications: self.applications.len(),
            tax_entries: self.tax_entries.len(),
            audit_events: self.audit_events.len(),
            remembered: self.remembered.len(),
            balances: self.balances.len(),
            stock_rows: self.stock_rows.len(),
        }
    }

    /// Forgets what came after a mark.
    pub(crate) fn truncate(&mut self, mark: Mark) {
        self.entries.truncate(mark.entries);
        self.lines.truncate(mark.lines);
        self.documents.truncate(mark.documents);
        self.document_lines.truncate(mark.document_lines);
        self.payments.truncate(mark.payments);
        self.applications.truncate(mark.applications);
        self.tax_entries.truncate(mark.tax_entries);
        self.audit_events.truncate(mark.audit_events);
        self.remembered.truncate(mark.remembered);
        self.balances.truncate(mark.balances);
        self.stock_rows.truncate(mark.stock_rows);
    }

    /// Takes what came before a mark, as changes in an order that foreign keys allow.
    pub(crate) fn take(&mut self, mark: Mark) -> Vec<Change> {
        let balances: Vec<_> = self.balances.drain(..mark.balances).collect();
        let used_tax_codes = used_tax_codes(self.lines.get(..mark.lines).unwrap_or_default());
        let counted = row_count::counted(
            self.documents.get(..mark.documents).unwrap_or_default(),
            self.payments.get(..mark.payments).unwrap_or_default(),
        );
        let mut changes = vec![
            Change::of::<EntryRow, _>(self.entries.drain(..mark.entries).map(EntryRow::cells)),
            Change::of::<LineRow, _>(self.lines.drain(..mark.lines).map(LineRow::cells)),
            Change::of::<DocumentRow, _>(self.documents.drain(..mark.documents).map(DocumentRow::cells)),
            Change::of::<DocumentLineRow, _>(
                self.document_lines.drain(..mark.document_lines).map(DocumentLineRow::cells),
            ),
            Change::of::<PaymentRow, _>(self.payments.drain(..mark.payments).map(PaymentRow::cells)),
            Change::of::<ApplicationRow, _>(
                self.applications.drain(..mark.applications).map(ApplicationRow::cells),
            ),
            Change::of::<TaxEntryRow, _>(self.tax_entries.drain(..mark.tax_entries).map(TaxEntryRow::cells)),
            Change::of::<AuditEventRow, _>(
                self.audit_events.drain(..mark.audit_events).map(AuditEventRow::cells),
            ),
            Change::of::<RememberedRow, _>(
                self.remembered.drain(..mark.remembered).map(RememberedRow::cells),
            ),
            Change::of::<StockRow, _>(self.stock_rows.drain(..mark.stock_rows).map(StockRow::cells)),
        ];
        changes.extend([used_tax_codes, counted]);
        changes.extend(crate::balance::changes(balances));
        changes.retain(|change| !change.cells.is_empty());
        changes
    }
}

impl Change {
    pub(crate) fn of<W: Written, const WIDTH: usize>(rows: impl Iterator<Item = [Cell; WIDTH]>) -> Self {
        let mut cells = Vec::with_capacity(rows.size_hint().0 * WIDTH);
        rows.for_each(|row| cells.extend(row));
        Self { shape: const { &W::SHAPE }, cells, write_row: dialect::write_row::<W> }
    }
}
