//! Taking applications and payments back.

use super::*;
use crate::actor::Actor;
use crate::id::ApplicationId;
use crate::metadata::Metadata;
use std::collections::BTreeMap;
use time::macros::datetime;

/// A payment as it would be kept, with its applications.
fn kept(draft: &PaymentDraft<'_>, settlement: &Settlement) -> (Payment, Vec<PaymentApplication>) {
    let at = datetime!(2026-03-31 12:00);
    let payment = Payment {
        id: PaymentId(Uuid::from_u128(900)),
        external_id: None,
        number: "PAY-1".to_owned(),
        direction: draft.direction,
        contact_id: CONTACT,
        date: date!(2026 - 03 - 31),
        amount: draft.amount,
        currency_code: draft.currency,
        exchange_rate: draft.exchange_rate,
        base_amount: settlement.base_amount,
        account_id: draft.accounts.bank,
        method: None,
        reference_number: None,
        memo: None,
        fee_amount: draft.fee,
        fee_account_id: draft.accounts.fee,
        unapplied: settlement.unapplied,
        base_unapplied: settlement.base_unapplied,
        used: 0,
        refunded: 0,
        advances_account_id: (settlement.unapplied > 0).then_some(account(ADVANCES)),
        money: settlement.money.clone(),
        exchange_account_id: settlement.exchange_account_id,
        state: PaymentState::Posted,
        entry_id: None,
        void_entry_id: None,
        metadata: Metadata::default(),
        created_at: at,
        updated_at: at,
        version: 1,
    };
    let stamp = ApplicationStamp {
        payment_id: payment.id,
        direction: payment.direction,
        date: payment.date,
        entry_id: None,
        created_at: at,
        created_by: Actor::System,
    };
    let made = draft.applications.iter().zip(&settlement.applied).zip(1..);
    let applications = made
        .map(|((asked, applied), number)| {
            let id = ApplicationId(Uuid::from_u128(number));
            let asked = ApplicationRequest {
                item: asked.item.source.named(),
                amount: asked.amount,
                discount: asked.discount,
                write_off: asked.write_off,
                cash_rounding_amount: asked.cash_rounding_amount,
            };
            PaymentApplication::of(id, &asked, applied, settlement, &stamp)
        })
        .collect();
    (payment, applications)
}

/// What lines leave on each account, without what comes to nothing.
fn left(lines: &[PostingLine]) -> BTreeMap<AccountId, (i128, i128)> {
    let mut sums: BTreeMap<AccountId, (i128, i128)> = BTreeMap::new();
    for line in lines {
        let sum = sums.entry(line.account).or_default();
        *sum = (sum.0 + line.amount(), sum.1 + line.base_amount());
    }
    sums.retain(|_, sum| *sum != (0, 0));
    sums
}

fn refs(applications: &[PaymentApplication]) -> Vec<&PaymentApplication> {
    applications.iter().collect()
}

#[test]
fn an_application_that_is_taken_back_leaves_an_advance() {
    let taxes = [tax(TaxKind::Charged, 19_000, 0)];
    let invoice = OpenItem { taxes: &taxes, ..item(Invoice, 1, 119_000, 119_000) };
    let application = Application {
        item: invoice,
        amount: 116_620,
        discount: 2_380,
        write_off: 0,
        cash_rounding_amount: 0,
    };
    let draft = euros(Received, 116_620, vec![application]);
    let (payment, applications) = kept(&draft, &settled(&draft));
    let release = payment.release(&refs(&applications), &draft.accounts).unwrap();
    let told: Vec<_> = release.lines.iter().map(|l| (l.account, l.debit, l.credit)).collect();
    let expected = [(AR, 119_000, 0), (DISCOUNT, 0, 2_000), (VAT, 0, 380), (ADVANCES, 0, 116_620)];
    assert_eq!(told, expected.map(|(number, debit, credit)| (account(number), debit, credit)));
    assert_eq!((release.unapplied, release.base_unapplied), (116_620, 116_620));
    assert_eq!(release.advances_account_id, Some(account(ADVANCES)));
}

#[test]
fn t31_a_gain_is_taken_back_with_its_application() {
    let draft =
        dollars(Received, 100_000, 940_000, vec![applied(item(Invoice, 1, 100_000, 92_000), 100_000)]);
    let (payment, applications) = kept(&draft, &settled(&draft));
    let release = payment.release(&refs(&applications), &draft.accounts).unwrap();
    let told: Vec<_> = release.lines.iter().map(|l| (l.account, l.base_debit, l.base_credit)).collect();
    let expected = [(AR, 92_000, 0), (ADVANCES, 0, 94_000), (GAIN, 2_000, 0)];
    assert_eq!(told, expected.map(|(number, debit, credit)| (account(number), debit, credit)));
}

