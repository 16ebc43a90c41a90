//! Opening balances: what a company brings from the system it used before.

use super::poster::Poster;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::Result;
use crate::ports::{EntryFilter, EntryOrder, EntryStatus};
use partita_domain::journal_entry::{
    AccountRef, Dimensions, EntryDraft, JournalEntry, LineDraft, OPENING_BALANCE,
};
use partita_domain::metadata::Metadata;
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};
use time::Date;

/// The balance of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpeningBalance {
    /// A balance-sheet account.
    pub account: AccountRef,
    /// Minor units of base currency.
    pub debit: i64,
    /// Minor units of base currency.
    pub credit: i64,
}

/// A set of opening balances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpeningBalances {
    /// The integrator's own id for the set.
    pub external_id: Option<String>,
    /// The day on which the books begin.
    pub date: Date,
    /// What it is.
    pub memo: Option<String>,
    /// One for each account.
    pub balances: Vec<OpeningBalance>,
}

/// Posts opening balances as one entry, each against the opening balance account, which nets to zero (T73).
///
/// # Errors
/// `account_type` for an account that is not on the balance sheet, `double_entry_balance` when the sums differ,
/// `conflict` when a set of this date stands already: reverse it first.
pub fn post_opening_balances(app: &App, call: &Call, set: &OpeningBalances) -> Result<Done<JournalEntry>> {
    let draft = EntryDraft {
        external_id: set.external_id.clone(),
        date: set.date,
        transaction_type: Some(OPENING_BALANCE.to_owned()),
        source_id: None,
        memo: Some(set.memo.clone().unwrap_or_else(|| "Opening balances".to_owned())),
        reference_number: None,
        currency: None,
        exchange_rate: None,
        adjustment_period: None,
        metadata: Metadata::default(),
        lines: set
            .balances
            .iter()
            .map(|balance| line(balance.account.clone(), balance.debit, balance.credit))
            .collect(),
        override_closed_period: None,
    };
    draft.check()?;
    change(app, call, Permission::JOURNAL_WRITE, |tx, at| {
        let standing = EntryFilter {
            status: Some(EntryStatus::Posted),
            from: Some(set.date),
            to: Some(set.date),
            transaction_type: Some(OPENING_BALANCE.to_owned()),
            ..EntryFilter::default()
        };
        if let Some(entry) =
            tx.journal_entries().list(&standing, EntryOrder::NewestFirst, None, 0, 1)?.first()
        {
            let message = format!(
                "the opening balances of {} stand already as {}; reverse that entry first",
                set.date, entry.entry_number
            );
            return Err(Refusal::Conflict { message }.into());
        }
        let mut poster = Poster::prepare(tx, call, &*app.ids, at, [&draft])?;
        let off_balance_sheet = |(i, balance): (usize, &OpeningBalance)| {
            let account = poster
                .chart()
                .get(&balance.account)
                .filter(|account| !account.account_type.is_balance_sheet())?;
            let message =
                format!("account {} is not on the balance sheet, so it opens with nothing", account.number);
            Some(Refusal::field(format!("balances[{i}].account_id"), Constraint::AccountType, message))
        };
        let refusals: Vec<Refusal> = set.balances.iter().enumerate().filter_map(off_balance_sheet).collect();
        if !refusals.is_empty() {
            return Err(refusals.into());
        }
        let mut draft = draft.clone();
        if let Some(contra) = poster.settings().default_accounts.opening_balance {
            let debits: i64 = set.balances.iter().fold(0, |sum, balance| sum.saturating_add(balance.debit));
            let credits: i64 = set.balances.iter().fold(0, |sum, balance| sum.saturating_add(balance.credit));
            if debits == credits {
                draft.lines.push(line(AccountRef::Id(contra), 0, debits));
                draft.lines.push(line(AccountRef::Id(contra), credits, 0));
                poster = Poster::prepare(tx, call, &*app.ids, at, [&draft])?;
            }
        }
        let (entry, happening) = poster.post(tx, draft)?;
        poster.finish(tx)?;
        Ok(Changed::one(entry, happening))
    })
}

fn line(account: AccountRef, debit: i64, credit: i64) -> LineDraft {
    LineDraft {
        account,
        debit,
        credit,
        base_debit: None,
        base_credit: None,
        description: None,
        dimensions: Dimensions::default(),
    }
}
