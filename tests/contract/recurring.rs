//! Templates of transactions that recur.

use partita_application::ports::{RecurringFilter, StoreError};
use partita_domain::document::{Discount, LineRequest};
use partita_domain::id::RecurringId;
use partita_domain::journal_entry::{AccountRef, Dimensions};
use partita_domain::metadata::Metadata;
use partita_domain::quantity::Quantity;
use partita_domain::recurring::{
    Frequency, RecurringDraft, RecurringKind, RecurringPayload, RecurringTemplate, Schedule,
};
use partita_domain::unit_price::UnitPrice;
use partita_tests::fixtures::{AWKWARD, NOW, OTHER, account_id, currency, document, id, sale};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, try_write, write};
use time::macros::date;
use time::{Date, Duration};

fn template(number: u128, name: &str) -> RecurringTemplate {
    let draft = RecurringDraft {
        external_id: None,
        name: name.to_owned(),
        payload: RecurringPayload::JournalEntry(sale(date!(2026 - 01 - 31), 100)),
        frequency: Frequency::Monthly,
        start_date: date!(2026 - 01 - 31),
        end_date: None,
        remaining_occurrences: None,
        auto_post: true,
        is_active: true,
        metadata: Metadata::default(),
    };
    RecurringTemplate::make(id(number), draft, NOW).unwrap()
}

fn due_at(template: RecurringTemplate, next_due: Option<Date>, is_active: bool) -> RecurringTemplate {
    RecurringTemplate { schedule: Schedule { next_due, is_active, ..template.schedule.clone() }, ..template }
}

fn full() -> RecurringTemplate {
    let mut draft =
        document(1, RecurringKind::Invoice.document().unwrap(), date!(2026 - 01 - 31), 0).as_draft();
    draft.memo = Some(AWKWARD.to_owned());
    draft.currency_code = Some(currency("EUR"));
    draft.metadata = Metadata([("größe".to_owned(), AWKWARD.to_owned())].into());
    let line = |account| LineRequest {
        item_id: Some(id(5)),
        description: Some(AWKWARD.to_owned()),
        quantity: Quantity::parse("0.000001", "q").unwrap(),
        unit_price: Some(UnitPrice::parse("0.000000000001", "p").unwrap()),
        discount: Some(Discount::Percent(10_000)),
        account,
        tax_code_id: Some(id(6)),
        dimensions: Dimensions { class_id: Some(id(8)), ..Dimensions::default() },
    };
    draft.lines = vec![
        line(Some(AccountRef::Id(account_id("4000")))),
        line(Some(AccountRef::Number("4000".to_owned()))),
        LineRequest { discount: Some(Discount::Amount(i64::MAX)), ..line(None) },
    ];
    RecurringTemplate {
        external_id: Some(format!("erp:{AWKWARD}")),
        payload: RecurringPayload::Invoice(draft),
        schedule: Schedule {
            frequency: Frequency::Biweekly,
            start_date: date!(1900 - 01 - 01),
            end_date: Some(date!(2199 - 12 - 31)),
            remaining_occurrences: Some(u32::MAX),
            is_active: false,
            auto_post: false,
            next_due: Some(date!(2199 - 12 - 31)),
        },
        last_run: Some(date!(2026 - 02 - 28)),
        made_count: i64::MAX,
        metadata: Metadata([("größe".to_owned(), AWKWARD.to_owned())].into()),
        created_at: NOW,
        updated_at: NOW + Duration::microseconds(999_999),
        version: i64::MAX,
        ..template(1, AWKWARD)
    }
}

fn names(templates: &[RecurringTemplate]) -> Vec<&str> {
    templates.iter().map(|template| template.name.as_str()).collect()
}

#[test]
fn every_field_comes_back() {
    for_each_books(|store| {
        let bill = match full().payload {
            RecurringPayload::Invoice(draft) => RecurringPayload::Bill(draft),
            other => other,
        };
        let bill = RecurringTemplate { payload: bill, ..template(3, "Bill") };
        for template in [full(), template(2, "Plain"), bill] {
            write(store, |tx| tx.recurring_templates().insert(&template));
            let found = read(store, |tx| tx.recurring_templates().find(template.id));
            assert_eq!(found, Some(template.clone()));
        }
        for (i, frequency) in (10..).zip(Frequency::ALL) {
            let mut typed = template(i, "Typed");
            typed.schedule.frequency = frequency;
            write(store, |tx| tx.recurring_templates().insert(&typed));
            assert_eq!(read(store, |tx| tx.recurring_templates().find(typed.id)), Some(typed.clone()));
        }
        assert_eq!(read(store, |tx| tx.recurring_templates().find(id(404))), None);
        assert_eq!(read_of(store, OTHER, |tx| tx.recurring_templates().find(id(1))), None);
        let all = RecurringFilter::default();
        assert_eq!(read_of(store, OTHER, |tx| tx.recurring_templates().count(&all)), 0);
    });
}

