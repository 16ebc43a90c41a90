//! Journal entries.

use partita_application::ports::{EntryFilter, EntryOrder};
use partita_domain::account::Account;
use partita_domain::actor::Actor;
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::EntryId;
use partita_domain::journal_entry::{Dimensions, EntryDraft, JournalEntry, LineDraft, MAX_AMOUNT, MAX_LINES};
use partita_domain::metadata::Metadata;
use partita_domain::money::Currency;
use partita_tests::fixtures::{AWKWARD, COMPANY, OTHER, draft, id, line, post, reverse, sale};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, try_write, write};
use std::sync::Arc;
use time::Date;
use time::macros::date;

type Store = Arc<dyn partita_application::ports::Store>;

mod filter;

fn posted(store: &Store, number: u128, draft: EntryDraft) -> JournalEntry {
    store.write(COMPANY, |tx| post(tx, number, draft.clone())).unwrap()
}

fn reversed(store: &Store, number: u128, of: u128, date: Date) -> JournalEntry {
    store.write(COMPANY, |tx| reverse(tx, number, id(of), date)).unwrap()
}

fn full_line(account: &str, debit: i64, credit: i64) -> LineDraft {
    LineDraft {
        description: Some(AWKWARD.to_owned()),
        dimensions: Dimensions {
            contact_id: Some(id(1)),
            class_id: Some(id(2)),
            location_id: Some(id(3)),
            project_id: Some(id(4)),
            tax_code_id: Some(id(u128::MAX)),
        },
        ..line(account, debit, credit)
    }
}

fn full_draft() -> EntryDraft {
    EntryDraft {
        external_id: Some(format!("shop/{AWKWARD}")),
        transaction_type: Some("bank_transfer".to_owned()),
        source_id: Some("order 7".to_owned()),
        memo: Some(format!("{AWKWARD}\n\t{AWKWARD}\n")),
        reference_number: Some("№ 12/Ü".to_owned()),
        currency: Some(Currency::EUR),
        exchange_rate: Some(ExchangeRate::from_millionths(1_500_000).unwrap()),
        adjustment_period: Some(14),
        metadata: Metadata([("clé".to_owned(), AWKWARD.to_owned()), ("b".to_owned(), String::new())].into()),
        ..draft(
            date!(2026 - 12 - 31),
            vec![full_line("1000", 333, 0), full_line("6000", 335, 0), line("4000", 0, 668)],
        )
    }
}

#[test]
fn every_field_comes_back_and_the_hash_still_fits() {
    for_each_books(|store| {
        let entries = [
            posted(store, 1, sale(date!(2026 - 01 - 05), 1)),
            posted(store, 2, full_draft()),
            posted(store, 3, sale(date!(1900 - 01 - 01), MAX_AMOUNT)),
            posted(store, 4, sale(date!(2199 - 12 - 31), MAX_AMOUNT)),
        ];
        assert_eq!(entries[1].lines.len(), 4, "the sample has a line for the rounding");
        read(store, |tx| {
            for entry in &entries {
                let found = tx.journal_entries().find(entry.id)?.unwrap();
                assert_eq!(found, *entry);
                assert_eq!(found.hash, found.expected_hash());
            }
            assert_eq!(tx.journal_entries().chain(0, 100)?, entries);
            assert_eq!(tx.journal_entries().find(id(404))?, None);
            Ok(())
        });
        for created_by in [Actor::User(id(5)), Actor::Key(id(6))] {
            let number = if created_by == Actor::User(id(5)) { 5 } else { 6 };
            let entry = JournalEntry {
                id: id(number),
                position: i64::try_from(number).unwrap(),
                entry_number: format!("{number}"),
                created_by,
                ..entries[0].clone()
            };
            write(store, |tx| tx.journal_entries().insert(&entry));
            assert_eq!(read(store, |tx| tx.journal_entries().find(entry.id)), Some(entry));
        }
    });
}

