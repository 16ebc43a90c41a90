//! Which documents a list answers.

use crate::problem::Problem;
use crate::scalar::Day;
use partita_application::ports::{DocumentFilter, DocumentOrder};
use partita_domain::document::DocumentKind;
use partita_domain::document_status::DocumentStatus;
use partita_domain::id::DocumentId;
use serde::Deserialize;
use time::Date;
use utoipa::ToSchema;

/// The order of documents.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
pub enum DocumentSort {
    /// Newest date first.
    #[serde(rename = "-date")]
    NewestFirst,
    /// Oldest date first.
    #[serde(rename = "date")]
    OldestFirst,
    /// Earliest due date first; only those that have one.
    #[serde(rename = "due_date")]
    DueFirst,
}

impl DocumentSort {
    pub(super) fn order(self) -> DocumentOrder {
        match self {
            Self::NewestFirst => DocumentOrder::NewestFirst,
            Self::OldestFirst => DocumentOrder::OldestFirst,
            Self::DueFirst => DocumentOrder::DueFirst,
        }
    }
}

/// The status of a document, as a filter.
#[derive(ToSchema)]
#[schema(as = DocumentStatus, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum DocumentStatusSchema {
    Draft,
    Open,
    PartiallyPaid,
    Paid,
    Overdue,
    Void,
    Sent,
    Accepted,
    Declined,
    Expired,
    Converted,
}

/// A cursor is the date, or due date, and the id of the last document seen.
pub(super) fn read_cursor(text: &str) -> Option<(Date, DocumentId)> {
    let (date, id) = text.split_once('_')?;
    let date = Date::from_julian_day(date.parse().ok()?).ok()?;
    Some((date, id.parse().ok()?))
}

pub(super) fn write_cursor((date, id): &(Date, DocumentId)) -> String {
    format!("{}_{id}", date.to_julian_day())
}

/// What every list of documents can be filtered by.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) status: Option<DocumentStatus>,
    pub(super) is_open: bool,
    pub(super) from: Option<Day>,
    pub(super) to: Option<Day>,
    pub(super) contact_id: Option<uuid::Uuid>,
    pub(super) due_before: Option<Day>,
    pub(super) min_amount: Option<i64>,
    pub(super) max_amount: Option<i64>,
    pub(super) currency_code: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) number: Option<String>,
    pub(super) q: Option<String>,
}

impl Wanted {
    /// The filter, on a day.
    ///
    /// # Errors
    /// Bounds in the wrong order, a currency that is none.
    pub(super) fn filter(self, kind: DocumentKind, today: Date) -> Result<DocumentFilter, Problem> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from.0 > to.0
        {
            return Err(Problem::field("from", "date_order", format!("{} is after {}", from.0, to.0)));
        }
        if let (Some(min), Some(max)) = (self.min_amount, self.max_amount)
            && min > max
        {
            return Err(Problem::field("min_amount", "range", format!("{min} is more than {max}")));
        }
        let currency = self
            .currency_code
            .map(|code| partita_domain::money::Currency::parse(&code, "currency_code"))
            .transpose()?;
        Ok(DocumentFilter {
            kind,
            status: self.status.map(|status| (status, today)),
            is_open: self.is_open,
            from: self.from.map(|day| day.0),
            to: self.to.map(|day| day.0),
            contact_id: self.contact_id.map(partita_domain::id::ContactId),
            due_before: self.due_before.map(|day| day.0),
            min_amount: self.min_amount,
            max_amount: self.max_amount,
            currency,
            external_id: self.external_id,
            number: self.number,
            q: self.q,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_as_they_were() {
        let cursor = (time::macros::date!(2026 - 03 - 31), DocumentId(uuid::Uuid::from_u128(7)));
        assert_eq!(read_cursor(&write_cursor(&cursor)), Some(cursor));
        for bad in ["", "1", "1_x", "x_00000000-0000-0000-0000-000000000007"] {
            assert_eq!(read_cursor(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_document_names_every_status() {
        let document = crate::openapi_json();
        for status in DocumentStatus::ALL {
            assert!(document.contains(&format!("\"{}\"", status.name())), "{}", status.name());
        }
    }
}
