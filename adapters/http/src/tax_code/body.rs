//! Tax codes on the wire.

use crate::problem::Problem;
use crate::scalar::{Day, Moment, Whole, unique_keys};
use partita_domain::id::AccountId;
use partita_domain::metadata::Metadata;
use partita_domain::tax_code::{TaxCode, TaxCodeDraft, TaxType};
use partita_domain::tax_rate::TaxRate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// A kind of tax.
#[derive(ToSchema)]
#[schema(as = TaxType, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum TaxTypeSchema {
    Sales,
    Use,
    Vat,
    Gst,
    Hst,
    Pst,
    Withholding,
}

/// A tax code, as a caller gives it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TaxCodeWriteBody {
    /// The integrator's own id for it, unique among tax codes.
    #[schema(min_length = 1, max_length = 255)]
    pub external_id: Option<String>,
    /// Its short name, unique in the company: letters, digits, `.`, `-`, `_`, `/`, `%` and blanks within.
    #[schema(min_length = 1, max_length = 20, example = "VAT20")]
    pub code: String,
    /// Its name.
    #[schema(min_length = 1, max_length = 255, example = "Standard rate 20 %")]
    pub name: String,
    /// Its rate in basis points: `2000` is 20 %. This or `rate_decimal`.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 10_000, example = 2000)]
    pub rate: Option<Whole>,
    /// Its rate in basis points with up to 2 decimal places: `997.5` is 9.975 %.
    #[schema(example = "2000")]
    pub rate_decimal: Option<String>,
    /// What kind of tax it is.
    #[schema(value_type = TaxTypeSchema, example = "vat")]
    pub tax_type: TaxType,
    /// Whose tax it is.
    #[schema(max_length = 100, example = "GB")]
    pub jurisdiction: Option<String>,
    /// Whether the taxes before it on the same line belong to its base; false by default.
    pub is_compound: Option<bool>,
    /// Whether it says only that no tax is due; false by default.
    pub is_exempt: Option<bool>,
    /// Takes output tax of sales, recoverable input tax of purchases, or what is withheld: of type `tax_payable`,
    /// `other_current_liability` or `other_current_asset`.
    pub account_id: Option<Uuid>,
    /// Takes the tax of purchases instead, where sales and purchases have accounts of their own.
    pub input_account_id: Option<Uuid>,
    /// Takes the tax that a buyer owes in the seller's place (reverse charge, use tax).
    pub self_assess_account_id: Option<Uuid>,
    /// Makes it due on payment (cash accounting): takes the tax of a document until the document is paid, when as much of it
    /// moves on to `account_id` or `input_account_id`.
    pub pending_account_id: Option<Uuid>,
    /// The part of input tax that comes back, in basis points; by default all of value added, goods and services and
    /// harmonised sales taxes, and nothing of others.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 10_000)]
    pub recoverable: Option<Whole>,
    /// Where its amounts go in a tax return: `base`, `tax`, `input_base`, `input_tax` and `relief`, each with a box or several.
    #[schema(max_length = 50, example = "base=6,tax=1,input_base=7,input_tax=4")]
    pub report_box: Option<String>,
    /// The first date on which it applies.
    #[schema(value_type = Option<Day>)]
    pub effective_from: Option<Day>,
    /// The last date on which it applies.
    #[schema(value_type = Option<Day>)]
    pub effective_to: Option<Day>,
    /// Whether documents may name it; true by default.
    pub is_active: Option<bool>,
    /// Free pairs: up to 20, keys of up to 64, values of up to 256 characters, 4 KB in all.
    #[serde(default, deserialize_with = "unique_keys")]
    pub metadata: Option<BTreeMap<String, String>>,
    /// The version that the caller has seen; or send `If-Match`.
    pub version: Option<Whole>,
}

impl TaxCodeWriteBody {
    /// The version that the caller has seen.
    pub(crate) fn version(&self) -> Option<i64> {
        self.version.map(|version| version.0)
    }

    /// The rate, said in one way or in both.
    fn rate(&self) -> Result<TaxRate, Problem> {
        match (self.rate, self.rate_decimal.as_deref()) {
            (None, None) => {
                Err(Problem::field("rate", "required", "give rate or rate_decimal, in basis points"))
            }
            (Some(rate), None) => Ok(TaxRate::from_basis_points(rate.0, "rate")?),
            (rounded, Some(decimal)) => {
                let rate = TaxRate::parse_basis_points(decimal, "rate_decimal")?;
                match rounded.filter(|rounded| rounded.0 != rate.basis_points()) {
                    None => Ok(rate),
                    Some(rounded) => {
                        let message = format!("rate says {}, rate_decimal says {decimal}", rounded.0);
                        Err(Problem::field("rate", "one_of", message))
                    }
                }
            }
        }
    }