#[test]
fn the_largest_entry_comes_back() {
    for_each_books(|store| {
        let lines =
            (0..MAX_LINES).map(|i| if i % 2 == 0 { full_line("1000", 1, 0) } else { line("4000", 0, 1) });
        let entry = posted(store, 1, draft(date!(2026 - 01 - 05), lines.collect()));
        assert_eq!(entry.lines.len(), MAX_LINES);
        let found = read(store, |tx| tx.journal_entries().find(id(1))).unwrap();
        assert!(found == entry, "the lines differ");
    });
}

#[test]
fn lines_tell_the_present_number_of_their_account() {
    for_each_books(|store| {
        let entry = posted(store, 1, sale(date!(2026 - 01 - 05), 100));
        write(store, |tx| {
            let bank = tx.accounts().find_by_number("1000")?.unwrap();
            tx.accounts().update(&Account { number: "1001".to_owned(), ..(*bank).clone() })
        });
        let numbers = |entry: &JournalEntry| {
            entry.lines.iter().map(|line| line.account_number.clone()).collect::<Vec<_>>()
        };
        assert_eq!(numbers(&entry), ["1000", "4000"]);
        read(store, |tx| {
            let all = EntryFilter::default();
            let found = tx.journal_entries().find(entry.id)?.unwrap();
            assert_eq!(numbers(&found), ["1001", "4000"]);
            assert_eq!(found.expected_hash(), entry.hash, "the number is no part of the hash");
            let listed = tx.journal_entries().list(&all, EntryOrder::NewestFirst, None, 0, 1)?;
            assert_eq!(numbers(&listed[0]), ["1001", "4000"]);
            assert_eq!(numbers(&tx.journal_entries().chain(0, 1)?[0]), ["1001", "4000"]);
            Ok(())
        });
    });
}

#[test]
fn a_reversed_entry_names_its_reversal_and_is_reversed_once() {
    for_each_books(|store| {
        let day = date!(2026 - 01 - 05);
        posted(store, 1, sale(day, 100));
        posted(store, 2, sale(day, 200));
        let reversal = reversed(store, 3, 1, day);
        read(store, |tx| {
            let entries = tx.journal_entries().chain(0, 10)?;
            let ends: Vec<Option<EntryId>> = entries.iter().map(|entry| entry.reversed_by_id).collect();
            assert_eq!(ends, [Some(id(3)), None, None]);
            assert_eq!(entries[2], reversal);
            assert_eq!(tx.journal_entries().find(id(1))?, Some(entries[0].clone()));
            let all = EntryFilter::default();
            assert_eq!(tx.journal_entries().list(&all, EntryOrder::OldestFirst, None, 0, 10)?, entries);
            Ok(())
        });
        let again = JournalEntry { id: id(4), position: 4, entry_number: "4".to_owned(), ..reversal };
        duplicate(store, |tx| tx.journal_entries().insert(&again));
        write(store, |tx| {
            tx.journal_entries().insert(&JournalEntry { reversal_of_id: Some(id(2)), ..again.clone() })
        });
    });
}

#[test]
fn ids_positions_numbers_and_external_ids_are_unique() {
    for_each_books(|store| {
        let with_id = EntryDraft { external_id: Some("x".to_owned()), ..sale(date!(2026 - 01 - 05), 100) };
        let entry = posted(store, 1, with_id);
        let other = JournalEntry {
            id: id(2),
            position: 2,
            entry_number: "2".to_owned(),
            external_id: Some("y".to_owned()),
            ..entry.clone()
        };
        let colliding = [
            JournalEntry { id: entry.id, ..other.clone() },
            JournalEntry { position: entry.position, ..other.clone() },
            JournalEntry { entry_number: entry.entry_number.clone(), ..other.clone() },
            JournalEntry { external_id: entry.external_id.clone(), ..other.clone() },
        ];
        for colliding in colliding {
            duplicate(store, |tx| tx.journal_entries().insert(&colliding));
        }
        assert_eq!(read(store, |tx| tx.journal_entries().chain(0, 10)), std::slice::from_ref(&entry));
        write(store, |tx| tx.journal_entries().insert(&other));
        let next_year =
            JournalEntry { id: id(3), position: 3, external_id: None, fiscal_year: 2027, ..entry.clone() };
        write(store, |tx| tx.journal_entries().insert(&next_year));
    });
}

