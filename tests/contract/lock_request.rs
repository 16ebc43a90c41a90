//! Requests to lock a period.

use partita_domain::actor::Actor;
use partita_domain::period::{LockRequest, LockRequestStatus};
use partita_tests::fixtures::{NOW, OTHER, id, lock_request, period};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, write};
use time::Duration;

fn decided(number: u128, status: LockRequestStatus) -> LockRequest {
    LockRequest {
        status,
        requested_by: Actor::User(id(1)),
        requested_by_user: Some(id(1)),
        expires_at: NOW + Duration::microseconds(5),
        decided_by: Some(Actor::Key(id(2))),
        decided_at: Some(NOW + Duration::microseconds(4)),
        ..lock_request(number, "2026-P13")
    }
}

#[test]
fn every_field_comes_back_and_is_replaced() {
    for_each_books(|store| {
        let statuses = [
            LockRequestStatus::Pending,
            LockRequestStatus::Approved,
            LockRequestStatus::Cancelled,
            LockRequestStatus::Expired,
        ];
        for (number, status) in (1..).zip(statuses) {
            let (plain, full) = (lock_request(number, "2026-01"), decided(number, status));
            write(store, |tx| tx.lock_requests().insert(&plain));
            assert_eq!(read(store, |tx| tx.lock_requests().find(plain.id)), Some(plain));
            write(store, |tx| tx.lock_requests().update(&full));
            assert_eq!(read(store, |tx| tx.lock_requests().find(full.id)), Some(full));
        }
        assert_eq!(read(store, |tx| tx.lock_requests().find(id(404))), None);
        assert_eq!(read_of(store, OTHER, |tx| tx.lock_requests().find(id(1))), None);
        duplicate(store, |tx| tx.lock_requests().insert(&lock_request(1, "2026-09")));
    });
}

#[test]
fn the_latest_is_the_newest_of_its_period() {
    for_each_books(|store| {
        let asked = |number, name: &str, seconds| LockRequest {
            requested_at: NOW + Duration::seconds(seconds),
            ..lock_request(number, name)
        };
        let requests = [
            asked(1, "2026-01", 9),
            asked(2, "2026-01", 1),
            asked(3, "2026-02", 20),
            asked(4, "2026-P13", 5),
            asked(6, "2026-P13", 5),
            asked(5, "2026-P13", 5),
        ];
        write(store, |tx| requests.iter().try_for_each(|request| tx.lock_requests().insert(request)));
        let latest = |name: &str| read(store, |tx| tx.lock_requests().latest(period(name)));
        assert_eq!(latest("2026-01"), Some(requests[0].clone()));
        assert_eq!(latest("2026-02"), Some(requests[2].clone()));
        assert_eq!(latest("2026-P13"), Some(requests[4].clone()), "the id decides between equal moments");
        assert_eq!(latest("2026-P14"), None);
        assert_eq!(read_of(store, OTHER, |tx| tx.lock_requests().latest(period("2026-01"))), None);
    });
}
