//! `partita demo`: a company with a year of trade, to look around in.

mod trade;

use crate::config::Config;
use crate::database_url::Place;
use crate::{init, out, wiring};
use anyhow::{Result, bail};
use partita_application::domain::audit_event::Source;
use partita_application::journal_entry::post_batch;
use partita_application::{App, Call, company};
use std::process::ExitCode;

/// So many entries share a transaction.
const BATCH: usize = 100;

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
    let posted = post(app, &args.name, year);
    notice.show(config.bind)?;
    out::line(format_args!(
        "\n{} journal entries of {year} were posted; `partita report trial-balance --company '{}'` sums them up.",
        posted?, args.name
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Posts the year, and counts its entries.
fn post(app: &App, name: &str, year: i32) -> Result<usize> {
    let company = company::choose(app, Some(name))?;
    let call = Call::system(company.id, Source::Cli);
    let entries = trade::year(year)?;
    for batch in entries.chunks(BATCH) {
        post_batch(app, &call, batch, true)?;
    }
    Ok(entries.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use partita_application::balance::trial_balance;
    use partita_application::company::{CompanyProfile, NewCompany};
    use partita_application::domain::account::AccountType;
    use partita_application::domain::company::Address;
    use partita_application::domain::id::CompanyId;
    use partita_application::domain::money::Currency;
    use partita_application::verify::verify;
    use std::sync::Arc;

    #[test]
    fn a_year_of_trade_is_believable() {
        let app = partita_system::app(Arc::new(partita_memory::MemoryStore::new()));
        let new = NewCompany {
            profile: CompanyProfile {
                external_id: None,
                name: "Demo".to_owned(),
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
        };
        company::found(&app, &Call::system(CompanyId::INSTALLATION, Source::Cli), &new).unwrap();
        let posted = post(&app, "Demo", 2024).unwrap();
        assert!((280..=340).contains(&posted), "{posted}");
        let company = company::choose(&app, None).unwrap();
        let call = Call::system(company.id, Source::Cli);
        assert_eq!(verify(&app, &call).unwrap().problems, Vec::<String>::new());
        for month in 1..=12 {
            let month = time::Month::try_from(month).unwrap();
            let end = time::Date::from_calendar_date(2024, month, month.length(2024)).unwrap();
            let report = trial_balance(&app, &call, Some(end), None).unwrap();
            assert!(report.balanced());
            let of = |number: &str| {
                report.rows.iter().find(|row| row.account.number == number).map_or(0, |row| row.balance)
            };
            for number in ["1000", "1100", "1200", "2000", "2100", "2200"] {
                assert!(of(number) > 0, "{number} on {end}: {}", of(number));
            }
        }
        let end = time::macros::date!(2024 - 12 - 31);
        let profit: i64 = trial_balance(&app, &call, Some(end), None)
            .unwrap()
            .rows
            .iter()
            .map(|row| match row.account.account_type {
                AccountType::Income | AccountType::OtherIncome => row.balance,
                AccountType::CostOfGoodsSold | AccountType::Expense | AccountType::OtherExpense => {
                    -row.balance
                }
                _ => 0,
            })
            .sum();
        assert!((500_000..10_000_000).contains(&profit), "a profit of {profit} cents");
    }

    #[test]
    fn the_same_year_is_the_same_trade() {
        assert_eq!(trade::year(2023).unwrap(), trade::year(2023).unwrap());
        assert_ne!(trade::year(2023).unwrap(), trade::year(2024).unwrap());
    }
}
