//! Number sequences without gaps: a number is taken within the transaction that uses it, or not at all.

use crate::refusal::{Constraint, Refusal};
use crate::text;
use serde::{Deserialize, Serialize};

/// The sequence of journal entry numbers.
pub const JOURNAL_ENTRY: &str = "journal_entry";

/// Every sequence with its prefix as a company begins.
const INITIAL: [(&str, &str); 7] = [
    (JOURNAL_ENTRY, "JE-"),
    ("bill", "BILL-"),
    ("credit_note", "CN-"),
    ("estimate", "EST-"),
    ("invoice", "INV-"),
    ("payment", "PAY-"),
    ("vendor_credit", "VC-"),
];

/// When numbering begins anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SequenceReset {
    /// Never.
    Never,
    /// With each fiscal year; the year is part of the number.
    Yearly,
}

impl SequenceReset {
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Yearly => "yearly",
        }
    }

    /// The reset of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Never, Self::Yearly].into_iter().find(|reset| reset.name() == name)
    }
}

/// How the numbers of one kind of resource look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    /// What it numbers, such as `journal_entry`.
    #[serde(rename = "type")]
    pub sequence_type: String,
    /// Before the number, up to 10 characters.
    pub prefix: String,
    /// Digits, filled up with zeros, 1 to 12.
    pub padding: u8,
    /// When numbering begins anew.
    pub reset: SequenceReset,
    /// The number that comes next in the present scope (the fiscal year, or for ever).
    pub next_number: i64,
    /// Counts its changes from 1.
    pub version: i64,
}

impl Sequence {
    /// The sequence of journal entries as a company begins.
    #[must_use]
    pub fn journal_entry() -> Self {
        Self::begin(JOURNAL_ENTRY, "JE-")
    }

    /// All sequences as a company begins.
    pub fn initial() -> impl Iterator<Item = Self> {
        INITIAL.into_iter().map(|(sequence_type, prefix)| Self::begin(sequence_type, prefix))
    }

    fn begin(sequence_type: &str, prefix: &str) -> Self {
        Self {
            sequence_type: sequence_type.to_owned(),
            prefix: prefix.to_owned(),
            padding: 6,
            reset: SequenceReset::Yearly,
            next_number: 1,
            version: 1,
        }
    }

    /// The counter that a fiscal year uses: its own, or the one of all years (0).
    #[must_use]
    pub fn scope(&self, fiscal_year: i32) -> i32 {
        match self.reset {
            SequenceReset::Never => 0,
            SequenceReset::Yearly => fiscal_year,
        }
    }

    /// Writes a number: `JE-2026-000042`.
    #[must_use]
    pub fn format(&self, fiscal_year: i32, number: i64) -> String {
        let width = usize::from(self.padding);
        match self.reset {
            SequenceReset::Never => format!("{}{number:0width$}", self.prefix),
            SequenceReset::Yearly => format!("{}{fiscal_year}-{number:0width$}", self.prefix),
        }
    }

    /// The number that a text of this sequence carries, in a fiscal year; `None` for a text of another form.
    #[must_use]
    pub fn number_in(&self, fiscal_year: i32, text: &str) -> Option<i64> {
        let rest = text.strip_prefix(&self.prefix)?;
        let digits = match self.reset {
            SequenceReset::Never => rest,
            SequenceReset::Yearly => rest.strip_prefix(&fiscal_year.to_string())?.strip_prefix('-')?,
        };
        if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
    }

    /// Checks the fields that people type.
    ///
    /// # Errors
    /// `prefix` or `padding`.
    pub fn check(&self) -> Result<(), Refusal> {
        text::check(&self.prefix, "prefix", 10)?;
        if !(1..=12).contains(&self.padding) {
            return Err(Refusal::field("padding", Constraint::Range, "padding is 1 to 12"));
        }
        Ok(())
    }
}
