//! Kept balances.

use partita_application::ports::{BalanceSpan, Grain};
use partita_domain::balance::{AccountTotals, BalanceChange, Totals};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::AccountId;
use partita_domain::journal_entry::{EntryDraft, JournalEntry};
use partita_domain::money::Currency;
use partita_domain::period::PeriodKey;
use partita_tests::fixtures::{COMPANY, OTHER, account_id, currency, draft, id, line, period, post, reverse};
use partita_tests::stores::{for_each_books, read, read_of, try_write, write};
use std::collections::BTreeMap;
use std::sync::Arc;
use time::macros::date;
use time::{Date, Duration};

type Store = Arc<dyn partita_application::ports::Store>;

fn change(account: &str, period_name: &str, date: Date, debit: i64, credit: i64) -> BalanceChange {
    BalanceChange {
        account_id: account_id(account),
        currency: Currency::USD,
        period: period(period_name),
        date,
        totals: Totals { debit, credit, base_debit: debit, base_credit: credit },
    }
}

fn span(from: Option<Date>, to: Date) -> BalanceSpan {
    BalanceSpan { from, to, account_id: None, without: Vec::new() }
}

#[test]
fn changes_are_added_to_both_grains() {
    for_each_books(|store| {
        let (first, second) = (date!(2026 - 01 - 05), date!(2026 - 01 - 20));
        write(store, |tx| {
            tx.balances().add(&[])?;
            tx.balances().add(&[
                change("1000", "2026-01", first, 100, 0),
                change("4000", "2026-01", first, 0, 100),
                change("1000", "2026-01", first, 0, 30),
            ])?;
            tx.balances().add(&[change("1000", "2026-01", second, 5, 0)])
        });
        write(store, |tx| tx.balances().add(&[change("1000", "2026-01", first, 1, 2)]));
        read(store, |tx| {
            assert_eq!(
                tx.balances().kept(Grain::Day)?,
                [
                    change("1000", "2026-01", first, 101, 32),
                    change("1000", "2026-01", second, 5, 0),
                    change("4000", "2026-01", first, 0, 100),
                ]
            );
            assert_eq!(
                tx.balances().kept(Grain::Month)?,
                [
                    change("1000", "2026-01", date!(2026 - 01 - 01), 106, 32),
                    change("4000", "2026-01", date!(2026 - 01 - 01), 0, 100),
                ]
            );
            Ok(())
        });
        read_of(store, OTHER, |tx| {
            assert_eq!(tx.balances().kept(Grain::Day)?, []);
            assert_eq!(tx.balances().kept(Grain::Month)?, []);
            assert_eq!(tx.balances().totals(&span(None, second))?, []);
            Ok(())
        });
    });
}

#[test]
fn rows_are_ordered_by_account_currency_period_and_date() {
    for_each_books(|store| {
        let december = date!(2026 - 12 - 31);
        let foreign =
            |code| BalanceChange { currency: currency(code), ..change("1000", "2026-12", december, 1, 0) };
        let ordered = [
            foreign("CHF"),
            foreign("EUR"),
            change("1000", "2026-12", date!(2026 - 12 - 01), 1, 0),
            change("1000", "2026-12", december, 2, 0),
            change("1000", "2026-P13", december, 3, 0),
            change("1000", "2026-P14", december, 4, 0),
            change("1000", "2027-01", date!(2027 - 01 - 01), 5, 0),
            change("4000", "1900-01", date!(1900 - 01 - 01), 6, 0),
            change("4000", "2199-12", date!(2199 - 12 - 31), 7, 0),
        ];
        let shuffled = [4, 8, 0, 6, 2, 7, 1, 5, 3].map(|i: usize| ordered[i]);
        write(store, |tx| tx.balances().add(&shuffled));
        assert_eq!(read(store, |tx| tx.balances().kept(Grain::Day)), ordered);
        let months = read(store, |tx| tx.balances().kept(Grain::Month));
        let periods: Vec<String> = months.iter().map(|row| row.period.to_string()).collect();
        assert_eq!(
            periods,
            ["2026-12", "2026-12", "2026-12", "2026-P13", "2026-P14", "2027-01", "1900-01", "2199-12"]
        );
        assert!(months.iter().all(|row| row.date.day() == 1));
        assert_eq!(months[2].totals.debit, 3);
        let totals = read(store, |tx| tx.balances().totals(&span(None, date!(2199 - 12 - 31))));
        let order: Vec<(AccountId, &str)> =
            totals.iter().map(|totals| (totals.account_id, totals.currency.code())).collect();
        let (bank, sales) = (account_id("1000"), account_id("4000"));
        assert_eq!(order, [(bank, "CHF"), (bank, "EUR"), (bank, "USD"), (sales, "USD")]);
    });
}

