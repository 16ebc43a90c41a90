//! Invoices, bills, credit notes, vendor credits and estimates: what they share on the wire.

pub mod bill;
pub mod body;
pub mod credit_note;
pub mod estimate;
pub mod invoice;
mod operations;
pub mod pdf;
pub mod query;
pub mod vendor_credit;

use crate::service_config::ServiceConfig;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.configure(invoice::routes).configure(bill::routes);
    config.configure(credit_note::routes).configure(vendor_credit::routes);
    config.configure(estimate::routes);
}
