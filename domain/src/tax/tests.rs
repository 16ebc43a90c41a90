use super::*;
use crate::tax_code::tests::vat;
use proptest::prelude::*;

fn policy(mode: TaxMode, rounding: TaxRounding) -> TaxPolicy {
    TaxPolicy { mode, rounding, trade: Trade::Sale }
}

fn taxed(amounts: &[i64], codes: &[&TaxCode], policy: TaxPolicy) -> TaxAssessment {
    let lines: Vec<TaxableLine<'_>> =
        amounts.iter().map(|amount| TaxableLine { amount: *amount, codes: codes.to_vec() }).collect();
    assess(&lines, policy).unwrap()
}

fn nets(assessment: &TaxAssessment) -> Vec<i64> {
    assessment.lines.iter().map(|line| line.net).collect()
}

fn line_taxes(assessment: &TaxAssessment) -> Vec<i64> {
    assessment.lines.iter().map(|line| line.tax).collect()
}

fn compound(number: u128, basis_points: &str) -> TaxCode {
    TaxCode { is_compound: true, ..vat(number, basis_points) }
}

fn withholding(number: u128, basis_points: &str) -> TaxCode {
    TaxCode { tax_type: TaxType::Withholding, recoverable: 0, ..vat(number, basis_points) }
}

fn reverse_charge(number: u128, basis_points: &str) -> TaxCode {
    TaxCode {
        self_assess_account_id: Some(AccountId(uuid::Uuid::from_u128(5_000))),
        ..vat(number, basis_points)
    }
}

const EXCLUSIVE: TaxPolicy =
    TaxPolicy { mode: TaxMode::Exclusive, rounding: TaxRounding::Document, trade: Trade::Sale };
const INCLUSIVE: TaxPolicy =
    TaxPolicy { mode: TaxMode::Inclusive, rounding: TaxRounding::Document, trade: Trade::Sale };
const BOUGHT: TaxPolicy =
    TaxPolicy { mode: TaxMode::Exclusive, rounding: TaxRounding::Document, trade: Trade::Purchase };

/// The roundings that do not favour anybody.
const NEAREST: [TaxRounding; 2] = [TaxRounding::Line, TaxRounding::Document];

#[test]
fn t1_a_currency_without_cents_is_taxed_in_whole_units() {
    let yen = taxed(&[50_000], &[&vat(1, "1000")], INCLUSIVE);
    assert_eq!((yen.net, yen.tax, yen.net + yen.tax), (45_455, 4_545, 50_000));
}

#[test]
fn t2_inclusive_net_is_rounded_and_tax_is_the_rest() {
    for rounding in NEAREST {
        let of = |gross| {
            let taxed = taxed(&[gross], &[&vat(1, "1900")], policy(TaxMode::Inclusive, rounding));
            (taxed.net, taxed.tax)
        };
        assert_eq!(of(10_000), (8_403, 1_597));
        assert_eq!(of(11_900), (10_000, 1_900));
    }
}

#[test]
fn t3_inclusive_document_keeps_the_gross() {
    let document = taxed(&[9_000, 5_500], &[&vat(1, "500")], INCLUSIVE);
    assert_eq!((document.net, document.tax), (13_810, 690));
    assert_eq!(nets(&document), [8_572, 5_238]);
    assert_eq!(line_taxes(&document), [428, 262]);

    let by_line = taxed(&[9_000, 5_500], &[&vat(1, "500")], policy(TaxMode::Inclusive, TaxRounding::Line));
    assert_eq!(nets(&by_line), [8_571, 5_238]);
    assert_eq!((by_line.net, by_line.tax), (13_809, 691));
}

#[test]
fn t3_the_trace_tells_where_the_cent_went() {
    let document = taxed(&[9_000, 5_500], &[&vat(1, "500")], INCLUSIVE);
    let told: Vec<_> = document
        .trace
        .iter()
        .map(|step| (step.rounded.name(), step.line, step.exact.to_string(), step.amount, step.residue))
        .collect();
    assert_eq!(
        told,
        [
            ("net", None, "13809.523809".to_owned(), 13_810, 0),
            ("tax", None, "690.47619".to_owned(), 690, 0),
            ("tax", Some(0), "428.571428".to_owned(), 428, -1),
            ("tax", Some(1), "261.904761".to_owned(), 262, 0),
        ]
    );
}

