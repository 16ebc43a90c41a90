//! Lines, taxes and batches of documents on the wire.

use crate::journal_entry::EntryBody;
use crate::problem::Problem;
use crate::scalar::{Decimal, Moment, Whole, present};
use partita_application::document::{DocumentBatch, DocumentOutcome, Issued};
use partita_domain::document::{Discount, Document, DocumentLine, LineRequest};
use partita_domain::id::{AccountId, ClassId, ItemId, LocationId, ProjectId, TaxCodeId};
use partita_domain::journal_entry::{AccountRef, Dimensions, JournalEntry};
use partita_domain::quantity::Quantity;
use partita_domain::tax::{LineTax, RoundingStep, TaxKind, TaxSummary};
use partita_domain::unit_price::UnitPrice;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What the amounts of a document's lines mean.
#[derive(ToSchema)]
#[schema(as = TaxMode, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum TaxModeSchema {
    Exclusive,
    Inclusive,
    None,
}

/// Where tax is rounded, and how: on every line, once for each code of the document, or so and down.
#[derive(ToSchema)]
#[schema(as = TaxRounding, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum TaxRoundingSchema {
    Line,
    Document,
    DocumentDown,
}

/// What a tax does to what is due.
#[derive(ToSchema)]
#[schema(as = TaxKind, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum TaxKindSchema {
    Charged,
    Withheld,
    SelfAssessed,
}

/// A line, as a caller gives it. What is left out follows from the item, then from the contact, then from the settings.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentLineWriteBody {
    /// The item.
    pub item_id: Option<Uuid>,
    /// What it is for; by default what the item says.
    #[schema(max_length = 500, example = "Consulting")]
    pub description: Option<String>,
    /// How many, up to 6 decimal places; 1 by default.
    pub quantity: Option<Decimal>,
    /// The price of one, minor units of the document's currency.
    #[schema(value_type = Option<i64>, minimum = -999_999_999_999_999_i64, maximum = 999_999_999_999_999_i64, example = 10000)]
    pub unit_price: Option<Whole>,
    /// The price of one in minor units with up to 12 decimal places, instead of `unit_price`.
    #[schema(max_length = 30, example = "0.0125")]
    pub unit_price_decimal: Option<String>,
    /// What is taken off, in basis points.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 10_000)]
    pub discount_percent: Option<Whole>,
    /// What is taken off, in minor units, instead of `discount_percent`.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 999_999_999_999_999_i64)]
    pub discount_amount: Option<Whole>,
    /// The account of income or expense; or give `account_number`.
    pub account_id: Option<Uuid>,
    /// The account's number; or give `account_id`.
    #[schema(max_length = 20, example = "4000")]
    pub account_number: Option<String>,
    /// A tax code or tax group.
    pub tax_code_id: Option<Uuid>,
    /// A class.
    pub class_id: Option<Uuid>,
    /// A location.
    pub location_id: Option<Uuid>,
    /// A project.
    pub project_id: Option<Uuid>,
}

