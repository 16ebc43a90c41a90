//! Contacts: customers, vendors, employees and others.

mod bank;
mod draft;
mod key;
mod matching;
mod tax_id;
mod vat_id;

pub use bank::{check_bic, check_iban};
pub use draft::ContactDraft;
pub use key::ContactKey;
pub use matching::matching_key;
pub use tax_id::{TaxId, TaxIdType};
pub use vat_id::check_vat_id;

use crate::account::check_external_id;
use crate::company::Address;
use crate::fiscal_calendar::check_date;
use crate::id::{AccountId, ContactId, TaxCodeId};
use crate::journal_entry::MAX_AMOUNT;
use crate::metadata::Metadata;
use crate::money::Currency;
use crate::refusal::{Constraint, Refusal};
use crate::text;
use serde::{Deserialize, Serialize};
use time::{Date, Duration, PrimitiveDateTime};

/// A bill is due within at most ten years.
pub const MAX_TERMS_DAYS: i64 = 3_650;

/// What somebody is to the company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactType {
    /// Buys.
    Customer,
    /// Sells.
    Vendor,
    /// Works for it.
    Employee,
    /// Anybody else.
    Other,
}

impl ContactType {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Customer, Self::Vendor, Self::Employee, Self::Other];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Vendor => "vendor",
            Self::Employee => "employee",
            Self::Other => "other",
        }
    }

    /// The type of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A contact. What it owes and is owed follows from its open documents and is not kept here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// What it is to the company: at least one, each once.
    pub contact_type: Vec<ContactType>,
    /// Its name in lists and on documents.
    pub display_name: String,
    /// The company's name.
    pub company_name: Option<String>,
    /// The first name of the person.
    pub first_name: Option<String>,
    /// The last name of the person.
    pub last_name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// The mobile number.
    pub mobile: Option<String>,
    /// The website.
    pub website: Option<String>,
    /// The number by which the tax authority knows it; shown masked.
    pub tax_id: Option<TaxId>,
    /// What kind of number that is.
    pub tax_id_type: Option<TaxIdType>,
    /// Whether payments to it are reported on form 1099 (United States).
    pub is_1099_eligible: bool,
    /// Its VAT identification number.
    pub vat_id: Option<String>,
    /// Its bank account (ISO 13616).
    pub iban: Option<String>,
    /// Its bank (ISO 9362).
    pub bic: Option<String>,
    /// Where invoices go.
    pub billing_address: Address,
    /// Where goods go.
    pub shipping_address: Address,
    /// Days from the date of a document until it is due.
    pub payment_terms_days: Option<i64>,
    /// The account of a document's lines unless they say otherwise.
    pub default_account_id: Option<AccountId>,
    /// The tax code or tax group of a document's lines unless they say otherwise.
    pub default_tax_code_id: Option<TaxCodeId>,
    /// The currency of its documents unless they say otherwise.
    pub currency_code: Option<Currency>,
    /// How much it may owe, minor units of its currency; beyond it there is a warning.
    pub credit_limit: Option<i64>,
    /// Up to 2 000 characters.
    pub notes: Option<String>,
    /// Whether documents may name it.
    pub is_active: bool,
    /// Free pairs.
    pub metadata: Metadata,
    /// When it was made.
    #[serde(with = "crate::timestamp")]
    pub created_at: PrimitiveDateTime,
    /// When it last changed.
    #[serde(with = "crate::timestamp")]
    pub updated_at: PrimitiveDateTime,
    /// Counts its changes from 1.
    pub version: i64,
}

impl Contact {
    /// The contact with IBAN, BIC and VAT id in their electronic form: upper case, without blanks and punctuation.
    #[must_use]
    pub fn normalised(self) -> Self {
        Self {
            iban: self.iban.map(|iban| bank::electronic(&iban)),
            bic: self.bic.map(|bic| bank::electronic(&bic)),
            vat_id: self.vat_id.map(|id| vat_id::electronic(&id)),
            ..self
        }
    }

