//! A contact as it is stored.

use crate::parse;
use crate::pending::{Cell, Shape, Written};
use crate::schema::contacts;
use diesel::prelude::*;
use partita_application::ports::{Cipher, Stored};
use partita_domain::company::Address;
use partita_domain::contact::{Contact, ContactType, TaxId, TaxIdType};
use partita_domain::id::TaxCodeId;
use partita_domain::metadata::Metadata;
use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = contacts, primary_key(company_id, id), treat_none_as_null = true)]
pub(super) struct ContactRow {
    company_id: String,
    pub(super) id: String,
    external_id: Option<String>,
    display_name: String,
    sort_name: String,
    matching_key: String,
    company_name: Option<String>,
    is_customer: bool,
    is_vendor: bool,
    is_employee: bool,
    is_other: bool,
    email: Option<String>,
    vat_id: Option<String>,
    tax_id_sealed: Option<String>,
    tax_id_digest: Option<String>,
    default_account_id: Option<String>,
    is_active: bool,
    details: String,
    created_at: PrimitiveDateTime,
    updated_at: PrimitiveDateTime,
    version: i64,
}

impl Written for ContactRow {
    const SHAPE: Shape = Shape::Insert {
        table: "contacts",
        columns: &[
            "company_id",
            "id",
            "external_id",
            "display_name",
            "sort_name",
            "matching_key",
            "company_name",
            "is_customer",
            "is_vendor",
            "is_employee",
            "is_other",
            "email",
            "vat_id",
            "tax_id_sealed",
            "tax_id_digest",
            "default_account_id",
            "is_active",
            "details",
            "created_at",
            "updated_at",
            "version",
        ],
        conflict: "",
    };
}

/// What is neither searched nor constrained.
#[derive(Serialize, Deserialize)]
struct Details {
    contact_type: Vec<ContactType>,
    first_name: Option<String>,
    last_name: Option<String>,
    phone: Option<String>,
    mobile: Option<String>,
    website: Option<String>,
    tax_id_type: Option<TaxIdType>,
    is_1099_eligible: bool,
    iban: Option<String>,
    bic: Option<String>,
    billing_address: Address,
    shipping_address: Address,
    payment_terms_days: Option<i64>,
    default_tax_code_id: Option<TaxCodeId>,
    currency_code: Option<String>,
    credit_limit: Option<i64>,
    notes: Option<String>,
    metadata: Metadata,
}

/// A tax number is sealed for the row that it is in.
fn context(company: &str, contact: &str) -> String {
    format!("tax_id of contact {company}/{contact}")
}

pub(super) fn open_tax_id(cipher: &dyn Cipher, company: &str, contact: &str, sealed: &str) -> Stored<String> {
    cipher.open(&context(company, contact), sealed)
}

/// What two spellings of one tax number have in common, within a company.
pub(super) fn tax_id_digest(cipher: &dyn Cipher, company: &str, tax_id: &str) -> String {
    cipher.digest(&format!("tax_id of {company}"), &TaxId::compared(tax_id)).to_string()
}

