//! Pages as companies send them, for the tests.

use partita_application::ports::{
    ColumnKind, Paper, PrintedColumn, PrintedFact, PrintedNote, PrintedPage, PrintedParty, PrintedRow,
    PrintedSummary, PrintedTable, PrintedTotal,
};
use time::macros::date;

pub(crate) fn fact(label: &str, value: &str) -> PrintedFact {
    PrintedFact { label: label.to_owned(), value: value.to_owned() }
}

pub(crate) fn party(label: Option<&str>, name: &str, lines: &[&str]) -> PrintedParty {
    PrintedParty { label: label.map(str::to_owned), name: name.to_owned(), lines: strings(lines) }
}

pub(crate) fn table(columns: &[(&str, ColumnKind)], rows: &[&[&str]]) -> PrintedTable {
    let columns =
        columns.iter().map(|(heading, kind)| PrintedColumn { heading: (*heading).to_owned(), kind: *kind });
    PrintedTable { columns: columns.collect(), rows: rows.iter().map(|cells| row(cells)).collect() }
}

pub(crate) fn row(cells: &[&str]) -> PrintedRow {
    PrintedRow { cells: strings(cells), ..PrintedRow::default() }
}

fn total(label: &str, value: &str, is_emphasised: bool) -> PrintedTotal {
    PrintedTotal { label: label.to_owned(), value: value.to_owned(), is_emphasised }
}

