use super::*;
use crate::account::{AccountDraft, AccountType};
use std::sync::Arc;
use time::macros::{date, datetime};
use uuid::Uuid;

fn account(number: u128, account_type: AccountType, currency_code: Option<Currency>) -> Arc<Account> {
    let draft = AccountDraft {
        external_id: None,
        number: number.to_string(),
        name: "An account".to_owned(),
        account_type,
        parent_id: None,
        currency_code,
        description: None,
        report_group: None,
        is_active: true,
        is_cash: None,
        metadata: Metadata::default(),
    };
    Arc::new(Account::open(AccountId(Uuid::from_u128(number)), draft, datetime!(2026-01-01 0:00)).unwrap())
}

fn chart() -> Chart {
    Chart::of(vec![
        account(1000, AccountType::Bank, None),
        account(1100, AccountType::Bank, Some(Currency::USD)),
        account(4000, AccountType::Income, None),
        account(7990, AccountType::OtherExpense, None),
        Arc::new(Account { is_active: false, ..(*account(9999, AccountType::Expense, None)).clone() }),
    ])
}

fn posting(chart: &Chart) -> Posting<'_> {
    Posting {
        id: EntryId(Uuid::from_u128(77)),
        position: 1,
        previous_hash: Hash::GENESIS,
        entry_number: "JE-2026-000001".to_owned(),
        period: PeriodKey::Month { year: 2026, month: 3 },
        fiscal_year: 2026,
        created_at: datetime!(2026-03-31 12:00),
        created_by: Actor::System,
        base_currency: Currency::EUR,
        accounts: chart,
        rounding: chart.get(&AccountRef::Number("7990".to_owned())),
    }
}

fn line(number: &str, debit: i64, credit: i64) -> LineDraft {
    LineDraft { credit, ..LineDraft::debit(number, debit) }
}

fn draft(lines: Vec<LineDraft>) -> EntryDraft {
    EntryDraft::new(date!(2026 - 03 - 31), lines)
}

fn refused(draft: EntryDraft) -> Vec<Refusal> {
    let chart = chart();
    JournalEntry::post(draft, posting(&chart)).unwrap_err()
}

fn posted(draft: EntryDraft) -> JournalEntry {
    let chart = chart();
    JournalEntry::post(draft, posting(&chart)).unwrap()
}

#[test]
fn i1_debits_equal_credits_and_the_message_names_both() {
    let refusals = refused(draft(vec![line("1000", 10_000, 0), line("4000", 0, 9_900)]));
    assert_eq!(refusals[0].to_string(), "Journal entry does not balance: debits 100.00 != credits 99.00");
    assert_eq!(refusals[0].constraint(), Some(Constraint::DoubleEntryBalance));
    assert_eq!(refusals[0].at().as_deref(), Some("lines"));
}

#[test]
fn lines_are_two_or_more_and_one_sided() {
    assert_eq!(refused(draft(vec![line("1000", 1, 0)]))[0].constraint(), Some(Constraint::MinLines));
    assert_eq!(refused(draft(vec![line("1000", 1, 1), line("4000", 0, 0)])).len(), 2);
    assert_eq!(
        refused(draft(vec![line("1000", -1, 0), line("4000", 0, -1)]))[0].constraint(),
        Some(Constraint::Range)
    );
    assert_eq!(
        refused(draft(vec![line("1000", i64::MAX, 0), line("4000", 0, i64::MAX)]))[0].constraint(),
        Some(Constraint::Range)
    );
    assert_eq!(
        refused(draft(vec![line("1000", 1, 0); MAX_LINES + 1]))[0].constraint(),
        Some(Constraint::Length)
    );
}

#[test]
fn accounts_exist_are_active_and_take_the_currency() {
    let constraint =
        |number: &str| refused(draft(vec![line(number, 1, 0), line("4000", 0, 1)]))[0].constraint();
    assert_eq!(constraint("1234"), Some(Constraint::Exists));
    assert_eq!(constraint("9999"), Some(Constraint::Active));
    assert_eq!(constraint("1100"), Some(Constraint::Currency));
}

#[test]
fn a_foreign_entry_balances_in_both_currencies() {
    let foreign = EntryDraft {
        currency: Some(Currency::USD),
        exchange_rate: Some(ExchangeRate::from_millionths(920_000).unwrap()),
        ..draft(vec![line("1100", 100_000, 0), line("4000", 0, 100_000)])
    };
    let entry = posted(foreign.clone());
    assert_eq!((entry.lines[0].base_debit, entry.lines[1].base_credit), (92_000, 92_000));
    assert_eq!(
        refused(EntryDraft { exchange_rate: None, ..foreign })[0].constraint(),
        Some(Constraint::Required)
    );
}

#[test]
fn the_cents_that_remain_go_to_the_rounding_account() {
    let entry = posted(EntryDraft {
        currency: Some(Currency::USD),
        exchange_rate: Some(ExchangeRate::from_millionths(1_234_500).unwrap()),
        ..draft(vec![
            line("1000", 3_333, 0),
            line("1000", 3_333, 0),
            line("1000", 3_334, 0),
            line("4000", 0, 10_000),
        ])
    });
    // 41.15 + 41.15 + 41.16 = 123.46 against 123.45: T35.
    let rounding = entry.lines.last().unwrap();
    assert_eq!(
        (rounding.account_number.as_str(), rounding.base_credit, rounding.debit, rounding.credit),
        ("7990", 1, 0, 0)
    );
    let (debits, credits) =
        entry.lines.iter().fold((0, 0), |(d, c), l| (d + l.base_debit, c + l.base_credit));
    assert_eq!(debits, credits);
}

