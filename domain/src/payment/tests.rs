use super::*;
use crate::document::{ControlAccount, DocumentKind};
use crate::id::{DocumentId, PaymentId};
use crate::journal_entry::{EntryDraft, LineDraft};
use crate::posting_line::check_balance;
use crate::refusal::{Constraint, Refusal};
use crate::tax::TaxKind;
use crate::tax::TaxSummary;
use crate::tax_rate::TaxRate;
use proptest::prelude::*;
use time::macros::date;
use uuid::Uuid;

mod taken_back;

const AR: u128 = 1;
const AP: u128 = 2;
const BANK: u128 = 3;
const ADVANCES: u128 = 4;
const DISCOUNT: u128 = 5;
const WRITE_OFF: u128 = 6;
const FEE: u128 = 7;
const GAIN: u128 = 8;
const LOSS: u128 = 9;
const VAT: u128 = 10;
const OWED: u128 = 11;
const ROUNDING: u128 = 12;
const CONTACT: ContactId = ContactId(Uuid::from_u128(70));

fn account(number: u128) -> AccountId {
    AccountId(Uuid::from_u128(number))
}

fn rate(millionths: i64) -> ExchangeRate {
    ExchangeRate::from_millionths(millionths).unwrap()
}

/// An item that is open as it was recognised.
fn item(kind: DocumentKind, number: u128, total: i64, base_total: i64) -> OpenItem<'static> {
    let control = if kind.trade() == crate::tax::Trade::Sale { AR } else { AP };
    OpenItem {
        source: OpenItemSource::Document { kind, id: DocumentId(Uuid::from_u128(number)) },
        control: ControlAccount { account_id: account(control), contact_id: CONTACT },
        currency: if total == base_total { Currency::EUR } else { Currency::USD },
        total,
        base_total,
        open: total,
        base_open: base_total,
        taxes: &[],
    }
}

fn advance(total: i64, base_total: i64) -> OpenItem<'static> {
    OpenItem {
        source: OpenItemSource::Payment {
            direction: PaymentDirection::Received,
            id: PaymentId(Uuid::from_u128(500)),
        },
        control: ControlAccount { account_id: account(ADVANCES), contact_id: CONTACT },
        ..item(DocumentKind::Invoice, 0, total, base_total)
    }
}

