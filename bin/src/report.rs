//! `partita report`: reports on standard output.

use crate::cli::CompanyArg;
use crate::config::Config;
use crate::table::{Align, Table};
use crate::{out, wiring};
use anyhow::{Context, Result};
use partita_application::domain::account::Side;
use partita_application::domain::audit_event::Source;
use partita_application::domain::balance::{TrialBalance, TrialBalanceRow};
use partita_application::{Call, balance, company};
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;
use time::Date;
use time::macros::format_description;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// The balance of every account
    TrialBalance {
        #[command(flatten)]
        company: CompanyArg,
        /// Up to and including this day [default: today]
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
        as_of: Option<Date>,
        /// Count adjustments of the year up to this period
        #[arg(long, value_name = "13|14", value_parser = clap::value_parser!(u8).range(13..=14))]
        adjustment_period: Option<u8>,
        /// How it looks
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// As the API answers it, amounts in minor units
    Json,
    /// For spreadsheets, amounts with decimals
    Csv,
}

/// A day as it is written on the command line.
pub(crate) fn date(text: &str) -> Result<Date, String> {
    Date::parse(text, format_description!("[year]-[month]-[day]"))
        .map_err(|_| "write a day as YYYY-MM-DD".to_owned())
}

pub(crate) fn run(config: &Config, command: Command) -> Result<ExitCode> {
    let Command::TrialBalance { company, as_of, adjustment_period, format } = command;
    let books = wiring::open(config)?;
    let company = company::choose(&books.app, company.company.as_deref())?;
    let call = Call::system(company.id, Source::Cli);
    let report = balance::trial_balance(&books.app, &call, as_of, adjustment_period)?;
    match format {
        Format::Table => {
            out::line(format_args!(
                "{}: trial balance as of {} ({})\n\n{}",
                company.name,
                report.as_of,
                report.currency,
                table(&report)
            ))?;
        }
        Format::Json => out::line(serde_json::to_string_pretty(&as_json(&report))?)?,
        Format::Csv => out::stream().write_all(&csv(&report)?)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The balance as a debit and a credit, one of them nothing.
fn columns(row: &TrialBalanceRow) -> (i64, i64) {
    let debit = match row.account.account_type.normal_side() {
        Side::Debit => row.balance,
        Side::Credit => -row.balance,
    };
    (debit.max(0), (-debit).max(0))
}

fn table(report: &TrialBalance) -> String {
    let mut table = Table::new(&[
        ("Number", Align::Left),
        ("Account", Align::Left),
        ("Debit", Align::Right),
        ("Credit", Align::Right),
    ]);
    let amount = |minor: i64| match minor {
        0 => String::new(),
        minor => report.currency.decimal(minor.into()),
    };
    for row in &report.rows {
        let (debit, credit) = columns(row);
        table.row([row.account.number.clone(), row.account.name.clone(), amount(debit), amount(credit)]);
    }
    table.rule();
    let total = |minor: i64| report.currency.decimal(minor.into());
    let verdict = if report.balanced() { "Total" } else { "Total (DOES NOT BALANCE)" };
    table.row([String::new(), verdict.to_owned(), total(report.total_debit), total(report.total_credit)]);
    table.text()
}

fn as_json(report: &TrialBalance) -> Value {
    let rows: Vec<Value> = report
        .rows
        .iter()
        .map(|row| {
            json!({
                "account_id": row.account.id,
                "number": row.account.number,
                "name": row.account.name,
                "type": row.account.account_type.name(),
                "category": row.account.account_type.category().name(),
                "debit_total": row.debit_total,
                "credit_total": row.credit_total,
                "balance": row.balance,
            })
        })
        .collect();
    json!({
        "as_of": report.as_of.to_string(),
        "currency_code": report.currency,
        "rows": rows,
        "total_debit": report.total_debit,
        "total_credit": report.total_credit,
        "balanced": report.balanced(),
    })
}

/// The columns of the API's CSV.
fn csv(report: &TrialBalance) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record([
        "account_id",
        "number",
        "name",
        "type",
        "category",
        "currency_code",
        "debit_total",
        "credit_total",
        "balance",
    ])?;
    let decimal = |minor: i64| report.currency.decimal(minor.into());
    for row in &report.rows {
        let account = &row.account;
        writer.write_record([
            account.id.to_string(),
            text_cell(&account.number),
            text_cell(&account.name),
            account.account_type.name().to_owned(),
            account.account_type.category().name().to_owned(),
            report.currency.to_string(),
            decimal(row.debit_total),
            decimal(row.credit_total),
            decimal(row.balance),
        ])?;
    }
    writer.into_inner().context("a report in memory")
}

/// Text that a spreadsheet would run as a formula is kept from it.
fn text_cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() }
}