impl DocumentLineWriteBody {
    pub(super) fn into_request(self, i: usize) -> Result<LineRequest, Problem> {
        let at = |field: &str| format!("lines[{i}].{field}");
        let both = |field: &str, other: &str| {
            Problem::field(at(field), "one_of", format!("give {other} or {field}, not both"))
        };
        let quantity = match self.quantity {
            Some(quantity) => Quantity::parse(&quantity.0, &at("quantity"))?,
            None => Quantity::ONE,
        };
        let unit_price = match (self.unit_price, self.unit_price_decimal) {
            (Some(_), Some(_)) => return Err(both("unit_price_decimal", "unit_price")),
            (Some(minor), None) => Some(UnitPrice::from_minor(minor.0, &at("unit_price"))?),
            (None, Some(text)) => Some(UnitPrice::parse(&text, &at("unit_price_decimal"))?),
            (None, None) => None,
        };
        let discount = match (self.discount_percent, self.discount_amount) {
            (Some(_), Some(_)) => return Err(both("discount_amount", "discount_percent")),
            (Some(points), None) => Some(Discount::Percent(points.0)),
            (None, Some(minor)) => Some(Discount::Amount(minor.0)),
            (None, None) => None,
        };
        let account = match (self.account_id, self.account_number) {
            (Some(_), Some(_)) => return Err(both("account_number", "account_id")),
            (Some(id), None) => Some(AccountRef::Id(AccountId(id))),
            (None, Some(number)) => Some(AccountRef::Number(number)),
            (None, None) => None,
        };
        let dimensions = [
            ("class_id", self.class_id.is_some()),
            ("location_id", self.location_id.is_some()),
            ("project_id", self.project_id.is_some()),
        ];
        if let Some((field, _)) = dimensions.into_iter().find(|(_, given)| *given) {
            return Err(Problem::field(at(field), "exists", "there is no such resource"));
        }
        Ok(LineRequest {
            item_id: self.item_id.map(ItemId),
            description: self.description,
            quantity,
            unit_price,
            discount,
            account,
            tax_code_id: self.tax_code_id.map(TaxCodeId),
            dimensions: Dimensions {
                class_id: self.class_id.map(ClassId),
                location_id: self.location_id.map(LocationId),
                project_id: self.project_id.map(ProjectId),
                ..Dimensions::default()
            },
        })
    }
}

impl From<&LineRequest> for DocumentLineWriteBody {
    fn from(line: &LineRequest) -> Self {
        let (account_id, account_number) = match &line.account {
            Some(AccountRef::Id(id)) => (Some(id.0), None),
            Some(AccountRef::Number(number)) => (None, Some(number.clone())),
            None => (None, None),
        };
        let whole = line.unit_price.and_then(|price| price.minor());
        Self {
            item_id: line.item_id.map(|id| id.0),
            description: line.description.clone(),
            quantity: Some(Decimal(line.quantity.to_string())),
            unit_price: whole.map(Whole),
            // Given back as it can be sent again: in one of both forms.
            unit_price_decimal: line.unit_price.filter(|_| whole.is_none()).map(|price| price.to_string()),
            discount_percent: match line.discount {
                Some(Discount::Percent(points)) => Some(Whole(points)),
                _ => None,
            },
            discount_amount: match line.discount {
                Some(Discount::Amount(minor)) => Some(Whole(minor)),
                _ => None,
            },
            account_id,
            account_number,
            tax_code_id: line.tax_code_id.map(|id| id.0),
            class_id: line.dimensions.class_id.map(|id| id.0),
            location_id: line.dimensions.location_id.map(|id| id.0),
            project_id: line.dimensions.project_id.map(|id| id.0),
        }
    }
}

/// Reads the lines of a request.
pub(crate) fn requests(lines: Vec<DocumentLineWriteBody>) -> Result<Vec<LineRequest>, Problem> {
    lines.into_iter().enumerate().map(|(i, line)| line.into_request(i)).collect()
}

/// A line.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentLineBody {
    /// From 1.
    pub line_number: i32,
    /// The item.
    pub item_id: Option<Uuid>,
    /// What it is for.
    pub description: Option<String>,
    /// How many.
    #[schema(example = "1.5")]
    pub quantity: String,
    /// The price of one, minor units; absent where it has a fraction of one.
    pub unit_price: Option<i64>,
    /// The price of one, minor units with its fraction.
    #[schema(example = "10000")]
    pub unit_price_decimal: String,
    /// What is taken off, in basis points, where it was given so.
    pub discount_percent: Option<i64>,
    /// What is taken off, minor units.
    pub discount_amount: i64,
    /// The account of income or expense.
    pub account_id: Option<Uuid>,
    /// The tax code or tax group.
    pub tax_code_id: Option<Uuid>,
    /// A class.
    pub class_id: Option<Uuid>,
    /// A location.
    pub location_id: Option<Uuid>,
    /// A project.
    pub project_id: Option<Uuid>,
    /// After discount and without tax, minor units.
    pub amount: i64,
    /// What its taxes add to what is due, minor units.
    pub tax_amount: i64,
    /// Each tax.
    pub taxes: Vec<LineTaxBody>,
}

