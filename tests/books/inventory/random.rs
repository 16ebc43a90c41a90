//! Random documents in every store.

use super::voiding::{Documents, void};
use super::{assert_sound, balance, drafts, items, post_lines, terms, warehouse};
use partita_application::inventory::{StockMove, plan};
use partita_application::{App, Error};
use partita_domain::id::{ItemId, MovementId};
use partita_domain::inventory::{MovementKind, RecordKind};
use partita_domain::quantity::Quantity;
use partita_tests::fixtures::{COMPANY, Choices, account_id, id, line};
use partita_tests::stores::for_each_store;
use time::Duration;
use time::macros::date;

/// A random document of one to three movements, some of them late, or a void. Answers whether it was posted.
fn random_document(
    app: &App,
    choices: &mut Choices,
    number: u128,
    seen: &mut Vec<(ItemId, MovementId, bool)>,
    documents: &mut Documents,
) -> bool {
    let on = date!(2026 - 01 - 01) + Duration::days(choices.amount(31));
    if choices.below(6) == 0 && !documents.is_empty() {
        let place = usize::try_from(choices.below(1_000)).unwrap() % documents.len();
        let document = *documents.keys().nth(place).unwrap();
        return void(app, documents, document, date!(2026 - 01 - 31)).is_ok();
    }
    let known = items();
    let mut moves = Vec::new();
    let mut own = Vec::new();
    for line_number in 1..=i32::try_from(choices.below(3) + 1).unwrap() {
        let which = usize::try_from(choices.below(3)).unwrap();
        let item = &known[which];
        let asset = if which == 2 { "1410" } else { "1400" };
        let amount = Quantity::from_millionths(choices.amount(5_000_000) + 1, "quantity").unwrap();
        let value = choices.amount(10_000);
        let place = usize::try_from(choices.below(1_000)).unwrap();
        let of = |issues: bool| {
            let mine: Vec<MovementId> = seen
                .iter()
                .filter(|(item_id, _, is_issue)| *item_id == item.id && *is_issue == issues)
                .map(|(_, id, _)| *id)
                .collect();
            if mine.is_empty() { id(404) } else { mine[place % mine.len()] }
        };
        let (kind, posted) = match choices.below(10) {
            0..4 => (MovementKind::Receipt { value }, value),
            4..7 => (MovementKind::Issue, if choices.below(3) == 0 { -value } else { 0 }),
            7 => (MovementKind::Return { of: of(true) }, 0),
            8 => (MovementKind::LateCost { of: of(false), value: value / 10 }, value / 10),
            _ if choices.below(2) == 0 => (MovementKind::Count, 0),
            _ => (MovementKind::Found, 0),
        };
        if posted > 0 {
            own.extend([line(asset, posted, 0), line("2000", 0, posted)]);
        } else if posted < 0 {
            own.extend([line("2000", -posted, 0), line(asset, 0, -posted)]);
        }
        moves.push(StockMove {
            posted,
            source: Some((id(number), line_number)),
            account: (choices.below(4) == 0).then(|| account_id("5300")),
            ..StockMove::new(item, on, kind, amount)
        });
    }
    let may_be_negative = choices.below(4) == 0;
    let outcome = app.store.write(COMPANY, |tx| {
        let plan = plan(tx, &*app.ids, terms(may_be_negative), &moves)?;
        let mut lines = own.clone();
        lines.extend(drafts(plan.lines()?));
        let entry = post_lines(tx, on, lines)?.map(|entry| entry.id);
        let ids: Vec<MovementId> = plan.effects.iter().map(|effect| effect.movement_id).collect();
        plan.record(tx, entry)?;
        Ok((entry, ids))
    });
    match outcome {
        Ok((entry, ids)) => {
            for (moved, id) in moves.iter().zip(ids) {
                match moved.kind {
                    MovementKind::Issue => seen.push((moved.item.id, id, true)),
                    MovementKind::Receipt { .. } => seen.push((moved.item.id, id, false)),
                    _ => {}
                }
            }
            if let Some(entry) = entry {
                documents.insert(id(number), (on, entry));
            }
            true
        }
        Err(Error::Refused(_)) => false,
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn i3_whatever_happens_stocks_and_their_accounts_are_worth_the_same() {
    let mut left: Vec<String> = Vec::new();
    let left = std::cell::RefCell::new(&mut left);
    for_each_store(|store| {
        let (app, call) = warehouse(store);
        let mut choices = Choices(4_711);
        let (mut seen, mut documents, mut posted) = (Vec::new(), Documents::new(), 0);
        for number in 1..=250 {
            posted += usize::from(random_document(&app, &mut choices, number, &mut seen, &mut documents));
            if number % 10 == 0 {
                assert_sound(&app, &call);
            }
            app.store
                .read(COMPANY, |tx| {
                    for (asset, which) in [("1400", vec![0, 1]), ("1410", vec![2])] {
                        let ids: Vec<ItemId> = which.iter().map(|i: &usize| items()[*i].id).collect();
                        let kept = tx.stocks().kept(&ids)?;
                        let worth: i128 = kept.iter().map(|stock| i128::from(stock.shelf.value())).sum();
                        assert_eq!(worth, balance(tx, asset), "{asset} after document {number}");
                    }
                    Ok(())
                })
                .unwrap();
        }
        assert!((80..240).contains(&posted), "{posted} of 250 documents were posted");
        let state = app
            .store
            .read(COMPANY, |tx| {
                let ids = items().map(|item| item.id);
                let history = tx.stocks().history(&ids)?;
                let corrected =
                    history.iter().filter(|row| matches!(row.kind, RecordKind::Corrected(_))).count();
                let voided = history.iter().filter(|row| matches!(row.kind, RecordKind::Voided(_))).count();
                assert!(corrected > 20 && voided > 5, "{corrected} corrections, {voided} voids");
                Ok(format!("{:?} {history:?}", tx.stocks().all_kept(None, 10)?))
            })
            .unwrap();
        left.borrow_mut().push(state);
    });
    let left = left.borrow();
    assert!(left.iter().all(|state| *state == left[0]), "every store has the same");
}
