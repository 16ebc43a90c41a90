//! Statements of account on paper.

use super::statement::{ContactStatement, span, statement_in};
use crate::app::App;
use crate::balance::company_of;
use crate::call::Call;
use crate::document::PrintedDocument;
use crate::error::Result;
use crate::ports::{
    ColumnKind, Paper, PrintedFact, PrintedNote, PrintedPage, PrintedRow, PrintedSummary, PrintedTable,
    PrintedTotal, StoreError, Tx,
};
use crate::printed::{self, amount, columns, money};
use crate::settings::settings_of;
use partita_domain::ageing::{AgedRow, Ageing, Bucket};
use partita_domain::company::Company;
use partita_domain::id::ContactId;
use partita_domain::permission::Permission;
use partita_domain::statement::{ContactLine, Movement, Statement};
use partita_domain::tax::Trade;
use time::Date;

/// What a page tells of.
struct Subject {
    company: Company,
    told: ContactStatement,
    /// What the contact owes on the last day, by currency.
    aged: Vec<AgedRow>,
    payment_instructions: Option<String>,
}

/// Prints the statements of a contact: what it owed and was owed before, what changed it, what it came to, and how long
/// what it owes is overdue. The days are those of [`statement`](super::statement()).
///
/// # Errors
/// As [`statement`](super::statement()); [`crate::Error::Printer`] where nothing can be printed.
pub fn print_statement(
    app: &App,
    call: &Call,
    id: ContactId,
    from: Option<Date>,
    to: Option<Date>,
) -> Result<PrintedDocument> {
    call.need(Permission::CONTACTS_READ)?;
    let span = span(app, from, to)?;
    let subject = app.store.read(call.company, |tx| {
        let told = statement_in(tx, id, span)?;
        Ok(Subject {
            company: company_of(tx, call.company)?,
            aged: aged(tx, &told)?,
            payment_instructions: settings_of(tx)?.trade.payment_instructions,
            told,
        })
    })?;
    let file = app.printer.print(&subject.page())?;
    let ContactStatement { contact, to, .. } = &subject.told;
    Ok(PrintedDocument { name: format!("Statement {} {to}", contact.display_name), file })
}

fn aged(tx: &mut dyn Tx, told: &ContactStatement) -> Result<Vec<AgedRow>> {
    let items = tx.open_items().open_on(Trade::Sale, told.to, Some(told.contact.id))?;
    let ageing = Ageing::of(told.to, items);
    let ageing =
        ageing.ok_or_else(|| StoreError::Corrupt("the sum of what is open is out of range".to_owned()))?;
    Ok(ageing.rows)
}

impl Subject {
    fn paper(&self) -> Paper {
        Paper::of_country(printed::home(&self.company))
    }

    fn page(&self) -> PrintedPage {
        let Self { company, told, .. } = self;
        let contact = &told.contact;
        PrintedPage {
            paper: self.paper(),
            document_id: format!("{} {}", contact.id, told.to),
            company: printed::sender(company, contact),
            recipient: printed::recipient("Statement for", contact, company),
            facts: self.facts(),
            introduction: told
                .statements
                .is_empty()
                .then(|| "Nothing was owed, and nothing was posted in this time.".to_owned()),
            table: self.table(),
            totals: told.statements.iter().map(total).collect(),
            summary: self.ages(),
            notes: self.notes(),
            ..PrintedPage::empty("Statement", told.to)
        }
    }

    fn facts(&self) -> Vec<PrintedFact> {
        let ContactStatement { contact, from, to, .. } = &self.told;
        printed::facts([
            from.map(|from| ("From", printed::date(from, self.paper()))),
            Some(("To", printed::date(*to, self.paper()))),
            contact.vat_id.clone().map(|vat_id| ("Your VAT ID", vat_id)),
        ])
    }

    fn table(&self) -> PrintedTable {
        let statements = &self.told.statements;
        let mut rows = Vec::new();
        for statement in statements {
            if statements.len() > 1 {
                let side = match statement.trade {
                    Trade::Sale => "What you owe us",
                    Trade::Purchase => "What we owe you",
                };
                rows.push(standing_out(
                    String::new(),
                    format!("{side}, {}", statement.currency),
                    String::new(),
                ));
            }
            if let Some(from) = self.told.from {
                let opening = amount(statement.opening, statement.currency);
                let day = printed::date(from, self.paper());
                rows.push(standing_out(day, "Balance brought forward".to_owned(), opening));
            }
            rows.extend(statement.movements.iter().map(|movement| self.row(statement, movement)));
        }
        PrintedTable {
            columns: columns(&[
                ("Date", ColumnKind::Short),
                ("Description", ColumnKind::Prose),
                ("Amount", ColumnKind::Number),
                ("Balance", ColumnKind::Number),
            ]),
            rows,
        }
    }

    fn row(&self, statement: &Statement, movement: &Movement) -> PrintedRow {
        let Movement { line, amount: change, balance } = movement;
        PrintedRow {
            cells: vec![
                printed::date(line.date, self.paper()),
                description(line),
                amount(*change, statement.currency),
                amount(*balance, statement.currency),
            ],
            detail: line.memo.clone(),
            ..PrintedRow::default()
        }
    }

    /// How long what is owed has been due, where something is.
    fn ages(&self) -> Option<PrintedSummary> {
        let mut rows = Vec::new();
        for row in &self.aged {
            for bucket in Bucket::ALL {
                let label = match bucket {
                    Bucket::Current => "Not due yet",
                    Bucket::Days1To30 => "1 to 30 days overdue",
                    Bucket::Days31To60 => "31 to 60 days overdue",
                    Bucket::Days61To90 => "61 to 90 days overdue",
                    Bucket::Over90 => "More than 90 days overdue",
                    Bucket::Unapplied => "Credits and advances",
                };
                let sum = row.amounts.of(bucket);
                if sum != 0 {
                    let cells = vec![label.to_owned(), money(sum, row.currency)];
                    rows.push(PrintedRow { cells, ..PrintedRow::default() });
                }
            }
        }
        let columns = columns(&[("Age", ColumnKind::Prose), ("Open", ColumnKind::Number)]);
        (!rows.is_empty()).then(|| PrintedSummary {
            heading: "What is open".to_owned(),
            table: PrintedTable { columns, rows },
        })
    }

    fn notes(&self) -> Vec<PrintedNote> {
        let owes = |statement: &Statement| statement.trade == Trade::Sale && statement.closing > 0;
        let note = printed::how_to_pay(self.payment_instructions.as_deref());
        note.filter(|_| self.told.statements.iter().any(owes)).into_iter().collect()
    }
}

fn standing_out(day: String, text: String, balance: String) -> PrintedRow {
    PrintedRow {
        cells: vec![day, text, String::new(), balance],
        is_emphasised: true,
        ..PrintedRow::default()
    }
}

/// What kind of entry it is, with the number that the reader knows.
fn description(line: &ContactLine) -> String {
    let mut kind = line.transaction_type.replace('_', " ");
    if let Some(first) = kind.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!("{kind} {}", line.reference_number.as_ref().unwrap_or(&line.entry_number))
}

fn total(statement: &Statement) -> PrintedTotal {
    let label = match (statement.trade, statement.closing < 0) {
        (Trade::Sale, false) => "Balance due",
        (Trade::Sale, true) => "Your credit",
        (Trade::Purchase, false) => "We owe you",
        (Trade::Purchase, true) => "Our credit",
    };
    PrintedTotal {
        label: label.to_owned(),
        value: money(i128::from(statement.closing).abs(), statement.currency),
        is_emphasised: true,
    }
}
