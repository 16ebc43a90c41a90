//! Entries that accountants make by hand: T28 and T29, and what they may not name.

use partita_application::Error;
use partita_application::journal_entry::{ImportEntry, import, post, restore};
use partita_application::settings::{self, SettingsDraft};
use partita_domain::hash::Hash;
use partita_domain::journal_entry::LineDraft;
use partita_domain::settings::TradePolicy;
use partita_tests::books::{Books, for_each_founded};
use partita_tests::fixtures::{draft, line};
use time::macros::date;

/// Posts the lines; answers number, debit and credit of each, as they were booked.
fn booked(books: &Books, lines: Vec<LineDraft>) -> Vec<(String, i64, i64)> {
    let entry = post(&books.app, &books.call, &draft(date!(2026 - 03 - 31), lines)).unwrap().value;
    let sides = entry.lines.iter().map(|line| (line.base_debit, line.base_credit));
    let sum = sides.fold((0, 0), |sum, (debit, credit)| (sum.0 + debit, sum.1 + credit));
    assert_eq!(sum.0, sum.1, "I1");
    entry.lines.into_iter().map(|line| (line.account_number, line.debit, line.credit)).collect()
}

fn told(lines: &[(&str, i64, i64)]) -> Vec<(String, i64, i64)> {
    lines.iter().map(|(number, debit, credit)| ((*number).to_owned(), *debit, *credit)).collect()
}

#[test]
fn t28_expense_claims_and_what_owners_take_and_bring() {
    for_each_founded(|books| {
        for case in [
            // An employee has paid for a journey, and is owed the money; then it is paid.
            [("6360", 24_000, 0), ("2450", 0, 24_000)],
            [("2450", 24_000, 0), ("1000", 0, 24_000)],
            // Drawings and contributions touch equity alone, never the result.
            [("3200", 50_000, 0), ("1000", 0, 50_000)],
            [("1000", 80_000, 0), ("3100", 0, 80_000)],
        ] {
            let lines = case.map(|(number, debit, credit)| line(number, debit, credit)).to_vec();
            assert_eq!(booked(books, lines), told(&case));
        }
    });
}

#[test]
fn t29_a_payroll_entry_owes_net_pay_tax_and_social_security() {
    for_each_founded(|books| {
        let case = [
            ("6200", 500_000, 0),
            ("6210", 38_250, 0),
            ("2450", 0, 376_750),
            ("2310", 0, 141_500),
            ("2320", 0, 20_000),
        ];
        let lines = case.map(|(number, debit, credit)| line(number, debit, credit)).to_vec();
        assert_eq!(booked(books, lines), told(&case));
    });
}

#[test]
fn what_is_imported_is_refused_like_what_is_posted_where_control_accounts_are_locked() {
    for_each_founded(|books| {
        let (app, call) = (&books.app, &books.call);
        let owed = draft(date!(2026 - 03 - 31), vec![line("1100", 500, 0), line("4000", 0, 500)]);
        let entry =
            |number: u8| ImportEntry { draft: owed.clone(), fingerprint: Hash::of(&[number]), occurrence: 0 };
        assert_eq!(import(app, call, &[entry(1)]).unwrap().posted, 1);
        let now = settings::find(app, call).unwrap();
        let locked = SettingsDraft {
            default_accounts: now.default_accounts,
            cors_allowlist: now.cors_allowlist,
            closed_period_policy: now.closed_period_policy,
            default_rate_limits: now.default_rate_limits,
            trade: Some(TradePolicy { lock_control_accounts: true, ..now.trade }),
        };
        let _ = settings::revise(app, call, None, &locked).unwrap();
        let Err(Error::Refused(refusals)) = import(app, call, &[entry(2)]) else { panic!("it was imported") };
        let told = (refusals[0].code(), refusals[0].at().unwrap().into_owned());
        assert_eq!(told, ("control_account", "entries[0].lines[0].account_number".to_owned()));
        // Whole books come back as they were: what was there already is passed over.
        let chain = partita_application::journal_entry::chain(app, call, 0, 10).unwrap();
        assert_eq!(restore(app, call, &chain).unwrap().skipped, 1);
    });
}