fn applied(item: OpenItem<'_>, amount: i64) -> Application<'_> {
    Application { item, amount, discount: 0, write_off: 0, cash_rounding_amount: 0 }
}

fn euros(direction: PaymentDirection, amount: i64, applications: Vec<Application<'_>>) -> PaymentDraft<'_> {
    PaymentDraft {
        direction,
        contact_id: CONTACT,
        currency: Currency::EUR,
        base_currency: Currency::EUR,
        exchange_rate: ExchangeRate::PAR,
        amount,
        fee: 0,
        rest: None,
        holding: Holding::default(),
        write_off_tolerance: 5,
        applications,
        accounts: PaymentAccounts {
            bank: Some(account(BANK)),
            advances: Some(account(ADVANCES)),
            sales_discount: Some(account(DISCOUNT)),
            purchase_discount: Some(account(DISCOUNT)),
            write_off: Some(account(WRITE_OFF)),
            cash_rounding: Some(account(ROUNDING)),
            fee: Some(account(FEE)),
            exchange_gain: Some(account(GAIN)),
            exchange_loss: Some(account(LOSS)),
        },
    }
}

fn dollars(
    direction: PaymentDirection,
    amount: i64,
    millionths: i64,
    applications: Vec<Application<'_>>,
) -> PaymentDraft<'_> {
    PaymentDraft {
        currency: Currency::USD,
        exchange_rate: rate(millionths),
        ..euros(direction, amount, applications)
    }
}

fn settled(draft: &PaymentDraft<'_>) -> Settlement {
    let settlement = draft.settle().unwrap();
    check_balance(&settlement.lines, draft.base_currency).unwrap();
    settlement
}

/// Account number, debit and credit of each line.
fn sides(settlement: &Settlement) -> Vec<(u128, i64, i64)> {
    settlement.lines.iter().map(|line| (line.account.0.as_u128(), line.debit, line.credit)).collect()
}

/// Account number, debit and credit of each line in base currency.
fn base_sides(settlement: &Settlement) -> Vec<(u128, i64, i64)> {
    settlement
        .lines
        .iter()
        .map(|line| (line.account.0.as_u128(), line.base_debit, line.base_credit))
        .collect()
}

fn tax(kind: TaxKind, amount: i64, recoverable: i64) -> TaxSummary {
    TaxSummary {
        tax_code_id: TaxCodeId(Uuid::from_u128(90)),
        code: "VAT".to_owned(),
        name: "VAT".to_owned(),
        kind,
        rate: TaxRate::ZERO,
        is_exempt: false,
        base: 100_000,
        amount,
        recoverable,
        report_box: None,
        account_id: Some(account(VAT)),
        self_assess_account_id: (kind == TaxKind::SelfAssessed).then(|| account(OWED)),
        pending_account_id: None,
    }
}

use DocumentKind::{Bill, CreditNote, Invoice, VendorCredit};
use PaymentDirection::{Made, Received};

#[test]
fn t19_items_of_one_account_are_set_off_without_an_entry() {
    let set_off = vec![
        applied(item(Invoice, 1, 100_000, 100_000), 60_000),
        applied(item(CreditNote, 2, 60_000, 60_000), 60_000),
    ];
    let settlement = settled(&euros(Received, 0, set_off));
    assert_eq!(settlement.lines, []);
    assert_eq!((settlement.applied[0].open, settlement.applied[1].open), (40_000, 0));
}

#[test]
fn t19_items_at_different_rates_leave_a_difference_of_exchange() {
    let set_off = vec![
        applied(item(Invoice, 1, 100_000, 92_000), 60_000),
        applied(item(CreditNote, 2, 60_000, 56_400), 60_000),
    ];
    let settlement = settled(&dollars(Received, 0, 950_000, set_off));
    assert_eq!(base_sides(&settlement), [(AR, 0, 55_200), (AR, 56_400, 0), (GAIN, 0, 1_200)]);
    assert_eq!((settlement.lines[2].debit, settlement.lines[2].credit), (0, 0));
}

#[test]
fn t20_a_refund_pays_a_credit_note() {
    let refund = vec![applied(item(CreditNote, 1, 60_000, 60_000), 60_000)];
    assert_eq!(sides(&settled(&euros(Made, 60_000, refund))), [(BANK, 0, 60_000), (AR, 60_000, 0)]);
    let from_vendor = vec![applied(item(VendorCredit, 1, 60_000, 60_000), 60_000)];
    assert_eq!(sides(&settled(&euros(Received, 60_000, from_vendor))), [(BANK, 60_000, 0), (AP, 0, 60_000)]);
}

#[test]
fn t21_one_payment_settles_several_items_and_parts_of_them() {
    let applications = vec![
        applied(item(Invoice, 1, 100_000, 100_000), 100_000),
        applied(item(Invoice, 2, 50_000, 50_000), 20_000),
        applied(item(CreditNote, 3, 5_000, 5_000), 5_000),
    ];
    let settlement = settled(&euros(Received, 115_000, applications));
    assert_eq!(sides(&settlement), [(BANK, 115_000, 0), (AR, 0, 100_000), (AR, 0, 20_000), (AR, 5_000, 0)]);
    let open: Vec<_> = settlement.applied.iter().map(|applied| applied.open).collect();
    assert_eq!(open, [0, 30_000, 0]);
    assert_eq!(settlement.unapplied, 0);
    let bill = vec![applied(item(Bill, 1, 11_900, 11_900), 11_900)];
    assert_eq!(sides(&settled(&euros(Made, 11_900, bill))), [(BANK, 0, 11_900), (AP, 11_900, 0)]);
}

#[test]
fn t22_what_is_not_applied_is_an_advance_until_it_is_used() {
    let over = vec![applied(item(Invoice, 1, 100_000, 100_000), 100_000)];
    let settlement = settled(&euros(Received, 150_000, over));
    assert_eq!(sides(&settlement), [(BANK, 150_000, 0), (AR, 0, 100_000), (ADVANCES, 0, 50_000)]);
    assert_eq!((settlement.unapplied, settlement.base_unapplied), (50_000, 50_000));
    assert_eq!(settlement.lines[2].dimensions.contact_id, Some(CONTACT));

    let used =
        vec![applied(item(Invoice, 2, 80_000, 80_000), 50_000), applied(advance(50_000, 50_000), 50_000)];
    assert_eq!(sides(&settled(&euros(Received, 0, used))), [(AR, 0, 50_000), (ADVANCES, 50_000, 0)]);
    assert_eq!(sides(&settled(&euros(Made, 70_000, vec![]))), [(BANK, 0, 70_000), (ADVANCES, 70_000, 0)]);
}

#[test]
fn t24_an_early_payment_discount_corrects_the_tax() {
    let taxes = [tax(TaxKind::Charged, 19_000, 0)];
    let invoice = OpenItem { taxes: &taxes, ..item(Invoice, 1, 119_000, 119_000) };
    let application = Application {
        item: invoice,
        amount: 116_620,
        discount: 2_380,
        write_off: 0,
        cash_rounding_amount: 0,
    };
    let settlement = settled(&euros(Received, 116_620, vec![application]));
    assert_eq!(
        sides(&settlement),
        [(BANK, 116_620, 0), (AR, 0, 119_000), (DISCOUNT, 2_000, 0), (VAT, 380, 0)]
    );
    assert_eq!(settlement.applied[0].tax_corrections, [(TaxCodeId(Uuid::from_u128(90)), 380)]);
    assert_eq!(settlement.applied[0].open, 0);
}

#[test]
fn t24_a_discount_on_a_bill_corrects_only_what_came_back() {
    let taxes = [tax(TaxKind::Charged, 20_000, 8_000)];
    let bill = OpenItem { taxes: &taxes, ..item(Bill, 1, 120_000, 120_000) };
    let application =
        Application { item: bill, amount: 108_000, discount: 12_000, write_off: 0, cash_rounding_amount: 0 };
    assert_eq!(
        sides(&settled(&euros(Made, 108_000, vec![application]))),
        [(BANK, 0, 108_000), (AP, 120_000, 0), (DISCOUNT, 0, 11_200), (VAT, 0, 800)]
    );
    let taxes = [tax(TaxKind::SelfAssessed, 19_000, 19_000)];
    let bill = OpenItem { taxes: &taxes, ..item(Bill, 1, 100_000, 100_000) };
    let application =
        Application { item: bill, amount: 98_000, discount: 2_000, write_off: 0, cash_rounding_amount: 0 };
    assert_eq!(
        sides(&settled(&euros(Made, 98_000, vec![application]))),
        [(BANK, 0, 98_000), (AP, 100_000, 0), (DISCOUNT, 0, 2_000), (VAT, 0, 380), (OWED, 380, 0)]
    );
}

#[test]
fn t25_a_small_difference_is_written_off_within_the_tolerance() {
    let of = |amount, write_off| {
        let item = item(Invoice, 1, 100_000, 100_000);
        euros(
            Received,
            amount,
            vec![Application { item, amount, discount: 0, write_off, cash_rounding_amount: 0 }],
        )
    };
    assert_eq!(sides(&settled(&of(99_998, 2))), [(BANK, 99_998, 0), (AR, 0, 100_000), (WRITE_OFF, 2, 0)]);
    assert_eq!(settled(&of(99_998, 0)).applied[0].open, 2);
    let refused = |draft: PaymentDraft<'_>| {
        let refusals = draft.settle().unwrap_err();
        (refusals[0].at().unwrap().into_owned(), refusals[0].constraint().unwrap())
    };
    assert_eq!(refused(of(99_994, 6)), ("applications[0].write_off".to_owned(), Constraint::Range));
    assert_eq!(refused(of(50_000, 5)), ("applications[0].write_off".to_owned(), Constraint::Range));
}

