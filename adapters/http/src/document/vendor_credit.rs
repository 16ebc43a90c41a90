//! `/vendor-credits`: what is no longer owed to vendors.

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
        .route("/vendor-credits/open", web::route().to(crate::routes::nothing))
        .route("/vendor-credits/batch", web::route().to(crate::routes::nothing))
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
    kind: VendorCredit,
    tag: "Purchases",
    noun: "vendor credit",
    path: "/vendor-credits",
    one: "/vendor-credits/{id}",
    pdf: "/vendor-credits/{id}/pdf",
    external: "/vendor-credits/external/{external_id}",
    operations: ("listVendorCredits", "createVendorCredit", "getVendorCredit", "updateVendorCredit", "deleteVendorCredit", "putVendorCreditByExternalId", "printVendorCredit"),
    bodies: (VendorCreditWriteBody, VendorCreditPatchBody, VendorCreditBody, VendorCreditsQuery),
    number: vendor_credit_number,
    party: vendor_id,
    due: due_date,
    corrects: (bill_id),
    converted: (),
    balance: (unapplied_amount),
    delete: "Only a draft is deleted. What was posted stays, and is voided instead (`posted_entry_immutable`).",
}

posted_documents! {
    tag: "Purchases",
    noun: "vendor credit",
    open: "/vendor-credits/open",
    post: "/vendor-credits/{id}/post",
    void: "/vendor-credits/{id}/void",
    batch: "/vendor-credits/batch",
    operations: ("listOpenVendorCredits", "postVendorCredit", "voidVendorCredit", "createVendorCredits"),
    bodies: (VendorCreditWriteBody, VendorCreditBody, VendorCreditsQuery, VendorCreditsWriteBody, vendor_credits),
}
