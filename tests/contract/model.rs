//! Every store against the memory store: random units, some of which fail, must leave the same behind.

use partita_application::ports::{
    AccountFilter, EntryFilter, EntryOrder, Grain, Store, StoreError, Stored, Tx,
};
use partita_application::{Error, Result};
use partita_domain::account::{Account, AccountType};
use partita_domain::id::CompanyId;
use partita_domain::journal_entry::EntryDraft;
use partita_domain::user::User;
use partita_memory::MemoryStore;
use partita_tests::fixtures::{
    COMPANY, Choices, NOW, OTHER, account, account_id, api_key, audit_event, company, draft, found, id, line,
    open_period, period, post, remembered, reverse, role, session, user,
};
use partita_tests::stores::for_each_books;
use std::sync::Arc;
use time::macros::date;
use time::{Date, Duration};

fn random_number(choices: &mut Choices) -> u128 {
    u128::from(choices.below(6)) + 1
}

fn random_account(choices: &mut Choices) -> &'static str {
    choices.of(&["1000", "1100", "2000", "4000", "6000"])
}

fn random_date(choices: &mut Choices) -> Date {
    date!(2026 - 01 - 25) + Duration::days(choices.amount(90))
}

/// One random step. A step that a store refuses fails its unit.
fn step(tx: &mut dyn Tx, choices: &mut Choices) -> Result<()> {
    let number = random_number(choices);
    match choices.below(20) {
        0..6 => {
            let amount = i64::try_from(choices.below(1_000)).unwrap() + 1;
            let lines =
                vec![line(random_account(choices), amount, 0), line(random_account(choices), 0, amount)];
            let external_id = (choices.below(4) == 0).then(|| format!("x{}", choices.below(8)));
            let position = tx.ledger_heads().get()?.entry_position;
            let draft = EntryDraft { external_id, ..draft(random_date(choices), lines) };
            post(tx, u128::try_from(position).unwrap() + 1, draft)?;
        }
        6 => {
            let last = u128::try_from(tx.ledger_heads().get()?.entry_position).unwrap();
            let chosen = u128::from(choices.below(10)) + 1;
            let date = random_date(choices);
            let known = tx.journal_entries().find(id(chosen))?;
            // A second reversal is the store's to refuse only where the domain was not asked.
            if known.is_some_and(|entry| entry.reversed_by_id.is_none()) {
                reverse(tx, last + 1, id(chosen), date)?;
            }
        }
        7 => {
            let number = format!("70{}", choices.below(4));
            let opened = account(&format!("8{}", choices.below(6)), "Opened", AccountType::Expense);
            tx.accounts().insert(&Account { number, ..opened })?;
        }
        8 => {
            let account_id = account_id(random_account(choices));
            let account = tx.accounts().find(account_id)?.unwrap();
            let external_id = (choices.below(2) == 0).then(|| format!("e{}", choices.below(3)));
            let name = format!("Named {}", choices.below(100));
            tx.accounts().update(&Account { external_id, name, ..(*account).clone() })?;
        }
        9 => tx.users().insert(&user(number, &format!("u{}", choices.below(6))))?,
        10 => tx
            .users()
            .update(&User { is_active: false, ..user(number, &format!("u{}", choices.below(6))) })?,
        11 => tx.api_keys().insert(&api_key(number))?,
        12 => tx.api_keys().touch(id(number), NOW + Duration::seconds(number.try_into().unwrap()))?,
        13 => tx.sessions().insert(&session(number, &user(random_number(choices), "whoever")))?,
        14 => tx.sessions().end_all(id(number), NOW + Duration::seconds(1))?,
        15 => tx.roles().insert(&role(&format!("role_{number}")))?,
        16 => tx.roles().delete(&format!("role_{number}"))?,
        17 => {
            let name = format!("2026-0{number}");
            tx.periods().count_entries(period(&name), 1)?;
            if tx.periods().find(period(&name))?.is_none() {
                tx.periods().insert(&open_period(&name))?;
            }
        }
        18 => {
            let mut head = tx.ledger_heads().get()?;
            head.audit_sequence += 1;
            tx.audit_events().append(&audit_event(head.audit_sequence))?;
            tx.ledger_heads().put(&head)?;
        }
        _ => {
            tx.idempotency().insert(&remembered(&format!("{}", choices.below(40))))?;
            let next = tx.sequences().next("journal_entry", 2026)?;
            tx.sequences().set_next("journal_entry", 2026, next + 1)?;
        }
    }
    Ok(())
}

