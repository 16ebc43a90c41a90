use super::*;
use time::macros::{date, datetime};
use uuid::Uuid;

/// A value added tax at some basis points, posted to account `1000 + number`.
pub(crate) fn vat(number: u128, basis_points: &str) -> TaxCode {
    TaxCode {
        id: TaxCodeId(Uuid::from_u128(number)),
        external_id: None,
        code: format!("T{number}"),
        name: format!("Tax {number}"),
        rate: TaxRate::parse_basis_points(basis_points, "rate").unwrap(),
        tax_type: TaxType::Vat,
        jurisdiction: None,
        is_compound: false,
        is_exempt: false,
        account_id: Some(AccountId(Uuid::from_u128(1_000 + number))),
        input_account_id: None,
        self_assess_account_id: None,
        pending_account_id: None,
        recoverable: WHOLE_BASIS_POINTS,
        report_box: None,
        effective_from: None,
        effective_to: None,
        is_system: false,
        is_active: true,
        metadata: Metadata::default(),
        created_at: datetime!(2026-01-01 0:00),
        updated_at: datetime!(2026-01-01 0:00),
        version: 1,
    }
}

fn refused(code: &TaxCode) -> Vec<(String, Constraint)> {
    let refusals = code.check().unwrap_err();
    refusals.iter().map(|r| (r.at().unwrap().into_owned(), r.constraint().unwrap())).collect()
}

#[test]
fn names_and_types_are_inverse() {
    for kind in TaxType::ALL {
        assert_eq!(TaxType::named(kind.name()), Some(kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
    }
}

#[test]
fn fields_that_do_not_fit_each_other_are_refused() {
    assert_eq!(vat(1, "1900").check(), Ok(()));
    let of = |change: fn(&mut TaxCode)| {
        let mut code = vat(1, "1900");
        change(&mut code);
        refused(&code)
    };
    assert_eq!(of(|code| code.is_exempt = true), [("rate".to_owned(), Constraint::Range)]);
    assert_eq!(of(|code| code.account_id = None), [("account_id".to_owned(), Constraint::Required)]);
    let for_purchases_only = of(|code| {
        code.rate = TaxRate::ZERO;
        code.input_account_id = code.account_id.take();
    });
    assert_eq!(for_purchases_only, [("account_id".to_owned(), Constraint::Required)]);
    let boxed = of(|code| code.report_box = Some("81".to_owned()));
    assert_eq!(boxed, [("report_box".to_owned(), Constraint::Format)]);
    assert_eq!(of(|code| code.recoverable = 10_001), [("recoverable".to_owned(), Constraint::Range)]);
    assert_eq!(of(|code| code.code = "a;b".to_owned()), [("code".to_owned(), Constraint::Format)]);
    let dates = of(|code| {
        code.effective_from = Some(date!(2026 - 02 - 01));
        code.effective_to = Some(date!(2026 - 01 - 31));
    });
    assert_eq!(dates, [("effective_to".to_owned(), Constraint::DateOrder)]);
    let withheld = of(|code| {
        code.tax_type = TaxType::Withholding;
        code.self_assess_account_id = code.account_id;
    });
    assert_eq!(withheld, [("self_assess_account_id".to_owned(), Constraint::OneOf)]);
}

#[test]
fn a_code_applies_from_its_first_to_its_last_date() {
    let mut code = vat(1, "1600");
    assert!(code.is_effective(date!(1999 - 01 - 01)));
    code.effective_from = Some(date!(2020 - 07 - 01));
    code.effective_to = Some(date!(2020 - 12 - 31));
    assert!(code.is_effective(date!(2020 - 07 - 01)) && code.is_effective(date!(2020 - 12 - 31)));
    assert!(!code.is_effective(date!(2020 - 06 - 30)) && !code.is_effective(date!(2021 - 01 - 01)));
}

#[test]
fn a_draft_becomes_a_code_and_a_change_of_it() {
    let of = vat(1, "1900");
    let draft = TaxCodeDraft {
        external_id: None,
        code: of.code.clone(),
        name: of.name.clone(),
        rate: of.rate,
        tax_type: TaxType::Sales,
        jurisdiction: None,
        is_compound: false,
        is_exempt: false,
        account_id: of.account_id,
        input_account_id: None,
        self_assess_account_id: None,
        pending_account_id: None,
        recoverable: None,
        report_box: None,
        effective_from: None,
        effective_to: None,
        is_active: true,
        metadata: Metadata::default(),
    };
    let (then, now) = (datetime!(2026-01-01 0:00), datetime!(2026-02-01 0:00));
    let code = TaxCode::open(of.id, draft.clone(), then).unwrap();
    assert_eq!((code.recoverable, code.version, code.is_system), (0, 1, false));
    let system = TaxCode { is_system: true, ..code };
    let vat = TaxCodeDraft { tax_type: TaxType::Vat, ..draft.clone() };
    assert!(system.is_recomputed_by(&vat) && !system.is_recomputed_by(&draft));
    assert_eq!(system.revise(vat.clone(), true, now).unwrap_err()[0].code(), "has_history");
    let after = system.revise(vat, false, now).unwrap();
    assert_eq!((after.recoverable, after.version, after.is_system), (10_000, 2, true));
    assert_eq!((after.created_at, after.updated_at), (then, now));
    assert!(!after.deactivate(now).is_active);
}

#[test]
fn a_rate_with_history_stays() {
    let (before, now) = (vat(1, "1900"), vat(1, "1600"));
    assert_eq!(now.check_change(&before, false), Ok(()));
    assert_eq!(now.check_change(&before, true).unwrap_err().code(), "has_history");
    let renamed = TaxCode { name: "Standard".to_owned(), ..before.clone() };
    assert_eq!(renamed.check_change(&before, true), Ok(()));
}
