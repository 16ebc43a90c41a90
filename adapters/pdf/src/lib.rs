//! Documents as PDF: the printer of an installation.
//!
//! A page goes through three rooms. `sheets` decides where everything stands, in whole thousandths of a point and
//! without knowing what a PDF is; `paint` writes that down as PDF/A-3b. What stands between them are the marks of `sheet`.
//! Fonts are part of the program ([Inter](https://rsms.me/inter/), SIL Open Font License), so nothing is asked of the
//! machine, and the same page is the same bytes everywhere.

mod columns;
mod face;
mod length;
mod paint;
mod paragraph;
#[cfg(test)]
#[allow(unreachable_pub, reason = "the tests of the whole service have it too")]
mod reader;
#[cfg(test)]
mod samples;
mod sheet;
mod sheets;

use partita_application::ports::{PrintError, PrintedPage, Printer};

/// Prints documents as PDF.
#[derive(Clone, Copy, Debug, Default)]
pub struct PdfPrinter;

impl Printer for PdfPrinter {
    fn print(&self, page: &PrintedPage) -> Result<Vec<u8>, PrintError> {
        render(page)
    }
}

/// The PDF of a page.
///
/// # Errors
/// When the library that writes PDF refuses what it was given, which nothing on a page should bring about.
pub fn render(page: &PrintedPage) -> Result<Vec<u8>, PrintError> {
    let faces = face::Faces::get()?;
    let sheets = sheets::lay_out(page, faces);
    paint::paint(page, &sheets, faces)
}
