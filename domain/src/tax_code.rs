//! Tax codes: what is added to a line, at which rate, and which accounts take it.

mod draft;

pub use draft::TaxCodeDraft;

use crate::account::{AccountType, check_external_id};
use crate::id::{AccountId, TaxCodeId};
use crate::metadata::Metadata;
use crate::refusal::{Constraint, Refusal};
use crate::report_box::ReportBoxes;
use crate::tax_rate::TaxRate;
use crate::{fiscal_calendar, text};
use serde::{Deserialize, Serialize};
use time::{Date, PrimitiveDateTime};

/// All of something, in basis points.
pub const WHOLE_BASIS_POINTS: i64 = 10_000;

/// What kind of tax it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxType {
    /// Sales tax: charged once, to the last buyer.
    Sales,
    /// Use tax: owed by a buyer who was charged no sales tax.
    Use,
    /// Value added tax.
    Vat,
    /// Goods and services tax.
    Gst,
    /// Harmonised sales tax.
    Hst,
    /// Provincial sales tax.
    Pst,
    /// Kept back by the payer and paid to the state for the payee.
    Withholding,
}

impl TaxType {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Sales, Self::Use, Self::Vat, Self::Gst, Self::Hst, Self::Pst, Self::Withholding];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sales => "sales",
            Self::Use => "use",
            Self::Vat => "vat",
            Self::Gst => "gst",
            Self::Hst => "hst",
            Self::Pst => "pst",
            Self::Withholding => "withholding",
        }
    }

    /// The type of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The part that a buyer gets back unless the code says otherwise, in basis points: all of a tax on value added,
    /// nothing of a tax on sales or use.
    #[must_use]
    pub fn usual_recoverable(self) -> i64 {
        match self {
            Self::Vat | Self::Gst | Self::Hst => WHOLE_BASIS_POINTS,
            Self::Sales | Self::Use | Self::Pst | Self::Withholding => 0,
        }
    }
}

/// A tax code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxCode {
    /// Its id.
    pub id: TaxCodeId,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its short name, unique in the company: `VAT20`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its rate.
    pub rate: TaxRate,
    /// What kind of tax it is.
    pub tax_type: TaxType,
    /// Whose tax it is, such as `US-CA`.
    pub jurisdiction: Option<String>,
    /// Whether the taxes before it on the same line belong to its base.
    pub is_compound: bool,
    /// Whether it says only that no tax is due.
    pub is_exempt: bool,
    /// Takes output tax of sales, recoverable input tax of purchases, or what is withheld.
    pub account_id: Option<AccountId>,
    /// Takes the tax of purchases instead, where sales and purchases have accounts of their own.
    #[serde(default)]
    pub input_account_id: Option<AccountId>,
    /// Takes the tax that a buyer owes in the seller's place (reverse charge); such a tax is not charged to anybody.
    pub self_assess_account_id: Option<AccountId>,
    /// Takes the tax until the document is paid, of a tax that is due on payment (cash accounting); a tax without it is due
    /// when the document is posted.
    #[serde(default)]
    pub pending_account_id: Option<AccountId>,
    /// The part of input tax that comes back, in basis points; the rest belongs to what was bought.
    pub recoverable: i64,
    /// Where its amounts go in a tax return, see [`report_box`](crate::report_box).
    pub report_box: Option<String>,
    /// The first date on which it applies.
    pub effective_from: Option<Date>,
    /// The last date on which it applies.
    pub effective_to: Option<Date>,
    /// Whether it came with Partita.
    pub is_system: bool,
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

/// Checks a short name of 1 to 20 letters, digits, `.`, `-`, `_`, `/`, `%` and blanks within.
pub(crate) fn check_code(code: &str, field: &str) -> Result<(), Refusal> {
    text::check_filled(code, field, 20)?;
    if code.trim() == code && code.chars().all(|c| c.is_alphanumeric() || ".-_/% ".contains(c)) {
        return Ok(());
    }
    Err(Refusal::field(
        field,
        Constraint::Format,
        "letters, digits, `.`, `-`, `_`, `/`, `%` and blanks within are allowed",
    ))
}

