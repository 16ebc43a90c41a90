//! The status of a document: derived from what happened to it, never written.

use serde::{Deserialize, Serialize};
use time::Date;

/// The status of an invoice, bill, credit note, vendor credit or estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentStatus {
    /// Not posted.
    Draft,
    /// Posted, and nothing of it settled.
    Open,
    /// Some of it settled.
    PartiallyPaid,
    /// All of it settled.
    Paid,
    /// Something of it is open after its due date.
    Overdue,
    /// Taken back.
    Void,
    /// An estimate that was sent to the customer.
    Sent,
    /// An estimate that the customer has accepted.
    Accepted,
    /// An estimate that the customer has declined.
    Declined,
    /// An estimate whose last day has passed.
    Expired,
    /// An estimate that became an invoice.
    Converted,
}

impl DocumentStatus {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Draft,
        Self::Open,
        Self::PartiallyPaid,
        Self::Paid,
        Self::Overdue,
        Self::Void,
        Self::Sent,
        Self::Accepted,
        Self::Declined,
        Self::Expired,
        Self::Converted,
    ];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::PartiallyPaid => "partially_paid",
            Self::Paid => "paid",
            Self::Overdue => "overdue",
            Self::Void => "void",
            Self::Sent => "sent",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Converted => "converted",
        }
    }

    /// The status of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// What the status of a document follows from; minor units of its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentFacts {
    /// Whether it has a journal entry.
    pub is_posted: bool,
    /// Whether it was taken back.
    pub is_void: bool,
    /// What was due.
    pub total: i64,
    /// What payments have settled, with discounts and write-offs (`amount_paid`).
    pub amount_paid: i64,
    /// What credit notes or vendor credits have settled (`amount_credited`).
    pub amount_credited: i64,
    /// When it is due; without one it is never overdue.
    pub due_date: Option<Date>,
}

impl DocumentFacts {
    /// What is still due (`balance_due`); nothing of a draft or a document that was taken back.
    #[must_use]
    pub fn balance_due(&self) -> i128 {
        if self.is_void || !self.is_posted {
            return 0;
        }
        i128::from(self.total) - i128::from(self.amount_paid) - i128::from(self.amount_credited)
    }

    /// The status on a day. A document is overdue from the day after its due date.
    #[must_use]
    pub fn status(&self, today: Date) -> DocumentStatus {
        if self.is_void {
            return DocumentStatus::Void;
        }
        if !self.is_posted {
            return DocumentStatus::Draft;
        }
        let balance_due = self.balance_due();
        if balance_due <= 0 {
            DocumentStatus::Paid
        } else if self.due_date.is_some_and(|due| due < today) {
            DocumentStatus::Overdue
        } else if balance_due < i128::from(self.total) {
            DocumentStatus::PartiallyPaid
        } else {
            DocumentStatus::Open
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    const DUE: Date = date!(2026 - 03 - 31);

    fn facts() -> DocumentFacts {
        DocumentFacts {
            is_posted: true,
            is_void: false,
            total: 11_900,
            amount_paid: 0,
            amount_credited: 0,
            due_date: Some(DUE),
        }
    }

    #[test]
    fn the_status_follows_from_what_happened() {
        let of = |facts: DocumentFacts| facts.status(DUE);
        assert_eq!(of(DocumentFacts { is_posted: false, ..facts() }), DocumentStatus::Draft);
        assert_eq!(of(facts()), DocumentStatus::Open);
        assert_eq!(of(DocumentFacts { amount_paid: 1, ..facts() }), DocumentStatus::PartiallyPaid);
        let both = DocumentFacts { amount_paid: 11_000, amount_credited: 900, ..facts() };
        assert_eq!((of(both), both.balance_due()), (DocumentStatus::Paid, 0));
        assert_eq!(of(DocumentFacts { is_void: true, ..both }), DocumentStatus::Void);
        assert_eq!(of(DocumentFacts { total: 0, ..facts() }), DocumentStatus::Paid);
    }

    #[test]
    fn a_document_is_overdue_from_the_day_after_its_due_date() {
        let after = date!(2026 - 04 - 01);
        assert_eq!(facts().status(DUE), DocumentStatus::Open);
        assert_eq!(facts().status(after), DocumentStatus::Overdue);
        assert_eq!(DocumentFacts { amount_paid: 1, ..facts() }.status(after), DocumentStatus::Overdue);
        assert_eq!(DocumentFacts { amount_paid: 11_900, ..facts() }.status(after), DocumentStatus::Paid);
        assert_eq!(DocumentFacts { due_date: None, ..facts() }.status(after), DocumentStatus::Open);
    }

    #[test]
    fn names_are_stable() {
        for status in DocumentStatus::ALL {
            assert_eq!(DocumentStatus::named(status.name()), Some(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.name());
        }
    }
}
