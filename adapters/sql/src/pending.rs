//! Rows that wait to be written: many units write them together, in few statements.

use crate::audit_event::AuditEventRow;
use crate::idempotency::RememberedRow;
use crate::journal_entry::{EntryRow, LineRow};
use partita_domain::balance::BalanceChange;
use partita_domain::id::CompanyId;

/// One value of a row.
#[derive(Debug)]
pub(crate) enum Cell {
    Text(Option<String>),
    BigInt(i64),
    Integer(i32),
    Date(time::Date),
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
impl From<time::Date> for Cell {
    fn from(value: time::Date) -> Self {
        Self::Date(value)
    }
}
impl From<time::PrimitiveDateTime> for Cell {
    fn from(value: time::PrimitiveDateTime) -> Self {
        Self::Timestamp(value)
    }
}

/// A statement around its rows, which it knows as `new`.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Up to the rows: `INSERT INTO t (a, b) SELECT a, b`.
    pub(crate) before: &'static str,
    /// What the columns of the rows are called.
    pub(crate) columns: &'static [&'static str],
    /// Behind the rows, beginning with a `WHERE`.
    pub(crate) after: &'static str,
}

/// Rows to be written by one statement.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) shape: &'static Shape,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// What is pending, in the order in which it came.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    pub(crate) entries: Vec<EntryRow>,
    pub(crate) lines: Vec<LineRow>,
    pub(crate) audit_events: Vec<AuditEventRow>,
    pub(crate) remembered: Vec<RememberedRow>,
    pub(crate) balances: Vec<(CompanyId, BalanceChange)>,
}

/// A place in what is pending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    entries: usize,
    lines: usize,
    audit_events: usize,
    remembered: usize,
    balances: usize,
}

impl Pending {
    /// The end.
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            entries: self.entries.len(),
            lines: self.lines.len(),
            audit_events: self.audit_events.len(),
            remembered: self.remembered.len(),
            balances: self.balances.len(),
        }
    }

    /// Forgets what came after a mark.
    pub(crate) fn truncate(&mut self, mark: Mark) {
        self.entries.truncate(mark.entries);
        self.lines.truncate(mark.lines);
        self.audit_events.truncate(mark.audit_events);
        self.remembered.truncate(mark.remembered);
        self.balances.truncate(mark.balances);
    }

    /// Takes what came before a mark, as changes in an order that foreign keys allow.
    pub(crate) fn take(&mut self, mark: Mark) -> Vec<Change> {
        let balances: Vec<_> = self.balances.drain(..mark.balances).collect();
        let mut changes = vec![
            Change::of(&EntryRow::SHAPE, self.entries.drain(..mark.entries).map(EntryRow::cells)),
            Change::of(&LineRow::SHAPE, self.lines.drain(..mark.lines).map(LineRow::cells)),
            Change::of(
                &AuditEventRow::SHAPE,
                self.audit_events.drain(..mark.audit_events).map(AuditEventRow::cells),
            ),
            Change::of(
                &RememberedRow::SHAPE,
                self.remembered.drain(..mark.remembered).map(RememberedRow::cells),
            ),
        ];
        changes.extend(crate::balance::changes(balances));
        changes.retain(|change| !change.rows.is_empty());
        changes
    }
}

impl Change {
    pub(crate) fn of(shape: &'static Shape, rows: impl Iterator<Item = Vec<Cell>>) -> Self {
        Self { shape, rows: rows.collect() }
    }
}
