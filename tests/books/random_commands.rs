//! Laws: whatever commands come in, all stores end in the same state with the same chain hashes, the trial balance
//! balances, and the books verify (I1, I2, I4, I6, I8).

use partita_application::balance::trial_balance;
use partita_application::call::IdempotencyKey;
use partita_application::journal_entry::{PostingMode, ReversalDraft, chain, post, post_batch, reverse};
use partita_application::ports::LedgerHead;
use partita_application::verify::verify;
use partita_application::{Call, account, period};
use partita_domain::account::{AccountDraft, AccountType};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::hash::Hash;
use partita_domain::journal_entry::{EntryDraft, LineDraft};
use partita_domain::metadata::Metadata;
use partita_domain::money::Currency;
use partita_tests::books::Books;
use partita_tests::fixtures::{draft, line};
use partita_tests::stores::for_each_store;
use proptest::prelude::*;
use std::cell::RefCell;
use time::macros::date;
use time::{Date, Duration};

const ACCOUNTS: [&str; 6] = ["1000", "2000", "3900", "4000", "6000", "7777"];

#[derive(Clone, Debug)]
enum Command {
    Post { draft: EntryDraft, key: Option<u8> },
    Batch { drafts: Vec<EntryDraft>, atomic: bool, dry_run: bool },
    Reverse { nth: usize, original_period: bool },
    Open { number: u16 },
    SoftLock { month: u8 },
    Reopen { month: u8 },
    Lock { month: u8 },
}

fn lines() -> impl Strategy<Value = Vec<LineDraft>> {
    let parts = prop::collection::vec((0..ACCOUNTS.len(), 1..100_000_i64), 1..5);
    // One in ten is out of balance by a cent.
    (parts, 0..ACCOUNTS.len(), 0..10_u8).prop_map(|(parts, contra, off)| {
        let sum: i64 = parts.iter().map(|(_, amount)| amount).sum();
        let mut lines: Vec<LineDraft> =
            parts.into_iter().map(|(account, amount)| line(ACCOUNTS[account], amount, 0)).collect();
        lines.push(line(ACCOUNTS[contra], 0, sum + i64::from(off == 0)));
        lines
    })
}

fn day() -> impl Strategy<Value = Date> {
    (0..200_i64).prop_map(|days| date!(2025 - 10 - 01) + Duration::days(days))
}

fn entry() -> impl Strategy<Value = EntryDraft> {
    (day(), lines(), prop::option::of(1..3_000_000_i64), prop::option::of(0..20_u8), any::<bool>()).prop_map(
        |(day, lines, rate, external, adjusts)| {
            let adjustment_period = (adjusts && day.month() == time::Month::December).then_some(13);
            EntryDraft {
                currency: rate.map(|_| Currency::EUR),
                exchange_rate: rate.map(|rate| ExchangeRate::from_millionths(rate).unwrap()),
                external_id: external.map(|id| format!("x-{id}")),
                adjustment_period,
                ..draft(day, lines)
            }
        },
    )
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        8 => (entry(), prop::option::of(0..10_u8)).prop_map(|(draft, key)| Command::Post { draft, key }),
        2 => (prop::collection::vec(entry(), 1..6), any::<bool>(), any::<bool>())
            .prop_map(|(drafts, atomic, dry_run)| Command::Batch { drafts, atomic, dry_run }),
        3 => (0..40_usize, any::<bool>()).prop_map(|(nth, original_period)| Command::Reverse { nth, original_period }),
        1 => (7770..7780_u16).prop_map(|number| Command::Open { number }),
        1 => (1..=4_u8).prop_map(|month| Command::SoftLock { month }),
        1 => (1..=4_u8).prop_map(|month| Command::Reopen { month }),
        1 => (1..=4_u8).prop_map(|month| Command::Lock { month }),
    ]
}

/// Runs a command; what it answers must be the same on every store too.
fn run(books: &Books, command: &Command) -> String {
    let (app, call) = (&books.app, &books.call);
    let key = |month: &u8| format!("2026-{month:02}").parse().unwrap();
    let told = |outcome: Result<String, partita_application::Error>| {
        outcome.unwrap_or_else(|error| error.to_string())
    };
    match command {
        Command::Post { draft, key } => {
            let fingerprint = Hash::of(format!("{draft:?}").as_bytes());
            let idempotency = key.map(|key| IdempotencyKey { key: key.to_string(), fingerprint });
            let call = Call { idempotency, ..call.clone() };
            told(post(app, &call, draft).map(|done| format!("{} {}", done.value.hash, done.replayed)))
        }
        Command::Batch { drafts, atomic, dry_run } => {
            let call = Call { dry_run: *dry_run, ..call.clone() };
            told(post_batch(app, &call, drafts, *atomic).map(|done| format!("{:?}", done.value)))
        }
        Command::Reverse { nth, original_period } => {
            let entries = chain(app, call, 0, 1_000).unwrap();
            let Some(entry) = entries.get(*nth % entries.len().max(1)) else { return "nothing".to_owned() };
            let posting_mode =
                if *original_period { PostingMode::OriginalPeriod } else { PostingMode::CurrentPeriod };
            let draft = ReversalDraft { posting_mode, ..ReversalDraft::default() };
            told(reverse(app, call, entry.id, &draft).map(|done| done.value.hash.to_string()))
        }
        Command::Open { number } => {
            let draft = AccountDraft {
                external_id: None,
                number: number.to_string(),
                name: "Opened meanwhile".to_owned(),
                account_type: AccountType::Expense,
                parent_id: None,
                currency_code: None,
                description: None,
                report_group: None,
                is_active: true,
                is_cash: None,
                metadata: Metadata::default(),
            };
            told(account::open(app, call, &draft).map(|done| done.value.id.to_string()))
        }
        Command::SoftLock { month } => {
            told(period::soft_lock(app, call, key(month), None).map(|done| format!("{:?}", done.value)))
        }
        Command::Reopen { month } => {
            told(period::reopen(app, call, key(month), "again").map(|done| format!("{:?}", done.value)))
        }
        Command::Lock { month } => told(
            period::request_lock(app, call, key(month), None)
                .and_then(|request| period::approve_lock(app, call, key(month), request.value.id))
                .map(|done| format!("{:?}", done.value)),
        ),
    }
}

/// The heads of both chains and the trial balance.
type State = (LedgerHead, String);

/// What a store is left with.
fn state(books: &Books) -> State {
    let head = books.app.store.read(books.company.id, |tx| Ok(tx.ledger_heads().get()?)).unwrap();
    let balance = trial_balance(&books.app, &books.call, Some(date!(2026 - 12 - 31)), None).unwrap();
    assert!(balance.balanced(), "{} != {}", balance.total_debit, balance.total_credit);
    let verification = verify(&books.app, &books.call).unwrap();
    assert_eq!(verification.problems, Vec::<String>::new());
    (head, format!("{balance:?}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_stores_end_in_the_same_state(commands in prop::collection::vec(command(), 1..40)) {
        let seen: RefCell<Option<(Vec<String>, State)>> = RefCell::default();
        for_each_store(|store| {
            let books = Books::found(store, Some("us-small-business"));
            let answers: Vec<String> = commands.iter().map(|command| run(&books, command)).collect();
            let end = (answers, state(&books));
            let first = seen.borrow_mut().get_or_insert_with(|| end.clone()).clone();
            assert_eq!(end, first, "this store differs from the first one");
        });
    }
}
