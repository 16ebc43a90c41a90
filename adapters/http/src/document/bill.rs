//! `/bills`: what is owed to vendors.

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
        .route("/bills/open", web::route().to(crate::routes::nothing))
        .route("/bills/batch", web::route().to(crate::routes::nothing))
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
    kind: Bill,
    tag: "Purchases",
    noun: "bill",
    path: "/bills",
    one: "/bills/{id}",
    pdf: "/bills/{id}/pdf",
    external: "/bills/external/{external_id}",
    operations: ("listBills", "createBill", "getBill", "updateBill", "deleteBill", "putBillByExternalId", "printBill"),
    bodies: (BillWriteBody, BillPatchBody, BillBody, BillsQuery),
    number: bill_number,
    party: vendor_id,
    due: due_date,
    corrects: (),
    converted: (),
    balance: (balance_due),
    delete: "Only a draft is deleted. What was posted stays, and is voided instead (`posted_entry_immutable`).",
}

posted_documents! {
    tag: "Purchases",
    noun: "bill",
    open: "/bills/open",
    post: "/bills/{id}/post",
    void: "/bills/{id}/void",
    batch: "/bills/batch",
    operations: ("listOpenBills", "postBill", "voidBill", "createBills"),
    bodies: (BillWriteBody, BillBody, BillsQuery, BillsWriteBody, bills),
}
