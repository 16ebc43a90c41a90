//! Stocks and the inventory accounts that stand for them (I3): whatever documents and adjustments do, in whatever order,
//! both are worth the same, and what is kept follows from the movements.

mod random;
mod voiding;

use partita_application::inventory::{StockMove, StockPlan, StockTerms, plan, valuation};
use partita_application::ports::{BalanceSpan, Store, Tx};
use partita_application::verify::verify;
use partita_application::{App, Call, Error, Result};
use partita_domain::account::{Account, AccountType, Side};
use partita_domain::id::MovementId;
use partita_domain::inventory::{KeptStock, MovementKind, Shelf};
use partita_domain::item::{CostMethod, Item, ItemType};
use partita_domain::journal_entry::{EntryDraft, JournalEntry, LineDraft};
use partita_domain::money::Currency;
use partita_domain::posting_line::PostingLine;
use partita_domain::quantity::Quantity;
use partita_tests::fixtures::{
    COMPANY, NOW, account, account_id, books, currency, draft, id, item, line, post,
};
use partita_tests::stores::for_each_store;
use std::sync::Arc;
use time::Date;
use time::macros::date;

fn quantity(text: &str) -> Quantity {
    Quantity::parse(text, "quantity").unwrap()
}

fn stocked(number: u128, cost_method: CostMethod, asset: &str) -> Item {
    Item {
        item_type: ItemType::Inventory,
        cost_method: Some(cost_method),
        expense_account_id: Some(account_id("5000")),
        asset_account_id: Some(account_id(asset)),
        ..item(number, &format!("Item {number}"))
    }
}

fn items() -> [Item; 3] {
    [
        stocked(1, CostMethod::Fifo, "1400"),
        stocked(2, CostMethod::Average, "1400"),
        stocked(3, CostMethod::Fifo, "1410"),
    ]
}

/// An application over a store whose books have inventory accounts and three items.
fn warehouse(store: &Arc<dyn Store>) -> (App, Call) {
    let (app, call) = books(store);
    store
        .write(COMPANY, |tx| {
            for (number, account_type) in [
                ("1400", AccountType::Inventory),
                ("1410", AccountType::Inventory),
                ("5000", AccountType::CostOfGoodsSold),
                ("5300", AccountType::Expense),
            ] {
                tx.accounts().insert(&Account { ..account(number, number, account_type) })?;
            }
            items().iter().try_for_each(|item| tx.items().insert(item))?;
            Ok(())
        })
        .unwrap();
    (app, call)
}

fn terms(may_be_negative: bool) -> StockTerms {
    StockTerms { at: NOW, base: Currency::USD, currency: Currency::USD, may_be_negative }
}

fn post_lines(tx: &mut dyn Tx, date: Date, lines: Vec<LineDraft>) -> Result<Option<JournalEntry>> {
    if lines.is_empty() {
        return Ok(None);
    }
    let number = u128::try_from(tx.ledger_heads().get()?.entry_position + 1).unwrap();
    Ok(Some(post(tx, 1_000_000 + number, draft(date, lines))?))
}

fn drafts(lines: Vec<PostingLine>) -> impl Iterator<Item = LineDraft> {
    lines.into_iter().map(LineDraft::from)
}

/// Posts the lines of a document and what its movements need besides, and records them.
fn record(tx: &mut dyn Tx, date: Date, own: Vec<LineDraft>, plan: StockPlan) -> Result<Vec<MovementId>> {
    let mut lines = own;
    lines.extend(drafts(plan.lines()?));
    let entry = post_lines(tx, date, lines)?;
    let ids = plan.effects.iter().map(|effect| effect.movement_id).collect();
    plan.record(tx, entry.map(|entry| entry.id))?;
    Ok(ids)
}