#[test]
fn t19_a_set_off_is_taken_back_as_a_whole_or_not_at_all() {
    let set_off = vec![
        applied(item(Invoice, 1, 100_000, 92_000), 60_000),
        applied(item(CreditNote, 2, 60_000, 55_200), 60_000),
    ];
    let draft =
        PaymentDraft { accounts: PaymentAccounts::default(), ..dollars(Received, 0, 950_000, set_off) };
    let settlement = settled(&draft);
    assert_eq!(settlement.lines, []);
    assert_eq!(settlement.applied.iter().map(|each| each.credited).collect::<Vec<_>>(), [60_000, 60_000]);
    let (payment, applications) = kept(&draft, &settlement);
    let release = payment.release(&refs(&applications), &draft.accounts).unwrap();
    assert_eq!((release.lines, release.unapplied, release.base_unapplied), (vec![], 0, 0));
    let refused = payment.release(&[&applications[1]], &draft.accounts).unwrap_err();
    assert_eq!(refused.constraint(), Some(Constraint::ExceedsUnappliedAmount));
    // The credit becomes an advance when only the invoice is freed of it.
    let accounts = PaymentAccounts { advances: Some(account(ADVANCES)), ..PaymentAccounts::default() };
    let accounts = PaymentAccounts { exchange_gain: Some(account(GAIN)), ..accounts };
    let release = payment.release(&[&applications[0]], &accounts).unwrap();
    assert_eq!((release.unapplied, release.base_unapplied), (60_000, 57_000));
    assert_eq!(check_balance(&release.lines, Currency::EUR), Ok(()));
}

#[test]
fn what_is_left_of_a_payment_is_applied_at_what_it_is_worth() {
    let rest = Rest { account_id: account(ADVANCES), unapplied: 50_000, base_unapplied: 47_000 };
    let applications = vec![applied(item(Invoice, 1, 40_000, 36_800), 40_000)];
    let draft = PaymentDraft { rest: Some(rest), ..dollars(Received, 0, 900_000, applications) };
    let settlement = settled(&draft);
    assert_eq!(base_sides(&settlement), [(ADVANCES, 37_600, 0), (AR, 0, 36_800), (GAIN, 0, 800)]);
    assert_eq!((settlement.unapplied, settlement.base_unapplied), (10_000, 9_400));
    assert_eq!(settlement.applied[0].base_amount, 37_600);
    let more = vec![applied(item(Invoice, 1, 60_000, 55_200), 50_001)];
    let draft = PaymentDraft { rest: Some(rest), ..dollars(Received, 0, 900_000, more) };
    let refused = draft.settle().unwrap_err().remove(0);
    assert_eq!(refused.to_string(), "the applications take 500.01 USD, the payment has 500.00");
}

#[test]
fn t36_money_leaves_a_foreign_account_at_what_it_is_carried_at() {
    let bill = vec![applied(item(Bill, 1, 100_000, 92_000), 100_000)];
    let holding = Holding { balance: 100_000, base_balance: 90_000 };
    let draft = PaymentDraft { holding, ..dollars(Made, 100_000, 950_000, bill) };
    let settlement = settled(&draft);
    assert_eq!(base_sides(&settlement), [(BANK, 0, 90_000), (AP, 92_000, 0), (GAIN, 0, 2_000)]);
    assert_eq!((settlement.applied[0].base_amount, settlement.applied[0].difference), (95_000, -3_000));

    let mut holding = Holding { balance: -100, base_balance: -90 };
    let at_par = |amount: i64| Some(amount);
    assert_eq!(holding.take(150, at_par), Some(90 + 50));
    assert_eq!(holding, Holding { balance: 50, base_balance: 50 });
    assert_eq!(holding.take(-20, at_par), Some(-20));
    assert_eq!(holding.take(-30, at_par), Some(-30));
    assert_eq!(holding, Holding::default());
    // A balance on the wrong side in base currency carries nothing.
    let mut odd = Holding { balance: 100, base_balance: -1 };
    assert_eq!(odd.take(-50, at_par), Some(-50));
}

#[test]
fn t25_what_was_paid_too_much_is_written_off_too() {
    let item = item(Invoice, 1, 100_000, 100_000);
    let of = |write_off| {
        let application = Application {
            item: item.clone(),
            amount: 100_003,
            discount: 0,
            write_off,
            cash_rounding_amount: 0,
        };
        euros(Received, 100_003, vec![application])
    };
    assert_eq!(sides(&settled(&of(-3))), [(BANK, 100_003, 0), (AR, 0, 100_000), (WRITE_OFF, 0, 3)]);
    assert_eq!(of(-2).settle().unwrap_err()[0].constraint(), Some(Constraint::ExceedsOpenAmount));
    assert_eq!(of(-4).settle().unwrap_err()[0].constraint(), Some(Constraint::Range));
}

