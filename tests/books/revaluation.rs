//! Laws of revaluation (T32, I3, I5): whatever was invoiced, billed, paid in part and revalued at whatever ends of months, what
//! exchange did to each document is the same as without any revaluation; revaluation accounts hold what was revalued at the
//! closing date and nothing on the next day; what is open is what the control accounts hold; the books verify.

use partita_application::balance::trial_balance;
use partita_application::document::{self, NewDocument};
use partita_application::ports::Store;
use partita_application::verify::verify;
use partita_application::{ageing, journal_entry, payment, revaluation};
use partita_domain::account::Side;
use partita_domain::contact::{Contact, ContactType};
use partita_domain::currency_exchange::{CurrencyExchange, Given, Taken};
use partita_domain::document::{Document, DocumentDraft, DocumentKind, LineRequest, SuppliedTotals};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::AccountId;
use partita_domain::journal_entry::{AccountRef, Dimensions, EntryDraft};
use partita_domain::metadata::Metadata;
use partita_domain::money::Currency;
use partita_domain::payment::{ApplicationRequest, OpenItemRef, PaymentDirection, PaymentRequest};
use partita_domain::posting_line::PostingLine;
use partita_domain::quantity::Quantity;
use partita_domain::revaluation::{Revaluation, RevaluationRequest, RevaluedItem};
use partita_domain::tax::Trade;
use partita_domain::unit_price::UnitPrice;
use partita_memory::MemoryStore;
use partita_tests::books::{Books, for_each_founded};
use partita_tests::fixtures::{contact, currency, id, revaluation as kept};
use partita_tests::stores::for_each_store;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use time::macros::date;
use time::{Date, Month};

const KINDS: [DocumentKind; 4] =
    [DocumentKind::Invoice, DocumentKind::Bill, DocumentKind::CreditNote, DocumentKind::VendorCredit];
const END: Date = date!(2027 - 12 - 31);

/// What happens in a month, from its first day to its last.
#[derive(Clone, Debug)]
enum Event {
    /// A document of a kind, with a total and a rate.
    Document(usize, i64, i64),
    /// A payment of some percent of what is open of a document, at a rate.
    Payment(usize, i64, i64),
}

fn event() -> impl Strategy<Value = (u8, Event)> {
    let rate = || 1..3_000_000_i64;
    let total = prop_oneof![1..100_i64, 1..1_000_000_i64];
    let percent = prop_oneof![Just(100), 1..=100_i64];
    let document = (0..4_usize, total, rate()).prop_map(|(k, t, r)| Event::Document(k, t, r));
    let payment = (0..20_usize, percent, rate()).prop_map(|(n, p, r)| Event::Payment(n, p, r));
    (1..=9_u8, prop_oneof![document, payment])
}

fn day_of(month: u8, day: u8) -> Date {
    Date::from_calendar_date(2026, Month::try_from(month).unwrap(), day).unwrap()
}

fn end_of(month: u8) -> Date {
    let month_name = Month::try_from(month).unwrap();
    day_of(month, time::util::days_in_month(month_name, 2026))
}

fn rate(millionths: i64) -> ExchangeRate {
    ExchangeRate::from_millionths(millionths).unwrap()
}

fn founded(store: &Arc<dyn Store>) -> Books {
    let books = Books::found(store, Some("us-small-business"));
    store
        .write(books.company.id, |tx| {
            let kinds = vec![ContactType::Customer, ContactType::Vendor];
            tx.contacts().insert(&Contact { contact_type: kinds, ..contact(1, "Contact") })?;
            Ok(())
        })
        .unwrap();
    books
}

fn issue(books: &Books, (kind, total, millionths): (usize, i64, i64), date: Date) -> Document {
    let line = LineRequest {
        item_id: None,
        description: None,
        quantity: Quantity::ONE,
        unit_price: Some(UnitPrice::from_minor(total, "unit_price").unwrap()),
        discount: None,
        account: Some(AccountRef::Number("4100".into())),
        tax_code_id: None,
        dimensions: Dimensions::default(),
    };
    let draft = DocumentDraft {
        external_id: None,
        number: None,
        contact_id: id(1),
        date,
        due_date: None,
        reference_number: None,
        memo: None,
        terms: None,
        currency_code: Some(Currency::EUR),
        exchange_rate: Some(rate(millionths)),
        tax_mode: None,
        tax_rounding: None,
        lines: vec![line],
        supplied: SuppliedTotals::default(),
        corrects_id: None,
        metadata: Metadata::default(),
    };
    let new = NewDocument { draft, post: true, override_closed_period: None };
    document::create(&books.app, &books.call, KINDS[kind], &new).unwrap().value.document
}

