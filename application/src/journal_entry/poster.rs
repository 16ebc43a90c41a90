//! What posting one entry or ten thousand has in common: everything the books must be asked is asked once.

use crate::call::Call;
use crate::error::{Error, Result};
use crate::ports::{Ids, LedgerHead, StoreError, Tx};
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::company::Company;
use partita_domain::hash::Hash;
use partita_domain::id::{ContactId, EntryId};
use partita_domain::journal_entry::{AccountRef, Chart, EntryDraft, JournalEntry, LineDraft, Posting};
use partita_domain::money::Currency;
use partita_domain::period::{ClosedPeriodOverride, Period, PeriodKey, PeriodStatus};
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::sequence::{self, Sequence};
use partita_domain::settings::Settings;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use time::{Date, PrimitiveDateTime};

/// Posts entries within one transaction. [`finish`](Self::finish) must be called when all are posted.
pub(crate) struct Poster<'a> {
    call: &'a Call,
    ids: &'a dyn Ids,
    at: PrimitiveDateTime,
    company: Company,
    settings: Settings,
    sequence: Sequence,
    chart: Chart,
    /// Whether each contact that lines name is active; nothing for those that do not exist.
    contacts: BTreeMap<ContactId, Option<bool>>,
    head: LedgerHead,
    periods: BTreeMap<PeriodKey, Period>,
    first_in_period: BTreeSet<PeriodKey>,
    posted: BTreeMap<PeriodKey, i64>,
    next_numbers: BTreeMap<i32, i64>,
}

/// Where a date leads to, once its period has admitted an entry.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    period: PeriodKey,
    fiscal_year: i32,
    overridden: bool,
}

