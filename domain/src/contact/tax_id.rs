//! Tax numbers of people and companies: secrets that only storage ever sees whole.

use crate::refusal::{Constraint, Refusal};
use crate::text;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// This many characters stay readable.
const SHOWN: usize = 4;

/// What kind of tax number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum TaxIdType {
    /// Social security number (United States).
    Ssn,
    /// Employer identification number (United States).
    Ein,
    /// Individual taxpayer identification number (United States).
    Itin,
    /// Social insurance number (Canada).
    Sin,
    /// Any other.
    Other,
}

impl TaxIdType {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Ssn, Self::Ein, Self::Itin, Self::Sin, Self::Other];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ssn => "SSN",
            Self::Ein => "EIN",
            Self::Itin => "ITIN",
            Self::Sin => "SIN",
            Self::Other => "OTHER",
        }
    }

    /// The type of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A tax number. Printed and serialised it shows its last four characters only: `***-**-6789`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct TaxId(String);

impl TaxId {
    /// Takes a tax number.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The whole number, for encryption and for the tax form.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What two spellings of one number have in common: its letters and digits, in upper case.
    #[must_use]
    pub fn compared(number: &str) -> String {
        number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
    }

    /// The number with everything but its last four letters and digits replaced by stars; one of four or fewer shows
    /// nothing.
    #[must_use]
    pub fn masked(&self) -> String {
        // Stars count as digits, so that a masked number stays what it is when it is masked again.
        let counts = |c: &char| c.is_alphanumeric() || *c == '*';
        let plain = self.0.chars().filter(counts).count();
        let hidden = if plain > SHOWN { plain - SHOWN } else { plain };
        let mut stars_left = hidden;
        self.0
            .chars()
            .map(|c| {
                if stars_left > 0 && counts(&c) {
                    stars_left -= 1;
                    '*'
                } else {
                    c
                }
            })
            .collect()
    }

    /// What a caller means by a tax number: a masked one that it has read before stands for the one that is stored.
    #[must_use]
    pub fn or_stored(given: Option<Self>, stored: Option<&Self>) -> Option<Self> {
        match (given, stored) {
            (Some(given), Some(stored)) if given.0 == stored.masked() => Some(stored.clone()),
            (given, _) => given,
        }
    }

    /// Checks it: up to 50 letters, digits, blanks, `-`, `/` and `.`.
    ///
    /// # Errors
    /// `tax_id` with constraint `length` or `format`.
    pub fn check(&self) -> Result<(), Refusal> {
        text::check_filled(&self.0, "tax_id", 50)?;
        let allowed = self.0.chars().all(|c| c.is_alphanumeric() || " -/.".contains(c));
        if allowed && self.0.contains(char::is_alphanumeric) {
            return Ok(());
        }
        Err(Refusal::field(
            "tax_id",
            Constraint::Format,
            "letters, digits, blanks, `-`, `/` and `.` are allowed",
        ))
    }
}

impl fmt::Debug for TaxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Display for TaxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Serialize for TaxId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.masked())
    }
}