#[test]
fn accounts_and_reversed_entries_have_to_exist() {
    for_each_books(|store| {
        let entry = posted(store, 1, sale(date!(2026 - 01 - 05), 100));
        let mut stranger =
            JournalEntry { id: id(2), position: 2, entry_number: "2".to_owned(), ..entry.clone() };
        stranger.lines[1].account_id = id(404);
        assert!(try_write(store, |tx| tx.journal_entries().insert(&stranger)).is_err());
        stranger.lines[1].account_id = entry.lines[1].account_id;
        stranger.reversal_of_id = Some(id(404));
        assert!(try_write(store, |tx| tx.journal_entries().insert(&stranger)).is_err());
        assert_eq!(read(store, |tx| tx.journal_entries().chain(0, 10)), [entry]);
    });
}

#[test]
fn external_ids_are_looked_up_one_by_one_and_many_at_once() {
    for_each_books(|store| {
        for (number, external_id) in [(1, "a"), (2, "B"), (3, AWKWARD)] {
            let with_id =
                EntryDraft { external_id: Some(external_id.to_owned()), ..sale(date!(2026 - 01 - 05), 100) };
            posted(store, number, with_id);
        }
        read(store, |tx| {
            assert_eq!(tx.journal_entries().find_by_external_id("a")?, Some(id(1)));
            assert_eq!(tx.journal_entries().find_by_external_id(AWKWARD)?, Some(id(3)));
            assert_eq!(tx.journal_entries().find_by_external_id("A")?, None);
            let mut taken = tx.journal_entries().taken_external_ids(&["b", AWKWARD, "a", "nobody's", "a"])?;
            taken.sort();
            assert_eq!(taken, [(AWKWARD.to_owned(), id(3)), ("a".to_owned(), id(1))]);
            assert_eq!(tx.journal_entries().taken_external_ids(&[])?, []);
            // More than a statement takes parameters.
            let mut many: Vec<String> = (0..40_000).map(|n| format!("id {n}")).collect();
            many.push("B".to_owned());
            let many: Vec<&str> = many.iter().map(String::as_str).collect();
            assert_eq!(tx.journal_entries().taken_external_ids(&many)?, [("B".to_owned(), id(2))]);
            Ok(())
        });
        read_of(store, OTHER, |tx| {
            assert_eq!(tx.journal_entries().find_by_external_id("a")?, None);
            assert_eq!(tx.journal_entries().taken_external_ids(&["a", "B"])?, []);
            Ok(())
        });
    });
}

#[test]
fn the_chain_is_read_in_pieces_and_the_last_date_is_by_accounting_date() {
    for_each_books(|store| {
        assert_eq!(read(store, |tx| tx.journal_entries().last_date()), None);
        for (number, day) in (1..).zip([3, 9, 1, 9, 5]) {
            posted(store, number, sale(date!(2026 - 01 - 01).replace_day(day).unwrap(), 100));
        }
        read(store, |tx| {
            let mut piece = |after, limit| -> Vec<i64> {
                let entries = tx.journal_entries().chain(after, limit).unwrap();
                entries.iter().map(|entry| entry.position).collect()
            };
            assert_eq!(piece(0, 2), [1, 2]);
            assert_eq!(piece(2, 2), [3, 4]);
            assert_eq!(piece(4, 2), [5]);
            assert_eq!(piece(5, 2), [0; 0]);
            assert_eq!(tx.journal_entries().last_date()?, Some(date!(2026 - 01 - 09)));
            Ok(())
        });
        read_of(store, OTHER, |tx| {
            assert_eq!(tx.journal_entries().chain(0, 10)?, []);
            assert_eq!(tx.journal_entries().last_date()?, None);
            assert_eq!(tx.journal_entries().find(id(1))?, None);
            Ok(())
        });
    });
}

