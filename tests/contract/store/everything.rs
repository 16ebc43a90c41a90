//! Something in every repository, and all that is in them.

use partita_application::Result;
use partita_application::ports::{
    AccountFilter, DocumentFilter, ExchangeRateFilter, Grain, RevaluationFilter, Stored, Tx,
};
use partita_domain::account::{Account, AccountType};
use partita_domain::company::Company;
use partita_domain::document::{DocumentKind, DocumentSettled};
use partita_domain::journal_entry::EntryDraft;
use partita_domain::pairing::Pairing;
use partita_domain::payment::{OpenItemSource, Payment};
use partita_domain::period::{LockRequest, LockRequestStatus};
use partita_domain::revaluation::{Revaluation, RevaluationState};
use partita_domain::settings::Settings;
use partita_domain::tax_group::TaxGroup;
use partita_domain::user::User;
use partita_tests::fixtures::{
    NOW, account, api_key, application, audit_event, dated_rate, document, id, lock_request, open_period,
    pairing, payment, post, remembered, revaluation, revalued_item, reverse, role, sale, session, set_open,
    tax_code, tax_group, user,
};
use time::macros::date;

/// Adds something to every repository of a company with the sample chart.
pub(super) fn insert_everything(tx: &mut dyn Tx) -> Result<()> {
    tx.accounts().insert(&account("1010", "Till", AccountType::Bank))?;
    tx.users().insert(&user(1, "ada"))?;
    tx.api_keys().insert(&api_key(1))?;
    tx.sessions().insert(&session(1, &user(1, "ada")))?;
    tx.pairings().insert(&pairing(1, &api_key(1)))?;
    tx.roles().insert(&role("clerk"))?;
    tx.periods().insert(&open_period("2026-01"))?;
    tx.lock_requests().insert(&lock_request(1, "2026-01"))?;
    tx.tax_codes().insert(&tax_code(1, 1_900))?;
    tx.tax_codes().insert_group(&tax_group(1, &[1]))?;
    tx.exchange_rates().insert(&[dated_rate(1, "EUR", date!(2026 - 01 - 05), 1_083_800)])?;
    tx.idempotency().insert(&remembered("1"))?;
    let with_id = EntryDraft { external_id: Some("x".to_owned()), ..sale(date!(2026 - 01 - 05), 100) };
    post(tx, 1, with_id)?;
    reverse(tx, 2, id(1), date!(2026 - 01 - 06))?;
    tx.documents().insert(&document(30, DocumentKind::Estimate, date!(2026 - 01 - 05), 100))?;
    let open = set_open(document(31, DocumentKind::Invoice, date!(2026 - 01 - 05), 100), 100);
    tx.documents().insert(&open)?;
    let money = payment(40, date!(2026 - 01 - 06), 100);
    tx.payments().insert(&money)?;
    let item = OpenItemSource::Document { kind: DocumentKind::Invoice, id: id(31) };
    tx.payments().insert_applications(&[application(41, &money, item, 90)])?;
    let closing = revaluation(50, date!(2026 - 01 - 31));
    tx.revaluations().insert(&closing, &[revalued_item(Some(item)), revalued_item(None)])?;
    tx.sequences().set_next("journal_entry", 2026, 3)?;
    for sequence in 1..=2 {
        tx.audit_events().append(&audit_event(sequence))?;
    }
    let mut head = tx.ledger_heads().get()?;
    head.audit_sequence = 2;
    tx.ledger_heads().put(&head)?;
    Ok(())
}

