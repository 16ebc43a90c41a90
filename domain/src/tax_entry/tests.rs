use super::*;
use crate::account::Side;
use crate::actor::Actor;
use crate::document::{DocumentState, Totals};
use crate::exchange_rate::ExchangeRate;
use crate::id::{AccountId, ApplicationId, ContactId, PaymentId};
use crate::journal_entry::Dimensions;
use crate::metadata::Metadata;
use crate::payment::{OpenItemSource, PaymentDirection};
use crate::posting_line::PostingLine;
use crate::tax::{TaxMode, TaxRounding};
use crate::tax_rate::TaxRate;
use time::macros::{date, datetime};
use uuid::Uuid;

const CODE: TaxCodeId = TaxCodeId(Uuid::from_u128(90));
const VAT: AccountId = AccountId(Uuid::from_u128(10));
const OWED: AccountId = AccountId(Uuid::from_u128(11));
const POSTED: PostedOn = PostedOn { entry_id: EntryId(Uuid::from_u128(5)), date: date!(2026 - 03 - 31) };

fn tax(kind: TaxKind, base: i64, amount: i64, recoverable: i64) -> TaxSummary {
    TaxSummary {
        tax_code_id: CODE,
        code: "VAT".to_owned(),
        name: "VAT".to_owned(),
        kind,
        rate: TaxRate::ZERO,
        is_exempt: false,
        base,
        amount,
        recoverable,
        report_box: None,
        account_id: Some(VAT),
        self_assess_account_id: (kind == TaxKind::SelfAssessed).then_some(OWED),
        pending_account_id: None,
    }
}

fn document(kind: DocumentKind, total: i64, taxes: Vec<TaxSummary>) -> Document {
    Document {
        id: DocumentId(Uuid::from_u128(1)),
        kind,
        external_id: None,
        number: Some("1".to_owned()),
        contact_id: ContactId(Uuid::from_u128(7)),
        date: date!(2026 - 03 - 31),
        due_date: None,
        reference_number: None,
        memo: None,
        terms: None,
        currency_code: Currency::EUR,
        exchange_rate: ExchangeRate::PAR,
        tax_mode: TaxMode::Exclusive,
        tax_rounding: TaxRounding::Document,
        lines: Vec::new(),
        taxes,
        totals: Totals { total, ..Totals::default() },
        state: DocumentState::Posted,
        base_total: total,
        amount_paid: 0,
        amount_credited: 0,
        open: total,
        base_open: total,
        control_account_id: None,
        entry_id: Some(POSTED.entry_id),
        void_entry_id: None,
        source_id: None,
        converted_to_id: None,
        metadata: Metadata::default(),
        created_at: datetime!(2026-01-01 0:00),
        updated_at: datetime!(2026-01-01 0:00),
        version: 1,
    }
}

/// An application with a discount, whose lines name the code: account, side, amount in base currency.
fn application(
    of: &Document,
    discount: i64,
    correction: i64,
    lines: &[(AccountId, Side, i64)],
) -> PaymentApplication {
    let about = Dimensions { tax_code_id: Some(CODE), ..Dimensions::default() };
    PaymentApplication {
        id: ApplicationId(Uuid::from_u128(3)),
        payment_id: PaymentId(Uuid::from_u128(4)),
        direction: PaymentDirection::Received,
        item: OpenItemSource::Document { kind: of.kind, id: of.id },
        date: date!(2026 - 04 - 10),
        amount: of.totals.total - discount,
        discount,
        write_off: 0,
        cash_rounding_amount: 0,
        relieved: of.totals.total,
        base_relieved: of.totals.total,
        credited: 0,
        base_amount: of.totals.total - discount,
        difference: 0,
        exchange_account_id: None,
        lines: lines
            .iter()
            .map(|(account, side, base)| {
                PostingLine::on(*side, *account, Currency::EUR, *base, *base).about(about)
            })
            .collect(),
        tax_corrections: vec![(CODE, correction)],
        entry_id: Some(EntryId(Uuid::from_u128(6))),
        reverses_id: None,
        created_at: datetime!(2026-01-01 0:00),
        created_by: Actor::System,
    }
}

fn amounts(entries: &[TaxEntry]) -> Vec<[i64; 3]> {
    entries.iter().map(|entry| [entry.amounts.base, entry.amounts.tax, entry.amounts.recoverable]).collect()
}