    /// What it says, in domain terms.
    ///
    /// # Errors
    /// `rate` or `rate_decimal`.
    pub(crate) fn into_draft(self) -> Result<TaxCodeDraft, Problem> {
        let rate = self.rate()?;
        Ok(TaxCodeDraft {
            external_id: self.external_id,
            code: self.code,
            name: self.name,
            rate,
            tax_type: self.tax_type,
            jurisdiction: self.jurisdiction,
            is_compound: self.is_compound.unwrap_or(false),
            is_exempt: self.is_exempt.unwrap_or(false),
            account_id: self.account_id.map(AccountId),
            input_account_id: self.input_account_id.map(AccountId),
            self_assess_account_id: self.self_assess_account_id.map(AccountId),
            pending_account_id: self.pending_account_id.map(AccountId),
            recoverable: self.recoverable.map(|part| part.0),
            report_box: self.report_box,
            effective_from: self.effective_from.map(|day| day.0),
            effective_to: self.effective_to.map(|day| day.0),
            is_active: self.is_active.unwrap_or(true),
            metadata: Metadata(self.metadata.unwrap_or_default()),
        })
    }
}

/// A tax code.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TaxCodeBody {
    /// Its id.
    pub id: Uuid,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its short name.
    #[schema(example = "VAT20")]
    pub code: String,
    /// Its name.
    #[schema(example = "Standard rate 20 %")]
    pub name: String,
    /// Its rate in basis points, rounded to whole ones where `rate_decimal` is finer.
    #[schema(example = 2000)]
    pub rate: i64,
    /// Its rate in basis points, exactly.
    #[schema(example = "2000")]
    pub rate_decimal: String,
    /// What kind of tax it is.
    #[schema(value_type = TaxTypeSchema, example = "vat")]
    pub tax_type: TaxType,
    /// Whose tax it is.
    pub jurisdiction: Option<String>,
    /// Whether the taxes before it on the same line belong to its base.
    pub is_compound: bool,
    /// Whether it says only that no tax is due.
    pub is_exempt: bool,
    /// Takes output tax of sales, recoverable input tax of purchases, or what is withheld.
    pub account_id: Option<Uuid>,
    /// Takes the tax of purchases instead.
    pub input_account_id: Option<Uuid>,
    /// Takes the tax that a buyer owes in the seller's place.
    pub self_assess_account_id: Option<Uuid>,
    /// Takes the tax until the document is paid, where it is due on payment.
    pub pending_account_id: Option<Uuid>,
    /// The part of input tax that comes back, in basis points.
    pub recoverable: i64,
    /// Where its amounts go in a tax return.
    #[schema(example = "base=6,tax=1,input_base=7,input_tax=4")]
    pub report_box: Option<String>,
    /// The first date on which it applies.
    #[schema(value_type = Option<Day>)]
    pub effective_from: Option<Day>,
    /// The last date on which it applies.
    #[schema(value_type = Option<Day>)]
    pub effective_to: Option<Day>,
    /// Whether it came with Partita.
    pub is_system: bool,
    /// Whether documents may name it.
    pub is_active: bool,
    /// Free pairs.
    pub metadata: BTreeMap<String, String>,
    /// When it was made.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
    /// Counts its changes from 1.
    pub version: i64,
}

impl From<&TaxCode> for TaxCodeBody {
    fn from(code: &TaxCode) -> Self {
        Self {
            id: code.id.0,
            external_id: code.external_id.clone(),
            code: code.code.clone(),
            name: code.name.clone(),
            rate: code.rate.basis_points(),
            rate_decimal: code.rate.basis_points_decimal(),
            tax_type: code.tax_type,
            jurisdiction: code.jurisdiction.clone(),
            is_compound: code.is_compound,
            is_exempt: code.is_exempt,
            account_id: code.account_id.map(|id| id.0),
            input_account_id: code.input_account_id.map(|id| id.0),
            self_assess_account_id: code.self_assess_account_id.map(|id| id.0),
            pending_account_id: code.pending_account_id.map(|id| id.0),
            recoverable: code.recoverable,
            report_box: code.report_box.clone(),
            effective_from: code.effective_from.map(Day),
            effective_to: code.effective_to.map(Day),
            is_system: code.is_system,
            is_active: code.is_active,
            metadata: code.metadata.0.clone(),
            created_at: Moment(code.created_at),
            updated_at: Moment(code.updated_at),
            version: code.version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use utoipa::PartialSchema;

    #[test]
    fn types_of_the_document_are_those_of_the_domain() {
        assert_eq!(
            serde_json::to_value(TaxTypeSchema::schema()).unwrap()["enum"],
            json!(TaxType::ALL.map(TaxType::name))
        );
    }
}
