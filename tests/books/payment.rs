//! Laws of payments: whatever documents, payments and what takes them back come in, what is open of documents and left of
//! payments is what their accounts say, in the currency and in base currency (I3); what is closed or empty is worth nothing
//! (I5); all stores end alike, and the books verify.

mod state;
mod verified;

use partita_application::document::{self, NewDocument, VoidDraft};
use partita_application::payment;
use partita_application::ports::{LedgerHead, Store};
use partita_application::verify::verify;
use partita_domain::contact::{Contact, ContactType};
use partita_domain::document::{Document, DocumentDraft, DocumentKind, LineRequest, SuppliedTotals};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::{ContactId, TaxCodeId};
use partita_domain::journal_entry::{AccountRef, Dimensions};
use partita_domain::metadata::Metadata;
use partita_domain::money::Currency;
use partita_domain::payment::{
    PaymentApplication, PaymentDirection, PaymentRequest, RefundRequest, ReleaseRequest,
};
use partita_domain::quantity::Quantity;
use partita_domain::tax_code::TaxCode;
use partita_domain::unit_price::UnitPrice;
use partita_tests::books::Books;
use partita_tests::fixtures::{contact, currency, id, tax_code};
use partita_tests::stores::for_each_store;
use proptest::prelude::*;
use state::{State, state};
use std::cell::RefCell;
use std::fmt::Debug;
use std::sync::Arc;
use time::macros::date;
use time::{Date, Duration};

const KINDS: [DocumentKind; 4] =
    [DocumentKind::Invoice, DocumentKind::Bill, DocumentKind::CreditNote, DocumentKind::VendorCredit];

/// What an application shall take of an item: percent of what is open, of that a discount, and whether it closes the item
/// with a write-off.
type Part = (usize, i64, i64, bool);

#[derive(Clone, Debug)]
enum Command {
    Document {
        kind: usize,
        contact: u128,
        currency: usize,
        total: i64,
        rate: i64,
        taxed: bool,
    },
    Apply {
        contact: u128,
        currency: usize,
        parts: Vec<Part>,
        extra: i64,
        fee: i64,
        rate: i64,
        received: bool,
    },
    ApplyRest {
        nth: usize,
        parts: Vec<Part>,
    },
    Unapply {
        nth: usize,
        of: Option<usize>,
    },
    Void {
        nth: usize,
    },
    Refund {
        nth: usize,
        percent: i64,
        rate: i64,
    },
    RefundDocument {
        nth: usize,
        percent: i64,
        rate: i64,
    },
    VoidDocument {
        nth: usize,
    },
}

fn rates() -> impl Strategy<Value = i64> {
    prop_oneof![Just(1_000_000), 1..3_000_000_i64]
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let percent = prop_oneof![Just(100), 1..=100_i64];
    let discount = prop_oneof![3 => Just(0), 1 => 0..10_i64];
    prop::collection::vec((0..50_usize, percent, discount, prop::bool::weighted(0.2)), 1..5)
}

fn command() -> impl Strategy<Value = Command> {
    let contact = || 1..=2_u128;
    prop_oneof![
        8 => (0..4_usize, contact(), 0..3_usize, prop_oneof![1..100_i64, 1..100_000_i64], rates(), any::<bool>()).prop_map(
            |(kind, contact, currency, total, rate, taxed)| Command::Document { kind, contact, currency, total, rate, taxed }
        ),
        8 => (contact(), 0..3_usize, parts(), prop_oneof![Just(0), 0..50_000_i64], prop_oneof![3 => Just(0), 1 => 1..300_i64], rates(), any::<bool>())
            .prop_map(|(contact, currency, parts, extra, fee, rate, received)| Command::Apply {
                contact, currency, parts, extra, fee, rate, received
            }),
        3 => (0..50_usize, parts()).prop_map(|(nth, parts)| Command::ApplyRest { nth, parts }),
        3 => (0..50_usize, prop::option::of(0..4_usize)).prop_map(|(nth, of)| Command::Unapply { nth, of }),
        2 => (0..50_usize).prop_map(|nth| Command::Void { nth }),
        2 => (0..50_usize, 1..=100_i64, rates()).prop_map(|(nth, percent, rate)| Command::Refund { nth, percent, rate }),
        1 => (0..50_usize, 1..=100_i64, rates())
            .prop_map(|(nth, percent, rate)| Command::RefundDocument { nth, percent, rate }),
        1 => (0..50_usize).prop_map(|nth| Command::VoidDocument { nth }),
    ]
}