#[test]
fn t4_the_policy_decides_where_tax_is_rounded_and_the_header_is_the_sum_of_the_lines() {
    let by_line = taxed(&[103; 10], &[&vat(1, "2000")], policy(TaxMode::Exclusive, TaxRounding::Line));
    assert_eq!((by_line.tax, line_taxes(&by_line)), (210, vec![21; 10]));
    let document = taxed(&[103; 10], &[&vat(1, "2000")], EXCLUSIVE);
    assert_eq!(document.tax, 206);
    assert_eq!(line_taxes(&document), [21, 21, 21, 21, 21, 21, 20, 20, 20, 20]);
}

#[test]
fn t5_halves_are_rounded_away_from_zero() {
    for rounding in NEAREST {
        let policy = policy(TaxMode::Exclusive, rounding);
        assert_eq!(taxed(&[109_150], &[&vat(1, "1500")], policy).tax, 16_373);
        assert_eq!(taxed(&[-109_150], &[&vat(1, "1500")], policy).tax, -16_373);
    }
}

const DOWN: TaxPolicy =
    TaxPolicy { mode: TaxMode::Exclusive, rounding: TaxRounding::DocumentDown, trade: Trade::Sale };

#[test]
fn t6_the_vat_of_an_invoice_may_be_rounded_down_to_a_whole_penny() {
    assert_eq!(taxed(&[109_150], &[&vat(1, "1500")], DOWN).tax, 16_372);
    assert_eq!(taxed(&[-109_150], &[&vat(1, "1500")], DOWN).tax, -16_372, "a credit mirrors it");
    assert_eq!(taxed(&[10_000], &[&vat(1, "2000")], DOWN).tax, 2_000, "nothing is dropped of whole pennies");
    // 3 × 0.99 at 20 % is 59.4, 2 × 1.04 at 5 % is 10.4, 1.99 at 5 % more makes 20.35.
    let (standard, reduced) = (vat(1, "2000"), vat(2, "500"));
    let line = |amount, code| TaxableLine { amount, codes: vec![code] };
    let lines = [
        line(99, &standard),
        line(208, &reduced),
        line(99, &standard),
        line(199, &reduced),
        line(99, &standard),
    ];
    let document = assess(&lines, DOWN).unwrap();
    assert_eq!(document.taxes.iter().map(|tax| tax.amount).collect::<Vec<_>>(), [59, 20]);
    assert_eq!(line_taxes(&document), [20, 10, 20, 10, 19], "the pennies are shared by largest remainder");
}

#[test]
fn t6_what_is_dropped_of_contained_vat_belongs_to_the_net() {
    // 100.00 at 19 % contains 15.966….
    let policy = TaxPolicy { mode: TaxMode::Inclusive, ..DOWN };
    let document = taxed(&[10_000], &[&vat(1, "1900")], policy);
    assert_eq!((document.net, document.tax), (8_404, 1_596));
    let told: Vec<_> = document
        .trace
        .iter()
        .map(|step| (step.rounded.name(), step.line, step.rule.name(), step.amount, step.residue))
        .collect();
    assert_eq!(
        told,
        [
            ("net", None, "up", 8_404, 0),
            ("tax", None, "down", 1_596, 0),
            ("tax", Some(0), "half_away_from_zero", 1_596, -1),
        ]
    );
}

#[test]
fn t6_only_what_a_seller_charges_is_rounded_down() {
    let bought = TaxPolicy { trade: Trade::Purchase, ..DOWN };
    // 15 % of 1,091.50 are 163.725.
    let bill = taxed(&[109_150], &[&reverse_charge(1, "1500"), &withholding(2, "1500")], bought);
    let amounts: Vec<_> = bill.taxes.iter().map(|tax| (tax.amount, tax.recoverable)).collect();
    assert_eq!(amounts, [(16_373, 16_373), (16_373, 0)]);
}

#[test]
fn t7_tax_of_each_category_is_rounded_once_and_sums_are_exact() {
    let (standard, reduced) = (vat(1, "1900"), vat(2, "700"));
    let line = |amount, code| TaxableLine { amount, codes: vec![code] };
    let lines = [line(333, &standard), line(333, &standard), line(1_005, &reduced), line(333, &standard)];
    let document = assess(&lines, EXCLUSIVE).unwrap();
    let categories: Vec<_> = document.taxes.iter().map(|tax| (tax.base, tax.amount)).collect();
    assert_eq!(categories, [(999, 190), (1_005, 70)]);
    assert_eq!((document.net, document.tax), (2_004, 260));
}