#[test]
fn one_is_found_by_what_it_is_called_now() {
    for_each_books(|store| {
        let before = full();
        write(store, |tx| tx.recurring_templates().insert(&before));
        let after = RecurringTemplate {
            external_id: Some("b".to_owned()),
            version: 2,
            ..due_at(template(1, "After"), None, false)
        };
        write(store, |tx| {
            tx.recurring_templates().update(&after)?;
            // A unit sees what it wrote.
            assert_eq!(tx.recurring_templates().find_by_external_id("b")?, Some(after.clone()));
            Ok(())
        });
        read(store, |tx| {
            let templates = tx.recurring_templates();
            assert_eq!(templates.find(after.id)?, Some(after.clone()));
            assert_eq!(templates.find_by_external_id(before.external_id.as_deref().unwrap())?, None);
            assert_eq!(names(&templates.list(&RecurringFilter::default(), None, 0, 10)?), ["After"]);
            Ok(())
        });
        assert_eq!(read_of(store, OTHER, |tx| tx.recurring_templates().find_by_external_id("b")), None);
        // The value that was given up may be used again; one that is not there is not made.
        write(store, |tx| {
            tx.recurring_templates().insert(&RecurringTemplate { id: id(2), ..before.clone() })?;
            tx.recurring_templates().update(&template(404, "Nobody"))
        });
        assert_eq!(read(store, |tx| tx.recurring_templates().find(id(404))), None);
    });
}

#[test]
fn ids_and_external_ids_are_unique() {
    for_each_books(|store| {
        let named = |number, external_id: &str| RecurringTemplate {
            external_id: Some(external_id.to_owned()),
            ..template(number, "Same name")
        };
        write(store, |tx| {
            tx.recurring_templates().insert(&named(1, "x"))?;
            tx.recurring_templates().insert(&template(2, "Same name"))
        });
        duplicate(store, |tx| tx.recurring_templates().insert(&template(1, "Other")));
        duplicate(store, |tx| tx.recurring_templates().insert(&named(3, "x")));
        duplicate(store, |tx| tx.recurring_templates().update(&named(2, "x")));
        write(store, |tx| tx.recurring_templates().insert(&named(3, "X")));
        assert_eq!(read(store, |tx| tx.recurring_templates().count(&RecurringFilter::default())), 3);
    });
}

#[test]
fn they_are_listed_by_name_in_lower_case_then_by_id() {
    for_each_books(|store| {
        let in_order = ["a_b", "abacus", "Abc", "abc", "b", "B", "z", "ß", "Äpfel"];
        write(store, |tx| {
            let numbered = (1..).zip(in_order).collect::<Vec<_>>();
            numbered
                .iter()
                .rev()
                .try_for_each(|(number, name)| tx.recurring_templates().insert(&template(*number, name)))
        });
        read(store, |tx| {
            let templates = tx.recurring_templates();
            let all = RecurringFilter::default();
            assert_eq!(names(&templates.list(&all, None, 0, 100)?), in_order);
            assert_eq!(names(&templates.list(&all, None, 3, 2)?), ["abc", "b"]);
            assert_eq!(names(&templates.list(&all, Some(("abc", id(3))), 1, 2)?), ["b", "B"]);
            assert!(templates.list(&all, None, 9, 5)?.is_empty());
            Ok(())
        });
    });
}

