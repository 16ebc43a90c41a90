//! Periods: T63 to T66, T72.

use partita_application::balance::trial_balance;
use partita_application::company::{self, CompanyProfile};
use partita_application::journal_entry::post;
use partita_application::page::Page;
use partita_application::period::{
    approve_lock, cancel_lock, find, list, lock_status, reopen, request_lock, soft_lock,
};
use partita_application::{Call, Error};
use partita_domain::journal_entry::EntryDraft;
use partita_domain::period::{LockRequestStatus, PeriodKey, PeriodStatus};
use partita_domain::permission::{Permission, Permissions};
use partita_domain::refusal::Refusal;
use partita_tests::books::{Books, for_each_founded};
use partita_tests::fixtures::{period, sale};
use time::Duration;
use time::macros::date;

fn lock(books: &Books, key: PeriodKey, first: &Call, second: &Call) {
    soft_lock(&books.app, first, key, None).unwrap();
    let request = request_lock(&books.app, first, key, None).unwrap().value;
    approve_lock(&books.app, second, key, request.id).unwrap();
}

fn code(error: &Error) -> &'static str {
    match error {
        Error::Refused(refusals) => refusals[0].code(),
        Error::Forbidden { .. } | Error::ForbiddenBecause(_) => "forbidden",
        _ => "another",
    }
}

#[test]
fn t63_a_locked_period_takes_nothing_and_uses_no_number() {
    for_each_founded(|books| {
        let (first, second) = (books.user("ada", "accountant"), books.user("ben", "accountant"));
        let before = post(&books.app, &books.call, &sale(date!(2026 - 01 - 10), 100)).unwrap().value;
        lock(books, period("2026-01"), &first, &second);
        let wish = EntryDraft {
            override_closed_period: Some("the auditor asks".to_owned()),
            ..sale(date!(2026 - 01 - 11), 100)
        };
        for draft in [sale(date!(2026 - 01 - 11), 100), wish] {
            let refused = post(&books.app, &books.call, &draft).unwrap_err();
            assert!(
                matches!(&refused, Error::Refused(r) if matches!(&r[0], Refusal::ClosedPeriod { period, status: "locked", .. } if period == "2026-01")),
                "{refused:?}"
            );
        }
        let after = post(&books.app, &books.call, &sale(date!(2026 - 02 - 11), 100)).unwrap().value;
        assert_eq!(
            (before.entry_number.as_str(), after.entry_number.as_str()),
            ("JE-2026-000001", "JE-2026-000002")
        );
        assert_eq!(
            code(&reopen(&books.app, &first, period("2026-01"), "please").unwrap_err()),
            "invalid_state"
        );
    });
}

#[test]
fn a_soft_locked_period_takes_an_entry_with_permission_and_reason() {
    for_each_founded(|books| {
        soft_lock(&books.app, &books.call, period("2026-01"), None).unwrap();
        let plain = sale(date!(2026 - 01 - 11), 100);
        assert_eq!(code(&post(&books.app, &books.call, &plain).unwrap_err()), "closed_period");
        let wish = EntryDraft { override_closed_period: Some("late bill".to_owned()), ..plain };
        let bookkeeper =
            Call { permissions: Permissions::of([Permission::JOURNAL_WRITE]), ..books.call.clone() };
        assert_eq!(code(&post(&books.app, &bookkeeper, &wish).unwrap_err()), "closed_period");
        post(&books.app, &books.call, &wish).unwrap();
        let events = partita_application::audit_event::list(
            &books.app,
            &books.call,
            &Default::default(),
            &Page::first(1),
        )
        .unwrap();
        assert_eq!(
            (events.items[0].action.as_str(), events.items[0].reason.as_deref()),
            ("journal_entry.posted", Some("late bill"))
        );
        reopen(&books.app, &books.call, period("2026-01"), "a bill came late").unwrap();
        post(&books.app, &books.call, &sale(date!(2026 - 01 - 12), 100)).unwrap();
    });
}

#[test]
fn t64_t65_adjustments_go_into_p13_and_the_trial_balance_differs_exactly_by_them() {
    for_each_founded(|books| {
        post(&books.app, &books.call, &sale(date!(2025 - 12 - 30), 10_000)).unwrap();
        soft_lock(&books.app, &books.call, period("2025-12"), None).unwrap();
        let plain = sale(date!(2025 - 12 - 31), 700);
        assert_eq!(code(&post(&books.app, &books.call, &plain).unwrap_err()), "closed_period");
        let adjustment =
            post(&books.app, &books.call, &EntryDraft { adjustment_period: Some(13), ..plain.clone() })
                .unwrap()
                .value;
        assert_eq!(adjustment.period, period("2025-P13"));
        post(
            &books.app,
            &books.call,
            &EntryDraft { adjustment_period: Some(14), ..sale(date!(2025 - 12 - 31), 50) },
        )
        .unwrap();

        let bank = |date, adjustment| {
            let balance = trial_balance(&books.app, &books.call, Some(date), adjustment).unwrap();
            assert!(balance.balanced());
            balance.rows.iter().find(|row| row.account.number == "1000").unwrap().balance
        };
        let end = date!(2025 - 12 - 31);
        assert_eq!((bank(end, None), bank(end, Some(13)), bank(end, Some(14))), (10_000, 10_700, 10_750));
        assert_eq!(bank(date!(2026 - 01 - 31), None), 10_750, "T70: what closed the year opens the next one");
        assert_eq!(bank(date!(2025 - 12 - 30), None), 10_000);
    });
}

