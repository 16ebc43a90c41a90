//! What statements of account are made of.

use partita_domain::document::{Document, DocumentKind, DocumentSettled, DocumentState};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::journal_entry::{Dimensions, EntryDraft, LineDraft};
use partita_domain::money::Currency;
use partita_domain::payment::{Payment, PaymentDirection};
use partita_domain::statement::{ContactLine, ContactLines, ContactSum};
use partita_tests::fixtures::{
    AWKWARD, COMPANY, OTHER, account_id, document, draft, id, line, payment, post, reverse,
};
use partita_tests::stores::{for_each_books, read, read_of, write};
use time::macros::date;

use PaymentDirection::{Made, Received};

fn about(account: &str, of: u128, debit: i64, credit: i64) -> LineDraft {
    LineDraft {
        dimensions: Dimensions { contact_id: Some(id(of)), ..Dimensions::default() },
        ..line(account, debit, credit)
    }
}

#[test]
fn lines_about_a_contact_are_summed_and_come_in_order() {
    for_each_books(|store| {
        let accounts = [account_id("1000"), account_id("2200")];
        let wanted = ContactLines { contact_id: id(1), accounts: &accounts };
        store
            .write(COMPANY, |tx| {
                let late = vec![about("1000", 1, 300, 0), about("2200", 1, 0, 100), line("4000", 0, 200)];
                let late = EntryDraft {
                    memo: Some(AWKWARD.to_owned()),
                    source_id: Some("source".to_owned()),
                    reference_number: Some("INV_%".to_owned()),
                    ..draft(date!(2026 - 03 - 31), late)
                };
                let _ = post(tx, 1, late)?;
                // Another contact, another account, and nobody.
                let others = vec![about("1000", 2, 70, 0), about("4000", 1, 0, 70)];
                let _ = post(tx, 2, draft(date!(2026 - 02 - 01), others))?;
                let early = vec![about("1000", 1, 40, 0), line("1000", 0, 40)];
                let _ = post(tx, 3, draft(date!(2026 - 01 - 31), early))?;
                let euro = EntryDraft {
                    currency: Some(Currency::EUR),
                    exchange_rate: Some(ExchangeRate::from_millionths(2_000_000).unwrap()),
                    ..draft(date!(2026 - 01 - 31), vec![about("2200", 1, 0, 5), line("4000", 5, 0)])
                };
                let _ = post(tx, 4, euro)?;
                reverse(tx, 5, id(3), date!(2026 - 04 - 01))
            })
            .unwrap();
        read(store, |tx| {
            let mut before = tx.statements().before(&wanted, date!(2026 - 03 - 31))?;
            before.sort();
            let sum = |account: &str, currency, balance| ContactSum {
                account_id: account_id(account),
                currency,
                balance,
            };
            let mut expected = vec![sum("1000", Currency::USD, 40), sum("2200", Currency::EUR, -5)];
            expected.sort();
            assert_eq!(before, expected);
            assert_eq!(tx.statements().before(&wanted, date!(2026 - 01 - 31))?, []);

            let all = tx.statements().within(&wanted, None, date!(2026 - 04 - 01), 100)?;
            let told: Vec<_> =
                all.iter().map(|line| (line.entry_id, line.debit - line.credit, line.currency)).collect();
            assert_eq!(
                told,
                [
                    (id(3), 40, Currency::USD),
                    (id(4), -5, Currency::EUR),
                    (id(1), 300, Currency::USD),
                    (id(1), -100, Currency::USD),
                    (id(5), -40, Currency::USD),
                ]
            );
            assert_eq!(all[4].reversal_of_id, Some(id(3)));
            let entry = tx.journal_entries().find(id(1))?.unwrap();
            let first = &all[2];
            assert_eq!((first.date, first.position, first.account_id), (entry.date, 1, accounts[0]));
            assert_eq!(
                (&first.memo, &first.source_id, &first.reference_number, &first.entry_number),
                (&entry.memo, &entry.source_id, &entry.reference_number, &entry.entry_number)
            );
            let (from, to) = (date!(2026 - 02 - 01), date!(2026 - 03 - 31));
            assert_eq!(tx.statements().within(&wanted, Some(from), to, 1)?, std::slice::from_ref(first));
            let nowhere = ContactLines { accounts: &[], ..wanted };
            assert_eq!(tx.statements().before(&nowhere, date!(2199 - 01 - 01))?, []);
            assert_eq!(tx.statements().within(&nowhere, None, date!(2199 - 01 - 01), 9)?, []);
            Ok(())
        });
        let others =
            read_of(store, OTHER, |tx| tx.statements().within(&wanted, None, date!(2199 - 01 - 01), 9));
        assert_eq!(others, []);
    });
}

