//! What is owed on a day, by how long it is overdue.

use crate::app::App;
use crate::balance::company_of;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::ports::{BalanceSpan, StoreError, Tx};
use partita_domain::account::{Account, Side};
use partita_domain::ageing::{AgedAmounts, AgedRow, Ageing};
use partita_domain::fiscal_calendar::check_date;
use partita_domain::id::{AccountId, ContactId};
use partita_domain::journal_entry::AccountRef;
use partita_domain::money::Currency;
use partita_domain::permission::Permission;
use partita_domain::tax::Trade;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use time::Date;

/// What is owed on a day, by contact and currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgeingReport {
    /// The day.
    pub as_of: Date,
    /// The base currency.
    pub base_currency: Currency,
    /// By name of the contact, then currency.
    pub rows: Vec<NamedRow>,
    /// All in base currency.
    pub totals: AgedAmounts,
    /// The accounts that it stands on, by number; none when the report is about one contact.
    pub accounts: Vec<AgedAccount>,
}

/// A row with the name of its contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedRow {
    /// The name.
    pub contact_name: String,
    /// What it owes, or is owed.
    pub row: AgedRow,
}

/// An account beside what stands on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgedAccount {
    /// The account.
    pub account: Arc<Account>,
    /// Σ of what is open on it, minor units of base currency, positive on the account's normal side.
    pub open: i64,
    /// Its balance on the day, the same way.
    pub balance: i64,
}

/// Says what customers owe (sales) or what is owed to vendors (purchases) on a day, today by default, and how long it is
/// overdue (T75). What is dated after the day does not count, nor does what was applied or made void after it.
///
/// # Errors
/// `as_of` out of range.
pub fn ageing(
    app: &App,
    call: &Call,
    trade: Trade,
    as_of: Option<Date>,
    contact: Option<ContactId>,
) -> Result<AgeingReport> {
    call.need(Permission::REPORTS_READ)?;
    let as_of = as_of.unwrap_or_else(|| app.clock.now().date());
    check_date(as_of, "as_of")?;
    app.store.read(call.company, |tx| {
        let company = company_of(tx, call.company)?;
        let items = tx.open_items().open_on(trade, as_of, contact)?;
        let ageing = Ageing::of(as_of, items).ok_or_else(out_of_range)?;
        let accounts = match contact {
            Some(_) => Vec::new(),
            None => accounts_on(tx, trade, as_of, &ageing.by_account)?,
        };
        Ok(AgeingReport {
            as_of,
            base_currency: company.base_currency,
            rows: named(tx, ageing.rows)?,
            totals: ageing.totals,
            accounts,
        })
    })
}

/// The rows with the names of their contacts, in the order of these.
fn named(tx: &mut dyn Tx, rows: Vec<AgedRow>) -> Result<Vec<NamedRow>> {
    let ids: Vec<ContactId> = rows.iter().map(|row| row.contact_id).collect();
    let names: HashMap<ContactId, String> =
        tx.contacts().find_all(&ids)?.into_iter().map(|contact| (contact.id, contact.display_name)).collect();
    let mut rows: Vec<NamedRow> = rows
        .into_iter()
        .map(|row| NamedRow { contact_name: names.get(&row.contact_id).cloned().unwrap_or_default(), row })
        .collect();
    rows.sort_by_cached_key(|named| {
        (named.contact_name.to_lowercase(), named.row.contact_id, named.row.currency)
    });
    Ok(rows)
}

/// The accounts of what is open, and those that the settings name for it, beside their balances.
fn accounts_on(
    tx: &mut dyn Tx,
    trade: Trade,
    as_of: Date,
    open: &BTreeMap<AccountId, i64>,
) -> Result<Vec<AgedAccount>> {
    let defaults = crate::settings::settings_of(tx)?.default_accounts;
    let defaults = match trade {
        Trade::Sale => [defaults.accounts_receivable, defaults.customer_advances],
        Trade::Purchase => [defaults.accounts_payable, defaults.vendor_prepayments],
    };
    let mut ids: Vec<AccountId> = open.keys().copied().chain(defaults.into_iter().flatten()).collect();
    ids.sort_unstable();
    ids.dedup();
    let names: Vec<AccountRef> = ids.iter().map(|id| AccountRef::Id(*id)).collect();
    let mut accounts = tx.accounts().named(&names.iter().collect::<Vec<_>>())?;
    accounts.sort_by(|one, other| one.number.cmp(&other.number));
    let span = BalanceSpan { from: None, to: as_of, account_id: None, without: Vec::new() };
    let mut balances: HashMap<AccountId, i128> = HashMap::new();
    for row in tx.balances().totals(&span)? {
        if ids.binary_search(&row.account_id).is_ok() {
            *balances.entry(row.account_id).or_default() += row.totals.base_balance(Side::Debit);
        }
    }
    accounts
        .into_iter()
        .map(|account| {
            let debit_balance = balances.get(&account.id).copied().unwrap_or_default();
            let balance = match account.account_type.normal_side() {
                Side::Debit => debit_balance,
                Side::Credit => -debit_balance,
            };
            let balance = i64::try_from(balance).map_err(|_| out_of_range())?;
            let open = open.get(&account.id).copied().unwrap_or_default();
            Ok(AgedAccount { account, open, balance })
        })
        .collect()
}

fn out_of_range() -> Error {
    StoreError::Corrupt("the sum of what is open is out of range".to_owned()).into()
}
