//! Books without a server and without a database: a company, its chart, an entry, a balance.
//!
//! `cargo run -p partita-memory --example books_in_memory`
#![allow(clippy::print_stdout, reason = "an example shows what it has found")]

use partita_application::company::{self, NewCompany};
use partita_application::domain::audit_event::Source;
use partita_application::domain::id::CompanyId;
use partita_application::domain::journal_entry::{EntryDraft, LineDraft};
use partita_application::domain::money::Currency;
use partita_application::{Call, Result, balance, journal_entry};
use partita_memory::MemoryStore;
use std::sync::Arc;
use time::macros::date;

fn main() -> Result<()> {
    let app = partita_system::app(Arc::new(MemoryStore::new()));
    let bakery = NewCompany::named("Corner Bakery", Currency::USD, Some("us-small-business"));
    let installation = Call::system(CompanyId::INSTALLATION, Source::System);
    let founded = company::found(&app, &installation, &bakery)?.value;
    let call = Call::system(founded.company.id, Source::System);

    // 100.00 earned and paid: debit 1000 Checking, credit 4000 Product Sales.
    let lines = vec![LineDraft::debit("1000", 10_000), LineDraft::credit("4000", 10_000)];
    let posted = journal_entry::post(&app, &call, &EntryDraft::new(date!(2026 - 03 - 31), lines))?.value;
    println!("{} is in the books, hash {}", posted.entry_number, posted.hash);

    let report = balance::trial_balance(&app, &call, Some(date!(2026 - 12 - 31)), None)?;
    for row in &report.rows {
        println!(
            "{} {:<20} {:>10}",
            row.account.number,
            row.account.name,
            report.currency.decimal(row.balance.into())
        );
    }
    assert!(report.balanced());

    // What does not balance is refused.
    let lines = vec![LineDraft::debit("1000", 10_000), LineDraft::credit("4000", 9_900)];
    if let Err(refused) = journal_entry::post(&app, &call, &EntryDraft::new(date!(2026 - 03 - 31), lines)) {
        println!("{refused}");
    }
    Ok(())
}
