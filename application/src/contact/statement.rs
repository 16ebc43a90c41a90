//! Statements of account.

use super::RESOURCE;
use crate::app::App;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::ports::{StoreError, Tx};
use crate::settings::settings_of;
use partita_domain::account::AccountType;
use partita_domain::contact::Contact;
use partita_domain::fiscal_calendar::check_date;
use partita_domain::id::ContactId;
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::statement::{ContactLines, Statement, StatementAccounts};
use partita_domain::tax::Trade;
use time::Date;

/// A statement has at most so many journal lines; a longer one is asked for in parts.
const MAX_LINES: i64 = 20_000;

/// The statements of a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactStatement {
    /// The contact.
    pub contact: Contact,
    /// The first day; none for the beginning.
    pub from: Option<Date>,
    /// The last day.
    pub to: Date,
    /// Sales first, then by currency.
    pub statements: Vec<Statement>,
}

/// What a contact owed and was owed before a day, what changed it, and what it came to (T78): what is posted to the
/// accounts of receivables, payables, advances and prepayments with its name. `to` is today by default.
///
/// # Errors
/// `not_found`; `from` with `date_order` or, for more lines than one answer takes, `range`.
pub fn statement(
    app: &App,
    call: &Call,
    id: ContactId,
    from: Option<Date>,
    to: Option<Date>,
) -> Result<ContactStatement> {
    call.need(Permission::CONTACTS_READ)?;
    let span = span(app, from, to)?;
    app.store.read(call.company, |tx| statement_in(tx, id, span))
}

/// The first day, if there is one, and the last.
pub(super) type Span = (Option<Date>, Date);

/// Checks the days, and fills in today.
pub(super) fn span(app: &App, from: Option<Date>, to: Option<Date>) -> Result<Span> {
    let to = to.unwrap_or_else(|| app.clock.now().date());
    check_date(to, "to")?;
    if let Some(from) = from {
        check_date(from, "from")?;
        if from > to {
            return Err(Refusal::field("from", Constraint::DateOrder, format!("{from} is after {to}")).into());
        }
    }
    Ok((from, to))
}

pub(super) fn statement_in(tx: &mut dyn Tx, id: ContactId, (from, to): Span) -> Result<ContactStatement> {
    let contact = tx.contacts().find(id)?.ok_or_else(|| Error::not_found(RESOURCE, id))?;
    let accounts = accounts_of(tx, id)?;
    let ids = accounts.ids();
    let named = ContactLines { contact_id: id, accounts: &ids };
    let before = match from {
        Some(from) => tx.statements().before(&named, from)?,
        None => Vec::new(),
    };
    let lines = tx.statements().within(&named, from, to, MAX_LINES + 1)?;
    if i64::try_from(lines.len()).unwrap_or(i64::MAX) > MAX_LINES {
        let message = format!("there are more than {MAX_LINES} lines up to {to}; ask for a shorter span");
        return Err(Refusal::field("from", Constraint::Range, message).into());
    }
    let statements = accounts
        .statements(&before, lines)
        .ok_or_else(|| StoreError::Corrupt("the sum of what a contact owes is out of range".to_owned()))?;
    Ok(ContactStatement { contact, from, to, statements })
}

/// The control accounts, and where advances stand or once stood. What revaluation adds is no debt of the contact.
fn accounts_of(tx: &mut dyn Tx, contact: ContactId) -> Result<StatementAccounts> {
    let mut accounts = StatementAccounts::default();
    let defaults = settings_of(tx)?.default_accounts;
    let beside = [defaults.receivables_revaluation, defaults.payables_revaluation];
    for account in tx.accounts().all()?.iter().filter(|account| !beside.contains(&Some(account.id))) {
        match account.account_type {
            AccountType::AccountsReceivable => accounts.add(account.id, Trade::Sale),
            AccountType::AccountsPayable => accounts.add(account.id, Trade::Purchase),
            _ => {}
        }
    }
    if let Some(advances) = defaults.customer_advances {
        accounts.add(advances, Trade::Sale);
    }
    if let Some(prepayments) = defaults.vendor_prepayments {
        accounts.add(prepayments, Trade::Purchase);
    }
    for (direction, account) in tx.statements().advances_accounts(contact)? {
        accounts.add_advances(account, direction);
    }
    Ok(accounts)
}