fn currencies() -> [Currency; 3] {
    [Currency::USD, Currency::EUR, currency("JPY")]
}

fn day(number: usize) -> Date {
    date!(2026 - 03 - 30) + Duration::days(i64::from(number == 4))
}

fn rate(millionths: i64, currency: Currency) -> Option<ExchangeRate> {
    (currency != Currency::USD).then(|| ExchangeRate::from_millionths(millionths).unwrap())
}

fn new_document(
    contact: ContactId,
    currency: Currency,
    total: i64,
    millionths: i64,
    tax: Option<TaxCodeId>,
) -> NewDocument {
    let line = LineRequest {
        item_id: None,
        description: None,
        quantity: Quantity::ONE,
        unit_price: Some(UnitPrice::from_minor(total, "unit_price").unwrap()),
        discount: None,
        account: Some(AccountRef::Number("4100".into())),
        tax_code_id: tax,
        dimensions: Dimensions::default(),
    };
    let draft = DocumentDraft {
        external_id: None,
        number: None,
        contact_id: contact,
        date: date!(2026 - 03 - 30),
        due_date: None,
        reference_number: None,
        memo: None,
        terms: None,
        currency_code: Some(currency),
        exchange_rate: rate(millionths, currency),
        tax_mode: None,
        tax_rounding: None,
        lines: vec![line],
        supplied: SuppliedTotals::default(),
        corrects_id: None,
        metadata: Metadata::default(),
    };
    NewDocument { draft, post: true, override_closed_period: None }
}

fn told<T: Debug>(outcome: Result<partita_application::call::Done<T>, partita_application::Error>) -> String {
    match outcome {
        Ok(done) => format!("{:?}", done.value),
        Err(error) => format!("refused: {error:?}"),
    }
}

fn refund_of(amount: i64, exchange_rate: Option<ExchangeRate>) -> RefundRequest {
    RefundRequest {
        external_id: None,
        amount: Some(amount),
        date: Some(date!(2026 - 04 - 01)),
        exchange_rate,
        account_id: None,
        method: None,
        reference_number: None,
        memo: None,
        fee_amount: 0,
        fee_account_id: None,
        metadata: Metadata::default(),
        override_closed_period: None,
        version: None,
    }
}