fn settle(books: &Books, of: &Document, (percent, millionths): (i64, i64), date: Date) {
    let now = document::find(&books.app, &books.call, of.kind, of.id).unwrap();
    if now.open == 0 || date < of.date {
        return;
    }
    let amount = (now.open * percent / 100).max(1);
    let direction = match of.kind {
        DocumentKind::Invoice | DocumentKind::VendorCredit => PaymentDirection::Received,
        _ => PaymentDirection::Made,
    };
    let request = PaymentRequest {
        direction: Some(direction),
        contact_id: Some(id(1)),
        currency_code: Some(Currency::EUR),
        exchange_rate: Some(rate(millionths)),
        applications: vec![ApplicationRequest {
            item: OpenItemRef::Document(of.kind, of.id),
            amount,
            discount: 0,
            write_off: 0,
            cash_rounding_amount: 0,
        }],
        ..PaymentRequest::new(date, amount)
    };
    let _ = payment::apply(&books.app, &books.call, &request).unwrap();
}

/// What some accounts hold at the end of a day, debit less credit.
fn held(books: &Books, numbers: &[&str], day: Date) -> i64 {
    let balance = trial_balance(&books.app, &books.call, Some(day), None).unwrap();
    let rows = balance.rows.iter().filter(|row| numbers.contains(&row.account.number.as_str()));
    rows.map(|row| row.debit_total - row.credit_total).sum()
}

/// What is open is what its accounts hold, which revaluation leaves alone.
fn check_control_accounts(books: &Books, day: Date) {
    for trade in [Trade::Sale, Trade::Purchase] {
        let report = ageing::ageing(&books.app, &books.call, trade, Some(day), None).unwrap();
        for account in &report.accounts {
            assert_eq!(account.open, account.balance, "I3: {} on {day}", account.account.number);
        }
    }
}

fn fx(books: &Books, of: &Document, day: Date) -> revaluation::DocumentFx {
    let fx = revaluation::lifetime(&books.app, &books.call, of.kind, of.id, Some(day)).unwrap();
    assert!(fx.lifetime.is_proved(fx.side), "{fx:?}");
    fx
}

fn revalue(books: &Books, documents: &[Document], month: u8, millionths: i64) {
    let (day, beside) = (end_of(month), ["1090", "1195", "2090"]);
    let request = RevaluationRequest {
        exchange_rates: vec![(Currency::EUR, rate(millionths))],
        ..RevaluationRequest::at(day)
    };
    let revalued = revaluation::run(&books.app, &books.call, &request).unwrap().value;
    let differences = |of: fn(&&RevaluedItem) -> bool| -> i64 {
        revalued.items.iter().filter(of).map(|item| item.difference).sum()
    };
    assert_eq!(held(books, &beside, day), differences(|_| true), "on {day}");
    assert_eq!(held(books, &beside, day.next_day().unwrap()), 0, "after {day}");
    let known = documents.iter().filter(|document| document.date <= day);
    let unrealised: i64 = known.map(|document| fx(books, document, day).lifetime.unrealised).sum();
    assert_eq!(unrealised, differences(|item| item.source.is_some()));
    check_control_accounts(books, day);
}