#[test]
fn p13_locks_after_the_last_month_and_p14_after_p13() {
    for_each_founded(|books| {
        let (first, second) = (books.user("ada", "accountant"), books.user("ben", "accountant"));
        soft_lock(&books.app, &first, period("2025-P13"), None).unwrap();
        assert_eq!(
            code(&request_lock(&books.app, &first, period("2025-P13"), None).unwrap_err()),
            "invalid_state"
        );
        lock(books, period("2025-12"), &first, &second);
        let request = request_lock(&books.app, &first, period("2025-P13"), None).unwrap().value;
        approve_lock(&books.app, &second, period("2025-P13"), request.id).unwrap();
        lock(books, period("2025-P14"), &first, &second);
    });
}

#[test]
fn t66_a_lock_takes_two_people_and_lapses_after_48_hours() {
    for_each_founded(|books| {
        let key = period("2026-01");
        let (first, second) = (books.user("ada", "accountant"), books.user("ben", "accountant"));
        post(&books.app, &books.call, &sale(date!(2026 - 01 - 10), 100)).unwrap();
        assert_eq!(
            code(&request_lock(&books.app, &first, key, None).unwrap_err()),
            "invalid_state",
            "it is open"
        );
        soft_lock(&books.app, &first, key, None).unwrap();
        let request = request_lock(&books.app, &first, key, None).unwrap().value;
        assert_eq!(code(&request_lock(&books.app, &second, key, None).unwrap_err()), "conflict");
        assert_eq!(code(&approve_lock(&books.app, &first, key, request.id).unwrap_err()), "forbidden");

        books.clock.advance(Duration::hours(48));
        assert_eq!(code(&approve_lock(&books.app, &second, key, request.id).unwrap_err()), "invalid_state");
        assert_eq!(lock_status(&books.app, &first, key).unwrap().status, LockRequestStatus::Expired);

        let request = request_lock(&books.app, &first, key, None).unwrap().value;
        cancel_lock(&books.app, &first, key, request.id).unwrap();
        assert_eq!(code(&approve_lock(&books.app, &second, key, request.id).unwrap_err()), "invalid_state");

        let request = request_lock(&books.app, &first, key, None).unwrap().value;
        let locked = approve_lock(&books.app, &second, key, request.id).unwrap().value;
        assert_eq!((locked.status, locked.entry_count), (PeriodStatus::Locked, 1));
        assert!(locked.closing_hash.is_some());
        assert_eq!(find(&books.app, &first, key).unwrap(), locked);
    });
}

#[test]
fn one_user_alone_may_approve() {
    for_each_founded(|books| {
        lock(books, period("2026-01"), &books.call, &books.call);
    });
}

#[test]
fn t72_years_that_do_not_follow_the_calendar() {
    for_each_founded(|books| {
        post(&books.app, &books.call, &sale(date!(2025 - 11 - 30), 100)).unwrap();
        let profile =
            CompanyProfile { fiscal_year_start_month: 4, ..CompanyProfile::named("Books of a test") };
        company::revise(&books.app, &books.call, None, &profile).unwrap();
        let stub = post(&books.app, &books.call, &sale(date!(2026 - 03 - 31), 100)).unwrap().value;
        let next = post(&books.app, &books.call, &sale(date!(2026 - 04 - 01), 100)).unwrap().value;
        assert_eq!(
            (stub.entry_number.as_str(), next.entry_number.as_str()),
            ("JE-2026-000001", "JE-2027-000001")
        );
        let periods = list(&books.app, &books.call, Some(2026), &Page::first(50)).unwrap().items;
        let names: Vec<String> = periods.iter().map(|period| period.period.to_string()).collect();
        assert_eq!(names, ["2026-01", "2026-02", "2026-03", "2026-P13", "2026-P14"], "a short year");
        let adjustment = EntryDraft { adjustment_period: Some(13), ..sale(date!(2026 - 03 - 31), 5) };
        assert_eq!(post(&books.app, &books.call, &adjustment).unwrap().value.period, period("2026-P13"));
    });
}

#[test]
fn t72_a_year_with_entries_keeps_its_name_when_it_becomes_long() {
    for_each_founded(|books| {
        let starting = |month| CompanyProfile {
            fiscal_year_start_month: month,
            ..CompanyProfile::named("Books of a test")
        };
        company::revise(&books.app, &books.call, None, &starting(4)).unwrap();
        let before = post(&books.app, &books.call, &sale(date!(2026 - 06 - 15), 100)).unwrap().value;
        company::revise(&books.app, &books.call, None, &starting(1)).unwrap();
        let after = post(&books.app, &books.call, &sale(date!(2027 - 12 - 31), 100)).unwrap().value;
        assert_eq!(
            (before.entry_number.as_str(), after.entry_number.as_str()),
            ("JE-2027-000001", "JE-2027-000002")
        );
        let periods = list(&books.app, &books.call, Some(2027), &Page::first(50)).unwrap().items;
        assert_eq!(periods.len(), 21 + 2, "April 2026 to December 2027, 13 and 14");
        let june = periods.iter().find(|listed| listed.period == period("2026-06")).unwrap();
        assert_eq!((june.fiscal_year, june.entry_count), (2027, 1));
    });
}
