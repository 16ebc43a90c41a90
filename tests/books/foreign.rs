//! Entries in a foreign currency: both currencies balance, on every store (T31, T35, I1).

use partita_application::account;
use partita_application::balance::account_balance;
use partita_application::journal_entry::{find, post};
use partita_application::page::Page;
use partita_application::ports::AccountFilter;
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::journal_entry::EntryDraft;
use partita_domain::money::Currency;
use partita_tests::books::for_each_founded;
use partita_tests::fixtures::{draft, line};
use time::macros::date;

#[test]
fn t35_the_residue_of_a_conversion_goes_to_the_rounding_account() {
    for_each_founded(|books| {
        let entry = EntryDraft {
            currency: Some(Currency::EUR),
            exchange_rate: Some(ExchangeRate::from_millionths(1_234_500).unwrap()),
            ..draft(
                date!(2026 - 02 - 10),
                vec![
                    line("1000", 3_333, 0),
                    line("1000", 3_333, 0),
                    line("1000", 3_334, 0),
                    line("4000", 0, 10_000),
                ],
            )
        };
        let posted = post(&books.app, &books.call, &entry).unwrap().value;
        let found = find(&books.app, &books.call, posted.id).unwrap();
        assert_eq!(found, posted);
        let (debit, credit) =
            found.lines.iter().fold((0, 0), |(d, c), line| (d + line.base_debit, c + line.base_credit));
        assert_eq!((debit, credit), (12_346, 12_346));
        assert_eq!(found.lines.len(), 5);

        let bank = AccountFilter { number: Some("1000".to_owned()), ..AccountFilter::default() };
        let bank = account::list(&books.app, &books.call, &bank, &Page::first(1)).unwrap().items[0].id;
        let balance =
            account_balance(&books.app, &books.call, bank, None, Some(date!(2026 - 12 - 31)), None).unwrap();
        assert_eq!(balance.balance, 12_346, "in base currency");
        assert_eq!(balance.by_currency, vec![(Currency::EUR, 10_000)]);
    });
}
