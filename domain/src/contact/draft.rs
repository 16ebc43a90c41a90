//! What a caller says of a contact, and what becomes of it.

use super::{Contact, ContactType, TaxId, TaxIdType};
use crate::company::Address;
use crate::id::{AccountId, ContactId, TaxCodeId};
use crate::metadata::Metadata;
use crate::money::Currency;
use crate::refusal::Refusal;
use time::PrimitiveDateTime;

/// What a caller may say of a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactDraft {
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
}

impl Contact {
    /// Makes a contact.
    ///
    /// # Errors
    /// Every field that breaks its limits.
    pub fn open(id: ContactId, draft: ContactDraft, at: PrimitiveDateTime) -> Result<Self, Vec<Refusal>> {
        let contact = Self {
            id,
            external_id: draft.external_id,
            contact_type: draft.contact_type,
            display_name: draft.display_name,
            company_name: draft.company_name,
            first_name: draft.first_name,
            last_name: draft.last_name,
            email: draft.email,
            phone: draft.phone,
            mobile: draft.mobile,
            website: draft.website,
            tax_id: draft.tax_id,
            tax_id_type: draft.tax_id_type,
            is_1099_eligible: draft.is_1099_eligible,
            vat_id: draft.vat_id,
            iban: draft.iban,
            bic: draft.bic,
            billing_address: draft.billing_address,
            shipping_address: draft.shipping_address,
            payment_terms_days: draft.payment_terms_days,
            default_account_id: draft.default_account_id,
            default_tax_code_id: draft.default_tax_code_id,
            currency_code: draft.currency_code,
            credit_limit: draft.credit_limit,
            notes: draft.notes,
            is_active: draft.is_active,
            metadata: draft.metadata,
            created_at: at,
            updated_at: at,
            version: 1,
        }
        .normalised();
        contact.check()?;
        Ok(contact)
    }

    /// Changes what a caller may say of it. A masked tax number that was read before stands for the one that is kept.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn revise(&self, draft: ContactDraft, at: PrimitiveDateTime) -> Result<Self, Vec<Refusal>> {
        let tax_id = TaxId::or_stored(draft.tax_id, self.tax_id.as_ref());
        let revised = Self::open(self.id, ContactDraft { tax_id, ..draft }, at)?;
        Ok(Self { created_at: self.created_at, version: self.version + 1, ..revised })
    }

    /// Takes it out of use; `None` where it is already.
    #[must_use]
    pub fn deactivate(&self, at: PrimitiveDateTime) -> Option<Self> {
        self.is_active.then(|| Self {
            is_active: false,
            updated_at: at,
            version: self.version + 1,
            ..self.clone()
        })
    }
}
