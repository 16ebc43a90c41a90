//! A ledger for beancount: five roots, account parts that begin with a capital or a digit, `open` before use.

use super::{Books, Writer};
use anyhow::Result;
use partita_application::domain::account::Category;
use partita_application::domain::id::AccountId;
use partita_application::domain::journal_entry::{JournalEntry, Line};
use std::collections::HashMap;
use std::io::Write;

/// Before every date that an entry can have.
const OPENED: &str = "1900-01-01";

pub(super) struct Beancount {
    names: HashMap<AccountId, String>,
}

impl Beancount {
    pub(super) fn of(books: &Books) -> Self {
        let names = books.chart.iter().map(|account| {
            let root = match account.account_type.category() {
                Category::Asset => "Assets",
                Category::Liability => "Liabilities",
                Category::Equity => "Equity",
                Category::Revenue => "Income",
                Category::Expense => "Expenses",
            };
            let mut path: Vec<String> = books.path(account).into_iter().map(part).collect();
            if let Some(last) = path.last_mut() {
                *last = format!("{}-{last}", part(&account.number));
            }
            (account.id, format!("{root}:{}", path.join(":")))
        });
        Self { names: names.collect() }
    }
}

/// Letters, digits and dashes, beginning with a capital or a digit.
fn part(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join("-");
    let mut letters = joined.chars();
    match letters.next() {
        Some(first) if first.is_ascii_digit() => joined,
        Some(first)
            if first.is_uppercase() || first.to_uppercase().next().is_some_and(char::is_uppercase) =>
        {
            first.to_uppercase().chain(letters).collect()
        }
        _ => format!("X{joined}"),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl Writer for Beancount {
    fn begin(&mut self, books: &Books, to: &mut dyn Write) -> Result<()> {
        writeln!(to, "option \"title\" {}", quoted(&books.company.name))?;
        // Foreign amounts carry a total cost, whose division leaves a residue far below a cent.
        writeln!(to, "option \"inferred_tolerance_default\" \"*:0.000001\"")?;
        writeln!(to, "option \"operating_currency\" \"{}\"", books.company.base_currency)?;
        for account in &books.chart {
            if let Some(name) = self.names.get(&account.id) {
                writeln!(to, "{OPENED} open {name}")?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, books: &Books, entry: &JournalEntry, to: &mut dyn Write) -> Result<()> {
        writeln!(to)?;
        writeln!(to, "{} * {}", entry.date, quoted(entry.memo.as_deref().unwrap_or_default()))?;
        writeln!(to, "  number: {}", quoted(&entry.entry_number))?;
        writeln!(to, "  hash: {}", quoted(&entry.hash.to_string()))?;
        for line in &entry.lines {
            let name = self.names.get(&line.account_id).map_or("Equity:Unknown", String::as_str);
            writeln!(to, "  {name}  {}", amount(books, entry, line))?;
        }
        Ok(())
    }
}

fn amount(books: &Books, entry: &JournalEntry, line: &Line) -> String {
    let base = books.company.base_currency;
    let in_base = i128::from(line.base_debit) - i128::from(line.base_credit);
    let own = i128::from(line.debit) - i128::from(line.credit);
    if entry.currency_code == base || own == 0 {
        format!("{} {base}", base.decimal(in_base))
    } else {
        format!(
            "{} {} @@ {} {base}",
            entry.currency_code.decimal(own),
            entry.currency_code,
            base.decimal(in_base.abs())
        )
    }
}
