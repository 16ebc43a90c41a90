//! `/payments`: money received and made, and what it settles.

pub mod apply;
pub mod body;
pub mod list;
pub mod refund;
pub mod release;

pub use body::{ApplicationBody, PaymentBody};

use crate::context::Context;
use crate::envelope::Answer;
use crate::service_config::ServiceConfig;
use actix_web::web;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(apply::apply)
        // Other methods of this path are none, although they would fit `/payments/{id}`.
        .route("/payments/apply", web::route().to(crate::routes::nothing))
        .service(list::list)
        .service(apply::upsert)
        .service(list::get_one)
        .service(release::unapply)
        .service(release::void)
        .service(refund::refund)
        .service(refund::refund_credit_note)
        .service(refund::refund_vendor_credit);
}

/// A dry run made nothing, so it answers 200 and no location; nor does what is done to a payment that is there.
fn created<'a>(context: &'a Context, is_new: bool, id: impl std::fmt::Display) -> Answer<'a> {
    if is_new { Answer::created(context, &format!("/payments/{id}")) } else { Answer::ok(context) }
}
