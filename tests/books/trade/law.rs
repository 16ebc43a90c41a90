//! The invariants, each by its number.

use super::command::day;
use super::state::State;
use partita_application::ageing::ageing;
use partita_application::balance::trial_balance;
use partita_application::inventory::valuation;
use partita_application::journal_entry::{PostingMode, ReversalDraft, chain, post, reverse};
use partita_application::payment;
use partita_application::tax_entry::summary;
use partita_application::verify::verify;
use partita_domain::account::Category;
use partita_domain::document::{Document, DocumentState};
use partita_domain::fiscal_calendar::LATEST;
use partita_domain::id::AccountId;
use partita_domain::journal_entry::{AccountRef, EntryDraft, JournalEntry, LineDraft};
use partita_domain::payment::PaymentApplication;
use partita_domain::tax::{TaxKind, Trade};
use partita_tests::books::Books;
use std::collections::BTreeMap;
use time::{Date, Duration};

/// All days on which something may have happened, and the last there is.
fn days() -> Vec<Date> {
    (0..8).map(day).chain([LATEST]).collect()
}

/// Checks what the state alone does not tell. Answers what the reports say, which must be the same on every store.
pub(super) fn check(books: &Books, state: &State) -> Vec<String> {
    let entries = chain(&books.app, &books.call, 0, 10_000).unwrap();
    i1_entries_balance(&entries);
    i2_assets_are_liabilities_equity_and_result(books);
    i3_stocks_are_worth_what_their_accounts_hold(books);
    i4_balances_are_the_sums_of_lines(books, &entries);
    i7_parts_are_the_whole(books, state);
    t18_the_return_has_what_the_account_of_the_tax_has(books);
    i9_reports_follow_from_entries_and_dates(books)
}

/// Checks what changes the books.
pub(super) fn check_last(books: &Books, state: &State) {
    let entries = chain(&books.app, &books.call, 0, 10_000).unwrap();
    i6_what_is_reversed_and_posted_again_leaves_balances(books, state, &entries);
    assert_eq!(verify(&books.app, &books.call).unwrap().problems, Vec::<String>::new());
}

/// What the reports say on a day amid the commands and at the end.
pub(super) fn reports(books: &Books) -> Vec<String> {
    let (app, call) = (&books.app, &books.call);
    let each = [day(4), LATEST].into_iter().map(|on| {
        let balance = trial_balance(app, call, Some(on), None).unwrap();
        let sales = ageing(app, call, Trade::Sale, Some(on), None).unwrap();
        let purchases = ageing(app, call, Trade::Purchase, Some(on), None).unwrap();
        let stocks = valuation(app, call, Some(on)).unwrap();
        let taxes = summary(app, call, day(0), on).unwrap();
        format!("{balance:?} {sales:?} {purchases:?} {stocks:?} {taxes:?}")
    });
    each.collect()
}

/// Of the tax that is due on payment the return has what has moved on to its account, to the cent.
fn t18_the_return_has_what_the_account_of_the_tax_has(books: &Books) {
    let told = summary(&books.app, &books.call, day(0), LATEST).unwrap();
    let of_code = told.codes.iter().filter(|(code, _)| code.pending_account_id.is_some());
    let declared: i64 = of_code
        .map(|(_, sum)| match sum.trade {
            Trade::Sale => -sum.amounts.tax,
            Trade::Purchase => sum.amounts.recoverable,
        })
        .sum();
    let balance = trial_balance(&books.app, &books.call, Some(LATEST), None).unwrap();
    let row = balance.rows.iter().find(|row| row.account.number == "2310");
    assert_eq!(row.map_or(0, |row| row.debit_total - row.credit_total), declared, "T18");
}

fn i1_entries_balance(entries: &[JournalEntry]) {
    for entry in entries {
        let sum = |of: fn(&partita_domain::journal_entry::Line) -> (i64, i64)| {
            entry
                .lines
                .iter()
                .map(of)
                .map(|(debit, credit)| i128::from(debit) - i128::from(credit))
                .sum::<i128>()
        };
        let number = &entry.entry_number;
        assert_eq!(sum(|line| (line.base_debit, line.base_credit)), 0, "I1: {number} in base currency");
        assert_eq!(sum(|line| (line.debit, line.credit)), 0, "I1: {number} in {}", entry.currency_code);
    }
}

fn i2_assets_are_liabilities_equity_and_result(books: &Books) {
    for day in days() {
        let balance = trial_balance(&books.app, &books.call, Some(day), None).unwrap();
        assert!(balance.balanced(), "I2: debit and credit on {day}");
        let of = |wanted: Category| {
            let rows = balance.rows.iter().filter(|row| row.account.account_type.category() == wanted);
            rows.map(|row| i128::from(row.debit_total) - i128::from(row.credit_total)).sum::<i128>()
        };
        let result = -of(Category::Revenue) - of(Category::Expense);
        let owed = -of(Category::Liability) - of(Category::Equity);
        assert_eq!(of(Category::Asset), owed + result, "I2: on {day}");
    }
}