/// Whether a random unit was committed. Not why it was not: a store may notice a unique value when it commits, after
/// something else has failed the unit.
fn unit(store: &dyn Store, company: CompanyId, seed: &Choices) -> bool {
    let outcome = store.write(company, |tx| {
        // A unit may run twice, and has to choose the same again.
        let choices = &mut seed.clone();
        for _ in 0..=choices.below(4) {
            step(tx, choices)?;
        }
        if choices.below(6) == 0 { Err(Error::DryRun) } else { Ok(()) }
    });
    match outcome {
        Ok(()) => true,
        Err(Error::DryRun | Error::Store(StoreError::Duplicate | StoreError::Unavailable(_))) => false,
        Err(other) => panic!("{other:?}"),
    }
}

/// All that a company's repositories tell, part by part.
fn state(store: &dyn Store, company: CompanyId) -> Vec<String> {
    fn parts(tx: &mut dyn Tx) -> Stored<Vec<String>> {
        let all = EntryFilter::default();
        let of_bank = EntryFilter { account_id: Some(account_id("1000")), ..all.clone() };
        let mut parts = vec![
            format!("{:?}", tx.companies().find()?),
            format!("{:?}", tx.ledger_heads().get()?),
            format!("{:?}", tx.accounts().all()?),
            format!("{:?}", tx.accounts().list(&AccountFilter::default(), Some("2000"), 1, 3)?),
            format!("{:?}", tx.journal_entries().chain(0, 1_000)?),
            format!("{:?}", tx.journal_entries().list(&of_bank, EntryOrder::NewestFirst, None, 2, 5)?),
            format!("{:?}", tx.journal_entries().count(&of_bank)?),
            format!("{:?}", tx.journal_entries().last_date()?),
            format!("{:?}", tx.balances().kept(Grain::Day)?),
            format!("{:?}", tx.balances().kept(Grain::Month)?),
            format!("{:?}", tx.balances().rebuilt(Grain::Day)?),
            format!("{:?}", tx.balances().rebuilt(Grain::Month)?),
            format!("{:?}", tx.audit_events().chain(0, 1_000)?),
            format!("{:?}", tx.users().list()?),
            format!("{:?}", tx.users().count_active()?),
            format!("{:?}", tx.api_keys().list()?),
            format!("{:?}", tx.roles().list()?),
            format!("{:?}", tx.periods().list(None)?),
            format!("{:?}", tx.sequences().next("journal_entry", 2026)?),
        ];
        for number in 1..=6 {
            let token = session(number, &user(1, "whoever")).token_hash;
            parts.push(format!("{:?}", tx.sessions().find_by_hash(token)?));
            parts.push(format!("{:?}", tx.directory().company_of_session(token)?));
            let username = format!("u{}", number - 1);
            parts.push(format!("{:?}", tx.directory().companies_of_username(&username)?));
        }
        Ok(parts)
    }
    store.read(company, |tx| Ok(parts(tx)?)).unwrap()
}

#[test]
fn random_units_leave_the_same_in_every_store() {
    for_each_books(|store| {
        let model: Arc<dyn Store> = Arc::new(MemoryStore::new());
        found(model.as_ref(), &company(COMPANY));
        found(model.as_ref(), &company(OTHER));
        let mut choices = Choices(20_260_302);
        let mut committed = 0;
        for round in 0..300 {
            let company = if choices.below(3) == 0 { OTHER } else { COMPANY };
            let seed = Choices(choices.below(u64::MAX));
            let expected = unit(model.as_ref(), company, &seed);
            assert_eq!(unit(store.as_ref(), company, &seed), expected, "unit {round}");
            committed += usize::from(expected);
            if round % 25 == 24 {
                for company in [COMPANY, OTHER] {
                    let (is, should_be) = (state(store.as_ref(), company), state(model.as_ref(), company));
                    for (is, should_be) in is.iter().zip(&should_be) {
                        assert_eq!(is, should_be, "after unit {round}");
                    }
                }
            }
        }
        assert!((50..250).contains(&committed), "{committed} of 300 units were committed");
    });
}
