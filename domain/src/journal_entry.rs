//! Journal entries: the only way anything gets into the books. A posted entry never changes; it can be reversed, once.

use crate::account::{Account, check_external_id};
use crate::actor::Actor;
use crate::balance::{BalanceChange, Totals};
use crate::exchange_rate::ExchangeRate;
use crate::hash::{Hash, Hasher};
use crate::id::{AccountId, ClassId, ContactId, EntryId, LocationId, ProjectId, TaxCodeId};
use crate::metadata::Metadata;
use crate::money::Currency;
use crate::period::PeriodKey;
use crate::refusal::{Constraint, Refusal};
use crate::{fiscal_calendar, text};
use serde::{Deserialize, Serialize};
use time::{Date, PrimitiveDateTime};

/// An entry has at most this many lines.
pub const MAX_LINES: usize = 10_000;
/// An amount has at most 15 digits of minor units.
pub const MAX_AMOUNT: i64 = 999_999_999_999_999;
/// The transaction type of an entry that a caller gives none.
pub const JOURNAL: &str = "journal";
/// The transaction type of reversals.
pub const REVERSAL: &str = "reversal";
/// The transaction type of opening balances.
pub const OPENING_BALANCE: &str = "opening_balance";

/// How a line names its account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountRef {
    /// By id.
    Id(AccountId),
    /// By number.
    Number(String),
}

/// What else a line is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Dimensions {
    /// A contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactId>,
    /// A class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class_id: Option<ClassId>,
    /// A location.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_id: Option<LocationId>,
    /// A project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_id: Option<ProjectId>,
    /// A tax code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_code_id: Option<TaxCodeId>,
}

impl Dimensions {
    /// Whether the line is about nothing else.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// A line as a caller gives it. Amounts are minor units of the entry's currency; exactly one side is above zero. A
/// difference of exchange (IAS 21.28) exists in base currency only: its line has a base amount and no other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineDraft {
    /// The account.
    pub account: AccountRef,
    /// Debit.
    pub debit: i64,
    /// Credit.
    pub credit: i64,
    /// Debit in base currency, where the caller has converted it already.
    pub base_debit: Option<i64>,
    /// Credit in base currency, likewise.
    pub base_credit: Option<i64>,
    /// Up to 500 characters.
    pub description: Option<String>,
    /// What else it is about.
    pub dimensions: Dimensions,
}

/// An entry as a caller gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryDraft {
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// The accounting date.
    pub date: Date,
    /// What kind of transaction; `journal` by default.
    pub transaction_type: Option<String>,
    /// The id of what it comes from, in the caller's terms.
    pub source_id: Option<String>,
    /// Up to 2 000 characters.
    pub memo: Option<String>,
    /// Up to 100 characters.
    pub reference_number: Option<String>,
    /// The currency of the lines; the base currency by default.
    pub currency: Option<Currency>,
    /// Base units per unit of `currency`; needed when they differ.
    pub exchange_rate: Option<ExchangeRate>,
    /// 13 or 14.
    pub adjustment_period: Option<u8>,
    /// Free pairs.
    pub metadata: Metadata,
    /// 2 to 10 000 lines.
    pub lines: Vec<LineDraft>,
    /// Why it should go into a soft-locked period.
    pub override_closed_period: Option<String>,
}

/// A posted line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// From 1.
    pub line_number: i32,
    /// The account.
    pub account_id: AccountId,
    /// The account's number as it is now.
    pub account_number: String,
    /// Minor units of the entry's currency.
    pub debit: i64,
    /// Minor units of the entry's currency.
    pub credit: i64,
    /// Minor units of base currency.
    pub base_debit: i64,
    /// Minor units of base currency.
    pub base_credit: i64,
    /// What the line is for.
    pub description: Option<String>,
    /// What else it is about.
    #[serde(flatten)]
    pub dimensions: Dimensions,
}