/// One movement by itself; `posted` stands between payables and the inventory account.
fn moved(
    app: &App,
    on: Date,
    which: usize,
    kind: MovementKind,
    amount: &str,
    posted: i64,
) -> Result<MovementId> {
    app.store.write(COMPANY, |tx| {
        let item = &items()[which];
        let asset = if which == 2 { "1410" } else { "1400" };
        let moves = [StockMove { posted, ..StockMove::new(item, on, kind, quantity(amount)) }];
        let plan = plan(tx, &*app.ids, terms(false), &moves)?;
        let own = match posted {
            0 => Vec::new(),
            _ if posted > 0 => vec![line(asset, posted, 0), line("2000", 0, posted)],
            _ => vec![line("2000", -posted, 0), line(asset, 0, -posted)],
        };
        Ok(record(tx, on, own, plan)?[0])
    })
}

fn received(app: &App, on: Date, which: usize, amount: &str, value: i64) -> MovementId {
    moved(app, on, which, MovementKind::Receipt { value }, amount, value).unwrap()
}

fn balance(tx: &mut dyn Tx, number: &str) -> i128 {
    let span = BalanceSpan {
        from: None,
        to: date!(2199 - 12 - 31),
        account_id: Some(account_id(number)),
        without: Vec::new(),
    };
    let rows = tx.balances().totals(&span).unwrap();
    rows.iter().map(|row| row.totals.base_balance(Side::Debit)).sum()
}

/// I3 and the replay of every stock.
fn assert_sound(app: &App, call: &Call) {
    for as_of in [date!(2026 - 01 - 10), date!(2026 - 01 - 31), date!(2199 - 12 - 31)] {
        let valuation = valuation(app, call, Some(as_of)).unwrap();
        for valued in &valuation.accounts {
            assert_eq!(valued.stock_value, valued.balance, "{} on {as_of}", valued.account.number);
        }
    }
    let verified = verify(app, call).unwrap();
    assert_eq!(verified.problems, Vec::<String>::new());
}

fn value_of(app: &App, which: usize) -> (String, i64) {
    app.store
        .read(COMPANY, |tx| {
            let kept = tx.stocks().kept(&[items()[which].id])?;
            Ok(kept.first().map_or(("0".to_owned(), 0), |stock| {
                (stock.shelf.quantity().to_string(), stock.shelf.value())
            }))
        })
        .unwrap()
}

fn cost_of_sales(app: &App) -> i128 {
    app.store.read(COMPANY, |tx| Ok(balance(tx, "5000"))).unwrap()
}

#[test]
fn t42_t43_and_t44_what_leaves_costs_what_it_cost() {
    for_each_store(|store| {
        let (app, call) = warehouse(store);
        let day = date!(2026 - 01 - 05);
        for (which, cost, left) in [(0, 8_000, 3_000), (1, 8_250, 2_750)] {
            let before = cost_of_sales(&app);
            received(&app, day, which, "10", 5_000);
            received(&app, day, which, "10", 6_000);
            moved(&app, day, which, MovementKind::Issue, "15", 0).unwrap();
            assert_eq!((cost_of_sales(&app) - before, value_of(&app, which)), (cost, ("5".to_owned(), left)));
        }
        received(&app, day, 2, "3", 1_000);
        let costs = [1, 2, 3].map(|_| {
            let before = cost_of_sales(&app);
            moved(&app, day, 2, MovementKind::Issue, "1", 0).unwrap();
            cost_of_sales(&app) - before
        });
        assert_eq!(costs, [333, 334, 333]);
        assert_sound(&app, &call);
    });
}

#[test]
fn t45_and_t48_a_late_cost_is_shared_by_what_has_left() {
    for_each_store(|store| {
        let (app, call) = warehouse(store);
        let day = date!(2026 - 01 - 05);
        let receipt = received(&app, day, 0, "20", 10_000);
        moved(&app, day, 0, MovementKind::Issue, "15", 0).unwrap();
        let late = MovementKind::LateCost { of: receipt, value: 3_000 };
        moved(&app, date!(2026 - 01 - 09), 0, late, "0", 3_000).unwrap();
        assert_eq!((value_of(&app, 0), cost_of_sales(&app)), (("5".to_owned(), 3_250), 7_500 + 2_250));
        let unknown = MovementKind::LateCost { of: id(404), value: 1 };
        assert!(moved(&app, day, 0, unknown, "0", 1).is_err());
        let of_another = MovementKind::LateCost { of: receipt, value: 1 };
        assert!(moved(&app, day, 1, of_another, "0", 1).is_err());
        assert_sound(&app, &call);
    });
}

