use super::*;
use crate::id::{AccountId, ContactId, LocationId, TaxCodeId, TaxGroupId};
use crate::journal_entry::{AccountRef, Dimensions, EntryDraft, LineDraft};
use crate::metadata::Metadata;
use crate::quantity::Quantity;
use crate::tax_code::tests::vat;
use crate::tax_code::{TaxCode, TaxType};
use crate::tax_group::TaxGroup;
use crate::unit_price::UnitPrice;
use proptest::prelude::*;
use time::macros::{date, datetime};
use uuid::Uuid;

const CONTROL: u128 = 1;
const INCOME: u128 = 2;
const EXPENSE: u128 = 3;
const VAT: u128 = 1_020;
const CONTACT: ContactId = ContactId(Uuid::from_u128(7));

fn account(number: u128) -> AccountId {
    AccountId(Uuid::from_u128(number))
}

pub(crate) fn line(minor: i64, account_number: u128, code: Option<u128>) -> DocumentLineDraft {
    DocumentLineDraft {
        item_id: None,
        description: None,
        quantity: Quantity::ONE,
        unit_price: UnitPrice::from_minor(minor, "unit_price").unwrap(),
        discount: None,
        account_id: Some(account(account_number)),
        tax_code_id: code.map(|number| TaxCodeId(Uuid::from_u128(number))),
        dimensions: Dimensions::default(),
    }
}

pub(crate) fn terms(kind: DocumentKind, tax_mode: TaxMode) -> Terms {
    Terms {
        kind,
        date: date!(2026 - 03 - 31),
        currency: Currency::EUR,
        tax_mode,
        tax_rounding: TaxRounding::Document,
    }
}

/// Codes 20 and 19 by their percent, 5 partly recoverable, 6 reverse charge, 7 withheld; group 99 is 20 and 7.
fn table() -> TaxTable {
    let partly = TaxCode { recoverable: 4_000, ..vat(5, "2000") };
    let reverse = TaxCode { self_assess_account_id: Some(account(1_999)), ..vat(6, "1900") };
    let withheld = TaxCode { tax_type: TaxType::Withholding, ..vat(7, "1000") };
    let group = TaxGroup {
        id: TaxGroupId(Uuid::from_u128(99)),
        external_id: None,
        code: "VAT-WHT".to_owned(),
        name: "Output tax and withholding".to_owned(),
        tax_code_ids: vec![TaxCodeId(Uuid::from_u128(20)), TaxCodeId(Uuid::from_u128(7))],
        is_active: true,
        metadata: Metadata::default(),
        created_at: datetime!(2026-01-01 0:00),
        updated_at: datetime!(2026-01-01 0:00),
        version: 1,
    };
    TaxTable::of(vec![vat(20, "2000"), vat(19, "1900"), partly, reverse, withheld], vec![group])
}

fn priced(kind: DocumentKind, lines: &[DocumentLineDraft]) -> PricedDocument {
    PricedDocument::price(lines, &terms(kind, TaxMode::Exclusive), &table()).unwrap()
}

fn posted(document: &PricedDocument) -> Vec<LineDraft> {
    document.posting(&ControlAccount { account_id: account(CONTROL), contact_id: CONTACT }).unwrap()
}

/// Account number, debit and credit of each line.
fn sides(lines: &[LineDraft]) -> Vec<(u128, i64, i64)> {
    let number = |line: &LineDraft| match &line.account {
        AccountRef::Id(id) => id.0.as_u128(),
        AccountRef::Number(_) => 0,
    };
    lines.iter().map(|line| (number(line), line.debit, line.credit)).collect()
}

fn entry(kind: DocumentKind, lines: &[DocumentLineDraft]) -> Vec<(u128, i64, i64)> {
    sides(&posted(&priced(kind, lines)))
}

#[test]
fn t8_a_discount_is_rounded_once_after_the_quantity() {
    let discounted = DocumentLineDraft {
        quantity: Quantity::parse("10", "quantity").unwrap(),
        discount: Some(Discount::Percent(1_500)),
        ..line(8_250, INCOME, None)
    };
    for kind in [DocumentKind::Invoice, DocumentKind::CreditNote] {
        let document = priced(kind, std::slice::from_ref(&discounted));
        assert_eq!((document.lines[0].amount, document.lines[0].discount_amount), (70_125, 12_375));
        assert_eq!(document.totals.discount_total, 12_375);
    }
    let back = DocumentLineDraft { quantity: Quantity::parse("-10", "quantity").unwrap(), ..discounted };
    let document = priced(DocumentKind::Invoice, &[line(100_000, INCOME, None), back]);
    assert_eq!(document.lines[1].amount, -70_125);
}

#[test]
fn t12_sales_invoice() {
    assert_eq!(
        entry(DocumentKind::Invoice, &[line(250_000, INCOME, Some(20))]),
        [(CONTROL, 300_000, 0), (INCOME, 0, 250_000), (VAT, 0, 50_000)]
    );
}

#[test]
fn t13_purchase_bill() {
    assert_eq!(
        entry(DocumentKind::Bill, &[line(10_000, EXPENSE, Some(19))]),
        [(EXPENSE, 10_000, 0), (1_019, 1_900, 0), (CONTROL, 0, 11_900)]
    );
}