#[test]
fn t10_rounding_to_coins_has_a_line_of_its_own() {
    let of = |amount, cash_rounding_amount| {
        let application =
            Application { cash_rounding_amount, ..applied(item(Invoice, 1, 1_223, 1_223), amount) };
        settled(&euros(Received, amount, vec![application]))
    };
    let up = of(1_225, 2);
    assert_eq!(sides(&up), [(BANK, 1_225, 0), (AR, 0, 1_223), (ROUNDING, 0, 2)]);
    assert_eq!((up.applied[0].relieved, up.applied[0].open, up.unapplied), (1_223, 0, 0));
    assert_eq!(sides(&of(1_220, -3)), [(BANK, 1_220, 0), (AR, 0, 1_223), (ROUNDING, 3, 0)]);
    let application = Application { cash_rounding_amount: 2, ..applied(item(Bill, 1, 1_223, 1_223), 1_225) };
    assert_eq!(
        sides(&settled(&euros(Made, 1_225, vec![application]))),
        [(BANK, 0, 1_225), (AP, 1_223, 0), (ROUNDING, 2, 0)]
    );
}

#[test]
fn t10_what_the_applications_come_to_is_paid_in_coins() {
    let document = |kind, number| OpenItemRef::Document(kind, DocumentId(Uuid::from_u128(number)));
    let each = |item, amount| ApplicationRequest {
        item,
        amount,
        discount: 0,
        write_off: 0,
        cash_rounding_amount: 0,
    };
    let request = |amount, coin, applications| PaymentRequest {
        cash_rounding: Some(coin),
        applications,
        ..PaymentRequest::new(time::macros::date!(2026 - 04 - 15), amount)
    };
    // 5.00 and 12.22 less a credit of 4.99 are 12.23; the largest tells the two cents.
    let several = || {
        let (first, second) = (document(Invoice, 1), document(Invoice, 2));
        vec![each(first, 500), each(second, 1_222), each(document(CreditNote, 3), 499)]
    };
    let told = request(0, 5, several()).in_coins().unwrap().into_owned();
    let parts: Vec<_> = told.applications.iter().map(|a| (a.amount, a.cash_rounding_amount)).collect();
    assert_eq!((told.amount, parts), (1_225, vec![(500, 0), (1_224, 2), (499, 0)]));
    assert_eq!(request(1_225, 5, several()).in_coins().unwrap().into_owned(), told);

    let refused = |request: PaymentRequest| {
        let refusal = request.in_coins().unwrap_err();
        (refusal.at().unwrap().into_owned(), refusal.constraint().unwrap())
    };
    assert_eq!(refused(request(1_223, 5, several())), ("amount".to_owned(), Constraint::TotalsMismatch));
    assert_eq!(refused(request(0, 0, several())), ("cash_rounding".to_owned(), Constraint::Range));
    assert_eq!(refused(request(0, 5, Vec::new())), ("applications".to_owned(), Constraint::Length));
    let advance = vec![each(document(Invoice, 1), 5), each(OpenItemRef::Payment(PaymentId(Uuid::nil())), 5)];
    assert_eq!(refused(request(0, 5, advance)), ("applications[1].payment_id".to_owned(), Constraint::OneOf));
}