#[test]
fn t47_goods_come_back_at_what_they_left_at_and_no_more_than_left() {
    for_each_store(|store| {
        let (app, call) = warehouse(store);
        let day = date!(2026 - 01 - 05);
        for which in [0, 1] {
            let before = cost_of_sales(&app);
            received(&app, day, which, "3", 1_000);
            let issue = moved(&app, day, which, MovementKind::Issue, "3", 0).unwrap();
            received(&app, day, which, "3", 9_000);
            let back = MovementKind::Return { of: issue };
            moved(&app, day, which, back, "1", 0).unwrap();
            assert_eq!(cost_of_sales(&app) - before, 667);
            moved(&app, day, which, back, "2", 0).unwrap();
            assert_eq!((cost_of_sales(&app) - before, value_of(&app, which).1), (0, 10_000));
            let refused = moved(&app, day, which, back, "1", 0).unwrap_err().to_string();
            assert!(refused.ends_with("4 would have come back, 3 have left"), "{refused}");
        }
        assert_sound(&app, &call);
    });
}

#[test]
fn t50_what_is_recorded_late_corrects_what_was_posted_and_a_return_knows_the_new_cost() {
    for_each_store(|store| {
        let (app, call) = warehouse(store);
        received(&app, date!(2026 - 01 - 01), 1, "10", 5_000);
        let issue = moved(&app, date!(2026 - 01 - 10), 1, MovementKind::Issue, "8", 0).unwrap();
        assert_eq!(cost_of_sales(&app), 4_000);
        received(&app, date!(2026 - 01 - 05), 1, "10", 7_000);
        assert_eq!((cost_of_sales(&app), value_of(&app, 1)), (4_800, ("12".to_owned(), 7_200)));
        assert_sound(&app, &call);
        let back = MovementKind::Return { of: issue };
        moved(&app, date!(2026 - 01 - 20), 1, back, "8", 0).unwrap();
        assert_eq!((cost_of_sales(&app), value_of(&app, 1)), (0, ("20".to_owned(), 12_000)));
        let stolen = moved(&app, date!(2026 - 01 - 04), 1, MovementKind::Issue, "11", 0).unwrap_err();
        assert!(stolen.to_string().contains("11 would leave the stock, 10 are there"), "{stolen}");
        assert_sound(&app, &call);
    });
}

#[test]
fn movements_of_one_document_see_one_another_and_are_refused_by_their_path() {
    for_each_store(|store| {
        let (app, call) = warehouse(store);
        let day = date!(2026 - 01 - 05);
        received(&app, day, 0, "10", 1_000);
        let known = items();
        let issue = |line_number: i32, which: usize, amount: &str| StockMove {
            source: Some((id(9), line_number)),
            path: format!("lines[{}]", line_number - 1),
            ..StockMove::new(&known[which], day, MovementKind::Issue, quantity(amount))
        };
        let outcome = |moves: &[StockMove<'_>]| {
            app.store.write(COMPANY, |tx| {
                let plan = plan(tx, &*app.ids, terms(false), moves)?;
                let costs: Vec<i64> = plan.effects.iter().map(|effect| effect.cost()).collect();
                let lines = plan.lines()?.len();
                record(tx, day, Vec::new(), plan)?;
                Ok((costs, lines))
            })
        };
        let Err(Error::Refused(refusals)) = outcome(&[issue(1, 0, "6"), issue(2, 0, "5")]) else {
            panic!("more left than there was");
        };
        assert_eq!(refusals[0].at().unwrap(), "lines[1].quantity");
        assert_eq!(refusals[0].to_string(), "Item 1: 5 would leave the stock, 4 are there");
        assert!(outcome(&[issue(1, 1, "1")]).is_err());
        assert_eq!(value_of(&app, 0), ("10".to_owned(), 1_000), "nothing was written");
        let (costs, lines) = outcome(&[issue(1, 0, "6"), issue(2, 0, "4")]).unwrap();
        assert_eq!((costs, lines), (vec![600, 400], 2), "lines of one account are one");
        let rows = app.store.read(COMPANY, |tx| Ok(tx.stocks().of_document(id(9))?)).unwrap();
        assert_eq!(
            rows.iter().map(|row| row.source).collect::<Vec<_>>(),
            [Some((id(9), 1)), Some((id(9), 2))]
        );
        assert!(rows.iter().all(|row| row.entry_id.is_some()));
        let service = item(77, "Work");
        let none = [StockMove::new(&service, day, MovementKind::Issue, Quantity::ONE)];
        let Err(Error::Refused(refusals)) = outcome(&none) else { panic!("work has no stock") };
        assert_eq!(refusals[0].at().unwrap(), "item_id");
        assert_sound(&app, &call);
    });
}

