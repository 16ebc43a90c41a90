//! Posting documents: their numbers, and the entry that an accountant would write.

use super::assemble::Desk;
use super::{Issued, Verb, Warning, find_in, happened, refuse_state, stock, writing};
use crate::account::check_version;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::Result;
use crate::journal_entry::poster::Poster;
use crate::ports::{Ids, OpenSum, StoreError, Tx};
use crate::tax_entry;
use partita_domain::account::Side;
use partita_domain::audit_event::Happening;
use partita_domain::document::{ControlAccount, Document, DocumentKind, DocumentState};
use partita_domain::id::{AccountId, ContactId, DocumentId, ItemId};
use partita_domain::journal_entry::{AccountRef, EntryDraft, JournalEntry, LineDraft};
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::tax::Trade;
use partita_domain::tax_entry::TaxEntry;
use std::collections::BTreeSet;
use time::PrimitiveDateTime;

/// Posts a draft.
///
/// # Errors
/// `not_found`, `version_conflict`; `invalid_state` unless it is a draft; what posting refuses, see
/// [`create`](super::create).
pub fn post(
    app: &App,
    call: &Call,
    kind: DocumentKind,
    id: DocumentId,
    version: Option<i64>,
    override_closed_period: Option<&str>,
) -> Result<Done<Issued>> {
    change(app, call, writing(kind), |tx, at| {
        let before = find_in(tx, kind, id)?;
        check_version(version, before.version)?;
        if before.state != DocumentState::Draft {
            return Err(refuse_state(&before, at.date(), "only a draft can be posted"));
        }
        let draft = before.as_draft();
        let mut desk = Desk::prepare(tx, call, kind, [&draft])?;
        let assembled = desk.assemble(tx, kind, id, &draft, at)?;
        let mut document =
            Document { created_at: before.created_at, version: before.version + 1, ..assembled };
        let mut register = Register::open(tx, app, call, at, &desk, [&document])?;
        let posted = register.post(tx, &desk, &mut document, override_closed_period)?;
        register.close(tx)?;
        tx.documents().update(&document)?;
        let (issued, happenings) = posted.told(tx, call, document, Some(&before))?;
        Ok(Changed { value: issued, happenings })
    })
}

/// What posting one document brought.
pub(super) struct Posted {
    entry: Option<(JournalEntry, Happening)>,
    taxes: Vec<TaxEntry>,
    warnings: Vec<Warning>,
    reason: Option<String>,
}

impl Posted {
    /// Nothing was posted.
    pub(super) fn nothing() -> Self {
        Self { entry: None, taxes: Vec::new(), warnings: Vec::new(), reason: None }
    }

    /// What the caller is told, and what the audit trail is, once the document is written. Writes the tax entries that
    /// refer to it.
    pub(super) fn told(
        self,
        tx: &mut dyn Tx,
        call: &Call,
        document: Document,
        before: Option<&Document>,
    ) -> Result<(Issued, Vec<Happening>)> {
        tx.tax_entries().insert(&self.taxes)?;
        let verb = match (document.state, before) {
            (DocumentState::Posted, _) => Verb::Posted,
            (_, None) => Verb::Created,
            _ => Verb::Updated,
        };
        let mut happenings = vec![happened(verb, before, Some(&document), self.reason)];
        let mut entry = None;
        if let Some((posted, happening)) = self.entry {
            happenings.push(happening);
            entry = call.dry_run.then_some(posted);
        }
        Ok((Issued { document, entry, warnings: self.warnings }, happenings))
    }
}

/// Posts documents within one transaction. [`close`](Self::close) must be called when all are posted.
pub(super) struct Register<'a> {
    ids: &'a dyn Ids,
    at: PrimitiveDateTime,
    poster: Poster<'a>,
    open_sums: Vec<OpenSum>,
}