/// A posted entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// Its id.
    pub id: EntryId,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its place in the company's chain, from 1 without a gap.
    pub position: i64,
    /// Its number, gapless per company and fiscal year.
    pub entry_number: String,
    /// The accounting date.
    pub date: Date,
    /// The fiscal year.
    pub fiscal_year: i32,
    /// The period.
    pub period: PeriodKey,
    /// What kind of transaction.
    pub transaction_type: String,
    /// The id of what it comes from.
    pub source_id: Option<String>,
    /// What it is.
    pub memo: Option<String>,
    /// The number on the paper.
    pub reference_number: Option<String>,
    /// The currency of the lines.
    pub currency_code: Currency,
    /// Base units per unit of the currency, × 1 000 000.
    pub exchange_rate: ExchangeRate,
    /// Σ debit in the entry's currency.
    pub total: i64,
    /// The lines.
    pub lines: Vec<Line>,
    /// The entry it reverses.
    pub reversal_of_id: Option<EntryId>,
    /// The entry that reverses it.
    pub reversed_by_id: Option<EntryId>,
    /// Free pairs.
    pub metadata: Metadata,
    /// Recorded time.
    #[serde(with = "crate::timestamp")]
    pub created_at: PrimitiveDateTime,
    /// Who posted it.
    pub created_by: Actor,
    /// The hash of the entry before it in the chain, or zeros.
    pub previous_hash: Hash,
    /// SHA-256 over all of the above but `account_number`s and `reversed_by_id`.
    pub hash: Hash,
}

/// What the books know about a new entry: its place, and what its lines may name.
pub struct Posting<'a> {
    /// The new entry's id.
    pub id: EntryId,
    /// Its place in the chain.
    pub position: i64,
    /// The hash of the entry before it.
    pub previous_hash: Hash,
    /// Its number.
    pub entry_number: String,
    /// The period of its date.
    pub period: PeriodKey,
    /// The fiscal year of its date.
    pub fiscal_year: i32,
    /// Recorded time.
    pub created_at: PrimitiveDateTime,
    /// Who posts it.
    pub created_by: Actor,
    /// The currency of the books.
    pub base_currency: Currency,
    /// The accounts that its lines name.
    pub accounts: &'a Chart,
    /// The account that takes the cents that remain after a conversion.
    pub rounding: Option<&'a Account>,
}

/// Some accounts, to be found by id and by number.
#[derive(Debug, Default)]
pub struct Chart {
    accounts: Vec<std::sync::Arc<Account>>,
    by_id: std::collections::HashMap<AccountId, usize>,
    by_number: std::collections::HashMap<String, usize>,
}

impl Chart {
    /// Gathers accounts.
    #[must_use]
    pub fn of(accounts: Vec<std::sync::Arc<Account>>) -> Self {
        let by_id = accounts.iter().enumerate().map(|(i, account)| (account.id, i)).collect();
        let by_number = accounts.iter().enumerate().map(|(i, account)| (account.number.clone(), i)).collect();
        Self { accounts, by_id, by_number }
    }

    /// Adds accounts.
    pub fn add(&mut self, accounts: Vec<std::sync::Arc<Account>>) {
        for account in accounts {
            let place = self.accounts.len();
            self.by_id.insert(account.id, place);
            self.by_number.insert(account.number.clone(), place);
            self.accounts.push(account);
        }
    }

    /// The account that a line names.
    #[must_use]
    pub fn get(&self, named: &AccountRef) -> Option<&Account> {
        let index = match named {
            AccountRef::Id(id) => self.by_id.get(id),
            AccountRef::Number(number) => self.by_number.get(number),
        };
        index.and_then(|i| self.accounts.get(*i)).map(std::convert::AsRef::as_ref)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter().map(std::convert::AsRef::as_ref)
    }
}

impl EntryDraft {
    /// An entry in base currency with nothing but a date and lines.
    #[must_use]
    pub fn new(date: Date, lines: Vec<LineDraft>) -> Self {
        Self {
            external_id: None,
            date,
            transaction_type: None,
            source_id: None,
            memo: None,
            reference_number: None,
            currency: None,
            exchange_rate: None,
            adjustment_period: None,
            metadata: Metadata::default(),
            lines,
            override_closed_period: None,
        }
    }