#[test]
fn in_an_entry_of_another_currency_a_cost_is_an_amount_in_base_currency_only() {
    for_each_store(|store| {
        let (app, call) = warehouse(store);
        let day = date!(2026 - 01 - 05);
        received(&app, day, 0, "10", 1_000);
        app.store
            .write(COMPANY, |tx| {
                let foreign = StockTerms { currency: currency("EUR"), ..terms(false) };
                let known = items();
                let moves = [StockMove::new(&known[0], day, MovementKind::Issue, quantity("4"))];
                let plan = plan(tx, &*app.ids, foreign, &moves)?;
                let mut lines = vec![line("1100", 900, 0), line("4000", 0, 900)];
                lines.extend(drafts(plan.lines()?));
                let rate = partita_domain::exchange_rate::ExchangeRate::from_millionths(1_100_000)?;
                let invoice = EntryDraft {
                    currency: Some(currency("EUR")),
                    exchange_rate: Some(rate),
                    ..draft(day, lines)
                };
                let entry = post(tx, 500, invoice)?;
                assert_eq!(entry.total, 900);
                plan.record(tx, Some(entry.id))
            })
            .unwrap();
        assert_eq!((cost_of_sales(&app), value_of(&app, 0).1), (400, 600));
        assert_sound(&app, &call);
    });
}

#[test]
fn a_stock_that_does_not_follow_from_its_movements_is_found() {
    for_each_store(|store| {
        let (app, call) = warehouse(store);
        received(&app, date!(2026 - 01 - 05), 0, "10", 1_000);
        received(&app, date!(2026 - 01 - 05), 1, "10", 1_000);
        let kept = |which: usize| {
            app.store.read(COMPANY, |tx| Ok(tx.stocks().kept(&[items()[which].id])?.remove(0))).unwrap()
        };
        let (right, other) = (kept(0), kept(1));
        assert_eq!(verify(&app, &call).unwrap().stocks_checked, 2);
        for (wrong, said) in [
            (KeptStock { sequence: 2, ..right.clone() }, "end at 1 but should end at 2"),
            (KeptStock { last_date: date!(2026 - 01 - 04), ..right.clone() }, "dated after"),
            (KeptStock { shelf: Shelf::default(), ..right.clone() }, "kept quantity 0, its movements say 10"),
            (KeptStock { shelf: other.shelf, ..right.clone() }, "differs from what its movements leave"),
        ] {
            app.store.write(COMPANY, |tx| Ok(tx.stocks().keep(&wrong)?)).unwrap();
            let problems = verify(&app, &call).unwrap().problems;
            assert!(problems.len() == 1 && problems[0].contains(said), "{problems:?}");
        }
        app.store.write(COMPANY, |tx| Ok(tx.stocks().keep(&right)?)).unwrap();
        assert_sound(&app, &call);
    });
}
