//! Pages for people: what is sent to a customer, or filed. All text is ready to be read; whoever prints decides nothing
//! about it but where it stands.

use std::fmt;
use time::Date;

/// The size of the paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paper {
    /// 210 × 297 mm (ISO 216).
    #[default]
    A4,
    /// 8½ × 11 inches.
    Letter,
}

impl Paper {
    /// What is in the drawers of this country (ISO 3166-1 alpha-2): Letter where ISO 216 has not been taken up (CLDR,
    /// `paperSize`), A4 everywhere else.
    #[must_use]
    pub fn of_country(country: Option<&str>) -> Self {
        const LETTER: [&str; 14] =
            ["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"];
        if country.is_some_and(|country| LETTER.contains(&country)) { Self::Letter } else { Self::A4 }
    }
}

/// A document on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedPage {
    /// The size of the paper.
    pub paper: Paper,
    /// The language of the text (BCP 47), such as `en`.
    pub language: String,
    /// What it is: `Invoice`.
    pub title: String,
    /// Its number.
    pub number: Option<String>,
    /// Names this document and no other, in the file's metadata.
    pub document_id: String,
    /// The date in the file's metadata.
    pub date: Date,
    /// Who sends it.
    pub company: PrintedParty,
    /// Who gets it.
    pub recipient: PrintedParty,
    /// Dates, references and terms, beside the recipient.
    pub facts: Vec<PrintedFact>,
    /// A paragraph above the table.
    pub introduction: Option<String>,
    /// The lines.
    pub table: PrintedTable,
    /// The totals below the table.
    pub totals: Vec<PrintedTotal>,
    /// What stands beside the totals: taxes by rate, ages of what is open.
    pub summary: Option<PrintedSummary>,
    /// Paragraphs at the end.
    pub notes: Vec<PrintedNote>,
    /// What stands at the foot of every page, in up to three columns of short lines.
    pub footer: Vec<Vec<String>>,
    /// Across every page, behind the text: `DRAFT`, `VOID`.
    pub watermark: Option<String>,
    /// How pages are numbered, with `{page}` and `{pages}`.
    pub page_of: String,
}

impl PrintedPage {
    /// A page in English, on A4, with nothing on it yet.
    #[must_use]
    pub fn empty(title: impl Into<String>, date: Date) -> Self {
        Self {
            paper: Paper::default(),
            language: "en".to_owned(),
            title: title.into(),
            number: None,
            document_id: String::new(),
            date,
            company: PrintedParty::default(),
            recipient: PrintedParty::default(),
            facts: Vec::new(),
            introduction: None,
            table: PrintedTable::default(),
            totals: Vec::new(),
            summary: None,
            notes: Vec::new(),
            footer: Vec::new(),
            watermark: None,
            page_of: "Page {page} of {pages}".to_owned(),
        }
    }
}

/// Somebody, with an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrintedParty {
    /// What stands above: `Bill to`.
    pub label: Option<String>,
    /// The name.
    pub name: String,
    /// The address and what else, each on a line of its own.
    pub lines: Vec<String>,
}

/// Something to know, with its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrintedFact {
    /// Its name: `Due date`.
    pub label: String,
    /// What it is.
    pub value: String,
}

/// Columns and rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrintedTable {
    /// The columns, from the left. A column without a single text is left out.
    pub columns: Vec<PrintedColumn>,
    /// The rows, in their order. Each has a cell for every column.
    pub rows: Vec<PrintedRow>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedColumn {
    /// What stands above it.
    pub heading: String,
    /// What it holds.
    pub kind: ColumnKind,
}

/// What a column holds, and so where its text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Sentences: they take what room is left, and wrap.
    Prose,
    /// A few words or a date, from the left.
    Short,
    /// Numbers, to the right.
    Number,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrintedRow {
    /// Its cells, one for each column.
    pub cells: Vec<String>,
    /// Smaller, below the first column of prose.
    pub detail: Option<String>,
    /// Whether it stands out: a balance brought forward.
    pub is_emphasised: bool,
}

/// A line of the totals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrintedTotal {
    /// Its name.
    pub label: String,
    /// How much.
    pub value: String,
    /// Whether it is what the reader looks for.
    pub is_emphasised: bool,
}

/// A small table with a heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrintedSummary {
    /// What stands above it.
    pub heading: String,
    /// The table.
    pub table: PrintedTable,
}

/// A paragraph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrintedNote {
    /// What stands above it.
    pub heading: Option<String>,
    /// The text; line breaks are kept.
    pub text: String,
}

/// Why nothing was printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrintError {
    /// This installation has no printer.
    Unavailable,
    /// The printer failed; says how.
    Failed(String),
}

impl fmt::Display for PrintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable => f.write_str("this installation does not print documents"),
            Self::Failed(how) => write!(f, "the document cannot be printed: {how}"),
        }
    }
}

impl std::error::Error for PrintError {}

/// Makes a file of a document: the same page is the same bytes, always.
pub trait Printer: Send + Sync {
    /// The file.
    ///
    /// # Errors
    /// Says why it cannot be made. What the page says is never the reason: characters that cannot be shown are replaced.
    fn print(&self, page: &PrintedPage) -> Result<Vec<u8>, PrintError>;
}

/// What an application has that nobody gave a printer.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoPrinter;

impl Printer for NoPrinter {
    fn print(&self, _: &PrintedPage) -> Result<Vec<u8>, PrintError> {
        Err(PrintError::Unavailable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paper_follows_the_country() {
        for (country, paper) in [
            (Some("US"), Paper::Letter),
            (Some("CA"), Paper::Letter),
            (Some("DE"), Paper::A4),
            (Some("GB"), Paper::A4),
            (None, Paper::A4),
        ] {
            assert_eq!(Paper::of_country(country), paper, "{country:?}");
        }
    }

    #[test]
    fn without_a_printer_nothing_is_printed() {
        let page = PrintedPage::empty("Invoice", time::macros::date!(2026 - 03 - 31));
        assert_eq!(NoPrinter.print(&page), Err(PrintError::Unavailable));
    }
}
