//! What an invoice costs a database.

use partita_application::call::{Call, IdempotencyKey};
use partita_application::document::{self, NewDocument};
use partita_application::ports::Store;
use partita_domain::document::{DocumentDraft, DocumentKind, LineRequest, SuppliedTotals};
use partita_domain::hash::Hash;
use partita_domain::journal_entry::{AccountRef, Dimensions};
use partita_domain::metadata::Metadata;
use partita_domain::quantity::Quantity;
use partita_domain::unit_price::UnitPrice;
use partita_tests::books::Books;
use partita_tests::fixtures::{contact, id};
use partita_tests::sql::{for_each_database, open};
use std::sync::Arc;
use time::macros::date;

#[test]
fn an_invoice_of_any_number_of_lines_takes_at_most_fourteen_statements() {
    for_each_database(|url| {
        let sql = Arc::new(open(url));
        let store: Arc<dyn Store> = sql.clone();
        let books = Books::found(&store, Some("us-small-business"));
        let codes = store
            .write(books.company.id, |tx| {
                tx.contacts().insert(&contact(501, "Customer"))?;
                Ok(tx.tax_codes().list()?)
            })
            .unwrap();
        let tax_code_id = codes.iter().find(|code| code.code == "CA").map(|code| code.id);
        assert!(tax_code_id.is_some());
        let mut posted = 0;
        let mut statements = |lines: i64| {
            posted += 1;
            let line = |number: i64| LineRequest {
                item_id: None,
                description: Some(format!("Line {number}")),
                quantity: Quantity::ONE,
                unit_price: Some(UnitPrice::from_minor(100 + number, "unit_price").unwrap()),
                discount: None,
                account: Some(AccountRef::Number("4000".into())),
                tax_code_id,
                dimensions: Dimensions::default(),
            };
            let draft = DocumentDraft {
                external_id: Some(format!("x{posted}")),
                number: None,
                contact_id: id(501),
                date: date!(2026 - 02 - 03),
                due_date: None,
                reference_number: None,
                memo: None,
                terms: None,
                currency_code: None,
                exchange_rate: None,
                tax_mode: None,
                tax_rounding: None,
                lines: (0..lines).map(line).collect(),
                supplied: SuppliedTotals::default(),
                corrects_id: None,
                metadata: Metadata::default(),
            };
            let new = NewDocument { draft, post: true, override_closed_period: None };
            let key = IdempotencyKey { key: format!("k{posted}"), fingerprint: Hash::of(&[posted]) };
            let call = Call { idempotency: Some(key), ..books.call.clone() };
            let before = sql.statements();
            let made = document::create(&books.app, &call, DocumentKind::Invoice, &new).unwrap().value;
            assert_eq!(i64::try_from(made.document.lines.len()).unwrap(), lines);
            assert!(made.document.totals.tax_total > 0);
            sql.statements() - before
        };
        // The first one fills the caches.
        statements(3);
        let (few, many) = (statements(3), statements(300));
        if url.starts_with("sqlite:") {
            // A statement for each row: there, it is a function call. A line is a row of the document and of the entry.
            assert!(few <= 33, "{few} statements for three lines");
            assert!(many <= few + 2 * 297, "{many} statements for 300 lines, {few} for three");
        } else {
            assert!(few <= 14 && many <= 14, "{few} statements for three lines, {many} for 300");
        }
    });
}