impl<'a> Register<'a> {
    /// Asks the books what posting these documents needs to know.
    pub(super) fn open<'d>(
        tx: &mut dyn Tx,
        app: &'a App,
        call: &'a Call,
        at: PrimitiveDateTime,
        desk: &Desk,
        documents: impl IntoIterator<Item = &'d Document>,
    ) -> Result<Self> {
        let defaults = &desk.settings.default_accounts;
        let mut accounts: BTreeSet<AccountId> = BTreeSet::new();
        accounts.extend(defaults.accounts_receivable);
        accounts.extend(defaults.accounts_payable);
        let mut limited: BTreeSet<ContactId> = BTreeSet::new();
        let mut stocked: BTreeSet<ItemId> = BTreeSet::new();
        for document in documents {
            for line in &document.lines {
                accounts.extend(line.account_id);
                if let Some(item) = line.item_id.and_then(|id| desk.item(id)) {
                    accounts.extend(item.expense_account_id);
                    accounts.extend(item.asset_account_id);
                }
            }
            stocked.extend(stock::stocked(desk, document).map(|item| item.id));
            for tax in &document.taxes {
                accounts.extend(tax.account_id);
                accounts.extend(tax.self_assess_account_id);
                accounts.extend(tax.pending_account_id);
            }
            if document.kind == DocumentKind::Invoice
                && desk.contact(document.contact_id).is_some_and(|contact| contact.credit_limit.is_some())
            {
                limited.insert(document.contact_id);
            }
        }
        let names: Vec<AccountRef> = accounts.into_iter().map(AccountRef::Id).collect();
        let poster = Poster::naming(tx, call, &*app.ids, at, names.iter().collect())?;
        let limited: Vec<ContactId> = limited.into_iter().collect();
        let open_sums = if limited.is_empty() { Vec::new() } else { tx.documents().open_sums(&limited)? };
        if !stocked.is_empty() {
            // Asked for once, whatever the number of documents; the store keeps them for the plans.
            tx.stocks().kept(&stocked.into_iter().collect::<Vec<_>>())?;
        }
        Ok(Self { ids: &*app.ids, at, poster, open_sums })
    }

    /// Numbers and posts one. When it is refused nothing was written and no number used. The document itself is not
    /// written here.
    pub(super) fn post(
        &mut self,
        tx: &mut dyn Tx,
        desk: &Desk,
        document: &mut Document,
        override_closed_period: Option<&str>,
    ) -> Result<Posted> {
        let control_account = control_account(desk, document.kind)?;
        let control = ControlAccount { account_id: control_account, contact_id: document.contact_id };
        let mut lines = document.posting(&control)?;
        let stock = stock::plan_of(tx, self.ids, self.at, desk, document)?;
        if let Some(plan) = &stock {
            lines.extend(plan.lines()?.into_iter().map(LineDraft::from));
            self.poster.know(tx, &lines)?;
        }
        let number = Number::next(tx, desk, document)?;
        let entry = if lines.is_empty() {
            // A document that moves nothing is dated in an open period all the same.
            self.poster.admit(tx, document.date, None, override_closed_period)?;
            None
        } else {
            let draft = entry_draft(document, &number.text, lines, override_closed_period);
            Some(self.poster.post_known(tx, draft)?)
        };
        if let Some(plan) = stock {
            plan.record(tx, entry.as_ref().map(|(entry, _)| entry.id))?;
        }
        number.take(tx)?;
        document.number = Some(number.text);
        document.state = DocumentState::Posted;
        document.control_account_id = Some(control_account);
        document.entry_id = entry.as_ref().map(|(entry, _)| entry.id);
        document.base_total = entry.as_ref().map_or(0, |(entry, _)| {
            let of_control = entry.lines.iter().filter(|line| {
                line.account_id == control_account && line.dimensions.contact_id == Some(document.contact_id)
            });
            of_control.map(|line| line.base_debit.max(line.base_credit)).sum()
        });
        document.open = document.totals.total;
        document.base_open = if document.open > 0 { document.base_total } else { 0 };
        let taxes = tax_entry::of_document(document, desk.company.base_currency)?;
        let warnings = self.warn(desk, document);
        Ok(Posted { entry, taxes, warnings, reason: override_closed_period.map(str::to_owned) })
    }

    /// Whether the customer owes more than it may, this invoice included.
    fn warn(&mut self, desk: &Desk, document: &Document) -> Vec<Warning> {
        let Some(contact) = desk.contact(document.contact_id) else { return Vec::new() };
        let Some(limit) = contact.credit_limit.filter(|_| document.kind == DocumentKind::Invoice) else {
            return Vec::new();
        };
        let limit_currency = contact.currency_code.unwrap_or(desk.company.base_currency);
        self.open_sums.push(OpenSum {
            contact_id: contact.id,
            kind: document.kind,
            currency: document.currency_code,
            open: document.open,
            base_open: document.base_open,
        });
        let owed = self
            .open_sums
            .iter()
            .filter(|sum| sum.contact_id == contact.id && sum.currency == limit_currency)
            .filter_map(|sum| sum.kind.control_side().map(|side| (side, i128::from(sum.open))))
            .fold(0_i128, |owed, (side, open)| match side {
                Side::Debit => owed + open,
                Side::Credit => owed - open,
            });
        if owed <= i128::from(limit) {
            return Vec::new();
        }
        let message = format!(
            "{} now owes {} {limit_currency}, more than the credit limit of {}",
            contact.display_name,
            limit_currency.decimal(owed),
            limit_currency.decimal(i128::from(limit))
        );
        vec![Warning { code: "credit_limit_exceeded".to_owned(), message }]
    }

    /// Writes what has been counted.
    pub(super) fn close(self, tx: &mut dyn Tx) -> Result<()> {
        self.poster.finish(tx)
    }
}