#[test]
fn t16_a_compound_tax_is_computed_on_the_taxes_before_it() {
    let (gst, qst) = (vat(1, "500"), vat(2, "997.5"));
    let compound_qst = compound(2, "997.5");
    for rounding in NEAREST {
        let policy = policy(TaxMode::Exclusive, rounding);
        let stacked = taxed(&[10_000], &[&gst, &compound_qst], policy);
        let amounts: Vec<_> = stacked.taxes.iter().map(|tax| (tax.base, tax.amount)).collect();
        assert_eq!(amounts, [(10_000, 500), (10_500, 1_047)]);
        assert_eq!(stacked.net + stacked.tax, 11_547);
        let side_by_side = taxed(&[10_000], &[&gst, &qst], policy);
        assert_eq!(side_by_side.net + side_by_side.tax, 11_498);
    }
}

#[test]
fn t16_a_compound_tax_is_taken_out_of_a_gross_amount_exactly() {
    let document = taxed(&[11_547], &[&vat(1, "500"), &compound(2, "997.5")], INCLUSIVE);
    assert_eq!((document.net, document.tax), (10_000, 1_547));
    let amounts: Vec<_> = document.taxes.iter().map(|tax| (tax.base, tax.amount)).collect();
    assert_eq!(amounts, [(10_000, 500), (10_500, 1_047)]);
}

#[test]
fn t17_withholding_reduces_what_is_due_and_is_no_base_of_other_taxes() {
    let (output, withheld) = (vat(1, "2000"), withholding(2, "1000"));
    let document = taxed(&[100_000], &[&output, &withheld], EXCLUSIVE);
    assert_eq!((document.net, document.tax, document.withheld), (100_000, 10_000, 10_000));
    let after = taxed(&[100_000], &[&withheld, &compound(3, "2000")], EXCLUSIVE);
    assert_eq!(after.taxes[1].base, 100_000);
    let gross = taxed(&[120_000], &[&output, &withheld], INCLUSIVE);
    assert_eq!((gross.net, gross.taxes[0].amount, gross.withheld), (100_000, 20_000, 10_000));
}

#[test]
fn t14_the_recoverable_part_of_input_tax_is_told_apart() {
    let partly = TaxCode { recoverable: 4_000, ..vat(1, "2000") };
    let bill = taxed(&[10_000], &[&partly], BOUGHT);
    assert_eq!((bill.taxes[0].amount, bill.taxes[0].recoverable), (2_000, 800));
    assert_eq!(bill.lines[0].taxes[0].cost(Trade::Purchase), 1_200);
    let sale = taxed(&[10_000], &[&partly], EXCLUSIVE);
    assert_eq!((sale.taxes[0].amount, sale.taxes[0].recoverable), (2_000, 0));
}

#[test]
fn purchases_may_have_an_account_of_their_own() {
    let input_account_id = Some(AccountId(uuid::Uuid::from_u128(7_000)));
    let code = TaxCode { input_account_id, ..vat(1, "2000") };
    assert_eq!(taxed(&[100], &[&code], BOUGHT).taxes[0].account_id, input_account_id);
    assert_eq!(taxed(&[100], &[&code], EXCLUSIVE).taxes[0].account_id, code.account_id);
    assert_eq!(taxed(&[100], &[&vat(1, "2000")], BOUGHT).taxes[0].account_id, code.account_id);
}

#[test]
fn t15_reverse_charge_leaves_what_is_due_and_is_owed_by_the_buyer_only() {
    let code = reverse_charge(1, "1900");
    let bill = taxed(&[100_000], &[&code], BOUGHT);
    assert_eq!((bill.net, bill.tax), (100_000, 0));
    assert_eq!((bill.taxes[0].kind, bill.taxes[0].amount), (TaxKind::SelfAssessed, 19_000));
    assert_eq!(bill.taxes[0].recoverable, 19_000);
    let invoice = taxed(&[100_000], &[&code], EXCLUSIVE);
    assert_eq!((invoice.tax, invoice.taxes[0].base, invoice.taxes[0].amount), (0, 100_000, 0));
    let inclusive = TaxPolicy { mode: TaxMode::Inclusive, ..BOUGHT };
    assert_eq!(taxed(&[100_000], &[&code], inclusive).net, 100_000);
}

#[test]
fn exempt_and_zero_rated_lines_are_named_in_the_summary() {
    let exempt = TaxCode { is_exempt: true, ..vat(1, "0") };
    let document = taxed(&[10_000], &[&exempt], INCLUSIVE);
    assert_eq!((document.net, document.tax), (10_000, 0));
    assert_eq!((document.taxes[0].is_exempt, document.taxes[0].base), (true, 10_000));
}

#[test]
fn without_tax_the_codes_do_not_count() {
    let document = taxed(&[10_000], &[&vat(1, "1900")], policy(TaxMode::None, TaxRounding::Document));
    assert_eq!((document.net, document.tax, document.taxes.len()), (10_000, 0, 0));
}

