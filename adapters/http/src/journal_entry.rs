//! `/entries`: journal entries.

pub mod body;
pub mod list;
pub mod post;
pub mod reverse;

pub use body::{EntryBody, EntryWriteBody, LineBody, LineWriteBody, OverrideBody};
pub use post::BatchErrorBody;

use crate::service_config::ServiceConfig;
use actix_web::web;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list)
        .service(post::create)
        .service(post::batch)
        .service(post::opening_balances)
        // Other methods of these paths are none, although they would fit `/entries/{id}`.
        .route("/entries/batch", web::route().to(crate::routes::nothing))
        .route("/entries/opening-balances", web::route().to(crate::routes::nothing))
        .service(post::upsert)
        .service(list::get_one)
        .service(reverse::reverse)
        .service(reverse::put)
        .service(reverse::patch)
        .service(reverse::delete)
        .service(list::of_account);
}
