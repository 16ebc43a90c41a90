//! Invoices, bills, credit notes, vendor credits and estimates.

use partita_application::ports::{DocumentFilter, DocumentOrder, OpenSum, Stored, Tx};
use partita_domain::document::{
    Discount, Document, DocumentKind, DocumentLine, DocumentSettled, DocumentState, Totals,
};
use partita_domain::document_status::DocumentStatus;
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::{DocumentId, ItemId, TaxCodeId};
use partita_domain::journal_entry::Dimensions;
use partita_domain::metadata::Metadata;
use partita_domain::tax::{LineTax, TaxKind, TaxMode, TaxRounding, TaxSummary};
use partita_domain::tax_rate::TaxRate;
use partita_domain::unit_price::UnitPrice;
use partita_tests::fixtures::{
    AWKWARD, NOW, OTHER, account_id, currency, document, id, post, sale, set_open,
};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, try_write, write};
use time::macros::date;
use time::{Date, Duration};

fn full() -> Document {
    let line = DocumentLine {
        line_number: 1,
        item_id: Some(id(70)),
        description: Some(AWKWARD.to_owned()),
        quantity: "-2.500001".parse_quantity(),
        unit_price: UnitPrice::parse("0.000000000001", "unit_price").unwrap(),
        discount: Some(Discount::Percent(1_500)),
        discount_amount: 7,
        account_id: Some(account_id("4000")),
        tax_code_id: Some(id(80)),
        dimensions: Dimensions { class_id: Some(id(5)), ..Dimensions::default() },
        amount: -3,
        tax_amount: 2,
        taxes: vec![LineTax {
            tax_code_id: id(80),
            kind: TaxKind::Charged,
            base: -3,
            amount: 2,
            recoverable: 1,
        }],
    };
    Document {
        external_id: Some(format!("erp:{AWKWARD}")),
        number: Some("EST-1".to_owned()),
        due_date: Some(date!(2026 - 04 - 30)),
        reference_number: Some(AWKWARD.to_owned()),
        memo: Some(AWKWARD.repeat(10)),
        terms: Some("Net 30".to_owned()),
        currency_code: currency("JPY"),
        exchange_rate: ExchangeRate::from_millionths(6_123).unwrap(),
        tax_mode: TaxMode::Inclusive,
        tax_rounding: TaxRounding::Line,
        lines: vec![line.clone(), DocumentLine { line_number: 2, account_id: None, ..line }],
        taxes: vec![TaxSummary {
            tax_code_id: TaxCodeId(uuid::Uuid::from_u128(80)),
            code: "VAT20".to_owned(),
            name: "VAT".to_owned(),
            kind: TaxKind::SelfAssessed,
            rate: TaxRate::from_basis_points(2_000, "rate").unwrap(),
            is_exempt: false,
            base: 1,
            amount: 2,
            recoverable: 3,
            report_box: Some("6".to_owned()),
            account_id: Some(account_id("2000")),
            self_assess_account_id: None,
            pending_account_id: None,
        }],
        totals: Totals {
            subtotal: 1_000,
            discount_total: 10,
            tax_total: 200,
            withholding_total: 5,
            total: 1_200,
        },
        state: DocumentState::Accepted,
        source_id: Some(id(40)),
        converted_to_id: Some(id(41)),
        metadata: Metadata([("größe".to_owned(), AWKWARD.to_owned())].into()),
        updated_at: NOW + Duration::microseconds(999_999),
        version: i64::MAX,
        ..document(30, DocumentKind::Estimate, date!(2026 - 03 - 31), 1_200)
    }
}

trait ParseQuantity {
    fn parse_quantity(&self) -> partita_domain::quantity::Quantity;
}

impl ParseQuantity for str {
    fn parse_quantity(&self) -> partita_domain::quantity::Quantity {
        partita_domain::quantity::Quantity::parse(self, "quantity").unwrap()
    }
}

