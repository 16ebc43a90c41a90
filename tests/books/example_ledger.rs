//! A household's ledger of four years: every balance at every year's end must be what an independent bookkeeping program
//! computed from the same transactions.

use partita_application::account::{self, ImportAccount};
use partita_application::balance::trial_balance;
use partita_application::journal_entry::{self, ImportEntry};
use partita_application::verify::verify;
use partita_domain::hash::Hash;
use partita_http::account::AccountWriteBody;
use partita_http::journal_entry::EntryWriteBody;
use partita_http::parse_json;
use partita_tests::books::Books;
use partita_tests::example_ledger::{ACCOUNTS, ENTRIES, assert_balances, expected};
use partita_tests::stores::for_each_store;

#[test]
fn every_balance_equals_that_of_an_independent_program() {
    for_each_store(|store| {
        let books = Books::found(store, None);
        let accounts: Vec<ImportAccount> = ACCOUNTS
            .lines()
            .map(|line| parse_json::<AccountWriteBody>(line.as_bytes()).unwrap())
            .map(|body| ImportAccount { id: None, parent_number: None, draft: body.into_draft() })
            .collect();
        let opened = account::import(&books.app, &books.call, &accounts).unwrap().value;
        assert_eq!(opened, 34);
        let entries: Vec<ImportEntry> = ENTRIES
            .lines()
            .map(|line| ImportEntry {
                draft: parse_json::<EntryWriteBody>(line.as_bytes()).unwrap().into_draft().unwrap(),
                fingerprint: Hash::of(line.as_bytes()),
                occurrence: 0,
            })
            .collect();
        let mut posted = 0;
        for part in entries.chunks(500) {
            posted += journal_entry::import(&books.app, &books.call, part).unwrap().posted;
        }
        assert_eq!(posted, 1391);
        let again = journal_entry::import(&books.app, &books.call, &entries).unwrap();
        assert_eq!((again.posted, again.skipped), (0, 1391), "a second run imports nothing");
        for (date, balances) in expected() {
            let found = trial_balance(&books.app, &books.call, Some(date), None).unwrap();
            assert!(found.balanced());
            assert_balances(
                date,
                &balances,
                found.rows.iter().map(|row| (row.account.number.clone(), row.debit_total - row.credit_total)),
            );
        }
        assert_eq!(verify(&books.app, &books.call).unwrap().problems, Vec::<String>::new());
    });
}
