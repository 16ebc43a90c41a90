//! Documents that are taken back.

use super::{
    assert_sound, cost_of_sales, drafts, items, moved, post_lines, quantity, record, terms, value_of,
    warehouse,
};
use partita_application::inventory::{StockMove, plan, plan_void};
use partita_application::{App, Result};
use partita_domain::id::{DocumentId, EntryId};
use partita_domain::inventory::MovementKind;
use partita_domain::quantity::Quantity;
use partita_tests::fixtures::{COMPANY, account_id, id, line};
use partita_tests::stores::for_each_store;
use std::collections::BTreeMap;
use time::Date;
use time::macros::date;

/// What was posted for a document, to be reversed as a whole.
pub(super) type Documents = BTreeMap<DocumentId, (Date, EntryId)>;

pub(super) fn void(app: &App, documents: &mut Documents, document: DocumentId, on: Date) -> Result<()> {
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
