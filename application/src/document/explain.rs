//! The account of every cent of a document's tax.

use super::reading;
use crate::app::App;
use crate::call::Call;
use crate::error::Result;
use partita_domain::document::{Document, DocumentLineDraft, PricedDocument, Terms};
use partita_domain::tax::RoundingStep;

/// Where tax was rounded in a document, and by how much. The rate of a code with documents does not change, so this
/// says the same at any time.
///
/// # Errors
/// `forbidden`.
pub fn explain(app: &App, call: &Call, document: &Document) -> Result<Vec<RoundingStep>> {
    call.need(reading(document.kind))?;
    let table = app.store.read(call.company, |tx| Ok(tx.tax_codes().table()?))?;
    let lines: Vec<DocumentLineDraft> = document
        .lines
        .iter()
        .map(|line| DocumentLineDraft {
            item_id: line.item_id,
            description: line.description.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price,
            discount: line.discount,
            account_id: line.account_id,
            tax_code_id: line.tax_code_id,
            dimensions: line.dimensions,
        })
        .collect();
    let terms = Terms {
        kind: document.kind,
        date: document.date,
        currency: document.currency_code,
        tax_mode: document.tax_mode,
        tax_rounding: document.tax_rounding,
    };
    Ok(PricedDocument::price(&lines, &terms, &table)?.trace)
}
