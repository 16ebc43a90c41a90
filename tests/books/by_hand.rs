//! Entries that accountants make by hand: T28 and T29.

use partita_application::journal_entry::post;
use partita_domain::journal_entry::LineDraft;
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
