use super::*;
use partita_application::ageing::{AgeingReport, ageing};
use partita_application::balance::trial_balance;
use partita_application::company::NewCompany;
use partita_application::document::{self, DocumentQuery};
use partita_application::domain::account::Category;
use partita_application::domain::ageing::Bucket;
use partita_application::domain::balance::TrialBalance;
use partita_application::domain::document::DocumentKind;
use partita_application::domain::document_status::DocumentStatus;
use partita_application::domain::id::CompanyId;
use partita_application::domain::money::Currency;
use partita_application::domain::tax::Trade as Side;
use partita_application::inventory::valuation;
use partita_application::page::Page;
use partita_application::ports::{DocumentFilter, DocumentOrder};
use partita_application::tax_entry;
use partita_application::verify::verify;
use std::sync::{Arc, LazyLock};
use time::Date;
use time::macros::date;

const NAME: &str = "Demo";

/// A year in memory, and what was written.
struct Year {
    app: App,
    call: Call,
    traded: Traded,
}

fn live(year: i32) -> Year {
    let app = partita_system::app(Arc::new(partita_memory::MemoryStore::new()));
    let new = NewCompany::named(NAME, Currency::USD, Some("us-small-business"));
    company::found(&app, &Call::system(CompanyId::INSTALLATION, Source::Cli), &new).unwrap();
    let traded = trade(&app, NAME, year).unwrap();
    let call = Call::system(company::choose(&app, None).unwrap().id, Source::Cli);
    Year { app, call, traded }
}

/// One year for all tests that read.
static YEAR: LazyLock<Year> = LazyLock::new(|| live(2024));
const END: Date = date!(2024 - 12 - 31);

impl Year {
    fn trial_balance(&self, as_of: Date) -> TrialBalance {
        trial_balance(&self.app, &self.call, Some(as_of), None).unwrap()
    }

    fn ageing(&self, trade: Side, as_of: Date) -> AgeingReport {
        ageing(&self.app, &self.call, trade, Some(as_of), None).unwrap()
    }

    fn count(&self, kind: DocumentKind, status: Option<DocumentStatus>) -> i64 {
        let filter =
            DocumentFilter { status: status.map(|status| (status, END)), ..DocumentFilter::of(kind) };
        let query = DocumentQuery { filter, order: DocumentOrder::NewestFirst };
        document::list(&self.app, &self.call, &query, &Page::first(1)).unwrap().total_count.unwrap()
    }
}

fn month_ends(year: i32) -> impl Iterator<Item = Date> {
    (1..=12).map(move |month| {
        let month = time::Month::try_from(month).unwrap();
        Date::from_calendar_date(year, month, month.length(year)).unwrap()
    })
}

fn of(report: &TrialBalance, number: &str) -> i64 {
    report.rows.iter().find(|row| row.account.number == number).map_or(0, |row| row.balance)
}

#[test]
fn the_books_of_the_year_are_sound() {
    let year = &YEAR;
    let checked = verify(&year.app, &year.call).unwrap();
    assert_eq!(checked.problems, Vec::<String>::new());
    assert!(checked.stocks_checked >= 6 && checked.open_items_checked > 300, "{checked:?}");
    assert!(year.traded.documents > 180 && year.traded.payments > 150, "{:?}", year.traded);
}

#[test]
fn the_year_is_believable() {
    let year = &YEAR;
    for end in month_ends(2024) {
        let report = year.trial_balance(end);
        assert!(report.balanced(), "{end}");
        for number in ["1000", "1100", "1200", "2000", "2100", "2200"] {
            assert!(of(&report, number) > 0, "{number} on {end}: {}", of(&report, number));
        }
        for number in ["1030", "1040"] {
            assert!(of(&report, number) >= 0, "{number} on {end}: {}", of(&report, number));
        }
    }
    let report = year.trial_balance(END);
    let profit: i64 = report
        .rows
        .iter()
        .map(|row| match row.account.account_type.category() {
            Category::Revenue => row.balance,
            Category::Expense => -row.balance,
            _ => 0,
        })
        .sum();
    assert!((500_000..10_000_000).contains(&profit), "a profit of {profit} cents");
    // Something of everything: discounts given and taken, bad debts, write-offs, fees, differences of exchange.
    for number in ["4810", "5090", "6020", "6080", "6980", "8200", "2400"] {
        assert_ne!(of(&report, number), 0, "{number}");
    }
}

#[test]
fn what_is_open_equals_the_control_accounts_in_every_month() {
    let year = &YEAR;
    for end in month_ends(2024) {
        for trade in [Side::Sale, Side::Purchase] {
            for account in year.ageing(trade, end).accounts {
                assert_eq!(account.open, account.balance, "{} on {end}", account.account.number);
            }
        }
        for account in valuation(&year.app, &year.call, Some(end)).unwrap().accounts {
            assert_eq!(account.stock_value, account.balance, "{} on {end}", account.account.number);
        }
    }
    assert!(valuation(&year.app, &year.call, Some(END)).unwrap().items.len() >= 6);
}

#[test]
fn some_customers_are_late_and_taxes_are_due() {
    let year = &YEAR;
    let owed = year.ageing(Side::Sale, END);
    let totals = &owed.totals;
    for bucket in [Bucket::Current, Bucket::Days1To30, Bucket::Days61To90, Bucket::Over90] {
        assert!(totals.of(bucket) > 0, "{}", bucket.name());
    }
    assert!(totals.of(Bucket::Unapplied) < 0);
    assert!(year.ageing(Side::Purchase, END).totals.of(Bucket::Current) > 0);
    let taxes = tax_entry::summary(&year.app, &year.call, date!(2024 - 01 - 01), END).unwrap();
    let codes: Vec<&str> = taxes.codes.iter().map(|(code, _)| code.code.as_str()).collect();
    assert_eq!(codes, ["CA", "CA-USE", "SALES"]);
    assert_eq!(taxes.summary.boxes.len(), 2);
    assert!(taxes.summary.owed > 0);
}

#[test]
fn there_is_a_document_of_every_kind_and_state() {
    let year = &YEAR;
    for (kind, statuses) in [
        (
            DocumentKind::Estimate,
            &[
                DocumentStatus::Converted,
                DocumentStatus::Declined,
                DocumentStatus::Expired,
                DocumentStatus::Sent,
            ][..],
        ),
        (
            DocumentKind::Invoice,
            &[DocumentStatus::Open, DocumentStatus::Overdue, DocumentStatus::Paid, DocumentStatus::Void],
        ),
        (DocumentKind::CreditNote, &[DocumentStatus::Paid]),
        (DocumentKind::Bill, &[DocumentStatus::Open, DocumentStatus::Paid]),
        (DocumentKind::VendorCredit, &[DocumentStatus::Paid]),
    ] {
        assert!(year.count(kind, None) > 0, "{}", kind.name());
        for status in statuses {
            assert!(year.count(kind, Some(*status)) > 0, "{} {}", kind.name(), status.name());
        }
    }
}

#[test]
fn the_same_year_is_the_same_trade() {
    let sums = |year: &Year, as_of| {
        let report = year.trial_balance(as_of);
        report.rows.iter().map(|row| (row.account.number.clone(), row.balance)).collect::<Vec<_>>()
    };
    let again = live(2024);
    assert_eq!(again.traded, YEAR.traded);
    assert_eq!(sums(&again, END), sums(&YEAR, END));
    let other = live(2023);
    assert_ne!(sums(&other, date!(2023 - 12 - 31)), sums(&YEAR, END));
    assert_eq!(verify(&other.app, &other.call).unwrap().problems, Vec::<String>::new());
}