#[test]
fn sums_reach_the_limits_of_their_range() {
    for_each_books(|store| {
        let day = date!(2026 - 01 - 05);
        let half = i64::MAX / 2;
        write(store, |tx| {
            tx.balances().add(&[change("1000", "2026-01", day, half, 0)])?;
            tx.balances().add(&[change("1000", "2026-01", day + Duration::DAY, half + 1, 0)])
        });
        for span in [
            span(None, day + Duration::DAY),
            span(Some(day), date!(2026 - 01 - 31)),
            span(None, date!(2026 - 02 - 01)),
        ] {
            let totals = read(store, |tx| tx.balances().totals(&span));
            assert_eq!(totals[0].totals.debit, i64::MAX, "{span:?}");
        }
        let beyond = try_write(store, |tx| tx.balances().add(&[change("1000", "2026-01", day, i64::MAX, 0)]));
        assert!(beyond.is_err(), "a sum never wraps and never turns into a float");
        assert_eq!(read(store, |tx| tx.balances().kept(Grain::Month))[0].totals.debit, i64::MAX);
    });
}

#[test]
fn history_is_what_was_ever_posted() {
    for_each_books(|store| {
        assert!(!read(store, |tx| tx.balances().has_history(account_id("1000"))));
        let sale = draft(date!(2026 - 01 - 05), vec![line("1000", 5, 0), line("4000", 0, 5)]);
        store.write(COMPANY, |tx| post(tx, 1, sale.clone())).unwrap();
        store.write(COMPANY, |tx| reverse(tx, 2, id(1), date!(2026 - 01 - 06))).unwrap();
        for (account, history) in [("1000", true), ("4000", true), ("6000", false)] {
            assert_eq!(
                read(store, |tx| tx.balances().has_history(account_id(account))),
                history,
                "{account}"
            );
        }
        assert!(!read_of(store, OTHER, |tx| tx.balances().has_history(account_id("1000"))));
        assert!(!read(store, |tx| tx.balances().has_history(id(404))));
    });
}

#[test]
fn an_account_has_to_exist() {
    for_each_books(|store| {
        let stranger =
            BalanceChange { account_id: id(404), ..change("1000", "2026-01", date!(2026 - 01 - 05), 1, 0) };
        assert!(try_write(store, |tx| tx.balances().add(&[stranger])).is_err());
        assert_eq!(read(store, |tx| tx.balances().kept(Grain::Day)), []);
    });
}

/// Many postings over fifteen months: every day of some months, two currencies, adjustments, reversals.
fn busy_books(store: &Store) -> Vec<JournalEntry> {
    const DAYS: i64 = 456;
    let (begin, accounts) = (date!(2025 - 11 - 10), ["1000", "1100", "2000", "4000", "6000"]);
    let mut seed = 7_i64;
    let mut random = |below: i64| {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        (seed >> 8) % below
    };
    let mut entries = Vec::new();
    for number in 1..=150_u128 {
        let mut date = begin + Duration::days(random(DAYS));
        let adjustment_period = (number % 11 == 0).then_some(13 + u8::try_from(number % 2).unwrap());
        if adjustment_period.is_some() {
            date = if number % 3 == 0 { date!(2025 - 12 - 31) } else { date!(2026 - 12 - 15) };
        }
        let amount = 1 + random(1_000_000);
        let mut pick = || accounts[usize::try_from(random(5)).unwrap()];
        let plain =
            draft(date, vec![line(pick(), amount, 0), line(pick(), amount, 0), line(pick(), 0, 2 * amount)]);
        let foreign = (number % 4 == 0).then_some(Currency::EUR);
        let rate = foreign.map(|_| ExchangeRate::from_millionths(1_081_237).unwrap());
        let draft = EntryDraft { adjustment_period, currency: foreign, exchange_rate: rate, ..plain };
        entries.push(store.write(COMPANY, |tx| post(tx, number, draft.clone())).unwrap());
        if number % 10 == 0 {
            let reversal = store.write(COMPANY, |tx| reverse(tx, 1_000 + number, id(number), date));
            entries.push(reversal.unwrap());
        }
    }
    entries
}

