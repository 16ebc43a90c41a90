//! What no two contacts of a company share.

use super::{Contact, TaxId};
use crate::refusal::Refusal;

/// A kind of value that belongs to one contact only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContactKey {
    /// The integrator's own id.
    ExternalId,
    /// The name, as [`matching_key`](super::matching_key) reads it.
    Name,
    /// The tax number, as [`TaxId::compared`] reads it.
    TaxId,
    /// The VAT id, in its electronic form.
    VatId,
}

impl ContactKey {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 4] = [Self::ExternalId, Self::Name, Self::TaxId, Self::VatId];

    /// The field of a contact that it is read from.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::ExternalId => "external_id",
            Self::Name => "display_name",
            Self::TaxId => "tax_id",
            Self::VatId => "vat_id",
        }
    }

    /// Why another contact cannot have the value. It is not repeated: a tax number is a secret.
    #[must_use]
    pub fn refusal(self, existing_id: String) -> Refusal {
        let (what, hint) = match self {
            Self::ExternalId => return Refusal::DuplicateExternalId { existing_id },
            Self::Name => (
                "name",
                ": names are the same when they differ only in case, accents, punctuation and legal form. Use that \
                 contact, or add what tells the two apart",
            ),
            Self::TaxId => ("tax number", "; use that contact"),
            Self::VatId => ("VAT id", "; use that contact"),
        };
        let message = format!("The contact {existing_id} has this {what} already{hint}");
        Refusal::Taken { field: self.field(), existing_id, message }
    }
}

impl Contact {
    /// What no other contact may have.
    #[must_use]
    pub fn keys(&self) -> Vec<(ContactKey, String)> {
        let values = [
            (ContactKey::ExternalId, self.external_id.clone()),
            (ContactKey::Name, Some(self.matching_key())),
            (ContactKey::TaxId, self.tax_id.as_ref().map(|id| TaxId::compared(id.reveal()))),
            (ContactKey::VatId, self.vat_id.clone()),
        ];
        values.into_iter().filter_map(|(key, value)| value.map(|value| (key, value))).collect()
    }
}
