//! `/revaluations`: what is open in foreign currencies at a closing rate; and what exchange did to one document.

pub mod body;
pub mod lifetime;
pub mod list;
pub mod run;

pub use body::RevaluationBody;

use crate::service_config::ServiceConfig;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list)
        .service(run::run)
        .service(run::upsert)
        .service(list::get_one)
        .service(run::void)
        .service(lifetime::of_invoice)
        .service(lifetime::of_bill)
        .service(lifetime::of_credit_note)
        .service(lifetime::of_vendor_credit);
}
