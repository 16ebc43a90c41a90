//! Stocks and the inventory accounts that stand for them (I3): whatever documents and adjustments do, in whatever order,
//! both are worth the same, and what is kept follows from the movements.

use partita_application::inventory::{StockMove, StockPlan, StockTerms, plan, plan_void, valuation};
use partita_application::ports::{BalanceSpan, Store, Tx};
use partita_application::verify::verify;
use partita_application::{App, Call, Error, Result};
use partita_domain::account::{Account, AccountType, Side};
use partita_domain::id::{DocumentId, EntryId, ItemId, MovementId};
use partita_domain::inventory::{MovementKind, RecordKind};
use partita_domain::item::{CostMethod, Item, ItemType};
use partita_domain::journal_entry::{EntryDraft, JournalEntry, LineDraft};
use partita_domain::money::Currency;
use partita_domain::posting_line::PostingLine;
use partita_domain::quantity::Quantity;
use partita_tests::fixtures::{
    COMPANY, NOW, account, account_id, books, currency, draft, id, item, line, post,
};
use partita_tests::stores::for_each_store;
use std::collections::BTreeMap;
use std::sync::Arc;
use time::macros::date;
use time::{Date, Duration};

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

/// What was posted for a document, to be reversed as a whole.
type Documents = BTreeMap<DocumentId, (Date, EntryId)>;

fn void(app: &App, documents: &mut Documents, document: DocumentId, on: Date) -> Result<()> {
    let (_, entry) = documents[&document];
    app.store.write(COMPANY, |tx| {
        let plan = plan_void(tx, &*app.ids, terms(true), document, on)?;
        let entry = tx.journal_entries().find(entry)?.unwrap();
        let mirrored =
            entry.lines.iter().map(|posted| line(&posted.account_number, posted.credit, posted.debit));
        record(tx, on, mirrored.collect(), plan)?;
        Ok(())
    })?;
    documents.remove(&document);
    Ok(())
}

#[test]
fn a_voided_document_leaves_a_stock_as_if_it_had_never_been() {
    for_each_store(|store| {
        let (app, call) = warehouse(store);
        let mut documents = Documents::new();
        let mut bill =
            |number: u128, on: Date, which: usize, kind: MovementKind, amount: &str, posted: i64| {
                let document: DocumentId = id(number);
                let entry = app
                    .store
                    .write(COMPANY, |tx| {
                        let known = items();
                        let moves = [StockMove {
                            posted,
                            source: Some((document, 1)),
                            ..StockMove::new(&known[which], on, kind, quantity(amount))
                        }];
                        let plan = plan(tx, &*app.ids, terms(false), &moves)?;
                        let mut lines = match posted {
                            0 => Vec::new(),
                            _ => vec![line("1400", posted, 0), line("2000", 0, posted)],
                        };
                        lines.extend(drafts(plan.lines()?));
                        let entry = post_lines(tx, on, lines)?.unwrap();
                        plan.record(tx, Some(entry.id))?;
                        Ok(entry.id)
                    })
                    .unwrap();
                documents.insert(document, (on, entry));
                document
            };
        let receipt = |value| MovementKind::Receipt { value };
        // Average: the second bill is recorded late and corrects the invoice; then it is voided.
        let first = bill(1, date!(2026 - 01 - 01), 1, receipt(5_000), "10", 5_000);
        let invoice = bill(2, date!(2026 - 01 - 10), 1, MovementKind::Issue, "8", 0);
        let late = bill(3, date!(2026 - 01 - 05), 1, receipt(7_000), "10", 7_000);
        // First in first out: the older of two bills is voided after some of it was sold.
        let old = bill(4, date!(2026 - 01 - 01), 0, receipt(1_000), "10", 1_000);
        bill(5, date!(2026 - 01 - 02), 0, receipt(2_000), "10", 2_000);
        bill(6, date!(2026 - 01 - 03), 0, MovementKind::Issue, "4", 0);
        assert_eq!(cost_of_sales(&app), 4_800 + 400);
        assert_sound(&app, &call);

        let on = date!(2026 - 01 - 20);
        let refused = void(&app, &mut documents, first, on).map_err(|error| error.to_string());
        assert_eq!(refused, Ok(()), "the late bill still covers what was sold");
        assert_eq!((cost_of_sales(&app), value_of(&app, 1)), (5_600 + 400, ("2".to_owned(), 1_400)));
        assert_sound(&app, &call);
        void(&app, &mut documents, invoice, on).unwrap();
        assert_eq!((cost_of_sales(&app), value_of(&app, 1)), (400, ("10".to_owned(), 7_000)));
        void(&app, &mut documents, late, on).unwrap();
        assert_eq!(value_of(&app, 1), ("0".to_owned(), 0));
        void(&app, &mut documents, old, on).unwrap();
        assert_eq!((cost_of_sales(&app), value_of(&app, 0)), (800, ("6".to_owned(), 1_200)));
        assert_sound(&app, &call);

        // Once more finds nothing to do.
        let again = app.store.write(COMPANY, |tx| plan_void(tx, &*app.ids, terms(false), old, on));
        assert!(again.unwrap().records().is_empty());
    });
}

#[test]
fn a_document_whose_goods_have_moved_on_is_not_voided() {
    for_each_store(|store| {
        let (app, call) = warehouse(store);
        let day = date!(2026 - 01 - 05);
        let document: DocumentId = id(1);
        let issue = app
            .store
            .write(COMPANY, |tx| {
                let known = items();
                let of_document = |kind: MovementKind, amount: &str| StockMove {
                    source: Some((document, 1)),
                    account: Some(account_id("5300")),
                    ..StockMove::new(&known[0], day, kind, quantity(amount))
                };
                let moves = [
                    of_document(MovementKind::Receipt { value: 100 }, "1"),
                    of_document(MovementKind::Issue, "1"),
                ];
                let plan = plan(tx, &*app.ids, terms(false), &moves)?;
                Ok(record(tx, day, Vec::new(), plan)?[1])
            })
            .unwrap();
        moved(&app, day, 0, MovementKind::Return { of: issue }, "1", 0).unwrap();
        let refused = app.store.write(COMPANY, |tx| plan_void(tx, &*app.ids, terms(false), document, day));
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("refers to it; void that first"), "{refused}");

        let receipt: DocumentId = id(2);
        app.store
            .write(COMPANY, |tx| {
                let known = items();
                let moves = [StockMove {
                    source: Some((receipt, 1)),
                    account: Some(account_id("5300")),
                    ..StockMove::new(&known[1], day, MovementKind::Receipt { value: 100 }, Quantity::ONE)
                }];
                let plan = plan(tx, &*app.ids, terms(false), &moves)?;
                record(tx, day, Vec::new(), plan)
            })
            .unwrap();
        moved(&app, date!(2026 - 01 - 09), 1, MovementKind::Issue, "1", 0).unwrap();
        let refused = app.store.write(COMPANY, |tx| plan_void(tx, &*app.ids, terms(false), receipt, day));
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("then on 2026-01-09, 1 would leave the stock, 0 are there"), "{refused}");
        assert_sound(&app, &call);
    });
}

/// A generator that gives every store the same choices.
struct Choices(u64);

impl Choices {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn amount(&mut self, limit: u64) -> i64 {
        i64::try_from(self.below(limit)).unwrap()
    }
}

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