impl<'a> Poster<'a> {
    /// Asks the books what entries with these lines need to know.
    pub(crate) fn prepare<'d>(
        tx: &mut dyn Tx,
        call: &'a Call,
        ids: &'a dyn Ids,
        at: PrimitiveDateTime,
        drafts: impl IntoIterator<Item = &'d EntryDraft>,
    ) -> Result<Self> {
        let lines: Vec<&LineDraft> = drafts.into_iter().flat_map(|draft| &draft.lines).collect();
        let names = lines.iter().map(|line| &line.account).collect();
        let mut poster = Self::naming(tx, call, ids, at, names)?;
        poster.know_contacts(tx, lines)?;
        Ok(poster)
    }

    /// The same for entries whose lines name these accounts.
    pub(crate) fn naming(
        tx: &mut dyn Tx,
        call: &'a Call,
        ids: &'a dyn Ids,
        at: PrimitiveDateTime,
        mut names: Vec<&AccountRef>,
    ) -> Result<Self> {
        let head = tx.ledger_heads().get()?;
        let company = tx.companies().find()?.ok_or_else(|| Error::not_found("company", call.company))?;
        let settings = tx.settings().find()?.ok_or_else(|| missing("settings"))?;
        let sequence =
            tx.sequences().find(sequence::JOURNAL_ENTRY)?.ok_or_else(|| missing("sequence journal_entry"))?;
        names.sort_unstable();
        names.dedup();
        let rounding = settings.default_accounts.rounding.map(AccountRef::Id);
        let names: Vec<&AccountRef> = names.into_iter().chain(rounding.as_ref()).collect();
        let chart = Chart::of(tx.accounts().named(&names)?);
        Ok(Self {
            call,
            ids,
            at,
            company,
            settings,
            sequence,
            chart,
            contacts: BTreeMap::new(),
            head,
            periods: BTreeMap::new(),
            first_in_period: BTreeSet::new(),
            posted: BTreeMap::new(),
            next_numbers: BTreeMap::new(),
        })
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn chart(&self) -> &Chart {
        &self.chart
    }

    /// Asks for accounts that lines will name besides.
    pub(crate) fn know(&mut self, tx: &mut dyn Tx, lines: &[LineDraft]) -> Result<()> {
        let names = lines.iter().map(|line| &line.account);
        let mut missing: Vec<&AccountRef> = names.filter(|name| self.chart.get(name).is_none()).collect();
        missing.sort_unstable();
        missing.dedup();
        if !missing.is_empty() {
            self.chart.add(tx.accounts().named(&missing)?);
        }
        Ok(())
    }

    /// Asks for contacts that lines name and that were not asked for before.
    fn know_contacts<'d>(
        &mut self,
        tx: &mut dyn Tx,
        lines: impl IntoIterator<Item = &'d LineDraft>,
    ) -> Result<()> {
        let named = lines.into_iter().filter_map(|line| line.dimensions.contact_id);
        let missing: BTreeSet<ContactId> = named.filter(|id| !self.contacts.contains_key(id)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let missing: Vec<ContactId> = missing.into_iter().collect();
        let found = tx.contacts().find_all(&missing)?;
        self.contacts.extend(missing.into_iter().map(|id| (id, None)));
        self.contacts.extend(found.into_iter().map(|contact| (contact.id, Some(contact.is_active))));
        Ok(())
    }

    /// Refuses lines that name a contact that does not exist or is out of use.
    fn check_contacts(&mut self, tx: &mut dyn Tx, draft: &EntryDraft) -> Result<()> {
        self.know_contacts(tx, &draft.lines)?;
        for (i, line) in draft.lines.iter().enumerate() {
            let Some(id) = line.dimensions.contact_id else { continue };
            let (constraint, message) = match self.contacts.get(&id).copied().flatten() {
                Some(true) => continue,
                Some(false) => (
                    Constraint::Active,
                    format!("the contact {id} is not active; name another or activate it"),
                ),
                None => (Constraint::Exists, format!("there is no contact {id}")),
            };
            return Err(Refusal::field(format!("lines[{i}].contact_id"), constraint, message).into());
        }
        Ok(())
    }

    /// Asks the period of a date whether it admits an entry.
    pub(crate) fn admit(
        &mut self,
        tx: &mut dyn Tx,
        date: Date,
        adjustment: Option<u8>,
        reason: Option<&str>,
    ) -> Result<Place> {
        partita_domain::fiscal_calendar::check_date(date, "date")?;
        let key = self.company.fiscal_calendar.period_of(date, adjustment)?;
        if !self.periods.contains_key(&key) {
            let period = match tx.periods().find(key)? {
                Some(period) => period,
                None => {
                    let year = self.company.fiscal_calendar.year_of(date);
                    self.first_in_period.insert(key);
                    Period::open(key, year.year, year.end)
                }
            };
            self.periods.insert(key, period);
        }
        let period = self.periods.get(&key).ok_or_else(|| missing("period"))?;
        let wish = reason.map(|reason| ClosedPeriodOverride {
            reason: reason.to_owned(),
            permitted: self.call.permissions.allows(partita_domain::permission::Permission::PERIODS_OVERRIDE),
        });
        period.admit(wish.as_ref(), self.settings.closed_period_policy)?;
        Ok(Place {
            period: key,
            fiscal_year: period.fiscal_year,
            overridden: period.status == PeriodStatus::SoftLocked,
        })
    }

    /// Refuses what an entry that somebody writes may not name.
    fn check_by_hand(&mut self, tx: &mut dyn Tx, draft: &EntryDraft) -> Result<()> {
        refuse_unknown_references(draft)?;
        self.refuse_control_accounts(draft)?;
        self.check_contacts(tx, draft)?;
        refuse_unknown_tax_codes(tx, draft)
    }

    /// Refuses lines that would make a control account differ from what it controls, where the settings say so.
    fn refuse_control_accounts(&self, draft: &EntryDraft) -> Result<()> {
        if !self.settings.trade.lock_control_accounts {
            return Ok(());
        }
        for (i, line) in draft.lines.iter().enumerate() {
            let Some(account) = self.chart.get(&line.account) else { continue };
            if let Some(controls) = self.settings.default_accounts.control_of(account) {
                let field = match line.account {
                    AccountRef::Id(_) => "account_id",
                    AccountRef::Number(_) => "account_number",
                };
                let (field, account_number) = (format!("lines[{i}].{field}"), account.number.clone());
                return Err(Refusal::ControlAccount { field, account_number, controls }.into());
            }
        }
        Ok(())
    }

    /// Posts one entry that somebody writes. When it is refused nothing was written and no number used.
    pub(crate) fn post(&mut self, tx: &mut dyn Tx, draft: EntryDraft) -> Result<(JournalEntry, Happening)> {
        self.check_by_hand(tx, &draft)?;
        self.post_known(tx, draft)
    }

    /// Refuses a draft that could not be posted, whatever its period says.
    pub(crate) fn try_out(&mut self, tx: &mut dyn Tx, draft: EntryDraft) -> Result<()> {
        self.check_by_hand(tx, &draft)?;
        draft.check()?;
        partita_domain::fiscal_calendar::check_date(draft.date, "date")?;
        let calendar = &self.company.fiscal_calendar;
        let place = Place {
            period: calendar.period_of(draft.date, draft.adjustment_period)?,
            fiscal_year: calendar.year_of(draft.date).year,
            overridden: false,
        };
        let (posting, _) = self.posting(tx, place)?;
        JournalEntry::post(draft, posting)?;
        Ok(())
    }

    /// Posts one entry whose lines name contacts and tax codes that are known to exist.
    pub(crate) fn post_known(
        &mut self,
        tx: &mut dyn Tx,
        draft: EntryDraft,
    ) -> Result<(JournalEntry, Happening)> {
        draft.check()?;
        if let Some(external_id) = &draft.external_id
            && let Some(existing) = tx.journal_entries().find_by_external_id(external_id)?
        {
            return Err(Refusal::DuplicateExternalId { existing_id: existing.to_string() }.into());
        }
        let place =
            self.admit(tx, draft.date, draft.adjustment_period, draft.override_closed_period.as_deref())?;
        let reason = draft.override_closed_period.clone().filter(|_| place.overridden);
        let (posting, number) = self.posting(tx, place)?;
        let entry = JournalEntry::post(draft, posting)?;
        self.enter(tx, &entry, number)?;
        let happening = posted(&entry, reason);
        Ok((entry, happening))
    }

    /// Posts the reversal of an entry.
    pub(crate) fn reverse(
        &mut self,
        tx: &mut dyn Tx,
        original: &JournalEntry,
        place: Place,
        date: Date,
        reason: Option<String>,
        external_id: Option<String>,
    ) -> Result<JournalEntry> {
        let (posting, number) = self.posting(tx, place)?;
        let entry = original.reverse(date, reason, external_id, posting)?;
        self.enter(tx, &entry, number)?;
        Ok(entry)
    }

    /// Takes over an entry that was exported from other books. Periods do not refuse it: it was posted before.
    pub(crate) fn restore(&mut self, tx: &mut dyn Tx, entry: JournalEntry) -> Result<Happening> {
        let entry = entry.restore(self.head.entry_position + 1, self.head.entry_hash)?;
        entry.check_base_balance(self.company.base_currency)?;
        let calendar = &self.company.fiscal_calendar;
        let place =
            (calendar.period_of(entry.date, entry.period.adjustment())?, calendar.year_of(entry.date).year);
        if place != (entry.period, entry.fiscal_year) {
            let message = format!(
                "{} lies in period {} of {} here, not in {}",
                entry.date, place.0, place.1, entry.period
            );
            return Err(Refusal::field("period", Constraint::DateOrder, message).into());
        }
        if let Some(line) =
            entry.lines.iter().find(|line| self.chart.get(&AccountRef::Id(line.account_id)).is_none())
        {
            let message = format!("there is no account {} ({})", line.account_id, line.account_number);
            return Err(Refusal::field("lines", Constraint::Exists, message).into());
        }
        if !self.periods.contains_key(&entry.period) && tx.periods().find(entry.period)?.is_none() {
            let year = self.company.fiscal_calendar.year_of(entry.date);
            self.first_in_period.insert(entry.period);
            self.periods.insert(entry.period, Period::open(entry.period, year.year, year.end));
        }
        let digits = entry.entry_number.bytes().rev().take_while(u8::is_ascii_digit).count();
        let number: i64 =
            entry.entry_number[entry.entry_number.len() - digits..].parse().unwrap_or(entry.position);
        self.enter(tx, &entry, (self.sequence.scope(entry.fiscal_year), number))?;
        Ok(Happening { action: "journal_entry.restored", ..posted(&entry, None) })
    }

    /// The entry that a draft would have become in the place of an existing one, to tell whether it says the same.
    pub(crate) fn as_posted_before(
        &self,
        draft: EntryDraft,
        existing: &JournalEntry,
    ) -> Result<JournalEntry> {
        let posting = Posting {
            id: existing.id,
            position: existing.position,
            previous_hash: existing.previous_hash,
            entry_number: existing.entry_number.clone(),
            period: self.company.fiscal_calendar.period_of(draft.date, draft.adjustment_period)?,
            fiscal_year: self.company.fiscal_calendar.year_of(draft.date).year,
            created_at: existing.created_at,
            created_by: existing.created_by,
            base_currency: self.company.base_currency,
            accounts: &self.chart,
            rounding: self.rounding(),
        };
        Ok(JournalEntry::post(draft, posting)?)
    }

    fn rounding(&self) -> Option<&partita_domain::account::Account> {
        self.settings.default_accounts.rounding.and_then(|id| self.chart.get(&AccountRef::Id(id)))
    }

    fn posting(&mut self, tx: &mut dyn Tx, place: Place) -> Result<(Posting<'_>, (i32, i64))> {
        let scope = self.sequence.scope(place.fiscal_year);
        let number = match self.next_numbers.get(&scope) {
            Some(number) => *number,
            None => tx.sequences().next(sequence::JOURNAL_ENTRY, scope)?,
        };
        let posting = Posting {
            id: EntryId(self.ids.next()),
            position: self.head.entry_position + 1,
            previous_hash: self.head.entry_hash,
            entry_number: self.sequence.format(place.fiscal_year, number),
            period: place.period,
            fiscal_year: place.fiscal_year,
            created_at: self.at,
            created_by: self.call.actor,
            base_currency: self.company.base_currency,
            accounts: &self.chart,
            rounding: self.rounding(),
        };
        Ok((posting, (scope, number)))
    }

    fn enter(&mut self, tx: &mut dyn Tx, entry: &JournalEntry, (scope, number): (i32, i64)) -> Result<()> {
        let Some(turnover) = self.head.turnover.checked_add(entry.turnover()) else {
            return Err(Refusal::field(
                "lines",
                Constraint::Range,
                "with this entry the sums of the books would leave the range of 64 bits",
            )
            .into());
        };
        if self.first_in_period.remove(&entry.period)
            && let Some(period) = self.periods.get(&entry.period)
        {
            tx.periods().insert(period)?;
        }
        tx.journal_entries().insert(entry)?;
        tx.balances().add(&entry.balance_changes())?;
        self.head.entry_position = entry.position;
        self.head.entry_hash = entry.hash;
        self.head.turnover = turnover;
        self.next_numbers.insert(scope, number + 1);
        *self.posted.entry(entry.period).or_default() += 1;
        Ok(())
    }

    /// Writes what has been counted.
    pub(crate) fn finish(self, tx: &mut dyn Tx) -> Result<()> {
        tx.ledger_heads().put(&self.head)?;
        for (scope, next) in self.next_numbers {
            tx.sequences().set_next(sequence::JOURNAL_ENTRY, scope, next)?;
        }
        for (period, posted) in self.posted {
            tx.periods().count_entries(period, posted)?;
        }
        Ok(())
    }
}

