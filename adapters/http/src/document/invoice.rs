//! `/invoices`: what customers owe.

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
        .route("/invoices/open", web::route().to(crate::routes::nothing))
        .route("/invoices/batch", web::route().to(crate::routes::nothing))
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
    DocumentSort::DueFirst
}

documents! {
    kind: Invoice,
    tag: "Sales",
    noun: "invoice",
    path: "/invoices",
    one: "/invoices/{id}",
    pdf: "/invoices/{id}/pdf",
    external: "/invoices/external/{external_id}",
    operations: ("listInvoices", "createInvoice", "getInvoice", "updateInvoice", "deleteInvoice", "putInvoiceByExternalId", "printInvoice"),
    bodies: (InvoiceWriteBody, InvoicePatchBody, InvoiceBody, InvoicesQuery),
    number: invoice_number,
    party: customer_id,
    due: due_date,
    corrects: (),
    converted: (),
    balance: (balance_due),
    delete: "Only a draft is deleted. What was posted stays, and is voided instead (`posted_entry_immutable`).",
}

posted_documents! {
    tag: "Sales",
    noun: "invoice",
    open: "/invoices/open",
    post: "/invoices/{id}/post",
    void: "/invoices/{id}/void",
    batch: "/invoices/batch",
    operations: ("listOpenInvoices", "postInvoice", "voidInvoice", "createInvoices"),
    bodies: (InvoiceWriteBody, InvoiceBody, InvoicesQuery, InvoicesWriteBody, invoices),
}