#[test]
fn a_unit_reads_what_it_has_posted_so_far() {
    for_each_books(|store| {
        let all = EntryFilter::default();
        let unit = |tx: &mut dyn partita_application::ports::Tx| {
            for number in 1..=5_u128 {
                let position = i64::try_from(number).unwrap();
                let day = date!(2026 - 01 - 01).replace_day(u8::try_from(number).unwrap()).unwrap();
                let external_id = format!("x{number}");
                let with_id = EntryDraft { external_id: Some(external_id.clone()), ..sale(day, 100) };
                let entry = post(tx, number, with_id)?;
                let entries = tx.journal_entries();
                assert_eq!(entries.find_by_external_id(&external_id)?, Some(entry.id));
                assert_eq!(entries.taken_external_ids(&["x1"])?, [("x1".to_owned(), id(1))]);
                assert_eq!(entries.find(entry.id)?, Some(entry.clone()));
                assert_eq!(entries.count(&all)?, position);
                assert_eq!(entries.last_date()?, Some(day));
                assert_eq!(entries.chain(position - 1, 9)?, std::slice::from_ref(&entry));
                assert_eq!(
                    entries.list(&all, EntryOrder::NewestFirst, None, 0, 1)?,
                    std::slice::from_ref(&entry)
                );
                let grain = partita_application::ports::Grain::Month;
                assert_eq!(tx.balances().kept(grain)?[0].totals.debit, 100 * position);
                assert_eq!(tx.balances().rebuilt(grain)?, tx.balances().kept(grain)?);
                assert!(tx.balances().has_history(entry.lines[0].account_id)?);
            }
            let reversal = reverse(tx, 6, id(5), date!(2026 - 01 - 05))?;
            let reversed = tx.journal_entries().find(id(5))?.unwrap();
            assert_eq!(reversed.reversed_by_id, Some(reversal.id));
            Ok(())
        };
        let undone = store.write(COMPANY, |tx| {
            unit(tx)?;
            Err::<(), _>(partita_application::Error::DryRun)
        });
        assert!(undone.is_err());
        assert_eq!(read(store, |tx| tx.journal_entries().count(&all)), 0);
        store.write(COMPANY, unit).unwrap();
        assert_eq!(read(store, |tx| tx.journal_entries().count(&all)), 6);
    });
}

#[test]
fn what_is_taken_within_the_same_unit_is_taken() {
    for_each_books(|store| {
        let with_id = |number: i64| EntryDraft {
            external_id: Some("x".to_owned()),
            ..sale(date!(2026 - 01 - 05), 100 + number)
        };
        let twice = store.write(COMPANY, |tx| {
            post(tx, 1, with_id(1))?;
            post(tx, 2, with_id(2))
        });
        let duplicate = partita_application::ports::StoreError::Duplicate;
        let expected = partita_application::Error::from(duplicate);
        assert_eq!(format!("{:?}", twice.unwrap_err()), format!("{expected:?}"));
        assert_eq!(read(store, |tx| tx.journal_entries().chain(0, 10)), []);
    });
}

#[test]
fn lines_tell_whether_a_tax_code_was_named() {
    for_each_books(|store| {
        let named = |code: u128| read(store, |tx| tx.journal_entries().names_tax_code(id(code)));
        assert!(!named(1));
        let mut taxed = sale(date!(2026 - 01 - 05), 100);
        taxed.lines[1].dimensions.tax_code_id = Some(id(1));
        let within = store.write(COMPANY, |tx| {
            post(tx, 1, taxed.clone())?;
            Ok((tx.journal_entries().names_tax_code(id(1))?, tx.journal_entries().names_tax_code(id(2))?))
        });
        assert_eq!(within.unwrap(), (true, false), "a unit sees what it wrote");
        assert!(named(1) && !named(2));
        assert!(!read_of(store, OTHER, |tx| tx.journal_entries().names_tax_code(id(1))));
    });
}