    /// Checks what can be checked without the books: texts, dates, number of lines, one side each, sums.
    ///
    /// # Errors
    /// Every field that breaks its limits; `lines` with `double_entry_balance` when Σ debit ≠ Σ credit (I1).
    pub fn check(&self) -> Result<(), Vec<Refusal>> {
        let mut refusals: Vec<Refusal> = [
            check_external_id(self.external_id.as_deref()),
            fiscal_calendar::check_date(self.date, "date"),
            text::check_optional(self.transaction_type.as_deref(), "transaction_type", 50),
            text::check_optional(self.source_id.as_deref(), "source_id", 255),
            text::check_optional(self.memo.as_deref(), "memo", 2_000),
            text::check_optional(self.reference_number.as_deref(), "reference_number", 100),
            self.override_closed_period
                .as_deref()
                .map_or(Ok(()), |reason| text::check_filled(reason, "override_closed_period.reason", 500)),
            self.metadata.check(),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        match self.lines.len() {
            0 | 1 => refusals.push(Refusal::field(
                "lines",
                Constraint::MinLines,
                format!("an entry has at least two lines, not {}", self.lines.len()),
            )),
            found if found > MAX_LINES => {
                return Err(vec![Refusal::field(
                    "lines",
                    Constraint::Length,
                    format!("an entry has at most {MAX_LINES} lines, not {found}"),
                )]);
            }
            _ => {}
        }
        for (i, line) in self.lines.iter().enumerate() {
            line.check(i, &mut refusals);
            if refusals.len() >= 50 {
                break;
            }
        }
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }
}

impl LineDraft {
    /// A debit to an account by its number, minor units.
    #[must_use]
    pub fn debit(account_number: &str, minor: i64) -> Self {
        Self {
            account: AccountRef::Number(account_number.to_owned()),
            debit: minor,
            credit: 0,
            base_debit: None,
            base_credit: None,
            description: None,
            dimensions: Dimensions::default(),
        }
    }

    /// A credit to an account by its number, minor units.
    #[must_use]
    pub fn credit(account_number: &str, minor: i64) -> Self {
        Self { debit: 0, credit: minor, ..Self::debit(account_number, 0) }
    }

    fn check(&self, i: usize, refusals: &mut Vec<Refusal>) {
        let mut refuse = |field: &str, constraint, message: String| {
            refusals.push(Refusal::field(format!("lines[{i}].{field}"), constraint, message))
        };
        let amounts = [
            ("debit", Some(self.debit)),
            ("credit", Some(self.credit)),
            ("base_debit", self.base_debit),
            ("base_credit", self.base_credit),
        ];
        for (field, amount) in amounts {
            if amount.is_some_and(|amount| !(0..=MAX_AMOUNT).contains(&amount)) {
                refuse(field, Constraint::Range, format!("an amount is 0 to {MAX_AMOUNT} minor units"));
                return;
            }
        }
        let (base_debit, base_credit) = (self.base_debit.unwrap_or(0) > 0, self.base_credit.unwrap_or(0) > 0);
        let is_in_base_only = self.debit == 0 && self.credit == 0 && base_debit != base_credit;
        if !is_in_base_only && (self.debit > 0) == (self.credit > 0) {
            refuse(
                "debit",
                Constraint::LineSide,
                "a line has exactly one of debit and credit, above zero".to_owned(),
            );
        }
        if (self.debit > 0 && base_credit) || (self.credit > 0 && base_debit) {
            let field = if self.debit > 0 { "base_credit" } else { "base_debit" };
            refuse(
                field,
                Constraint::LineSide,
                "the base amount stands on the side of the amount".to_owned(),
            );
        }
        if let Err(Refusal::Field { constraint, message, .. }) =
            text::check_optional(self.description.as_deref(), "description", 500)
        {
            refuse("description", constraint, message);
        }
    }
}

fn balance_refusal(
    currency: Currency,
    lines: &[Line],
    side: impl Fn(&Line) -> (i64, i64),
) -> Option<Refusal> {
    let (debits, credits) = lines.iter().fold((0_i128, 0_i128), |(debits, credits), line| {
        let (debit, credit) = side(line);
        (debits + i128::from(debit), credits + i128::from(credit))
    });
    (debits != credits).then_some(Refusal::Unbalanced { currency, debits, credits })
}

impl JournalEntry {
    /// Posts an entry: the only constructor.
    ///
    /// Lines must name active accounts that take the entry's currency; debits equal credits in the entry's currency
    /// and in base currency (invariant I1, no tolerance). Base amounts that the caller does not give are converted,
    /// and the cents that remain go to the rounding account as a line of its own.
    ///
    /// # Errors
    /// As [`EntryDraft::check`]; `exists`, `active`, `currency` of a line; `exchange_rate` missing; a sum out of range.
    pub fn post(draft: EntryDraft, posting: Posting<'_>) -> Result<Self, Vec<Refusal>> {
        draft.check()?;
        let base = posting.base_currency;
        let currency = draft.currency.unwrap_or(base);
        let rate = match (currency == base, draft.exchange_rate) {
            (true, None | Some(ExchangeRate::PAR)) => ExchangeRate::PAR,
            (true, Some(_)) => {
                return Err(vec![Refusal::field(
                    "exchange_rate",
                    Constraint::Range,
                    format!("the rate of the base currency {base} is 1000000"),
                )]);
            }
            (false, Some(rate)) => rate,
            (false, None) => {
                return Err(vec![Refusal::field(
                    "exchange_rate",
                    Constraint::Required,
                    format!("an entry in {currency} needs its rate to {base}"),
                )]);
            }
        };
        let mut refusals = Vec::new();
        let mut lines = Vec::with_capacity(draft.lines.len() + 1);
        let mut converted = 0_i128;
        for (i, line) in draft.lines.into_iter().enumerate() {
            match Line::post(i, line, currency, base, rate, posting.accounts) {
                Ok((line, was_converted)) => {
                    converted += i128::from(was_converted);
                    lines.push(line);
                }
                Err(refusal) => refusals.push(refusal),
            }
        }
        if refusals.is_empty() {
            refusals.extend(balance_refusal(currency, &lines, |line| (line.debit, line.credit)));
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        if let Some(refusal) = balance_refusal(base, &lines, |line| (line.base_debit, line.base_credit)) {
            let residue = lines
                .iter()
                .fold(0_i128, |sum, line| sum + i128::from(line.base_debit) - i128::from(line.base_credit));
            // Every conversion errs by at most half a cent, so a larger residue is a mistake of the caller's.
            let explained = residue.abs() * 2 <= converted;
            match (posting.rounding, i64::try_from(residue)) {
                (Some(account), Ok(residue)) if explained => {
                    lines.push(Line::rounding(lines.len(), account, residue))
                }
                _ => return Err(vec![refusal]),
            }
        }
        let total = lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.debit));
        let Some(total) = total else {
            return Err(vec![Refusal::field(
                "lines",
                Constraint::Range,
                "the sum of the debits is out of range",
            )]);
        };
        let entry = Self {
            id: posting.id,
            external_id: draft.external_id,
            position: posting.position,
            entry_number: posting.entry_number,
            date: draft.date,
            fiscal_year: posting.fiscal_year,
            period: posting.period,
            transaction_type: draft.transaction_type.unwrap_or_else(|| JOURNAL.to_owned()),
            source_id: draft.source_id,
            memo: draft.memo,
            reference_number: draft.reference_number,
            currency_code: currency,
            exchange_rate: rate,
            total,
            lines,
            reversal_of_id: None,
            reversed_by_id: None,
            metadata: draft.metadata,
            created_at: posting.created_at,
            created_by: posting.created_by,
            previous_hash: posting.previous_hash,
            hash: Hash::GENESIS,
        };
        Ok(entry.sealed())
    }