/// A posted invoice of a number, due at the end of the next month.
fn invoice(number: u128, date: Date, total: i64) -> Document {
    Document {
        number: Some(format!("INV-{number}")),
        due_date: Some(date + Duration::days(30)),
        ..set_open(document(number, DocumentKind::Invoice, date, total), total)
    }
}

fn all() -> DocumentFilter {
    DocumentFilter::of(DocumentKind::Invoice)
}

fn numbers(tx: &mut dyn Tx, filter: &DocumentFilter) -> Stored<Vec<u128>> {
    let listed = tx.documents().list(filter, DocumentOrder::OldestFirst, None, 0, 100)?;
    assert_eq!(tx.documents().count(filter)?, i64::try_from(listed.len()).unwrap());
    let mut newest = tx.documents().list(filter, DocumentOrder::NewestFirst, None, 0, 100)?;
    let some = tx.documents().list(filter, DocumentOrder::NewestFirst, None, 1, 2)?;
    assert_eq!(some, newest.iter().skip(1).take(2).cloned().collect::<Vec<_>>());
    newest.reverse();
    assert_eq!(newest, listed);
    Ok(listed.iter().map(|document| document.id.0.as_u128()).collect())
}

#[test]
fn every_field_comes_back() {
    for_each_books(|store| {
        let plain = document(31, DocumentKind::Bill, date!(2026 - 03 - 31), 0);
        for document in [full(), plain] {
            write(store, |tx| tx.documents().insert(&document));
            assert_eq!(read(store, |tx| tx.documents().find(document.id)), Some(document.clone()));
        }
        let both = read(store, |tx| tx.documents().find_all(&[id(31), id(30), id(99), id(30)]));
        assert_eq!(both.len(), 2);
        assert_eq!(read_of(store, OTHER, |tx| tx.documents().find(id(30))), None);
    });
}

#[test]
fn a_draft_changes_as_a_whole() {
    for_each_books(|store| {
        let before = full();
        write(store, |tx| tx.documents().insert(&before));
        let mut after = Document {
            external_id: None,
            number: None,
            date: date!(2026 - 05 - 01),
            due_date: None,
            version: 2,
            ..document(30, DocumentKind::Estimate, date!(2026 - 05 - 01), 7)
        };
        after.lines = vec![full().lines[1].clone()];
        write(store, |tx| tx.documents().update(&after));
        assert_eq!(read(store, |tx| tx.documents().find(id(30))), Some(after));
        let external_id = before.external_id.unwrap();
        read(store, |tx| {
            let kind = DocumentKind::Estimate;
            assert_eq!(tx.documents().find_by_external_id(kind, &external_id)?, None);
            assert_eq!(tx.documents().find_by_number(kind, "EST-1")?, None);
            Ok(())
        });
        write(store, |tx| tx.documents().remove(id(30)));
        assert_eq!(read(store, |tx| tx.documents().find(id(30))), None);
    });
}

#[test]
fn all_of_a_kind_are_counted_as_they_come_and_go() {
    for_each_books(|store| {
        let (day, kind) = (date!(2026 - 03 - 01), DocumentKind::Invoice);
        let draft = document(33, kind, day, 5);
        write(store, |tx| {
            tx.documents().insert(&invoice(30, day, 5))?;
            tx.documents().insert(&draft)?;
            assert_eq!(tx.documents().count(&all())?, 2);
            tx.documents().insert(&invoice(31, day, 5))?;
            assert_eq!(tx.documents().count(&all())?, 3);
            tx.documents().insert(&document(32, DocumentKind::Bill, day, 5))
        });
        duplicate(store, |tx| {
            tx.documents().insert(&invoice(34, day, 5))?;
            tx.documents().insert(&Document { id: id(35), ..invoice(30, day, 5) })
        });
        assert_eq!(read(store, |tx| tx.documents().count(&all())), 3);
        write(store, |tx| tx.documents().remove(draft.id));
        write(store, |tx| tx.documents().remove(draft.id));
        let void = Document { state: DocumentState::Void, open: 0, base_open: 0, ..invoice(31, day, 5) };
        write(store, |tx| tx.documents().update(&void));
        assert_eq!(read(store, |tx| numbers(tx, &all())), [30, 31]);
        assert_eq!(read(store, |tx| tx.documents().count(&DocumentFilter::of(DocumentKind::Bill))), 1);
        assert_eq!(read_of(store, OTHER, |tx| tx.documents().count(&all())), 0);
    });
}

