//! Taking over published rates.

use super::{RESOURCE, happened};
use crate::app::App;
use crate::balance::company_of;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::Result;
use crate::ports::Tx;
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::exchange_rate_table::DatedRate;
use partita_domain::fiscal_calendar::check_date;
use partita_domain::id::ExchangeRateId;
use partita_domain::money::Currency;
use partita_domain::permission::Permission;
use partita_domain::published_rates::PublishedDay;
use partita_domain::refusal::{Constraint, Refusal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use time::Date;

/// The source of rates that the European Central Bank publishes.
pub const ECB: &str = "ecb";

/// What became of the rates of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// So many are new.
    pub imported: u64,
    /// So many differed and are now as published.
    pub updated: u64,
    /// So many were there already.
    pub unchanged: u64,
    /// For so many days and currencies there is a rate from elsewhere, which stays.
    pub kept: u64,
    /// So many have no counterpart: a currency that ISO 4217 does not know, a day without the base currency, or less than
    /// two digits left of the rate.
    pub skipped: u64,
    /// The first day of the file.
    pub from: Option<Date>,
    /// The last day of the file.
    pub to: Option<Date>,
}

/// Takes over what a central bank has published, as rates into the base currency. The same file again changes nothing; a
/// rate that somebody has set otherwise stays.
///
/// # Errors
/// `currency` when the base currency is in none of the days, `range` for a day outside the books.
pub fn import(app: &App, call: &Call, source: &str, days: &[PublishedDay]) -> Result<Done<Imported>> {
    change(app, call, Permission::SETTINGS_WRITE, |tx, at| {
        let base = company_of(tx, call.company)?.base_currency;
        let mut outcome = Imported::default();
        let published = in_base(days, base, &mut outcome)?;
        let known = known(tx, base, &outcome)?;
        let (mut added, mut restated, mut happenings) = (Vec::new(), Vec::new(), Vec::new());
        for ((date, from_currency), rate) in published {
            match known.get(&(date, from_currency)) {
                None => added.push(DatedRate {
                    id: ExchangeRateId(app.ids.next()),
                    external_id: None,
                    from_currency,
                    base_currency: base,
                    date,
                    rate,
                    source: source.to_owned(),
                    created_at: at,
                    updated_at: at,
                    version: 1,
                }),
                Some(before) if before.source != source => outcome.kept += 1,
                Some(before) if before.rate == rate => outcome.unchanged += 1,
                Some(before) => {
                    let after =
                        DatedRate { rate, updated_at: at, version: before.version + 1, ..before.clone() };
                    happenings.push(happened("exchange_rate.updated", Some(before), Some(&after), after.id));
                    restated.push(after);
                }
            }
        }
        outcome.imported = u64::try_from(added.len()).unwrap_or(u64::MAX);
        outcome.updated = u64::try_from(restated.len()).unwrap_or(u64::MAX);
        tx.exchange_rates().insert(&added)?;
        tx.exchange_rates().restate(&restated)?;
        if added.is_empty() && restated.is_empty() {
            return Ok(Changed { value: outcome, happenings });
        }
        happenings.push(Happening {
            action: "exchange_rate.imported",
            resource_type: RESOURCE,
            resource_id: source.to_owned(),
            before: None,
            after: snapshot(&outcome),
            reason: None,
        });
        Ok(Changed { value: outcome, happenings })
    })
}

/// All rates of the file by day and foreign currency; of two for the same the later one counts.
fn in_base(
    days: &[PublishedDay],
    base: Currency,
    outcome: &mut Imported,
) -> Result<BTreeMap<(Date, Currency), ExchangeRate>> {
    let mut published = BTreeMap::new();
    let mut is_base_there = false;
    for day in days {
        check_date(day.date, "time")?;
        outcome.from = outcome.from.map_or(Some(day.date), |first| Some(first.min(day.date)));
        outcome.to = outcome.to.map_or(Some(day.date), |last| Some(last.max(day.date)));
        let Some(of_day) = day.in_base(base) else {
            outcome.skipped += u64::try_from(day.per_euro.len()).unwrap_or(u64::MAX) + day.unknown;
            continue;
        };
        is_base_there = true;
        outcome.skipped += of_day.skipped;
        published.extend(of_day.rates.into_iter().map(|(currency, rate)| ((day.date, currency), rate)));
    }
    if is_base_there {
        return Ok(published);
    }
    let message =
        format!("the file has no rate of {base}, so nothing in it can be converted to the base currency");
    Err(Refusal::field("currency", Constraint::Currency, message).into())
}

/// What is kept already of the days of the file.
fn known(
    tx: &mut dyn Tx,
    base: Currency,
    outcome: &Imported,
) -> Result<BTreeMap<(Date, Currency), DatedRate>> {
    let (Some(first), Some(last)) = (outcome.from, outcome.to) else { return Ok(BTreeMap::new()) };
    let known = tx.exchange_rates().of_days(base, first, last)?;
    Ok(known.into_iter().map(|rate| ((rate.date, rate.from_currency), rate)).collect())
}