#[test]
fn filters_hold_one_by_one_and_together() {
    for_each_books(|store| {
        let rent =
            RecurringTemplate { external_id: Some("erp-1".to_owned()), ..template(1, "Rent 100% [a_b]") };
        let fee = RecurringTemplate { payload: full().payload, ..template(2, "rental fee") };
        let fee = due_at(fee, Some(date!(2026 - 03 - 01)), true);
        let over = due_at(template(3, "Over"), None, false);
        write(store, |tx| {
            [&rent, &fee, &over].into_iter().try_for_each(|one| tx.recurring_templates().insert(one))
        });
        let found = |filter: RecurringFilter| {
            read(store, |tx| {
                let found = tx.recurring_templates().list(&filter, None, 0, 100)?;
                let counted = tx.recurring_templates().count(&filter)?;
                assert_eq!(counted, i64::try_from(found.len()).unwrap(), "{filter:?}");
                Ok(found.iter().map(|one| one.id.0.as_u128()).collect::<Vec<_>>())
            })
        };
        let all = RecurringFilter::default;
        let some = |text: &str| Some(text.to_owned());
        let none: [u128; 0] = [];
        assert_eq!(found(all()), [3, 1, 2]);
        assert_eq!(found(RecurringFilter { kinds: vec![RecurringKind::Invoice], ..all() }), [2]);
        assert_eq!(found(RecurringFilter { kinds: Vec::new(), ..all() }), none);
        assert_eq!(found(RecurringFilter { is_active: Some(false), ..all() }), [3]);
        assert_eq!(found(RecurringFilter { external_id: some("erp-1"), ..all() }), [1]);
        assert_eq!(found(RecurringFilter { external_id: some("ERP-1"), ..all() }), none);
        assert_eq!(found(RecurringFilter { due_before: Some(date!(2026 - 03 - 01)), ..all() }), [1]);
        assert_eq!(found(RecurringFilter { due_before: Some(date!(2026 - 03 - 02)), ..all() }), [1, 2]);
        assert_eq!(found(RecurringFilter { q: some("RENT"), ..all() }), [1, 2]);
        assert_eq!(found(RecurringFilter { q: some("a_B"), ..all() }), [1]);
        assert_eq!(found(RecurringFilter { q: some("%"), ..all() }), [1]);
        let together = RecurringFilter { q: some("rent"), is_active: Some(true), ..all() };
        assert_eq!(found(RecurringFilter { kinds: vec![RecurringKind::JournalEntry], ..together }), [1]);
    });
}

#[test]
fn what_is_due_is_known_in_the_order_of_its_dates() {
    for_each_books(|store| {
        let day = date!(2026 - 02 - 28);
        let late = due_at(template(1, "Late"), Some(day), true);
        let later = due_at(template(2, "Later"), Some(day), true);
        let early = due_at(template(3, "Early"), Some(date!(2026 - 01 - 01)), true);
        let stopped = due_at(template(4, "Stopped"), Some(day), false);
        let over = due_at(template(5, "Over"), None, false);
        let invoice = RecurringTemplate { payload: full().payload, ..template(6, "Invoice") };
        write(store, |tx| {
            [&later, &late, &early, &stopped, &over, &invoice]
                .into_iter()
                .try_for_each(|one| tx.recurring_templates().insert(one))
        });
        let due = |kinds: &[RecurringKind], as_of| {
            let due = read(store, |tx| tx.recurring_templates().due(kinds, as_of));
            due.into_iter().map(|(_, id): (Date, RecurringId)| id.0.as_u128()).collect::<Vec<_>>()
        };
        assert_eq!(due(&RecurringKind::ALL, day), [3, 6, 1, 2]);
        assert_eq!(due(&[RecurringKind::JournalEntry], day), [3, 1, 2]);
        assert_eq!(due(&RecurringKind::ALL, date!(2026 - 02 - 27)), [3, 6]);
        assert_eq!(due(&[], day), [0_u128; 0]);
        assert!(
            read_of(store, OTHER, |tx| tx.recurring_templates().due(&RecurringKind::ALL, day)).is_empty()
        );
    });
}

#[test]
fn a_unit_that_fails_leaves_no_template() {
    for_each_books(|store| {
        write(store, |tx| tx.recurring_templates().insert(&full()));
        let undone = try_write(store, |tx| {
            tx.recurring_templates().insert(&template(2, "Undone"))?;
            tx.recurring_templates().update(&RecurringTemplate { id: full().id, ..template(2, "Undone") })?;
            Err::<(), _>(StoreError::Full)
        });
        assert!(undone.is_err());
        let left = read(store, |tx| tx.recurring_templates().list(&RecurringFilter::default(), None, 0, 10));
        assert_eq!(left, [full()]);
    });
}
