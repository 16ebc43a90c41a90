//! Settings.

use partita_domain::api_key::RateLimits;
use partita_domain::settings::{ClosedPeriodPolicy, DefaultAccounts, Settings};
use partita_tests::fixtures::{COMPANY, NOW, OTHER, account_id, chart, company};
use partita_tests::stores::{for_each_store, read, read_of, write};
use time::Duration;

#[test]
fn settings_are_put_and_replaced_as_a_whole() {
    for_each_store(|store| {
        for id in [COMPANY, OTHER] {
            store.write(id, |tx| Ok(tx.companies().insert(&company(id))?)).unwrap();
        }
        assert_eq!(read(store, |tx| tx.settings().find()), None);
        write(store, |tx| chart().iter().try_for_each(|account| tx.accounts().insert(account)));
        let full = Settings {
            default_accounts: DefaultAccounts {
                rounding: Some(account_id("9990")),
                retained_earnings: Some(account_id("3900")),
                opening_balance: Some(account_id("3000")),
                accounts_receivable: Some(account_id("1100")),
                accounts_payable: Some(account_id("2000")),
                bank: Some(account_id("1000")),
            },
            cors_allowlist: vec!["https://b.example:8443".to_owned(), "https://a.example".to_owned()],
            closed_period_policy: ClosedPeriodPolicy::Refuse,
            default_rate_limits: RateLimits {
                per_minute: 10_000_000,
                per_hour: Some(1),
                per_day: Some(10_000_000),
            },
            updated_at: NOW + Duration::MICROSECOND,
            version: i64::MAX,
        };
        for settings in [Settings::initial(NOW), full, Settings::initial(NOW + Duration::DAY)] {
            write(store, |tx| {
                tx.settings().put(&settings)?;
                assert_eq!(tx.settings().find()?, Some(settings.clone()));
                Ok(())
            });
            assert_eq!(read(store, |tx| tx.settings().find()), Some(settings));
        }
        assert_eq!(read_of(store, OTHER, |tx| tx.settings().find()), None);
    });
}