#[test]
fn the_accounts_of_advances_are_found() {
    for_each_books(|store| {
        let of = |number, contact, direction, account: Option<&str>| Payment {
            contact_id: id(contact),
            direction,
            advances_account_id: account.map(account_id),
            unapplied: account.map_or(0, |_| 100),
            base_unapplied: account.map_or(0, |_| 100),
            ..payment(number, date!(2026 - 03 - 31), 100)
        };
        let payments = [
            of(1, 1, Received, Some("2200")),
            of(2, 1, Received, Some("2200")),
            of(3, 1, Made, Some("1000")),
            of(4, 1, Received, None),
            of(5, 2, Received, Some("3000")),
        ];
        write(store, |tx| payments.iter().try_for_each(|payment| tx.payments().insert(payment)));
        let mut found = read(store, |tx| tx.statements().advances_accounts(id(1)));
        found.sort();
        assert_eq!(found, [(Received, account_id("2200")), (Made, account_id("1000"))]);
        assert_eq!(read(store, |tx| tx.statements().advances_accounts(id(404))), []);
    });
}

/// An invoice of contact 1 that was posted with an entry.
fn posted(number: u128, date: time::Date, total: i64, entry: u128) -> Document {
    Document {
        contact_id: id(1),
        number: Some(format!("INV-{number}")),
        entry_id: Some(id(entry)),
        control_account_id: Some(account_id("1000")),
        state: DocumentState::Posted,
        open: total,
        base_open: total,
        ..document(number, DocumentKind::Invoice, date, total)
    }
}

#[test]
fn lines_of_documents_are_told_once_however_they_were_written() {
    for_each_books(|store| {
        let accounts = [account_id("1000")];
        let wanted = ContactLines { contact_id: id(1), accounts: &accounts };
        let (march, april) = (date!(2026 - 03 - 31), date!(2026 - 04 - 01));
        let sold = |contact| vec![about("1000", contact, 10, 0), line("4000", 0, 10)];
        store
            .write(COMPANY, |tx| {
                let _ = post(tx, 1, draft(march, sold(1)))?;
                tx.documents().insert(&posted(11, march, 10, 1))?;
                // An entry that no document was posted with, and one whose line is about somebody else.
                let _ = post(tx, 2, draft(march, sold(1)))?;
                let _ = post(tx, 3, draft(march, sold(2)))?;
                tx.documents().insert(&posted(13, march, 10, 3))?;
                Ok(())
            })
            .unwrap();
        // The document came later than its entry.
        store.write(COMPANY, |tx| post(tx, 4, draft(april, sold(1)))).unwrap();
        write(store, |tx| tx.documents().insert(&posted(14, april, 10, 4)));
        // It was settled, and it was voided.
        store
            .write(COMPANY, |tx| {
                let _ = post(tx, 5, draft(april, sold(1)))?;
                tx.documents().insert(&posted(15, april, 10, 5))?;
                reverse(tx, 6, id(5), april)
            })
            .unwrap();
        // It is of another day than its entry.
        store
            .write(COMPANY, |tx| {
                let _ = post(tx, 7, draft(april, sold(1)))?;
                tx.documents().insert(&posted(17, march, 10, 7))?;
                Ok(())
            })
            .unwrap();
        let settled =
            DocumentSettled { id: id(14), amount_paid: 10, amount_credited: 0, open: 0, base_open: 0 };
        write(store, |tx| tx.documents().settle(&[settled]));
        read(store, |tx| {
            let told = |lines: Vec<ContactLine>| {
                lines.iter().map(|line| (line.entry_id, line.debit - line.credit)).collect::<Vec<_>>()
            };
            let all = tx.statements().within(&wanted, None, april, 100)?;
            assert_eq!(
                told(all),
                [(id(1), 10), (id(2), 10), (id(4), 10), (id(5), 10), (id(6), -10), (id(7), 10)]
            );
            let some = tx.statements().within(&wanted, Some(april), april, 2)?;
            assert_eq!(told(some), [(id(4), 10), (id(5), 10)]);
            let before = tx.statements().before(&wanted, april)?;
            let balance = ContactSum { account_id: accounts[0], currency: Currency::USD, balance: 20 };
            assert_eq!(before, [balance]);
            let other = ContactLines { contact_id: id(2), ..wanted };
            assert_eq!(told(tx.statements().within(&other, None, april, 100)?), [(id(3), 10)]);
            Ok(())
        });
    });
}
