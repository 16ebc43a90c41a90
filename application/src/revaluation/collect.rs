//! What is open in foreign currencies at a closing date, and at which rates.

use crate::error::{Error, Result};
use crate::ports::{BalanceSpan, StoreError, Tx};
use partita_domain::account::{Account, AccountType, Side};
use partita_domain::ageing::OpenOnDay;
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::{AccountId, ContactId};
use partita_domain::money::Currency;
use partita_domain::payment::OpenItemSource;
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::revaluation::{ClosingRate, RevaluationRequest, is_monetary, required};
use partita_domain::settings::DefaultAccounts;
use partita_domain::tax::Trade;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use time::{Date, Duration};

/// A stored rate closes a period when it is at most so many days old.
const MOST_DAYS: i64 = 31;

/// Something monetary that is open in a foreign currency.
pub(super) struct Found {
    pub(super) source: Option<OpenItemSource>,
    pub(super) number: String,
    pub(super) account_id: AccountId,
    pub(super) contact_id: Option<ContactId>,
    pub(super) side: Side,
    pub(super) currency: Currency,
    pub(super) open: i64,
    pub(super) base_open: i64,
    pub(super) revaluation_account_id: AccountId,
}

/// What is open at the date of a request, in the order of its kind: receivables, payables, accounts.
///
/// # Errors
/// An account of revaluation that the settings do not name, with `required`.
pub(super) fn open_items(
    tx: &mut dyn Tx,
    request: &RevaluationRequest,
    base: Currency,
    accounts: &DefaultAccounts,
) -> Result<Vec<Found>> {
    let is_wanted = |currency: Currency| {
        currency != base && request.currency_code.is_none_or(|wanted| wanted == currency)
    };
    let mut found = Vec::new();
    for trade in [Trade::Sale, Trade::Purchase] {
        let mut items = tx.open_items().open_on(trade, request.date, None)?;
        items.retain(|item| {
            is_wanted(item.currency) && (request.include_advances || item.source.payment().is_none())
        });
        items.sort_by_key(|item| (item.date, item.source));
        for item in items {
            found.push(of_item(item, trade, accounts)?);
        }
    }
    found.extend(balances(tx, request.date, is_wanted, accounts)?);
    Ok(found)
}

fn of_item(item: OpenOnDay, trade: Trade, accounts: &DefaultAccounts) -> Result<Found> {
    let (account, name, what) = match trade {
        Trade::Sale => (accounts.receivables_revaluation, "receivables_revaluation", "receivables"),
        Trade::Purchase => (accounts.payables_revaluation, "payables_revaluation", "payables"),
    };
    let number = item.number;
    let account_id = item
        .account_id
        .ok_or_else(|| StoreError::Corrupt(format!("{number} is open, but stands on no account")))?;
    Ok(Found {
        source: Some(item.source),
        number,
        account_id,
        contact_id: Some(item.contact_id),
        side: item.source.side(),
        currency: item.currency,
        open: item.open,
        base_open: item.base_open,
        revaluation_account_id: account
            .ok_or_else(|| required(name, &format!("the revaluation of {what}")))?,
    })
}

/// The balances of monetary accounts that have no open items, by number and currency.
fn balances(
    tx: &mut dyn Tx,
    date: Date,
    is_wanted: impl Fn(Currency) -> bool,
    accounts: &DefaultAccounts,
) -> Result<Vec<Found>> {
    let span = BalanceSpan { from: None, to: date, account_id: None, without: Vec::new() };
    let mut rows = tx.balances().totals(&span)?;
    rows.retain(|row| is_wanted(row.currency));
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let chart = tx.accounts().all()?;
    let chart: HashMap<AccountId, &Arc<Account>> =
        chart.iter().map(|account| (account.id, account)).collect();
    let mut found = Vec::new();
    for row in rows {
        let Some(account) = chart.get(&row.account_id).filter(|account| has_balance(account)) else {
            continue;
        };
        let side = account.account_type.normal_side();
        let (balance, base) = (row.totals.balance(side), row.totals.base_balance(side));
        if balance == 0 {
            continue;
        }
        let (side, balance, base) =
            if balance > 0 { (side, balance, base) } else { (side.opposite(), -balance, -base) };
        found.push(Found {
            source: None,
            number: account.number.clone(),
            account_id: account.id,
            contact_id: None,
            side,
            currency: row.currency,
            open: i64::try_from(balance).map_err(|_| out_of_range())?,
            base_open: i64::try_from(base).map_err(|_| out_of_range())?,
            revaluation_account_id: of_account(account, accounts)?,
        });
    }
    found.sort_by(|one, other| (&one.number, one.currency).cmp(&(&other.number, other.currency)));
    Ok(found)
}

/// Whether an account is monetary and revalued by its balance; control accounts are by their open items.
fn has_balance(account: &Account) -> bool {
    let is_control =
        matches!(account.account_type, AccountType::AccountsReceivable | AccountType::AccountsPayable);
    is_monetary(account.account_type) && !is_control
}

/// Where the difference of an account's balance goes: money beside money, debts beside debts.
fn of_account(account: &Account, accounts: &DefaultAccounts) -> Result<AccountId> {
    let (found, name) = match account.account_type {
        AccountType::Bank => (accounts.bank_revaluation, "bank_revaluation"),
        _ => (accounts.payables_revaluation, "payables_revaluation"),
    };
    let what = format!("the revaluation of account {}", account.number);
    Ok(found.ok_or_else(|| required(name, &what))?)
}

/// The closing rate of each currency in which something is open: the one that is given, else the latest stored one that is
/// not too old.
///
/// # Errors
/// `exchange_rates` with `required`, once for each currency that has none.
pub(super) fn closing_rates(
    tx: &mut dyn Tx,
    request: &RevaluationRequest,
    base: Currency,
    found: &[Found],
) -> Result<BTreeMap<Currency, ClosingRate>> {
    let given: HashMap<Currency, ExchangeRate> = request.exchange_rates.iter().copied().collect();
    let currencies: BTreeSet<Currency> = found.iter().map(|item| item.currency).collect();
    let mut rates: BTreeMap<Currency, ClosingRate> = currencies
        .iter()
        .filter_map(|currency| given.get(currency).map(|rate| (*currency, *rate)))
        .map(|(currency_code, rate)| (currency_code, ClosingRate { currency_code, rate, date: None }))
        .collect();
    if rates.len() < currencies.len() {
        let earliest = request.date.checked_sub(Duration::days(MOST_DAYS)).unwrap_or(request.date);
        // By day, so that the latest of each currency is what stays.
        for stored in tx.exchange_rates().of_days(base, earliest, request.date)? {
            let currency_code = stored.from_currency;
            if currencies.contains(&currency_code) && !given.contains_key(&currency_code) {
                let rate = ClosingRate { currency_code, rate: stored.rate, date: Some(stored.date) };
                rates.insert(currency_code, rate);
            }
        }
    }
    let missing: Vec<Refusal> = currencies
        .iter()
        .filter(|currency| !rates.contains_key(currency))
        .map(|currency| {
            let message = format!(
                "there is no rate from {currency} to {base} on {} or in the {MOST_DAYS} days before; give one or store it",
                request.date
            );
            Refusal::field("exchange_rates", Constraint::Required, message)
        })
        .collect();
    if missing.is_empty() { Ok(rates) } else { Err(Error::Refused(missing)) }
}

fn out_of_range() -> Error {
    StoreError::Corrupt("the balance of an account is out of range".to_owned()).into()
}