fn control_account(desk: &Desk, kind: DocumentKind) -> Result<AccountId> {
    let defaults = &desk.settings.default_accounts;
    let (account, name) = match kind.trade() {
        Trade::Sale => (defaults.accounts_receivable, "accounts_receivable"),
        Trade::Purchase => (defaults.accounts_payable, "accounts_payable"),
    };
    account.ok_or_else(|| {
        let message = format!("the settings name no account for default_accounts.{name}; set it first");
        Refusal::Conflict { message }.into()
    })
}

fn entry_draft(
    document: &Document,
    number: &str,
    lines: Vec<LineDraft>,
    override_closed_period: Option<&str>,
) -> EntryDraft {
    EntryDraft {
        external_id: None,
        date: document.date,
        transaction_type: Some(document.kind.name().to_owned()),
        source_id: Some(document.id.to_string()),
        memo: document.memo.clone(),
        reference_number: Some(number.to_owned()),
        currency: Some(document.currency_code),
        exchange_rate: Some(document.exchange_rate),
        adjustment_period: None,
        metadata: partita_domain::metadata::Metadata::default(),
        lines,
        override_closed_period: override_closed_period.map(str::to_owned),
    }
}

/// The number that a document gets, not taken yet.
pub(super) struct Number {
    pub(super) text: String,
    sequence_type: &'static str,
    /// The counter and what it counts to, unless the caller chose the number.
    counter: Option<(i32, i64)>,
}

impl Number {
    /// The number that the caller chose, or the next of the sequence.
    ///
    /// # Errors
    /// `number` with constraint `unique`, or `range` for a number that the sequence has still to give.
    pub(super) fn next(tx: &mut dyn Tx, desk: &Desk, document: &Document) -> Result<Self> {
        let sequence_type = document.kind.name();
        let Some(sequence) = tx.sequences().find(sequence_type)? else {
            return Err(StoreError::Corrupt(format!("the company has no sequence {sequence_type}")).into());
        };
        let fiscal_year = desk.company.fiscal_calendar.year_of(document.date).year;
        let scope = sequence.scope(fiscal_year);
        let next = tx.sequences().next(sequence_type, scope)?;
        let Some(chosen) = &document.number else {
            let text = sequence.format(fiscal_year, next);
            return Ok(Self { text, sequence_type, counter: Some((scope, next + 1)) });
        };
        let field = format!("{sequence_type}_number");
        if sequence.number_in(fiscal_year, chosen).is_some_and(|number| number >= next) {
            let message = format!(
                "{chosen} will be given by the sequence, which is at {}; leave the number out",
                sequence.format(fiscal_year, next)
            );
            return Err(Refusal::field(field, Constraint::Range, message).into());
        }
        match tx.documents().find_by_number(document.kind, chosen)? {
            Some(existing) if existing != document.id => {
                let message = format!("{chosen} is the number of {existing} already");
                Err(Refusal::field(field, Constraint::Unique, message).into())
            }
            _ => Ok(Self { text: chosen.clone(), sequence_type, counter: None }),
        }
    }

    /// Counts it.
    pub(super) fn take(&self, tx: &mut dyn Tx) -> Result<()> {
        if let Some((scope, next)) = self.counter {
            tx.sequences().set_next(self.sequence_type, scope, next)?;
        }
        Ok(())
    }
}