#[test]
fn numbers_and_external_ids_are_taken_once_in_a_kind() {
    for_each_books(|store| {
        let first = Document { external_id: Some("a".to_owned()), ..invoice(30, date!(2026 - 03 - 01), 5) };
        write(store, |tx| {
            tx.documents().insert(&first)?;
            assert_eq!(tx.documents().find_by_external_id(DocumentKind::Invoice, "a")?, Some(id(30)));
            assert_eq!(tx.documents().find_by_number(DocumentKind::Invoice, "INV-30")?, Some(id(30)));
            assert_eq!(tx.documents().find(id(30))?, Some(first.clone()));
            Ok(())
        });
        let again = Document { external_id: Some("a".to_owned()), ..invoice(31, date!(2026 - 03 - 01), 5) };
        duplicate(store, |tx| tx.documents().insert(&again));
        let again = Document { number: Some("INV-30".to_owned()), ..invoice(31, date!(2026 - 03 - 01), 5) };
        duplicate(store, |tx| tx.documents().insert(&again));
        let bill = Document { kind: DocumentKind::Bill, id: id(32), ..first };
        write(store, |tx| tx.documents().insert(&bill));
        read(store, |tx| {
            assert_eq!(tx.documents().find_by_external_id(DocumentKind::Bill, "a")?, Some(id(32)));
            assert_eq!(tx.documents().find_by_external_id(DocumentKind::CreditNote, "a")?, None);
            Ok(())
        });
    });
}

#[test]
fn what_is_open_is_kept() {
    for_each_books(|store| {
        write(store, |tx| {
            tx.documents().insert(&invoice(30, date!(2026 - 03 - 01), 100))?;
            tx.documents().insert(&invoice(31, date!(2026 - 03 - 01), 50))?;
            let settled =
                DocumentSettled { id: id(30), amount_paid: 60, amount_credited: 30, open: 10, base_open: 11 };
            tx.documents().settle(&[settled])
        });
        let document = read(store, |tx| tx.documents().find(id(30))).unwrap();
        assert_eq!(
            (document.amount_paid, document.amount_credited, document.open, document.base_open),
            (60, 30, 10, 11)
        );
        let contact = document.contact_id;
        let sums = read(store, |tx| tx.documents().open_sums(&[contact, id(77)]));
        let sum = OpenSum {
            contact_id: contact,
            kind: DocumentKind::Invoice,
            currency: document.currency_code,
            open: 60,
            base_open: 61,
        };
        assert_eq!(sums, [sum]);
        let too_much =
            DocumentSettled { id: id(31), amount_paid: 51, amount_credited: 0, open: -1, base_open: 0 };
        assert!(try_write(store, |tx| tx.documents().settle(&[too_much])).is_err());
        assert_eq!(read(store, |tx| tx.documents().find(id(31))).unwrap().open, 50);
    });
}

#[test]
fn what_was_posted_stays() {
    for_each_books(|store| {
        let posted = invoice(30, date!(2026 - 03 - 01), 100);
        write(store, |tx| tx.documents().insert(&posted));
        assert!(try_write(store, |tx| tx.documents().remove(id(30))).is_err());
        let later = Document {
            due_date: Some(date!(2026 - 12 - 31)),
            memo: Some("later".to_owned()),
            version: 2,
            ..posted.clone()
        };
        write(store, |tx| tx.documents().update(&later));
        assert_eq!(read(store, |tx| tx.documents().find(id(30))), Some(later.clone()));
        let void = Document { state: DocumentState::Void, open: 0, base_open: 0, version: 3, ..later };
        write(store, |tx| tx.documents().update(&void));
        assert_eq!(read(store, |tx| tx.documents().find(id(30))), Some(void));
    });
}

