use super::{MARGIN, lay_out, size_of};
use crate::columns::heading_style;
use crate::face::Faces;
use crate::length::{Length, POINT};
use crate::samples::{estimate, fact, invoice, long_invoice, odd, row, statement};
use crate::sheet::{Ink, Mark, Sheet};
use partita_application::ports::{PrintedNote, PrintedPage, PrintedTotal};

fn sheets(page: &PrintedPage) -> Vec<Sheet> {
    let sheets = lay_out(page, Faces::get().unwrap());
    let (width, height) = size_of(page.paper);
    for sheet in &sheets {
        let texts = texts(sheet);
        for (i, text) in texts.iter().enumerate() {
            assert!(text.x >= 0 && text.right <= width, "{} leaves the paper", text.text);
            assert!(text.top >= 0 && text.baseline <= height, "{} leaves the paper", text.text);
            for other in &texts[..i] {
                let is_beside = text.right <= other.x || other.right <= text.x;
                let is_below = text.baseline <= other.top || other.baseline <= text.top;
                assert!(is_beside || is_below, "{} stands on {}", text.text, other.text);
            }
        }
    }
    sheets
}

#[derive(Debug)]
struct Text {
    text: String,
    x: Length,
    right: Length,
    top: Length,
    baseline: Length,
    ink: Ink,
}

fn texts(sheet: &Sheet) -> Vec<Text> {
    let text = |mark: &Mark| match mark {
        Mark::Text { x, baseline, run, ink } => Some(Text {
            text: run.text.clone(),
            x: *x,
            right: x + run.width,
            top: baseline - run.style.size * 7 / 10,
            baseline: *baseline,
            ink: *ink,
        }),
        _ => None,
    };
    sheet.marks.iter().filter_map(text).collect()
}

fn find(sheet: &Sheet, text: &str) -> Text {
    let found = texts(sheet).into_iter().find(|found| found.text == text);
    found.unwrap_or_else(|| panic!("no {text} in {:#?}", texts(sheet)))
}

fn says(sheet: &Sheet, text: &str) -> bool {
    texts(sheet).iter().any(|found| found.text == text)
}

/// For people: writes the samples where they can be looked at.
#[test]
#[ignore = "writes files to the temporary folder, for people to look at"]
fn samples_to_look_at() {
    let samples = [
        ("invoice", invoice()),
        ("long", long_invoice(95)),
        ("estimate", estimate()),
        ("statement", statement()),
        ("odd", odd()),
    ];
    for (name, page) in samples {
        let path = std::env::temp_dir().join(format!("partita-{name}.pdf"));
        std::fs::write(&path, crate::render(&page).unwrap()).unwrap();
        println!("{}", path.display());
    }
}

#[test]
fn everything_stands_on_the_paper_and_nothing_on_anything_else() {
    for page in [invoice(), estimate(), statement(), odd(), long_invoice(200)] {
        let _ = sheets(&page);
    }
    let _ = sheets(&PrintedPage::empty("", time::macros::date!(2026 - 01 - 01)));
}

#[test]
fn an_invoice_says_all_that_it_was_given() {
    let page = invoice();
    let sheets = sheets(&page);
    assert_eq!(sheets.len(), 1);
    for text in
        ["Invoice", "INV-2026-00042", "Holz & Söhne GmbH", "Bill to", "Café Ångström AB", "118 46 Stockholm"]
    {
        assert!(says(&sheets[0], text), "{text}");
    }
    for fact in &page.facts {
        assert_eq!(find(&sheets[0], &fact.label).baseline, find(&sheets[0], &fact.value).baseline);
    }
    let texts = texts(&sheets[0]);
    for total in &page.totals {
        let beside = |text: &&Text| {
            texts.iter().any(|value| value.text == total.value && value.baseline == text.baseline)
        };
        assert!(texts.iter().filter(|text| text.text == total.label).any(|text| beside(&text)), "{total:?}");
    }
    for text in ["VAT standard", "683.91", "Payment", "COBADEFFXXX", "Page 1 of 1"] {
        assert!(says(&sheets[0], text), "{text}");
    }
}

#[test]
fn amounts_end_below_each_other() {
    let page = invoice();
    let sheet = &sheets(&page)[0];
    let amounts = page.table.rows.iter().map(|row| row.cells[5].as_str()).chain(["Amount", "EUR 3,336.68"]);
    for amount in amounts {
        let right = size_of(page.paper).0 - MARGIN;
        // Letters are as wide as they are, so the edge may miss by a rounding.
        let ends_there = |text: &Text| text.text == amount && (right - text.right).abs() <= 3;
        assert!(texts(sheet).iter().any(ends_there), "{amount}");
    }
}

#[test]
fn descriptions_wrap_and_their_row_grows() {
    let sheet = &sheets(&invoice())[0];
    let first = find(sheet, "Oak table “Linnéa”, 220 × 95 cm, oiled by hand, with");
    let second = find(sheet, "matching benches on both sides");
    let detail = find(sheet, "Order T-220/O · delivered 14 March 2026");
    let next = find(sheet, "Delivery and assembly in Zürich");
    assert_eq!(find(sheet, "2,480.00").baseline, first.baseline);
    assert!(first.baseline < second.top && second.baseline < detail.top && detail.baseline < next.top);
    assert_eq!(detail.ink, Ink::Muted);
}

