//! Taxes on the wire.

use crate::scalar::Day;
use partita_application::tax_entry::{TaxReport, ToldTaxEntry};
use partita_domain::money::Currency;
use partita_domain::tax::Trade;
use partita_domain::tax_code::TaxCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// One box of the return.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnBoxBody {
    /// As the return calls it.
    #[serde(rename = "box")]
    #[schema(example = "1")]
    pub name: String,
    /// What belongs there, minor units.
    #[schema(example = 70000)]
    pub amount: i64,
    /// Whether it follows from other boxes rather than from tax codes.
    #[schema(example = false)]
    pub is_derived: bool,
}

/// What the documents of a period come to for one tax code, on one side of the trade.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxSumBody {
    /// The code.
    pub tax_code_id: Uuid,
    /// Its short name.
    #[schema(example = "T1")]
    pub code: String,
    /// Its name.
    #[schema(example = "Standard rate 20 %")]
    pub name: String,
    /// Its rate in basis points, rounded to whole ones.
    #[schema(example = 2000)]
    pub rate: i64,
    /// Its rate in basis points, exactly.
    #[schema(example = "2000")]
    pub rate_decimal: String,
    /// Where its amounts go in the return.
    #[schema(example = "base=6,tax=1,input_base=7,input_tax=4")]
    pub report_box: Option<String>,
    /// `sales` or `purchases`.
    #[schema(value_type = String, example = "sales")]
    pub side: &'static str,
    /// `charged`, `withheld` or `self_assessed`.
    #[schema(value_type = String, example = "charged")]
    pub kind: &'static str,
    /// What the tax was computed from, minor units; credits count below zero.
    #[schema(example = 250000)]
    pub base: i64,
    /// The tax, minor units.
    #[schema(example = 50000)]
    pub tax: i64,
    /// The part of it that comes back, minor units; 0 in sales.
    #[schema(example = 0)]
    pub recoverable: i64,
}

/// The taxes of a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxReportBody {
    /// From this date on.
    pub from: Day,
    /// Up to and including this date.
    pub to: Day,
    /// The base currency, which all amounts are in.
    #[schema(value_type = String, example = "GBP")]
    pub currency_code: Currency,
    /// By box: numbers first, in their order.
    pub boxes: Vec<ReturnBoxBody>,
    /// By tax code, side and kind.
    pub codes: Vec<TaxSumBody>,
    /// Σ of the tax that is owed, minor units.
    #[schema(example = 70000)]
    pub tax_owed: i64,
    /// Σ of the tax that comes back, minor units.
    #[schema(example = 40000)]
    pub tax_claimed: i64,
    /// Owed less claimed: what is to be paid, or below zero what comes back.
    #[schema(example = 30000)]
    pub tax_payable: i64,
}

/// The side of the trade as the API calls it.
pub(super) fn side(trade: Trade) -> &'static str {
    match trade {
        Trade::Sale => "sales",
        Trade::Purchase => "purchases",
    }
}

/// The exact rate.
pub(super) fn rate_of(code: &TaxCode) -> String {
    code.rate.basis_points_decimal()
}

impl TaxReportBody {
    pub(super) fn of(report: &TaxReport) -> Self {
        let boxes = report.summary.boxes.iter().map(|each| ReturnBoxBody {
            name: each.name.clone(),
            amount: each.amount,
            is_derived: each.is_derived,
        });
        let codes = report.codes.iter().map(|(code, sum)| TaxSumBody {
            tax_code_id: code.id.0,
            code: code.code.clone(),
            name: code.name.clone(),
            rate: code.rate.basis_points(),
            rate_decimal: rate_of(code),
            report_box: code.report_box.clone(),
            side: side(sum.trade),
            kind: sum.kind.name(),
            base: sum.amounts.base,
            tax: sum.amounts.tax,
            recoverable: sum.amounts.recoverable,
        });
        Self {
            from: Day(report.from),
            to: Day(report.to),
            currency_code: report.base_currency,
            boxes: boxes.collect(),
            codes: codes.collect(),
            tax_owed: report.summary.owed,
            tax_claimed: report.summary.claimed,
            tax_payable: report.summary.owed.saturating_sub(report.summary.claimed),
        }
    }
}

/// The document of a tax entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxedDocumentBody {
    /// `invoice`, `credit_note`, `bill` or `vendor_credit`.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "invoice")]
    pub document_type: &'static str,
    /// Its id.
    pub id: Uuid,
    /// Its number.
    #[schema(example = "INV-2026-000001")]
    pub number: Option<String>,
    /// Its date.
    pub date: Day,
    /// The customer or vendor.
    pub contact_id: Uuid,
    /// Its name.
    #[schema(example = "Harbour Books Ltd")]
    pub contact_name: String,
}

/// What a posting means to one tax code, in base currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxEntryBody {
    /// The journal entry.
    pub entry_id: Uuid,
    /// From 1 within the journal entry.
    #[schema(example = 1)]
    pub line_number: i32,
    /// The accounting date.
    pub date: Day,
    /// `posting`, `void`, `discount`, or `payment` for what is due on payment.
    #[schema(value_type = String, example = "posting")]
    pub origin: &'static str,
    /// The document whose tax it is.
    pub document: TaxedDocumentBody,
    /// The code.
    pub tax_code_id: Uuid,
    /// Its short name.
    #[schema(example = "T1")]
    pub code: String,
    /// `sales` or `purchases`.
    #[schema(value_type = String, example = "sales")]
    pub side: &'static str,
    /// `charged`, `withheld` or `self_assessed`.
    #[schema(value_type = String, example = "charged")]
    pub kind: &'static str,
    /// What the tax was computed from, minor units; below zero where it takes from it.
    #[schema(example = 250000)]
    pub base: i64,
    /// The tax, minor units.
    #[schema(example = 50000)]
    pub tax: i64,
    /// The part of it that comes back, minor units.
    #[schema(example = 0)]
    pub recoverable: i64,
    /// What it adds to the box that was asked for, minor units; with `box` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 50000)]
    pub box_amount: Option<i64>,
}

impl From<&ToldTaxEntry> for TaxEntryBody {
    fn from(told: &ToldTaxEntry) -> Self {
        let (entry, document) = (&told.entry, &told.document);
        Self {
            entry_id: entry.entry_id.0,
            line_number: entry.line_number,
            date: Day(entry.date),
            origin: entry.origin.name(),
            document: TaxedDocumentBody {
                document_type: document.kind.name(),
                id: document.id.0,
                number: document.number.clone(),
                date: Day(document.date),
                contact_id: document.contact_id.0,
                contact_name: told.contact_name.clone(),
            },
            tax_code_id: entry.tax_code_id.0,
            code: told.code.clone(),
            side: side(entry.trade),
            kind: entry.kind.name(),
            base: entry.amounts.base,
            tax: entry.amounts.tax,
            recoverable: entry.amounts.recoverable,
            box_amount: told.in_box,
        }
    }
}