fn i3_stocks_are_worth_what_their_accounts_hold(books: &Books) {
    for day in days() {
        let valued = valuation(&books.app, &books.call, Some(day)).unwrap();
        for account in &valued.accounts {
            assert_eq!(account.stock_value, account.balance, "I3: {} on {day}", account.account.number);
        }
        for trade in [Trade::Sale, Trade::Purchase] {
            let report = ageing(&books.app, &books.call, trade, Some(day), None).unwrap();
            for account in &report.accounts {
                assert_eq!(account.open, account.balance, "I3: {} on {day}", account.account.number);
            }
        }
    }
}

fn i4_balances_are_the_sums_of_lines(books: &Books, entries: &[JournalEntry]) {
    for day in days() {
        let mut sums: BTreeMap<AccountId, (i64, i64)> = BTreeMap::new();
        for line in entries.iter().filter(|entry| entry.date <= day).flat_map(|entry| &entry.lines) {
            let sum = sums.entry(line.account_id).or_default();
            *sum = (sum.0 + line.base_debit, sum.1 + line.base_credit);
        }
        sums.retain(|_, sum| *sum != (0, 0));
        let balance = trial_balance(&books.app, &books.call, Some(day), None).unwrap();
        let rows = balance.rows.iter().map(|row| (row.account.id, (row.debit_total, row.credit_total)));
        let rows: BTreeMap<_, _> = rows.filter(|(_, sum)| *sum != (0, 0)).collect();
        assert_eq!(rows, sums, "I4: on {day}");
    }
}

/// Entries by hand, reversed in their own period and posted again: every balance is what it was.
fn i6_what_is_reversed_and_posted_again_leaves_balances(
    books: &Books,
    state: &State,
    entries: &[JournalEntry],
) {
    let balances = || super::state::state(books).balances();
    let before = balances();
    for id in state.by_hand.iter().take(3) {
        let entry = entries.iter().find(|entry| entry.id == *id).unwrap();
        let draft = ReversalDraft { posting_mode: PostingMode::OriginalPeriod, ..ReversalDraft::default() };
        let _ = reverse(&books.app, &books.call, *id, &draft).unwrap();
        let line = |line: &partita_domain::journal_entry::Line| LineDraft {
            account: AccountRef::Id(line.account_id),
            debit: line.debit,
            credit: line.credit,
            base_debit: Some(line.base_debit),
            base_credit: Some(line.base_credit),
            description: line.description.clone(),
            dimensions: line.dimensions,
        };
        let mut again = EntryDraft::new(entry.date, entry.lines.iter().map(line).collect());
        again.currency = Some(entry.currency_code);
        again.exchange_rate = Some(entry.exchange_rate);
        let _ = post(&books.app, &books.call, &again).unwrap();
        assert_eq!(balances(), before, "I6: {}", entry.entry_number);
    }
}

fn i7_parts_are_the_whole(books: &Books, state: &State) {
    for document in state.documents.iter().filter(|document| document.state == DocumentState::Posted) {
        i7_lines_and_taxes_are_the_total(document);
    }
    for payment in &state.payments {
        let paid = payment::find(&books.app, &books.call, payment.id).unwrap();
        let taken: i64 = PaymentApplication::live(&paid.applications).iter().map(|each| each.taken()).sum();
        let whole = if payment.void_entry_id.is_some() { taken } else { payment.amount };
        let parts = taken + payment.unapplied + payment.used + payment.refunded;
        assert_eq!(parts, whole, "I7: {} is used up exactly", payment.number);
    }
}

fn i7_lines_and_taxes_are_the_total(document: &Document) {
    let (number, totals) = (&document.number, &document.totals);
    let net: i64 = document.lines.iter().map(|line| line.amount).sum();
    let tax: i64 = document.lines.iter().map(|line| line.tax_amount).sum();
    assert_eq!((net, tax), (totals.subtotal, totals.tax_total), "I7: lines of {number:?}");
    assert_eq!(net + tax, totals.total, "I7: total of {number:?}");
    let charged = |kind| kind == TaxKind::Charged;
    let by_code: i64 = document.taxes.iter().filter(|tax| charged(tax.kind)).map(|tax| tax.amount).sum();
    assert_eq!(by_code, totals.tax_total, "I7: taxes of {number:?}");
}

/// Asked again at another time, every report says the same, and nothing was written.
fn i9_reports_follow_from_entries_and_dates(books: &Books) -> Vec<String> {
    let head = || books.app.store.read(books.company.id, |tx| Ok(tx.ledger_heads().get()?)).unwrap();
    let (before, first) = (head(), reports(books));
    books.clock.advance(Duration::days(40));
    assert_eq!(reports(books), first, "I9: asked at another time");
    assert_eq!(head(), before, "I9: reading writes nothing");
    first
}
