//! A company: one set of books.

use crate::fiscal_calendar::FiscalCalendar;
use crate::id::CompanyId;
use crate::money::Currency;
use crate::refusal::{Constraint, Refusal};
use crate::text;
use iso_currency::Country;
use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Street and number.
    pub line1: Option<String>,
    /// More of it.
    pub line2: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State, county or province.
    pub region: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// A company's profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Its id.
    pub id: CompanyId,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its name in daily use.
    pub name: String,
    /// Its name in the register.
    pub legal_name: Option<String>,
    /// The currency of its books; does not change.
    pub base_currency: Currency,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Its tax number.
    pub tax_id: Option<String>,
    /// When its fiscal years begin.
    pub fiscal_calendar: FiscalCalendar,
    /// Where it is.
    pub address: Address,
    /// When it was made.
    #[serde(with = "crate::timestamp")]
    pub created_at: PrimitiveDateTime,
    /// When it last changed.
    #[serde(with = "crate::timestamp")]
    pub updated_at: PrimitiveDateTime,
    /// Counts its changes from 1.
    pub version: i64,
}

/// The English name of a country (ISO 3166-1 alpha-2), as it stands on letters; the code itself where nobody knows it.
#[must_use]
pub fn country_name(code: &str) -> &str {
    match code {
        // The names of the standard are longer than what anybody writes on an envelope.
        "GB" => "United Kingdom",
        "US" => "United States",
        _ => match code.parse::<Country>().map(|country| country.name()) {
            Ok(name) if !name.is_empty() => name,
            _ => code,
        },
    }
}

/// Checks an ISO 3166-1 alpha-2 code by its form.
fn check_country(country: Option<&str>, field: &str) -> Result<(), Refusal> {
    match country {
        Some(code) if code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase()) => {
            Err(Refusal::field(field, Constraint::Format, "a country is two upper-case letters (ISO 3166-1)"))
        }
        _ => Ok(()),
    }
}

impl Address {
    /// Checks the fields that people type, each named below `path`.
    pub(crate) fn check(&self, path: &str) -> [Result<(), Refusal>; 6] {
        let short = |text: &Option<String>, field: &str, max| {
            text::check_optional(text.as_deref(), &format!("{path}.{field}"), max)
        };
        [
            short(&self.line1, "line1", 255),
            short(&self.line2, "line2", 255),
            short(&self.city, "city", 100),
            short(&self.region, "region", 100),
            short(&self.postal_code, "postal_code", 20),
            check_country(self.country.as_deref(), &format!("{path}.country")),
        ]
    }
}

impl Company {
    /// Checks the fields that people type.
    ///
    /// # Errors
    /// Every field that breaks its limits.
    pub fn check(&self) -> Result<(), Vec<Refusal>> {
        let refusals: Vec<Refusal> = [
            crate::account::check_external_id(self.external_id.as_deref()),
            text::check_filled(&self.name, "name", 255),
            text::check_optional(self.legal_name.as_deref(), "legal_name", 255),
            check_country(self.country.as_deref(), "country"),
            text::check_optional(self.tax_id.as_deref(), "tax_id", 50),
        ]
        .into_iter()
        .chain(self.address.check("address"))
        .filter_map(Result::err)
        .collect();
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_have_names() {
        for (code, name) in
            [("DE", "Germany"), ("GB", "United Kingdom"), ("US", "United States"), ("ZZ", "ZZ"), ("", "")]
        {
            assert_eq!(country_name(code), name);
        }
    }
}
