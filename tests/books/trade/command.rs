//! Random commands of trade, and how they are run.

use super::state::State;
use partita_application::call::IdempotencyKey;
use partita_application::document::{self, NewDocument, VoidDraft};
use partita_application::inventory::{self, AdjustmentDraft, QuantityChange};
use partita_application::journal_entry::{PostingMode, ReversalDraft, post, reverse};
use partita_application::payment;
use partita_application::{Call, Error};
use partita_domain::document::{Document, DocumentDraft, DocumentKind, LineRequest, SuppliedTotals};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::hash::Hash;
use partita_domain::id::{ContactId, ItemId, TaxCodeId};
use partita_domain::journal_entry::{AccountRef, Dimensions, EntryDraft};
use partita_domain::metadata::Metadata;
use partita_domain::money::Currency;
use partita_domain::payment::{
    OpenItemRef, PaymentApplication, PaymentDirection, PaymentRequest, RefundRequest, ReleaseRequest,
};
use partita_domain::quantity::Quantity;
use partita_domain::tax::TaxMode;
use partita_domain::unit_price::UnitPrice;
use partita_tests::books::Books;
use partita_tests::fixtures::{currency, draft, id, line};
use proptest::prelude::*;
use std::fmt::Debug;
use time::macros::date;
use time::{Date, Duration};

pub(super) const KINDS: [DocumentKind; 4] =
    [DocumentKind::Invoice, DocumentKind::Bill, DocumentKind::CreditNote, DocumentKind::VendorCredit];

/// The transaction type of entries by hand.
pub(super) const BY_HAND: &str = "by_hand";

/// What an application shall take of an item: percent of what is open, of that a discount, and whether it closes the item
/// with a write-off.
pub(super) type Part = (usize, i64, i64, bool);

/// A line of a document: its price, and so many of a stocked item.
pub(super) type Piece = (i64, Option<(u128, i64)>);

#[derive(Clone, Debug)]
pub(super) enum Command {
    Document {
        kind: usize,
        contact: u128,
        currency: usize,
        pieces: Vec<Piece>,
        rate: i64,
        tax: Option<TaxMode>,
        corrects: Option<usize>,
        day: i64,
    },
    Apply {
        contact: u128,
        currency: usize,
        parts: Vec<Part>,
        extra: i64,
        fee: i64,
        rate: i64,
        received: bool,
        /// The smallest coin, where it is paid in cash.
        coin: Option<i64>,
        day: i64,
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
        day: i64,
    },
    RefundDocument {
        nth: usize,
        percent: i64,
        rate: i64,
        day: i64,
    },
    VoidDocument {
        nth: usize,
    },
    Adjust {
        item: u128,
        by: i64,
        counts: bool,
        day: i64,
    },
    Post {
        amount: i64,
        rate: Option<i64>,
        day: i64,
    },
    Reverse {
        nth: usize,
        original_period: bool,
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

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let price = prop_oneof![1..100_i64, 1..100_000_i64];
    prop::collection::vec((price, prop::option::weighted(0.3, (1..=2_u128, 1..6_i64))), 1..4)
}

fn document() -> impl Strategy<Value = Command> {
    let tax = prop_oneof![Just(None), Just(Some(TaxMode::Exclusive)), Just(Some(TaxMode::Inclusive))];
    let whose = (0..4_usize, 1..=2_u128, 0..3_usize);
    (whose, pieces(), rates(), tax, prop::option::weighted(0.3, 0..50_usize), 0..6_i64).prop_map(
        |((kind, contact, currency), pieces, rate, tax, corrects, day)| Command::Document {
            kind,
            contact,
            currency,
            pieces,
            rate,
            tax,
            corrects,
            day,
        },
    )
}

fn apply() -> impl Strategy<Value = Command> {
    let extra = prop_oneof![Just(0), 0..50_000_i64];
    let fee = prop_oneof![3 => Just(0), 1 => 1..300_i64];
    let coin = prop::option::weighted(0.2, prop_oneof![Just(5), 1..200_i64]);
    let whose = (1..=2_u128, 0..3_usize, any::<bool>(), coin);
    (whose, parts(), extra, fee, rates(), 4..7_i64).prop_map(
        |((contact, currency, received, coin), parts, extra, fee, rate, day)| Command::Apply {
            contact,
            currency,
            parts,
            extra,
            fee,
            rate,
            received,
            coin,
            day,
        },
    )
}

/// A command, and whether it is sent twice.
pub(super) fn command() -> impl Strategy<Value = (Command, bool)> {
    let command = prop_oneof![
        10 => document(),
        8 => apply(),
        3 => (0..50_usize, parts()).prop_map(|(nth, parts)| Command::ApplyRest { nth, parts }),
        3 => (0..50_usize, prop::option::of(0..4_usize)).prop_map(|(nth, of)| Command::Unapply { nth, of }),
        2 => (0..50_usize).prop_map(|nth| Command::Void { nth }),
        3 => (0..50_usize, 1..=100_i64, rates(), 4..8_i64)
            .prop_map(|(nth, percent, rate, day)| Command::Refund { nth, percent, rate, day }),
        1 => (0..50_usize, 1..=100_i64, rates(), 4..8_i64)
            .prop_map(|(nth, percent, rate, day)| Command::RefundDocument { nth, percent, rate, day }),
        2 => (0..50_usize).prop_map(|nth| Command::VoidDocument { nth }),
        2 => (1..=2_u128, -3..10_i64, prop::bool::weighted(0.2), 0..6_i64)
            .prop_map(|(item, by, counts, day)| Command::Adjust { item, by, counts, day }),
        2 => (1..100_000_i64, prop::option::of(rates()), 0..8_i64)
            .prop_map(|(amount, rate, day)| Command::Post { amount, rate, day }),
        1 => (0..50_usize, any::<bool>())
            .prop_map(|(nth, original_period)| Command::Reverse { nth, original_period }),
    ];
    (command, prop::bool::weighted(0.2))
}

fn currencies() -> [Currency; 3] {
    [Currency::USD, Currency::EUR, currency("JPY")]
}

/// The first day, and so many later.
pub(super) fn day(number: i64) -> Date {
    date!(2026 - 03 - 26) + Duration::days(number)
}

fn rate(millionths: i64, currency: Currency) -> Option<ExchangeRate> {
    (currency != Currency::USD).then(|| ExchangeRate::from_millionths(millionths).unwrap())
}

fn request((price, item): &Piece, tax: Option<TaxCodeId>) -> LineRequest {
    LineRequest {
        item_id: item.map(|(number, _)| id(number)),
        description: None,
        quantity: item
            .map_or(Quantity::ONE, |(_, pieces)| Quantity::parse(&pieces.to_string(), "quantity").unwrap()),
        unit_price: Some(UnitPrice::from_minor(*price, "unit_price").unwrap()),
        discount: None,
        account: item.is_none().then(|| AccountRef::Number("4100".into())),
        tax_code_id: tax,
        dimensions: Dimensions::default(),
    }
}

/// A document of one line.
pub(super) fn new_document(
    contact: ContactId,
    currency: Currency,
    total: i64,
    millionths: i64,
) -> NewDocument {
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
        lines: vec![request(&(total, None), None)],
        supplied: SuppliedTotals::default(),
        corrects_id: None,
        metadata: Metadata::default(),
    };
    NewDocument { draft, post: true, override_closed_period: None }
}

