//! The audit trail.

use partita_application::ports::AuditFilter;
use partita_domain::actor::Actor;
use partita_domain::audit_event::{AuditEvent, Source};
use partita_tests::fixtures::{AWKWARD, NOW, OTHER, audit_event, id};
use partita_tests::stores::{duplicate, for_each_books, read, read_of, write};
use time::Duration;
use time::macros::datetime;

fn sequences(events: &[AuditEvent]) -> Vec<i64> {
    events.iter().map(|event| event.sequence).collect()
}

#[test]
fn every_field_comes_back_and_the_hash_still_fits() {
    for_each_books(|store| {
        let json = serde_json::json!({ "name": AWKWARD, "amount": i64::MIN, "none": null }).to_string();
        let full = |sequence, actor, source| {
            AuditEvent {
                occurred_at: datetime!(1999-12-31 23:59:59.999_999),
                actor,
                resource_id: AWKWARD.to_owned(),
                before: Some(json.clone()),
                after: Some(json.clone()),
                reason: Some(AWKWARD.to_owned()),
                source,
                ip: Some("2001:db8::1".to_owned()),
                request_id: Some("01J".to_owned()),
                ..audit_event(sequence)
            }
            .sealed()
        };
        let events = [
            audit_event(1).sealed(),
            full(2, Actor::User(id(9)), Source::Cli),
            full(3, Actor::Key(id(u128::MAX)), Source::System),
            full(i64::MAX, Actor::System, Source::Api),
        ];
        write(store, |tx| events.iter().try_for_each(|event| tx.audit_events().append(event)));
        let chain = read(store, |tx| tx.audit_events().chain(0, 100));
        assert_eq!(chain, events);
        assert!(chain.iter().all(|event| event.hash == event.expected_hash()));
        let newest_first = read(store, |tx| tx.audit_events().list(&AuditFilter::default(), None, 0, 100));
        assert_eq!(sequences(&newest_first), [i64::MAX, 3, 2, 1]);
    });
}

#[test]
fn a_sequence_is_taken_once() {
    for_each_books(|store| {
        write(store, |tx| tx.audit_events().append(&audit_event(1)));
        duplicate(store, |tx| tx.audit_events().append(&audit_event(1)));
        write(store, |tx| tx.audit_events().append(&audit_event(2)));
        assert_eq!(sequences(&read(store, |tx| tx.audit_events().chain(0, 10))), [1, 2]);
        assert_eq!(read_of(store, OTHER, |tx| tx.audit_events().chain(0, 10)), []);
        assert_eq!(read_of(store, OTHER, |tx| tx.audit_events().count(&AuditFilter::default())), 0);
        assert_eq!(
            read_of(store, OTHER, |tx| tx.audit_events().list(&AuditFilter::default(), None, 0, 9)),
            []
        );
    });
}

#[test]
fn lists_are_newest_first_and_the_chain_oldest_first() {
    for_each_books(|store| {
        write(store, |tx| (1..=7).try_for_each(|sequence| tx.audit_events().append(&audit_event(sequence))));
        read(store, |tx| {
            let all = AuditFilter::default();
            let mut page = |below, offset, limit| {
                sequences(&tx.audit_events().list(&all, below, offset, limit).unwrap())
            };
            assert_eq!(page(None, 0, 3), [7, 6, 5]);
            assert_eq!(page(Some(5), 0, 3), [4, 3, 2]);
            assert_eq!(page(Some(2), 0, 3), [1]);
            assert_eq!(page(Some(1), 0, 3), [0; 0]);
            assert_eq!(page(None, 5, 3), [2, 1]);
            assert_eq!(page(Some(5), 2, 3), [2, 1]);
            assert_eq!(page(None, 0, 0), [0; 0]);
            let mut chain = |after, limit| sequences(&tx.audit_events().chain(after, limit).unwrap());
            assert_eq!(chain(0, 3), [1, 2, 3]);
            assert_eq!(chain(3, 3), [4, 5, 6]);
            assert_eq!(chain(6, 3), [7]);
            assert_eq!(chain(7, 3), [0; 0]);
            Ok(())
        });
    });
}

#[test]
fn filters_hold_one_by_one_and_together() {
    for_each_books(|store| {
        let event = |sequence, actor, kind: &str, resource: &str, verb: &str| AuditEvent {
            actor,
            resource_type: kind.to_owned(),
            resource_id: resource.to_owned(),
            action: format!("{kind}.{verb}"),
            ..audit_event(sequence)
        };
        let (ada, key) = (Actor::User(id(1)), Actor::Key(id(2)));
        let events = [
            event(1, ada, "account", "1", "created"),
            event(2, ada, "account", "2", "created"),
            event(3, key, "account", "1", "updated"),
            event(4, key, "period", "1", "locked"),
            event(5, Actor::System, "period", "2026-01", "locked"),
            event(6, Actor::User(id(2)), "account", "1", "updated"),
        ];
        write(store, |tx| events.iter().try_for_each(|event| tx.audit_events().append(event)));
        let found = |filter: AuditFilter| {
            read(store, |tx| {
                let found = sequences(&tx.audit_events().list(&filter, None, 0, 100)?);
                assert_eq!(
                    tx.audit_events().count(&filter)?,
                    i64::try_from(found.len()).unwrap(),
                    "{filter:?}"
                );
                Ok(found)
            })
        };
        let all = AuditFilter::default;
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(found(all()), [6, 5, 4, 3, 2, 1]);
        assert_eq!(found(AuditFilter { resource_type: some("period"), ..all() }), [5, 4]);
        assert_eq!(found(AuditFilter { resource_id: some("1"), ..all() }), [6, 4, 3, 1]);
        assert_eq!(found(AuditFilter { action: some("account.updated"), ..all() }), [6, 3]);
        assert_eq!(found(AuditFilter { action: some("account"), ..all() }), [0; 0]);
        assert_eq!(found(AuditFilter { actor_id: Some(id(1)), ..all() }), [2, 1]);
        assert_eq!(found(AuditFilter { actor_id: Some(id(2)), ..all() }), [6, 4, 3], "a user and a key");
        assert_eq!(found(AuditFilter { actor_id: Some(id(404)), ..all() }), [0; 0]);
        let at = |sequence| Some(NOW + Duration::seconds(sequence));
        assert_eq!(found(AuditFilter { from: at(4), ..all() }), [6, 5, 4]);
        assert_eq!(found(AuditFilter { before: at(4), ..all() }), [3, 2, 1]);
        assert_eq!(found(AuditFilter { from: at(2), before: at(4), ..all() }), [3, 2]);
        assert_eq!(
            found(AuditFilter { from: at(4).map(|at| at + Duration::MICROSECOND), ..all() }),
            [6, 5],
            "to the microsecond"
        );
        let all_at_once = AuditFilter {
            resource_type: some("account"),
            resource_id: some("1"),
            actor_id: Some(id(2)),
            action: some("account.updated"),
            from: at(3),
            before: at(6),
        };
        assert_eq!(found(all_at_once.clone()), [3]);
        read(store, |tx| {
            let page = tx.audit_events().list(
                &AuditFilter { before: None, ..all_at_once.clone() },
                Some(6),
                0,
                9,
            )?;
            assert_eq!(sequences(&page), [3]);
            Ok(())
        });
    });
}