fn note(heading: &str, text: &str) -> PrintedNote {
    PrintedNote { heading: (!heading.is_empty()).then(|| heading.to_owned()), text: text.to_owned() }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

const LINES: [(&str, ColumnKind); 6] = [
    ("Description", ColumnKind::Prose),
    ("Quantity", ColumnKind::Number),
    ("Unit price", ColumnKind::Number),
    ("Discount", ColumnKind::Number),
    ("Tax", ColumnKind::Number),
    ("Amount", ColumnKind::Number),
];

/// An invoice on one sheet of A4.
pub(crate) fn invoice() -> PrintedPage {
    let mut table = table(
        &LINES,
        &[
            &["Interior design, ground floor", "12.5", "95.00", "", "19%", "1,187.50"],
            &[
                "Oak table “Linnéa”, 220 × 95 cm, oiled by hand, with matching benches on both sides",
                "1",
                "2,480.00",
                "10%",
                "19%",
                "2,232.00",
            ],
            &["Delivery and assembly in Zürich", "1", "180.00", "", "19%", "180.00"],
            &["Handbook of care for wood, third edition", "2", "24.90", "", "7%", "49.80"],
        ],
    );
    table.rows[1].detail = Some("Order T-220/O · delivered 14 March 2026".to_owned());
    PrintedPage {
        number: Some("INV-2026-00042".to_owned()),
        document_id: "0195a5e4-0000-7000-8000-000000000042".to_owned(),
        company: party(
            None,
            "Holz & Söhne GmbH",
            &["Werkstraße 8 · 79098 Freiburg · Germany", "VAT ID DE 812 345 678 · hello@holz-soehne.example"],
        ),
        recipient: party(
            Some("Bill to"),
            "Café Ångström AB",
            &["Accounts payable", "Götgatan 12, 3 tr", "118 46 Stockholm", "Sweden"],
        ),
        facts: vec![
            fact("Invoice date", "31 March 2026"),
            fact("Due date", "30 April 2026"),
            fact("Terms", "30 days net"),
            fact("Your reference", "PO-7781"),
            fact("Your VAT ID", "SE556677889901"),
        ],
        table,
        totals: vec![
            total("Subtotal", "3,649.30", false),
            total("Discount included", "248.00", false),
            total("Tax", "687.38", false),
            total("Total", "4,336.68", false),
            total("Paid", "−1,000.00", false),
            total("Balance due", "EUR 3,336.68", true),
        ],
        summary: Some(PrintedSummary {
            heading: "Tax".to_owned(),
            table: self::table(
                &[
                    ("Code", ColumnKind::Prose),
                    ("Rate", ColumnKind::Number),
                    ("Net", ColumnKind::Number),
                    ("Tax", ColumnKind::Number),
                ],
                &[&["VAT standard", "19%", "3,599.50", "683.91"], &["VAT reduced", "7%", "49.80", "3.49"]],
            ),
        }),
        notes: vec![
            note(
                "Payment",
                "Please pay by bank transfer and name the number of this invoice.\nIBAN DE89 3704 0044 0532 0130 00 · BIC COBADEFFXXX",
            ),
            note("", "Goods remain our property until they are paid in full. Thank you for working with us."),
        ],
        footer: vec![
            strings(&["Holz & Söhne GmbH", "Werkstraße 8", "79098 Freiburg"]),
            strings(&["Managing director: Jürgen Holz", "Freiburg HRB 4711", "VAT ID DE 812 345 678"]),
            strings(&["Commerzbank Freiburg", "DE89 3704 0044 0532 0130 00", "COBADEFFXXX"]),
        ],
        ..PrintedPage::empty("Invoice", date!(2026 - 03 - 31))
    }
}

/// The same with so many lines.
pub(crate) fn long_invoice(lines: usize) -> PrintedPage {
    let mut page = invoice();
    page.table.rows = (1..=lines)
        .map(|i| {
            let text = if i % 7 == 0 {
                format!("Position {i}: a longer description, since some lines of a real invoice say what was agreed, by whom and when")
            } else {
                format!("Position {i}")
            };
            PrintedRow { cells: vec![text, "1".into(), "10.00".into(), String::new(), "19%".into(), format!("{i}.00")], ..PrintedRow::default() }
        })
        .collect();
    page
}

/// An estimate on Letter that is not sent yet.
pub(crate) fn estimate() -> PrintedPage {
    PrintedPage {
        paper: Paper::Letter,
        number: Some("EST-0007".to_owned()),
        company: party(
            None,
            "Blue Ridge Landscaping, LLC",
            &["410 Depot St, Asheville, NC 28801", "(828) 555-0134"],
        ),
        recipient: party(
            Some("Estimate for"),
            "Maria Alvarez",
            &["17 Laurel Ln", "Black Mountain, NC 28711"],
        ),
        facts: vec![fact("Date", "Mar 3, 2026"), fact("Valid until", "Apr 2, 2026")],
        introduction: Some(
            "Thank you for asking us. This is what we would do in your garden, and what it would cost."
                .to_owned(),
        ),
        table: table(
            &LINES,
            &[
                &["Retaining wall, dry-laid stone, 32 ft", "1", "$4,250.00", "", "", "$4,250.00"],
                &["Topsoil, delivered", "12 yd", "$48.00", "", "", "$576.00"],
            ],
        ),
        totals: vec![total("Total", "$4,826.00", true)],
        watermark: Some("DRAFT".to_owned()),
        ..PrintedPage::empty("Estimate", date!(2026 - 03 - 03))
    }
}

/// What a customer did and owes.
pub(crate) fn statement() -> PrintedPage {
    let mut table = table(
        &[
            ("Date", ColumnKind::Short),
            ("Reference", ColumnKind::Short),
            ("What", ColumnKind::Prose),
            ("Charges", ColumnKind::Number),
            ("Credits", ColumnKind::Number),
            ("Balance", ColumnKind::Number),
        ],
        &[
            &["1 Mar 2026", "", "Balance brought forward", "", "", "1,204.00"],
            &["4 Mar 2026", "INV-2026-00031", "Invoice, due 3 April 2026", "880.00", "", "2,084.00"],
            &["9 Mar 2026", "PAY-00088", "Payment received", "", "1,204.00", "880.00"],
            &["14 Mar 2026", "CN-2026-00003", "Credit note for INV-2026-00031", "", "80.00", "800.00"],
            &["31 Mar 2026", "INV-2026-00042", "Invoice, due 30 April 2026", "4,336.68", "", "5,136.68"],
        ],
    );
    table.rows[0].is_emphasised = true;
    PrintedPage {
        company: invoice().company,
        recipient: PrintedParty { label: Some("Statement for".to_owned()), ..invoice().recipient },
        facts: vec![fact("From", "1 March 2026"), fact("To", "31 March 2026"), fact("Currency", "EUR")],
        table,
        totals: vec![total("Amount due", "EUR 5,136.68", true)],
        summary: Some(PrintedSummary {
            heading: "What is open, by age".to_owned(),
            table: self::table(
                &[
                    ("Not due", ColumnKind::Number),
                    ("1–30 days", ColumnKind::Number),
                    ("31–60 days", ColumnKind::Number),
                    ("Over 60 days", ColumnKind::Number),
                ],
                &[&["5,136.68", "0.00", "0.00", "0.00"]],
            ),
        }),
        ..PrintedPage::empty("Statement", date!(2026 - 03 - 31))
    }
}

/// Everything that people type where nobody expects it.
pub(crate) fn odd() -> PrintedPage {
    let word = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung".repeat(3);
    PrintedPage {
        number: Some("№ 1/\u{202e}2026".to_owned()),
        company: party(None, &word, &["Πλατεία Συντάγματος 1, Αθήνα", "ул. Льва Толстого, 16, Москва", ""]),
        recipient: party(None, "漢字株式会社 🦀", &[&word, "\u{0}\u{7}"]),
        facts: vec![
            fact(&word, &word),
            fact("", ""),
            fact("Long reference", "A-1 B-2 C-3 D-4 E-5 F-6 G-7 H-8 I-9 J-10"),
        ],
        table: table(
            &LINES,
            &[
                &[
                    &word,
                    "99,999,999,999,999.99",
                    "99,999,999,999,999.99",
                    "",
                    "19%",
                    "9,999,999,999,999,999.99",
                ],
                &[
                    "e\u{301} a\u{308}\u{304} \u{e000} \u{ad}soft\u{ad}hyphen zero\u{200b}width",
                    "-1",
                    "−1.00",
                    "",
                    "",
                    "-1.00",
                ],
                &["too few cells"],
                &["too", "many", "cells", "", "", "1", "2", "3"],
                &[],
            ],
        ),
        totals: vec![
            total(&word, "9,999,999,999,999,999.99 and then some more than fits the box", true),
            total("", "", false),
        ],
        notes: vec![note("", ""), note(&word, &word)],
        footer: vec![strings(&[&word]), vec![], strings(&["a"; 30]), strings(&["b"]), strings(&["c"])],
        watermark: Some("VOID since the customer has changed their mind".to_owned()),
        ..PrintedPage::empty("Credit note that has a very long title", date!(2026 - 03 - 31))
    }
}