fn told<T: Debug>(outcome: Result<partita_application::call::Done<T>, Error>) -> String {
    match outcome {
        Ok(done) => format!("{:?}", done.value),
        Err(error) => format!("refused: {error:?}"),
    }
}

fn refund_of(amount: i64, exchange_rate: Option<ExchangeRate>, on: i64) -> RefundRequest {
    RefundRequest {
        external_id: None,
        amount: Some(amount),
        date: Some(day(on)),
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

/// An entry by hand.
pub(super) fn by_hand(amount: i64, millionths: Option<i64>, on: i64) -> EntryDraft {
    let rate = millionths.map(|rate| ExchangeRate::from_millionths(rate).unwrap());
    EntryDraft {
        transaction_type: Some(BY_HAND.to_owned()),
        currency: rate.map(|_| Currency::EUR),
        exchange_rate: rate,
        ..draft(day(on), vec![line("1010", amount, 0), line("3100", 0, amount)])
    }
}

/// The nth of some, however few there are.
fn nth<T>(some: &[T], nth: usize) -> Option<&T> {
    some.get(nth % some.len().max(1))
}

/// Runs the command with this number; what it answers must be the same on every store.
#[allow(clippy::too_many_lines, reason = "one arm for each command")]
pub(super) fn run(books: &Books, state: &State, number: usize, command: &Command) -> String {
    let key =
        IdempotencyKey { key: number.to_string(), fingerprint: Hash::of(number.to_string().as_bytes()) };
    let call = &Call { idempotency: Some(key), ..books.call.clone() };
    let app = &books.app;
    let nobody = || "nothing".to_owned();
    match command {
        Command::Document { kind, contact, currency, pieces, rate, tax, corrects, day: on } => {
            let kind = KINDS[*kind];
            let mut new = new_document(id(*contact), currencies()[*currency], 1, *rate);
            new.draft.date = day(*on);
            new.draft.tax_mode = *tax;
            new.draft.lines = pieces
                .iter()
                .map(|piece| request(piece, tax.map(|_| id(if piece.0 % 3 == 0 { 10 } else { 9 }))))
                .collect();
            if let Some(corrected) = corrects.and_then(|of| state.corrected(kind, new.draft.contact_id, of)) {
                new.draft.corrects_id = Some(corrected.id);
                new.draft.currency_code = Some(corrected.currency_code);
                new.draft.exchange_rate = None;
            }
            told(document::create(app, call, kind, &new))
        }
        Command::Apply {
            contact,
            currency,
            parts,
            extra,
            fee,
            rate: millionths,
            received,
            coin,
            day: on,
        } => {
            let (contact, currency) = (id(*contact), currencies()[*currency]);
            let direction = if *received { PaymentDirection::Received } else { PaymentDirection::Made };
            let (mut applications, net) = state.applications((contact, currency), parts, direction);
            if coin.is_some() {
                applications.retain(|each| matches!(each.item, OpenItemRef::Document(..)));
            }
            let amount = if coin.is_some() { 0 } else { net.max(0) + extra };
            let request = PaymentRequest {
                direction: Some(direction),
                contact_id: Some(contact),
                currency_code: Some(currency),
                exchange_rate: rate(*millionths, currency),
                fee_amount: *fee,
                cash_rounding: *coin,
                applications,
                ..PaymentRequest::new(day(*on), amount)
            };
            told(payment::apply(app, call, &request))
        }
        Command::ApplyRest { nth: of, parts } => {
            let Some(of) = nth(&state.payments, *of) else { return nobody() };
            let whose = (of.contact_id, of.currency_code);
            let (mut applications, _) = state.applications(whose, parts, of.direction);
            applications.retain(|each| each.item != of.source().named());
            let request =
                PaymentRequest { payment_id: Some(of.id), applications, ..PaymentRequest::new(day(6), 0) };
            told(payment::apply(app, call, &request))
        }
        Command::Unapply { nth: payment, of } => {
            let Some(payment) = nth(&state.payments, *payment) else { return nobody() };
            let all = payment::find(app, call, payment.id).unwrap().applications;
            let live = PaymentApplication::live(&all);
            let chosen = of.and_then(|of| nth(&live, of)).map(|each| vec![each.id]);
            let request = ReleaseRequest { application_ids: chosen, ..ReleaseRequest::default() };
            told(payment::unapply(app, call, payment.id, &request))
        }
        Command::Void { nth: of } => {
            let Some(of) = nth(&state.payments, *of) else { return nobody() };
            told(payment::void(app, call, of.id, &ReleaseRequest::default()))
        }
        Command::Refund { nth: of, percent, rate: millionths, day: on } => {
            let Some(of) = nth(&state.payments, *of) else { return nobody() };
            let amount = (of.amount * percent / 100).max(1);
            let request = refund_of(amount, rate(*millionths, of.currency_code), *on);
            told(payment::refund(app, call, of.id, &request))
        }
        Command::RefundDocument { nth: of, percent, rate: millionths, day: on } => {
            let credits: Vec<&Document> = state.credits().collect();
            let Some(of) = nth(&credits, *of) else { return nobody() };
            let amount = (of.open * percent / 100).max(1);
            let request = refund_of(amount, rate(*millionths, of.currency_code), *on);
            told(payment::refund_document(app, call, of.kind, of.id, &request))
        }
        Command::VoidDocument { nth: of } => {
            let Some(of) = nth(&state.documents, *of) else { return nobody() };
            told(document::void(app, call, of.kind, of.id, &VoidDraft::default()))
        }
        Command::Adjust { item, by, counts, day: on } => {
            let quantity = |number: i64| Quantity::parse(&number.to_string(), "quantity").unwrap();
            let change = match *counts {
                true => QuantityChange::To(quantity(by.abs())),
                false => QuantityChange::By(quantity(*by)),
            };
            let unit_cost = (*by > 0).then(|| UnitPrice::from_minor(by * 7, "unit_cost").unwrap());
            let draft = AdjustmentDraft {
                external_id: None,
                date: day(*on),
                change,
                unit_cost: unit_cost.filter(|_| !counts),
                account_id: None,
                reason: "Counted".to_owned(),
                override_closed_period: None,
            };
            told(inventory::adjust(app, call, ItemId(id::<ItemId>(*item).0), &draft))
        }
        Command::Post { amount, rate, day } => told(post(app, call, &by_hand(*amount, *rate, *day))),
        Command::Reverse { nth: of, original_period } => {
            let Some(of) = nth(&state.by_hand, *of) else { return nobody() };
            let posting_mode =
                if *original_period { PostingMode::OriginalPeriod } else { PostingMode::CurrentPeriod };
            let draft = ReversalDraft { posting_mode, ..ReversalDraft::default() };
            told(reverse(app, call, *of, &draft))
        }
    }
}
