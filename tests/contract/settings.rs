//! Settings.

use partita_domain::api_key::RateLimits;
use partita_domain::settings::{ClosedPeriodPolicy, DefaultAccounts, Settings, TradePolicy};
use partita_domain::tax::{TaxMode, TaxRounding};
use partita_tests::fixtures::{AWKWARD, COMPANY, NOW, OTHER, chart, company};
use partita_tests::stores::{for_each_store, read, read_of, write};
use time::Duration;

/// Each place is taken by some account; which one does not matter to a store.
fn every_account() -> DefaultAccounts {
    let mut accounts = DefaultAccounts::default();
    let chart = chart();
    for ((name, _), account) in accounts.named().into_iter().zip(chart.iter().cycle()) {
        *accounts.place(name).unwrap() = Some(account.id);
    }
    accounts
}

#[test]
fn settings_are_put_and_replaced_as_a_whole() {
    for_each_store(|store| {
        for id in [COMPANY, OTHER] {
            store.write(id, |tx| Ok(tx.companies().insert(&company(id))?)).unwrap();
        }
        assert_eq!(read(store, |tx| tx.settings().find()), None);
        write(store, |tx| chart().iter().try_for_each(|account| tx.accounts().insert(account)));
        let full = Settings {
            default_accounts: every_account(),
            cors_allowlist: vec!["https://b.example:8443".to_owned(), "https://a.example".to_owned()],
            closed_period_policy: ClosedPeriodPolicy::Refuse,
            default_rate_limits: RateLimits {
                per_minute: 10_000_000,
                per_hour: Some(1),
                per_day: Some(10_000_000),
            },
            trade: TradePolicy {
                write_off_tolerance: 1_000_000,
                tax_mode: TaxMode::Inclusive,
                tax_rounding: TaxRounding::Line,
                allow_negative_stock: true,
                payment_terms_days: 0,
                lock_control_accounts: true,
                payment_instructions: Some(format!("IBAN\n{AWKWARD}")),
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