/// Runs everything by month, and answers the realised difference and the carrying amount of each document at the end.
fn run(books: &Books, events: &[(u8, Event)], closings: &BTreeMap<u8, i64>) -> Vec<(i64, i128, i64)> {
    let mut documents = Vec::new();
    for month in 1..=9 {
        for (_, event) in events.iter().filter(|(of, _)| *of == month) {
            match event {
                Event::Document(kind, total, millionths) => {
                    documents.push(issue(books, (*kind, *total, *millionths), day_of(month, 1)));
                }
                Event::Payment(nth, percent, millionths) => {
                    if let Some(of) = documents.get(nth % documents.len().max(1)) {
                        settle(books, of, (*percent, *millionths), day_of(month, 15));
                    }
                }
            }
        }
        if let Some(millionths) = closings.get(&month) {
            revalue(books, &documents, month, *millionths);
        }
    }
    assert_eq!(held(books, &["1090", "1195", "2090", "8210"], END), 0);
    check_control_accounts(books, END);
    assert_eq!(verify(&books.app, &books.call).unwrap().problems, Vec::<String>::new());
    documents
        .iter()
        .map(|document| {
            let fx = fx(books, document, END);
            (fx.lifetime.realised, fx.lifetime.total(), fx.base_open())
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t32_a_lifetime_does_not_depend_on_how_often_it_was_revalued(
        events in prop::collection::vec(event(), 1..30),
        closings in prop::collection::btree_map(1..=9_u8, 1..3_000_000_i64, 0..9),
    ) {
        let plain: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let expected = run(&founded(&plain), &events, &BTreeMap::new());
        for_each_store(|store| {
            assert_eq!(run(&founded(store), &events, &closings), expected);
        });
    }
}

fn account(books: &Books, number: &str) -> AccountId {
    let chart = books.app.store.read(books.company.id, |tx| Ok(tx.accounts().all()?)).unwrap();
    chart.iter().find(|account| account.number == number).unwrap().id
}

fn leg(lines: Vec<PostingLine>, exchange_rate: i64) -> EntryDraft {
    let currency = lines[0].currency;
    let mut draft = EntryDraft::new(date!(2026 - 03 - 31), lines.into_iter().map(Into::into).collect());
    draft.currency = Some(currency);
    draft.exchange_rate = Some(rate(exchange_rate));
    draft
}

#[test]
fn t38_money_of_one_foreign_currency_is_exchanged_for_another_over_a_transit_account() {
    for_each_founded(|books| {
        let of = |number| account(books, number);
        let line = |side, number, minor, base| PostingLine::on(side, of(number), Currency::EUR, minor, base);
        let opening =
            vec![line(Side::Debit, "1000", 15_000, 13_800), line(Side::Credit, "3100", 15_000, 13_800)];
        let given = Given {
            account_id: of("1000"),
            currency: Currency::EUR,
            amount: 6_000,
            balance: 15_000,
            base_balance: 13_800,
        };
        let taken =
            Taken { account_id: of("1010"), currency: currency("CAD"), amount: 8_200, base_amount: 5_700 };
        let exchange = CurrencyExchange::of(&given, &taken, of("1080"), of("8200"), of("8200")).unwrap();
        let legs = [leg(opening, 920_000), leg(exchange.given, 950_000), leg(exchange.taken, 695_122)];
        let _ = journal_entry::post_batch(&books.app, &books.call, &legs, true).unwrap();
        let balances = ["1080", "1000", "1010", "8200"].map(|number| held(books, &[number], END));
        assert_eq!(balances, [0, 8_280, 5_700, -180]);
        // What is left of the one and what came in of the other are revalued, each at its own rate.
        let request = RevaluationRequest {
            exchange_rates: vec![(Currency::EUR, rate(930_000)), (currency("CAD"), rate(700_000))],
            ..RevaluationRequest::at(date!(2026 - 03 - 31))
        };
        let revalued = revaluation::run(&books.app, &books.call, &request).unwrap().value;
        assert_eq!((revalued.revaluation.gain, revalued.revaluation.loss), (130, 0));
        assert_eq!(verify(&books.app, &books.call).unwrap().problems, Vec::<String>::new());
    });
}

#[test]
fn a_revaluation_that_is_not_what_its_items_say_is_found() {
    for_each_founded(|books| {
        let wrong = Revaluation { item_count: 2, ..kept(50, date!(2026 - 01 - 31)) };
        books.app.store.write(books.company.id, |tx| Ok(tx.revaluations().insert(&wrong, &[])?)).unwrap();
        let problems = verify(&books.app, &books.call).unwrap().problems;
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains("it says 2 items"), "{problems:?}");
    });
}