/// Runs a command; what it answers must be the same on every store.
fn run(books: &Books, state: &State, command: &Command) -> String {
    let (app, call) = (&books.app, &books.call);
    let nobody = || "nothing".to_owned();
    let of_payments = |nth: usize| state.payments.get(nth % state.payments.len().max(1));
    let of_documents = |nth: usize| state.documents.get(nth % state.documents.len().max(1));
    match command {
        Command::Document { kind, contact, currency, total, rate, taxed } => {
            let tax = taxed.then(|| id(9));
            let new = new_document(id(*contact), currencies()[*currency], *total, *rate, tax);
            told(document::create(app, call, KINDS[*kind], &new))
        }
        Command::Apply { contact, currency, parts, extra, fee, rate: millionths, received } => {
            let (contact, currency) = (id(*contact), currencies()[*currency]);
            let direction = if *received { PaymentDirection::Received } else { PaymentDirection::Made };
            let (applications, net) = state.applications((contact, currency), parts, direction);
            let request = PaymentRequest {
                direction: Some(direction),
                contact_id: Some(contact),
                currency_code: Some(currency),
                exchange_rate: rate(*millionths, currency),
                fee_amount: *fee,
                applications,
                ..PaymentRequest::new(day(parts.len()), net.max(0) + extra)
            };
            told(payment::apply(app, call, &request))
        }
        Command::ApplyRest { nth, parts } => {
            let Some(of) = of_payments(*nth) else { return nobody() };
            let whose = (of.contact_id, of.currency_code);
            let (mut applications, _) = state.applications(whose, parts, of.direction);
            applications.retain(|each| each.item != of.source().named());
            let request = PaymentRequest {
                payment_id: Some(of.id),
                applications,
                ..PaymentRequest::new(date!(2026 - 04 - 01), 0)
            };
            told(payment::apply(app, call, &request))
        }
        Command::Unapply { nth, of } => {
            let Some(payment) = of_payments(*nth) else { return nobody() };
            let all = payment::find(app, call, payment.id).unwrap().applications;
            let live = PaymentApplication::live(&all);
            let chosen = of.and_then(|of| live.get(of % live.len().max(1))).map(|each| vec![each.id]);
            let request = ReleaseRequest { application_ids: chosen, ..ReleaseRequest::default() };
            told(payment::unapply(app, call, payment.id, &request))
        }
        Command::Void { nth } => {
            let Some(payment) = of_payments(*nth) else { return nobody() };
            told(payment::void(app, call, payment.id, &ReleaseRequest::default()))
        }
        Command::Refund { nth, percent, rate: millionths } => {
            let Some(of) = of_payments(*nth) else { return nobody() };
            let request = refund_of((of.amount * percent / 100).max(1), rate(*millionths, of.currency_code));
            told(payment::refund(app, call, of.id, &request))
        }
        Command::RefundDocument { nth, percent, rate: millionths } => {
            let credits: Vec<&Document> = state
                .documents
                .iter()
                .filter(|document| {
                    matches!(document.kind, DocumentKind::CreditNote | DocumentKind::VendorCredit)
                })
                .collect();
            let Some(of) = credits.get(nth % credits.len().max(1)) else { return nobody() };
            let request = refund_of((of.open * percent / 100).max(1), rate(*millionths, of.currency_code));
            told(payment::refund_document(app, call, of.kind, of.id, &request))
        }
        Command::VoidDocument { nth } => {
            let Some(of) = of_documents(*nth) else { return nobody() };
            told(document::void(app, call, of.kind, of.id, &VoidDraft::default()))
        }
    }
}

/// Books with two contacts, who buy and sell, and a tax code of 19 %.
fn founded(store: &Arc<dyn Store>) -> Books {
    let books = Books::found(store, Some("us-small-business"));
    store
        .write(books.company.id, |tx| {
            let account = tx.accounts().all()?.iter().find(|account| account.number == "2200").unwrap().id;
            for number in [1, 2] {
                tx.contacts().insert(&Contact {
                    contact_type: vec![ContactType::Customer, ContactType::Vendor],
                    ..contact(number, &format!("Contact {number}"))
                })?;
            }
            tx.tax_codes().insert(&TaxCode { account_id: Some(account), ..tax_code(9, 1_900) })?;
            Ok(())
        })
        .unwrap();
    books
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_open_is_what_its_accounts_hold(commands in prop::collection::vec(command(), 1..60)) {
        let seen: RefCell<Option<(Vec<String>, LedgerHead)>> = RefCell::default();
        for_each_store(|store| {
            let books = founded(store);
            let mut before = state(&books);
            let mut answers = Vec::with_capacity(commands.len());
            for command in &commands {
                answers.push(run(&books, &before, command));
                before = state(&books);
                before.check();
            }
            assert_eq!(verify(&books.app, &books.call).unwrap().problems, Vec::<String>::new());
            let end = (answers, before.head);
            let first = seen.borrow_mut().get_or_insert_with(|| end.clone()).clone();
            assert_eq!(end, first, "this store differs from the first one");
        });
    }
}
