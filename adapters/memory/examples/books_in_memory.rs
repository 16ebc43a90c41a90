//! Books without a server and without a database: a company, its chart, an entry, a balance.
//!
//! `cargo run -p partita-memory --example books_in_memory`
#![allow(clippy::print_stdout, reason = "an example shows what it has found")]

use partita_application::company::{self, CompanyProfile, NewCompany};
use partita_application::domain::audit_event::Source;
use partita_application::domain::company::Address;
use partita_application::domain::id::CompanyId;
use partita_application::domain::journal_entry::{AccountRef, Dimensions, EntryDraft, LineDraft};
use partita_application::domain::metadata::Metadata;
use partita_application::domain::money::Currency;
use partita_application::{App, Call, Result, balance, journal_entry};
use partita_memory::MemoryStore;
use partita_system::{Argon2Passwords, SystemClock, SystemIds, SystemSecrets};
use std::sync::Arc;
use time::Date;
use time::macros::date;

fn main() -> Result<()> {
    let app = App::new(
        Arc::new(MemoryStore::new()),
        Arc::new(SystemClock),
        Arc::new(SystemIds),
        Arc::new(SystemSecrets),
        Arc::new(Argon2Passwords::for_tests()),
    );
    let installation = Call::system(CompanyId::INSTALLATION, Source::System);
    let founded = company::found(&app, &installation, &bakery())?.value;
    let call = Call::system(founded.company.id, Source::System);

    // 100.00 earned and paid: debit 1000 Checking, credit 4000 Product Sales.
    let sale = entry(date!(2026 - 03 - 31), &[debit("1000", 10_000), credit("4000", 10_000)]);
    let posted = journal_entry::post(&app, &call, &sale)?.value;
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
    let slip = entry(date!(2026 - 03 - 31), &[debit("1000", 10_000), credit("4000", 9_900)]);
    if let Err(refused) = journal_entry::post(&app, &call, &slip) {
        println!("{refused}");
    }
    Ok(())
}

/// A company with one of the charts that come with Partita.
fn bakery() -> NewCompany {
    NewCompany {
        profile: CompanyProfile {
            external_id: None,
            name: "Corner Bakery".to_owned(),
            legal_name: None,
            country: None,
            tax_id: None,
            fiscal_year_start_month: 1,
            address: Address::default(),
        },
        base_currency: Currency::USD,
        chart: Some("us-small-business".to_owned()),
        owner: None,
        with_key: false,
    }
}

fn entry(date: Date, lines: &[LineDraft]) -> EntryDraft {
    EntryDraft {
        external_id: None,
        date,
        transaction_type: None,
        source_id: None,
        memo: None,
        reference_number: None,
        currency: None,
        exchange_rate: None,
        adjustment_period: None,
        metadata: Metadata::default(),
        lines: lines.to_vec(),
        override_closed_period: None,
    }
}

fn debit(number: &str, cents: i64) -> LineDraft {
    LineDraft {
        account: AccountRef::Number(number.to_owned()),
        debit: cents,
        credit: 0,
        base_debit: None,
        base_credit: None,
        description: None,
        dimensions: Dimensions::default(),
    }
}

fn credit(number: &str, cents: i64) -> LineDraft {
    LineDraft { debit: 0, credit: cents, ..debit(number, 0) }
}