#[test]
fn t14_input_tax_that_does_not_come_back_is_an_expense() {
    assert_eq!(
        entry(DocumentKind::Bill, &[line(10_000, EXPENSE, Some(5))]),
        [(EXPENSE, 11_200, 0), (1_005, 800, 0), (CONTROL, 0, 12_000)]
    );
}

#[test]
fn t15_reverse_charge_is_owed_and_claimed_at_once() {
    assert_eq!(
        entry(DocumentKind::Bill, &[line(100_000, EXPENSE, Some(6))]),
        [(EXPENSE, 100_000, 0), (1_006, 19_000, 0), (1_999, 0, 19_000), (CONTROL, 0, 100_000)]
    );
    assert_eq!(
        entry(DocumentKind::Invoice, &[line(100_000, INCOME, Some(6))]),
        [(CONTROL, 100_000, 0), (INCOME, 0, 100_000)]
    );
}

#[test]
fn t17_what_the_customer_withholds_is_receivable_from_the_state() {
    let document = priced(DocumentKind::Invoice, &[line(100_000, INCOME, Some(99))]);
    assert_eq!(
        sides(&posted(&document)),
        [(CONTROL, 110_000, 0), (INCOME, 0, 100_000), (VAT, 0, 20_000), (1_007, 10_000, 0)]
    );
    let totals = document.totals;
    assert_eq!((totals.subtotal, totals.tax_total, totals.withholding_total), (100_000, 10_000, 10_000));
    assert_eq!(totals.total, 110_000);
}

#[test]
fn t19_a_credit_note_takes_back_what_the_invoice_has_posted() {
    assert_eq!(
        entry(DocumentKind::CreditNote, &[line(50_000, INCOME, Some(20))]),
        [(INCOME, 50_000, 0), (VAT, 10_000, 0), (CONTROL, 0, 60_000)]
    );
    assert_eq!(
        entry(DocumentKind::VendorCredit, &[line(10_000, EXPENSE, Some(19))]),
        [(CONTROL, 11_900, 0), (EXPENSE, 0, 10_000), (1_019, 0, 1_900)]
    );
}

#[test]
fn t23_a_deposit_is_taxed_at_receipt_and_deducted_from_the_final_invoice() {
    const BANK: u128 = 40;
    const DEPOSITS: u128 = 41;
    let terms = terms(DocumentKind::Invoice, TaxMode::Inclusive);
    let receipt = PricedDocument::price(&[line(24_000, DEPOSITS, Some(20))], &terms, &table()).unwrap();
    let at_bank = ControlAccount { account_id: account(BANK), contact_id: CONTACT };
    assert_eq!(
        sides(&receipt.posting(&at_bank).unwrap()),
        [(BANK, 24_000, 0), (DEPOSITS, 0, 20_000), (VAT, 0, 4_000)]
    );
    assert_eq!(
        entry(DocumentKind::Invoice, &[line(100_000, INCOME, Some(20)), line(-20_000, DEPOSITS, Some(20))]),
        [(CONTROL, 96_000, 0), (INCOME, 0, 100_000), (DEPOSITS, 20_000, 0), (VAT, 0, 16_000)]
    );
}

#[test]
fn t45_a_bill_for_goods_that_were_received_before_clears_the_interim_account() {
    const RECEIVED_NOT_INVOICED: u128 = 50;
    assert_eq!(
        entry(DocumentKind::Bill, &[line(10_000, RECEIVED_NOT_INVOICED, Some(20))]),
        [(RECEIVED_NOT_INVOICED, 10_000, 0), (VAT, 2_000, 0), (CONTROL, 0, 12_000)]
    );
}

#[test]
fn t7_the_totals_add_up_exactly() {
    let document = priced(DocumentKind::Invoice, &[line(333, INCOME, Some(19)), line(333, INCOME, Some(20))]);
    let totals = document.totals;
    assert_eq!(totals.tax_total, document.taxes.iter().map(|tax| tax.amount).sum::<i64>(), "BR-CO-14");
    assert_eq!(totals.total, totals.subtotal + totals.tax_total, "BR-CO-15");
    assert_eq!((totals.subtotal, totals.tax_total), (666, 63 + 67));
}

#[test]
fn lines_that_say_the_same_become_one() {
    let there = DocumentLineDraft {
        dimensions: Dimensions { location_id: Some(LocationId(Uuid::from_u128(3))), ..Dimensions::default() },
        ..line(500, INCOME, Some(20))
    };
    let named = DocumentLineDraft { description: Some("Travel".to_owned()), ..line(700, INCOME, Some(20)) };
    let lines = [
        line(100, INCOME, Some(20)),
        there,
        line(200, INCOME, Some(20)),
        line(50, INCOME, None),
        named,
        line(50, EXPENSE, None),
        line(-50, EXPENSE, None),
    ];
    let document = priced(DocumentKind::Invoice, &lines);
    let posted = posted(&document);
    assert_eq!(
        sides(&posted),
        [
            (CONTROL, 1_850, 0),
            (INCOME, 0, 300),
            (INCOME, 0, 500),
            (INCOME, 0, 50),
            (INCOME, 0, 700),
            (VAT, 0, 300)
        ]
    );
    assert_eq!(posted[0].dimensions.contact_id, Some(CONTACT));
    assert_eq!(posted[1].dimensions.tax_code_id, lines[0].tax_code_id);
    assert_eq!(posted[5].description.as_deref(), Some("Tax 20"));
}