#[test]
fn t30_a_fee_leaves_the_clearing_account_again() {
    let charge = vec![applied(item(Invoice, 1, 10_000, 10_000), 10_000)];
    let settlement = settled(&PaymentDraft { fee: 320, ..euros(Received, 10_000, charge) });
    assert_eq!(sides(&settlement), [(BANK, 10_000, 0), (AR, 0, 10_000), (FEE, 320, 0), (BANK, 0, 320)]);
    let paid_out: i128 =
        settlement.lines.iter().filter(|l| l.account == account(BANK)).map(PostingLine::amount).sum();
    assert_eq!(paid_out, 9_680);
}

#[test]
fn t31_a_gain_of_exchange_is_realised_by_the_payment() {
    let invoice = vec![applied(item(Invoice, 1, 100_000, 92_000), 100_000)];
    let settlement = settled(&dollars(Received, 100_000, 940_000, invoice));
    assert_eq!(base_sides(&settlement), [(BANK, 94_000, 0), (AR, 0, 92_000), (GAIN, 0, 2_000)]);
    assert_eq!(settlement.realised, 2_000);
    let bill = vec![applied(item(Bill, 1, 100_000, 92_000), 100_000)];
    let settlement = settled(&dollars(Made, 100_000, 940_000, bill));
    assert_eq!(base_sides(&settlement), [(BANK, 0, 94_000), (AP, 92_000, 0), (LOSS, 2_000, 0)]);
}

/// Pays an item in parts and tells what each part relieves and realises in base currency.
fn in_parts(mut item: OpenItem<'static>, parts: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut told = Vec::new();
    for (amount, millionths) in parts {
        let draft = dollars(Received, *amount, *millionths, vec![applied(item.clone(), *amount)]);
        let settlement = settled(&draft);
        let applied = &settlement.applied[0];
        told.push((applied.base_relieved, settlement.realised));
        (item.open, item.base_open) = (applied.open, applied.base_open);
    }
    assert_eq!((item.open, item.base_open), (0, 0), "I5");
    told
}

