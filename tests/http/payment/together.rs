//! Many at once: what is open is settled once.

use super::{apply, invoice_of, open_of, payment};
use crate::http::document::{balance, customer};
use partita_application::{Call, verify::verify};
use partita_domain::audit_event::Source;
use partita_tests::fixtures::variable;
use partita_tests::server::for_each_server;
use serde_json::{Value, json};
use std::sync::Barrier;

#[test]
fn two_payments_of_one_invoice_at_the_same_moment_never_pay_it_twice() {
    // A thousand by hand.
    let rounds: i64 = variable("PARTITA_TOGETHER_ROUNDS").map_or(15, |rounds| rounds.parse().unwrap());
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        for round in 0..rounds {
            let together = Barrier::new(2);
            let invoice = invoice_of(&books, &customer, 10_000);
            let body = payment(7_000, json!([{ "invoice_id": invoice, "amount": 7_000 }]));
            let ways = ["/payments/apply".to_owned(), format!("/payments/external/{round}")];
            let statuses: Vec<u16> = std::thread::scope(|scope| {
                let both: Vec<_> = ways
                    .iter()
                    .map(|way| {
                        let (client, body, together) = (books.client.clone(), &body, &together);
                        scope.spawn(move || {
                            together.wait();
                            let answer = if way.ends_with("apply") {
                                client.post(way, body)
                            } else {
                                client.put(way, body)
                            };
                            if answer.status == 400 {
                                assert_eq!(answer.details()["constraint"], "exceeds_open_amount");
                            }
                            answer.status
                        })
                    })
                    .collect();
                both.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            let mut sorted = statuses.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, [201, 400], "round {round}");
            assert_eq!(open_of(&books, "/invoices", &invoice), 3_000);
        }
        assert_eq!(balance(&books, "1100"), rounds * 3_000);
    });
}

#[test]
fn an_advance_is_used_once_whatever_comes_at_the_same_moment() {
    for_each_server(|server| {
        let books = server.found();
        let customer = customer(&books);
        for _ in 0..8 {
            let advance = json!({ "date": "2026-04-01", "amount": 5_000, "contact_id": customer, "direction": "received" });
            let advance = apply(&books, &advance).expect(201).id();
            let invoice = invoice_of(&books, &customer, 8_000);
            let rest = json!({ "payment_id": advance, "date": "2026-04-20",
                "applications": [{ "invoice_id": invoice, "amount": 5_000 }] });
            let set_off = payment(
                0,
                json!([
                    { "invoice_id": invoice, "amount": 5_000 }, { "payment_id": advance, "amount": 5_000 }
                ]),
            );
            let tries: [(String, Value); 4] = [
                ("/payments/apply".to_owned(), rest),
                ("/payments/apply".to_owned(), set_off),
                (format!("/payments/{advance}/void"), json!({})),
                (format!("/payments/{advance}/refund"), json!({ "amount": 5_000 })),
            ];
            std::thread::scope(|scope| {
                for (path, body) in &tries {
                    let client = books.client.clone();
                    scope.spawn(move || {
                        let status = client.post(path, body).status;
                        assert!(matches!(status, 200 | 201 | 400 | 409), "{path}: {status}");
                    });
                }
            });
            let found = books.client.get(&format!("/payments/{advance}")).expect(200);
            let data = found.data();
            let amount = |field: &str| data[field].as_i64().unwrap();
            assert!(
                amount("unapplied_amount") >= 0 && amount("used_amount") + amount("refunded_amount") <= 5_000
            );
            assert!(open_of(&books, "/invoices", &invoice) >= 3_000);
        }
        let call = Call::system(books.company, Source::System);
        let verified = verify(&server.app, &call).unwrap();
        assert!(verified.problems.is_empty(), "{:?}", verified.problems);
    });
}
