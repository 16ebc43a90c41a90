//! Invoices, bills, credit notes, vendor credits and estimates: draft, post, void, list.

mod assemble;
mod batch;
mod create;
mod estimate;
mod explain;
mod list;
mod post;
mod print;
mod revise;
mod stock;
mod void;

pub use batch::{DocumentBatch, DocumentOutcome, MAX_BATCH, create_batch};
pub use create::{NewDocument, create, upsert};
pub(crate) use create::{create_one, try_out};
pub use estimate::{Conversion, accept, convert, decline, send};
pub use explain::explain;
pub use list::{DocumentQuery, find, list};
pub use post::post;
pub use print::{PrintedDocument, print};
pub use revise::{DocumentPatch, remove, revise};
pub use void::{VoidDraft, void};

use crate::error::{Error, Result};
use crate::ports::Tx;
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::document::{Document, DocumentKind};
use partita_domain::id::DocumentId;
use partita_domain::journal_entry::JournalEntry;
use partita_domain::permission::Permission;
use partita_domain::refusal::Refusal;
use partita_domain::tax::Trade;
use serde::{Deserialize, Serialize};

/// A document, and what else a caller wants to know when it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// It.
    pub document: Document,
    /// What would be posted; in dry runs only, since a posted document names its entry.
    pub entry: Option<JournalEntry>,
    /// What the caller should know; nothing of it stops the document.
    pub warnings: Vec<Warning>,
}

/// Something that a caller should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The stable code, such as `credit_limit_exceeded`.
    pub code: String,
    /// For people.
    pub message: String,
}

/// The permission to read documents of a kind.
pub(crate) fn reading(kind: DocumentKind) -> Permission {
    match kind.trade() {
        Trade::Sale => Permission::SALES_READ,
        Trade::Purchase => Permission::PURCHASES_READ,
    }
}

/// The permission to write documents of a kind.
pub(crate) fn writing(kind: DocumentKind) -> Permission {
    match kind.trade() {
        Trade::Sale => Permission::SALES_WRITE,
        Trade::Purchase => Permission::PURCHASES_WRITE,
    }
}

/// The document of a kind with an id.
fn find_in(tx: &mut dyn Tx, kind: DocumentKind, id: DocumentId) -> Result<Document> {
    tx.documents()
        .find(id)?
        .filter(|document| document.kind == kind)
        .ok_or_else(|| Error::not_found(kind.name(), id))
}

/// Refuses what cannot happen to a document in its present state.
fn refuse_state(document: &Document, today: time::Date, message: impl Into<String>) -> Error {
    Refusal::InvalidState { status: document.status(today).name(), message: message.into() }.into()
}

/// What the audit trail says of a document; `action` is the verb.
fn happened(
    verb: Verb,
    before: Option<&Document>,
    after: Option<&Document>,
    reason: Option<String>,
) -> Happening {
    let about = after.or(before);
    let kind = about.map_or(DocumentKind::Invoice, |document| document.kind);
    Happening {
        action: verb.of(kind),
        resource_type: kind.name(),
        resource_id: about.map(|document| document.id.to_string()).unwrap_or_default(),
        before: before.and_then(snapshot),
        after: after.and_then(snapshot),
        reason,
    }
}

/// What happens to documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Created,
    Updated,
    Posted,
    Voided,
    Deleted,
    Sent,
    Accepted,
    Declined,
    Converted,
}

impl Verb {
    /// The action's name: kind and verb.
    fn of(self, kind: DocumentKind) -> &'static str {
        macro_rules! actions {
            ($($kind:ident $name:literal),+ $(,)?) => {
                match kind {
                    $(DocumentKind::$kind => match self {
                        Self::Created => concat!($name, ".created"),
                        Self::Updated => concat!($name, ".updated"),
                        Self::Posted => concat!($name, ".posted"),
                        Self::Voided => concat!($name, ".voided"),
                        Self::Deleted => concat!($name, ".deleted"),
                        Self::Sent => concat!($name, ".sent"),
                        Self::Accepted => concat!($name, ".accepted"),
                        Self::Declined => concat!($name, ".declined"),
                        Self::Converted => concat!($name, ".converted"),
                    },)+
                }
            };
        }
        actions!(
            Estimate "estimate",
            Invoice "invoice",
            CreditNote "credit_note",
            Bill "bill",
            VendorCredit "vendor_credit",
        )
    }
}
