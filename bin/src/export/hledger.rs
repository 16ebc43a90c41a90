//! A journal for hledger. Foreign amounts carry their base amount as total cost, so that both currencies balance.

use super::{Books, Writer};
use anyhow::Result;
use partita_application::domain::account::Category;
use partita_application::domain::id::AccountId;
use partita_application::domain::journal_entry::{JournalEntry, Line};
use std::collections::HashMap;
use std::io::Write;

pub(super) struct Hledger {
    names: HashMap<AccountId, String>,
}

impl Hledger {
    pub(super) fn of(books: &Books) -> Self {
        let names = books.chart.iter().map(|account| {
            let top = match account.account_type.category() {
                Category::Asset => "assets",
                Category::Liability => "liabilities",
                Category::Equity => "equity",
                Category::Revenue => "revenues",
                Category::Expense => "expenses",
            };
            let mut path: Vec<String> = books.path(account).into_iter().map(plain).collect();
            if let Some(last) = path.last_mut() {
                *last = format!("{} {last}", account.number);
            }
            (account.id, format!("{top}:{}", path.join(":")))
        });
        Self { names: names.collect() }
    }
}

/// Colons part account names, two blanks end them, a semicolon begins a comment.
fn plain(name: &str) -> String {
    name.replace([':', ';'], "-").split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Writer for Hledger {
    fn begin(&mut self, books: &Books, to: &mut dyn Write) -> Result<()> {
        writeln!(to, "; {}, in {}", plain(&books.company.name), books.company.base_currency)?;
        for account in &books.chart {
            if let Some(name) = self.names.get(&account.id) {
                writeln!(to, "account {name}")?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, books: &Books, entry: &JournalEntry, to: &mut dyn Write) -> Result<()> {
        let memo = entry.memo.as_deref().map(plain).unwrap_or_default();
        writeln!(to)?;
        writeln!(to, "{} * ({}) {memo}  ; hash:{}", entry.date, entry.entry_number, entry.hash)?;
        for line in &entry.lines {
            let name = self.names.get(&line.account_id).map_or("unknown", String::as_str);
            writeln!(to, "    {name}  {}", amount(books, entry, line))?;
        }
        Ok(())
    }
}

fn amount(books: &Books, entry: &JournalEntry, line: &Line) -> String {
    let base = books.company.base_currency;
    let in_base = i128::from(line.base_debit) - i128::from(line.base_credit);
    let own = i128::from(line.debit) - i128::from(line.credit);
    if entry.currency_code == base || own == 0 {
        format!("{base} {}", base.decimal(in_base))
    } else {
        format!(
            "{} {} @@ {base} {}",
            entry.currency_code,
            entry.currency_code.decimal(own),
            base.decimal(in_base.abs())
        )
    }
}