#[test]
fn a_document_adds_and_its_void_and_its_credit_take_away() {
    let taxes = || vec![tax(TaxKind::Charged, 10_000, 2_000, 800), tax(TaxKind::Withheld, 10_000, 150, 0)];
    let of = |kind, origin| {
        let made = document(kind, 12_000, taxes());
        TaxEntry::of_document(&made, Currency::EUR, POSTED, origin).unwrap()
    };
    let expected = [[10_000, 2_000, 800], [10_000, 150, 0]];
    let taken = [[-10_000, -2_000, -800], [-10_000, -150, 0]];
    let bill = of(DocumentKind::Bill, TaxOrigin::Posting);
    assert_eq!(amounts(&bill), expected);
    assert_eq!((bill[0].line_number, bill[1].line_number, bill[1].trade), (1, 2, Trade::Purchase));
    assert_eq!((bill[0].entry_id, bill[0].date), (POSTED.entry_id, POSTED.date));
    assert_eq!(amounts(&of(DocumentKind::Bill, TaxOrigin::Void)), taken);
    assert_eq!(amounts(&of(DocumentKind::VendorCredit, TaxOrigin::Posting)), taken);
    assert_eq!(amounts(&of(DocumentKind::VendorCredit, TaxOrigin::Void)), expected);
    assert_eq!(of(DocumentKind::CreditNote, TaxOrigin::Posting)[0].trade, Trade::Sale);
}

#[test]
fn each_amount_is_converted_by_itself_as_the_lines_of_the_entry_are() {
    let mut made = document(DocumentKind::Invoice, 0, vec![tax(TaxKind::Charged, 333, 67, 0)]);
    made.exchange_rate = ExchangeRate::from_millionths(1_083_800).unwrap();
    made.currency_code = Currency::USD;
    let entries = TaxEntry::of_document(&made, Currency::EUR, POSTED, TaxOrigin::Posting).unwrap();
    assert_eq!(amounts(&entries), [[361, 73, 0]]);
    made.taxes[0].base = MAX_AMOUNT;
    assert_eq!(TaxEntry::of_document(&made, Currency::EUR, POSTED, TaxOrigin::Posting), None);
}

#[test]
fn a_discount_takes_from_base_and_tax_in_its_own_period() {
    let invoice = document(DocumentKind::Invoice, 119_000, vec![tax(TaxKind::Charged, 100_000, 19_000, 0)]);
    let early = application(&invoice, 2_380, 380, &[(VAT, Side::Debit, 380)]);
    let entries = TaxEntry::of_discount(&early, &invoice, Currency::EUR, 4).unwrap();
    assert_eq!(amounts(&entries), [[-2_000, -380, 0]]);
    assert_eq!((entries[0].date, entries[0].line_number), (early.date, 4));
    assert_eq!(entries[0].origin, TaxOrigin::Discount);

    let back = PaymentApplication {
        discount: -2_380,
        lines: early.lines.iter().cloned().map(PostingLine::mirrored).collect(),
        tax_corrections: vec![(CODE, -380)],
        ..early.clone()
    };
    assert_eq!(
        amounts(&TaxEntry::of_discount(&back, &invoice, Currency::EUR, 1).unwrap()),
        [[2_000, 380, 0]]
    );
    let none = PaymentApplication { discount: 0, ..early };
    assert_eq!(TaxEntry::of_discount(&none, &invoice, Currency::EUR, 1), Some(vec![]));
}

#[test]
fn a_discount_on_a_purchase_takes_from_what_came_back_and_what_is_owed() {
    let of = |made: &Document, correction, lines: &[(AccountId, Side, i64)]| {
        let early = application(made, 12_000, correction, lines);
        amounts(&TaxEntry::of_discount(&early, made, Currency::EUR, 1).unwrap())
    };
    let charged = document(DocumentKind::Bill, 120_000, vec![tax(TaxKind::Charged, 100_000, 20_000, 8_000)]);
    assert_eq!(of(&charged, 2_000, &[(VAT, Side::Credit, 800)]), [[-10_000, -2_000, -800]]);
    let owed =
        document(DocumentKind::Bill, 100_000, vec![tax(TaxKind::SelfAssessed, 100_000, 19_000, 19_000)]);
    let lines = [(VAT, Side::Credit, 2_280), (OWED, Side::Debit, 2_280)];
    assert_eq!(of(&owed, 2_280, &lines), [[-12_000, -2_280, -2_280]]);
    let credit = document(DocumentKind::VendorCredit, 120_000, charged.taxes);
    assert_eq!(of(&credit, 2_000, &[(VAT, Side::Debit, 800)]), [[10_000, 2_000, 800]]);
}

#[test]
fn names_are_stable() {
    for origin in TaxOrigin::ALL {
        assert_eq!(TaxOrigin::named(origin.name()), Some(origin));
        assert_eq!(serde_json::to_value(origin).unwrap(), origin.name());
    }
}