#[test]
fn totals_that_a_caller_supplies_must_be_those_of_the_lines() {
    let totals = priced(DocumentKind::Invoice, &[line(10_000, INCOME, Some(19))]).totals;
    let right = SuppliedTotals { total: Some(11_900), tax_total: Some(1_900), ..Default::default() };
    assert_eq!(right.check(&totals, Currency::EUR), Ok(()));
    let wrong = SuppliedTotals { total: Some(11_800), subtotal: Some(10_000), ..Default::default() };
    let refusals = wrong.check(&totals, Currency::EUR).unwrap_err();
    assert_eq!(refusals.len(), 1);
    assert_eq!(refusals[0].constraint(), Some(Constraint::TotalsMismatch));
    assert_eq!(refusals[0].to_string(), "total says 118.00, the lines make 119.00 EUR");
}

#[test]
fn what_cannot_be_priced_or_posted_is_refused() {
    let refused = |lines: &[DocumentLineDraft]| {
        let terms = terms(DocumentKind::Invoice, TaxMode::Exclusive);
        let refusals = PricedDocument::price(lines, &terms, &table()).unwrap_err();
        (refusals[0].at().unwrap().into_owned(), refusals[0].constraint().unwrap())
    };
    let of = |change: fn(&mut DocumentLineDraft)| {
        let mut line = line(1_000, INCOME, Some(20));
        change(&mut line);
        refused(&[line])
    };
    assert_eq!(refused(&[]), ("lines".to_owned(), Constraint::Length));
    assert_eq!(refused(&vec![line(1, INCOME, None); 1_001]), ("lines".to_owned(), Constraint::Length));
    assert_eq!(refused(&[line(-1, INCOME, None)]), ("total".to_owned(), Constraint::Range));
    assert_eq!(
        of(|line| line.discount = Some(Discount::Percent(10_001))),
        ("lines[0].discount_percent".to_owned(), Constraint::Range)
    );
    assert_eq!(
        of(|line| line.discount = Some(Discount::Amount(1_001))),
        ("lines[0].discount_amount".to_owned(), Constraint::Range)
    );
    assert_eq!(
        of(|line| line.tax_code_id = Some(TaxCodeId(Uuid::from_u128(1_234)))),
        ("lines[0].tax_code_id".to_owned(), Constraint::Exists)
    );
    assert_eq!(
        of(|line| {
            line.quantity = Quantity::MAX;
            line.unit_price = UnitPrice::from_minor(100_000_000, "unit_price").unwrap();
        }),
        ("lines[0].unit_price".to_owned(), Constraint::Range)
    );

    let bare = DocumentLineDraft { account_id: None, ..line(100, INCOME, None) };
    let control = ControlAccount { account_id: account(CONTROL), contact_id: CONTACT };
    let refusals = priced(DocumentKind::Invoice, &[bare]).posting(&control).unwrap_err();
    assert_eq!(refusals[0].at().unwrap(), "lines[0].account_id");
    let estimate = priced(DocumentKind::Estimate, &[line(100, INCOME, None)]);
    assert_eq!(estimate.posting(&control).unwrap_err()[0].code(), "conflict");
}

proptest! {
    #[test]
    fn any_posting_balances(
        kind in prop::sample::select(DocumentKind::ALL[1..].to_vec()),
        tax_mode in prop::sample::select(TaxMode::ALL.to_vec()),
        tax_rounding in prop::sample::select(TaxRounding::ALL.to_vec()),
        lines in prop::collection::vec(
            (-100_000_i64..10_000_000, 0..4_u128, prop::option::of(prop::sample::select(vec![5_u128, 6, 7, 19, 20, 99])), 0..10_000_i64),
            1..30,
        ),
    ) {
        let drafts: Vec<DocumentLineDraft> = lines
            .into_iter()
            .map(|(minor, account, code, discount)| DocumentLineDraft {
                discount: Some(Discount::Percent(discount)),
                ..line(minor, 100 + account, code)
            })
            .collect();
        let terms = Terms { tax_rounding, ..terms(kind, tax_mode) };
        match PricedDocument::price(&drafts, &terms, &table()) {
            Ok(document) => {
                let totals = document.totals;
                prop_assert_eq!(totals.subtotal + totals.tax_total, totals.total);
                let lines = posted(&document);
                let debits: i64 = lines.iter().map(|line| line.debit).sum();
                let credits: i64 = lines.iter().map(|line| line.credit).sum();
                prop_assert_eq!(debits, credits);
                if lines.len() > 1 {
                    EntryDraft::new(terms.date, lines).check().unwrap();
                }
            }
            Err(refusals) => prop_assert_eq!(refusals[0].at().unwrap(), "total"),
        }
    }
}