    /// The reversal of this entry: the same lines on opposite sides, with the same amounts and the same base amounts,
    /// without a new rate (T67). Its accounts may have been deactivated meanwhile.
    ///
    /// # Errors
    /// `already_reversed`.
    pub fn reverse(
        &self,
        date: Date,
        reason: Option<String>,
        external_id: Option<String>,
        posting: Posting<'_>,
    ) -> Result<Self, Refusal> {
        if let Some(reversed_by) = self.reversed_by_id {
            return Err(Refusal::AlreadyReversed { reversed_by });
        }
        let lines = self
            .lines
            .iter()
            .map(|line| Line {
                debit: line.credit,
                credit: line.debit,
                base_debit: line.base_credit,
                base_credit: line.base_debit,
                ..line.clone()
            })
            .collect();
        let memo = reason.unwrap_or_else(|| format!("Reversal of {}", self.entry_number));
        let entry = Self {
            id: posting.id,
            external_id,
            position: posting.position,
            entry_number: posting.entry_number,
            date,
            fiscal_year: posting.fiscal_year,
            period: posting.period,
            transaction_type: REVERSAL.to_owned(),
            source_id: None,
            memo: Some(memo),
            reference_number: self.reference_number.clone(),
            total: self.lines.iter().map(|line| line.credit).sum(),
            lines,
            reversal_of_id: Some(self.id),
            reversed_by_id: None,
            metadata: Metadata::default(),
            created_at: posting.created_at,
            created_by: posting.created_by,
            previous_hash: posting.previous_hash,
            hash: Hash::GENESIS,
            ..self.clone()
        };
        Ok(entry.sealed())
    }