/// What a span should be, from the entries alone.
fn expected(entries: &[JournalEntry], span: &BalanceSpan) -> Vec<AccountTotals> {
    let mut sums: BTreeMap<(AccountId, Currency), Totals> = BTreeMap::new();
    for change in entries.iter().flat_map(JournalEntry::balance_changes) {
        if span.from.is_none_or(|from| change.date >= from)
            && change.date <= span.to
            && span.account_id.is_none_or(|id| change.account_id == id)
            && !span.without.contains(&change.period)
        {
            let sum = sums.entry((change.account_id, change.currency)).or_default();
            *sum = sum.checked_add(change.totals).unwrap();
        }
    }
    sums.into_iter()
        .map(|((account_id, currency), totals)| AccountTotals { account_id, currency, totals })
        .collect()
}

#[test]
fn spans_sum_whole_and_broken_months() {
    for_each_books(|store| {
        let entries = busy_books(store);
        let dates = [
            date!(2025 - 11 - 01),
            date!(2025 - 11 - 30),
            date!(2025 - 12 - 01),
            date!(2025 - 12 - 30),
            date!(2025 - 12 - 31),
            date!(2026 - 01 - 01),
            date!(2026 - 02 - 14),
            date!(2026 - 02 - 28),
            date!(2026 - 03 - 01),
            date!(2026 - 12 - 15),
            date!(2026 - 12 - 31),
            date!(2027 - 01 - 01),
            date!(2027 - 02 - 20),
        ];
        let adjustments: Vec<PeriodKey> =
            ["2025-P13", "2025-P14", "2026-P13", "2026-P14"].map(period).to_vec();
        read(store, |tx| {
            for without in [Vec::new(), adjustments.clone(), adjustments[2..3].to_vec()] {
                for account_id in [None, Some(account_id("1000"))] {
                    for to in dates {
                        for from in std::iter::once(None).chain(dates.map(Some)) {
                            let span = BalanceSpan { from, to, account_id, without: without.clone() };
                            assert_eq!(tx.balances().totals(&span)?, expected(&entries, &span), "{span:?}");
                        }
                    }
                }
            }
            Ok(())
        });
    });
}

#[test]
fn what_is_rebuilt_from_the_lines_is_what_was_kept() {
    for_each_books(|store| {
        let entries = busy_books(store);
        read(store, |tx| {
            for grain in [Grain::Day, Grain::Month] {
                let kept = tx.balances().kept(grain)?;
                assert!(kept.len() > 10);
                assert_eq!(tx.balances().rebuilt(grain)?, kept, "{grain:?}");
            }
            Ok(())
        });
        // What is kept without a line is not rebuilt: that is how a difference is found.
        write(store, |tx| tx.balances().add(&[change("3000", "2026-01", date!(2026 - 01 - 05), 1, 0)]));
        read(store, |tx| {
            let (kept, rebuilt) = (tx.balances().kept(Grain::Day)?, tx.balances().rebuilt(Grain::Day)?);
            assert_eq!(kept.len(), rebuilt.len() + 1);
            Ok(())
        });
        assert_eq!(read_of(store, OTHER, |tx| tx.balances().rebuilt(Grain::Month)), []);
        let turnover = read(store, |tx| tx.ledger_heads().get()).turnover;
        assert_eq!(turnover, entries.iter().map(JournalEntry::turnover).sum::<i64>());
    });
}
