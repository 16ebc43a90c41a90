//! Running a revaluation.

use super::collect::{Found, closing_rates, open_items};
use super::{Revalued, happened};
use crate::app::App;
use crate::balance::company_of;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::journal_entry::poster::{Poster, posted};
use crate::ports::{StoreError, Tx};
use partita_domain::audit_event::Happening;
use partita_domain::id::RevaluationId;
use partita_domain::journal_entry::{AccountRef, EntryDraft, JournalEntry, LineDraft, MAX_LINES};
use partita_domain::money::Currency;
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::revaluation::{
    ClosingRate, MonetaryItem, Revaluation, RevaluationPosting, RevaluationRequest, RevaluationState,
    RevaluedItem,
};
use std::collections::BTreeMap;
use time::PrimitiveDateTime;

/// Shows what is open in foreign currencies at the closing rate (IAS 21.23, T32): one entry at the closing date with a line
/// for each document and account whose value has changed, and its reversal on the next day. Where no rate has moved, or
/// nothing is open, the revaluation is kept without an entry, as proof that it was done.
///
/// # Errors
/// `date` unless it ends a period; `exchange_rates` with `required` for a currency without a rate; `conflict` with the id of
/// a revaluation of the same date and currency that stands; `closed_period` for the date or the day after;
/// `duplicate_external_id`; a default account that is missing with `required`.
pub fn run(app: &App, call: &Call, request: &RevaluationRequest) -> Result<Done<Revalued>> {
    change(app, call, Permission::JOURNAL_WRITE, |tx, at| {
        let base = company_of(tx, call.company)?.base_currency;
        request.check(base).map_err(Error::Refused)?;
        refuse_external_id(tx, request)?;
        run_in(tx, app, call, at, base, request)
    })
}

/// Runs one that was checked.
pub(super) fn run_in(
    tx: &mut dyn Tx,
    app: &App,
    call: &Call,
    at: PrimitiveDateTime,
    base: Currency,
    request: &RevaluationRequest,
) -> Result<Changed<Revalued>> {
    let accounts = crate::settings::settings_of(tx)?.default_accounts;
    let found = open_items(tx, request, base, &accounts)?;
    let rates = closing_rates(tx, request, base, &found)?;
    refuse_second(tx, request, &rates)?;
    let monetary = monetary(&found, &rates)?;
    let worth = RevaluationPosting::of(
        request.date,
        &monetary,
        base,
        accounts.unrealised_gain,
        accounts.unrealised_loss,
    )
    .map_err(|refusal| named(refusal, &found))?;
    let id = RevaluationId(app.ids.next());
    let items: Vec<RevaluedItem> = found
        .into_iter()
        .zip(&monetary)
        .zip(&worth.differences)
        .map(|((found, monetary), difference)| item(found, monetary, *difference))
        .collect();
    let entries = post(tx, app, call, at, request, (id, base), &worth, &items)?;
    let mut happenings = Vec::with_capacity(3);
    let mut revaluation = Revaluation {
        id,
        external_id: request.external_id.clone(),
        date: request.date,
        reversal_date: worth.reversal_date,
        currency_code: request.currency_code,
        include_advances: request.include_advances,
        rates: rates.into_values().collect(),
        item_count: i64::try_from(items.len()).unwrap_or(i64::MAX),
        gain: worth.gain,
        loss: worth.loss,
        memo: request.memo.clone(),
        state: RevaluationState::Posted,
        entry_id: None,
        reversal_entry_id: None,
        void_entry_id: None,
        void_reversal_entry_id: None,
        metadata: request.metadata.clone(),
        created_at: at,
        updated_at: at,
        version: 1,
    };
    let mut told = Vec::new();
    if let Some(both) = entries {
        revaluation.entry_id = Some(both.entry.id);
        revaluation.reversal_entry_id = Some(both.reversal.id);
        happenings.extend(both.happenings);
        if call.dry_run {
            told = vec![both.entry, both.reversal];
        }
    }
    tx.revaluations().insert(&revaluation, &items)?;
    let reason = request.override_closed_period.clone();
    happenings.insert(0, happened("revaluation.posted", None, &revaluation, reason));
    Ok(Changed { value: Revalued { revaluation, items, entries: told }, happenings })
}

fn refuse_external_id(tx: &mut dyn Tx, request: &RevaluationRequest) -> Result<()> {
    if let Some(external_id) = &request.external_id
        && let Some(existing) = tx.revaluations().find_by_external_id(external_id)?
    {
        return Err(Refusal::DuplicateExternalId { existing_id: existing.to_string() }.into());
    }
    Ok(())
}