    /// Checks the fields that people type.
    ///
    /// # Errors
    /// Every field that breaks its limits.
    pub fn check(&self) -> Result<(), Vec<Refusal>> {
        let short = |text: &Option<String>, field, max| text::check_optional(text.as_deref(), field, max);
        let given = |text: &Option<String>, field, check: fn(&str, &str) -> Result<(), Refusal>| {
            text.as_deref().map_or(Ok(()), |text| check(text, field))
        };
        let refusals: Vec<Refusal> = [
            check_external_id(self.external_id.as_deref()),
            self.check_types(),
            text::check_filled(&self.display_name, "display_name", 255),
            short(&self.company_name, "company_name", 255),
            short(&self.first_name, "first_name", 100),
            short(&self.last_name, "last_name", 100),
            short(&self.phone, "phone", 50),
            short(&self.mobile, "mobile", 50),
            given(&self.email, "email", check_email),
            given(&self.website, "website", check_website),
            self.tax_id.as_ref().map_or(Ok(()), TaxId::check),
            given(&self.vat_id, "vat_id", check_vat_id),
            given(&self.iban, "iban", check_iban),
            given(&self.bic, "bic", check_bic),
            within(self.payment_terms_days, "payment_terms_days", MAX_TERMS_DAYS),
            within(self.credit_limit, "credit_limit", MAX_AMOUNT),
            short(&self.notes, "notes", 2_000),
            self.metadata.check(),
        ]
        .into_iter()
        .chain(self.billing_address.check("billing_address"))
        .chain(self.shipping_address.check("shipping_address"))
        .filter_map(Result::err)
        .collect();
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }

    fn check_types(&self) -> Result<(), Refusal> {
        let types = &self.contact_type;
        if types.is_empty() {
            let message = "a contact is at least one of customer, vendor, employee and other";
            return Err(Refusal::field("contact_type", Constraint::Length, message));
        }
        match types.iter().enumerate().find(|(i, kind)| types.iter().take(*i).any(|before| before == *kind)) {
            Some((i, kind)) => Err(Refusal::field(
                format!("contact_type[{i}]"),
                Constraint::Unique,
                format!("{} is named twice", kind.name()),
            )),
            None => Ok(()),
        }
    }

    /// When a document of a date is due by the contact's terms, or on the date itself.
    ///
    /// # Errors
    /// `due_date` with constraint `range` after the year 2199.
    pub fn due_date(&self, date: Date) -> Result<Date, Refusal> {
        let due = date.checked_add(Duration::days(self.payment_terms_days.unwrap_or_default()));
        let due = due.unwrap_or(Date::MAX);
        check_date(due, "due_date").map(|()| due)
    }

    /// What contacts are sorted by: the name in lower case, compared byte by byte.
    #[must_use]
    pub fn sort_name(&self) -> String {
        self.display_name.to_lowercase()
    }

    /// What two contacts that are the same have in common, see [`matching_key`].
    #[must_use]
    pub fn matching_key(&self) -> String {
        matching_key(&self.display_name)
    }
}

/// Checks an optional number from 0 to a largest one.
fn within(number: Option<i64>, field: &str, max: i64) -> Result<(), Refusal> {
    match number.filter(|number| !(0..=max).contains(number)) {
        Some(number) => {
            Err(Refusal::field(field, Constraint::Range, format!("{number} is not from 0 to {max}")))
        }
        None => Ok(()),
    }
}

/// Checks the shape of an e-mail address: one `@`, a host with a dot, no blank (RFC 5321 limits).
fn check_email(email: &str, field: &str) -> Result<(), Refusal> {
    text::check(email, field, 254)?;
    let shaped = email.split_once('@').is_some_and(|(name, host)| {
        (1..=64).contains(&name.len())
            && host.contains('.')
            && host.split('.').all(|label| !label.is_empty())
            && !host.contains(['@', '<', '>', ',', ';'])
            && !name.contains(['<', '>', ',', ';'])
            && !email.contains(char::is_whitespace)
    });
    if shaped {
        Ok(())
    } else {
        Err(Refusal::field(field, Constraint::Format, "this is not an e-mail address"))
    }
}

/// Checks a web address. Nothing but the two schemes of the web is taken, since the console links it.
fn check_website(website: &str, field: &str) -> Result<(), Refusal> {
    text::check(website, field, 255)?;
    let lower = website.to_ascii_lowercase();
    let host = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")).unwrap_or(&lower);
    let scheme = host.split('/').next().is_some_and(|host| {
        host.split_once(':')
            .is_some_and(|(_, port)| port.is_empty() || !port.bytes().all(|b| b.is_ascii_digit()))
    });
    if host.is_empty() || scheme || host.contains(char::is_whitespace) {
        let message = "a website is written `https://host/path` or `host/path`";
        return Err(Refusal::field(field, Constraint::Format, message));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