#[test]
fn a_long_table_goes_on_under_its_headings() {
    let page = long_invoice(95);
    let sheets = sheets(&page);
    assert_eq!(sheets.len(), 4);
    let mut said = Vec::new();
    for (i, sheet) in sheets.iter().enumerate() {
        assert!(says(sheet, "Description") && says(sheet, "Amount"), "sheet {i} has headings");
        assert!(says(sheet, &format!("Page {} of 4", i + 1)));
        assert_eq!(says(sheet, "Invoice INV-2026-00042"), i > 0, "the running head");
        assert!(says(sheet, "79098 Freiburg"), "the foot");
        let positions = texts(sheet).into_iter().filter(|text| text.text.starts_with("Position"));
        said.extend(
            positions.map(|text| text.text.split([' ', ':']).nth(1).unwrap().parse::<i32>().unwrap()),
        );
    }
    assert_eq!(said, (1..=95).collect::<Vec<_>>());
    assert!(!says(&sheets[2], "Balance due") && says(&sheets[3], "Balance due"));
}

#[test]
fn totals_never_stand_without_a_row() {
    // Some number of rows fills the sheet so that the totals find no room.
    for lines in 1..60 {
        let sheets = sheets(&long_invoice(lines));
        let last = sheets.last().unwrap();
        assert!(says(last, "Balance due") || says(&sheets[sheets.len() - 2], "Balance due"));
        for sheet in &sheets {
            let has_row = texts(sheet).iter().any(|text| text.text.starts_with("Position"));
            assert!(!says(sheet, "Balance due") || (has_row && says(sheet, "Subtotal")), "{lines} lines");
        }
    }
}

#[test]
fn a_row_that_is_higher_than_a_sheet_goes_on() {
    let mut page = invoice();
    let text = (1..=400).map(|i| format!("word-{i}\n")).collect::<String>();
    page.table.rows = vec![row(&["before", "1"]), row(&[&text, "2"]), row(&["after", "3"])];
    let sheets = sheets(&page);
    assert!(sheets.len() >= 6);
    let words: Vec<String> = sheets
        .iter()
        .flat_map(texts)
        .map(|text| text.text)
        .filter(|text| text.starts_with("word-"))
        .collect();
    assert_eq!(words, (1..=400).map(|i| format!("word-{i}")).collect::<Vec<_>>());
    assert!(says(&sheets[0], "before") && says(&sheets[0], "word-1"));
}

#[test]
fn long_notes_and_many_facts_take_more_sheets() {
    let mut page = invoice();
    let text = "All prices are net and in euro. ".repeat(400);
    page.notes = vec![PrintedNote { heading: Some("Terms".to_owned()), text }];
    assert!(sheets(&page).len() >= 3);
    let mut page = invoice();
    page.totals = (0..120)
        .map(|i| PrintedTotal { label: format!("Total {i}"), value: "1.00".to_owned(), is_emphasised: false })
        .collect();
    let laid_out = sheets(&page);
    assert!(laid_out.len() >= 2);
    assert_eq!(laid_out.iter().filter(|sheet| says(sheet, "Total 119")).count(), 1);
    let mut page = invoice();
    page.summary.as_mut().unwrap().table.rows = (0..80).map(|i| row(&[&format!("Code {i}"), "1%"])).collect();
    let laid_out = sheets(&page);
    assert_eq!(laid_out.iter().filter(|sheet| says(sheet, "Code 79")).count(), 1);
}

#[test]
fn a_word_across_stands_behind_everything() {
    let mut page = long_invoice(95);
    page.watermark = Some("VOID".to_owned());
    for sheet in sheets(&page) {
        assert!(matches!(&sheet.marks[0], Mark::Across { run, .. } if run.text == "VOID"));
    }
    assert!(!sheets(&invoice())[0].marks.iter().any(|mark| matches!(mark, Mark::Across { .. })));
}

#[test]
fn a_balance_brought_forward_stands_out() {
    let sheet = &sheets(&statement())[0];
    let weights: Vec<_> = sheet
        .marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Text { run, .. } if run.text == "Balance brought forward" => Some(run.style),
            _ => None,
        })
        .collect();
    assert_eq!(weights.len(), 1);
    assert_eq!(weights[0].weight, heading_style(POINT).weight);
    assert!(says(sheet, "What is open, by age"));
}

#[test]
fn columns_without_a_text_are_not_shown() {
    let sheet = &sheets(&estimate())[0];
    assert!(says(sheet, "Quantity") && !says(sheet, "Discount") && !says(sheet, "Tax"));
}

#[test]
fn the_recipient_stands_in_the_window() {
    let sheet = &sheets(&invoice())[0];
    let name = find(sheet, "Café Ångström AB");
    let last = find(sheet, "Sweden");
    // DIN 5008 form B: 45 to 90 mm from the upper edge, 20 to 105 mm from the left one.
    let mm = |length: Length| length * 254 / 720_000;
    assert!(mm(name.top) >= 45 && mm(last.baseline) <= 90);
    assert!(mm(name.x) >= 19 && mm(name.right) <= 105);
}

#[test]
fn facts_wrap_beside_their_names() {
    let mut page = invoice();
    page.facts = vec![
        fact("Reference", "a very long reference that somebody has given to this order of ours"),
        fact("Due date", "soon"),
    ];
    let sheet = &sheets(&page)[0];
    assert!(find(sheet, "Due date").baseline > find(sheet, "Reference").baseline + 20 * POINT);
}