#[test]
fn amounts_beyond_15_digits_are_refused() {
    let (line, code) = (|amount| TaxableLine { amount, codes: vec![] }, vat(1, "1900"));
    assert!(assess(&[line(MAX_AMOUNT)], EXCLUSIVE).is_ok());
    for amount in [MAX_AMOUNT + 1, i64::MIN, i64::MAX] {
        assert_eq!(assess(&[line(amount)], EXCLUSIVE).unwrap_err().at().unwrap(), "lines[0].amount");
    }
    assert_eq!(assess(&[line(MAX_AMOUNT), line(1)], EXCLUSIVE).unwrap_err().at().unwrap(), "lines");
    let full = [TaxableLine { amount: MAX_AMOUNT, codes: vec![&code] }];
    assert!(assess(&full, EXCLUSIVE).is_err());
    assert!(assess(&full, INCLUSIVE).is_ok());
}

/// Codes of every kind.
fn any_codes() -> impl Strategy<Value = Vec<TaxCode>> {
    let code = (0..=1_000_000_i64, any::<bool>(), 0..=10_000_i64, 0..6_u8);
    prop::collection::vec(code, 4).prop_map(|codes| {
        let codes =
            codes.into_iter().enumerate().map(|(i, (rate, is_compound, recoverable, kind))| TaxCode {
                rate: TaxRate::from_millionths(rate, "rate").unwrap(),
                is_compound: is_compound && i > 1,
                recoverable,
                ..match kind {
                    0 => withholding(i as u128, "0"),
                    1 => reverse_charge(i as u128, "0"),
                    _ => vat(i as u128, "0"),
                }
            });
        codes.collect()
    })
}

fn any_policy() -> impl Strategy<Value = TaxPolicy> {
    let mode = prop::sample::select(TaxMode::ALL.to_vec());
    let rounding = prop::sample::select(TaxRounding::ALL.to_vec());
    (mode, rounding, any::<bool>()).prop_map(|(mode, rounding, sale)| TaxPolicy {
        mode,
        rounding,
        trade: if sale { Trade::Sale } else { Trade::Purchase },
    })
}

proptest! {
    #[test]
    fn every_cent_is_explained(
        codes in any_codes(),
        lines in prop::collection::vec((-1_000_000_i64..10_000_000_000, prop::collection::vec(any::<bool>(), 4)), 1..25),
        policy in any_policy(),
    ) {
        let lines: Vec<TaxableLine<'_>> = lines
            .iter()
            .map(|(amount, chosen)| TaxableLine {
                amount: *amount,
                codes: codes.iter().zip(chosen).filter(|(_, chosen)| **chosen).map(|(code, _)| code).collect(),
            })
            .collect();
        let document = assess(&lines, policy).unwrap();

        // The header is the sum of the lines, and so is every row of the summary.
        prop_assert_eq!(document.tax, document.lines.iter().map(|line| line.tax).sum::<i64>());
        prop_assert_eq!(document.net, document.lines.iter().map(|line| line.net).sum::<i64>());
        for summary in &document.taxes {
            let taxes = || document.lines.iter().flat_map(|line| &line.taxes)
                .filter(|tax| tax.tax_code_id == summary.tax_code_id);
            prop_assert_eq!(summary.amount, taxes().map(|tax| tax.amount).sum::<i64>());
            prop_assert_eq!(summary.base, taxes().map(|tax| tax.base).sum::<i64>());
            prop_assert_eq!(summary.recoverable, taxes().map(|tax| tax.recoverable).sum::<i64>());
        }
        for (line, taxed) in lines.iter().zip(&document.lines) {
            let charged: i64 =
                taxed.taxes.iter().filter(|tax| tax.kind == TaxKind::Charged).map(|tax| tax.amount).sum();
            // Inclusive documents keep the gross of every line, all others the net.
            match policy.mode {
                TaxMode::Inclusive => prop_assert_eq!(taxed.net + charged, line.amount),
                TaxMode::Exclusive | TaxMode::None => prop_assert_eq!(taxed.net, line.amount),
            }
        }
        for step in &document.trace {
            prop_assert_eq!(step.exact.rounded(step.rule).unwrap() + step.residue, step.amount);
        }
        if policy.rounding == TaxRounding::Line {
            let tax_residues = document.trace.iter()
                .filter(|step| step.residue != 0 && (policy.mode != TaxMode::Inclusive));
            prop_assert_eq!(tax_residues.count(), 0, "rounding by line shares nothing out");
        }
    }
}
