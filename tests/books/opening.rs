//! Opening balances: T73.

use partita_application::balance::trial_balance;
use partita_application::journal_entry::{
    OpeningBalance, OpeningBalances, ReversalDraft, post_opening_balances, reverse,
};
use partita_domain::journal_entry::AccountRef;
use partita_tests::books::for_each_founded;
use time::macros::date;

fn set(balances: &[(&str, i64, i64)]) -> OpeningBalances {
    OpeningBalances {
        external_id: None,
        date: date!(2026 - 01 - 01),
        memo: None,
        balances: balances
            .iter()
            .map(|(number, debit, credit)| OpeningBalance {
                account: AccountRef::Number((*number).to_owned()),
                debit: *debit,
                credit: *credit,
            })
            .collect(),
    }
}

#[test]
fn t73_opening_balances_net_the_contra_account_to_zero_and_stand_once() {
    for_each_founded(|books| {
        let opening = set(&[("1000", 500_000, 0), ("2000", 0, 200_000), ("3900", 0, 300_000)]);
        let entry = post_opening_balances(&books.app, &books.call, &opening).unwrap().value;
        assert_eq!(entry.transaction_type, "opening_balance");
        let balance = trial_balance(&books.app, &books.call, Some(date!(2026 - 01 - 01)), None).unwrap();
        let of = |number: &str| {
            balance.rows.iter().find(|row| row.account.number == number).map(|row| row.balance)
        };
        assert_eq!((of("1000"), of("2000"), of("3900")), (Some(500_000), Some(200_000), Some(300_000)));
        let contra = balance
            .rows
            .iter()
            .find(|row| row.debit_total == 500_000 && row.credit_total == 500_000)
            .unwrap();
        assert_eq!(contra.balance, 0);

        let twice = post_opening_balances(&books.app, &books.call, &opening).unwrap_err();
        assert!(twice.to_string().contains(&entry.entry_number), "{twice}");
        reverse(
            &books.app,
            &books.call,
            entry.id,
            &ReversalDraft { date: Some(date!(2026 - 01 - 01)), ..ReversalDraft::default() },
        )
        .unwrap();
        post_opening_balances(&books.app, &books.call, &opening).unwrap();
    });
}

#[test]
fn t73_only_the_balance_sheet_opens_and_it_balances() {
    for_each_founded(|books| {
        let result = set(&[("1000", 500_000, 0), ("4000", 0, 500_000)]);
        let refused = post_opening_balances(&books.app, &books.call, &result).unwrap_err();
        assert!(refused.to_string().contains("4000"), "{refused}");
        let lopsided = set(&[("1000", 500_000, 0), ("2000", 0, 400_000)]);
        let refused = post_opening_balances(&books.app, &books.call, &lopsided).unwrap_err();
        assert_eq!(refused.to_string(), "Journal entry does not balance: debits 5000.00 != credits 4000.00");
    });
}
