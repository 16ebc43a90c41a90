//! What `verify` says of open amounts.

use super::command::new_document;
use super::founded;
use crate::contract::sql_only::walls::execute;
use partita_application::verify::verify;
use partita_application::{document, payment};
use partita_domain::document::{DocumentKind, DocumentSettled};
use partita_domain::money::Currency;
use partita_domain::payment::{ApplicationRequest, OpenItemRef, Payment, PaymentRequest};
use partita_tests::fixtures::id;
use partita_tests::sql::{for_each_database, open};
use partita_tests::stores::for_each_store;
use std::sync::Arc;
use time::macros::date;

#[test]
fn what_is_open_but_does_not_follow_from_the_applications_is_found() {
    for_each_store(|store| {
        let books = founded(store);
        let (app, call) = (&books.app, &books.call);
        let new = new_document(id(1), Currency::USD, 10_000, 1_000_000);
        let invoice = document::create(app, call, DocumentKind::Invoice, &new).unwrap().value.document;
        let request = PaymentRequest {
            applications: vec![ApplicationRequest {
                item: OpenItemRef::Document(invoice.kind, invoice.id),
                amount: 4_000,
                discount: 0,
                write_off: 0,
                cash_rounding_amount: 0,
            }],
            ..PaymentRequest::new(date!(2026 - 03 - 30), 5_000)
        };
        let paid = payment::apply(app, call, &request).unwrap().value.payment;
        let verified = verify(app, call).unwrap();
        assert_eq!((verified.problems, verified.open_items_checked), (Vec::<String>::new(), 2));

        let write = |settled: DocumentSettled, payment: Payment| {
            store
                .write(books.company.id, |tx| {
                    tx.documents().settle(&[settled])?;
                    tx.payments().update(std::slice::from_ref(&payment))?;
                    Ok(())
                })
                .unwrap();
            verify(app, call).unwrap().problems
        };
        let right = DocumentSettled {
            id: invoice.id,
            amount_paid: 4_000,
            amount_credited: 0,
            open: 6_000,
            base_open: 6_000,
        };
        let wrong = DocumentSettled { amount_paid: 3_000, open: 7_000, base_open: 7_000, ..right };
        let problems = write(wrong, paid.clone());
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains("7000 is open, its applications say 6000"), "{problems:?}");
        // The database itself lets nobody have paid what is open.
        let wrong = DocumentSettled { base_open: 5_999, ..right };
        assert!(write(wrong, paid.clone())[0].contains("in base currency 5999 and 6000"));
        let problems = write(right, Payment { unapplied: 900, base_unapplied: 900, ..paid.clone() });
        assert!(problems[0].contains("900 is left, its applications say 1000"), "{problems:?}");
        let problems = write(right, Payment { used: 1, ..paid.clone() });
        assert!(problems[0].contains("1 are used and refunded"), "{problems:?}");
        assert_eq!(write(right, paid), Vec::<String>::new());
    });
}

#[test]
fn a_count_that_is_not_that_of_the_documents_is_found() {
    for_each_database(|url| {
        let store: Arc<dyn partita_application::ports::Store> = Arc::new(open(url));
        let books = founded(&store);
        let (app, call) = (&books.app, &books.call);
        let new = new_document(id(1), Currency::USD, 10_000, 1_000_000);
        let _ = document::create(app, call, DocumentKind::Invoice, &new).unwrap();
        assert_eq!(verify(app, call).unwrap().problems, Vec::<String>::new());
        execute(url, "UPDATE row_counts SET count = 3 WHERE resource = 'invoice'").unwrap();
        let problems = verify(app, call).unwrap().problems;
        assert_eq!(problems, ["3 of the kind invoice were counted as they came, 1 are there"]);
    });
}
