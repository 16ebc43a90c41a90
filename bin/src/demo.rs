//! `partita demo`: a company with a year of trade, to look around in.

mod books;
mod goods;
mod one_offs;
mod overhead;
mod people;
mod random;
#[cfg(test)]
mod tests;
mod trade;

use crate::config::Config;
use crate::database_url::Place;
use crate::{init, out, wiring};
use anyhow::{Result, bail};
use books::{Books, currency};
use partita_application::company::CompanyProfile;
use partita_application::domain::account::{AccountDraft, AccountType};
use partita_application::domain::audit_event::Source;
use partita_application::domain::company::Address;
use partita_application::domain::metadata::Metadata;
use partita_application::domain::tax_code::TaxCodeDraft;
use partita_application::{App, Call, account, company, tax_code};
use std::process::ExitCode;
use trade::Trade;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The company's name
    #[arg(long, default_value = "Demo Trading Company")]
    name: String,
    /// The year of trade [default: the last one that is over]
    #[arg(long, value_parser = clap::value_parser!(i32).range(1901..=2198))]
    year: Option<i32>,
}

pub(crate) fn run(config: &Config, args: &Args) -> Result<ExitCode> {
    if config.place() == Place::Memory {
        bail!("memory: ends with its process, and the demo with it");
    }
    let books = wiring::open_or_make(config)?;
    let app = &books.app;
    if company::companies(app)?.iter().any(|company| company.name == args.name) {
        bail!("there is a company named {} already; choose another name with --name", args.name);
    }
    let year = args.year.unwrap_or_else(|| app.clock.now().year() - 1);
    let notice = init::found(config, app, &init::Args::named(&args.name))?;
    let traded = trade(app, &args.name, year);
    notice.show(config.bind)?;
    let Traded { documents, payments, entries } = traded?;
    out::line(format_args!(
        "\nThe year {year} has {documents} documents, {payments} payments and {entries} other entries; \
         `partita report trial-balance --company '{}'` sums them up.",
        args.name
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// How much was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Traded {
    documents: usize,
    payments: usize,
    entries: usize,
}

/// Lives through a year of a company that was founded with the chart `us-small-business`.
fn trade(app: &App, name: &str, year: i32) -> Result<Traded> {
    let company = company::choose(app, Some(name))?;
    let call = Call::system(company.id, Source::Cli);
    company::revise(app, &call, None, &profile(name))?;
    let mut books = Books::open(app, &call)?;
    open_accounts(&mut books)?;
    name_boxes(&books)?;
    let mut trade = Trade::prepare(books, year)?;
    trade.live()?;
    let Books { documents, payments, entries, .. } = trade.books;
    Ok(Traded { documents, payments, entries })
}

/// What stands on the company's paper.
fn profile(name: &str) -> CompanyProfile {
    let some = |text: &str| Some(text.to_owned());
    CompanyProfile {
        country: some("US"),
        tax_id: some("94-1234567"),
        address: Address {
            line1: some("415 Main St"),
            line2: None,
            city: some("Oakland"),
            region: some("CA"),
            postal_code: some("94612"),
            country: some("US"),
        },
        ..CompanyProfile::named(name)
    }
}

/// Bank accounts in the currencies of customers abroad.
fn open_accounts(books: &mut Books<'_>) -> Result<()> {
    for (number, code) in [("1030", "EUR"), ("1040", "GBP")] {
        let draft = AccountDraft {
            external_id: None,
            number: number.to_owned(),
            name: format!("Checking {code}"),
            account_type: AccountType::Bank,
            parent_id: None,
            currency_code: Some(currency(code)?),
            description: None,
            report_group: Some("Cash".to_owned()),
            is_active: true,
            is_cash: None,
            metadata: Metadata::default(),
        };
        account::open(books.app, books.call, &draft)?;
    }
    books.know_accounts()
}

/// Lines 1 and 2 of the Californian return: gross sales, and purchases on which use tax is due.
fn name_boxes(books: &Books<'_>) -> Result<()> {
    for code in books.tax_codes()? {
        let boxes = match code.code.as_str() {
            "CA" | "SALES" => "base=1",
            "CA-USE" => "input_base=2",
            _ => continue,
        };
        let draft = TaxCodeDraft {
            external_id: code.external_id,
            code: code.code,
            name: code.name,
            rate: code.rate,
            tax_type: code.tax_type,
            jurisdiction: code.jurisdiction,
            is_compound: code.is_compound,
            is_exempt: code.is_exempt,
            account_id: code.account_id,
            input_account_id: code.input_account_id,
            self_assess_account_id: code.self_assess_account_id,
            pending_account_id: code.pending_account_id,
            recoverable: Some(code.recoverable),
            report_box: Some(boxes.to_owned()),
            effective_from: code.effective_from,
            effective_to: code.effective_to,
            is_active: code.is_active,
            metadata: code.metadata,
        };
        tax_code::revise(books.app, books.call, code.id, Some(code.version), &draft)?;
    }
    Ok(())
}
