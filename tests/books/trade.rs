//! Laws of trade: whatever invoices, bills, credits, goods, payments, entries and what takes them back come in, in three
//! currencies, some of it sent twice, every invariant holds (I1 to I9), all stores end alike, and the books verify.
//!
//! `PARTITA_TRADE_CASES=5000` tries more; `PARTITA_ONLY_STORE=memory` on one store.

mod command;
mod law;
mod state;
mod verified;

use command::{Command, command, run};
use partita_application::ports::{LedgerHead, Store};
use partita_domain::contact::{Contact, ContactType};
use partita_domain::item::{CostMethod, Item, ItemType};
use partita_domain::tax_code::TaxCode;
use partita_tests::books::Books;
use partita_tests::fixtures::{contact, item, tax_code, variable};
use partita_tests::stores::for_each_store;
use proptest::prelude::*;
use state::{State, state};
use std::cell::RefCell;
use std::sync::Arc;

/// Books with two contacts, who buy and sell, a tax code of 19 % and one of 7 % that is due on payment, and two items with a stock.
fn founded(store: &Arc<dyn Store>) -> Books {
    let books = Books::found(store, Some("us-small-business"));
    store
        .write(books.company.id, |tx| {
            let accounts = tx.accounts().all()?.to_vec();
            let account = |number: &str| accounts.iter().find(|account| account.number == number).unwrap().id;
            for number in [1, 2] {
                tx.contacts().insert(&Contact {
                    contact_type: vec![ContactType::Customer, ContactType::Vendor],
                    ..contact(number, &format!("Contact {number}"))
                })?;
            }
            tx.tax_codes().insert(&TaxCode { account_id: Some(account("2200")), ..tax_code(9, 1_900) })?;
            tx.tax_codes().insert(&TaxCode {
                account_id: Some(account("2310")),
                pending_account_id: Some(account("2300")),
                recoverable: 6_000,
                ..tax_code(10, 700)
            })?;
            for (number, cost_method) in [(1, CostMethod::Fifo), (2, CostMethod::Average)] {
                tx.items().insert(&Item {
                    item_type: ItemType::Inventory,
                    cost_method: Some(cost_method),
                    income_account_id: Some(account("4000")),
                    expense_account_id: Some(account("5000")),
                    asset_account_id: Some(account("1200")),
                    ..item(number, &format!("Item {number}"))
                })?;
            }
            Ok(())
        })
        .unwrap();
    books
}

/// What the first store has gone through: the books before each command, what it answered, and the end.
#[derive(Clone, Default)]
struct Run {
    before: Vec<Arc<State>>,
    answers: Vec<String>,
    end: Option<(LedgerHead, Vec<String>)>,
}

/// Runs the commands. The first store looks at its books before each, the others at those of the first, whose ids are theirs.
fn run_all(books: &Books, commands: &[(Command, bool)], first: &Run) -> Run {
    let mut seen = Run::default();
    for (number, (command, twice)) in commands.iter().enumerate() {
        let before = match first.before.get(number) {
            Some(before) => Arc::clone(before),
            None => Arc::new(state(books)),
        };
        let answer = run(books, &before, number, command);
        if first.end.is_none() {
            let after = state(books);
            after.check();
            if *twice {
                let again = run(books, &before, number, command);
                assert_eq!((again, &state(books).head), (answer.clone(), &after.head), "I8: sent twice");
            }
        } else if *twice {
            assert_eq!(run(books, &before, number, command), answer, "I8: sent twice");
        }
        seen.before.push(before);
        seen.answers.push(answer);
    }
    let last = state(books);
    last.check();
    // What the others report is compared with the first, and needs no proof of its own.
    let reports = if first.end.is_none() { law::check(books, &last) } else { law::reports(books) };
    law::check_last(books, &last);
    seen.end = Some((last.head, reports));
    seen
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: variable("PARTITA_TRADE_CASES").map_or(12, |cases| cases.parse().unwrap()),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn i1_to_i9_hold_whatever_is_bought_sold_paid_and_taken_back(
        commands in prop::collection::vec(command(), 1..60)
    ) {
        let first: RefCell<Run> = RefCell::default();
        for_each_store(|store| {
            let seen = run_all(&founded(store), &commands, &first.borrow());
            let mut first = first.borrow_mut();
            if first.end.is_none() {
                *first = seen;
            } else {
                assert_eq!(seen.answers, first.answers, "this store answers otherwise than the first one");
                assert_eq!(seen.end, first.end, "I8, I9: this store differs from the first one");
            }
        });
    }
}
