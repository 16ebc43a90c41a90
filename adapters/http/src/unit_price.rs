//! Unit prices on the wire: whole minor units, or a decimal text where a price has a fraction of one.

use crate::problem::Problem;
use crate::scalar::Whole;
use partita_domain::quantity::Quantity;
use partita_domain::unit_price::UnitPrice;

/// A price from a pair of fields, of which one may be given; `field` is the one of whole minor units.
pub(crate) fn price(
    minor: Option<Whole>,
    decimal: Option<&str>,
    field: &str,
) -> Result<Option<UnitPrice>, Problem> {
    let decimal_field = format!("{field}_decimal");
    match (minor, decimal) {
        (Some(_), Some(_)) => {
            Err(Problem::field(decimal_field, "one_of", format!("give {field} or {field}_decimal, not both")))
        }
        (Some(minor), None) => Ok(Some(UnitPrice::from_minor(minor.0, field)?)),
        (None, Some(text)) => Ok(Some(UnitPrice::parse(text, &decimal_field)?)),
        (None, None) => Ok(None),
    }
}

/// Whole minor units, rounded with halves away from zero.
pub(crate) fn rounded(price: UnitPrice) -> Option<i64> {
    price.times(Quantity::ONE)
}