    /// An entry that was exported from other books, as the next of these: it must be what its hash says, balance, and
    /// follow the newest entry of the chain.
    ///
    /// # Errors
    /// `hash`, `previous_hash` or `lines` of the record.
    pub fn restore(mut self, position: i64, previous_hash: Hash) -> Result<Self, Refusal> {
        self.reversed_by_id = None;
        if self.expected_hash() != self.hash {
            return Err(Refusal::field(
                "hash",
                Constraint::Format,
                format!("entry {} is not what its hash says", self.entry_number),
            ));
        }
        if (self.position, self.previous_hash) != (position, previous_hash) {
            let message =
                format!("entry {} does not follow the newest entry of these books", self.entry_number);
            return Err(Refusal::field("previous_hash", Constraint::Exists, message));
        }
        self.check_lines()?;
        Ok(self)
    }

    /// What holds for the lines of every posted entry: two or more, within range, one side each, balanced in the entry's
    /// currency and in base currency, and summed up in `total`.
    fn check_lines(&self) -> Result<(), Refusal> {
        if !(2..=MAX_LINES + 1).contains(&self.lines.len()) {
            let message = format!("an entry has 2 to {MAX_LINES} lines, not {}", self.lines.len());
            return Err(Refusal::field("lines", Constraint::Length, message));
        }
        for line in &self.lines {
            let amounts = [line.debit, line.credit, line.base_debit, line.base_credit];
            if amounts.iter().any(|amount| !(0..=MAX_AMOUNT).contains(amount)) {
                let message = format!("an amount is 0 to {MAX_AMOUNT} minor units");
                return Err(Refusal::field("lines", Constraint::Range, message));
            }
            let debits = line.debit > 0 || line.base_debit > 0;
            let credits = line.credit > 0 || line.base_credit > 0;
            if debits && credits {
                let message = format!("line {} has amounts on both sides", line.line_number);
                return Err(Refusal::field("lines", Constraint::LineSide, message));
            }
        }
        balance_refusal(self.currency_code, &self.lines, |line| (line.debit, line.credit))
            .map_or(Ok(()), Err)?;
        let total = self.lines.iter().fold(0_i128, |sum, line| sum + i128::from(line.debit));
        if total != i128::from(self.total) {
            let message = format!("the total is {}, the debits sum up to {total}", self.total);
            return Err(Refusal::field("total", Constraint::Range, message));
        }
        Ok(())
    }

    /// The sums in base currency, which only the books can tell by its name.
    ///
    /// # Errors
    /// `lines` with `double_entry_balance`.
    pub fn check_base_balance(&self, base: Currency) -> Result<(), Refusal> {
        balance_refusal(base, &self.lines, |line| (line.base_debit, line.base_credit)).map_or(Ok(()), Err)
    }

    fn sealed(mut self) -> Self {
        self.hash = self.expected_hash();
        self
    }

    /// `posted` or `reversed`.
    #[must_use]
    pub fn status(&self) -> &'static str {
        if self.reversed_by_id.is_some() { "reversed" } else { "posted" }
    }

    /// The hash this entry should have.
    #[must_use]
    pub fn expected_hash(&self) -> Hash {
        let mut hasher = Hasher::after(self.previous_hash);
        hasher
            .id(Some(self.id.0))
            .optional(self.external_id.as_deref())
            .number(self.position)
            .text(&self.entry_number)
            .number(i64::from(self.date.to_julian_day()))
            .number(i64::from(self.fiscal_year))
            .number(self.period.adjustment().map_or(0, i64::from))
            .text(&self.transaction_type)
            .optional(self.source_id.as_deref())
            .optional(self.memo.as_deref())
            .optional(self.reference_number.as_deref())
            .text(self.currency_code.code())
            .number(self.exchange_rate.millionths())
            .number(self.total)
            .id(self.reversal_of_id.map(|id| id.0))
            .number(crate::audit_event::microseconds(self.created_at))
            .text(self.created_by.kind())
            .id(self.created_by.id());
        for (key, value) in &self.metadata.0 {
            hasher.text(key).text(value);
        }
        for line in &self.lines {
            let about = &line.dimensions;
            hasher
                .number(i64::from(line.line_number))
                .id(Some(line.account_id.0))
                .number(line.debit)
                .number(line.credit)
                .number(line.base_debit)
                .number(line.base_credit)
                .optional(line.description.as_deref())
                .id(about.contact_id.map(|id| id.0))
                .id(about.class_id.map(|id| id.0))
                .id(about.location_id.map(|id| id.0))
                .id(about.project_id.map(|id| id.0))
                .id(about.tax_code_id.map(|id| id.0));
        }
        hasher.finish()
    }

    /// What this entry adds to the kept balances: one change for each account.
    #[must_use]
    pub fn balance_changes(&self) -> Vec<BalanceChange> {
        let mut changes: Vec<BalanceChange> = Vec::with_capacity(self.lines.len());
        let mut places = std::collections::HashMap::with_capacity(self.lines.len());
        for line in &self.lines {
            let totals = Totals {
                debit: line.debit,
                credit: line.credit,
                base_debit: line.base_debit,
                base_credit: line.base_credit,
            };
            let place = *places.entry(line.account_id).or_insert(changes.len());
            match changes.get_mut(place) {
                // Each amount is at most 15 digits and an entry's total was checked, so these sums stay in range.
                Some(change) => change.totals = change.totals.checked_add(totals).unwrap_or(change.totals),
                None => changes.push(BalanceChange {
                    account_id: line.account_id,
                    currency: self.currency_code,
                    period: self.period,
                    date: self.date,
                    totals,
                }),
            }
        }
        changes
    }

    /// What the entry moves in all, counted in its own and in base currency: the bound that keeps every kept sum of
    /// the company in range.
    #[must_use]
    pub fn turnover(&self) -> i64 {
        self.lines.iter().fold(0_i64, |sum, line| {
            sum.saturating_add(
                (line.debit.saturating_add(line.credit))
                    .max(line.base_debit.saturating_add(line.base_credit)),
            )
        })
    }
}