/// Changes or removes what [`insert_everything`] added.
pub(super) fn change_everything(tx: &mut dyn Tx) -> Stored<()> {
    let bank = tx.accounts().find_by_number("1000")?.unwrap();
    let renamed = Account { name: "Renamed".to_owned(), ..(*bank).clone() };
    tx.accounts().update(&renamed)?;
    tx.api_keys().touch(id(1), NOW)?;
    let profile = tx.companies().find()?.unwrap();
    tx.companies().update(&Company { version: 9, ..profile })?;
    tx.documents().remove(id(30))?;
    let settled =
        DocumentSettled { id: id(31), amount_paid: 90, amount_credited: 0, open: 10, base_open: 10 };
    tx.documents().settle(&[settled])?;
    let money = tx.payments().find(id(40))?.unwrap();
    tx.payments().update(&[Payment { unapplied: 1, base_unapplied: 1, version: 2, ..money }])?;
    let closing = tx.revaluations().find(id(50))?.unwrap();
    let void = Revaluation { state: RevaluationState::Void, version: 2, ..closing };
    tx.revaluations().update(&void)?;
    tx.sequences().set_next("journal_entry", 2026, 9)?;
    tx.sessions().end_all(id(1), NOW)?;
    tx.users().update(&User { username: "renamed".to_owned(), ..user(1, "ada") })?;
    tx.roles().delete("clerk")?;
    tx.periods().count_entries(open_period("2026-01").period, 5)?;
    tx.pairings().update(&Pairing { used_at: Some(NOW), ..pairing(1, &api_key(1)) })?;
    let request = lock_request(1, "2026-01");
    let approved = LockRequestStatus::Approved;
    tx.lock_requests().update(&LockRequest { status: approved, ..request })?;
    tx.tax_codes().update(&tax_code(1, 700))?;
    tx.tax_codes().update_group(&TaxGroup { version: 9, ..tax_group(1, &[1]) })?;
    tx.exchange_rates().remove(id(1))?;
    let settings = tx.settings().find()?.unwrap();
    tx.settings().put(&Settings { version: 9, ..settings })
}

/// All that is in a company's repositories, as text.
pub(super) fn everything(tx: &mut dyn Tx) -> Stored<String> {
    let (user, key) = (user(1, "ada"), api_key(1));
    let parts = [
        format!("{:?}", tx.companies().find()?),
        format!("{:?}", tx.settings().find()?),
        format!("{:?}", tx.ledger_heads().get()?),
        format!("{:?}", tx.accounts().all()?),
        format!("{:?}", tx.accounts().count(&AccountFilter::default())?),
        format!("{:?}", tx.periods().list(None)?),
        format!("{:?}", tx.lock_requests().find(id(1))?),
        format!("{:?}", tx.lock_requests().latest(open_period("2026-01").period)?),
        format!("{:?}", tx.sequences().list()?),
        format!("{:?}", tx.sequences().next("journal_entry", 2026)?),
        format!("{:?}", tx.journal_entries().chain(0, 100)?),
        format!("{:?}", tx.journal_entries().find_by_external_id("x")?),
        format!("{:?}", tx.journal_entries().last_date()?),
        format!("{:?}", tx.balances().kept(Grain::Day)?),
        format!("{:?}", tx.balances().kept(Grain::Month)?),
        format!("{:?}", tx.balances().rebuilt(Grain::Day)?),
        format!("{:?}", tx.documents().find_all(&[id(30), id(31)])?),
        format!("{:?}", tx.documents().count(&DocumentFilter::of(DocumentKind::Estimate))?),
        format!("{:?}", tx.payments().find(id(40))?),
        format!("{:?}", tx.payments().applications_of(&[id(40)])?),
        format!("{:?}", tx.payments().relieved(None)?),
        format!("{:?}", tx.revaluations().list(&RevaluationFilter::default(), None, 0, 100)?),
        format!("{:?}", tx.revaluations().items(id(50))?),
        format!("{:?}", tx.audit_events().chain(0, 100)?),
        format!("{:?}", tx.idempotency().find("1")?),
        format!("{:?}", tx.tax_codes().list()?),
        format!("{:?}", tx.tax_codes().list_groups()?),
        format!("{:?}", tx.exchange_rates().list(&ExchangeRateFilter::default(), None, 0, 100)?),
        format!("{:?}", tx.roles().list()?),
        format!("{:?}", tx.users().list()?),
        format!("{:?}", tx.users().find_by_username("ada")?),
        format!("{:?}", tx.api_keys().list()?),
        format!("{:?}", tx.sessions().find_by_hash(session(1, &user).token_hash)?),
        format!("{:?}", tx.pairings().find_by_hash(pairing(1, &key).code_hash)?),
    ];
    Ok(parts.join("\n"))
}