#[test]
fn given_base_amounts_must_balance_by_themselves() {
    let mut lines = vec![line("1100", 100, 0), line("4000", 0, 100)];
    lines[0].base_debit = Some(92);
    lines[1].base_credit = Some(90);
    let refusals = refused(EntryDraft {
        currency: Some(Currency::USD),
        exchange_rate: Some(ExchangeRate::from_millionths(920_000).unwrap()),
        ..draft(lines)
    });
    assert!(
        matches!(refusals[0], Refusal::Unbalanced { currency: Currency::EUR, debits: 92, credits: 90 }),
        "{refusals:?}"
    );
}

#[test]
fn t67_a_reversal_mirrors_amounts_and_base_amounts_and_happens_once() {
    let chart = chart();
    let entry = posted(EntryDraft {
        currency: Some(Currency::USD),
        exchange_rate: Some(ExchangeRate::from_millionths(920_000).unwrap()),
        ..draft(vec![line("1100", 100_000, 0), line("4000", 0, 100_000)])
    });
    let reversal = entry.reverse(date!(2026 - 04 - 01), None, None, posting(&chart)).unwrap();
    assert_eq!((reversal.lines[0].credit, reversal.lines[0].base_credit), (100_000, 92_000));
    assert_eq!((reversal.reversal_of_id, reversal.exchange_rate), (Some(entry.id), entry.exchange_rate));
    assert_eq!(reversal.total, entry.total);
    let reversed = JournalEntry { reversed_by_id: Some(reversal.id), ..entry };
    assert_eq!(
        reversed.reverse(date!(2026 - 04 - 01), None, None, posting(&chart)).unwrap_err().code(),
        "already_reversed"
    );
}

#[test]
fn the_hash_covers_what_was_posted() {
    let entry = posted(draft(vec![line("1000", 100, 0), line("4000", 0, 100)]));
    assert_eq!(entry.hash, entry.expected_hash());
    let mut tampered = entry.clone();
    tampered.lines[0].debit = 101;
    assert_ne!(tampered.expected_hash(), entry.hash);
    let renumbered = JournalEntry { reversed_by_id: Some(entry.id), ..entry.clone() };
    assert_eq!(renumbered.expected_hash(), entry.hash, "a later reversal leaves the hash as it is");
}

#[test]
fn balance_changes_gather_lines_of_one_account() {
    let entry = posted(draft(vec![line("1000", 60, 0), line("1000", 40, 0), line("4000", 0, 100)]));
    let changes = entry.balance_changes();
    assert_eq!(changes.len(), 2);
    assert_eq!(changes[0].totals.base_debit, 100);
    assert_eq!(entry.turnover(), 200);
}

#[test]
fn a_record_that_was_tampered_with_is_not_restored() {
    let entry = posted(draft(vec![line("1000", 100, 0), line("4000", 0, 100)]));
    assert_eq!(entry.clone().restore(1, Hash::GENESIS).unwrap(), entry);
    assert!(entry.clone().restore(2, Hash::GENESIS).is_err(), "another place in the chain");
    let tampered = |change: fn(&mut JournalEntry)| {
        let mut tampered = entry.clone();
        change(&mut tampered);
        tampered.sealed()
    };
    assert!(tampered(|entry| entry.lines[0].debit = 101).restore(1, Hash::GENESIS).is_err());
    assert!(tampered(|entry| entry.lines[0].credit = 100).restore(1, Hash::GENESIS).is_err());
    assert!(tampered(|entry| entry.total = 99).restore(1, Hash::GENESIS).is_err());
    assert!(tampered(|entry| entry.lines.truncate(1)).restore(1, Hash::GENESIS).is_err());
    let lopsided = tampered(|entry| entry.lines[0].base_debit = 105);
    assert!(lopsided.restore(1, Hash::GENESIS).unwrap().check_base_balance(Currency::EUR).is_err());
}

#[test]
fn a_difference_of_exchange_has_a_base_amount_only() {
    let usd = |line: LineDraft, base: i64| LineDraft {
        base_debit: (line.credit == 0).then_some(base),
        base_credit: (line.credit > 0).then_some(base),
        ..line
    };
    let gain = |minor| LineDraft { base_debit: None, base_credit: Some(minor), ..line("4000", 0, 0) };
    let settled = |gained| EntryDraft {
        currency: Some(Currency::USD),
        exchange_rate: Some(ExchangeRate::from_millionths(940_000).unwrap()),
        ..draft(vec![
            usd(line("1000", 100_000, 0), 94_000),
            usd(line("1100", 0, 100_000), 92_000),
            gain(gained),
        ])
    };
    let chart = chart();
    let entry = JournalEntry::post(settled(2_000), posting(&chart)).unwrap();
    assert_eq!(entry.lines.len(), 3);
    assert_eq!((entry.lines[2].credit, entry.lines[2].base_credit), (0, 2_000));
    assert_eq!(entry.total, 100_000);
    entry.check_base_balance(Currency::EUR).unwrap();
    assert!(matches!(refused(settled(1_999))[..], [Refusal::Unbalanced { currency: Currency::EUR, .. }]));
    // In base currency there is no such difference.
    let plain = draft(vec![line("1000", 7, 0), line("1000", 0, 7), gain(1)]);
    assert!(!refused(plain).is_empty());
    // A line with nothing at all stays refused.
    assert!(!refused(draft(vec![line("1000", 7, 0), line("1000", 0, 7), line("4000", 0, 0)])).is_empty());
}
