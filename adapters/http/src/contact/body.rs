//! Contacts on the wire.

use crate::company::AddressBody;
use crate::scalar::{Moment, Whole, unique_keys};
use partita_application::contact::{ContactWithOpen, OpenBalance};
use partita_domain::contact::{ContactDraft, ContactType, TaxId, TaxIdType};
use partita_domain::id::{AccountId, TaxCodeId};
use partita_domain::metadata::Metadata;
use partita_domain::money::Currency;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::collections::BTreeMap;
use std::fmt;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a contact is to the company.
#[derive(ToSchema)]
#[schema(as = ContactType, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum ContactTypeSchema {
    Customer,
    Vendor,
    Employee,
    Other,
}

/// What kind of tax number it is.
#[derive(ToSchema)]
#[schema(as = TaxIdType, rename_all = "UPPERCASE")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum TaxIdTypeSchema {
    Ssn,
    Ein,
    Itin,
    Sin,
    Other,
}

/// A contact, as a caller gives it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactWriteBody {
    /// The integrator's own id for it, unique among contacts.
    #[schema(min_length = 1, max_length = 255)]
    pub external_id: Option<String>,
    /// What it is to the company: at least one, each once.
    #[schema(value_type = Vec<ContactTypeSchema>, min_items = 1, max_items = 4, example = json!(["customer"]))]
    pub contact_type: Vec<ContactType>,
    /// Its name in lists and on documents, unique among contacts.
    #[schema(min_length = 1, max_length = 255, example = "Harbour Books Ltd")]
    pub display_name: String,
    /// The company's name.
    #[schema(max_length = 255)]
    pub company_name: Option<String>,
    /// The first name of the person.
    #[schema(max_length = 100)]
    pub first_name: Option<String>,
    /// The last name of the person.
    #[schema(max_length = 100)]
    pub last_name: Option<String>,
    /// The e-mail address.
    #[schema(max_length = 254, example = "accounts@harbour.example")]
    pub email: Option<String>,
    /// The telephone number.
    #[schema(max_length = 50)]
    pub phone: Option<String>,
    /// The mobile number.
    #[schema(max_length = 50)]
    pub mobile: Option<String>,
    /// The website.
    #[schema(max_length = 255, example = "https://harbour.example")]
    pub website: Option<String>,
    /// The number by which the tax authority knows it, unique among contacts. It is kept sealed and answered masked; the
    /// masked form stands for the number that is kept.
    #[serde(default, deserialize_with = "tax_id")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 50, example = "12-3456789")]
    pub tax_id: Option<TaxId>,
    /// What kind of number that is.
    #[schema(value_type = Option<TaxIdTypeSchema>, example = "EIN")]
    pub tax_id_type: Option<TaxIdType>,
    /// Whether payments to it are reported on form 1099; false by default.
    pub is_1099_eligible: Option<bool>,
    /// Its VAT identification number, unique among contacts.
    #[schema(max_length = 20, example = "DE123456789")]
    pub vat_id: Option<String>,
    /// Its bank account (ISO 13616).
    #[schema(max_length = 50, example = "DE44500105175407324931")]
    pub iban: Option<String>,
    /// Its bank (ISO 9362).
    #[schema(max_length = 20, example = "INGDDEFFXXX")]
    pub bic: Option<String>,
    /// Where invoices go.
    pub billing_address: Option<AddressBody>,
    /// Where goods go.
    pub shipping_address: Option<AddressBody>,
    /// Days from the date of a document until it is due.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 3650, example = 30)]
    pub payment_terms_days: Option<Whole>,
    /// The account of a document's lines unless they say otherwise.
    pub default_account_id: Option<Uuid>,
    /// The tax code or tax group of a document's lines unless they say otherwise.
    pub default_tax_code_id: Option<Uuid>,
    /// The currency of its documents unless they say otherwise.
    #[schema(value_type = Option<String>, min_length = 3, max_length = 3, example = "USD")]
    pub currency_code: Option<Currency>,
    /// How much it may owe, minor units of its currency; beyond it there is a warning.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 999_999_999_999_999_i64)]
    pub credit_limit: Option<Whole>,
    /// Anything else.
    #[schema(max_length = 2000)]
    pub notes: Option<String>,
    /// Whether documents and entries may name it; true by default.
    pub is_active: Option<bool>,
    /// Free pairs: up to 20, keys of up to 64, values of up to 256 characters, 4 KB in all.
    #[serde(default, deserialize_with = "unique_keys")]
    pub metadata: Option<BTreeMap<String, String>>,
    /// The version that the caller has seen; or send `If-Match`.
    pub version: Option<Whole>,
}

/// Reads a tax number. What stands in its place is not repeated in the refusal: it may be one without quotes.
fn tax_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<TaxId>, D::Error> {
    struct Visitor;
    impl<'de> de::Visitor<'de> for Visitor {
        type Value = Option<TaxId>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a tax number as a text")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok(Some(TaxId::new(text)))
        }
        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
            Err(no_text())
        }
        fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
            Err(no_text())
        }
        fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
            Err(no_text())
        }
        fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
            Err(no_text())
        }
        fn visit_seq<A: de::SeqAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
            Err(no_text())
        }
        fn visit_map<A: de::MapAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
            Err(no_text())
        }
    }
    deserializer.deserialize_any(Visitor)
}

fn no_text<E: de::Error>() -> E {
    E::custom("type: a tax number is a text; write it in quotes")
}

impl ContactWriteBody {
    /// The version that the caller has seen.
    pub(crate) fn version(&self) -> Option<i64> {
        self.version.map(|version| version.0)
    }