impl Line {
    fn post(
        i: usize,
        draft: LineDraft,
        currency: Currency,
        base: Currency,
        rate: ExchangeRate,
        accounts: &Chart,
    ) -> Result<(Self, bool), Refusal> {
        let refuse = |field: &str, constraint, message: String| {
            Refusal::field(format!("lines[{i}].{field}"), constraint, message)
        };
        let field = match draft.account {
            AccountRef::Id(_) => "account_id",
            AccountRef::Number(_) => "account_number",
        };
        let Some(account) = accounts.get(&draft.account) else {
            return Err(refuse(field, Constraint::Exists, "there is no such account".to_owned()));
        };
        if !account.is_active {
            return Err(refuse(
                field,
                Constraint::Active,
                format!("account {} is not active", account.number),
            ));
        }
        if let Some(only) = account.currency_code.filter(|only| *only != currency) {
            return Err(refuse(
                field,
                Constraint::Currency,
                format!("account {} takes {only} only, this entry is in {currency}", account.number),
            ));
        }
        let is_debit = draft.debit > 0 || (draft.credit == 0 && draft.base_debit.unwrap_or(0) > 0);
        let (amount, given) =
            if is_debit { (draft.debit, draft.base_debit) } else { (draft.credit, draft.base_credit) };
        let base_amount = match given {
            Some(given) if currency == base && given != amount => {
                return Err(refuse(
                    "base_debit",
                    Constraint::Currency,
                    format!("an entry in {base} has the same amounts in base currency"),
                ));
            }
            Some(given) => given,
            None => match rate.to_base(amount, currency, base) {
                Some(converted) if (0..=MAX_AMOUNT).contains(&converted) => converted,
                _ => {
                    return Err(refuse(
                        "debit",
                        Constraint::Range,
                        format!("the amount in {base} is out of range"),
                    ));
                }
            },
        };
        let (base_debit, base_credit) = if is_debit { (base_amount, 0) } else { (0, base_amount) };
        let line = Self {
            line_number: i32::try_from(i + 1).unwrap_or(i32::MAX),
            account_id: account.id,
            account_number: account.number.clone(),
            debit: draft.debit,
            credit: draft.credit,
            base_debit,
            base_credit,
            description: draft.description,
            dimensions: draft.dimensions,
        };
        Ok((line, given.is_none() && currency != base))
    }

    /// The line that takes the cents that remain in base currency; it has no amount in the entry's currency.
    fn rounding(before: usize, account: &Account, residue: i64) -> Self {
        Self {
            line_number: i32::try_from(before + 1).unwrap_or(i32::MAX),
            account_id: account.id,
            account_number: account.number.clone(),
            debit: 0,
            credit: 0,
            base_debit: if residue < 0 { -residue } else { 0 },
            base_credit: if residue > 0 { residue } else { 0 },
            description: Some("Rounding of the conversion".to_owned()),
            dimensions: Dimensions::default(),
        }
    }
}

#[cfg(test)]
mod tests;
