//! A webhook receiver in front of the API: however often, in whatever order and by however many an event is delivered, the
//! books are those of one who books each once, in order (T30, I8).

mod event;
mod receiver;

use crate::http::document::{balance, tax_code};
use partita_application::{Call, verify::verify};
use partita_domain::audit_event::Source;
use partita_tests::fixtures::{Choices, variable};
use partita_tests::server::{Books, Server, for_each_server};
use receiver::{Receiver, Setup};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How many deliver at the same time.
const CLIENTS: usize = 16;
/// How often an event is sent at most, before something must be wrong.
const ATTEMPTS: u32 = 500;

fn receiver(books: &Books<'_>, tax_code: &str) -> Receiver {
    let clearing = json!({ "number": "1085", "name": "Stripe", "type": "other_current_asset" });
    let setup = Setup {
        clearing: books.client.post("/accounts", &clearing).expect(201).id(),
        bank: books.account("1000"),
        fees: books.account("6080"),
        tax_code: tax_code.to_owned(),
    };
    Receiver { client: books.client.clone(), setup }
}

/// Each event once, in order.
fn in_order(receiver: &Receiver, events: &[Value]) {
    for event in events {
        receiver.receive(event).expect("all that an event needs was told before");
    }
}

/// Each event once to three times, in any order, by many at once; what is answered 503 is sent again later.
fn by_many(receiver: &Receiver, events: &[Value]) -> usize {
    let mut choices = Choices(7);
    let mut deliveries: Vec<(&Value, u32)> =
        events.iter().flat_map(|event| vec![(event, 0); choices.place(3) + 1]).collect();
    choices.shuffle(&mut deliveries);
    let count = deliveries.len();
    let queue = Mutex::new(VecDeque::from(deliveries));
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                loop {
                    let Some((event, attempts)) = queue.lock().unwrap().pop_front() else { break };
                    if receiver.receive(event).is_ok() {
                        continue;
                    }
                    assert!(attempts < ATTEMPTS, "never received: {event}");
                    let mut waiting = queue.lock().unwrap();
                    waiting.push_back((event, attempts + 1));
                    let few = waiting.len() < CLIENTS;
                    drop(waiting);
                    if few {
                        std::thread::sleep(Duration::from_millis(5));
                    }
                }
            });
        }
    });
    count
}

/// What the books say under names that do not depend on the order: external ids and names instead of ids and numbers.
#[derive(Debug, PartialEq)]
struct Outcome {
    /// Trial balance, ageing and taxes, amid the events and after them.
    reports: Vec<(Vec<Value>, BTreeMap<String, Value>, Value)>,
    open_invoices: BTreeMap<String, Value>,
    invoices: BTreeMap<String, Value>,
    credit_notes: BTreeMap<String, Value>,
    payments: BTreeMap<String, Value>,
    entries: BTreeMap<String, Value>,
    contacts: BTreeMap<String, Value>,
}

/// The rows of a list by a name, which each has alone, with these fields.
fn by_name(rows: &[Value], name: &str, fields: &[&str]) -> BTreeMap<String, Value> {
    let mut named = BTreeMap::new();
    for row in rows {
        let kept = fields.iter().map(|field| row[*field].clone()).collect();
        let name = row[name].as_str().unwrap_or_else(|| panic!("without {name}: {row}")).to_owned();
        assert!(named.insert(name.clone(), Value::Array(kept)).is_none(), "{name} is there twice");
    }
    named
}

fn outcome(books: &Books<'_>) -> Outcome {
    let client = &books.client;
    let data = |path: &str| client.get(path).expect(200).data().clone();
    let all = |path: &str| client.all(&format!("{path}limit=500"));
    let document =
        ["date", "total", "tax_total", "amount_paid", "amount_credited", "balance_due", "unapplied_amount"];
    let amounts =
        ["current", "days_1_30", "days_31_60", "days_61_90", "over_90", "total", "unapplied", "base_total"];
    let taxes = ["tax_owed", "tax_claimed", "tax_payable"];
    let reports = ["2026-01-03", "2199-12-31"].map(|day| {
        let rows = data(&format!("/reports/trial-balance?as_of={day}"))["rows"].clone();
        let rows = rows.as_array().unwrap().iter();
        let rows = rows.map(|row| json!([row["number"], row["debit_total"], row["credit_total"]]));
        let ageing = data(&format!("/reports/ar-aging?as_of={day}"))["rows"].clone();
        let ageing = by_name(ageing.as_array().unwrap(), "contact_name", &amounts);
        let report = data(&format!("/reports/vat?from=2026-01-01&to={day}"));
        let taxed = Value::Array(taxes.iter().map(|field| report[*field].clone()).collect());
        (rows.collect(), ageing, taxed)
    });
    // Documents and payments have the others; these are fees and payouts.
    let entries = all("/entries?transaction_type=stripe&");
    Outcome {
        reports: reports.to_vec(),
        open_invoices: by_name(&all("/invoices/open?"), "external_id", &document),
        invoices: by_name(&all("/invoices?"), "external_id", &document),
        credit_notes: by_name(&all("/credit-notes?"), "external_id", &document),
        payments: by_name(
            &all("/payments?"),
            "external_id",
            &[
                "date",
                "amount",
                "fee_amount",
                "unapplied_amount",
                "used_amount",
                "refunded_amount",
                "direction",
                "status",
            ],
        ),
        entries: by_name(&entries, "external_id", &["date", "total"]),
        contacts: by_name(
            &all("/contacts?"),
            "external_id",
            &["display_name", "metadata", "open_receivable"],
        ),
    }
}

/// One document, one payment, one refund, one payout for each event.
fn check_counts(events: &[Value], outcome: &Outcome) {
    let count = |kind: &str| events.iter().filter(|event| event["type"] == kind).count();
    let refunds = count("charge.refunded");
    let reason = |event: &&Value| event["data"]["object"]["reason"] == "requested_by_customer";
    let returned = events.iter().filter(reason).count();
    assert_eq!(outcome.invoices.len(), count("charge.succeeded"));
    assert_eq!(outcome.payments.len(), count("charge.succeeded") + refunds);
    assert_eq!(outcome.credit_notes.len(), returned);
    assert_eq!(outcome.entries.len(), count("payout.paid") + count("stripe_fee.charged"));
    for kind in [
        "charge.succeeded",
        "invoice.paid",
        "charge.refunded",
        "payout.paid",
        "stripe_fee.charged",
        "customer.subscription.updated",
    ] {
        assert!(count(kind) > 0, "no event {kind}");
    }
}

#[test]
fn t30_i8_events_that_come_again_in_any_order_and_at_once_are_booked_once() {
    let count = variable("PARTITA_STRIPE_EVENTS").map_or(200, |count| count.parse().unwrap());
    let events = event::events(count);
    let clean = Server::shared().found();
    in_order(&receiver(&clean, &tax_code(&clean, 1_900)), &events);
    let expected = outcome(&clean);
    check_counts(&events, &expected);
    for_each_server(|server| {
        let books = server.found();
        let begun = Instant::now();
        let deliveries = by_many(&receiver(&books, &tax_code(&books, 1_900)), &events);
        if count > 1_000 {
            println!("{}: {deliveries} deliveries of {count} events in {:?}", server.name, begun.elapsed());
        }
        assert_eq!(outcome(&books), expected);
        assert_eq!(balance(&books, "1085"), 0, "the clearing account");
        assert_eq!(books.written().entry_position, clean.written().entry_position);
        let call = Call::system(books.company, Source::System);
        assert_eq!(verify(&server.app, &call).unwrap().problems, Vec::<String>::new());
    });
}
