//! What all that moves money has in common: accounts, rates, numbers, and the entry.

use crate::app::App;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::journal_entry::poster::Poster;
use crate::ports::{BalanceSpan, StoreError, Tx};
use partita_domain::account::{Account, AccountType, Category};
use partita_domain::audit_event::Happening;
use partita_domain::company::Company;
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::fiscal_calendar::LATEST;
use partita_domain::id::{AccountId, PaymentId};
use partita_domain::journal_entry::{AccountRef, EntryDraft, JournalEntry};
use partita_domain::money::Currency;
use partita_domain::payment::{ApplicationStamp, Holding, Payment, PaymentAccounts, PaymentDirection};
use partita_domain::posting_line::PostingLine;
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::settings::Settings;
use time::{Date, PrimitiveDateTime};

/// The sequence of payment numbers.
const SEQUENCE: &str = "payment";

/// The books, as one payment needs them.
pub(super) struct Booking<'a> {
    pub(super) app: &'a App,
    pub(super) call: &'a Call,
    pub(super) at: PrimitiveDateTime,
    pub(super) company: Company,
    pub(super) settings: Settings,
}

/// An entry to be posted for a payment.
pub(super) struct Wanted<'a> {
    pub(super) transaction_type: &'static str,
    pub(super) payment: &'a Payment,
    pub(super) date: Date,
    pub(super) exchange_rate: ExchangeRate,
    pub(super) lines: Vec<PostingLine>,
    pub(super) memo: Option<String>,
    pub(super) override_closed_period: Option<&'a str>,
}

/// What was posted, if anything moved.
pub(super) type Posted = Option<(JournalEntry, Happening)>;

impl<'a> Booking<'a> {
    pub(super) fn open(tx: &mut dyn Tx, app: &'a App, call: &'a Call, at: PrimitiveDateTime) -> Result<Self> {
        let company = tx.companies().find()?.ok_or_else(|| Error::not_found("company", call.company))?;
        let settings =
            tx.settings().find()?.ok_or_else(|| StoreError::Corrupt("the company has no settings".into()))?;
        Ok(Self { app, call, at, company, settings })
    }

    pub(super) fn base_currency(&self) -> Currency {
        self.company.base_currency
    }

    /// The accounts that the settings name; bank and fee where the caller names others.
    pub(super) fn accounts(
        &self,
        direction: PaymentDirection,
        bank: Option<AccountId>,
        fee: Option<AccountId>,
    ) -> PaymentAccounts {
        let defaults = &self.settings.default_accounts;
        PaymentAccounts {
            bank: bank.or(defaults.bank),
            advances: match direction {
                PaymentDirection::Received => defaults.customer_advances,
                PaymentDirection::Made => defaults.vendor_prepayments,
            },
            sales_discount: defaults.sales_discounts,
            purchase_discount: defaults.purchase_discounts,
            write_off: defaults.write_offs,
            cash_rounding: defaults.cash_rounding,
            fee: fee.or(defaults.payment_fees),
            exchange_gain: defaults.exchange_gain,
            exchange_loss: defaults.exchange_loss,
        }
    }

    /// The rate of a payment: the one that is given, or the latest stored on or before its date.
    ///
    /// # Errors
    /// `exchange_rate` with constraint `required` when there is none.
    pub(super) fn rate(
        &self,
        tx: &mut dyn Tx,
        given: Option<ExchangeRate>,
        currency: Currency,
        date: Date,
    ) -> Result<ExchangeRate> {
        let base = self.base_currency();
        if let Some(rate) = given {
            return Ok(rate);
        }
        if currency == base {
            return Ok(ExchangeRate::PAR);
        }
        let latest = tx.exchange_rates().latest(currency, base, date)?;
        latest.map(|dated| dated.rate).ok_or_else(|| {
            let message = format!(
                "there is no rate from {currency} to {base} on or before {date}; give one or store it"
            );
            Refusal::field("exchange_rate", Constraint::Required, message).into()
        })
    }

    /// Checks an account that a caller or the settings name for money.
    ///
    /// # Errors
    /// `field` with constraint `exists`, `active`, `currency` or `account_type`.
    pub(super) fn check_bank(&self, tx: &mut dyn Tx, id: AccountId, currency: Currency) -> Result<()> {
        let account = self.check_account(tx, id, "account_id", currency)?;
        let account_type = account.account_type;
        let holds_no_money = matches!(
            account_type,
            AccountType::AccountsReceivable
                | AccountType::AccountsPayable
                | AccountType::Inventory
                | AccountType::FixedAsset
                | AccountType::AccumulatedDepreciation
                | AccountType::TaxPayable
                | AccountType::RetainedEarnings
        ) || matches!(account_type.category(), Category::Revenue | Category::Expense);
        if holds_no_money {
            let message = format!(
                "account {} is of type {}; name a bank, clearing or credit card account",
                account.number,
                account_type.name()
            );
            return Err(Refusal::field("account_id", Constraint::AccountType, message).into());
        }
        Ok(())
    }

    /// Checks the account of a fee.
    ///
    /// # Errors
    /// As [`check_bank`](Self::check_bank).
    pub(super) fn check_fee(&self, tx: &mut dyn Tx, id: AccountId, currency: Currency) -> Result<()> {
        let account = self.check_account(tx, id, "fee_account_id", currency)?;
        if matches!(account.account_type, AccountType::AccountsReceivable | AccountType::AccountsPayable) {
            let message =
                format!("account {} is a control account; name an account of expense", account.number);
            return Err(Refusal::field("fee_account_id", Constraint::AccountType, message).into());
        }
        Ok(())
    }

