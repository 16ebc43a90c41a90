//! A document on paper.

mod table;

use super::{find_in, reading};
use crate::app::App;
use crate::balance::company_of;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::ports::{Paper, PrintedFact, PrintedNote, PrintedPage, PrintedParty, Tx};
use crate::printed;
use crate::settings::settings_of;
use partita_domain::company::Company;
use partita_domain::contact::Contact;
use partita_domain::decimal;
use partita_domain::document::{Document, DocumentKind, DocumentState};
use partita_domain::id::DocumentId;
use partita_domain::tax::{TaxKind, TaxMode, Trade};

/// Terms up to so many characters stand beside the dates, longer ones at the end.
const SHORT_TERMS: usize = 30;

/// A document as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedDocument {
    /// What it may be called: its number, or its kind and id where it has none.
    pub name: String,
    /// The file.
    pub file: Vec<u8>,
}

/// What a page tells of.
struct Subject {
    document: Document,
    company: Company,
    contact: Contact,
    /// The document it came from.
    source: Option<Document>,
    payment_instructions: Option<String>,
}

/// Prints a document: what it says now, with the names and addresses that hold now.
///
/// # Errors
/// `not_found`; [`Error::Printer`] where nothing can be printed.
pub fn print(app: &App, call: &Call, kind: DocumentKind, id: DocumentId) -> Result<PrintedDocument> {
    call.need(reading(kind))?;
    let subject = app.store.read(call.company, |tx| Subject::find(tx, call, kind, id))?;
    let file = app.printer.print(&subject.page())?;
    let name = subject.document.number.unwrap_or_else(|| format!("{}-{id}", kind.name()));
    Ok(PrintedDocument { name, file })
}

impl Subject {
    fn find(tx: &mut dyn Tx, call: &Call, kind: DocumentKind, id: DocumentId) -> Result<Self> {
        let document = find_in(tx, kind, id)?;
        let company = company_of(tx, call.company)?;
        let contact = tx.contacts().find(document.contact_id)?;
        let contact = contact.ok_or_else(|| Error::not_found("contact", document.contact_id))?;
        let source = match document.source_id {
            Some(source) => tx.documents().find(source)?,
            None => None,
        };
        let payment_instructions = settings_of(tx)?.trade.payment_instructions;
        Ok(Self { document, company, contact, source, payment_instructions })
    }

    fn paper(&self) -> Paper {
        Paper::of_country(printed::home(&self.company))
    }

    fn page(&self) -> PrintedPage {
        let Self { document, company, contact, .. } = self;
        PrintedPage {
            paper: self.paper(),
            number: document.number.clone(),
            document_id: document.id.to_string(),
            company: printed::sender(company, contact),
            recipient: self.recipient(),
            facts: self.facts(),
            table: table::lines(document),
            totals: table::totals(document),
            summary: table::taxes(document),
            notes: self.notes(),
            watermark: watermark(document.state).map(str::to_owned),
            ..PrintedPage::empty(title(document.kind), document.date)
        }
    }

    fn recipient(&self) -> PrintedParty {
        let label = match self.document.kind {
            DocumentKind::Invoice => "Bill to",
            DocumentKind::Estimate => "Estimate for",
            DocumentKind::CreditNote => "Credit to",
            // The company prints it for its own files; it must not look like the vendor's own paper.
            DocumentKind::Bill | DocumentKind::VendorCredit => "Vendor",
        };
        printed::recipient(label, &self.contact, &self.company)
    }

    fn facts(&self) -> Vec<PrintedFact> {
        let Self { document, company, contact, source, .. } = self;
        let (date_label, due_label) = match document.kind {
            DocumentKind::Invoice => ("Invoice date", Some("Due date")),
            DocumentKind::Bill => ("Bill date", Some("Due date")),
            DocumentKind::Estimate => ("Date", Some("Valid until")),
            DocumentKind::CreditNote | DocumentKind::VendorCredit => ("Date", None),
        };
        let (reference_label, vat_label) = match document.kind.trade() {
            Trade::Sale => ("Your reference", "Your VAT ID"),
            Trade::Purchase => ("Their reference", "Their VAT ID"),
        };
        let (currency, base) = (document.currency_code, company.base_currency);
        let due = due_label.zip(document.due_date);
        let rate = (currency != base).then(|| {
            let rate = decimal::print(i128::from(document.exchange_rate.millionths()), 6);
            format!("1 {currency} = {rate} {base}")
        });
        let source = source.as_ref().and_then(|source| {
            let label = match source.kind {
                DocumentKind::Estimate => "Estimate",
                DocumentKind::Invoice => "For invoice",
                DocumentKind::Bill => "For bill",
                DocumentKind::CreditNote | DocumentKind::VendorCredit => "For credit",
            };
            Some((label, source.number.clone()?))
        });
        printed::facts([
            Some((date_label, printed::date(document.date, self.paper()))),
            due.map(|(label, due)| (label, printed::date(due, self.paper()))),
            self.terms().filter(|terms| is_short(terms)).map(|terms| ("Terms", terms.to_owned())),
            source,
            document.reference_number.clone().map(|reference| (reference_label, reference)),
            contact.vat_id.clone().map(|vat_id| (vat_label, vat_id)),
            Some(("Currency", currency.to_string())),
            rate.map(|rate| ("Exchange rate", rate)),
        ])
    }

    fn terms(&self) -> Option<&str> {
        self.document.terms.as_deref()
    }

    fn notes(&self) -> Vec<PrintedNote> {
        let document = &self.document;
        let note = |heading: Option<&str>, text: &str| PrintedNote {
            heading: heading.map(str::to_owned),
            text: text.to_owned(),
        };
        let mut notes = Vec::new();
        notes.extend(document.memo.as_deref().map(|memo| note(None, memo)));
        notes.extend(self.terms().filter(|terms| !is_short(terms)).map(|terms| note(Some("Terms"), terms)));
        if document.tax_mode == TaxMode::Inclusive {
            notes.push(note(None, "Unit prices and amounts of the lines include tax."));
        }
        let is_reversed = document.taxes.iter().any(|tax| tax.kind == TaxKind::SelfAssessed);
        if is_reversed && document.kind.trade() == Trade::Sale {
            // The first two words are those that the law of the EU asks for (2006/112/EC, article 226, 11a).
            notes.push(note(None, "Reverse charge: the recipient owes the tax."));
        }
        let is_due = document.kind == DocumentKind::Invoice
            && match document.state {
                DocumentState::Posted => document.open > 0,
                state => state != DocumentState::Void,
            };
        if is_due {
            notes.extend(printed::how_to_pay(self.payment_instructions.as_deref()));
        }
        notes
    }
}

fn is_short(terms: &str) -> bool {
    terms.chars().count() <= SHORT_TERMS && !terms.contains('\n')
}

fn title(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Estimate => "Estimate",
        DocumentKind::Invoice => "Invoice",
        DocumentKind::CreditNote => "Credit note",
        DocumentKind::Bill => "Bill",
        DocumentKind::VendorCredit => "Vendor credit",
    }
}

fn watermark(state: DocumentState) -> Option<&'static str> {
    match state {
        DocumentState::Draft => Some("DRAFT"),
        DocumentState::Void => Some("VOID"),
        DocumentState::Sent
        | DocumentState::Accepted
        | DocumentState::Declined
        | DocumentState::Converted
        | DocumentState::Posted => None,
    }
}