impl ContactRow {
    pub(super) fn of<'a>(
        company: &str,
        contact: &Contact,
        cipher: impl FnOnce() -> Stored<&'a dyn Cipher>,
    ) -> Stored<Self> {
        let id = contact.id.to_string();
        let tax_id = match &contact.tax_id {
            Some(tax_id) => {
                let cipher = cipher()?;
                let sealed = cipher.seal(&context(company, &id), tax_id.reveal())?;
                Some((sealed, tax_id_digest(cipher, company, tax_id.reveal())))
            }
            None => None,
        };
        let (tax_id_sealed, tax_id_digest) = tax_id.unzip();
        let is = |kind| contact.contact_type.contains(&kind);
        Ok(Self {
            company_id: company.to_owned(),
            id,
            external_id: contact.external_id.clone(),
            display_name: contact.display_name.clone(),
            sort_name: contact.sort_name(),
            matching_key: contact.matching_key(),
            company_name: contact.company_name.clone(),
            is_customer: is(ContactType::Customer),
            is_vendor: is(ContactType::Vendor),
            is_employee: is(ContactType::Employee),
            is_other: is(ContactType::Other),
            email: contact.email.clone(),
            vat_id: contact.vat_id.clone(),
            tax_id_sealed,
            tax_id_digest,
            default_account_id: contact.default_account_id.map(|id| id.to_string()),
            is_active: contact.is_active,
            details: parse::to_json(&Details::of(contact))?,
            created_at: contact.created_at,
            updated_at: contact.updated_at,
            version: contact.version,
        })
    }

    pub(super) fn cells(self) -> [Cell; 21] {
        [
            self.company_id.into(),
            self.id.into(),
            self.external_id.into(),
            self.display_name.into(),
            self.sort_name.into(),
            self.matching_key.into(),
            self.company_name.into(),
            self.is_customer.into(),
            self.is_vendor.into(),
            self.is_employee.into(),
            self.is_other.into(),
            self.email.into(),
            self.vat_id.into(),
            self.tax_id_sealed.into(),
            self.tax_id_digest.into(),
            self.default_account_id.into(),
            self.is_active.into(),
            self.details.into(),
            self.created_at.into(),
            self.updated_at.into(),
            self.version.into(),
        ]
    }

    pub(super) fn into_contact<'a>(self, cipher: impl FnOnce() -> Stored<&'a dyn Cipher>) -> Stored<Contact> {
        let details: Details = parse::json(&self.details, "details of a contact")?;
        let tax_id = match &self.tax_id_sealed {
            Some(sealed) => Some(open_tax_id(cipher()?, &self.company_id, &self.id, sealed)?),
            None => None,
        };
        Ok(Contact {
            id: parse::text(&self.id, "contact id")?,
            external_id: self.external_id,
            contact_type: details.contact_type,
            display_name: self.display_name,
            company_name: self.company_name,
            first_name: details.first_name,
            last_name: details.last_name,
            email: self.email,
            phone: details.phone,
            mobile: details.mobile,
            website: details.website,
            tax_id: tax_id.map(TaxId::new),
            tax_id_type: details.tax_id_type,
            is_1099_eligible: details.is_1099_eligible,
            vat_id: self.vat_id,
            iban: details.iban,
            bic: details.bic,
            billing_address: details.billing_address,
            shipping_address: details.shipping_address,
            payment_terms_days: details.payment_terms_days,
            default_account_id: parse::optional(
                self.default_account_id.as_deref(),
                "default account of a contact",
            )?,
            default_tax_code_id: details.default_tax_code_id,
            currency_code: details.currency_code.as_deref().map(parse::currency).transpose()?,
            credit_limit: details.credit_limit,
            notes: details.notes,
            is_active: self.is_active,
            metadata: details.metadata,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

impl Details {
    fn of(contact: &Contact) -> Self {
        Self {
            contact_type: contact.contact_type.clone(),
            first_name: contact.first_name.clone(),
            last_name: contact.last_name.clone(),
            phone: contact.phone.clone(),
            mobile: contact.mobile.clone(),
            website: contact.website.clone(),
            tax_id_type: contact.tax_id_type,
            is_1099_eligible: contact.is_1099_eligible,
            iban: contact.iban.clone(),
            bic: contact.bic.clone(),
            billing_address: contact.billing_address.clone(),
            shipping_address: contact.shipping_address.clone(),
            payment_terms_days: contact.payment_terms_days,
            default_tax_code_id: contact.default_tax_code_id,
            currency_code: contact.currency_code.map(|currency| currency.code().to_owned()),
            credit_limit: contact.credit_limit,
            notes: contact.notes.clone(),
            metadata: contact.metadata.clone(),
        }
    }
}
