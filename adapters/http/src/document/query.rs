//! Which documents a list answers.

use crate::paging::check_dates;
use crate::problem::Problem;
use crate::scalar::Day;
use partita_application::ports::{DocumentFilter, DocumentOrder};
use partita_domain::document::DocumentKind;
use partita_domain::document_status::DocumentStatus;
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
        check_dates(self.from, self.to)?;
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
    fn the_document_names_every_status() {
        let document = crate::openapi_json();
        for status in DocumentStatus::ALL {
            assert!(document.contains(&format!("\"{}\"", status.name())), "{}", status.name());
        }
    }
}