/// What is open would be shown twice at the closing rate.
fn refuse_second(
    tx: &mut dyn Tx,
    request: &RevaluationRequest,
    rates: &BTreeMap<Currency, ClosingRate>,
) -> Result<()> {
    let currencies: Vec<Currency> = rates.keys().copied().collect();
    if currencies.is_empty() {
        return Ok(());
    }
    let Some(existing) = tx.revaluations().standing(request.date, &currencies)? else { return Ok(()) };
    let message = format!(
        "revaluation {existing} of {} stands for one of these currencies already; void it first, or name another currency",
        request.date
    );
    Err(Refusal::Taken { field: "date", existing_id: existing.to_string(), message }.into())
}

fn monetary(found: &[Found], rates: &BTreeMap<Currency, ClosingRate>) -> Result<Vec<MonetaryItem>> {
    let items = found.iter().map(|item| {
        let rate = rates.get(&item.currency);
        let rate = rate.ok_or_else(|| StoreError::Corrupt(format!("{} has no rate", item.currency)))?;
        Ok(MonetaryItem {
            side: item.side,
            currency: item.currency,
            open: item.open,
            base_open: item.base_open,
            closing_rate: rate.rate,
            revaluation_account_id: item.revaluation_account_id,
            contact_id: item.contact_id,
        })
    });
    items.collect()
}

/// A refusal of an item names it by the number that people know.
fn named(refusal: Refusal, found: &[Found]) -> Refusal {
    let place = refusal.at().and_then(|field| {
        field.strip_prefix("items[").and_then(|rest| rest.strip_suffix(']')).and_then(|i| i.parse().ok())
    });
    match place.and_then(|i: usize| found.get(i)) {
        Some(item) => {
            let constraint = refusal.constraint().unwrap_or(Constraint::Range);
            let message = format!("{} ({}): {refusal}", item.number, item.currency);
            Refusal::field("exchange_rates", constraint, message)
        }
        None => refusal,
    }
}

fn item(found: Found, monetary: &MonetaryItem, difference: i64) -> RevaluedItem {
    RevaluedItem {
        source: found.source,
        number: found.number,
        account_id: found.account_id,
        contact_id: found.contact_id,
        side: found.side,
        currency_code: found.currency,
        open: found.open,
        base_open: found.base_open,
        exchange_rate: monetary.closing_rate,
        difference,
        revaluation_account_id: found.revaluation_account_id,
    }
}

/// The entry, its reversal, and what the audit trail says of both.
struct Both {
    entry: JournalEntry,
    reversal: JournalEntry,
    happenings: [Happening; 2],
}

/// Posts the entry and its reversal, where something has changed; asks both periods in any case.
#[expect(clippy::too_many_arguments, reason = "each is what an entry consists of")]
fn post(
    tx: &mut dyn Tx,
    app: &App,
    call: &Call,
    at: PrimitiveDateTime,
    request: &RevaluationRequest,
    (id, base): (RevaluationId, Currency),
    worth: &RevaluationPosting,
    items: &[RevaluedItem],
) -> Result<Option<Both>> {
    let reason = request.override_closed_period.as_deref();
    let names: Vec<AccountRef> = worth.lines.iter().map(|line| AccountRef::Id(line.account)).collect();
    let mut poster = Poster::naming(tx, call, &*app.ids, at, names.iter().collect())?;
    if worth.lines.is_empty() {
        poster.admit(tx, request.date, None, reason)?;
        poster.admit(tx, worth.reversal_date, None, reason)?;
        return Ok(None);
    }
    if worth.lines.len() > MAX_LINES {
        let message = format!(
            "{} open items have changed in value, and an entry has at most {MAX_LINES} lines; revalue one currency at a time",
            worth.lines.len()
        );
        return Err(Refusal::field("currency_code", Constraint::Length, message).into());
    }
    let mut changed = items.iter().filter(|item| item.difference != 0);
    let lines = worth.lines.iter().cloned().map(|line| match changed.next() {
        Some(item) => {
            let text = format!("{} {} at {}", item.currency_code, item.number, request.date);
            LineDraft::from(line.described(text))
        }
        None => line.into(),
    });
    let mut draft = EntryDraft::new(request.date, lines.collect());
    draft.transaction_type = Some("revaluation".to_owned());
    draft.source_id = Some(id.to_string());
    draft.memo = Some(request.memo.clone().unwrap_or_else(|| format!("Revaluation at {}", request.date)));
    draft.currency = Some(base);
    draft.override_closed_period = request.override_closed_period.clone();
    let (entry, happening) = poster.post_known(tx, draft)?;
    let place = poster.admit(tx, worth.reversal_date, None, reason)?;
    let memo = format!("Reversal of the revaluation at {}", request.date);
    let reversal = poster.reverse(tx, &entry, place, worth.reversal_date, Some(memo), None)?;
    poster.finish(tx)?;
    let happenings = [happening, posted(&reversal, request.override_closed_period.clone())];
    Ok(Some(Both { entry, reversal, happenings }))
}