#[test]
fn documents_are_listed_in_their_orders() {
    for_each_books(|store| {
        write(store, |tx| {
            tx.documents().insert(&invoice(31, date!(2026 - 03 - 02), 1))?;
            tx.documents().insert(&invoice(30, date!(2026 - 03 - 02), 1))?;
            tx.documents().insert(&invoice(32, date!(2026 - 03 - 01), 1))?;
            let late = Document { due_date: None, ..invoice(33, date!(2026 - 03 - 03), 1) };
            tx.documents().insert(&late)?;
            tx.documents()
                .insert(&Document { kind: DocumentKind::Bill, ..invoice(34, date!(2026 - 03 - 03), 1) })
        });
        // Between two that are open lies one that is not.
        let paid = DocumentSettled { id: id(31), amount_paid: 1, amount_credited: 0, open: 0, base_open: 0 };
        write(store, |tx| tx.documents().settle(&[paid]));
        let ids = |order, after: Option<(Date, DocumentId)>, offset, limit| -> Vec<u128> {
            let listed = |filter| read(store, |tx| tx.documents().list(&filter, order, after, offset, limit));
            let of_contact = listed(DocumentFilter { contact_id: Some(id(7)), ..all() });
            let everybodys = listed(all());
            assert_eq!(everybodys, of_contact);
            everybodys.iter().map(|document| document.id.0.as_u128()).collect()
        };
        assert_eq!(ids(DocumentOrder::NewestFirst, None, 0, 9), [33, 31, 30, 32]);
        assert_eq!(ids(DocumentOrder::OldestFirst, None, 0, 9), [32, 30, 31, 33]);
        assert_eq!(ids(DocumentOrder::DueFirst, None, 0, 9), [32, 30, 31]);
        let seen = Some((date!(2026 - 03 - 02), id(31)));
        assert_eq!(ids(DocumentOrder::NewestFirst, seen, 0, 9), [30, 32]);
        assert_eq!(ids(DocumentOrder::OldestFirst, seen, 0, 9), [33]);
        let due = Some((date!(2026 - 03 - 31), id(32)));
        assert_eq!(ids(DocumentOrder::DueFirst, due, 0, 9), [30, 31]);
        assert_eq!(ids(DocumentOrder::NewestFirst, None, 1, 2), [31, 30]);
    });
}

#[test]
fn documents_are_found_by_every_filter() {
    for_each_books(|store| {
        write(store, |tx| {
            tx.documents().insert(&invoice(30, date!(2026 - 03 - 01), 100))?;
            let yen = Document {
                currency_code: currency("JPY"),
                contact_id: id(8),
                memo: Some("50%_OFF".to_owned()),
                external_id: Some("x".to_owned()),
                ..invoice(31, date!(2026 - 03 - 10), 200)
            };
            tx.documents().insert(&yen)?;
            let reference = Document {
                reference_number: Some("PO-7".to_owned()),
                ..invoice(32, date!(2026 - 03 - 20), 300)
            };
            tx.documents().insert(&reference)
        });
        let found = |filter: DocumentFilter| read(store, |tx| numbers(tx, &filter));
        assert_eq!(found(all()), [30, 31, 32]);
        assert_eq!(found(DocumentFilter { from: Some(date!(2026 - 03 - 10)), ..all() }), [31, 32]);
        assert_eq!(found(DocumentFilter { to: Some(date!(2026 - 03 - 10)), ..all() }), [30, 31]);
        assert_eq!(found(DocumentFilter { contact_id: Some(id(8)), ..all() }), [31]);
        assert_eq!(found(DocumentFilter { due_before: Some(date!(2026 - 04 - 09)), ..all() }), [30]);
        assert_eq!(found(DocumentFilter { min_amount: Some(200), ..all() }), [31, 32]);
        assert_eq!(found(DocumentFilter { max_amount: Some(200), ..all() }), [30, 31]);
        assert_eq!(found(DocumentFilter { currency: Some(currency("JPY")), ..all() }), [31]);
        assert_eq!(found(DocumentFilter { external_id: Some("x".to_owned()), ..all() }), [31]);
        assert_eq!(found(DocumentFilter { number: Some("INV-32".to_owned()), ..all() }), [32]);
        for (q, expected) in [("0%_o", 31), ("po-7", 32), ("inv-30", 30)] {
            assert_eq!(found(DocumentFilter { q: Some(q.to_owned()), ..all() }), [expected], "{q}");
        }
        assert_eq!(found(DocumentFilter { q: Some("0%o".to_owned()), ..all() }), [0_u128; 0]);
    });
}