    fn check_account(
        &self,
        tx: &mut dyn Tx,
        id: AccountId,
        field: &str,
        currency: Currency,
    ) -> Result<std::sync::Arc<Account>> {
        let refuse = |constraint, message: String| Refusal::field(field, constraint, message).into();
        let Some(account) = tx.accounts().find(id)? else {
            return Err(refuse(Constraint::Exists, "there is no such account".to_owned()));
        };
        if !account.is_active {
            return Err(refuse(Constraint::Active, format!("account {} is not active", account.number)));
        }
        if let Some(only) = account.currency_code.filter(|only| *only != currency) {
            let message =
                format!("account {} takes {only} only, the payment is in {currency}", account.number);
            return Err(refuse(Constraint::Currency, message));
        }
        Ok(account)
    }

    /// What an account holds of a foreign currency; nothing of the currency of the books, which needs no carrying amount.
    pub(super) fn holding(
        &self,
        tx: &mut dyn Tx,
        account: Option<AccountId>,
        currency: Currency,
    ) -> Result<Holding> {
        let Some(account_id) = account.filter(|_| currency != self.base_currency()) else {
            return Ok(Holding::default());
        };
        let span = BalanceSpan { from: None, to: LATEST, account_id: Some(account_id), without: Vec::new() };
        let totals = tx.balances().totals(&span)?;
        let found = totals.into_iter().find(|totals| totals.currency == currency);
        Ok(found.map_or_else(Holding::default, |found| Holding {
            balance: found.totals.debit.saturating_sub(found.totals.credit),
            base_balance: found.totals.base_debit.saturating_sub(found.totals.base_credit),
        }))
    }

    /// The number of a payment of this date; it is taken when the unit is kept.
    pub(super) fn number(&self, tx: &mut dyn Tx, date: Date) -> Result<String> {
        let Some(sequence) = tx.sequences().find(SEQUENCE)? else {
            return Err(StoreError::Corrupt(format!("the company has no sequence {SEQUENCE}")).into());
        };
        let fiscal_year = self.company.fiscal_calendar.year_of(date).year;
        let scope = sequence.scope(fiscal_year);
        let next = tx.sequences().next(SEQUENCE, scope)?;
        tx.sequences().set_next(SEQUENCE, scope, next + 1)?;
        Ok(sequence.format(fiscal_year, next))
    }

    /// The date of what is taken back: the one that is given, else today, but not before `earliest`.
    ///
    /// # Errors
    /// `date` with constraint `date_order`.
    pub(super) fn date(&self, given: Option<Date>, earliest: Date) -> Result<Date> {
        let date = given.unwrap_or_else(|| self.at.date().max(earliest));
        if date < earliest {
            let message = format!("{date} lies before {earliest}, the date of what would be taken back");
            return Err(Refusal::field("date", Constraint::DateOrder, message).into());
        }
        Ok(date)
    }

    /// Asks the period of the date, and posts the entry where something moves.
    pub(super) fn post(&self, tx: &mut dyn Tx, wanted: Wanted<'_>) -> Result<Posted> {
        let names: Vec<AccountRef> = wanted.lines.iter().map(|line| AccountRef::Id(line.account)).collect();
        let mut poster = Poster::naming(tx, self.call, &*self.app.ids, self.at, names.iter().collect())?;
        if wanted.lines.is_empty() {
            // What is set off in a closed period would change what was reported to be open.
            poster.admit(tx, wanted.date, None, wanted.override_closed_period)?;
            return Ok(None);
        }
        let payment = wanted.payment;
        let is_foreign = payment.currency_code != self.base_currency();
        let mut draft = EntryDraft::new(wanted.date, wanted.lines.into_iter().map(Into::into).collect());
        draft.transaction_type = Some(wanted.transaction_type.to_owned());
        draft.source_id = Some(payment.id.to_string());
        draft.memo = wanted.memo;
        draft.reference_number = Some(payment.number.clone());
        draft.currency = Some(payment.currency_code);
        draft.exchange_rate = is_foreign.then_some(wanted.exchange_rate);
        draft.override_closed_period = wanted.override_closed_period.map(str::to_owned);
        let posted = poster.post_known(tx, draft)?;
        poster.finish(tx)?;
        Ok(Some(posted))
    }

    /// What is the same for all applications that are made at once.
    pub(super) fn stamp(
        &self,
        payment_id: PaymentId,
        direction: PaymentDirection,
        date: Date,
        posted: &Posted,
    ) -> ApplicationStamp {
        ApplicationStamp {
            payment_id,
            direction,
            date,
            entry_id: posted.as_ref().map(|(entry, _)| entry.id),
            created_at: self.at,
            created_by: self.call.actor,
        }
    }

    /// The entry, for a caller who only asks what would happen.
    pub(super) fn told(&self, posted: Posted) -> (Option<JournalEntry>, Option<Happening>) {
        match posted {
            Some((entry, happening)) => (self.call.dry_run.then_some(entry), Some(happening)),
            None => (None, None),
        }
    }
}
