use super::paint_as;
use crate::face::Faces;
use crate::reader::File;
use crate::render;
use crate::samples::{estimate, invoice, long_invoice, odd, row, statement};
use crate::sheets::lay_out;
use krilla::configure::Validator;
use partita_application::ports::{PrintedPage, Printer};

#[test]
fn the_same_page_is_the_same_file() {
    for page in [invoice(), estimate(), statement(), odd()] {
        let file = render(&page).unwrap();
        assert_eq!(render(&page.clone()).unwrap(), file);
        assert_eq!(crate::PdfPrinter.print(&page).unwrap(), file);
    }
    let mut other = invoice();
    other.document_id = "another".to_owned();
    assert_ne!(render(&other).unwrap(), render(&invoice()).unwrap());
}

#[test]
fn every_page_is_archivable() {
    let faces = Faces::get().unwrap();
    for page in [invoice(), estimate(), statement(), odd()] {
        let strict = paint_as(Validator::A3_B, &page, &lay_out(&page, faces), faces);
        assert!(strict.is_ok(), "{:?}", strict.err());
    }
    let file = File::read(&render(&invoice()).unwrap());
    let said = file.whole.replace(' ', "");
    assert!(said.contains("pdfaid:part>3<") && said.contains("pdfaid:conformance>B<"));
}

#[test]
fn the_file_says_what_it_is() {
    let file = File::read(&render(&estimate()).unwrap());
    assert!(file.whole.contains("/Title (Estimate EST-0007)"));
    assert!(file.whole.contains("/Author (Blue Ridge Landscaping, LLC)"));
    assert!(file.whole.contains("/Lang (en)"));
    assert!(file.whole.contains("D:20260303"));
    assert!(file.whole.contains("/MediaBox [0 0 612 792]"));
}

#[test]
fn its_text_can_be_read() {
    let pages = File::read(&render(&invoice()).unwrap()).pages();
    assert_eq!(pages.len(), 1);
    for text in [
        "Invoice",
        "INV-2026-00042",
        "Holz & Söhne GmbH",
        "Café Ångström AB",
        "Oak table “Linnéa”, 220 × 95 cm, oiled by hand, with",
        "1,187.50",
        "EUR 3,336.68",
        "IBAN DE89 3704 0044 0532 0130 00 · BIC COBADEFFXXX",
        "Page 1 of 1",
    ] {
        assert!(pages[0].lines().any(|line| line == text), "{text} is not in\n{}", pages[0]);
    }
}

#[test]
fn text_of_other_scripts_can_be_read() {
    let mut page = invoice();
    let texts = ["Ελληνικά: Πλατεία Συντάγματος", "Кириллица: щёлкнуть", "Việt Nam: Đường", "日"];
    page.table.rows = texts.iter().map(|text| row(&[text, "1"])).collect();
    let pages = File::read(&render(&page).unwrap()).pages();
    for text in texts {
        assert!(pages[0].lines().any(|line| line == text), "{text} is not in\n{}", pages[0]);
    }
}

#[test]
fn a_thousand_lines_are_printed() {
    let pages = File::read(&render(&long_invoice(1_000)).unwrap()).pages();
    assert!(pages.len() > 30);
    let last = format!("Page {0} of {0}", pages.len());
    assert!(pages[pages.len() - 1].contains(&last));
    for (i, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Page {} of {}", i + 1, pages.len())));
    }
    assert!(pages.iter().any(|page| page.lines().any(|line| line == "Position 1000")));
}

#[test]
fn a_page_without_anything_is_a_page() {
    let page = PrintedPage::empty("", time::macros::date!(2026 - 01 - 01));
    assert_eq!(File::read(&render(&page).unwrap()).pages().len(), 1);
}
