//! Invoices, bills, credit notes, vendor credits and estimates.

use super::Stored;
use partita_domain::document::{Document, DocumentKind, DocumentSettled};
use partita_domain::document_status::DocumentStatus;
use partita_domain::id::{ContactId, DocumentId, ItemId};
use partita_domain::money::Currency;
use time::Date;

/// Which documents to list; every given part must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentFilter {
    /// Of this kind.
    pub kind: DocumentKind,
    /// With this status on this day.
    pub status: Option<(DocumentStatus, Date)>,
    /// Posted, and something of it is open.
    pub is_open: bool,
    /// Dated on or after.
    pub from: Option<Date>,
    /// Dated on or before.
    pub to: Option<Date>,
    /// Of this customer or vendor.
    pub contact_id: Option<ContactId>,
    /// Due before this day.
    pub due_before: Option<Date>,
    /// With a total of at least this, minor units.
    pub min_amount: Option<i64>,
    /// With a total of at most this, minor units.
    pub max_amount: Option<i64>,
    /// In this currency.
    pub currency: Option<Currency>,
    /// With this external id.
    pub external_id: Option<String>,
    /// With this number.
    pub number: Option<String>,
    /// With this text in number, reference number or memo, upper and lower case alike (ASCII).
    pub q: Option<String>,
}

impl DocumentFilter {
    /// All of a kind.
    #[must_use]
    pub fn of(kind: DocumentKind) -> Self {
        Self {
            kind,
            status: None,
            is_open: false,
            from: None,
            to: None,
            contact_id: None,
            due_before: None,
            min_amount: None,
            max_amount: None,
            currency: None,
            external_id: None,
            number: None,
            q: None,
        }
    }
}

/// The order of a list of documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DocumentOrder {
    /// By date, then id, newest first.
    #[default]
    NewestFirst,
    /// By date, then id, oldest first.
    OldestFirst,
    /// By due date, then id, earliest first; only for those with a due date.
    DueFirst,
}

/// What is open of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenSum {
    /// The contact.
    pub contact_id: ContactId,
    /// In documents of this kind.
    pub kind: DocumentKind,
    /// In this currency.
    pub currency: Currency,
    /// Minor units of the currency.
    pub open: i64,
    /// Minor units of base currency.
    pub base_open: i64,
}

/// The documents of the company. What is posted of them never changes; what is open of them is kept as a sum of what was
/// applied to them.
pub trait Documents {
    /// Adds one with its lines.
    fn insert(&mut self, document: &Document) -> Stored<()>;
    /// Replaces one by its id, with its lines unless it was posted before.
    fn update(&mut self, document: &Document) -> Stored<()>;
    /// Takes out one that was never posted.
    fn remove(&mut self, id: DocumentId) -> Stored<()>;
    /// Replaces what is open of some.
    fn settle(&mut self, settled: &[DocumentSettled]) -> Stored<()>;
    /// One by its id, with its lines.
    fn find(&mut self, id: DocumentId) -> Stored<Option<Document>>;
    /// Those of these ids that exist, with their lines, in any order.
    fn find_all(&mut self, ids: &[DocumentId]) -> Stored<Vec<Document>>;
    /// The id of one by its external id.
    fn find_by_external_id(&mut self, kind: DocumentKind, external_id: &str) -> Stored<Option<DocumentId>>;
    /// Which of these external ids are taken.
    fn taken_external_ids(
        &mut self,
        kind: DocumentKind,
        external_ids: &[&str],
    ) -> Stored<Vec<(String, DocumentId)>>;
    /// The id of one by its number.
    fn find_by_number(&mut self, kind: DocumentKind, number: &str) -> Stored<Option<DocumentId>>;
    /// Some, with their lines: beyond `after` (date, or due date, and id of the last one seen) in the order, past the
    /// first `offset`, at most `limit`.
    fn list(
        &mut self,
        filter: &DocumentFilter,
        order: DocumentOrder,
        after: Option<(Date, DocumentId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Document>>;
    /// How many there are.
    fn count(&mut self, filter: &DocumentFilter) -> Stored<i64>;
    /// What is open of some contacts, by contact, kind and currency.
    fn open_sums(&mut self, contacts: &[ContactId]) -> Stored<Vec<OpenSum>>;
    /// Whether a line of any document names an item.
    fn name_item(&mut self, item: ItemId) -> Stored<bool>;
}