fn missing(what: &str) -> Error {
    StoreError::Corrupt(format!("the company has no {what}")).into()
}

/// The entry as the audit trail keeps it: its hash stands for all of it.
#[derive(Serialize)]
struct Posted<'a> {
    entry_number: &'a str,
    date: Date,
    period: PeriodKey,
    transaction_type: &'a str,
    currency_code: Currency,
    total: i64,
    hash: Hash,
}

/// What the audit trail says of an entry that was posted.
pub(crate) fn posted(entry: &JournalEntry, reason: Option<String>) -> Happening {
    Happening {
        action: "journal_entry.posted",
        resource_type: super::RESOURCE,
        resource_id: entry.id.to_string(),
        before: None,
        after: snapshot(&Posted {
            entry_number: &entry.entry_number,
            date: entry.date,
            period: entry.period,
            transaction_type: &entry.transaction_type,
            currency_code: entry.currency_code,
            total: entry.total,
            hash: entry.hash,
        }),
        reason,
    }
}

/// Dimensions are not kept yet, so a line that names one names something unknown.
fn refuse_unknown_references(draft: &EntryDraft) -> Result<()> {
    for (i, line) in draft.lines.iter().enumerate() {
        let about = &line.dimensions;
        let named = [
            ("class_id", about.class_id.is_some()),
            ("location_id", about.location_id.is_some()),
            ("project_id", about.project_id.is_some()),
        ];
        if let Some((field, _)) = named.into_iter().find(|(_, is_named)| *is_named) {
            return Err(Refusal::field(
                format!("lines[{i}].{field}"),
                Constraint::Exists,
                "there is no such resource",
            )
            .into());
        }
    }
    Ok(())
}

/// A line names a tax code that applies on the date of the entry; a group belongs to documents.
fn refuse_unknown_tax_codes(tx: &mut dyn Tx, draft: &EntryDraft) -> Result<()> {
    let named =
        || draft.lines.iter().enumerate().filter_map(|(i, l)| l.dimensions.tax_code_id.map(|id| (i, id)));
    if named().next().is_none() {
        return Ok(());
    }
    let table = tx.tax_codes().table()?;
    for (i, id) in named() {
        let field = format!("lines[{i}].tax_code_id");
        if table.code(id).is_none() {
            let message = "there is no such tax code; groups of tax codes are named by documents only";
            return Err(Refusal::field(field, Constraint::Exists, message).into());
        }
        table.codes_of(id, draft.date, &field)?;
    }
    Ok(())
}