#[test]
fn a_status_is_found_as_it_is_told() {
    let today = date!(2026 - 04 - 01);
    let of = |number: u128, state, total: i64, open: i64, due: Option<Date>| Document {
        state,
        due_date: due,
        open,
        base_open: open,
        amount_paid: if state == DocumentState::Posted { total - open } else { 0 },
        ..document(number, DocumentKind::Invoice, date!(2026 - 03 - 01), total)
    };
    let (past, future) = (Some(date!(2026 - 03 - 31)), Some(today));
    let posted = DocumentState::Posted;
    let mut documents = vec![
        of(30, DocumentState::Draft, 9, 0, past),
        of(31, posted, 9, 9, future),
        of(32, posted, 9, 9, None),
        of(33, posted, 9, 4, future),
        of(34, posted, 9, 4, past),
        of(35, posted, 9, 0, past),
        of(36, posted, 0, 0, None),
        of(37, DocumentState::Void, 9, 0, past),
    ];
    for (i, state) in
        [DocumentState::Draft, DocumentState::Sent, DocumentState::Accepted].into_iter().enumerate()
    {
        for (j, due) in [past, future].into_iter().enumerate() {
            let number = 40 + 2 * i as u128 + j as u128;
            documents.push(Document { kind: DocumentKind::Estimate, ..of(number, state, 9, 0, due) });
        }
    }
    for_each_books(|store| {
        write(store, |tx| documents.iter().try_for_each(|document| tx.documents().insert(document)));
        for kind in [DocumentKind::Invoice, DocumentKind::Estimate] {
            for status in DocumentStatus::ALL {
                let filter = DocumentFilter { status: Some((status, today)), ..DocumentFilter::of(kind) };
                let expected: Vec<u128> = documents
                    .iter()
                    .filter(|document| document.kind == kind && document.status(today) == status)
                    .map(|document| document.id.0.as_u128())
                    .collect();
                assert_eq!(read(store, |tx| numbers(tx, &filter)), expected, "{kind:?} {status:?}");
                let of_contact = DocumentFilter { contact_id: Some(id(7)), ..filter };
                assert_eq!(read(store, |tx| numbers(tx, &of_contact)), expected, "{kind:?} {status:?}");
            }
        }
        let open = DocumentFilter { is_open: true, ..all() };
        assert_eq!(read(store, |tx| numbers(tx, &open)), [31, 32, 33, 34]);
    });
}

#[test]
fn items_of_lines_are_known() {
    for_each_books(|store| {
        write(store, |tx| {
            assert!(!tx.documents().name_item(ItemId(uuid::Uuid::from_u128(70)))?);
            tx.documents().insert(&full())?;
            assert!(tx.documents().name_item(ItemId(uuid::Uuid::from_u128(70)))?);
            Ok(())
        });
        assert!(read(store, |tx| tx.documents().name_item(id(70))));
        assert!(!read(store, |tx| tx.documents().name_item(id(71))));
    });
}

#[test]
fn documents_and_entries_are_written_together() {
    for_each_books(|store| {
        store
            .write(partita_tests::fixtures::COMPANY, |tx| {
                let entry = post(tx, 1, sale(date!(2026 - 03 - 01), 100))?;
                let posted = Document { entry_id: Some(entry.id), ..invoice(30, date!(2026 - 03 - 01), 100) };
                tx.documents().insert(&posted)?;
                Ok(())
            })
            .unwrap();
        assert_eq!(read(store, |tx| tx.documents().find(id(30))).unwrap().entry_id, Some(id(1)));
    });
}