#[test]
fn lines_of_an_account_are_brought_together() {
    let line = |side, number, minor, base| {
        PostingLine::on(side, account(number), Currency::USD, minor, base)
            .about(crate::payment::settle::of_contact(CONTACT))
    };
    use crate::account::Side::{Credit, Debit};
    let lines = vec![
        line(Debit, AR, 100, 92),
        line(Credit, ADVANCES, 100, 94),
        line(Debit, ADVANCES, 30, 28),
        line(Credit, BANK, 30, 28),
        line(Debit, GAIN, 0, 2),
    ];
    let told = netted(lines, &[account(ADVANCES)]);
    let sides: Vec<_> = told.iter().map(|l| (l.account, l.debit, l.credit, l.base_credit)).collect();
    assert_eq!(sides[1], (account(ADVANCES), 0, 70, 66));
    assert_eq!(told.len(), 4);
    let gone = vec![line(Credit, ADVANCES, 100, 94), line(Debit, ADVANCES, 100, 94)];
    assert_eq!(netted(gone, &[account(ADVANCES)]), []);
}

proptest! {
    #[test]
    fn whatever_is_taken_back_nothing_is_left_once_the_payment_is_void(
        items in prop::collection::vec(
            (1..10_000_000_i64, 1..3_000_000_i64, 0..10_u8, any::<bool>(), any::<bool>()),
            1..8,
        ),
        extra in 0..1_000_000_i64,
        millionths in 1..3_000_000_i64,
        fee in 0..1_000_i64,
        received in any::<bool>(),
        balance in 0..100_000_000_i64,
        carried in 1..3_000_000_i64,
    ) {
        let taxes = [tax(TaxKind::Charged, 1_900, 700), tax(TaxKind::SelfAssessed, 500, 250)];
        let direction = if received { Received } else { Made };
        let (toward, against) = if received { (Invoice, CreditNote) } else { (Bill, VendorCredit) };
        let mut net = 0;
        let mut applications = Vec::new();
        for (i, (total, item_rate, discount, is_toward, _)) in items.iter().enumerate() {
            let base_total = rate(*item_rate).to_base(*total, Currency::USD, Currency::EUR).unwrap();
            let kind = if *is_toward { toward } else { against };
            let source = item(kind, i as u128 + 1, *total, base_total);
            let item = OpenItem { currency: Currency::USD, taxes: &taxes, ..source };
            let discount = total * i64::from(*discount) / 100;
            let amount = total - discount;
            net += if *is_toward { amount } else { -amount };
            applications.push(Application { item, amount, discount, write_off: 0, cash_rounding_amount: 0 });
        }
        let base_balance = rate(carried).to_base(balance, Currency::USD, Currency::EUR).unwrap();
        let draft = PaymentDraft {
            fee,
            holding: Holding { balance, base_balance },
            ..dollars(direction, net.max(0) + extra, millionths, applications)
        };
        let settlement = draft.settle().unwrap();
        let (mut payment, applications) = kept(&draft, &settlement);
        let mut all = settlement.lines.clone();
        let differences: i64 = settlement.applied.iter().map(|applied| applied.difference).sum();
        let worth = if received { settlement.base_amount } else { -settlement.base_amount };
        let money: i128 = settlement.money.iter().map(PostingLine::base_amount).sum();
        prop_assert_eq!(i128::from(settlement.realised), i128::from(differences - worth) + money);

        let (taken, live): (Vec<_>, Vec<_>) =
            applications.iter().zip(&items).partition(|(_, (.., is_taken))| *is_taken);
        let taken: Vec<_> = taken.into_iter().map(|(application, _)| application).collect();
        let mut live: Vec<_> = live.into_iter().map(|(application, _)| application).collect();
        match payment.release(&taken, &draft.accounts) {
            Ok(release) => {
                prop_assert_eq!(check_balance(&release.lines, Currency::EUR), Ok(()));
                prop_assert!(release.unapplied > 0 || release.base_unapplied == 0, "I5");
                all.extend(release.lines);
                payment.unapplied = release.unapplied;
                payment.base_unapplied = release.base_unapplied;
                payment.advances_account_id = release.advances_account_id;
                let advances = left(&all).get(&account(ADVANCES)).copied().unwrap_or_default();
                let sign = if received { -1 } else { 1 };
                let is = (i128::from(payment.unapplied) * sign, i128::from(payment.base_unapplied) * sign);
                prop_assert_eq!(advances, is, "I3");
            }
            Err(refusal) => {
                prop_assert_eq!(refusal.constraint(), Some(Constraint::ExceedsUnappliedAmount));
                live = applications.iter().collect();
            }
        }
        let bank = left(&all).get(&account(BANK)).copied().unwrap_or_default();
        let holding = Holding {
            balance: balance + i64::try_from(bank.0).unwrap(),
            base_balance: base_balance + i64::try_from(bank.1).unwrap(),
        };
        let void = payment.void(&live, &draft.accounts, holding).unwrap();
        prop_assert_eq!(check_balance(&void, Currency::EUR), Ok(()));
        all.extend(void);
        let mut left = left(&all);
        // Where the last of a payment went in and out at other rates, that difference stays.
        let exchange: i128 = [GAIN, LOSS].iter().filter_map(|n| left.remove(&account(*n))).map(|sum| sum.1).sum();
        prop_assert_eq!(exchange, 0);
        prop_assert_eq!(left, BTreeMap::new());
    }
}
