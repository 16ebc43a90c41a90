//! The lines, the totals and the taxes of a document on paper.

use crate::ports::{ColumnKind, PrintedRow, PrintedSummary, PrintedTable, PrintedTotal};
use crate::printed::{amount, columns, grouped, money};
use partita_domain::decimal;
use partita_domain::document::{Discount, Document, DocumentKind, DocumentLine, DocumentState};
use partita_domain::tax::{LineTax, TaxKind, TaxMode, TaxSummary};

/// The lines.
pub(super) fn lines(document: &Document) -> PrintedTable {
    PrintedTable {
        columns: columns(&[
            ("Description", ColumnKind::Prose),
            ("Quantity", ColumnKind::Number),
            ("Unit price", ColumnKind::Number),
            ("Discount", ColumnKind::Number),
            ("Tax", ColumnKind::Number),
            ("Amount", ColumnKind::Number),
        ]),
        rows: document.lines.iter().map(|line| row(document, line)).collect(),
    }
}

fn row(document: &Document, line: &DocumentLine) -> PrintedRow {
    let currency = document.currency_code;
    let discount = match line.discount {
        None | Some(Discount::Percent(0) | Discount::Amount(0)) => String::new(),
        Some(Discount::Percent(points)) => format!("{}%", decimal::print(i128::from(points), 2)),
        Some(Discount::Amount(minor)) => amount(minor, currency),
    };
    PrintedRow {
        cells: vec![
            line.description.clone().unwrap_or_default(),
            grouped(&line.quantity.to_string()),
            grouped(&line.unit_price.decimal(currency)),
            discount,
            rates(document, line),
            amount(shown(document, line), currency),
        ],
        ..PrintedRow::default()
    }
}

/// What a line comes to: where its price is gross, so is this.
fn shown(document: &Document, line: &DocumentLine) -> i128 {
    let is_added = |tax: &&LineTax| document.tax_mode == TaxMode::Inclusive && tax.kind == TaxKind::Charged;
    let taxes: i128 = line.taxes.iter().filter(is_added).map(|tax| i128::from(tax.amount)).sum();
    i128::from(line.amount) + taxes
}

/// The rates of a line's taxes; the code of one that is not charged, since its rate would mislead.
fn rates(document: &Document, line: &DocumentLine) -> String {
    let said = |tax: &TaxSummary| match tax.kind {
        TaxKind::Charged if !tax.is_exempt => rate(tax),
        TaxKind::Withheld => format!("−{}", rate(tax)),
        TaxKind::Charged | TaxKind::SelfAssessed => tax.code.clone(),
    };
    let of = |id| document.taxes.iter().find(|tax| tax.tax_code_id == id).map(said);
    let rates: Vec<String> = line.taxes.iter().filter_map(|tax| of(tax.tax_code_id)).collect();
    rates.join(" + ")
}

fn rate(tax: &TaxSummary) -> String {
    format!("{}%", tax.rate.percent())
}

/// The taxes by code, where there are any.
pub(super) fn taxes(document: &Document) -> Option<PrintedSummary> {
    let currency = document.currency_code;
    let row = |tax: &TaxSummary| {
        let (name, sum) = match tax.kind {
            TaxKind::Charged => (tax.name.clone(), i128::from(tax.amount)),
            TaxKind::Withheld => (format!("{} (withheld)", tax.name), -i128::from(tax.amount)),
            TaxKind::SelfAssessed => (format!("{} (not charged)", tax.name), 0),
        };
        let is_charged = !tax.is_exempt && tax.kind != TaxKind::SelfAssessed;
        let rate = if is_charged { rate(tax) } else { String::new() };
        let cells = vec![name, rate, amount(tax.base, currency), amount(sum, currency)];
        PrintedRow { cells, ..PrintedRow::default() }
    };
    (!document.taxes.is_empty()).then(|| PrintedSummary {
        heading: "Taxes".to_owned(),
        table: PrintedTable {
            columns: columns(&[
                ("Tax", ColumnKind::Prose),
                ("Rate", ColumnKind::Number),
                ("Net", ColumnKind::Number),
                ("Amount", ColumnKind::Number),
            ]),
            rows: document.taxes.iter().map(row).collect(),
        },
    })
}

/// The totals; at last what the reader looks for.
pub(super) fn totals(document: &Document) -> Vec<PrintedTotal> {
    let (currency, totals) = (document.currency_code, document.totals);
    let line = |label: &str, minor: i128| PrintedTotal {
        label: label.to_owned(),
        value: amount(minor, currency),
        is_emphasised: false,
    };
    let last = |label: &str, minor: i64| PrintedTotal {
        label: label.to_owned(),
        value: money(minor, currency),
        is_emphasised: true,
    };
    let withheld = i128::from(totals.withholding_total);
    let mut printed = Vec::new();
    let discount = i128::from(totals.discount_total);
    if discount != 0 {
        let lines: i128 = document.lines.iter().map(|line| shown(document, line)).sum();
        printed.push(line("Before discounts", lines + discount));
        printed.push(line("Discounts", -discount));
    }
    if !document.taxes.is_empty() || discount != 0 {
        let label = if document.tax_mode == TaxMode::Inclusive { "Subtotal without tax" } else { "Subtotal" };
        printed.push(line(label, i128::from(totals.subtotal)));
    }
    if !document.taxes.is_empty() {
        printed.push(line("Tax", i128::from(totals.tax_total) + withheld));
    }
    if withheld != 0 {
        printed.push(line("Tax withheld", -withheld));
    }
    let is_settled = document.state == DocumentState::Posted
        && (document.amount_paid != 0 || document.amount_credited != 0);
    if !is_settled {
        printed.push(last("Total", totals.total));
        return printed;
    }
    let (paid, credited, open) = match document.kind {
        DocumentKind::Estimate | DocumentKind::Invoice | DocumentKind::Bill => {
            ("Paid", "Credited", "Balance due")
        }
        DocumentKind::CreditNote | DocumentKind::VendorCredit => ("Paid out", "Used", "Credit left"),
    };
    printed.push(line("Total", i128::from(totals.total)));
    if document.amount_paid != 0 {
        printed.push(line(paid, -i128::from(document.amount_paid)));
    }
    if document.amount_credited != 0 {
        printed.push(line(credited, -i128::from(document.amount_credited)));
    }
    printed.push(last(open, document.open));
    printed
}