#[test]
fn t34_each_part_is_relieved_at_the_rate_of_the_item() {
    let told = in_parts(item(Invoice, 1, 100_000, 92_000), &[(40_000, 940_000), (60_000, 900_000)]);
    assert_eq!(told, [(36_800, 800), (55_200, -1_200)]);
    assert_eq!(told.iter().map(|(_, realised)| realised).sum::<i64>(), -400);
}

#[test]
fn t35_the_last_relief_takes_the_residue() {
    let parts = [(3_333, 1_234_500), (3_333, 1_234_500), (3_334, 1_234_500)];
    let told = in_parts(item(Invoice, 1, 10_000, 12_345), &parts);
    assert_eq!(told, [(4_115, 0), (4_115, 0), (4_115, 1)]);
}

#[test]
fn t36_a_foreign_balance_of_zero_is_zero_in_base_currency() {
    // 100.00 at 0.90 and 50.00 at 0.96 are carried at 138.00; 60.00 of them are exchanged for 57.00.
    let relieved = relieved_at_average(15_000, 13_800, 6_000).unwrap();
    assert_eq!((relieved, 5_700 - relieved), (5_520, 180));
    assert_eq!(relieved_at_average(9_000, 13_800 - relieved, 9_000), Some(8_280));
    assert_eq!(relieved_at_average(0, 0, 1), None);
}

#[test]
fn a_discount_on_a_foreign_item_leaves_at_the_rate_of_the_item() {
    let taxes = [tax(TaxKind::Charged, 19_000, 0)];
    let invoice = OpenItem { taxes: &taxes, ..item(Invoice, 1, 119_000, 109_480) };
    let application = Application {
        item: invoice,
        amount: 116_620,
        discount: 2_380,
        write_off: 0,
        cash_rounding_amount: 0,
    };
    let settlement = settled(&dollars(Received, 116_620, 940_000, vec![application]));
    assert_eq!(
        base_sides(&settlement),
        [(BANK, 109_623, 0), (AR, 0, 109_480), (DISCOUNT, 1_840, 0), (VAT, 350, 0), (GAIN, 0, 2_333)]
    );
}

#[test]
fn a_payment_that_is_partly_applied_at_the_rate_of_the_item_realises_nothing() {
    let invoice = vec![applied(item(Invoice, 1, 3_333, 4_115), 3_333)];
    let settlement = settled(&dollars(Received, 6_667, 1_234_500, invoice));
    assert_eq!((settlement.realised, settlement.unapplied), (0, 3_334));
    assert_eq!(settlement.base_unapplied, 8_230 - 4_115);
}

#[test]
fn what_cannot_be_applied_is_refused_with_both_numbers() {
    let refused = |draft: PaymentDraft<'_>| -> Refusal { draft.settle().unwrap_err().remove(0) };
    let open = item(Invoice, 1, 100_000, 100_000);

    let more = refused(euros(Received, 200_000, vec![applied(open.clone(), 100_001)]));
    assert_eq!(more.constraint(), Some(Constraint::ExceedsOpenAmount));
    assert_eq!(more.to_string(), "1000.01 EUR is more than the 1000.00 open");
    assert_eq!(more.at().unwrap(), "applications[0].amount");

    let short = refused(euros(Received, 99_999, vec![applied(open.clone(), 100_000)]));
    assert_eq!(short.constraint(), Some(Constraint::ExceedsUnappliedAmount));
    assert_eq!(short.to_string(), "the applications take 1000.00 EUR, the payment has 999.99");

    let twice = refused(euros(Received, 9, vec![applied(open.clone(), 1), applied(open.clone(), 1)]));
    assert_eq!(twice.constraint(), Some(Constraint::Unique));
    let foreign = refused(euros(Received, 9, vec![applied(item(Invoice, 1, 9, 8), 9)]));
    assert_eq!(foreign.constraint(), Some(Constraint::Currency));
    let nothing = refused(euros(Received, 9, vec![applied(open.clone(), 0)]));
    assert_eq!(nothing.constraint(), Some(Constraint::Range));
    let rated = PaymentDraft { exchange_rate: rate(2), ..euros(Received, 9, vec![]) };
    assert_eq!(refused(rated).at().unwrap(), "exchange_rate");
    assert_eq!(refused(euros(Received, -1, vec![])).at().unwrap(), "amount");

    let bare = PaymentDraft { accounts: PaymentAccounts::default(), ..euros(Received, 9, vec![]) };
    assert_eq!(refused(bare).at().unwrap(), "account_id");
}