impl TaxCode {
    /// Checks the fields that people type, and that they fit each other.
    ///
    /// # Errors
    /// Every field that breaks its limits.
    pub fn check(&self) -> Result<(), Vec<Refusal>> {
        let date = |date: Option<Date>, field| date.map_or(Ok(()), |d| fiscal_calendar::check_date(d, field));
        let refusals: Vec<Refusal> = [
            check_external_id(self.external_id.as_deref()),
            check_code(&self.code, "code"),
            text::check_filled(&self.name, "name", 255),
            text::check_optional(self.jurisdiction.as_deref(), "jurisdiction", 100),
            self.check_report_box(),
            date(self.effective_from, "effective_from"),
            date(self.effective_to, "effective_to"),
            self.check_accounts(),
            self.check_recoverable(),
            self.check_dates(),
            self.metadata.check(),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }

    fn check_accounts(&self) -> Result<(), Refusal> {
        if self.is_exempt && self.rate != TaxRate::ZERO {
            return Err(Refusal::field(
                "rate",
                Constraint::Range,
                format!("an exempt code has the rate 0, not {}", self.rate.basis_points_decimal()),
            ));
        }
        if self.account_id.is_none() && self.input_account_id.is_some() {
            return Err(Refusal::field(
                "account_id",
                Constraint::Required,
                "a code with an account for purchases needs one for sales, too",
            ));
        }
        if self.rate != TaxRate::ZERO && self.account_id.is_none() {
            return Err(Refusal::field(
                "account_id",
                Constraint::Required,
                "a code with a rate needs the account that takes the tax",
            ));
        }
        if self.tax_type == TaxType::Withholding && self.self_assess_account_id.is_some() {
            return Err(Refusal::field(
                "self_assess_account_id",
                Constraint::OneOf,
                "what is withheld by the payer cannot be owed by the buyer as well",
            ));
        }
        let is_charged = self.tax_type != TaxType::Withholding && self.self_assess_account_id.is_none();
        if self.pending_account_id.is_some() && (!is_charged || self.account_id.is_none()) {
            return Err(Refusal::field(
                "pending_account_id",
                Constraint::OneOf,
                "only a tax that the seller charges, with an account that takes it, can be due on payment",
            ));
        }
        Ok(())
    }

    fn check_report_box(&self) -> Result<(), Refusal> {
        text::check_optional(self.report_box.as_deref(), "report_box", 50)?;
        self.report_box.as_deref().map_or(Ok(()), |text| ReportBoxes::parse(text, "report_box").map(drop))
    }

    /// Where its amounts go in a tax return; nowhere for a code that does not say.
    #[must_use]
    pub fn boxes(&self) -> ReportBoxes {
        let read = self.report_box.as_deref().map(|text| ReportBoxes::parse(text, "report_box"));
        read.and_then(Result::ok).unwrap_or_default()
    }

    fn check_recoverable(&self) -> Result<(), Refusal> {
        if (0..=WHOLE_BASIS_POINTS).contains(&self.recoverable) {
            return Ok(());
        }
        Err(Refusal::field(
            "recoverable",
            Constraint::Range,
            format!(
                "the recoverable part is 0 to {WHOLE_BASIS_POINTS} basis points, not {}",
                self.recoverable
            ),
        ))
    }

    fn check_dates(&self) -> Result<(), Refusal> {
        match (self.effective_from, self.effective_to) {
            (Some(from), Some(to)) if from > to => Err(Refusal::field(
                "effective_to",
                Constraint::DateOrder,
                format!("effective_to {to} is before effective_from {from}"),
            )),
            _ => Ok(()),
        }
    }

    /// Checks that this change of `before` keeps what the posted documents say of themselves: with history the rate and
    /// the way of its computation stay, since a new rate is a new code with a later `effective_from`.
    ///
    /// # Errors
    /// `has_history` naming the field.
    pub fn check_change(&self, before: &Self, has_history: bool) -> Result<(), Refusal> {
        let changed = [
            ("rate", self.rate != before.rate),
            ("tax_type", self.tax_type != before.tax_type),
            ("is_compound", self.is_compound != before.is_compound),
            ("is_exempt", self.is_exempt != before.is_exempt),
        ];
        match changed.into_iter().find(|(_, changed)| has_history && *changed) {
            Some((field, _)) => Err(Refusal::HasHistory {
                field,
                message: format!("the {field} of a tax code with documents cannot change; make a new code"),
            }),
            None => Ok(()),
        }
    }

    /// The accounts it names, each with its field.
    #[must_use]
    pub fn accounts(&self) -> [(&'static str, Option<AccountId>); 4] {
        [
            ("account_id", self.account_id),
            ("input_account_id", self.input_account_id),
            ("self_assess_account_id", self.self_assess_account_id),
            ("pending_account_id", self.pending_account_id),
        ]
    }

    /// Whether an account of this type can take tax: it is owed to the state or comes back from it.
    #[must_use]
    pub fn fits(account_type: AccountType) -> bool {
        use AccountType as Type;
        matches!(account_type, Type::TaxPayable | Type::OtherCurrentLiability | Type::OtherCurrentAsset)
    }

    /// Whether it applies on a date.
    #[must_use]
    pub fn is_effective(&self, date: Date) -> bool {
        self.effective_from.is_none_or(|from| from <= date) && self.effective_to.is_none_or(|to| date <= to)
    }
}

#[cfg(test)]
pub(crate) mod tests;
