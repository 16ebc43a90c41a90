//! `/credit-notes`: what customers no longer owe.

use crate::document::operations::{documents, posted_documents};
use crate::service_config::ServiceConfig;
use actix_web::web;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list)
        .service(create)
        .service(open)
        .service(batch)
        // Other methods of these paths are none, although they would fit `{id}`.
        .route("/credit-notes/open", web::route().to(crate::routes::nothing))
        .route("/credit-notes/batch", web::route().to(crate::routes::nothing))
        .service(upsert)
        .service(get_one)
        .service(pdf)
        .service(update)
        .service(remove)
        .service(post_draft)
        .service(void);
}

/// The order of the list of what is open.
fn usual_order() -> DocumentSort {
    DocumentSort::OldestFirst
}

documents! {
    kind: CreditNote,
    tag: "Sales",
    noun: "credit note",
    path: "/credit-notes",
    one: "/credit-notes/{id}",
    pdf: "/credit-notes/{id}/pdf",
    external: "/credit-notes/external/{external_id}",
    operations: ("listCreditNotes", "createCreditNote", "getCreditNote", "updateCreditNote", "deleteCreditNote", "putCreditNoteByExternalId", "printCreditNote"),
    bodies: (CreditNoteWriteBody, CreditNotePatchBody, CreditNoteBody, CreditNotesQuery),
    number: credit_note_number,
    party: customer_id,
    due: due_date,
    corrects: (invoice_id),
    converted: (),
    balance: (unapplied_amount),
    delete: "Only a draft is deleted. What was posted stays, and is voided instead (`posted_entry_immutable`).",
}

posted_documents! {
    tag: "Sales",
    noun: "credit note",
    open: "/credit-notes/open",
    post: "/credit-notes/{id}/post",
    void: "/credit-notes/{id}/void",
    batch: "/credit-notes/batch",
    operations: ("listOpenCreditNotes", "postCreditNote", "voidCreditNote", "createCreditNotes"),
    bodies: (CreditNoteWriteBody, CreditNoteBody, CreditNotesQuery, CreditNotesWriteBody, credit_notes),
}