    /// What it says, in domain terms.
    #[must_use]
    pub fn into_draft(self) -> ContactDraft {
        ContactDraft {
            external_id: self.external_id,
            contact_type: self.contact_type,
            display_name: self.display_name,
            company_name: self.company_name,
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email,
            phone: self.phone,
            mobile: self.mobile,
            website: self.website,
            tax_id: self.tax_id,
            tax_id_type: self.tax_id_type,
            is_1099_eligible: self.is_1099_eligible.unwrap_or(false),
            vat_id: self.vat_id,
            iban: self.iban,
            bic: self.bic,
            billing_address: self.billing_address.unwrap_or_default().into_address(),
            shipping_address: self.shipping_address.unwrap_or_default().into_address(),
            payment_terms_days: self.payment_terms_days.map(|days| days.0),
            default_account_id: self.default_account_id.map(AccountId),
            default_tax_code_id: self.default_tax_code_id.map(TaxCodeId),
            currency_code: self.currency_code,
            credit_limit: self.credit_limit.map(|limit| limit.0),
            notes: self.notes,
            is_active: self.is_active.unwrap_or(true),
            metadata: Metadata(self.metadata.unwrap_or_default()),
        }
    }
}

/// What is open between the company and a contact, in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenBalanceBody {
    /// The currency.
    #[schema(value_type = String, example = "USD")]
    pub currency_code: Currency,
    /// What the contact owes: invoices less credits, minor units.
    pub receivable: i64,
    /// What it is owed: bills less credits, minor units.
    pub payable: i64,
}

impl From<&OpenBalance> for OpenBalanceBody {
    fn from(open: &OpenBalance) -> Self {
        Self { currency_code: open.currency, receivable: open.receivable, payable: open.payable }
    }
}

/// A contact.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactBody {
    /// Its id.
    pub id: Uuid,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// What it is to the company.
    #[schema(value_type = Vec<ContactTypeSchema>, example = json!(["customer"]))]
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
    /// The tax number, masked but for its last four letters and digits.
    #[schema(value_type = Option<String>, example = "**-***6789")]
    pub tax_id: Option<TaxId>,
    /// What kind of number that is.
    #[schema(value_type = Option<TaxIdTypeSchema>)]
    pub tax_id_type: Option<TaxIdType>,
    /// Whether payments to it are reported on form 1099.
    pub is_1099_eligible: bool,
    /// Its VAT identification number.
    pub vat_id: Option<String>,
    /// Its bank account.
    pub iban: Option<String>,
    /// Its bank.
    pub bic: Option<String>,
    /// Where invoices go.
    pub billing_address: AddressBody,
    /// Where goods go.
    pub shipping_address: AddressBody,
    /// Days from the date of a document until it is due.
    pub payment_terms_days: Option<i64>,
    /// The account of a document's lines unless they say otherwise.
    pub default_account_id: Option<Uuid>,
    /// The tax code or tax group of a document's lines unless they say otherwise.
    pub default_tax_code_id: Option<Uuid>,
    /// The currency of its documents unless they say otherwise.
    #[schema(value_type = Option<String>)]
    pub currency_code: Option<Currency>,
    /// How much it may owe, minor units of its currency.
    pub credit_limit: Option<i64>,
    /// Anything else.
    pub notes: Option<String>,
    /// Whether documents and entries may name it.
    pub is_active: bool,
    /// What it owes: invoices less credits, minor units of base currency.
    pub open_receivable: i64,
    /// What it is owed: bills less credits, minor units of base currency.
    pub open_payable: i64,
    /// The same in each currency in which something is open.
    pub open_balances: Vec<OpenBalanceBody>,
    /// Free pairs.
    pub metadata: BTreeMap<String, String>,
    /// When it was made.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
    /// Counts its changes from 1.
    pub version: i64,
}

impl From<&ContactWithOpen> for ContactBody {
    fn from(with_open: &ContactWithOpen) -> Self {
        let contact = &with_open.contact;
        Self {
            id: contact.id.0,
            external_id: contact.external_id.clone(),
            contact_type: contact.contact_type.clone(),
            display_name: contact.display_name.clone(),
            company_name: contact.company_name.clone(),
            first_name: contact.first_name.clone(),
            last_name: contact.last_name.clone(),
            email: contact.email.clone(),
            phone: contact.phone.clone(),
            mobile: contact.mobile.clone(),
            website: contact.website.clone(),
            tax_id: contact.tax_id.clone(),
            tax_id_type: contact.tax_id_type,
            is_1099_eligible: contact.is_1099_eligible,
            vat_id: contact.vat_id.clone(),
            iban: contact.iban.clone(),
            bic: contact.bic.clone(),
            billing_address: AddressBody::from(&contact.billing_address),
            shipping_address: AddressBody::from(&contact.shipping_address),
            payment_terms_days: contact.payment_terms_days,
            default_account_id: contact.default_account_id.map(|id| id.0),
            default_tax_code_id: contact.default_tax_code_id.map(|id| id.0),
            currency_code: contact.currency_code,
            credit_limit: contact.credit_limit,
            notes: contact.notes.clone(),
            is_active: contact.is_active,
            open_receivable: with_open.open_receivable,
            open_payable: with_open.open_payable,
            open_balances: with_open.open_balances.iter().map(OpenBalanceBody::from).collect(),
            metadata: contact.metadata.0.clone(),
            created_at: Moment(contact.created_at),
            updated_at: Moment(contact.updated_at),
            version: contact.version,
        }
    }
}
