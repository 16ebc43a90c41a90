//! What all stocks are worth at a date, beside what the ledger says.

use crate::app::App;
use crate::call::Call;
use crate::error::Result;
use crate::ports::{BalanceSpan, StoreError, Tx};
use partita_domain::account::{Account, Side};
use partita_domain::fiscal_calendar::check_date;
use partita_domain::id::{AccountId, ItemId};
use partita_domain::item::Item;
use partita_domain::journal_entry::AccountRef;
use partita_domain::money::Currency;
use partita_domain::permission::Permission;
use partita_domain::quantity::Quantity;
use partita_domain::unit_price::UnitPrice;
use std::collections::BTreeMap;
use std::sync::Arc;
use time::Date;

/// So many are read at once.
const CHUNK: i64 = 1_000;

/// What all stocks are worth at a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Valuation {
    /// The date, included.
    pub as_of: Date,
    /// The base currency.
    pub base_currency: Currency,
    /// The items that there is something of, by name.
    pub items: Vec<ValuedItem>,
    /// The inventory accounts, by number.
    pub accounts: Vec<ValuedAccount>,
    /// Σ of the values.
    pub total: i64,
}

/// An item that there is something of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValuedItem {
    /// The item.
    pub item: Item,
    /// How many there are.
    pub quantity: Quantity,
    /// What they cost in all, minor units of base currency.
    pub value: i64,
}

impl ValuedItem {
    /// What one costs on average.
    #[must_use]
    pub fn average_cost(&self) -> Option<UnitPrice> {
        UnitPrice::per_unit(self.value, self.quantity)
    }
}

/// An inventory account beside the stocks that it stands for (invariant I3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValuedAccount {
    /// The account.
    pub account: Arc<Account>,
    /// Σ of the values of its items.
    pub stock_value: i64,
    /// Its balance.
    pub balance: i64,
}

/// What all stocks are worth at a date, today by default. What is kept tells what they are worth now; only the rows after the
/// date are read.
///
/// # Errors
/// `as_of` out of range.
pub fn valuation(app: &App, call: &Call, as_of: Option<Date>) -> Result<Valuation> {
    call.need(Permission::REPORTS_READ)?;
    let as_of = as_of.unwrap_or_else(|| app.clock.now().date());
    check_date(as_of, "as_of")?;
    app.store.read(call.company, |tx| {
        let company = crate::balance::company_of(tx, call.company)?;
        let stocks = stocks_at(tx, as_of)?;
        let ids: Vec<ItemId> = stocks.keys().copied().collect();
        let mut by_account: BTreeMap<AccountId, i128> = BTreeMap::new();
        let mut items = Vec::new();
        for item in tx.items().find_all(&ids)? {
            let (quantity, value) = stocks.get(&item.id).copied().unwrap_or_default();
            if let Some(account) = item.asset_account_id {
                *by_account.entry(account).or_default() += i128::from(value);
            }
            if quantity != 0 || value != 0 {
                let quantity = Quantity::from_millionths(quantity, "quantity")?;
                items.push(ValuedItem { item, quantity, value });
            }
        }
        items.sort_by_cached_key(|valued| (valued.item.sort_name(), valued.item.id));
        let accounts = accounts_at(tx, as_of, &by_account)?;
        let total = in_range(by_account.values().sum())?;
        Ok(Valuation { as_of, base_currency: company.base_currency, items, accounts, total })
    })
}

/// Quantity in millionths and value of each item at the end of a day.
fn stocks_at(tx: &mut dyn Tx, as_of: Date) -> Result<BTreeMap<ItemId, (i64, i64)>> {
    let mut stocks = BTreeMap::new();
    let mut after = None;
    loop {
        let kept = tx.stocks().all_kept(after, CHUNK)?;
        let Some(last) = kept.last() else { break };
        after = Some(last.item_id);
        for stock in kept {
            stocks.insert(stock.item_id, (stock.shelf.quantity().millionths(), stock.shelf.value()));
        }
    }
    for sum in tx.stocks().changed_after(as_of)? {
        if let Some((quantity, value)) = stocks.get_mut(&sum.item_id) {
            *quantity = quantity.checked_sub(sum.quantity_millionths).ok_or_else(out_of_range)?;
            *value = value.checked_sub(sum.value).ok_or_else(out_of_range)?;
        }
    }
    Ok(stocks)
}

fn accounts_at(
    tx: &mut dyn Tx,
    as_of: Date,
    by_account: &BTreeMap<AccountId, i128>,
) -> Result<Vec<ValuedAccount>> {
    let names: Vec<AccountRef> = by_account.keys().map(|id| AccountRef::Id(*id)).collect();
    let mut accounts = tx.accounts().named(&names.iter().collect::<Vec<_>>())?;
    accounts.sort_by(|one, other| one.number.cmp(&other.number));
    let span = BalanceSpan { from: None, to: as_of, account_id: None, without: Vec::new() };
    let mut balances: BTreeMap<AccountId, i128> = BTreeMap::new();
    for row in tx.balances().totals(&span)? {
        if by_account.contains_key(&row.account_id) {
            *balances.entry(row.account_id).or_default() += row.totals.base_balance(Side::Debit);
        }
    }
    accounts
        .into_iter()
        .map(|account| {
            let of = |sums: &BTreeMap<AccountId, i128>| sums.get(&account.id).copied().unwrap_or_default();
            let (stock_value, balance) = (in_range(of(by_account))?, in_range(of(&balances))?);
            Ok(ValuedAccount { stock_value, balance, account })
        })
        .collect()
}

fn in_range(sum: i128) -> Result<i64> {
    i64::try_from(sum).map_err(|_| out_of_range())
}

fn out_of_range() -> crate::error::Error {
    StoreError::Corrupt("the sum of stocks is out of range".to_owned()).into()
}
