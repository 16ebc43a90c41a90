//! One newtype per identifier: UUID version 7, written as lower-case text.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id_type {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

id_type! {
    /// A company: one set of books. Every stored row belongs to exactly one.
    CompanyId,
    /// An account of the chart.
    AccountId,
    /// A posted journal entry.
    EntryId,
    /// A person who may log in.
    UserId,
    /// A key that a program sends.
    ApiKeyId,
    /// A log-in that has not ended.
    SessionId,
    /// A request to lock a period, waiting for its second person.
    LockRequestId,
    /// A one-time code that pairs a device to a key.
    PairingId,
    /// A contact: customer, vendor, employee or other.
    ContactId,
    /// A class, the first reporting dimension.
    ClassId,
    /// A location, the second reporting dimension.
    LocationId,
    /// A project, the third reporting dimension.
    ProjectId,
    /// A tax code.
    TaxCodeId,
    /// A group of tax codes that apply together.
    TaxGroupId,
    /// A product or service.
    ItemId,
    /// An invoice, bill, credit note, vendor credit or estimate.
    DocumentId,
    /// A payment received or made.
    PaymentId,
    /// What a payment did to one open item.
    ApplicationId,
    /// A dated exchange rate.
    ExchangeRateId,
    /// A movement of stock.
    MovementId,
    /// A template of a transaction that recurs.
    RecurringId,
    /// A revaluation of what is open in foreign currencies.
    RevaluationId,
}

impl CompanyId {
    /// The scope of installation-wide look-ups: which company a credential belongs to, which companies there are.
    pub const INSTALLATION: Self = Self(Uuid::nil());
}