proptest! {
    #[test]
    fn any_settlement_balances_and_leaves_no_base_amount_behind(
        items in prop::collection::vec(
            (1..10_000_000_i64, 1..3_000_000_i64, 0..100_u8, 0..10_u8, any::<bool>(), 0..3_000_i64),
            1..8,
        ),
        extra in 0..1_000_000_i64,
        millionths in 1..3_000_000_i64,
        fee in 0..1_000_i64,
        received in any::<bool>(),
    ) {
        let taxes = [tax(TaxKind::Charged, 1_900, 700), tax(TaxKind::SelfAssessed, 500, 250)];
        let direction = if received { Received } else { Made };
        let toward = if received { Invoice } else { Bill };
        let against = if received { CreditNote } else { VendorCredit };
        let mut net = 0;
        let mut applications = Vec::new();
        for (i, (total, item_rate, part, discount, is_toward, _)) in items.iter().enumerate() {
            let kind = if *is_toward { toward } else { against };
            let base_total = rate(*item_rate).to_base(*total, Currency::USD, Currency::EUR).unwrap();
            let number = i as u128 + 1;
            let item = OpenItem {
                currency: Currency::USD,
                taxes: &taxes,
                ..item(kind, number, *total, base_total)
            };
            let relieved = if *part > 50 { *total } else { 1 + (*total - 1) * i64::from(*part) / 100 };
            let discount = relieved * i64::from(*discount) / 100;
            let amount = relieved - discount;
            net += if *is_toward { amount } else { -amount };
            applications.push(Application { item, amount, discount, write_off: 0, cash_rounding_amount: 0 });
        }
        let amount = net.max(0) + extra;
        let draft = PaymentDraft { fee, ..dollars(direction, amount, millionths, applications) };
        let settlement = draft.settle().unwrap();
        prop_assert_eq!(check_balance(&settlement.lines, Currency::EUR), Ok(()));
        prop_assert_eq!(settlement.unapplied, amount - net);
        if !settlement.lines.is_empty() {
            let lines = settlement.lines.iter().cloned().map(LineDraft::from).collect();
            prop_assert_eq!(EntryDraft::new(date!(2026 - 03 - 31), lines).check(), Ok(()));
        }
        for line in &settlement.lines {
            prop_assert!(line.debit >= 0 && line.credit >= 0 && line.base_debit >= 0 && line.base_credit >= 0);
        }
        for applied in &settlement.applied {
            prop_assert!(applied.base_open >= 0 && applied.open >= 0);
            prop_assert!(applied.open > 0 || applied.base_open == 0, "I5");
        }
    }

    #[test]
    fn an_item_paid_in_any_parts_ends_at_zero_and_realises_the_same_in_all(
        total in 1..1_000_000_i64,
        item_rate in 1..5_000_000_i64,
        cuts in prop::collection::vec((1..200_000_i64, 1..5_000_000_i64), 0..12),
    ) {
        let base_total = rate(item_rate).to_base(total, Currency::USD, Currency::EUR).unwrap();
        let mut invoice = OpenItem { currency: Currency::USD, ..item(Invoice, 1, total, base_total) };
        let (mut received, mut realised) = (0, 0);
        let last = (total, 1_000_000);
        for (part, millionths) in cuts.into_iter().chain([last]) {
            let amount = part.min(invoice.open);
            if amount == 0 {
                break;
            }
            let application = applied(invoice.clone(), amount);
            let settlement = dollars(Received, amount, millionths, vec![application]).settle().unwrap();
            received += rate(millionths).to_base(amount, Currency::USD, Currency::EUR).unwrap();
            realised += settlement.realised;
            invoice.open = settlement.applied[0].open;
            invoice.base_open = settlement.applied[0].base_open;
        }
        prop_assert_eq!((invoice.open, invoice.base_open), (0, 0));
        prop_assert_eq!(realised, received - base_total);
    }
}