/// One tax of one line, minor units.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineTaxBody {
    /// The code.
    pub tax_code_id: Uuid,
    /// What it does to what is due.
    #[schema(value_type = TaxKindSchema)]
    pub kind: TaxKind,
    /// What it is computed from.
    pub base: i64,
    /// The tax.
    pub amount: i64,
    /// The part that a buyer gets back.
    pub recoverable: i64,
}

impl From<&LineTax> for LineTaxBody {
    fn from(tax: &LineTax) -> Self {
        Self {
            tax_code_id: tax.tax_code_id.0,
            kind: tax.kind,
            base: tax.base,
            amount: tax.amount,
            recoverable: tax.recoverable,
        }
    }
}

impl From<&DocumentLine> for DocumentLineBody {
    fn from(line: &DocumentLine) -> Self {
        let about = &line.dimensions;
        Self {
            line_number: line.line_number,
            item_id: line.item_id.map(|id| id.0),
            description: line.description.clone(),
            quantity: line.quantity.to_string(),
            unit_price: line.unit_price.minor(),
            unit_price_decimal: line.unit_price.to_string(),
            discount_percent: match line.discount {
                Some(Discount::Percent(points)) => Some(points),
                _ => None,
            },
            discount_amount: line.discount_amount,
            account_id: line.account_id.map(|id| id.0),
            tax_code_id: line.tax_code_id.map(|id| id.0),
            class_id: about.class_id.map(|id| id.0),
            location_id: about.location_id.map(|id| id.0),
            project_id: about.project_id.map(|id| id.0),
            amount: line.amount,
            tax_amount: line.tax_amount,
            taxes: line.taxes.iter().map(LineTaxBody::from).collect(),
        }
    }
}

/// One tax code over the whole document, minor units.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxSummaryBody {
    /// The code.
    pub tax_code_id: Uuid,
    /// Its short name.
    #[schema(example = "VAT20")]
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it does to what is due.
    #[schema(value_type = TaxKindSchema)]
    pub kind: TaxKind,
    /// Its rate in basis points.
    #[schema(example = 2000)]
    pub rate: i64,
    /// Whether it says only that no tax is due.
    pub is_exempt: bool,
    /// What it is computed from.
    pub base: i64,
    /// The tax.
    pub amount: i64,
    /// The part that a buyer gets back.
    pub recoverable: i64,
    /// The box of the tax return.
    pub report_box: Option<String>,
}

impl From<&TaxSummary> for TaxSummaryBody {
    fn from(tax: &TaxSummary) -> Self {
        Self {
            tax_code_id: tax.tax_code_id.0,
            code: tax.code.clone(),
            name: tax.name.clone(),
            kind: tax.kind,
            rate: tax.rate.basis_points(),
            is_exempt: tax.is_exempt,
            base: tax.base,
            amount: tax.amount,
            recoverable: tax.recoverable,
            report_box: tax.report_box.clone(),
        }
    }
}

/// Where a cent went: `amount` = `exact` rounded by `rule` + `residue`.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundingStepBody {
    /// `net`, `tax` or `recoverable`.
    #[schema(example = "tax")]
    pub rounded: &'static str,
    /// The line, from 1; absent for the document as a whole.
    pub line_number: Option<usize>,
    /// The code, where it is about one.
    pub tax_code_id: Option<Uuid>,
    /// Before, minor units.
    #[schema(example = "690.476190")]
    pub exact: String,
    /// How it was rounded: `half_away_from_zero`, `down` or `up`.
    #[schema(example = "half_away_from_zero")]
    pub rule: &'static str,
    /// After, minor units.
    pub amount: i64,
    /// What the sharing out of the document's amount added to this part, minor units.
    pub residue: i64,
}

impl From<&RoundingStep> for RoundingStepBody {
    fn from(step: &RoundingStep) -> Self {
        Self {
            rounded: step.rounded.name(),
            line_number: step.line.map(|line| line.saturating_add(1)),
            tax_code_id: step.tax_code_id.map(|id| id.0),
            exact: step.exact.to_string(),
            rule: step.rule.name(),
            amount: step.amount,
            residue: step.residue,
        }
    }
}

/// Something that a caller should know; nothing of it stops the document.
#[derive(Debug, Serialize, ToSchema)]
pub struct WarningBody {
    /// The stable code.
    #[schema(example = "credit_limit_exceeded")]
    pub code: String,
    /// For people.
    pub message: String,
}

/// What is told of a document besides itself.
#[derive(Debug, Default)]
pub(super) struct Besides {
    pub(super) entry: Option<JournalEntry>,
    pub(super) warnings: Vec<WarningBody>,
    pub(super) rounding: Option<Vec<RoundingStepBody>>,
}

impl Besides {
    /// Tells the document from what is told besides.
    pub(super) fn of(issued: Issued, trace: Option<&[RoundingStep]>) -> (Document, Self) {
        let warnings = issued
            .warnings
            .into_iter()
            .map(|warning| WarningBody { code: warning.code, message: warning.message })
            .collect();
        let rounding = trace.map(|steps| steps.iter().map(RoundingStepBody::from).collect());
        (issued.document, Self { entry: issued.entry, warnings, rounding })
    }
}

/// The entry of a dry run.
pub(super) fn entry_body(entry: Option<&JournalEntry>) -> Option<EntryBody<'_>> {
    entry.map(EntryBody::from)
}

/// Taking a document back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoidBody {
    /// Why.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// The accounting date of the reversal; today by default.
    pub date: Option<crate::scalar::Day>,
    /// Lets the reversal into a soft-locked period, with the permission `periods:override`.
    pub override_closed_period: Option<crate::journal_entry::OverrideBody>,
    /// The version that the caller has seen; or send `If-Match`.
    pub version: Option<Whole>,
}

/// Posting a draft, or deciding an estimate.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostDraftBody {
    /// Lets the entry into a soft-locked period, with the permission `periods:override`.
    pub override_closed_period: Option<crate::journal_entry::OverrideBody>,
    /// The version that the caller has seen; or send `If-Match`.
    pub version: Option<Whole>,
}

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentBatchBody {
    /// How many were made.
    pub created_count: i64,
    /// How many were refused.
    pub refused_count: i64,
    /// One for each document, in the order given.
    pub results: Vec<DocumentResultBody>,
}

/// What became of one document of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentResultBody {
    /// Its place in the batch, from 0.
    pub index: usize,
    /// `created` or `refused`.
    #[schema(example = "created")]
    pub status: &'static str,
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// The integrator's own id for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Its number, when posted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// What is due, minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<crate::journal_entry::BatchErrorBody>>,
}

impl From<DocumentBatch> for DocumentBatchBody {
    fn from(batch: DocumentBatch) -> Self {
        let results = batch.outcomes.into_iter().enumerate().map(|(index, outcome)| match outcome {
            DocumentOutcome::Created { id, external_id, number, total } => DocumentResultBody {
                index,
                status: "created",
                id: Some(id.0),
                external_id,
                number,
                total: Some(total),
                errors: None,
            },
            DocumentOutcome::Refused { problems } => DocumentResultBody {
                index,
                status: "refused",
                id: None,
                external_id: None,
                number: None,
                total: None,
                errors: Some(problems.into_iter().map(Into::into).collect()),
            },
        });
        Self {
            created_count: batch.created_count,
            refused_count: batch.refused_count,
            results: results.collect(),
        }
    }
}

/// When it was made and last changed, and how often.
pub(super) fn stamps(document: &Document) -> (Moment, Moment, i64) {
    (Moment(document.created_at), Moment(document.updated_at), document.version)
}

/// A text that a `PATCH` leaves, clears or replaces.
pub(super) fn text<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<String>>, D::Error> {
    present(deserializer)
}

#[cfg(test)]
mod tests {
    use partita_domain::tax::{TaxMode, TaxRounding};

    #[test]
    fn the_document_names_what_the_domain_knows() {
        let modes: Vec<&str> = TaxMode::ALL.iter().map(|mode| mode.name()).collect();
        assert_eq!(modes, ["exclusive", "inclusive", "none"]);
        let roundings: Vec<&str> = TaxRounding::ALL.iter().map(|rounding| rounding.name()).collect();
        assert_eq!(roundings, ["line", "document", "document_down"]);
    }
}
